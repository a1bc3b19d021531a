//! Hospital care that did not take place, or was split.

mod care_after_death;
mod care_elsewhere_during_stay;
mod elsewhere;
mod low_threshold_admission;
mod more_patients_than_beds;
mod nominal_stay;
mod overlapping_stays;
mod split_stay;
mod uniform_costs;

pub use care_after_death::CareAfterDeath;
pub use care_elsewhere_during_stay::CareElsewhereDuringStay;
pub use low_threshold_admission::LowThresholdAdmission;
pub use more_patients_than_beds::MorePatientsThanBeds;
pub use nominal_stay::NominalStay;
pub use overlapping_stays::OverlappingStays;
pub use split_stay::SplitStay;
pub use uniform_costs::UniformCosts;
