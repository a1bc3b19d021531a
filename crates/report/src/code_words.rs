//! The words of code lists for readers: `day_surgery` is day surgery, or 日间手术.

use claimsift::Lang;

const WORDS: &[(&str, &str)] = &[
    ("inpatient", "住院"),
    ("outpatient", "门诊"),
    ("emergency", "急诊"),
    ("observation", "急诊留观"),
    ("chronic", "门诊慢特病"),
    ("day_surgery", "日间手术"),
    ("maternity", "生育"),
    ("home_bed", "家庭病床"),
    ("internet", "互联网诊疗"),
    ("pharmacy", "药店"),
    ("online", "联网结算"),
    ("manual", "手工报销"),
    ("out_of_area", "异地就医"),
    ("transfer", "转入"),
    ("ordered", "医嘱离院"),
    ("transfer_hospital", "医嘱转院"),
    ("transfer_community", "医嘱转社区"),
    ("unordered", "非医嘱离院"),
    ("death", "死亡"),
    ("item", "按项目"),
    ("drg", "DRG"),
    ("dip", "DIP"),
    ("per_diem", "按床日"),
    ("single_disease", "按单病种"),
    ("capitation", "按人头"),
    ("per_visit", "按人次"),
    ("normal", "正常"),
    ("high", "高倍率"),
    ("low", "低倍率"),
    ("item_paid", "按项目结算"),
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
    ("male", "男"),
    ("female", "女"),
    ("hospital", "医院"),
    ("clinic", "诊所"),
    ("opening", "期初"),
    ("purchase", "购进"),
    ("purchase_return", "购进退回"),
    ("made", "自制"),
    ("sale", "销售"),
    ("sale_return", "销售退回"),
    ("transfer_in", "调入"),
    ("transfer_out", "调出"),
    ("internal_use", "内部领用"),
    ("loss", "损耗"),
    ("closing", "期末"),
    ("drug", "药品"),
    ("device", "器械"),
    ("sex", "性别"),
    ("age", "年龄"),
    ("level", "机构等级"),
    ("setting", "就医方式"),
    ("insurance", "险种"),
    ("day", "同日"),
    ("visit", "同次就诊"),
    ("hour", "同一小时"),
    ("hours", "若干小时内"),
    ("week", "每周"),
    ("month", "每月"),
    ("year", "每年"),
    ("other", "其他"),
];

/// A word of a code list; a word that no list has is given back as it is.
pub(crate) fn code_word(word: &str, lang: Lang) -> String {
    match (lang, WORDS.iter().find(|(known, _)| *known == word)) {
        (Lang::Zh, Some((_, zh))) => (*zh).to_owned(),
        (Lang::En, Some(_)) => word.replace('_', " "),
        (_, None) => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use claimsift::tables::TableId;
    use claimsift::tables::value::Kind;

    #[test]
    fn every_word_of_every_list_is_known() {
        for column in TableId::ALL.iter().flat_map(|table| table.schema().columns) {
            if let Kind::Code(list) = column.kind {
                for word in list.words {
                    assert!(WORDS.iter().any(|(known, _)| known == word), "`{word}` of `{}` has no Chinese word", list.name);
                }
            }
        }
    }
}
