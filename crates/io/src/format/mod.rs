//! File formats: what a file's columns are, and its rows as Arrow batches of the wanted columns.

mod csv;
mod ipc;
mod memory;
mod parquet;

use crate::database;
use crate::error::ReadError;
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema};
use claimsift::intake::Rows;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows per batch: large enough to spread fixed costs, small enough to stay in cache while it is encoded.
pub(crate) const BATCH_ROWS: usize = 1 << 14;

/// The endings that are read.
pub(crate) const ENDINGS: &str = ".parquet, .csv, .csv.gz, .csv.zst, .arrow, .feather, .ipc";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    Csv(Packing),
    Ipc,
    /// Not a file.
    Memory,
    /// A table of a database.
    Table,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Format {
    /// The format and the name without its ending; `None` for files that are not data.
    pub(crate) fn of(path: &Path) -> Option<(Self, String)> {
        const KNOWN: [(&str, Format); 8] = [
            (".parquet", Format::Parquet),
            (".pq", Format::Parquet),
            (".csv", Format::Csv(Packing::None)),
            (".csv.gz", Format::Csv(Packing::Gzip)),
            (".csv.zst", Format::Csv(Packing::Zstd)),
            (".arrow", Format::Ipc),
            (".feather", Format::Ipc),
            (".ipc", Format::Ipc),
        ];
        let name = path.file_name()?.to_string_lossy();
        KNOWN.iter().find_map(|(ending, format)| {
            let cut = name.len().checked_sub(ending.len())?;
            let (stem, tail) = name.split_at_checked(cut)?;
            (!stem.is_empty() && tail.eq_ignore_ascii_case(ending)).then(|| (*format, stem.to_owned()))
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::Csv(Packing::None) => "CSV",
            Self::Csv(Packing::Gzip) => "gzip",
            Self::Csv(Packing::Zstd) => "zstd",
            Self::Ipc | Self::Memory => "Arrow",
            Self::Table => "a table",
        }
    }
}

/// A file of data whose head has been read.
pub(crate) struct DataFile {
    /// The name as the user knows it.
    pub(crate) name: Arc<str>,
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) columns: Vec<FileColumn>,
    format: Format,
    /// Known only where it costs nothing.
    pub(crate) rows: Option<u64>,
    groups: Option<parquet::Groups>,
    batches: Vec<RecordBatch>,
    table: Option<Box<dyn database::Table>>,
}

pub(crate) struct FileColumn {
    pub(crate) name: String,
    /// Lists, structures and the like cannot be values of a table.
    pub(crate) is_nested: bool,
}

/// A column to decode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Its position in the file.
    pub(crate) column: usize,
    /// Whether nearly every row has a value of its own, so that a dictionary is of no use.
    pub(crate) is_unique: bool,
}

/// Rows as they are in the file, under the file's column names.
pub(crate) struct Raw {
    pub(crate) batch: RecordBatch,
    pub(crate) rows: Rows,
    pub(crate) rejects: Vec<RawReject>,
}

/// A row that could not be brought into columns.
pub(crate) struct RawReject {
    pub(crate) row: u64,
    pub(crate) reason: String,
}

/// Takes decoded rows; `false` means that no more are wanted.
pub(crate) type Sink<'a> = dyn FnMut(Raw) -> bool + 'a;

impl DataFile {
    /// Reads the head of a file.
    pub(crate) fn open(path: PathBuf, name: Arc<str>, format: Format) -> Result<Self, ReadError> {
        let io = |source| ReadError::Io { file: name.clone(), source };
        let bytes = std::fs::metadata(&path).map_err(io)?.len();
        if bytes == 0 {
            return Err(ReadError::Empty { file: name });
        }
        let (columns, groups) = match format {
            Format::Parquet => {
                let groups = parquet::Groups::open(&File::open(&path).map_err(io)?).map_err(|reason| damaged(&name, format, reason))?;
                (columns_of(groups.schema()), Some(groups))
            }
            Format::Csv(packing) => (csv::head(&path, packing).map_err(|reason| damaged(&name, format, reason))?, None),
            Format::Ipc => {
                let schema = ipc::schema(File::open(&path).map_err(io)?).map_err(|reason| damaged(&name, format, reason))?;
                (columns_of(&schema), None)
            }
            Format::Memory | Format::Table => (Vec::new(), None),
        };
        if matches!(format, Format::Csv(_)) && columns.iter().any(|column| column.name.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(ReadError::NotUtf8 { file: name });
        }
        let rows = groups.as_ref().map(parquet::Groups::rows);
        Ok(Self { name, path, bytes, columns, format, rows, groups, batches: Vec::new(), table: None })
    }

