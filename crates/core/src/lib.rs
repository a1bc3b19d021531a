//! placeholder
pub mod intake;
pub mod tables;
