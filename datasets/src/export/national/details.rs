//! `fee_list_d` with its out-of-area twin, and the diagnoses and operations of settlement lists.

use super::codes::{CHARGE_TYPE, FLAG, LIST_TYPE, PAY_CLASS};
use super::fields;
use super::settlements::{is_away, mdtrt_id, med_type};
use crate::export::sheet::{Cell, Decoy, From, Row, Sheet, Weak, claim, code, own};

pub(super) fn fees() -> Vec<Sheet> {
    let filled = [fee_itself(), fee_money(), fee_item(), fee_people()].concat();
    let sheet = |name| {
        Sheet::official(name, "lines", fields::FEES, &filled).with_decoys(&[
            Decoy { every: 400, values: &[("bkkp_sn", "X*"), ("vali_flag", "0")] },
            // Charged, and not settled.
            Decoy { every: 350, values: &[("bkkp_sn", "U*"), ("setl_id", "")] },
        ])
    };
    let weak = Weak { key: "bkkp_sn", identifier: "med_list_codg", number: "cnt", moment: "fee_ocur_time", claim: "setl_id" };
    vec![sheet("fee_list_d").keeping(|row| !is_away(row)).weak(weak), sheet("outmed_fee_list_d").keeping(is_away)]
}

fn fee_itself() -> Vec<(&'static str, Cell)> {
    vec![
        ("bkkp_sn", own("line_id")),
        ("mdtrt_id", mdtrt_id()),
        ("fee_ocur_time", Cell::Brief(From::Own, "charged_at")),
        ("setl_id", own("claim_id")),
        ("rx_drord_no", own("order_no")),
        ("fixmedins_code", claim("provider_id")),
        ("psn_no", claim("person_id")),
        ("insu_admdvs", claim("insured_region")),
        ("med_type", Cell::Made(med_type)),
        ("init_feedetl_sn", own("reverses_line_id")),
        ("vali_flag", Cell::Fixed("1")),
    ]
}

fn fee_money() -> Vec<(&'static str, Cell)> {
    vec![
        ("cnt", own("quantity")),
        ("pric", own("unit_price")),
        ("det_item_fee_sumamt", own("amount")),
        ("fulamt_ownpay_amt", own("self_paid_amount")),
        ("overlmt_selfpay", Cell::Fixed("0.00")),
        ("preselfpay_amt", Cell::Fixed("0.00")),
        ("inscp_amt", own("in_scope_amount")),
        ("medins_disc_amt", own("discount_amount")),
    ]
}

fn fee_item() -> Vec<(&'static str, Cell)> {
    vec![
        ("chrgitm_lv", Cell::Coded(From::Own, "pay_class", PAY_CLASS)),
        ("hilist_code", own("item_code")),
        ("hilist_name", own("item_name")),
        ("list_type", Cell::Made(list_type)),
        ("med_list_codg", own("item_code")),
        ("medins_list_codg", own("item_code")),
        ("medins_list_name", own("item_name")),
        ("med_chrgitm_type", Cell::Coded(From::Own, "category", CHARGE_TYPE)),
        ("prodname", own("item_name")),
        ("spec", own("spec")),
        ("hosp_prep_flag", Cell::Coded(From::Own, "is_hospital_made", FLAG)),
        ("hi_nego_drug_flag", Cell::Coded(From::Own, "is_negotiated", FLAG)),
        ("dscg_tkdrug_flag", Cell::Coded(From::Own, "is_discharge_drug", FLAG)),
        ("prd_days", own("days_supply")),
    ]
}

fn fee_people() -> Vec<(&'static str, Cell)> {
    vec![
        ("bilg_dept_name", own("department")),
        ("bilg_dr_code", own("doctor_id")),
        ("acord_dept_name", own("department")),
        ("acord_dr_code", own("executor_id")),
    ]
}

fn list_type(row: &Row<'_>, text: &mut String) {
    let listed = code(LIST_TYPE, row.text(From::Own, "category"));
    text.push_str(if listed.is_empty() { "201" } else { listed });
}

/// What each row of a settlement list begins with.
fn of_settlement(id: &'static str) -> Vec<(&'static str, Cell)> {
    vec![
        (id, Cell::Numbered("", 12)),
        ("setl_id", own("claim_id")),
        ("mdtrt_id", mdtrt_id()),
        ("psn_no", claim("person_id")),
        ("vali_flag", Cell::Fixed("1")),
    ]
}

pub(super) fn diagnoses() -> Sheet {
    let filled = vec![
        ("diag_type", Cell::Fixed("1")),
        ("maindiag_flag", Cell::Coded(From::Own, "is_main", FLAG)),
        ("diag_code", own("code")),
        ("diag_name", own("name")),
    ];
    let weak = Weak { key: "setl_list_diag_id", identifier: "diag_code", number: "", moment: "", claim: "setl_id" };
    let filled = [of_settlement("setl_list_diag_id"), filled].concat();
    Sheet::official("setl_list_diag_d", "diagnoses", fields::DIAGNOSES, &filled).weak(weak)
}

pub(super) fn operations() -> Sheet {
    let filled = vec![
        ("main_oprn_flag", Cell::Fixed("1")),
        ("oprn_oprt_code", own("code")),
        ("oprn_oprt_date", Cell::Made(|row, text| text.extend(row.text(From::Own, "started_at").get(..10)))),
        ("anst_way", Cell::Fixed("01")),
        ("oper_dr_name", Cell::Fixed("***")),
        ("oper_dr_code", own("surgeon_id")),
        ("anst_dr_name", Cell::Fixed("***")),
        ("anst_dr_code", own("anaesthetist_id")),
        ("anst_begntime", own("anaesthesia_started_at")),
        ("anst_endtime", own("anaesthesia_ended_at")),
        ("oprn_oprt_begntime", own("started_at")),
        ("oprn_oprt_endtime", own("ended_at")),
    ];
    let filled = [of_settlement("setl_list_oprn_id"), filled].concat();
    Sheet::official("setl_list_oprn_d", "procedures", fields::OPERATIONS, &filled)
}
