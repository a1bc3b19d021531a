//! Knowledge points on their way from a workbook to a table.

use claimsift::tables::TableId;

/// Columns that do not tell one point from another.
const NOTES: [&str; 4] = ["item_name", "other_name", "remark", "source"];

/// One row of a knowledge table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) table: TableId,
    cells: Vec<(&'static str, String)>,
}

impl Point {
    pub(super) fn of(table: TableId) -> Self {
        Self { table, cells: Vec::new() }
    }

    /// Fills a column; an empty value leaves it empty.
    #[must_use]
    pub(super) fn with(mut self, column: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        let value = value.to_string();
        if !value.is_empty() {
            self.cells.push((column, value));
        }
        self
    }

    /// Fills a column where there is a value.
    #[must_use]
    pub(super) fn with_some(self, column: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(column, &value),
            None => self,
        }
    }

    /// The value of a column; empty where it has none.
    pub(super) fn cell(&self, column: &str) -> &str {
        self.cells.iter().find(|(name, _)| *name == column).map_or("", |(_, value)| value)
    }

    /// What makes it the same point as another, whatever is noted beside it.
    pub(super) fn identity(&self) -> String {
        let columns = self.table.schema().columns.iter().map(|column| column.name).filter(|column| !NOTES.contains(column));
        let cells: Vec<&str> = columns.map(|column| self.cell(column)).collect();
        format!("{} {}", self.table.name(), cells.join("\u{1f}"))
    }
}

/// Two statements that differ, and which was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) value: String,
    pub(super) remark: String,
    pub(super) taken: String,
}
