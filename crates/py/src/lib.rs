//! The extension module `claimsift._internal`: convert, call, convert.
//!
//! Whatever takes long runs on threads of its own, detached from the interpreter ([`work`]), and every failure becomes an exception in one
//! place ([`failure`]). The names, defaults and documentation that a user sees are those of the Python package around it.

mod catalogue;
mod check;
mod claims;
mod evaluate;
mod failure;
mod knowledge;
mod result;
mod settings;
mod table;
mod watch;
mod work;

use pyo3::pymodule;

/// What the package is built on; use `claimsift` itself.
#[pymodule]
mod _internal {
    #[pymodule_export]
    use crate::catalogue::{detectors, sql};
    #[pymodule_export]
    use crate::check::{Acceptance, check};
    #[pymodule_export]
    use crate::claims::Claims;
    #[pymodule_export]
    use crate::evaluate::evaluate;
    #[pymodule_export]
    use crate::knowledge::{import_knowledge, knowledge_folders};
    #[pymodule_export]
    use crate::result::{Result, screen, toml_as_json};
    #[pymodule_export]
    use crate::table::{Table, read_parquet};

    use claimsift::tables::TableId;
    use pyo3::prelude::*;

    /// The version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python gives to versions")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// The names of the canonical tables.
    #[pyfunction]
    fn table_names() -> Vec<&'static str> {
        TableId::ALL.iter().map(|table| table.name()).collect()
    }

    /// Runs the command with its arguments, the program's name first, and returns its exit code.
    #[pyfunction]
    fn run(py: Python<'_>, arguments: Vec<String>) -> u8 {
        py.detach(|| claimsift_cli::run(arguments))
    }
}
