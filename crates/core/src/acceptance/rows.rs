//! Checks 3 and 4: keys that occur twice, and lines without their claim, from what intake did not keep.

use super::Delivery;
use super::verdict::Ruling;
use crate::intake::Cause;
use crate::tables::TableId;
use std::collections::BTreeMap;

/// Rows of a table that were not kept for a cause.
pub(super) fn refused(delivery: Delivery<'_>, table: &str, cause: Cause) -> u64 {
    delivery.intake.rejects.iter().filter(|reject| reject.table == table && reject.cause() == cause).count() as u64
}

/// Check 3.
pub(super) fn duplicates(delivery: Delivery<'_>) -> Ruling {
    let mut ruling = Ruling::default();
    let mut taken: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for reject in &delivery.intake.rejects {
        match reject.cause() {
            Cause::Repeat => taken.entry(reject.table).or_default()[0] += 1,
            Cause::SameKey => taken.entry(reject.table).or_default()[1] += 1,
            _ => {}
        }
    }
    let is_keyed = |table: &TableId| {
        let schema = table.schema();
        // Lines without ids have no key that could occur twice.
        !schema.key.is_empty() && schema.key.iter().all(|column| delivery.claims.has_column(&format!("{}.{column}", schema.name)))
    };
    for table in TableId::ALL.iter().filter(|table| is_keyed(table)) {
        let name = table.name();
        let [repeats, conflicting] = taken.get(name).copied().unwrap_or_default();
        let read = delivery.intake.tables.get(name).map_or(0, |report| report.read);
        ruling.part(name, "rows", read, repeats + conflicting, delivery.settings.duplicates.tolerance);
        ruling.offender("table", name, "rows", read, repeats + conflicting);
        ruling.beside("identical repeats", repeats);
    }
    ruling
}

/// Check 4. Lines of a claim that was itself rejected are that claim's fault.
pub(super) fn orphans(delivery: Delivery<'_>) -> Ruling {
    let mut ruling = Ruling::default();
    let name = TableId::LineTable.name();
    let read = delivery.intake.tables.get(name).map_or(0, |report| report.read);
    if read == 0 {
        ruling.missing(name);
        return ruling;
    }
    ruling.part(name, "lines", read, refused(delivery, name, Cause::NoClaim), delivery.settings.orphans.tolerance);
    ruling.beside("lines of rejected claims", refused(delivery, name, Cause::ClaimRejected));
    let mut claims: BTreeMap<&str, u64> = BTreeMap::new();
    for reject in delivery.intake.rejects.iter().filter(|reject| reject.table == name && reject.cause() == Cause::NoClaim) {
        *claims.entry(&reject.value).or_default() += 1;
    }
    claims.into_iter().for_each(|(claim, lines)| ruling.offender("claim", claim, "lines", lines, lines));
    ruling
}
