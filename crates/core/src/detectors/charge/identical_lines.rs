use crate::claims::{ClaimView, LineView};
use crate::detect::{
    Basis, Candidate, ClaimScope, Clause, Context, Law, Meta, Norm, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Tier, Unit, both, detector, fact, text,
};
use crate::norms::{LineKey, has_neighbours, same_line_groups};
use crate::tables::value::{Date, Fen, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Flags a service that one claim charges more than once.
///
/// # Why it matters
///
/// Repeated charging is paid twice for one service.
///
/// # How it decides
///
/// Lines of a claim are copies of each other if item, charge time, execution time, quantity, unit price and order number are equal. Lines out of
/// scope, reversed or reversing are left out. A set of at least `min_copies` copies is *exact* if it names an order and a true execution time
/// (not midnight), or if at least `block_lines` items of the claim are repeated at one charge time (not midnight): a block entered twice.
/// Per item and day: exact sets are a breach over all copies but one; else, a largest set above the 99th percentile of that item's same-day
/// multiplicity in all the data (of its category below 100 days) is a clue over the copies beyond it.
///
/// # Known false positives
///
/// Several doses a day (different execution seconds); dates without times (never exact); both sides of the body and multi-channel infusions
/// (usual multiplicity); reversals.
///
/// # Example
///
/// Order 20250307-18, one dressing change executed at 09:14:32, on two lines: a breach over one of them.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Article 38(3) (2021). Exactness and blocks: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IdenticalLines {
    /// Copies from which a set is looked at.
    pub min_copies: u32,
    /// Repeated items at one charge time from which they are a block entered twice.
    pub block_lines: u32,
}

impl Default for IdenticalLines {
    fn default() -> Self {
        Self { min_copies: 2, block_lines: 5 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("C16"),
    name: text("identical-lines"),
    title: both("Identical lines repeated", "重复收费（同项同刻）"),
    scheme: Scheme::Charge,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(3)"), purpose: text("40") },
    ],
    scope: ScopeKind::Claim,
    unit: Unit::Claim,
    needs: vec![text("lines.charged_at")],
    uses: vec![
        text("claims.is_insured"),
        text("lines.line_id"),
        text("lines.category"),
        text("lines.in_scope_amount"),
        text("lines.executed_at"),
        text("lines.order_no"),
        text("lines.reverses_line_id"),
    ],
    norms: vec![Norm::LineMultiplicity],
    family: text("repeat"),
    leg: None,
    facts: vec![
        fact("item", "", "item charged", "收费项目"),
        fact("day", "", "day of charging", "收费日期"),
        fact("copies", "lines", "copies in the largest set", "最大重复条数"),
        fact("usual_copies", "lines", "copies that 99 of 100 days do not exceed", "99%日内不超过的条数"),
        fact("block_items", "items", "items repeated at the same charge time", "同时重复的项目数"),
        fact("repeated_lines", "lines", "lines that are too many", "多收条数"),
    ],
    // Fewer copies make other sets exact, so that stored candidates do not tell what another `min_copies` would find.
    thresholds: Vec::new(),
    discriminator: text("item | day"),
    message: both(
        "item {item} stands on {copies} identical lines on {day}; {repeated_lines} line(s) too many",
        "项目 {item} 于 {day} 有 {copies} 条完全相同的明细，多收 {repeated_lines} 条",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both("orders with execution records, nursing records, fee list", "医嘱执行记录、护理记录、费用清单"),
    defence: both(
        "several doses or both sides of the body; settled by the execution record of the order",
        "多次给药或双侧治疗；以医嘱执行记录为准",
    ),
    sql: Some(text(include_str!("identical_lines.sql"))),
    version: 1,
});

detector!(IdenticalLines, &META, Claim);

/// Copies of one line.
struct CopySet<'a> {
    key: LineKey,
    lines: Vec<LineView<'a>>,
    is_exact: bool,
    block_items: usize,
}

impl<'a> CopySet<'a> {
    fn copies(&self) -> usize {
        self.lines.len()
    }

    /// The cheapest `count` copies with what is asked of each.
    fn cheapest(&self, count: usize) -> Vec<(LineView<'a>, Fen)> {
        let mut lines: Vec<(LineView<'a>, Fen)> = self.lines.iter().map(|&line| (line, line.in_scope())).collect();
        lines.sort_by_key(|(line, in_scope)| (*in_scope, line.index()));
        lines.truncate(count);
        lines
    }
}

impl IdenticalLines {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_copies", self.min_copies, 2, 1000);
        problems.range("block_lines", self.block_lines, 2, 1000);
    }

