//! Check 8: every month of every provider that has claims regularly.

use super::Delivery;
use super::settings::MonthsCheck;
use super::verdict::Ruling;
use super::walk::{Walked, day, month, month_name};
use crate::claims::ClaimView;
use crate::tables::value::Domain;
use std::collections::BTreeMap;

/// Claims of a provider by month.
#[derive(Default)]
pub(super) struct Months(BTreeMap<i32, u64>);

impl Months {
    pub(super) fn add(&mut self, claim: ClaimView<'_>) {
        if let Some(day) = day(claim) {
            *self.0.entry(month(day)).or_default() += 1;
        }
    }

    /// The first and the last month.
    fn ends(&self) -> Option<(i32, i32)> {
        self.0.first_key_value().map(|(first, _)| *first).zip(self.0.last_key_value().map(|(last, _)| *last))
    }

    /// Claims in a month at the median of months that have any, of two middle ones the lower.
    fn median(&self) -> u64 {
        let mut counts: Vec<u64> = self.0.values().copied().collect();
        counts.sort_unstable();
        counts.get(counts.len().saturating_sub(1) / 2).copied().unwrap_or(0)
    }

    /// Months between the first and the last, both apart, that have none of the claims to expect or nearly none; `None` for a provider without
    /// regular claims.
    fn lacking(&self, settings: &MonthsCheck) -> Option<Vec<i32>> {
        let (first, last) = self.ends()?;
        let median = self.median();
        let is_thin = |month: &i32| self.0.get(month).copied().unwrap_or(0) * 100 < median * u64::from(settings.thin_percent);
        let is_absent = |month: &i32| !self.0.contains_key(month);
        (median >= u64::from(settings.min_monthly)).then(|| (first + 1..last).filter(|month| is_absent(month) || is_thin(month)).collect())
    }
}

/// Check 8.
pub(super) fn rule(delivery: Delivery<'_>, walked: &Walked) -> Ruling {
    let mut ruling = Ruling::default();
    let mut all = Months::default();
    let (mut judged, mut lacking) = (0, 0);
    for (id, counts) in &walked.providers {
        let months = &counts.months;
        months.0.iter().for_each(|(month, count)| *all.0.entry(*month).or_default() += count);
        let (Some(absent), Some((first, last))) = (months.lacking(&delivery.settings.months), months.ends()) else { continue };
        judged += (last - first + 1) as u64;
        lacking += absent.len() as u64;
        let name = delivery.claims.dictionary(Domain::Provider).text(id.0);
        let expected = months.median();
        for month in absent {
            let there = months.0.get(&month).copied().unwrap_or(0);
            ruling.offender("provider and month", format!("{name} {}", month_name(month)), "claims", expected, expected - there);
        }
    }
    ruling.part("months of providers", "months", judged, lacking, 0.0);
    if let Some((first, last)) = all.ends() {
        let empty: Vec<i32> = (first..=last).filter(|month| !all.0.contains_key(month)).collect();
        // A date far off makes decades of empty months; that is a fault of the date.
        let is_period = |month: &&i32| walked.period.is_some_and(|period| period.has_month(**month));
        let empty = empty.iter().filter(is_period).count() as u64;
        ruling.part("months of all claims", "months", (last - first + 1) as u64, empty, 0.0);
    }
    ruling
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(counts: &[u64], expected: Option<&[i32]>) {
        let months = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| (at as i32, *count));
        assert_eq!(Months(months.collect()).lacking(&MonthsCheck::default()).as_deref(), expected, "{counts:?}");
    }

    #[test]
    fn absent_and_thin_months_between_the_ends_are_lacking() {
        check(&[100, 100, 20, 100, 100], Some(&[]));
        check(&[100, 100, 19, 100, 100], Some(&[2]));
        check(&[100, 0, 100, 100, 100], Some(&[1]));
        check(&[1, 100, 100, 100, 1], Some(&[]));
    }

    #[test]
    fn a_provider_with_few_claims_is_not_judged() {
        check(&[19, 0, 19, 19], None);
        check(&[20, 0, 20, 20], Some(&[1]));
        check(&[], None);
    }
}
