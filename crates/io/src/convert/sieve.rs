//! Rows that a layout leaves out on purpose.

use super::lookup::Loaded;
use super::source::values;
use super::text::plain;
use crate::layout::Condition;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::ArrowError;

/// The rows that meet all conditions, unless all do, and how many do not, by reason.
pub(super) struct Sieved {
    pub(super) kept: Option<Vec<usize>>,
    pub(super) set_aside: Vec<(String, u64)>,
}

/// A row is counted under the first condition that it does not meet.
pub(super) fn sieve(conditions: &[Condition<usize, Loaded>], cells: &[ArrayRef], rows: usize) -> Result<Sieved, ArrowError> {
    let mut is_kept = vec![true; rows];
    let mut set_aside = Vec::new();
    for condition in conditions {
        let column = plain(&values(&condition.source, cells, rows)?)?;
        let column: &StringArray = column.as_string();
        let mut count = 0;
        for (row, is_kept) in is_kept.iter_mut().enumerate().filter(|(_, is_kept)| **is_kept) {
            *is_kept = condition.wanted.is_met(column.is_valid(row).then(|| column.value(row)));
            count += u64::from(!*is_kept);
        }
        if count > 0 {
            set_aside.push((condition.reason.clone(), count));
        }
    }
    let kept = (!set_aside.is_empty()).then(|| (0..rows).filter(|&row| is_kept[row]).collect());
    Ok(Sieved { kept, set_aside })
}
