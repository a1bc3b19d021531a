use crate::claims::{ProviderView, StayView};
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, Norm, Problems, ProviderScope, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Tier, Unit, both, detector, fact, text,
};
use crate::norms::{comparable_stays, stays_by_diagnosis, variation_of_cost};
use crate::tables::value::Fen;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags hospitals whose stays cost the same to the yuan, or differ far less than elsewhere.
///
/// # Why it matters
///
/// Real care differs from patient to patient. Bills that come to the same sum were copied, or filled up to a wanted total.
///
/// # How it decides
///
/// Only totals of stays are compared, never what the fund paid, which repeats under group payment. *Equal totals*: of a provider with at least
/// `min_stays` stays, the largest number whose totals lie within `window_fen` of each other (of several such sets the cheapest) is at least
/// `min_equal_stays` and more than `equal_percent` of all: a clue, with these stays at risk. *Narrow spread*: for a diagnosis (three characters)
/// with at least `min_diagnosis_stays` stays, the coefficient of variation of the total (standard deviation over mean) is below
/// `variation_percent` of the median over providers of the level with 10 such stays or more, of which there are at least 3: a clue on the
/// diagnosis. A comparison with peers puts no single stay at risk. Compared are insured stays of at least one night that were settled once. No
/// money is reckoned.
///
/// # Known false positives
///
/// Packages, per-diem and single-disease payment (by way of payment or package number), cataract camps (5 or more operations for one diagnosis
/// admitted on one day) and operations with one night are left out; so are newborns, interim settlements and day surgery. Traditional medicine
/// courses at a set price stay in: ask for the price list.
///
/// # Example
///
/// Of 260 stays at a hospital 31 cost 2,980.00 to 2,980.90 yuan: a clue over these 31.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 38(3), 40 (2021). 5 % and a tenth of the peers' spread: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UniformCosts {
    /// Stays from which a provider is judged by equal totals.
    pub min_stays: u32,
    /// Width in fen within which totals count as equal.
    pub window_fen: i64,
    /// Equal totals from which a provider is flagged.
    pub min_equal_stays: u32,
    /// Share of equal totals, in percent, above which a provider is flagged.
    pub equal_percent: u64,
    /// Stays for a diagnosis from which its spread is judged.
    pub min_diagnosis_stays: u32,
    /// Coefficient of variation, in percent of its peers' median, below which a diagnosis is flagged.
    pub variation_percent: u32,
}

impl Default for UniformCosts {
    fn default() -> Self {
        Self { min_stays: 30, window_fen: 100, min_equal_stays: 5, equal_percent: 5, min_diagnosis_stays: 10, variation_percent: 10 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("P19"),
    name: text("uniform-costs"),
    title: both("Uniform costs", "住院费用雷同"),
    scheme: Scheme::Phantom,
    tier: Tier::Clue,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(3)"), purpose: text("40") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Stay,
    needs: Vec::new(),
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.diagnosis_code"),
        text("claims.payment_method"),
        text("lines.category"),
        text("lines.package_no"),
        text("procedures.code"),
        text("providers.level"),
    ],
    norms: vec![Norm::CostSpread],
    family: text("uniform"),
    leg: None,
    facts: vec![
        fact("stays", "stays", "stays compared", "比较的住院次数"),
        fact("alike_stays", "stays", "stays that cost alike", "费用雷同的住院次数"),
        fact("lowest", "yuan", "lowest of their totals", "其中最低总费用"),
        fact("highest", "yuan", "highest of their totals", "其中最高总费用"),
        fact("distinct_totals", "totals", "different totals among the stays compared", "不同总费用的个数"),
        fact("diagnosis", "", "diagnosis (three characters)", "诊断（前三位）"),
        fact("variation", "", "coefficient of variation of the total", "总费用变异系数"),
        fact("peers_variation", "", "its median at peers", "同类机构变异系数中位数"),
    ],
    thresholds: Vec::new(),
    discriminator: text("`equal`, or `spread` | diagnosis"),
    message: both(
        "{alike_stays} of {stays} stays cost between {lowest} and {highest} yuan",
        "{stays} 次住院中有 {alike_stays} 次总费用在 {lowest} 至 {highest} 元之间",
    ),
    wide_message: None,
    basis: Basis::None,
    records: both("fee lists, orders and course notes of the stays that cost alike", "费用雷同住院的费用清单、医嘱、病程记录"),
    defence: both("a package or set price; settled by the price list and the daily fee lists", "套餐或定价收费；以收费公示和每日清单为准"),
    sql: Some(text(include_str!("uniform_costs.sql"))),
    version: 1,
});

