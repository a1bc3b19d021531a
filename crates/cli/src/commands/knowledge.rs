//! `claimsift knowledge`: workbooks of knowledge points to a folder of tables, and what such a folder holds.

use super::print;
use crate::args::Common;
use crate::exit::Exit;
use claimsift::tables::value::Date;
use claimsift_io::Knowledge as Folders;
use claimsift_io::knowledge::{FileCount, Import, ImportOptions, import};
use clap::{Args, Subcommand};
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Knowledge {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Read workbooks (.xlsx, .xls, .ods) or CSV files of knowledge points and write a knowledge folder
    Import(ImportArgs),
    /// Print what a knowledge folder holds
    Show(Show),
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// The workbooks
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Folder for the tables; replaced as a whole
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Day from which the points are in force
    #[arg(long, value_name = "YYYY-MM-DD")]
    valid_from: Option<Date>,
    /// Where the points come from, such as the number of the notice [default: the file's name]
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

#[derive(Debug, Args)]
struct Show {
    /// Knowledge folders [default: the small one that comes with the program]
    folders: Vec<String>,
}

pub(crate) fn run(options: &Knowledge, common: &Common) -> anyhow::Result<Exit> {
    match &options.action {
        Action::Import(options) => run_import(options, common),
        Action::Show(options) => show(options),
    }
}

fn run_import(options: &ImportArgs, common: &Common) -> anyhow::Result<Exit> {
    let imported = import(&options.files, &ImportOptions { valid_from: options.valid_from, source: options.source.clone() })?;
    let version = imported.write(&options.out)?;
    if !common.quiet {
        print(&describe(&imported))?;
        let (reported, conflicts) = (imported.report.len(), imported.conflicts.len());
        print(&format!("{reported} rows in report.csv, {conflicts} conflicts in conflicts.csv; lenient readings were taken"))?;
        print(&format!("written to {}, version {version}", options.out.display()))?;
    }
    Ok(Exit::Done)
}

/// Per file, the rows read and what became of them; then the points by table.
fn describe(import: &Import) -> String {
    let mut text = format!("{:>8} {:>9} {:>9}  file\n", "read", "imported", "reported");
    let mut line = |count: &FileCount| {
        let points: Vec<String> = count.points.iter().map(|(table, points)| format!("{points} {table}")).collect();
        _ = writeln!(text, "{:>8} {:>9} {:>9}  {} ({})", count.read, count.imported, count.reported, count.file, points.join(", "));
    };
    import.files.iter().for_each(&mut line);
    let sum = |of: fn(&FileCount) -> u64| import.files.iter().map(of).sum::<u64>();
    let total = FileCount {
        file: "in all".to_owned(),
        read: sum(|file| file.read),
        imported: sum(|file| file.imported),
        reported: sum(|file| file.reported),
        points: import.counts(),
        ..FileCount::default()
    };
    line(&total);
    text
}

fn show(options: &Show) -> anyhow::Result<Exit> {
    let mut text = String::new();
    for folder in Folders::open(&options.folders)?.identities() {
        writeln!(text, "{}, version {}", folder.name, folder.blake3)?;
        for (table, rows) in &folder.tables {
            writeln!(text, "  {table:16} {rows:>7}")?;
        }
    }
    print(&text)?;
    Ok(Exit::Done)
}
