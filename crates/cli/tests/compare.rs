//! `claimsift compare` on generated data in several forms.

use claimsift_datasets::{Export, Format, Options, Packing, export};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn county(format: Format) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { claims: 1_500, seed: 3, ..Options::default() };
    let packing = if format == Format::Csv { Packing::Gzip } else { Packing::None };
    let wanted = Export { format, packing, ..Export::default() };
    export(folder.path(), &options, &wanted, &|_| ()).expect("works in a temporary directory");
    folder
}

fn compare(arguments: &[&str]) -> u8 {
    claimsift_cli::run(["claimsift", "compare", "--quiet"].iter().chain(arguments))
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().expect("a path in Unicode")
}

#[test]
fn two_forms_of_one_county_agree() {
    let (parquet, csv) = (county(Format::Parquet), county(Format::Csv));
    assert_eq!(compare(&[path(&parquet), path(&csv)]), 0);
    assert_eq!(compare(&[path(&parquet), path(&csv), "--layout", "plain", "--layout", "auto", "--select", "P02,C16"]), 0);
}

#[test]
fn other_data_differ() {
    let (parquet, other) = (county(Format::Parquet), tempfile::tempdir().expect("a folder"));
    let options = Options { claims: 1_500, seed: 4, ..Options::default() };
    export(other.path(), &options, &Export::default(), &|_| ()).expect("works in a temporary directory");
    assert_eq!(compare(&[path(&parquet), path(&other)]), 1);
}

#[test]
fn what_one_lacks_is_compared_in_none() {
    let (parquet, csv) = (county(Format::Parquet), county(Format::Csv));
    fs::remove_file(csv.path().join("staff.csv.gz")).expect("removed");
    fs::remove_file(csv.path().join("stock.csv.gz")).expect("removed");
    assert_eq!(compare(&[path(&parquet), path(&csv)]), 0);
    assert_eq!(compare(&[path(&parquet), path(&csv), "--select", "S05"]), 2);
}

#[test]
fn a_column_that_one_fills_in_fewer_rows_is_read_from_none() {
    let (parquet, other) = (county(Format::Parquet), tempfile::tempdir().expect("a folder"));
    let options = Options { claims: 1_500, seed: 3, ..Options::default() };
    export(other.path(), &options, &Export { format: Format::Csv, ..Export::default() }, &|_| ()).expect("works in a temporary directory");
    let file = other.path().join("claims.csv");
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.contains(",P00000001,"));
    let at = text.lines().next().expect("a header").split(',').position(|column| column == "phone").expect("a phone");
    let blank = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if line.contains(",P00000001,") {
            cells[at] = "";
        }
        cells.join(",") + "\n"
    };
    fs::write(&file, text.lines().map(blank).collect::<String>()).expect("written");
    assert_eq!(compare(&[path(&parquet), path(&other)]), 0);
}

#[test]
fn wrong_use_is_refused() {
    let parquet = county(Format::Parquet);
    assert_eq!(compare(&[path(&parquet)]), 2);
    assert_eq!(compare(&[path(&parquet), "/no/such/folder"]), 2);
    let layouts = ["--layout", "plain", "--layout", "plain", "--layout", "plain"];
    assert_eq!(compare(&[&[path(&parquet), path(&parquet)], &layouts[..]].concat()), 2);
    assert!(Path::new(path(&parquet)).exists());
}
