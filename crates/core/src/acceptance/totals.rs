//! Checks 5 and 6: claims without lines, and totals against the lines of claims that have them.

use super::Delivery;
use super::verdict::{Ruling, exceeds};
use super::walk::{Counts, LineSum, Walked, is_charge};
use crate::claims::ClaimView;
use crate::tables::TableId;
use crate::tables::value::{Domain, Fen};

/// Totals and lines of a provider's claims that charge something.
#[derive(Default)]
pub(super) struct Totals {
    /// Claims, with lines or without.
    charged: u64,
    /// Of which without.
    bare: u64,
    /// Sum of the totals of those with lines.
    stated: Fen,
    /// Sum of their lines.
    lines: Fen,
    /// Of which the total is not the sum of the lines.
    unequal: u64,
}

impl Totals {
    pub(super) fn add(&mut self, claim: ClaimView<'_>, sum: LineSum) {
        if !is_charge(claim) {
            return;
        }
        self.charged += 1;
        if sum.lines == 0 {
            self.bare += 1;
            return;
        }
        let total = claim.row().total_amount().unwrap_or_default();
        self.stated += total;
        self.lines += sum.amount;
        self.unequal += u64::from(total != sum.amount);
    }

    fn difference(&self) -> u64 {
        (self.stated - self.lines).0.unsigned_abs()
    }
}

/// Check 5.
pub(super) fn bare(delivery: Delivery<'_>, walked: &Walked) -> Ruling {
    let mut ruling = Ruling::default();
    if !delivery.claims.has(TableId::LineTable) {
        ruling.missing("lines");
        return ruling;
    }
    let (charged, bare) = (walked.sum(|counts| counts.totals.charged), walked.sum(|counts| counts.totals.bare));
    ruling.part("claims", "claims", charged, bare, delivery.settings.bare.tolerance);
    for (id, counts) in &walked.providers {
        let name = delivery.claims.dictionary(Domain::Provider).text(id.0);
        ruling.offender("provider", name, "claims", counts.totals.charged, counts.totals.bare);
    }
    ruling
}

/// Check 6. Single claims may differ in both directions; sums may not.
pub(super) fn rule(delivery: Delivery<'_>, walked: &Walked) -> Ruling {
    let mut ruling = Ruling::default();
    if !delivery.claims.has(TableId::LineTable) {
        ruling.missing("lines");
        return ruling;
    }
    let settings = &delivery.settings.totals;
    let mut all = Totals::default();
    let (mut judged, mut apart) = (0, 0);
    for (id, Counts { totals, .. }) in &walked.providers {
        all.stated += totals.stated;
        all.lines += totals.lines;
        let is_apart = exceeds(totals.difference(), totals.stated.0.unsigned_abs(), settings.tolerance);
        if totals.charged - totals.bare >= u64::from(settings.min_claims) {
            judged += 1;
            apart += u64::from(is_apart);
        }
        if is_apart {
            let name = delivery.claims.dictionary(Domain::Provider).text(id.0);
            ruling.offender("provider", name, "fen", totals.stated.0.unsigned_abs(), totals.difference());
        }
    }
    ruling.part("all claims", "fen", all.stated.0.unsigned_abs(), all.difference(), settings.tolerance);
    ruling.part("providers apart", "providers", judged, apart, 0.0);
    ruling.beside("claims that differ", walked.sum(|counts| counts.totals.unequal));
    ruling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_differ_by_their_absolute_difference() {
        let totals = |totals, lines| Totals { stated: Fen(totals), lines: Fen(lines), ..Totals::default() };
        assert_eq!(totals(10_000, 9_950).difference(), 50);
        assert_eq!(totals(9_950, 10_000).difference(), 50);
    }
}
