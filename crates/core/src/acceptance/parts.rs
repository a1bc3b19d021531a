//! Check 7: what fund, accounts and patient paid, against the total.

use super::Delivery;
use super::settings::PartsCheck;
use super::verdict::Ruling;
use super::walk::{LineSum, Walked, is_charge};
use crate::claims::ClaimView;
use crate::tables::ClaimRow;
use crate::tables::value::{Domain, Fen};

/// Claims of a provider whose parts can be judged.
#[derive(Default)]
pub(super) struct Parts {
    summed: u64,
    unequal: u64,
    ordered: u64,
    disordered: u64,
}

impl Parts {
    pub(super) fn add(&mut self, claim: ClaimView<'_>, sum: LineSum, settings: &PartsCheck) {
        let row = claim.row();
        let total = row.total_amount().unwrap_or_default();
        let slack = Fen(settings.slack_fen);
        // Where the total differs from its lines, the total is at fault, and that is another check's.
        if !is_charge(claim) || (sum.lines > 0 && (total - sum.amount).abs() > slack) {
            return;
        }
        if let Some(adds_up) = adds_up(row, total, slack) {
            self.summed += 1;
            self.unequal += u64::from(!adds_up);
        }
        if let Some(is_ordered) = is_ordered(row, total, slack) {
            self.ordered += 1;
            self.disordered += u64::from(!is_ordered);
        }
    }
}

/// Whether the parts add up; `None` where fund or cash is unknown. Aid may stand within the fund's share or beside it, and what the hospital
/// bears within the total or not.
fn adds_up(row: ClaimRow<'_>, total: Fen, slack: Fen) -> Option<bool> {
    let or_none = Option::unwrap_or_default;
    let paid = row.fund_amount()? + row.cash_amount()? + or_none(row.account_amount()) + or_none(row.family_account_amount());
    let (aid, borne) = (or_none(row.aid_amount()), or_none(row.hospital_borne_amount()));
    let readings = [Fen::ZERO, aid, borne, aid + borne];
    Some(readings.into_iter().any(|beside| (total - paid - beside).abs() <= slack))
}

/// Whether 0 ≤ fund ≤ in scope ≤ total, as far as they are known.
fn is_ordered(row: ClaimRow<'_>, total: Fen, slack: Fen) -> Option<bool> {
    let (fund, in_scope) = (row.fund_amount(), row.in_scope_amount());
    let steps = [Some(Fen::ZERO), fund, in_scope, Some(total)];
    let known: Vec<Fen> = steps.into_iter().flatten().collect();
    (known.len() > 2).then(|| known.windows(2).all(|pair| pair[0] <= pair[1] + slack))
}

/// Check 7.
pub(super) fn rule(delivery: Delivery<'_>, walked: &Walked) -> Ruling {
    let mut ruling = Ruling::default();
    for column in ["claims.fund_amount", "claims.cash_amount"] {
        if !delivery.claims.has_column(column) {
            ruling.missing(column);
        }
    }
    let tolerance = delivery.settings.parts.tolerance;
    let sum = |of: fn(&Parts) -> u64| walked.sum(|counts| of(&counts.parts));
    ruling.part("parts and total", "claims", sum(|parts| parts.summed), sum(|parts| parts.unequal), tolerance);
    ruling.part("fund, in scope and total", "claims", sum(|parts| parts.ordered), sum(|parts| parts.disordered), tolerance);
    for (id, counts) in &walked.providers {
        let parts = &counts.parts;
        let name = delivery.claims.dictionary(Domain::Provider).text(id.0);
        let (judged, faults) = (parts.summed.max(parts.ordered), parts.unequal.max(parts.disordered));
        ruling.offender("provider", name, "claims", judged, faults);
    }
    ruling
}
