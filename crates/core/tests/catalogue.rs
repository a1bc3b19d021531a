//! What every detector promises of itself: code, inputs, facts, words and SQL.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use claimsift::claims::DERIVED_SQL;
use claimsift::detect::{Entry, Meta, Scheme, Tier};
use claimsift::detectors::CATALOGUE;
use claimsift::intake::IntakeOptions;
use claimsift::norms::FEATURES;
use claimsift::tables::TableId;
use claimsift::{Claims, Finding, Settings};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::county::bureau;
use support::data::Data;

/// Runs `check` on every detector and gathers what it complains of.
fn check(complaints: impl Fn(&Entry, &Meta) -> Vec<String>) {
    let of = |entry: &Entry| {
        complaints(entry, entry.meta()).into_iter().map(|wrong| format!("{}: {wrong}", entry.meta().code)).collect::<Vec<_>>()
    };
    let found: Vec<String> = CATALOGUE.iter().flat_map(of).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn schema(entry: &Entry) -> Value {
    entry.schema(&mut schemars::SchemaGenerator::default()).to_value()
}

fn only(code: &str) -> Settings {
    // Few providers are peers enough here, and few stays comparable.
    support::settings(&json!({"run": {"select": [code]}, "peers": {"min_group": 3, "min_peers": 2}, "P06": {"min_comparable": 1}}))
}

fn complaint(is_wrong: bool, text: impl FnOnce() -> String) -> Option<String> {
    is_wrong.then(text)
}

#[test]
fn codes_are_unique_sorted_and_begin_with_their_scheme() {
    let codes: Vec<&str> = CATALOGUE.iter().map(|entry| entry.meta().code.as_ref()).collect();
    assert!(codes.is_sorted_by(|left, right| left < right), "{codes:?}");
    let names: BTreeSet<&str> = CATALOGUE.iter().map(|entry| entry.meta().name.as_ref()).collect();
    assert_eq!(names.len(), codes.len());
    check(|_, meta| {
        let letter = match meta.scheme {
            Scheme::Phantom => 'P',
            Scheme::Swap => 'S',
            Scheme::Forged => 'F',
            Scheme::Overuse => 'O',
            Scheme::Charge => 'C',
        };
        let (first, number) = meta.code.split_at(1);
        let is_code = first == letter.to_string() && number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
        complaint(!is_code, || format!("a code of scheme {} is {letter} and two digits", meta.scheme)).into_iter().collect()
    });
}

#[test]
fn names_state_the_pattern_and_not_guilt() {
    check(|_, meta| {
        let is_name = meta.name.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()));
        let judges = ["fraud", "suspicious", "detect", "check", "fake"].iter().any(|word| meta.name.contains(word));
        let words = [meta.title.en.as_ref(), &meta.title.zh, &meta.message.en, &meta.message.zh, &meta.records.en, &meta.defence.en];
        let accuses = words.iter().any(|text| text.to_lowercase().contains("fraud") || text.contains("欺诈"));
        let empty = words.iter().any(|text| text.trim().is_empty());
        [
            complaint(!is_name, || "the name is of lower-case words and hyphens".into()),
            complaint(judges || accuses, || "says more than the pattern".into()),
            complaint(empty, || "has an empty text".into()),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
}

#[test]
fn inputs_are_canonical_columns() {
    check(|_, meta| {
        let unknown = |column: &&str| {
            let known = column.split_once('.').and_then(|(table, column)| TableId::named(table)?.schema().position(column));
            known.is_none()
        };
        let mut wrong: Vec<String> = meta.columns().filter(unknown).map(|column| format!("there is no column `{column}`")).collect();
        let distinct: BTreeSet<&str> = meta.columns().collect();
        wrong.extend(complaint(distinct.len() != meta.columns().count(), || "declares a column twice".into()));
        wrong
    });
}

/// What a run says, for comparison.
fn outcome(claims: &Claims, settings: &Settings) -> String {
    let screening = support::screen(claims, settings);
    format!("{:#?}\n{:#?}\n{:#?}\n{:#?}", screening.findings, screening.near_misses, screening.assessments, screening.providers)
}

fn loaded(data: &Data, columns: BTreeSet<String>) -> Claims {
    data.claims_with(IntakeOptions { columns: Some(columns), ..IntakeOptions::all() })
}

/// What a detector does not declare is not loaded when it runs alone, so that its findings must not depend on it.
#[test]
fn declared_inputs_are_all_that_is_read() {
    let every: BTreeSet<String> = TableId::ALL
        .iter()
        .flat_map(|table| table.schema().columns.iter().map(|column| format!("{}.{}", table.schema().name, column.name)))
        .collect();
    for seed in 0..4 {
        let data = bureau(800, seed);
        check(|_, meta| {
            let settings = only(&meta.code);
            let declared = settings.columns();
            let found = outcome(&loaded(&data, declared.clone()), &settings);
            if found == outcome(&loaded(&data, every.clone()), &settings) {
                return Vec::new();
            }
            let matters = |column: &&String| {
                let without: BTreeSet<String> = every.iter().filter(|other| other != column).cloned().collect();
                outcome(&loaded(&data, without), &settings) != outcome(&loaded(&data, every.clone()), &settings)
            };
            every.difference(&declared).filter(matters).map(|column| format!("reads `{column}` and does not declare it")).collect()
        });
    }
}

/// Without any one of its inputs a detector says something else of some bureau.
#[test]
fn declared_inputs_are_all_read() {
    let bureaus: Vec<Data> = (0..6).map(|seed| bureau(800, seed)).collect();
    check(|_, meta| {
        let settings = only(&meta.code);
        let matters = |column: &&str| {
            bureaus.iter().any(|data| {
                let mut without = data.clone();
                let (table, name) = column.split_once('.').unwrap();
                without.table_mut(table).take_column(name).unwrap_or_else(|| panic!("the bureau has no `{column}`"));
                outcome(&without.claims(), &settings) != outcome(&data.claims(), &settings)
            })
        };
        let required = |column: &&str| {
            let (table, name) = column.split_once('.').unwrap();
            let schema = TableId::named(table).unwrap().schema();
            schema.columns[schema.position(name).unwrap()].need != claimsift::tables::Need::Optional
        };
        meta.columns()
            .filter(|column| !required(column) && !matters(column))
            .map(|column| format!("declares `{column}` and does not read it"))
            .collect()
    });
}

/// The bureau shows every detector at work, so that the tests on its findings are not empty.
fn findings(code: &str) -> Vec<Finding> {
    let settings = only(code);
    let mut found = support::screen(&bureau(800, 1).claims(), &settings).findings;
    if code == "O19" {
        let lowered = support::settings(&json!({"run": {"select": ["O19"]}, "O19": {"min_distance_z": 3.0}}));
        for seed in 0..20 {
            found.extend(support::screen(&bureau(800, seed).claims(), &lowered).findings);
        }
    }
    assert!(!found.is_empty(), "no finding of {code}");
    found
}

#[test]
fn messages_and_findings_state_declared_facts() {
    check(|_, meta| {
        let declared: BTreeSet<&str> = meta.facts.iter().map(|fact| fact.name.as_ref()).collect();
        let mut messages = vec![meta.message.clone()];
        messages.extend(meta.wide_message.clone());
        let asked = messages.iter().flat_map(|message| [message.en.as_ref(), message.zh.as_ref()]).flat_map(placeholders);
        let mut wrong: Vec<String> =
            asked.filter(|name| !declared.contains(name.as_str())).map(|name| format!("the message asks for {{{name}}}")).collect();
        for message in &messages {
            let of = |text: &str| placeholders(text).into_iter().collect::<BTreeSet<_>>();
            wrong.extend(complaint(of(&message.en) != of(&message.zh), || "the messages differ in their facts".into()));
        }
        for finding in findings(&meta.code) {
            // A finding on peers states the share of every feature of its profile.
            let known = |name: &str| declared.contains(name) || (meta.code == "O19" && FEATURES.iter().any(|feature| feature.name == name));
            wrong.extend(finding.facts.keys().filter(|name| !known(name)).map(|name| format!("states `{name}` and does not declare it")));
            let message = finding.message(meta, claimsift::Lang::En);
            wrong.extend(complaint(message.contains(['{', '}']), || format!("a message is left open: {message}")));
            wrong.extend(complaint(
                !meta.clauses.is_empty() && finding.clause(meta, claimsift::tables::value::Date(20_000), claimsift::Lang::En).is_empty(),
                || "no clause".into(),
            ));
        }
        wrong.sort();
        wrong.dedup();
        wrong
    });
}

fn placeholders(text: &str) -> Vec<String> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn findings_keep_to_what_their_detector_says() {
    check(|_, meta| {
        let about = |finding: Finding| {
            let strength = finding.strength.share();
            [
                complaint(finding.tier > meta.tier, || format!("a finding of tier {}", finding.tier)),
                complaint(finding.tier == Tier::Breach && strength < 1.0, || "a breach of less than full strength".into()),
                complaint(strength <= 0.0, || "a finding without strength".into()),
                complaint(finding.evidence.is_empty() && meta.basis != claimsift::detect::Basis::None, || {
                    "a finding without evidence".into()
                }),
                complaint(finding.dates.is_some_and(|(first, last)| first > last), || "dates out of order".into()),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
        };
        findings(&meta.code).into_iter().flat_map(about).collect()
    });
}

#[test]
fn pages_are_complete() {
    const HEADINGS: [&str; 5] = ["Why it matters", "How it decides", "Known false positives", "Example", "References"];
    check(|entry, meta| {
        let schema = schema(entry);
        let page = schema["description"].as_str().unwrap_or_default();
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("# ")).collect();
        let mut sections = page.split("\n# ");
        let summary = sections.next().unwrap_or_default().trim();
        let mut wrong: Vec<String> = sections
            .filter(|section| section.split_once('\n').is_none_or(|(_, text)| text.trim().is_empty()))
            .map(|section| format!("nothing under `{section}`"))
            .collect();
        wrong.extend(complaint(headings != HEADINGS, || format!("the headings are {headings:?}")));
        wrong.extend(complaint(!summary.starts_with("Flags ") || summary.contains("\n\n"), || format!("the summary is `{summary}`")));
        for (name, property) in schema["properties"].as_object().unwrap() {
            let text = property["description"].as_str().unwrap_or_default();
            wrong.extend(complaint(text.trim().is_empty(), || format!("`{name}` is not documented")));
        }
        let parameters = entry.detector().parameters();
        let documented: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
        wrong.extend(complaint(parameters.as_object().unwrap().keys().collect::<BTreeSet<_>>() != documented, || {
            "schema and parameters differ".into()
        }));
        wrong.extend(complaint(schema["additionalProperties"] != json!(false), || "unknown parameters are let through".into()));
        wrong.extend(complaint(meta.discriminator.is_empty(), || "no discriminator".into()));
        wrong
    });
}

#[test]
fn defaults_pass_their_own_check_and_mistakes_do_not() {
    check(|entry, meta| {
        let parameters = entry.detector().parameters();
        let read = |section: Value| Settings::read(&json!({ meta.code.as_ref(): section }));
        let mut wrong: Vec<String> =
            complaint(read(parameters.clone()).is_err(), || "the defaults are refused".into()).into_iter().collect();
        let unknown = read(json!({"no_such_parameter": 1}));
        wrong.extend(complaint(unknown.is_ok(), || "an unknown parameter is let through".into()));
        for (name, value) in parameters.as_object().unwrap().iter().filter(|(_, value)| value.is_number()) {
            wrong.extend(complaint(read(json!({ name.as_str(): "many" })).is_ok(), || format!("`{name}` takes a word")));
            wrong.extend(complaint(read(json!({ name.as_str(): 1e15 })).is_ok(), || format!("`{name}` takes 1e15")));
            let low = if value.is_i64() { json!(-1) } else { json!(-1.0) };
            wrong.extend(complaint(read(json!({ name.as_str(): low })).is_ok(), || format!("`{name}` takes -1")));
        }
        wrong
    });
}

#[test]
fn thresholds_name_parameters_and_facts() {
    check(|entry, meta| {
        let parameters = entry.detector().parameters();
        let of = |threshold: &claimsift::detect::Threshold| {
            let value = parameters.get(threshold.parameter.as_ref()).and_then(Value::as_f64);
            [
                complaint(value.is_none(), || format!("`{}` is no parameter", threshold.parameter)),
                complaint(value.is_some_and(|value| !threshold.allows(value)), || {
                    format!("the default of `{}` lies beyond its floor", threshold.parameter)
                }),
                complaint(!meta.facts.iter().any(|fact| fact.name == threshold.fact), || format!("`{}` is no fact", threshold.fact)),
            ]
        };
        meta.thresholds.iter().flat_map(of).flatten().collect()
    });
}

/// Detectors on peer groups cluster, which no query can repeat.
#[test]
fn rules_have_a_query_and_clustering_says_that_it_has_none() {
    check(|entry, meta| {
        let says_none = schema(entry)["description"].as_str().unwrap_or_default().contains("No reference SQL");
        let clusters = meta.norms.contains(&claimsift::detect::Norm::PeerGroups);
        [
            complaint(meta.sql.is_none() != clusters, || "a rule has reference SQL, clustering has none".into()),
            complaint(meta.sql.is_none() != says_none, || "the page says `No reference SQL` where there is none".into()),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
}

#[test]
fn queries_bind_known_parameters_and_read_known_tables() {
    check(|entry, meta| {
        let Some(sql) = &meta.sql else { return Vec::new() };
        let parameters = entry.detector().parameters();
        let mut known: BTreeSet<String> = parameters.as_object().unwrap().keys().cloned().collect();
        known.insert("as_of".into());
        let mut wrong: Vec<String> = bound(sql).difference(&known).map(|name| format!("binds ${name}, which is no parameter")).collect();
        wrong.extend(header_problems(sql, &meta.code));
        wrong
    });
    for (name, sql) in DERIVED_SQL {
        assert!(bound(sql).is_subset(&BTreeSet::from(["as_of".to_owned()])), "{name} binds {:?}", bound(sql));
        assert_eq!(header_problems(sql, name), Vec::<String>::new(), "{name}");
    }
}

/// The names behind `$` in a query, comments apart.
fn bound(sql: &str) -> BTreeSet<String> {
    let code = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let name = |rest: &str| rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
    code.split('$').skip(1).map(name).collect()
}

/// The first comment names the query, the tables it reads and the parameters it binds.
fn header_problems(sql: &str, name: &str) -> Vec<String> {
    let header: Vec<&str> =
        sql.lines().take_while(|line| line.starts_with("--")).map(|line| line.trim_start_matches("--").trim()).collect();
    let text = header.join(" ");
    let list = |from: &str, to: &str| text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(list, _)| list.to_owned());
    let Some((reads, parameters)) = list("Reads: ", ". ").zip(list("Parameters: ", " Returns ")) else {
        return vec!["the header lists `Reads: … . Parameters: … . Returns …`".into()];
    };
    let stated: BTreeSet<String> = bound(&parameters);
    let derived = |table: &str| DERIVED_SQL.iter().any(|(name, _)| *name == table);
    let mut wrong: Vec<String> = reads
        .split(", ")
        .filter(|table| TableId::named(table).is_none() && !derived(table))
        .map(|table| format!("reads `{table}`, which is no table"))
        .collect();
    for table in TableId::ALL.iter().map(|table| table.name()).chain(DERIVED_SQL.iter().map(|(name, _)| *name)) {
        let is_read = ["from", "join"].iter().any(|word| {
            sql.lines().map(|line| line.split("--").next().unwrap_or_default().trim()).any(|line| {
                line.split_once(&format!("{word} {table}")).is_some_and(|(before, after)| {
                    (before.is_empty() || before.ends_with(' '))
                        && !after.starts_with(|letter: char| letter == '_' || letter.is_ascii_alphanumeric())
                })
            })
        });
        let own = sql.contains(&format!("\n{table} as (")) || sql.contains(&format!("with {table} as ("));
        wrong.extend(complaint(is_read && !own && !reads.split(", ").any(|read| read == table), || {
            format!("reads `{table}` and does not say so")
        }));
    }
    wrong.extend(complaint(stated != bound(sql), || format!("states the parameters {stated:?}, binds {:?}", bound(sql))));
    wrong.extend(complaint(!text.starts_with(name), || format!("the header begins with `{name}`")));
    wrong
}
