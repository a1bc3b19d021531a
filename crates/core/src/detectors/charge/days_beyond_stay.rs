use crate::claims::{ClaimState, ClaimView, LineView, PersonView, StayView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, PersonScope, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::tables::value::{Category, Fen, ItemId, SECONDS_PER_DAY};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags beds, nursing and consultation charged for more days than a stay has.
///
/// # Why it matters
///
/// These fees fall due once a day. More of them than days were not supplied.
///
/// # How it decides
///
/// For each closed stay of the insured, refund-netted and joined over interim and year-end settlements, the in-scope quantities of each of the
/// three categories are added up over all items and claims, reversals and partial refunds subtracted. Allowed are max(1, nights): the day of
/// arrival counts and the day of departure does not. Where the province has a half-day rule, `departure_day_percent` of a bed day are added for a
/// departure at or after `departure_from_hour` (also where the hour is unknown). Nursing and consultation have `extra_nursing_days` and
/// `extra_consultation_days` besides. A day on which one item ends and another begins is a change of ward or level and allows one more.
///
/// From `min_excess_days` beyond on it is a breach; a suspicion where an in-scope amount is unknown, so that the amount charged stands for it. At
/// risk are the excess units that cost the fund least; the loss is the fund's part of them, and nothing for a normal group-paid case.
///
/// # Known false positives
///
/// Intensive care and ward on the day of the move (allowed once for each move); beds for companions and newborns, emergency observation, heating
/// and cooling (told by their names and left out); a newborn's own stay; nursing and consultation by the hour or occasion (only items whose unit
/// is a day count; beds also where the unit is unknown); a bed charged twice on one night and not on another (late posting: only the sum counts).
/// Stays that are still open are not assessed.
///
/// # Example
///
/// In from 3 to 10 May, seven nights, nine days of bed: a breach over two of them.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Article 38(3) (2021). National price items: bed fee by the day, arrival counted, departure not.
/// A margin of one day for nursing and consultation: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DaysBeyondStay {
    /// Days beyond those allowed from which it is a finding.
    pub min_excess_days: i32,
    /// Part of a bed day, in percent, that the province lets the day of departure count: 0, or 50 for a half-day rule.
    pub departure_day_percent: i32,
    /// Hour of the day from which the day of departure counts so.
    pub departure_from_hour: i32,
    /// Days of nursing allowed beyond max(1, nights).
    pub extra_nursing_days: i32,
    /// Days of consultation allowed beyond max(1, nights).
    pub extra_consultation_days: i32,
}

impl Default for DaysBeyondStay {
    fn default() -> Self {
        Self { min_excess_days: 1, departure_day_percent: 0, departure_from_hour: 12, extra_nursing_days: 1, extra_consultation_days: 1 }
    }
}

/// One day as a quantity.
const DAY: i64 = 10_000;

/// Words in names of items that stand beside the patient's own bed.
const APART: [&str; 7] = ["新生儿", "婴儿", "陪", "观察", "空调", "取暖", "降温"];

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("C08"),
    name: text("days-beyond-stay"),
    title: both("Bed and nursing days beyond the stay", "床位护理计费超住院天数"),
    scheme: Scheme::Charge,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(3)"), purpose: text("40") },
    ],
    scope: ScopeKind::Person,
    unit: Unit::Stay,
    needs: vec![text("lines.category")],
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("lines.item_name"),
        text("lines.charge_unit"),
        text("lines.in_scope_amount"),
        text("lines.charged_at"),
        text("lines.executed_at"),
    ],
    norms: Vec::new(),
    family: text("repeat"),
    leg: None,
    facts: vec![
        fact("stay", "", "claim that names the stay", "住院的结算单"),
        fact("charge_kind", "", "what is charged by the day", "按日收费类别"),
        fact("charged_days", "days", "days charged", "计费天数"),
        fact("allowed_days", "days", "days allowed", "可计天数"),
        fact("excess_days", "days", "days too many", "多计天数"),
        fact("stay_nights", "nights", "nights of the stay", "住院夜数"),
        fact("change_days", "days", "days of a change of ward or level", "转科或调级日数"),
    ],
    thresholds: vec![Threshold { parameter: text("min_excess_days"), fact: text("excess_days"), direction: AtLeast, floor: 0.5 }],
    discriminator: text("first claim of the stay | category"),
    message: both(
        "stay {stay} of {stay_nights} night(s) charges {charged_days} day(s) of {charge_kind}; {excess_days} too many",
        "住院 {stay} 共 {stay_nights} 夜，{charge_kind}计费 {charged_days} 天，多计 {excess_days} 天",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both(
        "admission and discharge records, transfer and nursing records, fee list of the stay",
        "入出院记录、转科记录、护理记录、住院费用清单",
    ),
    defence: both(
        "a change of ward or a rule of the province on the day of departure; settled by the transfer record and the provincial price item",
        "转科当日或本省出院日计费规定；以转科记录和本省价格项目为准",
    ),
    sql: Some(text(include_str!("days_beyond_stay.sql"))),
    version: 1,
});

