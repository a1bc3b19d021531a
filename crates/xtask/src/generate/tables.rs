//! The page of the canonical tables.

use super::markdown::{NOTE, code, table};
use claimsift::Settings;
use claimsift::detect::Entry;
use claimsift::detectors::CATALOGUE;
use claimsift::tables::value::{CodeList, Domain, Kind};
use claimsift::tables::{ColumnSchema, Need, TableId, TableSchema};
use std::collections::{BTreeMap, BTreeSet};

const INTRO: &str = "\
A data set is a folder (or an Arrow table per name): `claims` required, every other table optional. A *required* column has a value in every \
row, an *expected* column must be there and may be empty in single rows, an *optional* one may be absent.

Money is in yuan and times are local. Any Arrow string, integer, decimal, float, date or timestamp type that can hold the value is accepted. \
The last column names the detectors that read a column; *score* are those that scoring and leads read.
";

/// The page: every table with its columns, then the lists of words.
pub(super) fn page() -> String {
    let readers = readers();
    let tables: String = TableId::ALL.iter().map(|table| section(table.schema(), &readers)).collect();
    format!("{NOTE}# Canonical tables\n\n{INTRO}{tables}{}", code_lists())
}

fn section(schema: &TableSchema, readers: &BTreeMap<String, Vec<String>>) -> String {
    let row = |column: &ColumnSchema| {
        let name = format!("{}.{}", schema.name, column.name);
        let read_by = readers.get(&name).map(|codes| codes.join(", ")).unwrap_or_default();
        [code(column.name), kind(column.kind), need(column.need).to_owned(), read_by]
    };
    let key = match schema.key {
        [] => "Any row may occur again.".to_owned(),
        key => format!("One row per {}.", key.iter().map(|column| code(column)).collect::<Vec<_>>().join(", ")),
    };
    let columns = table(["Column", "Kind", "Need", "Read by"], schema.columns.iter().map(row));
    format!("\n## {}\n\n{key}\n\n{columns}", schema.name)
}

/// Who reads a column, by `table.column`.
fn readers() -> BTreeMap<String, Vec<String>> {
    let mut readers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut by_detectors = BTreeSet::new();
    for meta in CATALOGUE.iter().map(Entry::meta) {
        for column in meta.columns().collect::<BTreeSet<&str>>() {
            readers.entry(column.to_owned()).or_default().push(meta.code.to_string());
            by_detectors.insert(column.to_owned());
        }
    }
    for column in Settings::new().columns().difference(&by_detectors) {
        readers.entry(column.clone()).or_default().push("score".into());
    }
    readers
}

fn need(need: Need) -> &'static str {
    match need {
        Need::Value => "required",
        Need::Column => "expected",
        Need::Optional => "optional",
    }
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Key(Domain::Text) => "text".into(),
        Kind::Key(domain) | Kind::Mark(domain) => format!("key ({})", words(domain)),
        Kind::Label => "text, unique to its row".into(),
        Kind::Code(list) => format!("one of [{}](#{})", list.name, anchor(list)),
        Kind::Money => "yuan, two decimals".into(),
        Kind::Quantity => "quantity, four decimals".into(),
        Kind::UnitPrice => "yuan, six decimals".into(),
        Kind::Number => "number".into(),
        Kind::Integer => "whole number".into(),
        Kind::Time => "time to the second, or day".into(),
        Kind::Date => "day".into(),
        Kind::Flag => "yes or no".into(),
    }
}

/// A domain's name in lower case, its words apart.
fn words(domain: Domain) -> String {
    let name = format!("{domain:?}");
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

fn code_lists() -> String {
    let mut lists: BTreeMap<&str, &CodeList> = BTreeMap::new();
    for column in TableId::ALL.iter().flat_map(|table| table.schema().columns) {
        if let Kind::Code(list) = column.kind {
            lists.insert(list.name, list);
        }
    }
    let section = |list: &&CodeList| {
        let words = list.words.iter().map(|word| code(word)).collect::<Vec<_>>().join(", ");
        format!("\n### words of {}\n\n{words}\n", list.name)
    };
    let sections: String = lists.values().map(section).collect();
    format!("\n## Code words\n\nAny other word becomes `other` and is counted.\n{sections}")
}

fn anchor(list: &CodeList) -> String {
    format!("words-of-{}", list.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_table_is_listed() {
        let page = page();
        for schema in TableId::ALL.iter().map(|table| table.schema()) {
            let section = page.split(&format!("\n## {}\n", schema.name)).nth(1).expect(schema.name);
            let section = section.split("\n## ").next().unwrap_or_default();
            for column in schema.columns {
                assert!(section.contains(&format!("\n| `{}` | ", column.name)), "{}.{}", schema.name, column.name);
            }
        }
        assert!(page.contains("| `ended_at` | time to the second, or day | expected |"), "{page}");
        assert!(page.contains("| `stock_unit` | key (stock unit) | optional |"), "{page}");
    }

    #[test]
    fn readers_are_those_that_declare_a_column() {
        let readers = readers();
        assert!(readers["persons.death_date"].contains(&"P17".to_owned()));
        assert!(readers.values().all(|codes| codes.is_sorted()), "{readers:?}");
        assert!(readers.contains_key("claims.payment_amount"), "scoring reads it");
    }
}
