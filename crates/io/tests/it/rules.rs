//! What rules of a layout can say: names of files, code lists, look-ups, conditions, rows put together and rows divided.

use crate::support::{folder, message, read, rows};
use claimsift::intake::Chunk;
use claimsift_io::{Input, Layout, LayoutChoice};
use tempfile::TempDir;

const STAYS: &str = r#"
name = "stays"

[aliases]
Id = ["编号"]

[codes.kind]
1 = "inpatient"
2 = "outpatient"

[files.stays]
names = ["住院信息"]
when = ["Id", "Kind", "In"]

[[rule]]
table = "claims"
file = ["stays"]
keep_if = { Valid = ["1"], Hospital = { lookup = "hospitals", by = "Hospital", key = "Code", in = ["true"], reason = "hospital unknown" } }
required = { Total = "not settled" }
[rule.columns]
claim_id = "Id"
person_id = "Person"
provider_id = "Hospital"
visit_type = { from = "Kind", codes = "kind" }
started_at = { finest = ["In", { lookup = "beds", by = ["Id", "Ward"], take = "From" }] }
ended_at = "Out"
total_amount = "Total"
bed_no = { lookup = "beds", by = ["Id", "Ward"], take = "Bed" }
department = { first = ["Department", "Ward", { value = "none" }] }
transferred_from = { lookup = "stays", by = { lookup = "beds", by = "Id", take = "Before" }, key = "Id", take = "Hospital" }

[[rule]]
table = "persons"
file = ["stays"]
columns = { person_id = "Person", sex = "Sex", region = "Region" }
distinct = true
fallback = true

[[rule]]
table = "persons"
file = ["people"]
columns = { person_id = "Person", sex = "Sex" }

[[rule]]
table = "diagnoses"
file = ["stays"]
when = ["Codes"]
columns = { claim_id = "Id", code = { from = "Codes", split = "|" }, name = { from = "Names", split = ["|", "｜"] } }

[[rule]]
table = "providers"
file = ["hospitals"]
columns = { provider_id = "Code", name = "Name" }
"#;

const FILE: &str = "Id,Person,Hospital,Kind,In,Out,Total,Ward,Valid,Department,Sex,Region,Codes,Names\n\
    A,P1,H1,01,2024-05-01,2024-05-03,10,W1,1,,,R1,I10|E11,high｜sugar\n\
    B,P2,H1,2.0,2024-05-04,2024-05-04,20,W2,01,Heart,female,,,\n\
    C,P1,H2,3,2024-05-05,2024-05-06,30,,,,male,R2,J18||K35,\n\
    D,P3,H1,1,2024-05-05,2024-05-06,40,W1,0,,,,,\n\
    E,P3,H1,1,2024-05-05,2024-05-06,,W1,1,,,,,\n\
    F,P3,H9,1,2024-05-05,2024-05-06,60,W1,1,,,,,\n";
const BEDS: &str =
    "Id,Ward,Bed,From,Before\nA,W2,9,,\nA,W1,1,2024-05-01 08:30:00,\nA,W1,2,2024-05-01 09:30:00,\nC,W9,7,2024-05-05 10:00:00,A\n";
const HOSPITALS: &str = "Code,Name\nH1,first\nH2,second\n";

const CLAIMS: [&str; 6] = ["claim_id", "visit_type", "started_at", "bed_no", "department", "transferred_from"];

fn stays(files: &[(&str, &str)]) -> (TempDir, Input) {
    let mut files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    files.push(("stays.toml", STAYS.as_bytes()));
    let folder = folder(&files);
    let input = Input::open(folder.path(), &LayoutChoice::File(folder.path().join("stays.toml"))).expect("an input");
    (folder, input)
}

fn set_aside(chunks: &[Chunk]) -> Vec<(&str, u64)> {
    chunks.iter().flat_map(|chunk| &chunk.set_aside).map(|(reason, rows)| (reason.as_str(), *rows)).collect()
}

