//! One column of a chunk from Arrow to its stored form.

use super::parse::{self, Rounded};
use crate::tables::Stored;
use crate::tables::dictionary::{Dictionary, mark};
use crate::tables::value::{Cell, CodeList, Date, Domain, Fen, Kind, Quantity, Time, UnitPrice};
use crate::tables::{Labels, value};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampSecondType};
use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use std::collections::BTreeMap;

/// A column of a chunk in stored form. Keys are local to the chunk until they are merged into the shared dictionary.
pub(super) struct Encoded {
    pub(super) stored: Stored,
    pub(super) keys: Option<Dictionary>,
    pub(super) faults: Vec<Fault>,
    pub(super) notes: Notes,
}

/// A value that could not be read.
pub(super) struct Fault {
    pub(super) row: usize,
    pub(super) value: String,
    pub(super) reason: &'static str,
}

/// What was tolerated, for the manifest.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) rounded: u64,
    pub(super) other: BTreeMap<String, u64>,
}

/// How values are read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// Offset of the data set's zone from UTC.
    pub(super) zone_seconds: i32,
    /// Whether the texts behind marks are kept.
    pub(super) with_texts: bool,
}

/// Encodes a column; an error names the Arrow type that cannot be read as `kind`.
pub(super) fn encode(array: &ArrayRef, kind: Kind, reading: Reading) -> Result<Encoded, String> {
    if let Some(keys) = array.as_any_dictionary_opt() {
        return encode_dictionary(array, keys.keys(), keys.values(), kind, reading);
    }
    let mut column = Encoder { array, faults: Vec::new(), notes: Notes::default() };
    let (stored, keys) = match kind {
        Kind::Key(domain) => column.keys(domain)?,
        Kind::Mark(_) => column.marks(reading.with_texts)?,
        Kind::Label => (column.labels()?, None),
        Kind::Code(list) => (column.codes(list)?, None),
        Kind::Money => (Stored::I64(column.scaled(2, Fen::NULL)?), None),
        Kind::Quantity => (Stored::I64(column.scaled(4, Quantity::NULL)?), None),
        Kind::UnitPrice => (Stored::I64(column.scaled(6, UnitPrice::NULL)?), None),
        Kind::Number => (Stored::F64(column.numbers()?), None),
        Kind::Integer => (Stored::I32(column.integers()?), None),
        Kind::Time => (Stored::U32(column.times(reading)?), None),
        Kind::Date => (Stored::I32(column.dates(reading)?), None),
        Kind::Flag => (Stored::U8(column.flags()?), None),
    };
    Ok(Encoded { stored, keys, faults: column.faults, notes: column.notes })
}

/// Encodes the distinct values once and spreads them over the rows.
fn encode_dictionary(array: &ArrayRef, keys: &dyn Array, values: &ArrayRef, kind: Kind, reading: Reading) -> Result<Encoded, String> {
    if matches!(kind, Kind::Label) {
        return encode(&plain(array, &DataType::Utf8)?, kind, reading);
    }
    let distinct = encode(values, kind, reading)?;
    let keys = if keys.data_type() == &DataType::Int32 { keys.slice(0, keys.len()) } else { plain(keys, &DataType::Int32)? };
    let keys = keys.as_primitive::<Int32Type>();
    let row_key = |row: usize| (!keys.is_null(row)).then(|| keys.value(row) as usize);
    let spread = |null: Stored, values: &Stored| spread(null, values, keys.len(), row_key);
    let stored = match &distinct.stored {
        values @ Stored::U8(_) => spread(Stored::U8(vec![u8::MAX]), values),
        values @ Stored::U32(_) => spread(Stored::U32(vec![u32::MAX]), values),
        values @ Stored::U64(_) => spread(Stored::U64(vec![u64::MAX]), values),
        values @ Stored::I32(_) => spread(Stored::I32(vec![i32::MIN]), values),
        values @ Stored::I64(_) => spread(Stored::I64(vec![i64::MIN]), values),
        values @ Stored::F64(_) => spread(Stored::F64(vec![f64::NAN]), values),
        Stored::Labels(_) => return Err("labels have no dictionary".into()),
    };
    let mut faults = Vec::new();
    for fault in distinct.faults {
        let rows = (0..keys.len()).filter(|&row| row_key(row) == Some(fault.row));
        faults.extend(rows.map(|row| Fault { row, value: fault.value.clone(), reason: fault.reason }));
    }
    // What is tolerated is counted by row, not by distinct value.
    let tolerated = distinct.notes.rounded > 0 || !distinct.notes.other.is_empty();
    let notes = if tolerated { encode(&plain(array, values.data_type())?, kind, reading)?.notes } else { distinct.notes };
    Ok(Encoded { stored, keys: distinct.keys, faults, notes })
}

