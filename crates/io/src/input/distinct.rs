//! Rows of one key put together: a person is named in each of the settlements, and is one row.
//!
//! Each column takes its first value in the order of the files and their rows. A later, different value is counted as a conflict, and the rows
//! beyond the first are set aside.

use crate::convert::plain;
use crate::error::ReadError;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::{ArrowError, Field, Schema};
use claimsift::intake::{Chunk, Reject, Rows};
use claimsift::tables::TableId;
use claimsift::tables::dictionary::Dictionary;
use std::collections::BTreeMap;
use std::sync::Arc;

const SEPARATOR: char = '\u{1f}';

/// Puts the rows of a table together by a key.
pub(super) struct Merger {
    table: TableId,
    key: Vec<&'static str>,
    rows: Dictionary,
    /// The number in `rows` is the place here; rows without a key have a place of their own behind an unused number.
    origins: Vec<(usize, u64)>,
    columns: BTreeMap<usize, Merged>,
    files: Vec<OfFile>,
}

/// A column by place.
#[derive(Default)]
struct Merged {
    values: Dictionary,
    by_place: Vec<u32>,
    conflicts: u64,
}

/// What does not go through: rejects, and counts of rows.
struct OfFile {
    file: Arc<str>,
    rejects: Vec<Reject>,
    set_aside: BTreeMap<String, u64>,
}

impl Merger {
    pub(super) fn new(table: TableId, key: Vec<&'static str>) -> Self {
        Self { table, key, rows: Dictionary::default(), origins: Vec::new(), columns: BTreeMap::new(), files: Vec::new() }
    }

    pub(super) fn add(&mut self, chunk: Chunk) -> Result<(), ReadError> {
        let unmapped =
            |error: ArrowError| ReadError::Unmapped { file: chunk.file.clone(), table: self.table.name(), reason: error.to_string() };
        let texts = chunk.batch.columns().iter().map(plain).collect::<Result<Vec<_>, _>>().map_err(unmapped)?;
        let file = self.file(&chunk.file);
        let of_file = &mut self.files[file];
        of_file.rejects.extend(chunk.rejects);
        chunk.set_aside.into_iter().for_each(|(reason, rows)| *of_file.set_aside.entry(reason).or_default() += rows);
        let schema = chunk.batch.schema();
        let position = |name: &str| self.table.schema().position(name).unwrap_or(usize::MAX);
        let columns: Vec<(usize, &StringArray)> =
            schema.fields().iter().map(|field| position(field.name())).zip(texts.iter().map(|column| column.as_string())).collect();
        let key: Vec<&StringArray> =
            self.key.iter().filter_map(|name| columns.iter().find(|(at, _)| *at == position(name))).map(|(_, column)| *column).collect();
        columns.iter().for_each(|(at, _)| _ = self.columns.entry(*at).or_default());
        let mut repeats = 0;
        for row in 0..chunk.batch.num_rows() {
            let place = self.place(&key, row);
            if place == self.origins.len() {
                self.origins.push((file, chunk.rows.number(row)));
            } else {
                repeats += 1;
            }
            for (at, column) in &columns {
                let value = column.is_valid(row).then(|| column.value(row).trim());
                self.columns.entry(*at).or_default().add(place, value);
            }
        }
        if repeats > 0 {
            let reason = format!("further rows of the same {}", self.key.join(", "));
            *self.files[file].set_aside.entry(reason).or_default() += repeats;
        }
        Ok(())
    }

    fn file(&mut self, name: &Arc<str>) -> usize {
        let known = self.files.iter().rposition(|file| file.file == *name);
        known.unwrap_or_else(|| {
            self.files.push(OfFile { file: Arc::clone(name), rejects: Vec::new(), set_aside: BTreeMap::new() });
            self.files.len() - 1
        })
    }

    /// The place of a row's key; the next free one if it is new, or if the row has none.
    fn place(&mut self, key: &[&StringArray], row: usize) -> usize {
        let is_whole = key.len() == self.key.len() && key.iter().all(|column| column.is_valid(row));
        let text = if is_whole {
            key.iter().map(|column| column.value(row).trim()).collect::<Vec<_>>().join(&SEPARATOR.to_string())
        } else {
            format!("{SEPARATOR}{}", self.origins.len())
        };
        self.rows.intern(&text) as usize
    }

    /// The rows in the order in which their keys came, file by file.
    pub(super) fn finish(self) -> Result<Vec<Chunk>, ReadError> {
        let Self { table, origins, columns, files, .. } = self;
        let conflicts: BTreeMap<&'static str, u64> = columns
            .iter()
            .filter(|(_, column)| column.conflicts > 0)
            .filter_map(|(&at, column)| Some((table.schema().columns.get(at)?.name, column.conflicts)))
            .collect();
        let mut chunks = Vec::new();
        let mut start = 0;
        for (number, file) in files.into_iter().enumerate() {
            let end = start + origins[start..].iter().take_while(|(of, _)| *of == number).count();
            let batch = batch(table, &columns, start, end);
            let batch =
                batch.map_err(|error| ReadError::Unmapped { file: file.file.clone(), table: table.name(), reason: error.to_string() })?;
            let rows = Rows::Numbers(origins[start..end].iter().map(|(_, row)| *row).collect());
            let set_aside = file.set_aside.into_iter().collect();
            chunks.push(Chunk { rejects: file.rejects, set_aside, ..Chunk::new(file.file, rows, batch) });
            start = end;
        }
        if let Some(last) = chunks.last_mut() {
            last.conflicts = conflicts.into_iter().collect();
        }
        Ok(chunks)
    }
}

impl Merged {
    fn add(&mut self, place: usize, value: Option<&str>) {
        if self.by_place.len() <= place {
            self.by_place.resize(place + 1, u32::MAX);
        }
        let Some(value) = value else { return };
        let cell = &mut self.by_place[place];
        if *cell == u32::MAX {
            *cell = self.values.intern(value);
        } else if self.values.text(*cell) != value {
            self.conflicts += 1;
        }
    }

    fn value(&self, place: usize) -> Option<&str> {
        self.by_place.get(place).filter(|&&value| value != u32::MAX).map(|&value| self.values.text(value))
    }
}

fn batch(table: TableId, columns: &BTreeMap<usize, Merged>, start: usize, end: usize) -> Result<RecordBatch, ArrowError> {
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (&at, column) in columns {
        let Some(schema) = table.schema().columns.get(at) else { continue };
        fields.push(Field::new(schema.name, arrow_schema::DataType::Utf8, true));
        arrays.push(Arc::new((start..end).map(|place| column.value(place)).collect::<StringArray>()) as ArrayRef);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(end - start));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
}
