//! The profile of a provider: what it does, in a few shares and means.

use super::readmission::returns;
use crate::claims::{Claims, ProviderView, VisitView};
use crate::tables::value::{Category, Fen, PersonId, Time, VisitType};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One feature of a profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// Its name in facts and tables.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it is, for readers of English.
    pub en: &'static str,
    /// What it is, for readers of Chinese.
    pub zh: &'static str,
    /// The least spread that counts, in the feature's unit; smaller differences between providers are not worth a look.
    pub min_spread: f64,
}

macro_rules! features {
    ($($name:ident $unit:literal $en:literal $zh:literal $spread:literal;)*) => {
        /// The features of a profile, in order.
        pub const FEATURES: &[Feature] =
            &[$(Feature { name: stringify!($name), unit: $unit, en: $en, zh: $zh, min_spread: $spread },)*];
    };
}

features! {
    inpatient_share "share" "share of visits that are stays" "住院人次占比" 0.02;
    log_claim_total "ln(yuan)" "logarithm of the median claim total" "次均费用中位数（对数）" 0.1;
    log_stay_nights "ln(nights + 1)" "logarithm of the mean nights of a stay" "平均住院日（对数）" 0.1;
    short_stay_share "share" "share of stays of at most two nights" "两夜以内住院占比" 0.03;
    readmission_share "share" "share of stays that follow an earlier one within 15 days" "15日内再入院占比" 0.02;
    night_settlement_share "share" "share of claims settled from 22 to 6 o'clock" "夜间结算占比" 0.02;
    fund_share "share" "fund share of the totals" "基金支付占比" 0.03;
    log_visits_per_person "ln" "logarithm of visits per person" "人均就诊次数（对数）" 0.1;
    drug_share "share" "drugs in the amounts charged" "药品费占比" 0.03;
    test_share "share" "examinations and laboratory in the amounts charged" "检查检验费占比" 0.03;
    treatment_share "share" "treatment and surgery in the amounts charged" "治疗手术费占比" 0.03;
    consumable_share "share" "consumables in the amounts charged" "耗材费占比" 0.03;
    care_share "share" "bed, nursing and consultation in the amounts charged" "床位护理诊察费占比" 0.03;
}

/// The fewest visits from which a profile is formed.
const MIN_VISITS: usize = 20;

/// Values by feature; NaN where the data do not tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile(pub Vec<f64>);

/// Sums over one provider's visits.
#[derive(Default)]
struct Sums {
    visits: u64,
    persons: BTreeSet<PersonId>,
    stays: u64,
    nights: u64,
    short_stays: u64,
    totals: Vec<Fen>,
    total: Fen,
    fund: Fen,
    settled: u64,
    settled_at_night: u64,
    charged: BTreeMap<Category, Fen>,
    charged_total: Fen,
}

impl Sums {
    fn add(&mut self, visit: VisitView<'_>) {
        self.visits += 1;
        self.persons.insert(visit.visit().person);
        if let (VisitType::Inpatient, Some(end)) = (visit.visit().visit_type, visit.visit().ended_at) {
            let nights = (end.date().0 - visit.visit().started_at.date().0).max(0);
            self.stays += 1;
            self.nights += nights as u64;
            self.short_stays += u64::from(nights <= 2);
        }
        for claim in visit.insured_claims() {
            self.totals.push(claim.net_total());
            if let Some(fund) = claim.fund() {
                self.total += claim.net_total();
                self.fund += fund;
            }
            if let Some(settled) = claim.row().settled_at().filter(|time| !time.is_midnight()) {
                self.settled += 1;
                self.settled_at_night += u64::from(is_night(settled));
            }
            for line in claim.lines() {
                self.charged_total += line.amount();
                *self.charged.entry(line.category().unwrap_or(Category::Other)).or_default() += line.amount();
            }
        }
    }

    fn charged_share(&self, categories: &[Category]) -> f64 {
        let amount: Fen = categories.iter().filter_map(|category| self.charged.get(category)).copied().sum();
        ratio(amount.0, self.charged_total.0)
    }

    fn profile(mut self, readmissions: Option<u64>) -> Profile {
        use Category::{Bed, Consultation, Consumable, Exam, HerbalSlice, Lab, Nursing, PatentDrug, Surgery, Treatment, WesternDrug};
        if (self.visits as usize) < MIN_VISITS {
            return Profile(vec![f64::NAN; FEATURES.len()]);
        }
        self.totals.sort_unstable();
        let median = self.totals.get(self.totals.len() / 2).map_or(f64::NAN, |total| total.yuan().max(0.01).ln());
        let stays = self.stays as i64;
        Profile(vec![
            ratio(stays, self.visits as i64),
            median,
            ratio(self.nights as i64, stays).ln_1p(),
            ratio(self.short_stays as i64, stays),
            readmissions.map_or(f64::NAN, |count| ratio(count as i64, stays)),
            ratio(self.settled_at_night as i64, self.settled as i64),
            ratio(self.fund.0, self.total.0),
            ratio(self.visits as i64, self.persons.len() as i64).ln(),
            self.charged_share(&[WesternDrug, PatentDrug, HerbalSlice]),
            self.charged_share(&[Exam, Lab]),
            self.charged_share(&[Treatment, Surgery]),
            self.charged_share(&[Consumable]),
            self.charged_share(&[Bed, Nursing, Consultation]),
        ])
    }
}

fn ratio(part: i64, whole: i64) -> f64 {
    if whole > 0 { part as f64 / whole as f64 } else { f64::NAN }
}

fn is_night(time: Time) -> bool {
    let hour = time.0 % 86_400 / 3600;
    !(6..22).contains(&hour)
}

/// The profiles of all providers with visits, in the order of their ids.
pub(super) fn build<'a>(claims: &'a Claims) -> Vec<(ProviderView<'a>, Profile)> {
    let readmissions = readmissions(claims);
    let providers: Vec<ProviderView<'a>> =
        claims.providers().map(|id| claims.provider(id)).filter(|provider| provider.visits().len() > 0).collect();
    providers
        .into_par_iter()
        .map(|provider| {
            let mut sums = Sums::default();
            provider.visits().filter(|visit| visit.visit().is_live).for_each(|visit| sums.add(visit));
            let returned = readmissions.get(&provider.id().0).copied().unwrap_or(0);
            (provider, sums.profile(Some(returned)))
        })
        .collect()
}

/// Unplanned or not, stays that follow an earlier one of the same person within 15 days, by provider of the later stay.
fn readmissions(claims: &Claims) -> BTreeMap<u32, u64> {
    let add = |mut counts: BTreeMap<u32, u64>, person: PersonId| {
        for found in returns(claims.person(person), &[], 15) {
            *counts.entry(found.later.stay().provider.0).or_default() += 1;
        }
        counts
    };
    let merge = |mut left: BTreeMap<u32, u64>, right: BTreeMap<u32, u64>| {
        right.into_iter().for_each(|(provider, count)| *left.entry(provider).or_default() += count);
        left
    };
    claims.par_persons().fold(BTreeMap::new, add).reduce(BTreeMap::new, merge)
}
