use super::exclusion::{Meeting, check_custom, clauses, custom, describe, facts, is_stay, one_way, report, tier_in_stay};
use super::judged::Judged;
use crate::claims::PersonView;
use crate::detect::{
    Basis, Context, Meta, Norm, PersonScope, Problems, Scheme, ScopeKind, Sink, Subject, Tier, Unit, both, detector, text,
};
use crate::norms::{Charge, Custom, Nearness, Pair, Together, Units, VisitCharges, has_mains, pairs_of};
use crate::tables::value::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Flags an item charged on one day beside another that includes it.
///
/// # Why it matters
///
/// The price of the one covers the other, so that the fund pays twice for one service.
///
/// # How it decides
///
/// For each pair of `exclusive_pairs` of scope day in force on the day, both items charged to one person by one provider on one service day
/// (executed, else charged). Only insured claims that stand count. Units are net: negative and reversing lines and refunds take back from the day
/// of the line they name or bear; what fits no day takes from every day. At stake are the units of the other item in scope, at most `included` for
/// each unit of the including one. Each line of the other item is asked for its in-scope amount × units at stake / units charged in scope, rounded
/// to the fen. Where each item of a pair includes the other, the one that costs less is asked for.
///
/// A breach. A suspicion where a line does not tell its in-scope amount, or where no visit charges both. Bed, nursing and consultation in a stay
/// are a suspicion on a day on which one of the two items begins or ends, and a clue where both do (transfer), or where no visit charges both.
///
/// First the pair itself is tested: with at least `min_visits` visits with the including item at `min_providers` providers, of which
/// `custom_percent` % charge both on a day, at `provider_percent` % of the providers, a local rule allows it or an item is wrongly mapped. Such
/// visits count as not assessed.
///
/// # Known false positives
///
/// Two sites of the body or two sessions on one day; a change of ward or level of care; emergency observation and the ward on one day (a clue at
/// most); a local rule that allows the pair; newborns under the mother's number (left out).
///
/// # Example
///
/// A whole-abdomen ultrasound for 120 yuan and, on the same day, the liver ultrasound that it includes for 60 yuan: a breach over 60 yuan.
///
/// # References
///
/// National knowledge points on repeated charging, batch 7 (2025): 446 pairs of one day; Regulation on the Use of Medical Security Funds, Article
/// 38(3) (2021). The test of the pair and the transfer day: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExcludedSameDay {
    /// Visits with the including item from which a pair is tested.
    pub min_visits: u32,
    /// Providers with the including item from which a pair is tested.
    pub min_providers: u32,
    /// Share of these visits that charge both, in percent, from which the pair is custom.
    pub custom_percent: u32,
    /// Share of the providers at which it is so, in percent, from which the pair is custom.
    pub provider_percent: u32,
}

