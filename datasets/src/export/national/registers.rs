//! Registers of persons, providers and staff.

use super::codes::{GEND, HOSP_LV, PROVIDER};
use crate::export::sheet::{Cell, From, Row, Sheet, own};

pub(super) fn persons() -> Sheet {
    let filled = [
        ("psn_no", own("person_id")),
        ("psn_name", Cell::Fixed("***")),
        ("gend", Cell::Coded(From::Own, "sex", GEND)),
        ("brdy", own("birth_date")),
        ("psn_cert_type", Cell::Fixed("01")),
        ("certno", own("id_number")),
        ("resd_loc_admdvs", own("region")),
        ("resdbook_no", own("household_id")),
        ("die_date", own("death_date")),
        ("vali_flag", Cell::Fixed("1")),
    ];
    Sheet::short("psn_info_b", "persons", &filled)
}

pub(super) fn providers() -> Sheet {
    let filled = [
        ("fixmedins_code", own("provider_id")),
        ("fixmedins_name", own("name")),
        ("fixmedins_type", Cell::Coded(From::Own, "kind", PROVIDER)),
        ("hosp_lv", Cell::Coded(From::Own, "level", HOSP_LV)),
        ("econ_type", Cell::Coded(From::Own, "ownership", &[("public", "110"), ("private", "170")])),
        ("fix_blng_admdvs", own("region")),
        ("aprv_bed_cnt", own("beds")),
        ("open_bed_cnt", own("open_beds")),
        ("lnt", own("longitude")),
        ("lat", own("latitude")),
        ("vali_flag", Cell::Fixed("1")),
    ];
    Sheet::short("fixmedins_b", "providers", &filled)
}

/// Doctors, nurses and the rest, each in the table of their calling.
pub(super) fn staff() -> Vec<Sheet> {
    let sheet = |name: &str, code: &'static str| {
        let filled = [
            (code, own("staff_id")),
            ("fixmedins_code", own("provider_id")),
            ("caty", own("specialty")),
            ("begndate", own("licensed_from")),
            ("tel", own("phone")),
            ("vali_flag", Cell::Fixed("1")),
        ];
        Sheet::short(name, "staff", &filled)
    };
    vec![
        sheet("dr_info_b", "dr_code").keeping(|row| is(row, "doctor")),
        sheet("nurs_info_b", "nurs_code").keeping(|row| is(row, "nurse")),
        sheet("phar_info_b", "phar_code").keeping(|row| !is(row, "doctor") && !is(row, "nurse")),
    ]
}

fn is(row: &Row<'_>, role: &str) -> bool {
    row.is(From::Own, "role", role)
}
