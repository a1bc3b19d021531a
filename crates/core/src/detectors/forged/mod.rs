//! Settlements that were forged, altered or invented, or that contradict themselves.

mod card_burst;
mod cloned_claims;
mod excluded_by_body;
mod identity_conflict;
mod likeness;
mod numbers;
mod same_bill;
mod settled_twice;
mod shared_contact;
mod totals_mismatch;

pub use card_burst::CardBurst;
pub use cloned_claims::ClonedClaims;
pub use excluded_by_body::ExcludedByBody;
pub use identity_conflict::IdentityConflict;
pub use settled_twice::SettledTwice;
pub use totals_mismatch::TotalsMismatch;
