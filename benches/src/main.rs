//! Measures the stages of a screen: reading and encoding each table, grouping, norms, detection, results.
//!
//! `cargo run --release -p claimsift-benches -- --claims 1000000` generates a county outside the timing, screens it three times with the
//! given threads and prints the median of each stage with its rate. Nothing is asserted: a table is for reading.

mod memory;
mod stages;

use anyhow::Result;
use claimsift_datasets::Options;
use clap::Parser;
use std::path::PathBuf;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the stages of a screen on a generated county.
#[derive(Debug, Parser)]
struct Arguments {
    /// Claims to generate
    #[arg(long, default_value_t = 1_000_000)]
    claims: u64,
    /// Seed of the county
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads [default: all cores]
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Runs, of which the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..100))]
    runs: u64,
    /// Folder for the county; kept and used again if it is there
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build_global()?;
    let county = arguments.folder.join(format!("county-{}-{}", arguments.claims, arguments.seed));
    if !county.join("truth.parquet").exists() {
        let options = Options { claims: arguments.claims, seed: arguments.seed, ..Options::default() };
        claimsift_datasets::generate(&county, &options, &|_| ())?;
    }
    let runs = (0..arguments.runs).map(|_| stages::run(&county)).collect::<Result<Vec<_>>>()?;
    println!("{}; {} threads; median of {} runs", county.display(), rayon::current_num_threads(), runs.len());
    print(&stages::median(&runs));
    if let Some(peak) = memory::peak_bytes() {
        println!("peak memory of the process {:.0} MB", peak as f64 / 1e6);
    }
    Ok(())
}

fn print(stages: &[stages::Stage]) {
    println!("{:28} {:>9} {:>14} {:>14}", "stage", "seconds", "rows", "rows/s");
    for stage in stages {
        let rate = stage.rows as f64 / stage.seconds.max(1e-9);
        println!("{:28} {:>9.3} {:>14} {:>14.0}", stage.name, stage.seconds, stage.rows, rate);
    }
    // Decoding alone is measured beside what a screen does, not as part of it.
    let total: f64 = stages.iter().filter(|stage| !stage.name.starts_with("decode ")).map(|stage| stage.seconds).sum();
    println!("{:28} {total:>9.3}", "whole screen");
}
