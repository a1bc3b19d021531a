//! A line of a claim, and an order.

use super::ClaimView;
use crate::claims::Claims;
use crate::tables::value::{Category, ClaimId, Date, Domain, Fen, ItemId, Text, Time};
use crate::tables::{CatalogueRow, ExclusivePairRow, FrequencyRow, LimitRow, LineRow, OrderRow, TableId};

/// A line of a claim.
#[derive(Clone, Copy)]
pub struct LineView<'a> {
    pub(super) data: &'a Claims,
    pub(super) row: usize,
}

impl<'a> LineView<'a> {
    /// Its position among all lines.
    pub fn index(self) -> usize {
        self.row
    }

    /// Its columns.
    pub fn row(self) -> LineRow<'a> {
        LineRow::new(&self.data.tables.lines, self.row)
    }

    /// The claim.
    pub fn claim(self) -> ClaimView<'a> {
        ClaimView { data: self.data, id: ClaimId(self.data.tables.lines.claim_id.stored()[self.row]) }
    }

    /// The item.
    pub fn item(self) -> ItemId {
        ItemId(self.data.tables.lines.item_code.stored()[self.row])
    }

    /// The item's code.
    pub fn item_code(self) -> &'a str {
        self.data.dictionary(Domain::Item).text(self.item().0)
    }

    /// The item's name on the line; empty where unknown.
    pub fn item_name(self) -> &'a str {
        self.row().item_name().map_or("", |text| self.data.text(text))
    }

    /// The unit it is charged by; empty where unknown.
    pub fn charge_unit(self) -> &'a str {
        self.row().charge_unit().map_or("", |text| self.data.text(text))
    }

    /// The amount charged.
    pub fn amount(self) -> Fen {
        self.row().amount().unwrap_or_default()
    }

    /// The amount in scope, or the amount charged where that is unknown.
    pub fn in_scope(self) -> Fen {
        self.row().in_scope_amount().unwrap_or_else(|| self.amount())
    }

    /// The dose form on the line; empty where unknown.
    pub fn dose_form(self) -> &'a str {
        self.row().dose_form().map_or("", |text| self.data.text(text))
    }

    /// The fee category on the line.
    pub fn category(self) -> Option<Category> {
        self.row().category()
    }

    /// Whether it is a drug or consumable: by its own category, or by the catalogue where it names none.
    pub fn is_goods(self) -> bool {
        self.category().map_or_else(|| self.data.lists_goods(self.item()), Category::is_goods)
    }

    /// When the service was given: executed, else charged.
    pub fn served_at(self) -> Option<Time> {
        self.row().executed_at().or(self.row().charged_at())
    }

    /// The catalogue row in force when the line was charged (the first known row without dates).
    pub fn catalogue(self) -> Option<CatalogueRow<'a>> {
        self.catalogue_on(self.served_at().map(Time::date))
    }

    /// The catalogue row in force on a day.
    pub fn catalogue_on(self, day: Option<Date>) -> Option<CatalogueRow<'a>> {
        let in_force = |row: &CatalogueRow<'_>| {
            day.is_none_or(|day| row.valid_from().is_none_or(|from| from <= day) && row.valid_to().is_none_or(|to| day <= to))
        };
        let data = self.data;
        data.catalogue(self.item()).map(|row| CatalogueRow::new(&data.tables.catalogue, row)).find(in_force)
    }

    /// Knowledge points on the items that this one includes.
    pub(crate) fn exclusive_pairs(self) -> impl Iterator<Item = ExclusivePairRow<'a>> {
        let data = self.data;
        data.group(TableId::ExclusivePairTable, self.item().0).map(move |row| ExclusivePairRow::new(&data.tables.exclusive_pairs, row))
    }

    /// Knowledge points on how often the item is paid for.
    pub(crate) fn frequencies(self) -> impl Iterator<Item = FrequencyRow<'a>> {
        let data = self.data;
        data.group(TableId::FrequencyTable, self.item().0).map(move |row| FrequencyRow::new(&data.tables.frequencies, row))
    }

    /// A free text.
    pub(crate) fn text(self, text: Text) -> &'a str {
        self.data.text(text)
    }

    /// The limits of payment that knowledge points put on its item, in force on a day.
    pub(crate) fn limits_on(self, day: Date) -> impl Iterator<Item = LimitRow<'a>> {
        let data = self.data;
        let in_force =
            move |row: &LimitRow<'_>| row.valid_from().is_none_or(|from| from <= day) && row.valid_to().is_none_or(|to| day <= to);
        data.group(TableId::LimitTable, self.item().0).map(move |row| LimitRow::new(&data.tables.limits, row)).filter(in_force)
    }

    /// The day on which the service was given, or its claim began.
    pub(crate) fn served_on(self) -> Date {
        self.served_at().or_else(|| self.claim().row().started_at()).map(Time::date).unwrap_or_default()
    }

    /// Whether it charges the fund: a positive amount, some of it in scope, that takes nothing back.
    pub(crate) fn charges_the_fund(self) -> bool {
        self.amount() > Fen::ZERO && self.in_scope() > Fen::ZERO && self.row().reverses_line_id().is_none()
    }

    /// The key by which evidence names the line: its id, or `claim_id#n` by its place in the claim.
    pub fn key(self) -> String {
        let labels = self.data.line_labels();
        labels.get(self.row).map_or_else(
            || {
                let claim = self.claim();
                let first = self.data.group(TableId::LineTable, claim.id.0).start;
                format!("{}#{}", claim.name(), self.row - first + 1)
            },
            str::to_owned,
        )
    }
}

/// A doctor's order.
#[derive(Clone, Copy)]
pub struct OrderView<'a> {
    pub(super) data: &'a Claims,
    pub(super) row: usize,
}

impl<'a> OrderView<'a> {
    /// Its columns.
    pub fn row(self) -> OrderRow<'a> {
        OrderRow::new(&self.data.tables.orders, self.row)
    }

    /// Whether it may be for care: some catalogue row of its item says so, or none tells the category.
    pub fn may_be_care(self) -> bool {
        let Some(item) = self.row().item_code() else { return true };
        let rows = self.data.catalogue(item).map(|row| CatalogueRow::new(&self.data.tables.catalogue, row));
        let mut categories = rows.filter_map(CatalogueRow::category).peekable();
        categories.peek().is_none() || categories.any(Category::is_care)
    }
}
