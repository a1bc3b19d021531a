//! One workbook with a sheet per table: numbers as numbers, moments as moments, ids as texts.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::records::Kind;

/// Rows of a sheet beside its header.
const MOST_ROWS: u32 = 1_048_575;

pub(super) struct Book {
    workbook: Workbook,
    moment: Format,
    day: Format,
    /// Rows written to each sheet, its header among them.
    rows: Vec<u32>,
}

impl Book {
    pub(super) fn new() -> Result<Self> {
        let mut workbook = Workbook::new();
        // A fixed time, so that the same data give the same bytes.
        let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let format = |text: &str| Format::new().set_num_format(text);
        Ok(Self { workbook, moment: format("yyyy-mm-dd hh:mm:ss"), day: format("yyyy-mm-dd"), rows: Vec::new() })
    }

    /// Adds a sheet and returns its number.
    pub(super) fn add<C: AsRef<str>>(&mut self, name: &str, header: &[C]) -> Result<usize> {
        let sheet = self.workbook.add_worksheet();
        sheet.set_name(name).with_context(|| format!("`{name}` cannot name a sheet"))?;
        for (column, title) in (0..).zip(header) {
            sheet.write_string(0, column, title.as_ref())?;
        }
        self.rows.push(1);
        Ok(self.rows.len() - 1)
    }

    pub(super) fn write(&mut self, number: usize, cells: &[String], kinds: &[Kind]) -> Result<()> {
        let row = self.rows[number];
        ensure!(row <= MOST_ROWS, "a sheet holds {MOST_ROWS} rows; choose the format `csv`, or fewer claims");
        let sheet = self.workbook.worksheet_from_index(number)?;
        for ((column, cell), kind) in (0..).zip(cells).zip(kinds).filter(|((_, cell), _)| !cell.is_empty()) {
            match (kind, cell.parse::<f64>()) {
                (Kind::Number, Ok(number)) => sheet.write_number(row, column, number)?,
                (Kind::Moment, _) => {
                    let format = if cell.len() > 10 { &self.moment } else { &self.day };
                    sheet.write_datetime_with_format(row, column, ExcelDateTime::parse_from_str(cell)?, format)?
                }
                _ => sheet.write_string(row, column, cell)?,
            };
        }
        self.rows[number] += 1;
        Ok(())
    }

    pub(super) fn save(mut self, path: &Path) -> Result<()> {
        self.workbook.save(path).with_context(|| format!("cannot write {}", path.display()))
    }
}
