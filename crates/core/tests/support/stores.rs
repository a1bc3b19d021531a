//! A store whose book disagrees with its bills, and a pharmacy with bursts of settlements: cases in which a single column decides.

use super::corners::append;
use super::data::{Data, Table};
use std::fmt::Write;

/// Adds the rows of all cases; columns that the data lack are added.
pub fn add(data: &mut Data) {
    let mut claims = CLAIMS.to_owned();
    bursts(&mut claims);
    for (name, rows) in [
        ("claims", claims.as_str()),
        ("lines", LINES),
        ("stock", STOCK),
        ("providers", PROVIDERS),
        ("catalogue", CATALOGUE),
        ("persons", PERSONS),
    ] {
        append(data.0.entry(name.to_owned()).or_default(), &Table::parse(rows));
    }
}

/// Five or six settlements a minute apart on each of some days.
fn bursts(claims: &mut String) {
    for day in 1..=7 {
        for at in 0..if day == 1 || day == 7 { 5 } else { 6 } {
            let odd = |when: i32| day == when && at > 3;
            writeln!(
                claims,
                "WF{day}{at},WF{day}{at},HF,pharmacy,2025-02-0{day} 1{day}:00:00,2025-02-0{day} 1{day}:00:00,300,{},,,2025-02-0{day} 1{day}:0{at}:00,{},{},{},{},250,200,20,30,50,{},{}",
                if day == 2 && at == 5 { "false" } else { "" },
                if day == 1 { "T1" } else { "" },
                if day == 3 && at == 5 { "manual" } else { "" },
                if odd(4) { "road 4" } else { "" },
                if odd(5) { "5556" } else { "" },
                if day == 1 { "drg" } else { "" },
                if day == 1 { "90" } else { "" },
            )
            .unwrap();
        }
    }
}

const CLAIMS: &str = "\
claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount,is_insured,is_refund,original_claim_id,settled_at,terminal_id,settled_how,address,phone,in_scope_amount,fund_amount,account_amount,family_account_amount,cash_amount,payment_method,payment_amount
WA,WA,HS,outpatient,2024-01-10,2024-01-10,1000,,,,,,,,,1000,500,,,,,
WB,WB,HS,outpatient,2024-12-20,2024-12-20,1000,,,,,,,,,1000,500,,,,,
WC,WC,HS,outpatient,2024-06-20,2024-06-20,1000,false,,,,,,,,1000,,,,,,
WG,WG,HF,pharmacy,2025-01-01,2025-01-01,10,,,,,,,,,,,,,,,
WH,WH,HF,pharmacy,2025-03-01,2025-03-01,10,,,,,,,,,,,,,,,
";

/// Items S… stand in the book with too little, items N… do not stand there.
const LINES: &str = "\
claim_id,item_code,quantity,unit_price,amount,line_id,category,item_name,in_scope_amount,charged_at,charge_unit,reverses_line_id,is_negotiated,is_hospital_made
WA,SA,50,1,50,1,western_drug,,20,,,,,
WC,SA,50,1,50,1,western_drug,,,,,,,
WA,NA,50,1,50,2,western_drug,,20,,,,,
WC,NA,50,1,50,2,western_drug,,,,,,,
WB,SB,50,1,50,3,western_drug,医用氧,,,,,,
WB,NB,50,1,50,4,western_drug,医用氧,,,,,,
WB,SC,50,1,50,5,western_drug,,,2023-01-01,,,,
WB,NC,50,1,50,6,western_drug,,,2023-01-01,,,,
WA,SD,50,1,50,7,western_drug,,,,片,,,
WB,SD,50,1,50,7,western_drug,,,,盒,,,
WA,ND,50,1,50,8,western_drug,,,,片,,,
WB,ND,50,1,50,8,western_drug,,,,盒,,,
WA,SE,50,1,50,9,western_drug,,,,,,,
WA,SE,30,1,-30,10,western_drug,,,,,9,,
WA,NE,50,1,50,11,western_drug,,,,,,,
WA,NE,30,1,-30,12,western_drug,,,,,11,,
WA,SF,50,1,50,13,western_drug,,,,,,true,
WA,NF,50,1,50,14,western_drug,,,,,,true,
WA,SG,50,1,50,15,western_drug,,,,,,,true
WA,NG,50,1,50,16,western_drug,,,,,,,true
WA,SH,50,1,50,17,western_drug,,,,,,,
WA,SI,50,1,50,18,western_drug,,,,,,,
WA,SJ,50,1,50,19,,,,,,,,
WA,NJ,50,1,50,20,,,,,,,,
WA,SK,50,1,50,21,western_drug,,,,,,,
WA,NK,50,1,50,23,western_drug,,,,,,,
WA,SL,50,1,50,22,western_drug,,,,,,,
WA,SM,50,1,50,24,western_drug,,,,,,,
WA,SN,50,1,50,25,western_drug,,,,,,,
WA,NM,50,1,50,26,western_drug,,,,,,,
WA,NN,50,1,50,27,western_drug,,,,,,,
";

const STOCK: &str = "\
provider_id,item_code,movement,moved_on,quantity,units_per_pack,least_units,most_units
HS,KK,opening,2024-01-01,10,,,
HS,KK,purchase,2024-02-05,10,,,
HS,KK,purchase,2024-03-05,10,,,
HS,KK,purchase,2024-04-05,10,,,
HS,KK,purchase,2024-05-05,10,,,
HS,KK,purchase,2024-06-05,10,,,
HS,KK,purchase,2024-07-05,10,,,
HS,KK,purchase,2024-08-05,10,,,
HS,KK,purchase,2024-09-05,10,,,
HS,KK,purchase,2024-10-05,10,,,
HS,KK,purchase,2024-11-05,10,,,
HS,KK,closing,2024-12-31,10,,,
HT,KK,opening,2024-01-01,10,,,
HT,KK,closing,2024-12-31,10,,,
HS,SA,opening,2024-01-01,10,,,
HS,SB,opening,2024-01-01,10,,,
HS,SC,opening,2024-01-01,10,,,
HS,SD,opening,2024-01-01,10,,,
HS,SE,opening,2024-01-01,10,,,
HS,SF,opening,2024-01-01,10,,,
HS,SG,opening,2024-01-01,10,,,
HS,SH,opening,2024-01-01,1,24,,
HT,SI,opening,2024-01-01,50,,,
HS,SJ,opening,2024-01-01,10,,,
HS,SK,opening,2024-01-01,10,,,
HS,SKOLD,opening,2024-01-01,50,,,
HS,NKOLD,opening,2024-01-01,50,,,
HS,SL,opening,2024-01-01,10,,,
HS,SM,opening,2024-01-01,10,,,50
HS,SN,opening,2024-01-01,50,,,
HS,SN,closing,2024-12-31,50,,0,
HS,NM,purchase,2024-01-01,0,,,5
HS,NN,purchase,2024-01-01,0,,5,
";

const PROVIDERS: &str = "provider_id,stock_unit\nHS,U\nHT,U\n";

const CATALOGUE: &str =
    "item_code,category,family,units_per_pack\nSJ,patent_drug,,\nNJ,patent_drug,,\nSK,,F,\nSKOLD,,F,\nNK,,G,\nNKOLD,,G,\nSL,,,1000\n";

const PERSONS: &str = "\
person_id,household_id,region
WF64,one,
WF65,one,
WF70,,510101001001
WF71,,510101001001
WF72,,510101001001
WF73,,510101001001
WF74,,510101001001
";
