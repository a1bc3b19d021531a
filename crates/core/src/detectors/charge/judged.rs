//! A person's visits as detectors of quantities judge them.

use crate::claims::{PersonView, VisitView};
use crate::detect::Sink;
use crate::norms::{VisitCharges, refunds_of_person, why_unjudged};

/// A person's visits that can be judged.
pub(super) struct Judged<'a> {
    /// What they charge, by provider and start; nothing where none is as wanted.
    pub(super) visits: Vec<VisitCharges<'a>>,
    /// How many there are.
    pub(super) count: u64,
}

impl<'a> Judged<'a> {
    /// Reads the visits, and tells why those are left out that cannot be judged.
    pub(super) fn of(person: PersonView<'a>, wanted: impl Fn(VisitView<'a>) -> bool, out: &mut Sink) -> Self {
        let refunds = refunds_of_person(person);
        let mut visits = Vec::new();
        for visit in person.visits().filter(|visit| visit.insured_claims().next().is_some()) {
            match why_unjudged(visit, &refunds) {
                Some(reason) => out.not_assessed(reason, 1),
                None => visits.push(visit),
            }
        }
        let count = visits.len() as u64;
        if !visits.iter().copied().any(wanted) {
            return Self { visits: Vec::new(), count };
        }
        visits.sort_by_key(|visit| visit.visit().provider);
        Self { visits: visits.into_iter().map(|visit| VisitCharges::of(visit, &refunds)).collect(), count }
    }

    /// The visits at each provider.
    pub(super) fn by_provider(&self) -> impl Iterator<Item = &[VisitCharges<'a>]> {
        self.visits.chunk_by(|left, right| left.visit.visit().provider == right.visit.visit().provider)
    }
}
