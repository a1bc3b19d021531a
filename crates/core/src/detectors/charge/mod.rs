//! Charged twice, too high or out of scope.

mod days_beyond_stay;
mod excluded_same_day;
mod excluded_same_visit;
mod excluded_within_hours;
mod exclusion;
mod frequency;
mod identical_lines;
mod judged;
mod outside_setting;
mod over_frequency;
mod payment_limit;

pub use days_beyond_stay::DaysBeyondStay;
pub use excluded_same_day::ExcludedSameDay;
pub use excluded_same_visit::ExcludedSameVisit;
pub use excluded_within_hours::ExcludedWithinHours;
pub use identical_lines::IdenticalLines;
pub use outside_setting::OutsideSetting;
pub use over_frequency::OverFrequency;
pub use payment_limit::PaymentLimit;

use crate::detect::Fact;

/// Units as a fact: a whole number where they are one. Quantities are scaled by 10⁴.
fn units(scaled: i64) -> Fact {
    const ONE: i64 = 10_000;
    if scaled % ONE == 0 { (scaled / ONE).into() } else { (scaled as f64 / ONE as f64).into() }
}
