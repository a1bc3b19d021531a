//! Findings, near misses and their evidence: to batches, and back from the files of an earlier run.

use super::batch::Batch;
use crate::claims::Claims;
use crate::detect::{Basis, Lang, Low, Meta, Role, Scheme, Strength, Tier};
use crate::finding::{Amounts, Evidence, Finding};
use crate::pipeline::Screening;
use crate::tables::value::{Date, Fen};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) fn findings(screening: &Screening, claims: &Claims, lang: Lang) -> RecordBatch {
    let rows: Vec<&Finding> = screening.findings.iter().collect();
    columns(&rows, claims, lang).finish()
}

pub(super) fn measures(screening: &Screening, claims: &Claims, lang: Lang) -> RecordBatch {
    let rows: Vec<&Finding> = screening.near_misses.iter().map(|miss| &miss.finding).collect();
    columns(&rows, claims, lang)
        .text("parameter", screening.near_misses.iter().map(|miss| Some(&miss.parameter)))
        .text("evidence", rows.iter().map(|finding| Some(evidence_json(&finding.evidence))))
        .finish()
}

fn meta(finding: &Finding) -> Option<&'static Meta> {
    crate::detectors::find(&finding.code).map(crate::detect::Entry::meta)
}

fn columns(rows: &[&Finding], claims: &Claims, lang: Lang) -> Batch {
    let each = || rows.iter().copied();
    let message = |finding: &Finding| meta(finding).map(|meta| finding.message(meta, lang));
    let clause =
        |finding: &Finding| meta(finding).map(|meta| finding.clause(meta, claims.as_of(), lang)).filter(|clause| !clause.is_empty());
    Batch::default()
        .text("finding_id", each().map(|finding| Some(&finding.id)))
        .text("code", each().map(|finding| Some(&finding.code)))
        .text("scheme", each().map(|finding| Some(finding.scheme.word())))
        .text("tier", each().map(|finding| Some(finding.tier.word())))
        .text("subject_kind", each().map(|finding| Some(&finding.subject_kind)))
        .text("subject_id", each().map(|finding| Some(&finding.subject_id)))
        .text("discriminator", each().map(|finding| Some(&finding.discriminator)))
        .text("claim_id", each().map(|finding| finding.claim_id.as_ref()))
        .text("person_id", each().map(|finding| finding.person_id.as_ref()))
        .text("provider_id", each().map(|finding| finding.provider_id.as_ref()))
        .text("staff_id", each().map(|finding| finding.staff_id.as_ref()))
        .date("first_date", each().map(|finding| finding.dates.map(|(first, _)| first)))
        .date("last_date", each().map(|finding| finding.dates.map(|(_, last)| last)))
        .date("period_from", each().map(|finding| finding.dates.map(|(first, _)| first.month_start())))
        .date("period_to", each().map(|finding| finding.dates.map(|(_, last)| last)))
        .date("limitation_date", each().map(Finding::limitation))
        .number("strength", each().map(|finding| Some(finding.strength.share())))
        .number("observed", each().map(|finding| Some(finding.observed)))
        .number("expected", each().map(|finding| finding.expected))
        .money("amount", each().map(|finding| Some(finding.money.amount)))
        .money("in_scope", each().map(|finding| Some(finding.money.in_scope)))
        .money("loss", each().map(|finding| finding.money.loss))
        .money("loss_low", each().map(|finding| finding.money.loss_low))
        .money("account_loss", each().map(|finding| finding.money.account_loss))
        .money("patient_loss", each().map(|finding| finding.money.patient_loss))
        .money("owned", each().map(|finding| Some(finding.money.owned)))
        .text("basis", each().map(|finding| Some(finding.basis.word())))
        .text("facts", each().map(|finding| Some(Value::Object(finding.facts.clone()).to_string())))
        .text("message", each().map(message))
        .text("clause", each().map(clause))
        .count("version", each().map(|finding| meta(finding).map(|meta| u64::from(meta.version))))
}

