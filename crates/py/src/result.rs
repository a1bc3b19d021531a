//! A screening and what can be asked of it.

use crate::claims::{Claims, Loaded, Source};
use crate::failure::Failure;
use crate::settings::{json_of_toml, language, settings};
use crate::table::Table;
use crate::watch::Watch;
use crate::work::detached;
use arrow_array::RecordBatch;
use claimsift::observe::Observer;
use claimsift::{Finding, Lang, Screening, Settings, acceptance, outputs};
use claimsift_cli::{Manifest, check_fatal, table_reports};
use claimsift_io::{ResultFolder, Store};
use claimsift_report::{Context, Page, Style};
use pyo3::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What a screening found.
#[pyclass(frozen, module = "claimsift._internal")]
pub(crate) struct Result {
    pub(crate) screened: Arc<Screened>,
}

/// A data set with its settings and what was found.
pub(crate) struct Screened {
    source: Arc<Source>,
    pub(crate) loaded: Arc<Loaded>,
    settings: Settings,
    lang: Lang,
    pub(crate) screening: Screening,
    tables: Vec<(&'static str, RecordBatch)>,
    manifest: Manifest,
    timings: Vec<(String, f64)>,
    /// The same with every column of the data set, for working papers; made when the first is asked for.
    whole: OnceLock<Whole>,
}

/// `None` where what was screened has every column.
type Whole = Option<(claimsift::Claims, Screening)>;

/// Screens a data set. The configuration is JSON.
#[pyfunction]
pub(crate) fn screen(
    py: Python<'_>,
    claims: &Claims,
    config: &str,
    lang: &str,
    threads: Option<usize>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Result> {
    let (settings, lang) = (settings(config)?, language(lang)?);
    let (source, loaded) = (Arc::clone(&claims.source), Arc::clone(&claims.loaded));
    let screened = detached(py, threads, progress, move |watch| Screened::of(source, &loaded, settings, lang, watch))?;
    Ok(Result { screened: Arc::new(screened) })
}

/// A configuration file's text (TOML) as JSON.
#[pyfunction]
pub(crate) fn toml_as_json(text: &str) -> PyResult<String> {
    Ok(json_of_toml(text)?)
}

impl Screened {
    fn of(source: Arc<Source>, loaded: &Arc<Loaded>, settings: Settings, lang: Lang, watch: &Watch) -> std::result::Result<Self, Failure> {
        let loaded = source.as_of(loaded, settings.as_of, watch)?;
        let acceptance = acceptance::examine(&loaded.claims, &loaded.report, &settings.checks, watch)?;
        check_fatal(&acceptance, &settings.checks.fatal, lang)?;
        watch.begin("norms", 0);
        let screening = claimsift::screen(&loaded.claims, &settings, lang, watch)?;
        watch.begin("tables", 0);
        let mut tables = outputs::tables(&screening, &loaded.claims, lang);
        tables.push(("rejects", outputs::rejects(&loaded.report.rejects)));
        let manifest = Manifest::of(
            (source.manifest.clone(), source.knowledge.identities()),
            &settings,
            lang,
            &loaded.claims,
            table_reports(&loaded.report),
            &screening,
        )
        .with_acceptance(acceptance);
        let timings = watch.finish();
        Ok(Self { source, loaded, settings, lang, screening, tables, manifest, timings, whole: OnceLock::new() })
    }

    fn explain(&self, subject: &str, page: Page, watch: &Watch) -> std::result::Result<String, Failure> {
        let whole = if let Some(whole) = self.whole.get() {
            whole
        } else {
            let whole = self.read_whole(watch)?;
            self.whole.get_or_init(|| whole)
        };
        let (claims, screening) = whole.as_ref().map_or((&self.loaded.claims, &self.screening), |(claims, screening)| (claims, screening));
        let context = Context::new(claims, &self.settings, screening, page);
        let wanted = "give the id of a claim, a provider, or a finding (its first characters are enough)";
        claimsift_report::explain(&context, subject)
            .ok_or_else(|| Failure::Values(format!("`{subject}` is neither a claim, a finding nor a provider of this run; {wanted}")))
    }

    fn read_whole(&self, watch: &Watch) -> std::result::Result<Whole, Failure> {
        let Some(Loaded { claims, .. }) = self.source.whole(&self.loaded, watch)? else { return Ok(None) };
        watch.begin("findings", 0);
        let near_misses = self.screening.near_misses.iter().map(|miss| &miss.finding);
        let candidates: Vec<Finding> = self.screening.findings.iter().chain(near_misses).cloned().collect();
        let assessments = self.screening.assessments.clone();
        // Deciding the same candidates by the same settings gives the same result on claims with more columns.
        let screening = claimsift::rescore(&claims, &self.settings, &self.settings, candidates, assessments, self.lang, watch)?;
        Ok(Some((claims, screening)))
    }

    fn save(&self, out: &std::path::Path, watch: &Watch) -> std::result::Result<(), Failure> {
        let folder = ResultFolder::create(out)?;
        watch.begin("writing", self.tables.len() as u64);
        for (name, batch) in &self.tables {
            folder.write_table(name, batch)?;
            watch.advance("writing", 1);
        }
        folder.write_text("manifest.json", &(pretty(&self.manifest)? + "\n"))?;
        let timings: Map<String, Value> = self.timings.iter().map(|(stage, seconds)| (stage.clone(), (*seconds).into())).collect();
        folder.write_text("timings.json", &(pretty(&timings)? + "\n"))?;
        Ok(folder.commit()?)
    }
}

impl Screened {
    fn write(&self, address: &str, watch: &Watch) -> std::result::Result<String, Failure> {
        watch.begin("writing", 0);
        let mut store = Store::open(address)?;
        self.manifest.store(&mut store, &self.tables)?;
        store.commit()?;
        Ok(self.manifest.run_id.clone())
    }
}

fn pretty(value: &impl Serialize) -> std::result::Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| Failure::Internal(error.to_string()))
}

