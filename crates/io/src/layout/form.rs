//! A mapping file as it is written, and its checking.
//!
//! Unknown fields are collected rather than refused one by one, so that all problems of a file are reported together.

use super::rule::{Mapped, Rule, Source};
use super::{Layout, Zone};
use claimsift::tables::{Need, TableId};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Value;

type Unknown = BTreeMap<String, Value>;

#[derive(Deserialize)]
pub(super) struct LayoutForm {
    name: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    nulls: Vec<String>,
    #[serde(default)]
    by_name: bool,
    #[serde(default)]
    aliases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    rule: Vec<RuleForm>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Deserialize)]
struct RuleForm {
    #[serde(default)]
    table: String,
    #[serde(default)]
    when: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    columns: BTreeMap<String, ColumnForm>,
    #[serde(default)]
    rows: Vec<BTreeMap<String, ColumnForm>>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ColumnForm {
    Header(String),
    Table(Box<SourceForm>),
    Other(Value),
}

#[derive(Deserialize)]
struct SourceForm {
    from: Option<String>,
    codes: Option<BTreeMap<String, String>>,
    value: Option<Value>,
    sum: Option<Vec<String>>,
    missing: Option<Value>,
    join: Option<Vec<String>>,
    with: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl LayoutForm {
    /// The layout, if there is nothing to complain of.
    pub(super) fn check(self, default_name: &str) -> Result<Layout, Vec<String>> {
        let mut problems = Vec::new();
        refuse_unknown(&self.unknown, "the file", "name, zone, nulls, by_name, aliases, rule", &mut problems);
        let zone = self.zone.as_deref().map_or(Some(Zone::default()), Zone::parse).unwrap_or_else(|| {
            problems.push("`zone` must be an offset such as \"+08:00\", or \"UTC\" or \"Asia/Shanghai\"".to_owned());
            Zone::default()
        });
        if self.rule.is_empty() && !self.by_name {
            problems.push("there is no [[rule]]: add one, or set `by_name = true` to take columns by their canonical names".to_owned());
        }
        check_aliases(&self.aliases, &mut problems);
        let rules = (1..).zip(self.rule).filter_map(|(number, form)| form.check(number, &mut problems)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Layout {
            name: self.name.unwrap_or_else(|| default_name.to_owned()),
            zone,
            nulls: self.nulls,
            by_name: self.by_name,
            aliases: self.aliases,
            rules,
        })
    }
}

impl RuleForm {
    fn check(self, number: usize, problems: &mut Vec<String>) -> Option<Rule> {
        let place = format!("rule {number} ({})", if self.table.is_empty() { "no table" } else { &self.table });
        refuse_unknown(&self.unknown, &place, "table, when, unless, columns, rows", problems);
        let Some(table) = TableId::named(&self.table) else {
            let tables: Vec<_> = TableId::ALL.iter().map(|table| table.name()).collect();
            problems.push(format!("{place}: `table` must be one of {}", tables.join(", ")));
            return None;
        };
        if self.when.is_empty() {
            problems.push(format!("{place}: `when` must name at least one header by which the file is recognised"));
        }
        let columns = check_columns(table, self.columns, &place, problems);
        let mut entries = Vec::new();
        for (entry_number, entry) in (1..).zip(self.rows) {
            let place = format!("{place}, row {entry_number}");
            let entry = check_columns(table, entry, &place, problems);
            if entry.iter().all(|mapped| mapped.source.columns().is_empty()) {
                problems.push(format!("{place}: at least one column must come from the file"));
            }
            for twice in entry.iter().filter(|mapped| columns.iter().any(|common| common.schema.name == mapped.schema.name)) {
                problems.push(format!("{place}: `{}` is given in `columns` too; keep one", twice.schema.name));
            }
            entries.push(entry);
        }
        let rule = Rule { table, when: self.when, unless: self.unless, columns, entries };
        refuse_missing(&rule, &place, problems);
        Some(rule)
    }
}

fn check_columns(table: TableId, forms: BTreeMap<String, ColumnForm>, place: &str, problems: &mut Vec<String>) -> Vec<Mapped<String>> {
    let mut columns = Vec::new();
    for (name, form) in forms {
        let Some(schema) = table.schema().columns.iter().find(|schema| schema.name == name) else {
            problems.push(format!("{place}: table `{}` has no column `{name}`", table.name()));
            continue;
        };
        let source = form.source().unwrap_or_else(|problem| {
            problems.push(format!("{place}: column `{name}` {problem}"));
            Source::Value(String::new())
        });
        columns.push(Mapped { schema, source });
    }
    columns
}

impl ColumnForm {
    fn source(self) -> Result<Source<String>, String> {
        const WANTED: &str = "must be a header, or a table with one of `from`, `value`, `sum` and `join`";
        let form = match self {
            Self::Header(column) => return Ok(Source::From { column, codes: Vec::new() }),
            Self::Table(form) => form,
            Self::Other(value) => return Err(format!("{WANTED}, not {value}")),
        };
        if let Some(field) = form.unknown.keys().next() {
            return Err(format!("has an unknown field `{field}`; known are from, codes, value, sum, missing, join, with"));
        }
        match *form {
            SourceForm { from: Some(column), codes, value: None, sum: None, missing: None, join: None, with: None, .. } => {
                Ok(Source::From { column, codes: codes.unwrap_or_default().into_iter().collect() })
            }
            SourceForm { from: None, codes: None, value: Some(value), sum: None, missing: None, join: None, with: None, .. } => {
                scalar(&value).map(Source::Value).ok_or_else(|| "has a `value` that is not a text, number or truth value".to_owned())
            }
            SourceForm { from: None, codes: None, value: None, sum: Some(columns), missing, join: None, with: None, .. } => {
                let missing = missing.map(|value| scalar(&value).ok_or("has a `missing` that is not a number")).transpose()?;
                Ok(Source::Sum { columns: at_least_one(columns, "sum")?, missing })
            }
            SourceForm { from: None, codes: None, value: None, sum: None, missing: None, join: Some(columns), with, .. } => {
                Ok(Source::Join { columns: at_least_one(columns, "join")?, with: with.unwrap_or_default() })
            }
            _ => Err(format!("{WANTED}; `codes` goes with `from`, `missing` with `sum`, `with` with `join`")),
        }
    }
}

fn at_least_one(columns: Vec<String>, field: &str) -> Result<Vec<String>, String> {
    if columns.is_empty() { Err(format!("has an empty `{field}`: name at least one header")) } else { Ok(columns) }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        Value::Datetime(moment) => Some(moment.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}

fn refuse_unknown(unknown: &Unknown, place: &str, known: &str, problems: &mut Vec<String>) {
    problems.extend(unknown.keys().map(|field| format!("{place} has an unknown field `{field}`; known are {known}")));
}

fn refuse_missing(rule: &Rule, place: &str, problems: &mut Vec<String>) {
    let has = |columns: &[Mapped<String>], name| columns.iter().any(|mapped| mapped.schema.name == name);
    for schema in rule.table.schema().columns.iter().filter(|schema| schema.need != Need::Optional) {
        let in_entries = !rule.entries.is_empty() && rule.entries.iter().all(|entry| has(entry, schema.name));
        if !in_entries && !has(&rule.columns, schema.name) {
            problems.push(format!("{place}: nothing feeds the required column `{}`", schema.name));
        }
    }
}

fn check_aliases(aliases: &BTreeMap<String, Vec<String>>, problems: &mut Vec<String>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (header, spellings) in aliases {
        for spelling in spellings {
            if let Some(other) = seen.insert(spelling.to_lowercase(), header) {
                problems.push(format!("aliases: `{spelling}` stands under `{other}` and under `{header}`; keep one"));
            }
        }
    }
}
