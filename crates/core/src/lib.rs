//! Scores medical-insurance claims for phantom hospitalisation, item swapping and forged settlement, by rules, peer comparison and clustering.
//!
//! A data set comes in as Arrow batches under canonical column names ([`intake`]), becomes [`Claims`] in memory, and [`screen`] turns it
//! into a [`Screening`]: scores per claim, findings with facts, evidence and money, and leads. The library does no input or output, reads no clock
//! and prints nothing; `claimsift-io` reads and writes files.
//!
//! ```
//! use arrow_array::{RecordBatch, StringArray};
//! use claimsift::intake::{Chunk, Intake, IntakeError, IntakeOptions, Rows};
//! use claimsift::observe::Silent;
//! use claimsift::tables::TableId;
//! use claimsift::{Lang, Settings, screen};
//! use std::sync::Arc;
//!
//! // One person in two hospitals in the same nights.
//! let column = |values: [&str; 2]| Arc::new(StringArray::from(values.to_vec())) as Arc<dyn arrow_array::Array>;
//! let batch = RecordBatch::try_from_iter([
//!     ("claim_id", column(["C1", "C2"])),
//!     ("person_id", column(["P1", "P1"])),
//!     ("provider_id", column(["H1", "H2"])),
//!     ("visit_type", column(["inpatient", "inpatient"])),
//!     ("started_at", column(["2025-05-03", "2025-05-05"])),
//!     ("ended_at", column(["2025-05-10", "2025-05-09"])),
//!     ("total_amount", column(["6200.00", "1800.00"])),
//! ])?;
//! let mut intake = Intake::new(IntakeOptions::all(), &Silent);
//! let chunk = Chunk { file: "claims".into(), rows: Rows::From(1), batch, rejects: Vec::new() };
//! intake.table(TableId::ClaimTable, [Ok::<_, IntakeError>(chunk)].into_iter())?;
//! let (claims, report) = intake.finish()?;
//! assert_eq!(report.tables["claims"].kept, 2);
//!
//! let screening = screen(&claims, &Settings::new(), Lang::En, &Silent)?;
//! let finding = &screening.findings[0];
//! assert_eq!((finding.code.as_str(), finding.facts["overlap_nights"].as_i64()), ("P02", Some(4)));
//! assert_eq!(finding.claim_id.as_deref(), Some("C2"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod claims;
pub mod cluster;
mod columns;
pub mod detect;
pub mod detectors;
pub mod evaluate;
mod finding;
pub mod intake;
mod leads;
mod money;
pub mod norms;
pub mod observe;
pub mod outputs;
mod pipeline;
mod rescore;
mod rollup;
mod score;
mod settings;
pub mod tables;
mod words;

pub use claims::Claims;
pub use detect::{ConfigErrors, Detector, Lang};
pub use finding::{Amounts, Evidence, Finding};
pub use leads::{GATE, Lead};
pub use pipeline::*;
pub use rescore::{RescoreError, rescore};
pub use rollup::SubjectScore;
pub use score::{BASE, Contribution, Scores, counted, probability};
pub use settings::{GroupPaid, Money, Run, Settings, Weights, config_schema};
