//! One table: chunks are encoded in parallel, then merged in their order.

use super::chunk::{Chunk, Reject, Rows};
use super::encode::{Encoded, Notes, Reading, encode};
use super::{IntakeError, IntakeOptions, IntakeReport, TableReport};
use crate::tables::dictionary::Dictionary;
use crate::tables::value::{Domain, Kind};
use crate::tables::{ColumnSchema, Need, Stored, TableId, Tables};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Columns whose values may identify a person; they never reach a reject.
const WITHHELD: &[&str] = &["id_number", "phone", "address", "contact_name", "bed_no"];

/// Where kept rows came from.
#[derive(Default)]
pub(super) struct Origins {
    parts: Vec<Part>,
}

struct Part {
    start: usize,
    file: Arc<str>,
    rows: Rows,
    kept: Option<Vec<u32>>,
}

impl Origins {
    /// File and row number of a kept row, by its position in input order.
    pub(super) fn find(&self, kept: usize) -> (Arc<str>, u64) {
        let part = self.parts.partition_point(|part| part.start <= kept).saturating_sub(1);
        let Some(part) = self.parts.get(part) else { return (Arc::from(""), 0) };
        let index = kept - part.start;
        let index = part.kept.as_ref().map_or(index, |rows| rows[index] as usize);
        (Arc::clone(&part.file), part.rows.number(index))
    }
}

pub(super) struct TableReader<'o> {
    table: TableId,
    options: &'o IntakeOptions,
    reading: Reading,
    expected: usize,
    rows: usize,
    report: TableReport,
    rejects: Vec<Reject>,
    origins: Origins,
}

/// A chunk after its values were read.
struct EncodedChunk {
    columns: Vec<(usize, Encoded)>,
    keep: Option<Vec<bool>>,
    rejects: Vec<Reject>,
}

impl<'o> TableReader<'o> {
    /// Reads a table of about `expected` rows.
    pub(super) fn new(table: TableId, options: &'o IntakeOptions, reading: Reading, expected: usize) -> Self {
        Self {
            table,
            options,
            reading,
            expected,
            rows: 0,
            report: TableReport::default(),
            rejects: Vec::new(),
            origins: Origins::default(),
        }
    }

    pub(super) fn read(
        &mut self,
        chunks: Vec<Chunk>,
        tables: &mut Tables,
        dictionaries: &mut BTreeMap<Domain, Dictionary>,
    ) -> Result<(), IntakeError> {
        let encoded: Vec<EncodedChunk> =
            chunks.par_iter().map(|chunk| self.encode(chunk, &dictionaries[&Domain::Claim])).collect::<Result<_, _>>()?;
        for (chunk, encoded) in chunks.into_iter().zip(encoded) {
            self.merge(chunk, encoded, tables, dictionaries)?;
        }
        Ok(())
    }

    fn encode(&self, chunk: &Chunk, claims: &Dictionary) -> Result<EncodedChunk, IntakeError> {
        let schema = self.table.schema();
        let rows = chunk.batch.num_rows();
        let mut faults = Faults { table: schema.name, chunk, by_row: BTreeMap::new() };
        let mut columns = Vec::new();
        for (position, column) in schema.columns.iter().enumerate() {
            let Some(array) = chunk.batch.column_by_name(column.name) else {
                if column.need != Need::Optional {
                    return Err(missing_column(chunk, schema.name, column.name));
                }
                continue;
            };
            if !self.options.wants(self.table, column.name) {
                continue;
            }
            let encoded = encode(array, column.kind, self.reading).map_err(|reason| IntakeError::ColumnType {
                file: chunk.file.to_string(),
                table: schema.name,
                column: column.name,
                reason,
            })?;
            faults.add_column(column, &encoded);
            if column.need == Need::Value {
                faults.add_missing(column, &encoded);
            }
            columns.push((position, encoded));
        }
        self.check_rows(&columns, &mut faults);
        if self.table != TableId::ClaimTable {
            self.resolve_claims(&mut columns, claims, &mut faults);
        }
        let rejects: Vec<Reject> = faults.by_row.values().cloned().collect();
        let keep = (!faults.by_row.is_empty()).then(|| (0..rows).map(|row| !faults.by_row.contains_key(&row)).collect());
        Ok(EncodedChunk { columns, keep, rejects })
    }

