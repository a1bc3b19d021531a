//! `cargo xtask`: generates what is derived from the catalogue of detectors, and scaffolds new ones.

mod generate;
mod scaffold;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Tasks of those who work on claimsift.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the pages, tables, schema and Python types that are derived from the catalogue.
    Generate {
        /// Only compare; list what is stale and exit with 1.
        #[arg(long)]
        check: bool,
    },
    /// Write the skeleton of a detector and enter it in the catalogue.
    NewDetector(scaffold::NewDetector),
}

fn main() -> Result<ExitCode> {
    let root = workspace_root()?;
    match Arguments::parse().task {
        Task::Generate { check: true } => generate::check(&root),
        Task::Generate { check: false } => generate::write(&root).map(|()| ExitCode::SUCCESS),
        Task::NewDetector(wanted) => {
            let created = scaffold::create(&root, &wanted)?;
            print!("{}", scaffold::next_steps(&wanted, &created));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn workspace_root() -> Result<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`, which says where the workspace is")?;
    PathBuf::from(package).join("../..").canonicalize().context("finding the root of the workspace")
}
