use crate::claims::ProviderView;
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Lot, Meta, Norm, Problems, ProviderScope, Scheme, ScopeKind, Sink, Strength, Subject,
    Threshold, Tier, Unit, both, detector, fact, text,
};
use crate::norms::{Book, Flow, Goods};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags goods of which more was billed than the store ever had.
///
/// # Why it matters
///
/// What a store did not have cannot have been handed out: the difference was billed in place of something cheaper, or for nothing at all. Stock books
/// are kept by other hands than bills, so that both seldom err alike.
///
/// # How it decides
///
/// By store (`stock_unit` with all providers that draw on it), goods and calendar year, over the months complete in both claims and stock, at least
/// `min_months`: `gap` = billed to all payers, net of refunds and reversed lines − (opening + purchased + made + received − returned to suppliers −
/// passed on − lost − used internally − closing). Quantities are in the units that lines bill: a stock row counts quantity × `units_per_pack`, or its
/// quantity where that is empty. Goods of one catalogue `family` count together. The opening is the count in the first month, or the closing count of
/// the month before; a missing closing count is taken as nothing left, which lowers the gap.
///
/// A stock row that can be read in several ways (a unit with two conversions, a store code of two items) has `least_units` and `most_units`. It counts as
/// the most where goods came in or were there at the start, and as the least where they went out or were left, so that the gap is one that no reading
/// explains.
///
/// Where nobody counted at the start, 60 days of own use are allowed for old stock; where nothing was there, the use of the last two months, since
/// consigned goods are booked after use (where nothing may have been there, as far as it is more than the opening). The gap is flagged from `min_gap_per_mille` of what was billed and `min_gap_packs` whole packs on. It is a
/// suspicion where the book is complete (an opening count, and a movement in every month), else a clue that waits for another leg. Strength grows
/// from 0.5 with the gap's share and is full from half of what was billed (priority).
///
/// At risk are all lines of the goods in the period that insured patients were billed. The loss is the gap at the mean in-scope price, spread over
/// them by their in-scope amounts. If the data hold insured claims only, the gap is a lower bound.
///
/// # Known false positives
///
/// Left out: piped oxygen, blood, radiopharmaceuticals; negotiated drugs (`is_negotiated`), which a second channel may supply; slices on bills with a
/// decoction service, which a third party may supply; donated goods (amount 0); hospital preparations without `made` rows; goods charged in several
/// units. Netted: shared stores, transfers between campuses, codes merged into a family, refunds, write-offs. Late uploads shorten the months compared.
/// Goods without any stock row are `never-purchased`.
///
/// # Example
///
/// A pharmacy counted 40 tablets in January, bought 600 and kept 20 in December, and billed 1,240: 620 tablets, half of what was billed, are unexplained.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 15, 38(4), 40 (2021). National stock interfaces 3501 to 3506; the reconciliation and its
/// 50 % priority: on-site audit practice. 5 %, 3 packs and 60 days: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StockShortfall {
    /// Share of what was billed, in thousandths, from which a gap is flagged.
    pub min_gap_per_mille: i64,
    /// Whole packs from which a gap is flagged.
    pub min_gap_packs: i64,
    /// Months of a year, complete in claims and stock, from which it is judged.
    pub min_months: i32,
}

impl Default for StockShortfall {
    fn default() -> Self {
        Self { min_gap_per_mille: 50, min_gap_packs: 3, min_months: 3 }
    }
}

