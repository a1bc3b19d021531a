//! A table or view as a source of rows.

use super::{SqliteFile, quoted};
use crate::database::Table;
use crate::database::gathering::Gathering;
use crate::database::tally::{Tally, hash};
use crate::error::ReadError;
use crate::format::{FileColumn, Sink, Wanted};
use crate::input::Fingerprint;
use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::fmt::Write;
use std::sync::Arc;

/// Rows of a part, where their numbers leave no gaps.
const PART_ROWS: i64 = 1 << 18;
/// Numbers of rows may be far apart.
const MOST_PARTS: i64 = 64;

/// A table or view.
pub(super) struct Relation {
    pub(super) name: String,
    columns: Vec<String>,
    /// What limits each part; empty for the whole.
    parts: Vec<String>,
}

/// Tables and views in the order of their names, results of our own left out.
pub(super) fn relations(connection: &Connection) -> rusqlite::Result<Vec<Relation>> {
    const LISTED: &str = r"SELECT name, type = 'table' AND NOT wr FROM pragma_table_list WHERE schema = 'main'
        AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE 'claimsift\_%' ESCAPE '\'
        ORDER BY name";
    let mut statement = connection.prepare(LISTED)?;
    let listed = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<Vec<(String, bool)>>>()?;
    listed.into_iter().map(|(name, has_rows)| relation(connection, name, has_rows)).collect()
}

fn relation(connection: &Connection, name: String, has_row_numbers: bool) -> rusqlite::Result<Relation> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid")?;
    let columns = statement.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    // A column may take one of these names for itself.
    let is_free = |number: &&str| !columns.iter().any(|column| column.eq_ignore_ascii_case(number));
    let parts = match ["rowid", "_rowid_", "oid"].into_iter().find(is_free).filter(|_| has_row_numbers) {
        Some(number) => {
            // Two queries, as each is answered from an end of the tree.
            let end = |which: &str| {
                connection.query_row(&format!("SELECT {which}({number}) FROM {}", quoted(&name)), [], |row| row.get::<_, Option<i64>>(0))
            };
            ranges(number, end("min")?.unwrap_or(0), end("max")?.unwrap_or(0))
        }
        None => vec![String::new()],
    };
    Ok(Relation { name, columns, parts })
}

/// Conditions that divide the numbers of rows; the first and last are open.
fn ranges(number: &str, first: i64, last: i64) -> Vec<String> {
    let span = i128::from(last) - i128::from(first) + 1;
    let count = (span / i128::from(PART_ROWS)).clamp(1, i128::from(MOST_PARTS));
    let border = |part: i128| i128::from(first) + span * part / count;
    (0..count)
        .map(|part| {
            let from = (part > 0).then(|| format!("{number} >= {}", border(part)));
            let until = (part + 1 < count).then(|| format!("{number} < {}", border(part + 1)));
            let conditions: Vec<String> = from.into_iter().chain(until).collect();
            let condition = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
            format!("{condition} ORDER BY {number}")
        })
        .collect()
}

pub(super) struct SqliteTable {
    file: Arc<SqliteFile>,
    relation: Relation,
    tally: Tally,
}

impl SqliteTable {
    pub(super) fn new(file: Arc<SqliteFile>, relation: Relation) -> Self {
        Self { file, relation, tally: Tally::default() }
    }

    /// Its columns as those of a file.
    pub(super) fn head(&self) -> Vec<FileColumn> {
        self.relation.columns.iter().map(|name| FileColumn { name: name.clone(), is_nested: false }).collect()
    }

    fn error(&self, error: &rusqlite::Error) -> ReadError {
        self.file.error(format!("table `{}`: {error}", self.relation.name), super::remedy(error))
    }

    /// Reads a part; `false` if no more rows were wanted before its end.
    fn read(&self, limits: &str, cells: &mut Cells, sink: &mut Sink<'_>) -> Result<bool, ReadError> {
        let refuse = |error| self.error(&error);
        let broken = |reason: String| self.file.error(format!("table `{}`: {reason}", self.relation.name), "read it again");
        let connection = self.file.connect().map_err(refuse)?;
        let columns: Vec<String> = cells.schema.fields().iter().map(|field| quoted(field.name())).collect();
        let columns = if columns.is_empty() { "NULL".to_owned() } else { columns.join(", ") };
        let mut statement =
            connection.prepare(&format!("SELECT {columns} FROM {}{limits}", quoted(&self.relation.name))).map_err(refuse)?;
        let mut rows = statement.query([]).map_err(refuse)?;
        while let Some(row) = rows.next().map_err(refuse)? {
            cells.push(row).map_err(refuse)?;
            if cells.gathering.is_full() && !sink(cells.take().map_err(broken)?) {
                return Ok(false);
            }
        }
        if !cells.gathering.is_empty() {
            sink(cells.take().map_err(broken)?);
        }
        Ok(true)
    }
}

