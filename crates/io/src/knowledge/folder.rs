//! Folders of knowledge tables: written by an import, read beside a data set.

use super::import::Import;
use super::point::Point;
use crate::error::{ReadError, WriteError};
use crate::input::Input;
use crate::layout::LayoutChoice;
use crate::result::ResultFolder;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use claimsift::intake::Chunk;
use claimsift::tables::{Need, TableId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The tables of knowledge points.
pub const KNOWLEDGE_TABLES: &[TableId] = &[
    TableId::LimitTable,
    TableId::ExclusivePairTable,
    TableId::FrequencyTable,
    TableId::IntervalTable,
    TableId::CourseTable,
    TableId::PrerequisiteTable,
    TableId::SwapPairTable,
    TableId::PriceCapTable,
    TableId::KitTable,
    TableId::AddOnTable,
    TableId::DiscountGroupTable,
    TableId::MinutesTable,
    TableId::WatchListTable,
];

/// The word that stands for no knowledge at all.
const NONE: &str = "none";
/// The name of the folder that comes with the program.
const DEMO: &str = "claimsift-demo";

macro_rules! demo_tables {
    ($($table:literal),*) => {
        &[$(($table, include_str!(concat!("../../knowledge/demo/", $table, ".csv"))),)*]
    };
}

/// A small folder of our own, about items of the generated county.
const DEMO_TABLES: &[(&str, &str)] = demo_tables!(
    "add_ons",
    "courses",
    "discount_groups",
    "exclusive_pairs",
    "frequencies",
    "intervals",
    "kits",
    "limits",
    "minutes",
    "prerequisites",
    "price_caps",
    "swap_pairs",
    "watch_lists"
);

/// Which knowledge a result was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeIdentity {
    /// The folder's name.
    pub name: String,
    /// Where it was; empty for the folder that comes with the program.
    pub path: String,
    /// BLAKE3 over the names and contents of its tables.
    pub blake3: String,
    /// Rows by table.
    pub tables: BTreeMap<String, u64>,
}

/// Folders of knowledge tables, read beside a data set.
pub struct Knowledge {
    folders: Vec<(Input, KnowledgeIdentity)>,
}

impl Knowledge {
    /// No knowledge at all.
    pub fn none() -> Self {
        Self { folders: Vec::new() }
    }

    /// The small folder that comes with the program, about items of the generated county.
    pub fn demo() -> Result<Self, ReadError> {
        let mut tables = Vec::new();
        for (name, text) in DEMO_TABLES {
            let table = TableId::named(name).ok_or_else(|| damaged(name, "no such table"))?;
            let batch = batch_of(text).map_err(|error| damaged(name, &error.to_string()))?;
            tables.push((table, batch.schema(), vec![batch]));
        }
        let contents = DEMO_TABLES.iter().map(|(name, text)| (format!("{name}.csv"), blake3::hash(text.as_bytes()).to_hex().to_string()));
        let input = Input::of_tables(tables)?;
        let identity = identity(&input, DEMO.to_owned(), String::new(), contents)?;
        Ok(Self { folders: vec![(input, identity)] })
    }

    /// The folders at the paths, all together; without a path that which comes with the program, for the word `none` nothing.
    pub fn open(paths: &[String]) -> Result<Self, ReadError> {
        match paths {
            [] => Self::demo(),
            [only] if only == NONE => Ok(Self::none()),
            paths => Ok(Self { folders: paths.iter().map(|path| open_folder(Path::new(path))).collect::<Result<_, _>>()? }),
        }
    }

    /// The same folders again.
    pub fn reopen(identities: &[KnowledgeIdentity]) -> Result<Self, ReadError> {
        let mut folders = Vec::new();
        for known in identities {
            if known.path.is_empty() {
                folders.extend(Self::demo()?.folders);
            } else {
                folders.push(open_folder(Path::new(&known.path))?);
            }
        }
        Ok(Self { folders })
    }

    /// Which folders these are.
    pub fn identities(&self) -> Vec<KnowledgeIdentity> {
        self.folders.iter().map(|(_, identity)| identity.clone()).collect()
    }

    /// The tables that any folder has.
    pub fn tables(&self) -> BTreeSet<TableId> {
        let of = |(input, _): &(Input, KnowledgeIdentity)| input.tables();
        self.folders.iter().flat_map(of).filter(|table| KNOWLEDGE_TABLES.contains(table)).collect()
    }

    /// The columns of a table that any folder has.
    pub fn columns(&self, table: TableId) -> BTreeSet<&'static str> {
        self.folders.iter().flat_map(|(input, _)| input.columns(table)).collect()
    }

    /// The rows of a table, folder by folder; files are named with their folder's name before them.
    pub fn read(&self, table: TableId, wanted: &[&str]) -> impl Iterator<Item = Result<Chunk, ReadError>> {
        let folders = self.folders.iter().filter(move |_| KNOWLEDGE_TABLES.contains(&table));
        let readings: Vec<_> = folders.map(|(input, identity)| (input.read(table, wanted), identity.name.clone())).collect();
        readings.into_iter().flat_map(|(reading, name)| reading.map(move |chunk| chunk.map(|chunk| named(chunk, &name))))
    }
}

fn named(mut chunk: Chunk, folder: &str) -> Chunk {
    let file: Arc<str> = format!("{folder}/{}", chunk.file).into();
    chunk.rejects.iter_mut().for_each(|reject| reject.file = Arc::clone(&file));
    Chunk { file, ..chunk }
}

fn damaged(table: &str, reason: &str) -> ReadError {
    ReadError::Damaged { file: format!("{DEMO}/{table}").into(), format: "CSV", reason: reason.to_owned() }
}

