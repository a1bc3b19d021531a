//! Layouts: how the files of a data set map to the canonical tables.
//!
//! A layout is a TOML file. Those in `layouts/` are part of the library; others are read from a path. The canonical layout itself,
//! `plain`, is one of them.

mod form;
mod rule;
mod zone;

use crate::error::ReadError;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) use rule::{Mapped, Rule, Source};
pub use zone::Zone;

const EMBEDDED: &[(&str, &str)] =
    &[("plain", include_str!("../../layouts/plain.toml")), ("medicare-provider", include_str!("../../layouts/medicare-provider.toml"))];

/// Which layout an input has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LayoutChoice {
    /// The embedded layout that recognises most of the files, one that finds claims before any other.
    #[default]
    Auto,
    /// An embedded layout.
    Named(String),
    /// A mapping file.
    File(PathBuf),
}

impl LayoutChoice {
    /// Reads the value of a `--layout` option: `auto`, the name of an embedded layout, or a path.
    ///
    /// Whatever ends in `.toml` or holds a path separator is a path.
    pub fn parse(text: &str) -> Self {
        let is_path = Path::new(text).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) || text.contains(['/', '\\']);
        match text {
            "auto" => Self::Auto,
            _ if is_path => Self::File(PathBuf::from(text)),
            _ => Self::Named(text.to_owned()),
        }
    }

    /// The layouts to try, in order of preference.
    pub(crate) fn layouts(&self) -> Result<Vec<Layout>, ReadError> {
        match self {
            Self::Auto => Layout::names().map(Layout::named).collect(),
            Self::Named(name) => Ok(vec![Layout::named(name)?]),
            Self::File(path) => Ok(vec![Layout::open(path)?]),
        }
    }
}

/// How the files of a data set map to the canonical tables.
///
/// A mapping file is TOML:
///
/// ```toml
/// name = "ours"            # else the name of the file
/// zone = "+08:00"          # clock for moments that carry a zone; else Asia/Shanghai
/// nulls = ["NA", "-"]      # texts that mean "missing", beside the empty text
/// by_name = false          # true: files named for tables, columns by canonical names, as in `plain`
///
/// [aliases]                # other spellings of a header that this file (or, by name, the canonical layout) speaks of
/// ClaimID = ["Claim No."]
///
/// [[rule]]                 # one per kind of file and table; a file may meet several
/// table = "claims"
/// when = ["ClaimID"]       # headers that must all be there
/// unless = ["LineID"]      # headers of which none may be there
/// [rule.columns]           # an optional column whose header is not in the file is left out
/// claim_id = "ClaimID"
/// person_id = { join = ["Area", "Card"], with = "-" }             # empty where a part is
/// provider_id = { value = "H1" }
/// visit_type = { from = "Kind", codes = { 1 = "inpatient" } }     # other values stay as they are
/// started_at = "In"
/// ended_at = "Out"
/// total_amount = { sum = ["Fund", "Cash"], missing = 0 }          # exact; without `missing`, empty where a part is
///
/// [[rule]]
/// table = "diagnoses"
/// when = ["ClaimID", "D1"]
/// columns.claim_id = "ClaimID"
/// rows = [{ code = "D1", is_main = { value = true } }, { code = "D2" }]   # a row per entry that has a value in the file
/// ```
///
/// Headers are found spelled exactly, else in other case, else by alias.
///
/// ```
/// use claimsift_io::Layout;
///
/// let layout = Layout::parse("ours", "by_name = true\naliases.person_id = [\"patient_no\"]")?;
/// assert_eq!(layout.name(), "ours");
/// let error = Layout::parse("ours", "by_nam = true").unwrap_err().to_string();
/// assert!(error.contains("unknown field `by_nam`"));
/// # Ok::<(), claimsift_io::ReadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Layout {
    name: String,
    zone: Zone,
    nulls: Vec<String>,
    by_name: bool,
    aliases: BTreeMap<String, Vec<String>>,
    rules: Vec<Rule>,
}

impl Layout {
    /// The names of the embedded layouts.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(name, _)| *name)
    }

    /// An embedded layout.
    pub fn named(name: &str) -> Result<Self, ReadError> {
        let Some((name, text)) = EMBEDDED.iter().find(|(known, _)| *known == name) else {
            return Err(ReadError::UnknownLayout { name: name.to_owned(), known: Self::names().collect() });
        };
        Self::parse(name, text)
    }

    /// Reads a mapping file.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ReadError::Layout { layout: path.display().to_string(), problems: vec![source.to_string()] })?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::check(&stem, &path.display().to_string(), &text)
    }

    /// Reads the text of a mapping file; `name` counts where the text gives none.
    pub fn parse(name: &str, text: &str) -> Result<Self, ReadError> {
        Self::check(name, name, text)
    }

    fn check(name: &str, place: &str, text: &str) -> Result<Self, ReadError> {
        toml::from_str::<form::LayoutForm>(text)
            .map_err(|error| vec![error.to_string().trim_end().to_owned()])
            .and_then(|form| form.check(name))
            .map_err(|problems| ReadError::Layout { layout: place.to_owned(), problems })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The clock to which moments with a zone are brought.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The texts that stand for a missing value, beside the empty text.
    pub fn nulls(&self) -> &[String] {
        &self.nulls
    }

    /// Whether files are known by their names and columns by canonical names.
    pub(crate) fn is_by_name(&self) -> bool {
        self.by_name
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Other spellings of a header.
    pub(crate) fn spellings(&self, header: &str) -> &[String] {
        self.aliases.get(header).map_or(&[], Vec::as_slice)
    }

    /// What a file must have to be known, one entry per kind of file.
    pub(crate) fn wanted(&self) -> Vec<String> {
        let by_name = self.by_name.then(|| {
            let claims = claimsift::tables::TableId::ALL.first().map(|table| table.schema());
            let required =
                claims.into_iter().flat_map(|claims| claims.columns).filter(|column| column.need != claimsift::tables::Need::Optional);
            let names: Vec<_> = required.map(|column| column.name).collect();
            format!("{}: a file claims.parquet or claims.csv with {}", self.name, names.join(", "))
        });
        let rules = self.rules.iter().map(|rule| {
            let unless = if rule.unless.is_empty() { String::new() } else { format!(", without {}", rule.unless.join(", ")) };
            format!("{}: for {}, a file with {}{unless}", self.name, rule.table.name(), rule.when.join(", "))
        });
        by_name.into_iter().chain(rules).collect()
    }
}
