//! `claimsift check`: the acceptance checks of a delivery.

use super::print;
use crate::args::{Common, Reading};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::{config, input};
use claimsift::acceptance::{self, Acceptance};
use claimsift::intake::{IntakeError, IntakeReport};
use claimsift::{Claims, Settings};
use claimsift_io::{Knowledge, ReadError};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Folder (or file) with the data set
    pub(crate) input: PathBuf,
    /// Configuration file (TOML), with tolerances in its section `checks`
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Rejects are counted by the checks and stop nothing here; `--max-rejects` is for other commands.
pub(crate) fn run(options: &Check, common: &Common) -> anyhow::Result<Exit> {
    let settings = config::of_file(options.config.as_deref())?;
    let progress = Progress::new(common);
    let acceptance = examine(options, &settings, &progress)?;
    progress.finish();
    if options.json {
        print(&serde_json::to_string_pretty(&acceptance)?)?;
    } else {
        print(&claimsift_report::checks(&acceptance, common.lang()))?;
    }
    Ok(if acceptance.failed().next().is_some() { Exit::ChecksFailed } else { Exit::Done })
}

fn examine(options: &Check, settings: &Settings, progress: &Progress) -> anyhow::Result<Acceptance> {
    match load(options, settings, progress) {
        Ok((claims, report)) => Ok(acceptance::examine(&claims, &report, &settings.checks, progress)?),
        Err(error) => lacking(&error).ok_or(error),
    }
}

fn load(options: &Check, settings: &Settings, progress: &Progress) -> anyhow::Result<(Claims, IntakeReport)> {
    let input = input::open(&options.input, &options.reading.layout)?;
    let knowledge = Knowledge::open(&options.reading.knowledge)?;
    input::load(&input, &knowledge, Some(settings.columns()), settings.as_of, progress)
}

/// A table without a required column cannot be taken in, and that is what the first check is about.
fn lacking(error: &anyhow::Error) -> Option<Acceptance> {
    if let Some(ReadError::MissingColumn { table, columns, .. }) = error.downcast_ref() {
        return Some(Acceptance::without_columns(table, columns));
    }
    match error.downcast_ref() {
        Some(IntakeError::MissingColumn { table, column, .. }) => Some(Acceptance::without_columns(table, &[*column])),
        _ => None,
    }
}
