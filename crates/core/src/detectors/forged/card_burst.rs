use crate::claims::{ClaimView, ProviderView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, Problems, ProviderScope, Scheme, ScopeKind, Sink, Strength, Subject, Threshold, Tier,
    Unit, both, detector, fact, text,
};
use crate::tables::value::{Date, Fen, PersonId, SettledHow, Time, VisitType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Flags bursts of settlements of unrelated persons at one terminal that its own rhythm does not explain.
///
/// # Why it matters
///
/// Cards collected from many holders are swiped one after another, with nobody there: the account money is cashed or the fund is billed for goods
/// that nobody takes. Real queues form at a terminal's busy hours; stacks of cards do not.
///
/// # How it decides
///
/// At each terminal (where none is named: the provider's desk), insured settlements of visits without a bed that were made online at a known time of day
/// form runs with at most `max_gap_seconds` between one and the next. Persons of a run count as unrelated by households, addresses and phones: the
/// fewest distinct of the three count. A person without one of them has one of their own.
///
/// The terminal expects `expected` = settlements in that hour of the week (the fuller one, if the run crosses an hour; the run's own among them) ÷ weeks
/// covered × (the run's length + one minute) in hours. `surprise` = −log10 of the Poisson chance of at least one less than the unrelated persons seen.
/// A run with `surprise` from `min_surprise` (p ≤ 10⁻⁶) and unrelated persons from `min_persons` on is a suspicion; a clue where a visit's start
/// has no time of day, so that later entry cannot be told. Strength is 0.5, and up to 1 by the share of totals within 5 % of the run's median.
///
/// Bursts at one hour every week become the terminal's own rhythm and hide themselves; small ones hide in busy hours.
///
/// At risk are the settlements of the run, whole. What accounts paid is stated as `account_loss`.
///
/// # Known false positives
///
/// Entry after an outage: a run counts only if at least four in five of its settlements came within `max_wait_minutes` of the visit's start, and only those
/// count. Outreach in a village: runs with at least four persons in five of one village (12-digit `region`) are left out. Purchase for
/// a care home: one household, address or phone counts once. Busy shops: their own hours expect it. Settlement by hand is left out; times without a
/// time of day are not assessed.
///
/// # Example
///
/// A pharmacy that sees one customer an hour settles nine persons of nine households on a Tuesday from 21:02 to 21:17, each for 298 to 302 yuan.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 17, 20, 40(1), 41 (2021). Scan statistic: Kulldorff, A spatial scan statistic (1997), in time
/// only. Five persons, 3 minutes and 10⁻⁶: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CardBurst {
    /// Seconds between settlements up to which a run goes on.
    pub max_gap_seconds: u32,
    /// Unrelated persons from which a run is flagged.
    pub min_persons: i64,
    /// −log10 of the chance from which a run is flagged.
    pub min_surprise: f64,
    /// Minutes from a visit's start to its settlement up to which it counts as settled at once.
    pub max_wait_minutes: u32,
    /// Weeks that the data must cover of a provider.
    pub min_weeks: i32,
}

impl Default for CardBurst {
    fn default() -> Self {
        Self { max_gap_seconds: 180, min_persons: 5, min_surprise: 6.0, max_wait_minutes: 60, min_weeks: 4 }
    }
}

