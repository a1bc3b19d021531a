//! Scores of persons, providers and staff: their own findings, and what their claims add.
//!
//! A subject's claims add log-odds for how much more suspicion they carry than the average claim, shrunk towards the average, so that one bad
//! claim of a small provider does not outrank a pattern.

use crate::claims::Claims;
use crate::detect::Tier;
use crate::score::{BASE, Contribution, Scores, probability};
use crate::settings::Weights;
use crate::tables::value::Fen;
use std::collections::{BTreeMap, BTreeSet};

/// Claims' worth of the average that a subject's own record is weighed against.
const PRIOR_CLAIMS: f64 = 50.0;

/// A subject with its scores.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectScore {
    /// The subject.
    pub id: String,
    /// Overall score, 0 to 1.
    pub score: f64,
    /// Scores per scheme in the order of [`Scheme::ALL`].
    pub schemes: [f64; 5],
    /// What its findings own.
    pub exposure: Fen,
    /// Claims that were scored.
    pub claims: u64,
    /// Findings about it or its claims, by tier: clues, suspicions, breaches.
    pub findings: [u64; 3],
    /// Its peer group, for providers.
    pub peer_group: Option<String>,
    /// Codes of its leading findings.
    pub reasons: Vec<String>,
    /// What could not be assessed of it, by code.
    pub not_assessed: Vec<String>,
}

/// What is summed up for one subject.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) own: Vec<Contribution>,
    pub(crate) claims: u64,
    pub(crate) excess: f64,
    pub(crate) scheme_excess: [f64; 5],
    pub(crate) exposure: Fen,
    pub(crate) findings: BTreeSet<(Tier, String, String)>,
}

impl Tally {
    /// Adds a scored claim.
    pub(crate) fn add_claim(&mut self, scores: &Scores) {
        self.claims += 1;
        let base = probability(BASE);
        self.excess += scores.score - base;
        self.scheme_excess.iter_mut().zip(scores.schemes).for_each(|(sum, score)| *sum += score - base);
    }

    fn lift(&self, excess: f64, average: f64) -> f64 {
        let shrunk = (excess + PRIOR_CLAIMS * average) / (self.claims as f64 + PRIOR_CLAIMS);
        let base = probability(BASE);
        ((base + shrunk) / (base + average)).ln().max(0.0)
    }

    pub(crate) fn score(&self, id: String, average: &Averages, weights: &Weights) -> SubjectScore {
        let own = Scores::of(&self.own, weights);
        let add = |score: f64, lift: f64| {
            let odds = score / (1.0 - score) * lift.exp();
            odds / (1.0 + odds)
        };
        let mut schemes = own.schemes;
        for (at, score) in schemes.iter_mut().enumerate() {
            *score = add(*score, self.lift(self.scheme_excess[at], average.schemes[at]));
        }
        let count = |tier| self.findings.iter().filter(|(of, _, _)| *of == tier).count() as u64;
        SubjectScore {
            id,
            score: add(own.score, self.lift(self.excess, average.overall)),
            schemes,
            exposure: self.exposure,
            claims: self.claims,
            findings: [count(Tier::Clue), count(Tier::Suspicion), count(Tier::Breach)],
            peer_group: None,
            reasons: self.reasons(),
            not_assessed: Vec::new(),
        }
    }

    /// Codes with most findings of the highest tier first.
    fn reasons(&self) -> Vec<String> {
        let mut counts: BTreeMap<(Tier, &str), u64> = BTreeMap::new();
        for (tier, code, _) in &self.findings {
            *counts.entry((*tier, code)).or_default() += 1;
        }
        let mut codes: Vec<(Tier, u64, &str)> = counts.into_iter().map(|((tier, code), count)| (tier, count, code)).collect();
        codes.sort_by(|left, right| (right.0, right.1, left.2).cmp(&(left.0, left.1, right.2)));
        let mut seen = BTreeSet::new();
        codes.into_iter().filter(|(_, _, code)| seen.insert(*code)).take(3).map(|(_, _, code)| code.to_owned()).collect()
    }
}

/// The average excess of a claim over the base.
#[derive(Default)]
pub(crate) struct Averages {
    overall: f64,
    schemes: [f64; 5],
}

impl Averages {
    /// Over all scored claims, with a floor of a hundredth of the base so that a county without findings has an average too.
    pub(crate) fn of<'a>(scores: impl Iterator<Item = &'a Scores>) -> Self {
        let base = probability(BASE);
        let (mut sums, mut count) = (Self::default(), 0_u64);
        for scores in scores {
            count += 1;
            sums.overall += scores.score - base;
            sums.schemes.iter_mut().zip(scores.schemes).for_each(|(sum, score)| *sum += score - base);
        }
        let mean = |sum: f64| (sum / count.max(1) as f64).max(base / 100.0);
        Self { overall: mean(sums.overall), schemes: sums.schemes.map(mean) }
    }
}

/// The staff member in charge of a claim, if known.
pub(crate) fn doctor(claims: &Claims, claim: crate::tables::value::ClaimId) -> Option<String> {
    let doctor = claims.claim(claim).row().doctor_id()?;
    Some(claims.dictionary(crate::tables::value::Domain::Staff).text(doctor.0).to_owned())
}
