//! A data set: where it comes from, and what has been read of it.

use crate::failure::Failure;
use crate::table::Table;
use crate::watch::Watch;
use crate::work::detached;
use claimsift::Settings;
use claimsift::intake::IntakeReport;
use claimsift::outputs;
use claimsift::tables::TableId;
use claimsift::tables::value::Date;
use claimsift_cli::{InputManifest, NoClaims, check_rejects, load_columns, open_input, table_reports};
use claimsift_io::{Fingerprint, Input, Knowledge, LayoutChoice};
use pyo3::prelude::*;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A data set, with the columns that detectors read.
#[pyclass(frozen, module = "claimsift._internal")]
pub(crate) struct Claims {
    pub(crate) source: Arc<Source>,
    pub(crate) loaded: Arc<Loaded>,
}

/// Files or tables in memory.
pub(crate) struct Source {
    input: Input,
    pub(crate) knowledge: Knowledge,
    pub(crate) manifest: InputManifest,
    max_rejects: f64,
}

/// What has been read.
pub(crate) struct Loaded {
    /// `table.column`; `None` is every column.
    columns: Option<BTreeSet<String>>,
    pub(crate) claims: claimsift::Claims,
    pub(crate) report: IntakeReport,
}

impl Loaded {
    fn of(
        input: &Input,
        knowledge: &Knowledge,
        max_rejects: f64,
        columns: Option<BTreeSet<String>>,
        as_of: Option<Date>,
        watch: &Watch,
    ) -> Result<Self, Failure> {
        let (claims, report) = load_columns(input, knowledge, columns.clone(), as_of, watch)?;
        check_rejects(&report, max_rejects)?;
        Ok(Self { columns, claims, report })
    }
}

impl Source {
    fn load(&self, columns: Option<BTreeSet<String>>, as_of: Option<Date>, watch: &Watch) -> Result<Loaded, Failure> {
        Loaded::of(&self.input, &self.knowledge, self.max_rejects, columns, as_of, watch)
    }

    /// What was read, or the same as of another day.
    pub(crate) fn as_of(&self, loaded: &Arc<Loaded>, day: Option<Date>, watch: &Watch) -> Result<Arc<Loaded>, Failure> {
        if day.is_none_or(|day| day == loaded.claims.as_of()) {
            return Ok(Arc::clone(loaded));
        }
        self.load(loaded.columns.clone(), day, watch).map(Arc::new)
    }

    /// What was read with every column there is; `None` if it has them already. Files must not have changed.
    pub(crate) fn whole(&self, loaded: &Loaded, watch: &Watch) -> Result<Option<Loaded>, Failure> {
        if self.is_whole(loaded) {
            return Ok(None);
        }
        let whole = self.load(None, Some(loaded.claims.as_of()), watch);
        // Files that have changed may not be readable at all; that they have changed is what to say.
        if !Fingerprint::all_agree(&self.input.fingerprints()?, &self.manifest.files) {
            let place = &self.manifest.path;
            return Err(Failure::Values(format!("{place}: the data set has changed since it was read; read and screen it again")));
        }
        whole.map(Some)
    }

    fn is_whole(&self, loaded: &Loaded) -> bool {
        let has = |table: TableId, column: &str| loaded.claims.has_column(&format!("{}.{column}", table.name()));
        self.input.tables().into_iter().all(|table| self.input.columns(table).into_iter().all(|column| has(table, column)))
    }
}

#[pymethods]
impl Claims {
    /// Reads a folder, file or database.
    #[staticmethod]
    fn read(
        py: Python<'_>,
        path: PathBuf,
        layout: String,
        max_rejects: f64,
        knowledge: Vec<String>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let max_rejects = share(max_rejects)?;
        detached(py, threads, progress, move |watch| {
            let input = open_input(&path, &layout)?;
            Self::load(input, Knowledge::open(&knowledge)?, max_rejects, watch, |input| Ok(InputManifest::of(&path, &layout, input)?))
        })
    }