fn spread(null: Stored, values: &Stored, rows: usize, row_key: impl Fn(usize) -> Option<usize>) -> Stored {
    macro_rules! spread {
        ($case:ident, $null:expr, $values:expr) => {
            Stored::$case((0..rows).map(|row| row_key(row).and_then(|key| $values.get(key).copied()).unwrap_or($null[0])).collect())
        };
    }
    match (null, values) {
        (Stored::U8(null), Stored::U8(values)) => spread!(U8, null, values),
        (Stored::U32(null), Stored::U32(values)) => spread!(U32, null, values),
        (Stored::U64(null), Stored::U64(values)) => spread!(U64, null, values),
        (Stored::I32(null), Stored::I32(values)) => spread!(I32, null, values),
        (Stored::I64(null), Stored::I64(values)) => spread!(I64, null, values),
        (Stored::F64(null), Stored::F64(values)) => spread!(F64, null, values),
        (null, _) => null,
    }
}

fn plain(array: &dyn Array, to: &DataType) -> Result<ArrayRef, String> {
    cast(array, to).map_err(|_| format!("a column of type {} cannot be read here", array.data_type()))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn is_decimal(data_type: &DataType) -> bool {
    use DataType::{Decimal32, Decimal64, Decimal128, Decimal256};
    matches!(data_type, Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..))
}

struct Encoder<'a> {
    array: &'a ArrayRef,
    faults: Vec<Fault>,
    notes: Notes,
}

