//! The working paper of a finding: all that is needed to check it by hand and to act on it.

use crate::calculation::{CalculationSheet, Rate, SheetRow};
use crate::context::Context;
use crate::fact_words::{fact_label, fact_value, sentence, subject_word};
use crate::figures::{money, percent, period, price, quantity, share, short_id};
use crate::labels::{self, Label};
use crate::paper::Paper;
use crate::table::Table;
use crate::{limits, reference_sql, rows};
use claimsift::detect::{Basis, Meta, Tier};
use claimsift::tables::value::Fen;
use claimsift::{Finding, Lang};
use std::collections::BTreeMap;

/// The working paper of the finding (or near miss) whose id is or begins with `id`; if several do, their list. `None` where none does.
pub fn finding_paper(context: &Context<'_>, id: &str) -> Option<String> {
    let near_misses = context.near_misses.iter().map(|miss| (&miss.finding, Some(miss.parameter.as_str())));
    let all = context.findings.iter().map(|finding| (finding, None)).chain(near_misses);
    let matching: Vec<(&Finding, Option<&str>)> = all.filter(|(finding, _)| !id.is_empty() && finding.id.starts_with(id)).collect();
    let exact = matching.iter().find(|(finding, _)| finding.id == id);
    let mut paper = Paper::new(context.page);
    match (exact, matching.as_slice()) {
        (Some((finding, missed)), _) | (None, [(finding, missed)]) => write(&mut paper, context, finding, *missed, true),
        (None, []) => return None,
        (None, several) => {
            paper.line(&match context.page.lang {
                Lang::En => format!("{} findings begin with {id}:", several.len()),
                Lang::Zh => format!("编号以 {id} 开头的结果有 {} 条：", several.len()),
            });
            for (finding, _) in several {
                paper.item(&one_line(context, finding));
            }
        }
    }
    Some(paper.finish())
}

/// A finding in one line: id, code, tier, sentence.
pub(crate) fn one_line(context: &Context<'_>, finding: &Finding) -> String {
    let lang = context.page.lang;
    let sentence = sentence(finding, context.meta(&finding.code), lang);
    match lang {
        Lang::En => format!("{} {} {}: {sentence}", short_id(&finding.id), finding.code, finding.tier),
        Lang::Zh => format!("{} {} {}：{sentence}", short_id(&finding.id), finding.code, finding.tier.zh()),
    }
}

pub(crate) fn tier_word(tier: Tier, lang: Lang) -> &'static str {
    if lang == Lang::Zh { tier.zh() } else { tier.word() }
}

/// Writes a working paper. `with_query` is off where the same query stands on an earlier paper of the same text.
pub(crate) fn write(paper: &mut Paper, context: &Context<'_>, finding: &Finding, missed: Option<&str>, with_query: bool) {
    let lang = paper.lang();
    let meta = context.meta(&finding.code);
    let title = meta.map_or(finding.code.as_str(), |meta| meta.title.get(lang));
    let tier = tier_word(finding.tier, lang);
    let heading = match lang {
        Lang::En => format!("Working paper: {} {title} ({tier})", finding.code),
        Lang::Zh => format!("工作底稿：{} {title}（{tier}）", finding.code),
    };
    paper.tier_title(&heading, finding.tier);
    if let Some(parameter) = missed {
        paper.line(&near_miss_note(context, finding, parameter));
    }
    write_head(paper, context, finding, meta);
    write_facts(paper, finding, meta);
    write_calculation(paper, context, finding);
    rows::write(paper, context, finding);
    for (label, text) in [(labels::RECORDS, meta.map(|meta| &meta.records)), (labels::DEFENCE, meta.map(|meta| &meta.defence))] {
        paper.section(label);
        paper.line(text.map_or(labels::NONE.get(lang), |text| text.get(lang)));
    }
    limits::write(paper, context, finding);
    if with_query {
        reference_sql::write(paper, context, &finding.code);
    } else {
        paper.section(labels::REFERENCE_QUERY);
        paper.line(&match lang {
            Lang::En => format!("That of {} above.", finding.code),
            Lang::Zh => format!("同上文 {}。", finding.code),
        });
    }
    write_signatures(paper);
}

/// Why a near miss is no finding.
pub(crate) fn near_miss_note(context: &Context<'_>, finding: &Finding, parameter: &str) -> String {
    let value = context.detector(&finding.code).and_then(|detector| detector.parameters().get(parameter).cloned()).unwrap_or_default();
    let threshold = context.meta(&finding.code).and_then(|meta| meta.thresholds.iter().find(|threshold| threshold.parameter == parameter));
    let fact = threshold.and_then(|threshold| finding.facts.get(threshold.fact.as_ref())).map(ToString::to_string).unwrap_or_default();
    match context.page.lang {
        Lang::En => format!("Near miss, no finding: {fact} misses {parameter} = {value}."),
        Lang::Zh => format!("未达阈值，不是结果：{fact} 未满足 {parameter} = {value}。"),
    }
}

