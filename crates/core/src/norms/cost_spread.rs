//! How much the cost of stays for one diagnosis differs within a provider, at providers of each level.

use super::stay_cost::{diagnosis, is_open_priced, level, middle};
use crate::claims::{Claims, ProviderView, StayView};
use crate::tables::value::{Category, Date};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Stays for a diagnosis from which a provider tells something of its spread.
pub(crate) const ENOUGH_STAYS: usize = 10;
/// Providers from which a median is formed.
const ENOUGH_PROVIDERS: usize = 3;
/// Operations for one diagnosis on one day of admission from which they are a camp.
const CAMP_STAYS: usize = 5;

/// Median coefficient of variation of the total of a stay, by diagnosis (three characters) and level of provider.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostSpreadNorm {
    /// By diagnosis, then level; over at least 3 providers with at least 10 stays each.
    pub diagnoses: BTreeMap<String, BTreeMap<Option<i32>, f64>>,
}

/// Stays whose totals can be compared: open-priced, without package numbers, and no operation of a camp or of a single night.
pub(crate) fn comparable_stays(provider: ProviderView<'_>) -> Vec<StayView<'_>> {
    let open = provider.stays().filter(|&stay| is_open_priced(stay) && !is_packaged(stay));
    let stays: Vec<(StayView<'_>, bool)> = open.map(|stay| (stay, has_operation(stay))).collect();
    let mut operations: BTreeMap<(Date, Option<&str>), usize> = BTreeMap::new();
    for (stay, _) in stays.iter().filter(|(_, is_operated)| *is_operated) {
        *operations.entry(camp(*stay)).or_default() += 1;
    }
    let is_planned =
        |stay: StayView<'_>| stay.stay().nights() <= 1 || operations.get(&camp(stay)).is_some_and(|&count| count >= CAMP_STAYS);
    stays.into_iter().filter(|&(stay, is_operated)| !(is_operated && is_planned(stay))).map(|(stay, _)| stay).collect()
}

/// What operations of one camp share.
fn camp(stay: StayView<'_>) -> (Date, Option<&str>) {
    (stay.stay().started_at.date(), diagnosis(stay))
}

fn is_packaged(stay: StayView<'_>) -> bool {
    stay.live_claims().flat_map(|claim| claim.lines()).any(|line| line.row().package_no().is_some())
}

fn has_operation(stay: StayView<'_>) -> bool {
    stay.live_claims().any(|claim| claim.procedures().len() > 0 || claim.lines().any(|line| line.category() == Some(Category::Surgery)))
}

/// Stays of a provider by diagnosis.
pub(crate) fn by_diagnosis<'a>(stays: &[StayView<'a>]) -> BTreeMap<&'a str, Vec<StayView<'a>>> {
    let mut groups: BTreeMap<&str, Vec<StayView<'_>>> = BTreeMap::new();
    for &stay in stays {
        if let Some(diagnosis) = diagnosis(stay) {
            groups.entry(diagnosis).or_default().push(stay);
        }
    }
    groups
}

/// Standard deviation over mean of the totals, which are above zero. Sums are exact, so that their order does not show.
pub(crate) fn variation(stays: &[StayView<'_>]) -> f64 {
    let totals = || stays.iter().map(|stay| i128::from(stay.total().0));
    let (count, sum, squares) = (stays.len() as i128, totals().sum::<i128>(), totals().map(|total| total * total).sum::<i128>());
    ((count * squares - sum * sum) as f64).sqrt() / sum as f64
}

impl CostSpreadNorm {
    pub(super) fn build(claims: &Claims) -> Self {
        let providers: Vec<ProviderView<'_>> = claims.providers().map(|id| claims.provider(id)).collect();
        let of_provider = |provider: ProviderView<'_>| -> Vec<(String, Option<i32>, f64)> {
            let stays = comparable_stays(provider);
            let enough = by_diagnosis(&stays).into_iter().filter(|(_, stays)| stays.len() >= ENOUGH_STAYS);
            enough.map(|(diagnosis, stays)| (diagnosis.to_owned(), level(stays[0]), variation(&stays))).collect()
        };
        let all: Vec<Vec<(String, Option<i32>, f64)>> = providers.into_par_iter().map(of_provider).collect();
        let mut variations: BTreeMap<(String, Option<i32>), Vec<f64>> = BTreeMap::new();
        for (diagnosis, level, variation) in all.into_iter().flatten() {
            variations.entry((diagnosis, level)).or_default().push(variation);
        }
        let mut norm = Self::default();
        for ((diagnosis, level), mut variations) in variations {
            if variations.len() >= ENOUGH_PROVIDERS {
                variations.sort_unstable_by(f64::total_cmp);
                norm.diagnoses.entry(diagnosis).or_default().insert(level, middle(&variations));
            }
        }
        norm
    }
}
