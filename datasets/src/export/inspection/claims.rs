//! Settlements, their diagnoses, operations and lines, as hospitals hand them in: words for most codes.

use super::fields;
use crate::export::amounts::share;
use crate::export::dates;
use crate::export::reference::visit_id;
use crate::export::sheet::{Cell, Codes, Diagnosis, From, Row, Sheet, Weak, claim, code, own, person, provider};

type Filled = Vec<(&'static str, Cell)>;

/// Visits with an end of their own: they are handed in as stays, which alone have a column for it.
const STAYS: Codes = &[("inpatient", "普通住院"), ("day_surgery", "日间手术"), ("maternity", "生育住院"), ("home_bed", "家庭病床")];
const VISITS: Codes = &[
    ("outpatient", "普通门诊"),
    ("emergency", "急诊"),
    ("observation", "急诊留观"),
    ("chronic", "门诊慢特病"),
    ("internet", "互联网门诊"),
    ("pharmacy", "药店购药"),
];
const SEX: Codes = &[("male", "男"), ("female", "女")];
const LEVEL: Codes = &[("3", "三级"), ("2", "二级"), ("1", "一级"), ("0", "未定级")];
const DISCHARGE: Codes = &[
    ("ordered", "医嘱离院"),
    ("transfer_hospital", "医嘱转院"),
    ("transfer_community", "医嘱转社区"),
    ("unordered", "非医嘱离院"),
    ("death", "死亡"),
];
const CATEGORY: Codes = &[
    ("bed", "床位费"),
    ("consultation", "诊察费"),
    ("exam", "检查费"),
    ("lab", "化验费"),
    ("treatment", "治疗费"),
    ("surgery", "手术费"),
    ("nursing", "护理费"),
    ("consumable", "卫生材料费"),
    ("western_drug", "西药费"),
    ("herbal_slice", "中药饮片费"),
    ("patent_drug", "中成药费"),
    ("general", "一般诊疗费"),
    ("registration", "挂号费"),
    ("other", "其他费"),
];
const PAY_CLASS: Codes = &[("A", "甲"), ("B", "乙"), ("C", "丙")];
const INSURANCE: Codes = &[("310", "职工基本医疗保险"), ("390", "城乡居民基本医疗保险")];
const PERSON: Codes = &[("11", "在职"), ("12", "退休"), ("15", "居民")];
const YES: Codes = &[("true", "1"), ("false", "0")];

pub(super) fn sheets() -> Vec<Sheet> {
    vec![stays(), stay_diagnoses(), operations(), stay_lines(), visits(), visit_lines()]
}

fn is_stay(row: &Row<'_>) -> bool {
    !code(STAYS, row.text(From::Claim, "visit_type")).is_empty()
}

fn is_visit(row: &Row<'_>) -> bool {
    !is_stay(row)
}

fn visit() -> Cell {
    Cell::Made(|row, text| text.extend(row.claim.map(visit_id)))
}

/// What every table says of provider and patient.
fn common() -> Filled {
    vec![
        ("HOSPITAL_ID", claim("provider_id")),
        ("HOSPITAL_NAME", provider("name")),
        ("HISID", claim("claim_id")),
        ("PATIENT_ID", claim("person_id")),
    ]
}

/// What settlements of both kinds say.
fn settlement() -> Filled {
    vec![
        ("SOCIAL_ID", own("person_id")),
        ("ID_CARD", person("id_number")),
        ("P_LEVEL", Cell::Coded(From::Provider, "level", LEVEL)),
        ("BILL_DATE", own("settled_at")),
        ("BENEFIT_TYPE", Cell::Coded(From::Own, "insurance_type", INSURANCE)),
        ("BENEFIT_GROUP_ID", Cell::Coded(From::Own, "person_type", PERSON)),
        ("ADMISSION_DEPT_NAME", own("department")),
        ("DOCTOR_ID", own("doctor_id")),
        ("DOCTOR_NAME", Cell::Fixed("***")),
        ("PATIENT_GENDER", Cell::Coded(From::Person, "sex", SEX)),
        ("PATIENT_BIRTHDAY", person("birth_date")),
        ("PATIENT_AGE", Cell::Made(age)),
        ("IF_LOCAL_FLAG", Cell::Fixed("本地")),
        ("ADMISSION_DATE", own("started_at")),
        ("TOTAL_AMOUNT", own("total_amount")),
        ("BMI_PAY_AMOUNT", own("fund_amount")),
        ("CASH", own("cash_amount")),
        ("SELF_PAY_AMOUNT", own("account_amount")),
        ("BMI_CONVERED_AMOUNT", own("in_scope_amount")),
        ("HOSPITAL_AREA", Cell::Fixed("本部")),
        ("MEDICAL_INSURANCE_FLAG", Cell::Coded(From::Own, "is_insured", YES)),
        ("REFUND_FLAG_TYPE", Cell::Coded(From::Own, "is_refund", YES)),
        ("REFUND_HISID", own("original_claim_id")),
    ]
}

fn age(row: &Row<'_>, text: &mut String) {
    let years = dates::years(row.text(From::Person, "birth_date"), row.text(From::Own, "started_at"));
    text.push_str(&years.map(|years| years.to_string()).unwrap_or_default());
}

fn days(row: &Row<'_>, text: &mut String) {
    let days = dates::days(row.text(From::Own, "started_at"), row.text(From::Own, "ended_at"));
    text.push_str(&days.map(|days| days.to_string()).unwrap_or_default());
}

fn weak_settlement() -> Weak {
    Weak { key: "HISID", identifier: "PATIENT_ID", number: "TOTAL_AMOUNT", moment: "BILL_DATE", claim: "" }
}

fn stays() -> Sheet {
    let filled = vec![
        ("BRIDGE_ID", visit()),
        ("ZYH", visit()),
        ("DISCHARGE_DEPT_NAME", own("department")),
        ("NB_TYPE", Cell::Coded(From::Own, "is_newborn", YES)),
        ("CLAIM_TYPE", Cell::Coded(From::Own, "visit_type", STAYS)),
        ("DISCHARGE_DATE", own("ended_at")),
        ("ZYTS", Cell::Made(days)),
        ("DISCHARGE_STATUS", Cell::Coded(From::Own, "discharge_way", DISCHARGE)),
        ("SELF_PAY_OUT", own("self_paid_amount")),
    ];
    let filled = [common(), settlement(), filled].concat();
    Sheet::official("SETTLE_ZY", "claims", fields::STAYS, &filled).keeping(is_stay).weak(weak_settlement())
}

fn visits() -> Sheet {
    let filled = vec![
        ("YEAR", Cell::Made(|row, text| text.extend(row.text(From::Own, "settled_at").get(..4)))),
        ("MONTH", Cell::Made(|row, text| text.extend(row.text(From::Own, "settled_at").get(5..7)))),
        ("MZH", visit()),
        ("CLAIM_TYPE", Cell::Coded(From::Own, "visit_type", VISITS)),
        ("OUTPATIENT_DISEASE_ID", Cell::Made(|row, text| diagnoses(row, text, |diagnosis| &diagnosis.code))),
        ("ADMISSION_DISEASE_NAME", Cell::Made(|row, text| diagnoses(row, text, |diagnosis| &diagnosis.name))),
    ];
    let filled = [common(), settlement(), filled].concat();
    Sheet::official("SETTLE_MZ", "claims", fields::VISITS, &filled).keeping(is_visit).weak(weak_settlement())
}

/// Several values in one cell.
fn diagnoses(row: &Row<'_>, text: &mut String, part: fn(&Diagnosis) -> &String) {
    let parts: Vec<&str> = row.diagnoses.iter().map(|diagnosis| part(diagnosis).as_str()).collect();
    text.push_str(&parts.join("|"));
}

fn main_code(row: &Row<'_>, text: &mut String) {
    text.extend(row.diagnoses.first().map(|diagnosis| diagnosis.code.as_str()));
}

fn main_name(row: &Row<'_>, text: &mut String) {
    text.extend(row.diagnoses.first().map(|diagnosis| diagnosis.name.as_str()));
}

fn stay_diagnoses() -> Sheet {
    let filled = vec![
        ("BRIDGE_ID", visit()),
        ("ZYH", visit()),
        ("SOCIAL_ID", own("person_id")),
        ("ID_CARD", person("id_number")),
        ("ADMISSION_DISEASE_ID", Cell::Made(main_code)),
        ("ADMISSION_DISEASE_NAME", Cell::Made(main_name)),
        ("DISCHARGE_DISEASE_ID_MAIN", Cell::Made(main_code)),
        ("DISCHARGE_DISEASE_NAME_MAIN", Cell::Made(main_name)),
        ("DISCHARGE_DISEASE_ID_OTHER1", Cell::Made(|row, text| text.extend(row.diagnoses.get(1).map(|other| other.code.as_str())))),
        ("DISCHARGE_DISEASE_NAME_OTHER1", Cell::Made(|row, text| text.extend(row.diagnoses.get(1).map(|other| other.name.as_str())))),
        ("DISCHARGE_DISEASE_ID_OTHER2", Cell::Made(|row, text| text.extend(row.diagnoses.get(2).map(|other| other.code.as_str())))),
        ("DISCHARGE_DISEASE_NAME_OTHER2", Cell::Made(|row, text| text.extend(row.diagnoses.get(2).map(|other| other.name.as_str())))),
    ];
    let filled = [common(), filled].concat();
    Sheet::official("SETTLE_ZY_DIAGNOSIS", "claims", fields::STAY_DIAGNOSES, &filled).keeping(is_stay)
}

fn operations() -> Sheet {
    let filled = vec![
        ("ZYH", visit()),
        ("SOCIAL_ID", claim("person_id")),
        ("ID_CARD", person("id_number")),
        ("ICD9_CODE_MAIN", own("code")),
        ("OPRN_OPRT_DATE", own("started_at")),
        ("ANST_WAY", Cell::Fixed("全身麻醉")),
        ("ANST_BEGIN_TIME", own("anaesthesia_started_at")),
        ("ANST_END_TIME", own("anaesthesia_ended_at")),
        ("OPER_BEGIN_TIME", own("started_at")),
        ("OPER_END_TIME", own("ended_at")),
        ("OPER_DR_NAME", Cell::Fixed("***")),
        ("OPER_DR_CODE", own("surgeon_id")),
        ("ANST_DR_CODE", own("anaesthetist_id")),
    ];
    let filled = [common(), filled].concat();
    Sheet::official("MDCS_FUND_SETL_LIST_OPRN_D", "procedures", fields::OPERATIONS, &filled).keeping(is_stay)
}

/// What lines of both kinds say.
fn line() -> Filled {
    vec![
        ("BILLING_TIME", own("charged_at")),
        ("USAGE_DATE", own("executed_at")),
        ("EXCUTE_DEPT_NAME", own("department")),
        ("DOCTOR_ID", own("doctor_id")),
        ("DOCTOR_NAME", Cell::Fixed("***")),
        ("P_CATEGORY", Cell::Coded(From::Own, "category", CATEGORY)),
        ("BILL_DATE", claim("settled_at")),
        ("ITEM_ID_HOSP", own("item_code")),
        ("ITEM_NAME_HOSP", own("item_name")),
        ("ITEM_ID", own("item_code")),
        ("ITEM_NAME", own("item_name")),
        ("DRUG_SPEC", own("spec")),
        ("PACKAGE_UNIT", own("charge_unit")),
        ("UNIT_PRICE", own("unit_price")),
        ("NUM", own("quantity")),
        ("COST", own("amount")),
        ("SELF_PAY_LIMIT", Cell::Fixed("0.00")),
        ("BMI_CONVERED_AMOUNT", own("in_scope_amount")),
        ("P_TYPE", Cell::Coded(From::Own, "pay_class", PAY_CLASS)),
        ("P_TYPE_PCT", Cell::Made(covered)),
        ("REFUND_FLAG_TYPE", Cell::Coded(From::Claim, "is_refund", YES)),
        ("REFUND_HISID", claim("original_claim_id")),
    ]
}

/// The share of a line that is in scope, in hundredths.
fn covered(row: &Row<'_>, text: &mut String) {
    text.push_str(&share(row.text(From::Own, "in_scope_amount"), row.text(From::Own, "amount")).unwrap_or_default());
}

fn weak_line() -> Weak {
    Weak { key: "", identifier: "ITEM_ID", number: "NUM", moment: "BILLING_TIME", claim: "HISID" }
}

fn stay_lines() -> Sheet {
    let filled = vec![
        ("ZYH", visit()),
        ("ID_CARD", person("id_number")),
        ("BILLING_DEPT_NAME", own("department")),
        ("DISCHARGE_MEDICATION", Cell::Coded(From::Own, "is_discharge_drug", YES)),
    ];
    let filled = [common(), line(), filled].concat();
    Sheet::official("SETTLE_ZY_DETAIL", "lines", fields::STAY_LINES, &filled).keeping(is_stay).weak(weak_line())
}

fn visit_lines() -> Sheet {
    let filled = vec![("DISCHARGE_DEPT_NAME", own("department")), ("PRESCRIPTION", own("order_no"))];
    let filled = [common(), line(), filled].concat();
    Sheet::official("SETTLE_MZ_DETAIL", "lines", fields::VISIT_LINES, &filled).keeping(is_visit).weak(weak_line())
}
