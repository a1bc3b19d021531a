use super::elsewhere::{daily_fees, daily_fees_on, hands_on_days};
use crate::claims::{LineView, PersonView, StayView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Low, Meta, Norm, PersonScope, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject,
    Target, Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::norms::{
    Comparison, EmptyNightNorm, Night, NormSettings, day_of, has_nights, is_quiet, longest_run, nights_by_lines, nights_by_orders,
};
use crate::tables::value::{Date, Fen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags hospital stays with nights that are charged for and on which nothing is done.
///
/// # Why it matters
///
/// A bed kept for nobody (挂床): the patient is at home, and bed, nursing and consultation run on.
///
/// # How it decides
///
/// A night of a closed insured stay is empty if bed, nursing or consultation is charged on its day and nothing else is done: no drug, consumable,
/// test, treatment or operation dated so (executed, else charged; a drug counts for its `days_supply`, discharge drugs not at all), and no leave
/// is recorded (registers). It is a finding if the longest run of empty nights is at least `min_empty_run`, and at most `max_chance_per_mille` of
/// comparable stays have a run as long: stays of **other** providers, of the same diagnosis (three characters), level and length (2–4, 5–7, 8–14,
/// 15–30, 31 nights and more). Where these are fewer than `min_comparable`, stays of the same diagnosis and length, then of level and length, then
/// of length, then all. Of the stays compared with, providers with the highest shares of runs as long are left out, up to `trim_percent` of the
/// stays, so that a few providers that keep such beds do not hide one another.
///
/// Lines tell nights only at providers of which `min_line_percent` of all nights carry a line. Elsewhere orders tell them, from the day of each
/// order to the day it was stopped (its own day where that is unknown); stays without orders are not assessed.
///
/// A suspicion; a clue where `common_percent` of at least 20 stays of the provider have runs as long, since it may post its care in batches. At
/// risk are bed, nursing and consultation of all empty nights (told by orders: their share of the nights); the lower estimate is the longest run.
/// The whole stay is at risk if on an empty night after the first the patient was treated at another provider or group.
///
/// # Known false positives
///
/// Psychiatric, rehabilitation and palliative stays (by diagnosis, department or name of the provider) and stays paid by the day: left out.
/// Recorded leave; drugs handed out for a weekend (supply in days); care in batches (clue). A quiet week of waiting for an operation, where it
/// is rare.
///
/// # Example
///
/// In for twelve nights with lumbar pain; from the fourth day on seven nights with bed, level-III nursing and consultation alone, which none of
/// 340 such stays elsewhere has: a suspicion over seven nights.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 15, 38(1) (2021). Three days without treatment: practice of inspections of nominal
/// stays. Comparison: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NominalStay {
    /// Empty nights in a row from which a stay is flagged.
    pub min_empty_run: i32,
    /// Share of comparable stays, in thousandths, up to which a run as long is rare.
    pub max_chance_per_mille: u64,
    /// Stays of other providers that are enough to compare with.
    pub min_comparable: u64,
    /// Share of the stays compared with, in percent, that is left out: providers with the most runs as long.
    pub trim_percent: u64,
    /// Share of a provider's nights, in percent, that must carry a line for its lines to tell nights.
    pub min_line_percent: u64,
    /// Share of the provider's own stays, in percent, from which runs as long are its custom.
    pub common_percent: u64,
    /// Diagnoses, by the beginning of their codes, of stays with quiet days.
    pub quiet_diagnoses: Vec<String>,
}

impl Default for NominalStay {
    fn default() -> Self {
        Self {
            min_empty_run: 3,
            max_chance_per_mille: 10,
            min_comparable: 200,
            trim_percent: 20,
            min_line_percent: 80,
            common_percent: 50,
            quiet_diagnoses: ["F", "Z50", "Z51.5"].map(str::to_owned).to_vec(),
        }
    }
}

/// The shortest run for which candidates are kept.
const SHORTEST_RUN: usize = 2;
/// Stays of a provider that show a custom.
const ENOUGH_OWN: u64 = 20;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P06"),
    name: text("nominal-stay"),
    title: both("Nominal stay", "挂床住院"),
    scheme: Scheme::Phantom,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(1)"), purpose: text("40") },
    ],
    scope: ScopeKind::Person,
    unit: Unit::Stay,
    needs: vec![text("lines.category"), text("lines.charged_at")],
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.diagnosis_code"),
        text("claims.department"),
        text("claims.payment_method"),
        text("lines.executed_at"),
        text("lines.in_scope_amount"),
        text("lines.is_discharge_drug"),
        text("lines.days_supply"),
        text("providers.name"),
        text("providers.group_id"),
        text("providers.level"),
        text("orders.claim_id"),
        text("orders.item_code"),
        text("orders.ordered_at"),
        text("orders.executed_at"),
        text("orders.stopped_at"),
        text("registers.kind"),
        text("registers.from"),
        text("registers.to"),
        text("catalogue.category"),
        text("catalogue.presence"),
        text("catalogue.valid_from"),
        text("catalogue.valid_to"),
    ],
    norms: vec![Norm::EmptyNights],
    family: text("empty-nights"),
    leg: None,
    facts: vec![
        fact("stay", "", "claim that names the stay", "住院的结算单"),
        fact("stay_nights", "nights", "nights of the stay", "住院夜数"),
        fact("longest_run", "nights", "longest run of empty nights", "最长连续无诊疗夜数"),
        fact("run_from", "", "its first day", "起始日期"),
        fact("empty_nights", "nights", "empty nights in all", "无诊疗夜数合计"),
        fact("comparable_stays", "stays", "comparable stays of other providers", "其他机构可比住院次数"),
        fact("stays_as_long", "stays", "of them with a run as long", "其中连续夜数不低于此的次数"),
        fact("days_elsewhere", "days", "empty nights with treatment elsewhere", "当日在他处治疗的天数"),
        fact("told_by", "", "rows that tell the nights", "判断依据"),
    ],
    thresholds: vec![Threshold {
        parameter: text("min_empty_run"),
        fact: text("longest_run"),
        direction: AtLeast,
        floor: SHORTEST_RUN as f64,
    }],
    discriminator: text("first claim of the stay"),
    message: both(
        "stay {stay} has {longest_run} charged night(s) in a row from {run_from} without care; {stays_as_long} of {comparable_stays} comparable \
         stays have as many",
        "住院 {stay} 自 {run_from} 起连续 {longest_run} 夜收取床位等费用而无诊疗；{comparable_stays} 次可比住院中有 {stays_as_long} 次达到",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both(
        "temperature chart, nursing records, orders with execution, leave records, ward camera or gate records of those nights",
        "体温单、护理记录、医嘱执行记录、请假记录、相应夜间病区视频或门禁记录",
    ),
    defence: both(
        "care entered late or under another day, or leave granted; settled by the execution record of the orders and the temperature chart",
        "补录或跨日计费、经批准请假；以医嘱执行记录和体温单为准",
    ),
    sql: Some(text(include_str!("nominal_stay.sql"))),
    version: 1,
});

