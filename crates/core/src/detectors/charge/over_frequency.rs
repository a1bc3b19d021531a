use super::frequency::{Group, Groups, Span, groups, is_executed, is_lasting};
use super::judged::Judged;
use super::units;
use crate::claims::PersonView;
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, PersonScope, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::norms::{Charge, VisitCharges, has_item};
use crate::tables::value::{Date, ItemId, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Flags an item charged more often than it is paid for in a day, visit, week, month or year.
///
/// # Why it matters
///
/// What lies beyond the limit was not supplied, or is not paid for.
///
/// # How it decides
///
/// For each row of `frequencies` in force on the day of a line, the units of the item that one provider charges one person in scope are added up over
/// the period: a service day (executed, else charged), a visit, a week from Monday, a calendar month or year. Only insured claims that stand count.
/// Units are net: negative and reversing lines and refunds take back from the day of the line they name or bear; what fits no day takes from every
/// day. Of several rows for one period the most lenient counts. Each line is asked for its in-scope amount × (units − most) / units charged in scope,
/// rounded to the fen; findings need `min_excess_units`.
///
/// A breach; a suspicion where a line does not tell its in-scope amount, where the unit is a site or side of the body (several are honest), or where
/// no visit alone exceeds the limit of a day.
///
/// Hours and days are posted in one sum and across midnight. Of items charged by the hour or day, units of a day beyond the limit are only a clue; a
/// breach is what a visit charges beyond most × the days that it touches (24 hours a day for monitoring). A limit in hours is tested only where every
/// line is charged by the hour; else the visit counts as not assessed.
///
/// Sessions, too, are posted in one sum, and a day of charging without one of execution may be that of posting. A day beyond the limit with such lines
/// is a suspicion; a clue where a visit of one day follows an earlier charge of the item to the person by the provider. Where no line of a visit tells
/// its execution, a breach is what it charges beyond most × the days that it touches, or, for a visit of one day, beyond most × the days since the
/// earlier charge; without one there is none.
///
/// # Known false positives
///
/// Sessions of dialysis or rehabilitation posted once a week, hours and days posted in one sum and across midnight (a clue or suspicion); several
/// limbs or sides under one code (a suspicion, where the unit says so); two attendances on one day; a rule of the province that allows more; newborns
/// under the mother's number (left out).
///
/// # Example
///
/// A limit of one inpatient consultation a day, three executed on 5 May over 90 yuan: a breach over 60 yuan; charged on 5 May in a stay of nine days,
/// with no word of execution: a suspicion. 100 hours of monitoring in a visit that touches three days: a breach over 28 hours.
///
/// # References
///
/// National knowledge points on frequency, batch 8-1 (2025): 67 items; Regulation on the Use of Medical Security Funds, Article 38(3) (2021). Days
/// touched as the bound of hours: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OverFrequency {
    /// Units beyond the limit from which it is a finding.
    pub min_excess_units: u32,
}

impl Default for OverFrequency {
    fn default() -> Self {
        Self { min_excess_units: 1 }
    }
}

/// One whole unit as a quantity.
const ONE: i64 = 10_000;

/// Units beyond the limit from which a candidate is kept.
const LEAST_EXCESS: i64 = ONE / 2;

