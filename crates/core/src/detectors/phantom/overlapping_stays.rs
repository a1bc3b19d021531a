use crate::claims::{PersonView, StayView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Low, Meta, PersonScope, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::tables::value::{AdmissionWay, DischargeWay, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags two stays of one person at different providers that share nights.
///
/// # Why it matters
///
/// Nobody sleeps in two hospitals. One of the two stays was not what it was billed as: a phantom stay, a stay on paper while the patient was
/// elsewhere, or a lent credential.
///
/// # How it decides
///
/// For every pair of stays of one person at different providers, `overlap_nights` = date(earlier end) − date(later start), where stays are
/// refund-netted and joined over interim and year-end settlements. From `min_overlap_nights` on it is a finding. A breach: at least
/// `breach_nights`, or `overlap_nights` · 100 ≥ `breach_share_percent` · nights of the shorter stay. Else a clue. At risk is the stay with the
/// thinner content (lower total per night; the later one if equal), or the insured one if the other is self-paid. The loss is what the fund paid
/// for it; the lower estimate takes only the shared nights.
///
/// # Known false positives
///
/// A transfer whose discharge was posted late (left out up to `max_transfer_lag_hours`); newborns under the mother's number (left out); home
/// beds, observation and day surgery (not stays); two persons merged under one number; a wrong date.
///
/// # Example
///
/// A stay from 3 to 10 May in the county hospital and one from 5 to 9 May in a township hospital share four nights: a breach.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 38(1), 40(1), 41 (2021). Thresholds: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OverlappingStays {
    /// Shared nights from which a pair is looked at.
    pub min_overlap_nights: i32,
    /// Shared nights from which a pair is a breach.
    pub breach_nights: i32,
    /// Share of the shorter stay, in percent, from which a pair is a breach.
    pub breach_share_percent: i32,
    /// Hours by which a discharge may be posted late after a transfer.
    pub max_transfer_lag_hours: i32,
}

impl Default for OverlappingStays {
    fn default() -> Self {
        Self { min_overlap_nights: 1, breach_nights: 2, breach_share_percent: 50, max_transfer_lag_hours: 24 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P02"),
    name: text("overlapping-stays"),
    title: both("Overlapping stays", "住院时间重叠"),
    scheme: Scheme::Phantom,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87, 88"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(1); 41"), purpose: text("40(1)") },
    ],
    scope: ScopeKind::Person,
    unit: Unit::Stay,
    needs: Vec::new(),
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.discharge_way"),
        text("claims.admission_way"),
        text("claims.transferred_from"),
    ],
    norms: Vec::new(),
    family: text("presence"),
    leg: None,
    facts: vec![
        fact("stay", "", "claim that names the stay at risk", "涉及住院的结算单"),
        fact("other_stay", "", "claim that names the other stay", "另一次住院的结算单"),
        fact("other_provider", "", "provider of the other stay", "另一次住院的机构"),
        fact("overlap_nights", "nights", "nights in both stays", "重叠夜数"),
        fact("shared_from", "", "first shared night", "重叠起始日"),
        fact("stay_nights", "nights", "nights of the stay at risk", "涉及住院夜数"),
        fact("other_nights", "nights", "nights of the other stay", "另一次住院夜数"),
        fact("stay_total", "yuan", "total of the stay at risk", "涉及住院总费用"),
        fact("other_total", "yuan", "total of the other stay", "另一次住院总费用"),
    ],
    thresholds: vec![Threshold { parameter: text("min_overlap_nights"), fact: text("overlap_nights"), direction: AtLeast, floor: 1.0 }],
    discriminator: text("first claim of the earlier stay | first claim of the later stay"),
    message: both(
        "stay {stay} shares {overlap_nights} night(s) from {shared_from} with stay {other_stay} at provider {other_provider}",
        "住院 {stay} 自 {shared_from} 起与机构 {other_provider} 的住院 {other_stay} 重叠 {overlap_nights} 夜",
    ),
    wide_message: None,
    basis: Basis::Stay,
    records: both(
        "admission and discharge records, nursing records, ward camera or gate records and orders of both stays",
        "两次住院的入出院记录、护理记录、病区视频或门禁记录、医嘱",
    ),
    defence: both(
        "late posting of a discharge or a transfer; settled by the nursing record of the last night at the first provider",
        "出院登记滞后或转院；以先住机构最后一夜的护理记录为准",
    ),
    sql: Some(text(include_str!("overlapping_stays.sql"))),
    version: 1,
});

