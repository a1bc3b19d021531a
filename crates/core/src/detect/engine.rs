//! Drives detectors over the groups of their scopes.
//!
//! All detectors of persons and claims run over a person's data while it is in cache; parts are worked on in parallel and their results joined
//! in the order of the data, so that the thread count does not show.

use super::candidate::Candidate;
use super::meta::{Meta, Unit};
use super::scope::{ClaimScope, Context, Detector, ErasedPopulation, PersonScope, ProviderScope, Scope, Sink};
use crate::claims::{Claims, PersonView, VisitView};
use crate::norms::Norms;
use crate::observe::{Cancelled, Observer, stop_if_cancelled};
use crate::tables::value::{Domain, PersonId, ProviderId};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much of the data a detector could judge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// What is counted.
    pub unit: String,
    /// Units judged.
    pub assessed: u64,
    /// Units not judged, by reason.
    pub not_assessed: BTreeMap<String, u64>,
}

/// What one detector found and how much it could judge.
#[derive(Debug)]
pub struct Detection {
    /// Candidates in the order of the data.
    pub candidates: Vec<Candidate>,
    /// How much could be judged.
    pub assessment: Assessment,
}

/// Runs detectors over a data set; the result has one entry per detector, in their order.
pub fn run(claims: &Claims, detectors: &[Box<dyn Detector>], norms: &Norms, observer: &dyn Observer) -> Result<Vec<Detection>, Cancelled> {
    let context = Context { norms, as_of: claims.as_of() };
    let runnable: Vec<usize> = (0..detectors.len()).filter(|&at| missing_inputs(claims, detectors[at].meta()).is_empty()).collect();
    let mut sinks: Vec<Sink> = detectors.iter().map(|_| Sink::default()).collect();
    for found in
        [over_persons(claims, detectors, &runnable, &context, observer)?, over_providers(claims, detectors, &runnable, &context, observer)?]
    {
        found.into_iter().for_each(|(at, sink)| sinks[at].append(sink));
    }
    let units = Units::count(claims);
    let finish = |(at, sink): (usize, Sink)| {
        let meta = detectors[at].meta();
        let mut assessment = Assessment {
            unit: meta.unit.word().to_owned(),
            assessed: sink.assessed,
            not_assessed: sink.not_assessed.into_iter().map(|(reason, units)| (reason.into_owned(), units)).collect(),
        };
        let missing = missing_inputs(claims, meta);
        if !missing.is_empty() {
            assessment.not_assessed.insert(format!("the data have no {}", missing.join(", ")), units.of(meta.unit));
        }
        Detection { candidates: sink.candidates, assessment }
    };
    Ok(sinks.into_iter().enumerate().map(finish).collect())
}

/// The inputs that a detector needs and the data set does not have.
fn missing_inputs(claims: &Claims, meta: &Meta) -> Vec<String> {
    meta.needs.iter().filter(|column| !claims.has_column(column)).map(ToString::to_string).collect()
}

/// Persons worked on as one part.
const PERSONS_AT_ONCE: usize = 1024;
/// Providers worked on as one part.
const PROVIDERS_AT_ONCE: usize = 4;

/// What detectors found, by their positions.
type Found = Vec<(usize, Sink)>;
/// Detectors of one scope with their positions.
type Placed<'d, S> = Vec<(usize, &'d S)>;
/// The summary of a part, of a type that only its detector knows.
type Part = Box<dyn std::any::Any + Send>;

fn over_persons(
    claims: &Claims,
    detectors: &[Box<dyn Detector>],
    runnable: &[usize],
    context: &Context<'_>,
    observer: &dyn Observer,
) -> Result<Found, Cancelled> {
    let persons: Vec<PersonId> = claims.persons().collect();
    let mut by_person: Vec<(usize, Unit, &dyn PersonScope)> = Vec::new();
    let mut by_claim: Placed<'_, dyn ClaimScope> = Vec::new();
    for &at in runnable {
        match detectors[at].scope() {
            Scope::Person(detector) => by_person.push((at, detectors[at].meta().unit, detector)),
            Scope::Claim(detector) => by_claim.push((at, detector)),
            Scope::Provider(_) | Scope::Population(_) => {}
        }
    }
    if by_person.is_empty() && by_claim.is_empty() {
        return Ok(Vec::new());
    }
    observer.begin("rules by person", persons.len() as u64);
    let parts: Vec<Found> = persons
        .par_chunks(PERSONS_AT_ONCE)
        .map(|part| {
            stop_if_cancelled(observer)?;
            let found = detect_persons(claims, part, &by_person, &by_claim, context);
            observer.advance("rules by person", part.len() as u64);
            Ok(found)
        })
        .collect::<Result<_, Cancelled>>()?;
    Ok(parts.into_iter().flatten().collect())
}

/// Why nothing is concluded from what the claims of a number share.
const NOBODYS: &str = "person number that is nobody's own";

