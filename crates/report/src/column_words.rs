//! The titles of columns and tables for readers of Chinese; readers of English see the names of the canonical layout.

use claimsift::Lang;

const TABLES: &[(&str, &str)] = &[
    ("claims", "结算单"),
    ("lines", "费用明细"),
    ("diagnoses", "诊断"),
    ("procedures", "手术操作"),
    ("persons", "参保人"),
    ("providers", "机构"),
    ("staff", "医务人员"),
    ("stock", "进销存"),
    ("dispensed", "追溯码"),
    ("reports", "检查检验报告"),
    ("results", "检验结果"),
    ("orders", "医嘱"),
    ("bed_log", "床位记录"),
    ("payments", "缴费"),
    ("entitlements", "慢特病资格"),
    ("registers", "其他登记"),
    ("presence_checks", "在院核查"),
    ("groups", "病组"),
    ("catalogue", "目录"),
    ("labels", "已结案件"),
    ("limits", "支付限定"),
    ("exclusive_pairs", "互斥项目"),
    ("frequencies", "频次限制"),
    ("intervals", "间隔限制"),
    ("courses", "疗程限制"),
    ("prerequisites", "前置项目"),
    ("swap_pairs", "串换项目"),
    ("price_caps", "限价"),
    ("kits", "组套项目"),
    ("add_ons", "加收项目"),
    ("discount_groups", "折价手术组"),
    ("minutes", "项目用时"),
    ("watch_lists", "关注名单"),
];

const COLUMNS: &[(&str, &str)] = &[
    ("claim_id", "结算单号"),
    ("person_id", "人员编号"),
    ("provider_id", "机构编号"),
    ("visit_type", "就诊类型"),
    ("started_at", "开始时间"),
    ("ended_at", "结束时间"),
    ("total_amount", "总费用"),
    ("visit_id", "就诊号"),
    ("settled_at", "结算时间"),
    ("is_insured", "医保支付"),
    ("settled_how", "结算方式"),
    ("original_claim_id", "原结算单号"),
    ("is_refund", "退费"),
    ("is_interim", "中途结算"),
    ("diagnosis_code", "诊断编码"),
    ("diagnosis_name", "诊断名称"),
    ("department", "科室"),
    ("admission_department", "入院科室"),
    ("admission_way", "入院途径"),
    ("discharge_way", "离院方式"),
    ("transferred_from", "转出机构"),
    ("doctor_id", "医师"),
    ("ward", "病区"),
    ("campus", "院区"),
    ("is_newborn", "新生儿"),
    ("chronic_code", "慢特病编码"),
    ("insurance_type", "险种"),
    ("person_type", "人员类别"),
    ("aid_kind", "救助类别"),
    ("insured_region", "参保地"),
    ("operator_id", "经办人员"),
    ("terminal_id", "终端"),
    ("invoice_no", "票据号"),
    ("payment_method", "付费方式"),
    ("group_code", "病组"),
    ("group_case", "病例类型"),
    ("payment_amount", "病组支付额"),
    ("in_scope_amount", "范围内金额"),
    ("deductible_amount", "起付线"),
    ("fund_amount", "基金支付"),
    ("aid_amount", "医疗救助"),
    ("account_amount", "个人账户"),
    ("family_account_amount", "共济账户"),
    ("cash_amount", "个人现金"),
    ("self_paid_amount", "个人自费"),
    ("hospital_borne_amount", "医院负担"),
    ("item_code", "项目编码"),
    ("quantity", "数量"),
    ("unit_price", "单价"),
    ("amount", "金额"),
    ("line_id", "明细号"),
    ("item_name", "项目名称"),
    ("local_code", "院内编码"),
    ("local_name", "院内名称"),
    ("category", "费用类别"),
    ("pay_class", "甲乙类"),
    ("spec", "规格"),
    ("dose_form", "剂型"),
    ("charge_unit", "计价单位"),
    ("over_cap_amount", "超限价"),
    ("discount_amount", "优惠"),
    ("limit_met", "符合限定"),
    ("is_approved", "已审批"),
    ("charged_at", "收费时间"),
    ("posted_at", "上传时间"),
    ("executed_at", "执行时间"),
    ("order_no", "医嘱号"),
    ("prescription_no", "处方号"),
    ("prescribed_at", "开具时间"),
    ("prescriber_id", "开方医师"),
    ("executor_id", "执行人员"),
    ("dose", "单次剂量"),
    ("frequency", "频次"),
    ("days_supply", "用药天数"),
    ("device_id", "设备"),
    ("body_part", "部位"),
    ("package_no", "套餐号"),
    ("reverses_line_id", "冲销明细号"),
    ("is_discharge_drug", "出院带药"),
    ("is_hospital_made", "院内制剂"),
    ("is_procured", "集采"),
    ("is_negotiated", "谈判药品"),
];

/// The title of a column.
pub(crate) fn column_title(name: &str, lang: Lang) -> String {
    match lang {
        Lang::En => name.replace('_', " "),
        Lang::Zh => find(COLUMNS, name),
    }
}

/// The name of a table.
pub(crate) fn table_title(name: &str, lang: Lang) -> String {
    match lang {
        Lang::En => name.replace('_', " "),
        Lang::Zh => find(TABLES, name),
    }
}

fn find(words: &[(&str, &str)], name: &str) -> String {
    words.iter().find(|(known, _)| *known == name).map_or(name, |(_, zh)| zh).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::{CLAIM_COLUMNS, LINE_COLUMNS};
    use claimsift::tables::TableId;

    #[test]
    fn every_table_and_every_printed_column_has_a_chinese_title() {
        for table in TableId::ALL {
            assert!(TABLES.iter().any(|(known, _)| *known == table.name()), "{}", table.name());
        }
        for column in CLAIM_COLUMNS.iter().chain(LINE_COLUMNS) {
            assert!(COLUMNS.iter().any(|(known, _)| known == column), "{column}");
        }
    }
}
