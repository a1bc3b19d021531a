//! Columns in the canonical types.

use std::fmt::Write;
use std::sync::Arc;

use anyhow::Result;
use arrow_array::builder::StringBuilder;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{Field, Schema};

use crate::clock::{Day, Time};

/// Columns in order, all nullable so that every batch has one schema.
#[derive(Default)]
pub(super) struct Table {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl Table {
    pub(super) fn with(mut self, name: &str, column: impl Array + 'static) -> Self {
        self.fields.push(Field::new(name, column.data_type().clone(), true));
        self.columns.push(Arc::new(column));
        self
    }

    pub(super) fn batch(self) -> Result<RecordBatch> {
        Ok(RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.columns)?)
    }
}

/// Text that already exists.
pub(super) fn text<'a>(values: impl Iterator<Item = Option<&'a str>>) -> StringArray {
    values.collect()
}

/// A letter and a zero-padded number.
pub(super) fn ids(letter: char, width: usize, numbers: impl Iterator<Item = Option<u64>>) -> StringArray {
    let mut builder = StringBuilder::new();
    let mut text = String::with_capacity(20);
    for number in numbers {
        match number {
            Some(number) => {
                text.clear();
                // Writing to a string cannot fail.
                let _ = write!(text, "{letter}{number:0width$}");
                builder.append_value(&text);
            }
            None => builder.append_null(),
        }
    }
    builder.finish()
}

fn decimal(values: impl Iterator<Item = Option<i64>>, scale: i8) -> Result<Decimal128Array> {
    let array: Decimal128Array = values.map(|value| value.map(i128::from)).collect();
    Ok(array.with_precision_and_scale(18, scale)?)
}

/// Fen as yuan with two places.
pub(super) fn money(values: impl Iterator<Item = Option<i64>>) -> Result<Decimal128Array> {
    decimal(values, 2)
}

/// Ten-thousandths.
pub(super) fn quantity(values: impl Iterator<Item = i64>) -> Result<Decimal128Array> {
    decimal(values.map(Some), 4)
}

/// Quantities, some of them unknown.
pub(super) fn maybe_quantity(values: impl Iterator<Item = Option<i64>>) -> Result<Decimal128Array> {
    decimal(values, 4)
}

/// Millionths of a yuan.
pub(super) fn unit_price(values: impl Iterator<Item = i64>) -> Result<Decimal128Array> {
    decimal(values.map(Some), 6)
}

/// Microseconds, since Parquet has no type for whole seconds.
pub(super) fn time(values: impl Iterator<Item = Option<Time>>) -> TimestampMicrosecondArray {
    values.map(|time| time.map(|second| second * 1_000_000)).collect()
}

pub(super) fn date(values: impl Iterator<Item = Option<Day>>) -> Date32Array {
    values.collect()
}

pub(super) fn flag(values: impl Iterator<Item = bool>) -> BooleanArray {
    values.map(Some).collect()
}

pub(super) fn whole(values: impl Iterator<Item = Option<i32>>) -> Int32Array {
    values.collect()
}

pub(super) fn real(values: impl Iterator<Item = f64>) -> Float64Array {
    values.map(Some).collect()
}
