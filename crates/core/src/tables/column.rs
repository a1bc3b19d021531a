//! One column of a canonical table: a plain vector of stored values, empty when the data set does not have the column.

use super::value::{Cell, Kind};
use std::marker::PhantomData;

/// A column in memory. An absent column answers `None` for every row.
#[derive(Clone, Debug)]
pub struct Column<T: Cell> {
    values: Vec<T::Stored>,
}

impl<T: Cell> Default for Column<T> {
    fn default() -> Self {
        Self { values: Vec::new() }
    }
}

impl<T: Cell> Column<T> {
    /// The value in a row; `None` where nothing was given or the column is absent.
    #[inline]
    pub fn get(&self, row: usize) -> Option<T> {
        self.values.get(row).and_then(|&stored| T::load(stored))
    }

    /// Whether the data set has this column (and it was loaded).
    pub fn is_present(&self) -> bool {
        !self.values.is_empty()
    }

    /// The stored values, null forms included.
    pub fn stored(&self) -> &[T::Stored] {
        &self.values
    }
}

/// A column of scaled numbers: 32 bits each, until one comes that needs 64.
#[derive(Clone, Debug)]
pub struct Scaled<T: Cell<Stored = i64>> {
    narrow: Vec<i32>,
    wide: Vec<i64>,
    of: PhantomData<T>,
}

impl<T: Cell<Stored = i64>> Default for Scaled<T> {
    fn default() -> Self {
        Self { narrow: Vec::new(), wide: Vec::new(), of: PhantomData }
    }
}

impl<T: Cell<Stored = i64>> Scaled<T> {
    /// The value in a row; `None` where nothing was given or the column is absent.
    #[inline]
    pub fn get(&self, row: usize) -> Option<T> {
        T::load(self.stored(row)?)
    }

    /// The stored value in a row, the null form included; `None` where the column is absent.
    #[inline]
    pub fn stored(&self, row: usize) -> Option<i64> {
        match self.narrow.get(row) {
            Some(&value) => Some(widen(value)),
            None => self.wide.get(row).copied(),
        }
    }

    /// Whether the data set has this column (and it was loaded).
    pub fn is_present(&self) -> bool {
        self.len() > 0
    }

    fn len(&self) -> usize {
        self.narrow.len().max(self.wide.len())
    }

    fn resize(&mut self, rows: usize) {
        if self.wide.is_empty() { self.narrow.resize(rows, i32::MIN) } else { self.wide.resize(rows, T::NULL) }
    }

    fn extend(&mut self, values: &[i64], expected: usize) {
        let narrow = |&value: &i64| {
            if value == T::NULL { Some(i32::MIN) } else { i32::try_from(value).ok().filter(|&value| value != i32::MIN) }
        };
        if self.wide.is_empty() {
            let before = self.narrow.len();
            self.narrow.extend(values.iter().map_while(narrow));
            if self.narrow.len() == before + values.len() {
                return;
            }
            self.narrow.truncate(before);
            self.wide.reserve_exact(expected.max(before + values.len()));
            self.wide.extend(std::mem::take(&mut self.narrow).into_iter().map(widen));
        }
        self.wide.extend_from_slice(values);
    }
}

fn widen(value: i32) -> i64 {
    if value == i32::MIN { i64::MIN } else { value.into() }
}

impl<T: Cell<Stored = i64>> AnyColumn for Scaled<T> {
    fn kind(&self) -> Kind {
        T::KIND
    }

    fn is_present(&self) -> bool {
        Scaled::is_present(self)
    }

    fn append(&mut self, chunk: Stored, before: usize, expected: usize) {
        if !Scaled::is_present(self) {
            self.narrow.reserve_exact(expected);
        }
        self.resize(before);
        if let Stored::I64(values) = chunk {
            self.extend(&values, expected);
        }
    }

    fn fill(&mut self, rows: usize) {
        if Scaled::is_present(self) {
            self.resize(rows);
        }
    }

    fn gather(&mut self, rows: &[u32]) {
        gather(&mut self.narrow, rows);
        gather(&mut self.wide, rows);
    }

    fn remap(&mut self, _map: &[u32]) {}

    fn same(&self, left: usize, right: usize) -> bool {
        self.stored(left) == self.stored(right)
    }

    fn order(&self, left: usize, right: usize) -> std::cmp::Ordering {
        self.stored(left).cmp(&self.stored(right))
    }

    fn keys(&self) -> Option<&[u32]> {
        None
    }

    fn numbers(&self) -> Vec<i64> {
        (0..self.len()).filter_map(|row| self.stored(row)).collect()
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// Reorders (or selects) the values of a column that is there.
fn gather<S: Copy + Send + Sync>(values: &mut Vec<S>, rows: &[u32]) {
    use rayon::prelude::*;
    if !values.is_empty() {
        *values = rows.par_iter().with_min_len(1 << 14).map(|&row| values[row as usize]).collect();
    }
}

/// Rows whose labels share one stored position.
const BLOCK: usize = 32;

/// A column of row labels: unique texts of at most 65,535 bytes kept end to end, with the length of each and the place of every 32nd.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    lengths: Vec<u16>,
    blocks: Vec<u64>,
    bytes: String,
}

impl Labels {
    /// The longest label in bytes.
    pub(crate) const LONGEST: usize = u16::MAX as usize;

