//! Rows of a binary `COPY`.
//!
//! The stream begins with a signature and a header; each row is the number of its fields, and for each field its length (−1 is missing) and
//! its bytes; a count of −1 ends it. How the bytes come in pieces does not matter.

use super::column::{Cell, Column};
use crate::database::gathering::Gathering;
use crate::database::tally::hash;
use crate::format::{Raw, Sink};
use arrow_schema::{Field, Schema, SchemaRef};
use std::sync::Arc;

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// Signature, flags, and the length of an extension.
const HEADER: usize = SIGNATURE.len() + 8;
const END: &[u8] = &(-1_i16).to_be_bytes();
const BROKEN: &str = "the server sent rows in no known form";

/// Decodes rows into batches.
pub(super) struct Decoder {
    schema: SchemaRef,
    columns: Vec<Column>,
    sums: Vec<u64>,
    /// The beginning of a row that is not whole yet.
    pending: Vec<u8>,
    has_begun: bool,
    gathering: Gathering,
}

impl Decoder {
    pub(super) fn new(columns: &[(&str, Cell)]) -> Self {
        let builders: Vec<Column> = columns.iter().map(|(_, cell)| Column::new(*cell)).collect();
        let fields: Vec<Field> =
            columns.iter().zip(&builders).map(|((name, _), column)| Field::new(*name, column.data_type(), true)).collect();
        Self {
            schema: Arc::new(Schema::new(fields)),
            sums: vec![0; builders.len()],
            columns: builders,
            pending: Vec::new(),
            has_begun: false,
            gathering: Gathering::default(),
        }
    }

    /// The rows so far.
    pub(super) fn rows(&self) -> u64 {
        self.gathering.rows()
    }

    /// The checksum of each column.
    pub(super) fn sums(&self) -> &[u64] {
        &self.sums
    }

    /// Takes the next bytes; hands over batches as they fill up. `false`: no more are wanted.
    pub(super) fn feed(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<bool, String> {
        if self.pending.is_empty() {
            let Some(used) = self.take_rows(bytes, sink)? else { return Ok(false) };
            self.pending.extend_from_slice(&bytes[used..]);
            return Ok(true);
        }
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend_from_slice(bytes);
        let Some(used) = self.take_rows(&pending, sink)? else { return Ok(false) };
        pending.drain(..used);
        self.pending = pending;
        Ok(true)
    }

    /// Hands over the rows that are left.
    pub(super) fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), String> {
        if !self.pending.is_empty() {
            return Err("the rows break off".to_owned());
        }
        if !self.gathering.is_empty() {
            sink(self.take_batch()?);
        }
        Ok(())
    }

