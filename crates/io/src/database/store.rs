//! Results into a database: in one transaction, so that a failure leaves what was there.

use super::address::{Address, address_of};
use super::kind::TargetColumn;
use super::place_of;
use crate::error::WriteError;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use std::path::Path;
use std::sync::Arc;

/// Stands before the names of result tables.
const PREFIX: &str = "claimsift_";
const RUN_ID: &str = "run_id";

/// A run as the table `claimsift_runs` has it.
#[derive(Clone, Copy, Debug)]
pub struct RunRecord<'a> {
    /// The same for the same data, settings and version.
    pub id: &'a str,
    /// The version of claimsift.
    pub version: &'a str,
    /// Where the data came from.
    pub input: &'a str,
    /// The day up to which open stays count.
    pub as_of: &'a str,
    /// The manifest as JSON.
    pub manifest: &'a str,
}

/// A database that results are written to.
///
/// Everything between [`open`](Self::open) and [`commit`](Self::commit) is one transaction; dropped before, nothing has happened.
/// Tables are created where they are absent. Those of somebody else are never touched: a table is ours if we created it, which is marked in
/// the database.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use claimsift_io::{RunRecord, Store};
/// use std::sync::Arc;
///
/// # let folder = std::env::temp_dir().join(format!("claimsift-io-doc-store-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let address = format!("sqlite:{}/results.sqlite", folder.display());
/// let ids: ArrayRef = Arc::new(StringArray::from(vec!["C1"]));
/// let scores = RecordBatch::try_from_iter([("claim_id", ids)])?;
///
/// let mut store = Store::open(&address)?;
/// store.write_run(&RunRecord { id: "4f1c", version: "0.1.0", input: "county", as_of: "2025-01-01", manifest: "{}" }, &[("scores", scores)])?;
/// store.commit()?;
/// # std::fs::remove_dir_all(&folder)?;
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Store {
    place: String,
    target: Box<dyn Target>,
}

/// What a database must be able to do; errors are reasons.
pub(super) trait Target: Send {
    /// Whether the table is there, and ours.
    fn owner(&mut self, table: &str) -> Result<Owner, Refusal>;
    /// Creates a table of ours.
    fn create(&mut self, table: &str, columns: &[TargetColumn], index: Option<&str>) -> Result<(), Refusal>;
    /// Adds those of the columns that the table does not have.
    fn extend(&mut self, table: &str, columns: &[TargetColumn]) -> Result<(), Refusal>;
    fn remove(&mut self, table: &str) -> Result<(), Refusal>;
    /// Deletes the rows in which the column has the value.
    fn delete(&mut self, table: &str, column: &str, value: &str) -> Result<(), Refusal>;
    fn append(&mut self, table: &str, columns: &[TargetColumn], rows: &RecordBatch) -> Result<(), Refusal>;
    fn commit(&mut self) -> Result<(), Refusal>;
}

/// Whose a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Nobody,
    Us,
    Others,
}

/// Why a database refused, and what to do.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) reason: String,
    pub(super) remedy: &'static str,
}

impl Store {
    /// Whether a path or address names a database.
    pub fn is_address(address: &str) -> bool {
        address_of(Path::new(address)).is_some()
    }

    /// Connects and begins a transaction. Without [`commit`](Self::commit) nothing has changed, so that this also checks an address.
    pub fn open(address: &str) -> Result<Self, WriteError> {
        let place = place_of(Path::new(address));
        let wrong = |problem: &str| WriteError::Address { place: place.clone(), problem: problem.to_owned() };
        let parsed = match address_of(Path::new(address)) {
            Some(parsed) => parsed.map_err(|problem| wrong(&problem))?,
            None => return Err(wrong("is no address of a database: write postgresql://USER@HOST/DATABASE?schema=NAME or sqlite:FILE")),
        };
        let opened: Result<Box<dyn Target>, Refusal> = match parsed {
            #[cfg(feature = "postgres")]
            Address::Postgres(url) => super::postgres::PostgresStore::open(&url).map_err(|problem| wrong(&problem))?.map(boxed),
            #[cfg(feature = "sqlite")]
            Address::Sqlite(file) => super::sqlite::SqliteStore::open(&file).map(boxed),
            Address::DuckDb(_) => {
                return Err(wrong("is a DuckDB database, to which nothing is written: read the Parquet files of --out in it"));
            }
            #[cfg(not(all(feature = "postgres", feature = "sqlite")))]
            _ => return Err(wrong(super::address::NOT_BUILT_IN)),
        };
        match opened {
            Ok(target) => Ok(Self { place, target }),
            Err(refusal) => Err(refused(&place, refusal)),
        }
    }

