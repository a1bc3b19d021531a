//! A data set on disk: its files, what they feed, and their rows.

mod find;
mod fingerprint;
mod place;
mod read;

use crate::database::{self, Session};
use crate::error::ReadError;
use crate::format::{DataFile, ENDINGS};
use crate::layout::{Layout, LayoutChoice};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use claimsift::tables::TableId;
use std::path::Path;
use std::sync::Arc;

pub use fingerprint::Fingerprint;
pub use place::Placement;
pub use read::Reading;

/// A data set whose files have been recognised.
///
/// Opening reads only the heads of the files; every file that is there and cannot be read is an error at once.
pub struct Input {
    layout: Layout,
    files: Vec<Arc<InputFile>>,
    ignored: Vec<String>,
    decoders: usize,
    session: Option<Arc<dyn Session>>,
}

/// One file of an input.
pub struct InputFile {
    data: DataFile,
    placements: Vec<Placement>,
    unplaced: Vec<String>,
}

impl InputFile {
    /// The name as the user knows it: relative to the input.
    pub fn name(&self) -> &str {
        &self.data.name
    }

    /// The size on disk.
    pub fn bytes(&self) -> u64 {
        self.data.bytes
    }

    /// The number of rows, where the head of the file tells it.
    pub fn rows(&self) -> Option<u64> {
        self.data.rows
    }

    /// The tables that the file feeds.
    pub fn placements(&self) -> &[Placement] {
        &self.placements
    }

    /// The columns that no table takes, in the order of the file.
    pub fn unplaced(&self) -> &[String] {
        &self.unplaced
    }

    fn new(data: DataFile, placements: Vec<Placement>) -> Self {
        let is_taken =
            |position: &usize| placements.iter().flat_map(Placement::mapped).any(|mapped| mapped.source.columns().contains(position));
        let unplaced =
            (0..data.columns.len()).filter(|position| !is_taken(position)).map(|position| data.columns[position].name.clone()).collect();
        Self { data, placements, unplaced }
    }
}

impl Input {
    /// Finds the files of a folder (or takes one file) and recognises their layout.
    ///
    /// The files of a folder count if their ending names a format: `.parquet`, `.csv`, `.tsv`, `.psv`, `.txt`, `.dat` (these also packed as
    /// `.gz` or `.zst`), `.xlsx`, `.xls`, `.arrow`, `.feather`, `.ipc`. Each sheet of a workbook and each file of a `.zip` counts as a file.
    /// A folder inside it counts if it is named for a table, and all files in it belong to that table.
    ///
    /// An address `postgresql://USER@HOST:PORT/DATABASE?schema=NAME`, or a SQLite file (by its first bytes, or as `sqlite:FILE`), is read
    /// like a folder whose files are the tables and views of the schema. All that is read is one state of the database, until
    /// [`release`](Self::release).
    pub fn open(path: &Path, choice: &LayoutChoice) -> Result<Self, ReadError> {
        let layouts = choice.layouts()?;
        if let Some(opened) = database::open(path) {
            return Self::of_database(path, choice, layouts, opened?);
        }
        let find::Listing { found, mut ignored } = find::list(path)?;
        let mut data = Vec::with_capacity(found.len());
        let mut stems = Vec::with_capacity(found.len());
        for found in found {
            let stem = find::table_of_stem(&found.stem);
            // A text of any kind may lie beside the tables.
            let may_be_other = found.format.is_loose() && stem.is_none();
            match DataFile::open(found.source, found.name.clone(), found.format) {
                Ok(file) => {
                    data.push(file);
                    stems.push(stem);
                }
                Err(_) if may_be_other => ignored.push(found.name.to_string()),
                Err(error) => return Err(error),
            }
        }
        let ignored = Ignored { names: ignored, because: format!("not one of {ENDINGS}") };
        Self::recognised(path, choice, layouts, data, &stems, ignored)
    }

    fn of_database(path: &Path, choice: &LayoutChoice, layouts: Vec<Layout>, opened: database::Opened) -> Result<Self, ReadError> {
        let data: Vec<DataFile> = opened.tables.into_iter().map(DataFile::in_database).collect();
        let stems: Vec<_> = data.iter().map(|table| find::table_of_stem(&table.name)).collect();
        let ignored = Ignored { names: opened.ignored, because: "no permission to read it".to_owned() };
        let input = Self::recognised(path, choice, layouts, data, &stems, ignored)?;
        Ok(Self { session: Some(opened.session), ..input })
    }

