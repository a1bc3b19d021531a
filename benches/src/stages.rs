//! One screen, stage by stage.

use anyhow::{Context, Result};
use claimsift::intake::{Intake, IntakeError, IntakeOptions};
use claimsift::norms::Norms;
use claimsift::observe::Silent;
use claimsift::tables::TableId;
use claimsift::{Claims, Lang, Settings, outputs};
use claimsift_io::{Input, LayoutChoice, ReadError};
use std::path::Path;
use std::time::Instant;

/// A stage with the time it took.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) seconds: f64,
    pub(crate) rows: u64,
}

#[derive(Debug)]
struct LoadError(anyhow::Error);

impl From<ReadError> for LoadError {
    fn from(error: ReadError) -> Self {
        Self(error.into())
    }
}

impl From<IntakeError> for LoadError {
    fn from(error: IntakeError) -> Self {
        Self(error.into())
    }
}

/// Screens a county once.
pub(crate) fn run(county: &Path) -> Result<Vec<Stage>> {
    let settings = Settings::new();
    let mut stages = Vec::new();
    let claims = load(county, &settings, &mut stages)?;
    let lines = claims.line_count() as u64;
    let norms = timed(&mut stages, "norms", lines, || Norms::build(&claims, &settings.wanted_norms(), &settings.norm_settings(), &Silent))?;
    let screening = timed(&mut stages, "detection and scores", lines, || {
        claimsift::pipeline::screen_with(&claims, &settings, &norms, Lang::En, &Silent)
    })?;
    timed(&mut stages, "result tables", claims.len() as u64, || outputs::tables(&screening, &claims, Lang::En));
    Ok(stages)
}

fn load(county: &Path, settings: &Settings, stages: &mut Vec<Stage>) -> Result<Claims> {
    let input = Input::open(county, &LayoutChoice::Auto)?.with_decoders(rayon::current_num_threads());
    let columns = settings.columns();
    let options = IntakeOptions { columns: Some(columns.clone()), with_texts: false, ..IntakeOptions::all() };
    let mut intake = Intake::new(options.clone(), &Silent);
    let mut tables = input.tables();
    tables.retain(|table| columns.iter().any(|column| column.starts_with(&format!("{}.", table.name()))));
    tables.sort_unstable();
    for table in tables {
        let wanted: Vec<&str> = input.columns(table).into_iter().filter(|column| options.wants(table, column)).collect();
        let rows = input.rows_hint(table).unwrap_or(0);
        let decoded =
            timed(stages, &format!("decode {}", table.name()), rows, || input.read(table, &wanted).try_for_each(|chunk| chunk.map(drop)));
        decoded.with_context(|| table.name())?;
        let chunks = input.read(table, &wanted).map(|chunk| chunk.map_err(LoadError::from));
        intake.expect(table, rows);
        timed(stages, &format!("decode, encode {}", table.name()), rows, || intake.table(table, chunks)).map_err(|error| error.0)?;
    }
    let rows = input.rows_hint(TableId::LineTable).unwrap_or(0);
    Ok(timed(stages, "grouping", rows, || intake.finish())?.0)
}

fn timed<T>(stages: &mut Vec<Stage>, name: &str, rows: u64, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    stages.push(Stage { name: name.to_owned(), seconds: start.elapsed().as_secs_f64(), rows });
    result
}

/// The median of each stage over runs.
pub(crate) fn median(runs: &[Vec<Stage>]) -> Vec<Stage> {
    let Some(first) = runs.first() else { return Vec::new() };
    let of = |at: usize| {
        let mut seconds: Vec<f64> = runs.iter().filter_map(|run| run.get(at)).map(|stage| stage.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        Stage { seconds: seconds[seconds.len() / 2], ..first[at].clone() }
    };
    (0..first.len()).map(of).collect()
}