/// The smallest runs that are kept.
const FLOOR_PERSONS: i64 = 4;
const FLOOR_SURPRISE: f64 = 5.0;
/// Characters of a region's code from which it is a village.
const VILLAGE_CODE: usize = 12;
/// Terms of the Poisson tail that are summed.
const TAIL_TERMS: i64 = 200;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("F22"),
    name: text("card-burst"),
    title: both("Card burst", "集中连续刷卡"),
    scheme: Scheme::Forged,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87, 88"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("17, 20→40(1); 41"), purpose: text("") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Provider,
    needs: vec![text("claims.settled_at")],
    uses: vec![
        text("claims.terminal_id"),
        text("claims.is_insured"),
        text("claims.settled_how"),
        text("claims.in_scope_amount"),
        text("claims.fund_amount"),
        text("claims.payment_method"),
        text("claims.payment_amount"),
        text("claims.account_amount"),
        text("claims.family_account_amount"),
        text("claims.cash_amount"),
        text("claims.address"),
        text("claims.phone"),
        text("persons.household_id"),
        text("persons.region"),
    ],
    norms: Vec::new(),
    family: text("burst"),
    leg: None,
    facts: vec![
        fact("terminal", "", "terminal", "终端"),
        fact("first_settled", "", "first settlement", "首笔结算时间"),
        fact("last_settled", "", "last settlement", "末笔结算时间"),
        fact("claims", "claims", "settlements", "结算笔数"),
        fact("persons", "persons", "unrelated persons", "互不相关的参保人"),
        fact("seconds", "seconds", "from first to last", "持续时间"),
        fact("expected", "claims", "settlements the terminal's own rhythm expects", "按终端自身规律的期望笔数"),
        fact("surprise", "", "-log10 of the chance", "概率的负常用对数"),
        fact("near_equal", "claims", "totals within 5 % of their median", "金额与中位数相差5%以内的笔数"),
        fact("accounts", "yuan", "paid from personal accounts", "个人账户支付"),
    ],
    thresholds: vec![
        Threshold { parameter: text("min_persons"), fact: text("persons"), direction: AtLeast, floor: FLOOR_PERSONS as f64 },
        Threshold { parameter: text("min_surprise"), fact: text("surprise"), direction: AtLeast, floor: FLOOR_SURPRISE },
    ],
    discriminator: text("terminal and time of the first settlement"),
    message: both(
        "{claims} settlements of {persons} unrelated persons at {terminal} within {seconds} s from {first_settled}, where {expected} are expected",
        "终端 {terminal} 自 {first_settled} 起 {seconds} 秒内为 {persons} 名互不相关人员结算 {claims} 笔，按自身规律期望 {expected} 笔",
    ),
    wide_message: None,
    basis: Basis::Stay,
    records: both(
        "terminal log, camera recordings of the counter, sales slips, stock of the goods billed, phone numbers of the card holders",
        "终端日志、柜台监控录像、销售小票、所售商品库存、持卡人联系方式",
    ),
    defence: both(
        "a queue after a break in the network, a group visit; settled by the network's log and by calling the card holders",
        "断网恢复后补录、集体就诊购药；以网络日志和回访持卡人为准",
    ),
    sql: Some(text(include_str!("card_burst.sql"))),
    version: 1,
});

detector!(CardBurst, &META, Provider);

/// A settlement at a terminal.
#[derive(Clone, Copy)]
struct Settled<'a> {
    at: Time,
    claim: ClaimView<'a>,
}

/// Settlements by hour of the week.
type Rhythm = [u64; 168];

impl CardBurst {
    fn check(&self, problems: &mut Problems) {
        problems.range("max_gap_seconds", self.max_gap_seconds, 1, 3600);
        problems.range("min_persons", self.min_persons, FLOOR_PERSONS, 10_000);
        problems.range("min_surprise", self.min_surprise, FLOOR_SURPRISE, 1000.0);
        problems.range("max_wait_minutes", self.max_wait_minutes, 1, 1440);
        problems.range("min_weeks", self.min_weeks, 1, 520);
    }

    fn is_prompt(&self, settled: &Settled<'_>) -> bool {
        let start = settled.claim.row().started_at().unwrap_or_default();
        start.is_midnight() || i64::from(settled.at.0) - i64::from(start.0) <= i64::from(self.max_wait_minutes) * 60
    }