    /// Checks that need two columns of a row.
    fn check_rows(&self, columns: &[(usize, Encoded)], faults: &mut Faults<'_>) {
        let schema = self.table.schema();
        let times = |name: &str| {
            let position = schema.position(name)?;
            let (_, encoded) = columns.iter().find(|(at, _)| *at == position)?;
            if let Stored::U32(values) = &encoded.stored { Some(values) } else { None }
        };
        for (start, end) in [("started_at", "ended_at"), ("from", "to")] {
            if let (Some(starts), Some(ends)) = (times(start), times(end)) {
                for (row, (&from, &to)) in starts.iter().zip(ends).enumerate() {
                    if to != u32::MAX && from != u32::MAX && to < from {
                        let column = schema.columns[schema.position(end).unwrap_or(0)].name;
                        faults.add(row, column, None, "ends before it starts; exchange or correct the two times");
                    }
                }
            }
        }
    }

    /// Rows that belong to a claim are kept only with their claim.
    fn resolve_claims(&self, columns: &mut [(usize, Encoded)], claims: &Dictionary, faults: &mut Faults<'_>) {
        let schema = self.table.schema();
        for (position, encoded) in columns {
            let column = &schema.columns[*position];
            if column.kind != Kind::Key(Domain::Claim) || column.need != Need::Value {
                continue;
            }
            let (Stored::U32(keys), Some(local)) = (&mut encoded.stored, encoded.keys.take()) else { continue };
            let map = follow(&local, claims);
            for (row, key) in keys.iter_mut().enumerate() {
                if *key == u32::MAX {
                    continue;
                }
                match map[*key as usize] {
                    Some(claim) => *key = claim,
                    None => faults.add(
                        row,
                        column.name,
                        Some(local.text(*key).to_owned()),
                        "no such claim among those kept; add the claim, or leave the row out",
                    ),
                }
            }
        }
    }

    fn merge(
        &mut self,
        chunk: Chunk,
        encoded: EncodedChunk,
        tables: &mut Tables,
        dictionaries: &mut BTreeMap<Domain, Dictionary>,
    ) -> Result<(), IntakeError> {
        let EncodedChunk { columns, keep, rejects } = encoded;
        let schema = self.table.schema();
        let rows = chunk.batch.num_rows();
        let kept = keep.as_ref().map_or(rows, |keep| keep.iter().filter(|&&keep| keep).count());
        if self.rows + kept >= u32::MAX as usize {
            return Err(IntakeError::TooManyRows(schema.name));
        }
        let mut targets = tables.columns_mut(self.table);
        for (position, mut encoded) in columns {
            let column = &schema.columns[position];
            if let Some(keep) = &keep {
                encoded.stored.retain(keep);
            }
            if let (Kind::Key(domain), Some(local), Stored::U32(keys)) = (column.kind, &encoded.keys, &mut encoded.stored) {
                let shared = dictionaries.entry(domain).or_default();
                // Where every row brings a key of its own, so will the rows to come.
                if self.rows == 0 && local.len() == rows {
                    shared.reserve(self.expected);
                }
                intern(keys, local, shared);
            }
            if let (Kind::Mark(domain), Some(local)) = (column.kind, &encoded.keys) {
                let shared = dictionaries.entry(domain).or_default();
                (0..local.len() as u32).for_each(|key| _ = shared.intern(local.text(key)));
            }
            self.note(column, encoded.notes);
            *self.report.coverage.entry(column.name.to_owned()).or_default() += encoded.stored.given();
            targets[position].append(encoded.stored, self.rows, self.expected);
        }
        let set_aside: u64 = chunk.set_aside.iter().map(|(_, rows)| rows).sum();
        self.report.read += rows as u64 + chunk.rejects.len() as u64 + set_aside;
        self.report.kept += kept as u64;
        self.report.rejected += (rows - kept) as u64 + chunk.rejects.len() as u64;
        self.rejects.extend(rejects);
        self.rejects.extend(chunk.rejects);
        for (reason, rows) in chunk.set_aside {
            *self.report.set_aside.entry(reason).or_default() += rows;
        }
        for (column, values) in chunk.conflicts {
            *self.report.conflicts.entry(column.to_owned()).or_default() += values;
        }
        let kept_rows = keep.map(|keep| (0..rows as u32).filter(|&row| keep[row as usize]).collect());
        self.origins.parts.push(Part { start: self.rows, file: chunk.file, rows: chunk.rows, kept: kept_rows });
        self.rows += kept;
        Ok(())
    }

