//! A small county written as CSV, taken in and screened.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs, reason = "test support, of which each test binary uses a part")]

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use claimsift::intake::{Chunk, Intake, IntakeError, IntakeOptions, IntakeReport, Rows};
use claimsift::observe::Silent;
use claimsift::tables::TableId;
use claimsift::{Claims, Finding, Lang, Screening, Settings};
use claimsift_report::{Context, claim_paper, finding_paper, leads, provider_paper, summary};
use std::sync::Arc;

/// Everything that a renderer is given.
pub struct County {
    pub claims: Claims,
    pub intake: IntakeReport,
    pub settings: Settings,
    pub screening: Screening,
    pub lang: Lang,
}

impl County {
    /// Screens tables that are written as CSV.
    pub fn new(tables: &[(&str, &str)], settings: Settings, lang: Lang) -> Self {
        let (claims, intake) = take_in(tables);
        let screening = claimsift::screen(&claims, &settings, lang, &Silent).unwrap();
        Self { claims, intake, settings, screening, lang }
    }

    /// The county of these tests with default settings.
    pub fn small(lang: Lang) -> Self {
        Self::new(SMALL, Settings::new(), lang)
    }

    pub fn context(&self) -> Context<'_> {
        Context::new(&self.claims, &self.settings, &self.screening, self.lang)
    }

    /// Everything that can be printed of it.
    pub fn texts(&self) -> Vec<String> {
        let context = self.context();
        let findings = self.screening.findings.iter().chain(self.screening.near_misses.iter().map(|miss| &miss.finding));
        let mut texts =
            vec![summary(&self.screening, &self.intake, &self.claims, self.lang), leads(&self.screening.leads, usize::MAX, self.lang)];
        texts.extend(self.claim_names().iter().map(|claim| claim_paper(&context, claim).unwrap()));
        texts.extend(findings.map(|finding| finding_paper(&context, &finding.id).unwrap()));
        texts.extend(self.screening.providers.iter().map(|provider| provider_paper(&context, &provider.id).unwrap()));
        texts
    }

    pub fn finding(&self, code: &str) -> &Finding {
        self.screening.findings.iter().find(|finding| finding.code == code).unwrap()
    }

    pub fn claim_names(&self) -> Vec<String> {
        (0..self.claims.len() as u32).map(|id| self.claims.claim(claimsift::tables::value::ClaimId(id)).name().to_owned()).collect()
    }
}

