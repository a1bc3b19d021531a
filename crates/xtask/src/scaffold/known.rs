//! The detectors that the source tree holds.
//!
//! They are read from the text, so that a skeleton can be added beside one that does not compile yet.

use super::names;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Codes of the detectors there are.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By the name of the struct.
    pub(super) codes: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
}

impl Known {
    /// Reads the code and name in each file's `META`.
    pub(super) fn read(detectors: &Path) -> Result<Self> {
        let mut known = Self::default();
        for path in files(detectors, "rs")? {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            if let (Some(code), Some(name)) = (field(&text, "code"), field(&text, "name")) {
                known.codes.insert(names::camel(name), code.to_owned());
                known.names.insert(code.to_owned(), name.to_owned());
            }
        }
        Ok(known)
    }

    /// The name of the detector that has a code.
    pub(super) fn name_of(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }
}

/// The text of a field of `META`.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let start = format!("    {name}: text(\"");
    text.lines().find_map(|line| line.strip_prefix(&start)).and_then(|rest| rest.split('"').next())
}

/// Every file of an ending below a folder, sorted.
pub(super) fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
