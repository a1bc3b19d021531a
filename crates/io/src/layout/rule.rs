//! What a layout says of one kind of file.

use claimsift::tables::{ColumnSchema, TableId};

/// How the rows of a file become rows of one canonical table.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) table: TableId,
    /// Headers that must all be there.
    pub(crate) when: Vec<String>,
    /// Headers of which none may be there.
    pub(crate) unless: Vec<String>,
    pub(crate) columns: Vec<Mapped<String>>,
    /// One output row per entry; empty for the usual one row per row.
    pub(crate) entries: Vec<Vec<Mapped<String>>>,
}

/// A canonical column and where its values come from.
#[derive(Clone, Debug)]
pub(crate) struct Mapped<C> {
    pub(crate) schema: &'static ColumnSchema,
    pub(crate) source: Source<C>,
}

/// Where values come from; `C` is a header in a layout and a position in a file.
#[derive(Clone, Debug)]
pub(crate) enum Source<C> {
    /// One column, its values replaced where `codes` has them.
    From { column: C, codes: Vec<(String, String)> },
    /// The same value in every row.
    Value(String),
    /// The exact sum of columns of numbers; an empty cell counts as `missing` or else makes the sum empty.
    Sum { columns: Vec<C>, missing: Option<String> },
    /// Texts put together; empty where one of them is.
    Join { columns: Vec<C>, with: String },
}

impl<C> Source<C> {
    pub(crate) fn columns(&self) -> &[C] {
        match self {
            Self::From { column, .. } => std::slice::from_ref(column),
            Self::Value(_) => &[],
            Self::Sum { columns, .. } | Self::Join { columns, .. } => columns,
        }
    }

    /// The same source over other names for its columns; `None` where one has none.
    pub(crate) fn resolve<D>(&self, name: impl Fn(&C) -> Option<D>) -> Option<Source<D>> {
        let all = |columns: &[C]| columns.iter().map(&name).collect::<Option<Vec<D>>>();
        Some(match self {
            Self::From { column, codes } => Source::From { column: name(column)?, codes: codes.clone() },
            Self::Value(value) => Source::Value(value.clone()),
            Self::Sum { columns, missing } => Source::Sum { columns: all(columns)?, missing: missing.clone() },
            Self::Join { columns, with } => Source::Join { columns: all(columns)?, with: with.clone() },
        })
    }
}

impl<C> Mapped<C> {
    pub(crate) fn resolve<D>(&self, name: impl Fn(&C) -> Option<D>) -> Option<Mapped<D>> {
        Some(Mapped { schema: self.schema, source: self.source.resolve(name)? })
    }
}