detector!(NominalStay, &META, Person, configure);

impl NominalStay {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_empty_run", self.min_empty_run, SHORTEST_RUN as i32, 365);
        problems.range("max_chance_per_mille", self.max_chance_per_mille, 0, 1000);
        problems.range("min_comparable", self.min_comparable, 1, 1_000_000);
        problems.range("trim_percent", self.trim_percent, 0, 50);
        problems.range("min_line_percent", self.min_line_percent, 1, 100);
        problems.range("common_percent", self.common_percent, 1, 100);
    }

    fn configure(&self, settings: &mut NormSettings) {
        settings.empty_nights.min_line_percent = self.min_line_percent;
        settings.empty_nights.quiet_diagnoses.clone_from(&self.quiet_diagnoses);
    }

    /// What is found about a stay; the reason where it cannot be judged.
    fn judge(&self, person: PersonView<'_>, stay: StayView<'_>, norm: &EmptyNightNorm) -> Result<Option<Candidate>, &'static str> {
        if is_quiet(stay, &self.quiet_diagnoses) {
            return Err("quiet days are part of the treatment");
        }
        let by_lines = norm.is_dated(stay.provider().name());
        let nights = if by_lines { Some(nights_by_lines(person, stay)) } else { nights_by_orders(person, stay) };
        let nights = nights.ok_or("care is not dated by the day")?;
        let run = longest_run(&nights);
        if run.1 < SHORTEST_RUN {
            return Ok(None);
        }
        let among = Comparison { min_comparable: self.min_comparable, trim_percent: self.trim_percent };
        let chance = norm.chance(stay, run.1, among).ok_or("too few comparable stays")?;
        if chance.as_long * 1000 > self.max_chance_per_mille * chance.comparable {
            return Ok(None);
        }
        let is_custom = chance.own >= ENOUGH_OWN && chance.own_as_long * 100 >= self.common_percent * chance.own;
        let tier = if is_custom { Tier::Clue } else { Tier::Suspicion };
        let found = describe(person, stay, tier, &Run { nights, start: run.0, length: run.1, by_lines });
        Ok(Some(found.fact("comparable_stays", chance.comparable as i64).fact("stays_as_long", chance.as_long as i64)))
    }
}

