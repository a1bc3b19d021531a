//! The eleven mandatory tables of the national inspection list of 2024, written from its field list, independently of any mapping that
//! reads it.

mod claims;
mod fields;
mod stores;

use std::path::Path;

use anyhow::Result;

use super::records::Texts;
use super::sheet::Sheet;

/// What a reader has to know beside the layout of the list.
pub(super) const LOCAL_LAYOUT: &str = r#"# What this county adds to the layout of the inspection list: a kind of stay of its own, and tables that the list lacks under their canonical
# names.
name = "local"
extends = "inspection-2024"
by_name = true

[codes.inpatient_type]
"生育住院" = "maternity"
"#;

/// Tables that the list lacks stay canonical.
pub(super) const CANONICAL: &[&str] = &["groups", "catalogue", "registers", "limits", "exclusive_pairs", "frequencies"];

pub(super) fn sheets() -> Vec<Sheet> {
    let mut sheets = claims::sheets();
    sheets.extend(stores::sheets());
    sheets
}

/// Tables made from those of the generator before any sheet is written.
pub(super) fn derive(folder: &Path) -> Result<Vec<(&'static str, Texts)>> {
    stores::derive(folder)
}
