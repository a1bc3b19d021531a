//! Who the persons of a bureau are: sex, birth, certificates, contacts, and what their bodies exclude.

use super::corners::append;
use super::data::{Data, Table};

/// Gives the persons of a bureau identities, contacts that some share, and lines outside limits.
pub fn add(data: &mut Data) {
    add_persons(data.table_mut("persons"));
    add_contacts(data.table_mut("claims"));
    let catalogue = data.table_mut("catalogue");
    for column in ["category", "sex_limit", "min_age", "max_age"] {
        let empty = catalogue.position(column).is_none();
        if empty {
            catalogue.set(column, |_, _| String::new());
        }
    }
    for (table, rows) in CORNERS {
        append(data.0.entry((*table).to_owned()).or_default(), &Table::parse(rows));
    }
}

fn number(row: &[String]) -> usize {
    row[0].trim_matches(|letter: char| !letter.is_ascii_digit()).parse().unwrap_or(0)
}

/// What the row says already.
fn known(row: &[String], column: Option<usize>) -> Option<String> {
    column.map(|at| row[at].clone()).filter(|text| !text.is_empty())
}

fn add_persons(persons: &mut Table) {
    persons.set("sex", |_, row| ["male", "female"][number(row) % 2].to_owned());
    persons.set("birth_date", |_, row| ["1980-01-01", "2015-05-05", "1949-12-31"][number(row) % 3].to_owned());
    let [household, region] = ["household_id", "region"].map(|column| persons.position(column));
    persons.set("household_id", |_, row| {
        known(row, household).unwrap_or_else(|| {
            // Others of the bureau live by themselves.
            if row[0].starts_with('P') { format!("F{}", number(row) / 2) } else { String::new() }
        })
    });
    persons.set("region", |_, row| known(row, region).unwrap_or_else(|| format!("50990100000{}", number(row) % 3)));
    persons.set("id_number", |_, row| {
        let known = ["11010519491231002X", "11010519491231002X", "110105194912310021", "440524188001010014"];
        known.get(number(row)).copied().unwrap_or_default().to_owned()
    });
}

/// Every provider's claims share something.
fn add_contacts(claims: &mut Table) {
    let at = ["provider_id", "person_id"].map(|column| claims.position(column).unwrap());
    let [phone, address] = ["phone", "address"].map(|column| claims.position(column));
    let of = move |row: &[String], provider: &str, text: &str| if row[at[0]] == provider { text.to_owned() } else { String::new() };
    claims.set("phone", |_, row| {
        if let Some(phone) = known(row, phone) {
            return phone;
        }
        let person: usize = row[at[1]].trim_start_matches('P').parse().unwrap_or(usize::MAX);
        match row[at[0]].as_str() {
            "H0" => "13905550123".to_owned(),
            "H3" => "13905550456".to_owned(),
            "H4" if person < 14 => "13905550789".to_owned(),
            _ => String::new(),
        }
    });
    claims.set("address", |_, row| known(row, address).unwrap_or_else(|| of(row, "H1", "云溪县福寿路8号院")));
    claims.set("contact_name", |_, row| of(row, "H2", "张三丰"));
    claims.set("employer_id", |_, row| of(row, "H3", "WORKS"));
}

const CORNERS: &[(&str, &str)] = &[
    (
        "claims",
        "claim_id,person_id,provider_id,visit_type,started_at,ended_at,  total_amount,diagnosis_code,visit_id
         ZA1,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZA2,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZA3,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZA4,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZA5,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZA6,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZA7,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZA8,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZA9,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,,
         ZB1,     MAN,      HX,         outpatient,2025-01-20,2025-01-20,100,         N80.0,
         ZB2,     BOY,      HX,         outpatient,2025-01-20,2025-01-20,100,         J18.9,
         ZC1,     TWICE1,   HX,         inpatient, 2025-01-01,2025-01-10,900,         J18.9,V1
         ZC2,     TWICE1,   HX,         inpatient, 2025-01-11,2025-01-20,900,         J18.9,V1
         ZC3,     TWICE2,   HY,         inpatient, 2025-01-09,2025-01-12,100,         J18.9,",
    ),
    (
        "lines",
        "claim_id,line_id,item_code,quantity,unit_price,amount,in_scope_amount,category,    charged_at,executed_at,reverses_line_id
         ZA1,     L1,     J1,       1,       20,        20,    10,             western_drug,2025-01-20,,
         ZA2,     L1,     J1,       1,       20,        20,    ,               western_drug,2025-01-20,,
         ZA2,     L2,     J1,       1,       20,        20,    ,               western_drug,2025-01-20,,          L1
         ZA3,     L1,     J2,       1,       20,        20,    10,             exam,        2025-01-20,,
         ZA3,     L2,     J2,       1,       20,        20,    10,             exam,        2025-01-20,,
         ZA3,     L3,     J2,       1,       20,        20,    10,             exam,        2025-01-20,,          L2
         ZA4,     L1,     J3,       1,       20,        20,    10,             ,            2025-01-20,,
         ZA5,     L1,     J4,       1,       20,        20,    10,             western_drug,2025-01-15,2024-12-30,
         ZA5,     L2,     J6,       1,       20,        20,    10,             exam,        2025-01-15,2024-12-30,
         ZA6,     L1,     J4,       1,       20,        20,    10,             western_drug,2024-12-30,,
         ZA6,     L2,     J6,       1,       20,        20,    10,             exam,        2024-12-30,,
         ZA7,     L1,     J4,       1,       20,        20,    10,             western_drug,2025-01-15,,
         ZA7,     L2,     J6,       1,       20,        20,    10,             exam,        2025-01-15,,
         ZA8,     L1,     J5,       1,       20,        20,    10,             western_drug,2024-12-30,,
         ZA8,     L2,     J7,       1,       20,        20,    10,             exam,        2024-12-30,,
         ZB2,     L1,     J8,       1,       20,        20,    10,             western_drug,2024-12-30,,",
    ),
    (
        "persons",
        "person_id,sex,birth_date,id_number
         MAN,      male,1980-01-01,
         BOY,      male,2015-01-01,
         TWICE1,   ,    ,         440524188001010014
         TWICE2,   ,    ,         440524188001010014",
    ),
    ("diagnoses", "claim_id,code,is_main\nZA9,N76.0,true"),
    ("staff", "staff_id,provider_id,phone\nSTAFF,H4,13905550789"),
    (
        "catalogue",
        "item_code,category,sex_limit,min_age,max_age,valid_from,valid_to
         J1,       ,        ,         ,       14,     ,
         J2,       ,        female,   ,       ,       ,
         J3,       surgery, female,   ,       ,       ,
         J4,       ,        ,         ,       14,     ,          2024-12-31
         J4,       ,        ,         ,       ,       2025-01-01,
         J5,       ,        ,         ,       14,     2025-01-01,
         J5,       ,        ,         ,       ,       ,          2024-12-31
         J6,       ,        female,   ,       ,       ,          2024-12-31
         J6,       ,        ,         ,       ,       2025-01-01,
         J7,       ,        female,   ,       ,       2025-01-01,
         J7,       ,        ,         ,       ,       ,          2024-12-31
         J8,       ,        ,         18,     ,       ,",
    ),
];
