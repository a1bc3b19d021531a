//! A rule as it is written.

use super::codes::Codes;
use super::form::{CodeLists, Unknown, refuse_unknown};
use super::form_source::{ColumnForm, scalar};
use super::form_units::UnitsForm;
use super::rule::{Condition, Rule, Wanted};
use super::source::{Mapped, Source};
use claimsift::tables::{Need, TableId};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Value;

const KNOWN: &str = "table, file, when, unless, columns, rows, keep_if, required, distinct, fallback, remove";

#[derive(Deserialize)]
pub(super) struct RuleForm {
    #[serde(default)]
    table: String,
    #[serde(default)]
    file: Vec<String>,
    when: Option<Vec<String>>,
    unless: Option<Vec<String>>,
    #[serde(default)]
    columns: BTreeMap<String, ColumnForm>,
    rows: Option<Vec<BTreeMap<String, ColumnForm>>>,
    #[serde(default)]
    keep_if: BTreeMap<String, Value>,
    required: Option<Value>,
    distinct: Option<Value>,
    fallback: Option<bool>,
    #[serde(default)]
    remove: bool,
    #[serde(flatten)]
    unknown: Unknown,
}

impl RuleForm {
    /// Own rules before those of a base. A rule for the same table and the same files changes that of the base, field by field and column by
    /// column; with `remove` it takes it away.
    pub(super) fn on(own: Vec<Self>, base: Vec<Self>) -> Vec<Self> {
        let (mut rules, mut changed) = (Vec::new(), base);
        for rule in own {
            match changed.iter_mut().find(|other| !rule.file.is_empty() && other.table == rule.table && other.file == rule.file) {
                Some(other) => other.change(rule),
                None => rules.push(rule),
            }
        }
        rules.extend(changed.into_iter().filter(|rule| !rule.remove));
        rules
    }

    fn change(&mut self, own: Self) {
        self.when = own.when.or(self.when.take());
        self.unless = own.unless.or(self.unless.take());
        self.rows = own.rows.or(self.rows.take());
        self.required = own.required.or(self.required.take());
        self.distinct = own.distinct.or(self.distinct.take());
        self.fallback = own.fallback.or(self.fallback);
        self.remove |= own.remove;
        self.columns.extend(own.columns);
        self.keep_if.extend(own.keep_if);
        self.unknown.extend(own.unknown);
    }

    /// Puts the units of the layout in the place of their names.
    pub(super) fn give_units(&mut self, known: &BTreeMap<String, UnitsForm>) {
        let entries = self.rows.iter_mut().flatten().flat_map(BTreeMap::values_mut);
        self.columns.values_mut().chain(entries).for_each(|form| form.give_units(known));
    }

    pub(super) fn check(self, number: usize, lists: &CodeLists, problems: &mut Vec<String>) -> Option<Rule> {
        let place = format!("rule {number} ({})", if self.table.is_empty() { "no table" } else { &self.table });
        refuse_unknown(&self.unknown, &place, KNOWN, problems);
        let Some(table) = TableId::named(&self.table) else {
            let tables: Vec<_> = TableId::ALL.iter().map(|table| table.name()).collect();
            problems.push(format!("{place}: `table` must be one of {}", tables.join(", ")));
            return None;
        };
        let when = self.when.unwrap_or_default();
        if when.is_empty() && self.file.is_empty() {
            problems.push(format!("{place}: `when` must name at least one header by which the file is recognised, or `file` its name"));
        }
        let columns = check_columns(table, self.columns, &place, lists, problems);
        let entries = check_entries(table, self.rows.unwrap_or_default(), &columns, &place, lists, problems);
        let mut conditions: Vec<_> =
            self.keep_if.into_iter().filter_map(|(name, value)| keep_if(name, value, &place, lists, problems)).collect();
        conditions.extend(required(self.required, &place, problems));
        let distinct = distinct(table, self.distinct.as_ref(), &place, problems);
        let unless = self.unless.unwrap_or_default();
        let is_fallback = self.fallback.unwrap_or_default();
        let rule = Rule { table, file: self.file, when, unless, columns, entries, conditions, distinct, is_fallback };
        refuse_missing(&rule, &place, problems);
        Some(rule)
    }
}

fn check_columns(
    table: TableId,
    forms: BTreeMap<String, ColumnForm>,
    place: &str,
    lists: &CodeLists,
    problems: &mut Vec<String>,
) -> Vec<Mapped<String>> {
    let mut columns = Vec::new();
    for (name, form) in forms {
        if form.is_removal() {
            continue;
        }
        let Some(schema) = table.schema().columns.iter().find(|schema| schema.name == name) else {
            problems.push(format!("{place}: table `{}` has no column `{name}`", table.name()));
            continue;
        };
        let (source, split) = form.source(lists).unwrap_or_else(|problem| {
            problems.push(format!("{place}: column `{name}` {problem}"));
            (Source::Value(String::new()), Vec::new())
        });
        columns.push(Mapped { schema, source, split });
    }
    columns
}

