//! Stays that hold hardly more than tests: how much of a bill tests usually are, and which providers have more such stays than chance explains.

use super::stay_cost::{diagnosis, level, middle};
use crate::claims::{ClaimView, Claims, LineView, ProviderView, StayView};
use crate::tables::value::{AdmissionWay, Category, Domain, Fen, Text};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What makes a stay one of low threshold, and how providers are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LowThresholdSettings {
    /// Diagnosis prefixes that seldom need a bed.
    pub mild_diagnoses: Vec<String>,
    /// Words in the names or dose forms of what is injected or infused.
    pub injection_words: Vec<String>,
    /// The most nights of such a stay.
    pub max_nights: i32,
    /// Long treated stays from which a percentile is formed.
    pub min_norm_stays: u64,
    /// Judged stays from which a provider is compared.
    pub min_provider_stays: u64,
    /// False discovery rate in thousandths.
    pub max_q_per_mille: u32,
}

/// What one stay shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown<'a> {
    pub(crate) diagnosis: &'a str,
    pub(crate) level: Option<i32>,
    /// Laboratory and examinations for a thousand yuan of the bill without the bed, rounded down.
    pub(crate) tests_per_mille: i64,
    /// Short, mild, neither an emergency nor a transfer: of low threshold if it is mostly tests and nobody was treated.
    pub(crate) is_doubtful: bool,
}

/// A stay as the norm sees it. Only long treated stays make the norm, so that short ones with one infusion for the record do not.
struct Seen<'a> {
    shown: Shown<'a>,
    is_treated: bool,
    is_long: bool,
}

impl LowThresholdSettings {
    /// What a stay shows; `None` where it cannot be judged.
    pub(crate) fn shown<'a>(&self, stay: StayView<'a>) -> Option<Shown<'a>> {
        let first = stay.first_claim();
        let (diagnosis, way) = (diagnosis(stay)?, first.row().admission_way()?);
        if first.row().is_newborn() == Some(true) {
            return None;
        }
        let (mut billed, mut bed, mut tests) = (Fen::ZERO, Fen::ZERO, Fen::ZERO);
        for line in stay.insured_claims().flat_map(ClaimView::lines) {
            billed += line.amount();
            match line.category() {
                Some(Category::Bed) => bed += line.amount(),
                Some(Category::Lab | Category::Exam) => tests += line.amount(),
                _ => {}
            }
        }
        let rest = (billed - bed).0;
        if rest <= 0 || tests < Fen::ZERO {
            return None;
        }
        let is_planned = !matches!(way, AdmissionWay::Emergency | AdmissionWay::Transfer);
        let is_mild = || self.mild_diagnoses.iter().any(|prefix| first.diagnosis().starts_with(prefix.as_str()));
        Some(Shown {
            diagnosis,
            level: level(stay),
            tests_per_mille: i64::try_from(i128::from(tests.0) * 1000 / i128::from(rest)).unwrap_or(i64::MAX),
            is_doubtful: is_planned && stay.stay().nights() <= self.max_nights && is_mild(),
        })
    }

    /// Whether a stay holds an injection, infusion, operation or procedure.
    pub(crate) fn is_treated(&self, stay: StayView<'_>) -> bool {
        is_treated(stay, |line| self.is_injection(line.item_name()) || self.is_injection(line.dose_form()))
    }

    fn is_injection(&self, text: &str) -> bool {
        self.injection_words.iter().any(|word| text.contains(word.as_str()))
    }
}

fn is_treated<'a>(stay: StayView<'a>, is_injection: impl Fn(LineView<'a>) -> bool) -> bool {
    let treats = |line: LineView<'a>| line.amount() > Fen::ZERO && (line.category() == Some(Category::Surgery) || is_injection(line));
    stay.insured_claims().any(|claim| claim.procedures().len() > 0 || claim.lines().any(treats))
}

/// Which texts of the data set name an injection, so that no text is read line by line.
struct Injections(Vec<bool>);

