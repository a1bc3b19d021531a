//! What a stay for a diagnosis costs at a level of provider: middle and spread of the logarithm of the total.

use crate::claims::{Claims, PersonView, StayView};
use crate::tables::value::{Fen, PaymentMethod};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Stays from which a cost norm is formed.
pub(crate) const ENOUGH_STAYS: usize = 50;
/// From a median absolute deviation to the standard deviation of a normal distribution.
const NORMAL: f64 = 1.4826;
/// The least spread that counts: smaller differences of cost are not worth a look.
pub(crate) const LEAST_SPREAD: f64 = 0.1;

/// The middle of the logarithm of cost, and its spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StayCost {
    /// Median of ln(yuan).
    pub median: f64,
    /// 1.4826 times the median absolute deviation, at least 0.1.
    pub spread: f64,
    /// Stays it is formed from.
    pub stays: u32,
}

impl StayCost {
    /// How many spreads a total lies from the middle.
    pub(crate) fn z(&self, total: Fen) -> f64 {
        (total.yuan().ln() - self.median) / self.spread
    }
}

/// Cost of a stay by diagnosis (three characters) and level of provider, where at least 50 stays tell it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StayCostNorm {
    /// By diagnosis, then level.
    pub diagnoses: BTreeMap<String, BTreeMap<Option<i32>, StayCost>>,
}

impl StayCostNorm {
    /// The norm for a stay.
    pub(crate) fn of(&self, stay: StayView<'_>) -> Option<&StayCost> {
        self.diagnoses.get(diagnosis(stay)?)?.get(&level(stay))
    }

    pub(super) fn build(claims: &Claims) -> Self {
        let costs =
            claims.par_persons().fold(BTreeMap::new, |costs, person| add(costs, claims.person(person))).reduce(BTreeMap::new, merge);
        let mut diagnoses: BTreeMap<String, BTreeMap<Option<i32>, StayCost>> = BTreeMap::new();
        for ((diagnosis, level), totals) in costs {
            if totals.len() >= ENOUGH_STAYS {
                diagnoses.entry(diagnosis.to_owned()).or_default().insert(level, describe(totals));
            }
        }
        Self { diagnoses }
    }
}

/// Totals in fen by diagnosis and level.
type Costs<'a> = BTreeMap<(&'a str, Option<i32>), Vec<i64>>;

fn add<'a>(mut costs: Costs<'a>, person: PersonView<'a>) -> Costs<'a> {
    for stay in person.stays().filter(|&stay| is_open_priced(stay)) {
        if let Some(diagnosis) = diagnosis(stay) {
            costs.entry((diagnosis, level(stay))).or_default().push(stay.total().0);
        }
    }
    costs
}

fn merge<'a>(mut left: Costs<'a>, right: Costs<'a>) -> Costs<'a> {
    right.into_iter().for_each(|(key, totals)| left.entry(key).or_default().extend(totals));
    left
}

fn describe(mut totals: Vec<i64>) -> StayCost {
    totals.sort_unstable();
    let costs: Vec<f64> = totals.iter().map(|&total| Fen(total).yuan().ln()).collect();
    let median = middle(&costs);
    let mut deviations: Vec<f64> = costs.iter().map(|cost| (cost - median).abs()).collect();
    deviations.sort_unstable_by(f64::total_cmp);
    StayCost { median, spread: (NORMAL * middle(&deviations)).max(LEAST_SPREAD), stays: totals.len() as u32 }
}

/// The mean of the middle two of sorted values; there is at least one.
pub(crate) fn middle(sorted: &[f64]) -> f64 {
    let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
    low + (high - low) / 2.0
}

/// The first three characters of the main diagnosis; `None` where it is unknown.
pub(crate) fn diagnosis(stay: StayView<'_>) -> Option<&str> {
    Some(stay.first_claim().diagnosis_category()).filter(|category| !category.is_empty())
}

/// The level of the provider.
pub(crate) fn level(stay: StayView<'_>) -> Option<i32> {
    stay.provider().row().and_then(|row| row.level())
}

/// Whether the total of a stay says what was done: an insured stay of at least one night, settled once, no newborn, no package.
pub(crate) fn is_open_priced(stay: StayView<'_>) -> bool {
    use PaymentMethod::{Capitation, PerDiem, PerVisit, SingleDisease};
    let first = stay.first_claim().row();
    let is_package = matches!(first.payment_method(), Some(PerDiem | SingleDisease | Capitation | PerVisit));
    stay.stay().nights() > 0
        && stay.visits().len() == 1
        && !is_package
        && first.is_newborn() != Some(true)
        && stay.is_insured()
        && stay.total() > Fen::ZERO
}
