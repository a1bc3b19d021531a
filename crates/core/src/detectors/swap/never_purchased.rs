use crate::claims::ProviderView;
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, PopulationScope, Problems, Scheme, ScopeKind, Sink, Strength, Subject, Threshold, Tier,
    Unit, both, detector, fact, text,
};
use crate::tables::value::ProviderId;
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
/// <The formula, the thresholds and the tiers; what is at risk; how the loss is reckoned.> From `min_visits` on it is a clue.
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
pub struct NeverPurchased {
    /// <What is counted> from which a provider is flagged.
    pub min_visits: u32,
}

impl Default for NeverPurchased {
    fn default() -> Self {
        Self { min_visits: 1000 }
    }
}

/// The fewest visits for which candidates are kept.
const FLOOR: u32 = 500;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("S05"),
    name: text("never-purchased"),
    title: both("Billed but never purchased", "有结算无采购"),
    scheme: Scheme::Swap,
    tier: Tier::Clue,
    clauses: vec![Clause { law: Law::Decree735, articles: text("<prohibition→sanction>"), purpose: text("") }],
    scope: ScopeKind::Population,
    unit: Unit::Provider,
    needs: Vec::new(),
    uses: vec![text("claims.visit_id")],
    norms: Vec::new(),
    family: text("never-purchased"),
    leg: None,
    facts: vec![fact("visits", "visits", "<what the number is>", "<数字的含义>")],
    thresholds: vec![Threshold { parameter: text("min_visits"), fact: text("visits"), direction: AtLeast, floor: f64::from(FLOOR) }],
    discriminator: text("none; one finding per provider"),
    message: both("<one sentence about the provider, with {visits}>", "<一句话，含 {visits}>"),
    wide_message: None,
    basis: Basis::None,
    records: both("<records to seal or copy>", "<应封存或复制的资料>"),
    defence: both("<the likely defence>; settled by <the test that settles it>", "<可能的申辩>；以<核实依据>为准"),
    sql: Some(text(include_str!("never_purchased.sql"))),
    version: 1,
});

detector!(NeverPurchased, &META, Population);

impl NeverPurchased {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_visits", self.min_visits, FLOOR, 1_000_000);
    }
}

/// What is kept of providers: how many were seen, and the visits of those above the floor.
#[derive(Default)]
pub struct Summary {
    assessed: u64,
    found: Vec<(ProviderId, usize)>,
}

impl PopulationScope for NeverPurchased {
    type Summary = Summary;

    fn summarise(&self, provider: ProviderView<'_>, _context: &Context<'_>, summary: &mut Summary) {
        summary.assessed += 1;
        let visits = provider.visits().filter(|visit| visit.visit().is_live).count();
        if visits >= FLOOR as usize {
            summary.found.push((provider.id(), visits));
        }
    }

    fn merge(&self, earlier: &mut Summary, later: Summary) {
        earlier.assessed += later.assessed;
        earlier.found.extend(later.found);
    }

    fn decide(&self, summary: &Summary, _context: &Context<'_>, out: &mut Sink) {
        out.assessed(summary.assessed);
        out.extend(summary.found.iter().map(|&(provider, visits)| candidate(provider, visits)));
    }
}

fn candidate(provider: ProviderId, visits: usize) -> Candidate {
    Candidate::about(Subject::Provider(provider), String::new(), Tier::Clue, visits as f64)
        .with_strength(Strength::of(0.5))
        .fact("visits", visits)
}
