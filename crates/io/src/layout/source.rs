//! Where the values of a canonical column come from.
//!
//! A source goes through three stages: as written it speaks of headers, in a file of positions, and when read also of loaded look-ups.

use super::codes::Codes;
use super::units::Units;
use claimsift::tables::ColumnSchema;
use std::sync::Arc;

/// A canonical column and where its values come from.
#[derive(Clone, Debug)]
pub(crate) struct Mapped<C, L = Lookup> {
    pub(crate) schema: &'static ColumnSchema,
    pub(crate) source: Source<C, L>,
    /// Texts that divide a cell into several rows; empty where it is one value.
    pub(crate) split: Vec<String>,
}

/// Where values come from; `C` names a column and `L` a look-up.
#[derive(Clone, Debug)]
pub(crate) enum Source<C, L = Lookup> {
    /// One column.
    From(C),
    /// The same value in every row.
    Value(String),
    /// Values replaced where the codes have them.
    Coded(Box<Source<C, L>>, Arc<Codes>),
    /// The exact sum of numbers; an empty cell counts as `missing` or else makes the sum empty.
    Sum { parts: Vec<Source<C, L>>, missing: Option<String> },
    /// Texts put together; empty where one of them is.
    Join { parts: Vec<Source<C, L>>, with: String },
    /// The first that is not empty.
    First(Vec<Source<C, L>>),
    /// The first that is not empty, or where it has no time of day, a later one on the same day that has.
    Finest(Vec<Source<C, L>>),
    /// The text before the first place where another stands.
    Before(Box<Source<C, L>>, String),
    /// A name in the place of an identity number, the same for the same number.
    Pseudonym(Box<Source<C, L>>),
    /// A bound of the base units that a quantity can mean.
    Units(Box<Units<C, L>>),
    /// The value that other files have for a key.
    Lookup { by: Vec<Source<C, L>>, lookup: L },
}

/// A column of other files, found by a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lookup {
    /// The name of the files.
    pub(crate) file: String,
    /// The headers there that make the key.
    pub(crate) key: Vec<String>,
    /// The header there; without one, the value tells whether the key is there at all.
    pub(crate) take: Option<String>,
    /// Whether it takes every value of the key, divided, or the first.
    pub(crate) takes_all: bool,
}

impl<C, L> Source<C, L> {
    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::From(_) | Self::Value(_) => Vec::new(),
            Self::Coded(source, _) | Self::Before(source, _) | Self::Pseudonym(source) => vec![source],
            Self::Sum { parts, .. } | Self::Join { parts, .. } | Self::First(parts) | Self::Finest(parts) => parts.iter().collect(),
            Self::Units(units) => units.parts(),
            Self::Lookup { by, .. } => by.iter().collect(),
        }
    }

    /// The columns of the file itself that it reads.
    pub(crate) fn columns(&self) -> Vec<&C> {
        let own = match self {
            Self::From(column) => Some(column),
            Self::Units(units) => Some(&units.quantity),
            _ => None,
        };
        own.into_iter().chain(self.parts().into_iter().flat_map(Self::columns)).collect()
    }

    /// The look-ups that it makes.
    pub(crate) fn lookups(&self) -> Vec<&L> {
        let own = if let Self::Lookup { lookup, .. } = self { Some(lookup) } else { None };
        own.into_iter().chain(self.parts().into_iter().flat_map(Self::lookups)).collect()
    }

    /// Whether anything of it comes from a file.
    pub(crate) fn reads(&self) -> bool {
        !self.columns().is_empty()
    }

    /// The same source over other names; `None` where what it cannot do without has none.
    pub(crate) fn resolve<D, M>(&self, column: &impl Fn(&C) -> Option<D>, lookup: &impl Fn(&L) -> Option<M>) -> Option<Source<D, M>> {
        let each = |parts: &[Self]| parts.iter().map(|part| part.resolve(column, lookup)).collect::<Vec<Option<Source<D, M>>>>();
        let all = |parts: &[Self]| each(parts).into_iter().collect::<Option<Vec<_>>>();
        let some = |parts: &[Self]| Some(each(parts).into_iter().flatten().collect::<Vec<_>>()).filter(|parts| !parts.is_empty());
        Some(match self {
            Self::From(name) => Source::From(column(name)?),
            Self::Value(value) => Source::Value(value.clone()),
            Self::Coded(source, codes) => Source::Coded(Box::new(source.resolve(column, lookup)?), Arc::clone(codes)),
            Self::Sum { parts, missing: None } => Source::Sum { parts: all(parts)?, missing: None },
            Self::Sum { parts, missing } => Source::Sum { parts: some(parts)?, missing: missing.clone() },
            Self::Join { parts, with } => Source::Join { parts: all(parts)?, with: with.clone() },
            Self::First(parts) => Source::First(some(parts)?),
            Self::Finest(parts) => Source::Finest(some(parts)?),
            Self::Before(source, text) => Source::Before(Box::new(source.resolve(column, lookup)?), text.clone()),
            Self::Pseudonym(source) => Source::Pseudonym(Box::new(source.resolve(column, lookup)?)),
            Self::Units(units) => Source::Units(Box::new(units.resolve(column, &|part: &Self| part.resolve(column, lookup))?)),
            Self::Lookup { by, lookup: found } => Source::Lookup { by: all(by)?, lookup: lookup(found)? },
        })
    }
}

impl<C, L> Mapped<C, L> {
    pub(crate) fn resolve<D, M>(&self, column: &impl Fn(&C) -> Option<D>, lookup: &impl Fn(&L) -> Option<M>) -> Option<Mapped<D, M>> {
        Some(Mapped { schema: self.schema, source: self.source.resolve(column, lookup)?, split: self.split.clone() })
    }
}
