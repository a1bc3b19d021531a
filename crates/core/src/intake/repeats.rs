//! Rows that share a key: an identical repeat changes nothing, another content is rejected.

use super::cause::SAME_KEY;
use super::report::IntakeReport;
use super::table::Origins;
use super::{Reject, TableReport};
use crate::claims::Claims;
use crate::tables::{AnyColumn, TableId, Tables};
use rayon::prelude::*;
use std::cmp::Ordering;

/// Keeps the first row of every key of a table and sets the others aside.
pub(super) fn set_aside(table: TableId, tables: &mut Tables, origins: &Origins, report: &mut IntakeReport) {
    let schema = table.schema();
    let rows = report.tables.get(schema.name).map_or(0, |report: &TableReport| report.kept as usize);
    if schema.key.is_empty() || rows < 2 {
        return;
    }
    let columns = tables.columns(table);
    let keys: Vec<&dyn AnyColumn> = schema.key.iter().filter_map(|key| schema.position(key)).map(|at| columns[at]).collect();
    let mut order: Vec<u32> = (0..rows as u32).collect();
    order.par_sort_unstable_by(|&left, &right| by_keys(&keys, left, right).then(left.cmp(&right)));
    let mut dropped = vec![false; rows];
    let mut first = order[0];
    for &row in &order[1..] {
        if by_keys(&keys, first, row) != Ordering::Equal {
            first = row;
            continue;
        }
        dropped[row as usize] = true;
        let is_repeat = columns.iter().all(|column| column.same(first as usize, row as usize));
        report.set_aside(reject(table, origins, first as usize, row as usize, is_repeat));
    }
    if dropped.contains(&true) {
        let kept: Vec<u32> = (0..rows as u32).filter(|&row| !dropped[row as usize]).collect();
        tables.columns_mut(table).into_iter().for_each(|column| column.gather(&kept));
    }
}

fn by_keys(keys: &[&dyn AnyColumn], left: u32, right: u32) -> Ordering {
    keys.iter().map(|key| key.order(left as usize, right as usize)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The same for lines, claim by claim, where lines carry an id.
pub(super) fn set_aside_lines(claims: &mut Claims, origins: &Origins, report: &mut IntakeReport) {
    for (first, row, is_repeat) in claims.drop_repeated_lines() {
        report.set_aside(reject(TableId::LineTable, origins, first, row, is_repeat));
    }
}

fn reject(table: TableId, origins: &Origins, first: usize, row: usize, is_repeat: bool) -> Reject {
    let schema = table.schema();
    let (first_file, first_row) = origins.find(first);
    let (file, row) = origins.find(row);
    let reason = if is_repeat {
        format!("repeat of row {first_row} of {first_file}; it changes nothing")
    } else {
        let key = schema.key.join(", ");
        format!("{SAME_KEY}{key} stands in row {first_row} of {first_file} with other content; keep one of the two")
    };
    Reject { table: schema.name, file, row, column: schema.key[schema.key.len() - 1], value: String::new(), reason, is_repeat }
}
