//! Settlements that were forged, altered or invented, or that contradict themselves.

mod totals_mismatch;

pub use totals_mismatch::TotalsMismatch;
