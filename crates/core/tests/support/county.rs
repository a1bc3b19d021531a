//! Small random counties: five persons, three hospitals, claims of some weeks around the turn of a year.
//!
//! A county is drawn as bytes and rendered as tables, so that a failing one shrinks to few claims with plain values.

use super::bills;
use super::corners::{add_stays, append};
use super::data::{Data, Table};
use proptest::prelude::*;
use std::fmt::Write;

/// A claim and its lines as bytes.
pub type Draft = ([u8; 16], Vec<[u8; 8]>);

#[derive(Clone, Debug)]
pub struct County {
    pub claims: Vec<Draft>,
    pub deaths: [u8; 5],
}

/// Counties with at least one claim.
pub fn counties() -> impl Strategy<Value = County> {
    let lines = proptest::collection::vec(any::<[u8; 8]>(), 0..5);
    let claims = proptest::collection::vec((any::<[u8; 16]>(), lines), 1..24);
    (claims, any::<[u8; 5]>()).prop_map(|(claims, deaths)| County { claims, deaths })
}

const CLAIMS: &str = "claim_id,person_id,provider_id,visit_id,visit_type,started_at,ended_at,settled_at,total_amount,in_scope_amount,\
                      fund_amount,account_amount,cash_amount,deductible_amount,is_insured,is_refund,original_claim_id,is_interim,is_newborn,diagnosis_code,\
                      group_code,payment_method,group_case,payment_amount,discharge_way,admission_way,transferred_from,doctor_id,department";
const LINES: &str = "claim_id,item_code,quantity,unit_price,amount,line_id,item_name,category,in_scope_amount,discount_amount,charged_at,\
                     executed_at,order_no,reverses_line_id,is_discharge_drug";
const PROVIDERS: &str = "provider_id,kind,level,group_id\nH0,hospital,3,G\nH1,hospital,1,G\nH2,hospital,1,\n";
const GROUPS: &str = "group_code,year,norm_cost\nDRG1,2024,500\nDRG1,2025,2000\nDRG2,2025,1000\n";
const CATALOGUE: &str = "item_code,ingredient,presence,valid_from,valid_to,sex_limit,max_age\nI0,cefazolin,,2020-01-01,2024-12-31,,\n\
                         I0,other,,2025-01-01,,,14\nI4,cefazolin,,,,female,\nI3,,true,2025-01-05,,female,14\n";

const EXCLUSIVE_PAIRS: &str = "item_code,other_code,scope,hours,included,valid_from,valid_to\n\
                               I0,I1,day,,,2025-01-05,\nI2,I1,day,,1,,2025-01-20\nI1,I3,day,,,,\nI3,I1,day,,2,,\nI4,I0,day,,,,\n\
                               I0,I2,visit,,,,\nI2,I0,visit,,1,,\nI3,I1,visit,,,2025-01-05,2025-01-20\nI4,I1,visit,,,,\n\
                               I0,I3,hour,,,,\nI2,I4,hours,6,1,,2025-01-20\nI3,I4,hours,30,,2025-01-05,\nI4,I2,hour,,1,,\n";
const FREQUENCIES: &str = "item_code,most,per,charge_unit,valid_from,valid_to\n\
                           I0,1,day,,,\nI1,1,day,,2025-01-05,\nI2,2,visit,,,2025-01-20\nI3,2,week,,,\nI4,2,month,,,\nI4,3,year,,,\n";

impl County {
    pub fn data(&self) -> Data {
        let (mut claims, mut lines) = (format!("{CLAIMS}\n"), format!("{LINES}\n"));
        for (number, (draft, drafts)) in self.claims.iter().enumerate() {
            claim(&mut claims, &mut lines, &format!("C{number:02}"), draft, drafts);
        }
        let mut persons = "person_id,death_date,sex,birth_date\n".to_owned();
        // The last person stands in no table of persons.
        for (person, death) in self.deaths[..4].iter().enumerate() {
            let died = if *death < 128 { String::new() } else { day(*death % 50) };
            writeln!(
                persons,
                "P{person},{died},{},{}",
                pick(person as u8, &["male", "female"]),
                pick(*death / 4, &["1980-01-01", "2010-12-28"])
            )
            .unwrap();
        }
        let mut data = Data::default()
            .with("claims", &claims)
            .with("lines", &lines)
            .with("persons", &persons)
            .with("providers", PROVIDERS)
            .with("groups", GROUPS)
            .with("catalogue", CATALOGUE)
            .with("exclusive_pairs", EXCLUSIVE_PAIRS)
            .with("frequencies", FREQUENCIES);
        bills::number_invoices(data.table_mut("claims"));
        data
    }
}

