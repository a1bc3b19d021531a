//! `claimsift screen`: read, screen, write, tell.

use super::print;
use crate::args::{Common, Screen};
use crate::exit::Exit;
use crate::manifest::{self, InputManifest, Manifest};
use crate::progress::Progress;
use crate::{config, input};
use arrow_array::RecordBatch;
use claimsift::observe::Observer;
use claimsift::{Lang, outputs};
use claimsift_io::{Knowledge, ResultFolder};
use serde_json::{Map, Value};
use std::path::Path;

pub(crate) fn run(options: &Screen, common: &Common) -> anyhow::Result<Exit> {
    let settings = config::settings(options)?;
    let folder = ResultFolder::create(&options.out)?;
    let progress = Progress::new(common);
    let input = input::open(&options.input, &options.reading.layout)?;
    let knowledge = Knowledge::open(&options.reading.knowledge)?;
    let (claims, report) = input::load(&input, &knowledge, Some(settings.columns()), settings.as_of, &progress)?;
    input::check_rejects(&report, options.reading.max_rejects)?;
    progress.begin("norms", 0);
    let screening = claimsift::screen(&claims, &settings, common.lang(), &progress)?;
    progress.begin("writing", 0);
    let source = InputManifest::of(&options.input, &options.reading.layout, &input)?;
    let source = (source, knowledge.identities());
    let manifest = Manifest::of(source, &settings, common.lang(), &claims, manifest::table_reports(&report), &screening);
    let mut tables = outputs::tables(&screening, &claims, common.lang());
    tables.push(("rejects", outputs::rejects(&report.rejects)));
    write(folder, tables, &manifest, &progress)?;
    if !common.quiet {
        let summary = claimsift_report::summary(&screening, &report, &claims, common.lang());
        print(&summary.replace("explain OUT ", &format!("explain {} ", options.out.display())))?;
        print(&written_to(&options.out, common.lang()))?;
    }
    let above = screening.leads.iter().filter(|lead| lead.is_above_gate()).count();
    Ok(if options.fail_over.is_some_and(|limit| above > limit) { Exit::LeadsAbove } else { Exit::Done })
}

fn written_to(out: &Path, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Written to {}", out.display()),
        Lang::Zh => format!("结果已写入 {}", out.display()),
    }
}

/// Writes result tables, the manifest and the timings, then puts the folder in place.
pub(crate) fn write(
    folder: ResultFolder,
    tables: Vec<(&'static str, RecordBatch)>,
    manifest: &Manifest,
    progress: &Progress,
) -> anyhow::Result<()> {
    for (name, batch) in tables {
        folder.write_table(name, &batch)?;
    }
    folder.write_text("manifest.json", &(serde_json::to_string_pretty(manifest)? + "\n"))?;
    let timings: Map<String, Value> = progress.finish().into_iter().map(|(stage, seconds)| (stage, seconds.into())).collect();
    folder.write_text("timings.json", &(serde_json::to_string_pretty(&timings)? + "\n"))?;
    folder.commit()?;
    Ok(())
}
