use crate::claims::{LineView, PersonView, StayView};
use crate::detect::Direction::AtMost;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Low, Meta, Norm, PersonScope, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject,
    Target, Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::norms::{NormSettings, Return, returns};
use crate::tables::value::{AdmissionWay, Category, Date, Fen, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Flags a stay that soon follows another of the same person at the same provider or provider group.
///
/// # Why it matters
///
/// One course of treatment settled as two stays is paid twice by group and stays under limits of length and cost (分解住院).
///
/// # How it decides
///
/// Consecutive stays in one provider or provider group with a gap of 0 to `max_gap_days` days from discharge to admission, **whatever the
/// diagnosis** (who splits changes it). Four legs are examined:
///
/// 1. *drugs*: the gap is at most a day, and of the ward drugs charged on the last drug day of the earlier stay at least `continued_percent` are
///    charged on the first two days of the later one;
/// 2. *cost*: the earlier total reached `cost_percent` of its payment group's norm cost;
/// 3. *elective*: the later admission is known not to be an emergency;
/// 4. *provider*: the provider has at least 5 returns within 15 days, at least twice what its case mix would bring, and more than that by
///    three standard deviations.
///
/// A suspicion: leg 1, or two of legs 2 to 4. Else a clue. Strength = (1 + legs) / 5. The loss is between nothing and what the fund paid for
/// the later stay, since the payment of the joined case is not known.
///
/// # Known false positives
///
/// Chemotherapy, radiotherapy, dialysis, rehabilitation and births (left out by `planned_diagnoses`); transfers, newborns and same-day stays
/// (left out); interim and year-end settlements (joined to one stay before); staged surgery; an honest relapse.
///
/// # Example
///
/// Discharged on 12 March at 94 % of the group's norm, admitted electively on the 13th with the same infusions: a suspicion.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Article 38(1) (2021). Window of 15 days: local definitions in use. Legs and
/// shares: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SplitStay {
    /// Days from discharge to the next admission up to which a pair is looked at.
    pub max_gap_days: i32,
    /// Share of the last day's drugs, in percent, that must go on in the later stay.
    pub continued_percent: i32,
    /// Share of the payment group's norm cost, in percent, that the earlier stay must reach.
    pub cost_percent: i32,
    /// Diagnosis prefixes of planned returns.
    pub planned_diagnoses: Vec<String>,
}

impl Default for SplitStay {
    fn default() -> Self {
        let planned_diagnoses = ["O", "P", "Z49", "Z50", "Z51"].map(str::to_owned).to_vec();
        Self { max_gap_days: 15, continued_percent: 50, cost_percent: 90, planned_diagnoses }
    }
}