/// A day from 10 December 2024 on.
fn day(after: u8) -> String {
    match u32::from(after) + 10 {
        day @ ..=31 => format!("2024-12-{day:02}"),
        day @ 32..=62 => format!("2025-01-{:02}", day - 31),
        day @ 63..=90 => format!("2025-02-{:02}", day - 62),
        day => format!("2025-03-{:02}", day - 90),
    }
}

fn pick<'a>(byte: u8, words: &[&'a str]) -> &'a str {
    words[byte as usize % words.len()]
}

fn claim(claims: &mut String, lines: &mut String, id: &str, draft: &[u8; 16], drafts: &[[u8; 8]]) {
    let [person, provider, refund, start, hour, nights, open, way, admission, special, payer, diagnosis, group, total, fund, visit] =
        *draft;
    let (person, provider) = (
        format!("P{}", pick(person, &["0", "1", "0", "1", "2", "3", "4", "0"])),
        format!("H{}", pick(provider, &["0", "1", "0", "2", "0"])),
    );
    let kind = pick(
        hour / 16,
        &[
            "inpatient",
            "inpatient",
            "inpatient",
            "inpatient",
            "inpatient",
            "outpatient",
            "inpatient",
            "emergency",
            "pharmacy",
            "inpatient",
            "chronic",
        ],
    );
    let start = start % 40;
    let nights = nights % 12;
    let clock = |byte: u8| pick(byte, &[" 09:30:00", "", " 22:15:07"]);
    let started = format!("{}{}", day(start), clock(hour));
    let ended = if open % 16 == 15 {
        String::new()
    } else {
        format!("{} {}", day(start + nights), pick(u8::from(open / 4 % 2 == 1 && nights > 0), &["23:00:00", "10:00:00"]))
    };
    let billed = drafts.iter().enumerate().map(|(at, draft)| line(lines, id, at, start, nights, *draft)).sum::<i64>();
    let total = if total % 2 == 0 && billed > 0 { billed + i64::from(total % 7 == 6) * 50 } else { i64::from(total) * 20 + 100 };
    let fund = if fund > 200 { None } else { Some(total * i64::from(fund % 101) / 100) };
    let scope = (payer >= 64).then_some(total * 9 / 10);
    let method = pick(group / 4, &["", "item", "drg", ""]);
    let case = pick(group / 16, &["normal", "high", "", "item_paid"]);
    let visit = if visit % 4 == 3 { format!("V{person}{provider}") } else { String::new() };
    let text = |amount: Option<i64>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    let tail = [
        pick(payer % 8 / 7, &["", "true"]).to_owned(),
        pick(u8::from(special % 16 == 14), &["", "true"]).to_owned(),
        pick(diagnosis, &["", "J18.9", "I10", "Z51.1", "K80.2", "O80.0", "J18.0", "", "I10", "N18.5", "J18.9"]).to_owned(),
        pick(group, &["", "DRG1", "DRG2"]).to_owned(),
        method.to_owned(),
        case.to_owned(),
        text((group % 5 > 1).then_some(total * 4 / 5)),
        pick(way, &["", "ordered", "", "ordered", "", "death", "unordered", "transfer_hospital"]).to_owned(),
        pick(admission, &["", "emergency", "outpatient", "outpatient", "", "emergency", "other", "transfer"]).to_owned(),
        pick(u8::from(special % 16 == 15), &["", "H0"]).to_owned(),
        pick(way / 8, &["", "D1", "D2"]).to_owned(),
        pick(way / 16, &["", "ward"]).to_owned(),
    ]
    .join(",");
    let insured = pick(payer, &["", "", "true", "", "false", ""]);
    writeln!(
        claims,
        "{id},{person},{provider},{visit},{kind},{started},{ended},{},{total},{},{},{},{},{},{insured},,,{tail}",
        if open % 4 == 3 { String::new() } else { format!("{} {}", day(start + nights), pick(open / 8, &["23:30:00", "14:30:00"])) },
        text(scope),
        text(fund),
        total / 20,
        total / 10,
        text((fund.is_some() && payer % 3 == 0).then_some(total / 10)),
    )
    .unwrap();
    if refund >= 220 {
        let back = |amount: i64| if refund % 2 == 0 { -amount } else { -amount / 2 };
        let original = if refund % 3 == 0 { "" } else { id };
        let mark = pick(refund / 7, &["", "true"]);
        writeln!(
            claims,
            "{id}R,{person},{provider},{visit},{kind},{started},{ended},,{},{},{},,,,{insured},{mark},{original},{tail}",
            back(total),
            text(scope.map(back)),
            text(fund.map(back)),
        )
        .unwrap();
    }
}

