//! Columns of a table and their values as Arrow.

use super::numeric;
use arrow_array::builder::{BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, builder::ArrayBuilder};
use arrow_schema::DataType;
use tokio_postgres::types::Type;

/// A column of a table or view.
pub(super) struct SourceColumn {
    pub(super) name: String,
    pub(super) cell: Cell,
}

/// How the values of a column are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Flag,
    /// An integer of two, four or eight bytes.
    Whole,
    /// A float of four or eight bytes.
    Float,
    Numeric,
    Date,
    /// A moment without a zone.
    Local,
    /// A moment in universal time.
    Zoned,
    Text,
    /// Text that is filled up with blanks.
    Padded,
    /// What the server writes as text: enumerations, intervals, identifiers and the like.
    Written,
    /// Lists, structures and bytes.
    Nested,
}

impl Cell {
    /// By the type's number, its kind and its category in `pg_type`.
    pub(super) fn of(oid: u32, kind: &str, category: &str) -> Self {
        match Type::from_oid(oid) {
            Some(Type::BOOL) => Self::Flag,
            Some(Type::INT2 | Type::INT4 | Type::INT8) => Self::Whole,
            Some(Type::FLOAT4 | Type::FLOAT8) => Self::Float,
            Some(Type::NUMERIC) => Self::Numeric,
            Some(Type::DATE) => Self::Date,
            Some(Type::TIMESTAMP) => Self::Local,
            Some(Type::TIMESTAMPTZ) => Self::Zoned,
            Some(Type::TEXT | Type::VARCHAR | Type::NAME) => Self::Text,
            Some(Type::BPCHAR) => Self::Padded,
            Some(Type::BYTEA | Type::JSON | Type::JSONB) => Self::Nested,
            _ if category == "A" || matches!(kind, "c" | "r" | "m") => Self::Nested,
            _ => Self::Written,
        }
    }
}

/// Values of a column so far.
pub(super) struct Column {
    cell: Cell,
    values: Values,
    /// Room to write numbers in.
    text: String,
}

enum Values {
    Flags(BooleanBuilder),
    Whole(Int64Builder),
    Floats(Float64Builder),
    Days(Date32Builder),
    Moments(TimestampMicrosecondBuilder),
    Texts(StringBuilder),
}

/// From 1970-01-01 to 2000-01-01, where the server's days and moments begin.
const DAYS: i32 = 10_957;
const MICROSECONDS: i64 = DAYS as i64 * 86_400_000_000;

impl Column {
    pub(super) fn new(cell: Cell) -> Self {
        let values = match cell {
            Cell::Flag => Values::Flags(BooleanBuilder::new()),
            Cell::Whole => Values::Whole(Int64Builder::new()),
            Cell::Float => Values::Floats(Float64Builder::new()),
            Cell::Date => Values::Days(Date32Builder::new()),
            Cell::Local => Values::Moments(TimestampMicrosecondBuilder::new()),
            Cell::Zoned => Values::Moments(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Cell::Numeric | Cell::Text | Cell::Padded | Cell::Written | Cell::Nested => Values::Texts(StringBuilder::new()),
        };
        Self { cell, values, text: String::new() }
    }

    pub(super) fn data_type(&self) -> DataType {
        match (&self.values, self.cell) {
            (Values::Flags(_), _) => DataType::Boolean,
            (Values::Whole(_), _) => DataType::Int64,
            (Values::Floats(_), _) => DataType::Float64,
            (Values::Days(_), _) => DataType::Date32,
            (Values::Moments(_), Cell::Zoned) => DataType::Timestamp(arrow_schema::TimeUnit::Microsecond, Some("UTC".into())),
            (Values::Moments(_), _) => DataType::Timestamp(arrow_schema::TimeUnit::Microsecond, None),
            (Values::Texts(_), _) => DataType::Utf8,
        }
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        match &mut self.values {
            Values::Flags(values) => ArrayBuilder::finish(values),
            Values::Whole(values) => ArrayBuilder::finish(values),
            Values::Floats(values) => ArrayBuilder::finish(values),
            Values::Days(values) => ArrayBuilder::finish(values),
            Values::Moments(values) => ArrayBuilder::finish(values),
            Values::Texts(values) => ArrayBuilder::finish(values),
        }
    }

    /// Appends a value as it was sent. What cannot be one is appended as missing and said.
    pub(super) fn push(&mut self, sent: Option<&[u8]>) -> Result<(), &'static str> {
        let Some(bytes) = sent else {
            self.push_null();
            return Ok(());
        };
        let outcome = self.push_bytes(bytes);
        if outcome.is_err() {
            self.push_null();
        }
        outcome
    }

    fn push_null(&mut self) {
        match &mut self.values {
            Values::Flags(values) => values.append_null(),
            Values::Whole(values) => values.append_null(),
            Values::Floats(values) => values.append_null(),
            Values::Days(values) => values.append_null(),
            Values::Moments(values) => values.append_null(),
            Values::Texts(values) => values.append_null(),
        }
    }

