//! `claimsift evaluate`: a run against planted truth, or its provider scores against decided cases.

use super::print;
use crate::args::{Common, Evaluate};
use crate::exit::{Exit, WrongUse};
use crate::progress::Progress;
use crate::stored::StoredRun;
use anyhow::Context;
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type};
use arrow_array::{Array, RecordBatch};
use claimsift::Claims;
use claimsift::detect::Scheme;
use claimsift::evaluate::{Evaluation, Found, LabelledProvider, ProviderRanking, Rates, Scored, Truth, evaluate, rank_providers};
use claimsift::tables::value::ProviderId;
use claimsift_io::{Knowledge, read_result_table};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

pub(crate) fn run(options: &Evaluate, common: &Common) -> anyhow::Result<Exit> {
    let run = StoredRun::open(&options.result)?;
    let text = if let Some(path) = &options.truth {
        let found: Vec<Found> = run.findings()?.iter().map(Found::from).collect();
        let evaluation = evaluate(&truth(path)?, &found, &scored(&options.result)?);
        if options.json { serde_json::to_string_pretty(&evaluation)? } else { describe(&evaluation) }
    } else {
        let ranking = ranking(&run, options, common)?;
        if options.json { serde_json::to_string_pretty(&ranking)? } else { describe_ranking(&ranking) }
    };
    print(&text)?;
    Ok(Exit::Done)
}

/// Reads a truth table.
fn truth(path: &Path) -> anyhow::Result<Vec<Truth>> {
    let (Some(folder), Some(stem), true) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str()), path.is_file()) else {
        return Err(WrongUse(format!("{}: no such file; give the truth table as Parquet", path.display())).into());
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut rows = Vec::new();
    for batch in read_result_table(folder, stem)? {
        let columns = Columns { batch: &batch, file: path };
        for row in 0..batch.num_rows() {
            rows.push(Truth {
                claim_id: columns.text("claim_id", row)?,
                scheme: columns.text("scheme", row)?,
                code: columns.text("code", row)?,
                kind: columns.text("kind", row)?,
                look_alike: columns.flag("look_alike", row)?,
                expected: batch.column_by_name("expected").map(|_| columns.text("expected", row)).transpose()?,
                loss: columns.number("loss", row)?,
            });
        }
    }
    Ok(rows)
}

fn scored(folder: &Path) -> anyhow::Result<Vec<Scored>> {
    let file = folder.join("scores.parquet");
    let mut rows = Vec::new();
    for batch in read_result_table(folder, "scores")? {
        let columns = Columns { batch: &batch, file: &file };
        for row in 0..batch.num_rows() {
            let schemes = Scheme::ALL.iter().map(|scheme| Ok((scheme.to_string(), columns.number(scheme.word(), row)?)));
            rows.push(Scored {
                claim_id: columns.text("claim_id", row)?,
                score: columns.number("score", row)?,
                schemes: schemes.collect::<anyhow::Result<BTreeMap<_, _>>>()?,
            });
        }
    }
    Ok(rows)
}

/// Ranks the providers that the data set's labels decide.
fn ranking(run: &StoredRun, options: &Evaluate, common: &Common) -> anyhow::Result<ProviderRanking> {
    let input = run.input(options.input.as_deref())?;
    let wanted = ["labels.subject_kind", "labels.subject_id", "labels.is_confirmed", "claims.fund_amount", "claims.is_insured"];
    let columns: BTreeSet<String> = wanted.iter().map(ToString::to_string).collect();
    let progress = Progress::new(common);
    let (claims, _) = crate::input::load(&input, &Knowledge::none(), Some(columns), None, &progress)?;
    progress.finish();
    let mut scores = BTreeMap::new();
    let file = options.result.join("provider_scores.parquet");
    for batch in read_result_table(&options.result, "provider_scores")? {
        let columns = Columns { batch: &batch, file: &file };
        for row in 0..batch.num_rows() {
            scores.insert(columns.text("provider_id", row)?, columns.number("score", row)?);
        }
    }
    let labelled: Vec<LabelledProvider> = labels(&claims, &scores);
    if labelled.is_empty() {
        return Err(WrongUse("the data set has no labelled providers; give planted truth with `--truth FILE`".to_owned()).into());
    }
    Ok(rank_providers(&labelled))
}

fn labels(claims: &Claims, scores: &BTreeMap<String, f64>) -> Vec<LabelledProvider> {
    use claimsift::tables::value::Domain;
    let row = |label: claimsift::tables::LabelRow<'_>| {
        if claims.text(label.subject_kind()?) != "provider" {
            return None;
        }
        let id = claims.text(label.subject_id()?);
        let provider = claims.dictionary(Domain::Provider).find(id).map(ProviderId)?;
        let paid = claims.provider(provider).claims().map(|claim| claim.fund().unwrap_or_else(|| claim.net_total()).yuan()).sum();
        Some(LabelledProvider { is_confirmed: label.is_confirmed()?, score: scores.get(id).copied().unwrap_or(0.0), size: paid })
    };
    claims.labels().filter_map(row).collect()
}

