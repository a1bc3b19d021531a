//! Workbooks of knowledge points to tables, with an account of every row.

use super::header::{Field, Header, Shape};
use super::phrase;
use super::point::{Difference, Point};
use super::reading::{Meaning, RuleKind, Statement, Unread, read};
use super::sheet::{Row, Sheet, sheets};
use crate::error::ReadError;
use claimsift::tables::TableId;
use claimsift::tables::value::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the points of an import have in common.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The day from which they are in force.
    pub valid_from: Option<Date>,
    /// Where they come from, such as the number of the notice; the file's name where nothing is given.
    pub source: Option<String>,
}

/// What became of the rows of one file: `read == imported + reported`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCount {
    /// The file's name.
    pub file: String,
    /// Its BLAKE3 hash.
    pub blake3: String,
    /// Rows below the headers.
    pub read: u64,
    /// Rows that a point was made of.
    pub imported: u64,
    /// Rows that stand in the report with a reason.
    pub reported: u64,
    /// Points by table.
    pub points: BTreeMap<&'static str, u64>,
}

/// A row that no point was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// File, sheet and row as a spreadsheet counts it.
    pub place: (String, String, u64),
    /// The name or code of the row.
    pub item: String,
    /// Why.
    pub reason: String,
}

/// A row whose value and remark differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// File, sheet and row as a spreadsheet counts it.
    pub place: (String, String, u64),
    /// The name or code of the row.
    pub item: String,
    /// What the value says.
    pub value: String,
    /// What the remark says.
    pub remark: String,
    /// The reading that was taken.
    pub taken: String,
}

/// Tables made of workbooks.
#[derive(Debug, Default)]
pub struct Import {
    pub(super) points: Vec<Point>,
    /// Per file, what became of its rows.
    pub files: Vec<FileCount>,
    /// Rows that no point was made of.
    pub report: Vec<Reported>,
    /// Rows whose statements differ.
    pub conflicts: Vec<Conflict>,
}

/// Imports workbooks (`.xlsx`, `.xls`, `.ods`) and CSV files of knowledge points.
pub fn import(files: &[PathBuf], options: &ImportOptions) -> Result<Import, ReadError> {
    let mut import = Import::default();
    let mut known = BTreeMap::new();
    let mut files: Vec<&PathBuf> = files.iter().collect();
    files.sort_by_key(|path| path.file_name());
    for path in files {
        let bytes = std::fs::read(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => ReadError::NotFound { path: path.clone() },
            _ => ReadError::Io { file: path.display().to_string().into(), source },
        })?;
        let file = FileImport::new(path, &bytes, options);
        file.run(&sheets(path, &bytes)?, &mut import, &mut known);
    }
    Ok(import)
}

/// A sheet, with its header and the rows below where it has one.
type Found<'s> = (&'s Sheet, Option<(Header, &'s [Row])>);

/// The limit that a name bears, and which row says so.
struct Named<'s> {
    at: (&'s str, u64),
    remark: &'s str,
    meaning: Result<Meaning, Unread>,
    is_used: bool,
}

/// What is to become of one row.
type Outcome = Result<Vec<Point>, String>;

struct FileImport<'o> {
    options: &'o ImportOptions,
    source: String,
    count: FileCount,
}

impl<'o> FileImport<'o> {
    fn new(path: &Path, bytes: &[u8], options: &'o ImportOptions) -> Self {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let source = options.source.clone().unwrap_or(stem);
        let blake3 = blake3::hash(bytes).to_hex().to_string();
        Self { options, source, count: FileCount { file, blake3, ..FileCount::default() } }
    }

    fn run(mut self, sheets: &[Sheet], import: &mut Import, known: &mut BTreeMap<String, (String, u64)>) {
        let read: Vec<Found<'_>> = sheets.iter().map(|sheet| (sheet, Header::find(sheet))).collect();
        let mut names = self.names(&read, import);
        for (sheet, found) in &read {
            let Some((header, rows)) = found else {
                sheet
                    .rows
                    .iter()
                    .for_each(|row| self.report(import, &sheet.name, row, row.first(), "no header above it names columns of a rule"));
                continue;
            };
            for row in rows.iter().filter(|_| header.shape() != Some(Shape::Names)) {
                let outcome = self.points(header, row, &mut names, import, &sheet.name);
                self.settle(outcome, sheet, header, row, import, known);
            }
        }
        self.settle_names(names, import);
        import.files.push(self.count);
    }

