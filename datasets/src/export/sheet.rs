//! A table as an export has it: its columns in order, and what stands in each.

use std::borrow::Cow;
use std::fmt::Write;

use super::records::{Kind, Record, Table};
use super::reference::Reference;

/// One row of a source with what belongs to it.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// The row itself.
    pub(super) own: Record<'a>,
    /// Its claim; of a claim, itself.
    pub(super) claim: Option<Record<'a>>,
    /// Its diagnoses, for claims.
    pub(super) diagnoses: &'a [Diagnosis],
    pub(super) reference: &'a Reference,
    /// Its place in its table, counted from 0.
    pub(super) number: u64,
}

/// A diagnosis of a claim, the main one first.
pub(super) struct Diagnosis {
    pub(super) code: String,
    pub(super) name: String,
}

impl<'a> Row<'a> {
    fn record(&self, from: From) -> Option<Record<'a>> {
        let id = |column| self.own.get(column).or_else(|| self.claim?.get(column));
        match from {
            From::Own => Some(self.own),
            From::Claim => self.claim,
            From::Person => self.reference.person(id("person_id")?),
            From::Provider => self.reference.provider(id("provider_id")?),
            From::Item => self.reference.item(id("item_code")?),
        }
    }

    /// A value, empty where there is none.
    pub(super) fn text(&self, from: From, column: &str) -> &'a str {
        self.record(from).map_or("", |record| record.text(column))
    }

    pub(super) fn is(&self, from: From, column: &str, value: &str) -> bool {
        self.record(from).is_some_and(|record| record.is(column, value))
    }
}

/// Whose column it is.
#[derive(Clone, Copy)]
pub(super) enum From {
    Own,
    Claim,
    Person,
    Provider,
    Item,
}

/// Words of the canonical tables and the codes of a layout.
pub(super) type Codes = &'static [(&'static str, &'static str)];

/// What stands in a column.
#[derive(Clone)]
pub(super) enum Cell {
    Empty,
    Fixed(&'static str),
    Column(From, Cow<'static, str>),
    /// A moment, as a day alone where it is midnight: what a provider that records dates hands in.
    Brief(From, &'static str),
    /// A word as a code; a word without one stays empty.
    Coded(From, &'static str, Codes),
    /// The row's number in its table behind a prefix, with so many digits.
    Numbered(&'static str, usize),
    Made(fn(&Row<'_>, &mut String)),
}

pub(super) fn own(column: &'static str) -> Cell {
    Cell::Column(From::Own, Cow::Borrowed(column))
}

pub(super) fn claim(column: &'static str) -> Cell {
    Cell::Column(From::Claim, Cow::Borrowed(column))
}

pub(super) fn person(column: &'static str) -> Cell {
    Cell::Column(From::Person, Cow::Borrowed(column))
}

pub(super) fn provider(column: &'static str) -> Cell {
    Cell::Column(From::Provider, Cow::Borrowed(column))
}

pub(super) fn item(column: &'static str) -> Cell {
    Cell::Column(From::Item, Cow::Borrowed(column))
}

/// The code of a word.
pub(super) fn code(codes: Codes, word: &str) -> &'static str {
    codes.iter().find(|(known, _)| *known == word).map_or("", |(_, code)| *code)
}

/// A moment without its time of day where that is midnight.
pub(super) fn brief(moment: &str) -> &str {
    moment.strip_suffix(" 00:00:00").unwrap_or(moment)
}

impl Cell {
    fn write(&self, row: &Row<'_>, text: &mut String) {
        match self {
            Self::Empty => {}
            Self::Fixed(value) => text.push_str(value),
            Self::Column(from, column) => text.push_str(row.text(*from, column)),
            Self::Brief(from, column) => text.push_str(brief(row.text(*from, column))),
            Self::Coded(from, column, codes) => text.push_str(code(codes, row.text(*from, column))),
            // Writing to a string cannot fail.
            Self::Numbered(prefix, digits) => _ = write!(text, "{prefix}{:0width$}", row.number + 1, width = *digits),
            Self::Made(make) => make(row, text),
        }
    }
}

/// A row added to a sheet that a right reader leaves out: a copy of one in so many rows with other values.
#[derive(Clone, Copy)]
pub(super) struct Decoy {
    pub(super) every: u64,
    /// Columns and their values; `*` stands for the value copied.
    pub(super) values: &'static [(&'static str, &'static str)],
}

/// Columns in which a copy of a row is damaged.
#[derive(Clone, Copy)]
pub(super) struct Weak {
    /// The key that a copy must not share; empty where there is none.
    pub(super) key: &'static str,
    pub(super) identifier: &'static str,
    pub(super) number: &'static str,
    /// Empty where there is no moment.
    pub(super) moment: &'static str,
    /// The claim that a row belongs to; empty for claims.
    pub(super) claim: &'static str,
}

/// A table of an export.
pub(super) struct Sheet {
    pub(super) name: String,
    /// The canonical table that it is made from.
    pub(super) source: &'static str,
    pub(super) header: Vec<Cow<'static, str>>,
    pub(super) kinds: Vec<Kind>,
    cells: Vec<Cell>,
    pub(super) keep: fn(&Row<'_>) -> bool,
    pub(super) decoys: &'static [Decoy],
    pub(super) weak: Option<Weak>,
}

impl Sheet {
    /// A sheet with an official header of which some columns are filled.
    pub(super) fn official(name: &str, source: &'static str, header: &[&'static str], filled: &[(&'static str, Cell)]) -> Self {
        debug_assert!(filled.iter().all(|(column, _)| header.contains(column)), "{name} fills a column that it does not have");
        let cell = |column: &&str| filled.iter().find(|(name, _)| name == column).map_or(Cell::Empty, |(_, cell)| cell.clone());
        Self {
            name: name.to_owned(),
            source,
            header: header.iter().map(|column| Cow::Borrowed(*column)).collect(),
            kinds: vec![Kind::Text; header.len()],
            cells: header.iter().map(cell).collect(),
            keep: |_| true,
            decoys: &[],
            weak: None,
        }
    }

    /// A sheet with just the columns that are filled.
    pub(super) fn short(name: &str, source: &'static str, filled: &[(&'static str, Cell)]) -> Self {
        let header: Vec<&str> = filled.iter().map(|(column, _)| *column).collect();
        Self::official(name, source, &header, filled)
    }

    /// A canonical table as it is.
    pub(super) fn canonical(name: &'static str, table: &Table) -> Self {
        let column = |name: &String| Cell::Column(From::Own, Cow::Owned(name.clone()));
        Self {
            name: name.to_owned(),
            source: name,
            header: table.names().iter().map(|name| Cow::Owned(name.clone())).collect(),
            kinds: table.kinds().to_vec(),
            cells: table.names().iter().map(column).collect(),
            keep: |_| true,
            decoys: &[],
            weak: None,
        }
    }

    #[must_use]
    pub(super) fn keeping(self, keep: fn(&Row<'_>) -> bool) -> Self {
        Self { keep, ..self }
    }

    #[must_use]
    pub(super) fn with_decoys(self, decoys: &'static [Decoy]) -> Self {
        Self { decoys, ..self }
    }

    #[must_use]
    pub(super) fn weak(self, weak: Weak) -> Self {
        Self { weak: Some(weak), ..self }
    }

    pub(super) fn position(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    /// Writes a row into cells, whose texts are used again.
    pub(super) fn fill(&self, row: &Row<'_>, cells: &mut Vec<String>) {
        cells.resize(self.cells.len(), String::new());
        for (cell, text) in self.cells.iter().zip(cells) {
            text.clear();
            cell.write(row, text);
        }
    }
}
