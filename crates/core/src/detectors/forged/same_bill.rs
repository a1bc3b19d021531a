//! Whether two claims charge the same lines; a part of F01.

use crate::claims::{ClaimView, LineView};
use crate::tables::value::{Date, Fen, ItemId, OrderId, Quantity, Time};
use std::cmp::Ordering;

/// Letters and digits from which a number is telling.
const TELLING_LENGTH: usize = 8;
const COUNTING: &str = "12345678901234567890";

/// Whether a number can tell one document from another: at least eight letters and digits after leading zeros, not all alike, and not a counting
/// series.
pub(super) fn is_telling(number: &str) -> bool {
    let bytes: Vec<u8> = number.bytes().filter(u8::is_ascii_alphanumeric).skip_while(|byte| *byte == b'0').collect();
    bytes.len() >= TELLING_LENGTH && bytes.iter().any(|byte| *byte != bytes[0]) && !COUNTING.as_bytes().starts_with(&bytes)
}

/// Lines that two claims both have, by each way to know a line again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Equal {
    pub(super) by_content: usize,
    pub(super) by_order: usize,
    pub(super) by_number: usize,
    /// Lines of the larger claim.
    pub(super) larger: usize,
}

impl Equal {
    pub(super) fn lines(&self) -> usize {
        self.by_content.max(self.by_order).max(self.by_number)
    }

    /// Share of the larger claim's lines in whole percent, rounded down.
    pub(super) fn percent(&self) -> u32 {
        (self.lines() * 100 / self.larger.max(1)) as u32
    }

    /// What the equal lines share, as a word.
    pub(super) fn ground(&self) -> &'static str {
        match self.lines() {
            equal if equal == self.by_content => "lines",
            equal if equal == self.by_order => "orders",
            _ => "line numbers",
        }
    }
}

/// Compares all lines; `None` if even the items tell that fewer than `least_percent` of the larger claim's lines can be equal.
pub(super) fn compare(left: ClaimView<'_>, right: ClaimView<'_>, least_percent: u32) -> Option<Equal> {
    let larger = left.lines().len().max(right.lines().len());
    let needed = (larger * least_percent as usize).div_ceil(100);
    if !can_share(left, right, needed) {
        return None;
    }
    Some(Equal {
        by_content: shared(content_keys(left), content_keys(right)),
        by_order: shared(order_keys(left), order_keys(right)),
        by_number: shared(number_keys(left), number_keys(right)),
        larger,
    })
}

/// A cheap first look: lines lie in the order of items, so that a walk over both claims tells how many can be equal at most.
fn can_share(left: ClaimView<'_>, right: ClaimView<'_>, needed: usize) -> bool {
    let (mut left, mut right) = (left.lines(), right.lines());
    if left.len() < needed || right.len() < needed {
        return false;
    }
    let mut spare = (left.len() - needed, right.len() - needed);
    let (mut one, mut other) = (left.next(), right.next());
    while let (Some(line), Some(with)) = (one, other) {
        match line.item().cmp(&with.item()) {
            Ordering::Equal => (one, other) = (left.next(), right.next()),
            Ordering::Less if spare.0 == 0 => return false,
            Ordering::Less => (spare.0, one) = (spare.0 - 1, left.next()),
            Ordering::Greater if spare.1 == 0 => return false,
            Ordering::Greater => (spare.1, other) = (spare.1 - 1, right.next()),
        }
    }
    true
}

/// When a line was charged, if a time of day is known.
fn charged_at(line: LineView<'_>) -> Option<Time> {
    line.row().charged_at().filter(|time| !time.is_midnight())
}

fn content_keys(claim: ClaimView<'_>) -> Vec<(ItemId, Time, Option<Quantity>, Fen)> {
    claim.lines().filter_map(|line| Some((line.item(), charged_at(line)?, line.row().quantity(), line.amount()))).collect()
}

fn order_keys(claim: ClaimView<'_>) -> Vec<(ItemId, Time, OrderId)> {
    claim.lines().filter_map(|line| Some((line.item(), charged_at(line)?, line.row().order_no()?))).collect()
}

fn number_keys(claim: ClaimView<'_>) -> Vec<(ItemId, Date, &str)> {
    claim.lines().filter_map(number_key).collect()
}

fn number_key(line: LineView<'_>) -> Option<(ItemId, Date, &str)> {
    let number = line.row().line_id().filter(|number| is_telling(number))?;
    Some((line.item(), line.row().charged_at()?.date(), number))
}

/// How many keys two multisets have in common.
pub(super) fn shared<K: Ord>(mut left: Vec<K>, mut right: Vec<K>) -> usize {
    left.sort_unstable();
    right.sort_unstable();
    let (mut at, mut with, mut both) = (0, 0, 0);
    while at < left.len() && with < right.len() {
        match left[at].cmp(&right[with]) {
            Ordering::Less => at += 1,
            Ordering::Greater => with += 1,
            Ordering::Equal => (at, with, both) = (at + 1, with + 1, both + 1),
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telling_numbers_are_long_and_varied() {
        assert!(is_telling("0012345679"));
        assert!(is_telling("F-2025-0417"));
        assert!(!is_telling("00-1234567"));
        assert!(!is_telling("0000000099999999"));
        assert!(!is_telling("12345678"));
        assert!(!is_telling(""));
    }

    #[test]
    fn multisets_share_each_copy_once() {
        assert_eq!(shared(vec![3, 1, 1], vec![1, 2, 1, 1]), 2);
        assert_eq!(shared::<u8>(Vec::new(), vec![1]), 0);
    }
}
