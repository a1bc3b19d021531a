use super::exclusion::{Meeting, check_custom, clauses, custom, describe, facts, is_stay, one_way, report, tier_in_stay};
use super::judged::Judged;
use crate::claims::{ClaimView, PersonView};
use crate::detect::{
    Basis, Context, Meta, Norm, PersonScope, Problems, Scheme, ScopeKind, Sink, Subject, Tier, Unit, both, detector, fact, text,
};
use crate::norms::{Charge, Custom, Nearness, Together, VisitCharges, has_mains, main_charges, pairs_of};
use crate::tables::value::{Date, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Flags an item charged in one visit beside another that includes it.
///
/// # Why it matters
///
/// The price of an operation or a package covers the other item, so that the fund pays twice for one service.
///
/// # How it decides
///
/// For each pair of `exclusive_pairs` of scope visit, both items charged in one visit, the including one on a day on which the pair is in force (a
/// line without a day: the first day of its claim). Only insured claims that stand count. Units are net of negative and reversing lines and of
/// refunds. At stake are the units of the other item in scope, at most `included` for each unit of the including one. Each line of the other item
/// is asked for its in-scope amount × units at stake / units charged in scope, rounded to the fen. Where each item of a pair includes the other,
/// the one that costs less is asked for.
///
/// A breach, a suspicion where a line does not tell its in-scope amount. Each finding says whether both belong to one operation: `same day` if one
/// day charges both; `other operation` if none does and the visit has operations on two days or more, which makes it a clue; else `one visit`. Bed,
/// nursing and consultation of a stay are judged day by day: a suspicion if on each day that has both one of them begins or ends, a clue if both do or if
/// no day has both (transfer).
///
/// First the pair itself is tested: with at least `min_visits` visits with the including item at `min_providers` providers, of which
/// `custom_percent` % charge both, at `provider_percent` % of the providers, a local rule allows it or an item is wrongly mapped. Such visits count
/// as not assessed.
///
/// # Known false positives
///
/// Two operations in one visit (a clue, where operations are recorded); a transfer inside the stay; an item that is medically separate; a local rule
/// that allows the pair; a newborn's claim in the mother's visit (left out).
///
/// # Example
///
/// A laparoscopic operation and the exploration that its price includes, both in one stay: a breach over the exploration.
///
/// # References
///
/// National knowledge points on repeated charging, batch 7 (2025): 429 pairs of one visit; Regulation on the Use of Medical Security Funds, Article
/// 38(3) (2021). The test of the pair, operations and transfer days: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExcludedSameVisit {
    /// Visits with the including item from which a pair is tested.
    pub min_visits: u32,
    /// Providers with the including item from which a pair is tested.
    pub min_providers: u32,
    /// Share of these visits that charge both, in percent, from which the pair is custom.
    pub custom_percent: u32,
    /// Share of the providers at which it is so, in percent, from which the pair is custom.
    pub provider_percent: u32,
}