impl Encoder<'_> {
    /// Calls `visit` with each trimmed text; an empty text counts as missing.
    fn each_text(&self, mut visit: impl FnMut(usize, Option<&str>)) -> Result<(), String> {
        #[inline]
        fn clean(text: Option<&str>) -> Option<&str> {
            let text = text?;
            // Most texts begin and end with a letter or digit of ASCII, which tells that there is nothing to trim.
            match text.as_bytes() {
                [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => Some(text),
                _ => Some(text.trim()).filter(|text| !text.is_empty()),
            }
        }
        macro_rules! visit_all {
            ($array:expr) => {
                for (row, text) in $array.iter().enumerate() {
                    visit(row, clean(text));
                }
            };
        }
        match self.array.data_type() {
            DataType::Utf8 => visit_all!(self.array.as_string::<i32>()),
            DataType::LargeUtf8 => visit_all!(self.array.as_string::<i64>()),
            DataType::Utf8View => visit_all!(self.array.as_string_view()),
            DataType::Null => (0..self.array.len()).for_each(|row| visit(row, None)),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => {
                // pandas turns whole numbers with gaps into floats.
                for (row, number) in plain(self.array, &DataType::Float64)?.as_primitive::<Float64Type>().iter().enumerate() {
                    let text = number.filter(|number| number.is_finite()).map(|number| number.to_string());
                    visit(row, text.as_deref());
                }
            }
            _ => visit_all!(plain(self.array, &DataType::Utf8)?.as_string::<i32>()),
        }
        Ok(())
    }

    /// Reads every text with `parse`; what cannot be read becomes a fault and null.
    fn parse_texts<S: Copy>(&mut self, null: S, mut parse: impl FnMut(&str) -> Result<S, &'static str>) -> Result<Vec<S>, String> {
        let mut values = Vec::with_capacity(self.array.len());
        let mut faults = Vec::new();
        self.each_text(|row, text| {
            let value = text.map_or(Ok(null), &mut parse);
            values.push(value.unwrap_or_else(|reason| {
                faults.push(Fault { row, value: text.unwrap_or_default().to_owned(), reason });
                null
            }));
        })?;
        self.faults.extend(faults);
        Ok(values)
    }

    /// Reads every number with `convert`; what cannot be read becomes a fault and null.
    fn convert<N: Copy + ToString, S: Copy>(
        &mut self,
        numbers: impl Iterator<Item = Option<N>>,
        null: S,
        mut convert: impl FnMut(N) -> Result<S, &'static str>,
    ) -> Vec<S> {
        let faults = &mut self.faults;
        numbers
            .enumerate()
            .map(|(row, number)| {
                let value = number.map_or(Ok(null), &mut convert);
                value.unwrap_or_else(|reason| {
                    faults.push(Fault { row, value: number.map(|n| n.to_string()).unwrap_or_default(), reason });
                    null
                })
            })
            .collect()
    }

    /// Keys into a dictionary of the chunk. Where equal texts mostly lie together, only runs are put together: a text that comes again stands twice
    /// in the dictionary, which saves looking each one up.
    fn keys(&self, domain: Domain) -> Result<(Stored, Option<Dictionary>), String> {
        let comes_in_runs = matches!(domain, Domain::Claim | Domain::Visit | Domain::Person);
        let mut dictionary = Dictionary::default();
        let mut keys: Vec<u32> = Vec::with_capacity(self.array.len());
        let mut last = u32::MAX;
        self.each_text(|_, text| {
            let key = match text {
                None => u32::MAX,
                Some(text) if last != u32::MAX && dictionary.text(last) == text => last,
                Some(text) => {
                    last = if comes_in_runs { dictionary.push(text) } else { dictionary.intern(text) };
                    last
                }
            };
            keys.push(key);
        })?;
        Ok((Stored::U32(keys), Some(dictionary)))
    }

    fn marks(&self, with_texts: bool) -> Result<(Stored, Option<Dictionary>), String> {
        let mut texts = with_texts.then(Dictionary::default);
        let mut marks = Vec::with_capacity(self.array.len());
        self.each_text(|_, text| {
            marks.push(text.map_or(u64::MAX, mark));
            if let (Some(texts), Some(text)) = (&mut texts, text) {
                texts.intern(text);
            }
        })?;
        Ok((Stored::U64(marks), texts))
    }

    fn labels(&mut self) -> Result<Stored, String> {
        let mut labels = Labels::default();
        let mut faults = Vec::new();
        self.each_text(|row, text| {
            let text = text.unwrap_or_default();
            if text.len() > Labels::LONGEST {
                faults.push(Fault { row, value: text.chars().take(40).collect(), reason: "longer than 65,535 bytes" });
            }
            labels.push(if text.len() > Labels::LONGEST { "" } else { text });
        })?;
        self.faults.extend(faults);
        Ok(Stored::Labels(labels))
    }

    fn codes(&mut self, list: &'static CodeList) -> Result<Stored, String> {
        let mut other = BTreeMap::new();
        let codes = self.parse_texts(u8::MAX, |text| {
            let known = list.words.iter().position(|word| word.eq_ignore_ascii_case(text));
            Ok(known.map_or_else(
                || {
                    *other.entry(text.to_owned()).or_insert(0) += 1;
                    list.other
                },
                |position| position as u8,
            ))
        })?;
        self.notes.other = other;
        Ok(Stored::U8(codes))
    }

    fn scaled(&mut self, scale: u32, null: i64) -> Result<Vec<i64>, String> {
        let mut rounded = 0;
        let mut count = |result: Result<Rounded, &'static str>| {
            result.map(|(value, is_rounded)| {
                rounded += u64::from(is_rounded);
                value
            })
        };
        let data_type = self.array.data_type().clone();
        let values = if is_text(&data_type) || data_type == DataType::Null {
            self.parse_texts(null, |text| count(parse::decimal(text, scale)))?
        } else if let DataType::Decimal128(_, decimals) = data_type
            && i32::from(decimals) == scale as i32
        {
            // The common case: nothing to rescale, only to narrow.
            let numbers = self.array.as_primitive::<Decimal128Type>();
            self.convert(numbers.iter(), null, |n| i64::try_from(n).map_err(|_| parse::TOO_LARGE))
        } else if is_decimal(&data_type) {
            let (numbers, decimals) = decimals(self.array)?;
            self.convert(numbers.as_primitive::<Decimal128Type>().iter(), null, |n| count(parse::rescale(n, decimals, scale)))
        } else if data_type.is_floating() {
            let numbers = plain(self.array, &DataType::Float64)?;
            self.convert(numbers.as_primitive::<Float64Type>().iter().map(missing_nan), null, |n| count(parse::from_float(n, scale)))
        } else if data_type.is_integer() {
            let numbers = plain(self.array, &DataType::Int64)?;
            self.convert(numbers.as_primitive::<Int64Type>().iter(), null, |n| count(parse::rescale(n.into(), 0, scale)))
        } else {
            return Err(format!("a column of type {data_type} cannot be read as a number"));
        };
        self.notes.rounded = rounded;
        Ok(values)
    }

    fn numbers(&mut self) -> Result<Vec<f64>, String> {
        if is_text(self.array.data_type()) {
            return self.parse_texts(f64::NAN, |text| text.parse().map_err(|_| "not a number; write digits with one decimal point"));
        }
        Ok(plain(self.array, &DataType::Float64)?.as_primitive::<Float64Type>().iter().map(|n| n.unwrap_or(f64::NAN)).collect())
    }

    fn integers(&mut self) -> Result<Vec<i32>, String> {
        let whole = self.scaled(0, i64::MIN)?;
        let given = whole.into_iter().map(|value| (value != i64::MIN).then_some(value));
        Ok(self.convert(given, i32::MIN, |value| i32::try_from(value).map_err(|_| "too large a number")))
    }

    fn times(&mut self, reading: Reading) -> Result<Vec<u32>, String> {
        match self.array.data_type().clone() {
            DataType::Timestamp(_, zone) => {
                let seconds = plain(self.array, &DataType::Timestamp(TimeUnit::Second, None))?;
                let shift = if zone.is_some() { i64::from(reading.zone_seconds) } else { 0 };
                let seconds = seconds.as_primitive::<TimestampSecondType>();
                Ok(self.convert(seconds.iter(), Time::NULL, |n| parse::from_seconds(n.saturating_add(shift)).map(|time| time.0)))
            }
            DataType::Date32 | DataType::Date64 => {
                let days = plain(self.array, &DataType::Date32)?;
                let day_start = |day: i32| parse::from_seconds(i64::from(day) * i64::from(value::SECONDS_PER_DAY));
                Ok(self.convert(days.as_primitive::<Date32Type>().iter(), Time::NULL, |day| day_start(day).map(|time| time.0)))
            }
            _ => self.parse_texts(Time::NULL, |text| parse::time(text, reading.zone_seconds).map(|time| time.0)),
        }
    }

    fn dates(&mut self, reading: Reading) -> Result<Vec<i32>, String> {
        match self.array.data_type() {
            DataType::Date32 | DataType::Date64 => {
                let days = plain(self.array, &DataType::Date32)?;
                Ok(self
                    .convert(days.as_primitive::<Date32Type>().iter(), Date::NULL, |day| parse::from_days(day.into()).map(|date| date.0)))
            }
            DataType::Timestamp(_, zone) => {
                let shift = if zone.is_some() { i64::from(reading.zone_seconds) } else { 0 };
                let seconds = plain(self.array, &DataType::Timestamp(TimeUnit::Second, None))?;
                let seconds = seconds.as_primitive::<TimestampSecondType>();
                let day = |n: i64| n.saturating_add(shift).div_euclid(i64::from(value::SECONDS_PER_DAY));
                Ok(self.convert(seconds.iter(), Date::NULL, |n| parse::from_days(day(n)).map(|date| date.0)))
            }
            _ => self.parse_texts(Date::NULL, |text| parse::date(text).map(|date| date.0)),
        }
    }

    fn flags(&mut self) -> Result<Vec<u8>, String> {
        if self.array.data_type() == &DataType::Boolean {
            return Ok(self.array.as_boolean().iter().map(|flag| flag.map_or(u8::MAX, u8::from)).collect());
        }
        self.parse_texts(u8::MAX, |text| parse::flag(text.trim_end_matches(".0")).map(u8::from))
    }
}

fn missing_nan(number: Option<f64>) -> Option<f64> {
    number.filter(|number| !number.is_nan())
}

/// Any decimal array as 128 bits, with its number of decimals.
fn decimals(array: &ArrayRef) -> Result<(ArrayRef, i32), String> {
    let decimals = match array.data_type() {
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => {
            *scale
        }
        _ => 0,
    };
    Ok((plain(array, &DataType::Decimal128(38, decimals))?, i32::from(decimals)))
}