/// The smallest gaps that are kept.
const FLOOR_PER_MILLE: i64 = 20;
const FLOOR_PACKS: i64 = 1;
/// The share of what was billed, in thousandths, from which strength is full.
const PRIORITY_PER_MILLE: f64 = 500.0;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("S04"),
    name: text("stock-shortfall"),
    title: both("Stock shortfall", "进销存不符"),
    scheme: Scheme::Swap,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(4)"), purpose: text("40(2)") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Provider,
    needs: super::book_needs(),
    uses: super::book_uses(),
    norms: vec![Norm::StockBooks],
    family: text("stock"),
    leg: Some(text("stock")),
    facts: vec![
        fact("goods", "", "item or family of items", "药品耗材"),
        fact("year", "", "calendar year", "年度"),
        fact("months", "months", "months complete in claims and stock", "结算与进销存均完整的月数"),
        fact("billed", "units", "billed to all payers, net", "结算数量（全部支付方，净额）"),
        fact("available", "units", "what the book had to give, at most", "账面可供数量（上限）"),
        fact("opening", "units", "counted at the start", "期初盘存"),
        fact("received", "units", "received less passed on, used and lost", "本期净入库"),
        fact("closing", "units", "counted at the end", "期末盘存"),
        fact("allowed", "units", "allowed for old or consigned stock", "允许的旧存或寄售数量"),
        fact("gap", "units", "billed and not explained", "无法解释的数量"),
        fact("gap_per_mille", "per mille", "share of what was billed", "占结算数量"),
        fact("gap_packs", "packs", "whole packs", "折合整包装"),
        fact("books", "", "state of the book", "账册状况"),
        fact("providers", "providers", "providers that draw on the store", "共用库房的机构数"),
        fact("ambiguous_rows", "rows", "stock rows with several readings", "有多种换算的进销存记录数"),
    ],
    thresholds: vec![
        Threshold { parameter: text("min_gap_per_mille"), fact: text("gap_per_mille"), direction: AtLeast, floor: FLOOR_PER_MILLE as f64 },
        Threshold { parameter: text("min_gap_packs"), fact: text("gap_packs"), direction: AtLeast, floor: FLOOR_PACKS as f64 },
    ],
    discriminator: text("item or family, and year"),
    message: both(
        "{billed} units of {goods} were billed in {months} months of {year}; the book had {available} to give: {gap} are unexplained ({books})",
        "{year} 年 {months} 个月共结算 {goods} {billed} 单位，账面可供 {available}，无法解释 {gap}（{books}）",
    ),
    wide_message: None,
    basis: Basis::Quantity,
    records: both(
        "purchase invoices and delivery notes, stock ledger, counts, transfer and write-off slips, sales system",
        "购进发票与随货同行单、库存账、盘点表、调拨与报损单、销售系统数据",
    ),
    defence: both(
        "purchases booked elsewhere or late, unit conversion; settled by the supplier's delivery notes and a count on the spot",
        "购进记账在他处或滞后、单位换算；以供应商随货同行单和现场盘点为准",
    ),
    sql: Some(text(include_str!("stock_shortfall.sql"))),
    version: 1,
});

detector!(StockShortfall, &META, Provider);

impl StockShortfall {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_gap_per_mille", self.min_gap_per_mille, FLOOR_PER_MILLE, 1000);
        problems.range("min_gap_packs", self.min_gap_packs, FLOOR_PACKS, 1_000_000);
        problems.range("min_months", self.min_months, 1, 12);
    }
}

impl ProviderScope for StockShortfall {
    fn detect(&self, provider: ProviderView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(book) = context.norms.stock_books.as_ref().and_then(|books| books.of(provider.name())) else {
            return out.not_assessed("provider without stock", 1);
        };
        if !book.has_months_in_a_year(self.min_months) {
            return out.not_assessed("too few months complete in claims and stock", 1);
        }
        out.assessed(1);
        for goods in book.goods.iter().filter(|goods| goods.was_stocked) {
            let judged = |year: &&Flow| year.months >= self.min_months && year.provider == provider.name();
            out.extend(goods.years.iter().filter(judged).filter_map(|year| candidate(provider, book, goods, year)));
        }
    }
}

fn candidate(provider: ProviderView<'_>, book: &Book, goods: &Goods, flow: &Flow) -> Option<Candidate> {
    let gap = flow.gap();
    let per_mille = (i128::from(gap) * 1000).checked_div(flow.billed.into())? as i64;
    let packs = gap / goods.pack;
    if per_mille < FLOOR_PER_MILLE || packs < FLOOR_PACKS || flow.lines == 0 {
        return None;
    }
    let (tier, books) = match (flow.opening.is_some(), flow.is_unbroken) {
        (true, true) => (Tier::Suspicion, "complete"),
        (true, false) => (Tier::Clue, "months without movement"),
        (false, _) => (Tier::Clue, "no opening count"),
    };
    let (year, _, _) = flow.first.ymd();
    let mut candidate = Candidate::about(Subject::Provider(provider.id()), format!("{}|{year}", goods.name), tier, super::units(gap))
        .between(flow.first, flow.last)
        .with_strength(Strength::of(0.5 + 0.5 * (per_mille as f64 / PRIORITY_PER_MILLE).min(1.0)))
        .fact("goods", goods.name.as_str())
        .fact("year", year)
        .fact("months", flow.months)
        .fact("billed", super::units(flow.billed))
        .fact("available", super::units(flow.available()));
    if let Some(opening) = flow.opening {
        candidate = candidate.fact("opening", super::units(opening));
    }
    let lot =
        Lot { items: goods.items.clone(), providers: book.providers.clone(), days: (flow.first, flow.last), asked: flow.in_scope_of(gap) };
    candidate.expected = Some(0.0);
    if goods.ambiguous_rows > 0 {
        candidate = candidate.fact("ambiguous_rows", goods.ambiguous_rows as i64);
    }
    Some(
        candidate
            .fact("received", super::units(flow.received))
            .fact("closing", super::units(flow.closing))
            .fact("allowed", super::units(flow.allowed))
            .fact("gap", super::units(gap))
            .fact("gap_per_mille", per_mille)
            .fact("gap_packs", packs)
            .fact("books", books)
            .fact("providers", book.providers.len())
            .at_risk_lot(lot),
    )
}