/// Words in units of items that are charged by site or side of the body.
const SITES: [&str; 4] = ["部位", "侧", "肢", "关节"];

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("C04"),
    name: text("over-frequency"),
    title: both("More often than is paid for", "超频次收费"),
    scheme: Scheme::Charge,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(3)"), purpose: text("40") },
    ],
    scope: ScopeKind::Person,
    unit: Unit::Visit,
    needs: vec![text("frequencies.item_code"), text("frequencies.most"), text("frequencies.per")],
    uses: vec![
        text("frequencies.charge_unit"),
        text("frequencies.valid_from"),
        text("frequencies.valid_to"),
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.original_claim_id"),
        text("lines.line_id"),
        text("lines.category"),
        text("lines.charge_unit"),
        text("lines.in_scope_amount"),
        text("lines.charged_at"),
        text("lines.executed_at"),
        text("lines.reverses_line_id"),
    ],
    norms: Vec::new(),
    family: text("repeat"),
    leg: None,
    facts: vec![
        fact("item", "", "item charged", "收费项目"),
        fact("period", "", "period of the limit", "限定周期"),
        fact("begins_on", "", "first day of the period", "周期首日"),
        fact("charged_units", "units", "units in scope", "计入范围数量"),
        fact("most_units", "units", "units paid for", "可支付数量"),
        fact("excess_units", "units", "units beyond", "超出数量"),
    ],
    thresholds: vec![Threshold { parameter: text("min_excess_units"), fact: text("excess_units"), direction: AtLeast, floor: 0.5 }],
    discriminator: text("provider | item | period | its first day, or the visit"),
    message: both(
        "item {item}: {charged_units} unit(s) in one {period} from {begins_on}, of which {most_units} are paid for; {excess_units} too many",
        "项目 {item} 自 {begins_on} 起一个周期（{period}）内计 {charged_units}，限 {most_units}，超出 {excess_units}",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both("orders with execution records, nursing records, fee list by day", "医嘱执行记录、护理记录、每日费用清单"),
    defence: both(
        "several sites, sums posted on one day, or a rule of the province; settled by the execution records and the provincial price list",
        "多部位实施、合并记账，或本省另有规定；以执行记录和本省价格项目为准",
    ),
    sql: Some(text(include_str!("over_frequency.sql"))),
    version: 1,
});

detector!(OverFrequency, &META, Person);

impl OverFrequency {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_excess_units", self.min_excess_units, 1, 1_000_000);
    }
}

impl PersonScope for OverFrequency {
    fn detect(&self, person: PersonView<'_>, context: &Context<'_>, out: &mut Sink) {
        let judged = Judged::of(person, |visit| has_item(visit, |line| line.frequencies().next().is_some()), out);
        let mut in_other_unit = BTreeSet::new();
        for visits in judged.by_provider() {
            let mut groups = groups(visits);
            groups.retain(|_, group| {
                let is_in_other_unit = group.is_in_other_unit();
                if is_in_other_unit {
                    in_other_unit.extend(group.charges.iter().map(|(visit, _)| visits[*visit].visit.visit().first_claim));
                }
                !is_in_other_unit
            });
            let subject = Subject::Person(person.id());
            out.extend(beyond(visits, &groups, context.as_of).into_iter().map(|found| found.candidate(subject, visits)));
        }
        out.not_assessed("charge unit is not hours", in_other_unit.len() as u64);
        out.assessed(judged.count - in_other_unit.len() as u64);
    }
}

/// A group beyond its limit.
struct Found<'g, 'a> {
    span: Span,
    group: &'g Group<'a>,
    net: i64,
    payable: i64,
    most: i64,
    tier: Tier,
}

