//! From the columns of a file to canonical columns.

mod finest;
mod lookup;
mod sieve;
mod source;
mod split;
mod sum;
mod text;
mod unfold;
mod units;
mod zone;

use crate::layout::{Condition, Layout, Mapped, Zone};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow_schema::{ArrowError, Field, Schema};
use arrow_select::take::take;
use claimsift::tables::value::Kind;
use sieve::Sieved;
use source::values;
use std::sync::Arc;

pub(crate) use lookup::{Loaded, LookupTable};
pub(crate) use text::{Blanks, plain};

/// A canonical column over positions in a batch.
pub(crate) type Column = Mapped<usize, Loaded>;

/// What is to be made of the batches of a file.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) columns: Vec<Column>,
    pub(crate) entries: Vec<Vec<Column>>,
    pub(crate) conditions: Vec<Condition<usize, Loaded>>,
}

/// Turns batches of a file's columns into batches of canonical columns.
pub(crate) struct Converter {
    plan: Plan,
    blanks: Blanks,
    zone: Zone,
}

/// Canonical rows; with `origins` where they are not one for one the rows of the file.
pub(crate) struct Converted {
    pub(crate) batch: RecordBatch,
    pub(crate) origins: Option<Vec<usize>>,
    /// Rows of the file that do not meet a condition, by reason.
    pub(crate) set_aside: Vec<(String, u64)>,
}

/// Columns and the row of the cells from which each of their rows comes.
struct Unfolded {
    columns: Vec<ArrayRef>,
    origins: Vec<usize>,
}

impl Converter {
    /// The plan names positions in the batches to come.
    pub(crate) fn new(plan: Plan, layout: &Layout) -> Self {
        Self { plan, blanks: Blanks::new(layout.nulls()), zone: layout.zone() }
    }

    pub(crate) fn convert(&self, batch: &RecordBatch) -> Result<Converted, ArrowError> {
        let cells = batch.columns().iter().map(|column| self.blanks.clear(column)).collect::<Result<Vec<_>, _>>()?;
        let Sieved { kept, set_aside } = sieve::sieve(&self.plan.conditions, &cells, batch.num_rows())?;
        let (cells, rows) = match &kept {
            None => (cells, batch.num_rows()),
            Some(kept) => (gather(&cells, kept)?, kept.len()),
        };
        let (batch, within) = self.rows(&cells, rows)?;
        let origins = match (within, kept) {
            (Some(within), Some(kept)) => Some(within.into_iter().map(|row| kept[row]).collect()),
            (within, kept) => within.or(kept),
        };
        Ok(Converted { batch, origins, set_aside })
    }

    /// The canonical rows, and where each comes from if they are not one for one.
    fn rows(&self, cells: &[ArrayRef], rows: usize) -> Result<(RecordBatch, Option<Vec<usize>>), ArrowError> {
        let Plan { columns, entries, .. } = &self.plan;
        let common = self.columns(columns, cells, rows)?;
        let is_divided = columns.iter().any(|mapped| !mapped.split.is_empty());
        if entries.is_empty() && !is_divided {
            return Ok((assemble(columns.iter(), common, rows)?, None));
        }
        if is_divided {
            let Unfolded { columns: divided, origins } = split::split(columns, &common, rows)?;
            return Ok((assemble(columns.iter(), divided, origins.len())?, Some(origins)));
        }
        let filled = entries.iter().map(|entry| self.columns(entry, cells, rows)).collect::<Result<Vec<_>, _>>()?;
        let names = unfold::names(entries);
        let Unfolded { columns: unfolded, origins } = unfold::unfold(entries, &names, &common, filled, rows)?;
        Ok((assemble(columns.iter().chain(names), unfolded, origins.len())?, Some(origins)))
    }

    fn columns(&self, columns: &[Column], cells: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, ArrowError> {
        let column = |mapped: &Column| {
            let column = values(&mapped.source, cells, rows)?;
            if matches!(mapped.schema.kind, Kind::Time | Kind::Date) { zone::localise(&column, self.zone) } else { Ok(column) }
        };
        columns.iter().map(column).collect()
    }
}

fn gather(columns: &[ArrayRef], rows: &[usize]) -> Result<Vec<ArrayRef>, ArrowError> {
    let rows = UInt64Array::from_iter_values(rows.iter().map(|&row| row as u64));
    columns.iter().map(|column| take(column, &rows, None)).collect()
}

fn assemble<'a>(names: impl Iterator<Item = &'a Column>, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<_> =
        names.zip(&columns).map(|(mapped, column)| Field::new(mapped.schema.name, column.data_type().clone(), true)).collect();
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &RecordBatchOptions::new().with_row_count(Some(rows)))
}
