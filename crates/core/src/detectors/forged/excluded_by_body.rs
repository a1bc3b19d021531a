use crate::claims::ClaimView;
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, ClaimScope, Clause, Context, Law, Meta, Problems, Scheme, ScopeKind, Sink, Strength, Subject, Threshold, Tier, Unit,
    both, detector, fact, text,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags <what, in one sentence>.
///
/// # Why it matters
///
/// <What the fund loses, and why the pattern is not ordinary care.>
///
/// # How it decides
///
/// <The formula, the thresholds and the tiers; what is at risk; how the loss is reckoned.> From `min_lines` on it is a clue.
///
/// # Known false positives
///
/// <Each honest look-alike, and how it is left out or why it stays.>
///
/// # Example
///
/// <One case with numbers.>
///
/// # References
///
/// <Policy or paper, with year.>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExcludedByBody {
    /// <What is counted> from which a claim is flagged.
    pub min_lines: u32,
}

impl Default for ExcludedByBody {
    fn default() -> Self {
        Self { min_lines: 1000 }
    }
}

/// The fewest lines for which candidates are kept.
const FLOOR: u32 = 500;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("F07"),
    name: text("excluded-by-body"),
    title: both("What the body excludes", "性别年龄禁忌"),
    scheme: Scheme::Forged,
    tier: Tier::Clue,
    clauses: vec![Clause { law: Law::Decree735, articles: text("<prohibition→sanction>"), purpose: text("") }],
    scope: ScopeKind::Claim,
    unit: Unit::Claim,
    needs: vec![text("lines.amount")],
    uses: vec![text("claims.is_insured")],
    norms: Vec::new(),
    family: text("excluded-by-body"),
    leg: None,
    facts: vec![fact("lines", "lines", "<what the number is>", "<数字的含义>")],
    thresholds: vec![Threshold { parameter: text("min_lines"), fact: text("lines"), direction: AtLeast, floor: f64::from(FLOOR) }],
    discriminator: text("none; one finding per claim"),
    message: both("<one sentence about the claim, with {lines}>", "<一句话，含 {lines}>"),
    wide_message: None,
    basis: Basis::Stay,
    records: both("<records to seal or copy>", "<应封存或复制的资料>"),
    defence: both("<the likely defence>; settled by <the test that settles it>", "<可能的申辩>；以<核实依据>为准"),
    sql: Some(text(include_str!("excluded_by_body.sql"))),
    version: 1,
});

detector!(ExcludedByBody, &META, Claim);

impl ExcludedByBody {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_lines", self.min_lines, FLOOR, 1_000_000);
    }
}

impl ClaimScope for ExcludedByBody {
    fn detect(&self, claim: ClaimView<'_>, _context: &Context<'_>, out: &mut Sink) {
        if claim.lines().len() == 0 {
            return out.not_assessed("claim without lines", 1);
        }
        out.assessed(1);
        if claim.lines().len() >= FLOOR as usize {
            out.push(candidate(claim));
        }
    }
}

fn candidate(claim: ClaimView<'_>) -> Candidate {
    let day = claim.row().started_at().unwrap_or_default().date();
    Candidate::about(Subject::Claim(claim.id()), String::new(), Tier::Clue, claim.lines().len() as f64)
        .on_claim(claim)
        .between(day, day)
        .with_strength(Strength::of(0.5))
        .fact("lines", claim.lines().len())
        .at_risk(std::iter::once(claim))
}
