//! Patients in beds by provider and night, and how full providers of a level are on their fullest nights.

use crate::claims::{Claims, ProviderView, StayView};
use crate::tables::value::Date;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Nights of a level from which its own percentile is used; below, that of all providers.
const ENOUGH_NIGHTS: u64 = 1000;

/// Patients in beds on each night.
pub(crate) struct Census {
    first: Date,
    patients: Vec<u32>,
}

impl Census {
    /// The census of a provider; `None` where nobody stayed a night.
    pub(crate) fn of(provider: ProviderView<'_>) -> Option<Self> {
        let nights = |stay: StayView<'_>| (stay.stay().started_at.date(), stay.stay().closed_end.date());
        let first = bedded(provider).map(|stay| nights(stay).0).min()?;
        let last = bedded(provider).map(|stay| nights(stay).1).max()?;
        let mut changes = vec![0_i32; (last.0 - first.0) as usize + 1];
        for (from, to) in bedded(provider).map(nights) {
            changes[(from.0 - first.0) as usize] += 1;
            changes[(to.0 - first.0) as usize] -= 1;
        }
        let patients = changes.into_iter().scan(0, |sum: &mut i32, change| {
            *sum += change;
            Some(*sum as u32)
        });
        Some(Self { first, patients: patients.collect() })
    }

    /// Nights with patients, in order.
    pub(crate) fn nights(&self) -> impl Iterator<Item = (Date, u32)> + '_ {
        let night = |(at, &patients): (usize, &u32)| (Date(self.first.0 + at as i32), patients);
        self.patients.iter().enumerate().map(night).filter(|(_, patients)| *patients > 0)
    }
}

/// Stays of at least one night, newborns apart: they lie in cots.
pub(crate) fn bedded(provider: ProviderView<'_>) -> impl Iterator<Item = StayView<'_>> + Clone {
    provider.stays().filter(|stay| stay.stay().nights() > 0 && stay.first_claim().row().is_newborn() != Some(true))
}

/// The larger of licensed and open beds; `None` where neither is known.
pub(crate) fn beds(provider: ProviderView<'_>) -> Option<i64> {
    let row = provider.row()?;
    row.beds().max(row.open_beds()).map(i64::from).filter(|&beds| beds > 0)
}

/// Patients for a thousand beds, rounded down.
pub(crate) fn per_mille(patients: u32, beds: i64) -> i64 {
    i64::from(patients) * 1000 / beds
}

/// The 99th percentile of nightly occupancy, over the nights with patients at providers of a level whose beds are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OccupancyNorm {
    /// Patients for a thousand beds by level; of all providers where a level has fewer than 1000 nights.
    pub levels: BTreeMap<Option<i32>, i64>,
}

/// Nights by occupancy per mille.
type Histogram = BTreeMap<i64, u64>;

fn percentile_99(histogram: &Histogram) -> i64 {
    let needed = (histogram.values().sum::<u64>() * 99).div_ceil(100).max(1);
    let mut seen = 0;
    for (&occupancy, &nights) in histogram {
        seen += nights;
        if seen >= needed {
            return occupancy;
        }
    }
    0
}

fn merge(mut left: BTreeMap<Option<i32>, Histogram>, right: BTreeMap<Option<i32>, Histogram>) -> BTreeMap<Option<i32>, Histogram> {
    for (level, nights) in right {
        let histogram = left.entry(level).or_default();
        nights.into_iter().for_each(|(occupancy, count)| *histogram.entry(occupancy).or_default() += count);
    }
    left
}

impl OccupancyNorm {
    pub(super) fn build(claims: &Claims) -> Self {
        let providers: Vec<ProviderView<'_>> = claims.providers().map(|id| claims.provider(id)).collect();
        let of_provider = |provider: ProviderView<'_>| {
            let mut levels = BTreeMap::new();
            if let (Some(beds), Some(census)) = (beds(provider), Census::of(provider)) {
                let histogram: &mut Histogram = levels.entry(provider.row().and_then(|row| row.level())).or_default();
                census.nights().for_each(|(_, patients)| *histogram.entry(per_mille(patients, beds)).or_default() += 1);
            }
            levels
        };
        let levels = providers.into_par_iter().map(of_provider).reduce(BTreeMap::new, merge);
        let mut all = Histogram::new();
        levels.values().flatten().for_each(|(&occupancy, &nights)| *all.entry(occupancy).or_default() += nights);
        let usual =
            |nights: &Histogram| if nights.values().sum::<u64>() >= ENOUGH_NIGHTS { percentile_99(nights) } else { percentile_99(&all) };
        Self { levels: levels.iter().map(|(&level, nights)| (level, usual(nights))).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_the_occupancy_that_99_of_100_nights_do_not_exceed() {
        let histogram = |nights: &[(i64, u64)]| nights.iter().copied().collect::<Histogram>();
        assert_eq!(percentile_99(&histogram(&[(700, 99), (1600, 1)])), 700);
        assert_eq!(percentile_99(&histogram(&[(700, 98), (1600, 2)])), 1600);
        assert_eq!(percentile_99(&histogram(&[])), 0);
    }
}
