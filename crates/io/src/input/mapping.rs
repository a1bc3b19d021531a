//! The mapping of an input as a mapping file: what feeds what, and what has no place.

use super::{Input, InputFile, Placement};
use crate::convert::plain;
use crate::error::ReadError;
use crate::input::place::Headers;
use crate::layout::{Layout, Mapped, Rule, Source, Writer, quoted};
use arrow_array::cast::AsArray;
use claimsift::tables::value::Kind;
use claimsift::tables::{ColumnSchema, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Chunks of each table in which unknown codes are looked for.
const SAMPLE: usize = 4;
/// Unknown codes that are named for each column.
const NAMED: usize = 20;

pub(super) fn mapping(input: &Input) -> Result<String, ReadError> {
    let mut writer = Writer::new(&input.layout);
    let mut rules = String::new();
    for used in used_rules(input) {
        rules += "\n";
        rules += &writer.rule(&used.rule, &|name| used.columns.contains(name));
        rules += &unfed(&used);
    }
    let kinds = kinds(input);
    for kind in input.layout.kinds().iter().filter(|(name, _)| kinds.contains(*name)).map(|(_, kind)| kind) {
        writer.headers.extend(kind.when.iter().chain(&kind.unless).cloned());
    }
    let aliases = aliases(input, &writer.headers);
    let head = input.layout.head(&writer.lists, &aliases, &kinds);
    Ok(format!("{}{}\n{head}{rules}", files(input), unknown_codes(input)?))
}

/// A rule that feeds a table from at least one file, and the columns that it feeds.
struct Used {
    rule: Rule,
    columns: BTreeSet<&'static str>,
}

/// The rules in the order of the layout; tables known by name get a rule each.
fn used_rules(input: &Input) -> Vec<Used> {
    let mut by_number: BTreeMap<usize, Used> = BTreeMap::new();
    let mut by_table: BTreeMap<TableId, Used> = BTreeMap::new();
    for (file, placement) in input.files.iter().flat_map(|file| file.placements.iter().map(move |placement| (file, placement))) {
        let rule = placement.rule.and_then(|number| Some((number, input.layout.rules().get(number)?)));
        let used = match rule {
            Some((number, rule)) => by_number.entry(number).or_insert_with(|| Used { rule: rule.clone(), columns: BTreeSet::new() }),
            None => {
                by_table.entry(placement.table()).or_insert_with(|| Used { rule: by_name(placement.table()), columns: BTreeSet::new() })
            }
        };
        let stem = format!("={}", file.stem.to_lowercase());
        if rule.is_none() && !used.rule.file.contains(&stem) {
            used.rule.file.push(stem);
        }
        used.columns.extend(placement.columns());
    }
    by_table.into_values().chain(by_number.into_values()).collect()
}

/// The rule that says what a file known by the name of its table gives.
fn by_name(table: TableId) -> Rule {
    let mapped = |schema: &'static ColumnSchema| Mapped { schema, source: Source::From(schema.name.to_owned()), split: Vec::new() };
    Rule {
        table,
        file: Vec::new(),
        when: Vec::new(),
        unless: Vec::new(),
        columns: table.schema().columns.iter().map(mapped).collect(),
        entries: Vec::new(),
        conditions: Vec::new(),
        distinct: Vec::new(),
        is_fallback: false,
    }
}

fn unfed(used: &Used) -> String {
    let columns = used.rule.table.schema().columns.iter().map(|column| column.name);
    let unfed: Vec<&str> = columns.filter(|name| !used.columns.contains(name)).collect();
    if unfed.is_empty() { String::new() } else { format!("# nothing feeds: {}\n", unfed.join(", ")) }
}

/// The kinds of file that are there.
fn kinds(input: &Input) -> BTreeSet<String> {
    input.files.iter().flat_map(|file| file.kinds.iter().cloned()).collect()
}

/// The spellings under which files have the headers that are spoken of.
fn aliases(input: &Input, headers: &BTreeSet<String>) -> Vec<(String, Vec<String>)> {
    let spelled = |header: &String| {
        let known = input.layout.spellings(header).iter();
        let is_there = |spelling: &&String| input.files.iter().any(|file| has(file, &input.layout, spelling));
        let spellings: Vec<String> = known.filter(is_there).cloned().collect();
        (!spellings.is_empty()).then(|| (header.clone(), spellings))
    };
    headers.iter().filter_map(spelled).collect()
}

fn has(file: &InputFile, layout: &Layout, spelling: &str) -> bool {
    // Asked for as such: a spelling has no other spellings.
    matches!(Headers::new(&file.data, layout).find(spelling), Ok(Some(_)))
}

/// What was recognised and what was not, as comments.
fn files(input: &Input) -> String {
    let mut text = format!("# Layout `{}`. Edit, and give it as --layout FILE.\n#\n", input.layout.name());
    for file in &input.files {
        let tables: Vec<&str> = file.placements.iter().map(Placement::table).map(TableId::name).collect();
        let tables = if tables.is_empty() { "looked up only".to_owned() } else { tables.join(", ") };
        let _ = writeln!(text, "# {}: {tables}", comment(file.name()));
        if !file.unplaced.is_empty() {
            let _ = writeln!(text, "#   columns without a place: {}", comment(&file.unplaced.join(", ")));
        }
    }
    if !input.ignored.is_empty() {
        let _ = writeln!(text, "# not read: {}", comment(&input.ignored.join(", ")));
    }
    text
}

/// A comment ends with its line.
fn comment(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Codes in the first rows that have no canonical word, as comments.
fn unknown_codes(input: &Input) -> Result<String, ReadError> {
    let mut text = String::new();
    for table in input.tables() {
        let is_coded =
            |name: &&str| table.schema().position(name).is_some_and(|at| matches!(table.schema().columns[at].kind, Kind::Code(_)));
        let coded: Vec<&str> = input.columns(table).into_iter().filter(is_coded).collect();
        if coded.is_empty() {
            continue;
        }
        for (column, codes) in unknown(input, table, &coded)? {
            let named: Vec<String> = codes.iter().take(NAMED).map(|(code, rows)| format!("{} ({rows} rows)", quoted(code))).collect();
            let _ = writeln!(text, "# codes without a word in {}.{column}: {}", table.name(), comment(&named.join(", ")));
        }
    }
    Ok(text)
}

fn unknown<'c>(input: &Input, table: TableId, coded: &[&'c str]) -> Result<BTreeMap<&'c str, BTreeMap<String, u64>>, ReadError> {
    let mut unknown: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    for chunk in input.sample(table, coded).take(SAMPLE) {
        let chunk = chunk?;
        for &name in coded {
            let Some(column) = chunk.batch.column_by_name(name) else { continue };
            let Ok(column) = plain(column) else { continue };
            for value in column.as_string::<i32>().iter().flatten().filter(|value| !has_word(table, name, value)) {
                *unknown.entry(name).or_default().entry(value.trim().to_owned()).or_default() += 1;
            }
        }
    }
    Ok(unknown)
}

fn has_word(table: TableId, column: &str, value: &str) -> bool {
    let schema = table.schema();
    let kind = schema.position(column).map(|at| schema.columns[at].kind);
    let value = value.trim().to_lowercase();
    matches!(kind, Some(Kind::Code(list)) if list.words.contains(&value.as_str()))
}
