//! Files inside archives, and sheets of workbooks.

use crate::support::{HEADER, ROW, all, csv, folder, message, open, parquet, read, rows, table};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use claimsift_io::InputFile;
use encoding_rs::GB18030;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use std::io::{Cursor, Write};
use std::sync::Arc;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const LINES: &[u8] = b"claim_id,item_code,quantity,unit_price,amount\nC1,I1,1,2,2\n";

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a file");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

fn names(input: &claimsift_io::Input) -> Vec<String> {
    input.files().map(InputFile::name).map(str::to_owned).collect()
}

#[test]
fn files_of_an_archive_are_files() {
    let whole = tempfile::tempdir().expect("a folder");
    let texts = |name: &'static str| (name, Arc::new(StringArray::from(vec!["1"])) as ArrayRef);
    let batch = RecordBatch::try_from_iter(["claim_id", "code"].map(texts)).expect("a batch");
    parquet(&whole.path().join("diagnoses.parquet"), &batch, 10);
    let diagnoses = std::fs::read(whole.path().join("diagnoses.parquet")).expect("bytes");
    let packed = archive(&[
        ("导出/claims.csv", &csv(&[HEADER, ROW])),
        ("导出/lines/2025.csv", LINES),
        ("diagnoses.parquet", &diagnoses),
        ("__MACOSX/claims.csv", b"x"),
        ("readme.md", b"x"),
    ]);
    let folder = folder(&[("all.zip", &packed)]);
    let input = open(folder.path()).expect("an input");
    assert_eq!(names(&input), ["all.zip/diagnoses.parquet", "all.zip/导出/claims.csv", "all.zip/导出/lines/2025.csv"]);
    assert_eq!(input.ignored(), ["all.zip/readme.md"]);
    assert_eq!(all(folder.path(), "claims", &["claim_id", "total_amount"]), ["all.zip/导出/claims.csv 1: C1|812.50"]);
    assert_eq!(all(folder.path(), "diagnoses", &["code"]), ["all.zip/diagnoses.parquet 1: 1"]);
    let single = open(&folder.path().join("all.zip")).expect("an input");
    assert_eq!(single.tables(), input.tables());
    let prints = input.fingerprints().expect("hashes");
    assert_eq!(prints[2].blake3, blake3::hash(LINES).to_hex().to_string());
}

#[test]
fn names_packed_by_a_chinese_system_are_read() {
    let placeholder = "jiesuan/claims.csv";
    let folder_name = GB18030.encode("结算费").0.into_owned();
    let mut packed = archive(&[(placeholder, &csv(&[HEADER, ROW]))]);
    let places: Vec<usize> = memchr::memmem::find_iter(&packed, b"jiesuan").collect();
    for place in places {
        packed[place..place + 6].copy_from_slice(&folder_name);
        packed[place + 6] = b'x';
    }
    let folder = folder(&[("all.zip", &packed)]);
    assert_eq!(names(&open(folder.path()).expect("an input")), ["all.zip/结算费x/claims.csv"]);
}

#[test]
fn archives_that_cannot_be_read_are_refused() {
    let inner = archive(&[("claims.csv", &csv(&[HEADER, ROW]))]);
    let outer = folder(&[("all.zip", &archive(&[("inner.zip", &inner)]))]);
    assert_eq!(message(open(outer.path())), "all.zip holds `inner.zip`, which is itself an archive: unpack the outer one");
    let broken = folder(&[("all.zip", &inner[..inner.len() / 2])]);
    assert!(message(open(broken.path())).starts_with("all.zip cannot be read as zip ("));
    let mut damaged = archive(&[("claims.csv", &csv(&[HEADER, ROW, ROW]))]);
    let place = memchr::memmem::find(&damaged, b"claims.csv").expect("a name") + 60;
    damaged[place] ^= 0x55;
    let damaged = folder(&[("all.zip", &damaged)]);
    let text = message(open(damaged.path()).and_then(|input| read(&input, "claims", &["claim_id"])));
    assert!(text.contains("truncated or damaged") || text.contains("no column") || text.contains("no file"), "{text}");
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in (0..).zip(cells) {
        sheet.write(row, column, *cell).expect("written");
    }
}

