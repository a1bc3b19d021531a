//! Stays in which a single column decides whether daily fees are too many, nights are empty, or care is elsewhere.

use super::data::{Data, Table};
use std::fmt::Write;

/// Stays of seven nights from 1 January on, with what else matters of their claims. N is what nominal stays are compared with.
const CLAIMS: &str = "
    claim_id,person_id,provider_id,visit_type,started_at,         ended_at,           total_amount,diagnosis_code,department,payment_method
    YN,      YN,       HC,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        K80.2,         ,
    YE,      YE,       HE,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        I10,           ,
    YQ,      YQ,       HQ,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YF,      YF,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        F20.9,         ,
    YD,      YD,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         康复科,
    YP,      YP,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,          per_diem
    YX,      YX,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YH,      YH,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YS,      YS,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YL,      YL,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YW,      YW,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YWE,     YW,       HK,         outpatient,2025-01-05 10:00:00,2025-01-05 11:00:00,100,         ,              ,
    YV,      YV,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YVE,     YV,       HK,         outpatient,2025-01-05 10:00:00,2025-01-05 11:00:00,100,         ,              ,
    YU,      YU,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YUE,     YU,       HK,         outpatient,2025-01-05 10:00:00,2025-01-05 11:00:00,100,         ,              ,
    YG,      YG,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YGE,     YG,       HG,         outpatient,2025-01-05 10:00:00,2025-01-05 11:00:00,100,         ,              ,
    YO,      YO,       HO,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        K80.2,         ,
    YT,      YT,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YTE,     YT,       HK,         outpatient,2025-01-05 10:00:00,2025-01-05 11:00:00,100,         N18.5,         ,
    YA,      YA,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YAE,     YA,       HK,         outpatient,2025-01-05 10:00:00,2025-01-05 11:00:00,100,         ,              ,
    YB,      YB,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YC,      YC,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,
    YM,      YM,       HN,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000,        J18.9,         ,";

const OTHERS: &[(&str, &str)] = &[
    (
        "providers",
        "provider_id,kind,    level,group_id,name
         HC,         hospital,1,    ,        人民医院
         HE,         hospital,2,    ,        人民医院
         HQ,         hospital,1,    ,        康复医院
         HN,         hospital,1,    Y,       人民医院
         HG,         hospital,1,    Y,       人民医院
         HK,         clinic,  0,    ,        诊所
         HO,         hospital,1,    ,        人民医院",
    ),
    (
        "catalogue",
        "item_code,category,presence,valid_from,valid_to
         YNURSING, nursing, ,        ,
         YFALSE,   ,        false,   ,
         YLATER,   ,        false,   2026-01-01,
         YBEFORE,  ,        false,   ,          2024-12-31",
    ),
    ("registers", "person_id,kind,from,to\nYL,leave,2025-01-05 08:00:00,2025-01-06 08:00:00"),
    (
        "orders",
        "order_no,claim_id,item_code,ordered_at,         executed_at,        stopped_at
         Y1,      YO,      YDRUG,    2025-01-01 09:00:00,                   ,2025-01-02 08:00:00
         Y2,      YO,      YNURSING, 2025-01-01 09:00:00,                   ,2025-01-08 08:00:00
         Y3,      YO,      YDRUG,    2025-01-03 09:00:00,2025-01-07 09:00:00,",
    ),
];

/// Adds the corners to data that have claims and lines.
pub fn add_stays(data: &mut Data) {
    append(data.table_mut("claims"), &Table::parse(CLAIMS));
    append(data.table_mut("lines"), &Table::parse(&lines()));
    for (table, rows) in OTHERS {
        append(data.0.entry((*table).to_owned()).or_default(), &Table::parse(rows));
    }
}

fn lines() -> String {
    let mut text = "claim_id,item_code,quantity,unit_price,amount,in_scope_amount,category,charged_at,executed_at,is_discharge_drug,days_supply,charge_unit,\
                    item_name\n"
        .to_owned();
    let mut line = |claim: &str, item: &str, category: &str, charged: String, rest: &str| {
        writeln!(text, "{claim},{item},1,20,20,15,{category},{charged},{rest}").unwrap();
    };
    let day = |day: i32| format!("2025-01-{day:02} 21:00:00");
    for claim in ["YN", "YE", "YQ", "YF", "YD", "YP", "YX", "YH", "YS", "YL", "YW", "YV", "YU", "YG", "YT", "YA"] {
        for night in 1..=7 {
            line(claim, "YBED", "bed", day(night), ",,,日,");
            if claim == "YN" || night == 1 {
                line(claim, "YDRUG", "western_drug", day(night), ",,,,");
            }
        }
    }
    for night in 2..=7 {
        // Charged at the end and executed day by day; discharge drugs day by day.
        line("YX", "YLAB", "lab", day(8), &format!("{},,,,", day(night)));
        line("YH", "YDRUG", "western_drug", day(night), ",true,,,");
    }
    line("YS", "YDRUG", "western_drug", day(2), ",,6,,");
    line("YO", "YBED", "bed", day(8), ",,,日,");
    for (claim, item, category) in [
        ("YWE", "YFALSE", "treatment"),
        ("YVE", "YLATER", "treatment"),
        ("YUE", "YBEFORE", "treatment"),
        ("YGE", "YNEEDLE", "treatment"),
        ("YTE", "YDIALYSIS", "treatment"),
        ("YAE", "YSCAN", "exam"),
    ] {
        line(claim, item, category, day(5), ",,,,");
    }
    // YB: a companion's bed, nursing by the day and by the hour. YC and YM: two moves told by charge and by execution times.
    for night in 1..=7 {
        line("YB", "YBED", "bed", day(night), ",,,日,");
        line("YB", "YCOMPANION", "bed", day(night), ",,,日,陪护床位费");
        line("YB", "YCARE", "nursing", day(night), ",,,日,");
        line("YB", "YCARE", "nursing", day(night), ",,,日,");
        line("YB", "YHOUR", "nursing", day(night), ",,,小时,");
        for (claim, at) in [("YC", night), ("YM", 8)] {
            let executed = if claim == "YM" { day(night) } else { String::new() };
            let beds: &[&str] = match night {
                3 | 5 => &["YBED", "YICU"],
                4 => &["YICU"],
                _ => &["YBED"],
            };
            beds.iter().for_each(|bed| line(claim, bed, "bed", day(at), &format!("{executed},,,日,")));
        }
    }
    text
}

/// Adds rows, and the columns that the table lacks; their other columns are empty.
pub fn append(table: &mut Table, rows: &Table) {
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
