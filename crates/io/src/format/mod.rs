//! File formats: what a file's columns are, and its rows as Arrow batches of the wanted columns.

pub(crate) mod archive;
mod identifier;
mod ipc;
mod memory;
mod parquet;
mod source;
pub(crate) mod text;
pub(crate) mod workbook;

use crate::database;
use crate::error::ReadError;
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema};
use claimsift::intake::Rows;
use std::io;
use std::path::Path;
use std::sync::Arc;
use text::{Ending, TextForm, TextOptions};
use workbook::Book;

pub(crate) use source::{Packing, Source};

/// Rows per batch: large enough to spread fixed costs, small enough to stay in cache while it is encoded.
pub(crate) const BATCH_ROWS: usize = 1 << 14;

/// The endings that are read.
pub(crate) const ENDINGS: &str =
    ".parquet, .csv, .tsv, .psv, .txt, .dat (these also with .gz or .zst), .xlsx, .xls, .arrow, .feather, .ipc, .zip";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    Text(Ending, Packing),
    /// A sheet of a workbook.
    Sheet(Book, String),
    Ipc,
    /// Not a file.
    Memory,
}

/// What an ending says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One table.
    Table(Format),
    Workbook(Book),
    Archive,
}

impl Kind {
    /// The kind of a file and its name without the ending; `None` for files that are not data.
    pub(crate) fn of(path: &Path) -> Option<(Self, String)> {
        let name = path.file_name()?.to_string_lossy();
        let cut = |ending: &str| {
            let (stem, tail) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
            (!stem.is_empty() && tail.eq_ignore_ascii_case(ending)).then(|| stem.to_owned())
        };
        Self::whole().into_iter().chain(Self::texts()).find_map(|(ending, kind)| cut(&ending).map(|stem| (kind, stem)))
    }

    fn whole() -> [(String, Self); 8] {
        [
            (".parquet", Self::Table(Format::Parquet)),
            (".pq", Self::Table(Format::Parquet)),
            (".arrow", Self::Table(Format::Ipc)),
            (".feather", Self::Table(Format::Ipc)),
            (".ipc", Self::Table(Format::Ipc)),
            (".xlsx", Self::Workbook(Book::Xlsx)),
            (".xls", Self::Workbook(Book::Xls)),
            (".zip", Self::Archive),
        ]
        .map(|(ending, kind)| (ending.to_owned(), kind))
    }

    fn texts() -> impl Iterator<Item = (String, Self)> {
        const ENDINGS: [(&str, Ending); 5] =
            [(".csv", Ending::Csv), (".tsv", Ending::Tsv), (".psv", Ending::Psv), (".txt", Ending::Loose), (".dat", Ending::Loose)];
        const PACKINGS: [(&str, Packing); 3] = [("", Packing::None), (".gz", Packing::Gzip), (".zst", Packing::Zstd)];
        ENDINGS.into_iter().flat_map(|(ending, kind)| {
            PACKINGS.into_iter().map(move |(packed, packing)| (format!("{ending}{packed}"), Self::Table(Format::Text(kind, packing))))
        })
    }
}

impl Format {
    fn name(&self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::Text(Ending::Csv, Packing::None) => "CSV",
            Self::Text(_, Packing::None) => "text",
            Self::Text(_, Packing::Gzip) => "gzip",
            Self::Text(_, Packing::Zstd) => "zstd",
            Self::Sheet(..) => "a workbook",
            Self::Ipc | Self::Memory => "Arrow",
        }
    }

    /// Whether files with the ending may well be something else than tables.
    pub(crate) fn is_loose(&self) -> bool {
        matches!(self, Self::Text(Ending::Loose, _))
    }
}

/// A file of data whose head has been read.
pub(crate) struct DataFile {
    /// The name as the user knows it.
    pub(crate) name: Arc<str>,
    pub(crate) bytes: u64,
    pub(crate) columns: Vec<FileColumn>,
    /// Known only where it costs nothing.
    pub(crate) rows: Option<u64>,
    source: Source,
    content: Content,
    format: Format,
}