    /// The limits by name, of all sheets that give them.
    fn names<'s>(&mut self, read: &'s [Found<'s>], import: &mut Import) -> BTreeMap<String, Named<'s>> {
        let mut names = BTreeMap::new();
        for (sheet, found) in read {
            let Some((header, rows)) = found.as_ref().filter(|(header, _)| header.shape() == Some(Shape::Names)) else { continue };
            for row in *rows {
                let name = header.cell(row, Field::Name);
                if name.is_empty() || header.cell(row, Field::Value).is_empty() && header.cell(row, Field::Remark).is_empty() {
                    self.report(import, &sheet.name, row, row.first(), "a note or total, not a rule");
                } else if names.contains_key(name) {
                    self.report(import, &sheet.name, row, name, "repeats a name above it");
                } else {
                    let meaning = meaning(header, row);
                    let remark = header.cell(row, Field::Remark);
                    names.insert(name.to_owned(), Named { at: (&sheet.name, row.number), remark, meaning, is_used: false });
                }
            }
        }
        names
    }

    fn points(&self, header: &Header, row: &Row, names: &mut BTreeMap<String, Named<'_>>, import: &mut Import, sheet: &str) -> Outcome {
        let code = header.cell(row, Field::Code);
        let name = header.cell(row, Field::Name);
        if code.is_empty() {
            let is_note = name.is_empty() || header.cell(row, Field::Value).is_empty();
            return Err(if is_note { "a note or total, not a rule" } else { "no code" }.to_owned());
        }
        let remark = header.cell(row, Field::Remark);
        let own = |point: Point, remark: &str| vec![self.complete(point, code, name, remark)];
        match header.shape() {
            Some(Shape::Pairs) => self.pair(header, row),
            Some(Shape::Frequencies) => frequency(header, row).map(|point| own(point, remark)),
            Some(Shape::Intervals) => {
                let (point, difference) = interval(header, row)?;
                self.differ(import, (sheet, row.number), name, difference);
                Ok(own(point, remark))
            }
            Some(Shape::Codes) => {
                let limit = names.get_mut(name).ok_or("no limit stands beside its name")?;
                limit.is_used = true;
                let meaning = limit.meaning.as_ref().map_err(|unread| unread.reason.clone())?;
                Ok(own(meaning.point.clone(), limit.remark))
            }
            _ => match meaning(header, row) {
                Ok(meaning) => {
                    self.differ(import, (sheet, row.number), name, meaning.difference);
                    Ok(own(meaning.point, remark))
                }
                Err(unread) => {
                    self.differ(import, (sheet, row.number), name, unread.difference);
                    Err(unread.reason)
                }
            },
        }
    }

    fn pair(&self, header: &Header, row: &Row) -> Outcome {
        let (other, scope) = (header.cell(row, Field::OtherCode), header.cell(row, Field::Scope));
        if other.is_empty() {
            return Err("no code of the item that is included".to_owned());
        }
        let (word, hours) = phrase::scope(scope).ok_or_else(|| format!("`{scope}` tells no day, visit or hours"))?;
        let remark = header.cell(row, Field::Remark);
        let point = Point::of(TableId::ExclusivePairTable)
            .with("other_code", other)
            .with("scope", word)
            .with("other_name", header.cell(row, Field::OtherName))
            .with_some("hours", hours)
            .with_some("included", phrase::included(remark));
        Ok(vec![self.complete(point, header.cell(row, Field::Code), header.cell(row, Field::Name), remark)])
    }

    /// Adds the item and what all points of the import share.
    fn complete(&self, point: Point, code: &str, name: &str, remark: &str) -> Point {
        let point = point.with("item_code", code).with("item_name", name).with("remark", remark).with("source", &self.source);
        point.with_some("valid_from", self.options.valid_from)
    }

    /// Takes the points of a row, or reports it.
    fn settle(
        &mut self,
        outcome: Outcome,
        sheet: &Sheet,
        header: &Header,
        row: &Row,
        import: &mut Import,
        known: &mut BTreeMap<String, (String, u64)>,
    ) {
        let item = [Field::Name, Field::Code].map(|field| header.cell(row, field)).into_iter().find(|cell| !cell.is_empty());
        let item = item.unwrap_or_else(|| row.first());
        let points = match outcome {
            Ok(points) => points,
            Err(reason) => return self.report(import, &sheet.name, row, item, &reason),
        };
        let repeated = points.iter().find_map(|point| known.get(&point.identity()));
        if let Some((file, number)) = repeated {
            let reason = format!("repeats row {number} of {file}");
            return self.report(import, &sheet.name, row, item, &reason);
        }
        self.count.read += 1;
        self.count.imported += 1;
        for point in points {
            known.insert(point.identity(), (self.count.file.clone(), row.number));
            *self.count.points.entry(point.table.name()).or_default() += 1;
            import.points.push(point);
        }
    }

    /// A name counts as imported where a code bore its limit.
    fn settle_names(&mut self, names: BTreeMap<String, Named<'_>>, import: &mut Import) {
        let mut names: Vec<(String, Named<'_>)> = names.into_iter().collect();
        names.sort_by_key(|(_, named)| named.at);
        for (name, named) in names {
            let (difference, unread) = match named.meaning {
                Ok(meaning) => (meaning.difference, None),
                Err(unread) => (unread.difference, Some(unread.reason)),
            };
            self.differ(import, named.at, &name, difference);
            let reason = unread.or_else(|| (!named.is_used).then(|| "no code stands beside its name".to_owned()));
            self.count.read += 1;
            match reason {
                None => self.count.imported += 1,
                Some(reason) => {
                    self.count.reported += 1;
                    import.report.push(Reported { place: self.place(named.at), item: name, reason });
                }
            }
        }
    }

    fn report(&mut self, import: &mut Import, sheet: &str, row: &Row, item: &str, reason: &str) {
        self.count.read += 1;
        self.count.reported += 1;
        import.report.push(Reported { place: self.place((sheet, row.number)), item: item.to_owned(), reason: reason.to_owned() });
    }

    fn differ(&self, import: &mut Import, at: (&str, u64), item: &str, difference: Option<Difference>) {
        let conflict =
            |Difference { value, remark, taken }| Conflict { place: self.place(at), item: item.to_owned(), value, remark, taken };
        import.conflicts.extend(difference.map(conflict));
    }

    fn place(&self, (sheet, row): (&str, u64)) -> (String, String, u64) {
        (self.count.file.clone(), sheet.to_owned(), row)
    }
}

impl Row {
    /// Its first cell that is not empty.
    fn first(&self) -> &str {
        self.cells.iter().find(|cell| !cell.is_empty()).map_or("", String::as_str)
    }
}

fn meaning(header: &Header, row: &Row) -> Result<Meaning, Unread> {
    let statement = Statement { value: header.cell(row, Field::Value), remark: header.cell(row, Field::Remark) };
    let kind = RuleKind::of(header.cell(row, Field::Kind), &header.title, &statement);
    let kind =
        kind.ok_or_else(|| Unread { reason: "neither title, kind nor remark tells what is limited".to_owned(), difference: None })?;
    read(kind, statement)
}

fn frequency(header: &Header, row: &Row) -> Result<Point, String> {
    let (most, unit) = (header.cell(row, Field::Most), header.cell(row, Field::Unit));
    let most: f64 = phrase::plain(most).parse().map_err(|_| format!("`{most}` is not a number"))?;
    let period = phrase::period(unit).ok_or_else(|| format!("`{unit}` is not a unit of time"))?;
    Ok(Point::of(TableId::FrequencyTable).with("most", &most).with("per", period).with("charge_unit", unit))
}

/// The least interval; where value and remark differ, the shorter one.
fn interval(header: &Header, row: &Row) -> Result<(Point, Option<Difference>), String> {
    let (cycle, remark) = (header.cell(row, Field::Cycle), header.cell(row, Field::Remark));
    let (value, said) = (phrase::span(cycle), phrase::least_interval(remark));
    let days = [value, said].into_iter().flatten().min().ok_or_else(|| format!("`{cycle}` names no span of time"))?;
    let most = phrase::plain(header.cell(row, Field::Most)).parse::<i32>().ok();
    let differs = value.zip(said).is_some_and(|(value, said)| value != said);
    let difference =
        differs.then(|| Difference { value: cycle.to_owned(), remark: remark.to_owned(), taken: format!("at least {days} days apart") });
    Ok((Point::of(TableId::IntervalTable).with("days", &days).with_some("most", most), difference))
}

impl Import {
    /// Points by table.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        self.points.iter().for_each(|point| *counts.entry(point.table.name()).or_default() += 1);
        counts
    }

    /// Tables that have points, in their order.
    pub(super) fn tables(&self) -> BTreeSet<TableId> {
        self.points.iter().map(|point| point.table).collect()
    }
}
