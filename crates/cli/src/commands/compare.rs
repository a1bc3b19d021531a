//! `claimsift compare`: whether one data set in several forms says the same.

use super::print;
use crate::args::{Common, share};
use crate::carried::{Carried, Columns, Missing};
use crate::exit::{Exit, WrongUse};
use crate::input;
use crate::portrait::{Difference, Differences, Portrait};
use crate::progress::Progress;
use arrow_array::Array;
use claimsift::Settings;
use claimsift::detect::Detector;
use claimsift::detectors::find;
use claimsift::observe::Observer;
use claimsift::outputs::canonical_table;
use claimsift::tables::TableId;
use claimsift_io::{Input, Knowledge, place_of};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub(crate) struct Compare {
    /// The same data set in two or more forms
    #[arg(num_args = 2.., required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Layout of the inputs: given once for all, or once for each in their order
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) layout: Vec<String>,
    /// Detectors to compare, by code or name, separated by commas [default: all that the inputs carry]
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    pub(crate) select: Vec<String>,
    /// Share of rows of a table that may be rejected, such as 1% or 0.01
    #[arg(long, default_value = "1%", value_name = "SHARE", value_parser = share)]
    pub(crate) max_rejects: f64,
    /// Knowledge folder for all inputs; may be given several times, `none` = nothing [default: a small one that comes with the program]
    #[arg(long, value_name = "DIR")]
    pub(crate) knowledge: Vec<String>,
}

/// One input.
struct Side {
    name: String,
    input: Input,
    knowledge: Arc<Knowledge>,
}

pub(crate) fn run(options: &Compare, common: &Common) -> anyhow::Result<Exit> {
    let sides = open(options)?;
    let columns: Vec<Columns> = sides.iter().map(columns).collect();
    let asked = Settings::read(&json!({"run": {"select": options.select}}))?;
    let carry = |uneven: &Columns| Carried::of(&columns, uneven, asked.detectors.iter().map(|detector| Detector::meta(detector.as_ref())));
    let by_name = carry(&Columns::new());
    let wanted = by_name.columns(asked.columns());
    let filled = sides.iter().map(|side| filled(side, &wanted, options.max_rejects, common)).collect::<anyhow::Result<Vec<_>>>()?;
    let carried = carry(&Carried::uneven(&filled));
    if !common.quiet {
        print(&describe_carried(&sides, &carried))?;
    }
    if carried.codes.is_empty() {
        return Err(WrongUse("no detector has all its columns in all inputs; leave out the input that lacks them".to_owned()).into());
    }
    let settings = Settings::read(&json!({"run": {"select": carried.codes}}))?;
    are_same(&sides, &settings, &carried, options, common).map(|same| if same { Exit::Done } else { Exit::Differs })
}

/// Screens every input, says what it finds, and whether all find what the first does.
fn are_same(sides: &[Side], settings: &Settings, carried: &Carried, options: &Compare, common: &Common) -> anyhow::Result<bool> {
    let mut are_same = true;
    let mut first: Option<Portrait> = None;
    for side in sides {
        let portrait = screen(side, settings, carried, options.max_rejects, common)?;
        let text = match &first {
            None => describe_first(&side.name, &portrait),
            Some(first) => {
                let differences = Differences::between((&sides[0].name, first), (&side.name, &portrait));
                are_same &= differences.is_none();
                describe(&sides[0].name, &side.name, &portrait, &differences)
            }
        };
        print(&text)?;
        first.get_or_insert(portrait);
    }
    Ok(are_same)
}

fn open(options: &Compare) -> anyhow::Result<Vec<Side>> {
    let layouts = options.layout.len();
    if layouts > 1 && layouts != options.inputs.len() {
        let inputs = options.inputs.len();
        return Err(WrongUse(format!("{layouts} layouts for {inputs} inputs: give `--layout` once for all, or once for each")).into());
    }
    let layout = |at: usize| options.layout.get(if layouts == 1 { 0 } else { at }).map_or("auto", String::as_str);
    let knowledge = Arc::new(Knowledge::open(&options.knowledge)?);
    let side = |(at, path): (usize, &PathBuf)| {
        let knowledge = Arc::clone(&knowledge);
        Ok(Side { name: shown(path), input: input::open(path, layout(at))?, knowledge })
    };
    options.inputs.iter().enumerate().map(side).collect()
}

/// An input as it was given, without the password of an address.
fn shown(path: &Path) -> String {
    let given = path.display().to_string();
    if given.contains("://") { place_of(path) } else { given }
}

fn tables(side: &Side) -> BTreeSet<TableId> {
    side.input.tables().into_iter().chain(side.knowledge.tables()).collect()
}

