//! Readmissions per provider against those its case mix would bring.

use crate::claims::{Claims, PersonView, StayView};
use crate::tables::value::{AdmissionWay, DischargeWay};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The window of the norm in days (DETECTORS P09: gap 0 to 15 days).
const WINDOW_DAYS: i32 = 15;

/// A discharge and the next stay of the same person at the same provider or group.
#[derive(Clone, Copy)]
pub struct Return<'a> {
    /// The stay that ended.
    pub earlier: StayView<'a>,
    /// The stay that follows.
    pub later: StayView<'a>,
    /// Days from discharge to admission.
    pub gap_days: i32,
}

/// Consecutive stays of a person in one provider or provider group that are at most `max_gap_days` apart and not transfers, newborns, same-day
/// stays or planned returns.
pub fn returns<'a>(person: PersonView<'a>, planned: &[String], max_gap_days: i32) -> Vec<Return<'a>> {
    let stays: Vec<StayView<'a>> = person.stays().collect();
    let mut found = Vec::new();
    for (at, &later) in stays.iter().enumerate() {
        let Some(&earlier) = stays[..at].iter().rev().find(|earlier| unit(**earlier) == unit(later)) else { continue };
        let Some(end) = earlier.stay().ended_at else { continue };
        let gap_days = later.stay().started_at.date().0 - end.date().0;
        if (0..=max_gap_days).contains(&gap_days) && !is_expected(earlier, later, planned) {
            found.push(Return { earlier, later, gap_days });
        }
    }
    found
}

/// The id of the provider group, or of the provider where it belongs to none. A group may be named by its head.
fn unit(stay: StayView<'_>) -> &str {
    let provider = stay.provider();
    provider.group().unwrap_or_else(|| provider.name())
}

/// Transfers, newborns, same-day stays, stays that nobody insures and planned returns.
fn is_expected(earlier: StayView<'_>, later: StayView<'_>, planned: &[String]) -> bool {
    let newborn = |stay: StayView<'_>| stay.first_claim().row().is_newborn() == Some(true);
    let is_planned = |stay: StayView<'_>| planned.iter().any(|prefix| stay.first_claim().diagnosis().starts_with(prefix.as_str()));
    let admitted = later.first_claim().row();
    earlier.last_claim().row().discharge_way().is_some_and(DischargeWay::is_transfer)
        || admitted.admission_way() == Some(AdmissionWay::Transfer)
        || admitted.transferred_from().is_some()
        || earlier.stay().nights() == 0
        || !later.is_insured()
        || newborn(earlier)
        || newborn(later)
        || is_planned(earlier)
        || is_planned(later)
}

/// Readmissions of one provider.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Readmission {
    /// Returns seen.
    pub observed: u64,
    /// Returns expected from the diagnoses of the provider's stays.
    pub expected: f64,
}

impl Readmission {
    /// At least 5 returns, more than expected by three standard deviations of a Poisson count, and at least twice the expectation, since honest
    /// providers differ by more than chance.
    pub fn is_above_case_mix(self) -> bool {
        let observed = self.observed as f64;
        self.observed >= 5 && observed > self.expected + 3.0 * self.expected.sqrt() && observed >= 2.0 * self.expected
    }
}

/// Readmissions of every provider with stays, by its id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadmissionNorm {
    /// By provider id.
    pub providers: BTreeMap<String, Readmission>,
}

/// Counts of stays and returns by provider and diagnosis (first three characters).
#[derive(Default)]
struct Counts {
    stays: BTreeMap<(u32, String), u64>,
    returned_diagnosis: BTreeMap<String, u64>,
    returned_to: BTreeMap<u32, u64>,
}

impl Counts {
    fn of(person: PersonView<'_>, planned: &[String]) -> Self {
        let mut counts = Self::default();
        for stay in person.stays() {
            *counts.stays.entry((stay.stay().provider.0, chapter(stay))).or_default() += 1;
        }
        for found in returns(person, planned, WINDOW_DAYS) {
            *counts.returned_diagnosis.entry(chapter(found.earlier)).or_default() += 1;
            *counts.returned_to.entry(found.later.stay().provider.0).or_default() += 1;
        }
        counts
    }

    fn merge(mut self, later: Self) -> Self {
        later.stays.into_iter().for_each(|(key, count)| *self.stays.entry(key).or_default() += count);
        later.returned_diagnosis.into_iter().for_each(|(key, count)| *self.returned_diagnosis.entry(key).or_default() += count);
        later.returned_to.into_iter().for_each(|(key, count)| *self.returned_to.entry(key).or_default() += count);
        self
    }
}

fn chapter(stay: StayView<'_>) -> String {
    stay.first_claim().diagnosis_category().to_owned()
}

impl ReadmissionNorm {
    pub(super) fn build(claims: &Claims, planned: &[String]) -> Self {
        let counts = claims
            .par_persons()
            .filter(|&person| claims.person(person).stays().len() > 0)
            .fold(Counts::default, |counts, person| counts.merge(Counts::of(claims.person(person), planned)))
            .reduce(Counts::default, Counts::merge);
        let mut stays_by_diagnosis: BTreeMap<&str, u64> = BTreeMap::new();
        for ((_, diagnosis), stays) in &counts.stays {
            *stays_by_diagnosis.entry(diagnosis).or_default() += stays;
        }
        let mut providers: BTreeMap<u32, Readmission> = BTreeMap::new();
        for ((provider, diagnosis), stays) in &counts.stays {
            let returned = counts.returned_diagnosis.get(diagnosis).copied().unwrap_or(0);
            let rate_of = stays_by_diagnosis[diagnosis.as_str()];
            providers.entry(*provider).or_default().expected += (stays * returned) as f64 / rate_of as f64;
        }
        for (provider, observed) in counts.returned_to {
            providers.entry(provider).or_default().observed = observed;
        }
        let named = |(provider, norm)| (claims.provider(crate::tables::value::ProviderId(provider)).name().to_owned(), norm);
        Self { providers: providers.into_iter().map(named).collect() }
    }
}
