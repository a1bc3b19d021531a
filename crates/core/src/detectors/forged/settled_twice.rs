use super::same_bill::{Equal, compare, is_telling};
use crate::claims::{ClaimView, ProviderView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Low, Meta, Problems, ProviderScope, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::tables::value::{Fen, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags claims that settle a bill which was settled before.
///
/// # Why it matters
///
/// The fund pays twice for one bill: settled online and by hand again, sent in twice, or claimed again with the invoice of another claim.
///
/// # How it decides
///
/// Looked at are claims that stand, for which the fund paid, of one provider; the claim settled later (ties by claim id) is the repeat.
///
/// *Lines*: two claims of one person, each with at least `min_lines` lines. `equal_lines` is the largest of three counts of lines that both
/// have: equal item, charge time, quantity and amount; equal item, charge time and order number; equal item, charge day and line number. A charge
/// time counts if it is not midnight; a line number if it is *telling*: at least eight letters and digits after leading zeros, not all alike and not
/// a counting series. A breach from `match_percent` of the larger claim's lines on. Of several earlier claims the one with the highest share counts,
/// the earliest if equal. The lower estimate of the loss is the share of equal lines. One visit or one day alone is no finding.
///
/// *Invoice*: two claims of one provider name one telling invoice number, which fewer than `placeholder_claims` of its claims name, and the claims are
/// of two persons, or of two visits of one person settled on different days: a suspicion, its lower estimate zero. Interim settlements, and one receipt for a
/// household on one day, are left out.
///
/// # Known false positives
///
/// One visit settled by several claims (different lines); interim and year-end settlements; refunds and new bills (only what stands is
/// compared; a claim whose amount a refund without original takes back is not judged); newborns under the mother's number (not judged); several
/// doses a day at a provider that records dates only (dates without time never match); a number typed by habit (placeholder, not telling).
///
/// # Example
///
/// Nine lines settled online on 3 March stand with the same charge seconds on a claim settled by hand on 11 March: a breach over the later one.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 38(3), 40 (2021). Three lines, 90 %, eight characters and the placeholder: auditors'
/// judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SettledTwice {
    /// Lines that both claims must have.
    pub min_lines: u32,
    /// Share of the larger claim's lines, in percent, from which the bill is the same.
    pub match_percent: u32,
    /// Claims of a provider from which an invoice number that they share is a placeholder.
    pub placeholder_claims: u32,
}

impl Default for SettledTwice {
    fn default() -> Self {
        Self { min_lines: 3, match_percent: 90, placeholder_claims: 20 }
    }
}

/// The least share for which candidates are kept.
const FLOOR_PERCENT: u32 = 80;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("F01"),
    name: text("settled-twice"),
    title: both("Bill settled twice", "同单重复结算"),
    scheme: Scheme::Forged,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(3)"), purpose: text("40") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Claim,
    needs: Vec::new(),
    uses: vec![
        text("claims.visit_id"),
        text("claims.settled_at"),
        text("claims.is_insured"),
        text("claims.is_interim"),
        text("claims.is_newborn"),
        text("claims.invoice_no"),
        text("claims.fund_amount"),
        text("claims.payment_method"),
        text("claims.payment_amount"),
        text("lines.line_id"),
        text("lines.charged_at"),
        text("lines.order_no"),
        text("persons.household_id"),
    ],
    norms: Vec::new(),
    family: text("settled-twice"),
    leg: None,
    facts: vec![
        fact("shared", "", "what both claims have", "两张结算单共有"),
        fact("other_claim", "", "claim settled before", "先前结算单"),
        fact("other_person", "", "person of that claim", "先前结算单的参保人"),
        fact("settled_on", "", "day of settlement", "结算日期"),
        fact("other_settled_on", "", "day on which that claim was settled", "先前结算日期"),
        fact("equal_lines", "lines", "lines that both claims have", "相同明细条数"),
        fact("lines", "lines", "lines of the claim", "明细条数"),
        fact("other_lines", "lines", "lines of that claim", "先前明细条数"),
        fact("match_percent", "%", "share of the larger claim's lines", "占较多一单明细的百分比"),
        fact("invoice_no", "", "invoice that both claims name", "共用票据号"),
    ],
    thresholds: vec![Threshold {
        parameter: text("match_percent"),
        fact: text("match_percent"),
        direction: AtLeast,
        floor: f64::from(FLOOR_PERCENT),
    }],
    discriminator: text("lines or invoice | claim settled before"),
    message: both(
        "settled on {settled_on}, shares its {shared} with claim {other_claim} of person {other_person}, settled on {other_settled_on}; {equal_lines} \
         of {lines} line(s) are the same",
        "{settled_on} 结算，与参保人 {other_person} 于 {other_settled_on} 结算的 {other_claim} 共有{shared}；{lines} 条明细中 {equal_lines} 条相同",
    ),
    wide_message: None,
    basis: Basis::Stay,
    records: both(
        "both settlements with signatures, original invoices, fee lists with line numbers, hand-in register of manual settlements",
        "两次结算单及签字、原始票据、带流水号的费用明细、手工报销受理登记",
    ),
    defence: both(
        "the first settlement was withdrawn outside the system; settled by the payment records of both claims",
        "首次结算已在系统外撤销；以两次结算的拨付记录为准",
    ),
    sql: Some(text(include_str!("settled_twice.sql"))),
    version: 1,
});

