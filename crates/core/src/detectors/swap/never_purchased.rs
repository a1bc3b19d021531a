use crate::claims::ProviderView;
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Clause, Context, Law, Lot, Meta, Norm, Problems, ProviderScope, Scheme, ScopeKind, Sink, Subject, Threshold, Tier,
    Unit, both, detector, fact, text,
};
use crate::norms::{Book, Goods};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags goods that were billed and that the store never had.
///
/// # Why it matters
///
/// A drug that was neither bought, made, received nor counted was not handed out: another was, or none.
///
/// # How it decides
///
/// By store (`stock_unit` with all providers that draw on it) and goods, where the months complete in both claims and stock are at least `min_months`:
/// units were billed in those months, net of refunds and reversed lines and to all payers, and the book has, at any time, no opening or closing count,
/// purchase, making or receipt of them, by any reading of its rows (`most_units`). Goods of one catalogue `family` count together: what was bought under another code of it counts as bought. Goods
/// are flagged from `min_lines` lines of insured patients with in-scope money on. It is a suspicion where the store was counted when the months began
/// and has a movement in every month, else a clue that waits for another leg.
///
/// At risk are all those lines, with all of their in-scope money.
///
/// # Known false positives
///
/// Left out, as in `stock-shortfall`: piped oxygen, blood, radiopharmaceuticals; negotiated drugs, which a second channel may supply; slices on bills with
/// a decoction service; donated goods (amount 0); hospital preparations without `made` rows; goods charged in several units. Old stock shows in
/// the opening count, consigned goods in purchases booked after use.
///
/// # Example
///
/// A clinic billed 86 ampoules of a drug over a year in 31 lines; its book of 240 items does not know the drug.
///
/// # References
///
/// Regulation on the Use of Medical Security Funds, Articles 15, 38(4), 40(3) (2021). 12 months: judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NeverPurchased {
    /// Months complete in claims and stock from which it is judged.
    pub min_months: i32,
    /// Lines from which goods are flagged.
    pub min_lines: u64,
}

impl Default for NeverPurchased {
    fn default() -> Self {
        Self { min_months: 12, min_lines: 1 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("S05"),
    name: text("never-purchased"),
    title: both("Billed but never purchased", "有结算无采购"),
    scheme: Scheme::Swap,
    tier: Tier::Suspicion,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(4)"), purpose: text("40(3)") },
    ],
    scope: ScopeKind::Provider,
    unit: Unit::Provider,
    needs: super::book_needs(),
    uses: super::book_uses().into_iter().filter(|column| !column.ends_with("units_per_pack")).collect(),
    norms: vec![Norm::StockBooks],
    family: text("stock"),
    leg: Some(text("stock")),
    facts: vec![
        fact("goods", "", "item or family of items", "药品耗材"),
        fact("months", "months", "months complete in claims and stock", "结算与进销存均完整的月数"),
        fact("billed", "units", "billed to all payers, net", "结算数量（全部支付方，净额）"),
        fact("lines", "lines", "lines of insured patients", "参保人明细条数"),
        fact("books", "", "state of the book", "账册状况"),
        fact("providers", "providers", "providers that draw on the store", "共用库房的机构数"),
    ],
    thresholds: vec![Threshold { parameter: text("min_lines"), fact: text("lines"), direction: AtLeast, floor: 1.0 }],
    discriminator: text("item or family"),
    message: both(
        "{billed} units of {goods} were billed in {lines} line(s) over {months} months; the book shows none bought, made, received or counted ({books})",
        "{months} 个月内以 {lines} 条明细结算 {goods} {billed} 单位，账册无购进、自制、调入或盘存记录（{books}）",
    ),
    wide_message: None,
    basis: Basis::Quantity,
    records: both(
        "purchase invoices and delivery notes, stock ledger, counts, prescriptions and the goods on the shelf",
        "购进发票与随货同行单、库存账、盘点表、处方和货架实物",
    ),
    defence: both(
        "bought under another code, or by another unit; settled by the supplier's delivery notes and the code on the pack",
        "以其他编码或由其他单位购进；以供应商随货同行单和包装编码为准",
    ),
    sql: Some(text(include_str!("never_purchased.sql"))),
    version: 1,
});

detector!(NeverPurchased, &META, Provider);

impl NeverPurchased {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_months", self.min_months, 3, 120);
        problems.range("min_lines", self.min_lines, 1, 1_000_000);
    }
}

impl ProviderScope for NeverPurchased {
    fn detect(&self, provider: ProviderView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(book) = context.norms.stock_books.as_ref().and_then(|books| books.of(provider.name())) else {
            return out.not_assessed("provider without stock", 1);
        };
        if book.months() < self.min_months {
            return out.not_assessed("too few months complete in claims and stock", 1);
        }
        out.assessed(1);
        let is_missing = |goods: &&Goods| {
            !goods.was_stocked && goods.whole.billed > 0 && goods.whole.lines > 0 && goods.whole.provider == provider.name()
        };
        out.extend(book.goods.iter().filter(is_missing).map(|goods| candidate(provider, book, goods)));
    }
}

fn candidate(provider: ProviderView<'_>, book: &Book, goods: &Goods) -> Candidate {
    let flow = &goods.whole;
    let (tier, books) = match (book.is_counted, flow.is_unbroken) {
        (true, true) => (Tier::Suspicion, "complete"),
        (true, false) => (Tier::Clue, "months without movement"),
        (false, _) => (Tier::Clue, "no opening count"),
    };
    let lot = Lot { items: goods.items.clone(), providers: book.providers.clone(), days: (flow.first, flow.last), asked: flow.in_scope };
    Candidate::about(Subject::Provider(provider.id()), goods.name.clone(), tier, super::units(flow.billed))
        .between(flow.first, flow.last)
        .fact("goods", goods.name.as_str())
        .fact("months", flow.months)
        .fact("billed", super::units(flow.billed))
        .fact("lines", flow.lines as i64)
        .fact("books", books)
        .fact("providers", book.providers.len())
        .at_risk_lot(lot)
}
