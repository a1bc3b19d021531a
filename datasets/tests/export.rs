//! Data sets in other forms.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use claimsift_datasets::{Encoding, Export, Format, Layout, Options, Packing, export};
use tempfile::TempDir;

const OPTIONS: Options = Options { claims: 1_500, seed: 3, clean: false, held_out: false };

fn exported(wanted: &Export) -> (TempDir, BTreeMap<String, u64>) {
    let folder = tempfile::tempdir().expect("a folder");
    let exported = export(folder.path(), &OPTIONS, wanted, &|_| ()).expect("works in a temporary directory");
    (folder, exported.rows)
}

fn csv(layout: Layout) -> Export {
    Export { layout, format: Format::Csv, ..Export::default() }
}

/// The rows of a text file, by the names of its columns.
fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join(name)).expect("a file");
    reader.deserialize().map(|row| row.expect("a row as wide as the header")).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn same_options_give_the_same_bytes() {
    let forms = [
        csv(Layout::National),
        Export { packing: Packing::Zip, dirt: 0.05, parts: 2, ..csv(Layout::Inspection) },
        Export { format: Format::Xlsx, ..Export::default() },
    ];
    for wanted in forms {
        let ((one, counts), (other, again)) = (exported(&wanted), exported(&wanted));
        assert_eq!(counts, again);
        assert_eq!(names(one.path()), names(other.path()));
        for name in names(one.path()) {
            let same = fs::read(one.path().join(&name)).expect("a file") == fs::read(other.path().join(&name)).expect("a file");
            assert!(same, "{name} differs in {wanted:?}");
        }
    }
}

#[test]
fn nothing_is_left_of_the_canonical_files() {
    let (folder, _) = exported(&csv(Layout::National));
    let names = names(folder.path());
    assert!(names.contains(&"truth.parquet".to_owned()) && names.contains(&"local.toml".to_owned()));
    assert!(!names.iter().any(|name| name.starts_with('.') || name == "claims.csv"), "{names:?}");
}

#[test]
fn national_money_and_rows_are_those_of_the_plain_tables() {
    let (plain, _) = exported(&csv(Layout::Plain));
    let (national, counts) = exported(&csv(Layout::National));
    let sum = |rows: &[BTreeMap<String, String>], column: &str| -> i64 {
        rows.iter().map(|row| row[column].replace('.', "").parse::<i64>().expect("an amount")).sum()
    };
    let claims = rows(plain.path(), "claims.csv");
    let mut settlements = rows(national.path(), "setl_d.csv");
    settlements.extend(rows(national.path(), "outmed_setl_d.csv"));
    assert_eq!(counts["setl_d"] + counts["outmed_setl_d"], settlements.len() as u64);
    let void = settlements.iter().filter(|row| row["vali_flag"] == "0").count();
    settlements.retain(|row| row["vali_flag"] == "1");
    assert!(void > 0 && settlements.len() == claims.len());
    assert_eq!(sum(&settlements, "fund_pay_sumamt"), sum(&claims, "fund_amount"));
    let mut fees = rows(national.path(), "fee_list_d.csv");
    fees.extend(rows(national.path(), "outmed_fee_list_d.csv"));
    let lines = rows(plain.path(), "lines.csv");
    assert!(fees.iter().any(|row| row["setl_id"].is_empty()) && fees.iter().any(|row| row["vali_flag"] == "0"));
    fees.retain(|row| row["vali_flag"] == "1" && !row["setl_id"].is_empty());
    assert_eq!((fees.len(), sum(&fees, "det_item_fee_sumamt")), (lines.len(), sum(&lines, "amount")));
}

#[test]
fn every_settlement_has_its_visit() {
    let (national, counts) = exported(&csv(Layout::National));
    assert!(counts["outmed_setl_d"] > 0, "no person of this county is away");
    for prefix in ["", "outmed_"] {
        let visits: Vec<String> = rows(national.path(), &format!("{prefix}mdtrt_d.csv"))
            .into_iter()
            .map(|mut row| row.remove("mdtrt_id").expect("an id"))
            .collect();
        for settlement in rows(national.path(), &format!("{prefix}setl_d.csv")) {
            assert!(visits.contains(&settlement["mdtrt_id"]), "{}", settlement["setl_id"]);
        }
    }
}

#[test]
fn stores_keep_what_their_books_hold() {
    let (plain, _) = exported(&csv(Layout::Plain));
    let (inspection, _) = exported(&csv(Layout::Inspection));
    let stock = rows(plain.path(), "stock.csv");
    let with = |movement: &str| stock.iter().filter(|row| row["movement"] == movement).count();
    let held = rows(inspection.path(), "HIS_VS_YB_STORE.csv");
    let filled = |column: &str| held.iter().filter(|row| !row[column].is_empty()).count();
    assert_eq!((filled("OPENING_BALANCE"), filled("CLOSING_BALANCE")), (with("opening"), with("closing")));
    let mapped = rows(inspection.path(), "HIS_VS_YB_STORE_MAPPING.csv");
    let receipts = rows(inspection.path(), "HIS_VS_YB_INVENTORY.csv");
    assert!(receipts.iter().any(|row| row["UNT"] == "件" && row["PROD_CONVRAT"] != "1"));
    for receipt in receipts {
        assert!(mapped.iter().any(|row| row["ITEM_ID_STORE"] == receipt["ITEM_ID_STORE"] && row["HOSPITAL_ID"] == receipt["HOSPITAL_ID"]));
    }
}

#[test]
fn damaged_rows_are_more_rows_and_listed() {
    let clean = exported(&csv(Layout::Plain)).1;
    let (folder, rows_of) = exported(&Export { dirt: 0.02, ..csv(Layout::Plain) });
    let listed = rows(folder.path(), "dirt.csv");
    for table in ["claims", "lines", "diagnoses", "stock", "persons"] {
        let damaged = listed.iter().filter(|row| row["file"] == format!("{table}.csv")).count() as u64;
        assert_eq!(rows_of[table], clean[table] + damaged, "{table}");
    }
    let share = listed.iter().filter(|row| row["file"] == "lines.csv").count() as f64 / clean["lines"] as f64;
    assert!((0.015..0.025).contains(&share), "{share}");
    let text = fs::read(folder.path().join("lines.csv")).expect("a file");
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    for row in listed.iter().filter(|row| row["file"] == "lines.csv" && row["kind"] == "undecodable_byte") {
        let number: usize = row["row"].parse().expect("a number");
        assert!(std::str::from_utf8(lines[number]).is_err(), "row {number}");
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |wanted: Export| {
        let error = export(folder.path(), &OPTIONS, &wanted, &|_| ()).expect_err("refused").to_string();
        assert!(fs::read_dir(folder.path()).expect("a folder").next().is_none());
        error
    };
    assert!(refused(Export { encoding: Encoding::Gb18030, ..Export::default() }).contains("choose the format `csv`, not `parquet`"));
    assert!(refused(Export { delimiter: String::new(), ..csv(Layout::Plain) }).contains("`delimiter`"));
    assert!(refused(Export { parts: 0, ..csv(Layout::Plain) }).contains("`parts`"));
    assert!(refused(Export { dirt: 2.0, ..csv(Layout::Plain) }).contains("`dirt`"));
}
