//! PostgreSQL: tables and views in, by binary `COPY` of one snapshot in parallel parts; results out, in one transaction.

mod address;
mod binary;
mod catalogue;
mod column;
mod connection;
mod numeric;
mod snapshot;
mod store;
mod table;

use super::{Listed, Opened, place_of};
use crate::error::ReadError;
use address::Target;
use snapshot::Server;
use std::path::Path;
use std::sync::Arc;
use table::PostgresTable;

pub(super) use store::PostgresStore;

/// Connects and lists the tables and views of the schema, or of the search path.
pub(super) fn open(url: &str) -> Result<Opened, ReadError> {
    let target = Target::parse(url).map_err(|problem| ReadError::Address { place: place_of(Path::new(url)), problem })?;
    let server = Arc::new(Server::new(target));
    let lent = server.lend()?;
    let found = catalogue::list(lent.connection(), server.schema()).map_err(|reason| server.refused(&reason))?;
    server.give_back(lent);
    if found.schema_is_missing {
        let schema = server.schema().unwrap_or_default();
        return Err(server.error(&format!("there is no schema `{schema}`"), "give the right one as ?schema=NAME; \\dn in psql lists them"));
    }
    let listed = |relation: catalogue::Relation| {
        let (name, rows, bytes) = (Arc::from(relation.name.as_str()), relation.rows, relation.bytes());
        let table = PostgresTable::new(server.clone(), relation);
        Listed { name, columns: table.head(), rows, bytes, table: Box::new(table) }
    };
    Ok(Opened { tables: found.relations.into_iter().map(listed).collect(), ignored: found.closed, session: server.clone() })
}