impl Default for ExcludedSameVisit {
    fn default() -> Self {
        Self { min_visits: 30, min_providers: 3, custom_percent: 30, provider_percent: 90 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("C02"),
    name: text("excluded-same-visit"),
    title: both("Items of which one includes the other in one visit", "单次就诊互斥收费"),
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
        text("procedures.started_at"),
    ],
    norms: vec![Norm::Exclusions],
    family: text("repeat"),
    leg: None,
    facts: [facts(), vec![fact("operation", "", "whether both belong to one operation", "是否同一手术")]].concat(),
    thresholds: Vec::new(),
    discriminator: text("including item | other item"),
    message: both(
        "item {excluded_item} is charged {excluded_units} time(s) in one visit with {item}, which includes it ({operation}); {units_at_stake} at stake",
        "同次就诊收取 {item} 的同时收取其所含的 {excluded_item} {excluded_units} 次（{operation}），涉及 {units_at_stake} 次",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both(
        "operation and anaesthesia records, orders with execution records, fee list of the visit",
        "手术麻醉记录、医嘱执行记录、本次就诊费用清单",
    ),
    defence: both(
        "two operations, or a price item of the province; settled by the operation records and the provincial price list",
        "分次手术或本省价格项目另有规定；以手术记录和本省价格项目为准",
    ),
    sql: Some(text(include_str!("excluded_same_visit.sql"))),
    version: 1,
});

detector!(ExcludedSameVisit, &META, Person);

impl ExcludedSameVisit {
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

impl PersonScope for ExcludedSameVisit {
    fn detect(&self, person: PersonView<'_>, context: &Context<'_>, out: &mut Sink) {
        let judged = Judged::of(person, |visit| has_mains(visit, |nearness| nearness == Nearness::Visit), out);
        let meetings: Vec<Meeting<'_>> = judged.visits.iter().flat_map(meetings).collect();
        let candidate = |meeting: &Meeting<'_>, together: Together| {
            let visit = meeting.others[0].line.claim().visit().first_claim();
            let discriminator = format!("{}|{}", meeting.main_code(), meeting.other_code());
            let operation = operation(visit, meeting);
            describe(meeting, Subject::Claim(visit.id()), discriminator, together).on_claim(visit).fact("operation", operation)
        };
        report(judged.count, &meetings, self.custom(), &BTreeSet::new(), context, out, candidate);
    }
}

fn meetings<'a>(visit: &VisitCharges<'a>) -> Vec<Meeting<'a>> {
    let pairs = main_charges(visit).into_iter().filter(|(pair, _)| pair.nearness == Nearness::Visit);
    let mut found = Vec::new();
    for (pair, mains) in pairs {
        let mains: Vec<Charge<'a>> = mains.into_iter().copied().collect();
        let others: Vec<Charge<'a>> = visit.of_item(pair.other).iter().filter(|charge| charge.is_payable()).copied().collect();
        if others.is_empty() {
            continue;
        }
        let included = mains.iter().filter_map(|main| pairs_of(main.line, main.judged_on()).get(&pair).copied().flatten()).min();
        let (main_units, other_units) = (visit.units(pair.main, &mains).net, visit.units(pair.other, visit.of_item(pair.other)));
        let meeting = Meeting { pair, mains, others, main_units, other_units, included, tier: Tier::Breach };
        if meeting.is_found() {
            let tier = tier(visit, &meeting);
            found.push(meeting.at_most(tier));
        }
    }
    one_way(found)
}

/// Days on which both are charged.
fn shared_days(meeting: &Meeting<'_>) -> BTreeSet<Date> {
    let mains: BTreeSet<Date> = meeting.mains.iter().filter_map(|charge| charge.day).collect();
    meeting.others.iter().filter_map(|charge| charge.day).filter(|day| mains.contains(day)).collect()
}

fn tier(visit: &VisitCharges<'_>, meeting: &Meeting<'_>) -> Tier {
    if meeting.is_daily_fee() && is_stay(visit) {
        let of_day = |day: Date| tier_in_stay(std::slice::from_ref(visit), meeting.pair, day);
        return shared_days(meeting).into_iter().map(of_day).max().unwrap_or(Tier::Clue);
    }
    let is_other = operation(visit.visit.first_claim(), meeting) == OTHER_OPERATION;
    if is_other { Tier::Clue } else { Tier::Breach }
}

const OTHER_OPERATION: &str = "other operation";

/// Whether both items belong to one operation, as far as days tell.
fn operation(visit: ClaimView<'_>, meeting: &Meeting<'_>) -> &'static str {
    let claims = visit.visit().insured_claims();
    let days: BTreeSet<Date> = claims.flat_map(ClaimView::procedures).filter_map(|row| row.started_at()).map(Time::date).collect();
    match (shared_days(meeting).is_empty(), days.len()) {
        (false, _) => "same day",
        (true, 0 | 1) => "one visit",
        (true, _) => OTHER_OPERATION,
    }
}
