//! Arrow's own formats: the file format (also known as Feather version 2) and the stream format, told apart by their first bytes.

use super::{BATCH_ROWS, Raw, Sink, Wanted};
use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use claimsift::intake::Rows;
use std::fs::File;
use std::io::{BufReader, Read, Seek};

enum Batches {
    File(FileReader<BufReader<File>>),
    Stream(StreamReader<BufReader<File>>),
}

impl Batches {
    fn open(mut file: File, projection: Option<Vec<usize>>) -> Result<Self, String> {
        let mut magic = [0; 6];
        let is_file = match file.read_exact(&mut magic) {
            Ok(()) if magic.starts_with(b"FEA1") => {
                return Err("it is Feather version 1, which is no longer written; export it as Parquet or Feather version 2".to_owned());
            }
            Ok(()) => &magic == b"ARROW1",
            Err(error) => return Err(error.to_string()),
        };
        file.rewind().map_err(|error| error.to_string())?;
        let reader = BufReader::with_capacity(1 << 20, file);
        if is_file {
            FileReader::try_new(reader, projection).map(Self::File)
        } else {
            StreamReader::try_new(reader, projection).map(Self::Stream)
        }
        .map_err(|error| error.to_string())
    }

    fn schema(&self) -> SchemaRef {
        match self {
            Self::File(reader) => reader.schema(),
            Self::Stream(reader) => reader.schema(),
        }
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::File(reader) => reader.next(),
            Self::Stream(reader) => reader.next(),
        }
    }
}

pub(super) fn schema(file: File) -> Result<Schema, String> {
    Ok(Batches::open(file, None)?.schema().as_ref().clone())
}

pub(super) fn decode(file: File, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), String> {
    let mut first = 1;
    let projection = wanted.iter().map(|wanted| wanted.column).collect();
    for batch in Batches::open(file, Some(projection))? {
        let batch = batch.map_err(|error| error.to_string())?;
        for start in (0..batch.num_rows()).step_by(BATCH_ROWS) {
            let slice = batch.slice(start, BATCH_ROWS.min(batch.num_rows() - start));
            let rows = slice.num_rows() as u64;
            if !sink(Raw { batch: slice, rows: Rows::From(first), rejects: Vec::new() }) {
                return Ok(());
            }
            first += rows;
        }
    }
    Ok(())
}