impl Injections {
    fn of(claims: &Claims, settings: &LowThresholdSettings) -> Self {
        let texts = claims.dictionary(Domain::Text);
        Self((0..texts.len() as u32).map(|text| settings.is_injection(texts.text(text))).collect())
    }

    fn name(&self, line: LineView<'_>) -> bool {
        let row = line.row();
        let is_injection = |text: Option<Text>| text.is_some_and(|text| self.0.get(text.0 as usize) == Some(&true));
        is_injection(row.item_name()) || is_injection(row.dose_form())
    }
}

/// Judged stays of one provider.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LowThresholdShare {
    /// Judged stays.
    pub stays: u64,
    /// Of them stays of low threshold.
    pub low: u64,
    /// How many the share of all providers would bring.
    pub expected: f64,
    /// Standard deviations above that, with the spread among providers in account.
    pub z: f64,
    /// Whether chance and the usual spread do not explain it.
    pub stands_out: bool,
}

/// Shares of tests in long treated stays, and the providers' shares of stays of low threshold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LowThresholdNorm {
    /// 99th percentile of tests per mille by diagnosis (three characters), then level.
    pub diagnoses: BTreeMap<String, BTreeMap<Option<i32>, i64>>,
    /// The same by level alone, for diagnoses with too few stays.
    pub levels: BTreeMap<Option<i32>, i64>,
    /// By provider id.
    pub providers: BTreeMap<String, LowThresholdShare>,
}

/// Treated stays by tests per mille.
type Histogram = BTreeMap<i64, u64>;
/// Histograms by diagnosis and level.
type Histograms<'a> = BTreeMap<(&'a str, Option<i32>), Histogram>;

impl LowThresholdNorm {
    /// The 99th percentile that applies to a stay.
    pub(crate) fn limit(&self, shown: &Shown<'_>) -> Option<i64> {
        let own = self.diagnoses.get(shown.diagnosis).and_then(|levels| levels.get(&shown.level));
        own.or_else(|| self.levels.get(&shown.level)).copied()
    }

    pub(super) fn build(claims: &Claims, settings: &LowThresholdSettings) -> Self {
        let providers: Vec<ProviderView<'_>> = claims.providers().map(|id| claims.provider(id)).collect();
        let injections = Injections::of(claims, settings);
        let shown = |stay| {
            let is_treated = is_treated(stay, |line| injections.name(line));
            Some(Seen { shown: settings.shown(stay)?, is_treated, is_long: stay.stay().nights() > settings.max_nights })
        };
        let stays: Vec<Vec<Seen<'_>>> = providers.par_iter().map(|provider| provider.stays().filter_map(shown).collect()).collect();
        let mut histograms = Histograms::new();
        for Seen { shown, .. } in stays.iter().flatten().filter(|seen| seen.is_treated && seen.is_long) {
            *histograms.entry((shown.diagnosis, shown.level)).or_default().entry(shown.tests_per_mille).or_default() += 1;
        }
        let mut norm = Self::of(&histograms, settings.min_norm_stays);
        let mut shares: Vec<(&str, LowThresholdShare)> = Vec::new();
        for (provider, stays) in providers.iter().zip(&stays) {
            let is_low = |Seen { shown, is_treated, .. }: &Seen<'_>| {
                norm.limit(shown).map(|limit| shown.is_doubtful && shown.tests_per_mille > limit && !is_treated)
            };
            let judged: Vec<bool> = stays.iter().filter_map(is_low).collect();
            let low = judged.iter().filter(|low| **low).count() as u64;
            let share = LowThresholdShare { stays: judged.len() as u64, low, ..LowThresholdShare::default() };
            if share.stays >= settings.min_provider_stays.max(1) {
                shares.push((provider.name(), share));
            }
        }
        compare(&mut shares, settings.max_q_per_mille);
        norm.providers = shares.into_iter().map(|(name, share)| (name.to_owned(), share)).collect();
        norm
    }

    fn of(histograms: &Histograms<'_>, min_stays: u64) -> Self {
        let mut norm = Self::default();
        let mut levels: BTreeMap<Option<i32>, Histogram> = BTreeMap::new();
        for (&(diagnosis, level), histogram) in histograms {
            let of_level = levels.entry(level).or_default();
            histogram.iter().for_each(|(&share, &stays)| *of_level.entry(share).or_default() += stays);
            if let Some(limit) = percentile_99(histogram, min_stays) {
                norm.diagnoses.entry(diagnosis.to_owned()).or_default().insert(level, limit);
            }
        }
        norm.levels = levels.iter().filter_map(|(&level, histogram)| Some((level, percentile_99(histogram, min_stays)?))).collect();
        norm
    }
}