impl Default for ExcludedSameDay {
    fn default() -> Self {
        Self { min_visits: 30, min_providers: 3, custom_percent: 30, provider_percent: 90 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("C01"),
    name: text("excluded-same-day"),
    title: both("Items of which one includes the other on one day", "一日互斥收费"),
    scheme: Scheme::Charge,
    tier: Tier::Breach,
    clauses: clauses(),
    scope: ScopeKind::Person,
    unit: Unit::Visit,
    needs: vec![text("exclusive_pairs.item_code"), text("exclusive_pairs.other_code"), text("exclusive_pairs.scope")],
    uses: vec![
        text("exclusive_pairs.included"),
        text("exclusive_pairs.valid_from"),
        text("exclusive_pairs.valid_to"),
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.original_claim_id"),
        text("lines.line_id"),
        text("lines.category"),
        text("lines.in_scope_amount"),
        text("lines.charged_at"),
        text("lines.executed_at"),
        text("lines.reverses_line_id"),
    ],
    norms: vec![Norm::Exclusions],
    family: text("repeat"),
    leg: None,
    facts: facts(),
    thresholds: Vec::new(),
    discriminator: text("provider | day | including item | other item"),
    message: both(
        "item {excluded_item} is charged {excluded_units} time(s) on {day} beside {item}, which includes it; {units_at_stake} at stake",
        "{day} 收取 {item} 的同时收取其所含的 {excluded_item} {excluded_units} 次，涉及 {units_at_stake} 次",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both("orders with execution records, reports, fee list of the day", "医嘱执行记录、检查治疗报告、当日费用清单"),
    defence: both(
        "two sites, two sessions or a change of ward, or a price item of the province; settled by the execution records and the provincial price list",
        "不同部位、分次实施或当日转科，或本省价格项目另有规定；以执行记录和本省价格项目为准",
    ),
    sql: Some(text(include_str!("excluded_same_day.sql"))),
    version: 1,
});

detector!(ExcludedSameDay, &META, Person);

impl ExcludedSameDay {
    fn check(&self, problems: &mut Problems) {
        check_custom(self.parts(), problems);
    }

    fn parts(&self) -> [u32; 4] {
        [self.min_visits, self.min_providers, self.custom_percent, self.provider_percent]
    }

    fn custom(&self) -> Custom {
        custom(self.parts())
    }
}

impl PersonScope for ExcludedSameDay {
    fn detect(&self, person: PersonView<'_>, context: &Context<'_>, out: &mut Sink) {
        let judged = Judged::of(person, |visit| has_mains(visit, |nearness| nearness == Nearness::Day), out);
        let meetings: Vec<Meeting<'_>> = judged.by_provider().flat_map(meetings).collect();
        let subject = Subject::Person(person.id());
        let candidate = |meeting: &Meeting<'_>, together: Together| {
            let day = meeting.others[0].judged_on();
            let discriminator = format!("{}|{day}|{}|{}", meeting.provider(), meeting.main_code(), meeting.other_code());
            describe(meeting, subject, discriminator, together)
        };
        report(judged.count, &meetings, self.custom(), &BTreeSet::new(), context, out, candidate);
    }
}

/// Meetings in one person's visits at one provider.
fn meetings<'a>(visits: &[VisitCharges<'a>]) -> Vec<Meeting<'a>> {
    let mut pairs: BTreeMap<Date, BTreeMap<Pair, Option<i64>>> = BTreeMap::new();
    for charge in visits.iter().flat_map(VisitCharges::item_days).map(|charges| charges[0]) {
        let Some(day) = charge.day else { continue };
        let of_day = pairs_of(charge.line, day).into_iter().filter(|(pair, _)| pair.nearness == Nearness::Day);
        pairs.entry(day).or_default().extend(of_day);
    }
    let of_day = |(day, pairs): (Date, BTreeMap<Pair, Option<i64>>)| {
        one_way(pairs.into_iter().filter_map(|(pair, included)| meeting(visits, day, pair, included)).collect())
    };
    pairs.into_iter().flat_map(of_day).collect()
}

fn meeting<'a>(visits: &[VisitCharges<'a>], day: Date, pair: Pair, included: Option<i64>) -> Option<Meeting<'a>> {
    let charged = |item| visits.iter().flat_map(move |visit| visit.on(item, day)).copied();
    let others: Vec<Charge<'a>> = charged(pair.other).filter(Charge::is_payable).collect();
    if others.is_empty() {
        return None;
    }
    let units = |item| {
        let mut sum = Units::default();
        visits.iter().for_each(|visit| sum.add(visit.units_on(item, day)));
        sum
    };
    let mains = charged(pair.main).collect();
    let (main_units, other_units) = (units(pair.main).net, units(pair.other));
    let meeting = Meeting { pair, mains, others, main_units, other_units, included, tier: Tier::Breach };
    let tier = tier(visits, &meeting, day);
    meeting.is_found().then(|| meeting.at_most(tier))
}

fn tier(visits: &[VisitCharges<'_>], meeting: &Meeting<'_>, day: Date) -> Tier {
    let Pair { main, other, .. } = meeting.pair;
    let charges_both = |visit: &&VisitCharges<'_>| !visit.on(main, day).is_empty() && visit.on(other, day).iter().any(Charge::is_payable);
    let mut both = visits.iter().filter(charges_both).peekable();
    match (both.peek().is_some(), meeting.is_daily_fee()) {
        (false, true) => Tier::Clue,
        (false, false) => Tier::Suspicion,
        (true, true) if both.any(is_stay) => tier_in_stay(visits, meeting.pair, day),
        (true, _) => Tier::Breach,
    }
}
