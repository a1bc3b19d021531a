//! The columns that scoring and leads read, whatever detectors run.

/// Columns that scores and money read beside those of the detectors.
pub(crate) const SCORED: &[&str] = &[
    "claims.visit_id",
    "claims.settled_at",
    "claims.is_insured",
    "claims.original_claim_id",
    "claims.is_refund",
    "claims.is_interim",
    "claims.payment_method",
    "claims.group_case",
    "claims.payment_amount",
    "claims.in_scope_amount",
    "claims.deductible_amount",
    "claims.fund_amount",
    "claims.account_amount",
    "claims.family_account_amount",
    "claims.cash_amount",
    "lines.line_id",
    "lines.in_scope_amount",
];

/// Columns that leads read beside those of detectors and scores.
pub(crate) const OF_LEADS: &[&str] =
    &["claims.department", "claims.doctor_id", "providers.kind", "providers.level", "providers.ownership", "providers.region"];
