//! Rows of a table in the order of a key, with the place where each key begins.

use crate::tables::{AnyColumn, LineTable, Table, TableId};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

/// Where the rows of each key begin; rows without a key come last and belong to none.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    offsets: Vec<u32>,
    /// Row numbers in group order, where the rows themselves lie in another order.
    rows: Vec<u32>,
}

impl Groups {
    /// The positions of a key.
    pub(crate) fn range(&self, key: u32) -> Range<usize> {
        match self.offsets.get(key as usize..key as usize + 2) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// The rows of a key, for groups that were built with [`Groups::of_rows`].
    pub(crate) fn rows(&self, key: u32) -> &[u32] {
        &self.rows[self.range(key)]
    }

    /// Groups rows without moving them; their order inside a group is kept.
    pub(crate) fn of_rows(keys: &[u32], count: usize) -> Self {
        let (offsets, rows) = counting_sort(keys, count);
        Self { offsets, rows }
    }
}

/// Stable counting sort by key: offsets per key and rows in key order; null keys last.
fn counting_sort(keys: &[u32], count: usize) -> (Vec<u32>, Vec<u32>) {
    let mut offsets = vec![0_u32; count + 2];
    let slot = |key: u32| (key as usize).min(count);
    for &key in keys {
        offsets[slot(key) + 1] += 1;
    }
    for key in 0..=count {
        offsets[key + 1] += offsets[key];
    }
    let mut next = offsets.clone();
    let mut rows = vec![0_u32; keys.len()];
    for (row, &key) in keys.iter().enumerate() {
        let place = &mut next[slot(key)];
        rows[*place as usize] = row as u32;
        *place += 1;
    }
    offsets.pop();
    (offsets, rows)
}

/// Sorts a table by its grouping column and, within a group, by all its columns, so that input order does not matter.
/// Returns the groups and the former position of each row.
pub(super) fn group(columns: &mut [&mut dyn AnyColumn], by: usize, count: usize) -> (Groups, Vec<u32>) {
    let Some(keys) = columns[by].keys() else { return (Groups::default(), Vec::new()) };
    let (offsets, mut rows) = counting_sort(keys, count);
    {
        let shared: Vec<&dyn AnyColumn> = columns.iter().map(|column| &**column).filter(|column| column.is_present()).collect();
        sort_groups(&mut rows, &offsets, |left, right| {
            shared.iter().map(|column| column.order(left, right)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
    }
    columns.iter_mut().for_each(|column| column.gather(&rows));
    (Groups { offsets, rows: Vec::new() }, rows)
}

/// Groups lines by claim; within a claim by item, charge time, quantity, amount, then all other columns.
pub(super) fn group_lines(lines: &mut LineTable, claims: usize) -> (Groups, Vec<u32>) {
    let (offsets, mut rows) = counting_sort(lines.claim_id.stored(), claims);
    {
        let (item, quantity, amount) = (lines.item_code.stored(), &lines.quantity, &lines.amount);
        let charged = lines.charged_at.stored();
        let rest: Vec<&dyn AnyColumn> = lines.columns().into_iter().filter(|column| column.is_present()).collect();
        sort_groups(&mut rows, &offsets, |left, right| {
            item[left]
                .cmp(&item[right])
                .then_with(|| charged.get(left).cmp(&charged.get(right)))
                .then_with(|| quantity.stored(left).cmp(&quantity.stored(right)))
                .then_with(|| amount.stored(left).cmp(&amount.stored(right)))
                .then_with(|| rest.iter().map(|column| column.order(left, right)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
        });
    }
    for column in lines.columns_mut() {
        column.gather(&rows);
    }
    (Groups { offsets, rows: Vec::new() }, rows)
}

/// Sorts the rows of every group on its own, many groups at once.
fn sort_groups(rows: &mut [u32], offsets: &[u32], compare: impl Fn(usize, usize) -> Ordering + Sync) {
    const GROUPS_AT_ONCE: usize = 4096;
    let mut parts = Vec::new();
    let mut rest = rows;
    let mut done = 0;
    for group in offsets.windows(2).collect::<Vec<_>>().chunks(GROUPS_AT_ONCE) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (part, tail) = std::mem::take(&mut rest).split_at_mut(last[1] as usize - done);
        parts.push((first[0] as usize, group.to_vec(), part));
        done = last[1] as usize;
        rest = tail;
    }
    parts.into_par_iter().for_each(|(start, groups, part)| {
        for group in groups {
            let range = group[0] as usize - start..group[1] as usize - start;
            part[range].sort_unstable_by(|&left, &right| compare(left as usize, right as usize).then(left.cmp(&right)));
        }
    });
}

/// Finds lines of one claim that share a line id, drops all but the first in input order, and says which were identical.
pub(super) fn drop_repeated_lines(
    lines: &mut LineTable,
    groups: &mut BTreeMap<TableId, Groups>,
    sources: &[u32],
) -> Vec<(usize, usize, bool)> {
    let Some(offsets) = groups.get(&TableId::LineTable).map(|groups| &groups.offsets) else { return Vec::new() };
    if !lines.line_id.is_present() {
        return Vec::new();
    }
    let mut found: Vec<(usize, usize)> = offsets
        .par_windows(2)
        .with_min_len(1 << 12)
        .fold(Default::default, |(mut labels, mut pairs): (Vec<(&str, usize)>, Vec<_>), claim| {
            let rows = claim[0] as usize..claim[1] as usize;
            labels.clear();
            labels.extend(lines.line_id.range(rows.clone()).zip(rows).filter_map(|(label, row)| Some((label?, row))));
            labels.sort_unstable_by_key(|&(label, row)| (label, sources[row]));
            same_id_pairs(&labels, &mut pairs);
            (labels, pairs)
        })
        .map(|(_, pairs)| pairs)
        .reduce(Vec::new, |mut left, mut right| {
            left.append(&mut right);
            left
        });
    if found.is_empty() {
        return Vec::new();
    }
    found.sort_unstable_by_key(|&(_, row)| sources[row]);
    let columns = lines.columns();
    let described = found
        .iter()
        .map(|&(first, row)| {
            let is_repeat = columns.iter().all(|column| column.same(first, row));
            (sources[first] as usize, sources[row] as usize, is_repeat)
        })
        .collect();
    let mut dropped = vec![false; sources.len()];
    found.iter().for_each(|&(_, row)| dropped[row] = true);
    let kept: Vec<u32> = (0..sources.len() as u32).filter(|&row| !dropped[row as usize]).collect();
    for column in lines.columns_mut() {
        column.gather(&kept);
    }
    let count = offsets.len() - 1;
    let (offsets, _) = counting_sort(lines.claim_id.stored(), count);
    groups.insert(TableId::LineTable, Groups { offsets, rows: Vec::new() });
    described
}

/// Pairs of (first row, later row) with one line id, from rows sorted by id.
fn same_id_pairs(rows: &[(&str, usize)], pairs: &mut Vec<(usize, usize)>) {
    let mut first: Option<(&str, usize)> = None;
    for &(label, row) in rows {
        match first {
            Some((kept, first)) if kept == label => pairs.push((first, row)),
            _ => first = Some((label, row)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_sort_is_stable_and_puts_nulls_last() {
        let (offsets, rows) = counting_sort(&[2, 0, u32::MAX, 2, 1], 3);
        assert_eq!(offsets, [0, 1, 2, 4]);
        assert_eq!(rows, [1, 4, 0, 3, 2]);
        let groups = Groups::of_rows(&[2, 0, u32::MAX, 2, 1], 3);
        assert_eq!(groups.rows(2), [0, 3]);
        assert_eq!(groups.range(7), 0..0);
    }
}