/// The smallest value that at least 99 of 100 stays do not exceed; `None` for too few stays.
fn percentile_99(histogram: &Histogram, min_stays: u64) -> Option<i64> {
    let stays: u64 = histogram.values().sum();
    if stays < min_stays.max(1) {
        return None;
    }
    let mut seen = 0;
    let mut reaches = |count: u64| {
        seen += count;
        seen * 100 >= stays * 99
    };
    histogram.iter().find(|(_, count)| reaches(**count)).map(|(&share, _)| share)
}

/// The median of the square of a standard normal variable.
const MEDIAN_SQUARE: f64 = 0.454_936;

/// Compares shares with the share of all: z with the over-dispersion taken from the median of z², and the procedure of Benjamini and Hochberg
/// over the upper tails.
fn compare(shares: &mut [(&str, LowThresholdShare)], max_q_per_mille: u32) {
    let (stays, low) = shares.iter().fold((0, 0), |sum, (_, share)| (sum.0 + share.stays, sum.1 + share.low));
    if low == 0 || low == stays {
        return;
    }
    let rate = low as f64 / stays as f64;
    for (_, share) in shares.iter_mut() {
        share.expected = share.stays as f64 * rate;
        share.z = (share.low as f64 - share.expected) / (share.expected * (1.0 - rate)).sqrt();
    }
    let mut squares: Vec<f64> = shares.iter().map(|(_, share)| share.z * share.z).collect();
    squares.sort_unstable_by(f64::total_cmp);
    let spread = (middle(&squares) / MEDIAN_SQUARE).max(1.0).sqrt();
    shares.iter_mut().for_each(|(_, share)| share.z /= spread);
    let mut tails: Vec<f64> = shares.iter().map(|(_, share)| upper_tail(share.z)).collect();
    tails.sort_unstable_by(f64::total_cmp);
    let providers = tails.len() as f64;
    let holds = |(at, tail): &(usize, &f64)| **tail * providers * 1000.0 <= (*at as f64 + 1.0) * f64::from(max_q_per_mille);
    let Some(largest) = tails.iter().enumerate().filter(holds).map(|(_, tail)| *tail).next_back() else { return };
    for (_, share) in shares.iter_mut() {
        share.stands_out = share.z > 0.0 && upper_tail(share.z) <= largest;
    }
}

/// The chance that a standard normal variable is above z, to 7.5e-8 (Abramowitz and Stegun 1964, formula 26.2.17).
fn upper_tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let series = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = 0.398_942_280_4 * (-z * z / 2.0).exp() * series;
    if z < 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_the_normal_distribution() {
        for (z, tail) in [(0.0, 0.5), (1.0, 0.158_655_25), (1.959_964, 0.025), (4.0, 3.167_12e-5), (-1.0, 0.841_344_75)] {
            assert!((upper_tail(z) - tail).abs() < 1e-7, "{z}");
        }
    }

    #[test]
    fn only_the_provider_with_a_large_share_stands_out() {
        let share = |low| LowThresholdShare { stays: 200, low, ..LowThresholdShare::default() };
        let mut shares: Vec<(&str, LowThresholdShare)> =
            vec![("A", share(2)), ("B", share(1)), ("C", share(3)), ("D", share(40)), ("E", share(0))];
        compare(&mut shares, 50);
        let found: Vec<&str> = shares.iter().filter(|(_, share)| share.stands_out).map(|(name, _)| *name).collect();
        assert_eq!(found, ["D"]);
    }
}
