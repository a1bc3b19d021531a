//! Both languages are complete, lines fit, and nothing that identifies a person is printed.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use claimsift::Lang;
use claimsift_report::{Context, Page, Style, claim_paper, explain, finding_paper, leads, provider_paper, summary};
use support::{County, without_queries};

/// Columns of a terminal that a line takes.
fn columns(line: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(line)
}

fn is_chinese(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

#[test]
fn lines_fit_the_width() {
    for lang in [Lang::En, Lang::Zh] {
        for text in County::small(lang).texts() {
            for line in text.lines() {
                assert!(columns(line) <= 110, "{} columns: {line}", columns(line));
                assert_eq!(line, line.trim_end());
            }
            assert!(!text.contains("\n\n\n"), "{text}");
        }
    }
}

#[test]
fn a_narrow_page_is_kept_too() {
    let county = County::small(Lang::Zh);
    let page = Page { width: 80, ..Page::new(Lang::Zh) };
    let context = Context { page, ..county.context() };
    let texts = [
        summary(&county.screening, &county.intake, &county.claims, page),
        leads(&county.screening.leads, 9, page),
        without_queries(&claim_paper(&context, "C2").unwrap()),
        provider_paper(&context, "H1").unwrap(),
    ];
    for line in texts.iter().flat_map(|text| text.lines()) {
        assert!(columns(line) <= 80, "{} columns: {line}", columns(line));
    }
}

#[test]
fn nothing_identifies_a_person_and_nobody_is_judged() {
    for lang in [Lang::En, Lang::Zh] {
        for text in County::small(lang).texts() {
            for withheld in ["张三", "13900000001", "110101", "第一人民医院", "康复医院", "1950-01-01"] {
                assert!(!text.contains(withheld), "{withheld} in\n{text}");
            }
            for word in ["fraud", "欺诈", "诈骗"] {
                assert!(!text.to_lowercase().contains(word), "{word} in\n{text}");
            }
        }
    }
}

#[test]
fn english_has_no_chinese_but_that_of_the_data() {
    let data = "肺炎腰痛高血压胆囊结石内科康复科外科床位费输液推拿治疗红外线治疗彩超阑尾切除术换药雾化吸入头孢曲松次";
    for text in County::small(Lang::En).texts() {
        for line in without_queries(&text).lines() {
            assert!(line.chars().filter(|&character| is_chinese(character)).all(|character| data.contains(character)), "{line}");
        }
    }
}

/// Latin words that stand in Chinese texts: commands, names of tables, columns and parameters, codes and ids.
fn is_a_name(word: &str) -> bool {
    let is_id = word.chars().any(|character| character.is_ascii_digit()) || word.len() < 2;
    let is_path = word.contains(['.', '_']);
    is_id || is_path || ["claimsift", "explain", "OUT", "CLAIM", "claims", "lines", "private", "public", "DRG", "DIP"].contains(&word)
}

#[test]
fn chinese_has_no_english_labels() {
    let county = County::small(Lang::Zh);
    let ids: Vec<&str> = county.screening.leads.iter().map(|lead| lead.id.as_str()).collect();
    for text in county.texts() {
        for line in without_queries(&text).lines() {
            for word in line.split(|character: char| !(character.is_ascii_alphanumeric() || "._".contains(character))) {
                let is_known = word.is_empty() || is_a_name(word) || ids.contains(&word) || word.chars().all(|one| one.is_ascii_hexdigit());
                // A lead's records come as sentences in which P09 names its legs.
                assert!(is_known || line.starts_with("  - C5: P09"), "`{word}` in: {line}");
            }
        }
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let county = County::small(Lang::En);
    assert!(county.texts().iter().all(|text| !text.contains('\u{1b}')));
    let coloured = Context { page: Page { style: Style { colour: true }, ..Page::new(Lang::En) }, ..county.context() };
    let text = claim_paper(&coloured, "C2").unwrap();
    assert!(text.contains("\u{1b}[1;31mWorking paper: P02 Overlapping stays (breach)\u{1b}[0m"), "{text}");
}

#[test]
fn anything_can_be_explained_by_its_name() {
    let county = County::small(Lang::En);
    let context = county.context();
    let finding = county.finding("P02");
    assert!(explain(&context, "C2").unwrap().starts_with("Claim C2"));
    assert!(explain(&context, "H2").unwrap().starts_with("Provider H2"));
    let by_id = explain(&context, &finding.id).unwrap();
    assert!(by_id.starts_with("Working paper: P02"));
    assert_eq!(finding_paper(&context, &finding.id[..8]), Some(by_id));
    assert_eq!(explain(&context, "nothing"), None);
    assert_eq!(finding_paper(&context, ""), None);
}

#[test]
fn an_ambiguous_beginning_lists_the_findings() {
    let county = County::small(Lang::En);
    let mut findings = county.screening.findings.clone();
    for (at, finding) in findings.iter_mut().enumerate() {
        finding.id = format!("same{at}");
    }
    let context = Context { findings: &findings, ..county.context() };
    let text = finding_paper(&context, "same").unwrap();
    assert!(text.starts_with(&format!("  {} findings begin with same:", findings.len())), "{text}");
    assert!(finding_paper(&context, "same1").unwrap().starts_with("Working paper"));
}

#[test]
fn claims_that_are_not_scored_say_why() {
    let county = County::small(Lang::En);
    for (claim, reason) in [("C8", "paid by the patient alone"), ("C9", "taken back by a refund"), ("C10", "a refund")] {
        let text = claim_paper(&county.context(), claim).unwrap();
        assert!(text.contains("Not scored\n----------\n  ") && text.contains(reason), "{text}");
    }
}

#[test]
fn sets_are_shown_by_their_condition() {
    let county = County::small(Lang::En);
    let mut finding = county.finding("P02").clone();
    let mut set = finding.evidence[0].clone();
    set.table = "lines".into();
    set.key = String::new();
    set.role = claimsift::detect::Role::Context;
    set.set = Some(("item_code = 'I01'".into(), 1234, claimsift::tables::value::Fen(123_456)));
    finding.evidence.push(set);
    let findings = [finding];
    let context = Context { findings: &findings, ..county.context() };
    let text = finding_paper(&context, &findings[0].id).unwrap();
    assert!(text.contains("select * from lines where item_code = 'I01'"), "{text}");
    assert!(text.contains("1,234") && text.contains("1,234.56"), "{text}");
}

#[test]
fn queries_come_with_the_parameters_of_the_run() {
    let settings = claimsift::Settings::read(&serde_json::json!({"P02": {"breach_nights": 3}})).unwrap();
    let county = County::new(support::SMALL, settings, Lang::En);
    let text = finding_paper(&county.context(), &county.finding("P02").id).unwrap();
    assert!(text.contains("$breach_nights = 3"), "{text}");
    assert!(text.contains("Derived by queries of their own, in this order: nets, visits, stays (`claimsift detectors nets`)."), "{text}");
}

#[test]
fn near_misses_say_what_they_miss() {
    let settings = claimsift::Settings::read(&serde_json::json!({"P09": {"max_gap_days": 1}})).unwrap();
    let county = County::new(support::SMALL, settings, Lang::En);
    assert_eq!(county.screening.near_misses.len(), 1);
    let text = claim_paper(&county.context(), "C5").unwrap();
    assert!(text.contains("Near misses\n-----------"), "{text}");
    assert!(text.contains("Near miss, no finding: 2 misses max_gap_days = 1."), "{text}");
    let paper = finding_paper(&county.context(), &county.screening.near_misses[0].finding.id).unwrap();
    assert!(paper.contains("Near miss, no finding"), "{paper}");
}

#[test]
fn a_summary_names_what_was_not_read_and_not_assessed() {
    let tables = [("claims", support::CLAIMS.replace("outpatient,2025-07-01", "hover,2025-07-01"))];
    let tables: Vec<(&str, &str)> = tables.iter().map(|(name, csv)| (*name, csv.as_str())).collect();
    let county = County::new(&tables, claimsift::Settings::new(), Lang::En);
    let text = summary(&county.screening, &county.intake, &county.claims, Lang::En);
    assert!(text.contains("claims.visit_type: 1 row(s) with words that its list does not know count as `other`: hover (1)"), "{text}");
    assert!(text.contains("C16 Identical lines repeated: 7 of 7 (unit: claim): the data have no lines.charged_at"), "{text}");
    let chinese = summary(&county.screening, &county.intake, &county.claims, Lang::Zh);
    assert!(chinese.contains("C16 重复收费（同项同刻）：7 / 7（单位：结算单），数据缺少 lines.charged_at"), "{chinese}");
}
