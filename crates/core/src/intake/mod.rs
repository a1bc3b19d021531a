//! From Arrow batches to claims: values are checked and encoded, bad rows set aside with their reason.
//!
//! Nothing is lost: for every table, rows read = rows kept + identical repeats + rejects + rows set aside by the layout. Reading files is left to the caller, who hands over
//! [`Chunk`]s under canonical column names.

mod chunk;
mod encode;
mod parse;
mod repeats;
mod report;
mod table;

pub use chunk::{Chunk, Reject, Rows};
pub use report::{IntakeReport, TableReport};

use crate::claims::Claims;
use crate::observe::{Cancelled, Observer, Silent, stop_if_cancelled};
use crate::tables::dictionary::Dictionary;
use crate::tables::value::{Date, Domain};
use crate::tables::{TableId, Tables};
use arrow_array::RecordBatch;
use encode::Reading;
use std::collections::{BTreeMap, BTreeSet};

/// Why a data set cannot be taken in at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// A required column is missing.
    #[error(
        "{file}: table `{table}` has no column `{column}`; found: {found}. Rename the column, or map it in a layout file (`--layout FILE`)"
    )]
    MissingColumn {
        /// The file.
        file: String,
        /// The table.
        table: &'static str,
        /// The missing column.
        column: &'static str,
        /// The columns that are there.
        found: String,
    },
    /// A column has a type that cannot hold its values.
    #[error("{file}: column `{column}` of table `{table}`: {reason}")]
    ColumnType {
        /// The file.
        file: String,
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Tables must come claims first.
    #[error("table `claims` must be read first and exactly once")]
    ClaimsFirst,
    /// No canonical table has the name.
    #[error("no table is called `{0}`; the tables are {names}", names = TableId::ALL.iter().map(|table| table.name()).collect::<Vec<_>>().join(", "))]
    UnknownTable(String),
    /// More rows than one run can number.
    #[error("table `{0}` has more than 4,294,967,294 rows; split the input by provider or by person")]
    TooManyRows(&'static str),
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// What to read and how.
#[derive(Clone, Debug, Default)]
pub struct IntakeOptions {
    /// The columns to load beside the required ones, as `table.column`; `None` loads all.
    pub columns: Option<BTreeSet<String>>,
    /// Offset of the data set's zone from UTC in seconds; 28,800 for Asia/Shanghai.
    pub zone_seconds: i32,
    /// The day up to which open stays count; by default that of the latest settlement.
    pub as_of: Option<Date>,
    /// Keeps the texts of order and prescription numbers, to show them; detection only tells equal from unequal.
    pub with_texts: bool,
}

impl IntakeOptions {
    /// Loads every column.
    #[must_use]
    pub fn all() -> Self {
        Self { columns: None, zone_seconds: 8 * 3600, as_of: None, with_texts: true }
    }

    /// Whether a column is to be loaded.
    pub fn wants(&self, table: TableId, column: &str) -> bool {
        let schema = table.schema();
        let required = schema.position(column).is_some_and(|at| schema.columns[at].need != crate::tables::Need::Optional);
        required || self.columns.as_ref().is_none_or(|columns| columns.contains(&format!("{}.{column}", schema.name)))
    }
}

/// Takes in a whole data set that is in memory, by the names of its tables; every column is loaded.
///
/// Rows that cannot be used are in the report with their reason; an error says why nothing can be taken in.
pub fn read<'t>(tables: impl IntoIterator<Item = (&'t str, RecordBatch)>) -> Result<(Claims, IntakeReport), IntakeError> {
    let mut named = Vec::new();
    for (name, batch) in tables {
        named.push((TableId::named(name).ok_or_else(|| IntakeError::UnknownTable(name.to_owned()))?, batch));
    }
    named.sort_by_key(|(table, _)| *table);
    let mut intake = Intake::new(IntakeOptions::all(), &Silent);
    for (table, batch) in named {
        let chunk = Chunk::new(table.name().into(), Rows::From(1), batch);
        intake.table(table, [Ok::<_, IntakeError>(chunk)].into_iter())?;
    }
    intake.finish()
}

/// Takes tables in, one after the other, and builds [`Claims`].
pub struct Intake<'a> {
    options: IntakeOptions,
    observer: &'a dyn Observer,
    tables: Tables,
    dictionaries: BTreeMap<Domain, Dictionary>,
    report: IntakeReport,
    origins: BTreeMap<TableId, table::Origins>,
    expected: BTreeMap<TableId, u64>,
}

impl<'a> Intake<'a> {
    /// An empty intake.
    pub fn new(options: IntakeOptions, observer: &'a dyn Observer) -> Self {
        let dictionaries = Domain::ALL.iter().map(|&domain| (domain, Dictionary::default())).collect();
        Self {
            options,
            observer,
            tables: Tables::default(),
            dictionaries,
            report: IntakeReport::default(),
            origins: BTreeMap::new(),
            expected: BTreeMap::new(),
        }
    }

    /// Tells about how many rows a table will have, so that memory is taken once.
    pub fn expect(&mut self, table: TableId, rows: u64) {
        self.expected.insert(table, rows.min(u32::MAX.into()));
    }

    /// Reads all chunks of one table; `claims` must be the first.
    pub fn table<E: From<IntakeError>>(&mut self, table: TableId, chunks: impl Iterator<Item = Result<Chunk, E>>) -> Result<(), E> {
        let first = self.report.tables.is_empty();
        if first != (table == TableId::ClaimTable) || self.report.tables.contains_key(table.name()) {
            return Err(IntakeError::ClaimsFirst.into());
        }
        let reading = Reading { zone_seconds: self.options.zone_seconds, with_texts: self.options.with_texts };
        let mut reader = table::TableReader::new(table, &self.options, reading, self.expected.get(&table).map_or(0, |&rows| rows as usize));
        let mut chunks = chunks;
        loop {
            let group: Vec<Chunk> = chunks.by_ref().take(2 * rayon::current_num_threads()).collect::<Result<_, E>>()?;
            if group.is_empty() {
                break;
            }
            stop_if_cancelled(self.observer).map_err(IntakeError::from)?;
            let rows: u64 = group.iter().map(|chunk| chunk.batch.num_rows() as u64).sum();
            reader.read(group, &mut self.tables, &mut self.dictionaries)?;
            self.observer.advance(table.name(), rows);
        }
        let origins = reader.close(&mut self.tables, &mut self.report);
        if table != TableId::LineTable {
            repeats::set_aside(table, &mut self.tables, &origins, &mut self.report);
        }
        self.origins.insert(table, origins);
        Ok(())
    }

    /// Builds the claims; without a `claims` table there are none.
    pub fn finish(self) -> Result<(Claims, IntakeReport), IntakeError> {
        let Self { options, observer, tables, dictionaries, mut report, origins, .. } = self;
        let mut claims = crate::claims::build(tables, dictionaries, options.as_of, observer)?;
        if let Some(origins) = origins.get(&TableId::LineTable) {
            repeats::set_aside_lines(&mut claims, origins, &mut report);
        }
        report.rejects.sort();
        Ok((claims, report))
    }
}