detector!(OverlappingStays, &META, Person);

impl OverlappingStays {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_overlap_nights", self.min_overlap_nights, 1, 365);
        problems.range("breach_nights", self.breach_nights, 1, 365);
        problems.range("breach_share_percent", self.breach_share_percent, 1, 100);
        problems.range("max_transfer_lag_hours", self.max_transfer_lag_hours, 0, 240);
    }

    fn compare(&self, earlier: StayView<'_>, later: StayView<'_>) -> Option<Candidate> {
        let end = earlier.stay().closed_end.min(later.stay().closed_end);
        let start = later.stay().started_at;
        let overlap_nights = end.date().0 - start.date().0;
        if earlier.stay().provider == later.stay().provider
            || overlap_nights < 1
            || !(earlier.is_insured() || later.is_insured())
            || self.is_late_transfer(earlier, later, end)
        {
            return None;
        }
        let shorter = earlier.stay().nights().min(later.stay().nights());
        let breach = overlap_nights >= self.breach_nights || overlap_nights * 100 >= self.breach_share_percent * shorter;
        let asks_earlier = !later.is_insured() || (earlier.is_insured() && is_thinner(earlier, later));
        let (at_risk, other) = if asks_earlier { (earlier, later) } else { (later, earlier) };
        let discriminator = format!("{}|{}", earlier.first_claim().name(), later.first_claim().name());
        let tier = if breach { Tier::Breach } else { Tier::Clue };
        let mut candidate = Candidate::about(Subject::Person(at_risk.stay().person), discriminator, tier, f64::from(overlap_nights))
            .on_claim(at_risk.first_claim())
            .between(start.date(), end.date())
            .with_strength(Strength::of(0.6))
            .fact("stay", at_risk.first_claim().name())
            .fact("other_stay", other.first_claim().name())
            .fact("other_provider", other.provider().name())
            .fact("overlap_nights", overlap_nights)
            .fact("shared_from", start.date())
            .fact("stay_nights", at_risk.stay().nights())
            .fact("other_nights", other.stay().nights())
            .fact("stay_total", at_risk.total())
            .fact("other_total", other.total())
            .at_risk(at_risk.insured_claims())
            .evidence(Role::Compared, other.live_claims().map(|claim| Target::Claim(claim.id())));
        candidate.low = Low::Share(i64::from(overlap_nights), i64::from(at_risk.stay().nights().max(1)));
        Some(candidate)
    }

    fn is_late_transfer(&self, earlier: StayView<'_>, later: StayView<'_>, end: Time) -> bool {
        let admitted = later.first_claim().row();
        let transferred = earlier.last_claim().row().discharge_way().is_some_and(DischargeWay::is_transfer)
            || admitted.transferred_from() == Some(earlier.stay().provider)
            || admitted.admission_way() == Some(AdmissionWay::Transfer);
        let lag_seconds = i64::from(end.0) - i64::from(later.stay().started_at.0);
        transferred && lag_seconds <= i64::from(self.max_transfer_lag_hours) * 3600
    }
}

/// Whether the first stay has the lower total per night.
fn is_thinner(stay: StayView<'_>, other: StayView<'_>) -> bool {
    let nights = |stay: StayView<'_>| i128::from(stay.stay().nights().max(1));
    i128::from(stay.total().0) * nights(other) < i128::from(other.total().0) * nights(stay)
}

impl PersonScope for OverlappingStays {
    fn detect(&self, person: PersonView<'_>, _context: &Context<'_>, out: &mut Sink) {
        let is_newborn = |stay: &StayView<'_>| stay.first_claim().row().is_newborn() == Some(true);
        let stays: Vec<StayView<'_>> = person.stays().filter(|stay| !is_newborn(stay)).collect();
        out.assessed(stays.len() as u64);
        out.not_assessed("newborn under the mother's number", (person.stays().len() - stays.len()) as u64);
        for (at, &later) in stays.iter().enumerate() {
            for &earlier in &stays[..at] {
                if let Some(candidate) = self.compare(earlier, later) {
                    out.push(candidate);
                }
            }
        }
    }
}
