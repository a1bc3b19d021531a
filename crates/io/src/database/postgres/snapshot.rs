//! One state of the database for all connections that read it.

use super::address::Target;
use super::connection::Connection;
use crate::database::Session;
use crate::error::ReadError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Order that does not depend on what other sessions scan, and no limit of time that a server sets for interactive use.
const SETTINGS: &str = "SET synchronize_seqscans = off; SET max_parallel_workers_per_gather = 0; SET datestyle = 'ISO, YMD'; \
                        SET intervalstyle = 'iso_8601'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;";
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;";

/// A database that is read.
///
/// The first connection exports the snapshot that all others take on, and keeps its transaction open so that they can, until the snapshot is
/// [released](Session::release).
pub(super) struct Server {
    target: Target,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    holder: Option<Holder>,
    idle: Vec<Connection>,
}

struct Holder {
    snapshot: Arc<str>,
    _connection: Connection,
}

/// A connection in a transaction of the snapshot.
pub(super) struct Lent {
    connection: Connection,
    snapshot: Arc<str>,
}

impl Lent {
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl Server {
    pub(super) fn new(target: Target) -> Self {
        Self { target, state: Mutex::default() }
    }

    /// The schema that the address names.
    pub(super) fn schema(&self) -> Option<&str> {
        self.target.schema.as_deref()
    }

    /// A connection that nobody else uses. Give it back when its work is done; after an error or half a copy, drop it.
    pub(super) fn lend(&self) -> Result<Lent, ReadError> {
        let snapshot = {
            let mut state = self.state();
            if state.holder.is_none() {
                state.holder = Some(self.hold().map_err(|reason| self.refused(&reason))?);
            }
            let snapshot = state.holder.as_ref().map_or_else(|| Arc::from(""), |holder| holder.snapshot.clone());
            if let Some(connection) = state.idle.pop() {
                return Ok(Lent { connection, snapshot });
            }
            snapshot
        };
        let connection = self.connect(&format!("{BEGIN} SET TRANSACTION SNAPSHOT '{snapshot}'")).map_err(|reason| self.refused(&reason))?;
        Ok(Lent { connection, snapshot })
    }

    /// Keeps a connection for the next part, unless its snapshot has been released meanwhile.
    pub(super) fn give_back(&self, lent: Lent) {
        let mut state = self.state();
        if state.holder.as_ref().is_some_and(|holder| Arc::ptr_eq(&holder.snapshot, &lent.snapshot)) {
            state.idle.push(lent.connection);
        }
    }

    pub(super) fn error(&self, reason: &str, remedy: &str) -> ReadError {
        ReadError::Database { place: self.target.place.clone(), reason: reason.to_owned(), remedy: remedy.to_owned() }
    }

    /// An error of the whole database, with the remedy that its reason suggests.
    pub(super) fn refused(&self, reason: &str) -> ReadError {
        self.error(reason, remedy(reason))
    }

    /// An error while a table was read.
    pub(super) fn broke(&self, table: &str, reason: &str) -> ReadError {
        self.error(&format!("table `{table}`: {reason}"), remedy(reason))
    }

    fn hold(&self) -> Result<Holder, String> {
        let connection = self.connect(BEGIN)?;
        let rows = connection.rows("SELECT pg_export_snapshot()", &[])?;
        let snapshot: String = rows.first().and_then(|row| row.try_get(0).ok()).ok_or("the server exports no snapshot")?;
        Ok(Holder { snapshot: snapshot.into(), _connection: connection })
    }

    fn connect(&self, begin: &str) -> Result<Connection, String> {
        let connection = Connection::open(&self.target)?;
        connection.run(SETTINGS)?;
        connection.run(begin)?;
        Ok(connection)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session for Server {
    fn release(&self) {
        // Connections are closed outside the lock.
        let state = std::mem::take(&mut *self.state());
        drop(state);
    }
}

/// What to do about a refusal, told from its words.
pub(super) fn remedy(reason: &str) -> &'static str {
    const REMEDIES: [(&str, &str); 9] = [
        ("password", "give the right one with PGPASSWORD, in ~/.pgpass or in the address"),
        ("authentication", "check the user and the server's pg_hba.conf"),
        ("pg_hba.conf", "ask for an entry in the server's pg_hba.conf; TLS is not built in, so that the entry must be `host` or `local`"),
        ("does not exist", "check the names in the address postgresql://USER@HOST:PORT/DATABASE?schema=NAME"),
        ("permission denied", "ask the owner for the privilege"),
        ("too many", "read with fewer connections (`--threads 2`), or ask for more"),
        ("remaining connection slots", "read with fewer connections (`--threads 2`), or ask for more"),
        ("connecting", "check host and port, and that the server is running and can be reached from here"),
        ("statement timeout", "ask for a longer statement_timeout"),
    ];
    let fitting = REMEDIES.iter().find(|(word, _)| reason.contains(word));
    fitting.map_or("check that the server is running, and try again", |(_, remedy)| remedy)
}
