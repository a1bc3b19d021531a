//! Results into PostgreSQL.

use super::address::Target as Place;
use super::connection::{Connection, quoted};
use super::snapshot::remedy;
use crate::database::kind::{TargetColumn, TargetKind};
use crate::database::store::{Owner, Refusal, Target};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use bytes::Bytes;
use std::fmt::Write;

/// The comment on every table that we create.
const MARK: &str = "written by claimsift";
/// Sent at a time.
const PIECE: usize = 1 << 18;
/// Writers wait for each other, so that two never create the same table.
const BEGIN: &str = "SET datestyle = 'ISO, YMD'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
                     SET client_min_messages = warning; BEGIN; SELECT pg_advisory_xact_lock(hashtext('claimsift'));";

pub(in crate::database) struct PostgresStore {
    connection: Connection,
    schema: String,
}

impl PostgresStore {
    /// Connects and begins a transaction. The outer error is one of the address.
    pub(in crate::database) fn open(url: &str) -> Result<Result<Self, Refusal>, String> {
        let place = Place::parse(url)?;
        Ok(Self::connect(&place))
    }

    fn connect(place: &Place) -> Result<Self, Refusal> {
        let connection = Connection::open(place).map_err(refusal)?;
        let query = "SELECT coalesce($1::text, current_schema()::text), \
                     (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = coalesce($1::text, current_schema()::text))";
        let rows = connection.rows(query, &[&place.schema]).map_err(refusal)?;
        let (schema, may_create): (Option<String>, Option<bool>) = rows.first().map_or((None, None), |row| (row.get(0), row.get(1)));
        let refuse = |reason: String, remedy| Err(Refusal { reason, remedy });
        match (schema, may_create) {
            (Some(schema), Some(true)) => {
                connection.run(BEGIN).map_err(refusal)?;
                Ok(Self { connection, schema })
            }
            (Some(schema), Some(false)) => {
                refuse(format!("no permission to create tables in schema `{schema}`"), "ask its owner for GRANT CREATE ON SCHEMA")
            }
            (schema, _) => {
                let schema = schema.unwrap_or_default();
                refuse(format!("there is no schema `{schema}`"), "create it with CREATE SCHEMA, or give another as ?schema=NAME")
            }
        }
    }

    fn table(&self, table: &str) -> String {
        format!("{}.{}", quoted(&self.schema), quoted(table))
    }

    fn run(&self, statements: &str) -> Result<(), Refusal> {
        self.connection.run(statements).map_err(refusal)
    }
}

fn refusal(reason: String) -> Refusal {
    Refusal { remedy: remedy(&reason), reason }
}

impl Target for PostgresStore {
    fn owner(&mut self, table: &str) -> Result<Owner, Refusal> {
        let query = "SELECT coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                     WHERE n.nspname = $1::text AND c.relname = $2::text";
        let rows = self.connection.rows(query, &[&self.schema, &table]).map_err(refusal)?;
        let comment = rows.first().map(|row| row.get::<_, String>(0));
        Ok(comment.map_or(Owner::Nobody, |comment| if comment == MARK { Owner::Us } else { Owner::Others }))
    }

    fn create(&mut self, table: &str, columns: &[TargetColumn], index: Option<&str>) -> Result<(), Refusal> {
        let name = self.table(table);
        let columns: Vec<String> = columns.iter().map(|column| format!("{} {}", quoted(&column.name), type_of(column.kind))).collect();
        let index = index.map_or_else(String::new, |column| format!("CREATE INDEX ON {name} ({});", quoted(column)));
        self.run(&format!("CREATE TABLE {name} ({}); COMMENT ON TABLE {name} IS '{MARK}'; {index}", columns.join(", ")))
    }

    fn extend(&mut self, table: &str, columns: &[TargetColumn]) -> Result<(), Refusal> {
        let add = |column: &TargetColumn| format!("ADD COLUMN IF NOT EXISTS {} {}", quoted(&column.name), type_of(column.kind));
        let added: Vec<String> = columns.iter().map(add).collect();
        self.run(&format!("ALTER TABLE {} {}", self.table(table), added.join(", ")))
    }

    fn remove(&mut self, table: &str) -> Result<(), Refusal> {
        self.run(&format!("DROP TABLE {}", self.table(table)))
    }

    fn delete(&mut self, table: &str, column: &str, value: &str) -> Result<(), Refusal> {
        let statement = format!("DELETE FROM {} WHERE {} = $1::text", self.table(table), quoted(column));
        self.connection.rows(&statement, &[&value]).map(drop).map_err(refusal)
    }

    fn append(&mut self, table: &str, columns: &[TargetColumn], rows: &RecordBatch) -> Result<(), Refusal> {
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let command = format!("COPY {} ({}) FROM STDIN", self.table(table), names.join(", "));
        let cells = Cells::new(rows).map_err(refusal)?;
        self.connection.copy_in(&command, Pieces { cells, row: 0, rows: rows.num_rows() }).map_err(refusal)
    }

    fn commit(&mut self) -> Result<(), Refusal> {
        self.run("COMMIT")
    }
}