    /// The label of a row; `None` where it is empty or the column is absent.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.range(row..row + 1).next().flatten()
    }

    /// The labels of consecutive rows.
    pub(crate) fn range(&self, rows: std::ops::Range<usize>) -> impl Iterator<Item = Option<&str>> {
        let block = rows.start / BLOCK;
        let before = self.lengths.get(block * BLOCK..rows.start).unwrap_or(&[]);
        let mut end = self.blocks.get(block).copied().unwrap_or(0) as usize + before.iter().copied().map(usize::from).sum::<usize>();
        self.lengths.get(rows).unwrap_or(&[]).iter().map(move |&length| {
            let start = end;
            end += usize::from(length);
            (length > 0).then(|| &self.bytes[start..end])
        })
    }

    /// Whether the data set has this column.
    pub fn is_present(&self) -> bool {
        !self.lengths.is_empty()
    }

    /// Appends a label, which must not be longer than [`Labels::LONGEST`].
    pub(crate) fn push(&mut self, label: &str) {
        if self.lengths.len().is_multiple_of(BLOCK) {
            self.blocks.push(self.bytes.len() as u64);
        }
        self.bytes.push_str(label);
        self.lengths.push(label.len() as u16);
    }

    pub(crate) fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Makes room for labels like those there are, `rows` in all.
    fn reserve(&mut self, rows: usize) {
        let more = rows.saturating_sub(self.len());
        self.lengths.reserve_exact(more);
        self.blocks.reserve_exact(more / BLOCK + 1);
        self.bytes.reserve(self.bytes.len() / self.len().max(1) * more);
    }

    fn append(&mut self, later: &Self) {
        if self.len().is_multiple_of(BLOCK) {
            let base = self.bytes.len() as u64;
            self.blocks.extend(later.blocks.iter().map(|place| base + place));
            self.bytes.push_str(&later.bytes);
            self.lengths.extend_from_slice(&later.lengths);
        } else {
            later.range(0..later.len()).for_each(|label| self.push(label.unwrap_or_default()));
        }
    }

    fn gather(&mut self, rows: &[u32]) {
        use rayon::prelude::*;
        let gather = |rows: &[u32]| {
            let mut part = Self::default();
            rows.iter().for_each(|&row| part.push(self.get(row as usize).unwrap_or_default()));
            part
        };
        let parts: Vec<Self> = rows.par_chunks(BLOCK << 10).map(gather).collect();
        let bytes = parts.iter().map(|part| part.bytes.len()).sum();
        // The old labels are given back before the new ones are put together.
        *self = Self::default();
        *self = Self { lengths: Vec::with_capacity(rows.len()), blocks: Vec::new(), bytes: String::with_capacity(bytes) };
        parts.into_iter().for_each(|part| self.append(&part));
    }
}

/// Stored values of any type, as they come from one chunk of input.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    U8(Vec<u8>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F64(Vec<f64>),
    Labels(Labels),
}

impl Stored {
    /// The number of rows that have a value.
    pub(crate) fn given(&self) -> u64 {
        fn count<S: Copy>(values: &[S], is_given: impl Fn(S) -> bool) -> u64 {
            values.iter().filter(|&&value| is_given(value)).count() as u64
        }
        match self {
            Self::U8(values) => count(values, |value| value != u8::MAX),
            Self::U32(values) => count(values, |value| value != u32::MAX),
            Self::U64(values) => count(values, |value| value != u64::MAX),
            Self::I32(values) => count(values, |value| value != i32::MIN),
            Self::I64(values) => count(values, |value| value != i64::MIN),
            Self::F64(values) => count(values, |value| !value.is_nan()),
            Self::Labels(labels) => (0..labels.len()).filter(|&row| labels.get(row).is_some()).count() as u64,
        }
    }

    /// Keeps the rows for which `keep` says so.
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        fn filter<S: Copy>(values: &mut Vec<S>, keep: &[bool]) {
            let mut row = 0;
            values.retain(|_| {
                row += 1;
                keep[row - 1]
            });
        }
        match self {
            Self::U8(values) => filter(values, keep),
            Self::U32(values) => filter(values, keep),
            Self::U64(values) => filter(values, keep),
            Self::I32(values) => filter(values, keep),
            Self::I64(values) => filter(values, keep),
            Self::F64(values) => filter(values, keep),
            Self::Labels(labels) => {
                let rows: Vec<u32> = (0..keep.len() as u32).filter(|&row| keep[row as usize]).collect();
                labels.gather(&rows);
            }
        }
    }
}