/// Writes a line, more than once for some drafts, and returns what it adds in yuan.
fn line(lines: &mut String, claim: &str, at: usize, start: u8, nights: u8, draft: [u8; 8]) -> i64 {
    let [item, when, hour, executed, order, price, copies, label] = draft;
    let served = day(start + when % (nights + 3));
    let charged = format!("{served}{}", pick(hour, &[" 08:00:00", " 08:00:00", ""]));
    let executed = match executed % 5 {
        1 => format!("{served} 09:14:32"),
        2 => served.clone(),
        3 => format!("{} 09:14:33", day(start + when % (nights + 3) + 1)),
        _ => String::new(),
    };
    let (quantity, price) = (1 + i64::from(price / 64), 10 * (1 + i64::from(price % 3)));
    let amount = quantity * price;
    let copies = 1 + i64::from(copies % 4 == 3) + i64::from(copies % 16 == 7);
    for copy in 0..copies {
        let id = if label % 3 == 1 { format!("L{at}-{copy}") } else { String::new() };
        let reversed = if label % 16 == 15 && at > 0 { format!("L{}-0", at - 1) } else { String::new() };
        writeln!(
            lines,
            "{claim},I{},{quantity},{price},{amount},{id},{},{},{},{},{charged},{executed},{},{reversed},{}",
            item % 5,
            pick(item / 8, &["", "护理", "尸体料理"]),
            pick(item, &["western_drug", "nursing", "lab", "consumable", "western_drug"]),
            pick(label / 16, &["", "5", "0", "", ""]),
            pick(order / 16, &["", "", "", "1"]),
            pick(order, &["", "O1", "O2"]),
            pick(label / 8, &["", "", "true", "false"]),
        )
        .unwrap();
    }
    amount * copies
}

/// A county of eight hospitals and forty persons with so many claims, for what needs numbers.
pub fn bureau(claims: usize, seed: u64) -> Data {
    use rand_xoshiro::rand_core::{RngCore, SeedableRng};
    let mut random = rand_xoshiro::Xoshiro256Plus::seed_from_u64(seed);
    let mut draw = || {
        let mut draft = [0; 16];
        random.fill_bytes(&mut draft);
        let lines = (0..draft[0] % 4)
            .map(|_| {
                let mut line = [0; 8];
                random.fill_bytes(&mut line);
                line
            })
            .collect();
        (draft, lines)
    };
    let mut data = County { claims: (0..claims).map(|_| draw()).collect(), deaths: [0; 5] }.data();
    // A refund is of the same person and provider as its original.
    let number = |row: &[String]| row[0].trim_matches(['C', 'R']).parse::<usize>().unwrap();
    let table = data.table_mut("claims");
    table.set("person_id", |_, row| format!("P{}", number(row) % 40));
    table.set("provider_id", |_, row| format!("H{}", (number(row) * 3 + number(row) / 80 * 5) % 8));
    let visited = table.position("visit_id").unwrap();
    table.set("visit_id", |_, row| if row[visited].is_empty() { String::new() } else { format!("V{}", number(row) % 40) });
    let persons = (0..39).map(|person| format!("P{person},{}", if person % 4 == 0 { day(person) } else { String::new() }));
    let persons = persons.collect::<Vec<_>>().join("\n");
    let providers =
        (0..8).map(|at| format!("H{at},{},{},{}", pick(at / 5, &["hospital", "clinic"]), 1 + at / 3, pick(at / 2, &["G", "", ""])));
    let providers = providers.collect::<Vec<_>>().join("\n");
    let mut data = data
        .with("persons", &format!("person_id,death_date\n{persons}"))
        .with("providers", &format!("provider_id,kind,level,group_id\n{providers}"));
    for (table, rows) in CORNERS {
        append(data.table_mut(table), &Table::parse(rows));
    }
    super::crowds::add_crowds(&mut data);
    super::stores::add(&mut data);
    super::identities::add(&mut data);
    super::points::add(&mut data);
    super::limits::add(&mut data);
    add_stays(&mut data);
    bills::add(&mut data);
    data
}

