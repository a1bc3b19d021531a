//! Check 11: keys of one table are found in the other.

use super::Delivery;
use super::rows::refused;
use super::verdict::Ruling;
use crate::claims::{ClaimView, Claims};
use crate::intake::Cause;
use crate::tables::TableId;
use crate::tables::value::{ClaimId, Domain};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A key of claims, the table that explains it, and the key of a claim. A placeholder is in no table, and is reported as such.
struct Reference {
    column: &'static str,
    table: TableId,
    domain: Domain,
    key: fn(ClaimView<'_>) -> Option<u32>,
}

const OF_CLAIMS: &[Reference] = &[
    Reference { column: "claims.person_id", table: TableId::PersonTable, domain: Domain::Person, key: |claim| Some(claim.person().0) },
    Reference {
        column: "claims.provider_id",
        table: TableId::ProviderTable,
        domain: Domain::Provider,
        key: |claim| Some(claim.provider().0),
    },
    Reference {
        column: "claims.doctor_id",
        table: TableId::StaffTable,
        domain: Domain::Staff,
        key: |claim| claim.doctor().map(|doctor| doctor.0),
    },
];
/// Tables whose rows belong to a claim; lines have a check of their own.
const OF_ROWS: &[TableId] = &[TableId::DiagnosisTable, TableId::ProcedureTable, TableId::PaymentTable];

/// Claims with a key, and how many claims each key has that is not in its table.
#[derive(Default)]
struct Unmatched {
    judged: u64,
    by_key: BTreeMap<u32, u64>,
}

impl Unmatched {
    fn of(claims: &Claims, reference: &Reference) -> Self {
        let add = |mut unmatched: Self, id: u32| {
            let key = (reference.key)(claims.claim(ClaimId(id))).filter(|&key| !claims.is_placeholder(reference.domain, key));
            if let Some(key) = key {
                unmatched.judged += 1;
                if claims.group(reference.table, key).is_empty() {
                    *unmatched.by_key.entry(key).or_default() += 1;
                }
            }
            unmatched
        };
        (0..claims.len() as u32).into_par_iter().fold(Self::default, add).reduce(Self::default, Self::merge)
    }

    fn merge(mut self, later: Self) -> Self {
        self.judged += later.judged;
        later.by_key.into_iter().for_each(|(key, count)| *self.by_key.entry(key).or_default() += count);
        self
    }
}

/// Check 11.
pub(super) fn rule(delivery: Delivery<'_>) -> Ruling {
    let mut ruling = Ruling::default();
    let (claims, tolerance) = (delivery.claims, delivery.settings.keys.tolerance);
    for reference in OF_CLAIMS {
        if !claims.has(reference.table) {
            ruling.missing(reference.table.name());
            continue;
        }
        let unmatched = Unmatched::of(claims, reference);
        ruling.part(reference.column, "claims", unmatched.judged, unmatched.by_key.values().sum(), tolerance);
        for (key, count) in unmatched.by_key {
            let kind = reference.column.trim_start_matches("claims.").trim_end_matches("_id");
            ruling.offender(kind, claims.dictionary(reference.domain).text(key), "claims", count, count);
        }
    }
    for table in OF_ROWS {
        let name = table.name();
        let Some(read) = delivery.intake.tables.get(name).map(|report| report.read) else { continue };
        let orphans = refused(delivery, name, Cause::NoClaim);
        ruling.part(format!("{name}.claim_id"), "rows", read, orphans, tolerance);
        ruling.offender("table", name, "rows", read, orphans);
    }
    ruling
}
