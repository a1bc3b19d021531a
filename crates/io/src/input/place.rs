//! Recognising what a file holds, by a layout.

use crate::error::ReadError;
use crate::format::DataFile;
use crate::layout::{Layout, Mapped, Rule, Source};
use claimsift::tables::{Need, TableId};
use std::sync::Arc;

/// What a file gives to one table.
#[derive(Clone, Debug)]
pub struct Placement {
    pub(crate) table: TableId,
    pub(crate) columns: Vec<Mapped<usize>>,
    pub(crate) entries: Vec<Vec<Mapped<usize>>>,
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
        self.entries.is_empty()
    }

    pub(crate) fn mapped(&self) -> impl Iterator<Item = &Mapped<usize>> {
        self.columns.iter().chain(self.entries.iter().flatten())
    }
}

/// What a layout makes of one file; empty where it does not know the file.
pub(super) fn place(layout: &Layout, file: &DataFile, table: Option<TableId>) -> Result<Vec<Placement>, ReadError> {
    let headers = Headers { file, layout };
    let mut placements = Vec::new();
    if layout.is_by_name()
        && let Some(table) = table
    {
        placements.push(headers.by_name(table)?);
    }
    for rule in layout.rules() {
        if headers.meets(rule)? {
            placements.push(headers.by_rule(rule)?);
        }
    }
    Ok(placements)
}

/// The table that has the most of a file's headers, where no other has as many and where it is at least half of them.
///
/// For a file whose name does not say what it is.
pub(super) fn table_by_headers(layout: &Layout, file: &DataFile) -> Option<TableId> {
    let headers = Headers { file, layout };
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
struct Headers<'a> {
    file: &'a DataFile,
    layout: &'a Layout,
}

impl Headers<'_> {
    /// The position of a header: spelled exactly, else in other case, else by the layout's other spellings.
    fn find(&self, header: &str) -> Result<Option<usize>, ReadError> {
        let spellings = std::iter::once(header).chain(self.layout.spellings(header).iter().map(String::as_str));
        for spelling in spellings {
            let lower = spelling.to_lowercase();
            for matches in [self.positions(|name| name == spelling), self.positions(|name| name.to_lowercase() == lower)] {
                match matches.as_slice() {
                    [] => {}
                    [one] => return Ok(Some(*one)),
                    _ => return Err(ReadError::RepeatedColumn { file: self.file.name.clone(), column: spelling.to_owned() }),
                }
            }
        }
        Ok(None)
    }

    fn positions(&self, is_it: impl Fn(&str) -> bool) -> Vec<usize> {
        (0..).zip(&self.file.columns).filter(|(_, column)| is_it(&column.name)).map(|(position, _)| position).collect()
    }

    fn meets(&self, rule: &Rule) -> Result<bool, ReadError> {
        for header in &rule.when {
            if self.find(header)?.is_none() {
                return Ok(false);
            }
        }
        for header in &rule.unless {
            if self.find(header)?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
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
                columns.push(Mapped { schema, source: Source::From { column, codes: Vec::new() } });
            }
        }
        self.complete(Placement { table, columns, entries: Vec::new() })
    }

    fn by_rule(&self, rule: &Rule) -> Result<Placement, ReadError> {
        let columns = self.resolve(&rule.columns)?;
        let entries = rule.entries.iter().map(|entry| self.resolve(entry)).collect::<Result<Vec<_>, _>>()?;
        let entries = entries.into_iter().filter(|entry| entry.iter().any(|mapped| !mapped.source.columns().is_empty())).collect();
        self.complete(Placement { table: rule.table, columns, entries })
    }

    fn resolve(&self, columns: &[Mapped<String>]) -> Result<Vec<Mapped<usize>>, ReadError> {
        let mut resolved = Vec::new();
        for mapped in columns {
            for header in mapped.source.columns() {
                self.find(header)?;
            }
            resolved.extend(mapped.resolve(|header| self.find(header).ok().flatten()));
        }
        Ok(resolved)
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
        let nested = placement.mapped().flat_map(|mapped| mapped.source.columns()).find(|&&column| self.file.columns[column].is_nested);
        match nested {
            Some(&column) => {
                Err(ReadError::NestedColumn { file: Arc::clone(&self.file.name), column: self.file.columns[column].name.clone() })
            }
            None => Ok(placement),
        }
    }
}
