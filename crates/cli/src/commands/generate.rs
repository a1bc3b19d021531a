//! `claimsift generate`: a synthetic county.

use super::print;
use crate::args::{Common, Generate};
use crate::exit::{Exit, WrongUse};
use crate::progress::Progress;
use claimsift::observe::Observer;
use claimsift_datasets::{Options, Summary};
use std::path::Path;

pub(crate) fn run(options: &Generate, common: &Common) -> anyhow::Result<Exit> {
    let is_used = options.out.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if is_used || options.out.is_file() {
        return Err(WrongUse(format!("{}: not empty; give a folder that is absent or empty", options.out.display())).into());
    }
    let wanted = Options { claims: options.claims, seed: options.seed, clean: options.clean, held_out: options.held_out };
    let summary = generate(&options.out, &wanted, &Progress::new(common))?;
    if !common.quiet {
        let rows: Vec<String> = summary.rows.iter().map(|(table, rows)| format!("{rows} {table}")).collect();
        print(&format!("{}: {}", options.out.display(), rows.join(", ")))?;
    }
    Ok(Exit::Done)
}

pub(crate) fn generate(out: &Path, options: &Options, progress: &Progress) -> anyhow::Result<Summary> {
    progress.begin("generating", options.claims);
    let summary = claimsift_datasets::generate(out, options, &|claims| progress.advance("generating", claims))?;
    progress.finish();
    Ok(summary)
}
