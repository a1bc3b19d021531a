//! Comma-separated text, plain or packed. Every cell is handed on as text; an empty one is missing.
//!
//! A row that does not have the header's number of cells, or is not UTF-8, is set aside with its number and the reason.

use super::{FileColumn, Packing, Raw, RawReject, Sink, Wanted};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use claimsift::intake::Rows;
use csv::{ByteRecord, ReaderBuilder, StringRecord};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

const BATCH_ROWS: usize = 1 << 15;
/// A batch ends early beyond this, so that text offsets stay within 32 bits.
const BATCH_BYTES: usize = 1 << 26;
/// A longer row, or one over more lines, is taken for one whose quote was never closed.
const LONGEST_ROW: usize = 1 << 24;
const MOST_LINES: u64 = 200;

fn reader(file: File, packing: Packing) -> Result<csv::Reader<Box<dyn Read>>, String> {
    let file = BufReader::with_capacity(1 << 18, file);
    let text: Box<dyn Read> = match packing {
        Packing::None => Box::new(file),
        Packing::Gzip => Box::new(MultiGzDecoder::new(file)),
        Packing::Zstd => Box::new(zstd::Decoder::with_buffer(file).map_err(|error| error.to_string())?),
    };
    Ok(ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 18).from_reader(text))
}

/// The header. What is not UTF-8 in it becomes U+FFFD.
pub(super) fn head(path: &Path, packing: Packing) -> Result<Vec<FileColumn>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut header = ByteRecord::new();
    if !reader(file, packing)?.read_byte_record(&mut header).map_err(|error| error.to_string())? {
        return Err("it has no header".to_owned());
    }
    let name = |cell| String::from_utf8_lossy(cell).trim().to_owned();
    Ok(header.iter().map(|cell| FileColumn { name: name(cell), is_nested: false }).collect())
}

pub(super) fn decode(file: File, packing: Packing, header: &[FileColumn], wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), String> {
    let mut reader = reader(file, packing)?;
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        let has_row = reader.read_byte_record(record).map_err(|error| error.to_string())?;
        Ok::<_, String>(has_row.then(|| reader.position().line()))
    };
    next(&mut record)?;
    let mut cells = Cells::new(header, wanted);
    let mut row = 0;
    while let Some(line_after) = next(&mut record)? {
        row += 1;
        if let Some(reason) = fault(&record, header.len(), line_after) {
            cells.rejects.push(RawReject { row, reason });
        } else {
            record = match StringRecord::from_byte_record(record) {
                Ok(text) => {
                    cells.push(row, &text);
                    text.into_byte_record()
                }
                Err(error) => {
                    cells.rejects.push(RawReject { row, reason: not_utf8(error.utf8_error().field(), header) });
                    error.into_byte_record()
                }
            };
        }
        if cells.is_full() && !sink(cells.take()?) {
            return Ok(());
        }
    }
    if !cells.is_empty() {
        sink(cells.take()?);
    }
    Ok(())
}

/// What is wrong with the shape of a row.
fn fault(record: &ByteRecord, width: usize, line_after: u64) -> Option<String> {
    let line = record.position().map_or(0, csv::Position::line);
    let lines = line_after.saturating_sub(line);
    if record.as_slice().len() > LONGEST_ROW || lines > MOST_LINES {
        return Some(format!("runs over {lines} lines from line {line} on: a quote opened there is not closed; quote cells on both sides"));
    }
    if record.len() == width {
        return None;
    }
    let spans = if lines > 1 { format!(" over {lines} lines") } else { String::new() };
    Some(format!(
        "line {line} has {} cells{spans} where the header has {width}: quote cells that hold commas, quotes or line breaks",
        record.len()
    ))
}

fn not_utf8(field: usize, header: &[FileColumn]) -> String {
    let name = header.get(field).map_or("?", |column| &column.name);
    format!("column `{name}` is not UTF-8 text: export the file as UTF-8")
}

/// The cells of one batch.
struct Cells {
    schema: SchemaRef,
    positions: Vec<usize>,
    columns: Vec<StringBuilder>,
    numbers: Vec<u64>,
    bytes: usize,
    rejects: Vec<RawReject>,
}

impl Cells {
    fn new(header: &[FileColumn], wanted: &[Wanted]) -> Self {
        let positions: Vec<usize> = wanted.iter().map(|wanted| wanted.column).collect();
        let name = |position: &usize| header.get(*position).map_or("", |column| &column.name);
        let fields: Vec<_> = positions.iter().map(|position| Field::new(name(position), DataType::Utf8, true)).collect();
        let columns = positions.iter().map(|_| StringBuilder::new()).collect();
        Self { schema: Arc::new(Schema::new(fields)), positions, columns, numbers: Vec::new(), bytes: 0, rejects: Vec::new() }
    }

    fn push(&mut self, row: u64, record: &StringRecord) {
        for (column, &position) in self.columns.iter_mut().zip(&self.positions) {
            column.append_option(record.get(position).filter(|cell| !cell.is_empty()));
        }
        self.numbers.push(row);
        self.bytes += record.as_slice().len();
    }

    fn is_full(&self) -> bool {
        self.numbers.len() >= BATCH_ROWS || self.bytes >= BATCH_BYTES || self.rejects.len() >= BATCH_ROWS
    }

    fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.rejects.is_empty()
    }

    fn take(&mut self) -> Result<Raw, String> {
        let columns: Vec<ArrayRef> = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.numbers.len()));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options).map_err(|error| error.to_string())?;
        let numbers = std::mem::take(&mut self.numbers);
        let is_run = numbers.last().zip(numbers.first()).is_none_or(|(last, first)| last - first + 1 == numbers.len() as u64);
        let rows = if is_run { Rows::From(numbers.first().copied().unwrap_or(1)) } else { Rows::Numbers(numbers) };
        self.bytes = 0;
        Ok(Raw { batch, rows, rejects: std::mem::take(&mut self.rejects) })
    }
}
