//! The acceptance checks as a person reads them.

use crate::figures::{count, money};
use crate::labels;
use crate::page::Page;
use crate::paper::Paper;
use crate::table::Table;
use claimsift::Lang;
use claimsift::acceptance::{Acceptance, CHECKS, Check, MappingDefect, NobodysKey, Offender, Outcome, Part, Verdict};
use claimsift::tables::value::Fen;

/// Offenders named in a line of text.
const IN_BRIEF: usize = 3;
/// Rows shown of keys and of items.
const ROWS: usize = 20;

/// All twelve checks, what is at fault and what to do, and the keys and mappings to doubt.
pub fn checks(acceptance: &Acceptance, page: impl Into<Page>) -> String {
    let mut paper = Paper::new(page.into());
    paper.title(labels::ACCEPTANCE.get(paper.lang()));
    write_table(&mut paper, &acceptance.checks);
    write_failed(&mut paper, acceptance);
    write_inapplicable(&mut paper, &acceptance.checks);
    write_nobodys(&mut paper, &acceptance.nobodys_keys);
    write_mappings(&mut paper, &acceptance.mapping_defects);
    paper.finish()
}

/// How many checks passed, and a line for each that failed.
pub fn checks_in_brief(acceptance: &Acceptance, page: impl Into<Page>) -> String {
    let mut paper = Paper::new(page.into());
    let lang = paper.lang();
    paper.title(labels::ACCEPTANCE.get(lang));
    let of = |outcome| acceptance.checks.iter().filter(|verdict| verdict.outcome == outcome).count();
    let (passed, failed, not_applicable) = (of(Outcome::Pass), of(Outcome::Fail), of(Outcome::NotApplicable));
    paper.line(&match lang {
        Lang::En => format!("{passed} passed, {failed} failed, {not_applicable} not applicable."),
        Lang::Zh => format!("通过 {passed} 项，不通过 {failed} 项，不适用 {not_applicable} 项。"),
    });
    acceptance.failed().for_each(|verdict| paper.item(&failed_check(verdict, lang)));
    let doubts = [(acceptance.nobodys_keys.len(), labels::NOBODYS_KEYS), (acceptance.mapping_defects.len(), labels::MAPPING_DEFECTS)];
    for (number, label) in doubts.into_iter().filter(|(number, _)| *number > 0) {
        paper.item(&format!("{}{}{number}", label.get(lang), colon(lang)));
    }
    paper.blank();
    paper.finish()
}

/// A failed check in one line: its number and title, how much is at fault, who most, and what to do.
pub fn failed_check(verdict: &Verdict, lang: Lang) -> String {
    let worst = verdict.worst().map(|part| part_words(part, lang)).unwrap_or_default();
    let most: Vec<String> = verdict.offenders.iter().take(IN_BRIEF).map(|offender| offender_words(offender, lang)).collect();
    let most = if most.is_empty() { String::new() } else { format!("{}{}{}", labels::WORST.get(lang), colon(lang), join(&most, lang)) };
    let parts = [worst, most, remedy(verdict, lang)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{} {}{}{}", verdict.number, title(verdict, lang), colon(lang), parts.join(if lang == Lang::En { "; " } else { "；" }))
}

fn check_of(verdict: &Verdict) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.number == verdict.number)
}

fn title(verdict: &Verdict, lang: Lang) -> String {
    check_of(verdict).map_or_else(|| verdict.name.clone(), |check| check.title.get(lang).to_owned())
}

fn remedy(verdict: &Verdict, lang: Lang) -> String {
    check_of(verdict).map(|check| check.remedy.get(lang).to_owned()).unwrap_or_default()
}

fn colon(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ": ",
        Lang::Zh => "：",
    }
}

fn join(texts: &[String], lang: Lang) -> String {
    texts.join(if lang == Lang::En { ", " } else { "、" })
}

fn outcome_word(outcome: Outcome, lang: Lang) -> &'static str {
    let label = match outcome {
        Outcome::Pass => labels::PASSED,
        Outcome::Fail => labels::FAILED,
        Outcome::NotApplicable => labels::NOT_APPLICABLE,
    };
    label.get(lang)
}

