//! Canonical tables to [`Claims`]: dictionaries sorted, claims numbered, rows grouped.

use super::grouping::{self, Groups};
use super::placeholders::Placeholders;
use super::refunds::Refunds;
use super::{Claims, Coverage, stays, visits};
use crate::observe::{Cancelled, Observer, stop_if_cancelled};
use crate::tables::dictionary::Dictionary;
use crate::tables::value::{Date, Domain, Kind};
use crate::tables::{TableId, Tables};
use std::collections::BTreeMap;

/// Builds the data set. Deterministic: neither row order nor thread count shows in the result.
pub(crate) fn build(
    mut tables: Tables,
    mut dictionaries: BTreeMap<Domain, Dictionary>,
    as_of: Option<Date>,
    observer: &dyn Observer,
) -> Result<Claims, Cancelled> {
    for (&domain, dictionary) in &mut dictionaries {
        let map = dictionary.sort();
        remap(&mut tables, domain, &map);
    }
    stop_if_cancelled(observer)?;
    let (refunds, visits) = number_claims(&mut tables, &mut dictionaries);
    stop_if_cancelled(observer)?;
    let (groups, line_sources) = group_tables(&mut tables, &dictionaries);
    stop_if_cancelled(observer)?;
    let as_of = as_of.unwrap_or_else(|| stays::latest_day(&tables.claims));
    let (stays, stay_visits) = stays::build(&visits, &dictionaries[&Domain::Claim], as_of);
    let count = |domain| dictionaries.get(&domain).map_or(0, Dictionary::len);
    let (persons, providers) = (count(Domain::Person), count(Domain::Provider));
    let mut claim_visits = vec![0; tables.claims.claim_id.stored().len()];
    for (at, visit) in visits.iter().enumerate() {
        claim_visits[visit.claims()].fill(at as u32);
    }
    let provider_keys: Vec<u32> = visits.iter().map(|visit| visit.provider.0).collect();
    let stay_keys: Vec<u32> = stays.iter().map(|stay| stay.provider.0).collect();
    Ok(Claims {
        coverage: Coverage::build(&tables.claims, &visits, providers),
        person_visits: offsets(visits.iter().map(|visit| visit.person.0), persons),
        provider_visits: Groups::of_rows(&provider_keys, providers),
        provider_stays: Groups::of_rows(&stay_keys, providers),
        person_stays: offsets(stays.iter().map(|stay| stay.person.0), persons),
        placeholders: Placeholders::find(&dictionaries),
        tables,
        dictionaries,
        groups,
        line_sources,
        refunds,
        visits,
        stays,
        stay_visits,
        claim_visits,
        as_of,
    })
}

fn remap(tables: &mut Tables, domain: Domain, map: &[u32]) {
    for &table in TableId::ALL {
        for column in tables.columns_mut(table) {
            if column.kind() == Kind::Key(domain) {
                column.remap(map);
            }
        }
    }
}

/// Numbers claims by (person, visit, start) and brings the claims table into that order; ids without a claim come last.
fn number_claims(tables: &mut Tables, dictionaries: &mut BTreeMap<Domain, Dictionary>) -> (Refunds, Vec<visits::Visit>) {
    let dictionary = dictionaries.entry(Domain::Claim).or_default();
    let mut row_of = vec![None; dictionary.len()];
    for (row, &key) in tables.claims.claim_id.stored().iter().enumerate() {
        row_of[key as usize] = Some(row as u32);
    }
    let mut refunds = Refunds::link(&tables.claims, |key| row_of[key as usize]);
    let (order, visits) = visits::build(&tables.claims, &refunds);
    refunds.gather(&order);
    for column in tables.columns_mut(TableId::ClaimTable) {
        column.gather(&order);
    }
    let mut keys = tables.claims.claim_id.stored().to_vec();
    keys.extend((0..dictionary.len() as u32).filter(|&key| row_of[key as usize].is_none()));
    let map = dictionary.renumber(&keys);
    remap(tables, Domain::Claim, &map);
    (refunds, visits)
}

fn group_tables(tables: &mut Tables, dictionaries: &BTreeMap<Domain, Dictionary>) -> (BTreeMap<TableId, Groups>, Vec<u32>) {
    let mut groups = BTreeMap::new();
    let claims = tables.claims.claim_id.stored().len();
    let (lines, mut line_sources) = grouping::group_lines(&mut tables.lines, claims);
    groups.insert(TableId::LineTable, lines);
    if !tables.lines.line_id.is_present() {
        line_sources = Vec::new();
    }
    for &table in TableId::ALL {
        let schema = table.schema();
        let Some(by) = schema.grouped_by.and_then(|column| schema.position(column)) else { continue };
        let Kind::Key(domain) = schema.columns[by].kind else { continue };
        if table == TableId::LineTable {
            continue;
        }
        let count = dictionaries.get(&domain).map_or(0, Dictionary::len);
        groups.insert(table, grouping::group(&mut tables.columns_mut(table), by, count).0);
    }
    (groups, line_sources)
}

/// Where each key begins in a sorted sequence of keys.
fn offsets(keys: impl Iterator<Item = u32>, count: usize) -> Vec<u32> {
    let mut offsets = vec![0; count + 1];
    keys.for_each(|key| offsets[key as usize + 1] += 1);
    for key in 0..count {
        offsets[key + 1] += offsets[key];
    }
    offsets
}
