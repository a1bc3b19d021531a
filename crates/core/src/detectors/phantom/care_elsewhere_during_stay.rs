use super::elsewhere::{Inside, Kind, Sign, daily_fees_on, signs};
use crate::claims::{PersonView, StayView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Low, Meta, PersonScope, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::tables::value::{Date, Fen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Flags care at another provider in the middle of a hospital stay.
///
/// # Why it matters
///
/// A patient who is examined or treated elsewhere was not in the bed that the stay charges: a stay on paper, or a lent credential.
///
/// # How it decides
///
/// For each insured stay, the person's claims at other providers (of any payer) are searched for services dated (executed, else charged) at least
/// `margin_days` after admission and before discharge, or `date_only_margin_days` where only the day is known, since it may be that of posting.
/// Left out: the same hospital group, internet visits, home beds, other stays (P02), newborns. What the catalogue says needs the patient there,
/// else examinations, laboratory tests, treatments, operations, nursing and beds, counts as presence; a consultation alone does not, since
/// family may come for a prescription.
///
/// Suspicion: a treatment, operation, nursing or bed elsewhere; or an examination at a provider of the same or a lower level. Clue: laboratory
/// tests only (the sample may travel), examinations only at a higher or unknown level (the hospital may have sent the patient), series of
/// dialysis and radiotherapy (`series_diagnoses`), an outpatient claim without lines; else `min_purchases` claims for drugs only. An
/// emergency, observation, day-surgery or maternity claim without lines counts as presence on its first day.
///
/// One finding per stay. At risk are the bed, nursing and consultation of the days elsewhere, since the rest of the stay may have been given; the
/// whole stay if these are `whole_stay_percent` of its nights, the lower estimate being their share. For a clue the lower estimate is 0.
///
/// # Known false positives
///
/// Family pharmacy visits and refills (drugs, with or without consultation: at most a clue); tests that the hospital cannot do, outsourced tests,
/// dialysis elsewhere (clue); shared hospital groups (left out); posting on the day (margin); the credential lent to somebody else while the
/// patient lies in bed (then the other claim is at fault).
///
/// # Example
///
/// In hospital from 3 to 10 May; on 6 May acupuncture in a clinic: a suspicion over one day of bed, nursing and consultation.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Article 38(1) (2021). Inspection rules on outpatient care during a stay; tiers: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CareElsewhereDuringStay {
    /// Days after admission and before discharge from which a service counts.
    pub margin_days: i32,
    /// The same where a service is known by its day only.
    pub date_only_margin_days: i32,
    /// Claims for drugs alone from which they are a clue.
    pub min_purchases: u32,
    /// Share of the nights, in percent, from which days elsewhere put the whole stay at risk.
    pub whole_stay_percent: i32,
    /// Diagnoses, by the beginning of their codes, of series that a patient in hospital may have elsewhere.
    pub series_diagnoses: Vec<String>,
}

impl Default for CareElsewhereDuringStay {
    fn default() -> Self {
        let series_diagnoses = ["N18", "N19", "Z49", "Z51.0"].map(str::to_owned).to_vec();
        Self { margin_days: 1, date_only_margin_days: 2, min_purchases: 2, whole_stay_percent: 50, series_diagnoses }
    }
}

/// The fewest purchases for which candidates are kept.
const FEWEST_PURCHASES: usize = 2;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P03"),
    name: text("care-elsewhere-during-stay"),
    title: both("Care elsewhere during a stay", "住院期间他处就诊"),
    scheme: Scheme::Phantom,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(1)"), purpose: text("40") },
    ],
    scope: ScopeKind::Person,
    unit: Unit::Stay,
    needs: Vec::new(),
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.diagnosis_code"),
        text("lines.category"),
        text("lines.executed_at"),
        text("lines.charged_at"),
        text("lines.in_scope_amount"),
        text("lines.is_discharge_drug"),
        text("providers.group_id"),
        text("providers.level"),
        text("catalogue.presence"),
        text("catalogue.valid_from"),
        text("catalogue.valid_to"),
    ],
    norms: Vec::new(),
    family: text("presence"),
    leg: None,
    facts: vec![
        fact("stay", "", "claim that names the stay", "住院的结算单"),
        fact("stay_nights", "nights", "nights of the stay", "住院夜数"),
        fact("days_elsewhere", "days", "days with care elsewhere", "他处就诊天数"),
        fact("first_day", "", "first such day", "首个日期"),
        fact("other_claim", "", "first claim elsewhere", "首张他处结算单"),
        fact("other_provider", "", "its provider", "该单机构"),
        fact("other_claims", "claims", "claims elsewhere", "他处结算单数"),
        fact("services", "lines", "services elsewhere that need the patient there", "他处需到场的服务条数"),
        fact("purchases", "claims", "claims elsewhere for drugs alone", "他处仅购药的结算单数"),
    ],
    thresholds: vec![Threshold {
        parameter: text("min_purchases"),
        fact: text("purchases"),
        direction: AtLeast,
        floor: FEWEST_PURCHASES as f64,
    }],
    discriminator: text("first claim of the stay"),
    message: both(
        "during stay {stay} the person had care elsewhere on {days_elsewhere} day(s), first on {first_day} at provider {other_provider}",
        "住院 {stay} 期间有 {days_elsewhere} 天在他处就诊，首次为 {first_day}，机构 {other_provider}",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both(
        "nursing records, temperature chart, leave records, ward camera or gate records of those days; records and identity check of the other visit",
        "当日护理记录、体温单、请假记录、病区视频或门禁记录；他处就诊病历和身份核验记录",
    ),
    defence: both(
        "sent out for a test, on leave, or the card used by family; settled by the nursing record of the day and the signature elsewhere",
        "外出检查、请假外出或家属持卡；以当日护理记录和他处就诊签字为准",
    ),
    sql: Some(text(include_str!("care_elsewhere_during_stay.sql"))),
    version: 1,
});

