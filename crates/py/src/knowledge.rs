//! Knowledge folders: imports of workbooks, and what a folder holds.

use crate::failure::Failure;
use crate::work::detached;
use claimsift::tables::value::Date;
use claimsift_io::Knowledge;
use claimsift_io::knowledge::{FileCount, ImportOptions, import};
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Imports workbooks into a folder; what became of their rows as JSON.
#[pyfunction]
pub(crate) fn import_knowledge(
    py: Python<'_>,
    files: Vec<PathBuf>,
    out: PathBuf,
    valid_from: Option<String>,
    source: Option<String>,
) -> PyResult<String> {
    let valid_from = valid_from.map(|day| day.parse::<Date>()).transpose();
    let valid_from = valid_from.map_err(|error| Failure::Setting(format!("`valid_from`: {error}")))?;
    detached(py, None, None, move |_| {
        let imported = import(&files, &ImportOptions { valid_from, source })?;
        let version = imported.write(&out)?;
        let files: Vec<Value> = imported.files.iter().map(counts).collect();
        let whole = json!({
            "version": version,
            "files": files,
            "tables": imported.counts(),
            "reported": imported.report.len(),
            "conflicts": imported.conflicts.len(),
        });
        Ok(whole.to_string())
    })
}

fn counts(of: &FileCount) -> Value {
    json!({"file": of.file, "read": of.read, "imported": of.imported, "reported": of.reported, "points": of.points})
}

/// What knowledge folders hold, as JSON; the one that comes with the program where none is named.
#[pyfunction]
pub(crate) fn knowledge_folders(py: Python<'_>, folders: Vec<String>) -> PyResult<String> {
    detached(py, None, None, move |_| {
        let identities = Knowledge::open(&folders)?.identities();
        serde_json::to_string(&identities).map_err(|error| Failure::Internal(error.to_string()))
    })
}
