//! The values of a source, row by row.

use super::lookup::{Loaded, look_up};
use super::{finest, sum, text, units};
use crate::layout::Source;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::ArrowError;
use std::sync::Arc;

/// One value per row of the cells.
pub(super) fn values(source: &Source<usize, Loaded>, cells: &[ArrayRef], rows: usize) -> Result<ArrayRef, ArrowError> {
    let each = |parts: &[Source<usize, Loaded>]| parts.iter().map(|part| values(part, cells, rows)).collect::<Result<Vec<_>, _>>();
    match source {
        Source::From(column) => Ok(Arc::clone(&cells[*column])),
        Source::Value(value) => Ok(text::repeat(value, rows)),
        Source::Coded(source, codes) => text::recode(&values(source, cells, rows)?, codes),
        Source::Sum { parts, missing } => sum::sum(&each(parts)?, missing.as_deref()),
        Source::Join { parts, with } => text::join(&each(parts)?, with),
        Source::First(parts) => first(parts, cells, rows),
        Source::Finest(parts) => finest::finest(&each(parts)?),
        Source::Pseudonym(source) => text::pseudonyms(&values(source, cells, rows)?),
        Source::Before(source, mark) => text::before(&values(source, cells, rows)?, mark),
        Source::Units(units) => units::bound(units, cells, rows),
        Source::Lookup { by, lookup } => look_up(&each(by)?, lookup),
    }
}

/// The first value of each row that is not null. Later parts are not looked at where no row needs them.
fn first(parts: &[Source<usize, Loaded>], cells: &[ArrayRef], rows: usize) -> Result<ArrayRef, ArrowError> {
    let mut found: Option<ArrayRef> = None;
    for part in parts {
        let next = || values(part, cells, rows);
        found = Some(match found {
            None => next()?,
            Some(full) if full.logical_null_count() == 0 => full,
            Some(some) => fill(&some, &next()?)?,
        });
    }
    Ok(found.unwrap_or_else(|| text::nulls(rows)))
}

fn fill(some: &ArrayRef, other: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let (some, other) = (text::plain(some)?, text::plain(other)?);
    let (some, other): (&StringArray, &StringArray) = (some.as_string(), other.as_string());
    Ok(Arc::new(some.iter().zip(other).map(|(some, other)| some.or(other)).collect::<StringArray>()))
}
