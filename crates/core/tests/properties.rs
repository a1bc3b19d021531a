//! What must hold for any data: changes that must not matter do not, sums add up, and nothing panics.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use claimsift::detect::{ScopeKind, Tier};
use claimsift::detectors::CATALOGUE;
use claimsift::intake::IntakeOptions;
use claimsift::norms::Norms;
use claimsift::observe::Silent;
use claimsift::outputs;
use claimsift::pipeline::screen_with;
use claimsift::score::{BASE, Contribution, counted, probability};
use claimsift::tables::TableId;
use claimsift::tables::value::{Date, Domain, Fen, Kind};
use claimsift::{Claims, Finding, Lang, Screening, Settings, rescore};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use support::county::{bureau, counties, shuffled};
use support::data::{Data, Table};
use support::portrait::{alone, assert_same, portrait};

/// The day up to which open stays count, where parts of data are compared with the whole.
const AS_OF: Date = Date(20_150);

fn config() -> ProptestConfig {
    ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(735), failure_persistence: None, ..ProptestConfig::default() }
}

fn build(data: &Data) -> Claims {
    data.claims_with(IntakeOptions { as_of: Some(AS_OF), ..IntakeOptions::all() })
}

fn norms(claims: &Claims, settings: &Settings) -> Norms {
    Norms::build(claims, &settings.wanted_norms(), &settings.norm_settings(), &Silent).unwrap()
}

fn screen_by(claims: &Claims, settings: &Settings, norms: &Norms) -> Screening {
    screen_with(claims, settings, norms, Lang::En, &Silent).unwrap()
}

fn of_scopes(findings: &[Finding], scopes: &[ScopeKind]) -> Vec<Finding> {
    let scope = |code: &str| claimsift::detectors::find(code).unwrap().meta().scope;
    findings.iter().filter(|finding| scopes.contains(&scope(&finding.code))).cloned().collect()
}

/// The rows of the data that belong to the claims for which `keep` says so.
fn part(data: &Data, keep: impl Fn(&dyn Fn(&str) -> String) -> bool) -> Data {
    let mut part = data.clone();
    let claims = data.table("claims").filter(&keep);
    let ids: BTreeSet<&str> = (0..claims.rows.len()).map(|row| claims.cell(row, "claim_id")).collect();
    *part.table_mut("lines") = data.table("lines").filter(|cell| ids.contains(cell("claim_id").as_str()));
    *part.table_mut("claims") = claims.clone();
    part
}

/// Splits data by a key of claims, and finds in the parts what scopes of the key find in the whole.
fn check_split(data: &Data, scopes: &[ScopeKind], key: impl Fn(&dyn Fn(&str) -> String) -> String) {
    let settings = Settings::new();
    let claims = build(data);
    let norms = norms(&claims, &settings);
    let whole = screen_by(&claims, &settings, &norms);
    let (mut found, mut missed) = (BTreeSet::new(), BTreeSet::new());
    let mut assessed: BTreeMap<String, u64> = BTreeMap::new();
    let in_first = |cell: &dyn Fn(&str) -> String| key(cell).bytes().map(u32::from).sum::<u32>() % 2 == 0;
    for first in [true, false] {
        let data = part(data, |cell| in_first(cell) == first);
        let screening = screen_by(&build(&data), &settings, &norms);
        found.extend(alone(&of_scopes(&screening.findings, scopes)));
        missed.extend(alone(&of_scopes(&near_misses(&screening), scopes)));
        for (code, assessment) in screening.assessments {
            *assessed.entry(code).or_default() += assessment.assessed;
        }
    }
    assert_eq!(found, alone(&of_scopes(&whole.findings, scopes)));
    assert_eq!(missed, alone(&of_scopes(&near_misses(&whole), scopes)));
    for entry in CATALOGUE.iter().filter(|entry| scopes.contains(&entry.meta().scope) && has_every_need(data, entry.meta())) {
        let code = entry.meta().code.as_ref();
        // What a provider's data cover depends on all its claims.
        if code != "P09" {
            assert_eq!(assessed[code], whole.assessments[code].assessed, "{code}");
        }
    }
}

/// Whether a detector can run on any part: columns without a value in a part count as absent there.
fn has_every_need(data: &Data, meta: &claimsift::detect::Meta) -> bool {
    let has = |table: &str, column: &str| data.0.get(table).is_some_and(|table| table.position(column).is_some());
    meta.needs.iter().all(|column| column.split_once('.').is_some_and(|(table, column)| has(table, column)))
}

