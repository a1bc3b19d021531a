//! Check 1: required tables and columns.

use super::Delivery;
use super::verdict::Ruling;
use crate::tables::TableId;

/// Tables that every delivery has.
const TABLES: &[TableId] = &[TableId::ClaimTable, TableId::LineTable, TableId::PersonTable, TableId::ProviderTable];
/// Columns that every settlement has, beyond those without which nothing is taken in; looked for where their table is there.
const COLUMNS: &[(TableId, &str)] = &[
    (TableId::ClaimTable, "settled_at"),
    (TableId::ClaimTable, "fund_amount"),
    (TableId::ClaimTable, "cash_amount"),
    (TableId::LineTable, "charged_at"),
    (TableId::PersonTable, "sex"),
    (TableId::PersonTable, "birth_date"),
];

pub(super) fn rule(delivery: Delivery<'_>) -> Ruling {
    let claims = delivery.claims;
    let mut ruling = Ruling::default();
    let mut lacking = |kind: &'static str, wanted: Vec<(String, bool)>| {
        let absent: Vec<&String> = wanted.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect();
        ruling.part(kind, kind, wanted.len() as u64, absent.len() as u64, 0.0);
        for name in absent {
            ruling.missing(name);
            ruling.offender(kind.trim_end_matches('s'), name, kind, 1, 1);
        }
    };
    let mut tables: Vec<(String, bool)> = TABLES.iter().map(|table| (table.name().to_owned(), claims.has(*table))).collect();
    let has_diagnoses = claims.has(TableId::DiagnosisTable) || claims.has_column("claims.diagnosis_code");
    tables.push(("diagnoses".to_owned(), has_diagnoses));
    lacking("tables", tables);
    let columns = COLUMNS.iter().filter(|(table, _)| claims.has(*table)).map(|(table, column)| format!("{}.{column}", table.name()));
    lacking("columns", columns.map(|name| (name.clone(), claims.has_column(&name))).collect());
    ruling
}
