//! Check 12: what was paid against what claims say was paid, by provider and month.
//!
//! Payments by the fund stand against the fund's share of claims; all other payments are the patients', and stand against their cash, with or
//! without their accounts.

use super::Delivery;
use super::settings::SidesCheck;
use super::verdict::{Ruling, exceeds};
use super::walk::{Walked, day, month, month_name};
use crate::claims::ClaimView;
use crate::tables::value::{Domain, Fen};
use std::collections::BTreeMap;

/// Words by which a payer is the fund.
const FUND: &[&str] = &["fund", "insurer", "insurance", "基金", "医保", "统筹"];

/// One month of a provider.
#[derive(Clone, Copy, Default)]
struct Month {
    fund: Fen,
    cash: Fen,
    accounts: Fen,
    paid_by_fund: Fen,
    paid_by_patients: Fen,
}

/// What a provider's claims say was paid, and what was.
#[derive(Default)]
pub(super) struct Sides {
    months: BTreeMap<i32, Month>,
    has_funds: bool,
    has_patients: bool,
}

impl Sides {
    pub(super) fn add(&mut self, claim: ClaimView<'_>) {
        let Some(day) = day(claim) else { return };
        let sums = self.months.entry(month(day)).or_default();
        let row = claim.row();
        sums.fund += row.fund_amount().unwrap_or_default();
        sums.cash += row.cash_amount().unwrap_or_default();
        sums.accounts += row.account_amount().unwrap_or_default() + row.family_account_amount().unwrap_or_default();
        for (payer, amount) in claim.payments() {
            let is_fund = FUND.iter().any(|word| payer.to_lowercase().contains(word));
            if is_fund {
                sums.paid_by_fund += amount;
            } else {
                sums.paid_by_patients += amount;
            }
            self.has_funds |= is_fund;
            self.has_patients |= !is_fund;
        }
    }
}

/// One side of one month: what claims say, in one reading or two, and what was paid.
fn difference(stated: [Fen; 2], paid: Fen) -> u64 {
    stated.into_iter().map(|stated| (stated - paid).0.unsigned_abs()).min().unwrap_or(0)
}

fn is_apart(stated: Fen, difference: u64, settings: &SidesCheck) -> bool {
    difference > settings.slack_fen.unsigned_abs() && exceeds(difference, stated.0.unsigned_abs(), settings.tolerance)
}

/// Check 12.
pub(super) fn rule(delivery: Delivery<'_>, walked: &Walked) -> Ruling {
    let mut ruling = Ruling::default();
    let [mut fund, mut patients] = [(0, 0), (0, 0)];
    let [has_fund, has_cash] = ["claims.fund_amount", "claims.cash_amount"].map(|column| delivery.claims.has_column(column));
    for (id, counts) in &walked.providers {
        let name = delivery.claims.dictionary(Domain::Provider).text(id.0);
        for (at, month) in &counts.sides.months {
            let mut compare = |sums: &mut (u64, u64), kind: &str, stated: [Fen; 2], paid: Fen| {
                let difference = difference(stated, paid);
                let is_apart = is_apart(stated[0], difference, &delivery.settings.sides);
                sums.0 += 1;
                sums.1 += u64::from(is_apart);
                if is_apart {
                    ruling.offender(kind, format!("{name} {}", month_name(*at)), "fen", stated[0].0.unsigned_abs(), difference);
                }
            };
            if counts.sides.has_funds && has_fund {
                compare(&mut fund, "provider and month, fund", [month.fund; 2], month.paid_by_fund);
            }
            if counts.sides.has_patients && has_cash {
                let cash = [month.cash, month.cash + month.accounts];
                compare(&mut patients, "provider and month, patients", cash, month.paid_by_patients);
            }
        }
    }
    ruling.part("paid by the fund", "months", fund.0, fund.1, 0.0);
    ruling.part("paid by patients", "months", patients.0, patients.1, 0.0);
    if fund.0 + patients.0 == 0 {
        ruling.missing("payments");
    }
    ruling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_may_differ_by_their_share_or_by_a_yuan() {
        let settings = SidesCheck::default();
        assert!(!is_apart(Fen(1_000_000), 5_000, &settings) && is_apart(Fen(1_000_000), 5_001, &settings));
        assert!(!is_apart(Fen(100), 100, &settings) && is_apart(Fen(100), 101, &settings));
        assert_eq!(difference([Fen(100), Fen(150)], Fen(149)), 1);
    }
}
