//! A result against what is known to be true.

use crate::failure::Failure;
use crate::result::{Result, Screened};
use crate::table::Table;
use crate::work::detached;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_schema::DataType;
use claimsift::detect::Scheme;
use claimsift::evaluate::{Found, Scored, Truth};
use pyo3::prelude::*;
use std::sync::Arc;

/// Compares a result with planted truth; the answer is JSON.
#[pyfunction]
pub(crate) fn evaluate(
    py: Python<'_>,
    result: &Result,
    truth: &Bound<'_, PyAny>,
    threads: Option<usize>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let truth = Table::taken_from("truth", truth)?;
    let screened = Arc::clone(&result.screened);
    detached(py, threads, progress, move |_| {
        let mut rows = Vec::new();
        for batch in &truth.batches {
            rows.extend(truth_rows(batch)?);
        }
        let found: Vec<Found> = screened.screening.findings.iter().map(Found::from).collect();
        let evaluation = claimsift::evaluate::evaluate(&rows, &found, &scored(&screened));
        serde_json::to_string(&evaluation).map_err(|error| Failure::Internal(error.to_string()))
    })
}

fn scored(screened: &Screened) -> Vec<Scored> {
    let row = |row: &claimsift::ClaimScore| Scored {
        claim_id: screened.loaded.claims.claim(row.claim).name().to_owned(),
        score: row.scores.score(),
        schemes: Scheme::ALL.iter().map(ToString::to_string).zip(row.scores.schemes()).collect(),
    };
    screened.screening.scores.iter().map(row).collect()
}

/// The columns of a truth table, as their values are read.
struct Columns {
    claim_id: ArrayRef,
    scheme: ArrayRef,
    code: ArrayRef,
    kind: ArrayRef,
    look_alike: ArrayRef,
    expected: Option<ArrayRef>,
    loss: ArrayRef,
}

fn truth_rows(batch: &RecordBatch) -> std::result::Result<Vec<Truth>, Failure> {
    let columns = Columns {
        claim_id: column(batch, "claim_id", &DataType::Utf8)?,
        scheme: column(batch, "scheme", &DataType::Utf8)?,
        code: column(batch, "code", &DataType::Utf8)?,
        kind: column(batch, "kind", &DataType::Utf8)?,
        look_alike: column(batch, "look_alike", &DataType::Boolean)?,
        expected: batch.column_by_name("expected").map(|_| column(batch, "expected", &DataType::Utf8)).transpose()?,
        loss: column(batch, "loss", &DataType::Float64)?,
    };
    Ok((0..batch.num_rows()).map(|row| columns.row(row)).collect())
}

fn column(batch: &RecordBatch, name: &str, data_type: &DataType) -> std::result::Result<ArrayRef, Failure> {
    let known = || batch.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>().join(", ");
    let found = batch.column_by_name(name).ok_or_else(|| Failure::Columns(format!("truth: no column `{name}`; found: {}", known())))?;
    cast(found, data_type).map_err(|error| Failure::Columns(format!("truth: column `{name}`: {error}")))
}

impl Columns {
    fn row(&self, row: usize) -> Truth {
        let text = |column: &ArrayRef| column.as_string::<i32>().value(row).to_owned();
        Truth {
            claim_id: text(&self.claim_id),
            scheme: text(&self.scheme),
            code: text(&self.code),
            kind: text(&self.kind),
            look_alike: self.look_alike.as_boolean().value(row),
            expected: self.expected.as_ref().filter(|column| column.is_valid(row)).map(text),
            loss: self.loss.as_primitive::<Float64Type>().value(row),
        }
    }
}
