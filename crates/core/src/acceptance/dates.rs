//! Check 10: dates in order, in the period of the data, and lines within their visit.

use super::Delivery;
use super::rows::refused;
use super::settings::DatesCheck;
use super::verdict::Ruling;
use super::walk::{Walked, day, month};
use crate::claims::{ClaimState, ClaimView, LineView};
use crate::intake::Cause;
use crate::tables::value::{ClaimId, Date, Domain, Time};
use rayon::prelude::*;

/// Of a hundred claims in the order of days, the first and the last are no measure of the period.
const TAIL: usize = 100;

/// The days that hold nearly all claims, and what lies around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    first: Date,
    last: Date,
    stray: i32,
}

impl Period {
    pub(super) fn of(delivery: Delivery<'_>) -> Option<Self> {
        let claims = delivery.claims;
        let ids = (0..claims.len() as u32).into_par_iter();
        let days = ids.filter_map(|id| day(claims.claim(ClaimId(id)))).collect();
        Self::around(days, delivery.settings.dates.stray_days)
    }

    fn around(mut days: Vec<Date>, stray: i32) -> Option<Self> {
        days.par_sort_unstable();
        let tail = days.len() / TAIL;
        Some(Self { first: *days.get(tail)?, last: *days.get(days.len() - 1 - tail)?, stray })
    }

    fn has(self, day: Date) -> bool {
        (self.first.0 - self.stray..=self.last.0 + self.stray).contains(&day.0)
    }

    /// Whether a month lies between those of the first and the last day.
    pub(super) fn has_month(self, at: i32) -> bool {
        (month(self.first)..=month(self.last)).contains(&at)
    }
}

/// The days on which the lines of a claim may be charged.
#[derive(Clone, Copy)]
pub(super) struct Window {
    from: i32,
    to: i32,
}

/// Claims and lines of a provider whose dates are out of order.
#[derive(Default)]
pub(super) struct Dates {
    claims: u64,
    late: u64,
    stray: u64,
    lines: u64,
    outside: u64,
}

impl Dates {
    /// Adds a claim, and says when its lines may be charged; refunds repeat the dates of what they take back.
    pub(super) fn add(&mut self, claim: ClaimView<'_>, period: Option<Period>, settings: &DatesCheck) -> Option<Window> {
        let row = claim.row();
        self.claims += 1;
        let end = row.ended_at().or(row.started_at()).map(Time::date);
        let settled = row.settled_at().map(Time::date);
        let is_early = row.is_interim() != Some(true) && settled.zip(end).is_some_and(|(settled, end)| settled < end);
        let is_stray = day(claim).zip(period).is_some_and(|(day, period)| !period.has(day));
        self.late += u64::from(is_early);
        self.stray += u64::from(is_stray && !is_early);
        if claim.state() == ClaimState::Refund {
            return None;
        }
        let visit = claim.visit().visit();
        let from = visit.started_at.min(row.started_at()?).date().0 - settings.window_days;
        let to =
            visit.ended_at.map_or(i32::MAX, |end| end.date().0.max(row.ended_at().map_or(0, |end| end.date().0)) + settings.window_days);
        Some(Window { from, to })
    }

    pub(super) fn add_line(&mut self, line: LineView<'_>, window: Option<Window>) {
        let Some((charged, window)) = line.row().charged_at().zip(window) else { return };
        self.lines += 1;
        self.outside += u64::from(!(window.from..=window.to).contains(&charged.date().0));
    }
}

/// Check 10.
pub(super) fn rule(delivery: Delivery<'_>, walked: &Walked) -> Ruling {
    let mut ruling = Ruling::default();
    let tolerance = delivery.settings.dates.tolerance;
    let sum = |of: fn(&Dates) -> u64| walked.sum(|counts| of(&counts.dates));
    let reversed = refused(delivery, "claims", Cause::EndsBeforeStart);
    let claims = sum(|dates| dates.claims) + reversed;
    ruling.part("end before start", "claims", claims, reversed, tolerance);
    ruling.part("settled before end", "claims", claims, sum(|dates| dates.late), tolerance);
    ruling.part("out of the period", "claims", claims, sum(|dates| dates.stray), tolerance);
    if delivery.claims.has_column("lines.charged_at") {
        ruling.part("charged outside the visit", "lines", sum(|dates| dates.lines), sum(|dates| dates.outside), tolerance);
    } else {
        ruling.missing("lines.charged_at");
    }
    for (id, Dates { claims, late, stray, lines, outside }) in walked.providers.iter().map(|(id, counts)| (id, &counts.dates)) {
        let name = delivery.claims.dictionary(Domain::Provider).text(id.0);
        ruling.offender("provider", name, "claims", *claims, late + stray);
        ruling.offender("provider", name, "lines", *lines, *outside);
    }
    ruling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_not_measured_by_its_strays() {
        let mut days: Vec<Date> = (0..365).map(|day| Date(20_000 + day)).collect();
        days.push(Date(1));
        days.push(Date(40_000));
        let period = Period::around(days, 92).expect("days");
        assert!(!period.has(Date(1)) && !period.has(Date(40_000)));
        assert!(period.has(Date(20_000)) && period.has(Date(20_364)));
        assert!(period.has(Date(period.last.0 + 92)) && !period.has(Date(period.last.0 + 93)));
        assert_eq!(Period::around(Vec::new(), 92), None);
    }
}
