//! Knowledge folders: imports of workbooks, and what a folder holds.

use crate::failure::Failure;
use crate::work::detached;
use claimsift_io::Knowledge;
use claimsift_io::knowledge::{ImportOptions, import};
use pyo3::prelude::*;
use serde_json::json;
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
    let valid_from = valid_from.map(|day| day.parse()).transpose();
    let valid_from = valid_from.map_err(|error: String| Failure::Setting(format!("`valid_from`: {error}")))?;
    detached(py, None, None, move |_| {
        let imported = import(&files, &ImportOptions { valid_from, source })?;
        let version = imported.write(&out)?;
        let files: Vec<_> = imported.files.iter().map(|file| {
            json!({"file": file.file, "read": file.read, "imported": file.imported, "reported": file.reported, "points": file.points})
        }).collect();
        let counts = json!({
            "version": version,
            "files": files,
            "tables": imported.counts(),
            "reported": imported.report.len(),
            "conflicts": imported.conflicts.len(),
        });
        Ok(counts.to_string())
    })
}

/// What knowledge folders hold, as JSON; the one that comes with the program where none is named.
#[pyfunction]
pub(crate) fn knowledge_folders(py: Python<'_>, folders: Vec<String>) -> PyResult<String> {
    detached(py, None, None, move |_| {
        let identities = Knowledge::open(&folders)?.identities();
        serde_json::to_string(&identities).map_err(|error| Failure::Internal(error.to_string()))
    })
}
