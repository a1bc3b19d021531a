//! What a run prints at its end.

use crate::fact_words::{assessed_unit, reason_words};
use crate::figures::{count, money};
use crate::labels::{self, Label};
use crate::lead_sheet::{gate_words, place, tier_counts, yuan};
use crate::page::Page;
use crate::paper::Paper;
use crate::table::Table;
use crate::{claim_paper, column_words};
use claimsift::detect::{Assessment, Tier};
use claimsift::intake::IntakeReport;
use claimsift::tables::value::Fen;
use claimsift::{ClaimScore, Claims, Finding, Lang, Lead, Screening};
use std::collections::BTreeMap;

/// Leads in a summary.
const LEADS: usize = 5;
/// Unknown words named per column.
const WORDS: usize = 5;

/// What was read, found and not assessed, what it comes to, and what to do next.
pub fn summary(screening: &Screening, intake: &IntakeReport, claims: &Claims, page: impl Into<Page>) -> String {
    let mut paper = Paper::new(page.into());
    let lang = paper.lang();
    paper.title(labels::SUMMARY.get(lang));
    paper.line(&match lang {
        Lang::En => format!("Data as of {}.", claims.as_of()),
        Lang::Zh => format!("数据截至 {}。", claims.as_of()),
    });
    write_rows(&mut paper, intake);
    write_claims(&mut paper, screening);
    write_detectors(&mut paper, screening);
    write_not_assessed(&mut paper, screening);
    write_money(&mut paper, screening);
    write_leads(&mut paper, screening);
    write_next(&mut paper, screening, claims);
    paper.finish()
}

/// Findings of one detector.
#[derive(Default)]
pub(crate) struct Tally {
    /// Clues, suspicions, breaches.
    pub(crate) tiers: [u64; 3],
    /// Loss of each alone.
    pub(crate) loss: Fen,
    /// What they own.
    pub(crate) owned: Fen,
}

impl Tally {
    pub(crate) fn by_code<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<&'f str, Self> {
        let mut tallies: BTreeMap<&str, Self> = BTreeMap::new();
        for finding in findings {
            let tally = tallies.entry(&finding.code).or_default();
            tally.tiers[finding.tier as usize] += 1;
            tally.loss += finding.money.loss.unwrap_or_default();
            tally.owned += finding.money.owned;
        }
        tallies
    }
}

fn write_rows(paper: &mut Paper, intake: &IntakeReport) {
    paper.section(labels::ROWS_READ);
    let lang = paper.lang();
    let mut table = Table::default()
        .text(labels::TABLE.get(lang))
        .number(labels::READ.get(lang))
        .number(labels::KEPT.get(lang))
        .number(labels::REPEATS.get(lang))
        .number(labels::REJECTED.get(lang))
        .number(labels::SET_ASIDE.get(lang))
        .number(labels::ROUNDED.get(lang));
    for (name, report) in &intake.tables {
        let set_aside = report.set_aside.values().sum();
        let counts = [report.read, report.kept, report.repeats, report.rejected, set_aside, report.rounded].map(count);
        table.row(std::iter::once(column_words::table_title(name, lang)).chain(counts).collect());
    }
    paper.table(&table);
    for (name, report) in intake.tables.iter().filter(|(_, report)| !report.set_aside.is_empty()) {
        paper.line(&set_aside(&column_words::table_title(name, lang), &report.set_aside, lang));
    }
    for (name, report) in &intake.tables {
        for (column, words) in &report.unknown_codes {
            paper.line(&unknown_words(&format!("{name}.{column}"), words, lang));
        }
    }
}

/// Why the layout left rows out.
fn set_aside(table: &str, reasons: &BTreeMap<String, u64>, lang: Lang) -> String {
    let listed: Vec<String> = reasons.iter().map(|(reason, rows)| format!("{reason} ({})", count(*rows))).collect();
    match lang {
        Lang::En => format!("{table}: rows set aside by the layout: {}", listed.join(", ")),
        Lang::Zh => format!("{table}：按布局剔除的行：{}", listed.join("、")),
    }
}

