//! A stream of text in blocks of whole rows.

use super::dialect::Dialect;
use super::split::last_row_end;
use std::io::Read;

/// A row that does not end within so many bytes is taken for a file that is no table.
const LONGEST_ROW: usize = 1 << 26;

/// Cuts a stream into blocks, each of which starts with a row and ends where one ends.
pub(super) struct Blocks<R> {
    source: R,
    dialect: Dialect,
    size: usize,
    rest: Vec<u8>,
    is_done: bool,
}

impl<R: Read> Blocks<R> {
    /// Blocks of about `size` bytes.
    pub(super) fn new(source: R, dialect: Dialect, size: usize) -> Self {
        Self { source, dialect, size, rest: Vec::new(), is_done: false }
    }

    /// The next block; `None` at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        let mut block = std::mem::take(&mut self.rest);
        while !self.is_done {
            let read = self.source.by_ref().take(self.size as u64).read_to_end(&mut block).map_err(|error| error.to_string())?;
            self.is_done = read < self.size;
            if self.is_done {
                break;
            }
            if let Some(end) = last_row_end(&block, self.dialect) {
                self.rest = Vec::with_capacity(self.size + 2 * (block.len() - end) + 64);
                self.rest.extend_from_slice(&block[end..]);
                block.truncate(end);
                return Ok(Some(block));
            }
            if block.len() > LONGEST_ROW {
                return Err(format!("a row does not end within {} MB", LONGEST_ROW >> 20));
            }
        }
        Ok((!block.is_empty()).then_some(block))
    }
}