fn near_misses(screening: &Screening) -> Vec<Finding> {
    screening.near_misses.iter().map(|miss| miss.finding.clone()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_order_of_rows_changes_nothing(county in counties(), seed in any::<u64>()) {
        let settings = Settings::new();
        let data = county.data();
        let mut other = data.clone();
        other.0.values_mut().for_each(|table| *table = shuffled(table, seed));
        let (claims, other) = (data.claims(), other.claims());
        assert_same(&portrait(&claims, &support::screen(&claims, &settings)), &portrait(&other, &support::screen(&other, &settings)));
    }

    /// What strangers share is seen in numbers only.
    #[test]
    fn identities_are_the_same_in_any_order_and_number_of_threads(data_seed in 0..8_u64, seed in any::<u64>()) {
        let settings = support::settings(&json!({"run": {"select": ["F06", "F07", "C10"]}}));
        let data = bureau(300, data_seed);
        let mut other = data.clone();
        other.0.iter_mut().filter(|(name, _)| *name != "catalogue").for_each(|(_, table)| *table = shuffled(table, seed));
        let run = |data: &Data, threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let claims = data.claims();
                portrait(&claims, &support::screen(&claims, &settings))
            })
        };
        assert_same(&run(&data, 1), &run(&other, 2));
    }

    #[test]
    fn the_number_of_threads_changes_nothing(county in counties()) {
        let settings = Settings::new();
        let data = county.data();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let claims = data.claims();
                portrait(&claims, &support::screen(&claims, &settings))
            })
        };
        assert_same(&run(1), &run(2));
    }

    /// Ids get a prefix that keeps their order. Which of two equal findings owns a yuan goes by their hashes, so `owned` is left out.
    #[test]
    fn renamed_ids_change_nothing_but_names(county in counties()) {
        let settings = Settings::new();
        let data = county.data();
        let mut renamed = data.clone();
        renamed.0.iter_mut().for_each(|(name, table)| rename(name, table));
        let describe = |data: &Data| -> Vec<String> {
            let screening = support::screen(&build(data), &settings);
            let nameless = |finding: &Finding| Finding { id: String::new(), ..finding.clone() };
            let findings: Vec<Finding> = screening.findings.iter().map(nameless).collect();
            let missed: Vec<Finding> = near_misses(&screening).iter().map(nameless).collect();
            let mut lines: Vec<String> = alone(&findings).into_iter().chain(alone(&missed)).collect();
            lines.extend(screening.scores.iter().map(|score| format!("{:?} {:?} {:?}", score.scores, score.tier, score.codes)));
            lines.extend(screening.assessments.iter().map(|assessment| format!("{assessment:?}")));
            let mut lines: Vec<String> = lines.into_iter().map(|line| line.replace(PREFIX, "")).collect();
            lines.sort();
            lines
        };
        assert_same(&describe(&data), &describe(&renamed));
    }

    #[test]
    fn unrelated_persons_change_nothing_for_others(county in counties(), others in counties()) {
        let settings = Settings::new();
        let data = county.data();
        let claims = build(&data);
        let norms = norms(&claims, &settings);
        let scopes = [ScopeKind::Claim, ScopeKind::Person];
        let before = screen_by(&claims, &settings, &norms);
        for same_providers in [true, false] {
            let mut more = data.clone();
            add_strangers(&mut more, &others.data(), same_providers);
            let after = screen_by(&build(&more), &settings, &norms);
            let own: Vec<Finding> = after.findings.iter().filter(|f| !f.person_id.as_deref().is_some_and(|id| id.starts_with('x'))).cloned().collect();
            assert_eq!(alone(&of_scopes(&before.findings, &scopes)), alone(&of_scopes(&own, &scopes)));
            if !same_providers {
                let own: Vec<Finding> = own.into_iter().filter(|f| !f.provider_id.as_deref().is_some_and(|id| id.starts_with('x'))).collect();
                assert_eq!(format!("{:?}", before.findings), format!("{own:?}"));
            }
        }
    }

    #[test]
    fn persons_can_be_split(county in counties()) {
        check_split(&county.data(), &[ScopeKind::Person, ScopeKind::Claim], |cell| cell("person_id"));
    }

    #[test]
    fn providers_can_be_split(county in counties()) {
        check_split(&county.data(), &[ScopeKind::Provider, ScopeKind::Population, ScopeKind::Claim], |cell| cell("provider_id"));
    }

    /// A refund goes with its original.
    #[test]
    fn claims_can_be_split(county in counties()) {
        check_split(&county.data(), &[ScopeKind::Claim], |cell| cell("claim_id").trim_end_matches('R').to_owned());
    }

    /// Of a claim, item and day. More copies may make a clue a breach, which counts exact copies only.
    #[test]
    fn a_copy_never_lowers_a_duplicate_count(county in counties(), chosen in any::<prop::sample::Index>()) {
        let settings = support::settings(&json!({"run": {"select": ["C16"]}}));
        let mut data = county.data();
        // Lines with a number would be repeats, which intake sets aside.
        data.table_mut("lines").take_column("line_id");
        prop_assume!(!data.table("lines").rows.is_empty());
        let claims = build(&data);
        let norms = norms(&claims, &settings);
        let count = |data: &Data| -> BTreeMap<String, (Tier, i64)> {
            let screening = screen_by(&build(data), &settings, &norms);
            let key = |f: &Finding| (format!("{}|{}", f.subject_id, f.discriminator), (f.tier, f.facts["copies"].as_i64().unwrap()));
            screening.findings.iter().map(key).collect()
        };
        let before = count(&data);
        let lines = data.table_mut("lines");
        let row = lines.rows[chosen.index(lines.rows.len())].clone();
        lines.rows.push(row);
        let after = count(&data);
        for (key, counted) in before {
            assert!(after[&key] >= counted, "{key}: {counted:?} became {:?}", after[&key]);
        }
    }

    /// Thresholds only divide candidates: deciding those of one run by other values gives what another run would find.
    #[test]
    fn thresholds_within_their_floors_need_no_other_run(county in counties(), shares in any::<[u8; 8]>()) {
        let settings = Settings::new();
        let claims = county.data().claims();
        let before = support::screen(&claims, &settings);
        let candidates: Vec<Finding> = before.findings.iter().cloned().chain(near_misses(&before)).collect();
        for ((code, parameter, floor, value), share) in thresholds(&settings).into_iter().zip(shares) {
            let reach = if value.is_i64() { json!((floor + f64::from(share % 8) * (value.as_f64().unwrap() - floor + 1.0) / 4.0).round() as i64) }
                else { json!(floor + f64::from(share) / 64.0) };
            let mut written = settings.to_json();
            written[&code][&parameter] = reach.clone();
            let Ok(other) = Settings::read(&written) else { continue };
            let again = rescore(&claims, &settings, &other, candidates.clone(), before.assessments.clone(), Lang::En, &Silent).unwrap();
            let mut fresh = support::screen(&claims, &other);
            fresh.assessments.clone_from(&again.assessments);
            assert_eq!(format!("{:?}", again.findings), format!("{:?}", fresh.findings), "{code}.{parameter} = {reach}");
            assert_eq!(format!("{:?}", again.near_misses), format!("{:?}", fresh.near_misses), "{code}.{parameter} = {reach}");
            assert_eq!(format!("{:?}", again.scores), format!("{:?}", fresh.scores), "{code}.{parameter} = {reach}");
        }
    }

    /// What is written and read back can be decided again, and weights and money may change.
    #[test]
    fn stored_candidates_give_what_another_run_would(county in counties()) {
        let settings = Settings::new();
        let claims = county.data().claims();
        let before = support::screen(&claims, &settings);
        let tables: BTreeMap<&str, _> = outputs::tables(&before, &claims, Lang::En).into_iter().collect();
        let mut candidates = outputs::read_findings(&[tables["findings"].clone()], &[tables["evidence"].clone()]).unwrap();
        candidates.extend(outputs::read_near_misses(&[tables["measures"].clone()]).unwrap());
        for written in [json!({}), json!({"weights": {"clue": 2.0, "detectors": {"P02": 3.0}}}), json!({"money": {"group_paid": "item"}})] {
            let other = support::settings(&written);
            let again = rescore(&claims, &settings, &other, candidates.clone(), before.assessments.clone(), Lang::En, &Silent).unwrap();
            let fresh = support::screen(&claims, &other);
            let plain = |screening: &Screening| -> Vec<String> {
                // How a lower estimate came about is not stored, only what it is.
                let plain = |finding: &Finding| format!("{:?}", Finding { low: claimsift::detect::Low::Same, ..finding.clone() });
                screening.findings.iter().chain(&near_misses(screening)).map(plain).collect()
            };
            assert_same(&plain(&again), &plain(&fresh));
            assert_eq!(format!("{:?}", again.scores), format!("{:?}", fresh.scores));
            assert_eq!(format!("{:?}", again.leads), format!("{:?}", fresh.leads));
        }
    }

    #[test]
    fn no_yuan_is_owned_twice(county in counties()) {
        let claims = county.data().claims();
        for money in ["payment", "item"] {
            let screening = support::screen(&claims, &support::settings(&json!({"money": {"group_paid": money}})));
            let mut total = Fen::ZERO;
            for score in &screening.scores {
                assert!(score.exposure >= Fen::ZERO);
                assert!(score.exposure <= claims.claim(score.claim).whole_loss().unwrap_or_default());
                total += score.exposure;
            }
            for finding in &screening.findings {
                assert!(finding.money.owned >= Fen::ZERO);
                assert!(finding.money.owned <= finding.money.loss.unwrap_or_default(), "{finding:?}");
                assert!(finding.money.loss_low <= finding.money.loss);
            }
            assert_eq!(total, screening.findings.iter().map(|finding| finding.money.owned).sum());
            assert_eq!(total, screening.providers.iter().map(|provider| provider.exposure).sum());
            assert!(screening.near_misses.iter().all(|miss| miss.finding.money.owned == Fen::ZERO));
        }
    }

    #[test]
    fn a_score_is_the_base_and_what_counts(county in counties()) {
        let settings = Settings::new();
        let claims = county.data().claims();
        let screening = support::screen(&claims, &settings);
        for score in &screening.scores {
            let name = claims.dictionary(Domain::Claim).text(score.claim.0);
            let own: Vec<&Finding> = screening.findings.iter().filter(|finding| is_at_risk(finding, name)).collect();
            let counted = counted(&own.iter().map(|finding| contribution(finding, &settings)).collect::<Vec<_>>(), &settings.weights);
            let sum: i64 = counted.iter().map(|contribution| contribution.milli_logits).sum();
            assert_eq!(score.scores.milli_logits(), BASE + sum);
            assert!((score.scores.score() - probability(BASE + sum)).abs() < 1e-15);
            assert_eq!(score.tier, own.iter().map(|finding| finding.tier).max());
            let codes: BTreeSet<&str> = own.iter().map(|finding| finding.code.as_str()).collect();
            assert_eq!(score.codes.iter().map(String::as_str).collect::<BTreeSet<_>>(), codes);
        }
    }

    #[test]
    fn findings_have_ids_of_their_own(county in counties()) {
        let claims = county.data().claims();
        let screening = support::screen(&claims, &Settings::new());
        let all: Vec<Finding> = screening.findings.iter().cloned().chain(near_misses(&screening)).collect();
        let ids: BTreeSet<&str> = all.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
    }

    /// Any text in any column is kept, set aside or rejected, and what is kept can be screened.
    #[test]
    fn no_text_panics(cells in proptest::collection::vec(any::<[u8; 64]>(), 1..12), noise in ".{0,12}", wild in 0_u8..3) {
        let mut data = Data::default();
        for (number, &table) in TableId::ALL.iter().enumerate() {
            let schema = table.schema();
            let header: Vec<String> = schema.columns.iter().map(|column| column.name.to_owned()).collect();
            let cell = |row: &[u8; 64], at: usize| {
                let byte = row[(at + number) % 64];
                let kind = schema.columns[at].kind;
                if byte < [4, 40, 160][wild as usize] { strange(byte, &noise) } else { plausible(kind, byte) }
            };
            let rows = cells.iter().map(|row| (0..header.len()).map(|at| cell(row, at)).collect()).collect();
            data.0.insert(schema.name.to_owned(), Table { header, rows });
        }
        let (claims, report) = data.intake(IntakeOptions::all()).unwrap();
        for (table, counts) in &report.tables {
            assert_eq!(counts.read, counts.kept + counts.repeats + counts.rejected, "{table}");
            assert_eq!(counts.read, cells.len() as u64, "{table}");
            assert_eq!(counts.kept, claims.rows(TableId::named(table).unwrap()) as u64, "{table}");
            let aside = report.rejects.iter().filter(|reject| reject.table == *table).count() as u64;
            assert_eq!(counts.repeats + counts.rejected, aside, "{table}");
        }
        let settings = Settings::new();
        portrait(&claims, &support::screen(&claims, &settings));
    }
}

