//! `claimsift generate`: a synthetic county.

use super::print;
use crate::args::{Common, share};
use crate::exit::{Exit, WrongUse};
use crate::progress::Progress;
use claimsift::observe::Observer;
use claimsift_datasets::{Encoding, Export, Exported, Format, Layout, Options, Packing, Summary};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Generate {
    /// Folder to write; it must be absent or empty
    pub(crate) out: PathBuf,
    /// Claims, about
    #[arg(long, default_value_t = 200_000, value_name = "N")]
    pub(crate) claims: u64,
    /// Another seed is another county
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Plant no scheme; look-alikes stay
    #[arg(long)]
    pub(crate) clean: bool,
    /// Plant, too, the kinds that no threshold was tuned on
    #[arg(long)]
    pub(crate) held_out: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// In which form the county is written.
#[derive(Debug, clap::Args)]
pub(crate) struct Form {
    /// Tables and columns: plain, national or inspection-2024
    #[arg(long, default_value_t, value_name = "NAME")]
    layout: Layout,
    /// Files: parquet, csv or xlsx
    #[arg(long, default_value_t, value_name = "NAME")]
    format: Format,
    /// Between the cells of text files, such as `,` or `|@|` or `tab`
    #[arg(long, default_value = ",", value_name = "TEXT")]
    delimiter: String,
    /// Characters of text files: utf-8, utf-8-bom, utf-16 or gb18030
    #[arg(long, default_value_t, value_name = "NAME")]
    encoding: Encoding,
    /// Packing of text files: none, gz, zst or zip
    #[arg(long, default_value_t, value_name = "NAME")]
    packing: Packing,
    /// Text files per table
    #[arg(long, default_value_t = 1, value_name = "N")]
    parts: usize,
    /// Share of rows to which a damaged copy is added, listed in dirt.csv
    #[arg(long, default_value = "0", value_name = "SHARE", value_parser = share)]
    dirt: f64,
}

impl Form {
    fn export(&self) -> Export {
        let delimiter = match self.delimiter.as_str() {
            "tab" | "\\t" => "\t",
            other => other,
        };
        Export {
            layout: self.layout,
            format: self.format,
            delimiter: delimiter.to_owned(),
            encoding: self.encoding,
            packing: self.packing,
            parts: self.parts,
            dirt: self.dirt,
        }
    }
}

pub(crate) fn run(options: &Generate, common: &Common) -> anyhow::Result<Exit> {
    let is_used = options.out.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if is_used || options.out.is_file() {
        return Err(WrongUse(format!("{}: not empty; give a folder that is absent or empty", options.out.display())).into());
    }
    let wanted = Options { claims: options.claims, seed: options.seed, clean: options.clean, held_out: options.held_out };
    let form = options.form.export();
    form.check().map_err(|error| WrongUse(error.to_string()))?;
    let progress = Progress::new(common);
    progress.begin("generating", options.claims);
    let Exported { rows } = claimsift_datasets::export(&options.out, &wanted, &form, &|claims| progress.advance("generating", claims))?;
    progress.finish();
    if !common.quiet {
        let rows: Vec<String> = rows.iter().map(|(table, rows)| format!("{rows} {table}")).collect();
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
