//! Progress out, cancellation in: all that the library knows of its caller.

/// Watches a run. Both methods are called from worker threads.
pub trait Observer: Sync {
    /// Some units of a stage are done.
    fn advance(&self, stage: &str, units: u64) {
        let _ = (stage, units);
    }

    /// A stage of so many units begins.
    fn begin(&self, stage: &str, units: u64) {
        let _ = (stage, units);
    }

    /// Whether to stop at the next opportunity.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}

/// The caller asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Fails if the observer asked to stop.
pub(crate) fn stop_if_cancelled(observer: &dyn Observer) -> Result<(), Cancelled> {
    if observer.is_cancelled() { Err(Cancelled) } else { Ok(()) }
}
