//! `claimsift rescore`: other thresholds, weights or money on the candidates of a run.

use super::print;
use crate::args::{Common, Rescore};
use crate::config;
use crate::exit::Exit;
use crate::manifest::Manifest;
use crate::output::Output;
use crate::progress::Progress;
use crate::stored::StoredRun;
use arrow_select::concat::concat_batches;
use claimsift::Settings;

pub(crate) fn run(options: &Rescore, common: &Common) -> anyhow::Result<Exit> {
    let run = StoredRun::open(&options.result)?;
    let settings = Settings::read(&config::change(&run.manifest.settings, &options.set)?)?;
    let progress = Progress::new(common);
    let mut candidates = run.findings()?;
    candidates.extend(run.near_misses()?);
    let claims = run.claims(options.input.as_deref(), &options.knowledge, false, &progress)?;
    let before = run.manifest.totals.values().map(|totals| totals.findings).sum::<u64>();
    let assessments = run.manifest.assessments.clone();
    let screening = claimsift::rescore(&claims, &run.settings, &settings, candidates, assessments, common.lang(), &progress)?;
    let rejects = claimsift_io::read_result_table(&run.folder, "rejects")?;
    let rejects = concat_batches(&claimsift::outputs::rejects(&[]).schema(), &rejects)?;
    let out = options.out.as_ref().unwrap_or(&options.result);
    let output = Output::prepare(Some(out), None)?;
    let acceptance = run.manifest.acceptance;
    let source = (run.manifest.input, run.manifest.knowledge);
    let manifest = Manifest::of(source, &settings, common.lang(), &claims, run.manifest.tables, &screening).with_acceptance(acceptance);
    let mut tables = claimsift::outputs::tables(&screening, &claims, common.lang());
    tables.push(("rejects", rejects));
    output.write(&tables, &manifest, &progress)?;
    if !common.quiet {
        print(&format!("{before} findings before, {} now; written to {}", screening.findings.len(), out.display()))?;
    }
    Ok(Exit::Done)
}
