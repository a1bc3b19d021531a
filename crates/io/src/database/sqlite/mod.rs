//! SQLite: tables and views in, by ranges of rows; results out, in one transaction.
//!
//! A column of SQLite holds values of any type, whatever it was declared as. All are handed on as text, and intake reads them as what the
//! canonical column wants: a number that was stored as text is a number, and a key that was stored as a number is a text.

mod store;
mod table;

use super::{Listed, Opened, Session, place_of};
use crate::error::ReadError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use table::{Relation, SqliteTable};

pub(super) use store::SqliteStore;

/// How long a writer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database file that is read.
///
/// No transaction is held from part to part. Instead a connection outside any transaction watches for commits of others, and a part that
/// ends after one is an error: what was read is one state of the file.
struct SqliteFile {
    path: PathBuf,
    watcher: Mutex<Option<Watcher>>,
}

struct Watcher {
    connection: Connection,
    version: i64,
}

pub(super) fn open(path: &Path) -> Result<Opened, ReadError> {
    if !path.is_file() {
        return Err(ReadError::NotFound { path: path.to_owned() });
    }
    let file = Arc::new(SqliteFile { path: path.to_owned(), watcher: Mutex::default() });
    file.watch()?;
    let relations = file.connect().and_then(|connection| table::relations(&connection)).map_err(|error| file.refused(&error))?;
    let listed = |relation: Relation| {
        let name = Arc::from(relation.name.as_str());
        let table = SqliteTable::new(file.clone(), relation);
        Listed { name, columns: table.head(), rows: None, bytes: 0, table: Box::new(table) }
    };
    Ok(Opened { tables: relations.into_iter().map(listed).collect(), ignored: Vec::new(), session: file.clone() })
}

impl SqliteFile {
    fn connect(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    }

    /// Begins to watch for changes, unless that is done.
    fn watch(&self) -> Result<(), ReadError> {
        let mut watcher = self.watcher();
        if watcher.is_none() {
            let begun = self.connect().and_then(|connection| Ok(Watcher { version: data_version(&connection)?, connection }));
            *watcher = Some(begun.map_err(|error| self.refused(&error))?);
        }
        Ok(())
    }

    /// An error if somebody has changed the data since the watch began.
    fn check_unchanged(&self) -> Result<(), ReadError> {
        let watcher = self.watcher();
        let Some(Watcher { connection, version }) = watcher.as_ref() else { return Ok(()) };
        if data_version(connection).map_err(|error| self.refused(&error))? == *version {
            return Ok(());
        }
        let remedy = "read it when nobody writes to it, or read a copy (sqlite3 FILE \".backup COPY\")";
        Err(self.error("it was changed while it was read".to_owned(), remedy))
    }

    fn watcher(&self) -> MutexGuard<'_, Option<Watcher>> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, reason: String, remedy: &str) -> ReadError {
        ReadError::Database { place: place_of(&self.path), reason, remedy: remedy.to_owned() }
    }

    fn refused(&self, error: &rusqlite::Error) -> ReadError {
        self.error(error.to_string(), remedy(error))
    }
}

impl Session for SqliteFile {
    fn release(&self) {
        *self.watcher() = None;
    }
}

/// A number that differs when others have committed in between.
fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}

/// What to do about an error of SQLite.
fn remedy(error: &rusqlite::Error) -> &'static str {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, ReadOnly};
    match error.sqlite_error_code() {
        Some(DatabaseBusy | DatabaseLocked) => "another program is writing it; try again when that is done",
        Some(CannotOpen) => "check the path and the permissions of the file and its folder",
        Some(ReadOnly) => "check the permissions of the file and its folder",
        Some(DatabaseCorrupt | NotADatabase) => "the file is damaged; export it again",
        Some(DiskFull) => "make room on the disk",
        _ => "check the file with `sqlite3 FILE \"PRAGMA integrity_check\"`",
    }
}

/// An identifier in quotes.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
