//! Seeded generator of a synthetic insurance county: honest care, planted schemes, and honest patterns that look like schemes.
//!
//! [`generate`] writes the canonical tables as Parquet. [`KINDS`] lists what is planted. The same [`Options`] give the same bytes,
//! whatever the number of threads: every person draws from a stream of their own.
//!
//! ```
//! # fn main() -> anyhow::Result<()> {
//! let directory = std::env::temp_dir().join("claimsift-datasets-doc");
//! let options = claimsift_datasets::Options { claims: 1_000, ..Default::default() };
//! let summary = claimsift_datasets::generate(&directory, &options, &|_written| ())?;
//! assert!(summary.rows["claims"] > 900);
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok(())
//! # }
//! ```

mod care;
mod chunk;
mod claim;
mod clock;
mod dice;
mod export;
mod kinds;
mod ledger;
mod money;
#[cfg(test)]
mod oracle;
mod plan;
mod scenes;
mod tables;
mod world;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use rayon::prelude::*;

pub use export::{Encoding, Export, Exported, Format, Layout, Packing, export};
pub use kinds::{KINDS, Kind, ODD_PROFILE};

use care::honest::CLAIMS_PER_PERSON;
use chunk::Chunk;
use plan::Plan;
use tables::{Base, Files, Rows};
use world::World;

/// Chunks in memory at a time, about 37,000 claims.
const CHUNKS_AT_ONCE: u32 = 24;

/// Fewer claims leave no room for one scene of each kind.
const LEAST_CLAIMS: u64 = 600;
/// More would overflow the eight digits of a person's number.
const MOST_CLAIMS: u64 = 400_000_000;

/// What to generate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Claims wanted; the data set holds within a few per cent of it. At least 600.
    pub claims: u64,
    /// Another seed is another county.
    pub seed: u64,
    /// Plants no scheme and no odd provider. Look-alikes stay: they are part of honest care.
    pub clean: bool,
    /// Plants, too, the kinds that no threshold was tuned on.
    pub held_out: bool,
}

impl Default for Options {
    /// The golden data set: 7,000 claims, seed 7.
    fn default() -> Self {
        Self { claims: 7_000, seed: 7, clean: false, held_out: false }
    }
}

/// What has been written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows of each table by name.
    pub rows: BTreeMap<&'static str, u64>,
    /// Rows of `truth` by kind, schemes and look-alikes.
    pub kinds: BTreeMap<&'static str, u64>,
}

/// Writes a data set into a directory, which is created if absent; files of the same names are replaced.
///
/// `progress` hears the number of claims written so far, some thousands at a time. Runs on the rayon pool of the caller.
pub fn generate(directory: &Path, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Summary> {
    ensure!((LEAST_CLAIMS..=MOST_CLAIMS).contains(&options.claims), "`claims` must be between {LEAST_CLAIMS} and {MOST_CLAIMS}");
    let world = World::new(options);
    let persons = (options.claims as f64 / CLAIMS_PER_PERSON) as u32;
    let plan = Plan::new(options, persons, world.counties.len() as u32);
    let mut files = Files::create(directory, &world)?;
    let mut kinds = BTreeMap::new();
    let mut base = Base::default();
    let mut written: Vec<(Chunk, Rows)> = Vec::new();
    for first in (0..persons).step_by((CHUNKS_AT_ONCE * chunk::PERSONS) as usize) {
        let end = persons.min(first + CHUNKS_AT_ONCE * chunk::PERSONS);
        let (stored, chunks) = rayon::join(|| files.write(&written), || simulate(&world, &plan, first, end));
        stored?;
        progress(base.claims);
        count_kinds(&mut kinds, &chunks);
        written = encode(&world, chunks, &mut base)?;
    }
    files.write(&written)?;
    progress(base.claims);
    Ok(Summary { rows: files.finish()?, kinds })
}

fn simulate(world: &World, plan: &Plan, first: u32, end: u32) -> Vec<Chunk> {
    let starts: Vec<u32> = (first..end).step_by(chunk::PERSONS as usize).collect();
    starts.into_par_iter().map(|start| Chunk::simulate(world, plan, start, end.min(start + chunk::PERSONS))).collect()
}

/// Encodes chunks in parallel, each numbered on from the one before it.
fn encode(world: &World, chunks: Vec<Chunk>, base: &mut Base) -> Result<Vec<(Chunk, Rows)>> {
    let number = |chunk: Chunk| {
        let before = *base;
        base.claims += chunk.claim_count();
        base.lines += chunk.line_count();
        (chunk, before)
    };
    let numbered: Vec<(Chunk, Base)> = chunks.into_iter().map(number).collect();
    numbered
        .into_par_iter()
        .map(|(chunk, before)| {
            let rows = Rows::encode(world, &chunk, before)?;
            Ok((chunk, rows))
        })
        .collect()
}

fn count_kinds(kinds: &mut BTreeMap<&'static str, u64>, chunks: &[Chunk]) {
    let claims = chunks.iter().flat_map(Chunk::claims);
    for mark in claims.flat_map(|(_, claim)| &claim.marks) {
        *kinds.entry(KINDS[mark.kind].name).or_default() += 1;
    }
}
