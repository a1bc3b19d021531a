//! Reading and writing real files.

mod errors;
mod formats;
mod knowledge;
mod layouts;
mod medicare;
mod recognition;
mod results;
mod support;
