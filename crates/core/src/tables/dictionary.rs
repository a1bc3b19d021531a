//! Dictionaries: texts outside, dense numbers inside.

use hashbrown::HashTable;
use rayon::prelude::*;
use std::hash::BuildHasher;

/// The texts of one domain, numbered densely.
///
/// After [`Dictionary::sort`] the numbers follow the order of the texts, so that no result depends on the order of input rows.
#[derive(Default)]
pub struct Dictionary {
    ends: Vec<u64>,
    bytes: String,
    index: HashTable<u32>,
}

/// A hash that stays the same from run to run.
fn hash(text: &str) -> u64 {
    foldhash::quality::FixedState::default().hash_one(text)
}

/// The mark that stands for a text where only equality matters; never `u64::MAX`.
pub(crate) fn mark(text: &str) -> u64 {
    hash(text) % u64::MAX
}

impl Dictionary {
    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a number; empty for a number that is not in use.
    pub fn text(&self, key: u32) -> &str {
        let key = key as usize;
        let Some(&end) = self.ends.get(key) else { return "" };
        let start = if key == 0 { 0 } else { self.ends[key - 1] as usize };
        &self.bytes[start..end as usize]
    }

    /// The number of a text.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.index.find(hash(text), |&key| self.text(key) == text).copied()
    }

    /// The text of a mark, if the dictionary has it.
    pub(crate) fn marked(&self, marked: u64) -> Option<&str> {
        // A text whose hash was folded onto 0 is not found; it would take one in 2⁶⁴.
        self.index.find(marked, |&key| mark(self.text(key)) == marked).map(|&key| self.text(key))
    }

    /// Appends a text that is not looked up and may be there already.
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
        self.ends.len() as u32 - 1
    }

    /// Makes room for so many texts in all.
    pub(crate) fn reserve(&mut self, texts: usize) {
        let (ends, bytes) = (&self.ends, &self.bytes);
        self.index.reserve(texts.saturating_sub(ends.len()), |&key| hash(text_of(ends, bytes, key)));
        self.ends.reserve(texts.saturating_sub(self.ends.len()));
    }

    /// The number of a text, which is added if it is new.
    pub fn intern(&mut self, text: &str) -> u32 {
        let hashed = hash(text);
        if let Some(&key) = self.index.find(hashed, |&key| text_of(&self.ends, &self.bytes, key) == text) {
            return key;
        }
        let key = self.push(text);
        let (ends, bytes) = (&self.ends, &self.bytes);
        self.index.insert_unique(hashed, key, |&key| hash(text_of(ends, bytes, key)));
        key
    }

    /// The numbers in the order of their texts.
    pub(crate) fn sorted(&self) -> Vec<u32> {
        let mut keys: Vec<u32> = (0..self.len() as u32).collect();
        keys.par_sort_unstable_by(|&left, &right| self.text(left).cmp(self.text(right)));
        keys
    }

    /// Renumbers so that `order[new] = old`; returns the map from old to new numbers.
    pub(crate) fn renumber(&mut self, order: &[u32]) -> Vec<u32> {
        let mut map = vec![0; order.len()];
        let mut renumbered =
            Self { ends: Vec::with_capacity(order.len()), bytes: String::with_capacity(self.bytes.len()), index: HashTable::new() };
        for (new, &old) in order.iter().enumerate() {
            map[old as usize] = new as u32;
            renumbered.bytes.push_str(self.text(old));
            renumbered.ends.push(renumbered.bytes.len() as u64);
        }
        renumbered.index = std::mem::take(&mut self.index);
        for key in &mut renumbered.index {
            *key = map[*key as usize];
        }
        *self = renumbered;
        map
    }

    /// Numbers the texts in their own order; returns the map from old to new numbers.
    pub(crate) fn sort(&mut self) -> Vec<u32> {
        let order = self.sorted();
        self.renumber(&order)
    }
}

fn text_of<'a>(ends: &[u64], bytes: &'a str, key: u32) -> &'a str {
    let key = key as usize;
    let start = if key == 0 { 0 } else { ends[key - 1] as usize };
    &bytes[start..ends[key] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_keeps_texts_and_look_ups() {
        let mut dictionary = Dictionary::default();
        let keys: Vec<u32> = ["pear", "apple", "pear", "fig"].iter().map(|text| dictionary.intern(text)).collect();
        assert_eq!(keys, [0, 1, 0, 2]);
        let map = dictionary.sort();
        assert_eq!(map, [2, 0, 1]);
        assert_eq!(dictionary.text(2), "pear");
        assert_eq!(dictionary.find("fig"), Some(1));
        assert_eq!(dictionary.find("plum"), None);
        assert_eq!(dictionary.intern("apple"), 0);
    }
}