    /// Takes the tables of a database under their own names, each a frame, as the layout recognises them.
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python method")]
    fn of_database(
        py: Python<'_>,
        place: PathBuf,
        tables: Vec<(String, Bound<'_, PyAny>)>,
        layout: String,
        max_rejects: f64,
        knowledge: Vec<String>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let max_rejects = share(max_rejects)?;
        let mut taken = Vec::new();
        for (name, given) in tables {
            let Table { schema, batches } = Table::taken_from(&name, &given)?;
            taken.push((name, schema, batches));
        }
        detached(py, threads, progress, move |watch| {
            let input = Input::of_named_tables(&place, &LayoutChoice::parse(&layout), taken)?.with_decoders(rayon::current_num_threads());
            if !input.tables().contains(&TableId::ClaimTable) {
                return Err(NoClaims::of(&place).into());
            }
            Self::load(input, Knowledge::open(&knowledge)?, max_rejects, watch, |input| Ok(InputManifest::of(&place, &layout, input)?))
        })
    }

    /// Takes named tables, each a frame or a list of batches.
    #[staticmethod]
    fn of_tables(
        py: Python<'_>,
        tables: Vec<(String, Bound<'_, PyAny>)>,
        max_rejects: f64,
        knowledge: Vec<String>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let max_rejects = share(max_rejects)?;
        let mut taken = Vec::new();
        for (name, given) in tables {
            let table = TableId::ALL.iter().copied().find(|table| table.name() == name);
            let table = table.ok_or_else(|| Failure::Columns(format!("there is no table `{name}`")))?;
            let Table { schema, batches } = Table::taken_from(&name, &given)?;
            taken.push((table, schema, batches));
        }
        detached(py, threads, progress, move |watch| {
            let input = Input::of_tables(taken)?.with_decoders(rayon::current_num_threads());
            let layout = input.layout().name().to_owned();
            let (path, layout_choice) = (String::new(), layout.clone());
            let manifest = InputManifest { path, layout, layout_choice, files: Vec::new(), not_read: Vec::new(), placed: Vec::new() };
            Self::load(input, Knowledge::open(&knowledge)?, max_rejects, watch, |_| Ok(manifest))
        })
    }

    /// Rows that were not kept.
    #[getter]
    fn rejects(&self) -> Table {
        outputs::rejects(&self.loaded.report.rejects).into()
    }

    /// What became of the rows of each table, as JSON.
    #[getter]
    fn report(&self) -> PyResult<String> {
        let report = serde_json::to_string(&table_reports(&self.loaded.report));
        Ok(report.map_err(|error| Failure::Internal(error.to_string()))?)
    }

    /// The day up to which open stays count.
    #[getter]
    fn as_of(&self) -> String {
        self.loaded.claims.as_of().to_string()
    }

    /// The folder, file or address; empty for tables in memory.
    #[getter]
    fn path(&self) -> String {
        self.source.manifest.path.clone()
    }

    /// The layout that was recognised.
    #[getter]
    fn layout(&self) -> String {
        self.source.manifest.layout.clone()
    }

    /// The number of claims.
    #[getter]
    fn num_claims(&self) -> usize {
        self.loaded.claims.len()
    }
}

impl Claims {
    /// Loads what detectors read. The manifest is made afterwards: a database is known by what was read of it.
    fn load(
        input: Input,
        knowledge: Knowledge,
        max_rejects: f64,
        watch: &Watch,
        manifest: impl FnOnce(&Input) -> Result<InputManifest, Failure>,
    ) -> Result<Self, Failure> {
        let loaded = Loaded::of(&input, &knowledge, max_rejects, Some(Settings::new().columns()), None, watch)?;
        let manifest = manifest(&input)?;
        Ok(Self { source: Arc::new(Source { input, knowledge, manifest, max_rejects }), loaded: Arc::new(loaded) })
    }
}

fn share(max_rejects: f64) -> Result<f64, Failure> {
    let wrong = || Failure::Setting(format!("`max_rejects` must be a share from 0 to 1; it is {max_rejects}"));
    if (0.0..=1.0).contains(&max_rejects) { Ok(max_rejects) } else { Err(wrong()) }
}