    /// Sets of copies by item and day.
    fn sets<'a>(&self, claim: ClaimView<'a>) -> BTreeMap<(u32, Date), Vec<CopySet<'a>>> {
        let repeated: Vec<(LineKey, Vec<LineView<'a>>)> =
            same_line_groups(claim).into_iter().filter(|(_, lines)| lines.len() >= self.min_copies as usize).collect();
        let mut items_at: BTreeMap<Time, BTreeSet<u32>> = BTreeMap::new();
        for (key, _) in repeated.iter().filter(|(key, _)| !key.charged_at.is_midnight()) {
            items_at.entry(key.charged_at).or_default().insert(key.item);
        }
        let mut sets: BTreeMap<(u32, Date), Vec<CopySet<'a>>> = BTreeMap::new();
        for (key, lines) in repeated {
            let block_items = items_at.get(&key.charged_at).map_or(0, BTreeSet::len);
            let timed = key.order.is_some() && key.executed_at.is_some_and(|time| !time.is_midnight());
            let is_exact = timed || block_items >= self.block_lines as usize;
            sets.entry((key.item, key.charged_at.date())).or_default().push(CopySet { key, lines, is_exact, block_items });
        }
        sets
    }
}

impl ClaimScope for IdenticalLines {
    fn detect(&self, claim: ClaimView<'_>, context: &Context<'_>, out: &mut Sink) {
        if claim.lines().len() == 0 {
            return out.not_assessed("claim without lines", 1);
        }
        out.assessed(1);
        if !has_neighbours(claim) {
            return;
        }
        for ((_, day), sets) in self.sets(claim) {
            let (exact, other): (Vec<CopySet<'_>>, Vec<CopySet<'_>>) = sets.into_iter().partition(|set| set.is_exact);
            let found = if exact.is_empty() { unusual(claim, day, &other, context) } else { Some(repeated(claim, day, &exact)) };
            out.extend(found);
        }
    }
}

fn repeated(claim: ClaimView<'_>, day: Date, sets: &[CopySet<'_>]) -> Candidate {
    let copies = sets.iter().map(CopySet::copies).max().unwrap_or(0);
    let asked: Vec<_> = sets.iter().flat_map(|set| set.cheapest(set.copies() - 1)).collect();
    describe(claim, day, sets, copies, None, asked, Tier::Breach)
}

/// The largest set, where it is larger than usual; of sets equally large the one that asks least.
fn unusual(claim: ClaimView<'_>, day: Date, sets: &[CopySet<'_>], context: &Context<'_>) -> Option<Candidate> {
    let copies = sets.iter().map(CopySet::copies).max()?;
    let item = sets[0].lines[0].item_code();
    let usual = *context.norms.line_multiplicity.as_ref()?.items.get(item)? as usize;
    if copies <= usual {
        return None;
    }
    let asks = |set: &&CopySet<'_>| (set.cheapest(copies - usual).iter().map(|(_, asked)| *asked).sum::<Fen>(), set.key);
    let set = sets.iter().filter(|set| set.copies() == copies).min_by_key(asks)?;
    Some(describe(claim, day, std::slice::from_ref(set), copies, Some(usual), set.cheapest(copies - usual), Tier::Clue))
}

fn describe(
    claim: ClaimView<'_>,
    day: Date,
    sets: &[CopySet<'_>],
    copies: usize,
    usual: Option<usize>,
    asked: Vec<(LineView<'_>, Fen)>,
    tier: Tier,
) -> Candidate {
    let item = sets[0].lines[0].item_code();
    let at_risk: BTreeSet<usize> = asked.iter().map(|(line, _)| line.index()).collect();
    let compared = sets.iter().flat_map(|set| &set.lines).map(|line| line.index()).filter(|index| !at_risk.contains(index));
    let mut candidate = Candidate::about(Subject::Claim(claim.id()), format!("{item}|{day}"), tier, copies as f64)
        .on_claim(claim)
        .between(day, day)
        .with_strength(Strength::of(0.5))
        .fact("item", item)
        .fact("day", day)
        .fact("copies", copies);
    if let Some(usual) = usual {
        candidate = candidate.fact("usual_copies", usual);
        candidate.expected = Some(usual as f64);
    }
    candidate
        .fact("block_items", sets.iter().map(|set| set.block_items).max().unwrap_or(0))
        .fact("repeated_lines", asked.len())
        .evidence(Role::Compared, compared.map(Target::Line))
        .at_risk_lines(asked.into_iter())
}