fn detect_persons(
    claims: &Claims,
    persons: &[PersonId],
    by_person: &[(usize, Unit, &dyn PersonScope)],
    by_claim: &[(usize, &dyn ClaimScope)],
    context: &Context<'_>,
) -> Found {
    let mut person_sinks: Vec<Sink> = by_person.iter().map(|_| Sink::default()).collect();
    let mut claim_sinks: Vec<Sink> = by_claim.iter().map(|_| Sink::default()).collect();
    for &person in persons {
        let person = claims.person(person);
        let is_someone = is_someones(claims, person, context.norms);
        for ((_, unit, detector), sink) in by_person.iter().zip(&mut person_sinks) {
            if is_someone {
                detector.detect(person, context, sink);
            } else {
                sink.not_assessed(NOBODYS, units_of(person, *unit));
            }
        }
        for claim in person.visits().flat_map(VisitView::claims).filter(|claim| claim.is_scored()) {
            for ((_, detector), sink) in by_claim.iter().zip(&mut claim_sinks) {
                detector.detect(claim, context, sink);
            }
        }
    }
    let positions = by_person.iter().map(|(at, ..)| *at).chain(by_claim.iter().map(|(at, _)| *at));
    positions.zip(person_sinks.into_iter().chain(claim_sinks)).collect()
}

/// Whether the claims of a number are those of one person.
fn is_someones(claims: &Claims, person: PersonView<'_>, norms: &Norms) -> bool {
    let is_heavy = norms.heavy_keys.as_ref().is_some_and(|keys| keys.has_person(person.name()));
    !is_heavy && !claims.is_placeholder(Domain::Person, person.id().0)
}

/// How many units of a kind belong to a person.
fn units_of(person: PersonView<'_>, unit: Unit) -> u64 {
    let count = match unit {
        Unit::Claim => person.visits().flat_map(VisitView::insured_claims).count(),
        Unit::Visit => person.visits().filter(|visit| visit.insured_claims().next().is_some()).count(),
        Unit::Stay => person.stays().len(),
        Unit::Provider => 0,
    };
    count as u64
}

fn over_providers(
    claims: &Claims,
    detectors: &[Box<dyn Detector>],
    runnable: &[usize],
    context: &Context<'_>,
    observer: &dyn Observer,
) -> Result<Found, Cancelled> {
    let providers: Vec<ProviderId> = claims.providers().filter(|&id| claims.provider(id).visits().len() > 0).collect();
    let mut single: Placed<'_, dyn ProviderScope> = Vec::new();
    let mut population: Placed<'_, dyn ErasedPopulation> = Vec::new();
    for &at in runnable {
        match detectors[at].scope() {
            Scope::Provider(detector) => single.push((at, detector)),
            Scope::Population(detector) => population.push((at, detector)),
            Scope::Claim(_) | Scope::Person(_) => {}
        }
    }
    if single.is_empty() && population.is_empty() {
        return Ok(Vec::new());
    }
    observer.begin("rules by provider", providers.len() as u64);
    let parts: Vec<(Vec<Sink>, Vec<Part>)> = providers
        .par_chunks(PROVIDERS_AT_ONCE)
        .map(|part| {
            stop_if_cancelled(observer)?;
            let mut sinks: Vec<Sink> = single.iter().map(|_| Sink::default()).collect();
            for &provider in part {
                for ((_, detector), sink) in single.iter().zip(&mut sinks) {
                    detector.detect(claims.provider(provider), context, sink);
                }
            }
            let summarise = |(_, detector): &(usize, &dyn ErasedPopulation)| {
                detector.summarise_all(&mut part.iter().map(|&provider| claims.provider(provider)), context)
            };
            let summaries = population.iter().map(summarise).collect();
            observer.advance("rules by provider", part.len() as u64);
            Ok((sinks, summaries))
        })
        .collect::<Result<_, Cancelled>>()?;
    let mut found = Vec::new();
    let mut summaries: Vec<Vec<Part>> = population.iter().map(|_| Vec::new()).collect();
    for (sinks, part) in parts {
        found.extend(single.iter().map(|(at, _)| *at).zip(sinks));
        part.into_iter().zip(&mut summaries).for_each(|(summary, all)| all.push(summary));
    }
    for ((at, detector), parts) in population.iter().zip(summaries) {
        let mut sink = Sink::default();
        detector.decide_all(parts, context, &mut sink);
        found.push((*at, sink));
    }
    Ok(found)
}

/// How many units of each kind the data set has.
struct Units {
    claims: u64,
    visits: u64,
    stays: u64,
    providers: u64,
}

impl Units {
    fn count(claims: &Claims) -> Self {
        let scored = |&claim: &usize| claims.claim(crate::tables::value::ClaimId(claim as u32)).is_scored();
        Self {
            claims: (0..claims.len()).filter(scored).count() as u64,
            visits: claims.visits().iter().filter(|visit| claims.visit_of(visit.first_claim).insured_claims().next().is_some()).count()
                as u64,
            stays: claims.stays().len() as u64,
            providers: claims.providers().filter(|&id| claims.provider(id).visits().len() > 0).count() as u64,
        }
    }

    fn of(&self, unit: Unit) -> u64 {
        match unit {
            Unit::Claim => self.claims,
            Unit::Visit => self.visits,
            Unit::Stay => self.stays,
            Unit::Provider => self.providers,
        }
    }
}