impl Table for SqliteTable {
    fn parts(&self) -> usize {
        self.relation.parts.len()
    }

    fn decode(&self, part: usize, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), ReadError> {
        let Some(limits) = self.relation.parts.get(part) else { return Ok(()) };
        self.file.watch()?;
        let mut cells = Cells::new(wanted.iter().filter_map(|wanted| self.relation.columns.get(wanted.column)));
        if self.read(limits, &mut cells, sink)? {
            self.file.check_unchanged()?;
            self.tally.note(part, cells.gathering.rows(), wanted.iter().map(|wanted| wanted.column).zip(cells.sums));
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

/// The values of one batch, all as text.
struct Cells {
    schema: SchemaRef,
    columns: Vec<StringBuilder>,
    sums: Vec<u64>,
    gathering: Gathering,
    /// Room to write numbers in.
    text: String,
}

impl Cells {
    fn new<'a>(names: impl Iterator<Item = &'a String>) -> Self {
        let fields: Vec<Field> = names.map(|name| Field::new(name, DataType::Utf8, true)).collect();
        Self {
            columns: fields.iter().map(|_| StringBuilder::new()).collect(),
            sums: vec![0; fields.len()],
            schema: Arc::new(Schema::new(fields)),
            gathering: Gathering::default(),
            text: String::new(),
        }
    }

    fn push(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let (mut fault, mut bytes) = (None, 0);
        for (position, column) in self.columns.iter_mut().enumerate() {
            let value = row.get_ref(position)?;
            let written = written(value, &mut self.text);
            if let Err(reason) = written {
                fault = Some((self.schema.field(position).name().as_str(), reason));
            }
            let text = written.unwrap_or_default();
            self.sums[position] = self.sums[position].wrapping_add(hash(text.map(str::as_bytes)));
            bytes += text.map_or(0, str::len);
            column.append_option(text);
        }
        self.gathering.count(bytes, fault);
        Ok(())
    }

    fn take(&mut self) -> Result<crate::format::Raw, String> {
        let columns = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        self.gathering.take(&self.schema, columns)
    }
}

/// A value as text; what cannot be one is said.
fn written<'a>(value: ValueRef<'a>, room: &'a mut String) -> Result<Option<&'a str>, &'static str> {
    room.clear();
    match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Text(text) => return simdutf8::basic::from_utf8(text).map(Some).map_err(|_| "not UTF-8 text"),
        ValueRef::Blob(_) => return Err("bytes"),
        // Writing to a string does not fail.
        ValueRef::Integer(number) => _ = write!(room, "{number}"),
        ValueRef::Real(number) => _ = write!(room, "{number}"),
    }
    Ok(Some(room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_leave_no_number_out() {
        assert_eq!(ranges("rowid", 1, 10), [" ORDER BY rowid"]);
        let span = 3 * PART_ROWS;
        let parts = ranges("oid", 1, span);
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[0], format!(" WHERE oid < {} ORDER BY oid", 1 + PART_ROWS));
        assert_eq!(parts[1], format!(" WHERE oid >= {} AND oid < {} ORDER BY oid", 1 + PART_ROWS, 1 + 2 * PART_ROWS));
        assert_eq!(parts[2], format!(" WHERE oid >= {} ORDER BY oid", 1 + 2 * PART_ROWS));
        assert_eq!(ranges("rowid", i64::MIN, i64::MAX).len(), MOST_PARTS as usize);
    }

    #[test]
    fn numbers_are_written_exactly() {
        let text = |value| written(value, &mut String::new()).map(|text| text.map(str::to_owned));
        assert_eq!(text(ValueRef::Real(0.1 + 0.2)), Ok(Some("0.30000000000000004".to_owned())));
        assert_eq!(text(ValueRef::Real(1e18)), Ok(Some("1000000000000000000".to_owned())));
        assert_eq!(text(ValueRef::Real(812.5)), Ok(Some("812.5".to_owned())));
        assert_eq!(text(ValueRef::Integer(-7)), Ok(Some("-7".to_owned())));
        assert_eq!(text(ValueRef::Text(b"007")), Ok(Some("007".to_owned())));
        assert_eq!(text(ValueRef::Null), Ok(None));
        assert!(text(ValueRef::Blob(b"x")).is_err());
        assert!(text(ValueRef::Text(b"\xff")).is_err());
    }
}