pub(crate) fn page(lang: Option<&str>, default: Lang, width: usize) -> std::result::Result<Page, Failure> {
    Ok(Page { lang: lang.map_or(Ok(default), language)?, width, style: Style::default() })
}

#[pymethods]
impl Result {
    /// A table by its name.
    fn table(&self, name: &str) -> PyResult<Table> {
        let found = self.screened.tables.iter().find(|(known, _)| *known == name);
        let (_, batch) = found.ok_or_else(|| Failure::Setting(format!("a result has no table `{name}`")))?;
        Ok(batch.clone().into())
    }

    /// The manifest as JSON.
    #[getter]
    fn manifest(&self) -> PyResult<String> {
        Ok(pretty(&self.screened.manifest)?)
    }

    /// The number of leads above the gate.
    #[getter]
    fn leads_above_gate(&self) -> u64 {
        self.screened.manifest.leads_above_gate
    }

    /// What the run took in and found, as text.
    fn summary(&self, lang: Option<&str>, width: usize) -> PyResult<String> {
        let screened = &self.screened;
        let page = page(lang, screened.lang, width)?;
        let checks = claimsift_report::checks_in_brief(&screened.manifest.acceptance, page);
        let summary = claimsift_report::summary(&screened.screening, &screened.loaded.report, &screened.loaded.claims, page);
        Ok(format!("{checks}{summary}"))
    }

    /// The working paper of a claim, a finding or a provider.
    fn explain(
        &self,
        py: Python<'_>,
        subject: String,
        lang: Option<&str>,
        width: usize,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let page = page(lang, self.screened.lang, width)?;
        let screened = Arc::clone(&self.screened);
        detached(py, threads, progress, move |watch| screened.explain(&subject, page, watch))
    }

    /// Writes a result into a database and returns the id of its run.
    fn write(&self, py: Python<'_>, address: String, threads: Option<usize>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let screened = Arc::clone(&self.screened);
        detached(py, threads, progress, move |watch| screened.write(&address, watch))
    }

    /// Writes the files of a result.
    fn save(&self, py: Python<'_>, out: PathBuf, threads: Option<usize>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let screened = Arc::clone(&self.screened);
        detached(py, threads, progress, move |watch| screened.save(&out, watch))
    }
}
