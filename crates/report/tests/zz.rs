// The golden county: every sheet and every score adds up, every line fits.


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
fn look() {
    let county = county(Lang::Zh);
    println!("{}", claimsift_report::summary(&county.screening, &county.intake, &county.claims, Lang::En));
    println!("{}", claimsift_report::leads(&county.screening.leads, 1, Lang::Zh));
    for code in ["O19", "C16", "P09", "F14"] { if let Some(f) = county.screening.findings.iter().find(|f| f.code == code) {
    println!("{}", support::without_queries(&finding_paper(&county.context(), &f.id).unwrap())); } }
    let _ = (CalculationSheet::default(), ScoreSum::of(&county.context(), ""), claim_paper(&county.context(), ""), Fen(0));
}
