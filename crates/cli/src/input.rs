//! From a folder to claims in memory.

use crate::exit::{FatalChecks, TooManyRejects};
use crate::progress::Progress;
use claimsift::acceptance::Acceptance;
use claimsift::intake::{Intake, IntakeError, IntakeOptions, IntakeReport};
use claimsift::observe::Observer;
use claimsift::tables::TableId;
use claimsift::tables::value::Date;
use claimsift::{Claims, Lang};
use claimsift_io::{Input, Knowledge, LayoutChoice, ReadError, place_of};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Why an input cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The reader's error.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Intake's error.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// There is nothing to screen.
    #[error(transparent)]
    NoClaims(#[from] NoClaims),
}

fn into_anyhow(error: LoadError) -> anyhow::Error {
    match error {
        LoadError::Read(error) => anyhow::Error::new(error),
        LoadError::Intake(error) => anyhow::Error::new(error),
        LoadError::NoClaims(error) => anyhow::Error::new(error),
    }
}

/// A data set without its one required table.
#[derive(Debug, thiserror::Error)]
#[error("{0}: no table `claims`; name its file `claims` (such as claims.parquet), or say with `--layout FILE` which file it is")]
pub struct NoClaims(String);

impl NoClaims {
    /// Of the input at this path or address.
    pub fn of(path: &Path) -> Self {
        Self(place_of(path))
    }
}

/// Opens an input for a command.
pub(crate) fn open(path: &Path, layout: &str) -> anyhow::Result<Input> {
    open_input(path, layout).map_err(into_anyhow)
}

/// Opens an input that has claims, in the layout given by its name, path or `auto`.
pub fn open_input(path: &Path, layout: &str) -> Result<Input, LoadError> {
    let input = Input::open(path, &LayoutChoice::parse(layout))?;
    if !input.tables().contains(&TableId::ClaimTable) {
        return Err(NoClaims::of(path).into());
    }
    Ok(input.with_decoders(rayon::current_num_threads()))
}

/// Loads an input for a command.
pub(crate) fn load(
    input: &Input,
    knowledge: &Knowledge,
    columns: Option<BTreeSet<String>>,
    as_of: Option<Date>,
    progress: &Progress,
) -> anyhow::Result<(Claims, IntakeReport)> {
    load_columns(input, knowledge, columns, as_of, progress).map_err(into_anyhow)
}

/// Reads the tables of which a column is wanted (`table.column`; `None` wants all), the rows of knowledge folders after those of the data set. Each
/// table is a stage of its own to the observer.
pub fn load_columns(
    input: &Input,
    knowledge: &Knowledge,
    columns: Option<BTreeSet<String>>,
    as_of: Option<Date>,
    observer: &dyn Observer,
) -> Result<(Claims, IntakeReport), LoadError> {
    let with_texts = columns.is_none();
    let options =
        IntakeOptions { columns, with_texts, zone_seconds: i32::try_from(input.layout().zone().seconds()).unwrap_or(8 * 3600), as_of };
    let is_wanted = |table: TableId| {
        let prefix = format!("{}.", table.name());
        table == TableId::ClaimTable
            || options.columns.as_ref().is_none_or(|columns| columns.iter().any(|column| column.starts_with(&prefix)))
    };
    let tables: BTreeSet<TableId> = input.tables().into_iter().chain(knowledge.tables()).filter(|&table| is_wanted(table)).collect();
    let mut intake = Intake::new(options.clone(), observer);
    for table in tables {
        let columns: BTreeSet<&str> = input.columns(table).into_iter().chain(knowledge.columns(table)).collect();
        let wanted: Vec<&str> = columns.into_iter().filter(|column| options.wants(table, column)).collect();
        let rows = input.rows_hint(table).unwrap_or(0);
        observer.begin(table.name(), rows);
        intake.expect(table, rows);
        let chunks = input.read(table, &wanted).chain(knowledge.read(table, &wanted)).map(|chunk| chunk.map_err(LoadError::from));
        intake.table(table, chunks)?;
    }
    input.release();
    observer.begin("grouping", 0);
    Ok(intake.finish()?)
}

/// Rejects printed when there are too many.
const SHOWN: usize = 10;

/// Fails if a table has more rejects than allowed, showing the first of them.
pub fn check_rejects(report: &IntakeReport, max_rejects: f64) -> Result<(), TooManyRejects> {
    let over = report.over(max_rejects);
    if over.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::new();
    for table in &over {
        let counts = &report.tables[table];
        lines.push(format!("table `{table}`: {} of {} rows rejected", counts.rejected, counts.read));
    }
    let rejected = || report.rejects.iter().filter(|reject| !reject.is_repeat && over.contains(&reject.table));
    for reject in rejected().take(SHOWN) {
        let column = if reject.column.is_empty() { String::new() } else { format!(", column `{}`", reject.column) };
        lines.push(format!("  {}, row {}{column}, value `{}`: {}", reject.file, reject.row, reject.value, reject.reason));
    }
    let mut kinds: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    rejected().for_each(|reject| *kinds.entry((reject.table, reject.column, &reject.reason)).or_default() += 1);
    if rejected().count() > SHOWN {
        lines.push("all of them, by reason:".to_owned());
        lines.extend(kinds.iter().take(SHOWN).map(|((table, column, reason), count)| format!("  {count} × {table}.{column}: {reason}")));
    }
    lines.push(format!(
        "correct the rows, or accept them with `--max-rejects` above {:.2}%",
        100.0 * over.iter().map(|table| share(&report.tables[table])).fold(0.0, f64::max)
    ));
    Err(TooManyRejects(format!("too many rejected rows\n{}", lines.join("\n"))))
}

/// Fails if a check fails that is fatal, naming the worst offenders and what to do.
pub fn check_fatal(acceptance: &Acceptance, fatal: &[u8], lang: Lang) -> Result<(), FatalChecks> {
    let failed: Vec<String> = acceptance
        .failed()
        .filter(|verdict| fatal.contains(&verdict.number))
        .map(|verdict| claimsift_report::failed_check(verdict, lang))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let (head, hint) = match lang {
        Lang::En => ("the data fail checks that `checks.fatal` names", "`claimsift check` prints all of it"),
        Lang::Zh => ("数据未通过配置项 checks.fatal 指定的检查", "`claimsift check` 可打印全部结果"),
    };
    Err(FatalChecks(format!("{head}\n{}\n{hint}", failed.join("\n"))))
}

fn share(report: &claimsift::intake::TableReport) -> f64 {
    report.rejected as f64 / report.read.max(1) as f64
}