pub(super) fn evidence(screening: &Screening) -> RecordBatch {
    let rows: Vec<(&str, &Evidence)> =
        screening.findings.iter().flat_map(|finding| finding.evidence.iter().map(|row| (finding.id.as_str(), row))).collect();
    let each = || rows.iter().copied();
    Batch::default()
        .text("finding_id", each().map(|(id, _)| Some(id)))
        .text("table", each().map(|(_, row)| Some(&row.table)))
        .text("role", each().map(|(_, row)| Some(row.role.word())))
        .text("claim_id", each().map(|(_, row)| row.claim_id.as_ref()))
        .text("row_key", each().map(|(_, row)| row.set.is_none().then_some(&row.key)))
        .money("asked", each().map(|(_, row)| row.asked))
        .text("filter", each().map(|(_, row)| row.set.as_ref().map(|(filter, _, _)| filter)))
        .count("rows", each().map(|(_, row)| Some(row.set.as_ref().map_or(1, |(_, rows, _)| *rows))))
        .money("sum", each().map(|(_, row)| row.set.as_ref().map(|(_, _, sum)| *sum)))
        .finish()
}

fn evidence_json(rows: &[Evidence]) -> String {
    let row = |row: &Evidence| {
        json!({
            "table": row.table,
            "role": row.role.word(),
            "claim_id": row.claim_id,
            "row_key": row.key,
            "asked": row.asked.map(|asked| asked.0),
            "set": row.set.as_ref().map(|(filter, rows, sum)| json!([filter, rows, sum.0])),
        })
    };
    Value::Array(rows.iter().map(row).collect()).to_string()
}

/// A result table that cannot be read back.
#[derive(Debug, thiserror::Error)]
#[error("column `{0}` of the result table is missing or has another type; screen the data again with this version")]
pub struct ReadError(pub String);

/// Reads findings with their evidence back.
pub fn read_findings(findings: &[RecordBatch], evidence: &[RecordBatch]) -> Result<Vec<Finding>, ReadError> {
    let mut by_finding: BTreeMap<String, Vec<Evidence>> = BTreeMap::new();
    for batch in evidence {
        let columns = Columns(batch);
        for row in 0..batch.num_rows() {
            let id = columns.required("finding_id", row)?;
            by_finding.entry(id).or_default().push(columns.evidence(row)?);
        }
    }
    let mut read = Vec::new();
    for batch in findings {
        for row in 0..batch.num_rows() {
            let mut finding = Columns(batch).finding(row)?;
            finding.evidence = by_finding.remove(&finding.id).unwrap_or_default();
            read.push(finding);
        }
    }
    Ok(read)
}

/// Reads near misses back.
pub fn read_near_misses(measures: &[RecordBatch]) -> Result<Vec<Finding>, ReadError> {
    let mut read = Vec::new();
    for batch in measures {
        let columns = Columns(batch);
        for row in 0..batch.num_rows() {
            let mut finding = columns.finding(row)?;
            let written: Value = serde_json::from_str(&columns.required("evidence", row)?).map_err(|_| ReadError("evidence".into()))?;
            finding.evidence = written
                .as_array()
                .into_iter()
                .flatten()
                .map(evidence_row)
                .collect::<Option<_>>()
                .ok_or_else(|| ReadError("evidence".into()))?;
            read.push(finding);
        }
    }
    Ok(read)
}

fn evidence_row(value: &Value) -> Option<Evidence> {
    let set = value["set"]
        .as_array()
        .and_then(|set| Some((set.first()?.as_str()?.to_owned(), set.get(1)?.as_u64()?, Fen(set.get(2)?.as_i64()?))));
    Some(Evidence {
        table: value["table"].as_str()?.to_owned(),
        role: Role::named(value["role"].as_str()?)?,
        claim_id: value["claim_id"].as_str().map(str::to_owned),
        key: value["row_key"].as_str()?.to_owned(),
        asked: value["asked"].as_i64().map(Fen),
        set,
    })
}

/// Typed access to the rows of a batch.
struct Columns<'b>(&'b RecordBatch);

