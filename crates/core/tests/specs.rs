//! The Markdown specifications of the detectors, `specs/<scheme>/<name>.md`.
//!
//! The first heading of a specification begins with the code of its detector, which alone is run. A *case* is a heading with at least one CSV block
//! under it. Blocks are fenced; the info string says what they are:
//!
//! - `toml defaults`, before the first case: what the runner fills in, table by table, where a case does not have the column. `"=other"` copies
//!   another column of the row, `"{n}"` is the number of the row.
//! - `csv <table>`: rows of a canonical table. Blanks around cells do not count. In a column `repeat` a number stands for so many rows, in whose
//!   cells `{n}` counts from 1; it is not taken in. The last column, `expected`, of `claims` holds codes with tiers of the findings about the
//!   claim, such as `P02:breach`, separated by blanks; empty = nothing.
//! - `csv expected`: `subject,code,tier` of the findings that are not about one claim.
//! - `csv facts`: `claim` (or other subject), `code` and any facts or amounts (`in_scope`, `loss`, `loss_low`, `scheme` …) of that one finding;
//!   an empty cell means that the finding does not state it; a comma in a fact is written as a semicolon.
//! - `csv near-misses`: `claim,code,parameter` of candidates within the floor of a threshold; checked where the block stands.
//! - `csv assessed`: `reason,units`, `assessed` being the reason of units that were judged; checked where the block stands.
//! - `csv peers`: providers with outpatient visits in bulk, see `specs/overuse/provider-far-from-peers.md`.
//! - `toml`: settings.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use claimsift::detectors::CATALOGUE;
use claimsift::intake::IntakeOptions;
use claimsift::tables::TableId;
use claimsift::{Finding, Screening, Settings};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use support::data::{Data, Table};

/// A fenced block.
struct Block {
    info: String,
    text: String,
}

#[derive(Default)]
struct Case {
    name: String,
    blocks: Vec<Block>,
}

struct Spec {
    code: String,
    defaults: toml::Table,
    cases: Vec<Case>,
}

impl Spec {
    fn parse(markdown: &str) -> Self {
        let mut sections = vec![Case::default()];
        let mut lines = markdown.lines();
        while let Some(line) = lines.next() {
            if let Some(info) = line.strip_prefix("```") {
                let text: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
                sections.last_mut().unwrap().blocks.push(Block { info: info.trim().to_owned(), text: text.join("\n") });
            } else if line.starts_with('#') {
                sections.push(Case { name: line.trim_start_matches('#').trim().to_owned(), blocks: Vec::new() });
            }
        }
        let code = sections.get(1).and_then(|title| title.name.split(' ').next()).unwrap_or_default().to_owned();
        let mut defaults = toml::Table::new();
        for block in sections.iter().flat_map(|section| &section.blocks).filter(|block| block.info == "toml defaults") {
            defaults.extend(block.text.parse::<toml::Table>().unwrap());
        }
        let is_case = |section: &Case| section.blocks.iter().any(|block| block.info.starts_with("csv "));
        Self { code, defaults, cases: sections.into_iter().filter(is_case).collect() }
    }
}

impl Case {
    fn csv(&self, name: &str) -> Option<Table> {
        let info = format!("csv {name}");
        self.blocks.iter().find(|block| block.info == info).map(|block| Table::parse(&block.text))
    }

    fn settings(&self, code: &str) -> Settings {
        let text = self.blocks.iter().find(|block| block.info == "toml").map_or("", |block| &block.text);
        let mut written = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
        if written["run"]["select"].is_null() {
            written["run"]["select"] = serde_json::json!([code]);
        }
        support::settings(&written)
    }

