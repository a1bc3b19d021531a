//! Files and databases in and out for `claimsift`.
//!
//! [`Input`] finds the files of a data set, recognises their [`Layout`] and hands their rows to intake under canonical column
//! names, decoded in the background. [`ResultFolder`] writes a result so that the previous one stays whole until the new one is.
//! A database is read like a folder whose files are its tables, and takes results through a [`Store`].
//! What the values mean, and which rows are good, is left to the library's intake.
//!
//! ```
//! use claimsift::tables::TableId;
//! use claimsift_io::{Input, LayoutChoice};
//!
//! # let folder = std::env::temp_dir().join(format!("claimsift-io-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! let header = "claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount";
//! std::fs::write(folder.join("claims.csv"), format!("{header}\nC1,P1,H1,inpatient,2024-05-01,2024-05-04,812.50\n"))?;
//!
//! let input = Input::open(&folder, &LayoutChoice::Auto)?;
//! assert_eq!(input.layout().name(), "plain");
//! for chunk in input.read(TableId::ClaimTable, &["claim_id", "total_amount"]) {
//!     assert_eq!(chunk?.batch.num_rows(), 1);
//! }
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod convert;
mod database;
mod error;
mod format;
mod input;
pub mod knowledge;
mod layout;
mod result;

pub use database::{RunRecord, Store, place_of};
pub use error::{ReadError, WriteError};
pub use input::{Fingerprint, Input, InputFile, Placement, Reading};
pub use knowledge::Knowledge;
pub use layout::{Layout, LayoutChoice, Zone};
pub use result::{ResultFolder, TableWriter, read_result_table};
