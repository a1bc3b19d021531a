use crate::claims::{LineView, PersonView, VisitView};
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, PersonScope, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target, Tier,
    Unit, both, detector, fact, text,
};
use crate::tables::value::{Category, Date, Fen, Time, VisitType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags services that need the patient there, dated after the patient's death.
///
/// # Why it matters
///
/// A visit that begins after death was invented, or somebody else used the credential.
///
/// # How it decides
///
/// For persons with a registered death, each insured visit (pharmacy and internet visits apart) is searched for presence lines: bed,
/// consultation, examination, laboratory, treatment, surgery and nursing (or what the catalogue says), served (executed, else charged) at
/// least `min_days_after` days after the death. Never the settlement date. `days_after` counts to the first such service. A visit without
/// lines counts by its start and type, and the start is its first service. A breach if the visit **began** more than a day after death; a visit that began
/// earlier is a clue only, since the death may be registered late or wrongly. An outpatient visit without lines is a clue: family may have come.
/// At risk: the whole visit if it began on a later day than the death, else the lines after it. The scheme is phantom for a stay, forged
/// for any other visit.
///
/// # Known false positives
///
/// Late or wrong registration of the death (clue); mortuary items and discharge drugs (left out); drugs collected by the family (no presence
/// lines, not flagged); earlier bills settled after death (settlement dates do not count).
///
/// # Example
///
/// Died on 4 June; an outpatient ultrasound executed on 20 June is a breach after 16 days.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 38(1), 40(3) (2021). Margin of a day: audit practice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CareAfterDeath {
    /// Days after death from which a service counts.
    pub min_days_after: i32,
}

impl Default for CareAfterDeath {
    fn default() -> Self {
        Self { min_days_after: 2 }
    }
}

/// Words in names of items that follow a death.
const MORTUARY: [&str; 4] = ["尸", "遗体", "太平间", "殡"];

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P17"),
    name: text("care-after-death"),
    title: both("Care after death", "死亡后就诊"),
    scheme: Scheme::Phantom,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87, 88"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(1); 41"), purpose: text("40(3)") },
    ],
    scope: ScopeKind::Person,
    unit: Unit::Visit,
    needs: vec![text("persons.death_date")],
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("lines.category"),
        text("lines.item_name"),
        text("lines.executed_at"),
        text("lines.charged_at"),
        text("lines.in_scope_amount"),
        text("lines.is_discharge_drug"),
        text("catalogue.presence"),
        text("catalogue.valid_from"),
        text("catalogue.valid_to"),
    ],
    norms: Vec::new(),
    family: text("death"),
    leg: None,
    facts: vec![
        fact("visit", "", "claim that names the visit", "就诊的结算单"),
        fact("died_on", "", "registered day of death", "登记死亡日期"),
        fact("started_on", "", "start of the visit", "就诊开始日期"),
        fact("days_after", "days", "days from death to the first service", "首次服务距死亡天数"),
        fact("services", "lines", "presence services after death", "死亡后需到场的服务条数"),
        fact("visit_type", "", "type of the visit", "就诊类型"),
    ],
    thresholds: Vec::new(),
    discriminator: text("first claim of the visit"),
    message: both(
        "visit {visit} has a service that needs the patient there {days_after} day(s) after the registered death",
        "就诊 {visit} 在登记死亡 {days_after} 天后仍有需患者到场的服务",
    ),
    wide_message: None,
    basis: Basis::Stay,
    records: both(
        "death certificate, household register, medical record and identity check of the visit",
        "死亡证明、户籍注销、该次就诊病历和身份核验记录",
    ),
    defence: both("wrong or late registration of the death; settled by the death certificate", "死亡登记错误或滞后；以死亡医学证明为准"),
    sql: Some(text(include_str!("care_after_death.sql"))),
    version: 1,
});

detector!(CareAfterDeath, &META, Person);

/// What speaks of care after death in one visit.
struct Signs<'a> {
    first: Date,
    lines: Vec<LineView<'a>>,
    is_breach: bool,
}

impl CareAfterDeath {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_days_after", self.min_days_after, 1, 365);
    }
}

