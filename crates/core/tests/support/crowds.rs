//! Hospitals with many stays, each of which shows what one column decides for detectors that compare stays and count beds.

use super::data::{Data, Table};
use std::fmt::Write;

const CLAIMS: &str = "claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount,visit_id,is_insured,is_newborn,diagnosis_code,admission_way,payment_method\n";
const LINES: &str = "claim_id,item_code,quantity,unit_price,amount,category,item_name,dose_form,package_no\n";

/// Tables being written.
struct Rows {
    claims: String,
    lines: String,
    procedures: String,
    count: usize,
}

/// A stay from the n-th of March on; every person is alone.
struct Stay<'a> {
    provider: &'a str,
    days: (&'a str, &'a str),
    total: usize,
    /// Visit number, insured, newborn, diagnosis, way of admission, way of payment.
    rest: &'a str,
    /// Each: amount, category, name, dose form, package number.
    lines: &'a [&'a str],
}

impl Rows {
    fn add(&mut self, stay: &Stay<'_>) -> String {
        self.count += 1;
        let id = format!("Y{:04}", self.count);
        let person = stay.rest.split(',').next().filter(|visit| !visit.is_empty()).unwrap_or(&id).to_owned();
        let Stay { provider, days: (from, to), total, rest, lines } = stay;
        writeln!(self.claims, "{id},{person},{provider},inpatient,{from} 10:00:00,{to} 09:00:00,{total},{rest}").unwrap();
        for line in *lines {
            let amount = line.split(',').next().unwrap();
            writeln!(self.lines, "{id},I20,1,{amount},{line}").unwrap();
        }
        id
    }

    fn crowd(&mut self, count: usize, stay: &Stay<'_>) {
        (0..count).for_each(|_| _ = self.add(stay));
    }
}

/// Adds the hospitals to a data set.
pub fn add_crowds(data: &mut Data) {
    let mut rows = Rows { claims: CLAIMS.to_owned(), lines: LINES.to_owned(), procedures: "claim_id,code\n".to_owned(), count: 0 };
    full_houses(&mut rows);
    uniform_bills(&mut rows);
    tests_only(&mut rows);
    let providers = "provider_id,kind,level,beds,open_beds\nK1,hospital,1,4,\nK2,hospital,1,4,\nK3,hospital,1,2,6\nK4,hospital,1,5,\nK5,hospital,3,1,\n\
                     K6,hospital,1,4,\nK7,hospital,1,10,\nM1,hospital,2,,\nM2,hospital,2,,\nM3,hospital,2,,\nM4,hospital,3,,\nN1,hospital,2,,\nN2,hospital,2,,\n\
                     N3,hospital,3,,\n";
    for (table, text) in [("claims", &*rows.claims), ("lines", &rows.lines), ("procedures", &rows.procedures), ("providers", providers)] {
        append_all(data.0.entry(table.to_owned()).or_default(), &Table::parse(text));
    }
}

/// Adds rows; columns that the table lacks are added.
fn append_all(table: &mut Table, rows: &Table) {
    for column in &rows.header {
        if table.position(column).is_none() {
            table.set(column, |_, _| String::new());
        }
    }
    for row in 0..rows.rows.len() {
        let cells = table.header.iter().map(|column| rows.cell(row, column).to_owned()).collect();
        table.rows.push(cells);
    }
}

const TWELVE: (&str, &str) = ("2025-01-02", "2025-01-14");

/// More patients than beds: thin and uninsured, newborns, open beds, one visit of two claims, levels.
fn full_houses(rows: &mut Rows) {
    let plain = |provider| Stay { provider, days: TWELVE, total: 3600, rest: ",,,,,", lines: &[] };
    rows.crowd(3, &plain("K1"));
    rows.crowd(1, &Stay { total: 100, ..plain("K1") });
    rows.crowd(1, &Stay { total: 100, rest: ",false,,,,", ..plain("K1") });
    rows.crowd(4, &plain("K2"));
    rows.crowd(2, &Stay { rest: ",,true,,,", ..plain("K2") });
    rows.crowd(5, &plain("K3"));
    rows.crowd(4, &plain("K4"));
    rows.crowd(2, &Stay { rest: "VK4,,,,,", ..plain("K4") });
    rows.crowd(2, &Stay { days: ("2021-01-01", "2024-01-15"), total: 900_000, ..plain("K5") });
    rows.crowd(7, &Stay { days: ("2025-01-02", "2025-01-05"), ..plain("K6") });
    rows.crowd(1, &Stay { days: ("2021-01-01", "2024-01-15"), total: 900_000, ..plain("K7") });
}

/// Totals that repeat, packages, operations with one night, operations of one day, and spreads of one diagnosis.
fn uniform_bills(rows: &mut Rows) {
    let plain = |provider| Stay { provider, days: TWELVE, total: 0, rest: ",,,I10,,", lines: &[] };
    for number in 1..=10 {
        for provider in ["M1", "M2", "M3"] {
            rows.add(&Stay { total: 1000 * number, ..plain(provider) });
        }
        rows.add(&Stay { total: 5000 + number, ..plain("M4") });
    }
    rows.crowd(6, &Stay { total: 2980, ..plain("M1") });
    for number in 1..=20 {
        rows.add(&Stay { total: 20_000 + 10 * number, ..plain("M1") });
    }
    rows.crowd(1, &Stay { total: 2980, lines: &["2980,treatment,,,K1"], ..plain("M1") });
    rows.crowd(1, &Stay { total: 2980, rest: ",,,I10,,per_diem", ..plain("M1") });
    let night = ("2025-01-02", "2025-01-03");
    rows.crowd(1, &Stay { total: 2980, days: night, lines: &["2980,surgery,,,"], ..plain("M1") });
    let operated = rows.add(&Stay { total: 2980, days: night, ..plain("M1") });
    writeln!(rows.procedures, "{operated},13.4100").unwrap();
    for rest in [",,,A01,,", ",,,A02,,", ",,,A03,,", ",,,A04,,", ",,,A05,,"] {
        rows.add(&Stay { total: 2980, days: ("2025-02-02", "2025-02-06"), rest, lines: &["2980,surgery,,,"], ..plain("M2") });
    }
}

/// Stays with hardly more than tests beside treated ones.
fn tests_only(rows: &mut Rows) {
    let treated =
        Stay {
            provider: "N1", days: TWELVE, total: 100, rest: ",,,R51.x00,outpatient,", lines: &["50,lab,,,", "50,nursing,静脉输液,,"]
        };
    rows.crowd(200, &treated);
    let low = |provider| Stay {
        provider,
        days: ("2025-01-02", "2025-01-04"),
        total: 100,
        rest: ",,,R51.x00,outpatient,",
        lines: &["60,lab,,,", "40,nursing,,,"],
    };
    rows.crowd(3, &low("N2"));
    rows.crowd(1, &low("N3"));
    rows.crowd(1, &Stay { lines: &["60,lab,,,", "40,western_drug,,针剂,"], ..low("N2") });
    let examined = rows.add(&low("N2"));
    writeln!(rows.procedures, "{examined},45.2300").unwrap();
}