/// The rows of a CSV text, every cell as text; an empty one is missing.
fn batch_of(text: &str) -> Result<RecordBatch, Box<dyn std::error::Error>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); header.len()];
    for record in reader.records() {
        let record = record?;
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(Some(cell.to_owned()).filter(|cell| !cell.is_empty()));
        }
    }
    let arrays = columns.into_iter().map(|column| Arc::new(StringArray::from(column)) as ArrayRef);
    Ok(RecordBatch::try_from_iter_with_nullable(header.into_iter().zip(arrays).map(|(name, array)| (name, array, true)))?)
}

fn open_folder(path: &Path) -> Result<(Input, KnowledgeIdentity), ReadError> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let input = Input::open(path, &LayoutChoice::parse("plain"))?;
    let name = absolute.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let contents: Vec<(String, String)> = input.fingerprints()?.into_iter().map(|file| (file.file, file.blake3)).collect();
    let identity = identity(&input, name, absolute.display().to_string(), contents.into_iter())?;
    Ok((input, identity))
}

/// Names a folder by the names and contents of its files.
fn identity(
    input: &Input,
    name: String,
    path: String,
    contents: impl Iterator<Item = (String, String)>,
) -> Result<KnowledgeIdentity, ReadError> {
    let mut tables = BTreeMap::new();
    for table in input.tables().into_iter().filter(|table| KNOWLEDGE_TABLES.contains(table)) {
        let mut rows = 0;
        for chunk in input.read(table, &[]) {
            rows += chunk?.batch.num_rows() as u64;
        }
        tables.insert(table.name().to_owned(), rows);
    }
    Ok(KnowledgeIdentity { name, path, blake3: version(contents), tables })
}

/// The hash of a folder's contents: of each file's name and hash, in the order of the names.
fn version(contents: impl Iterator<Item = (String, String)>) -> String {
    let mut contents: Vec<(String, String)> = contents.collect();
    contents.sort();
    let mut hasher = blake3::Hasher::new();
    contents.iter().for_each(|(file, hash)| _ = hasher.update(format!("{file}\n{hash}\n").as_bytes()));
    hasher.finalize().to_hex().to_string()
}

impl Import {
    /// Writes the tables, the report, the conflicts and a manifest as a knowledge folder, and returns its version.
    pub fn write(&self, out: &Path) -> Result<String, WriteError> {
        let folder = ResultFolder::create(out)?;
        let fail = |reason: String| WriteError::Table { path: out.to_owned(), reason };
        let mut contents = Vec::new();
        for table in self.tables() {
            let text = table_text(table, &self.points).map_err(|error| fail(error.to_string()))?;
            let file = format!("{}.csv", table.name());
            folder.write_text(&file, &text)?;
            contents.push((file, blake3::hash(text.as_bytes()).to_hex().to_string()));
        }
        let version = version(contents.into_iter());
        folder.write_text("report.csv", &self.report_text().map_err(|error| fail(error.to_string()))?)?;
        folder.write_text("conflicts.csv", &self.conflict_text().map_err(|error| fail(error.to_string()))?)?;
        let name = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let manifest = serde_json::to_string_pretty(&self.manifest(&name, &version)).map_err(|error| fail(error.to_string()))?;
        folder.write_text("manifest.json", &(manifest + "\n"))?;
        folder.commit()?;
        Ok(version)
    }

    fn manifest(&self, name: &str, version: &str) -> serde_json::Value {
        let sources = self.files.iter().map(|file| {
            json!({
                "file": file.file, "blake3": file.blake3, "read": file.read, "imported": file.imported, "reported": file.reported,
            })
        });
        let range = |column: &str| {
            let days = || self.points.iter().map(|point| point.cell(column)).filter(|day| !day.is_empty());
            (days().min().map(str::to_owned), days().max().map(str::to_owned))
        };
        json!({
            "claimsift": env!("CARGO_PKG_VERSION"),
            "name": name,
            "version": version,
            "sources": sources.collect::<Vec<_>>(),
            "tables": self.counts(),
            "valid_from": range("valid_from").0,
            "valid_to": range("valid_to").1,
        })
    }

    fn report_text(&self) -> Result<String, csv::Error> {
        let header = ["file", "sheet", "row", "item", "reason"];
        let row = |reported: &super::Reported| {
            let (file, sheet, row) = &reported.place;
            vec![file.clone(), sheet.clone(), row.to_string(), reported.item.clone(), reported.reason.clone()]
        };
        csv_text(&header, self.report.iter().map(row))
    }

    fn conflict_text(&self) -> Result<String, csv::Error> {
        let header = ["file", "sheet", "row", "item", "value", "remark", "taken"];
        let row = |conflict: &super::Conflict| {
            let (file, sheet, row) = &conflict.place;
            let [item, value, remark, taken] = [&conflict.item, &conflict.value, &conflict.remark, &conflict.taken].map(Clone::clone);
            vec![file.clone(), sheet.clone(), row.to_string(), item, value, remark, taken]
        };
        csv_text(&header, self.conflicts.iter().map(row))
    }
}

/// A table as CSV: the columns that it must have or that any point fills.
fn table_text(table: TableId, points: &[Point]) -> Result<String, csv::Error> {
    let rows = || points.iter().filter(|point| point.table == table);
    let columns = table
        .schema()
        .columns
        .iter()
        .filter(|column| column.need != Need::Optional || rows().any(|point| !point.cell(column.name).is_empty()));
    let header: Vec<&str> = columns.map(|column| column.name).collect();
    csv_text(&header, rows().map(|point| header.iter().map(|column| point.cell(column).to_owned()).collect()))
}

fn csv_text(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(&row)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
