//! `mdtrt_d` and `setl_d`, and their out-of-area twins.

use super::codes::{ADMISSION, DISCHARGE, EMERGENCY_INPATIENT, FLAG, GEND, HOSP_LV, HOSP_LV_NUMBER, MED_TYPE, PAYMENT, SELF_PAID};
use super::fields;
use crate::export::dates::{self, head};
use crate::export::dirt::scatter;
use crate::export::reference::{opens_visit, visit_id};
use crate::export::sheet::{Cell, Codes, Decoy, From, Row, Sheet, Weak, brief, code, own, person, provider};

type Filled = Vec<(&'static str, Cell)>;

/// One in so many stays has its length filled in.
const DAYS_KNOWN: u64 = 20;

pub(super) fn visits() -> Vec<Sheet> {
    let filled = [visit_itself(), visit_course(), patient(HOSP_LV)].concat();
    let sheet = |name| {
        Sheet::official(name, "claims", fields::VISITS, &filled)
            .with_decoys(&[Decoy { every: 400, values: &[("vali_flag", "0"), ("dscg_dept_name", "作废"), ("memo", "作废")] }])
    };
    vec![
        sheet("mdtrt_d").keeping(|row| row.claim.is_some_and(opens_visit) && !is_away(row)),
        sheet("outmed_mdtrt_d").keeping(|row| row.claim.is_some_and(opens_visit) && is_away(row)),
    ]
}

pub(super) fn settlements() -> Vec<Sheet> {
    let filled = [settlement_itself(), settlement_money(), patient(HOSP_LV_NUMBER)].concat();
    let sheet = |name| {
        Sheet::official(name, "claims", fields::SETTLEMENTS, &filled)
            .with_decoys(&[Decoy { every: 300, values: &[("setl_id", "X*"), ("vali_flag", "0")] }])
    };
    let weak = Weak { key: "setl_id", identifier: "psn_no", number: "medfee_sumamt", moment: "setl_time", claim: "" };
    vec![sheet("setl_d").keeping(|row| !is_away(row)).weak(weak), sheet("outmed_setl_d").keeping(is_away)]
}

/// `bydise_setl_reg_d`: the group by which a stay is paid.
pub(super) fn groups() -> Sheet {
    let filled = [
        ("setl_id", own("claim_id")),
        ("mdtrt_id", mdtrt_id()),
        ("psn_no", own("person_id")),
        ("fixmedins_code", own("provider_id")),
        ("drg_code", own("group_code")),
        ("bydise_setl_payamt", own("payment_amount")),
        ("vali_flag", Cell::Fixed("1")),
    ];
    Sheet::short("bydise_setl_reg_d", "claims", &filled).keeping(|row| !row.text(From::Own, "group_code").is_empty())
}

/// `mdcs_fund_setl_list_d`: the settlement list of a stay, which alone says how the patient came in.
pub(super) fn lists() -> Sheet {
    let filled = [
        ("setl_id", own("claim_id")),
        ("mdtrt_id", mdtrt_id()),
        ("psn_no", own("person_id")),
        ("fixmedins_code", own("provider_id")),
        ("adm_way", Cell::Coded(From::Own, "admission_way", ADMISSION)),
        ("adm_time", Cell::Brief(From::Own, "started_at")),
        ("dscg_time", Cell::Brief(From::Own, "ended_at")),
        ("dscg_way", Cell::Coded(From::Own, "discharge_way", DISCHARGE)),
        ("vali_flag", Cell::Fixed("1")),
    ];
    Sheet::short("mdcs_fund_setl_list_d", "claims", &filled).keeping(|row| !row.text(From::Own, "admission_way").is_empty())
}

pub(super) fn is_away(row: &Row<'_>) -> bool {
    row.claim.is_some_and(|claim| row.reference.visits.is_away(claim))
}

/// What visit and settlement both say of the patient and the provider.
fn patient(levels: Codes) -> Filled {
    vec![
        ("mdtrt_id", mdtrt_id()),
        ("psn_no", own("person_id")),
        ("psn_cert_type", Cell::Fixed("01")),
        ("certno", person("id_number")),
        ("psn_name", Cell::Fixed("***")),
        ("gend", Cell::Coded(From::Person, "sex", GEND)),
        ("brdy", person("birth_date")),
        ("age", Cell::Made(age)),
        ("insutype", Cell::Made(insurance)),
        ("psn_type", own("person_type")),
        ("nwb_flag", Cell::Coded(From::Own, "is_newborn", FLAG)),
        ("insu_admdvs", own("insured_region")),
        ("emp_no", own("employer_id")),
        ("fixmedins_code", own("provider_id")),
        ("fixmedins_name", provider("name")),
        ("hosp_lv", Cell::Coded(From::Provider, "level", levels)),
        ("fix_blng_admdvs", provider("region")),
        ("mdtrt_cert_type", Cell::Fixed("03")),
        ("med_type", Cell::Made(med_type)),
        ("year", Cell::Made(|row, text| text.push_str(head(row.text(From::Own, "settled_at"), 4)))),
        ("dise_no", own("chronic_code")),
        ("vali_flag", Cell::Fixed("1")),
        ("updt_time", own("settled_at")),
        ("pt", Cell::Made(|row, text| text.push_str(&head(row.text(From::Own, "settled_at"), 7).replace('-', "")))),
    ]
}

fn visit_itself() -> Filled {
    vec![
        ("tel", own("phone")),
        ("begntime", Cell::Brief(From::Own, "started_at")),
        ("endtime", Cell::Made(|row, text| text.push_str(brief(end(row).0)))),
        ("ars_year_ipt_flag", Cell::Made(across_years)),
        ("refl_old_mdtrt_id", Cell::Made(|row, text| text.extend(row.claim.and_then(|claim| row.reference.visits.earlier(claim))))),
        ("ipt_otp_no", mdtrt_id()),
        ("chfpdr_code", own("doctor_id")),
        ("inhosp_stas", Cell::Fixed("0")),
        ("die_date", Cell::Made(death)),
        ("ipt_days", Cell::Made(days)),
    ]
}

fn visit_course() -> Filled {
    vec![
        ("adm_diag_dscr", own("diagnosis_name")),
        ("adm_dept_name", own("department")),
        ("traf_dept_flag", Cell::Fixed("0")),
        ("dscg_maindiag_code", own("diagnosis_code")),
        ("dscg_maindiag_name", own("diagnosis_name")),
        ("dscg_dept_name", own("department")),
        ("dscg_way", Cell::Made(|row, text| text.push_str(code(DISCHARGE, end(row).1)))),
        ("ttp_pay_flag", Cell::Fixed("0")),
    ]
}

fn settlement_itself() -> Filled {
    vec![
        ("setl_id", own("claim_id")),
        ("medins_setl_id", own("claim_id")),
        ("init_setl_id", own("original_claim_id")),
        ("begndate", Cell::Brief(From::Own, "started_at")),
        ("enddate", Cell::Brief(From::Own, "ended_at")),
        ("setl_time", own("settled_at")),
        ("setl_type", Cell::Coded(From::Own, "settled_how", &[("manual", "1"), ("online", "2")])),
        ("clr_way", Cell::Coded(From::Own, "payment_method", PAYMENT)),
        ("refd_setl_flag", Cell::Coded(From::Own, "is_refund", FLAG)),
        ("mid_setl_flag", Cell::Coded(From::Own, "is_interim", FLAG)),
        ("invono", own("invoice_no")),
        ("manl_reim_rea", Cell::Coded(From::Own, "settled_how", &[("manual", "9")])),
    ]
}

fn settlement_money() -> Filled {
    vec![
        ("medfee_sumamt", own("total_amount")),
        ("fulamt_ownpay_amt", own("self_paid_amount")),
        ("overlmt_selfpay", Cell::Fixed("0.00")),
        ("preselfpay_amt", Cell::Fixed("0.00")),
        ("inscp_amt", own("in_scope_amount")),
        ("act_pay_dedc", own("deductible_amount")),
        ("hifp_pay", own("fund_amount")),
        ("maf_pay", Cell::Fixed("0.00")),
        ("fund_pay_sumamt", own("fund_amount")),
        ("acct_pay", own("account_amount")),
        ("cash_payamt", own("cash_amount")),
        ("ownpay_hosp_part", Cell::Fixed("0.00")),
        ("acct_mulaid_pay", Cell::Fixed("0.00")),
        ("bydise_setl_payamt", own("payment_amount")),
    ]
}

pub(super) fn mdtrt_id() -> Cell {
    Cell::Made(|row, text| text.extend(row.claim.map(visit_id)))
}

/// The code of the visit's kind; an inpatient who came in as an emergency has one of their own.
pub(super) fn med_type(row: &Row<'_>, text: &mut String) {
    let is_emergency = row.is(From::Claim, "visit_type", "inpatient") && row.is(From::Claim, "admission_way", "emergency");
    text.push_str(if is_emergency { EMERGENCY_INPATIENT } else { code(MED_TYPE, row.text(From::Claim, "visit_type")) });
}

fn end<'a>(row: &Row<'a>) -> (&'a str, &'a str) {
    row.claim.map_or(("", ""), |claim| row.reference.visits.end(claim))
}

