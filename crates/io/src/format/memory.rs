//! Tables that are in memory already, such as dataframes.

use super::{BATCH_ROWS, Raw, Sink, Wanted};
use arrow_array::RecordBatch;
use claimsift::intake::Rows;

/// Hands over the wanted columns of one batch, in pieces, without copying values.
pub(super) fn decode(batches: &[RecordBatch], part: usize, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), String> {
    let Some(batch) = batches.get(part) else { return Ok(()) };
    let columns: Vec<usize> = wanted.iter().map(|wanted| wanted.column).collect();
    let batch = batch.project(&columns).map_err(|error| error.to_string())?;
    let before: usize = batches.iter().take(part).map(RecordBatch::num_rows).sum();
    for start in (0..batch.num_rows()).step_by(BATCH_ROWS) {
        let piece = batch.slice(start, BATCH_ROWS.min(batch.num_rows() - start));
        if !sink(Raw { batch: piece, rows: Rows::From((before + start + 1) as u64), rejects: Vec::new() }) {
            break;
        }
    }
    Ok(())
}
