//! What intake did with every row, for the manifest.

use super::Reject;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts per table and every row that was not kept.
#[derive(Clone, Debug, Default)]
pub struct IntakeReport {
    /// By table name.
    pub tables: BTreeMap<&'static str, TableReport>,
    /// Repeats and rejects, by table, file and row.
    pub rejects: Vec<Reject>,
}

/// What became of the rows of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableReport {
    /// Rows read.
    pub read: u64,
    /// Rows kept.
    pub kept: u64,
    /// Identical repeats of a kept row, set aside.
    pub repeats: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Rows that the layout leaves out on purpose, by reason; neither kept nor rejected.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set_aside: BTreeMap<String, u64>,
    /// Values left out where the layout puts rows of one key together and they differ, by column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conflicts: BTreeMap<String, u64>,
    /// Numbers rounded to the column's decimals.
    pub rounded: u64,
    /// Words that the code lists do not know, by column; they count as `other`.
    pub unknown_codes: BTreeMap<String, BTreeMap<String, u64>>,
    /// Columns that were read.
    pub columns: Vec<String>,
    /// Rows kept that have a value, by column.
    #[serde(default)]
    pub coverage: BTreeMap<String, u64>,
}

impl IntakeReport {
    /// The tables in which more than `limit` of the rows read were rejected.
    pub fn over(&self, limit: f64) -> Vec<&'static str> {
        let over = |report: &TableReport| report.rejected as f64 > limit * report.read as f64;
        self.tables.iter().filter(|(_, report)| over(report)).map(|(&table, _)| table).collect()
    }

    pub(super) fn set_aside(&mut self, reject: Reject) {
        let table = self.tables.entry(reject.table).or_default();
        table.kept -= 1;
        if reject.is_repeat {
            table.repeats += 1;
        } else {
            table.rejected += 1;
        }
        self.rejects.push(reject);
    }
}
