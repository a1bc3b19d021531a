//! How often identical lines of an item occur on one day of a claim.

use crate::claims::{ClaimView, Claims, LineView};
use crate::tables::value::{Category, ClaimId, Date, Fen, OrderId, Quantity, Time, UnitPrice};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Item-days from which an item's own percentile is used; below, that of its category.
const ENOUGH_DAYS: u64 = 100;

/// What identical lines share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineKey {
    pub(crate) item: u32,
    pub(crate) charged_at: Time,
    pub(crate) executed_at: Option<Time>,
    pub(crate) quantity: Option<Quantity>,
    pub(crate) unit_price: Option<UnitPrice>,
    pub(crate) order: Option<OrderId>,
}

/// Lines that can be repeats: charged, in scope, and neither reversed nor reversing.
pub(crate) fn countable_lines(claim: ClaimView<'_>) -> impl Iterator<Item = LineView<'_>> {
    let reversed: Vec<&str> = claim.lines().filter_map(|line| line.row().reverses_line_id()).collect();
    claim.lines().filter(move |line| {
        let row = line.row();
        row.charged_at().is_some()
            && line.amount() > Fen::ZERO
            && line.in_scope() > Fen::ZERO
            && row.reverses_line_id().is_none()
            && (reversed.is_empty() || row.line_id().is_none_or(|id| !reversed.contains(&id)))
    })
}

/// Groups of identical lines, in the order of item, time and the rest of the key.
pub(crate) fn same_line_groups(claim: ClaimView<'_>) -> Vec<(LineKey, Vec<LineView<'_>>)> {
    let key = |line: &LineView<'_>| {
        let row = line.row();
        LineKey {
            item: line.item().0,
            charged_at: row.charged_at().unwrap_or_default(),
            executed_at: row.executed_at(),
            quantity: row.quantity(),
            unit_price: row.unit_price(),
            order: row.order_no(),
        }
    };
    let mut lines: Vec<(LineKey, LineView<'_>)> = countable_lines(claim).map(|line| (key(&line), line)).collect();
    lines.sort_by_key(|(key, line)| (*key, line.index()));
    let mut groups: Vec<(LineKey, Vec<LineView<'_>>)> = Vec::with_capacity(lines.len());
    for (key, line) in lines {
        match groups.last_mut() {
            Some((last, members)) if *last == key => members.push(line),
            _ => groups.push((key, vec![line])),
        }
    }
    groups
}

/// The 99th percentile of same-day multiplicity, by item code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineMultiplicity {
    /// By item code; of the item's category where the item is charged on fewer than 100 claim days.
    pub items: BTreeMap<String, u32>,
}

/// How many item-days had each multiplicity, and the smallest category word of the item's lines.
#[derive(Clone, Debug, Default)]
struct Histogram {
    days: BTreeMap<u32, u64>,
    category: Option<&'static str>,
}

impl Histogram {
    fn add(&mut self, later: &Self) {
        later.days.iter().for_each(|(copies, days)| *self.days.entry(*copies).or_default() += days);
        self.category = match (self.category, later.category) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
    }

    fn total(&self) -> u64 {
        self.days.values().sum()
    }

    /// The smallest multiplicity that at least 99 of 100 days do not exceed.
    fn percentile_99(&self) -> u32 {
        let needed = (self.total() * 99).div_ceil(100).max(1);
        let mut seen = 0;
        for (&copies, &days) in &self.days {
            seen += days;
            if seen >= needed {
                return copies;
            }
        }
        0
    }
}

type Histograms = BTreeMap<u32, Histogram>;

fn summarise(mut histograms: Histograms, claim: ClaimView<'_>) -> Histograms {
    let mut days: BTreeMap<(u32, Date), (u32, Option<&'static str>)> = BTreeMap::new();
    for (key, lines) in same_line_groups(claim) {
        let day = days.entry((key.item, key.charged_at.date())).or_default();
        day.0 = day.0.max(lines.len() as u32);
        let category = lines.iter().map(|line| line.category().map_or("", Category::word)).min();
        day.1 = match (day.1, category) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
    }
    for ((item, _), (copies, category)) in days {
        let histogram = histograms.entry(item).or_default();
        histogram.add(&Histogram { days: BTreeMap::from([(copies, 1)]), category });
    }
    histograms
}

fn merge(mut left: Histograms, right: Histograms) -> Histograms {
    for (item, histogram) in right {
        left.entry(item).or_default().add(&histogram);
    }
    left
}

impl LineMultiplicity {
    pub(super) fn build(claims: &Claims) -> Self {
        let histograms = (0..claims.len() as u32)
            .into_par_iter()
            .map(|claim| claims.claim(ClaimId(claim)))
            .filter(|claim| claim.is_live() && claim.is_insured())
            .fold(Histograms::new, summarise)
            .reduce(Histograms::new, merge);
        let mut categories: BTreeMap<&str, Histogram> = BTreeMap::new();
        for histogram in histograms.values() {
            categories.entry(histogram.category.unwrap_or("")).or_default().add(histogram);
        }
        let items = claims.dictionary(crate::tables::value::Domain::Item);
        let usual = |histogram: &Histogram| {
            let own = histogram.total() >= ENOUGH_DAYS;
            if own { histogram.percentile_99() } else { categories[histogram.category.unwrap_or("")].percentile_99() }
        };
        Self { items: histograms.iter().map(|(item, histogram)| (items.text(*item).to_owned(), usual(histogram))).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_the_value_that_99_of_100_days_do_not_exceed() {
        let histogram = |days: &[(u32, u64)]| Histogram { days: days.iter().copied().collect(), category: None };
        assert_eq!(histogram(&[(1, 99), (5, 1)]).percentile_99(), 1);
        assert_eq!(histogram(&[(1, 98), (5, 2)]).percentile_99(), 5);
        assert_eq!(histogram(&[(2, 1)]).percentile_99(), 2);
        assert_eq!(histogram(&[]).percentile_99(), 0);
    }
}
