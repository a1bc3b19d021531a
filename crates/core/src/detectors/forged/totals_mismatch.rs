use crate::claims::{ClaimView, ProviderView};
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Meta, Problems, ProviderScope, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target, Tier,
    Unit, both, detector, fact, text,
};
use crate::tables::value::{Date, Fen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags settlements whose total exceeds the sum of their lines.
///
/// # Why it matters
///
/// Money was settled that no charged item supports: a forged total, or lines removed after settlement.
///
/// # How it decides
///
/// For each insured claim with lines, `excess` = total − Σ lines, where a line counts net of its discount if its amount is still quantity ×
/// unit price (else the discount is taken as already off). The claim fails if `excess` is more than `min_excess_fen` **and** more than
/// `min_excess_per_mille` of the total: a breach. Lower totals are never flagged. If more than `systemic_percent` of a provider's claims
/// fail (of at least `systemic_min_claims`), its data do not match as a whole: one clue about the provider's data stands for all of them,
/// without money.
///
/// # Known false positives
///
/// Rounding (within the margins); discounts (net); packages priced as a whole and lost lines in an extract (then most claims of the provider
/// fail and only the provider's data are named).
///
/// # Example
///
/// Lines add up to 812.40 yuan, the settlement says 1,012.40: a breach over 200.00 yuan.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 16, 39(3), 40(2) (2021). Margin max(0.05 yuan, 0.1 %): audit practice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TotalsMismatch {
    /// Excess in fen up to which a claim passes.
    pub min_excess_fen: i64,
    /// Excess in thousandths of the total up to which a claim passes.
    pub min_excess_per_mille: i64,
    /// Share of failing claims, in percent, above which the provider's data are at fault.
    pub systemic_percent: u64,
    /// Claims with lines from which that share is judged.
    pub systemic_min_claims: u64,
}

impl Default for TotalsMismatch {
    fn default() -> Self {
        Self { min_excess_fen: 5, min_excess_per_mille: 1, systemic_percent: 5, systemic_min_claims: 20 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("F14"),
    name: text("totals-mismatch"),
    title: both("Totals that do not add up", "明细合计与结算不符"),
    scheme: Scheme::Forged,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("16→39(3)"), purpose: text("40") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Claim,
    needs: vec![text("lines.amount")],
    uses: vec![text("claims.is_insured"), text("claims.settled_at"), text("claims.in_scope_amount"), text("lines.discount_amount")],
    norms: Vec::new(),
    family: text("totals"),
    leg: None,
    facts: vec![
        fact("total", "yuan", "total settled", "结算总费用"),
        fact("billed", "yuan", "sum of the lines net of discount", "明细合计（扣除优惠）"),
        fact("excess", "yuan", "total above the lines", "超出金额"),
        fact("lines", "lines", "lines of the claim", "明细条数"),
        fact("failing_claims", "claims", "claims of the provider that fail", "不符的结算单数"),
        fact("claims", "claims", "claims of the provider with lines", "有明细的结算单数"),
    ],
    thresholds: Vec::new(),
    discriminator: text("none; one finding per claim or provider"),
    message: both(
        "the total of {total} yuan is {excess} yuan above the {lines} line(s), which add up to {billed} yuan",
        "结算总费用 {total} 元，比 {lines} 条明细合计 {billed} 元多 {excess} 元",
    ),
    wide_message: Some(both(
        "{failing_claims} of {claims} claims have totals above their lines, together by {excess} yuan: the provider's data do not match",
        "{claims} 张结算单中 {failing_claims} 张总费用高于明细合计，共 {excess} 元：该机构数据不匹配",
    )),
    basis: Basis::Line,
    records: both("settlement, fee list and the original bill", "结算单、费用明细清单和原始票据"),
    defence: both("lines missing from the extract; settled by the hospital's own fee list", "数据提取缺明细；以医院费用清单为准"),
    sql: Some(text(include_str!("totals_mismatch.sql"))),
    version: 1,
});

detector!(TotalsMismatch, &META, Provider);

/// A claim with the sum of its lines.
struct Compared<'a> {
    claim: ClaimView<'a>,
    total: Fen,
    billed: Fen,
}

impl Compared<'_> {
    fn excess(&self) -> Fen {
        self.total - self.billed
    }
}

