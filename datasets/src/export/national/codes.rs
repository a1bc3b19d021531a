//! Official codes for the words of the canonical tables.

use crate::export::sheet::Codes;

/// `med_type`. The national list has no code for observation and internet visits: those two are a local extension, which `local.toml`
/// declares.
pub(super) const MED_TYPE: Codes = &[
    ("inpatient", "21"),
    ("outpatient", "11"),
    ("emergency", "13"),
    ("observation", OBSERVATION),
    ("chronic", "140104"),
    ("day_surgery", "28"),
    ("maternity", "51"),
    ("home_bed", "71"),
    ("internet", INTERNET),
    ("pharmacy", "41"),
];
pub(super) const OBSERVATION: &str = "991301";
pub(super) const INTERNET: &str = "991105";
/// An inpatient who came in as an emergency.
pub(super) const EMERGENCY_INPATIENT: &str = "210104";

/// `insutype` of who pays alone: a word, since the list is one of insurances.
pub(super) const SELF_PAID: &str = "自费";

/// `fixmedins_type`. The national list does not tell clinics from hospitals: theirs is local.
pub(super) const PROVIDER: Codes = &[("hospital", "1"), ("pharmacy", "2"), ("clinic", CLINIC)];
pub(super) const CLINIC: &str = "3";

/// `hosp_lv` where it is text: 02 and 05 and 08 are grade A, 11 is without a level.
pub(super) const HOSP_LV: Codes = &[("3", "02"), ("2", "05"), ("1", "08"), ("0", "11")];
/// The same where it is a number.
pub(super) const HOSP_LV_NUMBER: Codes = &[("3", "2"), ("2", "5"), ("1", "8"), ("0", "11")];

pub(super) const GEND: Codes = &[("male", "1"), ("female", "2")];

/// `med_chrgitm_type`.
pub(super) const CHARGE_TYPE: Codes = &[
    ("bed", "01"),
    ("consultation", "02"),
    ("exam", "03"),
    ("lab", "04"),
    ("treatment", "05"),
    ("surgery", "06"),
    ("nursing", "07"),
    ("consumable", "08"),
    ("western_drug", "09"),
    ("herbal_slice", "10"),
    ("patent_drug", "11"),
    ("general", "12"),
    ("registration", "13"),
    ("other", "14"),
];

/// `list_type`; what is not listed is a service, 201.
pub(super) const LIST_TYPE: Codes = &[("western_drug", "101"), ("patent_drug", "101"), ("herbal_slice", "102"), ("consumable", "301")];

/// `chrgitm_lv`.
pub(super) const PAY_CLASS: Codes = &[("A", "01"), ("B", "02"), ("C", "03")];

/// `dscg_way`.
pub(super) const DISCHARGE: Codes =
    &[("ordered", "1"), ("transfer_hospital", "2"), ("transfer_community", "3"), ("unordered", "4"), ("death", "5"), ("other", "9")];

/// `adm_way`.
pub(super) const ADMISSION: Codes = &[("emergency", "1"), ("outpatient", "2"), ("transfer", "3")];

/// `clr_way`.
pub(super) const PAYMENT: Codes =
    &[("item", "1"), ("single_disease", "2"), ("dip", "3"), ("drg", "4"), ("per_diem", "5"), ("capitation", "6")];

pub(super) const FLAG: Codes = &[("true", "1"), ("false", "0")];

/// `inv_chg_type`: transfers in and out, losses, other entries and issues.
pub(super) const STOCK_CHANGE: Codes =
    &[("transfer_in", "101"), ("transfer_out", "102"), ("loss", "104"), ("made", "106"), ("internal_use", "107")];