#[test]
fn values_are_looked_up_in_other_files_and_rows_set_aside() {
    let (_folder, input) = stays(&[("ods_stays_di.csv", FILE), ("BEDS-1.csv", BEDS), ("hospitals.csv", HOSPITALS)]);
    let chunks = read(&input, "claims", &CLAIMS).expect("rows");
    assert_eq!(
        rows(&chunks, &CLAIMS),
        [
            "ods_stays_di.csv 1: A|inpatient|2024-05-01 08:30:00|1|W1|null",
            "ods_stays_di.csv 2: B|outpatient|2024-05-04|null|Heart|null",
            "ods_stays_di.csv 3: C|3|2024-05-05|null|none|H1",
        ]
    );
    assert_eq!(set_aside(&chunks), [("hospital unknown", 1), ("`Valid` is not 1", 1), ("not settled", 1)]);
    let unplaced: Vec<_> = input.files().map(|file| (file.name(), file.unplaced().to_vec())).collect();
    assert_eq!(unplaced[0], ("BEDS-1.csv", Vec::new()));
    assert!(unplaced.iter().all(|(_, columns)| columns.is_empty()), "{unplaced:?}");
}

#[test]
fn what_the_files_do_not_have_is_left_out() {
    let (_folder, input) = stays(&[("anything.csv", FILE)]);
    let chunks = read(&input, "claims", &CLAIMS).expect("rows");
    assert_eq!(rows(&chunks, &CLAIMS)[0], "anything.csv 1: A|inpatient|2024-05-01|absent|W1|absent");
    assert_eq!(set_aside(&chunks), [("`Valid` is not 1", 1), ("not settled", 1)]);
}

#[test]
fn rows_of_one_key_are_put_together() {
    let (_folder, input) = stays(&[
        ("stays_1.csv", FILE),
        ("stays_2.csv", "Id,Person,Hospital,Kind,In,Out,Total,Sex\nG,P2,H1,1,2024-05-01,,1,male\nH,P4,H1,1,2024-05-01,,1,male\n"),
    ]);
    let wanted = ["person_id", "sex", "region"];
    let chunks = read(&input, "persons", &wanted).expect("rows");
    assert_eq!(
        rows(&chunks, &wanted),
        ["stays_1.csv 1: P1|male|R1", "stays_1.csv 2: P2|female|null", "stays_1.csv 4: P3|null|null", "stays_2.csv 2: P4|male|null"]
    );
    let conflicts: Vec<_> = chunks.iter().flat_map(|chunk| chunk.conflicts.clone()).collect();
    assert_eq!(conflicts, [("region", 1), ("sex", 1)]);
    assert_eq!(set_aside(&chunks), [("further rows of the same person_id", 3), ("further rows of the same person_id", 1)]);
    assert_eq!(input.rows_hint(crate::support::table("persons")), None);
}

#[test]
fn a_fallback_counts_only_where_nothing_else_feeds_the_table() {
    let (_folder, input) = stays(&[("stays.csv", FILE), ("people.csv", "Person,Sex\nP1,male\nP9,female\n")]);
    let wanted = ["person_id", "sex", "region"];
    let chunks = read(&input, "persons", &wanted).expect("rows");
    assert_eq!(rows(&chunks, &wanted), ["people.csv 1: P1|male|absent", "people.csv 2: P9|female|absent"]);
}

#[test]
fn divided_cells_make_rows_side_by_side() {
    let (_folder, input) = stays(&[("住院信息2024.csv", FILE)]);
    let wanted = ["claim_id", "code", "name"];
    let chunks = read(&input, "diagnoses", &wanted).expect("rows");
    let expected = ["1: A|I10|high", "1: A|E11|sugar", "3: C|J18|null", "3: C|K35|null"];
    assert_eq!(rows(&chunks, &wanted), expected.map(|row| format!("住院信息2024.csv {row}")));
    assert_eq!(rows(&read(&input, "diagnoses", &["claim_id"]).expect("rows"), &["claim_id"]).len(), 4);
}

