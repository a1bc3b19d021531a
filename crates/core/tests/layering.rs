//! The architecture: a module imports only from modules before it, and the library does no input or output.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The modules in the order of the flow of data. `pipeline` alone knows the order of the work; what follows it presents results.
const ORDER: &[&str] = &[
    "words",
    "tables",
    "observe",
    "cluster",
    "columns",
    "claims",
    "intake",
    "norms",
    "detect",
    "detectors",
    "finding",
    "acceptance",
    "settings",
    "score",
    "money",
    "rollup",
    "leads",
    "pipeline",
    "rescore",
    "outputs",
    "evaluate",
];

/// Ways to reach the outside, the clock or chance.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io",
    "std::thread",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
    "SystemTime",
    "Instant",
    "Utc::now",
    "Local::now",
    "thread_rng",
    "from_os_rng",
    "from_entropy",
    "RandomState",
    "include_bytes!",
    "unsafe ",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file with its text, comments and tests apart.
fn files() -> Vec<(PathBuf, String)> {
    let mut folders = vec![source()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
                let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                files.push((path, code.join("\n")));
            }
        }
    }
    files.sort();
    files
}

/// The module of the crate that a file belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(source()).unwrap();
    inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The modules that a text names behind `crate::`, also in braces.
fn imports(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect::<String>();
    let named = |rest: &str| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or_default().split(',').map(|item| word(item.trim())).collect(),
        None => vec![word(rest)],
    };
    code.split("crate::").skip(1).flat_map(named).filter(|name| !name.is_empty()).collect()
}

fn check(files: &[(PathBuf, String)], complaints: impl Fn(&str, &str) -> Vec<String>) {
    let of = |(path, code): &(PathBuf, String)| {
        let file = path.strip_prefix(source()).unwrap().display().to_string();
        complaints(&module(path), code).into_iter().map(move |wrong| format!("{file}: {wrong}")).collect::<Vec<_>>()
    };
    let found: Vec<String> = files.iter().flat_map(of).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn place(name: &str) -> Option<usize> {
    ORDER.iter().position(|module| *module == name)
}

#[test]
fn modules_import_only_from_the_left() {
    check(&files(), |module, code| {
        if module == "lib" {
            return Vec::new();
        }
        let Some(own) = place(module) else { return vec![format!("`{module}` has no place in the order")] };
        let wrong = |import: &String| import != module && place(import).is_none_or(|at| at >= own);
        imports(code).into_iter().filter(wrong).map(|import| format!("`{module}` imports from `{import}`")).collect()
    });
}

#[test]
fn a_detector_sees_neither_findings_nor_settings_nor_other_detectors() {
    check(&files(), |module, code| {
        let hidden = |import: &String| !["claims", "detect", "norms", "tables"].contains(&import.as_str());
        let hidden = |code| imports(code).into_iter().filter(hidden).map(|import| format!("imports from `{import}`")).collect();
        // `mod.rs` is the catalogue.
        if module == "detectors" && !code.contains("pub static CATALOGUE") { hidden(code) } else { Vec::new() }
    });
}

#[test]
fn the_library_does_no_input_or_output() {
    check(&files(), |_, code| {
        let uses = |word: &&&str| {
            code.match_indices(**word).any(|(at, _)| !code[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_'))
        };
        OUTSIDE.iter().filter(uses).map(|word| format!("uses `{word}`")).collect()
    });
}

#[test]
fn imports_are_found() {
    let code = "use crate::claims::Claims;\nuse crate::{norms, tables::value};\n    $crate::detect::run();";
    assert_eq!(imports(code).into_iter().collect::<Vec<_>>(), ["claims", "detect", "norms", "tables"]);
    assert!(place("claims") < place("norms"));
}
