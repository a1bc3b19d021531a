//! The skeleton of a new detector: its files, its lines in the modules and in the catalogue.

mod enter;
mod known;
mod names;
mod skeleton;

use anyhow::{Context, Result, bail};
use claimsift::detect::{Scheme, ScopeKind};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use known::Known;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where detectors lie.
const DETECTORS: &str = "crates/core/src/detectors";
/// Where their specs lie.
const SPECS: &str = "crates/core/tests/specs";

/// The detector that is wanted.
#[derive(Args, Clone, Debug)]
pub(crate) struct NewDetector {
    /// Its code: the letter of its scheme and two digits, never used before.
    #[arg(value_name = "CODE")]
    code: String,
    /// Its name, read after "flag …": `overlapping-stays`.
    #[arg(value_name = "NAME")]
    name: String,
    /// Its scheme.
    #[arg(long, value_parser = words(Scheme::ALL, Scheme::word))]
    scheme: Scheme,
    /// What it is given at a time.
    #[arg(long, value_parser = words(ScopeKind::ALL, ScopeKind::word))]
    scope: ScopeKind,
    /// Its title in English.
    #[arg(long)]
    title: String,
    /// Its title in Chinese.
    #[arg(long)]
    title_zh: String,
}

fn words<T: Copy + Send + Sync>(all: &'static [T], word: fn(T) -> &'static str) -> impl TypedValueParser<Value = T> {
    let parse = move |given: String| {
        let same = |value: &&T| word(**value) == given;
        all.iter().find(same).copied().ok_or("is none of the possible values")
    };
    PossibleValuesParser::new(all.iter().map(|value| word(*value))).try_map(parse)
}

impl NewDetector {
    fn folder(&self) -> String {
        format!("{DETECTORS}/{}", self.scheme)
    }

    fn source(&self) -> String {
        format!("{}/{}.rs", self.folder(), names::snake(&self.name))
    }

    fn query(&self) -> String {
        format!("{}/{}.sql", self.folder(), names::snake(&self.name))
    }

    fn spec(&self) -> String {
        format!("{SPECS}/{}/{}.md", self.scheme, self.name)
    }
}

/// The files a scaffold wrote or changed, by their path from the root.
#[derive(Debug)]
pub(crate) struct Created {
    written: Vec<String>,
    changed: Vec<String>,
    is_formatted: bool,
}

/// Writes the skeleton and enters it, or refuses and leaves everything as it is.
pub(crate) fn create(root: &Path, wanted: &NewDetector) -> Result<Created> {
    let known = Known::read(&root.join(DETECTORS))?;
    let problems = names::problems(wanted, &known);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    let new =
        [(wanted.source(), skeleton::source(wanted)), (wanted.query(), skeleton::query(wanted)), (wanted.spec(), skeleton::spec(wanted))];
    if let Some((path, _)) = new.iter().find(|(path, _)| root.join(path).exists()) {
        bail!("{path} is there already");
    }
    let changed = enter::edits(root, wanted, &known)?;
    for (path, text) in new.iter().chain(&changed) {
        write(root, path, text)?;
    }
    let is_formatted = format(root, &wanted.source());
    let paths = |files: &[(String, String)]| files.iter().map(|(path, _)| path.clone()).collect();
    Ok(Created { written: paths(&new), changed: paths(&changed), is_formatted })
}

fn write(root: &Path, path: &str, text: &str) -> Result<()> {
    let target = root.join(path);
    fs::create_dir_all(target.parent().unwrap_or(root)).with_context(|| format!("creating the folder of {path}"))?;
    fs::write(target, text).with_context(|| format!("writing {path}"))
}

/// Breaks lines that long names and titles made too long; whether the formatter could be run.
fn format(root: &Path, path: &str) -> bool {
    let run = Command::new("rustfmt").args(["--edition", "2024"]).arg(path).current_dir(root).status();
    run.is_ok_and(|status| status.success())
}

