//! From every error of the libraries to one tree of exceptions.

use claimsift::RescoreError;
use claimsift::detect::ConfigErrors;
use claimsift::intake::IntakeError;
use claimsift_cli::{FatalChecks, LoadError, NoClaims, TooManyRejects};
use claimsift_io::{ReadError, WriteError};
use pyo3::PyErr;
use pyo3::exceptions::PyKeyboardInterrupt;

mod exceptions {
    use pyo3::import_exception;

    import_exception!(claimsift._errors, Error);
    import_exception!(claimsift._errors, ConfigError);
    import_exception!(claimsift._errors, SchemaError);
    import_exception!(claimsift._errors, DataError);
}

use exceptions::{ConfigError, DataError, Error, SchemaError};

/// Whatever can go wrong in a call.
#[derive(Debug)]
pub(crate) enum Failure {
    Config(ConfigErrors),
    Read(ReadError),
    Intake(IntakeError),
    NoClaims(NoClaims),
    Rejects(TooManyRejects),
    Checks(FatalChecks),
    Rescore(RescoreError),
    Write(WriteError),
    Cancelled,
    /// A name or value that a setting cannot have.
    Setting(String),
    /// Columns that do not fit.
    Columns(String),
    /// Values, or the lack of them.
    Values(String),
    /// The fault is ours.
    Internal(String),
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Config(errors) => {
                let problems: Vec<(String, String)> = errors.0.iter().map(|error| (error.path.clone(), error.message.clone())).collect();
                ConfigError::new_err((errors.to_string(), problems))
            }
            Failure::Read(error) => of_read(&error),
            Failure::Intake(error) => of_intake(&error),
            Failure::NoClaims(error) => SchemaError::new_err(in_python(&error.to_string())),
            Failure::Checks(error) => DataError::new_err(in_python(&error.to_string())),
            Failure::Rejects(error) => DataError::new_err(in_python(&error.to_string())),
            Failure::Rescore(RescoreError::Cancelled(_)) | Failure::Cancelled => PyKeyboardInterrupt::new_err(()),
            Failure::Rescore(error @ RescoreError::NeedsRun(_)) => ConfigError::new_err(error.to_string()),
            Failure::Write(error @ WriteError::Address { .. }) => ConfigError::new_err(error.to_string()),
            Failure::Write(error) => Error::new_err(error.to_string()),
            Failure::Setting(message) => ConfigError::new_err(message),
            Failure::Columns(message) => SchemaError::new_err(message),
            Failure::Values(message) => DataError::new_err(message),
            Failure::Internal(message) => Error::new_err(message),
        }
    }
}

fn of_read(error: &ReadError) -> PyErr {
    let message = in_python(&error.to_string());
    match error {
        ReadError::UnknownLayout { .. } | ReadError::Layout { .. } | ReadError::Address { .. } => ConfigError::new_err(message),
        ReadError::NothingKnown { .. }
        | ReadError::MissingColumn { .. }
        | ReadError::RepeatedColumn { .. }
        | ReadError::NestedColumn { .. }
        | ReadError::Unmapped { .. } => SchemaError::new_err(message),
        // What is left, now and later, is about the files themselves.
        _ => DataError::new_err(message),
    }
}

fn of_intake(error: &IntakeError) -> PyErr {
    let message = in_python(&error.to_string());
    match error {
        IntakeError::MissingColumn { .. } | IntakeError::ColumnType { .. } | IntakeError::UnknownTable(_) | IntakeError::ClaimsFirst => {
            SchemaError::new_err(message)
        }
        IntakeError::TooManyRows(_) => DataError::new_err(message),
        IntakeError::Cancelled(_) => PyKeyboardInterrupt::new_err(()),
    }
}

/// Messages name options as the command has them; here they are arguments.
fn in_python(message: &str) -> String {
    message
        .replace("--layout FILE", "layout=\"FILE\"")
        .replace("--max-rejects", "max_rejects")
        .replace("`claimsift check`", "`claimsift.check`")
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Read(error) => Self::Read(error),
            LoadError::Intake(error) => Self::Intake(error),
            LoadError::NoClaims(error) => Self::NoClaims(error),
        }
    }
}

macro_rules! from {
    ($($error:ty => $variant:ident,)*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from! {
    ConfigErrors => Config,
    ReadError => Read,
    IntakeError => Intake,
    NoClaims => NoClaims,
    TooManyRejects => Rejects,
    FatalChecks => Checks,
    RescoreError => Rescore,
    WriteError => Write,
}

impl From<claimsift::observe::Cancelled> for Failure {
    fn from(_: claimsift::observe::Cancelled) -> Self {
        Self::Cancelled
    }
}