#[test]
fn folders_and_parts_with_a_known_name_are_one_file() {
    let header = FILE.lines().next().expect("a header");
    let second = format!("{header}\nX,P8,H1,1,2024-05-01,,1,,1,,,,,\n");
    let (_folder, input) = stays(&[("ods_stays/part-1.csv", FILE), ("ods_stays/part-2.csv", &second), ("stays_old.csv", "a\n1\n")]);
    let chunks = read(&input, "claims", &["claim_id"]).expect("rows");
    assert_eq!(rows(&chunks, &["claim_id"]).len(), 5);
    assert_eq!(input.ignored(), ["stays.toml", "stays_old.csv"]);
}

#[test]
fn a_layout_adds_to_another() {
    let ours = r#"
        extends = "medicare-provider"
        [aliases]
        BeneID = ["Card"]
        [[rule]]
        table = "labels"
        file = ["decided"]
        columns = { subject_kind = { value = "provider" }, subject_id = "Provider", is_confirmed = "Yes" }
    "#;
    let folder = folder(&[
        ("ours.toml", ours.as_bytes()),
        ("stays.csv", b"ClaimID,Card,AdmissionDt,DischargeDt,Provider,InscClaimAmtReimbursed\nC1,P1,2009-01-01,2009-01-02,H1,100\n"),
        ("decided.csv", b"Provider,Yes\nH1,true\n"),
    ]);
    let input = Input::open(folder.path(), &LayoutChoice::File(folder.path().join("ours.toml"))).expect("an input");
    let wanted = ["claim_id", "person_id", "total_amount"];
    assert_eq!(rows(&read(&input, "claims", &wanted).expect("rows"), &wanted), ["stays.csv 1: C1|P1|100"]);
    assert_eq!(rows(&read(&input, "labels", &["subject_id"]).expect("rows"), &["subject_id"]), ["decided.csv 1: H1"]);
    assert_eq!(input.layout().name(), "ours");
    assert_eq!(input.layout().nulls(), ["NA"]);
}

#[test]
fn problems_of_the_new_fields_are_named() {
    let text = r#"
        extends = "plain"
        [codes.kind]
        1 = "x"
        [files.stays]
        unless = ["A"]
        nam = []
        [[rule]]
        table = "persons"
        file = ["stays"]
        keep_if = { a = 1, b = { reason = "x" }, c = { in = ["1"], lookup = "q" } }
        required = 3
        distinct = ["person"]
        columns = { person_id = { from = "A", codes = "sort" }, sex = { lookup = "p", by = { value = "x" }, take = "s" }, region = { first = [] } }
        [[rule]]
        table = "diagnoses"
        file = ["stays"]
        distinct = true
        columns = { claim_id = "A", code = { from = "C", split = "" } }
        rows = [{ name = { from = "N", split = "|" } }]
    "#;
    let expected = r"layout ours cannot be used:
  files.stays has an unknown field `nam`; known are names, like, when, unless
  files.stays: `unless` needs a `when`
  rule 1 (persons): column `person_id` speaks of the code list `sort`, which is not there: add [codes.sort]
  rule 1 (persons): column `region` has an empty `first`: name at least one header
  rule 1 (persons): column `sex` needs a `key` with as many headers as `by`: without one, `by` must be headers that the other file has too
  rule 1 (persons): `keep_if` of `a` must be the list of values to keep, or a table with such a list as `in`
  rule 1 (persons): `keep_if` of `b` needs the values to keep as a list `in`
  rule 1 (persons): `keep_if` of `c` must be a header, or a table with one of `from`, `value`, `sum`, `join`, `first`, `finest`, `lookup` and `units`; `missing` goes with `sum`, `with` with `join`, and `lookup` with `by` and, if wanted, `key` and `take`
  rule 1 (persons): `required` must be a list of headers, or a table of headers and reasons
  rule 1 (persons): `distinct` must be true for a table with a key, or a list of columns of `persons`
  rule 2 (diagnoses): column `code` has an empty text in `split`
  rule 2 (diagnoses): `rows` and `split` cannot go together; write a rule for each
  rule 2 (diagnoses): `distinct` must be true for a table with a key, or a list of columns of `diagnoses`";
    assert_eq!(message(Layout::parse("ours", text)), expected);
    assert!(
        message(Layout::parse("ours", "extends = \"mars\""))
            .contains("`extends` must be one of plain, national, inspection-2024, medicare-provider")
    );
}
