//! Scores medical-insurance claims for phantom hospitalisation, item swapping and forged settlement, by rules, peer comparison and clustering.
//!
//! A data set comes in as Arrow batches under canonical table and column names ([`read`]), becomes [`Claims`] in memory, and [`screen`] turns it
//! into a [`Screening`]: scores per claim, findings with facts, evidence and money, and leads. The library does no input or output, reads no clock
//! and prints nothing; `claimsift-io` reads and writes files.
//!
//! ```
//! use arrow_array::{ArrayRef, RecordBatch, StringArray};
//! use claimsift::observe::Silent;
//! use claimsift::{Lang, Settings};
//! use std::sync::Arc;
//!
//! // One person in two hospitals in the same nights.
//! let column = |values: [&str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
//! let batch = RecordBatch::try_from_iter([
//!     ("claim_id", column(["C1", "C2"])),
//!     ("person_id", column(["P1", "P1"])),
//!     ("provider_id", column(["H1", "H2"])),
//!     ("visit_type", column(["inpatient", "inpatient"])),
//!     ("started_at", column(["2025-05-03", "2025-05-05"])),
//!     ("ended_at", column(["2025-05-10", "2025-05-09"])),
//!     ("total_amount", column(["6200.00", "1800.00"])),
//! ])?;
//! let (claims, report) = claimsift::read([("claims", batch)])?;
//! assert_eq!(report.tables["claims"].kept, 2);
//!
//! let screening = claimsift::screen(&claims, &Settings::new(), Lang::En, &Silent)?;
//! let finding = &screening.findings[0];
//! assert_eq!((finding.code.as_str(), finding.facts["overlap_nights"].as_i64()), ("P02", Some(4)));
//! assert_eq!(finding.claim_id.as_deref(), Some("C2"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The dozen names at the top are enough to start with. Behind them: [`intake`] for streams of batches, [`settings`] for parameters,
//! [`outputs`] for results as Arrow tables, [`detect`] to write a detector, [`cluster`] for peer groups on their own, [`norms`] to hold statistics
//! fixed, [`score`] and [`finding`] for why a score or an amount is what it is.

pub mod acceptance;
pub mod claims;
pub mod cluster;
mod columns;
pub mod detect;
pub mod detectors;
pub mod evaluate;
pub mod finding;
pub mod intake;
pub mod leads;
mod money;
pub mod norms;
pub mod observe;
pub mod outputs;
pub mod pipeline;
mod rescore;
mod rollup;
pub mod score;
pub mod settings;
pub mod tables;
mod words;

pub use claims::Claims;
pub use detect::{Detector, Lang};
pub use finding::Finding;
pub use intake::read;
pub use leads::Lead;
pub use pipeline::{ClaimScore, Screening, screen};
pub use rescore::{RescoreError, rescore};
pub use rollup::SubjectScore;
pub use settings::Settings;