    fn burst<'a>(&self, provider: ProviderView<'a>, run: &[Settled<'a>], rhythm: &Rhythm, days: i32) -> Option<Candidate> {
        let (first, last) = (run.first()?, run.last()?);
        let prompt: Vec<ClaimView<'a>> = run.iter().filter(|settled| self.is_prompt(settled)).map(|settled| settled.claim).collect();
        let persons = unrelated(&prompt);
        if prompt.len() * 5 < run.len() * 4 || persons < FLOOR_PERSONS || is_of_one_village(&prompt) {
            return None;
        }
        let seconds = i64::from(last.at.0) - i64::from(first.at.0);
        let usual = rhythm[hour_of_week(first.at)].max(rhythm[hour_of_week(last.at)]);
        let expected = (usual * 7) as f64 / f64::from(days) * (seconds + 60) as f64 / 3600.0;
        let surprise = surprise(persons - 1, expected);
        if surprise < FLOOR_SURPRISE {
            return None;
        }
        let is_dated = prompt.iter().any(|claim| claim.row().started_at().unwrap_or_default().is_midnight());
        let near_equal = near_equal(&prompt);
        let terminal = first.claim.terminal();
        let tier = if is_dated { Tier::Clue } else { Tier::Suspicion };
        let discriminator = format!("{}|{}", terminal.unwrap_or_default(), first.at);
        let mut candidate = Candidate::about(Subject::Provider(provider.id()), discriminator, tier, persons as f64)
            .between(first.at.date(), last.at.date())
            .with_strength(Strength::of(0.5 + 0.5 * near_equal as f64 / prompt.len() as f64))
            .fact("terminal", terminal.unwrap_or("desk"))
            .fact("first_settled", first.at)
            .fact("last_settled", last.at)
            .fact("claims", prompt.len())
            .fact("persons", persons)
            .fact("seconds", seconds)
            .fact("expected", expected)
            .fact("surprise", surprise)
            .fact("near_equal", near_equal)
            .fact("accounts", prompt.iter().map(|claim| accounts(*claim)).sum::<Fen>())
            .at_risk(prompt.into_iter());
        candidate.expected = Some(expected);
        Some(candidate)
    }
}

impl ProviderScope for CardBurst {
    fn detect(&self, provider: ProviderView<'_>, _context: &Context<'_>, out: &mut Sink) {
        let by_terminal = settlements(provider);
        let days = provider.covered().map_or(0, |(first, last): (Date, Date)| last.0 - first.0 + 1);
        if by_terminal.is_empty() {
            return out.not_assessed("no settlement with a time of day", 1);
        }
        if days < self.min_weeks * 7 {
            return out.not_assessed("too few weeks of data", 1);
        }
        out.assessed(1);
        for settled in by_terminal.values() {
            let mut rhythm = [0; 168];
            settled.iter().for_each(|settled| rhythm[hour_of_week(settled.at)] += 1);
            let goes_on = |left: &Settled<'_>, right: &Settled<'_>| right.at.0 - left.at.0 <= self.max_gap_seconds;
            let runs = settled.chunk_by(goes_on).filter(|run| run.len() as i64 >= FLOOR_PERSONS);
            out.extend(runs.filter_map(|run| self.burst(provider, run, &rhythm, days)));
        }
    }
}