    /// The tables of the case, and the expected codes by claim.
    fn data(&self, defaults: &toml::Table) -> (Data, BTreeMap<String, Vec<String>>) {
        let mut data = Data::default();
        let mut expected = BTreeMap::new();
        for block in &self.blocks {
            let Some(name) = block.info.strip_prefix("csv ") else { continue };
            if let Some(table) = TableId::named(name) {
                let mut rows = expand(&Table::parse(&block.text));
                if table == TableId::ClaimTable {
                    assert_eq!(rows.header.last().map(String::as_str), Some("expected"), "{}: the last column of claims", self.name);
                    expected = take_expected(&mut rows);
                }
                let unknown: Vec<&String> = rows.header.iter().filter(|column| table.schema().position(column).is_none()).collect();
                assert!(unknown.is_empty(), "{}: `{name}` has no {unknown:?}", self.name);
                fill(&mut rows, defaults.get(name).and_then(toml::Value::as_table));
                data.0.insert(name.to_owned(), rows);
            } else if name == "peers" {
                add_peers(&mut data, &Table::parse(&block.text));
            } else {
                assert!(["expected", "facts", "near-misses", "assessed"].contains(&name), "{}: no block is called `{name}`", self.name);
            }
        }
        (data, expected)
    }
}

/// Rows with a number in the column `repeat` stand for so many rows.
fn expand(table: &Table) -> Table {
    let mut once = table.clone();
    let Some(repeats) = once.take_column("repeat") else { return once };
    let rows = once.rows.into_iter().zip(repeats).flat_map(|(row, repeat)| {
        let copies: usize = if repeat.is_empty() { 1 } else { repeat.parse().unwrap() };
        (1..=copies).map(move |number| row.iter().map(|cell| cell.replace("{n}", &number.to_string())).collect())
    });
    Table { rows: rows.collect(), header: once.header }
}

fn take_expected(claims: &mut Table) -> BTreeMap<String, Vec<String>> {
    let codes = claims.take_column("expected").unwrap();
    let of_row = |(row, codes): (usize, String)| {
        let mut codes: Vec<String> = codes.split_whitespace().map(str::to_owned).collect();
        codes.sort();
        (claims.cell(row, "claim_id").to_owned(), codes)
    };
    codes.into_iter().enumerate().map(of_row).filter(|(_, codes)| !codes.is_empty()).collect()
}

/// Adds the columns that the table lacks; those that copy another come last.
fn fill(table: &mut Table, defaults: Option<&toml::Table>) {
    let text = |(column, default): (&String, &toml::Value)| (column.clone(), default.as_str().map_or(default.to_string(), str::to_owned));
    let mut missing: Vec<(String, String)> =
        defaults.into_iter().flatten().filter(|(column, _)| table.position(column).is_none()).map(text).collect();
    missing.sort_by_key(|(_, default)| default.starts_with('='));
    for (column, default) in missing {
        let header = table.header.clone();
        table.set(&column, |number, row| match default.strip_prefix('=') {
            Some(other) => row[header.iter().position(|name| name == other).unwrap()].clone(),
            None => default.replace("{n}", &(number + 1).to_string()),
        });
    }
}

