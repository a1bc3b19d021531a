//! The rows of a table: what each file gives to it, under canonical names.

use super::ahead::{Ahead, Job, Numbered, Work, jobs};
use super::distinct::Merger;
use super::lookup::Lookups;
use super::{InputFile, Placement};
use crate::convert::{Column, Converted, Converter, Plan};
use crate::error::ReadError;
use crate::format::{Raw, Wanted};
use crate::layout::{Layout, Mapped};
use claimsift::intake::{Chunk, Reject, Rows};
use claimsift::tables::TableId;
use claimsift::tables::value::Kind;
use std::collections::VecDeque;
use std::sync::Arc;

/// The columns of a placement that have to be read, beside those that tell rows apart or whether there is a row.
pub(super) struct Selection<'p> {
    placement: &'p Placement,
    columns: Vec<&'p Mapped<usize>>,
    entries: Vec<Vec<&'p Mapped<usize>>>,
}

impl<'p> Selection<'p> {
    pub(super) fn new(placement: &'p Placement, wanted: &[&str], distinct: &[&'static str]) -> Self {
        let is_wanted = |mapped: &&Mapped<usize>| wanted.contains(&mapped.schema.name);
        // A part or an entry is told to be there by its own columns, so these are read even where they are not wanted.
        let is_common = |mapped: &&Mapped<usize>| is_wanted(mapped) || !mapped.split.is_empty() || distinct.contains(&mapped.schema.name);
        let is_needed = |mapped: &&Mapped<usize>| is_wanted(mapped) || mapped.source.reads();
        let columns = placement.columns.iter().filter(is_common).collect();
        let entries = placement.entries.iter().map(|entry| entry.iter().filter(is_needed).collect()).collect();
        Self { placement, columns, entries }
    }

    fn mapped(&self) -> impl Iterator<Item = &'p Mapped<usize>> {
        self.columns.iter().copied().chain(self.entries.iter().flatten().copied())
    }

    /// The look-ups that its columns and conditions make.
    pub(super) fn lookups(&self) -> impl Iterator<Item = &'p crate::layout::Lookup> {
        let of_conditions = self.placement.conditions.iter().flat_map(|condition| condition.source.lookups());
        self.mapped().flat_map(|mapped| mapped.source.lookups()).chain(of_conditions)
    }

    /// The positions in the file that it reads, in order, each once.
    fn sources(&self) -> Vec<Wanted> {
        let mut sources: Vec<Wanted> = Vec::new();
        for mapped in self.mapped() {
            let (is_unique, is_identifier) = (is_unique(self.placement.table(), mapped), is_identifier(mapped));
            sources.extend(mapped.source.columns().into_iter().map(|&column| Wanted { column, is_unique, is_identifier }));
        }
        let conditions = self.placement.conditions.iter().flat_map(|condition| condition.source.columns());
        sources.extend(conditions.map(|&column| Wanted { column, is_unique: false, is_identifier: false }));
        // Of a column that is read for two purposes the stricter counts.
        sources.sort_by_key(|source| (source.column, !source.is_identifier, !source.is_unique));
        sources.dedup_by_key(|source| source.column);
        sources
    }

    /// What is to be done with batches of these positions.
    fn plan(&self, sources: &[Wanted], lookups: &Lookups) -> Plan {
        let in_batch = |column: &usize| sources.iter().position(|source| source.column == *column);
        let loaded = |lookup: &crate::layout::Lookup| lookups.get(lookup);
        let place = |columns: &[&Mapped<usize>]| -> Vec<Column> {
            columns.iter().filter_map(|mapped| mapped.resolve(&in_batch, &loaded)).collect()
        };
        Plan {
            columns: place(&self.columns),
            entries: self.entries.iter().map(|entry| place(entry)).collect(),
            conditions: self.placement.conditions.iter().filter_map(|condition| condition.resolve(&in_batch, &loaded)).collect(),
        }
    }

    /// The jobs that read it from its file, in order.
    pub(super) fn jobs(&self, file: &Arc<InputFile>, lookups: &Lookups, layout: &Layout) -> Vec<Job<Chunk>> {
        let table = self.placement.table();
        let sources = self.sources();
        let converter = Converter::new(self.plan(&sources, lookups), layout);
        let work: Arc<Work<Chunk>> = Arc::new(move |file, raw| chunk(table, &converter, file, raw));
        jobs(file, sources, &work)
    }
}

/// Row labels and keys of whole rows seldom repeat.
fn is_unique(table: TableId, mapped: &Mapped<usize>) -> bool {
    let schema = table.schema();
    mapped.schema.kind == Kind::Label || schema.key == [mapped.schema.name]
}

fn is_identifier(mapped: &Mapped<usize>) -> bool {
    matches!(mapped.schema.kind, Kind::Key(_) | Kind::Mark(_) | Kind::Label)
}

fn chunk(table: TableId, converter: &Converter, file: &InputFile, raw: Raw) -> Result<Chunk, ReadError> {
    let (file, table) = (&file.data.name, table.name());
    let Converted { batch, origins, set_aside } =
        converter.convert(&raw.batch).map_err(|error| ReadError::Unmapped { file: file.clone(), table, reason: error.to_string() })?;
    let rows = match origins {
        None => raw.rows,
        Some(origins) => Rows::Numbers(origins.into_iter().map(|row| raw.rows.number(row)).collect()),
    };
    let reject = |(row, reason)| Reject { table, file: file.clone(), row, column: "", value: String::new(), reason, is_repeat: false };
    let rejects = raw.rejects.into_iter().map(|raw| reject((raw.row, raw.reason))).collect();
    Ok(Chunk { rejects, set_aside, ..Chunk::new(file.clone(), rows, batch) })
}

impl Numbered for Chunk {
    fn number_on(&mut self, before: u64) {
        match &mut self.rows {
            Rows::From(first) => *first += before,
            Rows::Numbers(numbers) => numbers.iter_mut().for_each(|number| *number += before),
        }
        self.rejects.iter_mut().for_each(|reject| reject.row += before);
    }
}

/// The chunks of a table, decoded in the background; see [`Input::read`](super::Input::read).
pub struct Reading {
    chunks: Ahead<Chunk>,
    merger: Option<Merger>,
    ready: VecDeque<Chunk>,
    failed: Option<ReadError>,
}

impl Reading {
    pub(super) fn start(jobs: Vec<Job<Chunk>>, decoders: usize, merger: Option<Merger>) -> Self {
        Self { chunks: Ahead::start(jobs, decoders), merger, ready: VecDeque::new(), failed: None }
    }

    /// A reading of which nothing comes but an error.
    pub(super) fn failed(error: ReadError) -> Self {
        Self { failed: Some(error), ..Self::start(Vec::new(), 0, None) }
    }

    /// Reads all rows and puts those of one key together.
    fn merge(&mut self, mut merger: Merger) -> Result<(), ReadError> {
        for chunk in self.chunks.by_ref() {
            merger.add(chunk?)?;
        }
        self.ready = merger.finish()?.into();
        Ok(())
    }
}

impl Iterator for Reading {
    type Item = Result<Chunk, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            return Some(Err(error));
        }
        if let Some(merger) = self.merger.take()
            && let Err(error) = self.merge(merger)
        {
            return Some(Err(error));
        }
        self.ready.pop_front().map(Ok).or_else(|| self.chunks.next())
    }
}
