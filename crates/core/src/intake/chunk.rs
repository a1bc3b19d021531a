//! What a reader hands to intake: rows under canonical column names, with their place in the file.

use arrow_array::RecordBatch;
use std::sync::Arc;

/// Rows of one table from one file. Columns carry canonical names; unknown columns are ignored.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The file as the user knows it.
    pub file: Arc<str>,
    /// The row numbers of the batch in the file.
    pub rows: Rows,
    /// The rows. Any Arrow type that can be read as the column's kind is accepted.
    pub batch: RecordBatch,
    /// Rows that the reader could not even bring into columns (ragged, undecodable).
    pub rejects: Vec<Reject>,
    /// Rows that the layout leaves out on purpose and that are in neither: reason and number.
    pub set_aside: Vec<(String, u64)>,
    /// Values that differ from the one that was taken, where rows were put together: column and number.
    pub conflicts: Vec<(&'static str, u64)>,
}

impl Chunk {
    /// Rows of which none was left out.
    pub fn new(file: Arc<str>, rows: Rows, batch: RecordBatch) -> Self {
        Self { file, rows, batch, rejects: Vec::new(), set_aside: Vec::new(), conflicts: Vec::new() }
    }
}

/// Row numbers, counted from 1 for the first row of data after a header.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Consecutive, from this number on.
    From(u64),
    /// One number per row.
    Numbers(Vec<u64>),
}

impl Rows {
    /// The number of the `index`th row of the chunk.
    pub fn number(&self, index: usize) -> u64 {
        match self {
            Self::From(first) => first + index as u64,
            Self::Numbers(numbers) => numbers.get(index).copied().unwrap_or_default(),
        }
    }
}

/// A row that was not taken, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    /// The table.
    pub table: &'static str,
    /// The file as the user knows it.
    pub file: Arc<str>,
    /// The row number, counted from 1 for the first row of data.
    pub row: u64,
    /// The column at fault; empty when it is the row as a whole.
    pub column: &'static str,
    /// The value at fault; withheld where it could identify a person.
    pub value: String,
    /// What is wrong and what to do.
    pub reason: String,
    /// An identical repeat, which changes nothing and is counted apart from rejects.
    pub is_repeat: bool,
}
