//! What a call tells while it runs, and how it is told to stop.

use claimsift::observe::Observer;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Watches a call from the threads that do its work.
#[derive(Default)]
pub(crate) struct Watch {
    is_cancelled: AtomicBool,
    stages: Mutex<Stages>,
}

#[derive(Default)]
struct Stages {
    now: Option<(Stage, Instant)>,
    timings: Vec<(String, f64)>,
}

/// How far a stage is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) done: u64,
    /// 0 where it is not known.
    pub(crate) total: u64,
}

impl Watch {
    pub(crate) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// The stage that runs now.
    pub(crate) fn stage(&self) -> Option<Stage> {
        self.stages().now.as_ref().map(|(stage, _)| stage.clone())
    }

    /// Ends the last stage and returns the seconds that each took.
    pub(crate) fn finish(&self) -> Vec<(String, f64)> {
        let mut stages = self.stages();
        stages.end();
        std::mem::take(&mut stages.timings)
    }

    fn stages(&self) -> MutexGuard<'_, Stages> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stages {
    fn end(&mut self) {
        if let Some((stage, since)) = self.now.take() {
            self.timings.push((stage.name, since.elapsed().as_secs_f64()));
        }
    }
}

impl Observer for Watch {
    fn begin(&self, stage: &str, units: u64) {
        let mut stages = self.stages();
        stages.end();
        stages.now = Some((Stage { name: stage.to_owned(), done: 0, total: units }, Instant::now()));
    }

    fn advance(&self, stage: &str, units: u64) {
        if let Some((now, _)) = &mut self.stages().now
            && now.name == stage
        {
            now.done += units;
        }
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}
