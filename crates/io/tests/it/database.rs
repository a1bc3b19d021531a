//! SQLite as an input and as a target. PostgreSQL is tested from Python, with a server.

use crate::support::{message, open, read, rows, table};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use claimsift_io::{Fingerprint, RunRecord, Store};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

const COLUMNS: &str = "claim_id, person_id, provider_id, visit_type, started_at, ended_at, total_amount";

/// A database with so many claims, the numbers of rows far apart.
fn database(claims: usize, statements: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("county.db");
    let connection = Connection::open(&path).expect("a database");
    connection.execute_batch(&format!("{statements}; CREATE TABLE claims ({COLUMNS}); BEGIN")).expect("a table");
    let insert =
        format!("INSERT INTO claims (rowid, {COLUMNS}) VALUES (?1 * 1000, 'C' || ?1, 7, 'H', 'inpatient', '2024-05-01', '', 812.5)");
    let mut insert = connection.prepare(&insert).expect("a statement");
    (1..=claims).for_each(|number| _ = insert.execute([number as i64]).expect("a row"));
    connection.execute_batch("COMMIT").expect("committed");
    (folder, path)
}

fn change(path: &Path) {
    Connection::open(path).expect("a database").execute("UPDATE claims SET total_amount = 1 WHERE rowid = 1000", []).expect("changed");
}

#[test]
fn values_of_any_type_are_texts_in_the_order_of_their_rows() {
    let (_folder, path) = database(3_000, "");
    for decoders in [1, 4] {
        let input = open(&path).expect("an input").with_decoders(decoders);
        let wanted = ["claim_id", "person_id", "ended_at", "total_amount"];
        let read = rows(&read(&input, "claims", &wanted).expect("rows"), &wanted);
        assert_eq!(read.len(), 3_000);
        assert!((1..).zip(&read).all(|(row, text)| *text == format!("claims {row}: C{row}|7|null|812.5")), "{}", read[1]);
    }
}

#[test]
fn what_was_read_is_known_by_its_values() {
    let (_folder, path) = database(10, "");
    let prints = |wanted: &[&str]| {
        let input = open(&path).expect("an input");
        read(&input, "claims", wanted).expect("rows");
        input.release();
        input.fingerprints().expect("fingerprints")
    };
    let before = prints(&["claim_id", "total_amount"]);
    assert_eq!((before[0].file.as_str(), before[0].rows, before[0].columns.len()), ("claims", Some(10), 2));
    assert!(Fingerprint::all_agree(&before, &prints(&["total_amount", "person_id"])));
    change(&path);
    assert!(Fingerprint::all_agree(&before, &prints(&["claim_id", "person_id"])), "what changed was not read");
    assert!(!Fingerprint::all_agree(&before, &prints(&["total_amount"])));
}

#[test]
fn a_change_while_it_is_read_is_an_error() {
    for journal in ["PRAGMA journal_mode = DELETE", "PRAGMA journal_mode = WAL"] {
        let (_folder, path) = database(10, journal);
        let input = open(&path).expect("an input");
        assert_eq!(read(&input, "claims", &["claim_id"]).expect("rows").len(), 1);
        change(&path);
        let text = message(read(&input, "claims", &["claim_id"]));
        assert!(text.contains("county.db: it was changed while it was read; read it when nobody writes to it"), "{text}");
        // What is read later is the state of that time.
        input.release();
        assert_eq!(read(&input, "claims", &["claim_id"]).expect("rows").len(), 1);
    }
}

#[test]
fn bytes_are_no_value() {
    let (_folder, path) = database(3, "");
    Connection::open(&path).expect("a database").execute("UPDATE claims SET person_id = x'ff' WHERE rowid = 2000", []).expect("changed");
    let chunks = read(&open(&path).expect("an input"), "claims", &["claim_id", "person_id"]).expect("rows");
    assert_eq!(rows(&chunks, &["claim_id"]), ["claims 1: C1", "claims 3: C3"]);
    assert_eq!(chunks[0].rejects[0].row, 2);
    assert_eq!(chunks[0].rejects[0].reason, "column `person_id` holds bytes: correct the value, or leave it empty");
}

#[test]
fn views_and_tables_without_row_numbers_are_read() {
    let (_folder, path) = database(3, "CREATE TABLE persons (person_id TEXT PRIMARY KEY, rowid TEXT, birth_date) WITHOUT ROWID");
    let statements = "INSERT INTO persons VALUES ('P1', 'x', 20240501); \
                      CREATE VIEW diagnoses AS SELECT claim_id, 'I10' AS code FROM claims WHERE rowid > 1000";
    Connection::open(&path).expect("a database").execute_batch(statements).expect("a view");
    let input = open(&path).expect("an input");
    assert_eq!(input.tables(), [table("claims"), table("diagnoses"), table("persons")]);
    assert_eq!(rows(&read(&input, "persons", &["birth_date"]).expect("rows"), &["birth_date"]), ["persons 1: 20240501"]);
    assert_eq!(read(&input, "diagnoses", &["code"]).expect("rows")[0].batch.num_rows(), 2);
}

fn scores() -> RecordBatch {
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["C1", "C2"]));
    RecordBatch::try_from_iter([("claim_id", ids)]).expect("a batch")
}

fn run(id: &str) -> RunRecord<'_> {
    RunRecord { id, version: "0.1.0", input: "county", as_of: "2025-01-01", manifest: "{}" }
}

#[test]
fn what_is_not_committed_has_not_happened() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.sqlite");
    let address = format!("sqlite:{}", path.display());
    let count = |table: &str| {
        let connection = Connection::open(&path).expect("a database");
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))
    };
    let write = |id| {
        let mut store = Store::open(&address).expect("a store");
        store.write_run(&run(id), &[("scores", scores())]).expect("written");
        store
    };
    drop(write("a"));
    assert!(count("claimsift_scores").is_err());
    for id in ["a", "b", "a"] {
        write(id).commit().expect("committed");
    }
    assert_eq!((count("claimsift_scores"), count("claimsift_runs")), (Ok(4), Ok(2)));
    assert!(open(&path).is_err(), "results are no input");
}
