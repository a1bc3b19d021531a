//! Facts, units and reasons for readers: what detectors state in the words of tables, in the reader's language.

use crate::code_words::code_word;
use crate::figures::grouped_text;
use claimsift::detect::{Meta, Unit};
use claimsift::norms::FEATURES;
use claimsift::{Finding, Lang};
use serde_json::Value;

const UNITS: &[(&str, &str)] = &[
    ("nights", "夜"),
    ("days", "天"),
    ("yuan", "元"),
    ("rows", "行"),
    ("lines", "条"),
    ("items", "项"),
    ("drugs", "种"),
    ("stays", "次"),
    ("visits", "次"),
    ("claims", "张"),
    ("providers", "家"),
    ("persons", "人"),
    ("households", "户"),
    ("villages", "个"),
    ("patterns", "个"),
    ("seconds", "个"),
    ("bits", "比特"),
    ("%", "%"),
    ("spreads", "个离散度"),
    ("robust z", "稳健z值"),
    ("beds", "张"),
    ("persons", "人"),
    ("totals", "个"),
    ("%", "%"),
    ("months", "个月"),
    ("units", "单位"),
    ("packs", "包装"),
    ("per mille", "‰"),
    ("seconds", "秒"),
    ("share of the squared distance", "（占距离平方的份额）"),
];

/// Reasons for which units were not assessed.
const REASONS: &[(&str, &str)] = &[
    ("person number that is nobody's own", "人员编号为占位值或异常集中"),
    ("claim without lines", "结算单没有费用明细"),
    ("the person is not in the table of persons", "参保人表中没有此人"),
    ("newborn under the mother's number", "以母亲名义结算的新生儿"),
    ("the days before admission lie before the provider's data", "入院前的日期早于该机构数据的起始月份"),
    ("the fund paid nothing", "基金未支付"),
    ("a refund that names no claim may have taken it back", "可能已被未注明原单的退费冲销"),
    ("claim with neither lines nor invoice", "结算单既无明细也无票据号"),
    ("claim without diagnosis or dated lines", "结算单缺诊断或带时间的明细"),
    ("fewer than 20 visits", "就诊不足20人次"),
    ("too few comparable providers", "可比机构过少"),
    ("provider without stays", "机构没有住院"),
    ("number of beds unknown", "床位数未知"),
    ("stay without a comparable total", "住院总费用不可比（套餐付费、新生儿、中途结算或不足一夜）"),
    ("stay without a comparable total or of a camp", "住院总费用不可比（套餐、集中手术、日间手术、新生儿、中途结算或不足一夜）"),
    ("case of a group paid by item", "病组中按项目付费的病例"),
    ("no norm for group or diagnosis", "病组或诊断没有标准费用"),
    ("diagnosis or way of admission or charges of the stay unknown", "住院的诊断、入院途径或费用未知"),
    ("too few treated stays to compare with", "可比的治疗性住院过少"),
    ("provider without stock", "机构没有进销存数据"),
    ("too few months complete in claims and stock", "结算与进销存均完整的月份过少"),
    ("no settlement with a time of day", "结算时间没有时分"),
    ("too few weeks of data", "数据不足数周"),
    ("sex or birth date unknown", "性别或出生日期不详"),
    ("claim without diagnosis and lines", "结算单没有诊断和费用明细"),
    ("no item in the data has a limit of sex or age", "数据中没有限定性别或年龄的项目"),
    ("no item in the data has a limit of level or setting or insurance", "数据中没有限定机构等级、就医方式或险种的项目"),
    ("limit that many users of the item contradict", "限定与该项目多数使用人不符，疑为对码错误"),
    ("neither an identity number of 18 digits nor a contact", "没有18位证件号码，也没有联系方式"),
    ("still in hospital", "尚未出院"),
    ("stay without lines", "住院没有费用明细"),
    ("quiet days are part of the treatment", "精神、康复、安宁疗护或按床日付费住院"),
    ("care is not dated by the day", "诊疗费用未按日记账且无医嘱"),
    ("too few comparable stays", "可比住院过少"),
    ("visit taken back by refunds", "就诊已被退费冲销"),
    ("visit without lines", "就诊没有费用明细"),
    ("refund without lines", "退费没有费用明细"),
    ("times are dates only", "收费时间只有日期"),
    ("pair that nearly all providers charge together", "几乎所有机构都同收的互斥项目，疑为本地允许或对码错误"),
    ("charge unit is not hours", "计价单位不是小时"),
];

