//! Enters a detector in the modules and in the catalogue.

use super::known::Known;
use super::{DETECTORS, NewDetector, names};
use anyhow::{Context, Result};
use claimsift::detect::Scheme;
use std::fs;
use std::path::Path;

const CATALOGUE_START: &str = "pub static CATALOGUE: &[Entry] = &[\n";
const ENTRY_START: &str = "    Entry::of::<";
const ENTRY_END: &str = ">(),";

/// The changed texts by path: the scheme's module and the catalogue's.
pub(super) fn edits(root: &Path, wanted: &NewDetector, known: &Known) -> Result<Vec<(String, String)>> {
    let (module, detector) = (names::snake(&wanted.name), names::camel(&wanted.name));
    let scheme_path = format!("{}/mod.rs", wanted.folder());
    let scheme_text = match fs::read_to_string(root.join(&scheme_path)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => format!("//! {}\n", about(wanted.scheme)),
        Err(error) => return Err(error).with_context(|| format!("reading {scheme_path}")),
    };
    let scheme_text = with_line(&scheme_text, "mod ", &format!("mod {module};"));
    let scheme_text = with_line(&scheme_text, "pub use ", &format!("pub use {module}::{detector};"));

    let path = format!("{DETECTORS}/mod.rs");
    let text = fs::read_to_string(root.join(&path)).with_context(|| format!("reading {path}"))?;
    let text = with_line(&text, "mod ", &format!("mod {};", wanted.scheme));
    let text = with_line(&text, "pub use ", &format!("pub use {}::*;", wanted.scheme));
    let text = with_entry(&text, &wanted.code, &detector, known).with_context(|| format!("entering {detector} in {path}"))?;
    Ok(vec![(scheme_path, scheme_text), (path, text)])
}

/// What the module of a scheme holds.
fn about(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Phantom => "Hospital care that did not take place, or was split.",
        Scheme::Swap => "One item billed in place of another.",
        Scheme::Forged => "Settlements that were forged, altered or invented, or that contradict themselves.",
        Scheme::Overuse => "More than is needed, and providers unlike their peers.",
        Scheme::Charge => "Charged twice, too high or out of scope.",
    }
}

/// A text with a line in its place among those that begin alike; unchanged if it is there, and after everything if none begins so.
fn with_line(text: &str, start: &str, line: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.contains(&line) {
        return text.to_owned();
    }
    let alike: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].starts_with(start)).collect();
    match (alike.iter().find(|&&at| lines[at] > line), alike.last()) {
        (Some(&next), _) => lines.insert(next, line),
        (None, Some(&last)) => lines.insert(last + 1, line),
        (None, None) => lines.extend(["", line]),
    }
    lines.join("\n") + "\n"
}

/// The catalogue with one entry more, before the first of a higher code.
fn with_entry(text: &str, code: &str, detector: &str, known: &Known) -> Result<String> {
    let (before, rest) = text.split_once(CATALOGUE_START).context("the list does not begin as expected")?;
    let (list, after) = rest.split_once("];").context("the list does not end")?;
    let mut lines: Vec<String> = list.lines().map(str::to_owned).collect();
    let is_higher = |line: &String| entry(line).and_then(|name| known.codes.get(name)).is_some_and(|other| other.as_str() > code);
    let at = lines.iter().position(is_higher).unwrap_or(lines.len());
    lines.insert(at, format!("{ENTRY_START}{detector}{ENTRY_END}"));
    Ok(format!("{before}{CATALOGUE_START}{}\n];{after}", lines.join("\n")))
}

fn entry(line: &str) -> Option<&str> {
    line.strip_prefix(ENTRY_START)?.strip_suffix(ENTRY_END)
}

/// The structs that a catalogue lists, in its order.
#[cfg(test)]
pub(super) fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_finds_its_place() {
        assert_eq!(with_line("//! x\n\nmod b;\nmod d;\n\nend\n", "mod ", "mod c;"), "//! x\n\nmod b;\nmod c;\nmod d;\n\nend\n");
        assert_eq!(with_line("mod b;\n\nend\n", "mod ", "mod c;"), "mod b;\nmod c;\n\nend\n");
        assert_eq!(with_line("//! x\n", "mod ", "mod c;"), "//! x\n\nmod c;\n");
        assert_eq!(with_line("mod c;\n", "mod ", "mod c;"), "mod c;\n");
    }
}
