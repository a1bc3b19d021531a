use super::exclusion::{Meeting, check_custom, clauses, custom, describe, facts, one_way, report};
use super::judged::Judged;
use crate::claims::PersonView;
use crate::detect::{
    Basis, Context, Meta, Norm, PersonScope, Problems, Scheme, ScopeKind, Sink, Subject, Tier, Unit, both, detector, fact, text,
};
use crate::norms::{Charge, Custom, Nearness, Pair, Together, Units, VisitCharges, has_mains, main_charges, pairs_of};
use crate::tables::value::{ClaimId, Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Flags an item charged within hours of another that includes it.
///
/// # Why it matters
///
/// The price of the one covers the other for some hours, so that the fund pays twice for one service.
///
/// # How it decides
///
/// For each pair of `exclusive_pairs` of scope hour (one hour of the clock) or hours (at most `hours` apart, before or after), in force on the day
/// of the including item, both items charged to one person by one provider so near to each other, at true times (executed, else charged; midnight
/// is none). Only insured claims that stand count. Units are net: what negative and reversing lines and refunds take back of a day is taken from
/// what meets on that day, and an including item of which nothing is left on its day does not count. At stake, for each day of the other item, are
/// its units in scope that lie so near to an including one, at most `included` for each of these. Each line is asked for its in-scope amount ×
/// units at stake / units that meet, rounded to the fen. Where each item of a pair includes the other, the one that costs less is asked for.
///
/// A breach; a suspicion where a line does not tell its in-scope amount, or where no visit charges both. Visits that charge both items without a
/// true time of each line count as not assessed, unless other lines tell enough.
///
/// First the pair itself is tested: with at least `min_visits` visits with the including item at true times at `min_providers` providers, of which
/// `custom_percent` % charge both so near, at `provider_percent` % of the providers, a local rule allows it or an item is wrongly mapped. Such
/// visits count as not assessed.
///
/// # Known false positives
///
/// Times of posting instead of service; two sites or sessions; a local rule that allows the pair; newborns under the mother's number (left out).
///
/// # Example
///
/// A test of function at 9:10 and the single measurement that it includes for six hours at 13:40: a breach over the measurement.
///
/// # References
///
/// National knowledge points on repeated charging, batch 7 (2025): 18 pairs of six hours, 7 of one hour; Regulation on the Use of Medical Security
/// Funds, Article 38(3) (2021). The test of the pair: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExcludedWithinHours {
    /// Visits with the including item from which a pair is tested.
    pub min_visits: u32,
    /// Providers with the including item from which a pair is tested.
    pub min_providers: u32,
    /// Share of these visits that charge both, in percent, from which the pair is custom.
    pub custom_percent: u32,
    /// Share of the providers at which it is so, in percent, from which the pair is custom.
    pub provider_percent: u32,
}

