//! What refunds leave of each claim.

use crate::tables::ClaimTable;
use crate::tables::value::Fen;
use std::collections::BTreeMap;

/// What a claim is after refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimState {
    /// It stands, wholly or in part.
    Live,
    /// A refund took it back.
    Cancelled,
    /// It is itself a refund.
    Refund,
}

/// Sums taken back from one claim, as positive amounts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Refunded {
    pub(crate) total: Fen,
    pub(crate) fund: Fen,
    pub(crate) in_scope: Fen,
    pub(crate) payment: Fen,
}

/// The state of every claim, and the refunds of the few that have any.
#[derive(Debug, Default)]
pub(crate) struct Refunds {
    states: Vec<ClaimState>,
    linked: Vec<bool>,
    by_claim: BTreeMap<u32, Refunded>,
}

impl Refunds {
    /// Links refunds to their originals. Rows are in input order; a claim's key finds its row through `row_of`.
    pub(super) fn link(claims: &ClaimTable, row_of: impl Fn(u32) -> Option<u32>) -> Self {
        let rows = claims.claim_id.stored().len();
        let is_refund = |row: usize| match claims.is_refund.get(row) {
            Some(is_refund) => is_refund,
            None => claims.total_amount.get(row).is_some_and(|total| total < Fen::ZERO),
        };
        let mut refunds = Self { states: vec![ClaimState::Live; rows], linked: vec![false; rows], by_claim: BTreeMap::new() };
        for row in (0..rows).filter(|&row| is_refund(row)) {
            refunds.states[row] = ClaimState::Refund;
            let original = claims.original_claim_id.get(row).and_then(|id| row_of(id.0)).filter(|&at| !is_refund(at as usize));
            if let Some(original) = original {
                refunds.linked[row] = true;
                let sums = refunds.by_claim.entry(original).or_default();
                let amount = |value: Option<Fen>| value.unwrap_or_default().abs();
                sums.total += amount(claims.total_amount.get(row));
                sums.fund += amount(claims.fund_amount.get(row));
                sums.in_scope += amount(claims.in_scope_amount.get(row));
                sums.payment += amount(claims.payment_amount.get(row));
            }
        }
        for (&row, sums) in &refunds.by_claim {
            if claims.total_amount.get(row as usize).unwrap_or_default() <= sums.total {
                refunds.states[row as usize] = ClaimState::Cancelled;
            }
        }
        refunds
    }

    pub(super) fn gather(&mut self, rows: &[u32]) {
        self.states = rows.iter().map(|&row| self.states[row as usize]).collect();
        self.linked = rows.iter().map(|&row| self.linked[row as usize]).collect();
        let mut place = vec![0; rows.len()];
        rows.iter().enumerate().for_each(|(new, &old)| place[old as usize] = new as u32);
        self.by_claim = self.by_claim.iter().map(|(&row, &sums)| (place[row as usize], sums)).collect();
    }

    pub(crate) fn state(&self, claim: usize) -> ClaimState {
        self.states[claim]
    }

    /// A refund whose original is not in the data.
    pub(crate) fn is_unlinked(&self, claim: usize) -> bool {
        self.states[claim] == ClaimState::Refund && !self.linked[claim]
    }

    pub(crate) fn of(&self, claim: usize) -> Option<&Refunded> {
        self.by_claim.get(&(claim as u32))
    }

    /// A claim's total after refunds.
    pub(crate) fn net_total(&self, claims: &ClaimTable, claim: usize) -> Fen {
        claims.total_amount.get(claim).unwrap_or_default() - self.of(claim).map_or(Fen::ZERO, |sums| sums.total)
    }
}

/// An amount after refunds, never below zero.
pub(crate) fn net(amount: Option<Fen>, refunded: Fen) -> Option<Fen> {
    amount.map(|amount| (amount - refunded).max(Fen::ZERO))
}