    fn push_bytes(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        const SHORT: &str = "a value of another length than its type has";
        match &mut self.values {
            Values::Flags(values) => values.append_value(bytes.first().copied().ok_or(SHORT)? != 0),
            Values::Whole(values) => values.append_value(whole(bytes).ok_or(SHORT)?),
            Values::Floats(values) => values.append_value(float(bytes).ok_or(SHORT)?),
            // Without end (or beginning) is what a missing day says, too.
            Values::Days(values) => match bytes.try_into().map(i32::from_be_bytes).map_err(|_| SHORT)? {
                i32::MAX | i32::MIN => values.append_null(),
                days => values.append_value(days.saturating_add(DAYS)),
            },
            Values::Moments(values) => match bytes.try_into().map(i64::from_be_bytes).map_err(|_| SHORT)? {
                i64::MAX | i64::MIN => values.append_null(),
                moment => values.append_value(moment.saturating_add(MICROSECONDS)),
            },
            Values::Texts(values) if self.cell == Cell::Numeric => {
                self.text.clear();
                numeric::write(bytes, &mut self.text).ok_or(SHORT)?;
                values.append_value(&self.text);
            }
            Values::Texts(values) => {
                let text = simdutf8::basic::from_utf8(bytes).map_err(|_| "not UTF-8 text")?;
                values.append_value(if self.cell == Cell::Padded { text.trim_end_matches(' ') } else { text });
            }
        }
        Ok(())
    }
}

fn whole(bytes: &[u8]) -> Option<i64> {
    match bytes.len() {
        2 => bytes.try_into().ok().map(i16::from_be_bytes).map(i64::from),
        4 => bytes.try_into().ok().map(i32::from_be_bytes).map(i64::from),
        8 => bytes.try_into().ok().map(i64::from_be_bytes),
        _ => None,
    }
}

fn float(bytes: &[u8]) -> Option<f64> {
    if let Ok(bytes) = bytes.try_into() {
        // The shortest decimal of the small float is what was meant, not its exact value.
        return f32::from_be_bytes(bytes).to_string().parse().ok();
    }
    bytes.try_into().ok().map(f64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_cast::display::{ArrayFormatter, FormatOptions};

    fn read(cell: Cell, bytes: &[u8]) -> Result<Option<String>, &'static str> {
        let mut column = Column::new(cell);
        column.push(Some(bytes))?;
        let array = column.finish();
        assert_eq!(array.data_type(), &column.data_type());
        let text = ArrayFormatter::try_new(&array, &FormatOptions::default()).expect("a formatter").value(0).to_string();
        Ok((!arrow_array::Array::is_null(&array, 0)).then_some(text))
    }

    #[test]
    fn values_are_read_as_they_are_sent() {
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(read(Cell::Flag, &[1]), some("true"));
        assert_eq!(read(Cell::Whole, &(-7_i16).to_be_bytes()), some("-7"));
        assert_eq!(read(Cell::Whole, &7_i64.to_be_bytes()), some("7"));
        assert_eq!(read(Cell::Float, &0.1_f32.to_be_bytes()), some("0.1"));
        assert_eq!(read(Cell::Date, &9_132_i32.to_be_bytes()), some("2025-01-01"));
        assert_eq!(read(Cell::Local, &1_000_000_i64.to_be_bytes()), some("2000-01-01T00:00:01"));
        assert_eq!(read(Cell::Padded, b"H1  "), some("H1"));
        assert_eq!(read(Cell::Text, "县医院 ".as_bytes()), some("县医院 "));
    }

    #[test]
    fn what_never_ends_is_missing_and_what_is_no_value_is_said() {
        assert_eq!(read(Cell::Date, &i32::MAX.to_be_bytes()), Ok(None));
        assert_eq!(read(Cell::Local, &i64::MIN.to_be_bytes()), Ok(None));
        assert_eq!(read(Cell::Text, b"\xff"), Err("not UTF-8 text"));
        assert!(read(Cell::Whole, &[1, 2, 3]).is_err());
        assert!(read(Cell::Numeric, &[1]).is_err());
    }

    #[test]
    fn lists_structures_and_bytes_are_no_values() {
        assert_eq!(Cell::of(Type::TEXT_ARRAY.oid(), "b", "A"), Cell::Nested);
        assert_eq!(Cell::of(90_000, "c", "C"), Cell::Nested);
        assert_eq!(Cell::of(Type::JSONB.oid(), "b", "U"), Cell::Nested);
        assert_eq!(Cell::of(90_000, "e", "E"), Cell::Written);
        assert_eq!(Cell::of(Type::UUID.oid(), "b", "U"), Cell::Written);
    }
}
