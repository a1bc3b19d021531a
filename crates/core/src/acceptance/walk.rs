//! One walk over all claims and their lines, provider by provider, for every check that reads them.

use super::Delivery;
use super::dates::{Dates, Period};
use super::months::Months;
use super::parts::Parts;
use super::refunds::RefundCounts;
use super::sides::Sides;
use super::totals::Totals;
use crate::claims::{ClaimState, ClaimView, ProviderView};
use crate::tables::value::{Date, Fen, ProviderId, Time};
use rayon::prelude::*;

/// What the lines of a claim come to.
#[derive(Clone, Copy, Default)]
pub(super) struct LineSum {
    pub(super) lines: u64,
    pub(super) amount: Fen,
}

/// What the claims of one provider come to.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) totals: Totals,
    pub(super) parts: Parts,
    pub(super) months: Months,
    pub(super) refunds: RefundCounts,
    pub(super) dates: Dates,
    pub(super) sides: Sides,
}

/// Every provider with what its claims come to, in the order of ids.
pub(super) struct Walked {
    pub(super) providers: Vec<(ProviderId, Counts)>,
    pub(super) period: Option<Period>,
}

impl Walked {
    /// A sum over all providers.
    pub(super) fn sum(&self, of: impl Fn(&Counts) -> u64) -> u64 {
        self.providers.iter().map(|(_, counts)| of(counts)).sum()
    }
}

pub(super) fn walk(delivery: Delivery<'_>) -> Walked {
    let period = Period::of(delivery);
    let ids: Vec<ProviderId> = delivery.claims.providers().collect();
    let count = |id: ProviderId| (id, counts(delivery, delivery.claims.provider(id), period));
    Walked { providers: ids.into_par_iter().map(count).collect(), period }
}

fn counts(delivery: Delivery<'_>, provider: ProviderView<'_>, period: Option<Period>) -> Counts {
    let mut counts = Counts::default();
    let settings = delivery.settings;
    for claim in provider.claims() {
        let mut sum = LineSum::default();
        let window = counts.dates.add(claim, period, &settings.dates);
        for line in claim.lines() {
            sum.lines += 1;
            sum.amount += line.amount();
            counts.dates.add_line(line, window);
        }
        counts.totals.add(claim, sum);
        counts.parts.add(claim, sum, &settings.parts);
        counts.months.add(claim);
        counts.refunds.add(claim);
        counts.sides.add(claim);
    }
    counts
}

/// Whether a claim charges something: no refund, and its total above zero.
pub(super) fn is_charge(claim: ClaimView<'_>) -> bool {
    claim.state() != ClaimState::Refund && claim.row().total_amount().is_some_and(|total| total > Fen::ZERO)
}

/// The day by which a claim belongs to a month: its settlement, else its end, else its start.
pub(super) fn day(claim: ClaimView<'_>) -> Option<Date> {
    let row = claim.row();
    row.settled_at().or(row.ended_at()).or(row.started_at()).map(Time::date)
}

/// Months since year 0.
pub(super) fn month(day: Date) -> i32 {
    let (year, month, _) = day.ymd();
    year * 12 + month as i32 - 1
}

/// A month as YYYY-MM.
pub(super) fn month_name(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_named_as_they_are_counted() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        assert_eq!(month_name(month(day("2024-12-31"))), "2024-12");
        assert_eq!(month(day("2025-01-01")) - month(day("2024-12-31")), 1);
    }
}
