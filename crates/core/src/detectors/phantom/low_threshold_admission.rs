use crate::claims::{ProviderView, StayView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, Norm, Problems, ProviderScope, Scheme, ScopeKind, Sink, Strength, Subject, Threshold,
    Tier, Unit, both, detector, fact, text,
};
use crate::norms::{LowThresholdSettings, LowThresholdShare, NormSettings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags short stays for mild illness that hold hardly more than tests, and hospitals with many of them.
///
/// # Why it matters
///
/// Persons who need a check-up, or nothing, are admitted so that the fund pays for tests and a bed.
///
/// # How it decides
///
/// A stay is judged if it is insured, no newborn, and tells diagnosis, way of admission and lines. Its share of tests is (laboratory +
/// examination) / (all − bed), over the lines of its insured claims. It is *of low threshold* if it has at most `max_nights` nights, its
/// diagnosis begins with one of `mild_diagnoses`, it came neither as an emergency nor by transfer, no line names an injection or infusion
/// (`injection_words` in name or dose form), there is no surgery line and no procedure, and its share of tests is above the 99th percentile of
/// *treated* stays (with injection, infusion, surgery or procedure) of more than `max_nights` nights for the same diagnosis (three characters) at
/// the same level; of the level alone where those are fewer than `min_norm_stays`. Short stays do not make the norm, lest those that got one
/// infusion for the record raise it. Stays without such a norm are not judged. Each such stay is a clue.
///
/// A hospital with at least `min_provider_stays` judged stays, of which at least `min_low_stays` are of low threshold, is a suspicion over these
/// stays if its share stands out: z = (count − expected) / √(expected · (1 − rate)), divided by √φ, where φ = median z² / 0.455 (at least 1) is
/// the spread among hospitals beyond chance; the upper tails of z must pass the procedure of Benjamini and Hochberg at q ≤ `max_q_per_mille` /
/// 1000. The loss is the whole stays.
///
/// # Known false positives
///
/// One-day diagnostic admissions and staging before treatment (only the mild diagnoses listed count; tumours, pregnancy and injuries are none of
/// them); chronic illness newly adjusted by tablets (a clue; a hospital stands out only if it has far more of them than others); pre-admission
/// tests (no stay); extracts without names or dose forms, where injections cannot be seen.
///
/// # Example
///
/// Two nights for a headache by appointment: tests 640 of 760 yuan beside the bed, no injection; 99 of 100 treated stays for headache at the
/// level are at most 55 % tests: a clue. A hospital with 41 such stays of 300, where the share of all would bring 4: a suspicion over the 41.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Article 38(2) (2021). Funnel limits with over-dispersion: Spiegelhalter, Statistics in
/// Medicine 24 (2005); false discovery rate: Benjamini and Hochberg (1995). Mild diagnoses, three nights and numbers of stays: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LowThresholdAdmission {
    /// The most nights of such a stay.
    pub max_nights: i32,
    /// Prefixes of diagnosis codes that seldom need a bed: colds and bronchitis, headache, dizziness, insomnia, back pain, gastritis, dyspepsia
    /// and constipation, uncomplicated hypertension and lipids, examinations. Judgement.
    pub mild_diagnoses: Vec<String>,
    /// Words that name an injection or infusion in the name or dose form of a line. Judgement.
    pub injection_words: Vec<String>,
    /// Treated stays of more than `max_nights` nights from which a percentile is formed.
    pub min_norm_stays: u32,
    /// Judged stays from which a hospital is compared with others.
    pub min_provider_stays: u32,
    /// Stays of low threshold from which a hospital is flagged.
    pub min_low_stays: u32,
    /// False discovery rate among hospitals, in thousandths.
    pub max_q_per_mille: u32,
}

impl Default for LowThresholdAdmission {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            max_nights: 3,
            mild_diagnoses: words(&[
                "E78", "G43", "G44", "G47", "I10", "J00", "J01", "J02", "J03", "J04", "J06", "J20", "J40", "K29", "K30", "K59", "M47",
                "M50", "M54", "R42", "R51", "R53", "Z00", "Z01",
            ]),
            injection_words: words(&["注射", "输液", "静脉", "静滴", "肌注", "针剂"]),
            min_norm_stays: 100,
            min_provider_stays: 20,
            min_low_stays: 5,
            max_q_per_mille: 50,
        }
    }
}

