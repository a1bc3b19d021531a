//! The acceptance checks of a data set.

use crate::claims::Claims;
use crate::failure::Failure;
use crate::result::page;
use crate::settings::{language, settings};
use crate::work::detached;
use claimsift::{Lang, acceptance};
use pyo3::prelude::*;
use std::sync::Arc;

/// What the checks found.
#[pyclass(frozen, module = "claimsift._internal")]
pub(crate) struct Acceptance {
    found: acceptance::Acceptance,
    lang: Lang,
}

#[pymethods]
impl Acceptance {
    /// All of it as JSON.
    #[getter]
    fn json(&self) -> PyResult<String> {
        Ok(serde_json::to_string(&self.found).map_err(|error| Failure::Internal(error.to_string()))?)
    }

    /// The checks as text.
    fn summary(&self, lang: Option<&str>, width: usize) -> PyResult<String> {
        Ok(claimsift_report::checks(&self.found, page(lang, self.lang, width)?))
    }
}

/// Checks a data set. The configuration is JSON.
#[pyfunction]
pub(crate) fn check(
    py: Python<'_>,
    claims: &Claims,
    config: &str,
    lang: &str,
    threads: Option<usize>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Acceptance> {
    let (settings, lang) = (settings(config)?, language(lang)?);
    let loaded = Arc::clone(&claims.loaded);
    let found =
        detached(py, threads, progress, move |watch| Ok(acceptance::examine(&loaded.claims, &loaded.report, &settings.checks, watch)?))?;
    Ok(Acceptance { found, lang })
}
