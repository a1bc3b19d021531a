//! Recognising what a file holds, by a layout.

use super::lookup::Found;
use crate::error::ReadError;
use crate::format::DataFile;
use crate::layout::{Condition, FileKind, Layout, Lookup, Mapped, Rule, Source};
use claimsift::tables::{Need, TableId};
use std::collections::HashMap;
use std::sync::Arc;

/// What a file gives to one table.
#[derive(Clone, Debug)]
pub struct Placement {
    pub(crate) table: TableId,
    pub(crate) columns: Vec<Mapped<usize>>,
    pub(crate) entries: Vec<Vec<Mapped<usize>>>,
    pub(crate) conditions: Vec<Condition<usize>>,
    pub(crate) distinct: Vec<&'static str>,
    pub(crate) is_fallback: bool,
    /// The number of the rule in the layout; none for a file that is known by the name of its table.
    pub(crate) rule: Option<usize>,
}

impl Placement {
    /// The table.
    pub fn table(&self) -> TableId {
        self.table
    }

    /// The canonical columns that the file has for it, in canonical order.
    pub fn columns(&self) -> Vec<&'static str> {
        let has = |name: &str| self.mapped().any(|mapped| mapped.schema.name == name);
        self.table.schema().columns.iter().map(|schema| schema.name).filter(|name| has(name)).collect()
    }

    /// Whether each row of the file is one row of the table.
    pub(crate) fn is_row_for_row(&self) -> bool {
        self.entries.is_empty() && self.distinct.is_empty() && !self.columns.iter().any(|mapped| !mapped.split.is_empty())
    }

    pub(crate) fn mapped(&self) -> impl Iterator<Item = &Mapped<usize>> {
        self.columns.iter().chain(self.entries.iter().flatten())
    }

    /// The positions in the file that it reads.
    pub(crate) fn positions(&self) -> Vec<usize> {
        let of_conditions = self.conditions.iter().flat_map(|condition| condition.source.columns());
        self.mapped().flat_map(|mapped| mapped.source.columns()).chain(of_conditions).copied().collect()
    }

    /// The look-ups that it makes.
    pub(crate) fn lookups(&self) -> Vec<&Lookup> {
        let of_conditions = self.conditions.iter().flat_map(|condition| condition.source.lookups());
        self.mapped().flat_map(|mapped| mapped.source.lookups()).chain(of_conditions).collect()
    }
}

/// The kinds of file of a layout that a file is: by its name, else by its headers.
pub(super) fn kinds(layout: &Layout, file: &DataFile, stem: &str) -> Vec<String> {
    let mut kinds = match layout.kind_named(stem) {
        Some(kind) => vec![kind.to_owned()],
        None => kinds_by_headers(layout, file),
    };
    let like = |kind: &String| layout.kinds().get(kind).map(|kind| kind.like.clone()).unwrap_or_default();
    let also: Vec<String> = kinds.iter().flat_map(like).collect();
    kinds.extend(also);
    kinds.sort();
    kinds.dedup();
    kinds
}

fn kinds_by_headers(layout: &Layout, file: &DataFile) -> Vec<String> {
    let headers = Headers::new(file, layout);
    let has_signs = |kind: &str| layout.kinds().get(kind).is_some_and(|kind| !kind.when.is_empty());
    let by_signs = layout.kinds().iter().filter(|(_, kind)| headers.is_kind(kind)).map(|(name, _)| name.clone());
    let by_rules = layout.rules().iter().filter(|rule| !rule.when.is_empty() && headers.meets(&rule.when, &rule.unless));
    let of_rules = by_rules.flat_map(|rule| rule.file.iter().filter(|kind| !has_signs(kind)).cloned());
    by_signs.chain(of_rules).collect()
}

/// Files and what kinds they are.
pub(super) struct Kinded<'a> {
    pub(super) files: &'a [DataFile],
    pub(super) kinds: Vec<Vec<String>>,
}

impl Kinded<'_> {
    /// Whether any file has what a look-up needs.
    fn has(&self, layout: &Layout, lookup: &Lookup) -> bool {
        let of_kind = self.files.iter().zip(&self.kinds).filter(|(_, kinds)| kinds.contains(&lookup.file));
        let takes: Vec<String> = lookup.take.iter().cloned().collect();
        let mut found = of_kind.filter_map(|(file, _)| Found::new(file, layout, &lookup.key, &takes));
        found.any(|found| found.takes.iter().all(Option::is_some))
    }
}

/// What a layout makes of one file, beside others and known to be of some kinds; empty where it does not know the file.
pub(super) fn place(
    layout: &Layout,
    file: &DataFile,
    kinds: &[String],
    table: Option<TableId>,
    others: &Kinded<'_>,
) -> Result<Vec<Placement>, ReadError> {
    let headers = Headers::new(file, layout);
    let mut placements = Vec::new();
    if layout.is_by_name()
        && let Some(table) = table
    {
        placements.push(headers.by_name(table)?);
    }
    let is_kind = |rule: &Rule| rule.file.is_empty() || rule.file.iter().any(|name| kinds.contains(name));
    for (number, rule) in layout.rules().iter().enumerate() {
        if is_kind(rule) && headers.meets(&rule.when, &rule.unless) {
            placements.push(headers.by_rule(number, rule, others)?);
        }
    }
    Ok(placements)
}

