//! The traits that detectors implement, and the sink that takes what they find.

use super::candidate::Candidate;
use super::config::Problems;
use super::meta::Meta;
use crate::claims::{ClaimView, PersonView, ProviderView};
use crate::norms::{NormSettings, Norms};
use crate::tables::value::Date;
use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A configured detector: its fields are its parameters.
pub trait Detector: Send + Sync {
    /// What it is and what it reads.
    fn meta(&self) -> &Meta;

    /// Reports parameters that make no sense, all at once.
    fn check(&self, problems: &mut Problems);

    /// Sets how the norms it declares are built, where its parameters say so.
    fn norms(&self, settings: &mut NormSettings) {
        let _ = settings;
    }

    /// The groups it wants to be given.
    fn scope(&self) -> Scope<'_>;

    /// Its parameters by name.
    fn parameters(&self) -> serde_json::Value;
}

/// The groups a detector is given, with the detector as seen by that scope.
pub enum Scope<'d> {
    /// One claim with its lines at a time.
    Claim(&'d dyn ClaimScope),
    /// One person with visits and lines at a time.
    Person(&'d dyn PersonScope),
    /// One provider with visits, lines and stock at a time.
    Provider(&'d dyn ProviderScope),
    /// All providers, through summaries.
    Population(&'d dyn ErasedPopulation),
}

/// Looks at one claim.
pub trait ClaimScope: Sync {
    /// Appends what it finds. The engine calls it for claims that stand and that the fund pays for.
    fn detect(&self, claim: ClaimView<'_>, context: &Context<'_>, out: &mut Sink);
}

/// Looks at one person.
pub trait PersonScope: Sync {
    /// Appends what it finds.
    fn detect(&self, person: PersonView<'_>, context: &Context<'_>, out: &mut Sink);
}

/// Looks at one provider.
pub trait ProviderScope: Sync {
    /// Appends what it finds.
    fn detect(&self, provider: ProviderView<'_>, context: &Context<'_>, out: &mut Sink);
}

/// Looks at everything through summaries of parts, which can be built and merged anywhere.
pub trait PopulationScope: Sync {
    /// What is kept of a part.
    type Summary: Default + Send + Sync + 'static;

    /// Adds one provider to a summary.
    fn summarise(&self, provider: ProviderView<'_>, context: &Context<'_>, summary: &mut Self::Summary);

    /// Adds a later part to an earlier one.
    fn merge(&self, earlier: &mut Self::Summary, later: Self::Summary);

    /// Appends what it finds in the whole.
    fn decide(&self, summary: &Self::Summary, context: &Context<'_>, out: &mut Sink);
}

/// A [`PopulationScope`] whose summary type is hidden from the engine.
pub trait ErasedPopulation: Sync {
    /// Summarises some providers.
    fn summarise_all(&self, providers: &mut dyn Iterator<Item = ProviderView<'_>>, context: &Context<'_>) -> Box<dyn Any + Send>;

    /// Merges the summaries of parts in their order and decides.
    fn decide_all(&self, parts: Vec<Box<dyn Any + Send>>, context: &Context<'_>, out: &mut Sink);
}

impl<P: PopulationScope> ErasedPopulation for P {
    fn summarise_all(&self, providers: &mut dyn Iterator<Item = ProviderView<'_>>, context: &Context<'_>) -> Box<dyn Any + Send> {
        let mut summary = P::Summary::default();
        providers.for_each(|provider| self.summarise(provider, context, &mut summary));
        Box::new(summary)
    }

    fn decide_all(&self, parts: Vec<Box<dyn Any + Send>>, context: &Context<'_>, out: &mut Sink) {
        let mut whole = P::Summary::default();
        for part in parts {
            if let Ok(part) = part.downcast::<P::Summary>() {
                self.merge(&mut whole, *part);
            }
        }
        self.decide(&whole, context, out);
    }
}

/// What detectors may know beside their group.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Statistics of the whole data set, those that the detector declared.
    pub norms: &'a Norms,
    /// The day up to which open stays count.
    pub as_of: Date,
}

/// Why a unit was not assessed.
pub type Reason = Cow<'static, str>;

/// Takes what one detector finds in the groups it was given.
#[derive(Debug, Default)]
pub struct Sink {
    pub(super) candidates: Vec<Candidate>,
    pub(super) assessed: u64,
    pub(super) not_assessed: BTreeMap<Reason, u64>,
}

impl Sink {
    /// Counts units that could be judged, whether or not anything was found.
    pub fn assessed(&mut self, units: u64) {
        self.assessed += units;
    }

    /// Counts units that could not be judged.
    pub fn not_assessed(&mut self, reason: impl Into<Reason>, units: u64) {
        if units > 0 {
            *self.not_assessed.entry(reason.into()).or_default() += units;
        }
    }

    /// Appends candidates.
    pub fn extend(&mut self, candidates: impl IntoIterator<Item = Candidate>) {
        self.candidates.extend(candidates);
    }

    /// Appends a candidate.
    pub fn push(&mut self, candidate: Candidate) {
        self.candidates.push(candidate);
    }

    pub(super) fn append(&mut self, later: Self) {
        self.candidates.extend(later.candidates);
        self.assessed += later.assessed;
        for (reason, units) in later.not_assessed {
            self.not_assessed(reason, units);
        }
    }
}
