//! A mapping file as it is written, and its checking.
//!
//! Unknown fields are collected rather than refused one by one, so that all problems of a file are reported together.

use super::codes::Codes;
use super::form_rule::RuleForm;
use super::form_units::UnitsForm;
use super::{FileKind, Layout, Zone};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Value;

pub(super) type Unknown = BTreeMap<String, Value>;
pub(super) type CodeLists = BTreeMap<String, Arc<Codes>>;

#[derive(Deserialize)]
pub(super) struct LayoutForm {
    name: Option<String>,
    pub(super) extends: Option<String>,
    zone: Option<String>,
    nulls: Option<Vec<String>>,
    by_name: Option<bool>,
    #[serde(default)]
    aliases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    codes: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    units: BTreeMap<String, UnitsForm>,
    #[serde(default)]
    files: BTreeMap<String, FileForm>,
    #[serde(default)]
    rule: Vec<RuleForm>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Clone, Default, Deserialize)]
struct FileForm {
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    like: Vec<String>,
    #[serde(default)]
    when: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl LayoutForm {
    /// The form on top of another: what it says goes before what the base says.
    pub(super) fn on(self, base: Self) -> Self {
        let mut aliases = base.aliases;
        for (header, own) in self.aliases {
            aliases.values_mut().for_each(|spellings| spellings.retain(|spelling| !own.iter().any(|own| same(own, spelling))));
            aliases.entry(header).or_default().splice(0..0, own);
        }
        let mut codes = base.codes;
        for (list, own) in self.codes {
            codes.entry(list).or_default().extend(own);
        }
        let mut units = base.units;
        units.extend(self.units);
        let mut files = base.files;
        files.extend(self.files);
        let mut unknown = base.unknown;
        unknown.extend(self.unknown);
        Self {
            name: self.name,
            extends: None,
            zone: self.zone.or(base.zone),
            nulls: self.nulls.or(base.nulls),
            by_name: self.by_name.or(base.by_name),
            aliases,
            codes,
            units,
            files,
            rule: RuleForm::on(self.rule, base.rule),
            unknown,
        }
    }

    /// The layout, if there is nothing to complain of.
    pub(super) fn check(mut self, default_name: &str) -> Result<Layout, Vec<String>> {
        let mut problems = Vec::new();
        let known = "name, extends, zone, nulls, by_name, aliases, codes, units, files, rule";
        refuse_unknown(&self.unknown, "the file", known, &mut problems);
        let zone = self.zone.as_deref().map_or(Some(Zone::default()), Zone::parse).unwrap_or_else(|| {
            problems.push("`zone` must be an offset such as \"+08:00\", or \"UTC\" or \"Asia/Shanghai\"".to_owned());
            Zone::default()
        });
        let by_name = self.by_name.unwrap_or_default();
        if self.rule.is_empty() && !by_name {
            problems.push("there is no [[rule]]: add one, or set `by_name = true` to take columns by their canonical names".to_owned());
        }
        check_aliases(&self.aliases, &mut problems);
        let codes = self.codes.into_iter().map(|(name, list)| (name, Arc::new(Codes::new(list.into_iter().collect())))).collect();
        let files = self.files.into_iter().map(|(name, form)| form.check(name, &mut problems)).collect();
        self.rule.iter_mut().for_each(|rule| rule.give_units(&self.units));
        let rules = (1..).zip(self.rule).filter_map(|(number, form)| form.check(number, &codes, &mut problems)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let name = self.name.unwrap_or_else(|| default_name.to_owned());
        Ok(Layout { name, zone, nulls: self.nulls.unwrap_or_default(), by_name, aliases: self.aliases, codes, files, rules })
    }
}

impl FileForm {
    fn check(self, name: String, problems: &mut Vec<String>) -> (String, FileKind) {
        let place = format!("files.{name}");
        refuse_unknown(&self.unknown, &place, "names, like, when, unless", problems);
        if self.when.is_empty() && !self.unless.is_empty() {
            problems.push(format!("{place}: `unless` needs a `when`"));
        }
        (name, FileKind { names: self.names, like: self.like, when: self.when, unless: self.unless })
    }
}

/// Spellings are compared without regard to case.
fn same(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}

pub(super) fn refuse_unknown(unknown: &Unknown, place: &str, known: &str, problems: &mut Vec<String>) {
    problems.extend(unknown.keys().map(|field| format!("{place} has an unknown field `{field}`; known are {known}")));
}

fn check_aliases(aliases: &BTreeMap<String, Vec<String>>, problems: &mut Vec<String>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (header, spellings) in aliases {
        for spelling in spellings {
            if let Some(other) = seen.insert(spelling.to_lowercase(), header) {
                problems.push(format!("aliases: `{spelling}` stands under `{other}` and under `{header}`; keep one"));
            }
        }
    }
}
