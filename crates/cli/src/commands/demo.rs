//! `claimsift demo`: a county from nothing to leads.

use super::{generate, print, screen};
use crate::args::{Common, Demo, Reading, Screen};
use crate::exit::Exit;
use crate::progress::Progress;
use claimsift_datasets::Options;

pub(crate) fn run(options: &Demo, common: &Common) -> anyhow::Result<Exit> {
    let (county, result) = (options.out.join("county"), options.out.join("result"));
    if county.join("claims.parquet").exists() {
        std::fs::remove_dir_all(&county)?;
    }
    let wanted = Options { claims: options.claims, seed: options.seed, ..Options::default() };
    let summary = generate::generate(&county, &wanted, &Progress::new(common))?;
    let count = |table| summary.rows.get(table).copied().unwrap_or(0);
    if !common.quiet {
        print(&format!(
            "A synthetic county with {} claims, {} lines, {} persons and {} providers: {}\n",
            count("claims"),
            count("lines"),
            count("persons"),
            count("providers"),
            county.display()
        ))?;
    }
    let options = Screen {
        input: county,
        out: Some(result),
        to: None,
        config: None,
        select: Vec::new(),
        ignore: Vec::new(),
        as_of: None,
        seed: None,
        fail_over: None,
        reading: Reading { layout: "auto".to_owned(), max_rejects: 0.01, knowledge: Vec::new() },
    };
    screen::run(&options, common)
}
