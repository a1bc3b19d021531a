//! Builds a batch column by column.

use crate::tables::value::{Date, Fen, Time};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, new_empty_array,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use std::sync::Arc;

/// The kinds of result columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Texts,
    Number,
    Money,
}

/// Columns so far.
#[derive(Default)]
pub(super) struct Batch {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

/// A decimal column with the given number of decimals.
pub(super) fn decimal(values: impl Iterator<Item = Option<i64>>, scale: i8) -> ArrayRef {
    let array: Decimal128Array = values.map(|value| value.map(i128::from)).collect();
    Arc::new(array.with_data_type(DataType::Decimal128(18, scale)))
}

impl Batch {
    pub(super) fn column(mut self, name: &str, column: ArrayRef) -> Self {
        self.fields.push(Field::new(name, column.data_type().clone(), true));
        self.columns.push(column);
        self
    }

    pub(super) fn text<S: AsRef<str>>(self, name: &str, values: impl Iterator<Item = Option<S>>) -> Self {
        self.column(name, Arc::new(values.collect::<StringArray>()))
    }

    pub(super) fn texts<'a>(self, name: &str, values: impl Iterator<Item = &'a [String]>) -> Self {
        let mut list = ListBuilder::new(StringBuilder::new());
        for value in values {
            value.iter().for_each(|text| list.values().append_value(text));
            list.append(true);
        }
        self.column(name, Arc::new(list.finish()))
    }

    pub(super) fn number(self, name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        self.column(name, Arc::new(values.collect::<Float64Array>()))
    }

    pub(super) fn count(self, name: &str, values: impl Iterator<Item = Option<u64>>) -> Self {
        self.column(name, Arc::new(values.map(|value| value.map(|value| value as i64)).collect::<Int64Array>()))
    }

    pub(super) fn integer(self, name: &str, values: impl Iterator<Item = Option<i32>>) -> Self {
        self.column(name, Arc::new(values.collect::<Int32Array>()))
    }

    pub(super) fn flag(self, name: &str, values: impl Iterator<Item = Option<bool>>) -> Self {
        self.column(name, Arc::new(values.collect::<BooleanArray>()))
    }

    pub(super) fn money(self, name: &str, values: impl Iterator<Item = Option<Fen>>) -> Self {
        self.column(name, decimal(values.map(|value| value.map(|fen| fen.0)), 2))
    }

    pub(super) fn date(self, name: &str, values: impl Iterator<Item = Option<Date>>) -> Self {
        self.column(name, Arc::new(values.map(|value| value.map(|date| date.0)).collect::<Date32Array>()))
    }

    pub(super) fn time(self, name: &str, values: impl Iterator<Item = Option<Time>>) -> Self {
        self.column(name, times(values))
    }

    pub(super) fn empty(columns: &[(&'static str, Kind)]) -> RecordBatch {
        columns.iter().fold(Self::default(), |batch, (name, kind)| batch.column(name, new_empty_array(&kind.data_type()))).finish()
    }

    pub(super) fn finish(self) -> RecordBatch {
        let schema = Arc::new(Schema::new(self.fields));
        // Every column is built over the same rows; should one differ, the batch without rows keeps the schema true.
        RecordBatch::try_new(Arc::clone(&schema), self.columns).unwrap_or_else(|_| RecordBatch::new_empty(schema))
    }
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Texts => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
            Self::Number => DataType::Float64,
            Self::Money => DataType::Decimal128(18, 2),
        }
    }
}

/// The type of local times in all outputs; Parquet has none for whole seconds.
pub(super) const TIME: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

/// A column of local times.
pub(super) fn times(values: impl Iterator<Item = Option<Time>>) -> ArrayRef {
    Arc::new(values.map(|value| value.map(|time| i64::from(time.0) * 1_000_000)).collect::<TimestampMicrosecondArray>())
}
