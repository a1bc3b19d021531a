//! From Arrow batches to claims: values are checked and encoded, bad rows set aside with their reason.

mod chunk;
pub use chunk::{Chunk, Reject, Rows};
