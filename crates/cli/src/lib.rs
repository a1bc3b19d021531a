//! The `claimsift` command as a library, so that other packages can offer it as their own script, and what they share with it: how a data set
//! is loaded, and the manifest of a result.

mod args;
mod carried;
mod commands;
mod config;
mod exit;
mod input;
mod manifest;
mod output;
mod portrait;
mod progress;
mod stored;

use args::{Arguments, Command};
use clap::Parser;
use exit::Exit;
use std::ffi::OsString;

pub use exit::{FatalChecks, TooManyRejects};
pub use input::{LoadError, NoClaims, check_fatal, check_rejects, load_columns, open_input};
pub use manifest::{InputManifest, Manifest, PlacedFile, Totals, table_reports};

/// Runs the command with its arguments (the program's name first) and returns the exit code: 0 done; 1 leads above `--fail-over`, or inputs that differ; 2 wrong use;
/// 3 input rejected; 5 internal.
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe is the only way printing can fail, and it is not an error.
            _ = error.print();
            return if error.use_stderr() { exit::WRONG_USE } else { exit::DONE };
        }
    };
    match dispatch(&arguments) {
        Ok(exit) => exit.code(),
        Err(error) => exit::report(&error, arguments.common.log_json),
    }
}

fn dispatch(arguments: &Arguments) -> anyhow::Result<Exit> {
    let common = &arguments.common;
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = common.threads {
        pool = pool.num_threads(threads.get());
    }
    let pool = pool.build()?;
    pool.install(|| match &arguments.command {
        Command::Screen(options) => commands::screen::run(options, common),
        Command::Check(options) => commands::check::run(options, common),
        Command::Explain(options) => commands::explain::run(options, common),
        Command::Detectors(options) => commands::detectors::run(options, common),
        Command::Map(options) => commands::map::run(options, common),
        Command::Tables(options) => commands::tables::run(options, common),
        Command::Rescore(options) => commands::rescore::run(options, common),
        Command::Evaluate(options) => commands::evaluate::run(options, common),
        Command::Knowledge(options) => commands::knowledge::run(options, common),
        Command::Compare(options) => commands::compare::run(options, common),
        Command::Generate(options) => commands::generate::run(options, common),
        Command::Demo(options) => commands::demo::run(options, common),
    })
}
