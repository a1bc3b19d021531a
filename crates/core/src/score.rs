//! One additive score per claim: why it is what it is, is an exact sum.
//!
//! A contribution is an integer, round(1000 · weight · strength) milli-logits. Of each family the largest counts (ties by code). The overall score
//! is the base plus all families; a scheme's score is the same base plus that scheme's own families. Without findings a score is the base.

use crate::detect::{Meta, Scheme, Tier};
use crate::finding::Finding;
use crate::settings::Weights;
use std::collections::BTreeMap;

/// The score of a claim without findings, in milli-logits: about 1 in 100.
pub const BASE: i64 = -4600;

/// What one finding adds to a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The family it counts for.
    pub family: String,
    /// The detector.
    pub code: String,
    /// Its scheme.
    pub scheme: Scheme,
    /// Its tier.
    pub tier: Tier,
    /// The finding.
    pub finding_id: String,
    /// What it adds, in milli-logits, after the cap on clues.
    pub milli_logits: i64,
}

/// The contribution of a finding before families and caps.
pub(crate) fn contribution(finding: &Finding, meta: &Meta, weights: &Weights) -> Contribution {
    let weight = weights.of(&finding.code, finding.tier);
    Contribution {
        family: meta.family.to_string(),
        code: finding.code.clone(),
        scheme: finding.scheme,
        tier: finding.tier,
        finding_id: finding.id.clone(),
        milli_logits: (1000.0 * weight * finding.strength.share()).round() as i64,
    }
}

/// Keeps the largest contribution of each family and caps the sum of clues; the result, largest first, adds up to the score above the base.
pub fn counted(contributions: &[Contribution], weights: &Weights) -> Vec<Contribution> {
    let mut best: BTreeMap<&str, &Contribution> = BTreeMap::new();
    for contribution in contributions {
        let better = |kept: &&Contribution| {
            (contribution.milli_logits, &kept.code, &kept.finding_id) > (kept.milli_logits, &contribution.code, &contribution.finding_id)
        };
        if best.get(contribution.family.as_str()).is_none_or(better) {
            best.insert(&contribution.family, contribution);
        }
    }
    let mut counted: Vec<Contribution> = best.into_values().cloned().collect();
    counted.sort_by(|left, right| right.milli_logits.cmp(&left.milli_logits).then_with(|| left.code.cmp(&right.code)));
    let mut clues_left = (1000.0 * weights.clue_cap).round() as i64;
    for contribution in counted.iter_mut().filter(|contribution| contribution.tier == Tier::Clue) {
        contribution.milli_logits = contribution.milli_logits.min(clues_left);
        clues_left -= contribution.milli_logits;
    }
    counted
}

/// A sum of contributions in milli-logits as a score from 0 to 1.
pub fn probability(milli_logits: i64) -> f64 {
    1.0 / (1.0 + (-(milli_logits as f64) / 1000.0).exp())
}

/// Scores overall and per scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores {
    /// In milli-logits: small, since every claim has one.
    overall: i32,
    schemes: [i32; 5],
}

impl Scores {
    /// Sums contributions.
    pub fn of(contributions: &[Contribution], weights: &Weights) -> Self {
        let sum = |counted: Vec<Contribution>| {
            let above = counted.iter().map(|contribution| contribution.milli_logits).sum::<i64>();
            i32::try_from(BASE + above).unwrap_or(i32::MAX)
        };
        let mut schemes = [0; 5];
        for (score, scheme) in schemes.iter_mut().zip(Scheme::ALL) {
            let own: Vec<Contribution> = contributions.iter().filter(|contribution| contribution.scheme == *scheme).cloned().collect();
            *score = sum(counted(&own, weights));
        }
        Self { overall: sum(counted(contributions, weights)), schemes }
    }

    /// Overall, in milli-logits.
    pub fn milli_logits(&self) -> i64 {
        self.overall.into()
    }

    /// Overall, 0 to 1.
    pub fn score(&self) -> f64 {
        probability(self.milli_logits())
    }

    /// Per scheme in the order of [`Scheme::ALL`], 0 to 1.
    pub fn schemes(&self) -> [f64; 5] {
        self.schemes.map(|milli_logits| probability(milli_logits.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(family: &str, code: &str, tier: Tier, milli_logits: i64) -> Contribution {
        Contribution { family: family.into(), code: code.into(), scheme: Scheme::Phantom, tier, finding_id: code.into(), milli_logits }
    }

    #[test]
    fn default_weights_place_the_tiers() {
        let weights = Weights::default();
        let score = |contributions: &[Contribution]| Scores::of(contributions, &weights).score();
        assert!(score(&[of("a", "A1", Tier::Breach, 7000)]) >= 0.9);
        assert!(score(&[of("a", "A1", Tier::Suspicion, 5200)]) >= 0.6);
        let clues: Vec<Contribution> = (0..50).map(|at| of(&format!("f{at}"), &format!("C{at}"), Tier::Clue, 1200)).collect();
        assert!(score(&clues) < 0.5);
        assert!((score(&[]) - probability(BASE)).abs() < f64::EPSILON);
    }

    #[test]
    fn a_family_counts_once_and_ties_go_to_the_lower_code() {
        let weights = Weights::default();
        let counted =
            counted(&[of("a", "B1", Tier::Breach, 7000), of("a", "A1", Tier::Breach, 7000), of("b", "C1", Tier::Clue, 600)], &weights);
        let codes: Vec<&str> = counted.iter().map(|contribution| contribution.code.as_str()).collect();
        assert_eq!(codes, ["A1", "C1"]);
    }
}
