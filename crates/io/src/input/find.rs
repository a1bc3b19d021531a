//! Finding the files of an input.

use crate::error::ReadError;
use crate::format::Format;
use claimsift::tables::TableId;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How deep a table's folder may be divided (by year, month, part).
const DEEPEST: usize = 6;

/// A file of data, not yet opened.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) format: Format,
    /// Relative to the input, with `/` between folders.
    pub(super) name: Arc<str>,
    /// What names its table: the first folder, or the file's name without its ending.
    pub(super) stem: String,
}

/// The data files of an input in the order of their names, and what else lies there.
pub(super) struct Listing {
    pub(super) found: Vec<Found>,
    pub(super) ignored: Vec<String>,
}

/// Lists a folder, or one file. Folders inside are looked into only if they have a known name; hidden files are not seen.
pub(super) fn list(root: &Path, is_known: &dyn Fn(&str) -> bool) -> Result<Listing, ReadError> {
    let mut listing = Listing { found: Vec::new(), ignored: Vec::new() };
    let metadata = std::fs::metadata(root).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => ReadError::NotFound { path: root.to_owned() },
        _ => ReadError::Io { file: root.display().to_string().into(), source },
    })?;
    if metadata.is_dir() {
        listing.folder(root, "", None, 0, is_known)?;
    } else {
        let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        listing.file(root.to_owned(), name, None);
    }
    listing.found.sort_by(|left, right| left.name.cmp(&right.name));
    listing.ignored.sort();
    Ok(listing)
}

impl Listing {
    fn folder(
        &mut self,
        folder: &Path,
        prefix: &str,
        table: Option<&str>,
        depth: usize,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Result<(), ReadError> {
        let io = |source| ReadError::Io { file: folder.display().to_string().into(), source };
        for entry in std::fs::read_dir(folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            let base = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if base.starts_with(['.', '_']) {
                continue;
            }
            let name = format!("{prefix}{base}");
            if !path.is_dir() {
                self.file(path, name, table);
            } else if depth < DEEPEST && (table.is_some() || is_known(&base)) {
                self.folder(&path, &format!("{name}/"), Some(table.unwrap_or(&base)), depth + 1, is_known)?;
            } else {
                self.ignored.push(format!("{name}/"));
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, name: String, table: Option<&str>) {
        match Format::of(&path) {
            Some((format, stem)) => {
                let stem = table.map_or(stem, str::to_owned);
                self.found.push(Found { path, format, name: name.into(), stem });
            }
            None => self.ignored.push(name),
        }
    }
}

/// The table of which a file has the name: `lines`, `lines-2025`, `lines_part_3`, but not `lines_old`.
pub(super) fn table_of_stem(stem: &str) -> Option<TableId> {
    let stem = stem.to_lowercase();
    TableId::ALL.iter().copied().find(|table| stem.strip_prefix(table.name()).is_some_and(|rest| rest.is_empty() || names_a_part(rest)))
}

/// A separator and a number, with or without `part` before it.
fn names_a_part(rest: &str) -> bool {
    const SEPARATORS: [char; 4] = ['-', '_', '.', ' '];
    let Some(part) = rest.strip_prefix(SEPARATORS) else { return false };
    let number = part.strip_prefix("part").map_or(part, |number| number.trim_start_matches(SEPARATORS));
    number.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts_are_names_of_tables() {
        let name = |stem| table_of_stem(stem).map(TableId::name);
        for stem in ["lines", "Lines", "lines-2025", "lines_2025-01", "lines.part-0", "lines_part3"] {
            assert_eq!(name(stem), Some("lines"), "{stem}");
        }
        for stem in ["lines_old", "lines2", "line", "truth", "lines-partner", "claims_truth", "lines-"] {
            assert_eq!(name(stem), None, "{stem}");
        }
    }
}