fn across_years(row: &Row<'_>, text: &mut String) {
    let is_across = head(row.text(From::Own, "started_at"), 4) != head(end(row).0, 4);
    text.push(if is_across { '1' } else { '0' });
}

/// The day of death, where the patient left dead.
fn death(row: &Row<'_>, text: &mut String) {
    let (at, way) = end(row);
    if way == "death" {
        text.push_str(head(at, 10));
    }
}

/// Calendar days of a stay, both ends counted, as most extracts leave them out.
fn days(row: &Row<'_>, text: &mut String) {
    if row.is(From::Own, "visit_type", "inpatient") && scatter(row.number).is_multiple_of(DAYS_KNOWN) {
        let days = dates::days(row.text(From::Own, "started_at"), end(row).0);
        text.push_str(&days.map(|days| days.to_string()).unwrap_or_default());
    }
}

/// Whole years on the day of the visit.
fn age(row: &Row<'_>, text: &mut String) {
    let years = dates::years(row.text(From::Person, "birth_date"), row.text(From::Own, "started_at"));
    text.push_str(&years.map(|years| years.to_string()).unwrap_or_default());
}

/// The kind of insurance; who pays alone has none.
fn insurance(row: &Row<'_>, text: &mut String) {
    text.push_str(if row.is(From::Own, "is_insured", "false") { SELF_PAID } else { row.text(From::Own, "insurance_type") });
}
