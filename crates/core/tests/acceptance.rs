//! The acceptance checks at their borders, on deliveries of a thousand claims.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use claimsift::Settings;
use claimsift::acceptance::{Acceptance, Outcome, examine};
use claimsift::intake::IntakeOptions;
use claimsift::observe::Silent;
use claimsift::tables::TableId;
use std::fmt::Write;
use support::data::Data;

/// Claims of a delivery.
const CLAIMS: usize = 1000;

/// A thousand claims of one provider over ten months, a line and a diagnosis each, and nothing wrong.
fn delivery() -> Data {
    let mut claims = "claim_id,person_id,provider_id,visit_type,started_at,ended_at,settled_at,total_amount,in_scope_amount,fund_amount,\
                      account_amount,cash_amount,is_refund,original_claim_id,diagnosis_code,doctor_id"
        .to_owned();
    let mut lines = "claim_id,line_id,item_code,quantity,unit_price,amount,charged_at,category".to_owned();
    let mut diagnoses = "claim_id,code,is_main".to_owned();
    let mut persons = "person_id,sex,birth_date".to_owned();
    for number in 0..CLAIMS {
        let day = format!("2025-{:02}-{:02}", number / 100 + 1, number % 28 + 1);
        let id = format!("C{number:04}");
        let amounts = "100.00,90.00,50.00,20.00,30.00";
        write!(claims, "\n{id},P{number:04},H1,outpatient,{day},{day},{day},{amounts},false,,J18.900,D{}", number % 10).unwrap();
        write!(lines, "\n{id},L{number:04},X1,1,100,100,{day},exam").unwrap();
        write!(diagnoses, "\n{id},J18.900,true").unwrap();
        write!(persons, "\nP{number:04},female,1970-01-01").unwrap();
    }
    let staff: String = (0..10).fold("staff_id".to_owned(), |text, number| format!("{text}\nD{number}"));
    Data::default()
        .with("claims", &claims)
        .with("lines", &lines)
        .with("diagnoses", &diagnoses)
        .with("persons", &persons)
        .with("providers", "provider_id,kind\nH1,hospital")
        .with("staff", &staff)
}

fn examined(data: &Data) -> Acceptance {
    let (claims, report) = data.intake(IntakeOptions::all()).unwrap();
    examine(&claims, &report, &Settings::new().checks, &Silent).unwrap()
}

/// Checks which fail.
fn check(data: &Data, expected: &[u8]) {
    let acceptance = examined(data);
    let failed: Vec<u8> = acceptance.failed().map(|verdict| verdict.number).collect();
    assert_eq!(failed, expected, "{acceptance:#?}");
}

/// Sets a cell of the first rows of a table.
fn change(data: &mut Data, table: &str, rows: usize, column: &str, value: &str) {
    let at = data.table(table).position(column);
    data.table_mut(table).set(column, |row, cells| match at {
        _ if row < rows => value.to_owned(),
        Some(at) => cells[at].clone(),
        None => String::new(),
    });
}

/// Checks that a fault in so many rows passes, and in one more fails one check.
fn at_border(allowed: usize, table: &str, column: &str, value: &str, number: u8) {
    for (rows, expected) in [(allowed, vec![]), (allowed + 1, vec![number])] {
        let mut data = delivery();
        change(&mut data, table, rows, column, value);
        check(&data, &expected);
    }
}

#[test]
fn a_delivery_without_fault_passes() {
    let acceptance = examined(&delivery());
    let outcome = |number: u8| acceptance.checks[usize::from(number) - 1].outcome;
    assert!((1..=11).all(|number| outcome(number) == Outcome::Pass), "{acceptance:#?}");
    assert_eq!((outcome(12), acceptance.nobodys_keys.len(), acceptance.mapping_defects.len()), (Outcome::NotApplicable, 0, 0));
}

#[test]
fn a_missing_table_fails_the_first_check_alone() {
    for table in ["persons", "providers", "lines"] {
        let mut data = delivery();
        data.0.remove(table);
        check(&data, &[1]);
    }
    let mut data = delivery();
    data.0.remove("diagnoses");
    check(&data, &[]);
}

