//! The catalogue: every detector, in the order of their codes.

mod charge;
mod forged;
mod overuse;
mod phantom;
mod swap;

use crate::detect::Entry;

pub use charge::*;
pub use forged::*;
pub use overuse::*;
pub use phantom::*;
pub use swap::*;

/// Every detector. Adding one adds a line here; codes are unique, sorted and never reused.
pub static CATALOGUE: &[Entry] = &[
    Entry::of::<ExcludedSameDay>(),
    Entry::of::<ExcludedSameVisit>(),
    Entry::of::<ExcludedWithinHours>(),
    Entry::of::<OverFrequency>(),
    Entry::of::<DaysBeyondStay>(),
    Entry::of::<PaymentLimit>(),
    Entry::of::<OutsideSetting>(),
    Entry::of::<IdenticalLines>(),
    Entry::of::<SettledTwice>(),
    Entry::of::<ClonedClaims>(),
    Entry::of::<IdentityConflict>(),
    Entry::of::<ExcludedByBody>(),
    Entry::of::<TotalsMismatch>(),
    Entry::of::<CardBurst>(),
    Entry::of::<CostFarFromNorm>(),
    Entry::of::<ProviderFarFromPeers>(),
    Entry::of::<OverlappingStays>(),
    Entry::of::<CareElsewhereDuringStay>(),
    Entry::of::<MorePatientsThanBeds>(),
    Entry::of::<NominalStay>(),
    Entry::of::<LowThresholdAdmission>(),
    Entry::of::<SplitStay>(),
    Entry::of::<CareAfterDeath>(),
    Entry::of::<UniformCosts>(),
    Entry::of::<StockShortfall>(),
    Entry::of::<NeverPurchased>(),
];

/// The detector of a code or name.
pub fn find(code_or_name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.meta().code.eq_ignore_ascii_case(code_or_name) || entry.meta().name == code_or_name)
}
