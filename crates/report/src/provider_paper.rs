//! The working paper of a provider: what it is, how it scores, what was found there, and the lead.

use crate::code_words::code_word;
use crate::context::Context;
use crate::figures::{count, money, period, share};
use crate::finding_paper::one_line;
use crate::labels::{self, Label};
use crate::lead_sheet::{self, tier_counts, yuan};
use crate::paper::Paper;
use crate::summary::Tally;
use crate::table::Table;
use claimsift::claims::ProviderView;
use claimsift::detect::Scheme;
use claimsift::tables::ProviderRow;
use claimsift::tables::value::{Domain, ProviderId};
use claimsift::{Finding, Lang, SubjectScore};

/// Findings that are listed one by one; the tables count them all.
const LISTED: usize = 20;

/// The working paper of a provider; `None` where the data set names no such provider.
pub fn provider_paper(context: &Context<'_>, provider_id: &str) -> Option<String> {
    let key = context.claims.dictionary(Domain::Provider).find(provider_id)?;
    let provider = context.claims.provider(ProviderId(key));
    let mut paper = Paper::new(context.page);
    paper.title(&match context.page.lang {
        Lang::En => format!("Provider {provider_id}"),
        Lang::Zh => format!("机构 {provider_id}"),
    });
    paper.fields(&head(context, provider));
    if let Some(score) = context.providers.iter().find(|score| score.id == provider_id) {
        write_scores(&mut paper, context, score);
    }
    let findings: Vec<&Finding> = context.findings.iter().filter(|finding| finding.provider_id.as_deref() == Some(provider_id)).collect();
    write_findings(&mut paper, context, &findings);
    if let Some(lead) = context.leads.iter().find(|lead| lead.provider_id == provider_id) {
        paper.section(labels::LEAD);
        lead_sheet::write(&mut paper, lead);
    }
    Some(paper.finish())
}

fn head(context: &Context<'_>, provider: ProviderView<'_>) -> Vec<(String, String)> {
    let claims = context.claims;
    let lang = context.page.lang;
    let row = provider.row();
    let text = |label: Label| label.get(lang).to_owned();
    let coverage = claims.coverage();
    let covered = coverage.first_day(provider.id()).zip(coverage.last_day(provider.id()));
    let beds = row.map(|row| [row.beds(), row.open_beds()]).filter(|beds| beds.iter().any(Option::is_some));
    let bed = |beds: Option<i32>| beds.map_or_else(|| text(labels::UNKNOWN), |beds| beds.to_string());
    vec![
        (text(labels::KIND), row.and_then(ProviderRow::kind).map(|kind| code_word(kind.word(), lang)).unwrap_or_default()),
        (text(labels::LEVEL), row.and_then(ProviderRow::level).map(|level| level.to_string()).unwrap_or_default()),
        (text(labels::OWNERSHIP), row.and_then(ProviderRow::ownership).map(|name| claims.text(name).to_owned()).unwrap_or_default()),
        (
            text(labels::REGION),
            row.and_then(ProviderRow::region).map(|region| claims.dictionary(Domain::Region).text(region.0).to_owned()).unwrap_or_default(),
        ),
        (text(labels::BEDS), beds.map(|beds| beds.map(bed).join(if lang == Lang::Zh { "、" } else { ", " })).unwrap_or_default()),
        (text(labels::VISITS), count(provider.visits().len() as u64)),
        (text(labels::PROVIDER_CLAIMS), count(provider.claims().count() as u64)),
        (text(labels::COVERED), covered.map(|(first, last)| period(first, last)).unwrap_or_default()),
    ]
}

fn write_scores(paper: &mut Paper, context: &Context<'_>, score: &SubjectScore) {
    paper.section(labels::SCORES);
    let lang = paper.lang();
    let text = |label: Label| label.get(lang).to_owned();
    let mut fields = vec![(text(labels::OVERALL), share(score.score))];
    for (scheme, score) in Scheme::ALL.iter().zip(score.schemes) {
        let word = if lang == Lang::Zh { scheme.zh() } else { scheme.word() };
        fields.push((word.to_owned(), share(score)));
    }
    let title = |code: &String| context.meta(code).map_or_else(|| code.clone(), |meta| format!("{code} {}", meta.title.get(lang)));
    let titles = |codes: &[String]| codes.iter().map(title).collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " });
    fields.extend([
        (text(labels::EXPOSURE), yuan(score.exposure, lang)),
        (text(labels::CLAIMS_SCORED), count(score.claims)),
        (text(labels::FINDINGS_BY_TIER), tier_counts(score.findings, lang)),
        (text(labels::PEER_GROUP), score.peer_group.clone().unwrap_or_else(|| text(labels::NONE))),
        (text(labels::LEADING), titles(&score.reasons)),
        (text(labels::NOT_ASSESSED_FIELD), titles(&score.not_assessed)),
    ]);
    paper.fields(&fields);
}

fn write_findings(paper: &mut Paper, context: &Context<'_>, findings: &[&Finding]) {
    paper.section(labels::DETECTORS);
    let lang = paper.lang();
    if findings.is_empty() {
        return paper.line(labels::NO_FINDINGS_OF_PROVIDER.get(lang));
    }
    let mut table = Table::default()
        .text(labels::CODE.get(lang))
        .text(labels::DETECTOR.get(lang))
        .number(labels::BREACHES.get(lang))
        .number(labels::SUSPICIONS.get(lang))
        .number(labels::CLUES.get(lang))
        .number(labels::LOSS_YUAN.get(lang))
        .number(labels::OWNED_YUAN.get(lang));
    for (code, tally) in Tally::by_code(findings.iter().copied()) {
        let title = context.meta(code).map_or(code, |meta| meta.title.get(lang));
        let mut cells = vec![code.to_owned(), title.to_owned()];
        cells.extend(tally.tiers.iter().rev().map(|number| count(*number)));
        cells.extend([money(tally.loss), money(tally.owned)]);
        table.row(cells);
    }
    paper.table(&table);
    let (wide, narrow): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| finding.claim_id.is_none());
    write_list(paper, context, labels::WIDE_FINDINGS, wide);
    write_list(paper, context, labels::TOP_FINDINGS, narrow);
}

/// The most serious findings, one line each.
fn write_list(paper: &mut Paper, context: &Context<'_>, label: Label, mut findings: Vec<&Finding>) {
    if findings.is_empty() {
        return;
    }
    paper.section(label);
    findings.sort_by(|left, right| {
        (right.tier, right.money.owned, right.strength, &left.id).cmp(&(left.tier, left.money.owned, left.strength, &right.id))
    });
    for finding in findings.iter().take(LISTED) {
        paper.item(&one_line(context, finding));
    }
    if findings.len() > LISTED {
        let (shown, all) = (LISTED, count(findings.len() as u64));
        paper.line(&match context.page.lang {
            Lang::En => format!("The first {shown} of {all} by tier and owned money; all are in findings.parquet."),
            Lang::Zh => format!("按层级和归属金额列出前 {shown} 条，共 {all} 条；全部见 findings.parquet。"),
        });
    }
}