    /// The address without its password.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Writes the tables of a run, each under its name after `claimsift_` with a column `run_id` before the others, and the run into
    /// `claimsift_runs`. Rows that an earlier run of this id left are replaced; other runs stay.
    pub fn write_run(&mut self, run: &RunRecord<'_>, tables: &[(&str, RecordBatch)]) -> Result<(), WriteError> {
        self.write_rows_of(run.id, "runs", &run.batch().map_err(|reason| self.cannot("runs", reason))?)?;
        tables.iter().try_for_each(|(name, rows)| self.write_rows_of(run.id, name, rows))
    }

    fn write_rows_of(&mut self, run: &str, name: &str, rows: &RecordBatch) -> Result<(), WriteError> {
        let table = format!("{PREFIX}{name}");
        let rows = with_run(run, rows).map_err(|reason| self.cannot(&table, reason))?;
        let columns = TargetColumn::of_schema(&rows.schema()).map_err(|reason| self.cannot(&table, reason))?;
        match self.owner(&table)? {
            Owner::Nobody => self.target.create(&table, &columns, Some(RUN_ID)),
            _ => self.target.extend(&table, &columns).and_then(|()| self.target.delete(&table, RUN_ID, run)),
        }
        .and_then(|()| self.target.append(&table, &columns, &rows))
        .map_err(|refusal| self.refused(&table, refusal))
    }

    /// Writes a table under its own name, in the place of one that we wrote before.
    pub fn write_table(&mut self, name: &str, rows: &RecordBatch) -> Result<(), WriteError> {
        let columns = TargetColumn::of_schema(&rows.schema()).map_err(|reason| self.cannot(name, reason))?;
        let is_there = self.owner(name)? == Owner::Us;
        let removed = if is_there { self.target.remove(name) } else { Ok(()) };
        removed
            .and_then(|()| self.target.create(name, &columns, None))
            .and_then(|()| self.target.append(name, &columns, rows))
            .map_err(|refusal| self.refused(name, refusal))
    }

    /// Makes everything visible at once.
    pub fn commit(mut self) -> Result<(), WriteError> {
        self.target.commit().map_err(|refusal| refused(&self.place, refusal))
    }

    /// Whose a table is, which must not be others'.
    fn owner(&mut self, table: &str) -> Result<Owner, WriteError> {
        match self.target.owner(table).map_err(|refusal| self.refused(table, refusal))? {
            Owner::Others => Err(WriteError::NotOurTable { place: self.place.clone(), table: table.to_owned() }),
            owner => Ok(owner),
        }
    }

    fn refused(&self, table: &str, Refusal { reason, remedy }: Refusal) -> WriteError {
        refused(&self.place, Refusal { reason: format!("table `{table}`: {reason}"), remedy })
    }

    fn cannot(&self, table: &str, reason: String) -> WriteError {
        self.refused(table, Refusal { reason, remedy: "this is a fault of claimsift, please report it" })
    }
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
fn boxed<T: Target + 'static>(target: T) -> Box<dyn Target> {
    Box::new(target)
}

fn refused(place: &str, Refusal { reason, remedy }: Refusal) -> WriteError {
    WriteError::Database { place: place.to_owned(), reason, remedy: remedy.to_owned() }
}

impl RunRecord<'_> {
    fn batch(&self) -> Result<RecordBatch, String> {
        let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
        let day = arrow_cast::cast(&text(self.as_of), &arrow_schema::DataType::Date32).map_err(|error| error.to_string())?;
        let columns = [("version", text(self.version)), ("input", text(self.input)), ("as_of", day), ("manifest", text(self.manifest))];
        RecordBatch::try_from_iter(columns).map_err(|error| error.to_string())
    }
}

/// The rows with the id of their run before the other columns.
fn with_run(run: &str, rows: &RecordBatch) -> Result<RecordBatch, String> {
    let ids: ArrayRef = Arc::new(std::iter::repeat_n(Some(run), rows.num_rows()).collect::<StringArray>());
    let schema = rows.schema();
    let others = schema.fields().iter().map(|field| field.name().as_str()).zip(rows.columns().iter().cloned());
    let columns = std::iter::once((RUN_ID, ids)).chain(others).map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).map_err(|error| error.to_string())
}
