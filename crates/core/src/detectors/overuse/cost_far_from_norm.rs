use crate::claims::{PersonView, StayView};
use crate::detect::Direction::{AtLeast, AtMost};
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, Norm, PersonScope, Problems, Scheme, ScopeKind, Sink, Strength, Subject, Threshold, Tier,
    Unit, both, detector, fact, text,
};
use crate::norms::is_open_priced;
use crate::tables::value::{DischargeWay, Fen, GroupCase};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags stays that cost a multiple, or a fraction, of what is usual for their payment group.
///
/// # Why it matters
///
/// Where stays are paid by group, cost pushed above the high multiple is paid by item on top of the norm, and a stay that costs a fraction of
/// the norm was paid for care it did not hold.
///
/// # How it decides
///
/// The total of a stay (never the fund's share, which is fixed in a group) is set against the norm cost of its group in the year of discharge:
/// at or above `high_percent` of the norm, or at or below `low_percent`, it is a clue. Where the group or its norm is unknown, the logarithm of
/// the total is set against stays for the same diagnosis (three characters) at providers of the same level: z = (ln total − median) / spread,
/// where spread is 1.4826 times the median absolute deviation and at least 0.1; from `min_z` on, above or below, it is a clue. That norm needs
/// 50 stays. Looked at are insured stays of at least one night that were settled once. No money is reckoned: cost far from the norm does not say
/// what was not needed.
///
/// # Known false positives
///
/// Rare and grave cases (a stay that the bureau itself settled as a high case is weaker evidence); cases that it settled as low or by item were
/// not paid as a whole and are left out; stays that death, a transfer or leaving against advice cut short are never low; per-diem,
/// single-disease and other packages, day surgery (no night), newborns and interim settlements are left out.
///
/// # Example
///
/// A stay for chest pain costs 18,400.00 yuan where its group's norm is 7,900.00: 232 % of the norm, a clue.
///
/// # References
///
/// Technical rules of payment by diagnosis-related groups (CHS-DRG), high and low multiples of cost (2020). Multiples of 2 and 0.5: usual local
/// rules; five spreads: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CostFarFromNorm {
    /// Cost in percent of the group's norm from which a stay is flagged as dear.
    pub high_percent: i64,
    /// Cost in percent of the group's norm up to which a stay is flagged as cheap.
    pub low_percent: i64,
    /// Spreads from the middle, above or below, from which a stay without a group is flagged.
    pub min_z: f64,
}

impl Default for CostFarFromNorm {
    fn default() -> Self {
        Self { high_percent: 200, low_percent: 50, min_z: 5.0 }
    }
}

/// The least multiple in percent for which candidates are kept.
const FLOOR_HIGH: i64 = 185;
/// The largest fraction in percent for which candidates are kept.
const FLOOR_LOW: i64 = 52;
/// The least distance in spreads for which candidates are kept.
const FLOOR_Z: f64 = 4.0;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("O16"),
    name: text("cost-far-from-norm"),
    title: both("Cost far from its group's norm", "费用高低倍率"),
    scheme: Scheme::Overuse,
    tier: Tier::Clue,
    clauses: vec![Clause { law: Law::Decree735, articles: text("15→38(2)"), purpose: text("") }],
    scope: ScopeKind::Person,
    unit: Unit::Stay,
    needs: Vec::new(),
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.diagnosis_code"),
        text("claims.discharge_way"),
        text("claims.payment_method"),
        text("claims.group_code"),
        text("claims.group_case"),
        text("groups.norm_cost"),
        text("providers.level"),
    ],
    norms: vec![Norm::StayCost],
    family: text("stay-cost"),
    leg: None,
    facts: vec![
        fact("stay", "", "claim that names the stay", "住院结算单"),
        fact("total", "yuan", "total of the stay", "住院总费用"),
        fact("usual_cost", "yuan", "norm cost of the group, or median for diagnosis and level", "病组标准费用（或同诊断同级别中位数）"),
        fact("percent", "%", "total in percent of that", "占标准费用比例"),
        fact("group_code", "", "payment group", "病组"),
        fact("group_case", "", "how the bureau settled the case", "结算时病例类型"),
        fact("above_percent", "%", "total in percent of the norm, for dear stays", "高倍率比例"),
        fact("below_percent", "%", "total in percent of the norm, for cheap stays", "低倍率比例"),
        fact("distance_z", "robust z", "distance from the middle for diagnosis and level", "距同诊断同级别中位的稳健z值"),
    ],
    thresholds: vec![
        Threshold { parameter: text("high_percent"), fact: text("above_percent"), direction: AtLeast, floor: FLOOR_HIGH as f64 },
        Threshold { parameter: text("low_percent"), fact: text("below_percent"), direction: AtMost, floor: FLOOR_LOW as f64 },
        Threshold { parameter: text("min_z"), fact: text("distance_z"), direction: AtLeast, floor: FLOOR_Z },
    ],
    discriminator: text("none; one finding per stay"),
    message: both(
        "stay {stay} cost {total} yuan, {percent} % of the usual {usual_cost} yuan",
        "住院 {stay} 总费用 {total} 元，为通常 {usual_cost} 元的 {percent}%",
    ),
    wide_message: None,
    basis: Basis::None,
    records: both("front page of the record, orders, fee list and grouping record", "病案首页、医嘱、费用清单、分组记录"),
    defence: both(
        "a grave or a short case; settled by the front page of the record and the course notes",
        "病情危重或住院过短；以病案首页和病程记录为准",
    ),
    sql: Some(text(include_str!("cost_far_from_norm.sql"))),
    version: 1,
});

