//! The public provider-fraud files, where they are there.

use crate::support::{open, read, rows, shared, table};
use claimsift_io::Input;

fn input() -> Option<Input> {
    shared("medicare-provider").map(|path| open(&path).expect("an input"))
}

fn count(input: &Input, name: &str, wanted: &[&str]) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for chunk in read(input, name, wanted).expect("rows") {
        assert!(chunk.rejects.is_empty());
        let file = chunk.file.split('-').next().unwrap_or_default().to_owned();
        match counts.last_mut() {
            Some((last, count)) if *last == file => *count += chunk.batch.num_rows(),
            _ => counts.push((file, chunk.batch.num_rows())),
        }
    }
    counts
}

#[test]
fn every_file_is_placed_and_every_row_read() {
    let Some(input) = input() else { return };
    assert_eq!(input.layout().name(), "medicare-provider");
    assert!(input.ignored().is_empty());
    let tables: Vec<&str> = input.tables().into_iter().map(claimsift::tables::TableId::name).collect();
    assert_eq!(tables, ["claims", "diagnoses", "procedures", "persons", "providers", "labels"]);
    let is = |name: &str, wanted: &[&str], expected: &[(&str, usize)]| {
        let expected: Vec<_> = expected.iter().map(|(file, rows)| ((*file).to_owned(), *rows)).collect();
        assert_eq!(count(&input, name, wanted), expected, "{name}");
    };
    is("claims", &["claim_id"], &[("Test_Inpatientdata", 9_551), ("Test_Outpatientdata", 125_841), ("Train_Inpatientdata", 22_144)]);
    is("persons", &["person_id"], &[("Test_Beneficiarydata", 63_968), ("Train_Beneficiarydata", 18_312)]);
    is("labels", &["subject_id"], &[("Train", 3_289)]);
    is("providers", &["provider_id"], &[("Test", 1_353)]);
}

#[test]
fn claims_and_persons_have_the_values_of_the_files() {
    let Some(input) = input() else { return };
    let first = |name: &str, wanted: &[&str]| {
        let chunk = input.read(table(name), wanted).next().expect("a chunk").expect("rows");
        rows(&[chunk], wanted).into_iter().next().expect("a row")
    };
    let claim = ["claim_id", "person_id", "provider_id", "visit_type", "started_at", "ended_at", "total_amount", "fund_amount"];
    let expected = "Test_Inpatientdata-1542969243754.csv.gz 1: CLM67387|BENE11014|PRV57070|inpatient|2009-09-09|2009-09-16|10068|9000";
    assert_eq!(first("claims", &claim), expected);
    let more = ["deductible_amount", "doctor_id", "diagnosis_code", "group_code"];
    assert_eq!(first("claims", &more), "Test_Inpatientdata-1542969243754.csv.gz 1: 1068|PHY317786|5780|332");
    let person = ["person_id", "sex", "birth_date", "death_date", "region"];
    assert_eq!(first("persons", &person), "Test_Beneficiarydata-1542969243754.csv.gz 1: BENE11001|male|1943-01-01|null|39-230");
    let label = ["subject_kind", "subject_id", "is_confirmed"];
    assert_eq!(first("labels", &label), "Train-1542865627584.csv 1: provider|PRV51001|false");
    let wanted = ["claim_id", "code", "is_main"];
    let diagnoses = rows(&read(&input, "diagnoses", &wanted).expect("rows"), &wanted);
    assert_eq!(diagnoses[0], "Test_Inpatientdata-1542969243754.csv.gz 1: CLM67387|5780|true");
    assert_eq!(diagnoses[1], "Test_Inpatientdata-1542969243754.csv.gz 1: CLM67387|5533|false");
    let procedures = rows(&read(&input, "procedures", &["code"]).expect("rows"), &["code"]);
    assert!(procedures.iter().all(|row| !row.ends_with("null")));
}