/// Words of parts, units and kinds of offenders.
const WORDS: &[(&str, &str)] = &[
    ("rows", "行"),
    ("cells", "单元格"),
    ("lines", "明细"),
    ("claims", "结算单"),
    ("months", "月"),
    ("refunds", "退费单"),
    ("tables", "数据表"),
    ("columns", "字段"),
    ("providers", "机构"),
    ("yuan", "元"),
    ("all claims", "全部结算单"),
    ("providers apart", "超出允许值的机构"),
    ("parts and total", "各部分合计与总额"),
    ("fund, in scope and total", "基金、范围内金额与总额"),
    ("months of providers", "各机构月份"),
    ("months of all claims", "全部数据月份"),
    ("signs of totals", "总额正负号"),
    ("refunds without original", "无原单的退费"),
    ("end before start", "结束早于开始"),
    ("settled before end", "结算早于结束"),
    ("out of the period", "超出数据期间"),
    ("charged outside the visit", "计费在就诊期间外"),
    ("paid by the fund", "基金付款"),
    ("paid by patients", "个人付款"),
    ("identical repeats", "完全相同的重复行"),
    ("lines of rejected claims", "被拒收结算单的明细"),
    ("claims that differ", "不一致的结算单"),
    ("provider", "机构"),
    ("provider and month", "机构和月份"),
    ("provider and month, fund", "机构和月份（基金）"),
    ("provider and month, patients", "机构和月份（个人）"),
    ("claim", "结算单"),
    ("column", "字段"),
    ("table", "数据表"),
    ("person", "参保人"),
    ("doctor", "医师"),
    ("phone", "电话"),
    ("terminal", "终端"),
    ("item", "项目"),
    ("diagnosis", "诊断"),
    ("persons", "参保人"),
    ("diagnoses", "诊断"),
    ("procedures", "手术"),
    ("payments", "付款"),
    ("staff", "医务人员"),
    ("days of the stay", "住院天数"),
    ("male", "男"),
    ("female", "女"),
];

fn word(text: &str, lang: Lang) -> String {
    let known = WORDS.iter().find(|(word, _)| lang == Lang::Zh && *word == text).map(|(_, zh)| *zh);
    known.unwrap_or(text).to_owned()
}

/// A number in its unit; sums of money are counted in fen and read in yuan.
fn amount(number: u64, unit: &str) -> String {
    if unit == "fen" { money(Fen(i64::try_from(number).unwrap_or(i64::MAX))) } else { count(number) }
}

fn unit(unit: &str, lang: Lang) -> String {
    word(if unit == "fen" { "yuan" } else { unit }, lang)
}

fn percent(part: f64, whole: f64) -> String {
    format!("{:.2} %", if whole > 0.0 { 100.0 * part / whole } else { 0.0 })
}

fn share(part: &Part) -> String {
    percent(part.faults as f64, part.judged as f64)
}

fn part_words(part: &Part, lang: Lang) -> String {
    let (name, unit) = (word(&part.name, lang), unit(&part.unit, lang));
    let (faults, judged) = (amount(part.faults, &part.unit), amount(part.judged, &part.unit));
    let (share, tolerance) = (share(part), percent(part.tolerance, 1.0));
    match lang {
        Lang::En => format!("{name} {faults} of {judged} {unit}, {share} (tolerance {tolerance})"),
        Lang::Zh => format!("{name} {faults} / {judged} {unit}，{share}（允许 {tolerance}）"),
    }
}

fn offender_words(offender: &Offender, lang: Lang) -> String {
    let (kind, unit) = (word(&offender.kind, lang), unit(&offender.unit, lang));
    let (faults, judged) = (amount(offender.faults, &offender.unit), amount(offender.judged, &offender.unit));
    let whole = if offender.faults == offender.judged { String::new() } else { format!(" / {judged}") };
    match lang {
        Lang::En => format!("{kind} {} ({faults}{whole} {unit})", offender.id),
        Lang::Zh => format!("{kind} {}（{faults}{whole} {unit}）", offender.id),
    }
}

fn write_table(paper: &mut Paper, verdicts: &[Verdict]) {
    let lang = paper.lang();
    let mut table = Table::default()
        .number(labels::CHECK_NUMBER.get(lang))
        .text(labels::CHECK.get(lang))
        .text(labels::OUTCOME.get(lang))
        .number(labels::AT_FAULT.get(lang))
        .number(labels::OF_JUDGED.get(lang))
        .text(labels::COUNTED_IN.get(lang))
        .number(labels::FAULT_SHARE.get(lang))
        .number(labels::TOLERANCE.get(lang));
    for verdict in verdicts {
        let mut row = vec![verdict.number.to_string(), title(verdict, lang), outcome_word(verdict.outcome, lang).to_owned()];
        match verdict.worst() {
            Some(part) => row.extend([
                amount(part.faults, &part.unit),
                amount(part.judged, &part.unit),
                unit(&part.unit, lang),
                share(part),
                percent(part.tolerance, 1.0),
            ]),
            None => row.extend(std::iter::repeat_n(String::new(), 5)),
        }
        table.row(row);
    }
    paper.table(&table);
}