/// Services from `min_days_after` days after death on.
fn signs<'a>(visit: VisitView<'a>, died: Date, min_days_after: i32) -> Option<Signs<'a>> {
    let from = Date(died.0 + min_days_after);
    let start = visit.visit().started_at.date();
    let started_after = start.0 > died.0 + 1;
    if visit.insured_claims().all(|claim| claim.lines().len() == 0) {
        let kind = visit.visit().visit_type;
        let alone = matches!(kind, VisitType::Outpatient | VisitType::Chronic);
        let counts = alone || needs_bed_or_doctor(kind);
        return (counts && start >= from).then(|| Signs { first: start, lines: Vec::new(), is_breach: started_after && !alone });
    }
    let served_after = |line: &LineView<'_>| line.served_at().is_some_and(|time| time.date() >= from);
    let lines: Vec<LineView<'a>> =
        visit.insured_claims().flat_map(|claim| claim.lines()).filter(|line| needs_presence(*line) && served_after(line)).collect();
    let first = lines.iter().filter_map(|line| line.served_at()).map(Time::date).min()?;
    Some(Signs { first, lines, is_breach: started_after })
}

/// Visits that nobody can make for the patient.
fn needs_bed_or_doctor(kind: VisitType) -> bool {
    use VisitType::{DaySurgery, Emergency, Inpatient, Maternity, Observation};
    matches!(kind, Inpatient | Emergency | Observation | DaySurgery | Maternity)
}

fn needs_presence(line: LineView<'_>) -> bool {
    let presence = line.catalogue().and_then(|row| row.presence());
    presence.unwrap_or_else(|| line.category().is_some_and(Category::needs_presence))
        && line.amount() > Fen::ZERO
        && line.row().is_discharge_drug() != Some(true)
        && !MORTUARY.iter().any(|word| line.item_name().contains(word))
}

impl PersonScope for CareAfterDeath {
    fn detect(&self, person: PersonView<'_>, _context: &Context<'_>, out: &mut Sink) {
        let looked_at = |visit: &VisitView<'_>| {
            let remote = matches!(visit.visit().visit_type, VisitType::Pharmacy | VisitType::Internet);
            visit.visit().is_live && !remote && visit.insured_claims().next().is_some()
        };
        let visits = person.visits().filter(looked_at);
        let count = visits.clone().count() as u64;
        let Some(row) = person.row() else { return out.not_assessed("the person is not in the table of persons", count) };
        out.assessed(count);
        let Some(died) = row.death_date() else { return };
        for visit in visits {
            if let Some(signs) = signs(visit, died, self.min_days_after) {
                out.push(candidate(person, visit, died, signs));
            }
        }
    }
}

fn candidate(person: PersonView<'_>, visit: VisitView<'_>, died: Date, signs: Signs<'_>) -> Candidate {
    let days_after = signs.first.0 - died.0;
    let inpatient = visit.visit().visit_type == VisitType::Inpatient;
    let started_on = visit.visit().started_at.date();
    let tier = if signs.is_breach { Tier::Breach } else { Tier::Clue };
    let name = visit.first_claim().name();
    let mut candidate = Candidate::about(Subject::Person(person.id()), name.to_owned(), tier, f64::from(days_after))
        .on_claim(visit.first_claim())
        .between(signs.first, visit.visit().ended_at.map_or(signs.first, |end| end.date().max(signs.first)))
        .with_strength(Strength::of(0.6))
        .fact("visit", name)
        .fact("died_on", died)
        .fact("started_on", started_on)
        .fact("days_after", days_after)
        .fact("services", signs.lines.len())
        .fact("visit_type", visit.visit().visit_type.word());
    candidate.scheme = Some(if inpatient { Scheme::Phantom } else { Scheme::Forged });
    candidate = candidate.evidence(Role::Compared, [Target::Row { table: "persons", key: person.name().to_owned() }]);
    if started_on > died {
        let services = signs.lines.iter().map(|line| Target::Line(line.index()));
        return candidate.at_risk(visit.insured_claims()).evidence(Role::Context, services);
    }
    candidate.basis = Some(Basis::Line);
    candidate.at_risk_lines(signs.lines.into_iter().map(|line| (line, line.in_scope())))
}
