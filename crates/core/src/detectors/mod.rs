//! The catalogue: every detector, in the order of their codes.

mod charge;
mod forged;
mod overuse;
mod phantom;

use crate::detect::Entry;

pub use charge::*;
pub use forged::*;
pub use overuse::*;
pub use phantom::*;

/// Every detector. Adding one adds a line here; codes are unique, sorted and never reused.
pub static CATALOGUE: &[Entry] = &[
    Entry::of::<IdenticalLines>(),
    Entry::of::<TotalsMismatch>(),
    Entry::of::<ProviderFarFromPeers>(),
    Entry::of::<OverlappingStays>(),
    Entry::of::<SplitStay>(),
    Entry::of::<CareAfterDeath>(),
];

/// The detector of a code or name.
pub fn find(code_or_name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.meta().code.eq_ignore_ascii_case(code_or_name) || entry.meta().name == code_or_name)
}
