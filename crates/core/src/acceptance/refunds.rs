//! Check 9: negative totals only on refunds, and refunds with their originals.

use super::Delivery;
use super::verdict::Ruling;
use super::walk::Walked;
use crate::claims::{ClaimState, ClaimView};
use crate::tables::value::{Domain, Fen};

/// Refunds of a provider, and totals with the wrong sign.
#[derive(Default)]
pub(super) struct RefundCounts {
    claims: u64,
    wrong: Vec<(u32, u64)>,
    refunds: u64,
    unlinked: u64,
}

impl RefundCounts {
    pub(super) fn add(&mut self, claim: ClaimView<'_>) {
        let row = claim.row();
        let total = row.total_amount().unwrap_or_default();
        self.claims += 1;
        let is_wrong = match row.is_refund() {
            Some(true) => total > Fen::ZERO,
            Some(false) => total < Fen::ZERO,
            None => false,
        };
        if is_wrong {
            self.wrong.push((claim.id().0, total.0.unsigned_abs()));
        }
        if claim.state() == ClaimState::Refund {
            self.refunds += 1;
            self.unlinked += u64::from(claim.is_unlinked_refund());
        }
    }
}

/// Check 9.
pub(super) fn rule(delivery: Delivery<'_>, walked: &Walked) -> Ruling {
    let mut ruling = Ruling::default();
    let settings = &delivery.settings.refunds;
    if delivery.claims.has_column("claims.is_refund") {
        let wrong = walked.sum(|counts| counts.refunds.wrong.len() as u64);
        ruling.part("signs of totals", "claims", walked.sum(|counts| counts.refunds.claims), wrong, settings.tolerance);
    } else {
        ruling.missing("claims.is_refund");
    }
    let (refunds, unlinked) = (walked.sum(|counts| counts.refunds.refunds), walked.sum(|counts| counts.refunds.unlinked));
    if !delivery.claims.has_column("claims.original_claim_id") {
        ruling.missing("claims.original_claim_id");
    } else if refunds >= u64::from(settings.min_refunds) {
        ruling.part("refunds without original", "refunds", refunds, unlinked, settings.max_unlinked);
    }
    ruling.beside("refunds", refunds);
    ruling.beside("refunds without original", unlinked);
    for (claim, size) in walked.providers.iter().flat_map(|(_, counts)| &counts.refunds.wrong) {
        ruling.offender("claim", delivery.claims.dictionary(Domain::Claim).text(*claim), "fen", *size, *size);
    }
    ruling
}
