//! Visits in which a single column decides whether knowledge points are broken.

use super::corners::append;
use super::data::{Data, Table};

const ROWS: &[(&str, &str)] = &[
    (
        "claims",
        "claim_id,person_id,provider_id,visit_type,started_at,         ended_at,           total_amount
         ZA,      ZA,       HZ,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000
         ZB,      ZB,       HZ,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000
         ZC,      ZC,       HZ,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000
         ZD,      ZD,       HZ,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000
         ZE,      ZE,       HZ,         inpatient, 2025-01-01 09:00:00,2025-01-08 10:00:00,1000",
    ),
    (
        "lines",
        "claim_id,line_id,item_code,category, charge_unit,quantity,unit_price,amount,in_scope_amount,charged_at,         executed_at,        reverses_line_id
         ZA,      1,      K1,       surgery,  次,         1,       100,       100,   100,            2025-01-02,         ,
         ZA,      2,      K2,       treatment,次,         1,       100,       100,   100,            2025-01-05,         ,
         ZB,      1,      K3,       treatment,小时,       30,      10,        300,   300,            2025-01-02,         ,
         ZB,      2,      K4,       treatment,次,         30,      10,        300,   300,            2025-01-02,         ,
         ZC,      1,      K5,       treatment,次,         1,       100,       100,   100,            2025-01-02 09:00:00,,
         ZC,      2,      K6,       treatment,次,         2,       10,        20,    20,             2025-01-02 09:10:00,,
         ZC,      3,      K6,       treatment,次,         -1,      10,        -10,   -10,            2025-01-04 09:10:00,,                   2
         ZD,      1,      K5,       treatment,次,         1,       100,       100,   100,            2025-01-02 09:00:00,,
         ZD,      2,      K6,       nursing,  次,         2,       10,        20,    20,             2025-01-02 09:10:00,2025-01-02 19:10:00,
         ZE,      1,      K7,       nursing,  ,           2,       10,        20,    20,             2025-01-02,         ,",
    ),
    ("procedures", "claim_id,code,started_at\nZA,1,2025-01-02 10:00:00\nZA,2,2025-01-05 10:00:00"),
    (
        "exclusive_pairs",
        "item_code,other_code,scope,hours
         K1,       K2,        visit,
         K5,       K6,        day,
         K5,       K6,        hours,2",
    ),
    (
        "frequencies",
        "item_code,most,per,charge_unit
         K3,       24,  day,小时
         K4,       24,  day,小时
         K6,       1,   day,
         K7,       1,   day,",
    ),
];

/// Adds the visits and the knowledge points.
pub fn add(data: &mut Data) {
    data.0.entry("procedures".to_owned()).or_default();
    for (table, rows) in ROWS {
        append(data.table_mut(table), &Table::parse(rows));
    }
}