/// The fewest stays of low threshold for which a hospital is kept.
const FLOOR: u32 = 3;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P08"),
    name: text("low-threshold-admission"),
    title: both("Low-threshold admission", "低标准入院"),
    scheme: Scheme::Phantom,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(2)"), purpose: text("40") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Stay,
    needs: vec![text("claims.diagnosis_code"), text("claims.admission_way"), text("lines.category")],
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("lines.item_name"),
        text("lines.dose_form"),
        text("procedures.code"),
        text("providers.level"),
    ],
    norms: vec![Norm::LowThreshold],
    family: text("admission"),
    leg: None,
    facts: vec![
        fact("stay", "", "claim that names the stay", "住院结算单"),
        fact("diagnosis", "", "main diagnosis", "主要诊断"),
        fact("nights", "nights", "nights of the stay", "住院夜数"),
        fact("tests_percent", "%", "laboratory and examinations in the bill without the bed", "检查检验费占比（扣除床位费）"),
        fact("usual_percent", "%", "what 99 of 100 treated stays do not exceed", "99%治疗性住院不超过的占比"),
        fact("low_stays", "stays", "stays of low threshold", "低标准入院次数"),
        fact("stays", "stays", "stays judged", "评估的住院次数"),
        fact("expected_stays", "stays", "stays of low threshold that the share of all hospitals would bring", "按全体占比预期的次数"),
        fact("z", "robust z", "standard deviations above that, spread among hospitals in account", "超出预期的z值（含机构间离散）"),
    ],
    thresholds: vec![Threshold { parameter: text("min_low_stays"), fact: text("low_stays"), direction: AtLeast, floor: f64::from(FLOOR) }],
    discriminator: text("none; one finding per stay or provider"),
    message: both(
        "stay {stay} for {diagnosis}, {nights} night(s) without injection or procedure, is {tests_percent} % tests; usual are up to {usual_percent} %",
        "住院 {stay}（{diagnosis}，{nights} 夜）无注射、手术操作，检查检验费占 {tests_percent}%，通常不超过 {usual_percent}%",
    ),
    wide_message: Some(both(
        "{low_stays} of {stays} stays are short stays for mild illness with hardly more than tests; {expected_stays} would be usual",
        "{stays} 次住院中有 {low_stays} 次为轻症短期住院且以检查检验为主，通常为 {expected_stays} 次",
    )),
    basis: Basis::Stay,
    records: both(
        "admission notes with the reason for admission, orders, nursing records and test reports of the stays",
        "入院记录（入院指征）、医嘱、护理记录、检查检验报告",
    ),
    defence: both(
        "admitted for observation; settled by the admission note and the orders of the first day",
        "入院观察；以入院记录和首日医嘱为准",
    ),
    sql: Some(text(include_str!("low_threshold_admission.sql"))),
    version: 1,
});

detector!(LowThresholdAdmission, &META, Provider, norms);

/// A stay of low threshold.
struct LowStay<'a> {
    stay: StayView<'a>,
    tests_per_mille: i64,
    limit: i64,
}

impl LowThresholdAdmission {
    fn check(&self, problems: &mut Problems) {
        problems.range("max_nights", self.max_nights, 0, 365);
        problems.range("min_norm_stays", self.min_norm_stays, 1, 1_000_000);
        problems.range("min_provider_stays", self.min_provider_stays, 1, 1_000_000);
        problems.range("min_low_stays", self.min_low_stays, FLOOR, 1_000_000);
        problems.range("max_q_per_mille", self.max_q_per_mille, 0, 1000);
        for (field, words) in [("mild_diagnoses", &self.mild_diagnoses), ("injection_words", &self.injection_words)] {
            if words.iter().any(|word| word.trim().is_empty()) {
                problems.add(field, "must not hold an empty text; it would match everything");
            }
        }
    }

    fn norms(&self, settings: &mut NormSettings) {
        settings.low_threshold = self.settings();
    }

    fn settings(&self) -> LowThresholdSettings {
        LowThresholdSettings {
            mild_diagnoses: self.mild_diagnoses.clone(),
            injection_words: self.injection_words.clone(),
            max_nights: self.max_nights,
            min_norm_stays: self.min_norm_stays.into(),
            min_provider_stays: self.min_provider_stays.into(),
            max_q_per_mille: self.max_q_per_mille,
        }
    }
}

impl ProviderScope for LowThresholdAdmission {
    fn detect(&self, provider: ProviderView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(norm) = &context.norms.low_threshold else { return };
        let settings = self.settings();
        let mut low = Vec::new();
        for stay in provider.stays().filter(|stay| stay.is_insured()) {
            let Some(shown) = settings.shown(stay) else {
                out.not_assessed("diagnosis or way of admission or charges of the stay unknown", 1);
                continue;
            };
            let Some(limit) = norm.limit(&shown) else {
                out.not_assessed("too few treated stays to compare with", 1);
                continue;
            };
            out.assessed(1);
            if shown.is_doubtful && shown.tests_per_mille > limit && !settings.is_treated(stay) {
                low.push(LowStay { stay, tests_per_mille: shown.tests_per_mille, limit });
            }
        }
        out.extend(low.iter().map(about_stay));
        let share = norm.providers.get(provider.name()).filter(|share| share.stands_out && low.len() >= FLOOR as usize);
        out.extend(share.map(|share| about_provider(provider, &low, share)));
    }
}

fn about_stay(low: &LowStay<'_>) -> Candidate {
    let first = low.stay.first_claim();
    let mut candidate = Candidate::about(Subject::Claim(first.id()), String::new(), Tier::Clue, low.tests_per_mille as f64)
        .on_claim(first)
        .between(low.stay.stay().started_at.date(), low.stay.stay().closed_end.date())
        .with_strength(Strength::of(0.5))
        .fact("stay", first.name())
        .fact("diagnosis", first.diagnosis())
        .fact("nights", low.stay.stay().nights())
        .fact("tests_percent", low.tests_per_mille as f64 / 10.0)
        .fact("usual_percent", low.limit as f64 / 10.0)
        .at_risk(low.stay.insured_claims());
    candidate.expected = Some(low.limit as f64);
    candidate
}

fn about_provider(provider: ProviderView<'_>, low: &[LowStay<'_>], share: &LowThresholdShare) -> Candidate {
    let days = || low.iter().map(|low| low.stay.stay().started_at.date());
    let mut candidate = Candidate::about(Subject::Provider(provider.id()), String::new(), Tier::Suspicion, low.len() as f64)
        .with_strength(Strength::of(0.5 + share.z / 40.0))
        .fact("low_stays", low.len())
        .fact("stays", share.stays as i64)
        .fact("expected_stays", (share.expected * 10.0).round() / 10.0)
        .fact("z", (share.z * 100.0).round() / 100.0)
        .at_risk(low.iter().flat_map(|low| low.stay.insured_claims()));
    candidate.dates = days().min().zip(days().max());
    candidate.expected = Some(share.expected);
    candidate
}
