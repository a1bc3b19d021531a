//! Leads as the order sheet of a visit.

use crate::code_words::code_word;
use crate::fact_words::{reason_words, unit_word};
use crate::figures::{count, money, number, period, share};
use crate::labels::{self, Label};
use crate::page::Page;
use crate::paper::Paper;
use claimsift::detect::Scheme;
use claimsift::leads::GATE;
use claimsift::tables::value::Fen;
use claimsift::{Lang, Lead};

/// The first `n` leads, each with all that a visit needs.
///
/// ```
/// use claimsift::Lang;
///
/// assert_eq!(claimsift_report::leads(&[], 5, Lang::En), "Leads\n=====\n  No provider has findings.\n");
/// ```
pub fn leads(leads: &[Lead], n: usize, page: impl Into<Page>) -> String {
    let mut paper = Paper::new(page.into());
    let lang = paper.lang();
    if leads.is_empty() {
        paper.title(labels::LEADS.get(lang));
        paper.line(labels::NO_LEADS.get(lang));
    }
    for (at, lead) in leads.iter().take(n).enumerate() {
        let heading = labels::LEAD_SHEET.get(lang);
        paper.title(&match lang {
            Lang::En => format!("{heading} {} of {}: provider {}", at + 1, leads.len(), lead.provider_id),
            Lang::Zh => format!("{heading} {}/{}：机构 {}", at + 1, leads.len(), lead.provider_id),
        });
        write(&mut paper, lead);
    }
    paper.finish()
}

/// Whether a lead is worth a visit, in words.
pub(crate) fn gate_words(lead: &Lead, lang: Lang) -> String {
    match (lead.is_above_gate(), lang) {
        (true, Lang::En) => format!("{} (worth a visit: {GATE} or more)", share(lead.probability)),
        (true, Lang::Zh) => format!("{}（达到 {GATE}，值得现场检查）", share(lead.probability)),
        (false, Lang::En) => format!("{} (below {GATE}, no visit on this alone)", share(lead.probability)),
        (false, Lang::Zh) => format!("{}（低于 {GATE}，不足以单独立项）", share(lead.probability)),
    }
}

/// Findings by tier in one line.
pub(crate) fn tier_counts([clues, suspicions, breaches]: [u64; 3], lang: Lang) -> String {
    let [clues, suspicions, breaches] = [clues, suspicions, breaches].map(count);
    match lang {
        Lang::En => format!("breach {breaches}, suspicion {suspicions}, clue {clues}"),
        Lang::Zh => format!("违规 {breaches} 条，疑点 {suspicions} 条，线索 {clues} 条"),
    }
}

pub(crate) fn yuan(amount: Fen, lang: Lang) -> String {
    format!("{} {}", money(amount), unit_word("yuan", lang))
}

/// Kind, level and whereabouts in one line.
pub(crate) fn place(lead: &Lead, lang: Lang) -> String {
    let kind = lead.kind.as_ref().map(|kind| code_word(kind, lang));
    let level = lead.level.map(|level| match lang {
        Lang::En => format!("level {level}"),
        Lang::Zh => format!("{level} 级"),
    });
    let parts = [kind, level, lead.ownership.clone(), lead.region.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(if lang == Lang::Zh { "，" } else { ", " })
}

/// Writes everything that a lead says.
pub(crate) fn write(paper: &mut Paper, lead: &Lead) {
    let lang = paper.lang();
    let text = |label: Label| label.get(lang).to_owned();
    let words = |texts: &[String]| texts.join(if lang == Lang::Zh { "、" } else { ", " });
    let scheme = |word: &String| match (lang, Scheme::named(word)) {
        (Lang::Zh, Some(scheme)) => scheme.zh().to_owned(),
        _ => word.clone(),
    };
    let schemes: Vec<String> = lead.schemes.iter().map(scheme).collect();
    let range = if lead.loss_low == lead.loss_high {
        yuan(lead.loss_high, lang)
    } else {
        format!("{} - {}", money(lead.loss_low), yuan(lead.loss_high, lang))
    };
    paper.fields(&[
        (text(labels::PROVIDER), lead.provider_id.clone()),
        (text(labels::KIND), lead.kind.as_ref().map(|kind| code_word(kind, lang)).unwrap_or_default()),
        (text(labels::LEVEL), lead.level.map(|level| level.to_string()).unwrap_or_default()),
        (text(labels::OWNERSHIP), lead.ownership.clone().unwrap_or_default()),
        (text(labels::REGION), lead.region.clone().unwrap_or_default()),
        (text(labels::DEPARTMENTS), words(&lead.departments)),
        (text(labels::PERIOD), lead.period.map(|(first, last)| period(first, last)).unwrap_or_default()),
        (text(labels::SCHEMES), words(&schemes)),
        (text(labels::FINDINGS_BY_TIER), tier_counts(lead.findings, lang)),
        (text(labels::PERSONS), count(lead.persons)),
        (text(labels::CLAIM_COUNT), count(lead.claims)),
        (text(labels::PROBABILITY), gate_words(lead, lang)),
        (text(labels::EXPECTED_LOSS), yuan(lead.expected_loss, lang)),
        (text(labels::OWNED), yuan(lead.owned, lang)),
        (text(labels::LOSS_RANGE), range),
        (text(labels::CLUE_LOSS), yuan(lead.clue_loss, lang)),
        (text(labels::LEGS), count(lead.independent_legs)),
        (text(labels::LIMITATION), lead.limitation_date.map(|day| day.to_string()).unwrap_or_default()),
        (text(labels::HOURS), number(lead.hours)),
        (text(labels::PRIOR_STATE), lead.prior_state.clone().unwrap_or_default()),
        (text(labels::LEAD_ID), lead.id.clone()),
    ]);
    list(paper, labels::REASONS, &lead.reasons);
    list(paper, labels::SEAL, &lead.seal);
    list(paper, labels::RECORDS_TO_PULL, &lead.records);
    list(paper, labels::EXCLUDED, &lead.look_alikes_excluded);
    let not_assessed: Vec<String> = lead.not_assessed.iter().map(|reasons| not_assessed(reasons, lang)).collect();
    list(paper, labels::NOT_ASSESSED_FIELD, &not_assessed);
    run_on(paper, labels::STAFF, &lead.staff);
    run_on(paper, labels::PERSONS_TO_CALL, &lead.persons_to_call);
}

/// `P17: reason; reason` with the reasons in words.
fn not_assessed(text: &str, lang: Lang) -> String {
    let Some((code, reasons)) = text.split_once(": ") else { return reason_words(text, lang) };
    let reasons: Vec<String> = reasons.split("; ").map(|reason| reason_words(reason, lang)).collect();
    if lang == Lang::Zh { format!("{code}：{}", reasons.join("；")) } else { format!("{code}: {}", reasons.join("; ")) }
}

fn head(paper: &mut Paper, label: Label) {
    paper.blank();
    let lang = paper.lang();
    paper.line(&format!("{}{}", label.get(lang), if lang == Lang::Zh { "：" } else { ":" }));
}

fn list(paper: &mut Paper, label: Label, entries: &[String]) {
    if !entries.is_empty() {
        head(paper, label);
        for entry in entries {
            paper.item(entry);
        }
    }
}

/// A list of ids in running text.
fn run_on(paper: &mut Paper, label: Label, entries: &[String]) {
    if !entries.is_empty() {
        head(paper, label);
        paper.item(&entries.join(if paper.lang() == Lang::Zh { "、" } else { ", " }));
    }
}
