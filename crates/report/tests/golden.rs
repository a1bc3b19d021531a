//! The golden county: every sheet and every score adds up, every line fits.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use claimsift::intake::{Intake, IntakeError, IntakeOptions};
use claimsift::observe::Silent;
use claimsift::tables::TableId;
use claimsift::tables::value::Fen;
use claimsift::{Lang, Settings};
use claimsift_io::{Input, LayoutChoice};
use claimsift_report::{CalculationSheet, ScoreSum, claim_paper, finding_paper};
use support::County;

fn county(lang: Lang) -> County {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/golden");
    let input = Input::open(folder.as_ref(), &LayoutChoice::Auto).unwrap();
    let mut intake = Intake::new(IntakeOptions::all(), &Silent);
    for &table in TableId::ALL {
        let columns: Vec<&str> = table.schema().columns.iter().map(|column| column.name).collect();
        let chunks = input.read(table, &columns).map(|chunk| Ok::<_, IntakeError>(chunk.unwrap()));
        intake.table(table, chunks).unwrap();
    }
    let (claims, intake) = intake.finish().unwrap();
    let settings = Settings::new();
    let screening = claimsift::screen(&claims, &settings, lang, &Silent).unwrap();
    County { claims, intake, settings, screening, lang }
}

#[test]
fn everything_adds_up_and_fits() {
    let county = county(Lang::Zh);
    let context = county.context();
    assert!(county.screening.findings.len() > 20);
    for finding in &county.screening.findings {
        let sheet = CalculationSheet::of(&context, finding);
        assert!(sheet.agrees_with(finding) && sheet.not_found == 0, "{finding:?}\n{sheet:?}");
        assert_eq!(sheet.rows.iter().map(|row| row.amount).sum::<Fen>(), finding.money.amount);
        assert_eq!(sheet.rows.iter().filter_map(|row| row.loss).sum::<Fen>(), finding.money.loss.unwrap_or_default());
        let paper = finding_paper(&context, &finding.id).unwrap();
        assert!(paper.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 110), "{paper}");
    }
    for score in county.screening.scores.iter().filter(|score| score.tier.is_some()) {
        let claim = county.claims.claim(score.claim).name();
        assert_eq!(ScoreSum::of(&context, claim).scores, score.scores);
        assert!(claim_paper(&context, claim).is_some());
    }
}
