//! How often items are paid for: limits in force, and what is charged in the span of each.

use crate::claims::{ClaimView, LineView};
use crate::norms::{Charge, Units, VisitCharges};
use crate::tables::FrequencyRow;
use crate::tables::value::{Category, ClaimId, Date, ItemId, Period};
use std::collections::BTreeMap;

/// A period with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Span {
    Day(Date),
    /// All days of a visit, for what may be posted in one sum.
    Days(ClaimId),
    Visit(ClaimId),
    Week(Date),
    Month(Date),
    Year(Date),
}

impl Span {
    /// The span of a period in which a charge lies; `None` without a day.
    fn of(period: Period, charge: &Charge<'_>, visit: ClaimId) -> Option<Self> {
        match period {
            Period::Day => charge.day.map(Self::Day),
            Period::Visit => Some(Self::Visit(visit)),
            Period::Week => charge.day.map(|day| Self::Week(Date(day.0 - (day.0 + 3).rem_euclid(7)))),
            Period::Month => charge.day.map(|day| Self::Month(day.month_start())),
            Period::Year => charge.day.and_then(|day| Date::from_ymd(day.ymd().0, 1, 1)).map(Self::Year),
            Period::Other => None,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Days(_) => "visit by the day",
            Self::Visit(_) => "visit",
            Self::Week(_) => "week",
            Self::Month(_) => "month",
            Self::Year(_) => "year",
        }
    }
}

/// How much of an item is paid for, times 10⁴, and whether the limit counts hours.
#[derive(Clone, Copy, Default)]
pub(super) struct Limit {
    pub(super) most: i64,
    is_hourly: bool,
}

impl Limit {
    fn or(self, other: Self) -> Self {
        Self { most: self.most.max(other.most), is_hourly: self.is_hourly || other.is_hourly }
    }
}

/// The limits of an item in force on a day, by period; of several rows the most lenient.
fn limits(line: LineView<'_>, day: Date) -> BTreeMap<Period, Limit> {
    let in_force = |row: &FrequencyRow<'_>| row.valid_from().is_none_or(|from| from <= day) && row.valid_to().is_none_or(|to| day <= to);
    let mut limits: BTreeMap<Period, Limit> = BTreeMap::new();
    for row in line.frequencies().filter(in_force) {
        let Some((period, most)) = row.per().zip(row.most()) else { continue };
        let is_hourly = row.charge_unit().is_some_and(|unit| is_hours(line.text(unit)));
        let limit = Limit { most: most.0.max(0), is_hourly };
        limits.entry(period).and_modify(|other| *other = other.or(limit)).or_insert(limit);
    }
    limits
}

fn is_hours(unit: &str) -> bool {
    unit.contains("小时") || unit == "时" || ["h", "hour", "hours"].iter().any(|word| unit.eq_ignore_ascii_case(word))
}

/// Whether a line charges a length of time, which may be posted in one sum.
pub(super) fn is_lasting(line: LineView<'_>) -> bool {
    match line.charge_unit() {
        "" => line.category().is_some_and(Category::is_daily_fee),
        unit => is_hours(unit) || unit.contains(['日', '天']) || unit.eq_ignore_ascii_case("day"),
    }
}

/// Whether the day on which it was given is known.
pub(super) fn is_executed(line: LineView<'_>) -> bool {
    line.row().executed_at().is_some()
}

/// In-scope charges of one item in one span, by visit.
#[derive(Default)]
pub(super) struct Group<'a> {
    pub(super) limit: Limit,
    /// Each with the position of its visit.
    pub(super) charges: Vec<(usize, Charge<'a>)>,
}

impl<'a> Group<'a> {
    fn add(&mut self, visit: usize, charge: Charge<'a>, limit: Limit) {
        self.limit = self.limit.or(limit);
        self.charges.push((visit, charge));
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = LineView<'a>> {
        self.charges.iter().map(|(_, charge)| charge.line)
    }

    pub(super) fn is_of_one_visit(&self) -> bool {
        self.charges.iter().all(|(visit, _)| *visit == self.charges[0].0)
    }

    /// The first claim by its id.
    pub(super) fn claim(&self) -> ClaimView<'a> {
        self.lines().map(LineView::claim).min_by_key(|claim| claim.name()).unwrap_or_else(|| self.charges[0].1.line.claim())
    }

    /// Units of each visit.
    pub(super) fn units(&self, span: Span, visits: &[VisitCharges<'a>]) -> Vec<Units> {
        let of_visit = |charges: &[(usize, Charge<'a>)]| {
            let (visit, item) = (&visits[charges[0].0], charges[0].1.item);
            let charges: Vec<Charge<'a>> = charges.iter().map(|(_, charge)| *charge).collect();
            if let Span::Day(day) = span { visit.units_less_taken(&charges, item, day) } else { visit.units(item, &charges) }
        };
        self.charges.chunk_by(|left, right| left.0 == right.0).map(of_visit).collect()
    }

    /// Whether the limit counts hours and a line does not.
    pub(super) fn is_in_other_unit(&self) -> bool {
        self.limit.is_hourly && self.lines().any(|line| !is_hours(line.charge_unit()))
    }
}

pub(super) type Groups<'a> = BTreeMap<(ItemId, Span), Group<'a>>;

/// In-scope charges at one provider by item and span; what may be posted for other days also by visit.
pub(super) fn groups<'a>(visits: &[VisitCharges<'a>]) -> Groups<'a> {
    let mut groups = Groups::new();
    for (number, visit) in visits.iter().enumerate() {
        let name = visit.visit.visit().first_claim;
        for charge in visit.charges().iter().filter(|charge| charge.is_payable()) {
            for (period, limit) in limits(charge.line, charge.judged_on()) {
                let days = (period == Period::Day).then_some(Span::Days(name));
                for span in Span::of(period, charge, name).into_iter().chain(days) {
                    groups.entry((charge.item, span)).or_default().add(number, *charge, limit);
                }
            }
        }
    }
    let may_be_posted = |group: &Group<'_>| group.lines().all(is_lasting) || !group.lines().any(is_executed);
    groups.retain(|(_, span), group| !matches!(span, Span::Days(_)) || may_be_posted(group));
    groups
}
