use crate::claims::{PersonView, VisitView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, PersonScope, Problems, Scheme, ScopeKind, Sink, Strength, Subject, Threshold, Tier, Unit,
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
pub struct CareElsewhereDuringStay {
    /// <What is counted> from which a person is flagged.
    pub min_visits: u32,
}

impl Default for CareElsewhereDuringStay {
    fn default() -> Self {
        Self { min_visits: 1000 }
    }
}

/// The fewest visits for which candidates are kept.
const FLOOR: u32 = 500;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P03"),
    name: text("care-elsewhere-during-stay"),
    title: both("Care elsewhere during a stay", "住院期间他处就诊"),
    scheme: Scheme::Phantom,
    tier: Tier::Clue,
    clauses: vec![Clause { law: Law::Decree735, articles: text("<prohibition→sanction>"), purpose: text("") }],
    scope: ScopeKind::Person,
    unit: Unit::Visit,
    needs: Vec::new(),
    uses: vec![text("claims.visit_id"), text("claims.is_insured")],
    norms: Vec::new(),
    family: text("care-elsewhere-during-stay"),
    leg: None,
    facts: vec![fact("visits", "visits", "<what the number is>", "<数字的含义>")],
    thresholds: vec![Threshold { parameter: text("min_visits"), fact: text("visits"), direction: AtLeast, floor: f64::from(FLOOR) }],
    discriminator: text("none; one finding per person"),
    message: both("<one sentence about the person, with {visits}>", "<一句话，含 {visits}>"),
    wide_message: None,
    basis: Basis::Stay,
    records: both("<records to seal or copy>", "<应封存或复制的资料>"),
    defence: both("<the likely defence>; settled by <the test that settles it>", "<可能的申辩>；以<核实依据>为准"),
    sql: Some(text(include_str!("care_elsewhere_during_stay.sql"))),
    version: 1,
});

detector!(CareElsewhereDuringStay, &META, Person);

impl CareElsewhereDuringStay {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_visits", self.min_visits, FLOOR, 1_000_000);
    }
}

impl PersonScope for CareElsewhereDuringStay {
    fn detect(&self, person: PersonView<'_>, _context: &Context<'_>, out: &mut Sink) {
        let is_insured = |visit: &VisitView<'_>| visit.visit().is_live && visit.insured_claims().next().is_some();
        let visits: Vec<VisitView<'_>> = person.visits().filter(is_insured).collect();
        out.assessed(visits.len() as u64);
        if visits.len() >= FLOOR as usize {
            out.push(candidate(person, &visits));
        }
    }
}

fn candidate(person: PersonView<'_>, visits: &[VisitView<'_>]) -> Candidate {
    let days = visits.iter().map(|visit| visit.visit().started_at.date());
    let mut candidate = Candidate::about(Subject::Person(person.id()), String::new(), Tier::Clue, visits.len() as f64)
        .with_strength(Strength::of(0.5))
        .fact("visits", visits.len())
        .at_risk(visits.iter().flat_map(|visit| visit.insured_claims()));
    candidate.dates = days.clone().min().zip(days.max());
    candidate
}
