//! The rows of the canonical Parquet files as texts.

use std::fmt::Write;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::clock::{DAY, civil, day_of};

/// Rows decoded at a time.
const BATCH: usize = 8_192;

/// What a column of texts holds, for files that tell numbers from texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Moment,
}

/// Some rows of a table.
#[derive(Clone)]
pub(super) struct Texts {
    names: Arc<[String]>,
    columns: Vec<StringArray>,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    texts: &'a Texts,
    row: usize,
}

impl Texts {
    /// Rows made otherwise than by reading a file; every column as long as the first.
    pub(super) fn of(columns: Vec<(&str, Vec<Option<String>>)>) -> Self {
        let names = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        Self { names, columns: columns.into_iter().map(|(_, values)| values.into_iter().collect()).collect() }
    }

    pub(super) fn rows(&self) -> usize {
        self.columns.first().map_or(0, Array::len)
    }

    pub(super) fn record(&self, row: usize) -> Record<'_> {
        Record { texts: self, row }
    }

    pub(super) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        (0..self.rows()).map(|row| self.record(row))
    }
}

impl<'a> Record<'a> {
    /// The value of a column; nothing where the row has none or the table lacks the column.
    pub(super) fn get(self, column: &str) -> Option<&'a str> {
        let position = self.texts.names.iter().position(|name| name == column)?;
        let values = &self.texts.columns[position];
        values.is_valid(self.row).then(|| values.value(self.row))
    }

    /// The value of a column, empty where there is none.
    pub(super) fn text(self, column: &str) -> &'a str {
        self.get(column).unwrap_or_default()
    }

    pub(super) fn is(self, column: &str, value: &str) -> bool {
        self.get(column) == Some(value)
    }
}

/// A table read front to back.
pub(super) struct Table {
    reader: ParquetRecordBatchReader,
    names: Arc<[String]>,
    kinds: Vec<Kind>,
}

impl Table {
    pub(super) fn open(folder: &Path, table: &str) -> Result<Self> {
        let path = folder.join(format!("{table}.parquet"));
        let file = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).with_context(|| format!("cannot read {}", path.display()))?;
        let fields = builder.schema().fields().clone();
        Ok(Self {
            reader: builder.with_batch_size(BATCH).build()?,
            names: fields.iter().map(|field| field.name().clone()).collect(),
            kinds: fields.iter().map(|field| kind(field.data_type())).collect(),
        })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    fn texts(&self, batch: &RecordBatch) -> Result<Texts> {
        let columns = batch.columns().iter().map(written).collect::<Result<_>>()?;
        Ok(Texts { names: Arc::clone(&self.names), columns })
    }
}

impl Iterator for Table {
    type Item = Result<Texts>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.next()?;
        Some(batch.map_err(anyhow::Error::from).and_then(|batch| self.texts(&batch)))
    }
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Timestamp(..) | DataType::Date32 => Kind::Moment,
        data_type if data_type.is_numeric() => Kind::Number,
        _ => Kind::Text,
    }
}

/// A column as texts: moments as `YYYY-MM-DD HH:MM:SS`, days as `YYYY-MM-DD`, decimals with all their places.
fn written(column: &ArrayRef) -> Result<StringArray> {
    Ok(match column.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            let moments = column.as_primitive::<TimestampMicrosecondType>();
            moments.iter().map(|moment| moment.map(|moment| moment_text(moment.div_euclid(1_000_000)))).collect()
        }
        DataType::Date32 => column.as_primitive::<Date32Type>().iter().map(|day| day.map(day_text)).collect(),
        _ => cast(column, &DataType::Utf8)?.as_string::<i32>().clone(),
    })
}

fn day_text(number: i32) -> String {
    let (year, month, day) = civil(number);
    format!("{year:04}-{month:02}-{day:02}")
}

fn moment_text(seconds: i64) -> String {
    let second = seconds.rem_euclid(DAY);
    let mut text = day_text(day_of(seconds));
    // Writing to a string cannot fail.
    let _ = write!(text, " {:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    text
}

/// The claims of a data set, followed along with a table in the same order.
pub(super) struct Follower {
    table: Table,
    texts: Option<Texts>,
    row: usize,
}

impl Follower {
    pub(super) fn open(folder: &Path, table: &str) -> Result<Self> {
        Ok(Self { table: Table::open(folder, table)?, texts: None, row: 0 })
    }

    /// Goes on to the first row from here whose `claim_id` is the given one; rows before it are passed over.
    pub(super) fn seek(&mut self, claim: &str) -> Result<Option<Record<'_>>> {
        while let Some(at) = self.current()? {
            if at.as_str() >= claim {
                break;
            }
            self.row += 1;
        }
        let texts = self.texts.as_ref().filter(|texts| self.row < texts.rows());
        Ok(texts.map(|texts| texts.record(self.row)).filter(|record| record.is("claim_id", claim)))
    }

    /// Goes on past the row.
    pub(super) fn pass(&mut self) {
        self.row += 1;
    }

    fn current(&mut self) -> Result<Option<String>> {
        while self.texts.as_ref().is_none_or(|texts| self.row >= texts.rows()) {
            let Some(texts) = self.table.next().transpose()? else { return Ok(None) };
            (self.texts, self.row) = (Some(texts), 0);
        }
        Ok(self.texts.as_ref().map(|texts| texts.record(self.row).text("claim_id").to_owned()))
    }
}
