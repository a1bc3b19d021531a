//! Reading and writing real files.

mod errors;
mod formats;
mod layouts;
mod medicare;
mod national;
mod recognition;
mod results;
mod rules;
mod support;
mod units;
