//! Papers add up: calculation sheets to the amounts of findings, contributions to scores.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use claimsift::detect::Basis;
use claimsift::tables::value::Fen;
use claimsift::{Lang, Settings};
use claimsift_report::{CalculationSheet, Rate, ScoreSum, Uncounted, claim_paper, finding_paper};
use serde_json::json;
use support::{CLAIMS, County, LINES, PERSONS, PROVIDERS, SMALL};

fn assert_sheets_add_up(county: &County) {
    let context = county.context();
    let near_misses = county.screening.near_misses.iter().map(|miss| &miss.finding);
    for finding in county.screening.findings.iter().chain(near_misses) {
        let sheet = CalculationSheet::of(&context, finding);
        assert!(sheet.agrees_with(finding), "{finding:?}\n{sheet:?}");
        assert_eq!(sheet.rows.iter().map(|row| row.amount).sum::<Fen>(), finding.money.amount);
        assert_eq!(sheet.rows.iter().map(|row| row.in_scope).sum::<Fen>(), finding.money.in_scope);
        let losses: Vec<Fen> = sheet.rows.iter().filter_map(|row| row.loss).collect();
        assert_eq!((!losses.is_empty()).then(|| losses.into_iter().sum::<Fen>()), finding.money.loss);
    }
}

fn assert_scores_add_up(county: &County) {
    for score in &county.screening.scores {
        let sum = ScoreSum::of(&county.context(), county.claims.claim(score.claim).name());
        assert_eq!(sum.scores, score.scores);
        let counted: i64 = sum.counted.iter().map(|counted| counted.contribution.milli_logits).sum();
        assert_eq!(sum.base + counted, score.scores.milli_logits());
    }
}

#[test]
fn sheets_and_scores_add_up() {
    for lang in [Lang::En, Lang::Zh] {
        let county = County::small(lang);
        assert!(county.screening.findings.len() >= 6);
        assert_sheets_add_up(&county);
        assert_scores_add_up(&county);
    }
}

#[test]
fn a_line_costs_the_funds_share() {
    let county = County::small(Lang::En);
    let finding =
        county.screening.findings.iter().find(|finding| finding.claim_id.as_deref() == Some("C2") && finding.code == "C16").unwrap();
    let sheet = CalculationSheet::of(&county.context(), finding);
    assert_eq!(sheet.rows.len(), 2);
    assert_eq!(sheet.rows[0].rate, Rate::Share { fund: Fen(72_000), payable: Fen(90_000) });
    assert_eq!((sheet.amount, sheet.in_scope, sheet.loss), (Fen(30_000), Fen(20_000), Some(Fen(16_000))));
}

#[test]
fn a_normal_group_case_costs_nothing() {
    let county = County::small(Lang::En);
    let finding = county.screening.findings.iter().find(|finding| finding.claim_id.as_deref() == Some("C7")).unwrap();
    let sheet = CalculationSheet::of(&county.context(), finding);
    assert_eq!((sheet.rows[0].basis, sheet.rows[0].rate, sheet.loss), (Basis::Payment, Rate::Fixed, Some(Fen::ZERO)));
}

#[test]
fn without_fund_amounts_nothing_is_reckoned() {
    let claims = CLAIMS.replace("fund_amount", "column_that_is_not_read");
    let county =
        County::new(&[("claims", &claims), ("lines", LINES), ("persons", PERSONS), ("providers", PROVIDERS)], Settings::new(), Lang::En);
    assert_sheets_add_up(&county);
    let finding = county.finding("P02");
    assert_eq!(CalculationSheet::of(&county.context(), finding).loss, None);
    let paper = finding_paper(&county.context(), &finding.id).unwrap();
    assert!(paper.contains("not reckoned"), "{paper}");
    assert!(paper.contains("what the fund paid is not in the data"), "{paper}");
}

#[test]
fn of_a_family_only_the_largest_counts() {
    let again = "C11,A,H3,inpatient,2025-05-05 08:00:00,2025-05-09 11:00:00,2025-05-09 11:30:00,1100,1000,100,700,400,true,,,M54.5,腰痛,康复科,item,,,,outpatient,,";
    let claims = format!("{}\n{again}\n", CLAIMS.trim());
    let county =
        County::new(&[("claims", &claims), ("lines", LINES), ("persons", PERSONS), ("providers", PROVIDERS)], Settings::new(), Lang::En);
    assert_scores_add_up(&county);
    assert_sheets_add_up(&county);
    let sum = ScoreSum::of(&county.context(), "C11");
    let families: Vec<_> = sum.not_counted.iter().filter(|one| matches!(one.reason, Uncounted::Family { .. })).collect();
    assert_eq!((sum.counted.len(), families.len()), (1, 1));
    let paper = claim_paper(&county.context(), "C11").unwrap();
    assert!(paper.contains("of family presence only the largest counts: P02"), "{paper}");
}

#[test]
fn a_claim_that_is_only_compared_stays_at_the_base() {
    let county = County::small(Lang::En);
    let sum = ScoreSum::of(&county.context(), "C1");
    assert!(sum.counted.is_empty());
    assert_eq!(sum.not_counted.len(), 1);
    assert_eq!((sum.not_counted[0].reason.clone(), sum.scores.milli_logits()), (Uncounted::NotAtRisk, -4600));
    let paper = claim_paper(&county.context(), "C1").unwrap();
    assert!(paper.contains("the claim is not at risk in it"), "{paper}");
    assert!(!paper.contains("Working paper"), "{paper}");
}

#[test]
fn the_cap_on_clues_is_shown_where_it_bites() {
    let settings = Settings::read(&json!({"weights": {"clue_cap": 0.1}})).unwrap();
    let county = County::new(SMALL, settings, Lang::En);
    assert_scores_add_up(&county);
    let sum = ScoreSum::of(&county.context(), "C5");
    assert_eq!(sum.scores.milli_logits(), -4500);
    let full = sum.counted[0].before_cap;
    assert_eq!(sum.cut_by_cap(), full - 100);
    let paper = claim_paper(&county.context(), "C5").unwrap();
    assert!(paper.contains(&format!("Clues together add at most +100; the cap takes away {}.", full - 100)), "{paper}");
}

#[test]
fn other_data_than_those_of_the_run_are_noticed() {
    let county = County::small(Lang::En);
    let mut finding = county.finding("P02").clone();
    finding.money.loss = Some(Fen(1));
    let findings = [finding];
    let context = claimsift_report::Context { findings: &findings, ..county.context() };
    let paper = finding_paper(&context, &findings[0].id).unwrap();
    assert!(paper.contains("does not add up to the amounts of the finding"), "{paper}");
}
