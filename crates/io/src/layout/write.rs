//! Rules as the text of a mapping file.

use super::rule::{Condition, Rule, Wanted};
use super::source::{Mapped, Source};
use super::units::{Bound, Units};
use super::{Codes, Layout};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

/// Writes rules of a layout, and collects what they speak of.
pub(crate) struct Writer<'l> {
    layout: &'l Layout,
    /// Names of the code lists that were written.
    pub(crate) lists: BTreeSet<String>,
    /// Headers that were written.
    pub(crate) headers: BTreeSet<String>,
}

impl<'l> Writer<'l> {
    pub(crate) fn new(layout: &'l Layout) -> Self {
        Self { layout, lists: BTreeSet::new(), headers: BTreeSet::new() }
    }

    /// A rule with those of its columns that are wanted.
    pub(crate) fn rule(&mut self, rule: &Rule, is_wanted: &dyn Fn(&str) -> bool) -> String {
        let mut text = format!("[[rule]]\ntable = {}\n", quoted(rule.table.name()));
        for (field, names) in [("file", &rule.file), ("when", &rule.when), ("unless", &rule.unless)] {
            if !names.is_empty() {
                let _ = writeln!(text, "{field} = {}", list(names));
            }
        }
        self.headers.extend(rule.when.iter().chain(&rule.unless).cloned());
        if !rule.distinct.is_empty() {
            let _ = writeln!(text, "distinct = {}", list(&rule.distinct));
        }
        if rule.is_fallback {
            text += "fallback = true\n";
        }
        for condition in &rule.conditions {
            text += &self.condition(condition);
        }
        for mapped in rule.columns.iter().filter(|mapped| is_wanted(mapped.schema.name)) {
            let _ = writeln!(text, "columns.{} = {}", mapped.schema.name, self.column(mapped));
        }
        if !rule.entries.is_empty() {
            text += "rows = [\n";
            for entry in &rule.entries {
                let columns: Vec<String> = entry.iter().map(|mapped| format!("{} = {}", mapped.schema.name, self.column(mapped))).collect();
                let _ = writeln!(text, "    {{ {} }},", columns.join(", "));
            }
            text += "]\n";
        }
        text
    }

    fn condition(&mut self, condition: &Condition<String>) -> String {
        let (name, reason) = (key(&condition.name), quoted(&condition.reason));
        let is_own = matches!(&condition.source, Source::From(header) if *header == condition.name);
        let source = self.fields(&condition.source);
        match &condition.wanted {
            Wanted::Any => format!("required.{name} = {reason}\n"),
            Wanted::OneOf(codes) => {
                let values: Vec<&str> = codes.listed().iter().map(|(value, _)| value.as_str()).collect();
                let source = if is_own { String::new() } else { format!("{}, ", source.join(", ")) };
                format!("keep_if.{name} = {{ {source}in = {}, reason = {reason} }}\n", list(&values))
            }
        }
    }

    fn column(&mut self, mapped: &Mapped<String>) -> String {
        if mapped.split.is_empty() {
            return self.source(&mapped.source);
        }
        let mut fields = self.fields(&mapped.source);
        fields.push(format!("split = {}", list(&mapped.split)));
        format!("{{ {} }}", fields.join(", "))
    }

    fn source(&mut self, source: &Source<String>) -> String {
        if let Source::From(header) = source {
            self.headers.insert(header.clone());
            return quoted(header);
        }
        format!("{{ {} }}", self.fields(source).join(", "))
    }

    fn sources(&mut self, sources: &[Source<String>]) -> String {
        let sources: Vec<String> = sources.iter().map(|source| self.source(source)).collect();
        format!("[{}]", sources.join(", "))
    }

