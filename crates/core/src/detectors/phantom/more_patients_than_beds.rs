use crate::claims::{ProviderView, StayView};
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, Norm, Problems, ProviderScope, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Tier, Unit, both, detector, fact, text,
};
use crate::norms::{Census, bedded, beds, occupancy_per_mille};
use crate::tables::value::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags hospitals with more patients in bed than they have beds.
///
/// # Why it matters
///
/// Who has no bed cannot stay the night: patients were admitted on paper, or went home while their stay was billed.
///
/// # How it decides
///
/// The census of a night counts stays that begin on or before it and end after it; insured or not, newborns apart. Visits for day surgery,
/// observation and home beds are no stays. Beds are the larger of licensed and open beds. A night is *over* above `clue_percent` of the beds,
/// and *far over* above `suspicion_percent` of the beds **and** above the 99th percentile of nightly occupancy at the level (of all providers
/// where a level has fewer than 1000 nights). From `suspicion_nights` nights far over it is a suspicion, else from `min_nights` nights over a
/// clue. At risk are the insured stays of those nights (far over, or over) whose total per night is below `thin_percent` of the median of the
/// provider's stays. No money is reckoned: the census does not say which patients were not there. Near the edges of the data the census is a
/// lower bound. Two patients in one bed, or stays without care on the same nights, are not looked at here.
///
/// # Known false positives
///
/// Extra beds, normal in tertiary hospitals (a clue at most, unless the level knows nothing like it); an outbreak (full, but rarely half as full
/// again for nights on end); a licence table out of date or several sites under one code (stays: ask for the open beds); mother and newborn
/// (newborns are out).
///
/// # Example
///
/// A hospital with 80 beds bills 218 stays for the same night, for a month: a suspicion.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 38(1), 40(3) (2021). Limits of 100 % on 10 nights and 150 %: auditors' judgement;
/// three nights and half the median: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MorePatientsThanBeds {
    /// Patients in percent of the beds above which a night is over.
    pub clue_percent: i64,
    /// Nights over from which it is a clue.
    pub min_nights: u32,
    /// Patients in percent of the beds above which a night is far over, if its level knows nothing like it.
    pub suspicion_percent: i64,
    /// Nights far over from which it is a suspicion.
    pub suspicion_nights: u32,
    /// A stay is thin below this share, in percent, of the median total per night of the provider's stays.
    pub thin_percent: i64,
}

impl Default for MorePatientsThanBeds {
    fn default() -> Self {
        Self { clue_percent: 100, min_nights: 10, suspicion_percent: 150, suspicion_nights: 3, thin_percent: 50 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P04"),
    name: text("more-patients-than-beds"),
    title: both("More patients than beds", "在院人数超床位"),
    scheme: Scheme::Phantom,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(1)"), purpose: text("40(3)") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Provider,
    needs: Vec::new(),
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("providers.beds"),
        text("providers.open_beds"),
        text("providers.level"),
    ],
    norms: vec![Norm::Occupancy],
    family: text("occupancy"),
    leg: None,
    facts: vec![
        fact("beds", "beds", "licensed or open beds, whichever is more", "核定或开放床位（取大）"),
        fact("nights_over", "nights", "nights with more patients than allowed for a clue", "超床位夜数"),
        fact("nights_far_over", "nights", "nights far over the beds and above the level", "严重超床位夜数"),
        fact("fullest_night", "", "fullest night", "在院最多之夜"),
        fact("patients", "persons", "patients on the fullest night", "当夜在院人数"),
        fact("percent", "%", "patients in percent of the beds on that night", "当夜床位使用率"),
        fact("level_percent", "%", "occupancy that 99 of 100 nights at the level do not exceed", "同级机构99%夜数不超过的使用率"),
        fact("thin_stays", "stays", "stays of those nights with thin content", "当期费用偏低的住院"),
    ],
    thresholds: Vec::new(),
    discriminator: text("none; one finding per provider"),
    message: both(
        "{patients} patients in {beds} beds on the night of {fullest_night} ({percent} %); {nights_over} night(s) over the beds",
        "{fullest_night} 当夜在院 {patients} 人，床位 {beds} 张（{percent}%）；共 {nights_over} 夜超床位",
    ),
    wide_message: None,
    basis: Basis::None,
    records: both(
        "bed licence, ward rounds and night-shift reports, nursing records, kitchen and linen counts of the fullest nights",
        "床位核定文件、查房与夜班交接记录、护理记录、当夜膳食与被服记录",
    ),
    defence: both(
        "extra beds or other sites under one code; settled by the night-shift report of each ward",
        "加床或多院区共用编码；以各病区夜班交接记录为准",
    ),
    sql: Some(text(include_str!("more_patients_than_beds.sql"))),
    version: 1,
});

detector!(MorePatientsThanBeds, &META, Provider);

/// A provider's nights against its beds.
struct Nights {
    beds: i64,
    over: Vec<Date>,
    far_over: Vec<Date>,
    /// The fullest night, the first of several, with its patients.
    fullest: (Date, u32),
    level_per_mille: i64,
}

