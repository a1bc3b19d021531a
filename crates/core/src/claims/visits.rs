//! Attendances: the claims of one visit number of one person at one provider.

use super::refunds::{ClaimState, Refunds};
use crate::tables::ClaimTable;
use crate::tables::value::{ClaimId, Fen, PersonId, ProviderId, Time, VisitType};
use rayon::prelude::*;
use std::ops::Range;

/// One attendance (就诊). Claims without a visit number are visits of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The person.
    pub person: PersonId,
    /// The provider.
    pub provider: ProviderId,
    /// `inpatient` if any live claim is; otherwise the type of the first claim.
    pub visit_type: VisitType,
    /// The earliest start.
    pub started_at: Time,
    /// The latest end; `None` while the patient is still in.
    pub ended_at: Option<Time>,
    /// The live claim that starts first; it names the visit in findings.
    pub first_claim: ClaimId,
    /// The live claim that ends last.
    pub last_claim: ClaimId,
    /// Whether anything is left after refunds.
    pub is_live: bool,
    /// Whether any live claim was an interim settlement.
    pub is_interim: bool,
    claims: (u32, u32),
}

impl Visit {
    /// The numbers of its claims, refunds among them.
    pub fn claims(&self) -> Range<usize> {
        self.claims.0 as usize..self.claims.1 as usize
    }
}

/// Orders claim rows so that visits lie together in the order of persons and starts; returns the rows and the visits over them.
pub(super) fn build(claims: &ClaimTable, refunds: &Refunds) -> (Vec<u32>, Vec<Visit>) {
    let mut rows: Vec<u32> = (0..claims.claim_id.stored().len() as u32).collect();
    let key = |row: u32| {
        let row = row as usize;
        let visit = claims.visit_id.get(row).map(|visit| visit.0);
        let alone = if visit.is_none() { claims.claim_id.stored()[row] } else { 0 };
        (claims.person_id.stored()[row], claims.provider_id.stored()[row], visit, alone)
    };
    let within = |row: u32| (claims.started_at.stored()[row as usize], claims.claim_id.stored()[row as usize]);
    rows.par_sort_unstable_by(|&left, &right| key(left).cmp(&key(right)).then_with(|| within(left).cmp(&within(right))));
    let mut starts: Vec<usize> = (0..rows.len()).filter(|&at| at == 0 || key(rows[at - 1]) != key(rows[at])).collect();
    starts.push(rows.len());
    let mut visits: Vec<(Visit, &[u32])> = starts
        .par_windows(2)
        .map(|bounds| {
            let rows = &rows[bounds[0]..bounds[1]];
            (describe(claims, refunds, rows), rows)
        })
        .collect();
    visits.par_sort_unstable_by_key(|(visit, _)| {
        (visit.person, visit.started_at, visit.ended_at.map_or(u32::MAX, |end| end.0), visit.first_claim)
    });
    let order: Vec<u32> = visits.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(new, &old)| place[old as usize] = new as u32);
    let mut end = 0;
    let visits = visits
        .iter()
        .map(|(visit, rows)| {
            let start = end;
            end += rows.len() as u32;
            let mut visit = visit.clone();
            visit.claims = (start, end);
            visit.first_claim = ClaimId(place[row_of(claims, rows, visit.first_claim)]);
            visit.last_claim = ClaimId(place[row_of(claims, rows, visit.last_claim)]);
            visit
        })
        .collect();
    (order, visits)
}

fn row_of(claims: &ClaimTable, rows: &[u32], claim: ClaimId) -> usize {
    rows.iter().map(|&row| row as usize).find(|&row| claims.claim_id.stored()[row] == claim.0).unwrap_or(rows[0] as usize)
}

/// A visit over claim rows sorted by (start, claim id). Its claims are named by their keys until they are renumbered.
fn describe(claims: &ClaimTable, refunds: &Refunds, rows: &[u32]) -> Visit {
    let live: Vec<usize> = rows.iter().map(|&row| row as usize).filter(|&row| refunds.state(row) == ClaimState::Live).collect();
    let unlinked: Fen = rows
        .iter()
        .map(|&row| row as usize)
        .filter(|&row| refunds.is_unlinked(row))
        .map(|row| claims.total_amount.get(row).unwrap_or_default().abs())
        .sum();
    let total: Fen = live.iter().map(|&row| refunds.net_total(claims, row)).sum();
    let is_live = !live.is_empty() && (unlinked == Fen::ZERO || total > unlinked);
    let considered = if live.is_empty() { rows.iter().map(|&row| row as usize).collect() } else { live };
    let first = considered[0];
    let id = |row: usize| ClaimId(claims.claim_id.stored()[row]);
    let end = |row: usize| claims.ended_at.get(row);
    let last = considered.iter().copied().max_by_key(|&row| (end(row).map_or(u32::MAX, |end| end.0), id(row))).unwrap_or(first);
    let inpatient = considered.iter().any(|&row| claims.visit_type.get(row) == Some(VisitType::Inpatient));
    Visit {
        person: PersonId(claims.person_id.stored()[first]),
        provider: ProviderId(claims.provider_id.stored()[first]),
        visit_type: if inpatient { VisitType::Inpatient } else { claims.visit_type.get(first).unwrap_or(VisitType::Other) },
        started_at: claims.started_at.get(first).unwrap_or_default(),
        ended_at: considered.iter().map(|&row| end(row)).try_fold(Time(0), |latest, end| Some(latest.max(end?))),
        first_claim: id(first),
        last_claim: id(last),
        is_live,
        is_interim: considered.iter().any(|&row| claims.is_interim.get(row) == Some(true)),
        claims: (0, 0),
    }
}
