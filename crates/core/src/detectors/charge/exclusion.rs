//! What the detectors of items that exclude each other share: meetings of a pair, what they ask, and when they are custom.

use super::units;
use crate::claims::{ClaimView, LineView};
use crate::detect::{Candidate, Clause, Context, FactMeta, Law, Problems, Role, Sink, Strength, Subject, Target, Tier, fact, text};
use crate::norms::{Charge, Custom, Pair, Together, Units, VisitCharges};
use crate::tables::value::{Category, ClaimId, Date, Fen, ItemId, VisitType};
use std::collections::BTreeSet;

/// One whole unit as a quantity.
const ONE: i64 = 10_000;

/// Both items of a pair charged as near as it says.
pub(super) struct Meeting<'a> {
    pub(super) pair: Pair,
    /// Charges of the item that includes the other.
    pub(super) mains: Vec<Charge<'a>>,
    /// Charges of the other item to the fund.
    pub(super) others: Vec<Charge<'a>>,
    /// Units of the main item, net, times 10⁴.
    pub(super) main_units: i64,
    /// Units of the other item.
    pub(super) other_units: Units,
    /// Units of the other that one main includes, times 10⁴; `None` = any number.
    pub(super) included: Option<i64>,
    /// How far the circumstances allow to go.
    pub(super) tier: Tier,
}

impl<'a> Meeting<'a> {
    /// Units that the main item includes and that are charged all the same, times 10⁴.
    fn stake(&self) -> i64 {
        let covered = |units: i64| (i128::from(self.main_units) * i128::from(units) / i128::from(ONE)).min(i128::from(i64::MAX)) as i64;
        self.other_units.net_payable.min(self.included.map_or(i64::MAX, covered))
    }

    /// Whether anything is charged that should not be.
    pub(super) fn is_found(&self) -> bool {
        self.main_units > 0 && self.stake() > 0
    }

    /// What is asked of each line of the other item: its in-scope amount in the proportion of the units at stake.
    fn asked(&self) -> impl Iterator<Item = (LineView<'a>, Fen)> {
        let (stake, payable) = (self.stake(), self.other_units.payable);
        self.others.iter().map(move |charge| (charge.line, charge.line.in_scope().share(stake, payable)))
    }

    fn asked_total(&self) -> Fen {
        self.asked().map(|(_, asked)| asked).sum()
    }

    pub(super) fn main_code(&self) -> &'a str {
        self.mains[0].line.item_code()
    }

    pub(super) fn other_code(&self) -> &'a str {
        self.others[0].line.item_code()
    }

    /// The same, no higher than a tier. A breach needs that every line of the other item tells its in-scope amount.
    pub(super) fn at_most(mut self, tier: Tier) -> Self {
        let is_known = self.others.iter().all(|charge| charge.line.row().in_scope_amount().is_some());
        self.tier = tier.min(if is_known { Tier::Breach } else { Tier::Suspicion });
        self
    }

    /// The claim of the other item, the first by its id.
    fn claim(&self) -> ClaimView<'a> {
        let claims = self.others.iter().map(|charge| charge.line.claim());
        claims.min_by_key(|claim| claim.name()).unwrap_or_else(|| self.others[0].line.claim())
    }

    /// The provider that charges both.
    pub(super) fn provider(&self) -> &'a str {
        self.others[0].line.claim().provider_name()
    }

    /// Whether the other item is a bed, nursing or consultation.
    pub(super) fn is_daily_fee(&self) -> bool {
        self.others.iter().any(|charge| charge.line.category().is_some_and(Category::is_daily_fee))
    }

    /// Visits in which the other item is charged.
    fn visits(&self) -> impl Iterator<Item = ClaimId> {
        self.others.iter().map(visit_of)
    }

    /// Whether one visit charges both.
    pub(super) fn is_in_one_visit(&self) -> bool {
        let mains: BTreeSet<ClaimId> = self.mains.iter().map(visit_of).collect();
        self.visits().any(|visit| mains.contains(&visit))
    }

    fn days(&self) -> (Date, Date) {
        let days = || self.mains.iter().chain(&self.others).map(Charge::judged_on);
        (days().min().unwrap_or_default(), days().max().unwrap_or_default())
    }
}

fn visit_of(charge: &Charge<'_>) -> ClaimId {
    charge.line.claim().visit().visit().first_claim
}

