//! Results into SQLite. Lists are JSON; days and times are ISO text.

use super::{PATIENCE, quoted, remedy};
use crate::database::kind::{TargetColumn, TargetKind};
use crate::database::store::{Owner, Refusal, Target};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use std::path::Path;

/// Names the tables that we created.
const REGISTER: &str = "claimsift_tables";

pub(in crate::database) struct SqliteStore {
    connection: Connection,
}

impl SqliteStore {
    /// Opens or creates the file and begins a transaction.
    pub(in crate::database) fn open(file: &Path) -> Result<Self, Refusal> {
        let connection = Connection::open(file).map_err(refusal)?;
        connection.busy_timeout(PATIENCE).map_err(refusal)?;
        let begin = format!("BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS {REGISTER} (name TEXT PRIMARY KEY)");
        connection.execute_batch(&begin).map_err(refusal)?;
        Ok(Self { connection })
    }

    fn run(&self, statements: &str) -> Result<(), Refusal> {
        self.connection.execute_batch(statements).map_err(refusal)
    }

    fn columns(&self, table: &str) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
        statement.query_map([table], |row| row.get(0))?.collect()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn refusal(error: rusqlite::Error) -> Refusal {
    Refusal { reason: error.to_string(), remedy: remedy(&error) }
}

impl Target for SqliteStore {
    fn owner(&mut self, table: &str) -> Result<Owner, Refusal> {
        let is_there = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = ?1 COLLATE NOCASE)";
        let is_ours = format!("SELECT EXISTS (SELECT 1 FROM {REGISTER} WHERE name = ?1)");
        let ask = |query: &str| self.connection.query_row(query, [table], |row| row.get::<_, bool>(0)).optional();
        let there = ask(is_there).map_err(refusal)?.unwrap_or(false);
        let ours = ask(&is_ours).map_err(refusal)?.unwrap_or(false);
        Ok(match (there, ours) {
            (false, _) => Owner::Nobody,
            (true, true) => Owner::Us,
            (true, false) => Owner::Others,
        })
    }

    fn create(&mut self, table: &str, columns: &[TargetColumn], index: Option<&str>) -> Result<(), Refusal> {
        let name = quoted(table);
        let columns: Vec<String> = columns.iter().map(|column| format!("{} {}", quoted(&column.name), type_of(column.kind))).collect();
        self.run(&format!("CREATE TABLE {name} ({})", columns.join(", ")))?;
        if let Some(column) = index {
            self.run(&format!("CREATE INDEX {} ON {name} ({})", quoted(&format!("{table}_{column}")), quoted(column)))?;
        }
        let note = format!("INSERT OR IGNORE INTO {REGISTER} VALUES (?1)");
        self.connection.execute(&note, [table]).map(drop).map_err(refusal)
    }

    fn extend(&mut self, table: &str, columns: &[TargetColumn]) -> Result<(), Refusal> {
        let there = self.columns(table).map_err(refusal)?;
        let missing = columns.iter().filter(|column| !there.iter().any(|name| name.eq_ignore_ascii_case(&column.name)));
        for column in missing {
            self.run(&format!("ALTER TABLE {} ADD COLUMN {} {}", quoted(table), quoted(&column.name), type_of(column.kind)))?;
        }
        Ok(())
    }

    fn remove(&mut self, table: &str) -> Result<(), Refusal> {
        self.run(&format!("DROP TABLE {}", quoted(table)))
    }

    fn delete(&mut self, table: &str, column: &str, value: &str) -> Result<(), Refusal> {
        let statement = format!("DELETE FROM {} WHERE {} = ?1", quoted(table), quoted(column));
        self.connection.execute(&statement, [value]).map(drop).map_err(refusal)
    }

    fn append(&mut self, table: &str, columns: &[TargetColumn], rows: &RecordBatch) -> Result<(), Refusal> {
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let places = vec!["?"; names.len()].join(", ");
        let statement = format!("INSERT INTO {} ({}) VALUES ({places})", quoted(table), names.join(", "));
        let mut statement = self.connection.prepare(&statement).map_err(refusal)?;
        for row in 0..rows.num_rows() {
            statement.execute(params_from_iter(rows.columns().iter().map(|column| value(column, row)))).map_err(refusal)?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Refusal> {
        self.run("COMMIT")
    }
}

fn type_of(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Text | TargetKind::Texts | TargetKind::Json | TargetKind::Date | TargetKind::Time => "TEXT",
        TargetKind::Flag | TargetKind::Integer | TargetKind::BigInteger => "INTEGER",
        TargetKind::Number => "REAL",
        TargetKind::Decimal { .. } => "NUMERIC",
    }
}

fn value(column: &ArrayRef, row: usize) -> Value {
    const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_timestamp_format(Some("%Y-%m-%d %H:%M:%S"));
    if column.is_null(row) {
        return Value::Null;
    }
    if let Some(texts) = column.as_string_opt::<i32>() {
        return Value::Text(texts.value(row).to_owned());
    }
    if let Some(flags) = column.as_boolean_opt() {
        return Value::Integer(flags.value(row).into());
    }
    if let Some(numbers) = column.as_primitive_opt::<Int32Type>() {
        return Value::Integer(numbers.value(row).into());
    }
    if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
        return Value::Integer(numbers.value(row));
    }
    if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
        return Value::Real(numbers.value(row));
    }
    if let Some(lists) = column.as_list_opt::<i32>() {
        let texts = lists.value(row);
        let texts: Vec<Option<&str>> = texts.as_string_opt::<i32>().map(|texts| texts.iter().collect()).unwrap_or_default();
        return Value::Text(serde_json::json!(texts).to_string());
    }
    ArrayFormatter::try_new(column, &OPTIONS).map_or(Value::Null, |formatter| Value::Text(formatter.value(row).to_string()))
}
