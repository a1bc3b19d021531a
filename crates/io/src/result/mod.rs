//! Results on disk: written aside, then put in place as a whole.

mod folder;
mod leftover;
mod table;

pub use folder::ResultFolder;
pub use table::{TableWriter, read_result_table};