detector!(UniformCosts, &META, Provider);

impl UniformCosts {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_stays", self.min_stays, 1, 1_000_000);
        problems.range("window_fen", self.window_fen, 0, 10_000_000);
        problems.range("min_equal_stays", self.min_equal_stays, 2, 1_000_000);
        problems.range("equal_percent", self.equal_percent, 0, 100);
        problems.range("min_diagnosis_stays", self.min_diagnosis_stays, 10, 1_000_000);
        problems.range("variation_percent", self.variation_percent, 0, 100);
    }

    /// Of stays in the order of their totals, the most that lie within the window; of several such runs the cheapest.
    fn equal_run<'s, 'a>(&self, stays: &'s [StayView<'a>]) -> &'s [StayView<'a>] {
        let mut best = 0..0;
        let mut end = 0;
        for start in 0..stays.len() {
            while end < stays.len() && stays[end].total().0 - stays[start].total().0 <= self.window_fen {
                end += 1;
            }
            if end - start > best.len() {
                best = start..end;
            }
        }
        &stays[best]
    }

    /// Totals that are equal within the window.
    fn equal_totals(&self, provider: ProviderView<'_>, stays: &[StayView<'_>]) -> Option<Candidate> {
        let run = self.equal_run(stays);
        let is_flagged = stays.len() >= self.min_stays as usize
            && run.len() >= self.min_equal_stays as usize
            && run.len() as u64 * 100 > self.equal_percent * stays.len() as u64;
        let share = run.len() as f64 / stays.len().max(1) as f64;
        let of_run = || {
            about(provider, "equal".to_owned(), stays, run, run.len() as f64)
                .with_strength(Strength::of(0.3 + share))
                .at_risk(run.iter().flat_map(|stay| stay.insured_claims()))
        };
        is_flagged.then(of_run)
    }

    /// A diagnosis whose totals differ far less than at peers.
    fn narrow_spread(&self, provider: ProviderView<'_>, stays: &[StayView<'_>], diagnosis: &str, peers: f64) -> Option<Candidate> {
        let variation = variation_of_cost(stays);
        if stays.len() < self.min_diagnosis_stays as usize || variation * 100.0 >= f64::from(self.variation_percent) * peers {
            return None;
        }
        let mut candidate = about(provider, format!("spread|{diagnosis}"), stays, stays, variation)
            .with_strength(Strength::of(0.5))
            .fact("diagnosis", diagnosis)
            .fact("variation", variation)
            .fact("peers_variation", peers)
            .evidence(Role::Context, [Target::Row { table: "providers", key: provider.name().to_owned() }]);
        candidate.expected = Some(peers);
        Some(candidate)
    }
}

impl ProviderScope for UniformCosts {
    fn detect(&self, provider: ProviderView<'_>, context: &Context<'_>, out: &mut Sink) {
        let insured = provider.stays().filter(|stay| stay.is_insured()).count();
        let mut stays = comparable_stays(provider);
        out.not_assessed("stay without a comparable total or of a camp", (insured - stays.len()) as u64);
        out.assessed(stays.len() as u64);
        stays.sort_by_key(|stay| stay.total());
        out.extend(self.equal_totals(provider, &stays));
        let Some(norm) = &context.norms.cost_spread else { return };
        let level = provider.row().and_then(|row| row.level());
        for (diagnosis, stays) in stays_by_diagnosis(&stays) {
            let peers = norm.diagnoses.get(diagnosis).and_then(|levels| levels.get(&level));
            out.extend(peers.and_then(|&peers| self.narrow_spread(provider, &stays, diagnosis, peers)));
        }
    }
}

/// A candidate about some of the provider's stays, both in the order of their totals.
fn about(provider: ProviderView<'_>, discriminator: String, stays: &[StayView<'_>], alike: &[StayView<'_>], observed: f64) -> Candidate {
    let total = |stay: Option<&StayView<'_>>| stay.map_or(Fen::ZERO, |stay| stay.total());
    let day = |stay: &StayView<'_>| stay.stay().started_at.date();
    let distinct = stays.chunk_by(|left, right| left.total() == right.total()).count();
    let mut candidate = Candidate::about(Subject::Provider(provider.id()), discriminator, Tier::Clue, observed)
        .fact("stays", stays.len())
        .fact("alike_stays", alike.len())
        .fact("lowest", total(alike.first()))
        .fact("highest", total(alike.last()))
        .fact("distinct_totals", distinct);
    candidate.dates = alike.iter().map(day).min().zip(alike.iter().map(day).max());
    candidate
}