/// Whether an item begins or ends on a day: it is not charged on the day before, or not on the day after.
fn turns(visits: &[VisitCharges<'_>], item: ItemId, day: Date) -> bool {
    let is_charged = |day: i32| visits.iter().any(|visit| !visit.on(item, Date(day)).is_empty());
    !is_charged(day.0 - 1) || !is_charged(day.0 + 1)
}

/// The tier of daily fees that meet on a day of a stay: a clue where both begin or end on it, as they do when the patient moves to another ward or
/// level of care; a suspicion where one does; else a breach.
pub(super) fn tier_in_stay(visits: &[VisitCharges<'_>], pair: Pair, day: Date) -> Tier {
    match (turns(visits, pair.main, day), turns(visits, pair.other, day)) {
        (true, true) => Tier::Clue,
        (false, false) => Tier::Breach,
        _ => Tier::Suspicion,
    }
}

/// Whether a visit is a hospital stay.
pub(super) fn is_stay(visit: &VisitCharges<'_>) -> bool {
    visit.visit.visit().visit_type == VisitType::Inpatient
}

/// Reports a person's meetings, but those that are custom, and counts the visits, of which `untimed` tell too little of their times.
pub(super) fn report<'a>(
    visits: u64,
    meetings: &[Meeting<'a>],
    custom: Custom,
    untimed: &BTreeSet<ClaimId>,
    context: &Context<'_>,
    out: &mut Sink,
    candidate: impl Fn(&Meeting<'a>, Together) -> Candidate,
) {
    let (mut found, mut customary) = (BTreeSet::new(), BTreeSet::new());
    for meeting in meetings {
        let together = together(meeting, custom, context);
        if together.is_custom(custom) {
            customary.extend(meeting.visits());
        } else {
            found.extend(meeting.visits());
            out.push(candidate(meeting, together));
        }
    }
    let untimed: BTreeSet<ClaimId> = untimed.difference(&found).copied().collect();
    let customary = customary.iter().filter(|visit| !found.contains(visit) && !untimed.contains(visit)).count() as u64;
    out.not_assessed("pair that nearly all providers charge together", customary);
    out.not_assessed("times are dates only", untimed.len() as u64);
    out.assessed(visits - customary - untimed.len() as u64);
}

fn together(meeting: &Meeting<'_>, custom: Custom, context: &Context<'_>) -> Together {
    let norm = context.norms.exclusions.as_ref();
    norm.map(|norm| norm.of(meeting.main_code(), meeting.other_code(), meeting.pair.nearness, custom.percent)).unwrap_or_default()
}

/// Of two meetings in which each item includes the other, the one that asks less, or else the one whose main item comes first.
pub(super) fn one_way(meetings: Vec<Meeting<'_>>) -> Vec<Meeting<'_>> {
    let rank = |meeting: &Meeting<'_>| (meeting.asked_total(), meeting.pair.main);
    let is_reverse = |one: Pair, other: Pair| (one.main, one.other, one.nearness) == (other.other, other.main, other.nearness);
    let kept: Vec<bool> = meetings
        .iter()
        .map(|meeting| !meetings.iter().any(|other| is_reverse(meeting.pair, other.pair) && rank(other) < rank(meeting)))
        .collect();
    meetings.into_iter().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(meeting, _)| meeting).collect()
}

/// A finding about a meeting, with the facts that all of them state.
pub(super) fn describe(meeting: &Meeting<'_>, subject: Subject, discriminator: String, together: Together) -> Candidate {
    let (first, last) = meeting.days();
    let pair = format!("{}|{}", meeting.main_code(), meeting.other_code());
    let mut candidate = Candidate::about(subject, discriminator, meeting.tier, meeting.stake() as f64 / ONE as f64)
        .on_claim(meeting.claim())
        .between(first, last)
        .with_strength(Strength::of(0.7))
        .fact("item", meeting.main_code())
        .fact("excluded_item", meeting.other_code())
        .fact("day", meeting.others[0].judged_on())
        .fact("item_units", units(meeting.main_units))
        .fact("excluded_units", units(meeting.other_units.net_payable));
    if let Some(included) = meeting.included {
        candidate = candidate.fact("included_units", units(included));
    }
    candidate
        .fact("units_at_stake", units(meeting.stake()))
        .fact("visits_with_item", together.visits as i64)
        .fact("visits_with_both", together.both as i64)
        .evidence(Role::Compared, meeting.mains.iter().map(|charge| Target::Line(charge.line.index())))
        .evidence(Role::Context, [Target::Row { table: "exclusive_pairs", key: pair }])
        .at_risk_lines(meeting.asked())
}

/// The facts that [`describe`] states.
pub(super) fn facts() -> Vec<FactMeta> {
    vec![
        fact("item", "", "item that includes the other", "主项"),
        fact("excluded_item", "", "item not charged beside it", "从项"),
        fact("day", "", "day of the other item", "从项收费日期"),
        fact("item_units", "units", "units of the including item", "主项数量"),
        fact("excluded_units", "units", "units of the other item in scope", "从项计入范围数量"),
        fact("included_units", "units", "units that one includes, where limited", "每个主项所含从项数量"),
        fact("units_at_stake", "units", "units that should not be charged", "涉及数量"),
        fact("visits_with_item", "visits", "visits with the including item, all data", "全部数据中收主项的就诊数"),
        fact("visits_with_both", "visits", "of which with both", "其中同收两项的就诊数"),
    ]
}

/// Clauses on charging twice.
pub(super) fn clauses() -> Vec<Clause> {
    vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(3)"), purpose: text("40") },
    ]
}

/// Reports parameters of the test for custom that make no sense.
pub(super) fn check_custom(custom: [u32; 4], problems: &mut Problems) {
    let [visits, providers, percent, provider_percent] = custom;
    problems.range("min_visits", visits, 1, 1_000_000);
    problems.range("min_providers", providers, 1, 100_000);
    problems.range("custom_percent", percent, 1, 100);
    problems.range("provider_percent", provider_percent, 1, 100);
}

/// The parameters of the test for custom.
pub(super) fn custom([visits, providers, percent, provider_percent]: [u32; 4]) -> Custom {
    let [visits, providers, percent, provider_percent] = [visits, providers, percent, provider_percent].map(u64::from);
    Custom { visits, providers, percent, provider_percent }
}