fn check_entries(
    table: TableId,
    rows: Vec<BTreeMap<String, ColumnForm>>,
    columns: &[Mapped<String>],
    place: &str,
    lists: &CodeLists,
    problems: &mut Vec<String>,
) -> Vec<Vec<Mapped<String>>> {
    let mut entries = Vec::new();
    for (number, entry) in (1..).zip(rows) {
        let place = format!("{place}, row {number}");
        let entry = check_columns(table, entry, &place, lists, problems);
        if !entry.iter().any(|mapped| mapped.source.reads()) {
            problems.push(format!("{place}: at least one column must come from the file"));
        }
        for twice in entry.iter().filter(|mapped| columns.iter().any(|common| common.schema.name == mapped.schema.name)) {
            problems.push(format!("{place}: `{}` is given in `columns` too; keep one", twice.schema.name));
        }
        entries.push(entry);
    }
    if !entries.is_empty() && columns.iter().chain(entries.iter().flatten()).any(|mapped| !mapped.split.is_empty()) {
        problems.push(format!("{place}: `rows` and `split` cannot go together; write a rule for each"));
    }
    entries
}

/// A list of the values to keep, or a table with `in`, perhaps `reason`, and perhaps where the value comes from.
fn keep_if(name: String, value: Value, place: &str, lists: &CodeLists, problems: &mut Vec<String>) -> Option<Condition<String>> {
    let mut complain = |problem: &str| {
        problems.push(format!("{place}: `keep_if` of `{name}` {problem}"));
        None
    };
    let (values, reason, source) = match value {
        Value::Array(values) => (values, None, None),
        Value::Table(mut table) => {
            let (values, reason) = (table.remove("in"), table.remove("reason"));
            let source = (!table.is_empty()).then_some(Value::Table(table));
            let Some(Value::Array(values)) = values else { return complain("needs the values to keep as a list `in`") };
            (values, reason, source)
        }
        _ => return complain("must be the list of values to keep, or a table with such a list as `in`"),
    };
    let Some(values) = values.iter().map(scalar).collect::<Option<Vec<_>>>() else {
        return complain("has a value that is no text or number");
    };
    let source = match source.map(Value::try_into::<ColumnForm>) {
        None => Ok((Source::From(name.clone()), Vec::new())),
        Some(form) => form.map_err(|error| error.to_string()).and_then(|form| form.source(lists)),
    };
    let (source, _) = match source {
        Ok(source) => source,
        Err(problem) => return complain(&problem),
    };
    let reason = reason.as_ref().and_then(scalar).unwrap_or_else(|| format!("`{name}` is not {}", values.join(" or ")));
    let codes = Codes::new(values.into_iter().map(|value| (value.clone(), value)).collect());
    Some(Condition { name, source, wanted: Wanted::OneOf(Arc::new(codes)), reason })
}

/// Headers that a row must have a value for, as a list, or each with the reason why rows without are set aside.
fn required(value: Option<Value>, place: &str, problems: &mut Vec<String>) -> Vec<Condition<String>> {
    let named = match value {
        None => return Vec::new(),
        Some(Value::Array(names)) => names.iter().map(|name| Some((scalar(name)?, None))).collect::<Option<Vec<_>>>(),
        Some(Value::Table(reasons)) => reasons.into_iter().map(|(name, reason)| Some((name, Some(scalar(&reason)?)))).collect(),
        Some(_) => None,
    };
    let Some(named) = named else {
        problems.push(format!("{place}: `required` must be a list of headers, or a table of headers and reasons"));
        return Vec::new();
    };
    let condition = |(name, reason): (String, Option<String>)| {
        let reason = reason.unwrap_or_else(|| format!("without `{name}`"));
        Condition { source: Source::From(name.clone()), name, wanted: Wanted::Any, reason }
    };
    named.into_iter().map(condition).collect()
}

/// The columns that make a row distinct: `true` stands for the key of the table.
fn distinct(table: TableId, value: Option<&Value>, place: &str, problems: &mut Vec<String>) -> Vec<&'static str> {
    let schema = table.schema();
    let named = |value: &Value| schema.columns.iter().map(|column| column.name).find(|name| Some(*name) == value.as_str());
    let columns = match value {
        None | Some(Value::Boolean(false)) => return Vec::new(),
        Some(Value::Boolean(true)) => Some(schema.key.to_vec()),
        Some(Value::Array(listed)) => listed.iter().map(named).collect(),
        Some(_) => None,
    };
    columns.filter(|columns| !columns.is_empty()).unwrap_or_else(|| {
        problems.push(format!("{place}: `distinct` must be true for a table with a key, or a list of columns of `{}`", schema.name));
        Vec::new()
    })
}

fn refuse_missing(rule: &Rule, place: &str, problems: &mut Vec<String>) {
    let has = |columns: &[Mapped<String>], name| columns.iter().any(|mapped| mapped.schema.name == name);
    for schema in rule.table.schema().columns.iter().filter(|schema| schema.need != Need::Optional) {
        let in_entries = !rule.entries.is_empty() && rule.entries.iter().all(|entry| has(entry, schema.name));
        if !in_entries && !has(&rule.columns, schema.name) {
            problems.push(format!("{place}: nothing feeds the required column `{}`", schema.name));
        }
    }
    for name in rule.distinct.iter().filter(|name| !has(&rule.columns, name)) {
        problems.push(format!("{place}: `distinct` names `{name}`, which nothing feeds"));
    }
}
