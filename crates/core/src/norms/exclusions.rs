//! Pairs of items of which one includes the other, and how often they are charged together all the same.
//!
//! A pair that nearly every provider charges together is allowed there by a local rule, or an item of it is wrongly mapped.

use super::charges::{Charge, VisitCharges, has_item, refunds_of_person, why_unjudged};
use crate::claims::{Claims, LineView, VisitView};
use crate::tables::ExclusivePairRow;
use crate::tables::value::{Date, Domain, ItemId, PairScope, Quantity};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How near the two items of a pair must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// On one day.
    Day,
    /// In one visit.
    Visit,
    /// In one hour of the clock.
    ClockHour,
    /// Within so many hours.
    Hours(i32),
}

impl Nearness {
    /// How near a row of the table says; `None` where it does not say how many hours.
    fn of(row: ExclusivePairRow<'_>) -> Option<Self> {
        match row.scope()? {
            PairScope::Day => Some(Self::Day),
            PairScope::Visit => Some(Self::Visit),
            PairScope::Hour => Some(Self::ClockHour),
            PairScope::Hours => row.hours().filter(|hours| *hours > 0).map(Self::Hours),
            PairScope::Other => None,
        }
    }

    /// Whether times of the day decide.
    pub(crate) fn is_by_time(self) -> bool {
        matches!(self, Self::ClockHour | Self::Hours(_))
    }

    /// Whether two charges whose times are known stand near enough.
    pub(crate) fn joins(self, one: &Charge<'_>, other: &Charge<'_>) -> bool {
        let Some((one, other)) = one.time().zip(other.time()) else { return false };
        match self {
            Self::ClockHour => one.0 / 3600 == other.0 / 3600,
            Self::Hours(hours) => i64::from(one.0.abs_diff(other.0)) <= i64::from(hours) * 3600,
            Self::Day | Self::Visit => false,
        }
    }

    /// In words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Day => "day".to_owned(),
            Self::Visit => "visit".to_owned(),
            Self::ClockHour => "clock hour".to_owned(),
            Self::Hours(hours) => format!("{hours} h"),
        }
    }
}

/// A pair in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    /// The item that includes the other.
    pub(crate) main: ItemId,
    /// The item that is not charged beside it.
    pub(crate) other: ItemId,
    pub(crate) nearness: Nearness,
}

/// Pairs whose main item is that of a line and that are in force on a day, with the units of the other that one main includes (times 10⁴;
/// `None` = any number). Of several rows that say the same the one that excludes least counts.
pub(crate) fn pairs_of(line: LineView<'_>, day: Date) -> BTreeMap<Pair, Option<i64>> {
    let mut pairs: BTreeMap<Pair, Option<i64>> = BTreeMap::new();
    for row in line.exclusive_pairs().filter(|row| is_in_force(*row, day)) {
        let Some((other, nearness)) = row.other_code().zip(Nearness::of(row)) else { continue };
        let included = row.included().map(|Quantity(units)| units.max(0));
        if other != line.item() {
            let least = pairs.entry(Pair { main: line.item(), other, nearness }).or_insert(included);
            *least = match (*least, included) {
                (Some(one), Some(another)) => Some(one.min(another)),
                (one, another) => one.or(another),
            };
        }
    }
    pairs
}

fn is_in_force(row: ExclusivePairRow<'_>, day: Date) -> bool {
    row.valid_from().is_none_or(|from| from <= day) && row.valid_to().is_none_or(|to| day <= to)
}

/// Whether any of a visit's lines is of an item that includes others as near as wanted.
pub(crate) fn has_mains(visit: VisitView<'_>, wanted: impl Fn(Nearness) -> bool) -> bool {
    has_item(visit, |line| line.exclusive_pairs().filter_map(Nearness::of).any(&wanted))
}

/// The pairs of the main items of a visit, each with the charges of its main item while it was in force.
pub(crate) fn main_charges<'c, 'a>(visit: &'c VisitCharges<'a>) -> BTreeMap<Pair, Vec<&'c Charge<'a>>> {
    let mut mains: BTreeMap<Pair, Vec<&Charge<'a>>> = BTreeMap::new();
    for charge in visit.charges() {
        for pair in pairs_of(charge.line, charge.judged_on()).into_keys() {
            mains.entry(pair).or_default().push(charge);
        }
    }
    mains
}

/// How often two items of a pair are charged together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// Visits that charge the main item.
    pub visits: u64,
    /// Of which also the other, as near as the pair says.
    pub both: u64,
    /// Providers that charge the main item.
    pub providers: u64,
    /// Of which at least so many in a hundred visits as [`Custom::percent`] says charge both.
    pub customary: u64,
}