/// Providers in bulk, with the parts of each outpatient claim in percent of its total.
fn add_peers(data: &mut Data, peers: &Table) {
    const PARTS: [&str; 5] = ["western_drug", "lab", "treatment", "consumable", "nursing"];
    let mut tables = ["claims", "lines", "providers"].map(|name| (name, Vec::new()));
    let number = |row: usize, column: &str| peers.cell(row, column).parse::<i64>().unwrap_or(0);
    for row in 0..peers.rows.len() {
        for at in 0..number(row, "count") {
            let id = format!("{}{at:02}", peers.cell(row, "provider"));
            tables[2].1.push(vec![id.clone(), peers.cell(row, "kind").to_owned(), peers.cell(row, "level").to_owned()]);
            // Providers of one row differ a little, each in its own way.
            let vary = |value: i64, step: i64| value * (100 + (at * step) % 13 - 6) / 100;
            let total = vary(number(row, "total") * 100, 5);
            let shares: Vec<i64> = (3..).zip(PARTS).map(|(step, part)| vary(number(row, part) * 100, step)).collect();
            for visit in 0..number(row, "visits") {
                let claim = format!("{id}-{visit:02}");
                let patient = format!("{id}-P{:02}", visit % (10 + at % 4));
                let day = format!("2025-03-{:02} 09:{:02}:00", visit % 28 + 1, visit % 60);
                let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
                tables[0].1.push(vec![claim.clone(), patient, id.clone(), "outpatient".into(), day.clone(), day, yuan(total)]);
                for (part, share) in PARTS.iter().zip(&shares) {
                    let amount = yuan(total * share / 10_000);
                    tables[1].1.push(vec![claim.clone(), (*part).to_owned(), "1".into(), amount.clone(), amount, (*part).to_owned()]);
                }
            }
        }
    }
    let headers = [
        "claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount",
        "claim_id,item_code,quantity,unit_price,amount,category",
        "provider_id,kind,level",
    ];
    for ((name, rows), header) in tables.into_iter().zip(headers) {
        data.0.insert(name.to_owned(), Table { header: header.split(',').map(str::to_owned).collect(), rows });
    }
}

/// What a case got wrong; empty when it holds.
fn check(spec: &Spec, case: &Case) -> String {
    let settings = case.settings(&spec.code);
    let (data, expected) = case.data(&spec.defaults);
    let claims = data.claims_with(IntakeOptions { as_of: settings.as_of, ..IntakeOptions::all() });
    let screening = support::screen(&claims, &settings);
    let mut wrong = String::new();
    let mut note = |what: &str, expected: String, found: String| {
        if expected != found {
            writeln!(wrong, "  {what}\n    expected {expected}\n    found    {found}").unwrap();
        }
    };
    note("findings by claim", format!("{expected:?}"), format!("{:?}", by_claim(&screening)));
    note("other findings", wide_rows(case.csv("expected")), wide_found(&screening));
    if let Some(facts) = case.csv("facts") {
        for row in 0..facts.rows.len() {
            let found = values(&screening, &facts, row);
            note("facts", format!("{:?}", facts.rows[row]), found.map_or("no such finding".to_owned(), |found| format!("{found:?}")));
        }
    }
    if let Some(missed) = case.csv("near-misses") {
        let claim = |finding: &Finding| finding.claim_id.clone().unwrap_or(finding.subject_id.clone());
        let found = screening.near_misses.iter().map(|miss| vec![claim(&miss.finding), miss.finding.code.clone(), miss.parameter.clone()]);
        note("near misses", sorted(missed.rows), sorted(found.collect()));
    }
    if let Some(assessed) = case.csv("assessed") {
        let found = &screening.assessments[&spec.code];
        let mut rows = vec![vec!["assessed".to_owned(), found.assessed.to_string()]];
        rows.extend(found.not_assessed.iter().map(|(reason, units)| vec![reason.clone(), units.to_string()]));
        note("assessed", sorted(assessed.rows), sorted(rows));
    }
    wrong
}

fn sorted(mut rows: Vec<Vec<String>>) -> String {
    rows.sort();
    format!("{rows:?}")
}

fn by_claim(screening: &Screening) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in &screening.findings {
        if let Some(claim) = &finding.claim_id {
            found.entry(claim.clone()).or_default().push(format!("{}:{}", finding.code, finding.tier));
        }
    }
    found.values_mut().for_each(|codes| codes.sort());
    found
}

fn wide_rows(expected: Option<Table>) -> String {
    let expected = expected.unwrap_or_default();
    let row = |row| ["subject", "code", "tier"].map(|column| expected.cell(row, column).to_owned()).to_vec();
    sorted((0..expected.rows.len()).map(row).collect())
}

fn wide_found(screening: &Screening) -> String {
    let wide = screening.findings.iter().filter(|finding| finding.claim_id.is_none());
    sorted(wide.map(|finding| vec![finding.subject_id.clone(), finding.code.clone(), finding.tier.to_string()]).collect())
}

