//! Layouts: how the files of a data set map to the canonical tables.
//!
//! A layout is a TOML file. Those in `layouts/` are part of the library; others are read from a path. The canonical layout itself,
//! `plain`, is one of them.

mod codes;
mod form;
mod form_rule;
mod form_source;
mod form_units;
mod names;
mod rule;
mod source;
mod units;
mod write;
mod zone;

use crate::error::ReadError;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use codes::Codes;
pub(crate) use rule::{Condition, Rule};
pub(crate) use source::{Lookup, Mapped, Source};
pub(crate) use units::{Bound, DIVIDER, Ratio, Units};
pub(crate) use write::{Writer, quoted};
pub use zone::Zone;

const EMBEDDED: &[(&str, &str)] = &[
    ("plain", include_str!("../../layouts/plain.toml")),
    ("national", include_str!("../../layouts/national.toml")),
    ("inspection-2024", include_str!("../../layouts/inspection-2024.toml")),
    ("medicare-provider", include_str!("../../layouts/medicare-provider.toml")),
];

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
/// extends = "national"     # an embedded layout to which this one adds; what stands here goes before what stands there
///
/// [aliases]                # other spellings of a header that this file (or, by name, the canonical layout) speaks of
/// ClaimID = ["Claim No."]
///
/// [codes.kind]             # a list that columns share; `1`, `01` and `1.0` are one code, `*` is any other, "" means missing
/// 1 = "inpatient"
///
/// [units.store]            # how quantities of stock become base units, the units that lines bill
/// unit = "Unit"            # of the quantity; else that of a ratio whose words `at` are in the name of the `place`, else any of them
/// place = "Store"
/// charged = { lookup = "fees", by = "Code", take = "Unit", all = true }    # the units that lines bill; else any
/// items = { lookup = "codes", by = "Code", take = "Item", all = true }     # of several items a row may be of none
/// ratios = [{ unit = "Least", holds = { value = 1 } }, { holds = "Ratio" }, { unit = "Pack", holds = "InPack", at = ["main"] }]
///
/// [files.stays]            # how files of a kind are known beside their name: by other names, or by headers
/// names = ["住院信息"]
/// like = ["cases"]         # what is said of this kind goes for it too
/// when = ["ClaimID", "Ward"]
///
/// [[rule]]                 # one per kind of file and table; a file may meet several
/// table = "claims"
/// file = ["stays"]         # held in the file's name, as in `ods_stays_2024.csv` (`=stays`: the whole name); else by headers, as
///                          # `files` or `when` say
/// when = ["ClaimID"]       # headers that must all be there
/// unless = ["LineID"]      # headers of which none may be there
/// [rule.columns]           # an optional column whose header is not in the file is left out
/// claim_id = "ClaimID"
/// person_id = { join = ["Area", "Card"], with = "-" }             # empty where a part is
/// provider_id = { value = "H1" }
/// visit_type = { from = "Kind", codes = "kind" }                  # or { 1 = "inpatient" }; other values stay as they are
/// started_at = "In"
/// ended_at = "Out"
/// total_amount = { sum = ["Fund", "Cash"], missing = 0 }          # exact; without `missing`, empty where a part is
/// ward = { first = ["Ward", "Unit"] }                             # the first that is not empty
/// settled_at = { finest = ["Day", "Moment"] }                     # a later one where it adds the hour to the same day
/// bed_no = { lookup = "beds", by = "ClaimID", take = "Bed" }      # from other files; `key` where the header differs there
/// is_insured = { lookup = "cards", by = "Card" }                  # whether it is there at all
/// diagnosis_code = { from = "Operations", before = "|" }          # the text before the first such text
/// doctor_id = { from = "IdCard", pseudonym = true }               # a name in its place, the same for the same number
///
/// [[rule]]
/// table = "diagnoses"
/// when = ["ClaimID", "D1"]
/// columns.claim_id = "ClaimID"
/// rows = [{ code = "D1", is_main = { value = true } }, { code = "D2" }]   # a row per entry that has a value in the file
///
/// [[rule]]
/// table = "procedures"
/// file = ["stays"]
/// columns = { claim_id = "ClaimID", code = { from = "Operations", split = "|" } }   # a row per part; several columns side by side
/// # With `all = true` a look-up gives every value of its key, divided by "|". Codes such as `*ward*` stand for all texts that hold the word.
/// keep_if = { Valid = ["1"] }                                     # rows with another value are set aside, and counted
/// required = { ClaimID = "not settled" }                          # so are rows without a value, for the reason given
///
/// [[rule]]
/// table = "stock"
/// file = ["moves"]
/// [rule.columns]
/// provider_id = "Hospital"
/// item_code = { lookup = "codes", by = "Code", take = "Item", all = true, split = "|" }
/// movement = { from = "To", codes = { "*supplier*" = "purchase_return", "*" = "sale" } }
/// moved_on = "Day"
/// quantity = "Count"
/// least_units = { units = "store", of = "Count", bound = "least" }         # also "most", and "pack" for the largest unit
///
/// [[rule]]
/// table = "persons"
/// file = ["stays"]
/// columns.person_id = "Card"
/// distinct = true          # one row per key: each column takes its first value; others are counted as conflicts
/// fallback = true          # only where no other rule feeds the table
/// ```
///
/// Headers are found spelled exactly, else in other case, else by alias. With `extends`, a rule for the same table and the same `file` changes
/// that of the base: its columns are added or replaced, `column = false` takes one away, and `remove = true` the whole rule.
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
    codes: BTreeMap<String, Arc<Codes>>,
    files: BTreeMap<String, FileKind>,
    rules: Vec<Rule>,
}

