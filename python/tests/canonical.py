"""The canonical tables: every column in its order, with the type it has in the files that `claimsift tables` writes."""

from __future__ import annotations

TEXT = "varchar"
FLAG = "boolean"
WHOLE = "integer"
MONEY = "decimal(18, 2)"
QUANTITY = "decimal(18, 4)"
PRICE = "decimal(18, 6)"
DAY = "date"
TIME = "timestamp"
REAL = "double"

_TYPED: dict[str, list[tuple[str, str]]] = {
    "claims": [
        (TEXT, "claim_id person_id provider_id visit_type"),
        (TIME, "started_at ended_at"),
        (MONEY, "total_amount"),
        (TEXT, "visit_id"),
        (TIME, "settled_at"),
        (FLAG, "is_insured"),
        (TEXT, "settled_how original_claim_id"),
        (FLAG, "is_refund is_interim"),
        (TEXT, "diagnosis_code diagnosis_name department admission_department admission_way discharge_way"),
        (TEXT, "transferred_from doctor_id bed_no discharge_bed_no ward campus"),
        (FLAG, "is_newborn"),
        (TEXT, "referrer chronic_code insurance_type person_type aid_kind insured_region employer_id phone address"),
        (TEXT, "contact_name credential_type operator_id terminal_id invoice_no payment_method group_code group_case"),
        (MONEY, "payment_amount in_scope_amount deductible_amount fund_amount aid_amount account_amount"),
        (MONEY, "family_account_amount cash_amount self_paid_amount hospital_borne_amount"),
        (TEXT, "third_party"),
    ],
    "lines": [
        (TEXT, "claim_id item_code"),
        (QUANTITY, "quantity"),
        (PRICE, "unit_price"),
        (MONEY, "amount"),
        (TEXT, "line_id item_name local_code local_name category pay_class spec dose_form charge_unit"),
        (MONEY, "in_scope_amount self_paid_amount over_cap_amount discount_amount"),
        (FLAG, "limit_met is_approved"),
        (TIME, "charged_at posted_at executed_at"),
        (TEXT, "order_no prescription_no"),
        (TIME, "prescribed_at"),
        (TEXT, "prescriber_id department doctor_id executor_id dose frequency"),
        (WHOLE, "days_supply"),
        (TEXT, "device_id body_part package_no reverses_line_id"),
        (FLAG, "is_discharge_drug is_hospital_made is_procured is_negotiated"),
    ],
    "diagnoses": [(TEXT, "claim_id code name"), (FLAG, "is_main present_on_admission")],
    "procedures": [
        (TEXT, "claim_id code"),
        (TIME, "started_at ended_at"),
        (TEXT, "surgeon_id anaesthetist_id"),
        (TIME, "anaesthesia_started_at anaesthesia_ended_at"),
    ],
    "persons": [(TEXT, "person_id id_number sex"), (DAY, "birth_date death_date"), (TEXT, "region household_id")],
    "providers": [
        (TEXT, "provider_id name kind ownership"),
        (WHOLE, "level"),
        (TEXT, "group_id stock_unit"),
        (WHOLE, "beds open_beds"),
        (TEXT, "departments region"),
        (REAL, "latitude longitude"),
        (DAY, "suspended_from suspended_to"),
    ],
    "staff": [
        (TEXT, "staff_id provider_id role specialty"),
        (DAY, "licensed_from licensed_to pay_suspended_from pay_suspended_to died_on"),
        (TEXT, "phone"),
    ],
    "stock": [
        (TEXT, "provider_id item_code movement"),
        (TIME, "moved_on"),
        (QUANTITY, "quantity"),
        (MONEY, "amount"),
        (QUANTITY, "units_per_pack least_units most_units"),
        (TEXT, "voucher_no invoice_no supplier_id lot_no"),
        (DAY, "made_on expires_on"),
        (TEXT, "trace_code claim_id"),
    ],
    "dispensed": [
        (TEXT, "trace_code item_code claim_id line_id provider_id person_id"),
        (TIME, "dispensed_at"),
        (QUANTITY, "quantity"),
        (FLAG, "is_split is_refund"),
        (TEXT, "code_kind"),
    ],
    "reports": [
        (TEXT, "report_id claim_id person_id item_code kind"),
        (TIME, "performed_at sampled_at reported_at"),
        (TEXT, "device_id sample_no image_uid"),
        (WHOLE, "image_count"),
        (TEXT, "body_part"),
        (FLAG, "is_positive"),
        (TEXT, "result_text doctor_id lab_provider_id"),
    ],
    "results": [(TEXT, "report_id analyte value")],
    "orders": [
        (TEXT, "order_no claim_id item_code"),
        (QUANTITY, "quantity"),
        (TIME, "ordered_at executed_at stopped_at"),
        (TEXT, "doctor_id nurse_id"),
    ],
    "bed_log": [(TEXT, "visit_id bed_no ward"), (TIME, "from to")],
    "payments": [
        (TEXT, "claim_id"),
        (TIME, "paid_at"),
        (TEXT, "method"),
        (MONEY, "amount"),
        (TEXT, "receipt_no payer"),
    ],
    "entitlements": [(TEXT, "person_id chronic_code"), (TIME, "from to"), (TEXT, "certifier")],
    "registers": [(TEXT, "person_id kind"), (TIME, "from to")],
    "presence_checks": [(TEXT, "person_id provider_id"), (TIME, "checked_at"), (TEXT, "method"), (FLAG, "is_present")],
    "groups": [(TEXT, "group_code"), (WHOLE, "year"), (MONEY, "norm_cost"), (REAL, "weight low_bound high_bound")],
    "catalogue": [
        (TEXT, "item_code item_name category unit ingredient"),
        (FLAG, "presence"),
        (TEXT, "sex_limit"),
        (WHOLE, "min_age max_age"),
        (TEXT, "setting"),
        (WHOLE, "min_level"),
        (QUANTITY, "units_per_pack"),
        (REAL, "minutes"),
        (TEXT, "family"),
        (DAY, "valid_from valid_to"),
    ],
    "limits": [
        (TEXT, "item_code kind item_name sex"),
        (WHOLE, "min_age max_age max_age_days min_level"),
        (TEXT, "settings insurances remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "exclusive_pairs": [
        (TEXT, "item_code other_code scope item_name other_name"),
        (WHOLE, "hours"),
        (QUANTITY, "included"),
        (TEXT, "remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "frequencies": [
        (TEXT, "item_code"),
        (QUANTITY, "most"),
        (TEXT, "per item_name charge_unit remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "intervals": [
        (TEXT, "item_code"),
        (WHOLE, "days"),
        (TEXT, "item_name"),
        (WHOLE, "most"),
        (TEXT, "remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "courses": [
        (TEXT, "item_code"),
        (WHOLE, "max_days"),
        (TEXT, "item_name"),
        (WHOLE, "min_interval_days"),
        (TEXT, "per remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "prerequisites": [
        (TEXT, "item_code other_code scope item_name other_name remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "swap_pairs": [(TEXT, "item_code other_code item_name other_name remark source"), (DAY, "valid_from valid_to")],
    "price_caps": [
        (TEXT, "item_code"),
        (PRICE, "price"),
        (TEXT, "item_name"),
        (WHOLE, "level"),
        (TEXT, "region remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "kits": [
        (TEXT, "item_code other_code item_name other_name"),
        (QUANTITY, "quantity"),
        (PRICE, "price"),
        (TEXT, "region remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "add_ons": [
        (TEXT, "item_code other_code item_name other_name"),
        (QUANTITY, "most"),
        (TEXT, "remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "discount_groups": [
        (TEXT, "item_code group item_name"),
        (WHOLE, "percent"),
        (TEXT, "remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "minutes": [
        (TEXT, "item_code"),
        (REAL, "minutes"),
        (TEXT, "item_name remark source"),
        (DAY, "valid_from valid_to"),
    ],
    "watch_lists": [(TEXT, "list subject_kind subject_id remark source"), (DAY, "valid_from valid_to")],
    "labels": [
        (TEXT, "subject_kind subject_id"),
        (FLAG, "is_confirmed"),
        (TEXT, "scheme"),
        (MONEY, "amount"),
        (DAY, "decided_on"),
    ],
}

TABLES: dict[str, dict[str, str]] = {
    table: {name: kind for kind, names in runs for name in names.split()} for table, runs in _TYPED.items()
}
"""Table name to its columns, each with its DuckDB type."""