fn write_head(paper: &mut Paper, context: &Context<'_>, finding: &Finding, meta: Option<&Meta>) {
    let lang = paper.lang();
    let text = |label: Label| label.get(lang).to_owned();
    let id = |id: &Option<String>| id.clone().unwrap_or_default();
    let scheme = if lang == Lang::Zh { finding.scheme.zh() } else { finding.scheme.word() };
    let title = meta.map_or("", |meta| meta.title.get(lang));
    let (prohibition, sanction) = provisions(context, finding, meta);
    let days = finding.dates.map_or_else(|| text(labels::UNKNOWN), |(first, last)| period(first, last));
    let law_day = finding.dates.map_or(context.as_of, |(_, last)| last);
    paper.fields(&[
        (text(labels::NUMBER), finding.id.clone()),
        (text(labels::UNIT), finding.provider_id.clone().unwrap_or_else(|| text(labels::UNKNOWN))),
        (text(labels::SUBJECT), format!("{} {}", subject_word(&finding.subject_kind, lang), finding.subject_id)),
        (text(labels::CLAIM), id(&finding.claim_id)),
        (text(labels::PERSON), id(&finding.person_id)),
        (text(labels::STAFF), id(&finding.staff_id)),
        (text(labels::MATTER), format!("{} {title}, {scheme}", finding.code).replace(", ", if lang == Lang::Zh { "，" } else { ", " })),
        (text(labels::FACT), sentence(finding, meta, lang)),
        (text(labels::PERIOD), days),
        (text(labels::PROHIBITION), prohibition),
        (text(labels::SANCTION), sanction),
        (text(labels::LAW_NOTE), law_day.to_string()),
        (text(labels::LIMITATION), finding.limitation().map(|day| day.to_string()).unwrap_or_default()),
        (text(labels::LOCAL_AGREEMENT), text(labels::BLANK)),
        (text(labels::PRICE_ITEM), catalogue_items(context, finding)),
        (text(labels::STRENGTH), share(finding.strength.share())),
    ]);
    paper.line(labels::CONFIRM_NOTE.get(lang));
}

/// Prohibition and sanction as in force on the last day of the acts.
fn provisions(context: &Context<'_>, finding: &Finding, meta: Option<&Meta>) -> (String, String) {
    let lang = context.page.lang;
    let Some(meta) = meta.filter(|meta| !meta.clauses.is_empty()) else {
        return (labels::NO_CLAUSE.get(lang).to_owned(), String::new());
    };
    let clause = finding.clause(meta, context.as_of, lang);
    if clause.is_empty() {
        return (labels::NOTHING_BEFORE.get(lang).to_owned(), String::new());
    }
    let (mut prohibitions, mut sanctions) = (Vec::new(), Vec::new());
    for part in clause.split(" | ") {
        let articles = meta.clauses.iter().map(|clause| clause.articles.as_ref()).filter(|articles| part.contains(&format!(" {articles}")));
        let Some((law, rest)) = articles.max_by_key(|articles| articles.len()).and_then(|articles| {
            let (law, tail) = part.split_once(&format!(" {articles}"))?;
            Some((law, (articles, tail)))
        }) else {
            sanctions.push(part.to_owned());
            continue;
        };
        let (articles, tail) = rest;
        let sanction = match articles.split_once('→') {
            Some((prohibition, sanction)) => {
                prohibitions.push(article(law, prohibition, lang));
                sanction
            }
            None => articles,
        };
        sanctions.push(format!("{}{tail}", article(law, sanction, lang)));
    }
    (prohibitions.join(" | "), sanctions.join(" | "))
}

fn article(law: &str, articles: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{law}, Art. {articles}"),
        Lang::Zh => format!("《{law}》第 {articles} 条").replace(", ", "、").replace("; ", "；"),
    }
}