fn type_of(kind: TargetKind) -> String {
    match kind {
        TargetKind::Text => "text".to_owned(),
        TargetKind::Texts => "text[]".to_owned(),
        TargetKind::Json => "jsonb".to_owned(),
        TargetKind::Flag => "boolean".to_owned(),
        TargetKind::Integer => "integer".to_owned(),
        TargetKind::BigInteger => "bigint".to_owned(),
        TargetKind::Number => "double precision".to_owned(),
        TargetKind::Decimal { digits, decimals } => format!("numeric({digits}, {decimals})"),
        TargetKind::Date => "date".to_owned(),
        TargetKind::Time => "timestamp".to_owned(),
    }
}

/// Rows in the text form of `COPY`.
struct Cells<'a> {
    columns: Vec<Column<'a>>,
    /// Room for one value.
    value: String,
}

enum Column<'a> {
    Plain(&'a ArrayRef, ArrayFormatter<'a>),
    Texts(&'a ArrayRef),
}

impl<'a> Cells<'a> {
    fn new(rows: &'a RecordBatch) -> Result<Self, String> {
        const OPTIONS: FormatOptions<'static> = FormatOptions::new();
        let column = |array: &'a ArrayRef| match array.as_list_opt::<i32>() {
            Some(_) => Ok(Column::Texts(array)),
            None => ArrayFormatter::try_new(array, &OPTIONS).map(|formatter| Column::Plain(array, formatter)),
        };
        let columns = rows.columns().iter().map(column).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        Ok(Self { columns, value: String::new() })
    }

    fn write_row(&mut self, row: usize, to: &mut Vec<u8>) {
        for (position, column) in self.columns.iter().enumerate() {
            if position > 0 {
                to.push(b'\t');
            }
            self.value.clear();
            if column.write(row, &mut self.value) {
                escape(&self.value, to);
            } else {
                to.extend_from_slice(b"\\N");
            }
        }
        to.push(b'\n');
    }
}

impl Column<'_> {
    /// Writes a value; `false` where it is missing.
    fn write(&self, row: usize, to: &mut String) -> bool {
        match self {
            Self::Plain(array, _) | Self::Texts(array) if array.is_null(row) => return false,
            // Writing to a string does not fail.
            Self::Plain(_, formatter) => _ = write!(to, "{}", formatter.value(row)),
            Self::Texts(array) => write_texts(&array.as_list::<i32>().value(row), to),
        }
        true
    }
}

/// An array as PostgreSQL writes one.
fn write_texts(texts: &ArrayRef, to: &mut String) {
    to.push('{');
    for (position, text) in texts.as_string::<i32>().iter().enumerate() {
        if position > 0 {
            to.push(',');
        }
        match text {
            Some(text) => {
                to.push('"');
                for character in text.chars() {
                    if matches!(character, '"' | '\\') {
                        to.push('\\');
                    }
                    to.push(character);
                }
                to.push('"');
            }
            None => to.push_str("NULL"),
        }
    }
    to.push('}');
}

/// A value as a field; PostgreSQL's texts cannot hold the character 0, which becomes U+FFFD.
fn escape(value: &str, to: &mut Vec<u8>) {
    for &byte in value.as_bytes() {
        match byte {
            b'\\' => to.extend_from_slice(b"\\\\"),
            b'\t' => to.extend_from_slice(b"\\t"),
            b'\n' => to.extend_from_slice(b"\\n"),
            b'\r' => to.extend_from_slice(b"\\r"),
            0 => to.extend_from_slice("\u{fffd}".as_bytes()),
            other => to.push(other),
        }
    }
}

/// The rows in pieces to send.
struct Pieces<'a> {
    cells: Cells<'a>,
    row: usize,
    rows: usize,
}

impl Iterator for Pieces<'_> {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut piece = Vec::with_capacity(PIECE + (PIECE >> 3));
        while self.row < self.rows && piece.len() < PIECE {
            self.cells.write_row(self.row, &mut piece);
            self.row += 1;
        }
        (!piece.is_empty()).then(|| piece.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::builder::{ListBuilder, StringBuilder};
    use arrow_array::{Decimal128Array, StringArray, TimestampMicrosecondArray};
    use arrow_schema::DataType;
    use std::sync::Arc;

    #[test]
    fn rows_are_written_as_copy_reads_them() {
        let mut texts = ListBuilder::new(StringBuilder::new());
        texts.append_value([Some("P02"), Some("a\"b\\c"), None]);
        texts.append_null();
        let amounts = Decimal128Array::from(vec![Some(81_250), None]).with_data_type(DataType::Decimal128(18, 2));
        let columns: [(&str, ArrayRef); 4] = [
            ("text", Arc::new(StringArray::from(vec![Some("a\tb\\\n\0"), Some("")]))),
            ("codes", Arc::new(texts.finish())),
            ("amount", Arc::new(amounts)),
            ("at", Arc::new(TimestampMicrosecondArray::from(vec![Some(1_000_000), None]))),
        ];
        let rows = RecordBatch::try_from_iter(columns).expect("a batch");
        let pieces = Pieces { cells: Cells::new(&rows).expect("cells"), row: 0, rows: 2 };
        let text = pieces.map(|piece| String::from_utf8(piece.to_vec()).expect("UTF-8")).collect::<String>();
        let expected = "a\\tb\\\\\\n\u{fffd}\t{\"P02\",\"a\\\\\"b\\\\\\\\c\",NULL}\t812.50\t1970-01-01T00:00:01\n\t\\N\t\\N\t\\N\n";
        assert_eq!(text, expected);
    }
}
