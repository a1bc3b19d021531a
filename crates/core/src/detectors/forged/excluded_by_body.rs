use crate::claims::{ClaimView, LineView};
use crate::detect::{
    Basis, Candidate, ClaimScope, Clause, Context, Law, Low, Meta, Norm, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject,
    Target, Tier, Unit, both, detector, fact, text,
};
use crate::norms::{Body, BodyLimits, Users, body, bounded_diagnoses, is_newborns, is_reversed, limited_uses};
use crate::tables::value::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Flags diagnoses and services that the body of the registered person cannot have.
///
/// # Why it matters
///
/// A man with an obstetric examination was not the patient: somebody else used the credential, or the claim was written and not lived.
///
/// # How it decides
///
/// Diagnosis codes are compared with a table of ICD-10 categories that belong to one sex (pregnancy, female and male genital organs and their
/// tumours) or to an age (pregnancy: women of 9 to 60 years; perinatal conditions: under 18 years). Services are lines of care (examination,
/// laboratory, treatment, surgery and other care that needs presence) with an amount in scope whose catalogue row or knowledge point (`limits`) in
/// force limits it to the other sex. A suspicion if the main diagnosis or a service is impossible; a further diagnosis alone is a clue without money. At risk: the whole
/// claim if its main diagnosis is impossible (lower estimate zero unless a service says so too), else the lines of these services.
///
/// First the limit itself is tested: where at least `min_users` persons have the code or the service and `defect_percent` % or more of them
/// contradict it, the mapping is wrong and not they; claims with nothing else count as not assessed.
///
/// # Known false positives
///
/// Newborns under the mother's number (not assessed where the claim says so; perinatal codes of women of 12 to 55 years are left out); a recorded
/// sex that was corrected later; a mistyped code; couples treated under one number for infertility. Sides of the body and organs removed earlier
/// need a history of operations and are not compared. Limits of age on services are C10's.
///
/// # Example
///
/// A man of 34 with delivery (O80) as main diagnosis and an obstetric ultrasound of 120 yuan: a suspicion over the whole claim.
///
/// # References
///
/// WHO, ICD-10 volumes 1 and 2: categories limited to one sex, perinatal conditions (2016). Regulation on the Use of Medical Security Funds,
/// Articles 38(1), 40(3), 41 (2021). Ages of pregnancy and the share that tells a wrong mapping: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExcludedByBody {
    /// Persons with a diagnosis or service, from which its mapping is tested.
    pub min_users: u32,
    /// Share of these persons who contradict the limit, in percent, from which the mapping is wrong.
    pub defect_percent: u32,
}

impl Default for ExcludedByBody {
    fn default() -> Self {
        Self { min_users: 30, defect_percent: 30 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("F07"),
    name: text("excluded-by-body"),
    title: both("Excluded by the patient's body", "性别年龄不可能的诊疗"),
    scheme: Scheme::Forged,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87, 88"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(1); 41"), purpose: text("40(3)") },
    ],
    scope: ScopeKind::Claim,
    unit: Unit::Claim,
    needs: vec![text("persons.sex"), text("persons.birth_date")],
    uses: vec![
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.diagnosis_code"),
        text("diagnoses.is_main"),
        text("lines.line_id"),
        text("lines.category"),
        text("lines.in_scope_amount"),
        text("lines.charged_at"),
        text("lines.executed_at"),
        text("lines.reverses_line_id"),
        text("catalogue.category"),
        text("catalogue.sex_limit"),
        text("catalogue.valid_from"),
        text("catalogue.valid_to"),
        text("limits.kind"),
        text("limits.sex"),
        text("limits.valid_from"),
        text("limits.valid_to"),
    ],
    norms: vec![Norm::BodyLimits],
    family: text("body"),
    leg: None,
    facts: vec![
        fact("patient", "", "sex and age of the registered person", "登记人性别年龄"),
        fact("diagnoses", "", "impossible diagnoses", "不可能的诊断"),
        fact("is_main", "", "whether the main diagnosis is among them", "是否为主要诊断"),
        fact("services", "", "impossible services", "不可能的诊疗项目"),
        fact("lines", "lines", "lines of these services", "相关明细条数"),
    ],
    thresholds: Vec::new(),
    discriminator: text("none; one finding per claim"),
    message: both(
        "the registered person ({patient}) cannot have diagnoses: {diagnoses}; services: {services}",
        "登记人（{patient}）不可能有诊断：{diagnoses}；诊疗项目：{services}",
    ),
    wide_message: None,
    basis: Basis::Stay,
    records: both(
        "medical record, reports with images, signatures, identity check at registration",
        "病历、检查报告及影像、签名、就诊时身份核验记录",
    ),
    defence: both(
        "a wrong recorded sex or birth date, or a mistyped code; settled by the identity document and the medical record",
        "性别、出生日期登记错误或编码录入错误；以身份证件和病历为准",
    ),
    sql: Some(text(include_str!("excluded_by_body.sql"))),
    version: 2,
});