    fn note(&mut self, column: &ColumnSchema, notes: Notes) {
        self.report.rounded += notes.rounded;
        for (word, count) in notes.other {
            *self.report.unknown_codes.entry(column.name.to_owned()).or_default().entry(word).or_default() += count;
        }
    }

    /// Brings all columns to the same length and hands in the report.
    pub(super) fn close(mut self, tables: &mut Tables, report: &mut IntakeReport) -> Origins {
        let schema = self.table.schema();
        for (column, schema) in tables.columns_mut(self.table).into_iter().zip(schema.columns) {
            column.fill(self.rows);
            if column.is_present() {
                self.report.columns.push(schema.name.to_owned());
            }
        }
        report.rejects.append(&mut self.rejects);
        report.tables.insert(schema.name, self.report);
        self.origins
    }
}

/// The claim of each local key. Rows mostly come in the order of the claims, so that the next claim is tried before it is looked up.
fn follow(local: &Dictionary, claims: &Dictionary) -> Vec<Option<u32>> {
    let mut next = 0;
    let find = |key: u32| {
        let text = local.text(key);
        let found = if claims.text(next) == text { Some(next) } else { claims.find(text) };
        next = found.map_or(next, |claim| claim + 1);
        found
    };
    (0..local.len() as u32).map(find).collect()
}

/// Replaces chunk-local keys by those of the shared dictionary; only texts of rows that are kept enter it.
fn intern(keys: &mut [u32], local: &Dictionary, shared: &mut Dictionary) {
    let mut map = vec![u32::MAX; local.len()];
    for key in keys {
        if *key != u32::MAX {
            let entry = &mut map[*key as usize];
            if *entry == u32::MAX {
                *entry = shared.intern(local.text(*key));
            }
            *key = *entry;
        }
    }
}

fn missing_column(chunk: &Chunk, table: &'static str, column: &'static str) -> IntakeError {
    let schema = chunk.batch.schema();
    let found: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    IntakeError::MissingColumn { file: chunk.file.to_string(), table, column, found: found.join(", ") }
}

/// The first fault of each row.
struct Faults<'c> {
    table: &'static str,
    chunk: &'c Chunk,
    by_row: BTreeMap<usize, Reject>,
}

impl Faults<'_> {
    fn add(&mut self, row: usize, column: &'static str, value: Option<String>, reason: &str) {
        let value = match value {
            Some(_) if WITHHELD.contains(&column) => "(withheld)".to_owned(),
            Some(value) => value,
            None => self.cell(row, column),
        };
        self.by_row.entry(row).or_insert_with(|| Reject {
            table: self.table,
            file: Arc::clone(&self.chunk.file),
            row: self.chunk.rows.number(row),
            column,
            value,
            reason: reason.to_owned(),
            is_repeat: false,
        });
    }

    /// The value as it stands in the file.
    fn cell(&self, row: usize, column: &str) -> String {
        let Some(array) = self.chunk.batch.column_by_name(column) else { return String::new() };
        let text = arrow_cast::display::array_value_to_string(array, row);
        text.unwrap_or_default()
    }

    fn add_column(&mut self, column: &ColumnSchema, encoded: &Encoded) {
        for fault in &encoded.faults {
            self.add(fault.row, column.name, Some(fault.value.clone()), fault.reason);
        }
    }

    fn add_missing(&mut self, column: &ColumnSchema, encoded: &Encoded) {
        let missing: Box<dyn Fn(usize) -> bool + '_> = match (&encoded.stored, column.kind) {
            (Stored::U8(values), _) => Box::new(|row| values[row] == u8::MAX),
            (Stored::U32(values), _) => Box::new(|row| values[row] == u32::MAX),
            (Stored::U64(values), _) => Box::new(|row| values[row] == u64::MAX),
            (Stored::I32(values), _) => Box::new(|row| values[row] == i32::MIN),
            (Stored::I64(values), _) => Box::new(|row| values[row] == i64::MIN),
            (Stored::F64(values), _) => Box::new(|row| values[row].is_nan()),
            (Stored::Labels(labels), _) => Box::new(|row| labels.get(row).is_none()),
        };
        for row in 0..self.chunk.batch.num_rows() {
            if missing(row) {
                self.add(row, column.name, Some(String::new()), "missing; every row must have it");
            }
        }
    }
}