impl Default for ExcludedWithinHours {
    fn default() -> Self {
        Self { min_visits: 30, min_providers: 3, custom_percent: 30, provider_percent: 90 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("C03"),
    name: text("excluded-within-hours"),
    title: both("Items of which one includes the other within hours", "限时互斥收费"),
    scheme: Scheme::Charge,
    tier: Tier::Breach,
    clauses: clauses(),
    scope: ScopeKind::Person,
    unit: Unit::Visit,
    needs: vec![text("exclusive_pairs.item_code"), text("exclusive_pairs.other_code"), text("exclusive_pairs.scope")],
    uses: vec![
        text("exclusive_pairs.hours"),
        text("exclusive_pairs.included"),
        text("exclusive_pairs.valid_from"),
        text("exclusive_pairs.valid_to"),
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.original_claim_id"),
        text("lines.line_id"),
        text("lines.in_scope_amount"),
        text("lines.charged_at"),
        text("lines.executed_at"),
        text("lines.reverses_line_id"),
    ],
    norms: vec![Norm::Exclusions],
    family: text("repeat"),
    leg: None,
    facts: [facts(), vec![fact("near", "", "how near the pair must stand", "互斥时限")]].concat(),
    thresholds: Vec::new(),
    discriminator: text("provider | day of the other item | including item | other item | how near"),
    message: both(
        "item {excluded_item} is charged {excluded_units} time(s) on {day} within {near} of {item}, which includes it; {units_at_stake} at stake",
        "{day} 在 {item} 的 {near} 内收取其所含的 {excluded_item} {excluded_units} 次，涉及 {units_at_stake} 次",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both("orders with execution records, reports, fee list of the day", "医嘱执行记录、检查治疗报告、当日费用清单"),
    defence: both(
        "times of posting, two sites or sessions, or a price item of the province; settled by the execution records and the provincial price list",
        "记账时间非执行时间、不同部位或分次实施，或本省价格项目另有规定；以执行记录和本省价格项目为准",
    ),
    sql: Some(text(include_str!("excluded_within_hours.sql"))),
    version: 1,
});

detector!(ExcludedWithinHours, &META, Person);

impl ExcludedWithinHours {
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

impl PersonScope for ExcludedWithinHours {
    fn detect(&self, person: PersonView<'_>, context: &Context<'_>, out: &mut Sink) {
        let judged = Judged::of(person, |visit| has_mains(visit, Nearness::is_by_time), out);
        let meetings: Vec<Meeting<'_>> = judged.by_provider().flat_map(meetings).collect();
        let untimed: BTreeSet<ClaimId> =
            judged.visits.iter().filter(|visit| lacks_times(visit)).map(|visit| visit.visit.visit().first_claim).collect();
        let subject = Subject::Person(person.id());
        let candidate = |meeting: &Meeting<'_>, together: Together| {
            let (day, near) = (meeting.others[0].judged_on(), meeting.pair.nearness.words());
            let discriminator = format!("{}|{day}|{}|{}|{near}", meeting.provider(), meeting.main_code(), meeting.other_code());
            describe(meeting, subject, discriminator, together).fact("near", near)
        };
        report(judged.count, &meetings, self.custom(), &untimed, context, out, candidate);
    }
}

/// Whether a visit charges both items of a pair, a line of them without a true time.
fn lacks_times(visit: &VisitCharges<'_>) -> bool {
    let is_untimed = |charge: &Charge<'_>| charge.time().is_none();
    let pairs = main_charges(visit).into_iter().filter(|(pair, _)| pair.nearness.is_by_time());
    pairs.into_iter().any(|(pair, mains)| {
        let others: Vec<&Charge<'_>> = visit.of_item(pair.other).iter().filter(|charge| charge.is_payable()).collect();
        !others.is_empty() && mains.into_iter().chain(others).any(is_untimed)
    })
}

/// Meetings in one person's visits at one provider.
fn meetings<'a>(visits: &[VisitCharges<'a>]) -> Vec<Meeting<'a>> {
    let mut mains: BTreeMap<Pair, Vec<Charge<'a>>> = BTreeMap::new();
    for visit in visits {
        let is_left = |charge: &&Charge<'_>| charge.day.is_some_and(|day| visit.units_on(charge.item, day).net > 0);
        for charge in visit.charges().iter().filter(is_left) {
            let near = pairs_of(charge.line, charge.judged_on()).into_keys().filter(|pair| pair.nearness.is_by_time());
            near.for_each(|pair| mains.entry(pair).or_default().push(*charge));
        }
    }
    let mut by_day: BTreeMap<Date, Vec<Meeting<'a>>> = BTreeMap::new();
    for (pair, mains) in mains {
        let joins = |charge: &&Charge<'_>| charge.is_payable() && mains.iter().any(|main| pair.nearness.joins(main, charge));
        let near = visits.iter().flat_map(|visit| visit.of_item(pair.other)).filter(joins);
        let days: BTreeSet<Date> = near.filter_map(|charge| charge.day).collect();
        for day in days {
            by_day.entry(day).or_default().extend(meeting(visits, day, pair, &mains));
        }
    }
    by_day.into_values().flat_map(one_way).collect()
}

fn meeting<'a>(visits: &[VisitCharges<'a>], day: Date, pair: Pair, mains: &[Charge<'a>]) -> Option<Meeting<'a>> {
    let joins = |charge: &Charge<'_>| mains.iter().any(|main| pair.nearness.joins(main, charge));
    let (mut others, mut other_units) = (Vec::new(), Units::default());
    for visit in visits {
        let near: Vec<Charge<'a>> =
            visit.on(pair.other, day).iter().filter(|charge| charge.is_payable() && joins(charge)).copied().collect();
        other_units.add(visit.units_less_taken(&near, pair.other, day));
        others.extend(near);
    }
    let mains: Vec<Charge<'a>> = mains.iter().filter(|main| others.iter().any(|other| pair.nearness.joins(main, other))).copied().collect();
    let included = mains.iter().filter_map(|main| pairs_of(main.line, main.judged_on()).get(&pair).copied().flatten()).min();
    let main_units = mains.iter().map(|main| main.units).sum();
    let meeting = Meeting { pair, mains, others, main_units, other_units, included, tier: Tier::Breach };
    let tier = if meeting.is_in_one_visit() { Tier::Breach } else { Tier::Suspicion };
    meeting.is_found().then(|| meeting.at_most(tier))
}