/// What reading the head has told.
enum Content {
    Parquet(Box<parquet::Groups>),
    Text(TextForm, Packing),
    Sheet(Book, String),
    Ipc,
    Memory(Vec<RecordBatch>),
    Table(Box<dyn database::Table>),
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
    /// Whether it holds keys or numbers of documents, all digits of which count.
    pub(crate) is_identifier: bool,
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

/// Bytes of a text looked at beyond its head, in each of a few places.
const PIECE: u64 = 1 << 16;
const HEAD: u64 = 1 << 18;

impl DataFile {
    /// Reads the head of a file.
    pub(crate) fn open(source: Source, name: Arc<str>, format: Format) -> Result<Self, ReadError> {
        Self::open_with(source, name, format, TextOptions::default())
    }

    /// Reads the head of a file of which delimiter or encoding may be known.
    pub(crate) fn open_with(source: Source, name: Arc<str>, format: Format, options: TextOptions) -> Result<Self, ReadError> {
        let bytes = source.bytes().map_err(|source| ReadError::Io { file: name.clone(), source })?;
        if bytes == 0 {
            return Err(ReadError::Empty { file: name });
        }
        let (columns, content) = inspect(&source, &format, options).map_err(|failure| failure.of(&name, &format))?;
        if matches!(content, Content::Text(..)) && columns.iter().any(|column| column.name.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(ReadError::Undecodable { file: name });
        }
        let rows = if let Content::Parquet(groups) = &content { Some(groups.rows()) } else { None };
        Ok(Self { name, bytes, columns, rows, source, content, format })
    }

    /// Takes batches of one schema for a file.
    pub(crate) fn in_memory(name: Arc<str>, schema: &Schema, batches: Vec<RecordBatch>) -> Self {
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let bytes = batches.iter().map(|batch| batch.get_array_memory_size() as u64).sum();
        let columns = columns_of(schema);
        let content = Content::Memory(batches);
        Self { name, bytes, columns, rows: Some(rows), source: Source::Nowhere, content, format: Format::Memory }
    }

    /// Takes a table of a database for a file.
    pub(crate) fn in_database(listed: database::Listed) -> Self {
        let database::Listed { name, columns, rows, bytes, table } = listed;
        Self { name, bytes, columns, rows, source: Source::Nowhere, content: Content::Table(table), format: Format::Memory }
    }

    /// The table of a database that it is.
    pub(crate) fn table(&self) -> Option<&dyn database::Table> {
        if let Content::Table(table) = &self.content { Some(table.as_ref()) } else { None }
    }

    /// Whether there is a file at all.
    pub(crate) fn is_in_memory(&self) -> bool {
        matches!(self.content, Content::Memory(_))
    }

    /// Its bytes as they are stored.
    pub(crate) fn stored_bytes(&self) -> io::Result<Box<dyn io::Read + Send>> {
        self.source.open()
    }

    /// The number of parts that can be decoded apart; in order they make up the file.
    pub(crate) fn parts(&self) -> usize {
        match &self.content {
            Content::Parquet(groups) => groups.len(),
            Content::Memory(batches) => batches.len(),
            Content::Table(table) => table.parts(),
            Content::Text(..) | Content::Sheet(..) | Content::Ipc => 1,
        }
    }

    /// Decodes one part, with so many threads at most where the format allows it. The batches have exactly the wanted columns, in that order.
    pub(crate) fn decode(&self, part: usize, wanted: &[Wanted], threads: usize, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        if let Content::Table(table) = &self.content {
            return table.decode(part, wanted, sink);
        }
        self.decode_part(part, wanted, threads, sink).map_err(|failure| failure.of(&self.name, &self.format))
    }

