//! Progress on a terminal, JSON lines for a log, silence otherwise.

use crate::args::Common;
use claimsift::observe::Observer;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Watches a run for the person or log that started it.
pub(crate) struct Progress {
    mode: Mode,
    stage: Mutex<Stage>,
}

enum Mode {
    Silent,
    Bar,
    Json,
}

struct Stage {
    name: String,
    done: u64,
    total: u64,
    since: Instant,
    bar: ProgressBar,
    timings: Vec<(String, f64)>,
}

impl Progress {
    pub(crate) fn new(common: &Common) -> Self {
        let mode = if common.log_json {
            Mode::Json
        } else if !common.quiet && std::io::stderr().is_terminal() {
            Mode::Bar
        } else {
            Mode::Silent
        };
        let stage =
            Stage { name: String::new(), done: 0, total: 0, since: Instant::now(), bar: ProgressBar::hidden(), timings: Vec::new() };
        Self { mode, stage: Mutex::new(stage) }
    }

    /// Ends the last stage and returns the seconds that each took.
    pub(crate) fn finish(&self) -> Vec<(String, f64)> {
        self.begin("", 0);
        self.stage.lock().map(|mut stage| std::mem::take(&mut stage.timings)).unwrap_or_default()
    }

    fn bar(&self, name: &str, total: u64) -> ProgressBar {
        if !matches!(self.mode, Mode::Bar) || name.is_empty() {
            return ProgressBar::hidden();
        }
        let (bar, template) = if total > 0 {
            (ProgressBar::new(total), "{msg:>12} {bar:32} {human_pos}/{human_len} {per_sec}, {eta} left")
        } else {
            (ProgressBar::new_spinner(), "{msg:>12} {spinner} {human_pos} {per_sec}")
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

impl Observer for Progress {
    fn begin(&self, name: &str, units: u64) {
        let Ok(mut stage) = self.stage.lock() else { return };
        if !stage.name.is_empty() {
            let seconds = stage.since.elapsed().as_secs_f64();
            let (ended, done) = (std::mem::take(&mut stage.name), stage.done);
            stage.bar.finish_and_clear();
            if matches!(self.mode, Mode::Json) {
                eprintln!("{}", serde_json::json!({"event": "stage", "stage": ended, "units": done, "seconds": seconds}));
            }
            stage.timings.push((ended, seconds));
        }
        name.clone_into(&mut stage.name);
        (stage.done, stage.total, stage.since) = (0, units, Instant::now());
        stage.bar = self.bar(name, units);
    }

    fn advance(&self, name: &str, units: u64) {
        let Ok(mut stage) = self.stage.lock() else { return };
        if stage.name == name {
            stage.done += units;
            stage.bar.inc(units);
        }
    }
}
