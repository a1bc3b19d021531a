//! Scores of persons, providers and staff: how likely a visit confirms something, raised by how much more suspicion their claims carry.
//!
//! A subject's claims add log-odds for how much more suspicion they carry than the average claim, shrunk towards the average, so that one bad
//! claim of a small provider does not outrank a pattern.

use crate::claims::Claims;
use crate::detect::{Scheme, Tier};
use crate::norms::Norms;
use crate::score::{BASE, Contribution, Scores, probability};
use crate::settings::Weights;
use crate::tables::value::{ClaimId, Domain, Fen, StaffId};
use std::collections::{BTreeMap, BTreeSet};

/// Claims' worth of the average that a subject's own record is weighed against.
const PRIOR_CLAIMS: f64 = 50.0;
/// Suspicions per claim that a clean county may show (target of 5 in 10,000 claims).
const TOLERATED_RATE: f64 = 5.0 / 10_000.0;

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
    /// Of findings about it or its claims, by finding id.
    pub(crate) contributions: BTreeMap<String, Contribution>,
    pub(crate) claims: u64,
    pub(crate) excess: f64,
    pub(crate) scheme_excess: [f64; 5],
    pub(crate) exposure: Fen,
}

impl Tally {
    /// Adds a scored claim.
    pub(crate) fn add_claim(&mut self, scores: &Scores) {
        self.claims += 1;
        let base = probability(BASE);
        self.excess += scores.score() - base;
        self.scheme_excess.iter_mut().zip(scores.schemes()).for_each(|(sum, score)| *sum += score - base);
    }

    fn lift(&self, excess: f64, average: f64) -> f64 {
        let shrunk = (excess + PRIOR_CLAIMS * average) / (self.claims as f64 + PRIOR_CLAIMS);
        let base = probability(BASE);
        ((base + shrunk) / (base + average)).ln().max(0.0)
    }

    /// The score of one of `subjects` of its kind.
    pub(crate) fn score(&self, id: String, subjects: usize, average: &Averages, weights: &Weights) -> SubjectScore {
        let raise = |milli_logits: i64, lift: f64| probability(milli_logits + (1000.0 * lift).round() as i64);
        let all = likelihood(&self.contributions.values(), self.claims, subjects, weights);
        let mut schemes = [0.0; 5];
        for (at, (score, scheme)) in schemes.iter_mut().zip(Scheme::ALL).enumerate() {
            let own = self.contributions.values().filter(|contribution| contribution.scheme == *scheme);
            *score = raise(likelihood(&own, self.claims, subjects, weights), self.lift(self.scheme_excess[at], average.schemes[at]));
        }
        let count = |tier| self.contributions.values().filter(|contribution| contribution.tier == tier).count() as u64;
        SubjectScore {
            id,
            score: raise(all, self.lift(self.excess, average.overall)),
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
        for contribution in self.contributions.values() {
            *counts.entry((contribution.tier, &contribution.code)).or_default() += 1;
        }
        let mut codes: Vec<(Tier, u64, &str)> = counts.into_iter().map(|((tier, code), count)| (tier, count, code)).collect();
        codes.sort_by(|left, right| (right.0, right.1, left.2).cmp(&(left.0, left.1, right.2)));
        let mut seen = BTreeSet::new();
        codes.into_iter().filter(|(_, _, code)| seen.insert(*code)).take(3).map(|(_, _, code)| code.to_owned()).collect()
    }
}

/// How likely a visit to one of `subjects` confirms something, in milli-logits: breaches speak for themselves; suspicions count as far as their
/// number exceeds what a clean county of as many subjects would show somewhere by chance; clues count once per family, up to their cap.
pub(crate) fn likelihood<'a>(
    contributions: &(impl Iterator<Item = &'a Contribution> + Clone),
    claims: u64,
    subjects: usize,
    weights: &Weights,
) -> i64 {
    let of = |tier| contributions.clone().filter(move |contribution| contribution.tier == tier);
    let largest = |tier| of(tier).map(|contribution| contribution.milli_logits).max().unwrap_or(0);
    let chance = poisson_tail(of(Tier::Suspicion).count(), claims as f64 * TOLERATED_RATE) * subjects as f64;
    let suspicion = largest(Tier::Suspicion) as f64 * (1.0 - chance.min(1.0));
    let mut families: BTreeMap<&str, i64> = BTreeMap::new();
    for clue in of(Tier::Clue) {
        let family = families.entry(&clue.family).or_default();
        *family = (*family).max(clue.milli_logits);
    }
    let clues = families.into_values().sum::<i64>().min((1000.0 * weights.clue_cap).round() as i64);
    BASE + largest(Tier::Breach) + suspicion.round() as i64 + clues
}

/// P(N ≥ k) for a Poisson count with the given mean.
fn poisson_tail(k: usize, mean: f64) -> f64 {
    let mut term = (-mean).exp();
    let mut below = 0.0;
    for n in 0..k {
        below += term;
        term *= mean / (n + 1) as f64;
    }
    (1.0 - below).clamp(0.0, 1.0)
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
            sums.overall += scores.score() - base;
            sums.schemes.iter_mut().zip(scores.schemes()).for_each(|(sum, score)| *sum += score - base);
        }
        let mean = |sum: f64| (sum / count.max(1) as f64).max(base / 100.0);
        Self { overall: mean(sums.overall), schemes: sums.schemes.map(mean) }
    }
}