/// Cases in which a single column decides and that chance seldom brings up.
const CORNERS: &[(&str, &str)] = &[
    (
        "claims",
        "claim_id,person_id, provider_id,visit_type,started_at,         ended_at,           settled_at,         total_amount,in_scope_amount,discharge_way,    admission_way,transferred_from
         XA1,     OUT,       HX,         inpatient, 2025-01-01 09:00:00,2025-01-05 10:00:00,,                   1000,        ,               transfer_hospital,,
         XB1,     OUT,       HY,         inpatient, 2025-01-04 12:00:00,2025-01-09 10:00:00,,                   1000,        ,               ,                 ,
         XA2,     IN,        HX,         inpatient, 2025-01-01 09:00:00,2025-01-05 10:00:00,,                   1000,        ,               ,                 ,
         XB2,     IN,        HY,         inpatient, 2025-01-04 12:00:00,2025-01-09 10:00:00,,                   1000,        ,               ,                 transfer,
         XA3,     FROM,      HX,         inpatient, 2025-01-01 09:00:00,2025-01-05 10:00:00,,                   1000,        ,               ,                 ,
         XB3,     FROM,      HY,         inpatient, 2025-01-04 12:00:00,2025-01-09 10:00:00,,                   1000,        ,               ,                 ,             HX
         XA4,     EXECUTED,  HX,         inpatient, 2025-01-10,         2025-01-15,         ,                   1000,        ,               ,                 ,
         XB4,     EXECUTED,  HX,         inpatient, 2025-01-16,         2025-01-20,         ,                   1000,        ,               ,                 ,
         XA5,     VALID,     HX,         inpatient, 2025-01-10,         2025-01-15,         ,                   1000,        ,               ,                 ,
         XB5,     VALID,     HX,         inpatient, 2025-01-16,         2025-01-20,         ,                   1000,        ,               ,                 ,
         XA6,     DEAD,      HX,         outpatient,2025-01-20,         2025-01-20,         ,                   100,         ,               ,                 ,
         XA7,     EXCESS,    HZ,         outpatient,2025-01-20,         2025-01-20,         2025-01-22 08:00:00,200,         50,             ,                 ,
         XA8,     RARE,      HZ,         outpatient,2025-01-20,         2025-01-20,         ,                   400,         ,               ,                 ,",
    ),
    (
        "lines",
        "claim_id,item_code,quantity,unit_price,amount,category,    charged_at,executed_at
         XA4,     I0,       1,       100,       100,   western_drug,2025-01-15,2024-12-30
         XB4,     I4,       1,       100,       100,   western_drug,2025-01-16,
         XA5,     I7,       1,       100,       100,   western_drug,2025-01-15,2024-12-30
         XB5,     I4,       1,       100,       100,   western_drug,2025-01-16,
         XA6,     I8,       1,       100,       100,   nursing,     2025-01-20,
         XA7,     I2,       1,       100,       100,   lab,         2025-01-20,
         XA8,     I9,       1,       100,       100,   surgery,     2025-01-20,
         XA8,     I9,       1,       100,       100,   surgery,     2025-01-20,
         XA8,     I9,       1,       100,       100,   surgery,     2025-01-20,
         XA8,     I9,       1,       100,       100,   surgery,     2025-01-20,",
    ),
    ("persons", "person_id,death_date\nDEAD,2025-01-10"),
    (
        "catalogue",
        "item_code,ingredient,presence,valid_from,valid_to
         I7,       alpha,     ,        2025-01-01,
         I7,       cefazolin, ,        ,          2024-12-31
         I8,       ,          false,   ,          2024-12-31",
    ),
];

/// The rows of a table in another order.
pub fn shuffled(table: &Table, seed: u64) -> Table {
    use rand_xoshiro::rand_core::{RngCore, SeedableRng};
    let mut random = rand_xoshiro::Xoshiro256Plus::seed_from_u64(seed);
    let mut rows = table.rows.clone();
    for at in (1..rows.len()).rev() {
        rows.swap(at, (random.next_u64() >> 8) as usize % (at + 1));
    }
    Table { header: table.header.clone(), rows }
}
