//! A data set on disk: its files, what they feed, and their rows.

mod ahead;
mod distinct;
mod find;
mod fingerprint;
mod lookup;
mod mapping;
mod place;
mod read;

use crate::database::{self, Session};
use crate::error::ReadError;
use crate::format::{DataFile, ENDINGS};
use crate::layout::{Layout, LayoutChoice, Lookup};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use claimsift::tables::TableId;
use distinct::Merger;
use lookup::{Found, Lookups};
use place::Kinded;
use read::Selection;
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
    /// What it is in the words of the layout.
    kinds: Vec<String>,
    /// What names it: the first folder, or its own name without the ending.
    stem: String,
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

    /// `looked_up` are the positions of columns that other files take from this one.
    fn new(data: DataFile, kinds: Vec<String>, stem: String, placements: Vec<Placement>, looked_up: &[usize]) -> Self {
        let taken: Vec<usize> = placements.iter().flat_map(Placement::positions).chain(looked_up.iter().copied()).collect();
        let is_left = |position: &usize| !taken.contains(position);
        let unplaced = (0..data.columns.len()).filter(is_left).map(|position| data.columns[position].name.clone()).collect();
        Self { data, kinds, stem, placements, unplaced }
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
            return Self::of_database(path, choice, &layouts, opened?);
        }
        let is_known = |name: &str| find::table_of_stem(name).is_some() || layouts.iter().any(|layout| layout.kind_named(name).is_some());
        let find::Listing { found, mut ignored } = find::list(path, &is_known)?;
        let mut data = Vec::with_capacity(found.len());
        let mut stems = Vec::with_capacity(found.len());
        for found in found {
            // A text of any kind may lie beside the tables.
            let may_be_other = found.format.is_loose() && !is_known(&found.stem);
            match DataFile::open(found.source, found.name.clone(), found.format) {
                Ok(file) => {
                    data.push(file);
                    stems.push(found.stem);
                }
                Err(_) if may_be_other => ignored.push(found.name.to_string()),
                Err(error) => return Err(error),
            }
        }
        let ignored = Ignored { names: ignored, because: format!("not one of {ENDINGS}") };
        Self::recognised(path, choice, &layouts, data, stems, ignored)
    }

    fn of_database(path: &Path, choice: &LayoutChoice, layouts: &[Layout], opened: database::Opened) -> Result<Self, ReadError> {
        let data: Vec<DataFile> = opened.tables.into_iter().map(DataFile::in_database).collect();
        let stems = data.iter().map(|table| table.name.to_string()).collect();
        let ignored = Ignored { names: opened.ignored, because: "no permission to read it".to_owned() };
        let input = Self::recognised(path, choice, layouts, data, stems, ignored)?;
        Ok(Self { session: Some(opened.session), ..input })
    }

    fn recognised(
        path: &Path,
        choice: &LayoutChoice,
        layouts: &[Layout],
        data: Vec<DataFile>,
        stems: Vec<String>,
        ignored: Ignored,
    ) -> Result<Self, ReadError> {
        let Some(Chosen { layout, kinds, placed }) = choose(layouts, &data, &stems) else {
            return Err(nothing_known(path, choice, layouts, &data, &ignored));
        };
        let placements = placed.into_iter().collect::<Result<Vec<_>, _>>()?;
        let decoders = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        let mut input = Self { layout, files: Vec::new(), ignored: ignored.names, decoders, session: None };
        let files = data
            .into_iter()
            .zip(kinds)
            .zip(stems)
            .zip(placements)
            .map(|(((data, kinds), stem), placements)| (data, kinds, stem, placements));
        input.take(files.collect());
        Ok(input)
    }

    /// Takes the files that feed a table or are looked up; the others are ignored.
    fn take(&mut self, files: Vec<(DataFile, Vec<String>, String, Vec<Placement>)>) {
        let lookups: Vec<Lookup> = files.iter().flat_map(|(.., placements)| placements).flat_map(Placement::lookups).cloned().collect();
        for (data, kinds, stem, placements) in files {
            let looked_up = looked_up(&self.layout, &data, &kinds, &lookups);
            if placements.is_empty() && looked_up.is_empty() {
                self.ignored.push(data.name.to_string());
            } else {
                self.files.push(Arc::new(InputFile::new(data, kinds, stem, placements, &looked_up)));
            }
        }
        self.ignored.sort();
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
            let others = Kinded { files: &[], kinds: Vec::new() };
            let placements = place::place(&layout, &data, &[], Some(table), &others)?;
            Ok(Arc::new(InputFile::new(data, Vec::new(), table.name().to_owned(), placements, &[])))
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
        let stems = data.iter().map(|table| table.name.to_string()).collect();
        Self::recognised(place, choice, &choice.layouts()?, data, stems, Ignored::default())
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

    /// The files that feed a table or are looked up, in the order of their names.
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
        self.start(table, wanted, self.distinct(table))
    }

    /// The first rows of a table as they are, without putting those of one key together.
    fn sample(&self, table: TableId, wanted: &[&str]) -> Reading {
        self.start(table, wanted, Vec::new())
    }

    fn start(&self, table: TableId, wanted: &[&str], distinct: Vec<&'static str>) -> Reading {
        let selections: Vec<_> =
            self.placements(table).map(|(file, placement)| (file, Selection::new(placement, wanted, &distinct))).collect();
        let lookups = selections.iter().flat_map(|(_, selection)| selection.lookups());
        let lookups = match Lookups::load(lookups, &self.files, &self.layout, self.decoders) {
            Ok(lookups) => lookups,
            Err(error) => return Reading::failed(error),
        };
        let jobs = selections.iter().flat_map(|(file, selection)| selection.jobs(file, &lookups, &self.layout)).collect();
        let merger = (!distinct.is_empty()).then(|| Merger::new(table, distinct));
        Reading::start(jobs, self.decoders, merger)
    }

    /// The columns by which the rows of a table are put together; none where every row stands for itself.
    fn distinct(&self, table: TableId) -> Vec<&'static str> {
        let mut keys = self.placements(table).map(|(_, placement)| &placement.distinct).filter(|distinct| !distinct.is_empty());
        keys.next().cloned().unwrap_or_default()
    }

    /// The mapping of every file and column as a mapping file that reads the same, with what has no place as comments.
    ///
    /// Codes without a canonical word are looked for in the first rows of each table.
    pub fn mapping(&self) -> Result<String, ReadError> {
        mapping::mapping(self)
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

/// The positions in a file that look-ups take or find their keys in.
fn looked_up(layout: &Layout, file: &DataFile, kinds: &[String], lookups: &[Lookup]) -> Vec<usize> {
    let of_file = lookups.iter().filter(|lookup| kinds.contains(&lookup.file));
    let found = of_file.filter_map(|lookup| {
        let takes: Vec<String> = lookup.take.iter().cloned().collect();
        let found = Found::new(file, layout, &lookup.key, &takes)?;
        found.takes.iter().all(Option::is_some).then(|| found.columns().collect::<Vec<_>>())
    });
    found.flatten().collect()
}

/// What lies in an input and is not read, and why not.
#[derive(Default)]
struct Ignored {
    names: Vec<String>,
    because: String,
}

type Placed = Vec<Result<Vec<Placement>, ReadError>>;

/// A layout and what it makes of the files.
struct Chosen {
    layout: Layout,
    kinds: Vec<Vec<String>>,
    placed: Placed,
}

impl Chosen {
    fn new(layout: Layout, files: &[DataFile], stems: &[String]) -> Self {
        let kinds = files.iter().zip(stems).map(|(file, stem)| place::kinds(&layout, file, stem)).collect();
        let tables: Vec<Option<TableId>> = stems.iter().map(|stem| find::table_of_stem(stem)).collect();
        let is_named = tables.iter().any(Option::is_some);
        let kinded = Kinded { files, kinds };
        let place = |((file, kinds), table): ((&DataFile, &Vec<String>), &Option<TableId>)| {
            let table = if is_named { *table } else { place::table_by_headers(&layout, file) };
            place::place(&layout, file, kinds, table, &kinded)
        };
        let mut placed: Placed = files.iter().zip(&kinded.kinds).zip(&tables).map(place).collect();
        drop_fallbacks(&mut placed);
        Self { kinds: kinded.kinds, layout, placed }
    }

    /// Whether it finds claims, then the number of files that it knows, of those by name, and of columns.
    fn merit(&self, stems: &[String]) -> (bool, usize, usize, usize) {
        let is_known = |placed: &Result<Vec<Placement>, ReadError>| placed.as_ref().map_or(true, |placements| !placements.is_empty());
        let known = self.placed.iter().filter(|placed| is_known(placed)).count();
        let is_named =
            |stem: &str| self.layout.kind_named(stem).is_some() || (self.layout.is_by_name() && find::table_of_stem(stem).is_some());
        let named = self.placed.iter().zip(stems).filter(|(placed, stem)| is_known(placed) && is_named(stem)).count();
        let columns = self.placed.iter().flatten().flatten().map(|placement| placement.columns().len()).sum();
        (self.placed.iter().any(finds_claims), known, named, columns)
    }
}

/// The layout that knows most; earlier layouts win ties.
fn choose(layouts: &[Layout], files: &[DataFile], stems: &[String]) -> Option<Chosen> {
    let mut best: Option<((bool, usize, usize, usize), Chosen)> = None;
    for layout in layouts {
        let chosen = Chosen::new(layout.clone(), files, stems);
        let merit = chosen.merit(stems);
        if merit.1 > 0 && best.as_ref().is_none_or(|(least, _)| merit > *least) {
            best = Some((merit, chosen));
        }
    }
    best.map(|(_, chosen)| chosen)
}

fn finds_claims(placed: &Result<Vec<Placement>, ReadError>) -> bool {
    match placed {
        Ok(placements) => placements.iter().any(|placement| placement.table().name() == "claims"),
        Err(ReadError::MissingColumn { table, .. }) => *table == "claims",
        Err(_) => false,
    }
}

/// A rule that is a fallback counts only where no other feeds the table.
fn drop_fallbacks(placed: &mut Placed) {
    let all = placed.iter().flatten().flatten();
    let fed: Vec<TableId> = all.filter(|placement| !placement.is_fallback).map(Placement::table).collect();
    for placements in placed.iter_mut().flatten() {
        placements.retain(|placement| !placement.is_fallback || !fed.contains(&placement.table()));
    }
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