detector!(CostFarFromNorm, &META, Person);

impl CostFarFromNorm {
    fn check(&self, problems: &mut Problems) {
        problems.range("high_percent", self.high_percent, FLOOR_HIGH, 100_000);
        problems.range("low_percent", self.low_percent, 0, FLOOR_LOW);
        problems.range("min_z", self.min_z, FLOOR_Z, 1000.0);
    }
}

/// The side on which a stay is far from the norm, with the share of the norm in percent, rounded towards it.
enum Far {
    Above(i64),
    Below(i64),
}

/// How far a total is from a group's norm, within the floors.
fn from_norm(stay: StayView<'_>, norm: Fen) -> Option<Far> {
    let total = i128::from(stay.total().0) * 100;
    let whole = i128::from(norm.0);
    let percent = |share: i128| i64::try_from(share).unwrap_or(i64::MAX);
    let (above, below) = (percent(total / whole), percent((total + whole - 1) / whole));
    if above >= FLOOR_HIGH {
        Some(Far::Above(above))
    } else if below <= FLOOR_LOW && !is_cut_short(stay) && stay.first_claim().row().group_case() != Some(GroupCase::Low) {
        Some(Far::Below(below))
    } else {
        None
    }
}

/// Whether the patient died, was transferred or left against advice.
fn is_cut_short(stay: StayView<'_>) -> bool {
    stay.last_claim().row().discharge_way().is_some_and(|way| way != DischargeWay::Ordered && way != DischargeWay::Other)
}

/// The norm cost of the stay's group in the year of discharge.
fn norm_cost(stay: StayView<'_>) -> Option<Fen> {
    stay.group().and_then(|group| group.norm_cost()).filter(|norm| *norm > Fen::ZERO)
}

impl PersonScope for CostFarFromNorm {
    fn detect(&self, person: PersonView<'_>, context: &Context<'_>, out: &mut Sink) {
        for stay in person.stays().filter(|stay| stay.is_insured()) {
            if !is_open_priced(stay) {
                out.not_assessed("stay without a comparable total", 1);
            } else if stay.first_claim().row().group_case() == Some(GroupCase::ItemPaid) {
                out.not_assessed("case of a group paid by item", 1);
            } else if let Some(norm) = norm_cost(stay) {
                out.assessed(1);
                out.extend(from_norm(stay, norm).map(|far| by_group(stay, norm, &far)));
            } else if let Some(usual) = context.norms.stay_cost.as_ref().and_then(|norm| norm.of(stay)) {
                out.assessed(1);
                let z = usual.z(stay.total());
                let is_far = z >= FLOOR_Z || (z <= -FLOOR_Z && !is_cut_short(stay));
                out.extend(is_far.then(|| by_diagnosis(stay, usual.median, z)));
            } else {
                out.not_assessed("no norm for group or diagnosis", 1);
            }
        }
    }
}

fn by_group(stay: StayView<'_>, norm: Fen, far: &Far) -> Candidate {
    let (percent, name) = match *far {
        Far::Above(percent) => (percent, "above_percent"),
        Far::Below(percent) => (percent, "below_percent"),
    };
    let case = stay.first_claim().row().group_case();
    let strength = if case == Some(GroupCase::High) { 0.3 } else { 0.6 };
    let mut candidate = about(stay, norm, percent, stay.total().0 as f64 / norm.0 as f64).with_strength(Strength::of(strength));
    candidate.expected = Some(1.0);
    if let Some(group) = stay.group_code() {
        candidate = candidate.fact("group_code", group);
    }
    if let Some(case) = case {
        candidate = candidate.fact("group_case", case.word());
    }
    candidate.fact(name, percent)
}

fn by_diagnosis(stay: StayView<'_>, median: f64, z: f64) -> Candidate {
    let usual = Fen((median.exp() * 100.0).round() as i64);
    let percent = (stay.total().yuan() / median.exp() * 100.0).round() as i64;
    let mut candidate = about(stay, usual, percent, z).with_strength(Strength::of(0.3)).fact("distance_z", z.abs());
    candidate.expected = Some(0.0);
    candidate
}

fn about(stay: StayView<'_>, usual: Fen, percent: i64, observed: f64) -> Candidate {
    Candidate::about(Subject::Claim(stay.first_claim().id()), String::new(), Tier::Clue, observed)
        .on_claim(stay.first_claim())
        .between(stay.stay().started_at.date(), stay.stay().closed_end.date())
        .fact("stay", stay.first_claim().name())
        .fact("total", stay.total())
        .fact("usual_cost", usual)
        .fact("percent", percent)
        .at_risk(stay.insured_claims())
}