/// Families of evidence.
const FAMILIES: &[(&str, &str)] = &[
    ("death", "死亡"),
    ("body", "性别年龄不符"),
    ("identity", "身份"),
    ("limit", "支付限定"),
    ("empty-nights", "无诊疗夜"),
    ("peers", "同类偏离"),
    ("presence", "在院冲突"),
    ("repeat", "重复收费"),
    ("split", "分解"),
    ("totals", "合计"),
    ("occupancy", "床位"),
    ("admission", "入院指征"),
    ("uniform", "雷同"),
    ("stay-cost", "费用倍率"),
    ("stock", "进销存"),
    ("burst", "集中刷卡"),
    ("clone", "克隆"),
    ("settled-twice", "重复结算"),
];

/// Words that stand as values of facts.
const VALUES: &[(&str, &str)] = &[
    ("drugs", "药品延续"),
    ("cost", "费用接近标准"),
    ("elective", "非急诊入院"),
    ("provider", "机构再入院偏高"),
    ("none", "无"),
    ("complete", "账册完整"),
    ("no opening count", "无期初盘存"),
    ("months without movement", "有月份无库存变动"),
    ("desk", "收费窗口"),
    ("yes", "是"),
    ("no", "否"),
    ("check_digit", "校验码"),
    ("birth_date", "出生日期"),
    ("sex", "性别"),
    ("certificate", "同一证件号码"),
    ("phone", "联系电话"),
    ("staff_phone", "医务人员电话"),
    ("address", "地址"),
    ("contact_name", "联系人"),
    ("day", "日"),
    ("visit", "次就诊"),
    ("visit by the day", "就诊所涉天数"),
    ("week", "周"),
    ("month", "月"),
    ("year", "年"),
    ("same day", "同日"),
    ("one visit", "同次就诊"),
    ("other operation", "非同日手术"),
    ("clock hour", "同一小时"),
];

/// Words within limits and portraits of patients, longer ones first.
const BODY_WORDS: &[(&str, &str)] = &[
    ("female", "女"),
    ("male", "男"),
    ("age up to ", "年龄不超过"),
    ("age from ", "年龄不低于"),
    ("age ", "年龄"),
    (" days", "天"),
    (" to ", "至"),
    (" or ", "或"),
    ("level from 1", "一级及以上机构"),
    ("level from 2", "二级及以上机构"),
    ("level from 3", "三级机构"),
    ("level ", "机构等级"),
    ("inpatient", "住院"),
    ("outpatient", "门诊"),
    ("emergency", "急诊"),
    ("employee", "职工"),
    ("resident", "居民"),
    ("injury insurance", "工伤保险"),
    ("maternity insurance", "生育保险"),
    ("insurance ", "险种"),
    (" insurance", "保险"),
    (" and ", "，"),
    (", ", "，"),
    ("lines", "费用明细"),
    ("orders", "医嘱"),
    ("lines", "明细"),
    ("orders", "医嘱号"),
    ("line numbers", "明细流水号"),
    ("invoice", "票据号"),
];

const MISSING: &str = "the data have no ";

/// The label of a fact.
pub(crate) fn fact_label(name: &str, meta: Option<&Meta>, lang: Lang) -> String {
    let declared = meta.and_then(|meta| meta.facts.iter().find(|fact| fact.name == name)).map(|fact| fact.label.get(lang).to_owned());
    declared.or_else(|| feature(name, lang).map(str::to_owned)).unwrap_or_else(|| name.replace('_', " "))
}

/// The value of a fact with its unit.
pub(crate) fn fact_value(name: &str, value: &Value, meta: Option<&Meta>, lang: Lang) -> String {
    let unit = meta.and_then(|meta| meta.facts.iter().find(|fact| fact.name == name)).map_or("", |fact| fact.unit.as_ref());
    let shown = if unit == "yuan" { grouped_text(&fact_text(name, value, lang)) } else { fact_text(name, value, lang) };
    let unit = match (lang, unit_word(unit, lang)) {
        (Lang::En, unit) if shown == "1" => unit.strip_suffix('s').unwrap_or(unit),
        (_, unit) => unit,
    };
    if unit.is_empty() { shown } else { format!("{shown} {unit}") }
}