    fn recognised(
        path: &Path,
        choice: &LayoutChoice,
        layouts: Vec<Layout>,
        data: Vec<DataFile>,
        stems: &[Option<TableId>],
        ignored: Ignored,
    ) -> Result<Self, ReadError> {
        let Some((layout, placements)) = choose(layouts.clone(), &data, stems) else {
            return Err(nothing_known(path, choice, &layouts, &data, &ignored));
        };
        let mut files = Vec::new();
        let mut ignored = ignored.names;
        for (data, placements) in data.into_iter().zip(placements) {
            match placements? {
                placements if placements.is_empty() => ignored.push(data.name.to_string()),
                placements => files.push(Arc::new(InputFile::new(data, placements))),
            }
        }
        ignored.sort();
        let decoders = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        Ok(Self { layout, files, ignored, decoders, session: None })
    }

    /// Takes tables that are in memory, each as batches of one schema; their columns are known by the names, cases and other spellings of
    /// the canonical layout. Values are not copied until they are read.
    ///
    /// ```
    /// use arrow_array::{ArrayRef, RecordBatch, StringArray};
    /// use claimsift::tables::TableId;
    /// use claimsift_io::Input;
    /// use std::sync::Arc;
    ///
    /// let keys: ArrayRef = Arc::new(StringArray::from(vec!["C1", "C2"]));
    /// let batch = RecordBatch::try_from_iter([("Claim_ID", keys.clone()), ("code", keys)])?;
    /// let input = Input::of_tables(vec![(TableId::DiagnosisTable, batch.schema(), vec![batch])])?;
    /// assert_eq!(input.columns(TableId::DiagnosisTable), ["claim_id", "code"]);
    /// assert_eq!(input.rows_hint(TableId::DiagnosisTable), Some(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_tables(tables: Vec<(TableId, SchemaRef, Vec<RecordBatch>)>) -> Result<Self, ReadError> {
        let layout = Layout::named("plain")?;
        let file = |(table, schema, batches): (TableId, SchemaRef, Vec<RecordBatch>)| {
            let data = DataFile::in_memory(table.name().into(), &schema, batches);
            let placements = place::place(&layout, &data, Some(table))?;
            Ok(Arc::new(InputFile::new(data, placements)))
        };
        let files = tables.into_iter().map(file).collect::<Result<_, ReadError>>()?;
        Ok(Self { layout, files, ignored: Vec::new(), decoders: 1, session: None })
    }

    /// Takes named tables that are in memory like files of these names: the layout recognises them. `place` is where they come from.
    pub fn of_named_tables(
        place: &Path,
        choice: &LayoutChoice,
        tables: Vec<(String, SchemaRef, Vec<RecordBatch>)>,
    ) -> Result<Self, ReadError> {
        let data: Vec<DataFile> =
            tables.into_iter().map(|(name, schema, batches)| DataFile::in_memory(name.into(), &schema, batches)).collect();
        let stems: Vec<_> = data.iter().map(|table| find::table_of_stem(&table.name)).collect();
        Self::recognised(place, choice, choice.layouts()?, data, &stems, Ignored::default())
    }

    /// The same input read by so many background threads, at least one.
    #[must_use]
    pub fn with_decoders(mut self, decoders: usize) -> Self {
        self.decoders = decoders.max(1);
        self
    }

    /// Lets go of a database when what is wanted has been read: no transaction, lock or connection stays. A later [`read`](Self::read) reads
    /// the state of that time. Files are not affected.
    pub fn release(&self) {
        if let Some(session) = &self.session {
            session.release();
        }
    }

    /// The layout that was chosen.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The tables that at least one file feeds.
    pub fn tables(&self) -> Vec<TableId> {
        TableId::ALL.iter().copied().filter(|&table| self.placements(table).next().is_some()).collect()
    }

    /// The canonical columns of a table that at least one file has, in canonical order.
    pub fn columns(&self, table: TableId) -> Vec<&'static str> {
        let found: Vec<&str> = self.placements(table).flat_map(|(_, placement)| placement.columns()).collect();
        table.schema().columns.iter().map(|schema| schema.name).filter(|name| found.contains(name)).collect()
    }

    /// The files that feed a table, in the order of their names.
    pub fn files(&self) -> impl Iterator<Item = &InputFile> {
        self.files.iter().map(AsRef::as_ref)
    }

    /// What lies in the folder and is not read: other formats, folders, and files that the layout does not know.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The rows of a table, where the heads of all its files tell.
    pub fn rows_hint(&self, table: TableId) -> Option<u64> {
        self.placements(table).map(|(file, placement)| file.rows().filter(|_| placement.is_row_for_row())).sum()
    }

    /// The size on disk of the files that feed a table.
    pub fn bytes(&self, table: TableId) -> u64 {
        let mut files: Vec<&Arc<InputFile>> = self.placements(table).map(|(file, _)| file).collect();
        files.dedup_by(|left, right| Arc::ptr_eq(left, right));
        files.iter().map(|file| file.bytes()).sum()
    }

    /// Reads a table: the wanted columns (those of them that a file has) under canonical names, in the order of the files' names and then
    /// of their rows.
    ///
    /// Decoding runs ahead in the background, by a bounded number of rows, and ends when the iterator is dropped. A file without rows gives
    /// no chunk. Empty texts and the layout's words for "missing" are null; moments with a zone are local. Where a layout makes several rows
    /// of one (`rows` in the mapping file), entries without a value in the file make none and are not counted as read. After an error the
    /// iterator ends.
    pub fn read(&self, table: TableId, wanted: &[&str]) -> Reading {
        let jobs = self.placements(table).flat_map(|(file, placement)| read::jobs(file, placement, wanted, &self.layout)).collect();
        Reading::start(jobs, self.decoders)
    }

    /// The size and BLAKE3 hash of every file that is read; of tables of a database, what has been read so far. Tables in memory have none.
    pub fn fingerprints(&self) -> Result<Vec<Fingerprint>, ReadError> {
        let files: Vec<&Arc<InputFile>> = self.files.iter().filter(|file| !file.data.is_in_memory()).collect();
        fingerprint::fingerprints(&files)
    }

    fn placements(&self, table: TableId) -> impl Iterator<Item = (&Arc<InputFile>, &Placement)> {
        let of_file = move |file| InputFile::placements(file).iter().filter(move |placement| placement.table() == table);
        self.files.iter().flat_map(move |file: &Arc<InputFile>| of_file(file.as_ref()).map(move |placement| (file, placement)))
    }
}