detector!(SettledTwice, &META, Provider);

impl SettledTwice {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_lines", self.min_lines, 1, 10_000);
        problems.range("match_percent", self.match_percent, FLOOR_PERCENT, 100);
        problems.range("placeholder_claims", self.placeholder_claims, 2, 1_000_000);
    }

    /// Claims of one person: each with the earlier one whose lines it repeats most.
    fn same_lines(&self, claims: &[ClaimView<'_>], out: &mut Sink) {
        let long = |claim: &&ClaimView<'_>| claim.lines().len() >= self.min_lines as usize;
        let mut claims: Vec<ClaimView<'_>> = claims.iter().filter(long).copied().collect();
        if claims.len() < 2 {
            return;
        }
        claims.sort_by_key(|&claim| order(claim));
        for (at, &later) in claims.iter().enumerate() {
            let mut best: Option<(u32, ClaimView<'_>, Equal)> = None;
            for &earlier in &claims[..at] {
                let Some(equal) = compare(earlier, later, FLOOR_PERCENT) else { continue };
                let percent = equal.percent();
                if percent >= FLOOR_PERCENT && best.as_ref().is_none_or(|(most, _, _)| percent > *most) {
                    best = Some((percent, earlier, equal));
                }
            }
            if let Some((percent, earlier, equal)) = best {
                out.push(repeated_lines(earlier, later, &equal, percent));
            }
        }
    }

    /// Claims of one provider under one invoice number.
    fn same_invoice(&self, claims: &mut [ClaimView<'_>], out: &mut Sink) {
        if claims.len() < 2 || claims.len() >= self.placeholder_claims as usize || !is_telling(claims[0].invoice()) {
            return;
        }
        claims.sort_by_key(|&claim| order(claim));
        for (at, &later) in claims.iter().enumerate() {
            if let Some(&earlier) = claims[..at].iter().find(|earlier| conflict(**earlier, later)) {
                out.push(repeated_invoice(earlier, later, claims.len()));
            }
        }
    }
}

/// When a claim was settled, or began where that is unknown.
fn settled(claim: ClaimView<'_>) -> Time {
    claim.row().settled_at().or(claim.row().started_at()).unwrap_or_default()
}

fn order(claim: ClaimView<'_>) -> (Time, &str) {
    (settled(claim), claim.name())
}

/// Whether one invoice cannot stand for both claims.
fn conflict(earlier: ClaimView<'_>, later: ClaimView<'_>) -> bool {
    let same_day = settled(earlier).date() == settled(later).date();
    if earlier.person() != later.person() {
        return !(same_day && earlier.household().is_some() && earlier.household() == later.household());
    }
    !same_day && earlier.visit().visit().first_claim != later.visit().visit().first_claim
}

/// Why a claim is not judged.
fn set_aside(claim: ClaimView<'_>, taken_back: &[Fen]) -> Option<&'static str> {
    if claim.row().is_newborn() == Some(true) {
        return Some("newborn under the mother's number");
    }
    if claim.whole_loss().is_some_and(|paid| paid <= Fen::ZERO) {
        return Some("the fund paid nothing");
    }
    if !claim.visit().visit().is_live || taken_back.contains(&claim.net_total()) {
        return Some("a refund that names no claim may have taken it back");
    }
    (claim.lines().len() == 0 && !is_telling(claim.invoice())).then_some("claim with neither lines nor invoice")
}

/// The claims of one person that are judged; the others are counted.
fn judged<'a>(claims: &[ClaimView<'a>], out: &mut Sink) -> Vec<ClaimView<'a>> {
    let taken_back: Vec<Fen> = claims
        .iter()
        .filter(|claim| claim.is_unlinked_refund())
        .map(|claim| claim.row().total_amount().unwrap_or_default().abs())
        .filter(|amount| *amount > Fen::ZERO)
        .collect();
    let mut judged = Vec::with_capacity(claims.len());
    for &claim in claims.iter().filter(|claim| claim.is_scored()) {
        match set_aside(claim, &taken_back) {
            Some(reason) => out.not_assessed(reason, 1),
            None => judged.push(claim),
        }
    }
    out.assessed(judged.len() as u64);
    judged
}

