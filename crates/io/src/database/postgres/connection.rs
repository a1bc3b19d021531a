//! A connection as this crate uses one: blocking, with bulk copies in both directions.

use super::address::Target;
use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use std::pin::pin;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls, Row};

/// A connection that works only while one of its methods runs. Dropped, it is closed, and the server rolls back what was not committed.
pub(super) struct Connection {
    client: Client,
    runtime: Runtime,
}

impl Connection {
    /// Connects; an error says why not.
    pub(super) fn open(target: &Target) -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let (client, connection) = runtime.block_on(target.config.connect(NoTls)).map_err(|error| reason(&error))?;
        // What ends the connection is told to the request that it interrupts.
        runtime.spawn(async move { drop(connection.await) });
        Ok(Self { client, runtime })
    }

    pub(super) fn run(&self, statements: &str) -> Result<(), String> {
        self.runtime.block_on(self.client.batch_execute(statements)).map_err(|error| reason(&error))
    }

    pub(super) fn rows(&self, query: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, String> {
        self.runtime.block_on(self.client.query(query, parameters)).map_err(|error| reason(&error))
    }

    /// The rows of a `COPY … TO STDOUT` as bytes, until `take` wants no more; says whether it got them all.
    pub(super) fn copy_out(&self, query: &str, mut take: impl FnMut(&[u8]) -> bool) -> Result<bool, String> {
        let copied = self.runtime.block_on(async {
            let mut stream = pin!(self.client.copy_out(query).await?);
            while let Some(bytes) = stream.try_next().await? {
                if !take(&bytes) {
                    return Ok(false);
                }
            }
            Ok::<_, Error>(true)
        });
        copied.map_err(|error| reason(&error))
    }

    /// Sends rows to a `COPY … FROM STDIN`.
    pub(super) fn copy_in(&self, query: &str, pieces: impl Iterator<Item = Bytes>) -> Result<(), String> {
        self.runtime.block_on(async {
            let mut sink = pin!(self.client.copy_in(query).await.map_err(|error| reason(&error))?);
            for piece in pieces {
                sink.send(piece).await.map_err(|error| reason(&error))?;
            }
            sink.finish().await.map_err(|error| reason(&error)).map(drop)
        })
    }
}

/// What the server or the network said. Details and hints are left out: they may quote values of rows.
fn reason(error: &Error) -> String {
    if let Some(told) = error.as_db_error() {
        return told.message().to_owned();
    }
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// An identifier in quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