detector!(DaysBeyondStay, &META, Person);

/// One category with what a stay allows of it, in quantities.
struct Allowance {
    category: Category,
    allowed: i64,
}

impl DaysBeyondStay {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_excess_days", self.min_excess_days, 1, 365);
        problems.range("departure_day_percent", self.departure_day_percent, 0, 100);
        problems.range("departure_from_hour", self.departure_from_hour, 0, 24);
        problems.range("extra_nursing_days", self.extra_nursing_days, 0, 30);
        problems.range("extra_consultation_days", self.extra_consultation_days, 0, 30);
    }

    fn allowances(&self, stay: StayView<'_>) -> [Allowance; 3] {
        let end = stay.stay().closed_end;
        let nights = i64::from(stay.stay().nights()) * DAY;
        let counts = end.is_midnight() || i64::from(end.0 % SECONDS_PER_DAY) >= i64::from(self.departure_from_hour) * 3600;
        let departure = if counts { i64::from(self.departure_day_percent) * DAY / 100 } else { 0 };
        let usual = nights.max(DAY);
        [
            Allowance { category: Category::Bed, allowed: usual.max(nights + departure) },
            Allowance { category: Category::Nursing, allowed: usual + i64::from(self.extra_nursing_days) * DAY },
            Allowance { category: Category::Consultation, allowed: usual + i64::from(self.extra_consultation_days) * DAY },
        ]
    }
}

/// Whether a line charges days of a category in the patient's own bed, or takes some back.
fn counts(line: LineView<'_>, category: Category) -> bool {
    let is_by_day = || match line.charge_unit() {
        "" => category == Category::Bed,
        unit => unit.contains(['日', '天']) || unit.eq_ignore_ascii_case("day"),
    };
    line.category() == Some(category)
        && line.in_scope() != Fen::ZERO
        && is_by_day()
        && !APART.iter().any(|word| line.item_name().contains(word))
}

fn quantity(line: LineView<'_>) -> i64 {
    line.row().quantity().map_or(0, |quantity| quantity.0)
}

