//! Charged twice, too high or out of scope.

mod days_beyond_stay;
mod identical_lines;
mod outside_setting;
mod payment_limit;

pub use days_beyond_stay::DaysBeyondStay;
pub use identical_lines::IdenticalLines;
pub use outside_setting::OutsideSetting;
pub use payment_limit::PaymentLimit;
