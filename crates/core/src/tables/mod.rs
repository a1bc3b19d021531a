//! The canonical tables: their names, columns and the values they hold.
//!
//! This is the one definition that intake, `claimsift tables`, layouts, the configuration schema and the documentation read.

mod code;
mod column;
pub mod dictionary;
pub(crate) mod placeholder;
mod schema;
pub mod value;

pub(crate) use column::{AnyColumn, Stored};
pub use column::{Column, Labels, Scaled};
pub use schema::*;

/// The number of rows, from the first key column that is present.
pub(crate) fn row_count(columns: &[&dyn AnyColumn]) -> usize {
    columns.iter().find_map(|column| column.keys().filter(|_| column.is_present()).map(<[u32]>::len)).unwrap_or(0)
}