/// The values that a row of a block of facts asks for; `None` unless exactly one finding answers.
fn values(screening: &Screening, facts: &Table, row: usize) -> Option<Vec<String>> {
    let (about, code) = (facts.cell(row, "claim"), facts.cell(row, "code"));
    let is_meant = |finding: &&Finding| finding.code == code && finding.claim_id.as_deref().unwrap_or(&finding.subject_id) == about;
    let mut found = screening.findings.iter().filter(is_meant);
    let (finding, None) = (found.next()?, found.next()) else { return None };
    let amount = |amount: Option<claimsift::tables::value::Fen>| amount.map(|fen| fen.to_string()).unwrap_or_default();
    let value = |name: &String| match name.as_str() {
        "claim" => about.to_owned(),
        "code" => code.to_owned(),
        "scheme" => finding.scheme.to_string(),
        "basis" => finding.basis.to_string(),
        "strength" => finding.strength.share().to_string(),
        "discriminator" => finding.discriminator.clone(),
        "observed" => finding.observed.to_string(),
        "in_scope" => finding.money.in_scope.to_string(),
        "amount" => finding.money.amount.to_string(),
        "loss" => amount(finding.money.loss),
        "loss_low" => amount(finding.money.loss_low),
        "owned" => finding.money.owned.to_string(),
        fact => match finding.facts.get(fact) {
            None => String::new(),
            Some(Value::String(text)) => text.replace(',', ";"),
            Some(value) => value.to_string(),
        },
    };
    Some(facts.header.iter().map(value).collect())
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/specs")
}

#[test]
fn every_case_of_every_specification_holds() {
    let mut wrong = String::new();
    for entry in CATALOGUE {
        let meta = entry.meta();
        let path = folder().join(meta.scheme.word()).join(format!("{}.md", meta.name));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let spec = Spec::parse(&text);
        assert_eq!(spec.code, meta.code, "{}: the first heading begins with the code", path.display());
        assert!(spec.cases.len() > 5, "{}: too few cases", path.display());
        for case in &spec.cases {
            let found = check(&spec, case);
            if !found.is_empty() {
                write!(wrong, "\n{} · {}\n{found}", path.file_stem().unwrap().display(), case.name).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_specification_belongs_to_a_detector() {
    for scheme in std::fs::read_dir(folder()).unwrap() {
        for file in std::fs::read_dir(scheme.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let of = |entry: &claimsift::detect::Entry| path.ends_with(format!("{}/{}.md", entry.meta().scheme, entry.meta().name));
            assert!(CATALOGUE.iter().any(of), "{} belongs to no detector", path.display());
        }
    }
}

/// A specification that says the wrong thing fails.
#[test]
fn wrong_expectations_are_noticed() {
    const CASE: &str = "
# P02 overlapping-stays
```toml defaults
claims = { visit_type = 'inpatient', total_amount = 100 }
```
## Two shared nights
```csv claims
claim_id, person_id, provider_id, started_at, ended_at,   expected
A,        P,         H1,          2025-05-01, 2025-05-04,
B,        P,         H2,          2025-05-02, 2025-05-06, P02:breach
```
```csv facts
claim, code, overlap_nights
B,     P02,  2
```
";
    let outcome = |markdown: &str| {
        let spec = Spec::parse(markdown);
        check(&spec, &spec.cases[0])
    };
    assert_eq!(outcome(CASE), "");
    assert!(outcome(&CASE.replace("P02:breach", "P02:clue")).contains("findings by claim"));
    assert!(outcome(&CASE.replace("2025-05-04,", "2025-05-04, P02:clue")).contains("findings by claim"));
    assert!(outcome(&CASE.replace("B,     P02,  2", "B,     P02,  3")).contains("facts"));
    assert!(outcome(&format!("{CASE}```csv expected\nsubject,code,tier\nH1,F14,clue\n```\n")).contains("other findings"));
}
