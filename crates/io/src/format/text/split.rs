//! Rows and cells of delimited text after RFC 4180, found eight bytes at a time.
//!
//! A quote opens a quoted cell only where the cell begins; elsewhere it is text. Text behind a closing quote belongs to the cell.

use super::dialect::Dialect;
use memchr::{memchr, memchr_iter};

const QUOTE: u8 = b'"';
/// A quoted cell that is longer, or runs over more lines, is taken for one whose quote was never closed.
const LONGEST_CELL: usize = 1 << 24;
const MOST_LINES: usize = 200;

/// Where a cell lies in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    pub(super) fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A row that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it starts.
    pub(super) start: usize,
    /// Where the next one may start.
    pub(super) end: usize,
    /// Whether each quote that opens a cell is closed; if not, the row ends with its first line.
    pub(super) is_closed: bool,
}

/// A quoted cell whose end has not been reached.
#[derive(Clone, Copy)]
struct Quoted {
    start: usize,
    /// The end of what stood between the quotes, doubled quotes made single.
    end: usize,
    /// Behind the closing quote.
    tail: usize,
}

/// Splits text into rows. Doubled quotes are made single in place, so that every cell is one piece of the text.
pub(super) struct Splitter<'t> {
    text: &'t mut [u8],
    dialect: Dialect,
    patterns: [u64; 3],
    /// Where the next row starts.
    at: usize,
    /// The eight bytes in view start here; `marks` has a bit set for each that may end a cell, a row or open a quote.
    window: usize,
    marks: u64,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

impl<'t> Splitter<'t> {
    /// `text` starts with a row.
    pub(super) fn new(text: &'t mut [u8], dialect: Dialect) -> Self {
        let patterns = [dialect.delimiter.first(), dialect.line_end, QUOTE].map(|byte| u64::from(byte) * ONES);
        let mut splitter = Self { text, dialect, patterns, at: 0, window: 0, marks: 0 };
        splitter.view(0);
        splitter
    }

    pub(super) fn text(&self) -> &[u8] {
        self.text
    }

    /// Finds the next row that is not blank and its cells.
    #[inline]
    pub(super) fn next_row(&mut self, cells: &mut Vec<Span>) -> Option<Row> {
        self.skip_blank_lines();
        let row = self.at;
        if row >= self.text.len() {
            return None;
        }
        cells.clear();
        let (mut start, mut quoted) = (row, None);
        loop {
            let Some(mark) = self.next_mark() else {
                let end = self.text.len();
                self.at = end;
                cells.push(self.cell(start, self.without_return(start, end), quoted));
                return Some(Row { start: row, end, is_closed: true });
            };
            let byte = self.text[mark];
            if mark < start {
                // Part of a delimiter, or of blank lines.
            } else if byte == self.dialect.line_end {
                self.at = mark + 1;
                cells.push(self.cell(start, self.without_return(start, mark), quoted));
                return Some(Row { start: row, end: self.at, is_closed: true });
            } else if self.dialect.delimiter.is_at(self.text, mark) {
                cells.push(self.cell(start, mark, quoted.take()));
                start = mark + self.dialect.delimiter.len();
            } else if byte == QUOTE && mark == start && quoted.is_none() {
                let Some(cell) = self.quoted(mark) else {
                    self.end_line_of(mark);
                    return Some(Row { start: row, end: self.at, is_closed: false });
                };
                quoted = Some(cell);
                self.view(cell.tail);
            }
        }
    }

    fn skip_blank_lines(&mut self) {
        loop {
            match self.text.get(self.at..).unwrap_or_default() {
                [byte, ..] if *byte == self.dialect.line_end => self.at += 1,
                [b'\r', byte, ..] if *byte == self.dialect.line_end => self.at += 2,
                [b'\r'] => self.at += 1,
                _ => return,
            }
        }
    }

    /// Looks at the eight bytes from `from` on.
    #[inline]
    fn view(&mut self, from: usize) {
        let word = match self.text.get(from..).and_then(|rest| rest.first_chunk()) {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => self.last_bytes(from),
        };
        // The lowest mark is exact; one above it may be false, and what is marked is looked at again.
        let zero_bytes = |word: u64| word.wrapping_sub(ONES) & !word;
        let [first, second, third] = self.patterns.map(|pattern| zero_bytes(word ^ pattern));
        self.window = from;
        self.marks = (first | second | third) & HIGHS;
    }