/// What to do with a fresh skeleton.
pub(crate) fn next_steps(wanted: &NewDetector, created: &Created) -> String {
    let without_query = match wanted.scope {
        ScopeKind::Population => " (or delete it and say `sql: None`, if it clusters)",
        _ => "",
    };
    let steps = [
        format!("fill in every <prompt> in {}; the catalogue tests fail until none is left", wanted.source()),
        "declare in `needs`, `uses` and `norms` exactly what it reads".to_owned(),
        format!("write the same rule as SQL in {}{without_query}", wanted.query()),
        format!("replace the cases of the skeleton in {}", wanted.spec()),
        "plant the pattern and its look-alikes in datasets/".to_owned(),
        "cargo test -p claimsift && cargo xtask generate".to_owned(),
        "give the query two other settings and cases by hand in python/tests; make test; add the detector to CHANGELOG.md".to_owned(),
    ];
    let written = created.written.iter().map(|path| format!("wrote {path}"));
    let changed = created.changed.iter().map(|path| format!("changed {path}"));
    let unformatted = (!created.is_formatted).then(|| "could not run rustfmt; format the new file before review".to_owned());
    let steps = (1..).zip(steps).map(|(number, step)| format!("{number}. {step}"));
    let head = [String::new(), "Next:".to_owned()];
    let lines: Vec<String> = written.chain(changed).chain(unformatted).chain(head).chain(steps).collect();
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    /// A copy of what the scaffold reads and changes.
    fn copy() -> TempDir {
        let copy = tempfile::tempdir().expect("a folder");
        let root = crate::workspace_root().expect("the root");
        let from = root.join(DETECTORS);
        for path in known::files(&from, "rs").expect("listed").into_iter().chain([root.join("rustfmt.toml")]) {
            let target = copy.path().join(path.strip_prefix(&root).expect("below the root"));
            fs::create_dir_all(target.parent().expect("a folder")).expect("created");
            fs::copy(path, target).expect("copied");
        }
        copy
    }

    fn wanted(code: &str, name: &str, scheme: Scheme, scope: ScopeKind) -> NewDetector {
        NewDetector { code: code.into(), name: name.into(), scheme, scope, title: "A \"long\" title".into(), title_zh: "标题".into() }
    }

    fn read(root: &Path, path: &str) -> String {
        fs::read_to_string(root.join(path)).expect(path)
    }

    fn is_well_formed(root: &Path, path: &str) {
        let text = fs::File::open(root.join(path)).expect(path);
        let checked = Command::new("rustfmt").args(["--edition", "2024", "--check"]).current_dir(root).stdin(text).output();
        let checked = checked.expect("rustfmt runs");
        assert!(
            checked.status.success(),
            "{path}: {}{}",
            String::from_utf8_lossy(&checked.stdout),
            String::from_utf8_lossy(&checked.stderr)
        );
    }

    #[test]
    fn a_skeleton_of_every_scope_is_whole_and_entered() {
        let copy = copy();
        let root = copy.path();
        let all = [
            wanted("C98", "many-lines", Scheme::Charge, ScopeKind::Claim),
            wanted("F98", "many-forged-visits", Scheme::Forged, ScopeKind::Person),
            wanted("O98", "busy-provider", Scheme::Overuse, ScopeKind::Provider),
            wanted("P98", "an-unusually-long-name-that-needs-its-lines-broken", Scheme::Phantom, ScopeKind::Person),
            wanted("S98", "unlike-all-others", Scheme::Swap, ScopeKind::Population),
        ];
        for detector in &all {
            let created = create(root, detector).expect("created");
            assert!(created.is_formatted);
            for path in &created.written {
                let text = read(root, path);
                assert!(!text.contains("{{") && !text.contains("}}"), "{path} has a placeholder left: {text}");
                assert!(text.contains(&detector.code) && text.contains('<') && text.ends_with('\n'), "{path}: {text}");
            }
            is_well_formed(root, &detector.source());
            is_well_formed(root, &format!("{}/mod.rs", detector.folder()));
            is_well_formed(root, &format!("{DETECTORS}/mod.rs"));
            assert!(next_steps(detector, &created).contains("cargo xtask generate"));
        }
        let known = Known::read(&root.join(DETECTORS)).expect("read again");
        for detector in &all {
            let code = known.codes.get(&names::camel(&detector.name));
            assert_eq!(code, Some(&detector.code));
        }
    }

    #[test]
    fn the_catalogue_stays_sorted_by_code() {
        let copy = copy();
        let root = copy.path();
        for code in ["P01", "P98", "P96", "A"] {
            let made = create(root, &wanted(code, &format!("pattern-{}", code.to_lowercase()), Scheme::Phantom, ScopeKind::Claim));
            assert_eq!(made.is_ok(), code != "A");
        }
        let known = Known::read(&root.join(DETECTORS)).expect("read again");
        let text = read(root, &format!("{DETECTORS}/mod.rs"));
        let listed: Vec<&String> = enter::entries(&text).map(|detector| &known.codes[detector]).collect();
        assert!(listed.is_sorted() && listed.len() == known.codes.len(), "{listed:?}");
        let module = read(root, &format!("{DETECTORS}/phantom/mod.rs"));
        let modules: Vec<&str> = module.lines().filter(|line| line.starts_with("mod ")).collect();
        assert!(modules.is_sorted() && modules.contains(&"mod pattern_p98;"), "{module}");
        assert!(module.contains("pub use pattern_p98::PatternP98;\n"), "{module}");
    }

    #[test]
    fn a_new_scheme_gets_its_module() {
        let copy = copy();
        let root = copy.path();
        let _ = fs::remove_dir_all(root.join(DETECTORS).join("swap"));
        let before = read(root, &format!("{DETECTORS}/mod.rs")).replace("mod swap;\n", "").replace("pub use swap::*;\n", "");
        fs::write(root.join(DETECTORS).join("mod.rs"), before).expect("written");
        create(root, &wanted("S01", "swapped-item", Scheme::Swap, ScopeKind::Claim)).expect("created");
        let text = read(root, &format!("{DETECTORS}/mod.rs"));
        assert!(text.contains("mod phantom;\nmod swap;\n") && text.contains("pub use phantom::*;\npub use swap::*;\n"), "{text}");
        let module = read(root, &format!("{DETECTORS}/swap/mod.rs"));
        assert_eq!(module, "//! One item billed in place of another.\n\nmod swapped_item;\n\npub use swapped_item::SwappedItem;\n");
    }

    #[test]
    fn what_is_in_use_or_wrong_is_refused_and_nothing_is_written() {
        let copy = copy();
        let root = copy.path();
        let before = read(root, &format!("{DETECTORS}/mod.rs"));
        let refused = [
            (wanted("P02", "new-name", Scheme::Phantom, ScopeKind::Claim), "`P02` is the code of overlapping-stays"),
            (wanted("P77", "overlapping-stays", Scheme::Phantom, ScopeKind::Claim), "`overlapping-stays` is the name of P02"),
            (wanted("F77", "new-name", Scheme::Phantom, ScopeKind::Claim), "must be P and two digits"),
            (wanted("P7", "new-name", Scheme::Phantom, ScopeKind::Claim), "must be P and two digits"),
            (wanted("P77", "New_Name", Scheme::Phantom, ScopeKind::Claim), "lower-case words joined by `-`"),
            (wanted("P77", "suspicious-stay", Scheme::Phantom, ScopeKind::Claim), "must not begin with `suspicious-`"),
        ];
        for (detector, reason) in refused {
            let error = create(root, &detector).expect_err("refused").to_string();
            assert!(error.contains(reason), "{error}");
            assert!(!root.join(SPECS).exists());
        }
        assert_eq!(read(root, &format!("{DETECTORS}/mod.rs")), before);
    }
}
