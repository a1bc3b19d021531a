//! Keys that hold more than anybody can: one person seen many times a day, one doctor for a whole hospital, one telephone for hundreds.
//!
//! Such a key is an account, a default or a placeholder that no list of words knows. Nothing can be concluded from what its claims share.

use crate::claims::{Claims, PersonView, ProviderView, VisitView};
use crate::tables::value::{Domain, Time};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// From when on a key holds more than one person, member of staff or telephone can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HeavyKeySettings {
    /// Claims of one person a month, from the first to the last of them, beyond which the number is nobody's own.
    pub max_person_claims_a_month: u32,
    /// The fewest claims of a person to judge.
    pub min_person_claims: u32,
    /// Percent of a provider's claims beyond which a doctor is an account of the department.
    pub max_staff_percent: u32,
    /// The fewest claims with a doctor at a provider to judge.
    pub min_staff_claims: u32,
    /// The fewest other doctors at a provider to judge.
    pub min_other_staff: u32,
    /// Persons with one telephone number at one provider beyond which it is a default of the registration desk.
    pub max_phone_persons: u32,
}

impl Default for HeavyKeySettings {
    fn default() -> Self {
        Self {
            max_person_claims_a_month: 60,
            min_person_claims: 100,
            max_staff_percent: 60,
            min_staff_claims: 500,
            min_other_staff: 5,
            max_phone_persons: 200,
        }
    }
}

/// Days that count as a month.
const DAYS_A_MONTH: i32 = 30;

/// Keys that hold more than anybody can, by external ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeavyKeys {
    /// Persons.
    pub persons: BTreeSet<String>,
    /// Providers with a member of staff.
    pub staff: BTreeSet<(String, String)>,
    /// Providers with a telephone number.
    pub phones: BTreeSet<(String, String)>,
}

impl HeavyKeys {
    pub(crate) fn build(claims: &Claims, settings: &HeavyKeySettings) -> Self {
        let heavy = claims.par_persons().map(|id| claims.person(id)).filter(|person| settings.is_heavy(*person));
        let persons = heavy.map(|person| person.name().to_owned()).collect::<Vec<_>>();
        let providers: Vec<_> = claims.providers().collect();
        let of = |provider: ProviderView<'_>| (settings.heavy_staff(provider), settings.heavy_phones(provider));
        let found: Vec<_> = providers.into_par_iter().map(|id| of(claims.provider(id))).collect();
        let mut keys = Self { persons: persons.into_iter().collect(), ..Self::default() };
        for (at, (staff, phones)) in found.into_iter().enumerate() {
            let provider = || claims.dictionary(Domain::Provider).text(at as u32).to_owned();
            let named = |domain, key| (provider(), claims.dictionary(domain).text(key).to_owned());
            keys.staff.extend(staff.into_iter().map(|key| named(Domain::Staff, key)));
            keys.phones.extend(phones.into_iter().map(|key| named(Domain::Phone, key)));
        }
        keys
    }

    /// Whether a person's number is nobody's own.
    pub fn has_person(&self, person: &str) -> bool {
        !self.persons.is_empty() && self.persons.contains(person)
    }

    /// Whether a member of staff is an account of the department.
    pub fn has_staff(&self, provider: &str, staff: &str) -> bool {
        !self.staff.is_empty() && self.staff.contains(&(provider.to_owned(), staff.to_owned()))
    }

    /// Whether a telephone number is a provider's default.
    pub fn has_phone(&self, provider: &str, phone: &str) -> bool {
        !self.phones.is_empty() && self.phones.contains(&(provider.to_owned(), phone.to_owned()))
    }
}

impl HeavyKeySettings {
    fn is_heavy(&self, person: PersonView<'_>) -> bool {
        let count: usize = person.visits().map(|visit| visit.claims().len()).sum();
        if count < self.min_person_claims as usize {
            return false;
        }
        let days = || person.visits().flat_map(VisitView::claims).filter_map(|claim| claim.row().started_at().map(Time::date));
        let span = days().max().zip(days().min()).map_or(1, |(last, first)| last.0 - first.0 + 1);
        // claims / (days / 30) > most, without division.
        count as i64 * i64::from(DAYS_A_MONTH) > i64::from(self.max_person_claims_a_month) * i64::from(span.max(DAYS_A_MONTH))
    }

    fn heavy_staff(&self, provider: ProviderView<'_>) -> Vec<u32> {
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        provider.claims().filter_map(|claim| claim.doctor()).for_each(|doctor| *counts.entry(doctor.0).or_default() += 1);
        let all: u64 = counts.values().sum();
        if all < u64::from(self.min_staff_claims) || counts.len() <= self.min_other_staff as usize {
            return Vec::new();
        }
        counts.into_iter().filter(|(_, count)| count * 100 > u64::from(self.max_staff_percent) * all).map(|(key, _)| key).collect()
    }

    fn heavy_phones(&self, provider: ProviderView<'_>) -> Vec<u32> {
        let mut pairs: Vec<(u32, u32)> = provider.claims().filter_map(|claim| Some((claim.phone_key()?.0, claim.person().0))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let groups = pairs.chunk_by(|left, right| left.0 == right.0);
        groups.filter(|group| group.len() > self.max_phone_persons as usize).map(|group| group[0].0).collect()
    }
}
