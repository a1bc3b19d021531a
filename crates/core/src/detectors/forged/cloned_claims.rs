use super::likeness::{Bill, Bills, Likeness};
use crate::claims::ProviderView;
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Low, Meta, Norm, Problems, ProviderScope, Role, Scheme, ScopeKind, Sink, Strength, Subject,
    Target, Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::norms::is_bill;
use crate::tables::value::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::sync::LazyLock;

/// Flags bills that repeat the bill of another person, or of another time, beyond what chance and custom explain.
///
/// # Why it matters
///
/// Who invents care copies a bill that was paid before and changes name and dates. Care that took place differs in days, quantities and seconds.
///
/// # How it decides
///
/// Bills are claims that stand, with their lines but those of named packages. Bills of one provider, visit type, diagnosis (three
/// characters) and number of nights are compared, each day counted from the bill's first. `equal_lines` are those equal in day, item and
/// quantity, as multisets: at least `min_lines`, and at least `match_percent` of the larger bill's lines.
///
/// Not length but surprise decides. For each part that both bills have, p is how common it is, and its surprise log₂(1/p) bits, in thousandths:
/// - *a pattern*: item and quantity with all the days on which they are charged. p = max((n − 1)/(N − 1), its frequency in all the data,
///   1/1024) for n of the group's N bills. A pattern on `template_bills` bills or more is a template: no surprise.
/// - *a second*: a day with the time of day, of charging or execution, to the second and not on the full minute. p = max((n − 1)/(N − 1),
///   1/16384) for n of the provider's N bills with that time of day. A second on 50 bills of the group or more is a schedule: no surprise.
///
/// Patterns count between persons only, since a person's own treatment repeats itself. Seconds count if the first days differ, since tills
/// and batches post many bills at once, and if at least half of those of the bill with fewer are shared, since two long bills share some by
/// chance. From `min_surprise_bits` in sum on, the later bill (by first day, then claim id) is a suspicion; of several earlier ones the most
/// surprising counts, the earliest if equal. The loss is what the fund paid for the later claim; its lower estimate is zero.
///
/// # Known false positives
///
/// Refills, dialysis and chemotherapy (one person); packages, order sets, camps and outbreaks (templates); twins and couples (bills of one
/// household that share a day are not compared). An order set used for two to five patients a year looks like a copy. A bill copied often and
/// typed anew each time is taken for a template and not seen, and neither are copies whose lines differ by more than `match_percent` allows.
///
/// # Example
///
/// 38 of 40 lines equal those of a stay of another person, dates shifted by 7 days, 31 charge seconds among them the same.
///
/// # References
///
/// Broder, On the resemblance and containment of documents (1997); Xiao et al., Efficient similarity joins for near-duplicate detection
/// (2008): pairs are found by the rare parts they share, exactly, instead of by sampled hashes. Regulation on the Use of Medical Security
/// Funds, Article 40(2) (2021). Thresholds: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClonedClaims {
    /// Surprise in bits from which a repeated bill is flagged.
    pub min_surprise_bits: u32,
    /// Share of the larger bill's lines, in percent, that must be equal.
    pub match_percent: u32,
    /// Equal lines that a pair must have.
    pub min_lines: u32,
    /// Bills of a group from which a pattern that they share is a template.
    pub template_bills: u32,
}

impl Default for ClonedClaims {
    fn default() -> Self {
        Self { min_surprise_bits: 30, match_percent: 90, min_lines: 3, template_bills: 6 }
    }
}

