//! Scores of claims and subjects.

use super::batch::Batch;
use crate::claims::Claims;
use crate::detect::Scheme;
use crate::pipeline::Screening;
use crate::rollup::SubjectScore;
use arrow_array::RecordBatch;

pub(super) fn claim_scores(screening: &Screening, claims: &Claims) -> RecordBatch {
    let rows = &screening.scores;
    let mut batch = Batch::default()
        .text("claim_id", rows.iter().map(|row| Some(claims.claim(row.claim).name())))
        .number("score", rows.iter().map(|row| Some(row.scores.score())));
    for (at, scheme) in Scheme::ALL.iter().enumerate() {
        batch = batch.number(scheme.word(), rows.iter().map(|row| Some(row.scores.schemes()[at])));
    }
    batch
        .money("exposure", rows.iter().map(|row| Some(row.exposure)))
        .text("tier", rows.iter().map(|row| row.tier.map(|tier| tier.word())))
        .texts("codes", rows.iter().map(|row| &*row.codes))
        .finish()
}

pub(super) fn subject_scores(id: &str, rows: &[SubjectScore]) -> RecordBatch {
    let mut batch = Batch::default().text(id, rows.iter().map(|row| Some(&row.id))).number("score", rows.iter().map(|row| Some(row.score)));
    for (at, scheme) in Scheme::ALL.iter().enumerate() {
        batch = batch.number(scheme.word(), rows.iter().map(|row| Some(row.schemes[at])));
    }
    batch
        .money("exposure", rows.iter().map(|row| Some(row.exposure)))
        .count("claims", rows.iter().map(|row| Some(row.claims)))
        .count("breaches", rows.iter().map(|row| Some(row.findings[2])))
        .count("suspicions", rows.iter().map(|row| Some(row.findings[1])))
        .count("clues", rows.iter().map(|row| Some(row.findings[0])))
        .text("peer_group", rows.iter().map(|row| row.peer_group.as_ref()))
        .texts("reasons", rows.iter().map(|row| row.reasons.as_slice()))
        .texts("not_assessed", rows.iter().map(|row| row.not_assessed.as_slice()))
        .finish()
}