fn beyond<'g, 'a>(visits: &[VisitCharges<'a>], groups: &'g Groups<'a>, as_of: Date) -> Vec<Found<'g, 'a>> {
    let judge = |(&(_, span), group): (&(ItemId, Span), &'g Group<'a>)| judge(span, group, visits, as_of);
    let found: Vec<Found<'g, 'a>> = groups.iter().filter_map(judge).collect();
    let visit_of = |found: &Found<'_, '_>| found.group.charges.iter().map(|(visit, charge)| (charge.item, *visit)).collect::<Vec<_>>();
    let whole: BTreeSet<(ItemId, usize)> = found.iter().filter(|found| matches!(found.span, Span::Days(_))).flat_map(visit_of).collect();
    let may_be_part = |found: &Found<'_, '_>| matches!(found.span, Span::Day(_)) && found.tier < Tier::Breach;
    let is_part = |found: &Found<'_, '_>| may_be_part(found) && visit_of(found).iter().any(|visit| whole.contains(visit));
    found.into_iter().filter(|found| !is_part(found)).collect()
}

fn judge<'g, 'a>(span: Span, group: &'g Group<'a>, visits: &[VisitCharges<'a>], as_of: Date) -> Option<Found<'g, 'a>> {
    let units = group.units(span, visits);
    let (net, payable) = (units.iter().map(|units| units.net_payable).sum::<i64>(), units.iter().map(|units| units.payable).sum());
    let days = if matches!(span, Span::Days(_)) { days_of_visit(group, visits, as_of)? } else { 1 };
    let most = group.limit.most.saturating_mul(days);
    if net - most < LEAST_EXCESS {
        return None;
    }
    let is_split = matches!(span, Span::Day(_)) && units.iter().all(|units| units.net_payable - most < LEAST_EXCESS);
    let is_unknown = group.lines().any(|line| line.row().in_scope_amount().is_none());
    let is_by_site = group.lines().any(|line| SITES.iter().any(|word| line.charge_unit().contains(word)));
    let tier = match span {
        Span::Day(_) => tier_of_day(group, visits, as_of),
        _ => Tier::Breach,
    };
    let tier = if is_split || is_unknown || is_by_site { tier.min(Tier::Suspicion) } else { tier };
    Some(Found { span, group, net, payable, most, tier })
}

/// How far a day beyond its limit goes, given that its lines may have been posted on it for other days.
fn tier_of_day(group: &Group<'_>, visits: &[VisitCharges<'_>], as_of: Date) -> Tier {
    if group.lines().all(is_lasting) {
        Tier::Clue
    } else if group.lines().all(is_executed) {
        Tier::Breach
    } else if group.is_of_one_visit() && days_since_earlier(group, visits, as_of).is_some() {
        Tier::Clue
    } else {
        Tier::Suspicion
    }
}

/// The days for which a visit may charge: those that it touches; those since an earlier charge where sessions are posted in a visit of one day.
fn days_of_visit(group: &Group<'_>, visits: &[VisitCharges<'_>], as_of: Date) -> Option<i64> {
    let (start, end) = touched(&visits[group.charges[0].0], as_of);
    let is_posted = start == end && !group.lines().all(is_lasting);
    if is_posted { days_since_earlier(group, visits, as_of) } else { Some(days_between(start, end) + 1) }
}

/// Days from the last earlier charge of the item to a visit of one day.
fn days_since_earlier(group: &Group<'_>, visits: &[VisitCharges<'_>], as_of: Date) -> Option<i64> {
    let (visit, Charge { item, .. }) = group.charges[0];
    let (start, end) = touched(&visits[visit], as_of);
    let charges = visits.iter().flat_map(|visit| visit.of_item(item)).filter(|charge| charge.is_payable());
    let earlier = charges.map(Charge::judged_on).filter(|day| *day < start).max()?;
    (start == end).then(|| days_between(earlier, end))
}

/// The first and last day of a visit.
fn touched(visit: &VisitCharges<'_>, as_of: Date) -> (Date, Date) {
    let visit = visit.visit.visit();
    let start = visit.started_at.date();
    (start, visit.ended_at.map_or(as_of, Time::date).max(start))
}

fn days_between(start: Date, end: Date) -> i64 {
    i64::from(end.0 - start.0)
}

impl Found<'_, '_> {
    fn candidate(&self, subject: Subject, visits: &[VisitCharges<'_>]) -> Candidate {
        let first = self.group.charges[0].1;
        let days = || self.group.charges.iter().map(|(_, charge)| charge.judged_on());
        let begins_on = match self.span {
            Span::Day(day) | Span::Week(day) | Span::Month(day) | Span::Year(day) => day,
            Span::Days(_) | Span::Visit(_) => visits[self.group.charges[0].0].visit.visit().started_at.date(),
        };
        let (item, claim, period) = (first.line.item_code(), first.line.claim(), self.span.word());
        let name = match self.span {
            Span::Days(_) | Span::Visit(_) => claim.visit().first_claim().name().to_owned(),
            _ => begins_on.to_string(),
        };
        let excess = self.net - self.most;
        let at_risk = self.group.lines().map(|line| (line, line.in_scope().share(excess, self.payable)));
        Candidate::about(subject, format!("{}|{item}|{period}|{name}", claim.provider_name()), self.tier, excess as f64 / ONE as f64)
            .on_claim(self.group.claim())
            .between(days().min().unwrap_or_default(), days().max().unwrap_or_default())
            .with_strength(Strength::of(0.7))
            .fact("item", item)
            .fact("period", period)
            .fact("begins_on", begins_on)
            .fact("charged_units", units(self.net))
            .fact("most_units", units(self.most))
            .fact("excess_units", units(excess))
            .evidence(Role::Context, [Target::Row { table: "frequencies", key: item.to_owned() }])
            .at_risk_lines(at_risk)
    }
}
