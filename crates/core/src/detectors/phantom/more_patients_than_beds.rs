use crate::claims::ProviderView;
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, Problems, ProviderScope, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Threshold, Tier, Unit, both, detector, fact, text,
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
pub struct MorePatientsThanBeds {
    /// <What is counted> from which a provider is flagged.
    pub min_visits: u32,
}

impl Default for MorePatientsThanBeds {
    fn default() -> Self {
        Self { min_visits: 1000 }
    }
}

/// The fewest visits for which candidates are kept.
const FLOOR: u32 = 500;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P04"),
    name: text("more-patients-than-beds"),
    title: both("More patients than beds", "在院人数超床位"),
    scheme: Scheme::Phantom,
    tier: Tier::Clue,
    clauses: vec![Clause { law: Law::Decree735, articles: text("<prohibition→sanction>"), purpose: text("") }],
    scope: ScopeKind::Provider,
    unit: Unit::Provider,
    needs: Vec::new(),
    uses: vec![text("claims.visit_id")],
    norms: Vec::new(),
    family: text("more-patients-than-beds"),
    leg: None,
    facts: vec![fact("visits", "visits", "<what the number is>", "<数字的含义>")],
    thresholds: vec![Threshold { parameter: text("min_visits"), fact: text("visits"), direction: AtLeast, floor: f64::from(FLOOR) }],
    discriminator: text("none; one finding per provider"),
    message: both("<one sentence about the provider, with {visits}>", "<一句话，含 {visits}>"),
    wide_message: None,
    basis: Basis::None,
    records: both("<records to seal or copy>", "<应封存或复制的资料>"),
    defence: both("<the likely defence>; settled by <the test that settles it>", "<可能的申辩>；以<核实依据>为准"),
    sql: Some(text(include_str!("more_patients_than_beds.sql"))),
    version: 1,
});

detector!(MorePatientsThanBeds, &META, Provider);

impl MorePatientsThanBeds {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_visits", self.min_visits, FLOOR, 1_000_000);
    }
}

impl ProviderScope for MorePatientsThanBeds {
    fn detect(&self, provider: ProviderView<'_>, _context: &Context<'_>, out: &mut Sink) {
        out.assessed(1);
        let visits = provider.visits().filter(|visit| visit.visit().is_live).count();
        if visits >= FLOOR as usize {
            out.push(candidate(provider, visits));
        }
    }
}

fn candidate(provider: ProviderView<'_>, visits: usize) -> Candidate {
    let filter = format!("provider_id = '{}'", provider.name().replace('\'', "''"));
    let sum = provider.claims().filter_map(|claim| claim.row().total_amount()).sum();
    let claims = Target::Set { table: "claims", filter, rows: provider.claims().count() as u64, sum };
    Candidate::about(Subject::Provider(provider.id()), String::new(), Tier::Clue, visits as f64)
        .with_strength(Strength::of(0.5))
        .fact("visits", visits)
        .evidence(Role::Context, [claims])
}