fn charged(stay: StayView<'_>) -> impl Iterator<Item = LineView<'_>> {
    stay.insured_claims().filter(|claim| claim.row().is_newborn() != Some(true)).flat_map(ClaimView::lines)
}

/// Days on which one item ends and another begins.
fn change_days(lines: &[LineView<'_>]) -> i64 {
    let mut days: Vec<(i32, ItemId)> =
        lines.iter().filter(|line| quantity(**line) > 0).filter_map(|line| Some((line.served_at()?.date().0, line.item()))).collect();
    days.sort_unstable();
    days.dedup();
    let has = |day: i32, item: ItemId| days.binary_search(&(day, item)).is_ok();
    let is_change = |group: &&[(i32, ItemId)]| {
        let ends = group.iter().filter(|&&(day, item)| !has(day + 1, item)).count();
        let begins = group.iter().filter(|&&(day, item)| !has(day - 1, item)).count();
        let either = group.iter().filter(|&&(day, item)| !has(day + 1, item) || !has(day - 1, item)).count();
        ends >= 1 && begins >= 1 && either >= 2
    };
    days.chunk_by(|left, right| left.0 == right.0).filter(is_change).count() as i64
}

/// Days that refunds take back from live claims of the stay; `None` if one has no lines, so that it may have taken back any.
fn refunded(person: PersonView<'_>, stay: StayView<'_>, category: Category) -> Option<i64> {
    let stands: Vec<_> = stay.insured_claims().map(ClaimView::id).collect();
    let own: Vec<_> = stay.claims().map(ClaimView::id).collect();
    let takes_back = |claim: &ClaimView<'_>| {
        claim.state() == ClaimState::Refund
            && claim.original().map_or_else(|| own.contains(&claim.id()), |original| stands.contains(&original.id()))
    };
    let mut days = 0;
    for refund in person.visits().flat_map(|visit| visit.claims()).filter(takes_back) {
        if refund.lines().len() == 0 {
            return None;
        }
        days += refund.lines().filter(|line| counts(*line, category)).map(|line| quantity(line).abs()).sum::<i64>();
    }
    Some(days)
}

/// The units that cost the fund least, with what is asked of each line; of equal ones those settled last.
fn cheapest<'a>(lines: &[LineView<'a>], mut excess: i64) -> Vec<(LineView<'a>, Fen)> {
    let positive = |line: &&LineView<'_>| quantity(**line) > 0 && line.in_scope() > Fen::ZERO;
    let mut sorted: Vec<LineView<'a>> = lines.iter().filter(positive).copied().collect();
    let unit_price = |line: LineView<'_>| line.in_scope().0.saturating_mul(DAY) / quantity(line);
    sorted.sort_by_key(|&line| (unit_price(line), line.in_scope(), quantity(line), std::cmp::Reverse(line.index())));
    let mut asked = Vec::new();
    for line in sorted {
        let taken = quantity(line).min(excess);
        if taken <= 0 {
            break;
        }
        asked.push((line, line.in_scope().share(taken, quantity(line))));
        excess -= taken;
    }
    asked
}

impl PersonScope for DaysBeyondStay {
    fn detect(&self, person: PersonView<'_>, _context: &Context<'_>, out: &mut Sink) {
        for stay in person.stays().filter(|stay| stay.is_insured()) {
            if stay.stay().ended_at.is_none() {
                out.not_assessed("still in hospital", 1);
            } else if stay.is_newborn() {
                out.not_assessed("newborn under the mother's number", 1);
            } else if !stay.has_lines() {
                out.not_assessed("stay without lines", 1);
            } else {
                out.assessed(1);
                out.extend(self.allowances(stay).iter().filter_map(|allowance| beyond(person, stay, allowance)));
            }
        }
    }
}

fn beyond(person: PersonView<'_>, stay: StayView<'_>, allowance: &Allowance) -> Option<Candidate> {
    let Allowance { category, allowed } = *allowance;
    let is_counted = |line: &LineView<'_>| counts(*line, category);
    let gross: i64 = charged(stay).filter(is_counted).map(quantity).sum();
    if gross < allowed + DAY / 2 {
        return None;
    }
    let lines: Vec<LineView<'_>> = charged(stay).filter(is_counted).collect();
    let change_days = change_days(&lines);
    let allowed = allowed + change_days * DAY;
    let sum = gross - refunded(person, stay, category)?;
    let excess = sum - allowed;
    if excess < DAY / 2 {
        return None;
    }
    let is_known = lines.iter().all(|line| line.row().in_scope_amount().is_some());
    let asked = cheapest(&lines, excess);
    let others: Vec<Target> = {
        let at_risk: Vec<usize> = asked.iter().map(|(line, _)| line.index()).collect();
        lines.iter().map(|line| line.index()).filter(|index| !at_risk.contains(index)).map(Target::Line).collect()
    };
    let days = |quantity: i64| quantity as f64 / DAY as f64;
    let name = stay.first_claim().name();
    let tier = if is_known { Tier::Breach } else { Tier::Suspicion };
    let discriminator = format!("{name}|{}", category.word());
    let candidate = Candidate::about(Subject::Person(person.id()), discriminator, tier, days(excess))
        .on_claim(stay.first_claim())
        .between(stay.stay().started_at.date(), stay.stay().closed_end.date())
        .with_strength(Strength::of(0.8))
        .fact("stay", name)
        .fact("charge_kind", category.word())
        .fact("charged_days", days(sum))
        .fact("allowed_days", days(allowed))
        .fact("excess_days", days(excess))
        .fact("stay_nights", stay.stay().nights())
        .fact("change_days", change_days)
        .at_risk_lines(asked.into_iter())
        .evidence(Role::Compared, others);
    Some(candidate)
}