impl MorePatientsThanBeds {
    fn check(&self, problems: &mut Problems) {
        problems.range("clue_percent", self.clue_percent, 1, 1000);
        problems.range("min_nights", self.min_nights, 1, 10_000);
        problems.range("suspicion_percent", self.suspicion_percent, 1, 1000);
        problems.range("suspicion_nights", self.suspicion_nights, 1, 10_000);
        problems.range("thin_percent", self.thin_percent, 0, 100);
    }

    fn nights(&self, beds: i64, census: &Census, level_per_mille: i64) -> Nights {
        let mut nights = Nights { beds, over: Vec::new(), far_over: Vec::new(), fullest: (Date::default(), 0), level_per_mille };
        for (night, patients) in census.nights() {
            let is_above = |percent: i64| i64::from(patients) * 100 > percent * beds;
            if is_above(self.clue_percent) {
                nights.over.push(night);
            }
            if is_above(self.suspicion_percent) && occupancy_per_mille(patients, beds) > level_per_mille {
                nights.far_over.push(night);
            }
            if patients > nights.fullest.1 {
                nights.fullest = (night, patients);
            }
        }
        nights
    }

    /// The tier with the nights that decide it.
    fn tier<'n>(&self, nights: &'n Nights) -> Option<(Tier, &'n [Date])> {
        if nights.far_over.len() >= self.suspicion_nights as usize {
            Some((Tier::Suspicion, &nights.far_over))
        } else if nights.over.len() >= self.min_nights as usize {
            Some((Tier::Clue, &nights.over))
        } else {
            None
        }
    }

    /// Insured stays that take in one of the nights and cost little a night, against the median of all the provider's stays.
    fn thin_stays<'a>(&self, provider: ProviderView<'a>, nights: &[Date]) -> Vec<StayView<'a>> {
        let mut costs: Vec<i64> = bedded(provider).map(cost_per_night).collect();
        costs.sort_unstable();
        let Some((&low, &high)) = costs.get((costs.len().max(1) - 1) / 2).zip(costs.get(costs.len() / 2)) else { return Vec::new() };
        let is_thin = |stay: StayView<'_>| {
            i128::from(cost_per_night(stay)) * 200 < i128::from(self.thin_percent) * (i128::from(low) + i128::from(high))
        };
        let is_in = |stay: StayView<'_>| {
            let (from, to) = (stay.stay().started_at.date(), stay.stay().closed_end.date());
            nights.get(nights.partition_point(|night| *night < from)).is_some_and(|night| *night < to)
        };
        bedded(provider).filter(|&stay| is_in(stay) && is_thin(stay) && stay.is_insured()).collect()
    }
}

/// Fen a night, rounded down.
fn cost_per_night(stay: StayView<'_>) -> i64 {
    stay.total().0.div_euclid(i64::from(stay.stay().nights().max(1)))
}

impl ProviderScope for MorePatientsThanBeds {
    fn detect(&self, provider: ProviderView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(census) = Census::of(provider) else { return out.not_assessed("provider without stays", 1) };
        let Some(beds) = beds(provider) else { return out.not_assessed("number of beds unknown", 1) };
        out.assessed(1);
        let level = provider.row().and_then(|row| row.level());
        let norm = context.norms.occupancy.as_ref().and_then(|norm| norm.levels.get(&level));
        let nights = self.nights(beds, &census, norm.copied().unwrap_or(i64::MAX));
        if let Some((tier, deciding)) = self.tier(&nights) {
            out.push(candidate(provider, &nights, tier, deciding, &self.thin_stays(provider, deciding)));
        }
    }
}

fn candidate(provider: ProviderView<'_>, nights: &Nights, tier: Tier, deciding: &[Date], thin: &[StayView<'_>]) -> Candidate {
    let (night, patients) = nights.fullest;
    let times = f64::from(patients) / nights.beds as f64;
    let mut candidate = Candidate::about(Subject::Provider(provider.id()), String::new(), tier, nights.over.len() as f64)
        .with_strength(Strength::of(0.3 + 0.35 * (times - 1.0).clamp(0.0, 2.0)))
        .fact("beds", nights.beds)
        .fact("nights_over", nights.over.len())
        .fact("nights_far_over", nights.far_over.len())
        .fact("fullest_night", night)
        .fact("patients", i64::from(patients))
        .fact("percent", i64::from(patients) * 100 / nights.beds);
    if nights.level_per_mille < i64::MAX {
        candidate = candidate.fact("level_percent", nights.level_per_mille as f64 / 10.0);
    }
    candidate.dates = deciding.first().copied().zip(deciding.last().copied());
    candidate
        .fact("thin_stays", thin.len())
        .at_risk(thin.iter().flat_map(|stay| stay.insured_claims()))
        .evidence(Role::Context, [Target::Row { table: "providers", key: provider.name().to_owned() }])
}
