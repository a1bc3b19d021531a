//! A generated data set in the layouts, files and encodings that bureaus have.
//!
//! The canonical Parquet files are written first, into a hidden folder beside the result, and read back batch by batch, so that memory grows
//! with persons and providers, not with claims. Each [`sheet::Sheet`] says what stands in the columns of one table; [`output::Output`] writes
//! them.

mod amounts;
mod book;
mod dates;
mod dirt;
mod inspection;
mod national;
mod options;
mod output;
mod records;
mod reference;
mod sheet;
mod text;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

pub use options::{Encoding, Export, Format, Layout, Packing};

use dirt::{Dirt, scatter};
use output::Output;
use records::{Follower, Record, Table, Texts};
use reference::Reference;
use sheet::{Decoy, Diagnosis, Row, Sheet, Weak};
use text::Spoil;

use crate::{Options, Summary};

/// The canonical files while they are converted.
const SCRATCH: &str = ".canonical";

/// The layout that reads an export, with what the official one lacks.
const LOCAL: &str = "local.toml";

/// Canonical tables in the order in which they are written.
const TABLES: &[&str] = &[
    "claims",
    "lines",
    "diagnoses",
    "procedures",
    "persons",
    "registers",
    "providers",
    "staff",
    "stock",
    "catalogue",
    "groups",
    "limits",
    "exclusive_pairs",
    "frequencies",
];

/// What was planted: it stays as it is in every export.
const TRUTH: &[&str] = &["truth", "truth_providers"];

/// What an export has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Rows of each table by the name it has in the layout.
    pub rows: BTreeMap<String, u64>,
}

/// Writes a data set into a directory as [`crate::generate`] does, in another form.
///
/// The truth is written as Parquet whatever the form. The same options give the same bytes.
///
/// ```
/// use claimsift_datasets::{Export, Format, Layout, Options, export};
///
/// # fn main() -> anyhow::Result<()> {
/// let directory = std::env::temp_dir().join("claimsift-export-doc");
/// let wanted = Export { layout: Layout::National, format: Format::Csv, ..Export::default() };
/// let options = Options { claims: 1_000, ..Options::default() };
/// let exported = export(&directory, &options, &wanted, &|_written| ())?;
/// assert!(exported.rows["setl_d"] > 800);
/// assert!(directory.join("fee_list_d.csv").exists());
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok(())
/// # }
/// ```
pub fn export(directory: &Path, options: &Options, export: &Export, progress: &(dyn Fn(u64) + Sync)) -> Result<Exported> {
    export.check()?;
    if export.is_plain_parquet() {
        let Summary { rows, .. } = crate::generate(directory, options, progress)?;
        return Ok(Exported { rows: rows.into_iter().map(|(table, rows)| (table.to_owned(), rows)).collect() });
    }
    let scratch = directory.join(SCRATCH);
    let rows = crate::generate(&scratch, options, progress)
        .and_then(|_| convert(&scratch, directory, export, options.seed))
        .and_then(|rows| keep_truth(&scratch, directory).map(|()| rows));
    let removed = fs::remove_dir_all(&scratch).with_context(|| format!("cannot remove {}", scratch.display()));
    let rows = rows?;
    removed.map(|()| Exported { rows })
}

fn keep_truth(scratch: &Path, directory: &Path) -> Result<()> {
    for table in TRUTH {
        let file = format!("{table}.parquet");
        fs::rename(scratch.join(&file), directory.join(&file)).with_context(|| format!("cannot move {file}"))?;
    }
    Ok(())
}

fn convert(folder: &Path, out: &Path, export: &Export, seed: u64) -> Result<BTreeMap<String, u64>> {
    let (mut sheets, canonical, local) = match export.layout {
        Layout::Plain => (Vec::new(), TABLES, None),
        Layout::National => (national::sheets(), national::CANONICAL, Some(national::LOCAL_LAYOUT)),
        Layout::Inspection => (inspection::sheets(), inspection::CANONICAL, Some(inspection::LOCAL_LAYOUT)),
    };
    for &table in canonical {
        sheets.push(plain(table, &Table::open(folder, table)?));
    }
    if let Some(local) = local {
        fs::write(out.join(LOCAL), local).with_context(|| format!("cannot write {LOCAL}"))?;
    }
    let mut converting = Converting {
        folder,
        reference: Reference::read(folder)?,
        derived: if export.layout == Layout::Inspection { inspection::derive(folder)? } else { Vec::new() },
        output: Output::create(out, export)?,
        dirt: Dirt::create(out, export.dirt, seed)?,
    };
    converting.all(&sheets)?;
    converting.dirt.finish()?;
    converting.output.finish()
}