/// The random counties are worth screening: every tier of the rules comes up, and so do refunds and near misses.
#[test]
fn counties_show_every_pattern() {
    let mut runner = proptest::test_runner::TestRunner::new(config());
    let settings = Settings::new();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for _ in 0..config().cases {
        let county = counties().new_tree(&mut runner).unwrap().current();
        let screening = support::screen(&county.data().claims(), &settings);
        let mut count = |what: String, by: u64| *seen.entry(what).or_default() += by;
        screening.findings.iter().for_each(|finding| count(format!("{} {} {}", finding.code, finding.tier, finding.basis), 1));
        screening.near_misses.iter().for_each(|miss| count(format!("{} {}", miss.finding.code, miss.parameter), 1));
        count("refunds".to_owned(), screening.unscored.refunds);
        count("cancelled".to_owned(), screening.unscored.cancelled);
    }
    let wanted = [
        "C16 breach line",
        "C16 breach payment",
        "F14 breach line",
        "F14 breach payment",
        "P02 breach stay",
        "P02 clue stay",
        "P09 clue merged",
        "P09 suspicion merged",
        "P09 max_gap_days",
        "P17 breach stay",
        "P17 clue line",
        "P17 clue stay",
        "refunds",
        "cancelled",
    ];
    let rare: Vec<&str> = wanted.into_iter().filter(|what| seen.get(*what).is_none_or(|count| *count < 5)).collect();
    assert!(rare.is_empty(), "{rare:?} of {seen:?}");
}