/// A workbook of claims below a title, with typed cells, and of lines.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let claims = book.add_worksheet().set_name("claims").expect("a name");
    claims.write(0, 0, "Settlements of May").expect("written");
    write_row(claims, 1, &HEADER.split(',').collect::<Vec<_>>());
    let (day, moment) = (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"));
    for (row, claim) in [(2, "C1"), (3, "C2"), (5, "C3"), (6, "6.22E+17")] {
        write_row(claims, row, &[claim, "P1", "H1", "inpatient"]);
        claims.write_with_format(row, 4, ExcelDateTime::parse_from_str("2024-05-01").expect("a day"), &day).expect("written");
        claims.write_with_format(row, 5, ExcelDateTime::parse_from_str("2024-05-04 08:15:09").expect("a time"), &moment).expect("written");
        claims.write(row, 6, 0.1 + 0.2).expect("written");
    }
    claims.write(3, 1, 1.0).expect("written");
    claims.write(5, 1, 310_000_199_001_011_234.0).expect("written");
    let lines = book.add_worksheet().set_name("lines").expect("a name");
    write_row(lines, 0, &["claim_id", "item_code", "quantity", "unit_price", "amount"]);
    write_row(lines, 1, &["C1", "I1", "1", "2", "2"]);
    book.add_worksheet().set_name("empty").expect("a name");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn sheets_are_tables() {
    let folder = folder(&[("book.xlsx", &workbook())]);
    let input = open(folder.path()).expect("an input");
    assert_eq!(names(&input), ["book.xlsx[claims]", "book.xlsx[lines]"]);
    let chunks = read(&input, "claims", &["claim_id", "person_id", "started_at", "ended_at", "total_amount"]).expect("rows");
    assert_eq!(
        rows(&chunks, &["claim_id", "person_id", "started_at", "ended_at", "total_amount"]),
        ["book.xlsx[claims] 1: C1|P1|2024-05-01|2024-05-04 08:15:09|0.3", "book.xlsx[claims] 2: C2|1|2024-05-01|2024-05-04 08:15:09|0.3",]
    );
    let rejects: Vec<(u64, &str)> = chunks[0].rejects.iter().map(|reject| (reject.row, reject.reason.as_str())).collect();
    let lost = "row 6 of the sheet: column `person_id` holds a number of more than 15 digits";
    let rounded = "row 7 of the sheet: column `claim_id` holds an identifier written as a rounded number";
    assert_eq!(rejects.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [4, 5]);
    assert!(rejects[0].1.starts_with(lost) && rejects[1].1.starts_with(rounded), "{rejects:?}");
}

#[test]
fn a_book_of_one_sheet_names_its_table_also_inside_an_archive() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    write_row(sheet, 0, &HEADER.split(',').collect::<Vec<_>>());
    write_row(sheet, 1, &ROW.split(',').collect::<Vec<_>>());
    let bytes = book.save_to_buffer().expect("a workbook");
    let folder = folder(&[("all.zip", &archive(&[("claims.xlsx", &bytes), ("lines.csv", LINES)]))]);
    assert_eq!(all(folder.path(), "claims", &["claim_id"]), ["all.zip/claims.xlsx[Sheet1] 1: C1"]);
    assert_eq!(open(folder.path()).expect("an input").tables(), [table("claims"), table("lines")]);
}

#[test]
fn what_is_no_workbook_is_refused() {
    for name in ["claims.xlsx", "claims.xls"] {
        let folder = folder(&[(name, b"not a workbook")]);
        assert!(message(open(folder.path())).starts_with(&format!("{name} cannot be read as a workbook (")));
    }
}
