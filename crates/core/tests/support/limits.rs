//! Lines in which a single column of a limit of payment decides.

use super::corners::append;
use super::data::{Data, Table};
use std::fmt::Write;

/// LA and LC are limited by knowledge points, LB by the catalogue.
const TABLES: &[(&str, &str)] = &[
    (
        "persons",
        "person_id,sex,   birth_date
         LMAN,     male,  1980-01-01
         LBOY,     male,  2024-06-01",
    ),
    (
        "providers",
        "provider_id,kind,    level
         L1,         hospital,1
         L2,         hospital,2
         LS,         pharmacy,0",
    ),
    (
        "catalogue",
        "item_code,setting,  min_level,valid_from,valid_to
         LB1,      inpatient,,         ,
         LB2,      ,         2,        ,
         LB3,      ,         2,        2026-01-01,
         LB4,      ,         2,        ,          2024-12-31",
    ),
    (
        "limits",
        "item_code,kind,     sex,   min_age,max_age,max_age_days,min_level,settings, insurances,valid_from,valid_to
         LA1,      sex,      female,,       ,       ,            ,         ,         ,          ,
         LA2,      age,      ,      60,     ,       ,            ,         ,         ,          ,
         LA3,      age,      ,      ,       14,     ,            ,         ,         ,          ,
         LA4,      age,      ,      ,       ,       28,          ,         ,         ,          ,
         LA5,      sex,      female,,       ,       ,            ,         ,         ,          2026-01-01,
         LA6,      sex,      female,,       ,       ,            ,         ,         ,          ,2024-12-31
         LA7,      level,    ,      ,       ,       ,            2,        ,         ,          ,
         LA8,      setting,  ,      ,       ,       ,            ,         inpatient,,          ,
         LA9,      insurance,,      ,       ,       ,            ,         ,         maternity, ,
         LC1,      level,    ,      ,       ,       ,            2,        ,         ,          2026-01-01,
         LC2,      level,    ,      ,       ,       ,            2,        ,         ,          ,2024-12-31",
    ),
];

/// Person, provider, insurance, main diagnosis, item, category.
const USES: &[[&str; 6]] = &[
    ["LMAN", "L2", "310", "J18.9", "LA1", "western_drug"],
    ["LMAN", "L2", "310", "J18.9", "LA1", "exam"],
    ["LMAN", "L2", "310", "J18.9", "LA2", "western_drug"],
    ["LMAN", "L2", "310", "J18.9", "LA3", "western_drug"],
    ["LBOY", "L2", "310", "J18.9", "LA4", "western_drug"],
    ["LMAN", "L2", "310", "J18.9", "LA5", "western_drug"],
    ["LMAN", "L2", "310", "J18.9", "LA5", "exam"],
    ["LMAN", "L2", "310", "J18.9", "LA6", "western_drug"],
    ["LMAN", "L2", "310", "J18.9", "LA6", "exam"],
    ["LMAN", "L1", "310", "J18.9", "LA7", "western_drug"],
    ["LMAN", "LS", "310", "J18.9", "LA7", "western_drug"],
    ["LMAN", "L2", "310", "J18.9", "LA8", "western_drug"],
    ["LMAN", "L2", "310", "J18.9", "LA8", "bed"],
    ["LMAN", "L2", "390", "J18.9", "LA9", "western_drug"],
    ["LMAN", "L2", "390", "O80.9", "LA9", "western_drug"],
    ["LMAN", "L2", "310", "J18.9", "LB1", "western_drug"],
    ["LMAN", "L1", "310", "J18.9", "LB2", "western_drug"],
    ["LMAN", "L1", "310", "J18.9", "LB3", "western_drug"],
    ["LMAN", "L1", "310", "J18.9", "LB4", "western_drug"],
    ["LMAN", "L1", "310", "J18.9", "LC1", "western_drug"],
    ["LMAN", "L1", "310", "J18.9", "LC2", "western_drug"],
];

/// Item, charged, executed, in-scope amount.
const TIMED: &[[&str; 4]] = &[["LC2", "2025-01-20", "2024-12-30", "10"], ["LC2", "2024-12-30", "", "10"], ["LA7", "2025-01-20", "", "0"]];

const CLAIMS: &str = "claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount,insurance_type,diagnosis_code\n";
const LINES: &str =
    "claim_id,line_id,item_code,quantity,unit_price,amount,in_scope_amount,category,charged_at,executed_at,reverses_line_id\n";

/// Adds the corners to a bureau.
pub fn add(data: &mut Data) {
    for (table, rows) in TABLES {
        append(data.0.entry((*table).to_owned()).or_default(), &Table::parse(rows));
    }
    let (mut claims, mut lines) = (CLAIMS.to_owned(), LINES.to_owned());
    let mut claim = |id: usize, person: &str, provider: &str, insurance: &str, diagnosis: &str| {
        writeln!(claims, "LM{id:02},{person},{provider},outpatient,2025-01-20,2025-01-20,100,{insurance},{diagnosis}").unwrap();
    };
    for (id, [person, provider, insurance, diagnosis, item, category]) in USES.iter().enumerate() {
        claim(id, person, provider, insurance, diagnosis);
        writeln!(lines, "LM{id:02},L1,{item},1,20,20,10,{category},2025-01-20,,").unwrap();
    }
    for (at, [item, charged, executed, scope]) in TIMED.iter().enumerate() {
        let id = USES.len() + at;
        claim(id, "LMAN", "L1", "310", "J18.9");
        writeln!(lines, "LM{id:02},L1,{item},1,20,20,{scope},western_drug,{charged},{executed},").unwrap();
    }
    let id = USES.len() + TIMED.len();
    claim(id, "LMAN", "L1", "310", "J18.9");
    writeln!(lines, "LM{id:02},L1,LA7,1,20,20,10,western_drug,2025-01-20,,").unwrap();
    writeln!(lines, "LM{id:02},L2,LA7,1,20,-20,-10,western_drug,2025-01-20,,L1").unwrap();
    for (table, rows) in [("claims", claims), ("lines", lines)] {
        append(data.table_mut(table), &Table::parse(&rows));
    }
}