fn unknown_words(column: &str, words: &BTreeMap<String, u64>, lang: Lang) -> String {
    let rows: u64 = words.values().sum();
    let mut named: Vec<(&String, &u64)> = words.iter().collect();
    named.sort_by(|left, right| right.1.cmp(left.1).then(left.0.cmp(right.0)));
    let list: Vec<String> = named.iter().take(WORDS).map(|(word, rows)| format!("{word} ({})", count(**rows))).collect();
    match lang {
        Lang::En => {
            format!("{column}: {} row(s) with words that its list does not know count as `other`: {}", count(rows), list.join(", "))
        }
        Lang::Zh => format!("{column}：{} 行的取值不在代码表内，按 other 计：{}", count(rows), list.join("、")),
    }
}

fn write_claims(paper: &mut Paper, screening: &Screening) {
    paper.section(labels::CLAIMS);
    let lang = paper.lang();
    let unscored = screening.unscored;
    let fields = [
        (labels::SCORED, screening.scores.len() as u64),
        (labels::SELF_PAID, unscored.self_paid),
        (labels::REFUNDS, unscored.refunds),
        (labels::CANCELLED, unscored.cancelled),
    ];
    paper.fields(&fields.map(|(label, number)| (label.get(lang).to_owned(), count(number))));
}

fn write_detectors(paper: &mut Paper, screening: &Screening) {
    paper.section(labels::DETECTORS);
    let lang = paper.lang();
    let tallies = Tally::by_code(screening.findings.iter());
    let none = Tally::default();
    let title = |label: Label| label.get(lang);
    let mut table = Table::default()
        .text(title(labels::CODE))
        .text(title(labels::DETECTOR))
        .number(title(labels::BREACHES))
        .number(title(labels::SUSPICIONS))
        .number(title(labels::CLUES))
        .number(title(labels::LOSS_YUAN))
        .number(title(labels::OWNED_YUAN))
        .number(title(labels::ASSESSED))
        .number(title(labels::NOT_ASSESSED_COUNT))
        .text(title(labels::UNIT_COUNTED));
    for (code, assessment) in &screening.assessments {
        let tally = tallies.get(code.as_str()).unwrap_or(&none);
        let mut cells = vec![code.clone(), detector_title(code, lang).to_owned()];
        cells.extend(tally.tiers.iter().rev().map(|number| count(*number)));
        cells.extend([money(tally.loss), money(tally.owned), count(assessment.assessed), count(not_assessed(assessment))]);
        cells.push(assessed_unit(&assessment.unit, lang).to_owned());
        table.row(cells);
    }
    paper.table(&table);
    paper.line(labels::OWNED_NOTE.get(lang));
}

fn detector_title(code: &str, lang: Lang) -> &str {
    claimsift::detectors::find(code).map_or(code, |entry| entry.meta().title.get(lang))
}

fn not_assessed(assessment: &Assessment) -> u64 {
    assessment.not_assessed.values().sum()
}

fn write_not_assessed(paper: &mut Paper, screening: &Screening) {
    paper.section(labels::NOT_ASSESSED);
    let lang = paper.lang();
    if screening.assessments.values().all(|assessment| assessment.not_assessed.is_empty()) {
        return paper.line(labels::ALL_ASSESSED.get(lang));
    }
    for (code, assessment) in &screening.assessments {
        for (reason, units) in &assessment.not_assessed {
            let all = assessment.assessed + not_assessed(assessment);
            let (title, unit) = (detector_title(code, lang), assessed_unit(&assessment.unit, lang));
            let (units, all, reason) = (count(*units), count(all), reason_words(reason, lang));
            paper.item(&match lang {
                Lang::En => format!("{code} {title}: {units} of {all} (unit: {unit}): {reason}"),
                Lang::Zh => format!("{code} {title}：{units} / {all}（单位：{unit}），{reason}"),
            });
        }
    }
}

