//! Columns of other files, by key.

use super::text::plain;
use crate::layout::DIVIDER;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, StringArray};
use arrow_schema::ArrowError;
use claimsift::tables::dictionary::Dictionary;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Between the parts of a key.
const SEPARATOR: char = '\u{1f}';

/// The keys of other files and some of their columns, in compact form.
pub(crate) struct LookupTable {
    keys: Dictionary,
    columns: Vec<Taken>,
}

/// One value per key, by number in a dictionary of its own.
#[derive(Default)]
struct Taken {
    values: Dictionary,
    by_key: Vec<u32>,
    /// Every key with every value, where all are taken.
    pairs: Option<BTreeSet<(u32, u32)>>,
}

/// A look-up that can be made: its table and the column there; without one, the value tells whether the key is there.
#[derive(Clone)]
pub(crate) struct Loaded {
    pub(crate) table: Arc<LookupTable>,
    pub(crate) column: Option<usize>,
}

impl LookupTable {
    /// An empty table with a column for each entry, which tells whether all values of a key are taken.
    pub(crate) fn new(columns: impl Iterator<Item = bool>) -> Self {
        let taken = |takes_all: bool| Taken { pairs: takes_all.then(BTreeSet::new), ..Taken::default() };
        Self { keys: Dictionary::default(), columns: columns.map(taken).collect() }
    }

    /// The table when all rows are in.
    pub(crate) fn finish(mut self) -> Self {
        self.columns.iter_mut().for_each(Taken::gather);
        self
    }

    /// Adds rows; columns that the rows do not have are `None`. Of several values for a key the first counts, unless all are taken.
    pub(crate) fn add(&mut self, key: &[ArrayRef], columns: &[Option<ArrayRef>]) -> Result<(), ArrowError> {
        let keys = Keys::of(key)?;
        let columns = columns.iter().map(|column| column.as_ref().map(plain).transpose()).collect::<Result<Vec<_>, _>>()?;
        let texts: Vec<Option<&StringArray>> = columns.iter().map(|column| column.as_ref().map(|column| column.as_string())).collect();
        let mut text = String::new();
        for row in 0..keys.rows() {
            if !keys.write(row, &mut text) {
                continue;
            }
            let number = self.keys.intern(&text) as usize;
            for (taken, column) in self.columns.iter_mut().zip(&texts) {
                if let Some(column) = column.filter(|column| column.is_valid(row)) {
                    taken.add(number, column.value(row));
                }
            }
        }
        Ok(())
    }
}

impl Taken {
    fn add(&mut self, key: usize, value: &str) {
        if let Some(pairs) = &mut self.pairs {
            pairs.insert((key as u32, self.values.intern(value.trim())));
            return;
        }
        if self.by_key.len() <= key {
            self.by_key.resize(key + 1, u32::MAX);
        }
        if self.by_key[key] == u32::MAX {
            self.by_key[key] = self.values.intern(value);
        }
    }

    /// Joins the values of each key, in the order in which values came.
    fn gather(&mut self) {
        let Some(pairs) = self.pairs.take() else { return };
        let values = std::mem::take(&mut self.values);
        let mut joined: Vec<(u32, String)> = Vec::new();
        for (key, value) in pairs {
            match joined.last_mut() {
                Some((last, text)) if *last == key => {
                    text.push(DIVIDER);
                    text.push_str(values.text(value));
                }
                _ => joined.push((key, values.text(value).to_owned())),
            }
        }
        joined.iter().for_each(|(key, text)| self.add(*key as usize, text));
    }

    fn value(&self, key: u32) -> Option<&str> {
        self.by_key.get(key as usize).filter(|&&value| value != u32::MAX).map(|&value| self.values.text(value))
    }
}

/// The columns of a key as texts.
struct Keys {
    columns: Vec<ArrayRef>,
}

impl Keys {
    fn of(columns: &[ArrayRef]) -> Result<Self, ArrowError> {
        Ok(Self { columns: columns.iter().map(plain).collect::<Result<_, _>>()? })
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }

    /// Writes the key of a row; `false` where a part of it is missing.
    fn write(&self, row: usize, text: &mut String) -> bool {
        text.clear();
        for (number, column) in self.columns.iter().enumerate() {
            let column: &StringArray = column.as_string();
            if column.is_null(row) {
                return false;
            }
            if number > 0 {
                text.push(SEPARATOR);
            }
            text.push_str(column.value(row).trim());
        }
        true
    }
}

/// The value found by each row's key; null without a key, and where the key has no value.
pub(super) fn look_up(by: &[ArrayRef], lookup: &Loaded) -> Result<ArrayRef, ArrowError> {
    let keys = Keys::of(by)?;
    let table = &lookup.table;
    let mut text = String::new();
    let mut find = |row: usize| keys.write(row, &mut text).then(|| table.keys.find(&text));
    let Some(column) = lookup.column.and_then(|column| table.columns.get(column)) else {
        let found = (0..keys.rows()).map(|row| find(row).map(|key| key.is_some()));
        return Ok(Arc::new(found.collect::<BooleanArray>()));
    };
    let found = (0..keys.rows()).map(|row| find(row).flatten().and_then(|key| column.value(key)));
    Ok(Arc::new(found.collect::<StringArray>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[Option<&str>]) -> ArrayRef {
        Arc::new(values.iter().copied().collect::<StringArray>())
    }

    #[test]
    fn the_first_value_of_a_key_counts() {
        let mut table = LookupTable::new([false, false].into_iter());
        let key = [texts(&[Some("a"), Some("a "), None, Some("b")]), texts(&[Some("1"), Some("1"), Some("1"), Some("2")])];
        table.add(&key, &[Some(texts(&[None, Some("x"), Some("y"), None])), None]).expect("added");
        table.add(&key, &[Some(texts(&[Some("z"), None, None, None])), None]).expect("added");
        let table = Arc::new(table.finish());
        let by = [texts(&[Some("a"), Some("b"), Some("c"), None]), texts(&[Some("1"), Some("2"), Some("1"), Some("1")])];
        let of = |column| look_up(&by, &Loaded { table: Arc::clone(&table), column }).expect("found");
        assert_eq!(of(Some(0)).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("x"), None, None, None]);
        assert_eq!(of(Some(1)).null_count(), 4);
        assert_eq!(of(None).as_boolean().iter().collect::<Vec<_>>(), [Some(true), Some(true), Some(false), None]);
    }

    #[test]
    fn all_values_of_a_key_are_joined() {
        let mut table = LookupTable::new([true].into_iter());
        let key = [texts(&[Some("a"), Some("b"), Some("a"), Some("a"), Some("c")])];
        table.add(&key, &[Some(texts(&[Some("y"), Some("x"), Some("x"), Some("y "), None]))]).expect("added");
        let lookup = Loaded { table: Arc::new(table.finish()), column: Some(0) };
        let found = look_up(&[texts(&[Some("a"), Some("b"), Some("c")])], &lookup).expect("found");
        assert_eq!(found.as_string::<i32>().iter().collect::<Vec<_>>(), [Some("y|x"), Some("x"), None]);
    }
}