impl ProviderScope for SettledTwice {
    fn detect(&self, provider: ProviderView<'_>, _context: &Context<'_>, out: &mut Sink) {
        let claims: Vec<ClaimView<'_>> = provider.claims().collect();
        let mut invoiced: Vec<ClaimView<'_>> = Vec::new();
        for of_person in claims.chunk_by(|left, right| left.person() == right.person()) {
            let judged = judged(of_person, out);
            self.same_lines(&judged, out);
            invoiced
                .extend(judged.into_iter().filter(|claim| claim.row().invoice_no().is_some() && claim.row().is_interim() != Some(true)));
        }
        invoiced.sort_by_key(|claim| (claim.row().invoice_no(), claim.id()));
        for of_invoice in invoiced.chunk_by_mut(|left, right| left.row().invoice_no() == right.row().invoice_no()) {
            self.same_invoice(of_invoice, out);
        }
    }
}

fn repeated_lines(earlier: ClaimView<'_>, later: ClaimView<'_>, equal: &Equal, percent: u32) -> Candidate {
    let mut candidate = describe("lines", equal.ground(), earlier, later, equal, Tier::Breach).fact("match_percent", percent as usize);
    if !later.invoice().is_empty() && earlier.invoice() == later.invoice() {
        candidate = candidate.fact("invoice_no", later.invoice());
    }
    candidate.low = Low::Share(equal.lines() as i64, equal.larger as i64);
    candidate
}

fn repeated_invoice(earlier: ClaimView<'_>, later: ClaimView<'_>, claims: usize) -> Candidate {
    let equal = compare(earlier, later, 0).unwrap_or_default();
    let mut candidate = describe("invoice", "invoice", earlier, later, &equal, Tier::Suspicion).fact("invoice_no", later.invoice());
    candidate.observed = claims as f64;
    candidate.low = Low::Zero;
    candidate
}

fn describe(leg: &str, shared: &str, earlier: ClaimView<'_>, later: ClaimView<'_>, equal: &Equal, tier: Tier) -> Candidate {
    let start = later.row().started_at().unwrap_or_default().date();
    let end = later.row().ended_at().map_or(start, Time::date).max(start);
    Candidate::about(Subject::Claim(later.id()), format!("{leg}|{}", earlier.name()), tier, equal.lines() as f64)
        .on_claim(later)
        .between(start, end)
        .with_strength(Strength::of(0.6))
        .fact("shared", shared)
        .fact("other_claim", earlier.name())
        .fact("other_person", earlier.patient().name())
        .fact("settled_on", settled(later).date())
        .fact("other_settled_on", settled(earlier).date())
        .fact("equal_lines", equal.lines())
        .fact("lines", later.lines().len())
        .fact("other_lines", earlier.lines().len())
        .at_risk(std::iter::once(later))
        .evidence(Role::Compared, [Target::Claim(earlier.id())])
}