fn write_money(paper: &mut Paper, screening: &Screening) {
    paper.section(labels::MONEY);
    let lang = paper.lang();
    let owned = |is_clue: bool| {
        screening.findings.iter().filter(|finding| (finding.tier == Tier::Clue) == is_clue).map(|finding| finding.money.owned).sum::<Fen>()
    };
    let exposed = screening.scores.iter().filter(|score| score.tier > Some(Tier::Clue)).count() as u64;
    let fields = [
        (labels::FIRM_OWNED, yuan(owned(false), lang)),
        (labels::EXPOSED_CLAIMS, count(exposed)),
        (labels::CLUE_OWNED, yuan(owned(true), lang)),
    ];
    paper.fields(&fields.map(|(label, value)| (label.get(lang).to_owned(), value)));
}

fn write_leads(paper: &mut Paper, screening: &Screening) {
    paper.section(labels::LEADS);
    let lang = paper.lang();
    if screening.leads.is_empty() {
        return paper.line(labels::NO_LEADS.get(lang));
    }
    let above = screening.leads.iter().filter(|lead| lead.is_above_gate()).count();
    let (all, shown) = (screening.leads.len(), screening.leads.len().min(LEADS));
    paper.line(&match lang {
        Lang::En => format!("{all} provider(s) with findings, {above} worth a visit; the first {shown} by expected loss:"),
        Lang::Zh => format!("有结果的机构 {all} 家，其中 {above} 家值得现场检查；按预期损失列出前 {shown} 家："),
    });
    for (at, lead) in screening.leads.iter().take(LEADS).enumerate() {
        write_lead(paper, at + 1, lead);
    }
}

fn write_lead(paper: &mut Paper, number: usize, lead: &Lead) {
    let lang = paper.lang();
    let place = place(lead, lang);
    let (expected, owned) = (yuan(lead.expected_loss, lang), yuan(lead.owned, lang));
    let (likely, tiers) = (gate_words(lead, lang), tier_counts(lead.findings, lang));
    let (first, second) = match lang {
        Lang::En => {
            let place = if place.is_empty() { place } else { format!(" ({place})") };
            (format!("{}{place}: {tiers}", lead.provider_id), format!("probability {likely}, expected loss {expected}, owned {owned}"))
        }
        Lang::Zh => {
            let place = if place.is_empty() { place } else { format!("（{place}）") };
            (format!("{}{place}：{tiers}", lead.provider_id), format!("查实概率 {likely}，预期损失 {expected}，归属金额 {owned}"))
        }
    };
    paper.numbered(number, &first);
    paper.below(&second);
    for reason in &lead.reasons {
        paper.point_below(reason);
    }
}

fn write_next(paper: &mut Paper, screening: &Screening, claims: &Claims) {
    paper.section(labels::NEXT);
    let order = |score: &&ClaimScore| (score.scores.milli_logits(), score.exposure, std::cmp::Reverse(score.claim));
    let first = screening.scores.iter().filter(|score| score.tier.is_some()).max_by_key(order);
    let base = claim_paper::base_score();
    let text = match (first, paper.lang()) {
        (Some(first), Lang::En) => {
            format!(
                "`claimsift explain OUT {}` prints the working paper of the claim with the highest score.",
                claims.claim(first.claim).name()
            )
        }
        (Some(first), Lang::Zh) => {
            format!("`claimsift explain OUT {}`：打印评分最高的结算单的工作底稿。", claims.claim(first.claim).name())
        }
        (None, Lang::En) => format!("No claim has findings; `claimsift explain OUT CLAIM` shows any claim at the base score of {base}."),
        (None, Lang::Zh) => format!("没有结算单有结果；`claimsift explain OUT CLAIM` 可查看任一结算单，评分均为基数 {base}。"),
    };
    paper.line(&text);
}