const PREFIX: &str = "Ж";

/// Evidence that is stored as a condition is found again.
#[test]
fn goods_in_too_many_lines_to_list_can_be_decided_again() {
    let (mut claims, mut lines) = (
        "claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount,fund_amount\n".to_owned(),
        "claim_id,item_code,category,quantity,unit_price,amount\n".to_owned(),
    );
    for number in 0..1200 {
        let day = if number % 2 == 0 { "2025-01-10" } else { "2025-03-20" };
        writeln!(claims, "C{number:04},P{number},H1,outpatient,{day},{day},10,5").unwrap();
        writeln!(lines, "C{number:04},X,western_drug,1,10,10").unwrap();
    }
    let stock = "provider_id,item_code,movement,moved_on,quantity\nH1,X,opening,2025-01-01,500\nH1,X,closing,2025-03-31,0\n";
    let data = Data::default().with("claims", &claims).with("lines", &lines).with("stock", stock);
    let (claims, settings) = (data.claims(), support::settings(&json!({"run": {"select": ["S04"]}})));
    let before = support::screen(&claims, &settings);
    let finding = &before.findings[0];
    assert_eq!((finding.evidence.len(), finding.evidence[0].set.as_ref().unwrap().1), (1, 1200));
    assert_eq!(finding.rows_at_risk(&claims).len(), 1200);
    assert_eq!(finding.money.in_scope.to_string(), "7000.00");
    let tables: BTreeMap<&str, _> = outputs::tables(&before, &claims, Lang::En).into_iter().collect();
    let candidates = outputs::read_findings(&[tables["findings"].clone()], &[tables["evidence"].clone()]).unwrap();
    let again = rescore(&claims, &settings, &settings, candidates, before.assessments.clone(), Lang::En, &Silent).unwrap();
    assert_eq!(again.findings[0].money, finding.money);
    assert_eq!(format!("{:?}", again.scores), format!("{:?}", before.scores));
}

