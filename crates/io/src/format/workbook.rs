//! Workbooks: each sheet is a table whose header is its first row that is at least half filled.
//!
//! Cells become texts as they were typed. A number of more than 15 digits has lost some, so that its row is set aside.

use super::identifier::{self, is_rounded};
use super::{BATCH_ROWS, FileColumn, Raw, RawReject, Sink, Wanted};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema};
use calamine::{Data, ExcelDateTime, Range, Reader, Xls, Xlsx, open_workbook};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use claimsift::intake::Rows;
use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

/// The kind of a workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Book {
    Xlsx,
    Xls,
}

enum Opened {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
}

impl Book {
    fn open(self, path: &Path) -> Result<Opened, String> {
        match self {
            Self::Xlsx => {
                open_workbook(path).map(|book| Opened::Xlsx(Box::new(book))).map_err(|error: calamine::XlsxError| error.to_string())
            }
            Self::Xls => open_workbook(path).map(|book| Opened::Xls(Box::new(book))).map_err(|error: calamine::XlsError| error.to_string()),
        }
    }
}

impl Opened {
    fn names(&self) -> Vec<String> {
        match self {
            Self::Xlsx(book) => book.sheet_names(),
            Self::Xls(book) => book.sheet_names(),
        }
    }

    fn range(&mut self, sheet: &str) -> Result<Range<Data>, String> {
        match self {
            Self::Xlsx(book) => book.worksheet_range(sheet).map_err(|error| error.to_string()),
            Self::Xls(book) => book.worksheet_range(sheet).map_err(|error| error.to_string()),
        }
    }
}

/// The sheets that hold a table, in their order.
pub(crate) fn sheets(path: &Path, book: Book) -> Result<Vec<String>, String> {
    let mut opened = book.open(path)?;
    let names = opened.names();
    // A sheet that is a chart has no range.
    let has_table = |name: &String| opened.range(name).is_ok_and(|range| header_row(&range).is_some());
    Ok(names.into_iter().filter(has_table).collect())
}

pub(super) fn head(path: &Path, book: Book, sheet: &str) -> Result<Vec<FileColumn>, String> {
    let range = book.open(path)?.range(sheet)?;
    let at = header_row(&range).ok_or("it has no header")?;
    let cells = range.rows().nth(at).unwrap_or_default();
    let name = |cell: &Data| text(cell).ok().flatten().unwrap_or_default().trim().to_owned();
    Ok(cells.iter().map(|cell| FileColumn { name: name(cell), is_nested: false }).collect())
}

/// The first row with at least as many filled cells as half the width, so that titles above it are passed over.
fn header_row(range: &Range<Data>) -> Option<usize> {
    range.rows().position(|row| 2 * row.iter().filter(|cell| !is_blank(cell)).count() >= range.width())
}

fn is_blank(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

pub(super) fn decode(
    path: &Path,
    (book, sheet): (Book, &str),
    header: &[FileColumn],
    wanted: &[Wanted],
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let range = book.open(path)?.range(sheet)?;
    let at = header_row(&range).ok_or("it has no header")?;
    let above = range.start().map_or(0, |(row, _)| u64::from(row)) + at as u64 + 1;
    let mut rows = Batch::new(header, wanted);
    for (row, cells) in (1..).zip(range.rows().skip(at + 1)) {
        if cells.iter().all(is_blank) {
            continue;
        }
        match texts(cells, header, wanted) {
            Ok(texts) => rows.push(row, &texts),
            Err(reason) => rows.rejects.push(RawReject { row, reason: format!("row {} of the sheet: {reason}", above + row) }),
        }
        if rows.numbers.len() + rows.rejects.len() >= BATCH_ROWS && !sink(rows.take()?) {
            return Ok(());
        }
    }
    if !rows.numbers.is_empty() || !rows.rejects.is_empty() {
        sink(rows.take()?);
    }
    Ok(())
}

/// The wanted cells of a row as texts, or what is wrong with one of them.
fn texts<'c>(cells: &'c [Data], header: &[FileColumn], wanted: &[Wanted]) -> Result<Vec<Option<Cow<'c, str>>>, String> {
    let read = |wanted: &Wanted| {
        let text = text(cells.get(wanted.column).unwrap_or(&Data::Empty))?;
        let is_lost = wanted.is_identifier && text.as_ref().is_some_and(|text| is_rounded(text.trim().as_bytes()));
        if is_lost { Err(identifier::ROUNDED) } else { Ok(text) }
    };
    let name = |wanted: &Wanted| header.get(wanted.column).map_or("?", |column| &column.name);
    wanted.iter().map(|wanted| read(wanted).map_err(|reason| format!("column `{}` holds {reason}", name(wanted)))).collect()
}

