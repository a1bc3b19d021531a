//! Where a column comes from, as it is written.

use super::codes::Codes;
use super::form::{CodeLists, Unknown};
use super::form_units::{UnitsForm, UnitsOf};
use super::source::{Lookup, Source};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Value;

const WANTED: &str = "must be a header, or a table with one of `from`, `value`, `sum`, `join`, `first`, `finest`, `lookup` and `units`";

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum ColumnForm {
    Header(String),
    Table(Box<SourceForm>),
    Other(Value),
}

#[derive(Clone, Deserialize)]
pub(super) struct SourceForm {
    from: Option<String>,
    value: Option<Value>,
    sum: Option<Vec<ColumnForm>>,
    join: Option<Vec<ColumnForm>>,
    first: Option<Vec<ColumnForm>>,
    finest: Option<Vec<ColumnForm>>,
    lookup: Option<String>,
    codes: Option<CodesForm>,
    missing: Option<Value>,
    with: Option<String>,
    by: Option<Many<ColumnForm>>,
    key: Option<Many<String>>,
    take: Option<String>,
    all: Option<bool>,
    before: Option<String>,
    pseudonym: Option<bool>,
    units: Option<UnitsOf>,
    of: Option<String>,
    bound: Option<String>,
    split: Option<Many<String>>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum CodesForm {
    Named(String),
    Listed(BTreeMap<String, String>),
}

/// One, or a list.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Many<T> {
    List(Vec<T>),
    One(T),
}

impl<T> Many<T> {
    pub(super) fn list(self) -> Vec<T> {
        match self {
            Self::List(list) => list,
            Self::One(one) => vec![one],
        }
    }
}

impl ColumnForm {
    /// Whether it says that the column is not to be read.
    pub(super) fn is_removal(&self) -> bool {
        matches!(self, Self::Other(Value::Boolean(false)))
    }

    /// Puts the units of the layout in the place of their name.
    pub(super) fn give_units(&mut self, known: &BTreeMap<String, UnitsForm>) {
        if let Self::Table(form) = self
            && let Some(units) = &mut form.units
        {
            units.give(known);
        }
    }

    /// The source, and the texts that divide its cells.
    pub(super) fn source(self, lists: &CodeLists) -> Result<(Source<String>, Vec<String>), String> {
        match self {
            Self::Header(column) => Ok((Source::From(column), Vec::new())),
            Self::Table(mut form) => {
                let split = form.split.take().map_or_else(Vec::new, Many::list);
                if split.iter().any(String::is_empty) {
                    return Err("has an empty text in `split`".to_owned());
                }
                Ok((form.source(lists)?, split))
            }
            Self::Other(value) => Err(format!("{WANTED}, not {value}")),
        }
    }

    /// The source as a part of another.
    pub(super) fn part(self, lists: &CodeLists) -> Result<Source<String>, String> {
        match self.source(lists)? {
            (source, split) if split.is_empty() => Ok(source),
            _ => Err("has a `split` inside; it belongs to the column as a whole".to_owned()),
        }
    }
}

impl SourceForm {
    fn source(mut self, lists: &CodeLists) -> Result<Source<String>, String> {
        if let Some(field) = self.unknown.keys().next() {
            let known = "from, value, sum, join, first, finest, lookup, units, codes, missing, with, by, key, take, all, before, pseudonym, of, bound, split";
            return Err(format!("has an unknown field `{field}`; known are {known}"));
        }
        let codes = self.codes.take().map(|form| form.codes(lists)).transpose()?;
        let (before, is_hidden) = (self.before.take(), self.pseudonym.take().unwrap_or_default());
        let source = match self.units.take() {
            Some(units) => units.source(self.of.take(), self.bound.as_deref(), lists)?,
            None => self.plain(lists)?,
        };
        let source = match before {
            None => source,
            Some(text) => Source::Before(Box::new(source), text),
        };
        let source = if is_hidden { Source::Pseudonym(Box::new(source)) } else { source };
        Ok(match codes {
            None => source,
            Some(codes) => Source::Coded(Box::new(source), codes),
        })
    }

    fn plain(self, lists: &CodeLists) -> Result<Source<String>, String> {
        let Self { from, value, sum, join, first, finest, lookup, missing, with, by, key, take, all, .. } = self;
        let parts = |forms: Vec<ColumnForm>, field: &str| {
            if forms.is_empty() {
                return Err(format!("has an empty `{field}`: name at least one header"));
            }
            forms.into_iter().map(|form| form.part(lists)).collect::<Result<Vec<_>, _>>()
        };
        let missing = missing.map(|value| scalar(&value).ok_or("has a `missing` that is not a number")).transpose()?;
        match (from, value, sum, join, first, finest, lookup, missing, with, by, key, take) {
            (Some(column), None, None, None, None, None, None, None, None, None, None, None) => Ok(Source::From(column)),
            (None, Some(value), None, None, None, None, None, None, None, None, None, None) => {
                scalar(&value).map(Source::Value).ok_or_else(|| "has a `value` that is not a text, number or truth value".to_owned())
            }
            (None, None, Some(sum), None, None, None, None, missing, None, None, None, None) => {
                Ok(Source::Sum { parts: parts(sum, "sum")?, missing })
            }
            (None, None, None, Some(join), None, None, None, None, with, None, None, None) => {
                Ok(Source::Join { parts: parts(join, "join")?, with: with.unwrap_or_default() })
            }
            (None, None, None, None, Some(first), None, None, None, None, None, None, None) => Ok(Source::First(parts(first, "first")?)),
            (None, None, None, None, None, Some(finest), None, None, None, None, None, None) => {
                Ok(Source::Finest(parts(finest, "finest")?))
            }
            (None, None, None, None, None, None, Some(file), None, None, Some(by), key, take) => {
                look_up(file, parts(by.list(), "by")?, key.map(Many::list), take, all.unwrap_or_default())
            }
            _ => Err(format!(
                "{WANTED}; `missing` goes with `sum`, `with` with `join`, and `lookup` with `by` and, if wanted, `key` and `take`"
            )),
        }
    }
}

fn look_up(
    file: String,
    by: Vec<Source<String>>,
    key: Option<Vec<String>>,
    take: Option<String>,
    takes_all: bool,
) -> Result<Source<String>, String> {
    let same = || by.iter().map(|source| if let Source::From(header) = source { Some(header.clone()) } else { None }).collect();
    let key: Option<Vec<String>> = key.map_or_else(same, Some);
    let key = key.filter(|key| key.len() == by.len());
    let key = key.ok_or("needs a `key` with as many headers as `by`: without one, `by` must be headers that the other file has too")?;
    if takes_all && take.is_none() {
        return Err("has an `all` without the header to `take`".to_owned());
    }
    Ok(Source::Lookup { by, lookup: Lookup { file, key, take, takes_all } })
}

impl CodesForm {
    fn codes(self, lists: &CodeLists) -> Result<Arc<Codes>, String> {
        match self {
            Self::Listed(list) => Ok(Arc::new(Codes::new(list.into_iter().collect()))),
            Self::Named(name) => {
                lists.get(&name).cloned().ok_or_else(|| format!("speaks of the code list `{name}`, which is not there: add [codes.{name}]"))
            }
        }
    }
}

pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        Value::Datetime(moment) => Some(moment.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}
