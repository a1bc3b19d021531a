//! What the data set covers: months per provider, and whether times of day are known.

use super::visits::Visit;
use crate::tables::ClaimTable;
use crate::tables::value::{Date, ProviderId};

/// What is known of each provider's period and clock.
#[derive(Debug, Default)]
pub struct Coverage {
    providers: Vec<ProviderCoverage>,
}

#[derive(Clone, Copy, Debug)]
struct ProviderCoverage {
    first: Date,
    last: Date,
    has_times: bool,
}

impl Coverage {
    pub(super) fn build(claims: &ClaimTable, visits: &[Visit], providers: usize) -> Self {
        let none = ProviderCoverage { first: Date(i32::MAX), last: Date(i32::MIN), has_times: false };
        let mut coverage = vec![none; providers];
        for visit in visits {
            let provider = &mut coverage[visit.provider.index()];
            for claim in visit.claims() {
                for time in [claims.started_at.get(claim), claims.ended_at.get(claim)].into_iter().flatten() {
                    provider.first = provider.first.min(time.date());
                    provider.last = provider.last.max(time.date());
                    provider.has_times |= !time.is_midnight();
                }
            }
        }
        Self { providers: coverage }
    }

    /// The first day of the first month in which the provider has a claim.
    pub fn first_day(&self, provider: ProviderId) -> Option<Date> {
        let first = self.providers.get(provider.index())?.first;
        (first.0 != i32::MAX).then(|| first.month_start())
    }

    /// The last day on which the provider has a claim.
    pub fn last_day(&self, provider: ProviderId) -> Option<Date> {
        let last = self.providers.get(provider.index())?.last;
        (last.0 != i32::MIN).then_some(last)
    }

    /// Whether any of the provider's claims carries a time of day; otherwise its times are dates only.
    pub fn has_times(&self, provider: ProviderId) -> bool {
        self.providers.get(provider.index()).is_some_and(|provider| provider.has_times)
    }
}