/// The table that has the most of a file's headers, where no other has as many and where it is at least half of them.
///
/// For a file whose name does not say what it is.
pub(super) fn table_by_headers(layout: &Layout, file: &DataFile) -> Option<TableId> {
    let headers = Headers::new(file, layout);
    let known = |table: TableId| table.schema().columns.iter().filter(|column| matches!(headers.find(column.name), Ok(Some(_)))).count();
    let complete = |table: TableId| headers.missing(table).is_ok_and(|missing| missing.is_empty());
    let mut counts: Vec<(usize, TableId)> =
        TableId::ALL.iter().filter(|table| complete(**table)).map(|table| (known(*table), *table)).collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let (most, table) = *counts.first()?;
    let is_alone = counts.get(1).is_none_or(|(second, _)| *second < most);
    (is_alone && 2 * most >= file.columns.len()).then_some(table)
}

/// The columns of a file, found by the headers of a layout.
pub(super) struct Headers<'a> {
    file: &'a DataFile,
    layout: &'a Layout,
    exact: HashMap<&'a str, Vec<usize>>,
    lower: HashMap<String, Vec<usize>>,
}

impl<'a> Headers<'a> {
    pub(super) fn new(file: &'a DataFile, layout: &'a Layout) -> Self {
        let (mut exact, mut lower) = (HashMap::<_, Vec<usize>>::new(), HashMap::<_, Vec<usize>>::new());
        for (position, column) in file.columns.iter().enumerate() {
            exact.entry(column.name.as_str()).or_default().push(position);
            lower.entry(column.name.to_lowercase()).or_default().push(position);
        }
        Self { file, layout, exact, lower }
    }

    /// The position of a header: spelled exactly, else in other case, else by the layout's other spellings.
    pub(super) fn find(&self, header: &str) -> Result<Option<usize>, ReadError> {
        let spellings = std::iter::once(header).chain(self.layout.spellings(header).iter().map(String::as_str));
        for spelling in spellings {
            match self.exact.get(spelling).or_else(|| self.lower.get(&spelling.to_lowercase())).map(Vec::as_slice) {
                None | Some([]) => {}
                Some([one]) => return Ok(Some(*one)),
                Some(_) => return Err(ReadError::RepeatedColumn { file: self.file.name.clone(), column: spelling.to_owned() }),
            }
        }
        Ok(None)
    }

    /// Whether all of some headers are there and none of others. A header that is there twice is there.
    fn meets(&self, when: &[String], unless: &[String]) -> bool {
        let has = |header: &String| !matches!(self.find(header), Ok(None));
        when.iter().all(has) && !unless.iter().any(has)
    }

    fn is_kind(&self, kind: &FileKind) -> bool {
        !kind.when.is_empty() && self.meets(&kind.when, &kind.unless)
    }

    fn missing(&self, table: TableId) -> Result<Vec<&'static str>, ReadError> {
        let mut missing = Vec::new();
        for column in table.schema().columns.iter().filter(|column| column.need != Need::Optional) {
            if self.find(column.name)?.is_none() {
                missing.push(column.name);
            }
        }
        Ok(missing)
    }

    fn by_name(&self, table: TableId) -> Result<Placement, ReadError> {
        let mut columns = Vec::new();
        for schema in table.schema().columns {
            if let Some(column) = self.find(schema.name)? {
                columns.push(Mapped { schema, source: Source::From(column), split: Vec::new() });
            }
        }
        self.complete(Placement {
            table,
            columns,
            entries: Vec::new(),
            conditions: Vec::new(),
            distinct: Vec::new(),
            is_fallback: false,
            rule: None,
        })
    }

    fn by_rule(&self, number: usize, rule: &Rule, others: &Kinded<'_>) -> Result<Placement, ReadError> {
        self.refuse_repeated(rule)?;
        let column = |header: &String| self.find(header).ok().flatten();
        let lookup = |lookup: &Lookup| others.has(self.layout, lookup).then(|| lookup.clone());
        let resolve =
            |columns: &[Mapped<String>]| -> Vec<_> { columns.iter().filter_map(|mapped| mapped.resolve(&column, &lookup)).collect() };
        let entries = rule.entries.iter().map(|entry| resolve(entry));
        self.complete(Placement {
            table: rule.table,
            columns: resolve(&rule.columns),
            entries: entries.filter(|entry| entry.iter().any(|mapped| mapped.source.reads())).collect(),
            conditions: rule.conditions.iter().filter_map(|condition| condition.resolve(&column, &lookup)).collect(),
            distinct: rule.distinct.clone(),
            is_fallback: rule.is_fallback,
            rule: Some(number),
        })
    }

    fn refuse_repeated(&self, rule: &Rule) -> Result<(), ReadError> {
        let mapped = rule.columns.iter().chain(rule.entries.iter().flatten()).flat_map(|mapped| mapped.source.columns());
        let conditions = rule.conditions.iter().flat_map(|condition| condition.source.columns());
        rule.when.iter().chain(mapped).chain(conditions).try_for_each(|header| self.find(header).map(|_| ()))
    }

    /// Refuses a placement without a required column, or with one that holds no plain values.
    fn complete(&self, placement: Placement) -> Result<Placement, ReadError> {
        let has = |name: &str| placement.mapped().any(|mapped| mapped.schema.name == name);
        let required = placement.table.schema().columns.iter().filter(|column| column.need != Need::Optional);
        let columns: Vec<_> = required.map(|column| column.name).filter(|name| !has(name)).collect();
        if !columns.is_empty() {
            let found = self.file.columns.iter().map(|column| column.name.clone()).collect();
            return Err(ReadError::MissingColumn { file: self.file.name.clone(), table: placement.table.name(), columns, found });
        }
        match placement.positions().into_iter().find(|&column| self.file.columns[column].is_nested) {
            Some(column) => {
                Err(ReadError::NestedColumn { file: Arc::clone(&self.file.name), column: self.file.columns[column].name.clone() })
            }
            None => Ok(placement),
        }
    }
}
