//! The canonical tables: their names, columns and the values they hold.
//!
//! This is the one definition that intake, `claimsift tables`, layouts, the configuration schema and the documentation read.

mod column;
pub mod dictionary;
mod schema;
pub mod value;

pub use column::{Column, Labels};
pub(crate) use column::{AnyColumn, Stored};
pub use schema::*;