/// Puts the prefix before every id; diagnoses keep theirs, since detectors know some of them.
fn rename(name: &str, table: &mut Table) {
    let schema = TableId::named(name).unwrap().schema();
    for column in schema.columns {
        let is_id = match column.kind {
            Kind::Mark(_) => true,
            Kind::Key(domain) => !matches!(domain, Domain::Diagnosis | Domain::Text),
            kind => kind == Kind::Label,
        };
        if let (true, Some(at)) = (is_id, table.position(column.name)) {
            table.rows.iter_mut().filter(|row| !row[at].is_empty()).for_each(|row| row[at].insert_str(0, PREFIX));
        }
    }
}

/// Adds the persons of another county, with their claims at the same providers or at others.
fn add_strangers(data: &mut Data, others: &Data, same_providers: bool) {
    for name in ["claims", "lines", "persons", "providers"] {
        let mut table = others.table(name).clone();
        if name == "providers" && same_providers {
            continue;
        }
        let mut columns = vec!["claim_id", "original_claim_id", "person_id", "visit_id"];
        columns.extend(["provider_id", "transferred_from", "group_id"].into_iter().filter(|_| !same_providers));
        let places: Vec<usize> = columns.into_iter().filter_map(|column| table.position(column)).collect();
        for at in places {
            table.rows.iter_mut().filter(|row| !row[at].is_empty()).for_each(|row| row[at].insert(0, 'x'));
        }
        data.table_mut(name).rows.extend(table.rows);
    }
}