    fn decode_part(&self, part: usize, wanted: &[Wanted], threads: usize, sink: &mut Sink<'_>) -> Result<(), Failure> {
        match &self.content {
            Content::Parquet(groups) => groups.decode(self.source.file()?, part, wanted, sink)?,
            Content::Text(form, packing) => {
                let reader = packing.unpack(self.source.open()?).map_err(|error| error.to_string())?;
                let threads = if self.bytes < text::WORTH_THREADS { 1 } else { threads };
                text::decode_stream(reader, form, &self.columns, wanted, threads, sink)?;
            }
            Content::Sheet(book, sheet) => workbook::decode(on_disk(&self.source)?, (*book, sheet), &self.columns, wanted, sink)?,
            Content::Ipc => ipc::decode(self.source.file()?, wanted, sink)?,
            Content::Memory(batches) => memory::decode(batches, part, wanted, sink)?,
            // A table has errors of its own.
            Content::Table(_) => {}
        }
        Ok(())
    }

    /// The error of a decoder that gave up without saying why.
    pub(crate) fn broken(&self) -> ReadError {
        damaged(&self.name, &self.format, "the decoder stopped".to_owned())
    }
}

fn inspect(source: &Source, format: &Format, options: TextOptions) -> Result<(Vec<FileColumn>, Content), Failure> {
    match format {
        Format::Parquet => {
            let groups = parquet::Groups::open(&source.file()?)?;
            Ok((columns_of(groups.schema()), Content::Parquet(Box::new(groups))))
        }
        Format::Text(ending, packing) => {
            let elsewhere = if *packing == Packing::None { source::pieces(source, HEAD, PIECE)? } else { Vec::new() };
            let reader = packing.unpack(source.open()?).map_err(|error| error.to_string())?;
            let (form, columns) = text::inspect(reader, elsewhere, options, *ending)?;
            Ok((columns, Content::Text(form, *packing)))
        }
        Format::Sheet(book, sheet) => {
            let columns = workbook::head(on_disk(source)?, *book, sheet)?;
            Ok((columns, Content::Sheet(*book, sheet.clone())))
        }
        Format::Ipc => Ok((columns_of(&ipc::schema(source.file()?)?), Content::Ipc)),
        Format::Memory => Ok((Vec::new(), Content::Memory(Vec::new()))),
    }
}

fn on_disk(source: &Source) -> io::Result<&Path> {
    source.path().ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))
}

/// Why a file cannot be decoded.
enum Failure {
    Io(io::Error),
    Damaged(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Damaged(reason)
    }
}

impl Failure {
    fn of(self, file: &Arc<str>, format: &Format) -> ReadError {
        match self {
            Self::Io(source) => ReadError::Io { file: file.clone(), source },
            Self::Damaged(reason) => damaged(file, format, reason),
        }
    }
}

fn damaged(file: &Arc<str>, format: &Format, reason: String) -> ReadError {
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
        let of = |name: &str| Kind::of(Path::new(name));
        let text = |ending, packing, stem: &str| Some((Kind::Table(Format::Text(ending, packing)), stem.to_owned()));
        assert_eq!(of("a/claims.parquet"), Some((Kind::Table(Format::Parquet), "claims".to_owned())));
        assert_eq!(of("lines-2025.CSV.GZ"), text(Ending::Csv, Packing::Gzip, "lines-2025"));
        assert_eq!(of("结算.csv.zst"), text(Ending::Csv, Packing::Zstd, "结算"));
        assert_eq!(of("lines.tsv"), text(Ending::Tsv, Packing::None, "lines"));
        assert_eq!(of("lines.dat.gz"), text(Ending::Loose, Packing::Gzip, "lines"));
        assert_eq!(of("claims.v2.feather"), Some((Kind::Table(Format::Ipc), "claims.v2".to_owned())));
        assert_eq!(of("book.XLSX"), Some((Kind::Workbook(Book::Xlsx), "book".to_owned())));
        assert_eq!(of("all.zip"), Some((Kind::Archive, "all".to_owned())));
        for name in ["claims", "claims.docx", ".csv", "notes.md", "claims.gz"] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