    /// Decodes whole rows and returns how many bytes they had; `None` where no more are wanted.
    fn take_rows(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<Option<usize>, String> {
        let mut used = 0;
        if !self.has_begun {
            let Some(length) = header(bytes)? else { return Ok(Some(0)) };
            used = length;
            self.has_begun = true;
        }
        while let Some(length) = self.row_length(&bytes[used..])? {
            self.push_row(&bytes[used..used + length]);
            used += length;
            if self.gathering.is_full() && !sink(self.take_batch()?) {
                return Ok(None);
            }
        }
        Ok(Some(used))
    }

    /// The bytes of the row (or the end) that begins here; `None` where it is not whole.
    fn row_length(&self, bytes: &[u8]) -> Result<Option<usize>, String> {
        let Some(count) = bytes.first_chunk().map(|count| i16::from_be_bytes(*count)) else { return Ok(None) };
        if count == -1 {
            return Ok(Some(END.len()));
        }
        if usize::try_from(count) != Ok(self.columns.len()) {
            return Err(BROKEN.to_owned());
        }
        let mut end = 2;
        for _ in 0..count {
            let Some(length) = bytes.get(end..).and_then(<[u8]>::first_chunk).map(|length| i32::from_be_bytes(*length)) else {
                return Ok(None);
            };
            end += 4 + usize::try_from(length.max(0)).unwrap_or_default();
        }
        Ok((end <= bytes.len()).then_some(end))
    }

    /// Appends a row that is whole.
    fn push_row(&mut self, row: &[u8]) {
        if row == END {
            return;
        }
        let mut rest = &row[2..];
        let mut fault = None;
        for (position, column) in self.columns.iter_mut().enumerate() {
            let (value, after) = field(rest);
            rest = after;
            self.sums[position] = self.sums[position].wrapping_add(hash(value));
            if let Err(reason) = column.push(value) {
                fault = Some((self.schema.field(position).name().as_str(), reason));
            }
        }
        self.gathering.count(row.len(), fault);
    }

    fn take_batch(&mut self) -> Result<Raw, String> {
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        self.gathering.take(&self.schema, columns)
    }
}

/// The length of the header, where it is whole.
fn header(bytes: &[u8]) -> Result<Option<usize>, String> {
    let Some(extension) = bytes.get(HEADER - 4..).and_then(<[u8]>::first_chunk).map(|length| u32::from_be_bytes(*length)) else {
        return Ok(None);
    };
    if !bytes.starts_with(SIGNATURE) {
        return Err(BROKEN.to_owned());
    }
    let end = HEADER + extension as usize;
    Ok((end <= bytes.len()).then_some(end))
}

/// The first field, and what follows it.
fn field(bytes: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let Some((length, rest)) = bytes.split_first_chunk() else { return (None, bytes) };
    match usize::try_from(i32::from_be_bytes(*length)) {
        Ok(length) => rest.split_at_checked(length).map_or((None, &[]), |(value, rest)| (Some(value), rest)),
        Err(_) => (None, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use claimsift::intake::Rows;

    fn row(values: &[Option<&[u8]>]) -> Vec<u8> {
        let mut bytes = (values.len() as i16).to_be_bytes().to_vec();
        for value in values {
            bytes.extend(value.map_or(-1, |value| value.len() as i32).to_be_bytes());
            bytes.extend(value.unwrap_or_default());
        }
        bytes
    }

    fn stream(rows: &[&[Option<&[u8]>]]) -> Vec<u8> {
        let mut bytes = [SIGNATURE, &[0; 8]].concat();
        rows.iter().for_each(|values| bytes.extend(row(values)));
        bytes.extend((-1_i16).to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8], piece: usize) -> Result<(Vec<Raw>, u64), String> {
        let mut decoder = Decoder::new(&[("a", Cell::Text), ("b", Cell::Whole)]);
        let mut batches = Vec::new();
        let mut sink = |raw: Raw| {
            batches.push(raw);
            true
        };
        for piece in bytes.chunks(piece) {
            decoder.feed(piece, &mut sink)?;
        }
        decoder.finish(&mut sink)?;
        let rows = decoder.rows();
        Ok((batches, rows))
    }

    #[test]
    fn pieces_of_any_size_give_the_same_rows() {
        let one = 1_i32.to_be_bytes();
        let bytes = stream(&[&[Some(b"x"), Some(&one)], &[None, None], &[Some("结算".as_bytes()), Some(&one)]]);
        for piece in [1, 2, 7, 1_000] {
            let (batches, rows) = decode(&bytes, piece).expect("rows");
            assert_eq!((batches.len(), rows, batches[0].batch.num_rows()), (1, 3, 3), "{piece}");
            assert!(matches!(batches[0].rows, Rows::From(1)));
        }
    }

    #[test]
    fn a_row_that_cannot_be_used_is_set_aside_with_its_number() {
        let bytes = stream(&[&[Some(b"x"), None], &[Some(b"\xff"), None], &[Some(b"y"), Some(&[1])], &[Some(b"z"), None]]);
        let (batches, _) = decode(&bytes, 64).expect("rows");
        assert!(matches!(&batches[0].rows, Rows::Numbers(numbers) if numbers == &[1, 4]));
        let rejects: Vec<_> = batches[0].rejects.iter().map(|reject| (reject.row, reject.reason.as_str())).collect();
        assert_eq!(rejects[0], (2, "column `a` holds not UTF-8 text: correct the value, or leave it empty"));
        assert_eq!(rejects[1].0, 3);
    }

    #[test]
    fn a_stream_that_breaks_off_or_is_none_is_an_error() {
        let bytes = stream(&[&[Some(b"x"), None]]);
        assert!(decode(&bytes[..bytes.len() - 4], 100).is_err());
        assert!(decode(b"claim_id,person_id,provider_id", 100).is_err());
        assert!(decode(&stream(&[&[Some(b"x")]]), 100).is_err());
    }
}