/// The longest run of empty nights among all nights of a stay.
struct Run {
    nights: Vec<Night>,
    start: usize,
    length: usize,
    by_lines: bool,
}

impl PersonScope for NominalStay {
    fn detect(&self, person: PersonView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(norm) = &context.norms.empty_nights else { return };
        for stay in person.stays().filter(|stay| stay.is_insured()) {
            if stay.stay().ended_at.is_none() {
                out.not_assessed("still in hospital", 1);
                continue;
            }
            if stay.is_newborn() {
                out.not_assessed("newborn under the mother's number", 1);
                continue;
            }
            if !stay.has_lines() {
                out.not_assessed("stay without lines", 1);
                continue;
            }
            let judged = if has_nights(stay) { self.judge(person, stay, norm) } else { Ok(None) };
            match judged {
                Ok(found) => {
                    out.assessed(1);
                    out.extend(found);
                }
                Err(reason) => out.not_assessed(reason, 1),
            }
        }
    }
}

fn describe(person: PersonView<'_>, stay: StayView<'_>, tier: Tier, run: &Run) -> Candidate {
    let empty: Vec<Date> = (0..run.nights.len()).filter(|&night| run.nights[night].is_empty()).map(|night| day_of(stay, night)).collect();
    let elsewhere = hands_on_days(person, stay, &empty);
    let is_whole = !elsewhere.is_empty() && tier == Tier::Suspicion;
    let days: usize = elsewhere.iter().map(|(day, _)| *day).collect::<std::collections::BTreeSet<_>>().len();
    let name = stay.first_claim().name();
    let first = day_of(stay, run.start);
    let strength = if is_whole {
        1.0
    } else if tier == Tier::Clue {
        0.5
    } else {
        0.85
    };
    let mut candidate = Candidate::about(Subject::Person(person.id()), name.to_owned(), tier, run.length as f64)
        .on_claim(stay.first_claim())
        .between(first, Date(first.0 + run.length as i32 - 1))
        .with_strength(Strength::of(strength))
        .fact("stay", name)
        .fact("stay_nights", stay.stay().nights())
        .fact("longest_run", run.length)
        .fact("run_from", first)
        .fact("empty_nights", empty.len())
        .fact("days_elsewhere", days)
        .fact("told_by", if run.by_lines { "lines" } else { "orders" })
        .evidence(Role::Compared, elsewhere.into_iter().map(|(_, line)| Target::Line(line)));
    if is_whole {
        candidate.basis = Some(Basis::Stay);
        candidate.low = Low::Share(empty.len() as i64, run.nights.len() as i64);
        return candidate.at_risk(stay.insured_claims());
    }
    candidate.low = Low::Share(run.length as i64, empty.len() as i64);
    let asked: Vec<(LineView<'_>, Fen)> = if run.by_lines {
        daily_fees_on(stay, &empty)
    } else {
        let share = |line: LineView<'_>| line.in_scope().share(empty.len() as i64, run.nights.len() as i64);
        daily_fees(stay).map(|line| (line, share(line))).collect()
    };
    match stay.insured_claims().next().filter(|_| asked.is_empty()) {
        Some(claim) => candidate.at_risk_part(claim, Fen::ZERO),
        None => candidate.at_risk_lines(asked.into_iter()),
    }
}