detector!(CareElsewhereDuringStay, &META, Person);

impl CareElsewhereDuringStay {
    fn check(&self, problems: &mut Problems) {
        problems.range("margin_days", self.margin_days, 1, 30);
        problems.range("date_only_margin_days", self.date_only_margin_days, 1, 30);
        problems.range("min_purchases", self.min_purchases, 2, 1000);
        problems.range("whole_stay_percent", self.whole_stay_percent, 1, 100);
    }

    /// The signs that make the finding, with its tier: the strongest kind there is, and presence of any kind before purchases.
    fn decide(mut signs: Vec<Sign<'_>>) -> Option<(Tier, Vec<Sign<'_>>)> {
        let strongest = signs.iter().map(|sign| sign.kind).max()?;
        if strongest == Kind::Purchase {
            return (signs.len() >= FEWEST_PURCHASES).then_some((Tier::Clue, signs));
        }
        signs.retain(|sign| sign.kind == strongest);
        Some((if strongest == Kind::Strong { Tier::Suspicion } else { Tier::Clue }, signs))
    }

    fn describe(&self, stay: StayView<'_>, tier: Tier, mut signs: Vec<Sign<'_>>) -> Option<Candidate> {
        signs.sort_by(|left, right| (left.days[0], left.claim.name()).cmp(&(right.days[0], right.claim.name())));
        let days: BTreeSet<Date> = signs.iter().flat_map(|sign| sign.days.iter().copied()).collect();
        let days: Vec<Date> = days.into_iter().collect();
        let (first, last) = (*days.first()?, *days.last()?);
        let is_purchase = signs[0].kind == Kind::Purchase;
        let observed = if is_purchase { signs.len() } else { days.len() };
        let nights = i64::from(stay.stay().nights());
        let is_whole = tier == Tier::Suspicion && days.len() as i64 * 100 >= i64::from(self.whole_stay_percent) * nights;
        let name = stay.first_claim().name();
        let mut candidate = Candidate::about(Subject::Person(stay.stay().person), name.to_owned(), tier, observed as f64)
            .on_claim(stay.first_claim())
            .between(first, last)
            .with_strength(Strength::of(strength(tier, is_purchase, days.len(), is_whole)))
            .fact("stay", name)
            .fact("stay_nights", nights as i32)
            .fact("days_elsewhere", days.len())
            .fact("first_day", first)
            .fact("other_claim", signs[0].claim.name())
            .fact("other_provider", stay.elsewhere(signs[0].claim).name())
            .fact("other_claims", signs.len());
        candidate = if is_purchase {
            candidate.fact("purchases", signs.len())
        } else {
            candidate.fact("services", signs.iter().map(|sign| sign.services).sum::<usize>())
        };
        candidate = candidate.evidence(Role::Compared, signs.iter().map(|sign| Target::Claim(sign.claim.id())));
        if is_whole {
            candidate.basis = Some(Basis::Stay);
            candidate.low = Low::Share(days.len() as i64, nights);
            return Some(candidate.at_risk(stay.insured_claims()));
        }
        if tier == Tier::Clue {
            candidate.low = Low::Zero;
        }
        let asked = daily_fees_on(stay, &days);
        if asked.is_empty() {
            // Where no daily fee is dated so, the finding still names the stay.
            return Some(candidate.at_risk_part(stay.insured_claims().next()?, Fen::ZERO));
        }
        Some(candidate.at_risk_lines(asked.into_iter()))
    }
}

fn strength(tier: Tier, is_purchase: bool, days: usize, is_whole: bool) -> f64 {
    match tier {
        Tier::Clue if is_purchase => 0.3,
        Tier::Clue => 0.5,
        _ if is_whole => 1.0,
        _ if days > 1 => 0.9,
        _ => 0.8,
    }
}

impl PersonScope for CareElsewhereDuringStay {
    fn detect(&self, person: PersonView<'_>, _context: &Context<'_>, out: &mut Sink) {
        for stay in person.stays().filter(|stay| stay.is_insured()) {
            if stay.is_newborn() {
                out.not_assessed("newborn under the mother's number", 1);
                continue;
            }
            out.assessed(1);
            let inside = Inside::new(stay, self.margin_days, self.date_only_margin_days);
            let found = Self::decide(signs(person, stay, inside, &self.series_diagnoses));
            out.extend(found.and_then(|(tier, signs)| self.describe(stay, tier, signs)));
        }
    }
}