/// The widest gap for which candidates are kept.
const FLOOR_DAYS: i32 = 30;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P09"),
    name: text("split-stay"),
    title: both("Split stay", "分解住院"),
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
        text("claims.discharge_way"),
        text("claims.admission_way"),
        text("claims.transferred_from"),
        text("claims.group_code"),
        text("providers.group_id"),
        text("groups.norm_cost"),
        text("lines.category"),
        text("lines.charged_at"),
        text("lines.executed_at"),
        text("lines.is_discharge_drug"),
        text("catalogue.ingredient"),
        text("catalogue.valid_from"),
        text("catalogue.valid_to"),
    ],
    norms: vec![Norm::Readmission],
    family: text("split"),
    leg: None,
    facts: vec![
        fact("stay", "", "claim that names the later stay", "后一次住院的结算单"),
        fact("earlier_stay", "", "claim that names the earlier stay", "前一次住院的结算单"),
        fact("gap_days", "days", "days from discharge to admission", "间隔天数"),
        fact("legs", "", "legs that are met", "成立的佐证"),
        fact("continued_drugs", "drugs", "drugs of the last day that go on", "延续的药品数"),
        fact("last_day_drugs", "drugs", "drugs of the last day", "末日药品数"),
        fact("earlier_total", "yuan", "total of the earlier stay", "前一次住院总费用"),
        fact("norm_cost", "yuan", "norm cost of its payment group", "病组标准费用"),
        fact("earlier_diagnosis", "", "diagnosis of the earlier stay", "前一次诊断"),
        fact("diagnosis", "", "diagnosis of the later stay", "后一次诊断"),
        fact("provider_returns", "stays", "returns to the provider within 15 days", "该机构15日内再入院数"),
        fact("provider_expected", "stays", "returns that its case mix would bring", "按病种构成的预期数"),
    ],
    thresholds: vec![Threshold {
        parameter: text("max_gap_days"),
        fact: text("gap_days"),
        direction: AtMost,
        floor: f64::from(FLOOR_DAYS),
    }],
    discriminator: text("first claim of the earlier stay | first claim of the later stay"),
    message: both(
        "stay {stay} begins {gap_days} day(s) after stay {earlier_stay}; legs: {legs}",
        "住院 {stay} 在住院 {earlier_stay} 出院后 {gap_days} 天开始；佐证：{legs}",
    ),
    wide_message: None,
    basis: Basis::Merged,
    records: both(
        "discharge summary and orders of the earlier stay, admission record and orders of the later one",
        "前次住院的出院小结和医嘱、后次住院的入院记录和医嘱",
    ),
    defence: both(
        "a new illness or relapse; settled by the admission examination and the discharge condition",
        "新发疾病或复发；以入院查体和出院情况为准",
    ),
    sql: Some(text(include_str!("split_stay.sql"))),
    version: 1,
});

detector!(SplitStay, &META, Person, norms);

/// What speaks for one course of treatment.
struct Legs {
    /// Drugs that go on, of those of the last day.
    drugs: (usize, usize),
    /// The names of the legs that are met.
    met: Vec<&'static str>,
}

impl Legs {
    fn tier(&self) -> Tier {
        if self.met.contains(&"drugs") || self.met.len() >= 2 { Tier::Suspicion } else { Tier::Clue }
    }
}

impl SplitStay {
    fn check(&self, problems: &mut Problems) {
        problems.range("max_gap_days", self.max_gap_days, 0, FLOOR_DAYS);
        problems.range("continued_percent", self.continued_percent, 1, 100);
        problems.range("cost_percent", self.cost_percent, 1, 1000);
        if self.planned_diagnoses.iter().any(|prefix| prefix.trim().is_empty()) {
            problems.add("planned_diagnoses", "must not hold an empty prefix; it would match every diagnosis");
        }
    }

    fn norms(&self, settings: &mut NormSettings) {
        settings.planned_diagnoses.clone_from(&self.planned_diagnoses);
    }

    fn legs(&self, found: &Return<'_>, context: &Context<'_>) -> Legs {
        let Return { earlier, later, gap_days } = *found;
        let drugs = if gap_days <= 1 { continued_drugs(earlier, later) } else { (0, 0) };
        let norm_cost = earlier.group().and_then(|group| group.norm_cost());
        let reaches = |norm: Fen| i128::from(earlier.total().0) * 100 >= i128::from(self.cost_percent) * i128::from(norm.0);
        let admission = later.first_claim().row().admission_way();
        let provider = context.norms.readmission.as_ref().and_then(|norm| norm.providers.get(later.provider().name()));
        let legs = [
            ("drugs", drugs.1 > 0 && drugs.0 * 100 >= self.continued_percent as usize * drugs.1),
            ("cost", norm_cost.is_some_and(reaches)),
            ("elective", admission.is_some_and(|way| way != AdmissionWay::Emergency)),
            ("provider", provider.is_some_and(|provider| provider.is_above_case_mix())),
        ];
        Legs { drugs, met: legs.into_iter().filter(|(_, is_met)| *is_met).map(|(name, _)| name).collect() }
    }

