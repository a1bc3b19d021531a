//! `claimsift tables`: the canonical tables out again, for a warehouse and for the reference queries.

use super::print;
use crate::args::{Common, Tables};
use crate::exit::Exit;
use crate::input;
use crate::manifest::{placed_files, table_reports};
use crate::output::Output;
use crate::progress::Progress;
use claimsift::intake::TableReport;
use claimsift::observe::Observer;
use claimsift::outputs::{canonical_table, derived_tables, rejects};
use claimsift::tables::TableId;
use claimsift_io::Knowledge;

pub(crate) fn run(options: &Tables, common: &Common) -> anyhow::Result<Exit> {
    let output = Output::prepare(options.out.as_deref(), options.to.as_deref())?;
    let progress = Progress::new(common);
    let input = input::open(&options.input, &options.reading.layout)?;
    let knowledge = Knowledge::open(&options.reading.knowledge)?;
    let (claims, report) = input::load(&input, &knowledge, None, options.as_of, &progress)?;
    input::check_rejects(&report, options.reading.max_rejects)?;
    progress.begin("writing", 0);
    let canonical = TableId::ALL.iter().map(|&table| (table.name(), canonical_table(&claims, table)));
    let derived = if options.derived { derived_tables(&claims) } else { Vec::new() };
    let rejected = ("rejects", rejects(&report.rejects));
    let manifest = serde_json::json!({
        "claimsift": env!("CARGO_PKG_VERSION"),
        "as_of": claims.as_of().to_string(),
        "layout": input.layout().name(),
        "placed": placed_files(&input),
        "knowledge": knowledge.identities(),
        "tables": table_reports(&report),
    });
    output.write_tables(canonical.chain(derived).chain([rejected]), &manifest, &progress)?;
    if !common.quiet {
        for (table, report) in &report.tables {
            print(&format!(
                "{table}: {} read = {} kept + {} repeats + {} rejected{}",
                report.read,
                report.kept,
                report.repeats,
                report.rejected,
                set_aside(report)
            ))?;
        }
    }
    Ok(Exit::Done)
}

fn set_aside(report: &TableReport) -> String {
    let reasons: Vec<String> = report.set_aside.iter().map(|(reason, rows)| format!("{rows} {reason}")).collect();
    let rows: u64 = report.set_aside.values().sum();
    if rows == 0 { String::new() } else { format!(" + {rows} set aside ({})", reasons.join(", ")) }
}
