//! What was read of a table: rows and checksums, gathered part by part.
//!
//! A database has no bytes to hash. Instead each column has the sum of 64-bit hashes of its values, which depends neither on the order of
//! rows nor on how the table was divided, so that a dump restored elsewhere, or a vacuumed table, is the same data. It tells whether data
//! have changed; it is no proof against somebody who wants it to agree.

use crate::format::FileColumn;
use crate::input::Fingerprint;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Counts and checksums of a table.
#[derive(Debug, Default)]
pub(super) struct Tally {
    parts: Mutex<BTreeMap<usize, PartTally>>,
}

/// Those of one part; columns by their position in the table.
#[derive(Debug, Default)]
struct PartTally {
    rows: u64,
    columns: BTreeMap<usize, u64>,
}

impl Tally {
    /// Notes a part that has been read to its end. What was noted of it before is replaced where it is read again.
    pub(super) fn note(&self, part: usize, rows: u64, columns: impl Iterator<Item = (usize, u64)>) {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = parts.entry(part).or_default();
        if noted.rows != rows {
            noted.columns.clear();
        }
        noted.rows = rows;
        noted.columns.extend(columns);
    }

    pub(super) fn rows_before(&self, part: usize) -> u64 {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.range(..part).map(|(_, noted)| noted.rows).sum()
    }

    /// The fingerprint of a table of so many parts, of the columns that were read in all of them.
    pub(super) fn fingerprint(&self, name: &str, parts: usize, columns: &[FileColumn]) -> Option<Fingerprint> {
        let noted = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() < parts {
            return None;
        }
        let rows = noted.values().map(|part| part.rows).sum();
        let sum = |column: usize| {
            noted.values().map(|part| part.columns.get(&column).copied()).try_fold(0_u64, |sum, part| Some(sum.wrapping_add(part?)))
        };
        let sums =
            columns.iter().enumerate().filter_map(|(position, column)| Some((column.name.clone(), format!("{:016x}", sum(position)?))));
        Some(Fingerprint::of_table(name, rows, sums.collect()))
    }
}

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of one value; a missing one is 0. Its definition is part of the manifest's meaning and does not change.
pub(super) fn hash(value: Option<&[u8]>) -> u64 {
    let Some(bytes) = value else { return 0 };
    let mut state = MULTIPLIER ^ bytes.len() as u64;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        state = mix(state ^ word.try_into().map_or(0, u64::from_le_bytes));
    }
    let tail = words.remainder().iter().rev().fold(0, |tail, &byte| (tail << 8) | u64::from(byte));
    mix(mix(state ^ tail))
}

/// Both halves of the product with a constant, folded, so that every bit in acts on every bit out.
fn mix(word: u64) -> u64 {
    let product = u128::from(word ^ 0x2545_f491_4f6c_dd1d) * u128::from(MULTIPLIER);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<FileColumn> {
        ["a", "b"].map(|name| FileColumn { name: name.to_owned(), is_nested: false }).into()
    }

    fn sum(values: &[&str]) -> u64 {
        values.iter().fold(0, |sum, value| sum.wrapping_add(hash(Some(value.as_bytes()))))
    }

    #[test]
    fn order_and_division_do_not_count_but_values_do() {
        let of = |parts: &[&[&str]]| {
            let tally = Tally::default();
            for (part, values) in parts.iter().enumerate() {
                tally.note(part, values.len() as u64, [(0, sum(values))].into_iter());
            }
            tally.fingerprint("t", parts.len(), &columns()).expect("a fingerprint")
        };
        let whole = of(&[&["1", "2", "twelve characters", ""]]);
        assert_eq!(whole.rows, Some(4));
        assert_eq!(whole.columns.keys().collect::<Vec<_>>(), ["a"], "b was not read");
        assert_eq!(whole, of(&[&["twelve characters"], &["", "2"], &["1"]]));
        assert_ne!(whole, of(&[&["1", "3", "twelve characters", ""]]));
        assert_ne!(whole, of(&[&["1", "2", "twelve characterz", ""]]));
    }

    #[test]
    fn what_was_not_read_to_its_end_has_no_fingerprint() {
        let tally = Tally::default();
        tally.note(1, 5, [(0, 1)].into_iter());
        assert_eq!(tally.fingerprint("t", 2, &columns()), None);
        tally.note(0, 7, [(0, 1)].into_iter());
        assert_eq!(tally.rows_before(1), 7);
        assert!(tally.fingerprint("t", 2, &columns()).is_some());
    }

    #[test]
    fn missing_and_empty_differ_and_short_values_spread() {
        assert_ne!(hash(None), hash(Some(b"")));
        let mut hashes: Vec<u64> = (0..10_000_u32).map(|number| hash(Some(number.to_string().as_bytes()))).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 10_000);
        assert_eq!(hash(Some(b"C1")), 0xc761_6ce0_2e58_b447, "the definition is fixed");
    }
}
