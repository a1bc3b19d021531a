//! Reading and writing real files.

mod archives;
#[cfg(feature = "sqlite")]
mod database;
mod errors;
mod formats;
mod knowledge;
mod layouts;
mod medicare;
mod national;
mod recognition;
mod results;
mod rules;
mod support;
mod units;
