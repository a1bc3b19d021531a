//! Folders of files, and what was read from them as plain text.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_cast::cast;
use arrow_schema::DataType;
use claimsift::intake::Chunk;
use claimsift::tables::TableId;
use claimsift_io::{Input, LayoutChoice, ReadError};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(crate) const HEADER: &str = "claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount";
pub(crate) const ROW: &str = "C1,P1,H1,inpatient,2024-05-01,2024-05-04,812.50";

/// A folder with the given files.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    folder
}

pub(crate) fn csv(rows: &[&str]) -> Vec<u8> {
    rows.iter().flat_map(|row| format!("{row}\n").into_bytes()).collect()
}

pub(crate) fn parquet(path: &Path, rows: &RecordBatch, group_rows: usize) {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
    let mut writer = ArrowWriter::try_new(File::create(path).expect("a file"), rows.schema(), Some(properties)).expect("a writer");
    writer.write(rows).expect("written");
    writer.close().expect("closed");
}

pub(crate) fn table(name: &str) -> TableId {
    TableId::named(name).expect("a table")
}

pub(crate) fn open(path: &Path) -> Result<Input, ReadError> {
    Input::open(path, &LayoutChoice::Auto)
}

/// The message of what must fail.
pub(crate) fn message<T>(outcome: Result<T, ReadError>) -> String {
    outcome.err().expect("an error").to_string()
}

pub(crate) fn read(input: &Input, name: &str, wanted: &[&str]) -> Result<Vec<Chunk>, ReadError> {
    input.read(table(name), wanted).collect()
}

/// Every row with its file and number, its cells joined by `|`.
pub(crate) fn rows(chunks: &[Chunk], wanted: &[&str]) -> Vec<String> {
    let mut rows = Vec::new();
    for chunk in chunks {
        let column = |name: &&str| chunk.batch.column_by_name(name).map(|column| cast(column, &DataType::Utf8).expect("texts"));
        let columns: Vec<_> = wanted.iter().map(column).collect();
        for row in 0..chunk.batch.num_rows() {
            let cell = |column: &Option<arrow_array::ArrayRef>| match column {
                None => "absent".to_owned(),
                Some(column) => column.as_string::<i32>().iter().nth(row).flatten().unwrap_or("null").to_owned(),
            };
            let cells: Vec<String> = columns.iter().map(cell).collect();
            rows.push(format!("{} {}: {}", chunk.file, chunk.rows.number(row), cells.join("|")));
        }
    }
    rows
}

/// Opens, reads and prints in one go.
pub(crate) fn all(path: &Path, name: &str, wanted: &[&str]) -> Vec<String> {
    let input = open(path).expect("an input");
    rows(&read(&input, name, wanted).expect("rows"), wanted)
}

/// The public data, where it is there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    path.exists().then_some(path)
}
