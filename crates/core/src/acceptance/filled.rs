//! Check 2: required fields are filled.

use super::Delivery;
use super::verdict::Ruling;
use crate::claims::ClaimView;
use crate::intake::Cause;
use crate::tables::TableId;
use crate::tables::value::{ClaimId, VisitType};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The claims in which a field must be filled.
type Among = fn(ClaimView<'_>) -> bool;

/// Fields of claims with the claims in which they must be filled.
const OF_CLAIMS: &[(&str, Among)] = &[
    ("ended_at", |claim| claim.row().settled_at().is_some() && claim.row().is_interim() != Some(true)),
    ("settled_at", |claim| claim.row().ended_at().is_some()),
    ("diagnosis_code", |claim| is_attended(claim) && claim.diagnoses().len() == 0),
    ("doctor_id", is_attended),
    ("in_scope_amount", |claim| claim.is_insured()),
    ("fund_amount", |claim| claim.is_insured()),
    ("cash_amount", |_| true),
];
/// Fields of other tables, which every row must have.
const OF_ROWS: &[(TableId, &str)] = &[
    (TableId::LineTable, "charged_at"),
    (TableId::LineTable, "category"),
    (TableId::PersonTable, "sex"),
    (TableId::PersonTable, "birth_date"),
    (TableId::ProviderTable, "kind"),
];

/// Whether a doctor saw the patient for it; pharmacies sell without.
fn is_attended(claim: ClaimView<'_>) -> bool {
    claim.row().visit_type() != Some(VisitType::Pharmacy)
}

pub(super) fn rule(delivery: Delivery<'_>) -> Ruling {
    let mut ruling = Ruling::default();
    let tolerance = delivery.settings.filled.tolerance;
    let mut add = |name: String, judged: u64, faults: u64| {
        ruling.offender("column", name.clone(), "cells", judged, faults);
        ruling.part(name, "cells", judged, faults, tolerance);
    };
    for (field, among) in OF_CLAIMS {
        if let Some((judged, faults)) = of_claims(delivery, field, *among) {
            add(format!("claims.{field}"), judged, faults);
        }
    }
    for (table, field) in OF_ROWS {
        let name = format!("{}.{field}", table.name());
        if let Some((judged, faults)) = of_rows(delivery, *table, &name) {
            add(name, judged, faults);
        }
    }
    for ((table, column), faults) in refused(delivery) {
        let read = delivery.intake.tables.get(table).map_or(0, |report| report.read);
        add(if column.is_empty() { table.to_owned() } else { format!("{table}.{column}") }, read, faults);
    }
    ruling
}

/// Cells that must be filled, and those that are not; `None` where the column is absent, which is another check's.
fn of_claims(delivery: Delivery<'_>, field: &str, among: Among) -> Option<(u64, u64)> {
    let column = delivery.claims.column(&format!("claims.{field}")).filter(|column| column.is_present())?;
    let claims = delivery.claims;
    let count = |row: usize| if among(claims.claim(ClaimId(row as u32))) { (1, u64::from(column.is_null(row))) } else { (0, 0) };
    Some((0..claims.len()).into_par_iter().map(count).reduce(|| (0, 0), |left, right| (left.0 + right.0, left.1 + right.1)))
}

fn of_rows(delivery: Delivery<'_>, table: TableId, name: &str) -> Option<(u64, u64)> {
    let column = delivery.claims.column(name).filter(|column| column.is_present())?;
    let rows = delivery.claims.rows(table);
    let faults = (0..rows).into_par_iter().with_min_len(1 << 14).filter(|&row| column.is_null(row)).count();
    Some((rows as u64, faults as u64))
}

/// Rows that were rejected because a value is missing or cannot be read.
fn refused(delivery: Delivery<'_>) -> BTreeMap<(&'static str, &'static str), u64> {
    let mut counts = BTreeMap::new();
    for reject in &delivery.intake.rejects {
        if matches!(reject.cause(), Cause::Missing | Cause::Unreadable) {
            *counts.entry((reject.table, reject.column)).or_default() += 1;
        }
    }
    counts
}
