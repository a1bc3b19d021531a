//! One file per command.

pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod demo;
pub(crate) mod detectors;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod knowledge;
pub(crate) mod map;
pub(crate) mod rescore;
pub(crate) mod screen;
pub(crate) mod tables;

use std::io::Write;

/// Prints to standard output; a closed pipe is reported as an error that exits with 0.
pub(crate) fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()
}
