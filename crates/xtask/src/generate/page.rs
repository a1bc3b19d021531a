//! The page of one detector.

use super::clauses;
use super::markdown::{NOTE, code, lower_headings, table};
use super::parameters::parameters;
use claimsift::detect::{Basis, Bilingual, Entry, Meta, Norm, ScopeKind, Text, Unit};
use serde_json::Value;
use std::collections::BTreeSet;

/// The file name of a detector's page.
pub(super) fn file_name(meta: &Meta) -> String {
    format!("{}-{}.md", meta.code, meta.name)
}

/// The page of a detector, from its `META`, the schema of its parameters and their defaults.
pub(super) fn page(entry: &Entry, config_schema: &Value) -> String {
    let meta = entry.meta();
    let schema = &config_schema["properties"][meta.code.as_ref()];
    let doc = lower_headings(schema["description"].as_str().unwrap_or_default());
    let sections = [
        ("Parameters", parameters(meta, schema, &entry.detector().parameters())),
        ("Inputs", inputs(meta)),
        ("Facts", facts(meta)),
        ("Evidence", evidence(meta)),
        ("Message", messages(meta)),
        ("Clauses", clause_table(meta)),
        ("Records to seal or copy · 应封存或复制的资料", bilingual(&meta.records)),
        ("Likely defence · 可能的申辩与核实", bilingual(&meta.defence)),
        ("Reference SQL", sql(meta)),
    ];
    let sections = sections.map(|(heading, text)| format!("\n## {heading}\n\n{text}")).concat();
    format!("{NOTE}# {} {} · {}\n\n{}\n{doc}{sections}", meta.code, meta.title.en, meta.title.zh, summary(meta))
}

fn summary(meta: &Meta) -> String {
    let words = |en: &str, zh: &str| format!("{en} · {zh}");
    let leg = meta.leg.as_deref().map_or_else(|| "none".to_owned(), code);
    let rows = [
        ["Name".to_owned(), code(&meta.name)],
        ["Scheme".to_owned(), words(meta.scheme.word(), meta.scheme.zh())],
        ["Highest tier".to_owned(), words(meta.tier.word(), meta.tier.zh())],
        ["Given at a time".to_owned(), words(scope(meta.scope), meta.scope.zh())],
        ["Counts as assessed".to_owned(), words(unit(meta.unit), meta.unit.zh())],
        ["Money".to_owned(), words(basis(meta.basis), meta.basis.zh())],
        ["Family in the score".to_owned(), code(&meta.family)],
        ["Leg".to_owned(), leg],
        ["Version".to_owned(), meta.version.to_string()],
    ];
    table(["", ""], rows)
}

fn scope(scope: ScopeKind) -> &'static str {
    match scope {
        ScopeKind::Claim => "one claim with its lines",
        ScopeKind::Person => "one person with visits and lines",
        ScopeKind::Provider => "one provider with visits, lines and stock",
        ScopeKind::Population => "the whole population, through summaries",
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Claim => "claims that stand and that the fund pays for",
        Unit::Visit => "visits of insured persons",
        Unit::Stay => "hospital stays",
        Unit::Provider => "providers with visits",
    }
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Line => "by line: in-scope yuan removed from item-paid claims",
        Basis::Payment => "by payment: the difference of the group payment",
        Basis::Stay => "the whole stay or claim",
        Basis::Merged => "what joined stays would have cost",
        Basis::Difference => "the price difference of what was billed and supplied",
        Basis::Quantity => "the excess quantity at the mean in-scope price",
        Basis::None => "none",
    }
}

fn inputs(meta: &Meta) -> String {
    let always = "The required columns of `claims` are always there; all are listed in [tables](../tables.md).\n\n";
    let norms = if meta.norms.is_empty() { "none".to_owned() } else { list(meta.norms.iter().copied().map(norm)) };
    let rows = [
        ["Needed (else it is skipped)".to_owned(), columns(&meta.needs)],
        ["Used where there".to_owned(), columns(&meta.uses)],
        ["Norms".to_owned(), norms],
    ];
    format!("{always}{}", table(["", ""], rows))
}

fn columns(columns: &[Text]) -> String {
    if columns.is_empty() { "none".to_owned() } else { list(columns.iter().map(|column| code(column))) }
}

