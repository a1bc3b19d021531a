//! The twelve checks in the numbering of the inspection list, in words.

use crate::detect::{Bilingual, both};

/// Where a tolerance comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The data list of the national on-site inspection, 2024.
    List,
    /// Auditors' judgement.
    Judgement,
}

impl Source {
    /// The source in words.
    pub fn words(self) -> Bilingual {
        match self {
            Self::List => both("inspection list 2024", "2024年飞行检查数据清单"),
            Self::Judgement => both("judgement", "经验值"),
        }
    }
}

/// What a check asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its number.
    pub number: u8,
    /// Its name in results.
    pub name: &'static str,
    /// Its name for readers.
    pub title: Bilingual,
    /// When it passes.
    pub rule: Bilingual,
    /// What to do where it fails.
    pub remedy: Bilingual,
    /// Where its tolerance comes from.
    pub source: Source,
}

macro_rules! checks {
    ($($number:literal $name:literal $source:ident {
        title $title_en:literal $title_zh:literal
        rule $rule_en:literal $rule_zh:literal
        remedy $remedy_en:literal $remedy_zh:literal
    })*) => {
        /// The twelve checks by number.
        pub static CHECKS: &[Check] = &[$(Check {
            number: $number,
            name: $name,
            title: both($title_en, $title_zh),
            rule: both($rule_en, $rule_zh),
            remedy: both($remedy_en, $remedy_zh),
            source: Source::$source,
        },)*];
    };
}

checks! {
    1 "tables-and-columns" List {
        title "required tables and columns present" "必报表和必填字段齐全"
        rule "claims, lines, persons and providers are there, diagnoses too, and so are the columns that every settlement has"
            "结算、明细、参保人、机构和诊断均已提供，且含每张结算单必有的字段"
        remedy "ask for the tables and columns that are named, or map them in a layout file"
            "补报所列的表和字段，或在布局文件中建立映射"
    }
    2 "required-fields-filled" Judgement {
        title "required fields filled" "必填字段已填写"
        rule "of no required field are more cells empty or unreadable than tolerated"
            "每个必填字段为空或无法读取的比例不超过允许值"
        remedy "ask for the fields again; a field that is always empty was probably exported from the wrong column"
            "重新提取所列字段；整列为空多为取错来源字段"
    }
    3 "duplicate-keys" List {
        title "keys occur once" "主键不重复"
        rule "in no table do more rows repeat the key of another than tolerated; identical repeats are counted with them and shown apart"
            "每张表主键重复的行不超过允许值；完全相同的重复行计入并单列"
        remedy "find out whether the export was joined or appended twice, and deliver each row once"
            "核实是否重复关联或重复追加导出，每行只报一次"
    }
    4 "lines-without-claim" List {
        title "lines have their claim" "明细有对应结算单"
        rule "no more lines than tolerated name a claim that is not delivered" "找不到结算单的明细不超过允许值"
        remedy "deliver claims and lines of the same period and the same providers"
            "按相同期间和机构范围提供结算单和明细"
    }
    5 "claims-without-lines" List {
        title "claims have lines" "结算单有明细"
        rule "no more claims with a total above zero than tolerated have no line" "总费用大于零而没有明细的结算单不超过允许值"
        remedy "deliver the lines of the providers that are named" "补报所列机构的费用明细"
    }
    6 "totals-and-lines" List {
        title "totals agree with lines" "结算总额与明细合计一致"
        rule "the totals of claims with lines differ from the sum of their lines by no more than tolerated, overall and at each provider"
            "有明细的结算单，总额与明细合计之差不超过允许值（全部及每家机构）"
        remedy "ask the providers that are named for the lines that are missing or double" "请所列机构核实缺失或重复的明细"
    }
    7 "parts-and-total" Judgement {
        title "parts agree with the total" "各支付部分与总额一致"
        rule "fund, accounts and cash add up to the total, and the fund's share is within the amount in scope and that within the total, on all but the tolerated share of claims"
            "基金、个人账户、现金之和等于总额，且基金支付不超过范围内金额、范围内金额不超过总额；不符的结算单不超过允许比例"
        remedy "find out which amount was exported from another settlement or in another unit" "核实是否取自其他结算记录或单位不同"
    }
    8 "every-month-present" List {
        title "every month present" "各月数据齐全"
        rule "no provider with regular claims lacks a month, or nearly all of a month, between its first and its last"
            "有稳定业务的机构，首末月之间没有整月或大部缺失"
        remedy "ask for the months that are named, or find out whether the provider was closed" "补报所列月份，或核实该机构是否停业"
    }
    9 "negative-totals" List {
        title "negative totals only on refunds" "负数总额仅限退费"
        rule "only refunds have a negative total, refunds have no positive one, and most name the claim that they take back"
            "只有退费单总额为负，退费单总额不为正，且多数能对应原结算单"
        remedy "mark refunds, and link each to its original" "标明退费单并关联原结算单"
    }
    10 "dates-in-order" Judgement {
        title "dates in order and in the period" "日期顺序合理且在期间内"
        rule "claims start before they end and end before they are settled, in the period of the data, and lines are charged during the visit"
            "先入院后出院再结算，且在数据期间内；明细在就诊期间内计费"
        remedy "find out which date was exported from another field; the rows that cannot be read are in the rejects"
            "核实日期字段的来源；无法读取的行见拒收清单"
    }
    11 "keys-match" List {
        title "keys found in their tables" "关联键匹配"
        rule "persons, providers and doctors of claims are in their tables, and diagnoses, procedures and payments have their claim, on all but the tolerated share of rows"
            "结算单的参保人、机构、医师在对应表中，诊断、手术、付款能对应结算单；不匹配的行不超过允许比例"
        remedy "deliver the tables from one system and one day, with keys written alike" "从同一系统同一时点提取各表，键值格式保持一致"
    }
    12 "hospital-and-fund" List {
        title "hospital side agrees with fund side" "医院端与医保端一致"
        rule "by provider and month, payments agree with what claims say was paid" "按机构和月份，付款金额与结算单记载一致"
        remedy "reconcile the months that are named with the provider's accounts" "与机构财务账核对所列月份"
    }
}

#[cfg(test)]
mod tests {
    use super::CHECKS;

    #[test]
    fn checks_are_numbered_from_1_to_12() {
        assert!(CHECKS.iter().map(|check| check.number).eq(1..=12));
    }
}