/// Typed access to the rows of a table that may have been written by somebody else.
struct Columns<'a> {
    batch: &'a RecordBatch,
    file: &'a Path,
}

impl Columns<'_> {
    fn column(&self, name: &str) -> anyhow::Result<&dyn Array> {
        let column = self.batch.column_by_name(name).map(AsRef::as_ref);
        column.with_context(|| WrongUse(format!("{}: no column `{name}`", self.file.display())))
    }

    fn text(&self, name: &str, row: usize) -> anyhow::Result<String> {
        let column = self.column(name)?.as_string_opt::<i32>();
        let column = column.with_context(|| WrongUse(format!("{}: column `{name}` must be text", self.file.display())))?;
        Ok(column.value(row).to_owned())
    }

    fn flag(&self, name: &str, row: usize) -> anyhow::Result<bool> {
        let column = self.column(name)?.as_boolean_opt();
        let column = column.with_context(|| WrongUse(format!("{}: column `{name}` must be true or false", self.file.display())))?;
        Ok(column.value(row))
    }

    fn number(&self, name: &str, row: usize) -> anyhow::Result<f64> {
        let column = self.column(name)?;
        if let Some(decimal) = column.as_primitive_opt::<Decimal128Type>() {
            return Ok(decimal.value(row) as f64 / 10_f64.powi(i32::from(decimal.scale())));
        }
        let column = column.as_primitive_opt::<Float64Type>();
        let column = column.with_context(|| WrongUse(format!("{}: column `{name}` must be a number", self.file.display())))?;
        Ok(column.value(row))
    }
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"))
}

fn describe(evaluation: &Evaluation) -> String {
    let mut text = String::new();
    let mut line = |written: std::fmt::Arguments<'_>| _ = writeln!(text, "{written}");
    line(format_args!("{} claims scored; a hit needs the same scheme and the claim at risk\n", evaluation.claims));
    line(format_args!("{:14} {:>8} {:>8} {:>8} {:>9} {:>8} {:>10}", "", "planted", "hit", "recall", "findings", "right", "precision"));
    let rates = |name: &str, rates: &Rates| {
        format!(
            "{name:14} {:>8} {:>8} {:>8} {:>9} {:>8} {:>10}",
            rates.planted,
            rates.hit,
            share(rates.recall),
            rates.findings,
            rates.right,
            share(rates.precision)
        )
    };
    for tier in ["breach", "suspicion", "clue"] {
        if let Some(found) = evaluation.tiers.get(tier) {
            line(format_args!("{}", rates(tier, found)));
        }
    }
    line(format_args!("\nby detector, at its tiers"));
    for (code, tiers) in &evaluation.detectors {
        for (tier, found) in tiers.iter().filter(|(_, found)| found.planted + found.findings > 0) {
            line(format_args!("{}", rates(&format!("{code} {tier}"), found)));
        }
        if let Some(losses) = evaluation.losses.get(code).filter(|losses| losses.planted + losses.owned > 0.0) {
            line(format_args!("  loss planted {:.2} yuan, owned {:.2}", losses.planted, losses.owned));
        }
        for (kind, kinds) in &evaluation.kinds[code] {
            line(format_args!("  {kind:28} {:>6} of {}", kinds.flagged, kinds.count));
        }
    }
    line(format_args!("\n{:30} {:>8}  {:>24}", "average precision of scores", "planted", "of which firm evidence"));
    for (scheme, precision) in &evaluation.average_precision {
        let firm = evaluation.average_precision_firm.get(scheme).copied();
        line(format_args!("  {scheme:28} {precision:>8.4}  {:>24}", share(firm)));
    }
    line(format_args!("\nlook-alikes at suspicion or above: {}", share(evaluation.look_alikes_flagged)));
    for (kind, look_alikes) in &evaluation.look_alikes {
        line(format_args!("  {kind:28} {:>6} of {}", look_alikes.flagged, look_alikes.count));
    }
    line(format_args!("\nloss planted {:.2} yuan, owned by breaches and suspicions {:.2}", evaluation.loss_planted, evaluation.loss_owned));
    line(format_args!("suspicions per 10,000 claims: {:.2}", evaluation.suspicions_per_10000));
    text
}

fn describe_ranking(ranking: &ProviderRanking) -> String {
    format!(
        "{} labelled providers with claims, {} confirmed\n\n{:28} {:>8} {:>18}\n{:28} {:>8.4} {:>18.4}\n{:28} {:>8.4} {:>18.4}\n\nLabels that follow size \
         favour the size-only baseline: a score is worth what it adds to it.",
        ranking.providers,
        ranking.confirmed,
        "",
        "AUROC",
        "average precision",
        "provider score",
        ranking.auroc,
        ranking.average_precision,
        "size only (fund paid)",
        ranking.size_auroc,
        ranking.size_average_precision
    )
}
