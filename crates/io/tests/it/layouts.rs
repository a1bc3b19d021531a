//! Mapping files of one's own.

use crate::support::{folder, message, open, read, rows};
use claimsift_io::{Input, Layout, LayoutChoice};

const OURS: &str = r#"
name = "ours"
zone = "+09:00"
nulls = ["-"]

[aliases]
Number = ["No."]

[[rule]]
table = "claims"
when = ["Number", "Ward"]
[rule.columns]
claim_id = "Number"
person_id = { join = ["Area", "Card"], with = "/" }
provider_id = { value = 7 }
visit_type = { from = "Kind", codes = { 1 = "inpatient", 2 = "outpatient" } }
started_at = "In"
ended_at = "Out"
total_amount = { sum = ["Fund", "Cash"], missing = 0 }
ward = "Ward"
bed_no = "Bed"

[[rule]]
table = "diagnoses"
when = ["Number", "D1"]
columns.claim_id = "Number"
rows = [{ code = "D1", name = "N1", is_main = { value = true } }, { code = "D2" }, { code = "D3" }]
"#;

const FILE: &str = "No.,Area,Card,Kind,In,Out,Fund,Cash,Ward,D1,N1,D2\n\
    A,1,2,1,2024-05-01T00:00:00Z,-,0.10,0.20,W,I10,high,-\n\
    B,1,-,3,2024-05-01 00:00:00,2024-05-02,-,x,-,-,-,-\n\
    C,1,3,2,2024-05-01,2024-05-02,5,-,,J18,,E11\n";

fn ours() -> (tempfile::TempDir, Input) {
    let folder = folder(&[("export.csv", FILE.as_bytes()), ("ours.toml", OURS.as_bytes())]);
    let choice = LayoutChoice::File(folder.path().join("ours.toml"));
    let input = Input::open(folder.path(), &choice).expect("an input");
    (folder, input)
}

#[test]
fn columns_are_mapped_coded_joined_and_summed() {
    let (_folder, input) = ours();
    let wanted = ["claim_id", "person_id", "provider_id", "visit_type", "started_at", "ended_at", "total_amount", "ward", "bed_no"];
    assert_eq!(input.layout().name(), "ours");
    assert_eq!(
        rows(&read(&input, "claims", &wanted).expect("rows"), &wanted),
        [
            "export.csv 1: A|1/2|7|inpatient|2024-05-01 09:00:00|null|0.30|W|absent",
            "export.csv 2: B|null|7|3|2024-05-01 00:00:00|2024-05-02|x|null|absent",
            "export.csv 3: C|1/3|7|outpatient|2024-05-01|2024-05-02|5|null|absent",
        ]
    );
}

#[test]
fn entries_without_a_value_make_no_row() {
    let (_folder, input) = ours();
    let wanted = ["claim_id", "code", "name", "is_main"];
    let chunks = read(&input, "diagnoses", &wanted).expect("rows");
    assert_eq!(rows(&chunks, &wanted), ["export.csv 1: A|I10|high|true", "export.csv 3: C|J18|null|true", "export.csv 3: C|E11|null|null"]);
    let only = ["is_main"];
    assert_eq!(rows(&read(&input, "diagnoses", &only).expect("rows"), &only).len(), 3);
}

#[test]
fn what_is_not_wanted_is_not_decoded() {
    let (_folder, input) = ours();
    let chunks = read(&input, "claims", &["ward"]).expect("rows");
    assert_eq!(chunks[0].batch.num_columns(), 1);
}

#[test]
fn all_problems_of_a_mapping_file_are_reported_together() {
    let text = r#"
        colour = "red"
        zone = "Mars"
        aliases = { a = ["x"], b = ["X"] }
        [[rule]]
        table = "claim"
        [[rule]]
        table = "claims"
        wen = ["x"]
        columns = { claim_id = { from = "a", sum = ["b"] }, person_id = 3, total = "t", provider_id = { form = "x" }, visit_type = { sum = [] } }
        [[rule]]
        table = "diagnoses"
        when = ["D"]
        columns = { claim_id = "N", code = "D" }
        rows = [{ code = "D1" }, { name = { value = "x" } }]
    "#;
    let expected = r#"layout ours cannot be used:
  the file has an unknown field `colour`; known are name, extends, zone, nulls, by_name, aliases, codes, units, files, rule
  `zone` must be an offset such as "+08:00", or "UTC" or "Asia/Shanghai"
  aliases: `X` stands under `a` and under `b`; keep one
  rule 1 (claim): `table` must be one of claims, lines, diagnoses, procedures, persons, providers, staff, stock, dispensed, reports, results, orders, bed_log, payments, entitlements, registers, presence_checks, groups, catalogue, limits, exclusive_pairs, frequencies, intervals, courses, prerequisites, swap_pairs, price_caps, kits, add_ons, discount_groups, minutes, watch_lists, labels
  rule 2 (claims) has an unknown field `wen`; known are table, file, when, unless, columns, rows, keep_if, required, distinct, fallback, remove
  rule 2 (claims): `when` must name at least one header by which the file is recognised, or `file` its name
  rule 2 (claims): column `claim_id` must be a header, or a table with one of `from`, `value`, `sum`, `join`, `first`, `finest`, `lookup` and `units`; `missing` goes with `sum`, `with` with `join`, and `lookup` with `by` and, if wanted, `key` and `take`
  rule 2 (claims): column `person_id` must be a header, or a table with one of `from`, `value`, `sum`, `join`, `first`, `finest`, `lookup` and `units`, not 3
  rule 2 (claims): column `provider_id` has an unknown field `form`; known are from, value, sum, join, first, finest, lookup, units, codes, missing, with, by, key, take, all, before, pseudonym, of, bound, split
  rule 2 (claims): table `claims` has no column `total`
  rule 2 (claims): column `visit_type` has an empty `sum`: name at least one header
  rule 2 (claims): nothing feeds the required column `started_at`
  rule 2 (claims): nothing feeds the required column `ended_at`
  rule 2 (claims): nothing feeds the required column `total_amount`
  rule 3 (diagnoses), row 1: `code` is given in `columns` too; keep one
  rule 3 (diagnoses), row 2: at least one column must come from the file"#;
    assert_eq!(message(Layout::parse("ours", text)), expected);
}

#[test]
fn a_mapping_file_that_is_no_toml() {
    let text = message(Layout::parse("ours", "name = \n"));
    assert!(text.starts_with("layout ours cannot be used:\n  TOML parse error at line 1"), "{text}");
    let text = message(Layout::parse("ours", ""));
    assert!(text.contains("there is no [[rule]]: add one, or set `by_name = true`"), "{text}");
    let text = message(Layout::open(std::path::Path::new("/no/ours.toml")));
    assert!(text.starts_with("layout /no/ours.toml cannot be used:\n  "), "{text}");
}

#[test]
fn embedded_layouts_are_good() {
    for name in Layout::names() {
        assert_eq!(Layout::named(name).expect("a layout").name(), name);
    }
}

#[test]
fn a_rule_names_the_required_column_that_a_file_lacks() {
    let folder = folder(&[("a.csv", b"ClaimID,BeneID,AdmissionDt,DischargeDt,Provider\n")]);
    let text = message(open(folder.path()));
    assert!(text.starts_with("a.csv has no column for `total_amount` of table `claims`"), "{text}");
}