fn columns(side: &Side) -> Columns {
    let of = |table: TableId| {
        let columns = side.input.columns(table).into_iter().chain(side.knowledge.columns(table));
        columns.map(move |column| format!("{}.{column}", table.name())).collect::<Vec<_>>()
    };
    tables(side).into_iter().flat_map(of).collect()
}

/// How many rows have a value, by column.
fn filled(side: &Side, wanted: &Columns, max_rejects: f64, common: &Common) -> anyhow::Result<BTreeMap<String, u64>> {
    let progress = Progress::new(common);
    let (claims, report) = input::load(&side.input, &side.knowledge, Some(wanted.clone()), None, &progress)?;
    progress.finish();
    input::check_rejects(&report, max_rejects)?;
    let mut filled = BTreeMap::new();
    for table in tables(side) {
        let prefix = format!("{}.", table.name());
        let of_table: Vec<&String> = wanted.iter().filter(|column| column.starts_with(&prefix)).collect();
        if of_table.is_empty() {
            continue;
        }
        let rows = canonical_table(&claims, table);
        for column in of_table {
            let values = rows.column_by_name(&column[prefix.len()..]).map_or(0, |values| values.len() - values.null_count());
            filled.insert(column.clone(), values as u64);
        }
    }
    Ok(filled)
}

fn screen(side: &Side, settings: &Settings, carried: &Carried, max_rejects: f64, common: &Common) -> anyhow::Result<Portrait> {
    let progress = Progress::new(common);
    let (claims, report) = input::load(&side.input, &side.knowledge, Some(carried.columns(settings.columns())), settings.as_of, &progress)?;
    input::check_rejects(&report, max_rejects)?;
    progress.begin("norms", 0);
    let screening = claimsift::screen(&claims, settings, common.lang(), &progress)?;
    progress.finish();
    Ok(Portrait::of(screening, &claims))
}

fn describe_carried(sides: &[Side], carried: &Carried) -> String {
    let mut text = String::new();
    let mut line = |written: std::fmt::Arguments<'_>| _ = writeln!(text, "{written}");
    for side in sides {
        line(format_args!("{}: layout {}", side.name, side.input.layout().name()));
    }
    line(format_args!("\nDetectors whose columns all inputs carry: {}", carried.codes.len()));
    for code in &carried.codes {
        line(format_args!("  {code} {}", title(code)));
    }
    if !carried.left_out.is_empty() {
        line(format_args!("Left out: {}", carried.left_out.len()));
    }
    for (code, missing) in &carried.left_out {
        line(format_args!("  {code} {}: needs {}", title(code), lacks(sides, missing)));
    }
    if !carried.unused.is_empty() {
        line(format_args!("Columns read from no input, since not all have them alike: {}", carried.unused.len()));
    }
    for missing in &carried.unused {
        line(format_args!("  {}", lacks(sides, missing)));
    }
    text
}

fn title(code: &str) -> &str {
    find(code).map_or("", |entry| entry.meta().name.as_ref())
}

fn lacks(sides: &[Side], missing: &Missing) -> String {
    if missing.lacking.is_empty() {
        return format!("{}, which some fill in fewer rows", missing.column);
    }
    if missing.lacking.len() == sides.len() {
        return format!("{}, which none has", missing.column);
    }
    let names: Vec<&str> = missing.lacking.iter().map(|&at| sides[at].name.as_str()).collect();
    format!("{}, not in {}", missing.column, names.join(", "))
}

fn describe_first(name: &str, portrait: &Portrait) -> String {
    format!(
        "{name}: {} claims, {} lines; {} findings, {} scores",
        portrait.claims,
        portrait.lines,
        portrait.findings.len(),
        portrait.scores.len()
    )
}

fn describe(first: &str, name: &str, portrait: &Portrait, differences: &Differences) -> String {
    let read = format!("{name}: {} claims, {} lines", portrait.claims, portrait.lines);
    if differences.is_none() {
        return format!("{read}; the same {} findings and {} scores as {first}", portrait.findings.len(), portrait.scores.len());
    }
    let mut text = format!("{read}; differs from {first}");
    for (what, difference) in [("findings", &differences.findings), ("scores", &differences.scores)] {
        // Writing to a string cannot fail.
        _ = write!(text, "\n  {what}: {}", describe_difference(first, name, difference));
    }
    text
}

fn describe_difference(first: &str, name: &str, difference: &Difference) -> String {
    if difference.count() == 0 {
        return "the same".to_owned();
    }
    let counts = format!(
        "{} only in {first}, {} only in {name}, {} with other values",
        difference.only_first, difference.only_second, difference.changed
    );
    let examples: Vec<String> = difference.examples.iter().map(|example| format!("\n    {example}")).collect();
    counts + &examples.concat()
}
