//! What a person reads on the terminal: plain data in, text out.
//!
//! - [`checks`] says whether a delivery passes the acceptance checks, and [`checks_in_brief`] which fail;
//! - [`summary`] says what a run took in, what it found, what it could not assess, and what to do next;
//! - [`leads`] is the order sheet of a visit;
//! - [`claim_paper`], [`finding_paper`] and [`provider_paper`] are working papers (底稿) from which a finding can be checked by hand;
//!   [`explain`] picks among them.
//!
//! Everything is written in English or Chinese, wrapped to a width in which a Chinese character takes two columns. Nothing that identifies a
//! person beyond the numbers in the tables is printed: no name, telephone, address or certificate number. [`CalculationSheet`] and [`ScoreSum`]
//! are the reckonings behind the papers as data.

mod acceptance;
mod calculation;
mod cells;
mod claim_paper;
mod code_words;
mod column_words;
mod context;
mod fact_words;
mod figures;
mod finding_paper;
mod labels;
mod lead_sheet;
mod limits;
mod page;
mod paper;
mod provider_paper;
mod reference_sql;
mod rows;
mod score_sum;
mod summary;
mod table;
mod text;

pub use acceptance::{checks, checks_in_brief, failed_check};
pub use calculation::{CalculationSheet, Rate, SheetRow};
pub use claim_paper::claim_paper;
pub use context::Context;
pub use finding_paper::finding_paper;
pub use lead_sheet::leads;
pub use page::{Page, Style};
pub use provider_paper::provider_paper;
pub use score_sum::{Counted, NotCounted, ScoreSum, Uncounted};
pub use summary::summary;

/// The working paper of whatever `subject` names: a claim, a provider, or a finding by its id or the beginning of it. `None` where it names
/// nothing.
pub fn explain(context: &Context<'_>, subject: &str) -> Option<String> {
    claim_paper(context, subject).or_else(|| provider_paper(context, subject)).or_else(|| finding_paper(context, subject))
}
