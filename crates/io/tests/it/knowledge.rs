//! Workbooks of knowledge points as a province writes them, and folders read beside a data set.

use claimsift::tables::TableId;
use claimsift::tables::value::Date;
use claimsift_io::Knowledge;
use claimsift_io::knowledge::{FileCount, ImportOptions, KNOWLEDGE_TABLES, import};
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use std::path::{Path, PathBuf};

fn rows(sheet: &mut Worksheet, first: u32, rows: &[&[&str]]) {
    for (row, cells) in (first..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).expect("done");
        }
    }
}

/// Names with their limit on one sheet, below a title; codes on another.
fn drugs(folder: &Path) -> PathBuf {
    let mut workbook = Workbook::new();
    let names = workbook.add_worksheet();
    names.merge_range(0, 0, 0, 3, "某省药品限定支付疗程", &Format::new()).expect("done");
    rows(
        names,
        1,
        &[
            &["药品通用名", "药品说明", "限定类型", "限定值域"],
            &["甲注射液", "支付不超过１４天。", "限定支付疗程", "15天"],
            &["乙注射液", "单次住院最多支付十天", "限定支付疗程", "10天"],
            &["丙注射液", "支付不超过14天。", "限定支付疗程", "14天"],
        ],
    );
    rows(
        workbook.add_worksheet(),
        0,
        &[
            &["药品通用名", "序号", "国标代码", "限定类型"],
            &["甲注射液", "1", "A1", "限定支付疗程"],
            &["甲注射液", "2", "A2", "限定支付疗程"],
            &["乙注射液", "1", "B1", "限定支付疗程"],
            &["丁注射液", "1", "D1", "限定支付疗程"],
        ],
    );
    let path = folder.join("疗程.xlsx");
    workbook.save(&path).expect("done");
    path
}

/// Pairs with one remark merged over three rows.
fn pairs(folder: &Path) -> PathBuf {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    rows(
        sheet,
        0,
        &[
            &["序号", "频度", "主项名称", "主项编码", "从项名称", "从项编码", "备注"],
            &["1", "单次就诊", "糖耐量试验", "M1", "葡萄糖测定", "O1"],
            &["2", "６小时", "糖耐量试验", "M1", "胰岛素测定", "O2"],
            &["3", "终身", "糖耐量试验", "M1", "C肽测定", "O3"],
        ],
    );
    sheet.merge_range(1, 6, 3, 6, "含5次血糖测定", &Format::new()).expect("done");
    let path = folder.join("重复.xlsx");
    workbook.save(&path).expect("done");
    path
}

fn check(count: &FileCount, read: u64, imported: u64, points: &[(&str, u64)]) {
    assert_eq!((count.read, count.imported, count.reported), (read, imported, read - imported), "{}", count.file);
    assert_eq!(count.points.iter().map(|(table, points)| (*table, *points)).collect::<Vec<_>>(), points);
}

#[test]
fn names_and_codes_of_two_sheets_come_together() {
    let folder = tempfile::tempdir().expect("done");
    let imported = import(&[drugs(folder.path())], &ImportOptions::default()).expect("done");
    check(&imported.files[0], 7, 5, &[("courses", 3)]);
    let reasons: Vec<(&str, &str)> = imported.report.iter().map(|row| (row.item.as_str(), row.reason.as_str())).collect();
    assert_eq!(reasons, [("丁注射液", "no limit stands beside its name"), ("丙注射液", "no code stands beside its name")]);
    let conflicts: Vec<(&str, &str)> = imported.conflicts.iter().map(|row| (row.item.as_str(), row.taken.as_str())).collect();
    assert_eq!(conflicts, [("甲注射液", "up to 15 days")]);
}

#[test]
fn a_merged_remark_is_that_of_all_its_rows() {
    let folder = tempfile::tempdir().expect("done");
    let imported = import(&[pairs(folder.path())], &ImportOptions::default()).expect("done");
    check(&imported.files[0], 3, 2, &[("exclusive_pairs", 2)]);
    assert_eq!(imported.report[0].reason, "`终身` tells no day, visit or hours");
    let out = folder.path().join("out");
    imported.write(&out).expect("done");
    let text = std::fs::read_to_string(out.join("exclusive_pairs.csv")).expect("done");
    let expected = "item_code,other_code,scope,item_name,other_name,hours,included,remark,source\n\
                    M1,O1,visit,糖耐量试验,葡萄糖测定,,5,含5次血糖测定,重复\n\
                    M1,O2,hours,糖耐量试验,胰岛素测定,6,5,含5次血糖测定,重复\n";
    assert_eq!(text, expected);
}

#[test]
fn what_was_written_is_read_back() {
    let folder = tempfile::tempdir().expect("done");
    let (out, again) = (folder.path().join("out"), folder.path().join("again"));
    let options = ImportOptions { valid_from: Date::from_ymd(2025, 1, 1), source: None };
    let files = [drugs(folder.path()), pairs(folder.path())];
    let version = import(&files, &options).expect("done").write(&out).expect("done");
    let knowledge = Knowledge::open(&[out.display().to_string()]).expect("done");
    let identity = &knowledge.identities()[0];
    assert_eq!((identity.name.as_str(), &identity.blake3), ("out", &version));
    assert_eq!(
        identity.tables.iter().map(|(table, rows)| (table.as_str(), *rows)).collect::<Vec<_>>(),
        [("courses", 3), ("exclusive_pairs", 2)]
    );
    let chunks: Vec<_> = knowledge.read(TableId::CourseTable, &["item_code", "max_days"]).map(|chunk| chunk.expect("rows")).collect();
    assert_eq!((chunks.len(), chunks[0].file.as_ref(), chunks[0].batch.num_rows()), (1, "out/courses.csv", 3));
    let [last, first] = [files[1].clone(), files[0].clone()];
    assert_eq!(import(&[last, first], &options).expect("done").write(&again).expect("done"), version);
}

#[test]
fn the_folder_of_the_program_has_every_table() {
    let knowledge = Knowledge::open(&[]).expect("done");
    assert_eq!(knowledge.tables().into_iter().collect::<Vec<_>>(), KNOWLEDGE_TABLES);
    assert!(knowledge.identities()[0].tables.values().all(|rows| *rows > 0));
    assert!(Knowledge::open(&["none".to_owned()]).expect("done").tables().is_empty());
}
