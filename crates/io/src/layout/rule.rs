//! What a layout says of one kind of file.

use super::codes::Codes;
use super::source::{Lookup, Mapped, Source};
use claimsift::tables::TableId;
use std::sync::Arc;

/// How the rows of a file become rows of one canonical table.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) table: TableId,
    /// The names of the files; empty where files are known by their headers alone.
    pub(crate) file: Vec<String>,
    /// Headers that must all be there.
    pub(crate) when: Vec<String>,
    /// Headers of which none may be there.
    pub(crate) unless: Vec<String>,
    pub(crate) columns: Vec<Mapped<String>>,
    /// One output row per entry; empty for the usual one row per row.
    pub(crate) entries: Vec<Vec<Mapped<String>>>,
    /// Which rows are taken at all.
    pub(crate) conditions: Vec<Condition<String>>,
    /// The canonical columns by which rows are put together; empty where every row stands for itself.
    pub(crate) distinct: Vec<&'static str>,
    /// Whether it counts only where no other rule feeds the table.
    pub(crate) is_fallback: bool,
}

impl Rule {
    /// Every look-up of its columns and conditions.
    pub(crate) fn lookups(&self) -> impl Iterator<Item = &Lookup> {
        let of_columns = self.columns.iter().chain(self.entries.iter().flatten()).flat_map(|mapped| mapped.source.lookups());
        of_columns.chain(self.conditions.iter().flat_map(|condition| condition.source.lookups()))
    }
}

/// What a row must meet; else it is set aside for the reason. Where the file lacks the column, every row meets it.
#[derive(Clone, Debug)]
pub(crate) struct Condition<C, L = Lookup> {
    /// The header, or what names the condition in the layout.
    pub(crate) name: String,
    pub(crate) source: Source<C, L>,
    pub(crate) wanted: Wanted,
    pub(crate) reason: String,
}

/// What a condition asks of a value.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// That it is there.
    Any,
    /// That it is one of these or empty.
    OneOf(Arc<Codes>),
}

impl Wanted {
    pub(crate) fn is_met(&self, value: Option<&str>) -> bool {
        match self {
            Self::Any => value.is_some(),
            Self::OneOf(codes) => value.is_none_or(|value| codes.has(value)),
        }
    }
}

impl<C, L> Condition<C, L> {
    pub(crate) fn resolve<D, M>(&self, column: &impl Fn(&C) -> Option<D>, lookup: &impl Fn(&L) -> Option<M>) -> Option<Condition<D, M>> {
        let source = self.source.resolve(column, lookup)?;
        Some(Condition { name: self.name.clone(), source, wanted: self.wanted.clone(), reason: self.reason.clone() })
    }
}