/// Online settlements of visits without a bed, by terminal in the order of time.
fn settlements(provider: ProviderView<'_>) -> BTreeMap<Option<&str>, Vec<Settled<'_>>> {
    let mut by_terminal: BTreeMap<Option<&str>, Vec<Settled<'_>>> = BTreeMap::new();
    for claim in provider.claims().filter(|claim| claim.is_scored()) {
        let row = claim.row();
        let is_meant = row.visit_type().is_some_and(|visit_type| {
            matches!(visit_type, VisitType::Outpatient | VisitType::Emergency | VisitType::Chronic | VisitType::Pharmacy | VisitType::Other)
        });
        if let Some(at) = row.settled_at().filter(|at| is_meant && !at.is_midnight() && row.settled_how() != Some(SettledHow::Manual)) {
            by_terminal.entry(claim.terminal()).or_default().push(Settled { at, claim });
        }
    }
    by_terminal.values_mut().for_each(|settled| settled.sort_unstable_by_key(|settled| (settled.at, settled.claim.name())));
    by_terminal
}

/// Hours since Monday 00:00.
fn hour_of_week(time: Time) -> usize {
    // 1970-01-01 was a Thursday.
    let weekday = (time.date().0 + 3).rem_euclid(7) as usize;
    weekday * 24 + (time.0 / 3600 % 24) as usize
}

/// Persons, counted by households, addresses and phones: the fewest of the three.
fn unrelated(claims: &[ClaimView<'_>]) -> i64 {
    let distinct = |key: &dyn Fn(&ClaimView<'_>) -> Option<u32>| {
        let keys: BTreeSet<(Option<u32>, Option<PersonId>)> = claims
            .iter()
            .map(|claim| match key(claim) {
                Some(key) => (Some(key), None),
                None => (None, Some(claim.person())),
            })
            .collect();
        keys.len() as i64
    };
    let household = distinct(&|claim| claim.household().map(|id| id.0));
    let address = distinct(&|claim| claim.row().address().map(|text| text.0));
    let phone = distinct(&|claim| claim.phone_key().map(|id| id.0));
    household.min(address).min(phone)
}

/// Whether at least four persons in five live in one village.
fn is_of_one_village(claims: &[ClaimView<'_>]) -> bool {
    let persons: BTreeMap<PersonId, Option<&str>> = claims.iter().map(|claim| (claim.person(), village(claim))).collect();
    let mut villages: BTreeMap<&str, usize> = BTreeMap::new();
    persons.values().flatten().for_each(|village| *villages.entry(village).or_default() += 1);
    villages.values().max().is_some_and(|most| most * 5 >= persons.len() * 4)
}

/// The village of the person, by a code of twelve digits.
fn village<'a>(claim: &ClaimView<'a>) -> Option<&'a str> {
    Some(claim.patient().region()).filter(|code| code.len() >= VILLAGE_CODE)
}

/// How many totals lie within 5 % of the lower median.
fn near_equal(claims: &[ClaimView<'_>]) -> usize {
    let mut totals: Vec<i64> = claims.iter().map(|claim| claim.net_total().0).collect();
    totals.sort_unstable();
    let Some(&median) = totals.get((totals.len().max(1) - 1) / 2) else { return 0 };
    totals.iter().filter(|&&total| (i128::from(total) - i128::from(median)).abs() * 20 <= i128::from(median)).count()
}

fn accounts(claim: ClaimView<'_>) -> Fen {
    claim.row().account_amount().unwrap_or_default() + claim.row().family_account_amount().unwrap_or_default()
}

/// −log10 of the Poisson chance of `least` or more where `expected` are; 0 where no fewer are expected.
fn surprise(least: i64, expected: f64) -> f64 {
    if expected >= least as f64 {
        return 0.0;
    }
    let factorial: f64 = (1..=least).map(|number| (number as f64).ln()).sum();
    let mut term = 1.0;
    let mut tail = 1.0;
    for number in 1..TAIL_TERMS {
        term *= expected / (least + number) as f64;
        tail += term;
    }
    -(least as f64 * expected.ln() - expected - factorial + tail.ln()) / std::f64::consts::LN_10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surprise_is_the_poisson_tail() {
        // P(X ≥ 2 | 1) = 1 − 2/e, P(X ≥ 4 | 0.5) = 0.00175162.
        assert!((surprise(2, 1.0) + (1.0 - 2.0 / std::f64::consts::E).log10()).abs() < 1e-12);
        assert!((surprise(4, 0.5) + 0.001_751_622_556_f64.log10()).abs() < 1e-6);
        assert!(surprise(3, 3.0).abs() < 1e-12);
        assert!(surprise(200, 1e-3).is_finite());
    }
}
