//! Tables of a result as Parquet whose bytes depend on the rows alone.

use crate::error::{ReadError, WriteError};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// Rows per row group.
const GROUP_ROWS: usize = 1 << 17;

/// A table being written.
///
/// Rows are gathered into row groups of one size, so that the bytes do not depend on how they came in batches.
pub struct TableWriter {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<BufWriter<File>>,
    waiting: Vec<RecordBatch>,
    waiting_rows: usize,
}

impl TableWriter {
    pub(super) fn create(path: PathBuf, schema: SchemaRef) -> Result<Self, WriteError> {
        let file = File::create(&path).map_err(|source| WriteError::Io { path: path.clone(), source })?;
        let properties = WriterProperties::builder()
            .set_created_by("claimsift".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        // The Arrow schema in the footer would hold maps in no fixed order; Parquet's own types say all that is needed.
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer =
            ArrowWriter::try_new_with_options(BufWriter::new(file), schema.clone(), options).map_err(|error| table(&path, error))?;
        Ok(Self { path, schema, writer, waiting: Vec::new(), waiting_rows: 0 })
    }

    /// Adds rows, which must have the table's schema.
    pub fn write(&mut self, rows: &RecordBatch) -> Result<(), WriteError> {
        let mut start = 0;
        while start < rows.num_rows() {
            let count = (GROUP_ROWS - self.waiting_rows).min(rows.num_rows() - start);
            self.waiting.push(rows.slice(start, count));
            self.waiting_rows += count;
            start += count;
            if self.waiting_rows == GROUP_ROWS {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what is left and closes the file.
    pub fn finish(mut self) -> Result<(), WriteError> {
        self.flush()?;
        let file = self.writer.into_inner().map_err(|error| table(&self.path, error))?;
        file.into_inner().map_err(|error| WriteError::Io { path: self.path, source: error.into_error() })?;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        if self.waiting_rows > 0 {
            let group = concat_batches(&self.schema, &self.waiting).map_err(|error| table(&self.path, error))?;
            self.writer.write(&group).and_then(|()| self.writer.flush()).map_err(|error| table(&self.path, error))?;
            self.waiting.clear();
            self.waiting_rows = 0;
        }
        Ok(())
    }
}

fn table(path: &Path, error: impl Display) -> WriteError {
    WriteError::Table { path: path.to_owned(), reason: error.to_string() }
}

/// Reads the table `name` of a result folder.
pub fn read_result_table(folder: &Path, name: &str) -> Result<Vec<RecordBatch>, ReadError> {
    let path = folder.join(format!("{name}.parquet"));
    let damaged = |reason: String| ReadError::Damaged { file: path.display().to_string().into(), format: "Parquet", reason };
    let file = File::open(&path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ReadError::NoResult { folder: folder.to_owned(), name: name.to_owned() },
        _ => ReadError::Io { file: path.display().to_string().into(), source },
    })?;
    let batches = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(1 << 16).build())
        .map_err(|error| damaged(error.to_string()))?;
    batches.collect::<Result<Vec<_>, _>>().map_err(|error| damaged(error.to_string()))
}
