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
    /// Item-days without copies, by far the most.
    single: u64,
    /// Item-days by the number of copies, where there are any.
    copied: BTreeMap<u32, u64>,
    category: Option<&'static str>,
}

impl Histogram {
    fn count(&mut self, copies: u32) {
        if copies == 1 {
            self.single += 1;
        } else {
            *self.copied.entry(copies).or_default() += 1;
        }
    }

    fn add_category(&mut self, word: &'static str) {
        if self.category.is_none_or(|smallest| word < smallest) {
            self.category = Some(word);
        }
    }

    fn add(&mut self, later: &Self) {
        self.single += later.single;
        later.copied.iter().for_each(|(copies, days)| *self.copied.entry(*copies).or_default() += days);
        if let Some(word) = later.category {
            self.add_category(word);
        }
    }

    fn total(&self) -> u64 {
        self.single + self.copied.values().sum::<u64>()
    }

    /// The smallest multiplicity that at least 99 of 100 days do not exceed.
    fn percentile_99(&self) -> u32 {
        let needed = (self.total() * 99).div_ceil(100).max(1);
        let mut seen = self.single;
        if seen >= needed {
            return 1;
        }
        for (&copies, &days) in &self.copied {
            seen += days;
            if seen >= needed {
                return copies;
            }
        }
        0
    }
}

/// Histograms by item.
type Histograms = Vec<Histogram>;

fn summarise(histograms: &mut Histograms, claim: ClaimView<'_>) {
    if has_neighbours(claim) { summarise_copies(histograms, claim) } else { summarise_single(histograms, claim) }
}

/// A cheap first look: whether any two lines that lie together agree in item and charge time, as copies must.
pub(crate) fn has_neighbours(claim: ClaimView<'_>) -> bool {
    let key = |line: LineView<'_>| (line.item(), line.row().charged_at());
    claim.lines().zip(claim.lines().skip(1)).any(|(left, right)| key(left) == key(right))
}

/// A claim without copies: lines of one item lie together in the order of time.
fn summarise_single(histograms: &mut Histograms, claim: ClaimView<'_>) {
    let mut last = None;
    for line in countable_lines(claim) {
        let histogram = &mut histograms[line.item().index()];
        histogram.add_category(line.category().map_or("", Category::word));
        let item_day = Some((line.item(), line.row().charged_at().map(Time::date)));
        if last != item_day {
            histogram.count(1);
            last = item_day;
        }
    }
}

fn summarise_copies(histograms: &mut Histograms, claim: ClaimView<'_>) {
    let mut days: BTreeMap<(u32, Date), u32> = BTreeMap::new();
    for (key, lines) in same_line_groups(claim) {
        let copies = days.entry((key.item, key.charged_at.date())).or_default();
        *copies = (*copies).max(lines.len() as u32);
        let histogram = &mut histograms[key.item as usize];
        lines.iter().for_each(|line| histogram.add_category(line.category().map_or("", Category::word)));
    }
    for ((item, _), copies) in days {
        histograms[item as usize].count(copies);
    }
}

fn merge(mut left: Histograms, right: Histograms) -> Histograms {
    if left.is_empty() {
        return right;
    }
    left.iter_mut().zip(&right).for_each(|(left, right)| left.add(right));
    left
}

impl LineMultiplicity {
    pub(super) fn build(claims: &Claims) -> Self {
        let items = claims.dictionary(crate::tables::value::Domain::Item);
        let histograms = (0..claims.len() as u32)
            .into_par_iter()
            .with_min_len(1 << 12)
            .map(|claim| claims.claim(ClaimId(claim)))
            .filter(|claim| claim.is_scored())
            .fold(
                || vec![Histogram::default(); items.len()],
                |mut histograms, claim| {
                    summarise(&mut histograms, claim);
                    histograms
                },
            )
            .reduce(Histograms::new, merge);
        let mut categories: BTreeMap<&str, Histogram> = BTreeMap::new();
        for histogram in histograms.iter().filter(|histogram| histogram.total() > 0) {
            categories.entry(histogram.category.unwrap_or("")).or_default().add(histogram);
        }
        let usual = |histogram: &Histogram| {
            let own = histogram.total() >= ENOUGH_DAYS;
            if own { histogram.percentile_99() } else { categories[histogram.category.unwrap_or("")].percentile_99() }
        };
        let charged = (0_u32..).zip(&histograms).filter(|(_, histogram)| histogram.total() > 0);
        Self { items: charged.map(|(item, histogram)| (items.text(item).to_owned(), usual(histogram))).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_the_value_that_99_of_100_days_do_not_exceed() {
        let histogram = |single, copied: &[(u32, u64)]| Histogram { single, copied: copied.iter().copied().collect(), category: None };
        assert_eq!(histogram(99, &[(5, 1)]).percentile_99(), 1);
        assert_eq!(histogram(98, &[(5, 2)]).percentile_99(), 5);
        assert_eq!(histogram(0, &[(2, 1)]).percentile_99(), 2);
        assert_eq!(histogram(0, &[]).percentile_99(), 0);
    }
}