fn write_failed(paper: &mut Paper, acceptance: &Acceptance) {
    if acceptance.failed().next().is_none() {
        return;
    }
    paper.section(labels::FAILED_CHECKS);
    let lang = paper.lang();
    for verdict in acceptance.failed() {
        let rule = check_of(verdict).map(|check| check.rule.get(lang)).unwrap_or_default();
        paper.numbered(verdict.number.into(), &format!("{}{}{rule}", title(verdict, lang), colon(lang)));
        verdict.parts.iter().filter(|part| part.fails).for_each(|part| paper.point_below(&part_words(part, lang)));
        let named: Vec<String> = verdict.offenders.iter().map(|offender| offender_words(offender, lang)).collect();
        let beside: Vec<String> = verdict.beside.iter().map(|(name, number)| format!("{} {}", word(name, lang), count(*number))).collect();
        for (label, texts) in [(labels::WORST, named), (labels::BESIDE, beside)] {
            if !texts.is_empty() {
                paper.below(&format!("{}{}{}", label.get(lang), colon(lang), join(&texts, lang)));
            }
        }
        paper.below(&format!("{}{}{}", labels::REMEDY.get(lang), colon(lang), remedy(verdict, lang)));
    }
}

fn write_inapplicable(paper: &mut Paper, verdicts: &[Verdict]) {
    let lacking: Vec<&Verdict> = verdicts
        .iter()
        .filter(|verdict| !verdict.fails() && (verdict.outcome == Outcome::NotApplicable || !verdict.missing.is_empty()))
        .collect();
    if lacking.is_empty() {
        return;
    }
    paper.section(labels::INAPPLICABLE_CHECKS);
    let lang = paper.lang();
    for verdict in lacking {
        let missing: Vec<String> = verdict.missing.iter().map(|input| word(input, lang)).collect();
        let reason = match lang {
            _ if missing.is_empty() && lang == Lang::En => "nothing to judge".to_owned(),
            _ if missing.is_empty() => "没有可检查的内容".to_owned(),
            Lang::En => format!("the data have no {}", join(&missing, lang)),
            Lang::Zh => format!("数据缺少 {}", join(&missing, lang)),
        };
        paper.numbered(verdict.number.into(), &format!("{}{}{reason}", title(verdict, lang), colon(lang)));
    }
}

fn write_nobodys(paper: &mut Paper, keys: &[NobodysKey]) {
    if keys.is_empty() {
        return;
    }
    paper.section(labels::NOBODYS_KEYS);
    let lang = paper.lang();
    let mut table = Table::default()
        .text(labels::KEY_KIND.get(lang))
        .text(labels::KEY.get(lang))
        .text(labels::PROVIDER.get(lang))
        .text(labels::WHY.get(lang))
        .number(labels::CLAIM_COUNT.get(lang))
        .number(labels::TOTAL_YUAN.get(lang));
    for key in keys.iter().take(ROWS) {
        let why = if key.is_placeholder { labels::PLACEHOLDER } else { labels::TOO_MANY };
        let (kind, provider) = (word(&key.kind, lang), key.provider_id.clone().unwrap_or_default());
        table.row(vec![kind, key.key.clone(), provider, why.get(lang).to_owned(), count(key.claims), money(Fen(key.total_fen))]);
    }
    paper.table(&table);
    paper.line(labels::NOBODYS_NOTE.get(lang));
}

fn write_mappings(paper: &mut Paper, defects: &[MappingDefect]) {
    if defects.is_empty() {
        return;
    }
    paper.section(labels::MAPPING_DEFECTS);
    let lang = paper.lang();
    let mut table = Table::default()
        .text(labels::ITEM_CODE.get(lang))
        .text(labels::BROKEN_LIMIT.get(lang))
        .number(labels::USERS.get(lang))
        .number(labels::CONTRARY.get(lang))
        .number(labels::IN_SCOPE_YUAN.get(lang));
    for defect in defects.iter().take(ROWS) {
        let limit = word(&defect.limit, lang);
        table.row(vec![defect.item_code.clone(), limit, count(defect.users), count(defect.contrary), money(Fen(defect.in_scope_fen))]);
    }
    paper.table(&table);
    paper.line(labels::MAPPING_NOTE.get(lang));
}