/// Beyond it a number of a workbook no longer has all its digits.
const FIFTEEN_DIGITS: f64 = 1e15;
const LOST_DIGITS: &str = "a number of more than 15 digits, which a workbook does not keep: format the column as text and enter it again";

/// A cell as it was typed; `None` for an empty one.
fn text(cell: &Data) -> Result<Option<Cow<'_, str>>, &'static str> {
    Ok(match cell {
        Data::Empty => None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => (!text.is_empty()).then_some(Cow::Borrowed(text)),
        Data::Int(number) if number.unsigned_abs() as f64 >= FIFTEEN_DIGITS => return Err(LOST_DIGITS),
        Data::Int(number) => Some(Cow::Owned(number.to_string())),
        Data::Float(number) if number.abs() >= FIFTEEN_DIGITS => return Err(LOST_DIGITS),
        Data::Float(number) => Some(Cow::Owned(number_text(*number))),
        Data::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Data::DateTime(moment) => Some(Cow::Owned(moment_text(moment))),
        Data::Error(_) => return Err("a formula that failed: correct it, or enter the value"),
    })
}

/// The shortest text of the 15 digits that a workbook shows, so that 0.1 + 0.2 is 0.3.
fn number_text(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

fn moment_text(moment: &ExcelDateTime) -> String {
    let rounded = if moment.is_datetime() { to_second(moment) } else { None };
    match rounded {
        None => number_text(moment.as_f64()),
        Some(time) if moment.as_f64() < 1.0 => time.format("%H:%M:%S").to_string(),
        Some(time) if time.num_seconds_from_midnight() == 0 => time.format("%Y-%m-%d").to_string(),
        Some(time) => time.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// A moment to the nearest second: a workbook keeps a part of a day, which seldom is a whole second.
fn to_second(moment: &ExcelDateTime) -> Option<NaiveDateTime> {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?;
    let time = date.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())?;
    (time + TimeDelta::milliseconds(500)).with_nanosecond(0)
}

/// Rows on their way out.
struct Batch {
    schema: Arc<Schema>,
    columns: Vec<StringBuilder>,
    numbers: Vec<u64>,
    rejects: Vec<RawReject>,
}

impl Batch {
    fn new(header: &[FileColumn], wanted: &[Wanted]) -> Self {
        let name = |wanted: &Wanted| header.get(wanted.column).map_or("", |column| &column.name);
        let fields: Vec<_> = wanted.iter().map(|wanted| Field::new(name(wanted), DataType::Utf8, true)).collect();
        let columns = wanted.iter().map(|_| StringBuilder::new()).collect();
        Self { schema: Arc::new(Schema::new(fields)), columns, numbers: Vec::new(), rejects: Vec::new() }
    }

    fn push(&mut self, row: u64, texts: &[Option<Cow<'_, str>>]) {
        self.numbers.push(row);
        for (column, text) in self.columns.iter_mut().zip(texts) {
            column.append_option(text.as_ref());
        }
    }

    fn take(&mut self) -> Result<Raw, String> {
        let columns: Vec<ArrayRef> = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.numbers.len()));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options).map_err(|error| error.to_string())?;
        Ok(Raw { batch, rows: Rows::Numbers(std::mem::take(&mut self.numbers)), rejects: std::mem::take(&mut self.rejects) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType::DateTime;

    fn typed(cell: &Data) -> Option<String> {
        text(cell).expect("a value").map(Cow::into_owned)
    }

    #[test]
    fn cells_are_what_was_typed() {
        for (number, expected) in
            [(1.0, "1"), (0.1 + 0.2, "0.3"), (812.5, "812.5"), (1e-7, "0.0000001"), (123_456_789_012_345.0, "123456789012345")]
        {
            assert_eq!(typed(&Data::Float(number)).as_deref(), Some(expected));
        }
        let moment = |serial| Data::DateTime(ExcelDateTime::new(serial, DateTime, false));
        assert_eq!(typed(&moment(45_943.0)).as_deref(), Some("2025-10-13"));
        assert_eq!(typed(&moment(45_943.0 + 29_709.0 / 86_400.0)).as_deref(), Some("2025-10-13 08:15:09"));
        assert_eq!(typed(&moment(0.5)).as_deref(), Some("12:00:00"));
        assert_eq!(typed(&Data::Bool(true)).as_deref(), Some("true"));
        assert_eq!(typed(&Data::String(String::new())), None);
    }

    #[test]
    fn numbers_that_lost_digits_are_refused() {
        for cell in [Data::Float(6.22e17), Data::Int(1_000_000_000_000_000), Data::Float(-1e15)] {
            assert_eq!(text(&cell), Err(LOST_DIGITS));
        }
    }
}
