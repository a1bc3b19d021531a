//! The files of an export, open side by side.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::book::Book;
use super::options::{Export, Format};
use super::sheet::Sheet;
use super::text::{Spoil, TextFile};

/// The workbook of an export.
const BOOK: &str = "county.xlsx";
/// Rows of a Parquet file gathered before they are written.
const GATHERED: usize = 8_192;
/// Rows that stand together in one part of a table.
const TOGETHER: u64 = 512;

/// Where a row went.
pub(super) struct Place {
    pub(super) file: String,
    /// Counted from 1 for the first row after the header.
    pub(super) row: u64,
}

/// All files of an export.
pub(super) struct Output {
    folder: PathBuf,
    export: Export,
    targets: Vec<Target>,
    book: Option<Book>,
}

struct Target {
    name: String,
    rows: u64,
    form: Form,
}

enum Form {
    Text(Vec<Part>),
    Book(usize),
    Parquet(Box<Columns>),
}

struct Part {
    file: TextFile,
    name: String,
    rows: u64,
}

impl Output {
    pub(super) fn create(folder: &Path, export: &Export) -> Result<Self> {
        let book = if export.format == Format::Xlsx { Some(Book::new()?) } else { None };
        Ok(Self { folder: folder.to_owned(), export: export.clone(), targets: Vec::new(), book })
    }

    /// Opens the file or files of a sheet and returns its number.
    pub(super) fn open(&mut self, sheet: &Sheet) -> Result<usize> {
        let form = match (&mut self.book, self.export.format) {
            (Some(book), _) => Form::Book(book.add(&sheet.name, &sheet.header)?),
            (None, Format::Csv) => Form::Text(self.parts(sheet)?),
            (None, _) => Form::Parquet(Box::new(Columns::create(&self.folder, &sheet.name, &sheet.header)?)),
        };
        self.targets.push(Target { name: sheet.name.clone(), rows: 0, form });
        Ok(self.targets.len() - 1)
    }

    fn parts(&self, sheet: &Sheet) -> Result<Vec<Part>> {
        let part = |number: usize| {
            let stem = if self.export.parts == 1 { sheet.name.clone() } else { format!("{}-{number:03}", sheet.name) };
            let (mut file, name) = TextFile::create(&self.folder, &stem, &self.export)?;
            file.write(&sheet.header, Spoil::None)?;
            Ok(Part { file, name, rows: 0 })
        };
        (1..=self.export.parts).map(part).collect()
    }

    /// Writes a row of a sheet and says where.
    pub(super) fn write(&mut self, number: usize, sheet: &Sheet, cells: &[String], spoil: Spoil) -> Result<Place> {
        let target = &mut self.targets[number];
        let before = target.rows;
        target.rows += 1;
        let whole = |file: String| Place { file, row: before + 1 };
        match &mut target.form {
            Form::Text(parts) => {
                let turn = before / TOGETHER % parts.len() as u64;
                let part = &mut parts[turn as usize];
                part.rows += 1;
                part.file.write(cells, spoil).with_context(|| format!("cannot write {}", part.name))?;
                Ok(Place { file: part.name.clone(), row: part.rows })
            }
            Form::Book(sheet_number) => {
                let book = self.book.as_mut().context("a sheet without its workbook")?;
                book.write(*sheet_number, cells, &sheet.kinds)?;
                Ok(whole(format!("{BOOK}[{}]", target.name)))
            }
            Form::Parquet(columns) => {
                columns.write(cells)?;
                Ok(whole(format!("{}.parquet", target.name)))
            }
        }
    }

    /// Closes all files and returns the rows of each sheet.
    pub(super) fn finish(self) -> Result<BTreeMap<String, u64>> {
        let mut rows = BTreeMap::new();
        for target in self.targets {
            match target.form {
                Form::Text(parts) => parts.into_iter().try_for_each(|part| part.file.finish())?,
                Form::Book(_) => {}
                Form::Parquet(columns) => columns.finish()?,
            }
            rows.insert(target.name, target.rows);
        }
        if let Some(book) = self.book {
            book.save(&self.folder.join(BOOK))?;
        }
        Ok(rows)
    }
}

/// A Parquet file of texts.
struct Columns {
    schema: SchemaRef,
    writer: ArrowWriter<File>,
    gathered: Vec<Vec<Option<String>>>,
}

impl Columns {
    fn create(folder: &Path, name: &str, header: &[Cow<'static, str>]) -> Result<Self> {
        let fields: Vec<Field> = header.iter().map(|column| Field::new(column.as_ref(), DataType::Utf8, true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let path = folder.join(format!("{name}.parquet"));
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))?;
        Ok(Self { schema, writer, gathered: vec![Vec::new(); header.len()] })
    }

    fn write(&mut self, cells: &[String]) -> Result<()> {
        for (column, cell) in self.gathered.iter_mut().zip(cells) {
            column.push((!cell.is_empty()).then(|| cell.clone()));
        }
        if self.gathered.first().is_some_and(|column| column.len() >= GATHERED) { self.store() } else { Ok(()) }
    }

    fn store(&mut self) -> Result<()> {
        let arrays = self.gathered.iter_mut().map(|column| Arc::new(column.drain(..).collect::<StringArray>()) as ArrayRef).collect();
        Ok(self.writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)?)
    }

    fn finish(mut self) -> Result<()> {
        self.store()?;
        self.writer.close()?;
        Ok(())
    }
}