/// The least surprise for which candidates are kept.
const FLOOR_BITS: u32 = 20;
/// The surprise, in bits, at which strength is full.
const FULL_BITS: f64 = 60.0;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("F02"),
    name: text("cloned-claims"),
    title: both("Cloned claims", "费用明细克隆"),
    scheme: Scheme::Forged,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(7)"), purpose: text("40(2)") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Claim,
    needs: vec![text("claims.diagnosis_code"), text("lines.charged_at")],
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("lines.executed_at"),
        text("lines.package_no"),
        text("persons.household_id"),
    ],
    norms: vec![Norm::BillPatterns],
    family: text("clone"),
    leg: None,
    facts: vec![
        fact("source_claim", "", "earlier claim with the same bill", "相同费用的先前结算单"),
        fact("source_person", "", "person of that claim", "先前结算单的参保人"),
        fact("equal_lines", "lines", "lines equal in day, item and quantity", "日序、项目、数量均相同的明细"),
        fact("lines", "lines", "comparable lines of the claim", "可比明细条数"),
        fact("source_lines", "lines", "comparable lines of the earlier claim", "先前结算单可比明细条数"),
        fact("shift_days", "days", "days by which the dates are shifted", "日期平移天数"),
        fact("equal_patterns", "patterns", "rare patterns that both have", "共有的少见费用组合"),
        fact("equal_seconds", "seconds", "rare times to the second that both have", "共有的精确到秒的时刻"),
        fact("surprise_bits", "bits", "surprise of what both have", "巧合信息量"),
        fact("group_bills", "claims", "bills of the provider, visit type, diagnosis and nights", "同机构同类型同诊断同夜数结算单"),
    ],
    thresholds: vec![Threshold {
        parameter: text("min_surprise_bits"),
        fact: text("surprise_bits"),
        direction: AtLeast,
        floor: f64::from(FLOOR_BITS),
    }],
    discriminator: text("earlier claim"),
    message: both(
        "{equal_lines} of {lines} line(s) equal claim {source_claim} of person {source_person}, dates shifted by {shift_days} day(s); {equal_patterns} rare \
         pattern(s) and {equal_seconds} second(s) shared, {surprise_bits} bits among {group_bills} bills",
        "{lines} 条明细中 {equal_lines} 条与参保人 {source_person} 的结算单 {source_claim} 相同，日期平移 {shift_days} 天；共有 {equal_patterns} 个少见组合、\
         {equal_seconds} 个相同秒时刻，在 {group_bills} 张同类结算单中巧合信息量 {surprise_bits} 比特",
    ),
    wide_message: None,
    basis: Basis::Stay,
    records: both(
        "both medical records with signatures, orders and execution records, system log of the entry of the later bill",
        "两份病历及签字、医嘱及执行记录、后一结算单录入的系统日志",
    ),
    defence: both(
        "an order set or package; settled by its written form and by the patients' own accounts",
        "套餐医嘱或临床路径；以其书面文本和患者本人陈述为准",
    ),
    sql: Some(text(include_str!("cloned_claims.sql"))),
    version: 1,
});

detector!(ClonedClaims, &META, Provider);

impl ClonedClaims {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_surprise_bits", self.min_surprise_bits, FLOOR_BITS, 100_000);
        problems.range("match_percent", self.match_percent, 50, 100);
        problems.range("min_lines", self.min_lines, 1, 10_000);
        problems.range("template_bills", self.template_bills, 2, 50);
    }

    fn is_match(&self, pair: &Likeness<'_, '_>, equal_lines: u32) -> bool {
        let larger = pair.source.lines.max(pair.copy.lines);
        equal_lines >= self.min_lines && u64::from(equal_lines) * 100 >= u64::from(self.match_percent) * u64::from(larger)
    }
}

impl ProviderScope for ClonedClaims {
    fn detect(&self, provider: ProviderView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(common) = &context.norms.bill_patterns else { return };
        let insured = provider.claims().filter(|claim| claim.is_scored());
        let (bills, others): (Vec<_>, Vec<_>) = insured.partition(|&claim| is_bill(claim));
        out.assessed(bills.len() as u64);
        out.not_assessed("claim without diagnosis or dated lines", others.len() as u64);
        for group in Bills::new(bills).groups() {
            let mut pairs = group.pairs(common, self.template_bills as usize, u64::from(FLOOR_BITS) * 1000);
            pairs.sort_by_key(|pair| (pair.copy.order(), Reverse(pair.surprise), pair.source.order()));
            for of_copy in pairs.chunk_by(|left, right| left.copy.claim.id() == right.copy.claim.id()) {
                let matching = of_copy.iter().map(|pair| (pair, pair.equal_lines())).find(|(pair, equal)| self.is_match(pair, *equal));
                out.extend(matching.map(|(pair, equal_lines)| describe(pair, equal_lines, group.bills.len())));
            }
        }
    }
}

fn describe(pair: &Likeness<'_, '_>, equal_lines: u32, group_bills: usize) -> Candidate {
    let (source, copy): (&Bill<'_>, &Bill<'_>) = (pair.source, pair.copy);
    let bits = pair.surprise as f64 / 1000.0;
    let mut candidate = Candidate::about(Subject::Claim(copy.claim.id()), source.claim.name().to_owned(), Tier::Suspicion, bits)
        .on_claim(copy.claim)
        .between(copy.first_day, Date(copy.first_day.0 + copy.days - 1))
        .with_strength(Strength::of(bits / FULL_BITS))
        .fact("source_claim", source.claim.name())
        .fact("source_person", source.claim.patient().name())
        .fact("equal_lines", equal_lines as usize)
        .fact("lines", copy.lines as usize)
        .fact("source_lines", source.lines as usize)
        .fact("shift_days", copy.first_day.0 - source.first_day.0)
        .fact("equal_patterns", pair.patterns as usize)
        .fact("equal_seconds", pair.seconds as usize)
        .fact("surprise_bits", bits)
        .fact("group_bills", group_bills)
        .at_risk(std::iter::once(copy.claim))
        .evidence(Role::Compared, [Target::Claim(source.claim.id())]);
    candidate.low = Low::Zero;
    candidate
}
