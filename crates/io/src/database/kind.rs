//! Columns of the tables that are written.

use arrow_schema::{DataType, Field, Schema};

/// A column to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TargetColumn {
    pub(super) name: String,
    pub(super) kind: TargetKind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetKind {
    Text,
    Texts,
    Json,
    Flag,
    Integer,
    BigInteger,
    Number,
    Decimal { digits: u8, decimals: i8 },
    Date,
    Time,
}

/// Columns that hold JSON, which Arrow has no type for.
const JSON: [&str; 2] = ["facts", "manifest"];

impl TargetColumn {
    /// The columns of a batch; an error names one that has no counterpart.
    pub(super) fn of_schema(schema: &Schema) -> Result<Vec<Self>, String> {
        schema.fields().iter().map(|field| Self::of_field(field)).collect()
    }

    fn of_field(field: &Field) -> Result<Self, String> {
        let kind = match field.data_type() {
            DataType::Utf8 if JSON.contains(&field.name().as_str()) => TargetKind::Json,
            DataType::Utf8 => TargetKind::Text,
            DataType::List(item) if item.data_type() == &DataType::Utf8 => TargetKind::Texts,
            DataType::Boolean => TargetKind::Flag,
            DataType::Int32 => TargetKind::Integer,
            DataType::Int64 => TargetKind::BigInteger,
            DataType::Float64 => TargetKind::Number,
            DataType::Decimal128(digits, decimals) => TargetKind::Decimal { digits: *digits, decimals: *decimals },
            DataType::Date32 => TargetKind::Date,
            DataType::Timestamp(_, None) => TargetKind::Time,
            other => return Err(format!("column `{}` is {other}, which no column of a database can be made from", field.name())),
        };
        Ok(Self { name: field.name().clone(), kind })
    }
}
