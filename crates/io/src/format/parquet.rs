//! Parquet, one row group at a time.
//!
//! Texts come as dictionaries where the row group has them, so that intake looks at each distinct value once; columns that
//! overflowed their dictionary, and those with a value of their own per row, come as views into the decoded pages.

use super::{BATCH_ROWS, Raw, Sink, Wanted};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use claimsift::intake::Rows;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Encoding, Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetStatisticsPolicy};
use std::fs::File;
use std::sync::Arc;

/// The row groups of a file.
pub(super) struct Groups {
    metadata: ArrowReaderMetadata,
}

impl Groups {
    pub(super) fn open(file: &File) -> Result<Self, String> {
        let options = ArrowReaderOptions::new()
            .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
        let metadata = ArrowReaderMetadata::load(file, options).map_err(|error| reason(&error))?;
        Ok(Self { metadata })
    }

    pub(super) fn schema(&self) -> &Schema {
        self.metadata.schema()
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows_before(self.len())
    }

    pub(super) fn len(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    fn rows_before(&self, group: usize) -> u64 {
        let groups = self.metadata.metadata().row_groups();
        groups.iter().take(group).map(|group| u64::try_from(group.num_rows()).unwrap_or_default()).sum()
    }

    pub(super) fn decode(&self, file: File, group: usize, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), String> {
        let options = ArrowReaderOptions::new().with_schema(Arc::new(self.schema_for(group, wanted)));
        let metadata = ArrowReaderMetadata::try_new(self.metadata.metadata().clone(), options).map_err(|error| reason(&error))?;
        let roots = wanted.iter().map(|wanted| wanted.column);
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots);
        let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_row_groups(vec![group])
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| reason(&error))?;
        let mut first = self.rows_before(group) + 1;
        for batch in batches {
            let batch = batch.map_err(|error| error.to_string())?;
            let rows = batch.num_rows() as u64;
            if !sink(Raw { batch, rows: Rows::From(first), rejects: Vec::new() }) {
                return Ok(());
            }
            first += rows;
        }
        Ok(())
    }

    /// The file's schema with the types in which the wanted columns of a row group are best decoded.
    fn schema_for(&self, group: usize, wanted: &[Wanted]) -> Schema {
        let schema = self.metadata.schema();
        let mut fields: Vec<Arc<Field>> = schema.fields().iter().cloned().collect();
        for wanted in wanted {
            if let Some(field) = fields.get_mut(wanted.column)
                && let Some(chunk) = self.chunk(group, wanted.column)
                && let Some(data_type) = best_type(field.data_type(), chunk, wanted.is_unique)
            {
                *field = Arc::new(field.as_ref().clone().with_data_type(data_type));
            }
        }
        Schema::new(fields)
    }

    fn chunk(&self, group: usize, root: usize) -> Option<&ColumnChunkMetaData> {
        let schema = self.metadata.parquet_schema();
        let leaf = (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == root)?;
        self.metadata.metadata().row_groups().get(group)?.columns().get(leaf)
    }
}

fn best_type(found: &DataType, chunk: &ColumnChunkMetaData, is_unique: bool) -> Option<DataType> {
    if chunk.column_type() == Type::INT96 {
        // Nanoseconds would overflow at year 2262, and 9999-12-31 is a usual "for ever".
        return Some(DataType::Timestamp(TimeUnit::Microsecond, None));
    }
    let inner = if let DataType::Dictionary(_, value) = found { value.as_ref() } else { found };
    let is_text = matches!(inner, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Binary | DataType::LargeBinary);
    if !is_text || chunk.column_type() != Type::BYTE_ARRAY {
        return None;
    }
    // Bytes that the file does not call texts have no dictionary of texts.
    let is_bytes = matches!(inner, DataType::Binary | DataType::LargeBinary);
    if !is_unique && !is_bytes && is_dictionary(chunk) {
        return Some(DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)));
    }
    Some(DataType::Utf8View)
}

/// Whether every page of values refers to the dictionary.
fn is_dictionary(chunk: &ColumnChunkMetaData) -> bool {
    let has_dictionary = chunk.dictionary_page_offset().is_some();
    match chunk.page_encoding_stats_mask() {
        Some(mask) => mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY),
        // Writers that leave out the statistics seldom mix encodings in a column of a row group.
        None => has_dictionary,
    }
}

fn reason(error: &ParquetError) -> String {
    let text = error.to_string();
    text.strip_prefix("Parquet error: ").unwrap_or(&text).to_owned()
}