impl Columns<'_> {
    fn text(&self, name: &str, row: usize) -> Result<Option<String>, ReadError> {
        let column = self.0.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let column = column.ok_or_else(|| ReadError(name.into()))?;
        Ok((!column.is_null(row)).then(|| column.value(row).to_owned()))
    }

    fn required(&self, name: &str, row: usize) -> Result<String, ReadError> {
        self.text(name, row)?.ok_or_else(|| ReadError(name.into()))
    }

    fn word<W>(&self, name: &str, row: usize, named: impl Fn(&str) -> Option<W>) -> Result<W, ReadError> {
        named(&self.required(name, row)?).ok_or_else(|| ReadError(name.into()))
    }

    fn number(&self, name: &str, row: usize) -> Result<Option<f64>, ReadError> {
        let column = self.0.column_by_name(name).and_then(|column| column.as_primitive_opt::<Float64Type>());
        let column = column.ok_or_else(|| ReadError(name.into()))?;
        Ok((!column.is_null(row)).then(|| column.value(row)))
    }

    fn count(&self, name: &str, row: usize) -> Result<u64, ReadError> {
        let column = self.0.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        Ok(column.ok_or_else(|| ReadError(name.into()))?.value(row) as u64)
    }

    fn money(&self, name: &str, row: usize) -> Result<Option<Fen>, ReadError> {
        let column = self.0.column_by_name(name).and_then(|column| column.as_primitive_opt::<Decimal128Type>());
        let column = column.ok_or_else(|| ReadError(name.into()))?;
        Ok((!column.is_null(row)).then(|| Fen(i64::try_from(column.value(row)).unwrap_or(i64::MAX))))
    }

    fn date(&self, name: &str, row: usize) -> Result<Option<Date>, ReadError> {
        let column = self.0.column_by_name(name).and_then(|column| column.as_primitive_opt::<Date32Type>());
        let column = column.ok_or_else(|| ReadError(name.into()))?;
        Ok((!column.is_null(row)).then(|| Date(column.value(row))))
    }

    fn evidence(&self, row: usize) -> Result<Evidence, ReadError> {
        let set = match self.text("filter", row)? {
            Some(filter) => Some((filter, self.count("rows", row)?, self.money("sum", row)?.unwrap_or_default())),
            None => None,
        };
        Ok(Evidence {
            table: self.required("table", row)?,
            role: self.word("role", row, Role::named)?,
            claim_id: self.text("claim_id", row)?,
            key: self.text("row_key", row)?.unwrap_or_default(),
            asked: self.money("asked", row)?,
            set,
        })
    }

    fn finding(&self, row: usize) -> Result<Finding, ReadError> {
        let facts: Map<String, Value> = serde_json::from_str(&self.required("facts", row)?).map_err(|_| ReadError("facts".into()))?;
        let money = Amounts {
            amount: self.money("amount", row)?.unwrap_or_default(),
            in_scope: self.money("in_scope", row)?.unwrap_or_default(),
            loss: self.money("loss", row)?,
            loss_low: self.money("loss_low", row)?,
            account_loss: self.money("account_loss", row)?,
            patient_loss: self.money("patient_loss", row)?,
            owned: self.money("owned", row)?.unwrap_or_default(),
        };
        // The lower estimate is kept as its ratio to the loss, which gives it back exactly.
        let low = match (money.loss, money.loss_low) {
            (Some(loss), Some(low)) if loss != low => Low::Share(low.0, loss.0),
            _ => Low::Same,
        };
        Ok(Finding {
            id: self.required("finding_id", row)?,
            code: self.required("code", row)?,
            scheme: self.word("scheme", row, Scheme::named)?,
            tier: self.word("tier", row, Tier::named)?,
            subject_kind: self.required("subject_kind", row)?,
            subject_id: self.required("subject_id", row)?,
            discriminator: self.required("discriminator", row)?,
            claim_id: self.text("claim_id", row)?,
            person_id: self.text("person_id", row)?,
            provider_id: self.text("provider_id", row)?,
            staff_id: self.text("staff_id", row)?,
            dates: self.date("first_date", row)?.zip(self.date("last_date", row)?),
            strength: Strength::of(self.number("strength", row)?.unwrap_or_default()),
            observed: self.number("observed", row)?.unwrap_or_default(),
            expected: self.number("expected", row)?,
            money,
            basis: self.word("basis", row, Basis::named)?,
            low,
            facts,
            evidence: Vec::new(),
        })
    }
}
