//! placeholder
pub mod claims;
pub mod cluster;
pub mod detect;
pub mod detectors;
mod finding;
pub mod intake;
mod leads;
mod money;
pub mod norms;
pub mod observe;
mod pipeline;
mod rollup;
mod score;
mod settings;
pub mod tables;

pub use claims::Claims;
pub use detect::{ConfigErrors, Detector, Lang};
pub use finding::{Amounts, Evidence, Finding};
pub use pipeline::*;
pub use leads::{GATE, Lead};
pub use rollup::SubjectScore;
pub use score::{BASE, Contribution, Scores, counted, probability};
pub use settings::{GroupPaid, Money, Run, Settings, Weights, config_schema};