    fn candidate(&self, found: &Return<'_>, context: &Context<'_>) -> Candidate {
        let Return { earlier, later, gap_days } = *found;
        let legs = self.legs(found, context);
        let discriminator = format!("{}|{}", earlier.first_claim().name(), later.first_claim().name());
        let names = &legs.met;
        let mut candidate = Candidate::about(Subject::Person(later.stay().person), discriminator, legs.tier(), f64::from(gap_days))
            .on_claim(later.first_claim())
            .between(later.stay().started_at.date(), later.stay().closed_end.date())
            .with_strength(Strength::of((1 + names.len()) as f64 / 5.0))
            .fact("stay", later.first_claim().name())
            .fact("earlier_stay", earlier.first_claim().name())
            .fact("gap_days", gap_days)
            .fact("legs", if names.is_empty() { "none".to_owned() } else { names.join(", ") });
        if legs.drugs.1 > 0 {
            candidate = candidate.fact("continued_drugs", legs.drugs.0).fact("last_day_drugs", legs.drugs.1);
        }
        candidate = candidate.fact("earlier_total", earlier.total());
        if let Some(norm) = earlier.group().and_then(|group| group.norm_cost()) {
            candidate = candidate.fact("norm_cost", norm);
        }
        candidate =
            candidate.fact("earlier_diagnosis", earlier.first_claim().diagnosis()).fact("diagnosis", later.first_claim().diagnosis());
        let provider = context.norms.readmission.as_ref().and_then(|norm| norm.providers.get(later.provider().name()));
        if let Some(provider) = provider {
            candidate = candidate.fact("provider_returns", provider.observed as i64).fact("provider_expected", provider.expected);
        }
        candidate.low = Low::Zero;
        candidate.at_risk(later.insured_claims()).evidence(Role::Compared, earlier.live_claims().map(|claim| Target::Claim(claim.id())))
    }
}

/// Of the drugs charged on the last drug day of the earlier stay: how many go on in the first two days of the later one, and how many there are.
fn continued_drugs(earlier: StayView<'_>, later: StayView<'_>) -> (usize, usize) {
    let Some(last_day) = drug_lines(earlier).filter_map(|line| charge_day(line)).max() else { return (0, 0) };
    let first_day = later.stay().started_at.date();
    let on = |stay, from: Date, to: Date| -> BTreeSet<(bool, u32)> {
        drug_lines(stay).filter(|line| charge_day(*line).is_some_and(|day| from <= day && day <= to)).map(drug).collect()
    };
    let last = on(earlier, last_day, last_day);
    let first = on(later, first_day, Date(first_day.0 + 1));
    (last.intersection(&first).count(), last.len())
}

fn drug_lines(stay: StayView<'_>) -> impl Iterator<Item = LineView<'_>> {
    let is_drug = |line: &LineView<'_>| {
        line.category().is_some_and(Category::is_drug) && line.amount() > Fen::ZERO && line.row().is_discharge_drug() != Some(true)
    };
    stay.live_claims().flat_map(|claim| claim.lines()).filter(is_drug)
}

fn charge_day(line: LineView<'_>) -> Option<Date> {
    line.row().charged_at().map(Time::date)
}

/// The ingredient where the catalogue tells it, else the item.
fn drug(line: LineView<'_>) -> (bool, u32) {
    let ingredient = line.catalogue().and_then(|row| row.ingredient());
    ingredient.map_or((false, line.item().0), |ingredient| (true, ingredient.0))
}

impl PersonScope for SplitStay {
    fn detect(&self, person: PersonView<'_>, context: &Context<'_>, out: &mut Sink) {
        let stays = person.stays().len();
        if stays == 0 {
            return;
        }
        let found = returns(person, &self.planned_diagnoses, FLOOR_DAYS);
        let reaches_back = |stay: &StayView<'_>| {
            let window = Date(stay.stay().started_at.date().0 - self.max_gap_days);
            let uncovered = person.covered_from(stay.stay().provider).is_some_and(|covered| window < covered);
            uncovered && !found.iter().any(|pair| pair.later.first_claim().id() == stay.first_claim().id())
        };
        let unknown = person.stays().filter(reaches_back).count();
        out.not_assessed("the days before admission lie before the provider's data", unknown as u64);
        out.assessed((stays - unknown) as u64);
        for pair in &found {
            out.push(self.candidate(pair, context));
        }
    }
}