    /// Takes batches of one schema for a file.
    pub(crate) fn in_memory(name: Arc<str>, schema: &Schema, batches: Vec<RecordBatch>) -> Self {
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let bytes = batches.iter().map(|batch| batch.get_array_memory_size() as u64).sum();
        let columns = columns_of(schema);
        Self { name, path: PathBuf::new(), bytes, columns, format: Format::Memory, rows: Some(rows), groups: None, batches, table: None }
    }

    /// Takes a table of a database for a file.
    pub(crate) fn in_database(listed: database::Listed) -> Self {
        let database::Listed { name, columns, rows, bytes, table } = listed;
        let path = PathBuf::new();
        Self { name, path, bytes, columns, format: Format::Table, rows, groups: None, batches: Vec::new(), table: Some(table) }
    }

    /// The table of a database that it is.
    pub(crate) fn table(&self) -> Option<&dyn database::Table> {
        self.table.as_deref()
    }

    /// Whether there is a file at all.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.format == Format::Memory
    }

    /// The number of parts that can be decoded apart; in order they make up the file.
    pub(crate) fn parts(&self) -> usize {
        if let Some(table) = &self.table {
            return table.parts();
        }
        if self.is_in_memory() { self.batches.len() } else { self.groups.as_ref().map_or(1, parquet::Groups::len) }
    }

    /// Decodes one part. The batches have exactly the wanted columns, in that order.
    pub(crate) fn decode(&self, part: usize, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), ReadError> {
        if let Some(table) = &self.table {
            return table.decode(part, wanted, sink);
        }
        let open = || File::open(&self.path).map_err(|source| ReadError::Io { file: self.name.clone(), source });
        match (&self.groups, self.format) {
            (Some(groups), _) => groups.decode(open()?, part, wanted, sink),
            (None, Format::Csv(packing)) => csv::decode(open()?, packing, &self.columns, wanted, sink),
            (None, Format::Memory) => memory::decode(&self.batches, part, wanted, sink),
            (None, Format::Ipc | Format::Parquet | Format::Table) => ipc::decode(open()?, wanted, sink),
        }
        .map_err(|reason| damaged(&self.name, self.format, reason))
    }

    /// The error of a decoder that gave up without saying why.
    pub(crate) fn broken(&self) -> ReadError {
        damaged(&self.name, self.format, "the decoder stopped".to_owned())
    }
}

fn damaged(file: &Arc<str>, format: Format, reason: String) -> ReadError {
    ReadError::Damaged { file: file.clone(), format: format.name(), reason }
}

fn columns_of(schema: &Schema) -> Vec<FileColumn> {
    let is_nested = |data_type: &DataType| match data_type {
        DataType::Dictionary(_, value) => value.is_nested(),
        other => other.is_nested(),
    };
    schema
        .fields()
        .iter()
        .map(|field| FileColumn { name: field.name().trim().to_owned(), is_nested: is_nested(field.data_type()) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_the_ending() {
        let of = |name: &str| Format::of(Path::new(name));
        assert_eq!(of("a/claims.parquet"), Some((Format::Parquet, "claims".to_owned())));
        assert_eq!(of("lines-2025.CSV.GZ"), Some((Format::Csv(Packing::Gzip), "lines-2025".to_owned())));
        assert_eq!(of("结算.csv.zst"), Some((Format::Csv(Packing::Zstd), "结算".to_owned())));
        assert_eq!(of("claims.v2.feather"), Some((Format::Ipc, "claims.v2".to_owned())));
        for name in ["claims", "claims.xlsx", ".csv", "notes.txt", "claims.gz"] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
