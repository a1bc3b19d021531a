//! Charged twice, too high or out of scope.

mod identical_lines;

pub use identical_lines::IdenticalLines;