#[test]
fn one_cell_in_a_hundred_may_be_empty() {
    at_border(10, "persons", "birth_date", "", 2);
    at_border(10, "claims", "fund_amount", "", 2);
}

#[test]
fn one_row_in_a_thousand_may_be_at_fault() {
    at_border(1, "claims", "cash_amount", "32.00", 7);
    at_border(1, "claims", "fund_amount", "91.01", 7);
    at_border(1, "claims", "settled_at", "2024-12-31", 10);
    at_border(1, "claims", "person_id", "P9999", 11);
    at_border(1, "claims", "doctor_id", "D99", 11);
    at_border(1, "diagnoses", "claim_id", "C9999", 11);
    at_border(0, "claims", "total_amount", "-100.00", 9);
}

#[test]
fn a_total_may_differ_from_its_lines_by_half_a_per_cent() {
    // 100,000 yuan in all: five claims 100 yuan too high are half a per cent of 100,500.
    for (rows, expected) in [(5, vec![]), (6, vec![6])] {
        let mut data = delivery();
        change(&mut data, "claims", rows, "total_amount", "200.00");
        change(&mut data, "claims", rows, "cash_amount", "130.00");
        check(&data, &expected);
    }
}

#[test]
fn keys_occur_once() {
    for (copies, expected) in [(1, vec![]), (2, vec![3])] {
        let mut data = delivery();
        let rows = data.table("claims").rows[..copies].to_vec();
        data.table_mut("claims").rows.extend(rows);
        check(&data, &expected);
        assert_eq!(examined(&data).checks[2].beside["identical repeats"], copies as u64);
    }
}

#[test]
fn lines_and_claims_belong_together() {
    for (count, expected) in [(1, vec![]), (2, vec![5])] {
        let mut data = delivery();
        data.table_mut("lines").rows.drain(..count);
        check(&data, &expected);
    }
    for (count, expected) in [(1, vec![]), (2, vec![4])] {
        let mut data = delivery();
        for number in 0..count {
            let mut row = data.table("lines").rows[number].clone();
            row[0] = format!("X{number}");
            data.table_mut("lines").rows.push(row);
        }
        check(&data, &expected);
    }
}

#[test]
fn a_month_may_not_be_thin() {
    for (left, expected) in [(20, vec![]), (19, vec![8])] {
        let mut data = delivery();
        let thinned = |table: &support::data::Table| {
            table.filter(|cell| {
                let number: usize = cell("claim_id")[1..].parse().unwrap();
                !(400 + left..500).contains(&number)
            })
        };
        for table in [TableId::ClaimTable, TableId::LineTable, TableId::DiagnosisTable] {
            let kept = thinned(data.table(table.name()));
            *data.table_mut(table.name()) = kept;
        }
        check(&data, &expected);
    }
}

#[test]
fn rejected_claims_take_their_lines_with_them() {
    let mut data = delivery();
    change(&mut data, "claims", 2, "ended_at", "2024-12-01");
    check(&data, &[10]);
    assert_eq!(examined(&data).checks[3].beside["lines of rejected claims"], 2);
}

#[test]
fn placeholders_are_reported_and_match_no_table() {
    let mut data = delivery();
    change(&mut data, "claims", 30, "person_id", "无");
    change(&mut data, "claims", 20, "doctor_id", "0000");
    check(&data, &[]);
    let keys = examined(&data).nobodys_keys;
    let carried: Vec<_> = keys.iter().map(|key| (key.kind.as_str(), key.key.as_str(), key.claims, key.total_fen)).collect();
    assert_eq!(carried, [("person", "无", 30, 300_000), ("doctor", "0000", 20, 200_000)]);
}

#[test]
fn payments_agree_with_claims_by_month() {
    for (amount, expected) in [("50.50", vec![]), ("75.50", vec![12])] {
        let mut payments = "claim_id,amount,payer".to_owned();
        for number in 0..CLAIMS {
            // Half a per cent of the 5,000 yuan of a month are 25 yuan.
            let fund = if number == 0 { amount } else { "50.00" };
            write!(payments, "\nC{number:04},{fund},医保基金\nC{number:04},30.00,个人").unwrap();
        }
        check(&delivery().with("payments", &payments), &expected);
    }
}
