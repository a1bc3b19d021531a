//! Results are replaced as a whole or not at all.

use arrow_array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use claimsift_io::{ResultFolder, WriteError, read_result_table};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const MANIFEST: &str = "{\"claimsift\": \"0.1.0\"}\n";
/// No process has this number: Linux ends at 2²².
const DEAD: u32 = 999_999_999;

fn rows(count: i64) -> RecordBatch {
    let amounts = Decimal128Array::from_iter_values((0..count).map(i128::from)).with_precision_and_scale(18, 2).expect("a decimal");
    RecordBatch::try_from_iter([
        ("claim_id", Arc::new((0..count).map(|row| Some(format!("C{row}"))).collect::<StringArray>()) as ArrayRef),
        ("score", Arc::new(Int64Array::from_iter_values(0..count))),
        ("exposure", Arc::new(amounts)),
    ])
    .expect("a batch")
}

fn write(out: &Path, text: &str) {
    let result = ResultFolder::create(out).expect("a folder");
    result.write_text("manifest.json", MANIFEST).expect("written");
    result.write_text("text", text).expect("written");
    result.commit().expect("in place");
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_result_is_written_and_replaced() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("deep/out");
    write(&out, "one");
    write(&out, "two");
    assert_eq!(fs::read_to_string(out.join("text")).expect("text"), "two");
    assert_eq!(entries(&home.path().join("deep")), ["out"]);
    fs::create_dir(home.path().join("empty")).expect("a folder");
    write(&home.path().join("empty"), "three");
}

#[test]
#[cfg(unix)]
fn a_link_to_the_result_stays_a_link() {
    let home = tempfile::tempdir().expect("a folder");
    write(&home.path().join("real"), "one");
    std::os::unix::fs::symlink(home.path().join("real"), home.path().join("out")).expect("a link");
    write(&home.path().join("out"), "two");
    assert!(home.path().join("out").is_symlink());
    assert_eq!(fs::read_to_string(home.path().join("real/text")).expect("text"), "two");
    assert_eq!(entries(home.path()), ["out", "real"]);
}

#[test]
fn other_peoples_files_are_never_replaced() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    fs::create_dir(&out).expect("a folder");
    for (name, text) in [("thesis.doc", "x"), ("manifest.json", "{}"), ("manifest.json", "{\"claimsift\""), ("manifest.json", "[1]")] {
        fs::write(out.join(name), text).expect("written");
        let error = ResultFolder::create(&out).expect_err("refused");
        let expected = format!(
            "{} is not replaced: it holds files but no manifest.json of claimsift; choose another folder, or empty this one yourself",
            out.display()
        );
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(entries(home.path()), ["out"]);
    let file = home.path().join("file");
    fs::write(&file, "x").expect("written");
    assert!(matches!(ResultFolder::create(&file), Err(WriteError::Io { .. })));
    assert!(matches!(ResultFolder::create(Path::new("/")), Err(WriteError::NoName { .. })));
}

#[test]
fn a_result_without_a_commit_changes_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    write(&out, "one");
    let result = ResultFolder::create(&out).expect("a folder");
    result.write_text("manifest.json", MANIFEST).expect("written");
    assert_eq!(entries(home.path()).len(), 2);
    drop(result);
    assert_eq!(fs::read_to_string(out.join("text")).expect("text"), "one");
    assert_eq!(entries(home.path()), ["out"]);
}

#[test]
fn files_that_came_meanwhile_are_not_replaced() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let result = ResultFolder::create(&out).expect("a folder");
    result.write_text("manifest.json", MANIFEST).expect("written");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("thesis.doc"), "x").expect("written");
    assert!(matches!(result.commit(), Err(WriteError::NotOurs { .. })));
    assert_eq!(entries(home.path()), ["out"]);
    assert_eq!(entries(&out), ["thesis.doc"]);
}

#[test]
#[cfg(target_os = "linux")]
fn what_killed_runs_left_is_cleared_and_what_living_ones_write_is_not() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    write(&out, "one");
    let dead = home.path().join(format!(".out.claimsift-{DEAD}-0.new"));
    let dead_backup = home.path().join(format!(".out.claimsift-{DEAD}-1.old"));
    let living = home.path().join(".out.claimsift-1-0.new");
    let other = home.path().join(format!(".out2.claimsift-{DEAD}-0.new"));
    for folder in [&dead, &dead_backup, &living, &other] {
        fs::create_dir(folder).expect("a folder");
        fs::write(folder.join("text"), "half").expect("written");
    }
    write(&out, "two");
    assert!(!dead.exists() && !dead_backup.exists());
    assert!(living.exists() && other.exists());
    assert_eq!(fs::read_to_string(out.join("text")).expect("text"), "two");
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_killed_between_the_renames_is_undone() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    write(&out, "one");
    let old = home.path().join(format!(".out.claimsift-{DEAD}-0.old"));
    let new = home.path().join(format!(".out.claimsift-{DEAD}-0.new"));
    fs::rename(&out, &old).expect("renamed");
    fs::create_dir(&new).expect("a folder");
    let result = ResultFolder::create(&out).expect("a folder");
    assert_eq!(fs::read_to_string(out.join("text")).expect("text"), "one");
    drop(result);
    assert_eq!(entries(home.path()), ["out"]);
}

#[test]
fn tables_come_back_as_they_were_written() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("out");
    let result = ResultFolder::create(&out).expect("a folder");
    result.write_table("scores", &rows(1_000)).expect("written");
    result.write_table("none", &rows(0)).expect("written");
    result.write_text("manifest.json", MANIFEST).expect("written");
    result.commit().expect("in place");
    assert_eq!(read_result_table(&out, "scores").expect("rows"), [rows(1_000)]);
    assert!(read_result_table(&out, "none").expect("rows").is_empty());
    let missing = read_result_table(&out, "rings").expect_err("absent").to_string();
    assert_eq!(missing, format!("{} has no rings.parquet: give the folder that `claimsift screen` wrote", out.display()));
    fs::write(out.join("scores.parquet"), "PAR1").expect("written");
    let damaged = read_result_table(&out, "scores").expect_err("damaged").to_string();
    assert!(damaged.contains("scores.parquet cannot be read as Parquet ("), "{damaged}");
}

#[test]
fn the_bytes_of_a_table_do_not_depend_on_its_batches() {
    let home = tempfile::tempdir().expect("a folder");
    let all = rows(300_000);
    let bytes = |name: &str, step: usize| {
        let result = ResultFolder::create(&home.path().join(name)).expect("a folder");
        let metadata: HashMap<String, String> = (0..20).map(|key| (format!("k{key}"), String::new())).collect();
        let schema = Arc::new(Schema::new_with_metadata(all.schema().fields().clone(), metadata));
        let mut table = result.table("scores", schema).expect("a table");
        for start in (0..all.num_rows()).step_by(step) {
            table.write(&all.slice(start, step.min(all.num_rows() - start))).expect("written");
        }
        table.finish().expect("closed");
        result.commit().expect("in place");
        fs::read(home.path().join(name).join("scores.parquet")).expect("bytes")
    };
    assert!(bytes("a", 300_000) == bytes("b", 7_001));
}

#[test]
fn a_table_of_another_schema_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let result = ResultFolder::create(&home.path().join("out")).expect("a folder");
    let mut table = result.table("scores", Arc::new(Schema::new(vec![Field::new("x", DataType::Int64, false)]))).expect("a table");
    assert!(table.write(&rows(3)).and_then(|()| table.finish()).is_err());
}
