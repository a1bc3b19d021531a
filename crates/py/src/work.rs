//! Long calls: on threads of their own, detached from the interpreter, stopped by Ctrl-C.

use crate::failure::Failure;
use crate::watch::Watch;
use pyo3::prelude::*;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often signals are looked at and progress is told.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a call that was stopped is waited for. Work that takes no notice for longer goes on unseen, and its result is dropped.
const PATIENCE: Duration = Duration::from_millis(500);

/// Runs `work` on a pool of `threads` (all cores where `None`). Meanwhile other Python threads run, `progress` is called with the stage's name,
/// units done and units in all (0 where that is not known), and a signal handler's exception stops the work.
pub(crate) fn detached<T: Send + 'static>(
    py: Python<'_>,
    threads: Option<usize>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Watch) -> Result<T, Failure> + Send + 'static,
) -> PyResult<T> {
    if threads == Some(0) {
        return Err(Failure::Setting("`threads` must be at least 1".to_owned()).into());
    }
    let watch = Arc::new(Watch::default());
    let (to, outcome) = sync_channel(1);
    let seen = Arc::clone(&watch);
    let run = move || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
        let pool = pool.map_err(|error| Failure::Internal(format!("no threads can be started: {error}")));
        // Nobody listens any more where the call was stopped.
        _ = to.send(pool.and_then(|pool| pool.install(|| work(&seen))));
    };
    let started = std::thread::Builder::new().name("claimsift".to_owned()).spawn(run);
    started.map_err(|error| Failure::Internal(format!("no thread can be started: {error}")))?;
    let outcome = Mutex::new(outcome);
    let wait = |time| py.detach(|| outcome.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(time));
    loop {
        match wait(PAUSE) {
            Ok(outcome) => return outcome.map_err(PyErr::from),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let message = "the work ended without a result; this is a fault of claimsift, please report it with what is printed above";
                return Err(Failure::Internal(message.to_owned()).into());
            }
        }
        if let Err(error) = py.check_signals().and_then(|()| tell(&watch, progress)) {
            watch.cancel();
            _ = wait(PATIENCE);
            return Err(error);
        }
    }
}

fn tell(watch: &Watch, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    if let (Some(progress), Some(stage)) = (progress, watch.stage()) {
        progress.call1((stage.name, stage.done, stage.total))?;
    }
    Ok(())
}
