//! `claimsift detectors`: the catalogue, one detector with its parameters and reference SQL, or the SQL of a table that these read.

use super::print;
use crate::args::{Common, Detectors};
use crate::exit::{Exit, WrongUse};
use claimsift::claims::{DERIVED_SQL, derived_tables_of};
use claimsift::detect::Entry;
use claimsift::detectors::{CATALOGUE, find};
use serde_json::{Value, json};

pub(crate) fn run(options: &Detectors, common: &Common) -> anyhow::Result<Exit> {
    match &options.code {
        Some(code) => {
            let derived = DERIVED_SQL.iter().find(|(table, _)| table == code);
            let text = match (find(code), derived) {
                (Some(entry), _) if options.json => serde_json::to_string_pretty(&describe(entry))?,
                (Some(entry), _) => page(entry, common),
                (None, Some((table, sql))) if options.json => serde_json::to_string_pretty(&json!({"table": table, "sql": sql}))?,
                (None, Some((_, sql))) => sql.trim_end().to_owned(),
                (None, None) => return Err(WrongUse(format!("`{code}` is no detector; `claimsift detectors` lists them")).into()),
            };
            print(&text)?;
        }
        None if options.json => {
            let all: Vec<Value> = CATALOGUE.iter().map(describe).collect();
            print(&serde_json::to_string_pretty(&all)?)?;
        }
        None => {
            for meta in CATALOGUE.iter().map(Entry::meta) {
                print(&format!(
                    "{:4} {:24} {:8} {:10} {:10} {}",
                    meta.code,
                    meta.name,
                    meta.scheme,
                    meta.tier,
                    meta.scope,
                    meta.title.get(common.lang())
                ))?;
            }
        }
    }
    Ok(Exit::Done)
}

fn describe(entry: &Entry) -> Value {
    let meta = entry.meta();
    json!({
        "code": meta.code,
        "name": meta.name,
        "title": {"en": meta.title.en, "zh": meta.title.zh},
        "scheme": meta.scheme.word(),
        "tier": meta.tier.word(),
        "scope": meta.scope.word(),
        "needs": meta.needs,
        "uses": meta.uses,
        "parameters": entry.detector().parameters(),
        "thresholds": meta.thresholds.iter().map(|threshold| json!({"parameter": threshold.parameter, "floor": threshold.floor})).collect::<Vec<_>>(),
        "derived_tables": meta.sql.as_deref().map(derived_tables_of),
        "sql": meta.sql,
    })
}

fn page(entry: &Entry, common: &Common) -> String {
    let meta = entry.meta();
    let schema = entry.schema(&mut schemars::SchemaGenerator::default());
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let sql = meta.sql.as_deref().unwrap_or("No reference SQL: it clusters.").trim_end();
    let derived = derived_tables_of(sql);
    let derived = if derived.is_empty() {
        String::new()
    } else {
        format!("\n\nDerived tables, made in this order (`claimsift detectors {}` prints the query): {}", derived[0], derived.join(", "))
    };
    let parameters = serde_json::to_string_pretty(&entry.detector().parameters()).unwrap_or_default();
    format!(
        "{} {}: {}\n\n{text}\n\nParameters:\n{parameters}\n\nReference SQL:\n{sql}{derived}",
        meta.code,
        meta.name,
        meta.title.get(common.lang())
    )
}
