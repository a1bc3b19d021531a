//! Hospital care that did not take place, or was split.

mod care_after_death;
mod overlapping_stays;
mod split_stay;

pub use care_after_death::CareAfterDeath;
pub use overlapping_stays::OverlappingStays;
pub use split_stay::SplitStay;
