//! `claimsift screen`: read, screen, write, tell.

use super::print;
use crate::args::{Common, Screen};
use crate::exit::Exit;
use crate::manifest::{self, InputManifest, Manifest};
use crate::output::{Output, written_to};
use crate::progress::Progress;
use crate::{config, input};
use claimsift::observe::Observer;
use claimsift::{acceptance, outputs};
use claimsift_io::Knowledge;

pub(crate) fn run(options: &Screen, common: &Common) -> anyhow::Result<Exit> {
    let settings = config::settings(options)?;
    let output = Output::prepare(options.out.as_deref(), options.to.as_deref())?;
    let progress = Progress::new(common);
    let input = input::open(&options.input, &options.reading.layout)?;
    let knowledge = Knowledge::open(&options.reading.knowledge)?;
    let (claims, report) = input::load(&input, &knowledge, Some(settings.columns()), settings.as_of, &progress)?;
    input::check_rejects(&report, options.reading.max_rejects)?;
    let acceptance = acceptance::examine(&claims, &report, &settings.checks, &progress)?;
    input::check_fatal(&acceptance, &settings.checks.fatal, common.lang())?;
    progress.begin("norms", 0);
    let screening = claimsift::screen(&claims, &settings, common.lang(), &progress)?;
    progress.begin("writing", 0);
    let source = InputManifest::of(&options.input, &options.reading.layout, &input)?;
    let source = (source, knowledge.identities());
    let manifest =
        Manifest::of(source, &settings, common.lang(), &claims, manifest::table_reports(&report), &screening).with_acceptance(acceptance);
    let mut tables = outputs::tables(&screening, &claims, common.lang());
    tables.push(("rejects", outputs::rejects(&report.rejects)));
    output.write(&tables, &manifest, &progress)?;
    if !common.quiet {
        let summary = claimsift_report::summary(&screening, &report, &claims, common.lang());
        print(&claimsift_report::checks_in_brief(&manifest.acceptance, common.lang()))?;
        print(
            &options.out.as_ref().map_or(summary.clone(), |out| summary.replace("explain OUT ", &format!("explain {} ", out.display()))),
        )?;
        print(&written_to(options.out.as_ref(), options.to.as_ref(), &manifest.run_id, common.lang()))?;
    }
    let above = screening.leads.iter().filter(|lead| lead.is_above_gate()).count();
    Ok(if options.fail_over.is_some_and(|limit| above > limit) { Exit::LeadsAbove } else { Exit::Done })
}