/// Ties a stored type to its case of [`Stored`].
trait Storage: Copy {
    fn values(stored: Stored) -> Option<Vec<Self>>;
}

macro_rules! storage {
    ($($type:ty => $case:ident),*) => {$(
        impl Storage for $type {
            fn values(stored: Stored) -> Option<Vec<Self>> {
                if let Stored::$case(values) = stored { Some(values) } else { None }
            }
        }
    )*};
}

storage!(u8 => U8, u32 => U32, u64 => U64, i32 => I32, i64 => I64, f64 => F64);

/// What intake does with a column without knowing its type.
pub(crate) trait AnyColumn: Send + Sync {
    fn kind(&self) -> Kind;
    fn is_present(&self) -> bool;
    /// Appends a chunk; rows that were appended before the column first came are filled with nulls up to `before`. There will be about
    /// `expected` rows.
    fn append(&mut self, chunk: Stored, before: usize, expected: usize);
    /// Appends nulls up to `rows`, if the column is present.
    fn fill(&mut self, rows: usize);
    /// Reorders (or selects) rows.
    fn gather(&mut self, rows: &[u32]);
    /// Replaces keys by `map[key]`; does nothing for other columns.
    fn remap(&mut self, map: &[u32]);
    /// Whether two rows hold the same value.
    fn same(&self, left: usize, right: usize) -> bool;
    /// Orders two rows by stored value.
    fn order(&self, left: usize, right: usize) -> std::cmp::Ordering;
    /// Stored keys, for key columns.
    fn keys(&self) -> Option<&[u32]>;
    /// Stored scaled numbers, for columns of money, quantities and prices.
    fn numbers(&self) -> Vec<i64> {
        Vec::new()
    }
    fn as_any(&self) -> &dyn std::any::Any;
}

impl<T: Cell> AnyColumn for Column<T>
where
    T::Stored: Storage + PartialOrd,
{
    fn kind(&self) -> Kind {
        T::KIND
    }

    fn is_present(&self) -> bool {
        Column::is_present(self)
    }

    fn append(&mut self, chunk: Stored, before: usize, expected: usize) {
        if self.values.is_empty() {
            self.values.reserve_exact(expected);
        }
        self.values.resize(before, T::NULL);
        if let Some(values) = T::Stored::values(chunk) {
            self.values.extend_from_slice(&values);
        }
    }

    fn fill(&mut self, rows: usize) {
        if self.is_present() {
            self.values.resize(rows, T::NULL);
        }
    }

    fn gather(&mut self, rows: &[u32]) {
        gather(&mut self.values, rows);
    }

    fn remap(&mut self, map: &[u32]) {
        use rayon::prelude::*;
        if matches!(T::KIND, Kind::Key(_))
            && let Some(keys) = (&mut self.values as &mut dyn std::any::Any).downcast_mut::<Vec<u32>>()
        {
            keys.par_iter_mut().with_min_len(1 << 14).for_each(|key| {
                if *key != u32::MAX {
                    *key = map[*key as usize];
                }
            });
        }
    }

    fn same(&self, left: usize, right: usize) -> bool {
        !self.is_present() || self.values[left] == self.values[right] || (self.get(left).is_none() && self.get(right).is_none())
    }

    fn order(&self, left: usize, right: usize) -> std::cmp::Ordering {
        if !self.is_present() {
            return std::cmp::Ordering::Equal;
        }
        self.values[left].partial_cmp(&self.values[right]).unwrap_or(std::cmp::Ordering::Equal)
    }

    fn keys(&self) -> Option<&[u32]> {
        matches!(T::KIND, Kind::Key(_)).then_some(())?;
        (&self.values as &dyn std::any::Any).downcast_ref::<Vec<u32>>().map(Vec::as_slice)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        &self.values
    }
}

impl AnyColumn for Labels {
    fn kind(&self) -> Kind {
        Kind::Label
    }

    fn is_present(&self) -> bool {
        Labels::is_present(self)
    }

    fn append(&mut self, chunk: Stored, before: usize, expected: usize) {
        while self.len() < before {
            self.push("");
        }
        if let Stored::Labels(labels) = chunk {
            let is_first = self.len() == before && self.bytes.is_empty();
            Labels::append(self, &labels);
            if is_first {
                self.reserve(expected);
            }
        }
    }

    fn fill(&mut self, rows: usize) {
        if self.is_present() {
            while self.len() < rows {
                self.push("");
            }
        }
    }

    fn gather(&mut self, rows: &[u32]) {
        if Labels::is_present(self) {
            Labels::gather(self, rows);
        }
    }

    fn remap(&mut self, _map: &[u32]) {}

    fn same(&self, left: usize, right: usize) -> bool {
        self.get(left) == self.get(right)
    }

    fn order(&self, left: usize, right: usize) -> std::cmp::Ordering {
        self.get(left).cmp(&self.get(right))
    }

    fn keys(&self) -> Option<&[u32]> {
        None
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
