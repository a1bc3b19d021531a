//! Sheets of workbooks and CSV files as rows of text.

use crate::error::ReadError;
use calamine::{Data, Reader, Sheets, Xlsx, open_workbook_auto_from_rs};
use std::fmt::Display;
use std::io::Cursor;
use std::path::Path;

/// One sheet with its rows; empty rows are left out.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
}

/// A row of text with its number as a spreadsheet counts them.
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) cells: Vec<String>,
}

/// Every sheet of a workbook, or the one of a CSV file.
pub(super) fn sheets(path: &Path, bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    let file = path.display().to_string();
    let is_text = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if is_text { text(bytes).map(|sheet| vec![sheet]).map_err(|error| damaged(&file, "CSV", &error)) } else { workbook(&file, bytes) }
}

fn damaged(file: &str, format: &'static str, reason: &dyn Display) -> ReadError {
    ReadError::Damaged { file: file.into(), format, reason: reason.to_string() }
}

fn text(bytes: &[u8]) -> Result<Sheet, csv::Error> {
    let decoded = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    };
    let decoded = decoded.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(decoded.as_bytes());
    let mut rows = Vec::new();
    for (at, record) in reader.records().enumerate() {
        rows.push(Row { number: at as u64 + 1, cells: record?.iter().map(tidy).collect() });
    }
    Ok(Sheet { name: String::new(), rows: filled(rows) })
}

fn workbook(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| damaged(file, "workbook", &error))?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(|error| damaged(file, "workbook", &error))?;
        let first = range.start().map_or(1, |(row, _)| u64::from(row) + 1);
        let column = range.start().map_or(0, |(_, column)| column as usize);
        let row = |(at, cells): (usize, &[Data])| {
            let before = std::iter::repeat_n(String::new(), column);
            Row { number: first + at as u64, cells: before.chain(cells.iter().map(cell)).collect() }
        };
        let mut rows: Vec<Row> = range.rows().enumerate().map(row).collect();
        if let Sheets::Xlsx(workbook) = &mut workbook {
            fill_merged(workbook, &name, &mut rows);
        }
        sheets.push(Sheet { name, rows: filled(rows) });
    }
    Ok(sheets)
}

/// Gives every cell of a column that was merged over rows the value of the first.
fn fill_merged(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, rows: &mut [Row]) {
    let Ok(merged) = workbook.merge_cells_by_sheet_name(sheet) else { return };
    for area in merged.iter().filter(|area| area.start.1 == area.end.1) {
        let column = area.start.1 as usize;
        let is_inside = |row: &&mut Row| (u64::from(area.start.0) + 1..=u64::from(area.end.0) + 1).contains(&row.number);
        let mut inside = rows.iter_mut().filter(is_inside);
        let Some(value) = inside.next().and_then(|row| row.cells.get(column).cloned()) else { continue };
        inside.filter_map(|row| row.cells.get_mut(column)).for_each(|cell| cell.clone_from(&value));
    }
}

fn filled(rows: Vec<Row>) -> Vec<Row> {
    rows.into_iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty())).collect()
}

fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        other => tidy(&other.to_string()),
    }
}

/// Without blanks around, and on one line.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
