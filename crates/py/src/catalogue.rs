//! The detectors, and what each of them is in SQL.

use crate::failure::Failure;
use crate::settings::language;
use crate::table::Table;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use claimsift::claims::DERIVED_SQL;
use claimsift::detect::{Entry, Meta};
use claimsift::detectors::{CATALOGUE, find};
use pyo3::prelude::*;
use std::sync::Arc;

/// One row per detector, with titles in the language.
#[pyfunction]
pub(crate) fn detectors(lang: &str) -> PyResult<Table> {
    let lang = language(lang)?;
    let metas = || CATALOGUE.iter().map(Entry::meta);
    let text = |of: &dyn Fn(&'static Meta) -> String| Arc::new(metas().map(|meta| Some(of(meta))).collect::<StringArray>()) as ArrayRef;
    let parameters = CATALOGUE.iter().map(|entry| Some(entry.detector().parameters().to_string())).collect::<StringArray>();
    let columns = [
        ("code", text(&|meta| meta.code.to_string())),
        ("name", text(&|meta| meta.name.to_string())),
        ("title", text(&|meta| meta.title.get(lang).to_owned())),
        ("scheme", text(&|meta| meta.scheme.to_string())),
        ("tier", text(&|meta| meta.tier.to_string())),
        ("scope", text(&|meta| meta.scope.to_string())),
        ("needs", needs(metas())),
        ("parameters", Arc::new(parameters)),
        ("has_sql", Arc::new(metas().map(|meta| Some(meta.sql.is_some())).collect::<BooleanArray>())),
    ];
    let batch = RecordBatch::try_from_iter(columns).map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(batch.into())
}

fn needs(metas: impl Iterator<Item = &'static Meta>) -> ArrayRef {
    let mut list = ListBuilder::new(StringBuilder::new());
    for meta in metas {
        meta.needs.iter().for_each(|column| list.values().append_value(column));
        list.append(true);
    }
    Arc::new(list.finish())
}

/// The reference query of a detector, or of a table that such queries derive.
#[pyfunction]
pub(crate) fn sql(code_or_name: &str) -> PyResult<String> {
    if let Some((_, derived)) = DERIVED_SQL.iter().find(|(table, _)| *table == code_or_name) {
        return Ok((*derived).to_owned());
    }
    let hint = "`claimsift.detectors()` lists them";
    let entry = find(code_or_name).ok_or_else(|| Failure::Setting(format!("`{code_or_name}` is no detector; {hint}")))?;
    let meta = entry.meta();
    let none = || Failure::Setting(format!("{} ({}) has no reference SQL: it clusters", meta.code, meta.name));
    Ok(meta.sql.as_ref().ok_or_else(none)?.to_string())
}
