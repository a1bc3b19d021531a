//! Reading and writing real files.

mod archives;
mod errors;
mod formats;
mod layouts;
mod medicare;
mod recognition;
mod results;
mod support;