detector!(ExcludedByBody, &META, Claim);

/// What a claim holds that the person cannot have.
#[derive(Default)]
struct Impossible<'a> {
    /// Whether each code is the main diagnosis.
    diagnoses: BTreeMap<&'a str, bool>,
    lines: Vec<LineView<'a>>,
    is_defect: bool,
}

impl<'a> Impossible<'a> {
    fn is_empty(&self) -> bool {
        self.diagnoses.is_empty() && self.lines.is_empty()
    }

    fn has_main(&self) -> bool {
        self.diagnoses.values().any(|is_main| *is_main)
    }

    fn diagnoses(&self) -> String {
        if self.diagnoses.is_empty() { "none".to_owned() } else { self.diagnoses.keys().copied().collect::<Vec<_>>().join(", ") }
    }

    fn services(&self) -> String {
        let mut items: Vec<&'a str> = self.lines.iter().map(|line| line.item_code()).collect();
        items.sort_unstable();
        items.dedup();
        if items.is_empty() { "none".to_owned() } else { items.join(", ") }
    }
}

impl ExcludedByBody {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_users", self.min_users, 1, 1_000_000);
        problems.range("defect_percent", self.defect_percent, 1, 100);
    }

    fn is_defect(&self, users: Users) -> bool {
        users.is_defect(u64::from(self.min_users), u64::from(self.defect_percent))
    }

    fn impossible<'a>(&self, claim: ClaimView<'a>, body: Body, norm: &BodyLimits) -> Impossible<'a> {
        let mut found = Impossible::default();
        for (code, is_main, is_excluded) in bounded_diagnoses(claim, body) {
            if is_excluded && self.is_defect(norm.of_diagnosis(code)) {
                found.is_defect = true;
            } else if is_excluded {
                *found.diagnoses.entry(code).or_default() |= is_main;
            }
        }
        for service in limited_uses(claim, body).filter(|limited| limited.is_broken && limited.is_anatomy && !is_reversed(limited.line)) {
            if self.is_defect(norm.of_use(&service)) {
                found.is_defect = true;
            } else {
                found.lines.push(service.line);
            }
        }
        found
    }
}

impl ClaimScope for ExcludedByBody {
    fn detect(&self, claim: ClaimView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(norm) = &context.norms.body_limits else { return };
        if is_newborns(claim) {
            return out.not_assessed("newborn under the mother's number", 1);
        }
        let Some(body) = body(claim) else { return out.not_assessed("sex or birth date unknown", 1) };
        if claim.lines().len() == 0 && claim.coded_diagnoses().next().is_none() {
            return out.not_assessed("claim without diagnosis and lines", 1);
        }
        let found = self.impossible(claim, body, norm);
        if found.is_empty() && found.is_defect {
            return out.not_assessed("limit that many users of the item contradict", 1);
        }
        out.assessed(1);
        if !found.is_empty() {
            out.push(candidate(claim, body, &found));
        }
    }
}

fn candidate(claim: ClaimView<'_>, body: Body, found: &Impossible<'_>) -> Candidate {
    let started = claim.row().started_at().map(Time::date).unwrap_or_default();
    let ended = claim.row().ended_at().map_or(started, |end| end.date().max(started));
    let (has_main, has_lines) = (found.has_main(), !found.lines.is_empty());
    let tier = if has_main || has_lines { Tier::Suspicion } else { Tier::Clue };
    let observed = found.diagnoses.len() + found.lines.len();
    let candidate = Candidate::about(Subject::Claim(claim.id()), String::new(), tier, observed as f64)
        .on_claim(claim)
        .between(started, ended)
        .with_strength(Strength::of(if has_main && has_lines { 0.9 } else { 0.5 }))
        .fact("patient", format!("{}, age {}", body.sex.word(), body.age(started)))
        .fact("diagnoses", found.diagnoses())
        .fact("is_main", if has_main { "yes" } else { "no" })
        .fact("services", found.services())
        .fact("lines", found.lines.len())
        .evidence(Role::Compared, [Target::Row { table: "persons", key: claim.patient().name().to_owned() }]);
    let lines = found.lines.iter().map(|&line| (line, line.in_scope()));
    let (basis, candidate) = match (has_main, has_lines) {
        (true, _) => {
            let services = found.lines.iter().map(|line| Target::Line(line.index()));
            (Basis::Stay, candidate.at_risk(std::iter::once(claim)).evidence(Role::Context, services))
        }
        (false, true) => (Basis::Line, candidate.at_risk_lines(lines)),
        (false, false) => (Basis::None, candidate.evidence(Role::Context, [Target::Claim(claim.id())])),
    };
    Candidate { basis: Some(basis), low: if has_lines { Low::Same } else { Low::Zero }, ..candidate }
}
