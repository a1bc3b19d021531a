//! `claimsift explain`: the working paper of a claim, a finding or a provider.

use super::print;
use crate::args::{Common, Explain};
use crate::exit::{Exit, WrongUse};
use crate::progress::Progress;
use crate::stored::StoredRun;
use claimsift::observe::Observer;

pub(crate) fn run(options: &Explain, common: &Common) -> anyhow::Result<Exit> {
    let run = StoredRun::open(&options.result)?;
    let progress = Progress::new(common);
    let claims = run.claims(options.input.as_deref(), &options.knowledge, true, &progress)?;
    progress.begin("", 0);
    let mut candidates = run.findings()?;
    candidates.extend(run.near_misses()?);
    let assessments = run.manifest.assessments.clone();
    // Deciding the stored candidates by their own settings gives the whole result back.
    let screening = claimsift::rescore(&claims, &run.settings, &run.settings, candidates, assessments, common.lang(), &progress)?;
    let context = claimsift_report::Context::new(&claims, &run.settings, &screening, common.lang());
    let subject = options.subject.as_str();
    let paper = claimsift_report::explain(&context, subject);
    let hint = "give the id of a claim, a provider, or a finding (its first characters are enough)";
    print(&paper.ok_or_else(|| WrongUse(format!("`{subject}` is neither a claim, a finding nor a provider of this run; {hint}")))?)?;
    Ok(Exit::Done)
}