/// The items at risk with the catalogue rows in force when they were charged.
fn catalogue_items(context: &Context<'_>, finding: &Finding) -> String {
    let lang = context.page.lang;
    let mut finder = crate::context::LineFinder::new(context.claims);
    let lines = finding.evidence.iter().filter(|row| row.table == "lines" && row.role == claimsift::detect::Role::AtRisk);
    let mut items: BTreeMap<String, String> = BTreeMap::new();
    for line in lines.filter_map(|row| finder.find(finding, row)) {
        items.entry(line.item_code().to_owned()).or_insert_with(|| {
            let Some(row) = line.catalogue() else {
                return format!("{} {}: {}", line.item_code(), line.item_name(), labels::NO_CATALOGUE.get(lang)).replace(" :", ":");
            };
            let name = row.item_name().map_or(line.item_name(), |name| context.claims.text(name));
            let unit = row.unit().map(|unit| format!(" / {}", context.claims.text(unit))).unwrap_or_default();
            let day = |day: Option<claimsift::tables::value::Date>| day.map_or_else(|| "...".to_owned(), |day| day.to_string());
            format!("{} {name}{unit} ({} - {})", line.item_code(), day(row.valid_from()), day(row.valid_to()))
        });
    }
    if items.is_empty() { labels::NO_PRICE_ITEM.get(lang).to_owned() } else { items.into_values().collect::<Vec<_>>().join("\n") }
}

fn write_facts(paper: &mut Paper, finding: &Finding, meta: Option<&Meta>) {
    if finding.facts.is_empty() {
        return;
    }
    paper.section(labels::FACTS);
    let lang = paper.lang();
    let fields: Vec<(String, String)> =
        finding.facts.iter().map(|(name, value)| (fact_label(name, meta, lang), fact_value(name, value, meta, lang))).collect();
    paper.fields(&fields);
}

fn write_calculation(paper: &mut Paper, context: &Context<'_>, finding: &Finding) {
    paper.section(labels::CALCULATION);
    let lang = paper.lang();
    let sheet = CalculationSheet::of(context, finding);
    if sheet.rows.is_empty() {
        paper.line(if finding.basis == Basis::None { labels::NO_MONEY } else { labels::NO_ROWS_AT_RISK }.get(lang));
    } else {
        paper.table(&sheet_table(&sheet, lang));
        for step in steps(&sheet, lang) {
            paper.item(&step);
        }
    }
    if !sheet.agrees_with(finding) {
        paper.line(labels::DOES_NOT_AGREE.get(lang));
    }
    if finding.basis != Basis::None {
        paper.blank();
        paper.fields(&amounts(finding, lang));
    }
}

fn yuan(amount: Fen, lang: Lang) -> String {
    format!("{} {}", money(amount), crate::fact_words::unit_word("yuan", lang))
}

fn amounts(finding: &Finding, lang: Lang) -> Vec<(String, String)> {
    let amounts = finding.money;
    let reckoned = |amount: Option<Fen>| amount.map_or_else(|| labels::NOT_RECKONED.get(lang).to_owned(), |amount| yuan(amount, lang));
    let known = |amount: Option<Fen>| amount.map(|amount| yuan(amount, lang)).unwrap_or_default();
    let basis = if lang == Lang::Zh { finding.basis.zh() } else { finding.basis.word() };
    let fields = [
        (labels::AMOUNT, yuan(amounts.amount, lang)),
        (labels::ASKED, yuan(amounts.in_scope, lang)),
        (labels::BASIS, basis.to_owned()),
        (labels::LOSS_IF_CONFIRMED, reckoned(amounts.loss)),
        (labels::LOSS_LOW, reckoned(amounts.loss_low)),
        (labels::ACCOUNT_LOSS, known(amounts.account_loss)),
        (labels::PATIENT_LOSS, known(amounts.patient_loss)),
        (labels::OWNED_OF_TOTALS, yuan(amounts.owned, lang)),
    ];
    fields.into_iter().map(|(label, value)| (label.get(lang).to_owned(), value)).collect()
}

fn sheet_table(sheet: &CalculationSheet, lang: Lang) -> Table {
    let title = |label: Label| label.get(lang);
    let mut table = Table::default()
        .text(title(labels::ROW_KEY))
        .text(title(labels::ITEM))
        .text(title(labels::DATE))
        .number(title(labels::QUANTITY))
        .number(title(labels::UNIT_PRICE))
        .number(title(labels::AMOUNT))
        .number(title(labels::ASKED))
        .number(title(labels::RATE))
        .number(title(labels::LOSS))
        .text(title(labels::BASIS));
    for row in &sheet.rows {
        table.row(sheet_cells(row, lang));
    }
    let loss = sheet.loss.map_or_else(|| loss_blank(sheet, lang), money);
    let empty = String::new;
    table.total(vec![
        title(labels::TOTAL).to_owned(),
        empty(),
        empty(),
        empty(),
        empty(),
        money(sheet.amount),
        money(sheet.in_scope),
        empty(),
        loss,
        empty(),
    ]);
    table
}

fn loss_blank(sheet: &CalculationSheet, lang: Lang) -> String {
    let has_money = sheet.rows.iter().any(|row| row.basis != Basis::None);
    if has_money { labels::NOT_RECKONED.get(lang).to_owned() } else { "-".to_owned() }
}