/// How files of one kind are recognised: by what their name holds, else by their headers.
#[derive(Clone, Debug)]
pub(crate) struct FileKind {
    /// Other names of the kind.
    pub(crate) names: Vec<String>,
    /// Kinds whose rules and look-ups take it too.
    pub(crate) like: Vec<String>,
    pub(crate) when: Vec<String>,
    pub(crate) unless: Vec<String>,
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
        form(text).and_then(|form| form.check(name)).map_err(|problems| ReadError::Layout { layout: place.to_owned(), problems })
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

    /// The kind of file that a name stands for; `None` where the layout knows nothing by the name.
    pub(crate) fn kind_named(&self, stem: &str) -> Option<&str> {
        let looked_up = self.rules.iter().flat_map(Rule::lookups).map(|lookup| &lookup.file);
        let of_rules = self.rules.iter().flat_map(|rule| &rule.file).chain(looked_up).map(|name| (name.as_str(), name.as_str()));
        let own = self.files.keys().map(|kind| (kind.as_str(), kind.as_str()));
        let other = self.files.iter().flat_map(|(kind, file)| file.names.iter().map(|name| (name.as_str(), kind.as_str())));
        let known: BTreeMap<&str, &str> = of_rules.chain(own).chain(other).collect();
        names::named(stem, known.keys().copied()).and_then(|name| known.get(name).copied())
    }

    /// How the kinds of files are recognised by their headers.
    pub(crate) fn kinds(&self) -> &BTreeMap<String, FileKind> {
        &self.files
    }

    /// The code lists that the rules share.
    pub(crate) fn code_lists(&self) -> &BTreeMap<String, Arc<Codes>> {
        &self.codes
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
        let is_main = |rule: &&Rule| rule.file.is_empty() || rule.table.name() == "claims";
        by_name.into_iter().chain(self.rules.iter().filter(is_main).map(|rule| self.wanted_by(rule))).collect()
    }

    fn wanted_by(&self, rule: &Rule) -> String {
        let (name, table) = (&self.name, rule.table.name());
        let kinds: Vec<&FileKind> = rule.file.iter().filter_map(|file| self.files.get(file)).collect();
        let list = |own: &[String], of: fn(&FileKind) -> &Vec<String>| {
            own.iter().chain(kinds.iter().flat_map(|kind| of(kind))).map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        let (when, unless) = (list(&rule.when, |kind| &kind.when), list(&rule.unless, |kind| &kind.unless));
        let named = if rule.file.is_empty() { String::new() } else { format!(" {}, or one", rule.file.join(" or ")) };
        let unless = if unless.is_empty() { String::new() } else { format!(", without {unless}") };
        if when.is_empty() {
            return format!("{name}: for {table}, a file {}", rule.file.join(" or "));
        }
        format!("{name}: for {table}, a file{named} with {when}{unless}")
    }
}

/// Reads a form on top of what it extends.
fn form(text: &str) -> Result<form::LayoutForm, Vec<String>> {
    let form: form::LayoutForm = toml::from_str(text).map_err(|error| vec![error.to_string().trim_end().to_owned()])?;
    let Some(base) = &form.extends else { return Ok(form) };
    let Some((_, text)) = EMBEDDED.iter().find(|(known, _)| known == base) else {
        let known: Vec<&str> = Layout::names().collect();
        return Err(vec![format!("`extends` must be one of {}, not `{base}`", known.join(", "))]);
    };
    // An embedded layout extends none that extends it.
    let base = self::form(text)?;
    Ok(form.on(base))
}