/// A text without its reference queries, which are tested elsewhere.
pub fn without_queries(text: &str) -> String {
    let mut kept = Vec::new();
    let mut in_query = false;
    for line in text.lines() {
        in_query = (in_query || line == "Reference query" || line == "复核用查询") && line != "Signatures" && line != "签字";
        if !in_query {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// Takes tables in, claims first.
pub fn take_in(tables: &[(&str, &str)]) -> (Claims, IntakeReport) {
    let mut intake = Intake::new(IntakeOptions::all(), &Silent);
    for table in TableId::ALL {
        if let Some((_, csv)) = tables.iter().find(|(name, _)| *name == table.name()) {
            let file: Arc<str> = format!("{}.csv", table.name()).into();
            let chunk = Chunk::new(file, Rows::From(1), batch(csv));
            intake.table(*table, std::iter::once(Ok::<_, IntakeError>(chunk))).unwrap();
        }
    }
    intake.finish().unwrap()
}

fn batch(csv: &str) -> RecordBatch {
    let mut lines = csv.trim().lines().map(|line| line.split(',').map(str::trim).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    let column = |at: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| row.get(at).copied().filter(|cell| !cell.is_empty())).collect::<StringArray>())
    };
    RecordBatch::try_from_iter_with_nullable(header.iter().enumerate().map(|(at, name)| (*name, column(at), true))).unwrap()
}

/// A has stays C1 and C2 that overlap, and lines of C2 stand twice; B has care after death (C3); D returns after two days (C4, C5); E's total
/// does not add up (C6); F is paid by group with a line twice (C7); G pays alone (C8); H's claim C9 is taken back by C10.
pub const SMALL: &[(&str, &str)] =
    &[("claims", CLAIMS), ("lines", LINES), ("persons", PERSONS), ("providers", PROVIDERS), ("catalogue", CATALOGUE)];

pub const CLAIMS: &str = "
claim_id,person_id,provider_id,visit_type,started_at,ended_at,settled_at,total_amount,in_scope_amount,deductible_amount,fund_amount,cash_amount,is_insured,is_refund,original_claim_id,diagnosis_code,diagnosis_name,department,payment_method,group_case,group_code,payment_amount,admission_way,phone,contact_name
C1,A,H1,inpatient,2025-05-01 09:00:00,2025-05-10 10:00:00,2025-05-10 10:30:00,9000,8000,500,6000,3000,true,,,J18.9,肺炎,内科,item,,,,emergency,13900000001,张三
C2,A,H2,inpatient,2025-05-05 08:00:00,2025-05-09 11:00:00,2025-05-09 11:30:00,1200,1000,100,720,480,true,,,M54.5,腰痛,康复科,item,,,,outpatient,13900000001,张三
C3,B,H2,outpatient,2025-06-20 09:00:00,2025-06-20 09:30:00,2025-06-20 10:00:00,300,300,,210,90,true,,,I10,高血压,内科,item,,,,,,
C4,D,H1,inpatient,2025-03-01 09:00:00,2025-03-08 09:00:00,2025-03-08 10:00:00,5000,4500,500,3200,1800,true,,,K80.2,胆囊结石,外科,item,,,,outpatient,,
C5,D,H1,inpatient,2025-03-10 09:00:00,2025-03-15 09:00:00,2025-03-15 10:00:00,4000,3600,0,2880,1120,true,,,K80.2,胆囊结石,外科,item,,,,outpatient,,
C6,E,H2,outpatient,2025-07-01 09:00:00,2025-07-01 09:30:00,2025-07-01 10:00:00,500,500,0,400,100,true,,,I10,高血压,内科,item,,,,,,
C7,F,H1,inpatient,2025-04-01 09:00:00,2025-04-04 09:00:00,2025-04-04 10:00:00,2000,1900,0,1500,500,true,,,J18.9,肺炎,内科,drg,normal,ES21,2600,emergency,,
C8,G,H1,outpatient,2025-04-05 09:00:00,2025-04-05 09:30:00,2025-04-05 10:00:00,100,,,,100,false,,,I10,高血压,内科,item,,,,,,
C9,H,H1,outpatient,2025-04-06 09:00:00,2025-04-06 09:30:00,2025-04-06 10:00:00,80,80,,60,20,true,,,I10,高血压,内科,item,,,,,,
C10,H,H1,outpatient,2025-04-07 09:00:00,2025-04-07 09:30:00,2025-04-07 10:00:00,-80,-80,,-60,-20,true,true,C9,I10,高血压,内科,item,,,,,,
";

pub const LINES: &str = "
claim_id,line_id,item_code,item_name,category,charged_at,executed_at,order_no,quantity,unit_price,amount,in_scope_amount
C1,L1,I01,床位费,bed,2025-05-01 10:00:00,,O1,9,50,450,450
C1,L2,I09,输液,treatment,2025-05-02 10:00:00,2025-05-02 10:12:00,O2,1,8550,8550,7550
C2,L3,I02,推拿治疗,treatment,2025-05-06 09:00:00,2025-05-06 09:14:32,O3,1,150,150,100
C2,L4,I02,推拿治疗,treatment,2025-05-06 09:00:00,2025-05-06 09:14:32,O3,1,150,150,100
C2,L5,I02,推拿治疗,treatment,2025-05-06 09:00:00,2025-05-06 09:14:32,O3,1,150,150,100
C2,L6,I03,红外线治疗,treatment,2025-05-07 09:00:00,2025-05-07 10:00:00,O4,3,250,750,700
C3,L7,I04,彩超,exam,2025-06-20 09:10:00,2025-06-20 09:12:00,O5,1,300,300,300
C4,L8,I05,阑尾切除术,surgery,2025-03-02 09:00:00,,O6,1,5000,5000,4500
C5,L9,I06,换药,treatment,2025-03-11 09:00:00,,O7,1,4000,4000,3600
C6,L10,I04,彩超,exam,2025-07-01 09:10:00,,O8,1,300,300,300
C7,L11,I07,雾化吸入,treatment,2025-04-02 09:00:00,2025-04-02 09:05:11,O9,1,30,30,30
C7,L12,I07,雾化吸入,treatment,2025-04-02 09:00:00,2025-04-02 09:05:11,O9,1,30,30,30
C7,L13,I08,头孢曲松,western_drug,2025-04-02 09:00:00,,O10,1,1940,1940,1840
C9,L14,I04,彩超,exam,2025-04-06 09:10:00,,O11,1,80,80,80
";

pub const PERSONS: &str = "
person_id,id_number,sex,birth_date,death_date
A,110101195001010011,male,1950-01-01,
B,110101194001010022,female,1940-01-01,2025-06-04
D,,male,1970-01-01,
E,,male,1970-01-01,
F,,male,1970-01-01,
G,,male,1970-01-01,
";

pub const PROVIDERS: &str = "
provider_id,name,kind,level,ownership,region
H1,第一人民医院,hospital,3,public,R1
H2,康复医院,hospital,1,private,R1
";

pub const CATALOGUE: &str = "
item_code,item_name,category,unit,valid_from,valid_to
I02,推拿治疗,treatment,次,2024-01-01,2025-12-31
";
