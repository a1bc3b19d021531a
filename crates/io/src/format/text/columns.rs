//! The wanted columns of one block, and the rows of it that do not fit.

use super::TextForm;
use super::dialect::Dialect;
use super::encoding::{Encoding, REPLACEMENT};
use super::split::{Row, Span, Splitter};
use crate::format::identifier::{self, is_rounded};
use crate::format::{FileColumn, Raw, RawReject, Wanted};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use claimsift::intake::Rows;
use memchr::memmem;
use std::sync::Arc;

/// What to take out of every block.
pub(super) struct Plan {
    dialect: Dialect,
    encoding: Encoding,
    /// Whether blocks come in `encoding`, and not as UTF-8.
    is_raw: bool,
    names: Vec<String>,
    /// Positions of the wanted columns, and of those among them that hold identifiers.
    wanted: Vec<usize>,
    identifiers: Vec<usize>,
    has_trailing: bool,
    schema: SchemaRef,
}

/// One block after it was taken apart; rows and lines are counted from its start.
pub(super) struct Decoded {
    batch: RecordBatch,
    rows: u64,
    lines: u64,
    faults: Vec<Fault>,
}

/// A row that does not fit.
struct Fault {
    /// How many rows of the block come before it.
    row: u64,
    line: u64,
    kind: FaultKind,
}

enum FaultKind {
    NotClosed,
    Cells { found: usize, lines: u64 },
    Undecodable { column: usize },
    Rounded { column: usize },
}

impl Plan {
    pub(super) fn new(form: &TextForm, header: &[FileColumn], wanted: &[Wanted]) -> Self {
        let name = |wanted: &Wanted| header.get(wanted.column).map_or("", |column| &column.name);
        let fields: Vec<_> = wanted.iter().map(|wanted| Field::new(name(wanted), DataType::Utf8, true)).collect();
        Self {
            dialect: form.dialect,
            encoding: form.encoding,
            is_raw: form.is_decoded_by_block(),
            names: header.iter().map(|column| column.name.clone()).collect(),
            wanted: wanted.iter().map(|wanted| wanted.column).collect(),
            identifiers: wanted.iter().filter(|wanted| wanted.is_identifier).map(|wanted| wanted.column).collect(),
            has_trailing: form.has_trailing,
            schema: Arc::new(Schema::new(fields)),
        }
    }

    /// Takes a block apart. The first row of the file's first block may be its header.
    pub(super) fn decode(&self, block: Vec<u8>, has_header: bool) -> Result<Decoded, String> {
        let mut text = if self.is_raw { self.encoding.decode(&block) } else { block };
        let lines = memchr::memchr_iter(self.dialect.line_end, &text).count() as u64;
        let suspect = self.suspect(&text);
        let mut columns = Columns::new(self.wanted.len(), text.len() / (8 * self.names.len().max(1)));
        let mut splitter = Splitter::new(&mut text, self.dialect);
        let mut cells = Vec::with_capacity(self.names.len() + 1);
        if has_header {
            splitter.next_row(&mut cells);
        }
        let (mut rows, mut faults, mut line) = (0, Vec::new(), Line::default());
        while let Some(row) = splitter.next_row(&mut cells) {
            match self.fault(row, &cells, splitter.text(), suspect) {
                None => columns.push(&self.wanted, &cells, splitter.text()),
                Some(kind) => {
                    let kind = line.measured(kind, row, splitter.text(), self.dialect.line_end);
                    faults.push(Fault { row: rows, line: line.number, kind });
                }
            }
            rows += 1;
        }
        Ok(Decoded { batch: columns.into_batch(&self.schema)?, rows, lines, faults })
    }

    /// Whether cells must be looked at one by one, and for what.
    fn suspect(&self, text: &[u8]) -> Suspect {
        if self.encoding != Encoding::Utf8 {
            return if memmem::find(text, REPLACEMENT).is_some() { Suspect::Replaced } else { Suspect::Nothing };
        }
        if simdutf8::basic::from_utf8(text).is_ok() { Suspect::Nothing } else { Suspect::NotUtf8 }
    }

    #[inline]
    fn fault(&self, row: Row, cells: &[Span], text: &[u8], suspect: Suspect) -> Option<FaultKind> {
        if !row.is_closed {
            return Some(FaultKind::NotClosed);
        }
        let width = self.names.len();
        let fits = if self.has_trailing {
            cells.len() == width + 1 && cells.last().is_some_and(|last| last.of(text).is_empty())
        } else {
            cells.len() == width
        };
        if !fits {
            return Some(FaultKind::Cells { found: cells.len(), lines: 0 });
        }
        if !matches!(suspect, Suspect::Nothing)
            && let Some(column) = cells.iter().position(|cell| suspect.is_fault(cell.of(text)))
        {
            return Some(FaultKind::Undecodable { column });
        }
        let is_lost = |column: &&usize| cells.get(**column).is_some_and(|cell| is_rounded(cell.of(text)));
        self.identifiers.iter().find(is_lost).map(|&column| FaultKind::Rounded { column })
    }

