//! Files derived from the catalogue, the tables and the configuration: written, or compared with what is there.

mod catalogue;
mod clauses;
mod config;
mod markdown;
mod page;
mod parameters;
mod python;
mod tables;

use anyhow::{Context, Result};
use claimsift::detectors::CATALOGUE;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// The folder that holds generated pages and nothing else.
const PAGES: &str = "python/docs/detectors";

/// Files by their path from the root of the workspace.
type Files = BTreeMap<String, String>;

/// Writes every generated file that differs and removes pages of detectors that are no more.
pub(crate) fn write(root: &Path) -> Result<()> {
    let files = files(root)?;
    for (path, text) in &files {
        if read(root, path)?.as_ref() != Some(text) {
            let target = root.join(path);
            fs::create_dir_all(target.parent().unwrap_or(root)).with_context(|| format!("creating the folder of {path}"))?;
            fs::write(target, text).with_context(|| format!("writing {path}"))?;
            println!("wrote {path}");
        }
    }
    for path in orphans(root, &files)? {
        fs::remove_file(root.join(&path)).with_context(|| format!("removing {path}"))?;
        println!("removed {path}");
    }
    Ok(())
}

/// Lists generated files that are not as they would be written.
pub(crate) fn check(root: &Path) -> Result<ExitCode> {
    let stale = stale(root)?;
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} generated file(s) are not fresh:", stale.len());
    for line in stale {
        eprintln!("  {line}");
    }
    eprintln!("run `cargo xtask generate` and commit what it writes");
    Ok(ExitCode::FAILURE)
}

fn stale(root: &Path) -> Result<Vec<String>> {
    let files = files(root)?;
    let mut stale = Vec::new();
    for (path, text) in &files {
        match read(root, path)? {
            None => stale.push(format!("{path} is missing")),
            Some(found) if found != *text => stale.push(format!("{path} differs")),
            Some(_) => {}
        }
    }
    stale.extend(orphans(root, &files)?.into_iter().map(|path| format!("{path} is no detector's page")));
    Ok(stale)
}

fn files(root: &Path) -> Result<Files> {
    let schema = claimsift::settings::config_schema();
    let mut files = Files::new();
    for entry in CATALOGUE {
        files.insert(format!("{PAGES}/{}", page::file_name(entry.meta())), page::page(entry, &schema));
    }
    files.insert(format!("{PAGES}/README.md"), catalogue::readme());
    files.insert("python/docs/tables.md".into(), tables::page());
    files.insert("python/docs/config.schema.json".into(), serde_json::to_string_pretty(&schema)? + "\n");
    files.insert("python/claimsift/_codes.py".into(), python::codes());
    files.insert("python/claimsift/_config.py".into(), config::config(&schema));
    for (path, table) in catalogue::marked_tables(PAGES) {
        if let Some(text) = read(root, path)?
            && let Some(text) = catalogue::between_markers(&text, &table).with_context(|| path.to_owned())?
        {
            files.insert(path.into(), text);
        }
    }
    Ok(files)
}

/// Pages on disk that no detector has.
fn orphans(root: &Path, files: &Files) -> Result<Vec<String>> {
    let folder = root.join(PAGES);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut orphans = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("listing {PAGES}"))? {
        let path = format!("{PAGES}/{}", entry?.file_name().to_string_lossy());
        if Path::new(&path).extension().is_some_and(|ending| ending == "md") && !files.contains_key(&path) {
            orphans.push(path);
        }
    }
    orphans.sort();
    Ok(orphans)
}

fn read(root: &Path, path: &str) -> Result<Option<String>> {
    match fs::read_to_string(root.join(path)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_fresh_and_what_is_changed_is_not() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        write(root).expect("written");
        assert_eq!(stale(root).expect("compared"), Vec::<String>::new());
        fs::write(root.join("python/docs/tables.md"), "old").expect("changed");
        fs::write(root.join(PAGES).join("X99-gone.md"), "old").expect("added");
        fs::remove_file(root.join("python/claimsift/_codes.py")).expect("removed");
        let expected = [
            "python/claimsift/_codes.py is missing",
            "python/docs/tables.md differs",
            "python/docs/detectors/X99-gone.md is no detector's page",
        ];
        assert_eq!(stale(root).expect("compared"), expected);
        write(root).expect("written again");
        assert_eq!(stale(root).expect("compared"), Vec::<String>::new());
    }

    #[test]
    fn every_file_ends_with_one_newline() {
        let root = tempfile::tempdir().expect("a folder");
        for (path, text) in files(root.path()).expect("generated") {
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        }
    }

    #[test]
    fn tables_go_between_the_markers_of_the_readmes() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        let readme = "# Title\n\n<!-- catalogue:begin -->\nold\n<!-- catalogue:end -->\n\nAfter.\n";
        fs::write(root.join("README.md"), readme).expect("written");
        fs::write(root.join("README.zh-CN.md"), "# 无标记\n").expect("written");
        write(root).expect("generated");
        let text = fs::read_to_string(root.join("README.md")).expect("read");
        assert!(text.starts_with("# Title\n\n<!-- catalogue:begin -->\n\n| Code |"), "{text}");
        assert!(text.ends_with("|\n\n<!-- catalogue:end -->\n\nAfter.\n"), "{text}");
        assert!(text.contains("(python/docs/detectors/P02-overlapping-stays.md)"));
        assert_eq!(fs::read_to_string(root.join("README.zh-CN.md")).expect("read"), "# 无标记\n");
    }
}
