//! Tables in and out, through the Arrow stream interface.

use crate::failure::Failure;
use arrow_array::{Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, Field, SchemaRef};
use claimsift_io::read_result_table;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyTuple};
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};
use pyo3_arrow::input::AnyRecordBatch;
use std::path::PathBuf;
use std::sync::Arc;

/// A table that stays as it is.
#[pyclass(frozen, module = "claimsift._internal")]
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
}

impl From<RecordBatch> for Table {
    fn from(batch: RecordBatch) -> Self {
        Self { schema: batch.schema(), batches: vec![batch] }
    }
}

#[pymethods]
impl Table {
    /// The number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The first rows.
    fn head(&self, rows: usize) -> Self {
        let mut left = rows;
        let take = |batch: &RecordBatch| {
            let rows = left.min(batch.num_rows());
            left -= rows;
            (rows > 0).then(|| batch.slice(0, rows))
        };
        Self { schema: self.schema.clone(), batches: self.batches.iter().filter_map(take).collect() }
    }

    /// The rows as texts; a missing value is `None`.
    fn rows(&self) -> PyResult<Vec<Vec<Option<String>>>> {
        let options = FormatOptions::default();
        let mut rows = Vec::new();
        for batch in &self.batches {
            let cells = batch.columns().iter().map(|column| Ok((column, ArrayFormatter::try_new(column, &options)?)));
            let cells = cells.collect::<Result<Vec<_>, ArrowError>>().map_err(|error| Failure::Internal(error.to_string()))?;
            let text =
                |row: usize| cells.iter().map(|(column, cell)| (!column.is_null(row)).then(|| cell.value(row).to_string())).collect();
            rows.extend((0..batch.num_rows()).map(text));
        }
        Ok(rows)
    }

    /// The table as an Arrow stream.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> PyResult<Bound<'py, PyCapsule>> {
        let field = Field::new_struct("", self.schema.fields().clone(), false);
        let arrays =
            self.batches.clone().into_iter().map(|batch| Ok(Arc::new(arrow_array::StructArray::from(batch)) as arrow_array::ArrayRef));
        Ok(to_stream_pycapsule(py, Box::new(ArrayIterator::new(arrays, field.into())), requested_schema)?)
    }
}

impl Table {
    /// Takes a frame, one batch, or a list of batches.
    pub(crate) fn taken_from(name: &str, given: &Bound<'_, PyAny>) -> PyResult<Self> {
        let parts: Vec<Bound<'_, PyAny>> = if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
            given.try_iter()?.collect::<PyResult<_>>()?
        } else {
            vec![given.clone()]
        };
        let mut table: Option<Self> = None;
        for part in parts {
            let part = Self::of_frame(name, &part)?;
            match &mut table {
                None => table = Some(part),
                Some(table) if table.schema.fields() == part.schema.fields() => table.batches.extend(part.batches),
                Some(_) => {
                    return Err(Failure::Columns(format!("{name}: the batches differ in their columns; give batches of one schema")).into());
                }
            }
        }
        table.ok_or_else(|| Failure::Columns(format!("{name}: an empty list has no columns; give None where there is no table")).into())
    }

    fn of_frame(name: &str, frame: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !frame.hasattr("__arrow_c_stream__")? && !frame.hasattr("__arrow_c_array__")? {
            let kind = frame.get_type().fully_qualified_name()?.to_string();
            let wanted =
                "give a dataframe that speaks Arrow (pandas, polars, pyarrow, DuckDB), or a list of record batches; collect a lazy one";
            return Err(Failure::Columns(format!("{name}: `{kind}` is no table; {wanted}")).into());
        }
        let reader = frame.extract::<AnyRecordBatch>()?.into_reader()?;
        let schema = reader.schema();
        let batches = frame.py().detach(|| reader.collect::<Result<Vec<_>, ArrowError>>());
        let batches = batches.map_err(|error| Failure::Values(format!("{name}: the rows cannot be read: {error}")))?;
        Ok(Self { schema, batches })
    }
}

/// Reads a Parquet file.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "the interpreter's path is converted into one")]
pub(crate) fn read_parquet(py: Python<'_>, path: PathBuf) -> PyResult<Table> {
    let (Some(folder), Some(stem), true) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str()), path.is_file()) else {
        return Err(Failure::Values(format!("{}: no such file; give a Parquet file", path.display())).into());
    };
    let batches = py.detach(|| read_result_table(folder, stem)).map_err(Failure::from)?;
    match batches.first().map(RecordBatch::schema) {
        Some(schema) => Ok(Table { schema, batches }),
        None => Err(Failure::Values(format!("{}: the file has no rows", path.display())).into()),
    }
}