    fn reason(&self, line: u64, kind: &FaultKind) -> String {
        let name = |column: &usize| self.names.get(*column).map_or("?", String::as_str);
        match kind {
            FaultKind::NotClosed => {
                format!("from line {line} on: a quote opened there is not closed; quote cells on both sides, and double quotes inside them")
            }
            FaultKind::Cells { found, lines } => {
                let spans = if *lines > 1 { format!(" over {lines} lines") } else { String::new() };
                let width = self.names.len() + usize::from(self.has_trailing);
                format!(
                    "line {line} has {found} cells{spans} where the header has {width}: quote cells that hold {}",
                    self.in_need_of_quotes()
                )
            }
            FaultKind::Undecodable { column } => {
                let encoding = self.encoding.name();
                format!("column `{}` is not {encoding} text: export the file as UTF-8", name(column))
            }
            FaultKind::Rounded { column } => format!("column `{}` holds {}", name(column), identifier::ROUNDED),
        }
    }

    fn in_need_of_quotes(&self) -> &'static str {
        if self.dialect == Dialect::CSV { "commas, quotes or line breaks" } else { "delimiters, quotes or line breaks" }
    }
}

#[derive(Clone, Copy)]
enum Suspect {
    Nothing,
    NotUtf8,
    /// Some character could not be read.
    Replaced,
}

impl Suspect {
    fn is_fault(self, cell: &[u8]) -> bool {
        match self {
            Self::Nothing => false,
            Self::NotUtf8 => std::str::from_utf8(cell).is_err(),
            Self::Replaced => memmem::find(cell, REPLACEMENT).is_some(),
        }
    }
}

/// Counts lines up to the rows that need it.
#[derive(Default)]
struct Line {
    number: u64,
    at: usize,
}

impl Line {
    /// Goes to a row that is to be rejected; a row of a wrong number of cells says over how many lines it goes.
    fn measured(&mut self, kind: FaultKind, row: Row, text: &[u8], line_end: u8) -> FaultKind {
        let count = |part: &[u8]| memchr::memchr_iter(line_end, part).count() as u64;
        self.number += count(&text[self.at..row.start]);
        self.at = row.start;
        match kind {
            FaultKind::Cells { found, .. } => {
                let inside = &text[row.start..row.end];
                let is_ended = inside.last() == Some(&line_end);
                FaultKind::Cells { found, lines: count(inside) + u64::from(!is_ended) }
            }
            kind => kind,
        }
    }
}

/// Texts of the wanted columns, end to end.
struct Columns {
    columns: Vec<Texts>,
    rows: usize,
}

struct Texts {
    bytes: Vec<u8>,
    ends: Vec<i32>,
    has_empty: bool,
}

impl Columns {
    fn new(columns: usize, rows: usize) -> Self {
        let texts = || {
            let mut ends = Vec::with_capacity(rows + 1);
            ends.push(0);
            Texts { bytes: Vec::with_capacity(8 * rows), ends, has_empty: false }
        };
        Self { columns: (0..columns).map(|_| texts()).collect(), rows: 0 }
    }

    #[inline]
    fn push(&mut self, wanted: &[usize], cells: &[Span], text: &[u8]) {
        for (column, &position) in self.columns.iter_mut().zip(wanted) {
            column.push(cells.get(position).map_or(&[][..], |cell| cell.of(text)));
        }
        self.rows += 1;
    }

    fn into_batch(self, schema: &SchemaRef) -> Result<RecordBatch, String> {
        let columns = self.columns.into_iter().map(Texts::into_array).collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        RecordBatch::try_new_with_options(schema.clone(), columns, &options).map_err(|error| error.to_string())
    }
}

impl Texts {
    #[inline]
    fn push(&mut self, cell: &[u8]) {
        self.bytes.extend_from_slice(cell);
        self.ends.push(self.bytes.len() as i32);
        self.has_empty |= cell.is_empty();
    }

    /// An empty text is missing.
    fn into_array(self) -> Result<ArrayRef, String> {
        let nulls = self.has_empty.then(|| {
            let given = BooleanBuffer::collect_bool(self.ends.len() - 1, |row| self.ends[row + 1] > self.ends[row]);
            NullBuffer::new(given)
        });
        let ends = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        let texts = StringArray::try_new(ends, Buffer::from_vec(self.bytes), nulls).map_err(|error| error.to_string())?;
        Ok(Arc::new(texts))
    }
}

/// Puts the blocks' own counts one behind the other.
pub(super) struct Numbering {
    rows: u64,
    lines: u64,
}

impl Numbering {
    pub(super) fn new() -> Self {
        Self { rows: 0, lines: 0 }
    }

    /// A block under the row numbers of the file; `None` for one without rows.
    pub(super) fn number(&mut self, decoded: Decoded, plan: &Plan) -> Option<Raw> {
        let Decoded { batch, rows, lines, faults } = decoded;
        let (first, first_line) = (self.rows + 1, self.lines + 1);
        self.rows += rows;
        self.lines += lines;
        let numbers = if faults.is_empty() { Rows::From(first) } else { Rows::Numbers(kept(first, rows, &faults)) };
        let reject = |fault: &Fault| RawReject { row: first + fault.row, reason: plan.reason(first_line + fault.line, &fault.kind) };
        (rows > 0).then(|| Raw { batch, rows: numbers, rejects: faults.iter().map(reject).collect() })
    }
}

/// The numbers of the rows that have no fault.
fn kept(first: u64, rows: u64, faults: &[Fault]) -> Vec<u64> {
    let mut left_out = faults.iter().map(|fault| fault.row).peekable();
    (0..rows).filter(|row| left_out.next_if_eq(row).is_none()).map(|row| first + row).collect()
}
