//! Tables that fit a width: text columns wrap, and what is still too wide is set in bands that repeat the first column.

use crate::text::{longest_atom, pad_left, pad_right, width, wrap};

/// The least width to which a column of text is narrowed.
const LEAST: usize = 10;
/// Words up to this width, such as ids, are not cut.
const UNCUT: usize = 26;
const GAP: usize = 2;

#[derive(Clone, Debug)]
struct Column {
    title: String,
    is_number: bool,
}

/// Rows under titled columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    has_total: bool,
}

impl Table {
    /// Adds a column of text, which may wrap.
    #[must_use]
    pub(crate) fn text(mut self, title: impl Into<String>) -> Self {
        self.columns.push(Column { title: title.into(), is_number: false });
        self
    }

    /// Adds a column of numbers, set to the right and never wrapped.
    #[must_use]
    pub(crate) fn number(mut self, title: impl Into<String>) -> Self {
        self.columns.push(Column { title: title.into(), is_number: true });
        self
    }

    /// Adds a row with a cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Adds the last row, set off by a rule.
    pub(crate) fn total(&mut self, cells: Vec<String>) {
        self.has_total = true;
        self.rows.push(cells);
    }

    /// The lines of the table.
    pub(crate) fn render(&self, limit: usize) -> Vec<String> {
        let widths = self.widths(limit);
        let mut lines = Vec::new();
        for band in bands(&widths, limit) {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            self.render_band(&band, &widths, &mut lines);
        }
        lines
    }

    /// Natural widths, narrowed column by column until they fit or nothing more can give.
    fn widths(&self, limit: usize) -> Vec<usize> {
        let natural = |(at, column): (usize, &Column)| {
            let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0);
            let title = width(&column.title);
            let title = if column.is_number { title.min(longest_atom(&column.title).max(10)) } else { title };
            cells.max(title).clamp(1, limit)
        };
        let mut widths: Vec<usize> = self.columns.iter().enumerate().map(natural).collect();
        let least: Vec<usize> = (0..widths.len()).map(|at| self.least(at)).collect();
        while total(&widths) > limit {
            let widest = (0..widths.len()).filter(|&at| widths[at] > least[at]).max_by_key(|&at| widths[at]);
            match widest {
                Some(at) => widths[at] -= 1,
                None => break,
            }
        }
        widths
    }

    /// The width below which a column is not narrowed.
    fn least(&self, at: usize) -> usize {
        if self.columns[at].is_number {
            return usize::MAX;
        }
        let words = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| longest_atom(cell));
        words.max().unwrap_or(0).clamp(LEAST, UNCUT)
    }

    fn render_band(&self, band: &[usize], widths: &[usize], lines: &mut Vec<String>) {
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.clone()).collect();
        let rule = || "-".repeat(band.iter().map(|&at| widths[at]).sum::<usize>() + GAP * (band.len() - 1));
        self.render_row(&titles, band, widths, lines);
        lines.push(rule());
        for (number, row) in self.rows.iter().enumerate() {
            if self.has_total && number + 1 == self.rows.len() {
                lines.push(rule());
            }
            self.render_row(row, band, widths, lines);
        }
    }

    fn render_row(&self, cells: &[String], band: &[usize], widths: &[usize], lines: &mut Vec<String>) {
        let wrapped: Vec<Vec<String>> = band.iter().map(|&at| wrap(cells.get(at).map_or("", String::as_str), widths[at])).collect();
        for line in 0..wrapped.iter().map(Vec::len).max().unwrap_or(0) {
            let cell = |(&at, cell): (&usize, &Vec<String>)| {
                let text = cell.get(line).map_or("", String::as_str);
                if self.columns[at].is_number { pad_left(text, widths[at]) } else { pad_right(text, widths[at]) }
            };
            let line: Vec<String> = band.iter().zip(&wrapped).map(cell).collect();
            lines.push(line.join(&" ".repeat(GAP)).trim_end().to_owned());
        }
    }
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Columns that are set side by side; every band begins with the first column.
fn bands(widths: &[usize], limit: usize) -> Vec<Vec<usize>> {
    let mut bands = vec![vec![]];
    let mut used = 0;
    for (at, &width) in widths.iter().enumerate() {
        if used > 0 && used + GAP + width > limit && at > 1 {
            bands.push(vec![0]);
            used = widths[0];
        }
        if let Some(band) = bands.last_mut() {
            band.push(at);
        }
        used += width + if used > 0 { GAP } else { 0 };
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_and_numbers_stand_right() {
        let mut table = Table::default().text("项目").number("loss");
        table.row(vec!["床位费床位费床位费".into(), "1.00".into()]);
        table.total(vec!["合计".into(), "100.00".into()]);
        let lines = table.render(20);
        assert_eq!(
            lines,
            [
                "项目            loss",
                "--------------------",
                "床位费床位费    1.00",
                "床位费",
                "--------------------",
                "合计          100.00"
            ]
        );
    }

    #[test]
    fn ids_are_not_cut() {
        let mut table = Table::default().text("key").text("item");
        table.row(vec!["K00000000000001".into(), "one two three four".into()]);
        let lines = table.render(28);
        assert_eq!(lines[2..], ["K00000000000001  one two", "                 three four"]);
    }

    #[test]
    fn what_does_not_fit_is_set_in_bands() {
        let mut table = Table::default().text("key").number("first").number("second");
        table.row(vec!["k1".into(), "1234567890".into(), "9876543210".into()]);
        let lines = table.render(16);
        assert_eq!(
            lines,
            ["key       first", "---------------", "k1   1234567890", "", "key      second", "---------------", "k1   9876543210"]
        );
    }
}