/// Code, parameter, floor and value of every threshold.
fn thresholds(settings: &Settings) -> Vec<(String, String, f64, serde_json::Value)> {
    let of = |detector: &dyn claimsift::Detector| {
        let (meta, parameters) = (detector.meta().clone(), detector.parameters());
        let describe = move |threshold: &claimsift::detect::Threshold| {
            let value = parameters[threshold.parameter.as_ref()].clone();
            (meta.code.to_string(), threshold.parameter.to_string(), threshold.floor, value)
        };
        detector.meta().thresholds.iter().map(describe).collect::<Vec<_>>()
    };
    settings.detectors.iter().flat_map(|detector| of(detector.as_ref())).collect()
}

fn is_at_risk(finding: &Finding, claim: &str) -> bool {
    let is_claim = |evidence: &claimsift::finding::Evidence| evidence.claim_id.as_deref().unwrap_or(&evidence.key) == claim;
    finding.evidence.iter().any(|evidence| evidence.role == claimsift::detect::Role::AtRisk && is_claim(evidence))
}

fn contribution(finding: &Finding, settings: &Settings) -> Contribution {
    let meta = claimsift::detectors::find(&finding.code).unwrap().meta();
    Contribution {
        family: meta.family.to_string(),
        code: finding.code.clone(),
        scheme: finding.scheme,
        tier: finding.tier,
        finding_id: finding.id.clone(),
        milli_logits: (1000.0 * settings.weights.of(&finding.code, finding.tier) * finding.strength.share()).round() as i64,
    }
}

/// A text that its column can hold.
fn plausible(kind: Kind, byte: u8) -> String {
    let pick = |words: &[&str]| words[byte as usize % words.len()].to_owned();
    match kind {
        Kind::Key(Domain::Claim | Domain::Text) | Kind::Label => format!("K{}", byte % 16),
        Kind::Key(_) | Kind::Mark(_) => format!("K{}", byte % 3),
        Kind::Code(list) => pick(list.words),
        Kind::Money => pick(&["100", "0", "12.34", "-100", "92233720368547758.07", "-92233720368547758.07", "1e15"]),
        Kind::Quantity | Kind::UnitPrice => pick(&["1", "2", "0.5", "-1", "922337203685", "-9223372036854"]),
        Kind::Number => pick(&["30.5", "-1e300", "inf", "0"]),
        Kind::Integer => pick(&["1", "2025", "-2147483647", "2147483647"]),
        Kind::Time => pick(&["2025-03-07 08:00:00", "2025-03-09", "1970-01-01", "2106-02-07 06:28:14", "2025-03-07T00:00:00Z"]),
        Kind::Date => pick(&["2025-03-08", "0000-01-01", "9999-12-31", "1950/1/2"]),
        Kind::Flag => pick(&["true", "", "0", "是", "F"]),
    }
}

/// A text that few columns can hold.
fn strange(byte: u8, noise: &str) -> String {
    const TEXTS: &[&str] = &[
        "",
        "-",
        ".",
        "abc",
        "1,234.50",
        "12O.5",
        "99999999999999999999",
        "-9223372036854775808",
        "9223372036854775807",
        "1e308",
        "-1e309",
        "NaN",
        "0x10",
        "2025-02-30",
        "2025-13-01",
        "2025-03-07 25:00:00",
        "2025-03-07 99999999999:00:00",
        "2025-03-07 时分",
        "2025-03-07 08:00:00+99999999999",
        "2025-03-07 +",
        "20250307",
        "202503079",
        "2025-3-",
        "2025-",
        "2106-02-07 06:28:15",
        "1969-12-31 23:59:59",
        "١٢٣",
        "😀",
        "\u{0}",
        "  ",
        "真",
        "true ",
        "inpatient ",
        "INPATIENT",
        "K1",
        "0",
        "无",
        "9999999",
        "4294967295",
        "-0.005",
        "7e-320",
        "+5",
        "--5",
        "1.2.3",
        "2025/03/07T08",
        "2025.03.07 8:5",
    ];
    if byte.is_multiple_of(5) { noise.to_owned() } else { TEXTS[(byte as usize * 7) % TEXTS.len()].to_owned() }
}
