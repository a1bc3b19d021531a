//! Stays: inpatient visits, joined where only the accounts and not the patient left.

use super::visits::Visit;
use crate::tables::dictionary::Dictionary;
use crate::tables::value::{Date, PersonId, ProviderId, Time};
use std::ops::Range;

/// One stay in hospital. Intervals are half-open; length is counted in nights.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// The person.
    pub person: PersonId,
    /// The provider.
    pub provider: ProviderId,
    /// Admission.
    pub started_at: Time,
    /// Discharge; `None` while the patient is still in.
    pub ended_at: Option<Time>,
    /// Discharge, or the start of the data set's last day for an open stay.
    pub closed_end: Time,
    visits: (u32, u32),
}

impl Stay {
    /// Positions of its visits in the list of stay visits.
    pub(super) fn visits(&self) -> Range<usize> {
        self.visits.0 as usize..self.visits.1 as usize
    }

    /// Nights from admission to discharge (or to the data set's last day).
    pub fn nights(&self) -> i32 {
        (self.closed_end.date().0 - self.started_at.date().0).max(0)
    }
}

/// Whether the next visit continues a stay: the earlier was an interim settlement or ended on 31 December, and the next starts within a day.
fn continues(earlier: &Visit, next: &Visit) -> bool {
    let Some(end) = earlier.ended_at else { return false };
    let (_, month, day) = end.date().ymd();
    let gap = next.started_at.date().0 - end.date().0;
    (earlier.is_interim || (month, day) == (12, 31)) && (0..=1).contains(&gap)
}

/// Builds stays from visits in canonical order; returns them with the flat list of their visits.
pub(super) fn build(visits: &[Visit], names: &Dictionary, as_of: Date) -> (Vec<Stay>, Vec<u32>) {
    use crate::tables::value::VisitType::Inpatient;
    let mut inpatient: Vec<u32> =
        (0..visits.len() as u32).filter(|&at| visits[at as usize].is_live && visits[at as usize].visit_type == Inpatient).collect();
    inpatient.sort_by_key(|&at| (visits[at as usize].person, visits[at as usize].provider));
    let mut stays: Vec<Stay> = Vec::new();
    for (place, &at) in inpatient.iter().enumerate() {
        let visit = &visits[at as usize];
        let earlier = place.checked_sub(1).map(|before| &visits[inpatient[before] as usize]);
        let joins = earlier
            .is_some_and(|earlier| (earlier.person, earlier.provider) == (visit.person, visit.provider) && continues(earlier, visit));
        match stays.last_mut() {
            Some(stay) if joins => {
                stay.ended_at = stay.ended_at.zip(visit.ended_at).map(|(left, right)| left.max(right));
                stay.visits.1 = place as u32 + 1;
            }
            _ => stays.push(Stay {
                person: visit.person,
                provider: visit.provider,
                started_at: visit.started_at,
                ended_at: visit.ended_at,
                closed_end: visit.started_at,
                visits: (place as u32, place as u32 + 1),
            }),
        }
    }
    for stay in &mut stays {
        stay.closed_end = stay.ended_at.unwrap_or(Time::midnight(as_of)).max(stay.started_at);
    }
    let name = |stay: &Stay| names.text(visits[inpatient[stay.visits.0 as usize] as usize].first_claim.0);
    let key = |stay: &Stay| (stay.person, stay.started_at, stay.ended_at.map_or(u32::MAX, |end| end.0));
    stays.sort_by(|left, right| key(left).cmp(&key(right)).then_with(|| name(left).cmp(name(right))));
    (stays, inpatient)
}

/// The latest day that the data set speaks of: the default `as_of`.
pub(super) fn latest_day(claims: &crate::tables::ClaimTable) -> Date {
    let latest = |times: &[u32]| times.iter().copied().filter(|&time| time != u32::MAX).max();
    let latest = latest(claims.settled_at.stored())
        .or_else(|| latest(claims.ended_at.stored()).max(latest(claims.started_at.stored())))
        .unwrap_or(0);
    Time(latest).date()
}