/// The staff member in charge of a claim, if known and no account of the department.
pub(crate) fn doctor(claims: &Claims, claim: ClaimId, norms: &Norms) -> Option<StaffId> {
    let claim = claims.claim(claim);
    let name = |domain, key| claims.dictionary(domain).text(key);
    let is_account = |doctor: &StaffId| {
        let keys = norms.heavy_keys.as_ref();
        keys.is_some_and(|keys| keys.has_staff(name(Domain::Provider, claim.provider().0), name(Domain::Staff, doctor.0)))
    };
    claim.doctor().filter(|doctor| !is_account(doctor))
}

/// The tallies of one kind of subject, found by the subject's number.
pub(crate) struct Tallies {
    domain: Domain,
    slots: Vec<u32>,
    kept: Vec<(u32, Tally)>,
}

impl Tallies {
    /// Without any tally.
    pub(crate) fn new(claims: &Claims, domain: Domain) -> Self {
        Self { domain, slots: vec![u32::MAX; claims.dictionary(domain).len()], kept: Vec::new() }
    }

    /// The tally of a subject, if it has one.
    pub(crate) fn get_mut(&mut self, key: u32) -> Option<&mut Tally> {
        let slot = *self.slots.get(key as usize)?;
        self.kept.get_mut(slot as usize).map(|(_, tally)| tally)
    }

    /// The tally of a subject, made where there is none.
    pub(crate) fn entry(&mut self, key: u32) -> &mut Tally {
        let slot = &mut self.slots[key as usize];
        if *slot == u32::MAX {
            *slot = self.kept.len() as u32;
            self.kept.push((key, Tally::default()));
        }
        &mut self.kept[*slot as usize].1
    }

    /// Scores in the order of ids.
    pub(crate) fn scores(&self, claims: &Claims, averages: &Averages, weights: &Weights) -> Vec<SubjectScore> {
        let names = claims.dictionary(self.domain);
        // A visit is chosen among all providers or staff; a person's record is read because of that person.
        let subjects = if self.domain == Domain::Person { 1 } else { self.slots.len() };
        let score = |(key, tally): &(u32, Tally)| tally.score(names.text(*key).to_owned(), subjects, averages, weights);
        let mut scores: Vec<SubjectScore> = self.kept.iter().map(score).collect();
        scores.sort_by(|left, right| left.id.cmp(&right.id));
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_tails_match_the_table() {
        assert!((poisson_tail(0, 2.0) - 1.0).abs() < 1e-12);
        assert!((poisson_tail(1, 2.0) - 0.864_664_716_763).abs() < 1e-9);
        assert!((poisson_tail(5, 1.0) - 0.003_659_846_827).abs() < 1e-9);
    }

    #[test]
    fn a_few_suspicions_among_many_claims_are_chance() {
        let weights = Weights::default();
        let suspicion = |at: usize| Contribution {
            family: "f".into(),
            code: "P09".into(),
            scheme: Scheme::Phantom,
            tier: Tier::Suspicion,
            finding_id: at.to_string(),
            milli_logits: 5200,
        };
        let likely = |count: usize, claims: u64| {
            let found: Vec<Contribution> = (0..count).map(suspicion).collect();
            probability(likelihood(&found.iter(), claims, 100, &weights))
        };
        assert!(likely(2, 4000) < 0.02);
        assert!(likely(12, 4000) > 0.6);
    }
}
