//! Loading the columns of other files that a table looks up.

use super::ahead::{Ahead, Numbered, Work, jobs};
use super::{InputFile, place::Headers};
use crate::convert::{Blanks, Loaded, LookupTable};
use crate::error::ReadError;
use crate::format::{DataFile, Raw, Wanted};
use crate::layout::{Layout, Lookup};
use arrow_array::ArrayRef;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A header, and whether all values of a key are taken.
type Take = (String, bool);

/// A kind of files, and the headers of a key in them.
type Keyed = (String, Vec<String>);

/// Every look-up of a reading, loaded: one table for all that is taken from the same files by the same key.
#[derive(Default)]
pub(super) struct Lookups {
    tables: BTreeMap<Keyed, (Vec<Take>, Arc<LookupTable>)>,
}

impl Lookups {
    /// Loads what the given look-ups take from the files.
    pub(super) fn load<'l>(
        wanted: impl Iterator<Item = &'l Lookup>,
        files: &[Arc<InputFile>],
        layout: &Layout,
        decoders: usize,
    ) -> Result<Self, ReadError> {
        let mut groups: BTreeMap<Keyed, BTreeSet<Take>> = BTreeMap::new();
        for lookup in wanted {
            groups.entry((lookup.file.clone(), lookup.key.clone())).or_default().extend(take(lookup));
        }
        let mut tables = BTreeMap::new();
        for ((kind, key), takes) in groups {
            let takes: Vec<Take> = takes.into_iter().collect();
            let table = load(&kind, &key, &takes, files, layout, decoders)?;
            tables.insert((kind, key), (takes, Arc::new(table)));
        }
        Ok(Self { tables })
    }

    pub(super) fn get(&self, lookup: &Lookup) -> Option<Loaded> {
        let (takes, table) = self.tables.get(&(lookup.file.clone(), lookup.key.clone()))?;
        let column = match take(lookup) {
            None => None,
            Some(take) => Some(takes.iter().position(|known| *known == take)?),
        };
        Some(Loaded { table: Arc::clone(table), column })
    }
}

fn take(lookup: &Lookup) -> Option<Take> {
    lookup.take.clone().map(|header| (header, lookup.takes_all))
}

/// Where a file has the columns of a look-up; `None` where it lacks a part of the key.
pub(super) struct Found {
    pub(super) key: Vec<usize>,
    pub(super) takes: Vec<Option<usize>>,
}

impl Found {
    pub(super) fn new(file: &DataFile, layout: &Layout, key: &[String], takes: &[String]) -> Option<Self> {
        let headers = Headers::new(file, layout);
        let find = |header: &String| headers.find(header).ok().flatten();
        let key = key.iter().map(find).collect::<Option<Vec<_>>>()?;
        Some(Self { key, takes: takes.iter().map(find).collect() })
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        self.key.iter().copied().chain(self.takes.iter().flatten().copied())
    }
}

/// The cells of a key, and of what is taken.
type Cells = (Vec<ArrayRef>, Vec<Option<ArrayRef>>);

impl Numbered for Cells {
    fn number_on(&mut self, _before: u64) {}
}

fn load(
    kind: &str,
    key: &[String],
    takes: &[Take],
    files: &[Arc<InputFile>],
    layout: &Layout,
    decoders: usize,
) -> Result<LookupTable, ReadError> {
    let blanks = Arc::new(Blanks::new(layout.nulls()));
    let headers: Vec<String> = takes.iter().map(|(header, _)| header.clone()).collect();
    let mut all = Vec::new();
    for file in files.iter().filter(|file| file.kinds.iter().any(|name| name == kind)) {
        let Some(found) = Found::new(&file.data, layout, key, &headers) else { continue };
        let mut columns: Vec<usize> = found.columns().collect();
        columns.sort_unstable();
        columns.dedup();
        let wanted = |&column: &usize| {
            let is_key = found.key.contains(&column);
            Wanted { column, is_unique: is_key, is_identifier: is_key }
        };
        let wanted = columns.iter().map(wanted).collect();
        let blanks = Arc::clone(&blanks);
        let work: Arc<Work<Cells>> = Arc::new(move |file, raw| cells(&found, &columns, &blanks, file, &raw));
        all.extend(jobs(file, wanted, &work));
    }
    let mut table = LookupTable::new(takes.iter().map(|(_, takes_all)| *takes_all));
    for piece in Ahead::start(all, decoders) {
        let (key, takes) = piece?;
        table.add(&key, &takes).map_err(|error| unmapped(kind, &error))?;
    }
    Ok(table.finish())
}

fn cells(found: &Found, columns: &[usize], blanks: &Blanks, file: &InputFile, raw: &Raw) -> Result<Cells, ReadError> {
    let column = |position: usize| {
        let at = columns.iter().position(|&column| column == position).unwrap_or(0);
        blanks.clear(raw.batch.column(at)).map_err(|error| unmapped(file.name(), &error))
    };
    let key = found.key.iter().map(|&position| column(position)).collect::<Result<_, _>>()?;
    let takes = found.takes.iter().map(|take| take.map(column).transpose()).collect::<Result<_, _>>()?;
    Ok((key, takes))
}

fn unmapped(file: &str, error: &arrow_schema::ArrowError) -> ReadError {
    ReadError::Unmapped { file: file.into(), table: "look-up", reason: error.to_string() }
}
