//! Claims in memory: canonical tables in one order, with the groupings that detectors walk.
//!
//! Claims are numbered by person, then visit, then start; a claim's lines, a person's visits and a visit's claims lie together. Everything is
//! immutable once built.

mod build;
mod coverage;
mod derived;
mod goods;
mod grouping;
mod placeholders;
mod refunds;
mod stays;
mod views;
mod visits;

pub(crate) use build::build;
pub use coverage::Coverage;
pub use derived::{DERIVED_SQL, derived_tables_of};
pub(crate) use goods::{STOCKED_SQL, Shelf};
pub use refunds::ClaimState;
pub use stays::Stay;
pub use views::{ClaimView, LineView, OrderView, PersonView, ProviderView, StayView, VisitView};
pub use visits::Visit;

use crate::tables::dictionary::Dictionary;
use crate::tables::value::{Date, Domain, ItemId, OrderId, PersonId, ProviderId, Text};
use crate::tables::{AnyColumn, CatalogueRow, Labels, TableId, Tables, row_count};
use grouping::Groups;
use placeholders::Placeholders;
use refunds::Refunds;
use std::collections::BTreeMap;

/// A whole data set, ready for detection.
pub struct Claims {
    tables: Tables,
    dictionaries: BTreeMap<Domain, Dictionary>,
    groups: BTreeMap<TableId, Groups>,
    line_sources: Vec<u32>,
    refunds: Refunds,
    visits: Vec<Visit>,
    person_visits: Vec<u32>,
    provider_visits: Groups,
    provider_stays: Groups,
    stays: Vec<Stay>,
    stay_visits: Vec<u32>,
    person_stays: Vec<u32>,
    claim_visits: Vec<u32>,
    placeholders: Placeholders,
    coverage: Coverage,
    as_of: Date,
}

impl Claims {
    /// The number of claims.
    pub fn len(&self) -> usize {
        self.tables.claims.claim_id.stored().len()
    }

    /// Whether there is no claim.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of lines.
    pub fn line_count(&self) -> usize {
        self.tables.lines.claim_id.stored().len()
    }

    /// The number of rows of a table.
    pub fn rows(&self, table: TableId) -> usize {
        row_count(&self.tables.columns(table))
    }

    /// Whether a table has any row.
    pub fn has(&self, table: TableId) -> bool {
        self.rows(table) > 0
    }

    /// Whether a column, written `table.column`, was given and loaded.
    pub fn has_column(&self, name: &str) -> bool {
        self.column(name).is_some_and(AnyColumn::is_present)
    }

    pub(crate) fn column(&self, name: &str) -> Option<&dyn AnyColumn> {
        let (table, column) = name.split_once('.')?;
        let table = TableId::named(table)?;
        let position = table.schema().position(column)?;
        self.tables.columns(table).into_iter().nth(position)
    }

    pub(crate) fn columns(&self, table: TableId) -> Vec<&dyn AnyColumn> {
        self.tables.columns(table)
    }

    /// The day up to which open stays count.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The months each provider covers, and whether its times are dates only.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The texts of a domain.
    pub fn dictionary(&self, domain: Domain) -> &Dictionary {
        &self.dictionaries[&domain]
    }

    /// The text of an order or prescription number; `None` where texts were not kept.
    pub fn order_no(&self, order: OrderId) -> Option<&str> {
        self.dictionary(Domain::Order).marked(order.0)
    }

    /// A free text.
    pub fn text(&self, text: Text) -> &str {
        self.dictionary(Domain::Text).text(text.0)
    }

    /// Every person that any table names.
    pub fn persons(&self) -> impl ExactSizeIterator<Item = PersonId> + use<> {
        (0..self.dictionary(Domain::Person).len() as u32).map(PersonId)
    }

    /// Every key of a person that is no placeholder, for work in parallel.
    pub(crate) fn par_persons(&self) -> impl rayon::iter::ParallelIterator<Item = PersonId> + use<'_> {
        use rayon::iter::{IntoParallelIterator, ParallelIterator};
        let keys = (0..self.dictionary(Domain::Person).len() as u32).into_par_iter();
        keys.filter(move |&key| !self.is_placeholder(Domain::Person, key)).map(PersonId)
    }

    /// Every provider that any table names.
    pub fn providers(&self) -> impl ExactSizeIterator<Item = ProviderId> + use<> {
        (0..self.dictionary(Domain::Provider).len() as u32).map(ProviderId)
    }

    /// Every visit, in the order of persons and starts.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// Every stay, in the order of persons and starts.
    pub fn stays(&self) -> &[Stay] {
        &self.stays
    }

    /// Catalogue rows of an item.
    pub(crate) fn catalogue(&self, item: ItemId) -> std::ops::Range<usize> {
        self.group(TableId::CatalogueTable, item.0)
    }

    /// What an item is counted under in stock books: its family where the catalogue names one, else its own code.
    pub(crate) fn goods_name(&self, item: ItemId) -> &str {
        let families = self.catalogue(item).filter_map(|row| CatalogueRow::new(&self.tables.catalogue, row).family());
        families.map(|family| self.text(family)).min().unwrap_or_else(|| self.dictionary(Domain::Item).text(item.0))
    }

    pub(crate) fn line_labels(&self) -> &Labels {
        &self.tables.lines.line_id
    }

    /// The rows of a table under one key of the column it is grouped by.
    pub(crate) fn group(&self, table: TableId, key: u32) -> std::ops::Range<usize> {
        self.groups.get(&table).map_or(0..0, |groups| groups.range(key))
    }

    /// Drops lines of one claim that share a line id; returns first row, dropped row (both in input order) and whether they are identical.
    pub(crate) fn drop_repeated_lines(&mut self) -> Vec<(usize, usize, bool)> {
        let sources = std::mem::take(&mut self.line_sources);
        grouping::drop_repeated_lines(&mut self.tables.lines, &mut self.groups, &sources)
    }
}
