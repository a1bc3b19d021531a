//! `claimsift tables`: the canonical tables out again, for a warehouse and for the reference queries.

use super::print;
use crate::args::{Common, Tables};
use crate::exit::Exit;
use crate::input;
use crate::manifest::table_reports;
use crate::progress::Progress;
use claimsift::observe::Observer;
use claimsift::outputs::{canonical_table, derived_tables, rejects};
use claimsift::tables::TableId;
use claimsift_io::{Knowledge, ResultFolder};

pub(crate) fn run(options: &Tables, common: &Common) -> anyhow::Result<Exit> {
    let folder = ResultFolder::create(&options.out)?;
    let progress = Progress::new(common);
    let input = input::open(&options.input, &options.reading.layout)?;
    let knowledge = Knowledge::open(&options.reading.knowledge)?;
    let (claims, report) = input::load(&input, &knowledge, None, options.as_of, &progress)?;
    input::check_rejects(&report, options.reading.max_rejects)?;
    progress.begin("writing", 0);
    for &table in TableId::ALL {
        folder.write_table(table.name(), &canonical_table(&claims, table))?;
    }
    if options.derived {
        for (name, batch) in derived_tables(&claims) {
            folder.write_table(name, &batch)?;
        }
    }
    folder.write_table("rejects", &rejects(&report.rejects))?;
    let manifest = serde_json::json!({
        "claimsift": env!("CARGO_PKG_VERSION"),
        "as_of": claims.as_of().to_string(),
        "layout": input.layout().name(),
        "knowledge": knowledge.identities(),
        "tables": table_reports(&report),
    });
    folder.write_text("manifest.json", &(serde_json::to_string_pretty(&manifest)? + "\n"))?;
    folder.commit()?;
    progress.finish();
    if !common.quiet {
        for (table, report) in &report.tables {
            print(&format!(
                "{table}: {} read = {} kept + {} repeats + {} rejected",
                report.read, report.kept, report.repeats, report.rejected
            ))?;
        }
    }
    Ok(Exit::Done)
}
