//! Bills that are settled again or copied, and cases in which a single column decides whether they are.

use super::corners::append;
use super::data::{Data, Table};
use std::fmt::Write;

/// Gives some claims an invoice number, which few of them share.
pub fn number_invoices(claims: &mut Table) {
    let at = claims.position("claim_id").unwrap();
    claims.set("invoice_no", |_, row| {
        let number: usize = row[at].bytes().map(usize::from).sum();
        if number.is_multiple_of(3) { format!("IN2025041{}", number % 4) } else { String::new() }
    });
}

const CLAIMS: &str = "claim_id,person_id,visit_id,started_at,ended_at,settled_at,invoice_no,is_interim,is_newborn,payment_method,payment_amount,\
                      in_scope_amount,provider_id,visit_type,total_amount,fund_amount,diagnosis_code";

/// Two claims that are equal but for the cells given, as (column, value) of the second.
struct Pair {
    name: &'static str,
    both: &'static [(&'static str, &'static str)],
    second: &'static [(&'static str, &'static str)],
}

const PAIRS: &[Pair] = &[
    Pair { name: "VISIT", both: &[("visit_id", "V"), ("invoice_no", "VISIT20250417")], second: &[("settled_at", "2025-01-20 08:00:00")] },
    Pair { name: "DAY", both: &[("invoice_no", "DAY0020250417")], second: &[("settled_at", "2025-01-20 08:00:00")] },
    Pair {
        name: "INTERIM",
        both: &[("invoice_no", "INTERIM20250417"), ("is_interim", "true")],
        second: &[("settled_at", "2025-01-20 08:00:00")],
    },
    Pair { name: "HOME", both: &[("invoice_no", "HOME020250417")], second: &[("person_id", "HOME2")] },
    Pair { name: "NUMBERS", both: &[("lines", "numbers")], second: &[] },
    Pair { name: "ORDERS", both: &[("lines", "orders")], second: &[] },
    Pair { name: "NEWBORN", both: &[("lines", "orders"), ("is_newborn", "true")], second: &[] },
    Pair { name: "GROUP", both: &[("lines", "orders"), ("payment_method", "drg"), ("payment_amount", "900")], second: &[] },
    Pair { name: "CLONE", both: &[("lines", "seconds")], second: &[("person_id", "CLONE2"), ("shift", "1")] },
    Pair { name: "EXECUTED", both: &[("lines", "executed")], second: &[("person_id", "EXECUTED2"), ("shift", "1")] },
    Pair { name: "TWINS", both: &[("lines", "nights")], second: &[("person_id", "TWINS2"), ("shift", "1")] },
];

/// Adds the pairs, and enough other bills of their provider.
pub fn add(data: &mut Data) {
    let (mut claims, mut lines) = (format!("{CLAIMS}\n"), "claim_id,line_id,item_code,charged_at,executed_at,order_no,amount\n".to_owned());
    for pair in PAIRS {
        for (number, cells) in [(1, [pair.both, &[]]), (2, [pair.both, pair.second])] {
            let cells: Vec<_> = cells.into_iter().flatten().copied().collect();
            write(&mut claims, &mut lines, pair.name, number, &cells);
        }
    }
    for number in 0..40 {
        writeln!(claims, "OTHER{number:02},OTHER,,2025-01-12,2025-01-12,,,,,,,,HB,outpatient,100,50,I10").unwrap();
        writeln!(lines, "OTHER{number:02},,I1,2025-01-12,,,100").unwrap();
    }
    let mut lines = Table::parse(&lines);
    lines.set("quantity", |_, _| "1".to_owned());
    lines.set("unit_price", |_, row| row[6].clone());
    append(data.table_mut("claims"), &Table::parse(&claims));
    data.table_mut("lines").set("package_no", |number, _| if number % 50 == 7 { "PACKAGE".to_owned() } else { String::new() });
    append(data.table_mut("lines"), &lines);
    let persons = data.table_mut("persons");
    if persons.position("household_id").is_none() {
        persons.set("household_id", |_, _| String::new());
    }
    append(persons, &Table::parse("person_id,household_id\nHOME1,HOME\nHOME2,HOME\nTWINS1,TWINS\nTWINS2,TWINS"));
}

fn write(claims: &mut String, lines: &mut String, name: &str, number: u8, cells: &[(&str, &str)]) {
    let cell = |column: &str| cells.iter().rev().find(|(other, _)| *other == column).map_or("", |(_, value)| *value);
    let given = |column: &str, usual: &str| if cell(column).is_empty() { usual.to_owned() } else { cell(column).to_owned() };
    let day = if cell("shift").is_empty() { "2025-01-10" } else { "2025-01-11" };
    let next = if cell("shift").is_empty() { "2025-01-11" } else { "2025-01-12" };
    writeln!(
        claims,
        "{name}{number},{},{},{day} 08:00:00,{next} 18:00:00,{},{},{},{},{},{},100,HB,outpatient,100,{},J18",
        given("person_id", &format!("{name}1")),
        cell("visit_id"),
        given("settled_at", "2025-01-12 18:00:00"),
        cell("invoice_no"),
        cell("is_interim"),
        cell("is_newborn"),
        cell("payment_method"),
        cell("payment_amount"),
        50 + number,
    )
    .unwrap();
    for line in 1..=8 {
        let (id, charged, executed, order) = match cell("lines") {
            "numbers" => (format!("NUMBER20250417{line}"), day.to_owned(), String::new(), String::new()),
            "orders" => (String::new(), format!("{day} 09:00:0{line}"), String::new(), format!("{name}{line}")),
            "seconds" => (String::new(), format!("{day} 09:1{line}:17"), String::new(), String::new()),
            "executed" => (String::new(), day.to_owned(), format!("{day} 10:1{line}:17"), String::new()),
            "nights" => (String::new(), format!("{} 11:1{line}:17", if line < 5 { day } else { next }), String::new(), String::new()),
            _ => return,
        };
        let amount = if cell("lines") == "orders" { line * 10 + usize::from(number) } else { 10 };
        writeln!(lines, "{name}{number},{id},I{},{charged},{executed},{order},{amount}", line % 5).unwrap();
    }
}
