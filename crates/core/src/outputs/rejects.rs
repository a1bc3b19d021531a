//! Rows that intake did not keep.

use super::batch::Batch;
use crate::intake::Reject;
use arrow_array::RecordBatch;

/// Rejects and repeats as a table.
pub fn rejects(rejects: &[Reject]) -> RecordBatch {
    let rows = || rejects.iter();
    Batch::default()
        .text("table", rows().map(|reject| Some(reject.table)))
        .text("file", rows().map(|reject| Some(&reject.file)))
        .count("row", rows().map(|reject| Some(reject.row)))
        .text("column", rows().map(|reject| (!reject.column.is_empty()).then_some(reject.column)))
        .text("value", rows().map(|reject| Some(&reject.value)))
        .text("reason", rows().map(|reject| Some(&reject.reason)))
        .flag("is_repeat", rows().map(|reject| Some(reject.is_repeat)))
        .finish()
}