    fn fields(&mut self, source: &Source<String>) -> Vec<String> {
        match source {
            Source::From(header) => {
                self.headers.insert(header.clone());
                vec![format!("from = {}", quoted(header))]
            }
            Source::Value(value) => vec![format!("value = {}", quoted(value))],
            Source::Coded(inner, codes) => {
                let mut fields = self.inner(inner);
                fields.push(format!("codes = {}", self.codes(codes)));
                fields
            }
            Source::Sum { parts, missing } => {
                let missing = missing.as_ref().map(|missing| format!("missing = {}", quoted(missing)));
                std::iter::once(format!("sum = {}", self.sources(parts))).chain(missing).collect()
            }
            Source::Join { parts, with } => vec![format!("join = {}", self.sources(parts)), format!("with = {}", quoted(with))],
            Source::First(parts) => vec![format!("first = {}", self.sources(parts))],
            Source::Finest(parts) => vec![format!("finest = {}", self.sources(parts))],
            Source::Lookup { by, lookup } => {
                self.headers.extend(lookup.key.iter().chain(&lookup.take).cloned());
                let take = lookup.take.as_ref().map(|take| format!("take = {}", quoted(take)));
                let all = lookup.takes_all.then(|| "all = true".to_owned());
                let fields = [
                    format!("lookup = {}", quoted(&lookup.file)),
                    format!("by = {}", self.sources(by)),
                    format!("key = {}", list(&lookup.key)),
                ];
                fields.into_iter().chain(take).chain(all).collect()
            }
            Source::Before(inner, mark) => {
                let mut fields = self.inner(inner);
                fields.push(format!("before = {}", quoted(mark)));
                fields
            }
            Source::Pseudonym(inner) => {
                let mut fields = self.inner(inner);
                fields.push("pseudonym = true".to_owned());
                fields
            }
            Source::Units(units) => self.units(units),
        }
    }

    /// The fields of a source to which another is added; what is changed already is put into a source of its own.
    fn inner(&mut self, source: &Source<String>) -> Vec<String> {
        match source {
            Source::Coded(..) | Source::Before(..) | Source::Pseudonym(..) => {
                vec![format!("first = {}", self.sources(std::slice::from_ref(source)))]
            }
            _ => self.fields(source),
        }
    }

    fn units(&mut self, units: &Units<String>) -> Vec<String> {
        let mut known = Vec::new();
        known.extend(units.unit.as_ref().map(|unit| format!("unit = {}", self.source(unit))));
        known.extend(units.items.as_ref().map(|items| format!("items = {}", self.source(items))));
        known.push(format!("place = {}", self.sources(&units.place)));
        known.push(format!("charged = {}", self.sources(&units.charged)));
        let mut ratios = Vec::new();
        for ratio in &units.ratios {
            let unit = ratio.unit.as_ref().map(|unit| format!("unit = {}, ", self.source(unit))).unwrap_or_default();
            ratios.push(format!("{{ {unit}holds = {}, at = {} }}", self.source(&ratio.holds), list(&ratio.at)));
        }
        known.push(format!("ratios = [{}]", ratios.join(", ")));
        let bound = match units.bound {
            Bound::Least => "least",
            Bound::Most => "most",
            Bound::Pack => "pack",
        };
        self.headers.insert(units.quantity.clone());
        let of = quoted(&units.quantity);
        vec![format!("units = {{ {} }}", known.join(", ")), format!("of = {of}"), format!("bound = {}", quoted(bound))]
    }

    /// The name of a shared list, or a list written out.
    fn codes(&mut self, codes: &Arc<Codes>) -> String {
        if let Some((name, _)) = self.layout.code_lists().iter().find(|(_, shared)| Arc::ptr_eq(shared, codes)) {
            self.lists.insert(name.clone());
            return quoted(name);
        }
        format!("{{ {} }}", pairs(codes).join(", "))
    }
}

/// A code list, a pair per entry.
pub(super) fn pairs(codes: &Codes) -> Vec<String> {
    codes.listed().iter().map(|(code, word)| format!("{} = {}", key(code), quoted(word))).collect()
}

impl Layout {
    /// The heads of a mapping file for the given rules: everything but the rules.
    pub(crate) fn head(&self, lists: &BTreeSet<String>, aliases: &[(String, Vec<String>)], kinds: &BTreeSet<String>) -> String {
        let mut text = format!("name = {}\nzone = {}\nnulls = {}\n", quoted(&self.name), quoted(&self.zone.written()), list(&self.nulls));
        if !aliases.is_empty() {
            text += "\n[aliases]\n";
            text.extend(aliases.iter().map(|(header, spellings)| format!("{} = {}\n", key(header), list(spellings))));
        }
        for (name, codes) in self.codes.iter().filter(|(name, _)| lists.contains(*name)) {
            let _ = writeln!(text, "\n[codes.{}]\n{}", key(name), pairs(codes).join("\n"));
        }
        for (name, kind) in self.files.iter().filter(|(name, _)| kinds.contains(*name)) {
            let _ = writeln!(text, "\n[files.{}]", key(name));
            for (field, names) in [("names", &kind.names), ("like", &kind.like), ("when", &kind.when), ("unless", &kind.unless)] {
                if !names.is_empty() {
                    let _ = writeln!(text, "{field} = {}", list(names));
                }
            }
        }
        text
    }
}

/// A text as TOML writes it.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[impl AsRef<str>]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}
