//! Which files are taken for what.

use crate::support::{HEADER, ROW, all, csv, folder, message, open, parquet, table};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use claimsift_io::{Input, LayoutChoice};
use std::sync::Arc;

fn claims() -> Vec<u8> {
    csv(&[HEADER, ROW])
}

const LINES: &[u8] = b"claim_id,item_code,quantity,unit_price,amount,colour\nC1,I1,1,2,2,red\n";

#[test]
fn files_are_known_by_their_names_and_parts_by_their_folder() {
    let folder = folder(&[
        ("claims.csv", &claims()),
        ("lines/part-1.csv", LINES),
        ("lines/year=2024/part-0.csv", LINES),
        ("lines-2025.csv", LINES),
        ("notes.txt", b"x"),
        ("truth.csv", b"claim_id,scheme,code,kind,look_alike,loss\n"),
        ("old/claims.csv", b""),
        (".hidden.csv", b""),
    ]);
    let input = open(folder.path()).expect("an input");
    assert_eq!(input.layout().name(), "plain");
    assert_eq!(input.tables(), [table("claims"), table("lines")]);
    let files: Vec<&str> = input.files().map(claimsift_io::InputFile::name).collect();
    assert_eq!(files, ["claims.csv", "lines-2025.csv", "lines/part-1.csv", "lines/year=2024/part-0.csv"]);
    assert_eq!(input.ignored(), ["notes.txt", "old/", "truth.csv"]);
    assert_eq!(input.columns(table("lines")), ["claim_id", "item_code", "quantity", "unit_price", "amount"]);
    assert_eq!(input.files().nth(1).map(claimsift_io::InputFile::unplaced), Some(&["colour".to_owned()][..]));
    assert_eq!(input.rows_hint(table("lines")), None);
    assert_eq!(input.bytes(table("lines")), 3 * LINES.len() as u64);
    assert_eq!(all(folder.path(), "lines", &["claim_id"]).len(), 3);
}

#[test]
fn a_file_of_any_name_is_known_by_its_headers_where_no_file_has_a_name_of_a_table() {
    let folder =
        folder(&[("settled in May.csv", &claims()), ("export.csv", LINES), ("truth.csv", b"claim_id,scheme,code,kind,look_alike,loss\n")]);
    let input = open(folder.path()).expect("an input");
    assert_eq!(input.tables(), [table("claims"), table("lines")]);
    assert_eq!(input.ignored(), ["truth.csv"]);
    let single = open(&folder.path().join("settled in May.csv")).expect("an input");
    assert_eq!(single.tables(), [table("claims")]);
    assert_eq!(single.files().next().map(claimsift_io::InputFile::name), Some("settled in May.csv"));
}

#[test]
fn columns_are_known_in_any_case_and_by_other_spellings() {
    let header = "CLAIM_ID,patient_id,Provider_Id,visit_type,admitted_at,出院日期,total_amount";
    let folder = folder(&[("claims.csv", &csv(&[header, ROW]))]);
    let wanted = ["person_id", "started_at", "ended_at"];
    assert_eq!(all(folder.path(), "claims", &wanted), ["claims.csv 1: P1|2024-05-01|2024-05-04"]);
}

#[test]
fn the_canonical_name_goes_before_other_spellings() {
    let folder = folder(&[("claims.csv", &csv(&[&format!("patient_id,{HEADER}"), &format!("X,{ROW}")]))]);
    assert_eq!(all(folder.path(), "claims", &["person_id"]), ["claims.csv 1: P1"]);
}

#[test]
fn fingerprints_are_those_of_the_files() {
    let folder = folder(&[("claims.csv", &claims()), ("lines.csv", LINES), ("notes.csv", b"a\n")]);
    let prints = open(folder.path()).expect("an input").fingerprints().expect("hashes");
    assert_eq!(prints.len(), 2);
    assert_eq!((prints[1].file.as_str(), prints[1].bytes), ("lines.csv", LINES.len() as u64));
    assert_eq!(prints[1].blake3, blake3::hash(LINES).to_hex().to_string());
}

#[test]
fn lists_cannot_be_columns() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let list: ArrayRef = Arc::new(arrow_array::ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>([Some([Some(1)])]));
    let mut columns: Vec<(&str, ArrayRef)> = HEADER.split(',').map(|name| (name, texts.clone())).collect();
    columns[1].1 = list;
    let folder = folder(&[]);
    parquet(&folder.path().join("claims.parquet"), &RecordBatch::try_from_iter(columns).expect("a batch"), 10);
    let expected = "claims.parquet has lists or structures in the column `person_id`: export it as single values, one row each";
    assert_eq!(message(open(folder.path())), expected);
}

#[test]
fn choices_are_read_from_an_option() {
    assert_eq!(LayoutChoice::parse("auto"), LayoutChoice::Auto);
    assert_eq!(LayoutChoice::parse("plain"), LayoutChoice::Named("plain".into()));
    assert_eq!(LayoutChoice::parse("ours.toml"), LayoutChoice::File("ours.toml".into()));
    assert_eq!(LayoutChoice::parse("./ours"), LayoutChoice::File("./ours".into()));
}

#[test]
fn inputs_and_readings_can_go_to_other_threads() {
    fn check<T: Send>() {}
    check::<Input>();
    check::<claimsift_io::Reading>();
}
