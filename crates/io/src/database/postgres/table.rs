//! A table or view as a source of rows.

use super::binary::Decoder;
use super::catalogue::Relation;
use super::column::Cell;
use super::connection::quoted;
use super::snapshot::Server;
use crate::database::Table;
use crate::database::tally::Tally;
use crate::error::ReadError;
use crate::format::{FileColumn, Sink, Wanted};
use crate::input::Fingerprint;
use std::sync::Arc;

pub(super) struct PostgresTable {
    server: Arc<Server>,
    relation: Relation,
    tally: Tally,
}

impl PostgresTable {
    pub(super) fn new(server: Arc<Server>, relation: Relation) -> Self {
        Self { server, relation, tally: Tally::default() }
    }

    /// Its columns as those of a file.
    pub(super) fn head(&self) -> Vec<FileColumn> {
        let column =
            |column: &super::column::SourceColumn| FileColumn { name: column.name.clone(), is_nested: column.cell == Cell::Nested };
        self.relation.columns.iter().map(column).collect()
    }

    /// The command that sends the wanted columns of a part.
    fn command(columns: &[(&str, Cell)], from: &str) -> String {
        let listed = columns.iter().map(|(name, cell)| {
            let cast = if matches!(cell, Cell::Written | Cell::Nested) { "::text" } else { "" };
            format!("{}{cast}", quoted(name))
        });
        format!("COPY (SELECT {} FROM {from}) TO STDOUT (FORMAT binary)", listed.collect::<Vec<_>>().join(", "))
    }
}

impl Table for PostgresTable {
    fn parts(&self) -> usize {
        self.relation.parts.len()
    }

    fn decode(&self, part: usize, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), ReadError> {
        let Some(from) = self.relation.parts.get(part).map(|part| &part.from) else { return Ok(()) };
        let source = |wanted: &Wanted| self.relation.columns.get(wanted.column).map(|column| (column.name.as_str(), column.cell));
        let columns: Vec<(&str, Cell)> = wanted.iter().filter_map(source).collect();
        let lent = self.server.lend()?;
        let mut decoder = Decoder::new(&columns);
        let mut broken = None;
        let copied = lent.connection().copy_out(&Self::command(&columns, from), |bytes| {
            decoder.feed(bytes, sink).unwrap_or_else(|reason| {
                broken = Some(reason);
                false
            })
        });
        let error = |reason: String| self.server.broke(&self.relation.name, &reason);
        if let Some(reason) = broken {
            return Err(error(reason));
        }
        if copied.map_err(error)? {
            decoder.finish(sink).map_err(error)?;
            self.server.give_back(lent);
            self.tally.note(part, decoder.rows(), wanted.iter().map(|wanted| wanted.column).zip(decoder.sums().iter().copied()));
        }
        Ok(())
    }

    fn rows_before(&self, part: usize) -> u64 {
        self.tally.rows_before(part)
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        self.tally.fingerprint(&self.relation.name, self.parts(), &self.head())
    }
}
