//! Several rows of one: an entry of a layout's `rows` is a row where it has a value.

use super::text::{self, plain};
use super::{Column, Unfolded};
use arrow_array::{Array, ArrayRef, UInt64Array};
use arrow_schema::ArrowError;
use arrow_select::concat::concat;
use arrow_select::take::take;

/// The columns that any entry has, each once.
pub(super) fn names(entries: &[Vec<Column>]) -> Vec<&Column> {
    let mut names: Vec<&Column> = Vec::new();
    for mapped in entries.iter().flatten() {
        if !names.iter().any(|name| name.schema.name == mapped.schema.name) {
            names.push(mapped);
        }
    }
    names
}

/// One row per entry that has a value from the file, in the order of the rows and then of the entries: the common columns, then the named.
pub(super) fn unfold(
    entries: &[Vec<Column>],
    names: &[&Column],
    common: &[ArrayRef],
    filled: Vec<Vec<ArrayRef>>,
    rows: usize,
) -> Result<Unfolded, ArrowError> {
    let texts = |columns: Vec<ArrayRef>| columns.iter().map(plain).collect::<Result<Vec<_>, _>>();
    let filled = filled.into_iter().map(texts).collect::<Result<Vec<_>, _>>()?;
    let mut origins = Vec::new();
    let mut places = Vec::new();
    for row in 0..rows {
        for (index, (entry, columns)) in entries.iter().zip(&filled).enumerate() {
            let mut given = entry.iter().zip(columns).filter(|(mapped, _)| mapped.source.reads());
            if given.any(|(_, column)| column.is_valid(row)) {
                origins.push(row);
                places.push((index * rows + row) as u64);
            }
        }
    }
    let places = UInt64Array::from(places);
    let taken = UInt64Array::from_iter_values(origins.iter().map(|&row| row as u64));
    let mut columns = common.iter().map(|column| take(column, &taken, None)).collect::<Result<Vec<_>, _>>()?;
    for name in names {
        let parts: Vec<ArrayRef> = entries.iter().zip(&filled).map(|(entry, columns)| found(name, entry, columns, rows)).collect();
        let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        columns.push(take(&concat(&parts)?, &places, None)?);
    }
    Ok(Unfolded { columns, origins })
}

/// The column of an entry by its canonical name; nulls where the entry does not have it.
fn found(name: &Column, entry: &[Column], columns: &[ArrayRef], rows: usize) -> ArrayRef {
    let place = entry.iter().position(|mapped| mapped.schema.name == name.schema.name);
    place.and_then(|place| columns.get(place).cloned()).unwrap_or_else(|| text::nulls(rows))
}