fn compare(claim: ClaimView<'_>) -> Compared<'_> {
    let net_of_discount = |line: crate::claims::LineView<'_>| {
        let row = line.row();
        let gross = row.unit_price().zip(row.quantity()).map(|(price, quantity)| price.times(quantity));
        let discount = if gross == Some(line.amount()) { row.discount_amount().unwrap_or_default() } else { Fen::ZERO };
        line.amount() - discount
    };
    Compared { claim, total: claim.row().total_amount().unwrap_or_default(), billed: claim.lines().map(net_of_discount).sum() }
}

impl TotalsMismatch {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_excess_fen", self.min_excess_fen, 0, 1_000_000);
        problems.range("min_excess_per_mille", self.min_excess_per_mille, 0, 1000);
        problems.range("systemic_percent", self.systemic_percent, 0, 100);
        problems.range("systemic_min_claims", self.systemic_min_claims, 1, 1_000_000);
    }

    fn fails(&self, compared: &Compared<'_>) -> bool {
        let excess = compared.excess().0;
        excess > self.min_excess_fen && i128::from(excess) * 1000 > i128::from(self.min_excess_per_mille) * i128::from(compared.total.0)
    }

    fn is_systemic(&self, failing: u64, claims: u64) -> bool {
        claims >= self.systemic_min_claims && failing * 100 > self.systemic_percent * claims
    }
}

impl ProviderScope for TotalsMismatch {
    fn detect(&self, provider: ProviderView<'_>, _context: &Context<'_>, out: &mut Sink) {
        let judged = provider.claims().filter(|claim| claim.is_scored());
        let (with_lines, without): (Vec<ClaimView<'_>>, Vec<_>) = judged.partition(|claim| claim.lines().len() > 0);
        out.not_assessed("claim without lines", without.len() as u64);
        out.assessed(with_lines.len() as u64);
        let claims = with_lines.len() as u64;
        let failing: Vec<Compared<'_>> = with_lines.into_iter().map(compare).filter(|compared| self.fails(compared)).collect();
        if self.is_systemic(failing.len() as u64, claims) {
            out.push(about_provider(provider, &failing, claims));
        } else {
            failing.iter().for_each(|compared| out.push(about_claim(compared)));
        }
    }
}

fn about_claim(compared: &Compared<'_>) -> Candidate {
    let claim = compared.claim;
    let day = claim.row().settled_at().or(claim.row().started_at()).unwrap_or_default().date();
    Candidate::about(Subject::Claim(claim.id()), String::new(), Tier::Breach, compared.excess().yuan())
        .on_claim(claim)
        .between(day, day)
        .fact("total", compared.total)
        .fact("billed", compared.billed)
        .fact("excess", compared.excess())
        .fact("lines", claim.lines().len())
        .at_risk_part(claim, compared.excess().min(claim.in_scope()))
        .evidence(Role::Context, claim.lines().map(|line| Target::Line(line.index())))
}

/// Claims beyond which only the first are listed by key and all by condition.
const LISTED_CLAIMS: usize = 1000;

fn about_provider(provider: ProviderView<'_>, failing: &[Compared<'_>], claims: u64) -> Candidate {
    let days = |pick: fn(Date, Date) -> Date| {
        failing.iter().filter_map(|compared| compared.claim.row().started_at()).map(|time| time.date()).reduce(pick)
    };
    let mut candidate = Candidate::about(Subject::Provider(provider.id()), String::new(), Tier::Clue, failing.len() as f64)
        .with_strength(Strength::of(failing.len() as f64 / claims as f64))
        .fact("total", failing.iter().map(|compared| compared.total).sum::<Fen>())
        .fact("billed", failing.iter().map(|compared| compared.billed).sum::<Fen>())
        .fact("excess", failing.iter().map(Compared::excess).sum::<Fen>())
        .fact("lines", failing.iter().map(|compared| compared.claim.lines().len()).sum::<usize>())
        .fact("failing_claims", failing.len())
        .fact("claims", claims as i64);
    candidate.dates = days(Ord::min).zip(days(Ord::max));
    candidate.basis = Some(Basis::None);
    if failing.len() <= LISTED_CLAIMS {
        return candidate.evidence(Role::Context, failing.iter().map(|compared| Target::Claim(compared.claim.id())));
    }
    let provider_id = provider.name().replace('\'', "''");
    let filter =
        format!("provider_id = '{provider_id}' and total_amount > (select sum(amount) from lines where lines.claim_id = claims.claim_id)");
    let sum = failing.iter().map(|compared| compared.total).sum();
    candidate.evidence(Role::Context, [Target::Set { table: "claims", filter, rows: failing.len() as u64, sum }])
}
