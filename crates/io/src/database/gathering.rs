//! Rows gathered for the next batch, and those among them that cannot be used.

use crate::format::{BATCH_ROWS, Raw, RawReject};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use arrow_select::filter::filter_record_batch;
use claimsift::intake::Rows;

/// A batch ends early beyond this, so that text offsets stay within 32 bits.
const BATCH_BYTES: usize = 1 << 26;

/// Counts of a part and of its batch in the making.
#[derive(Default)]
pub(super) struct Gathering {
    /// Rows of the part so far.
    rows: u64,
    in_batch: usize,
    bytes: usize,
    /// Positions in the batch of rows that cannot be used; their columns hold something all the same.
    faulty: Vec<usize>,
    rejects: Vec<RawReject>,
}

impl Gathering {
    /// Counts a row whose values have been appended; with the column at fault and why, if one is.
    pub(super) fn count(&mut self, bytes: usize, fault: Option<(&str, &str)>) {
        self.rows += 1;
        if let Some((column, reason)) = fault {
            let reason = format!("column `{column}` holds {reason}: correct the value, or leave it empty");
            self.rejects.push(RawReject { row: self.rows, reason });
            self.faulty.push(self.in_batch);
        }
        self.in_batch += 1;
        self.bytes += bytes;
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn is_full(&self) -> bool {
        self.in_batch >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    pub(super) fn is_empty(&self) -> bool {
        self.in_batch == 0
    }

    /// The batch of what was gathered since the last one.
    pub(super) fn take(&mut self, schema: &SchemaRef, columns: Vec<ArrayRef>) -> Result<Raw, String> {
        let count = std::mem::take(&mut self.in_batch);
        let (faulty, rejects) = (std::mem::take(&mut self.faulty), std::mem::take(&mut self.rejects));
        self.bytes = 0;
        let first = self.rows + 1 - count as u64;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(schema.clone(), columns, &options).map_err(|error| error.to_string())?;
        if faulty.is_empty() {
            return Ok(Raw { batch, rows: Rows::From(first), rejects });
        }
        let mut is_good = vec![true; count];
        faulty.iter().for_each(|&row| is_good[row] = false);
        let numbers = (first..).zip(&is_good).filter(|(_, is_good)| **is_good).map(|(number, _)| number).collect();
        let batch = filter_record_batch(&batch, &BooleanArray::from(is_good)).map_err(|error| error.to_string())?;
        Ok(Raw { batch, rows: Rows::Numbers(numbers), rejects })
    }
}
