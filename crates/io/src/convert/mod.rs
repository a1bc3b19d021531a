//! From the columns of a file to canonical columns.

mod sum;
mod text;
mod zone;

use crate::layout::{Layout, Mapped, Source, Zone};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow_schema::{ArrowError, Field, Schema};
use arrow_select::concat::concat;
use arrow_select::take::take;
use claimsift::tables::value::Kind;
use std::sync::Arc;
use text::Blanks;

/// Turns batches of a file's columns into batches of canonical columns.
pub(crate) struct Converter {
    columns: Vec<Mapped<usize>>,
    entries: Vec<Vec<Mapped<usize>>>,
    blanks: Blanks,
    zone: Zone,
}

/// Canonical rows; with `origins` where they are not one for one the rows of the file.
pub(crate) struct Converted {
    pub(crate) batch: RecordBatch,
    pub(crate) origins: Option<Vec<usize>>,
}

impl Converter {
    /// `columns` and `entries` name positions in the batches to come.
    pub(crate) fn new(columns: Vec<Mapped<usize>>, entries: Vec<Vec<Mapped<usize>>>, layout: &Layout) -> Self {
        Self { columns, entries, blanks: Blanks::new(layout.nulls()), zone: layout.zone() }
    }

    pub(crate) fn convert(&self, batch: &RecordBatch) -> Result<Converted, ArrowError> {
        let cells = batch.columns().iter().map(|column| self.blanks.clear(column)).collect::<Result<Vec<_>, _>>()?;
        let common = self.gather(&self.columns, &cells, batch.num_rows())?;
        if self.entries.is_empty() {
            let batch = assemble(self.columns.iter(), common, batch.num_rows())?;
            return Ok(Converted { batch, origins: None });
        }
        self.unfold(&common, &cells, batch.num_rows())
    }

    fn gather(&self, columns: &[Mapped<usize>], cells: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, ArrowError> {
        columns.iter().map(|mapped| self.column(mapped, cells, rows)).collect()
    }

    fn column(&self, mapped: &Mapped<usize>, cells: &[ArrayRef], rows: usize) -> Result<ArrayRef, ArrowError> {
        let pick = |columns: &[usize]| columns.iter().map(|&column| cells[column].clone()).collect::<Vec<_>>();
        let column = match &mapped.source {
            Source::From { column, codes } if codes.is_empty() => cells[*column].clone(),
            Source::From { column, codes } => text::recode(&cells[*column], codes)?,
            Source::Value(value) => text::repeat(value, rows),
            Source::Sum { columns, missing } => sum::sum(&pick(columns), missing.as_deref())?,
            Source::Join { columns, with } => text::join(&pick(columns), with)?,
        };
        if matches!(mapped.schema.kind, Kind::Time | Kind::Date) { zone::localise(&column, self.zone) } else { Ok(column) }
    }

    /// One row per entry that has a value from the file, in the order of the rows and then of the entries.
    fn unfold(&self, common: &[ArrayRef], cells: &[ArrayRef], rows: usize) -> Result<Converted, ArrowError> {
        let mut filled = Vec::with_capacity(self.entries.len());
        let mut names: Vec<&Mapped<usize>> = Vec::new();
        for entry in &self.entries {
            let columns = self.gather(entry, cells, rows)?;
            filled.push(columns.iter().map(text::plain).collect::<Result<Vec<_>, _>>()?);
            names
                .extend(entry.iter().filter(|mapped| !names.iter().any(|name| name.schema.name == mapped.schema.name)).collect::<Vec<_>>());
        }
        let mut origins = Vec::new();
        let mut places = Vec::new();
        for row in 0..rows {
            for (index, (entry, columns)) in self.entries.iter().zip(&filled).enumerate() {
                let mut given = entry.iter().zip(columns).filter(|(mapped, _)| !mapped.source.columns().is_empty());
                if given.any(|(_, column)| column.is_valid(row)) {
                    origins.push(row);
                    places.push((index * rows + row) as u64);
                }
            }
        }
        let places = UInt64Array::from(places);
        let rows_taken = UInt64Array::from_iter_values(origins.iter().map(|&row| row as u64));
        let mut columns = common.iter().map(|column| take(column, &rows_taken, None)).collect::<Result<Vec<_>, _>>()?;
        for name in &names {
            let parts: Vec<ArrayRef> =
                self.entries.iter().zip(&filled).map(|(entry, columns)| text::found(name, entry, columns, rows)).collect();
            let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
            columns.push(take(&concat(&parts)?, &places, None)?);
        }
        let batch = assemble(self.columns.iter().chain(names), columns, origins.len())?;
        Ok(Converted { batch, origins: Some(origins) })
    }
}

fn assemble<'a>(names: impl Iterator<Item = &'a Mapped<usize>>, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<_> =
        names.zip(&columns).map(|(mapped, column)| Field::new(mapped.schema.name, column.data_type().clone(), true)).collect();
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &RecordBatchOptions::new().with_row_count(Some(rows)))
}
