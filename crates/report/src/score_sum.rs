//! Why a claim's score is what it is, as an exact sum.

use crate::context::Context;
use claimsift::Finding;
use claimsift::detect::{Role, Tier};
use claimsift::score::{BASE, Contribution, Scores, counted};
use std::collections::BTreeMap;

/// The score of a claim as base plus contributions, in milli-logits.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreSum {
    /// What every claim starts from.
    pub base: i64,
    /// What is added, the largest first.
    pub counted: Vec<Counted>,
    /// Findings that name the claim and add nothing.
    pub not_counted: Vec<NotCounted>,
    /// The sum with the scores that follow from it.
    pub scores: Scores,
}

/// A contribution that is part of the sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// The contribution as it counts.
    pub contribution: Contribution,
    /// What it would be without the cap on clues.
    pub before_cap: i64,
    /// Its weight in logits.
    pub weight: f64,
    /// Its strength.
    pub strength: f64,
}

/// A finding that is not part of the sum.
#[derive(Clone, Debug, PartialEq)]
pub struct NotCounted {
    /// What it would add.
    pub contribution: Contribution,
    /// Why it does not.
    pub reason: Uncounted,
}

/// Why a finding adds nothing to a claim's score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncounted {
    /// Another finding of its family adds more, or as much under a lower code or id.
    Family {
        /// The finding that counts.
        finding_id: String,
        /// Its detector.
        code: String,
    },
    /// The claim is not at risk in it.
    NotAtRisk,
}

/// What a finding is to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touch {
    /// It names the claim or a row of it for comparison or context.
    Named,
    /// The claim, or a line of it, is at risk.
    AtRisk,
}

/// What a finding is to a claim, if anything.
pub(crate) fn touch(finding: &Finding, claim_id: &str) -> Option<Touch> {
    let rows =
        finding.evidence.iter().filter(|row| row.claim_id.as_deref() == Some(claim_id) || (row.table == "claims" && row.key == claim_id));
    let of_row = |role: Role| if role == Role::AtRisk { Touch::AtRisk } else { Touch::Named };
    rows.map(|row| of_row(row.role)).max().or_else(|| (finding.claim_id.as_deref() == Some(claim_id)).then_some(Touch::Named))
}

impl ScoreSum {
    /// Adds up the findings of a claim.
    pub fn of(context: &Context<'_>, claim_id: &str) -> Self {
        let weights = &context.settings.weights;
        let touched = |wanted: Touch| context.findings.iter().filter(move |finding| touch(finding, claim_id) == Some(wanted));
        let at_risk: BTreeMap<&str, (&Finding, Contribution)> =
            touched(Touch::AtRisk).map(|finding| (finding.id.as_str(), (finding, context.contribution(finding)))).collect();
        let contributions: Vec<Contribution> = touched(Touch::AtRisk).map(|finding| context.contribution(finding)).collect();
        let counted = counted(&contributions, weights);
        let named =
            touched(Touch::Named).map(|finding| NotCounted { contribution: context.contribution(finding), reason: Uncounted::NotAtRisk });
        let outdone = contributions.iter().filter(|one| counted.iter().all(|other| other.finding_id != one.finding_id)).filter_map(|one| {
            let winner = counted.iter().find(|other| other.family == one.family)?;
            let reason = Uncounted::Family { finding_id: winner.finding_id.clone(), code: winner.code.clone() };
            Some(NotCounted { contribution: one.clone(), reason })
        });
        let not_counted = outdone.chain(named).collect();
        let describe = |contribution: &Contribution| {
            let (strength, before_cap) = at_risk
                .get(contribution.finding_id.as_str())
                .map_or((0.0, 0), |(finding, full)| (finding.strength.share(), full.milli_logits));
            let weight = weights.of(&contribution.code, contribution.tier);
            Counted { contribution: contribution.clone(), before_cap, weight, strength }
        };
        Self { base: BASE, counted: counted.iter().map(describe).collect(), not_counted, scores: Scores::of(&contributions, weights) }
    }

    /// What the cap on clues takes away.
    pub fn cut_by_cap(&self) -> i64 {
        self.counted.iter().map(|counted| counted.before_cap - counted.contribution.milli_logits).sum()
    }

    /// The highest tier of what counts.
    pub fn tier(&self) -> Option<Tier> {
        self.counted.iter().map(|counted| counted.contribution.tier).max()
    }
}