fn sheet_cells(row: &SheetRow, lang: Lang) -> Vec<String> {
    let item = match (&row.item, row.rate) {
        (Some((code, name)), _) => format!("{code} {name}").trim_end().to_owned(),
        (None, Rate::Share { .. }) => labels::PART_OF_CLAIM.get(lang).to_owned(),
        (None, _) => labels::WHOLE_CLAIM.get(lang).to_owned(),
    };
    let key = match &row.line {
        Some(line) if line.starts_with(&format!("{}#", row.claim_id)) => line.clone(),
        Some(line) => format!("{} {line}", row.claim_id),
        None => row.claim_id.clone(),
    };
    let rate = match row.rate {
        Rate::Share { fund, payable } => percent(fund, payable),
        Rate::Whole { .. } => labels::RATE_WHOLE.get(lang).to_owned(),
        Rate::Fixed => percent(Fen::ZERO, Fen(1)),
        Rate::Unknown => labels::UNKNOWN.get(lang).to_owned(),
        Rate::None => "-".to_owned(),
    };
    let loss = match (row.loss, row.rate) {
        (Some(loss), _) => money(loss),
        (None, Rate::None) => "-".to_owned(),
        (None, _) => labels::NOT_RECKONED.get(lang).to_owned(),
    };
    let basis = if lang == Lang::Zh { row.basis.zh() } else { row.basis.word() };
    vec![
        key,
        item,
        row.dates.map(|(first, last)| period(first, last)).unwrap_or_default(),
        row.quantity.map(quantity).unwrap_or_default(),
        row.unit_price.map(price).unwrap_or_default(),
        money(row.amount),
        money(row.in_scope),
        rate,
        loss,
        basis.to_owned(),
    ]
}

/// How the loss of each claim follows from what the fund paid for it.
fn steps(sheet: &CalculationSheet, lang: Lang) -> Vec<String> {
    let mut by_claim: Vec<(&str, Rate, Fen, Option<Fen>)> = Vec::new();
    for row in &sheet.rows {
        match by_claim.last_mut().filter(|(claim, ..)| *claim == row.claim_id) {
            Some((_, _, asked, loss)) => {
                *asked += row.in_scope;
                *loss = loss.zip(row.loss).map(|(left, right)| left + right);
            }
            None => by_claim.push((&row.claim_id, row.rate, row.in_scope, row.loss)),
        }
    }
    by_claim.into_iter().filter_map(|(claim, rate, asked, loss)| step(claim, rate, asked, loss.unwrap_or_default(), lang)).collect()
}

fn step(claim: &str, rate: Rate, asked: Fen, loss: Fen, lang: Lang) -> Option<String> {
    let text = match (rate, lang) {
        (Rate::None, _) => return None,
        (Rate::Share { fund, payable }, Lang::En) => format!(
            "{claim}: fund {} x asked {} / (in scope less deductible) {} = {}",
            money(fund),
            money(asked),
            money(payable),
            money(loss)
        ),
        (Rate::Share { fund, payable }, Lang::Zh) => {
            format!("{claim}：基金 {} × 所涉 {} ÷（范围内－起付线）{} ＝ {}", money(fund), money(asked), money(payable), money(loss))
        }
        (Rate::Whole { paid, is_group: true }, Lang::En) => format!("{claim}: the whole group payment, {}", money(paid)),
        (Rate::Whole { paid, is_group: true }, Lang::Zh) => format!("{claim}：病组支付全额 {}", money(paid)),
        (Rate::Whole { paid, .. }, Lang::En) => format!("{claim}: all that the fund paid, {}", money(paid)),
        (Rate::Whole { paid, .. }, Lang::Zh) => format!("{claim}：基金已付全额 {}", money(paid)),
        (Rate::Fixed, Lang::En) => format!("{claim}: paid by group, a normal case; the payment does not depend on these rows: 0.00"),
        (Rate::Fixed, Lang::Zh) => format!("{claim}：按病组付费的正常病例，支付额与这些行无关：0.00"),
        (Rate::Unknown, Lang::En) => {
            format!("{claim}: not reckoned; what the fund paid, or the curve of its payment group, is not in the data")
        }
        (Rate::Unknown, Lang::Zh) => format!("{claim}：无法计算；数据中没有基金支付额或该病组的支付曲线"),
    };
    Some(text)
}

fn write_signatures(paper: &mut Paper) {
    paper.section(labels::SIGNATURES);
    let lang = paper.lang();
    let blank = "________________________";
    let fields = [
        (labels::INSPECTORS, format!("{blank}  {blank}")),
        (labels::REPRESENTATIVE, blank.to_owned()),
        (labels::SIGNED_ON, blank.to_owned()),
    ];
    paper.fields(&fields.map(|(label, value)| (label.get(lang).to_owned(), value)));
}
