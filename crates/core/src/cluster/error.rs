//! What can be wrong with the arguments.

use thiserror::Error;

/// Why a clustering was refused. No data makes these functions panic.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClusterError {
    /// All parameters that are out of bounds, each with what is wanted.
    #[error("{}", .0.join("; "))]
    Parameters(Vec<String>),
    /// An argument does not have one entry per row or column.
    #[error("`{name}` must have {wanted} entries, not {found}")]
    Length {
        /// The argument.
        name: &'static str,
        /// How many entries it must have.
        wanted: usize,
        /// How many it has.
        found: usize,
    },
    /// A matrix that must be complete has a missing, infinite or huge value.
    #[error("`x` must hold finite numbers within ±1e120")]
    NotFinite,
}

/// Collects the problems of a set of parameters, so that all are reported at once.
#[derive(Default)]
pub(super) struct Problems(Vec<String>);

impl Problems {
    pub(super) fn require(&mut self, holds: bool, otherwise: &str) {
        if !holds {
            self.0.push(otherwise.to_owned());
        }
    }

    pub(super) fn finish(self) -> Result<(), ClusterError> {
        if self.0.is_empty() { Ok(()) } else { Err(ClusterError::Parameters(self.0)) }
    }

    /// Adds what a nested set of parameters complains about.
    pub(super) fn include(&mut self, nested: Result<(), ClusterError>) {
        match nested {
            Err(ClusterError::Parameters(problems)) => self.0.extend(problems),
            Err(other) => self.0.push(other.to_string()),
            Ok(()) => {}
        }
    }
}

/// Refuses an argument of the wrong length.
pub(super) fn require_length(name: &'static str, wanted: usize, found: usize) -> Result<(), ClusterError> {
    if wanted == found { Ok(()) } else { Err(ClusterError::Length { name, wanted, found }) }
}
