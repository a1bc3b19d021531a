//! Exit codes, and how errors are told.

use crate::input::NoClaims;
use claimsift::RescoreError;
use claimsift::detect::ConfigErrors;
use claimsift::intake::IntakeError;
use claimsift_io::{ReadError, WriteError};

pub(crate) const DONE: u8 = 0;
const LEADS: u8 = 1;
const DIFFERS: u8 = 1;
pub(crate) const WRONG_USE: u8 = 2;
const REJECTED: u8 = 3;
const INTERNAL: u8 = 5;

/// How a command ended without error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Done, with more leads above the gate than allowed.
    LeadsAbove,
    /// Done, and a check of the input failed.
    ChecksFailed,
    /// Done, and inputs that should say the same do not.
    Differs,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => DONE,
            Self::LeadsAbove => LEADS,
            Self::ChecksFailed => REJECTED,
            Self::Differs => DIFFERS,
        }
    }
}

/// The input has too many rows that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TooManyRejects(pub(crate) String);

/// The input fails an acceptance check that the configuration calls fatal.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct FatalChecks(pub(crate) String);

/// A wrong argument that the parser cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUse(pub(crate) String);

/// Prints an error and returns its exit code. A broken pipe is not an error.
pub(crate) fn report(error: &anyhow::Error, json: bool) -> u8 {
    let code = code_of(error);
    if code == DONE {
        return DONE;
    }
    if json {
        let line = serde_json::json!({"event": "error", "code": code, "message": format!("{error:#}")});
        eprintln!("{line}");
    } else {
        eprintln!("error: {error:#}");
    }
    code
}

fn code_of(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if let Some(io) = cause.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::BrokenPipe
        {
            return DONE;
        }
        if cause.is::<WrongUse>() || cause.is::<ConfigErrors>() || cause.is::<RescoreError>() {
            return WRONG_USE;
        }
        if let Some(read) = cause.downcast_ref::<ReadError>() {
            return code_of_read(read);
        }
        if let Some(write) = cause.downcast_ref::<WriteError>() {
            return match write {
                WriteError::NotOurs { .. } | WriteError::NoName { .. } | WriteError::Address { .. } | WriteError::NotOurTable { .. } => {
                    WRONG_USE
                }
                _ => INTERNAL,
            };
        }
        if cause.is::<IntakeError>() || cause.is::<TooManyRejects>() || cause.is::<FatalChecks>() || cause.is::<NoClaims>() {
            return REJECTED;
        }
    }
    INTERNAL
}

fn code_of_read(error: &ReadError) -> u8 {
    match error {
        ReadError::NotFound { .. }
        | ReadError::UnknownLayout { .. }
        | ReadError::Layout { .. }
        | ReadError::NoResult { .. }
        | ReadError::Address { .. } => WRONG_USE,
        ReadError::Io { .. } => INTERNAL,
        _ => REJECTED,
    }
}
