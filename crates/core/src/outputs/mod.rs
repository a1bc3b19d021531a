//! Results and canonical tables as Arrow batches: what is written to files and handed to dataframes.

mod batch;
mod canonical;
mod findings;
mod leads;
mod rejects;
mod subjects;

pub use canonical::{canonical_table, derived_tables};
pub use findings::{ReadError, read_findings, read_near_misses};
pub use rejects::rejects;

use crate::claims::Claims;
use crate::detect::Lang;
use crate::pipeline::Screening;
use arrow_array::RecordBatch;
use batch::{Batch, Kind};

/// The names of the result tables, in the order in which [`tables`] gives them.
pub const TABLES: &[&str] =
    &["scores", "findings", "evidence", "measures", "provider_scores", "person_scores", "staff_scores", "rings", "leads", "indicators"];

/// Every result table with its name. Messages and clauses are in `lang`.
pub fn tables(screening: &Screening, claims: &Claims, lang: Lang) -> Vec<(&'static str, RecordBatch)> {
    let batches = [
        subjects::claim_scores(screening, claims),
        findings::findings(screening, claims, lang),
        findings::evidence(screening),
        findings::measures(screening, claims, lang),
        subjects::subject_scores("provider_id", &screening.providers),
        subjects::subject_scores("person_id", &screening.persons),
        subjects::subject_scores("staff_id", &screening.staff),
        empty(&[
            ("ring_id", Kind::Text),
            ("members", Kind::Texts),
            ("score", Kind::Number),
            ("exposure", Kind::Money),
            ("codes", Kind::Texts),
        ]),
        leads::leads(&screening.leads),
        empty(&[
            ("code", Kind::Text),
            ("subject_kind", Kind::Text),
            ("subject_id", Kind::Text),
            ("period", Kind::Text),
            ("value", Kind::Number),
        ]),
    ];
    TABLES.iter().copied().zip(batches).collect()
}

/// A table of which no detector writes rows yet: rings and indicators keep their place and columns.
fn empty(columns: &[(&'static str, Kind)]) -> RecordBatch {
    Batch::empty(columns)
}