/// What lies in an input and is not read, and why not.
#[derive(Default)]
struct Ignored {
    names: Vec<String>,
    because: String,
}

type Placed = Vec<Result<Vec<Placement>, ReadError>>;

/// The layout that knows most: one that finds claims before one that does not, then by the number of files. Earlier layouts win ties.
fn choose(layouts: Vec<Layout>, files: &[DataFile], stems: &[Option<TableId>]) -> Option<(Layout, Placed)> {
    let mut best: Option<((bool, usize), Layout, Placed)> = None;
    for layout in layouts {
        let placed = place_all(&layout, files, stems);
        let known = placed.iter().filter(|placed| placed.as_ref().map_or(true, |placements| !placements.is_empty())).count();
        let merit = (placed.iter().any(finds_claims), known);
        if known > 0 && best.as_ref().is_none_or(|(least, _, _)| merit > *least) {
            best = Some((merit, layout, placed));
        }
    }
    best.map(|(_, layout, placed)| (layout, placed))
}

fn finds_claims(placed: &Result<Vec<Placement>, ReadError>) -> bool {
    match placed {
        Ok(placements) => placements.iter().any(|placement| placement.table().name() == "claims"),
        Err(ReadError::MissingColumn { table, .. }) => *table == "claims",
        Err(_) => false,
    }
}

fn place_all(layout: &Layout, files: &[DataFile], stems: &[Option<TableId>]) -> Placed {
    let named = stems.iter().any(Option::is_some);
    let table = |file, stem: Option<TableId>| if named { stem } else { place::table_by_headers(layout, file) };
    files.iter().zip(stems).map(|(file, stem)| place::place(layout, file, table(file, *stem))).collect()
}

fn nothing_known(path: &Path, choice: &LayoutChoice, layouts: &[Layout], files: &[DataFile], ignored: &Ignored) -> ReadError {
    let headers = |file: &DataFile| file.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
    let data = files.iter().map(|file| format!("{} with {}", file.name, headers(file)));
    let other = ignored.names.iter().map(|name| format!("{name} ({})", ignored.because));
    let layout = match choice {
        LayoutChoice::Auto => "any layout".to_owned(),
        _ => format!("layout `{}`", layouts.first().map_or("", Layout::name)),
    };
    let wanted = layouts.iter().flat_map(Layout::wanted).collect();
    ReadError::NothingKnown { path: database::place_of(path).into(), layout, found: data.chain(other).collect(), wanted }
}
