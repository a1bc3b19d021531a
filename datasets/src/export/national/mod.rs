//! The national platform, written from its published field lists and code lists, independently of any mapping that reads it.
//!
//! With the traps of real extracts: `hosp_lv` is a number in `setl_d` and text elsewhere, `ipt_days` is mostly missing, days stand for
//! midnights, refunds are negative copies, some rows are void (`vali_flag` 0) and some lines not settled.

mod codes;
mod details;
mod fields;
mod registers;
mod settlements;
mod stock;

use super::sheet::Sheet;

/// What a reader has to know beside the national layout.
pub(super) const LOCAL_LAYOUT: &str = r#"# What this county adds to the national layout: codes of its own, and tables that the platform lacks under their canonical names.
name = "local"
extends = "national"
by_name = true

[codes.med_type]
991301 = "observation"
991105 = "internet"

[codes.fixmedins_type]
3 = "clinic"

[codes.is_insured]
"自费" = "false"
"#;

/// Tables that the platform lacks stay canonical.
pub(super) const CANONICAL: &[&str] = &["groups", "catalogue", "registers", "limits", "exclusive_pairs", "frequencies"];

pub(super) fn sheets() -> Vec<Sheet> {
    let mut sheets = settlements::visits();
    sheets.extend(settlements::settlements());
    sheets.extend([settlements::groups(), settlements::lists()]);
    sheets.extend(details::fees());
    sheets.extend([details::diagnoses(), details::operations(), registers::persons(), registers::providers()]);
    sheets.extend(registers::staff());
    sheets.extend(stock::sheets());
    sheets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_codes_are_declared() {
        for code in [codes::OBSERVATION, codes::INTERNET, codes::CLINIC] {
            assert!(LOCAL_LAYOUT.contains(&format!("\n{code} = ")), "{code}");
        }
    }
}
