//! Databases as inputs and as targets: PostgreSQL and SQLite.
//!
//! A table or view of a database is read like a file of the same name: its columns are the header, layouts recognise it, and its parts are
//! decoded in the background. What is read of one input is one consistent state of the database ([`Session`]).

mod address;
mod gathering;
mod kind;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod tally;

use crate::error::ReadError;
use crate::format::{FileColumn, Sink, Wanted};
use crate::input::Fingerprint;
use std::path::Path;
use std::sync::Arc;

pub use address::place_of;
pub(crate) use address::{Address, address_of};
pub use store::{RunRecord, Store};

/// A table or view whose rows can be read in parts.
pub(crate) trait Table: Send + Sync {
    /// The number of parts; in order they make up the table.
    fn parts(&self) -> usize;

    /// Decodes one part. Rows are numbered from 1 in each part; see [`Self::rows_before`].
    fn decode(&self, part: usize, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), ReadError>;

    /// The rows of the parts before this one, all of which must have been decoded.
    fn rows_before(&self, part: usize) -> u64;

    /// What was read, as far as whole columns were; `None` where nothing was.
    fn fingerprint(&self) -> Option<Fingerprint>;
}

/// A table with its head.
pub(crate) struct Listed {
    pub(crate) name: Arc<str>,
    pub(crate) columns: Vec<FileColumn>,
    /// About how many, where the database keeps count.
    pub(crate) rows: Option<u64>,
    pub(crate) bytes: u64,
    pub(crate) table: Box<dyn Table>,
}

/// The state of the database that is read.
pub(crate) trait Session: Send + Sync {
    /// Lets go of it: no transaction, lock or connection is held. Whatever is read later is read from the state that the database has then.
    fn release(&self);
}

/// A database that has been opened for reading.
pub(crate) struct Opened {
    pub(crate) tables: Vec<Listed>,
    /// The names of tables that may not be read.
    pub(crate) ignored: Vec<String>,
    pub(crate) session: Arc<dyn Session>,
}

/// Opens the database that a path or address names; `None` where it names none.
pub(crate) fn open(path: &Path) -> Option<Result<Opened, ReadError>> {
    let address = match address_of(path)? {
        Ok(address) => address,
        Err(problem) => return Some(Err(ReadError::Address { place: place_of(path), problem })),
    };
    Some(match address {
        #[cfg(feature = "postgres")]
        Address::Postgres(url) => postgres::open(&url),
        #[cfg(feature = "sqlite")]
        Address::Sqlite(file) => sqlite::open(&file),
        Address::DuckDb(file) => Err(ReadError::Address { place: file.display().to_string(), problem: address::NOT_DUCKDB.to_owned() }),
        #[cfg(not(all(feature = "postgres", feature = "sqlite")))]
        _ => Err(ReadError::Address { place: place_of(path), problem: address::NOT_BUILT_IN.to_owned() }),
    })
}
