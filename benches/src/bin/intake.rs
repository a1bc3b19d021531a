//! Measures what it takes to bring fee lines into memory: `intake.py` runs it beside DuckDB on the same file.
//!
//! `intake generate FOLDER` writes a county; `intake read FOLDER` takes in its claims and then, timed, all columns of its lines, and prints
//! seconds, rows and memory as JSON.

#[path = "../memory.rs"]
mod memory;

use anyhow::{Context, Result};
use claimsift::intake::{Intake, IntakeError, IntakeOptions};
use claimsift::observe::Silent;
use claimsift::tables::TableId;
use claimsift_datasets::Options;
use claimsift_io::{Input, LayoutChoice, ReadError};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the intake of fee lines.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Writes a county
    Generate {
        folder: PathBuf,
        #[arg(long, default_value_t = 1_000_000)]
        claims: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Takes in claims, then lines
    Read {
        folder: PathBuf,
        /// Threads [default: all cores]
        #[arg(long, default_value_t = 0)]
        threads: usize,
        /// Reads and decodes the lines without encoding them
        #[arg(long)]
        decode_only: bool,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Generate { folder, claims, seed } => {
            claimsift_datasets::generate(&folder, &Options { claims, seed, ..Options::default() }, &|_| ())?;
        }
        Task::Read { folder, threads, decode_only } => {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
            read(&folder, decode_only)?;
        }
    }
    Ok(())
}

fn read(folder: &Path, decode_only: bool) -> Result<()> {
    let input = Input::open(folder, &LayoutChoice::Auto)?.with_decoders(rayon::current_num_threads());
    let mut intake = Intake::new(IntakeOptions { with_texts: false, ..IntakeOptions::all() }, &Silent);
    take_in(&input, &mut intake, TableId::ClaimTable)?;
    let before = memory::resident_bytes().context("the system does not tell the memory in use")?;
    memory::forget_peak();
    let start = Instant::now();
    if decode_only {
        let columns = input.columns(TableId::LineTable);
        input.read(TableId::LineTable, &columns).try_for_each(|chunk| chunk.map(drop))?;
    } else {
        take_in(&input, &mut intake, TableId::LineTable)?;
    }
    let seconds = start.elapsed().as_secs_f64();
    let peak = memory::peak_bytes().unwrap_or(before);
    let rows = if decode_only { 0 } else { intake.finish()?.1.tables["lines"].read };
    println!("{{\"seconds\": {seconds:.4}, \"rows\": {rows}, \"peak_bytes\": {peak}, \"more_bytes\": {}}}", peak.saturating_sub(before));
    Ok(())
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

fn take_in(input: &Input, intake: &mut Intake<'_>, table: TableId) -> Result<()> {
    let columns = input.columns(table);
    intake.expect(table, input.rows_hint(table).unwrap_or(0));
    intake.table(table, input.read(table, &columns).map(|chunk| chunk.map_err(LoadError::from))).map_err(|error| error.0)
}
