//! Knowledge points: what may be charged, for whom, where, how often and beside what.
//!
//! They come as workbooks of the state or a province ([`import`]), become a folder of canonical tables with a manifest, and are read beside a
//! data set ([`Knowledge`]). Every row of a workbook is imported or reported with a reason; where its value and its remark differ, the
//! lenient reading is taken and the conflict kept.

mod folder;
mod header;
mod import;
mod phrase;
mod point;
mod reading;
mod sheet;

pub use folder::{KNOWLEDGE_TABLES, Knowledge, KnowledgeIdentity};
pub use import::{Conflict, FileCount, Import, ImportOptions, Reported, import};