/// When a pair charged together is custom and no breach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Custom {
    /// Visits with the main item from which a pair is tested.
    pub visits: u64,
    /// Providers with the main item from which it is tested.
    pub providers: u64,
    /// Share of visits with both, in percent.
    pub percent: u64,
    /// Share of providers at which it is so, in percent.
    pub provider_percent: u64,
}

/// How often items that exclude each other are charged together, by pair and provider.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exclusions {
    /// Visits with the main item and visits with both, by (main item, other item, nearness) and provider.
    pub pairs: BTreeMap<(String, String, Nearness), VisitsByProvider>,
}

/// Visits with the main item, and with both, by provider.
pub type VisitsByProvider = BTreeMap<String, (u64, u64)>;

impl Exclusions {
    /// What is known of a pair.
    pub(crate) fn of(&self, main: &str, other: &str, nearness: Nearness, percent: u64) -> Together {
        let Some(providers) = self.pairs.get(&(main.to_owned(), other.to_owned(), nearness)) else { return Together::default() };
        let mut together = Together { providers: providers.len() as u64, ..Together::default() };
        for &(visits, both) in providers.values() {
            together.visits += visits;
            together.both += both;
            together.customary += u64::from(both * 100 >= percent * visits);
        }
        together
    }

    pub(super) fn build(claims: &Claims) -> Self {
        let counts = claims.par_persons().fold(Counts::new, |counts, person| count(counts, claims, person)).reduce(Counts::new, merge);
        let (items, providers) = (claims.dictionary(Domain::Item), claims.dictionary(Domain::Provider));
        let mut pairs: BTreeMap<_, BTreeMap<String, (u64, u64)>> = BTreeMap::new();
        for ((pair, provider), counted) in counts {
            let name = (items.text(pair.main.0).to_owned(), items.text(pair.other.0).to_owned(), pair.nearness);
            pairs.entry(name).or_default().insert(providers.text(provider).to_owned(), counted);
        }
        Self { pairs }
    }
}

impl Together {
    /// Whether so many visits at nearly all providers charge both that the pair, not they, must be wrong.
    pub fn is_custom(self, custom: Custom) -> bool {
        self.visits >= custom.visits
            && self.providers >= custom.providers
            && self.both * 100 >= custom.percent * self.visits
            && self.customary * 100 >= custom.provider_percent * self.providers
    }
}

/// Visits with the main item and with both, by pair and provider.
type Counts = BTreeMap<(Pair, u32), (u64, u64)>;

fn count(mut counts: Counts, claims: &Claims, person: crate::tables::value::PersonId) -> Counts {
    let person = claims.person(person);
    if !person.visits().any(|visit| has_mains(visit, |_| true)) {
        return counts;
    }
    let refunds = refunds_of_person(person);
    let judged = person.visits().filter(|visit| visit.insured_claims().next().is_some() && why_unjudged(*visit, &refunds).is_none());
    for visit in judged.filter(|visit| has_mains(*visit, |_| true)) {
        let charges = VisitCharges::of(visit, &refunds);
        for (pair, mains) in main_charges(&charges) {
            if let Some(is_both) = charges_both(&charges, pair, &mains) {
                let counted = counts.entry((pair, visit.visit().provider.0)).or_default();
                counted.0 += 1;
                counted.1 += u64::from(is_both);
            }
        }
    }
    counts
}

/// Whether a visit charges both items as near as the pair says; `None` where it does not charge the main one.
fn charges_both(visit: &VisitCharges<'_>, pair: Pair, mains: &[&Charge<'_>]) -> Option<bool> {
    let days: BTreeSet<Date> = mains.iter().filter_map(|main| main.day).filter(|day| visit.units_on(pair.main, *day).net > 0).collect();
    let others = |day: Date| visit.units_on(pair.other, day).net_payable > 0;
    match pair.nearness {
        Nearness::Day => (!days.is_empty()).then(|| days.iter().any(|&day| others(day))),
        Nearness::Visit => {
            let mains: Vec<Charge<'_>> = mains.iter().map(|main| **main).collect();
            let is_charged = visit.units(pair.main, &mains).net > 0;
            is_charged.then(|| visit.units(pair.other, visit.of_item(pair.other)).net_payable > 0)
        }
        Nearness::ClockHour | Nearness::Hours(_) => {
            let timed: Vec<_> =
                mains.iter().filter(|main| main.time().is_some() && main.day.is_some_and(|day| days.contains(&day))).collect();
            let meets = |other: &Charge<'_>| {
                other.is_payable() && other.day.is_some_and(others) && timed.iter().any(|main| pair.nearness.joins(main, other))
            };
            (!timed.is_empty()).then(|| visit.of_item(pair.other).iter().any(meets))
        }
    }
}

fn merge(mut left: Counts, right: Counts) -> Counts {
    for (key, (visits, both)) in right {
        let counted = left.entry(key).or_default();
        counted.0 += visits;
        counted.1 += both;
    }
    left
}
