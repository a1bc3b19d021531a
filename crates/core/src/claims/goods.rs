//! Goods that pass through a provider's store, as lines bill them.

use super::views::{ClaimView, LineView};
use super::{ClaimState, Claims};
use crate::tables::value::{Category, Date, Domain, Fen, Text, Time};

/// Words in names of goods that stock books do not carry: piped oxygen, blood products, radiopharmaceuticals.
const OUTSIDE_THE_BOOKS: [&str; 9] = ["氧气", "医用氧", "液氧", "全血", "悬浮红细胞", "洗涤红细胞", "单采血小板", "冷沉淀", "放射性"];
/// The word in the name of a decoction service: a third party may then supply the slices.
const DECOCTION: &str = "代煎";

/// The condition under which a line counts as goods from the store, as SQL over `lines`; the same as [`Shelf`].
pub(crate) const STOCKED_SQL: &str = "coalesce(category in ('western_drug', 'patent_drug', 'herbal_slice', 'consumable'), \
     item_code in (select item_code from catalogue where category in ('western_drug', 'patent_drug', 'herbal_slice', 'consumable'))) \
     and amount <> 0 and not coalesce(is_negotiated, false) \
     and not regexp_matches(coalesce(item_name, ''), '氧气|医用氧|液氧|全血|悬浮红细胞|洗涤红细胞|单采血小板|冷沉淀|放射性') \
     and not (coalesce(category, '') = 'herbal_slice' and claim_id in (select claim_id from lines where item_name like '%代煎%'))";

const KNOWN: u8 = 1;
const OUTSIDE: u8 = 2;
const DECOCTED: u8 = 4;

/// Tells goods that come from the provider's own store, and remembers the names it has looked at.
pub(crate) struct Shelf<'a> {
    claims: &'a Claims,
    names: Vec<u8>,
}

impl<'a> Shelf<'a> {
    pub(crate) fn new(claims: &'a Claims) -> Self {
        Self { claims, names: vec![0; claims.dictionary(Domain::Text).len()] }
    }

    /// Hands every line of a claim that takes goods from the store to `take`.
    pub(crate) fn each(&mut self, claim: ClaimView<'a>, mut take: impl FnMut(LineView<'a>)) {
        let mut is_decocted = None;
        for line in claim.lines().filter(|line| line.is_goods()) {
            let row = line.row();
            if line.amount() == Fen::ZERO || row.is_negotiated() == Some(true) || self.flags(row.item_name()) & OUTSIDE != 0 {
                continue;
            }
            if line.category() == Some(Category::HerbalSlice) {
                let decocted = |shelf: &mut Self| claim.lines().any(|line| shelf.flags(line.row().item_name()) & DECOCTED != 0);
                if *is_decocted.get_or_insert_with(|| decocted(self)) {
                    continue;
                }
            }
            take(line);
        }
    }

    fn flags(&mut self, name: Option<Text>) -> u8 {
        let Some(name) = name else { return KNOWN };
        let flags = &mut self.names[name.0 as usize];
        if *flags == 0 {
            let text = self.claims.text(name);
            let outside = if OUTSIDE_THE_BOOKS.iter().any(|word| text.contains(word)) { OUTSIDE } else { 0 };
            let decocted = if text.contains(DECOCTION) { DECOCTED } else { 0 };
            *flags = KNOWN | outside | decocted;
        }
        *flags
    }
}

impl LineView<'_> {
    /// The units it takes from the store, scaled by 10⁴: below zero where it gives them back.
    pub(crate) fn units(self) -> i64 {
        let units = self.row().quantity().unwrap_or_default().0;
        if self.row().reverses_line_id().is_some() { -units.abs() } else { units }
    }

    /// The day on which it was charged, or its claim began.
    pub(crate) fn charged_on(self) -> Date {
        self.row().charged_at().or_else(|| self.claim().row().started_at()).map(Time::date).unwrap_or_default()
    }

    /// Whether it sells goods for in-scope money: the fund may lose by it.
    pub(crate) fn sells_in_scope(self) -> bool {
        self.in_scope() > Fen::ZERO && self.units() > 0
    }
}

impl ClaimView<'_> {
    /// How its lines count: 1 for what was sold, −1 for what was taken back, 0 where refund and original cancel.
    pub(crate) fn direction(self) -> i64 {
        match self.state() {
            ClaimState::Live => 1,
            ClaimState::Cancelled => 0,
            ClaimState::Refund => match self.refunded_claim().map(ClaimView::state) {
                Some(ClaimState::Cancelled) => 0,
                _ => -1,
            },
        }
    }
}
