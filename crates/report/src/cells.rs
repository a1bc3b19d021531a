//! The columns of claims and lines as text, without those that identify a person.

use crate::code_words::code_word;
use crate::figures;
use crate::labels;
use claimsift::claims::{ClaimView, LineView};
use claimsift::tables::value::{
    AdmissionWay, Category, ClaimId, Date, DeviceId, DiagnosisId, DischargeWay, Domain, Fen, GroupCase, GroupId, InvoiceId, OrderId,
    PaymentMethod, PersonId, ProviderId, Quantity, RegionId, SettledHow, StaffId, Text, Time, UnitPrice, VisitKey, VisitType,
};
use claimsift::{Claims, Lang};

/// A value of a column as text.
trait Shown {
    fn shown(self, claims: &Claims, lang: Lang) -> String;
}

macro_rules! shown_by {
    ($($type:ty => $show:expr;)*) => {$(
        impl Shown for $type {
            fn shown(self, _claims: &Claims, _lang: Lang) -> String {
                $show(self)
            }
        }
    )*};
}

shown_by! {
    Fen => figures::money;
    Quantity => figures::quantity;
    UnitPrice => figures::price;
    Time => figures::time;
    Date => |date: Date| date.to_string();
    i32 => |number: i32| number.to_string();
    &str => str::to_owned;
}

impl Shown for bool {
    fn shown(self, _claims: &Claims, lang: Lang) -> String {
        if self { labels::YES } else { labels::NO }.get(lang).to_owned()
    }
}

impl Shown for Text {
    fn shown(self, claims: &Claims, _lang: Lang) -> String {
        claims.text(self).to_owned()
    }
}

impl Shown for OrderId {
    fn shown(self, claims: &Claims, _lang: Lang) -> String {
        claims.order_no(self).unwrap_or_default().to_owned()
    }
}

macro_rules! shown_keys {
    ($($id:ident of $domain:ident;)*) => {$(
        impl Shown for $id {
            fn shown(self, claims: &Claims, _lang: Lang) -> String {
                claims.dictionary(Domain::$domain).text(self.0).to_owned()
            }
        }
    )*};
}

shown_keys! {
    ClaimId of Claim;
    VisitKey of Visit;
    PersonId of Person;
    ProviderId of Provider;
    StaffId of Staff;
    DiagnosisId of Diagnosis;
    RegionId of Region;
    DeviceId of Device;
    InvoiceId of Invoice;
    GroupId of Group;
}

macro_rules! shown_codes {
    ($($code:ident)*) => {$(
        impl Shown for $code {
            fn shown(self, _claims: &Claims, lang: Lang) -> String {
                code_word(self.word(), lang)
            }
        }
    )*};
}

shown_codes! { VisitType SettledHow AdmissionWay DischargeWay PaymentMethod GroupCase Category }

macro_rules! printed {
    ($list:ident, $cell:ident of $view:ident: $($column:ident)*) => {
        /// The columns that are printed where a detector reads them.
        pub(crate) const $list: &[&str] = &[$(stringify!($column)),*];

        /// The text of a column; `None` where nothing was given, and for columns that are not printed.
        pub(crate) fn $cell(claims: &Claims, view: $view<'_>, column: &str, lang: Lang) -> Option<String> {
            let row = view.row();
            match column {
                $(stringify!($column) => row.$column().map(|value| value.shown(claims, lang)),)*
                _ => None,
            }
        }
    };
}

printed! { CLAIM_COLUMNS, claim_cell of ClaimView:
    claim_id person_id provider_id visit_type started_at ended_at total_amount visit_id settled_at is_insured settled_how original_claim_id
    is_refund is_interim diagnosis_code diagnosis_name department admission_department admission_way discharge_way transferred_from doctor_id
    ward campus is_newborn chronic_code insurance_type person_type aid_kind insured_region operator_id terminal_id invoice_no payment_method
    group_code group_case payment_amount in_scope_amount deductible_amount fund_amount aid_amount account_amount family_account_amount
    cash_amount self_paid_amount hospital_borne_amount
}

printed! { LINE_COLUMNS, other_line_cell of LineView:
    claim_id quantity unit_price amount line_id item_name local_code local_name category pay_class spec dose_form charge_unit in_scope_amount
    self_paid_amount over_cap_amount discount_amount limit_met is_approved charged_at posted_at executed_at order_no prescription_no
    prescribed_at prescriber_id department doctor_id executor_id dose frequency days_supply device_id body_part package_no reverses_line_id
    is_discharge_drug is_hospital_made is_procured is_negotiated
}

/// The text of a line's column; the item's code is always there.
pub(crate) fn line_cell(claims: &Claims, line: LineView<'_>, column: &str, lang: Lang) -> Option<String> {
    if column == "item_code" { Some(line.item_code().to_owned()) } else { other_line_cell(claims, line, column, lang) }
}

/// Columns that may identify a person and are never printed.
pub(crate) const WITHHELD: &[&str] = &[
    "phone",
    "address",
    "contact_name",
    "id_number",
    "bed_no",
    "discharge_bed_no",
    "referrer",
    "employer_id",
    "credential_type",
    "third_party",
    "payer",
    "name",
    "birth_date",
    "household_id",
];

#[cfg(test)]
mod tests {
    use super::*;
    use claimsift::tables::TableId;

    #[test]
    fn every_column_is_printed_or_withheld() {
        for column in TableId::ClaimTable.schema().columns {
            assert!(CLAIM_COLUMNS.contains(&column.name) != WITHHELD.contains(&column.name), "claims.{}", column.name);
        }
        for column in TableId::LineTable.schema().columns {
            let is_printed = LINE_COLUMNS.contains(&column.name) || column.name == "item_code";
            assert!(is_printed != WITHHELD.contains(&column.name), "lines.{}", column.name);
        }
    }
}