/// A canonical table, with the columns in which its rows can be damaged without harm to other rows.
fn plain(table: &'static str, read: &Table) -> Sheet {
    let sheet = Sheet::canonical(table, read);
    match table {
        "claims" => sheet.weak(Weak { key: "claim_id", identifier: "person_id", number: "total_amount", moment: "settled_at", claim: "" }),
        "lines" => {
            sheet.weak(Weak { key: "line_id", identifier: "item_code", number: "quantity", moment: "charged_at", claim: "claim_id" })
        }
        "diagnoses" => sheet.weak(Weak { key: "", identifier: "code", number: "", moment: "", claim: "claim_id" }),
        "stock" => sheet.weak(Weak { key: "", identifier: "item_code", number: "quantity", moment: "moved_on", claim: "" }),
        _ => sheet,
    }
}

/// What all sheets are written with.
struct Converting<'a> {
    folder: &'a Path,
    reference: Reference,
    derived: Vec<(&'static str, Texts)>,
    output: Output,
    dirt: Dirt,
}

/// A sheet with the number of its file.
type Opened<'s> = (usize, &'s Sheet);

impl Converting<'_> {
    /// Writes all sheets; those of one source in one pass over it.
    fn all(&mut self, sheets: &[Sheet]) -> Result<()> {
        let mut sources: Vec<(&str, Vec<Opened<'_>>)> = Vec::new();
        for sheet in sheets {
            let opened = (self.output.open(sheet)?, sheet);
            match sources.iter_mut().find(|(source, _)| *source == sheet.source) {
                Some((_, of_source)) => of_source.push(opened),
                None => sources.push((sheet.source, vec![opened])),
            }
        }
        sources.iter().try_for_each(|(source, opened)| self.source(source, opened))
    }

    fn source(&mut self, source: &str, sheets: &[Opened<'_>]) -> Result<()> {
        if let Some(at) = self.derived.iter().position(|(name, _)| *name == source) {
            let (_, texts) = self.derived.swap_remove(at);
            return self.rows(&mut 0, &texts, None, sheets);
        }
        let mut beside = Beside::open(self.folder, source)?;
        let mut number = 0;
        for texts in Table::open(self.folder, source)? {
            self.rows(&mut number, &texts?, beside.as_mut(), sheets)?;
        }
        Ok(())
    }

    fn rows(&mut self, number: &mut u64, texts: &Texts, mut beside: Option<&mut Beside>, sheets: &[Opened<'_>]) -> Result<()> {
        let Self { reference, output, dirt, .. } = self;
        let mut cells = Vec::new();
        for own in texts.records() {
            let (claim, diagnoses) = match &mut beside {
                None => (None, Vec::new()),
                Some(Beside::Claims(claims)) => (claims.seek(own.text("claim_id"))?, Vec::new()),
                Some(Beside::Diagnoses(listed)) => (Some(own), diagnoses_of(listed, own)?),
            };
            let row = Row { own, claim, diagnoses: &diagnoses, reference, number: *number };
            for (target, sheet) in sheets.iter().filter(|(_, sheet)| (sheet.keep)(&row)) {
                sheet.fill(&row, &mut cells);
                output.write(*target, sheet, &cells, Spoil::None)?;
                dirt.after(output, *target, sheet, &cells, *number)?;
                add_decoys(output, *target, sheet, &cells, *number)?;
            }
            *number += 1;
        }
        Ok(())
    }
}

/// What is read along with a table in the same order.
enum Beside {
    /// The claim of each row.
    Claims(Follower),
    /// The diagnoses of each claim.
    Diagnoses(Follower),
}

impl Beside {
    fn open(folder: &Path, source: &str) -> Result<Option<Self>> {
        Ok(match source {
            "claims" => Some(Self::Diagnoses(Follower::open(folder, "diagnoses")?)),
            "lines" | "diagnoses" | "procedures" => Some(Self::Claims(Follower::open(folder, "claims")?)),
            _ => None,
        })
    }
}

fn diagnoses_of(listed: &mut Follower, claim: Record<'_>) -> Result<Vec<Diagnosis>> {
    let mut diagnoses = Vec::new();
    while let Some(record) = listed.seek(claim.text("claim_id"))? {
        diagnoses.push(Diagnosis { code: record.text("code").to_owned(), name: record.text("name").to_owned() });
        listed.pass();
    }
    Ok(diagnoses)
}

fn add_decoys(output: &mut Output, target: usize, sheet: &Sheet, cells: &[String], number: u64) -> Result<()> {
    for (turn, Decoy { every, values }) in (1..).zip(sheet.decoys) {
        if !scatter(number ^ (turn << 40)).is_multiple_of(*every) {
            continue;
        }
        let mut cells = cells.to_vec();
        for (column, value) in *values {
            if let Some(at) = sheet.position(column) {
                cells[at] = value.replace('*', &cells[at]);
            }
        }
        output.write(target, sheet, &cells, Spoil::None)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_fill_columns_that_they_have() {
        // Building a sheet checks it.
        assert_eq!(inspection::sheets().len(), 11);
        assert_eq!(national::sheets().len(), 21);
    }
}