fn norm(norm: Norm) -> String {
    format!("`{}` ({})", norm.word(), norm.zh())
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn facts(meta: &Meta) -> String {
    let rows =
        meta.facts.iter().map(|fact| [code(&fact.name), fact.unit.to_string(), fact.label.en.to_string(), fact.label.zh.to_string()]);
    table(["Fact", "Unit", "English", "中文"], rows)
}

fn evidence(meta: &Meta) -> String {
    let table_of = |column: &str| column.split('.').next().map(str::to_owned);
    let mut tables: BTreeSet<String> = meta.columns().filter_map(table_of).collect();
    tables.insert("claims".into());
    let tables = list(tables.iter().map(|table| code(table)));
    format!(
        "It reads {tables}. The rows behind a finding are in `evidence.parquet`, with role `at_risk` (their money is at stake), `compared` \
         or `context`.\n\nWhat tells findings of one subject apart: {}.\n",
        meta.discriminator
    )
}

fn messages(meta: &Meta) -> String {
    let mut text = bilingual(&meta.message);
    if let Some(wide) = &meta.wide_message {
        text.push_str("\nAbout a provider as a whole:\n\n");
        text.push_str(&bilingual(wide));
    }
    text
}

fn bilingual(text: &Bilingual) -> String {
    format!("- {}\n- {}\n", text.en, text.zh)
}

fn clause_table(meta: &Meta) -> String {
    if meta.clauses.is_empty() {
        return "No clause applies: it is a reason to look, not a breach.\n".to_owned();
    }
    let rows = meta.clauses.iter().map(|clause| {
        let law = clauses::named(clause.law);
        let article = clause.purpose.as_ref();
        let purpose = if article.is_empty() { String::new() } else { format!("and {article} if the purpose of obtaining funds is proven") };
        [format!("{} · {}", law.en, law.zh), clause.articles.to_string(), purpose, law.acts.to_owned()]
    });
    let intro = "What would apply if a finding were confirmed, by the day of the act; prohibition → sanction.\n\n";
    format!("{intro}{}", table(["Law", "Articles", "Also", "Acts"], rows))
}

fn sql(meta: &Meta) -> String {
    match &meta.sql {
        Some(query) => format!(
            "In DuckDB's dialect, on the tables that `claimsift tables INPUT --out DIR` writes; `$name` stands for a parameter.\n\n\
             ```sql\n{}\n```\n",
            query.trim_end()
        ),
        None => "There is none: its findings rest on clustering, which a query cannot repeat.\n".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use claimsift::detectors::{CATALOGUE, find};

    fn page_of(code: &str) -> String {
        page(find(code).expect("a detector"), &claimsift::settings::config_schema())
    }

    #[test]
    fn a_page_holds_what_its_meta_states() {
        let schema = claimsift::settings::config_schema();
        for entry in CATALOGUE {
            let (meta, page) = (entry.meta(), page(entry, &schema));
            let texts = [&meta.title, &meta.message, &meta.records, &meta.defence].into_iter().flat_map(|text| [&text.en, &text.zh]);
            let names = meta.needs.iter().chain(&meta.uses).chain(meta.facts.iter().map(|fact| &fact.name));
            for text in texts.chain(names).chain(&meta.sql) {
                assert!(page.contains(text.trim_end()), "{} has no `{text}`", meta.code);
            }
            for heading in ["Why it matters", "How it decides", "Known false positives", "Example", "References"] {
                assert!(page.contains(&format!("\n## {heading}\n")), "{} has no `{heading}`", meta.code);
            }
        }
    }

    #[test]
    fn clauses_say_when_they_apply() {
        let page = page_of("P02");
        assert!(page.contains("| Social Insurance Law · 社会保险法 | 87, 88 |  | from 2011-07-01 to 2021-04-30 |"), "{page}");
        assert!(page.contains("| from 2021-05-01 |"), "{page}");
    }

    #[test]
    fn a_detector_without_a_query_says_so() {
        assert!(
            page_of("O19").ends_with("## Reference SQL\n\nThere is none: its findings rest on clustering, which a query cannot repeat.\n")
        );
        assert!(page_of("O19").contains("No clause applies"));
    }
}