/// The value of a fact as it stands in a sentence.
fn fact_text(name: &str, value: &Value, lang: Lang) -> String {
    let Some(text) = value.as_str() else { return value.to_string() };
    match (name, lang) {
        ("visit_type" | "group_case" | "charge_kind", _) => code_word(text, lang),
        (
            "legs" | "shared" | "conflict" | "diagnoses" | "services" | "is_main" | "is_interleaved" | "books" | "terminal" | "told_by",
            Lang::Zh,
        ) => text.split(", ").map(|word| lookup(VALUES, word).unwrap_or(word)).collect::<Vec<_>>().join("、"),
        ("limit" | "patient" | "charged_under", Lang::Zh) => {
            BODY_WORDS.iter().fold(text.to_owned(), |text, (word, zh)| text.replace(word, zh))
        }
        ("leading", Lang::Zh) => features_in_chinese(text),
        _ => text.to_owned(),
    }
}

fn features_in_chinese(text: &str) -> String {
    let mut text = text.replace(" against ", "，同类为 ").replace("; ", "；");
    for feature in FEATURES {
        text = text.replace(feature.name, feature.zh);
    }
    text
}

/// The sentence that states a finding.
pub(crate) fn sentence(finding: &Finding, meta: Option<&Meta>, lang: Lang) -> String {
    let Some(meta) = meta else { return String::new() };
    let mut shown = finding.clone();
    for (name, value) in &mut shown.facts {
        if value.is_string() {
            *value = fact_text(name, value, lang).into();
        }
    }
    shown.message(meta, lang)
}

fn feature(name: &str, lang: Lang) -> Option<&'static str> {
    let feature = FEATURES.iter().find(|feature| feature.name == name)?;
    Some(if lang == Lang::Zh { feature.zh } else { feature.en })
}

pub(crate) fn unit_word(unit: &str, lang: Lang) -> &str {
    match lang {
        Lang::En => unit,
        Lang::Zh => lookup(UNITS, unit).unwrap_or(unit),
    }
}

pub(crate) fn family_word(family: &str, lang: Lang) -> &str {
    match lang {
        Lang::En => family,
        Lang::Zh => lookup(FAMILIES, family).unwrap_or(family),
    }
}

/// The kind of unit that an assessment counts.
pub(crate) fn assessed_unit(word: &str, lang: Lang) -> &str {
    match (lang, Unit::named(word)) {
        (Lang::Zh, Some(unit)) => unit.zh(),
        _ => word,
    }
}

/// Why units were not assessed.
pub(crate) fn reason_words(reason: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return reason.to_owned();
    }
    match reason.strip_prefix(MISSING) {
        Some(columns) => format!("数据缺少 {}", columns.replace(", ", "、")),
        None => lookup(REASONS, reason).unwrap_or(reason).to_owned(),
    }
}

/// The kind of subject a finding is about.
pub(crate) fn subject_word(kind: &str, lang: Lang) -> &str {
    match (lang, kind) {
        (Lang::En, _) => kind,
        (Lang::Zh, "claim") => "结算单",
        (Lang::Zh, "person") => "参保人",
        (Lang::Zh, "provider") => "机构",
        (Lang::Zh, "staff") => "医务人员",
        (Lang::Zh, other) => other,
    }
}

fn lookup<'a>(words: &[(&str, &'a str)], word: &str) -> Option<&'a str> {
    words.iter().find(|(known, _)| *known == word).map(|(_, zh)| *zh)
}

#[cfg(test)]
mod tests {
    use super::*;
    use claimsift::detectors::CATALOGUE;

    #[test]
    fn every_unit_and_family_has_a_chinese_word() {
        for meta in CATALOGUE.iter().map(claimsift::detect::Entry::meta) {
            assert!(lookup(FAMILIES, &meta.family).is_some(), "{}: family `{}`", meta.code, meta.family);
            for fact in meta.facts.iter().filter(|fact| !fact.unit.is_empty()) {
                assert!(lookup(UNITS, &fact.unit).is_some(), "{} {}: unit `{}`", meta.code, fact.name, fact.unit);
            }
        }
    }

    /// Every reason that a built-in detector gives stands as a text in its source.
    #[test]
    fn every_reason_has_chinese_words() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../core/src/detectors"))];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the detectors' folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    let source = std::fs::read_to_string(&path).expect("a source file");
                    for call in source.split("not_assessed(\"").skip(1) {
                        let reason = call.split('"').next().unwrap_or_default();
                        assert!(lookup(REASONS, reason).is_some(), "{}: reason `{reason}`", path.display());
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 0);
    }

    #[test]
    fn reasons_and_features_read_in_chinese() {
        assert_eq!(
            reason_words("the data have no persons.death_date, lines.amount", Lang::Zh),
            "数据缺少 persons.death_date、lines.amount"
        );
        assert_eq!(features_in_chinese("drug_share 0.66 against 0.40 (35 %)"), "药品费占比 0.66，同类为 0.40 (35 %)");
    }
}