    #[cold]
    fn last_bytes(&self, from: usize) -> u64 {
        let rest = self.text.get(from..).unwrap_or_default();
        let mut bytes = [0; 8];
        bytes[..rest.len()].copy_from_slice(rest);
        u64::from_le_bytes(bytes)
    }

    #[inline]
    fn next_mark(&mut self) -> Option<usize> {
        while self.marks == 0 {
            if self.window + 8 >= self.text.len() {
                return None;
            }
            self.view(self.window + 8);
        }
        let mark = self.window + (self.marks.trailing_zeros() / 8) as usize;
        self.marks &= self.marks - 1;
        (mark < self.text.len()).then_some(mark)
    }

    /// The end of a cell without the carriage return before a line feed.
    fn without_return(&self, start: usize, end: usize) -> usize {
        if end > start && self.text[end - 1] == b'\r' { end - 1 } else { end }
    }

    #[inline]
    fn cell(&mut self, start: usize, end: usize, quoted: Option<Quoted>) -> Span {
        let Some(quoted) = quoted else { return Span::new(start, end) };
        let end = end.max(quoted.tail);
        self.text.copy_within(quoted.tail..end, quoted.end);
        Span::new(quoted.start, quoted.end + (end - quoted.tail))
    }

    /// The cell that the quote at `open` opens, if that is closed.
    fn quoted(&mut self, open: usize) -> Option<Quoted> {
        let close = closing(self.text, open + 1)?;
        if is_runaway(self.text.get(open..close)?, self.dialect.line_end) {
            return None;
        }
        Some(Quoted { start: open + 1, end: self.unescape(open + 1, close), tail: close + 1 })
    }

    /// Makes doubled quotes single; returns the new end.
    fn unescape(&mut self, start: usize, end: usize) -> usize {
        let (mut from, mut to) = (start, start);
        while let Some(quote) = memchr(QUOTE, &self.text[from..end]) {
            self.text.copy_within(from..=from + quote, to);
            to += quote + 1;
            from = (from + quote + 2).min(end);
        }
        if from > to {
            self.text.copy_within(from..end, to);
        }
        to + (end - from)
    }

    fn end_line_of(&mut self, mark: usize) {
        self.at = line_after(self.text, mark, self.dialect.line_end).unwrap_or(self.text.len());
        self.view(self.at);
    }
}

/// The quote that closes a cell whose text starts at `from`.
fn closing(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let quote = at + memchr(QUOTE, text.get(at..)?)?;
        if text.get(quote + 1) != Some(&QUOTE) {
            return Some(quote);
        }
        at = quote + 2;
    }
}

fn is_runaway(cell: &[u8], line_end: u8) -> bool {
    cell.len() > LONGEST_CELL || (cell.len() > MOST_LINES && memchr_iter(line_end, cell).count() > MOST_LINES)
}

fn line_after(text: &[u8], at: usize, line_end: u8) -> Option<usize> {
    memchr(line_end, text.get(at..)?).map(|found| at + found + 1)
}

/// Where the last row ends of which `text`, which starts with a row and goes on, has all. Finds the same rows as a [`Splitter`].
pub(super) fn last_row_end(text: &[u8], dialect: Dialect) -> Option<usize> {
    let (mut last, mut from) = (None, 0);
    loop {
        let quote = memchr(QUOTE, &text[from..]).map(|found| from + found);
        let outside = &text[from..quote.unwrap_or(text.len())];
        last = memchr::memrchr(dialect.line_end, outside).map_or(last, |found| Some(from + found + 1));
        let Some(quote) = quote else { return last };
        from = if begins_cell(text, quote, dialect) {
            match closing(text, quote + 1) {
                // Another quote may follow the last byte.
                Some(close) if close + 1 == text.len() && !is_runaway(&text[quote..], dialect.line_end) => return last,
                Some(close) if !is_runaway(&text[quote..close], dialect.line_end) => close + 1,
                None if !is_runaway(&text[quote..], dialect.line_end) => return last,
                _ => {
                    let Some(after) = line_after(text, quote, dialect.line_end) else { return last };
                    last = Some(after);
                    after
                }
            }
        } else {
            quote + 1
        };
    }
}

fn begins_cell(text: &[u8], at: usize, dialect: Dialect) -> bool {
    let before = &text[..at];
    before.last().is_none_or(|&byte| byte == dialect.line_end) || dialect.delimiter.ends(before)
}
