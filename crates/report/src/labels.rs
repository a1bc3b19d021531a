//! Every fixed label in both languages.

use claimsift::Lang;

/// A text in both languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label {
    en: &'static str,
    zh: &'static str,
}

impl Label {
    pub(crate) fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

macro_rules! labels {
    ($($name:ident $en:literal $zh:literal;)*) => {
        $(pub(crate) const $name: Label = Label { en: $en, zh: $zh };)*
        #[cfg(test)]
        const ALL: &[Label] = &[$($name),*];
    };
}

labels! {
    YES "yes" "是";
    NO "no" "否";
    UNKNOWN "unknown" "不详";
    NONE "none" "无";
    TOTAL "total" "合计";
    BLANK "________________________ (to be filled in)" "________________________（待填）";

    // Acceptance checks.
    ACCEPTANCE "Acceptance checks" "数据验收检查";
    CHECK_NUMBER "no." "序号";
    CHECK "check" "检查项";
    OUTCOME "outcome" "结论";
    AT_FAULT "at fault" "不符";
    OF_JUDGED "of" "检查数";
    COUNTED_IN "unit" "单位";
    FAULT_SHARE "share" "占比";
    TOLERANCE "tolerance" "允许值";
    PASSED "pass" "通过";
    FAILED "FAIL" "不通过";
    NOT_APPLICABLE "not applicable" "不适用";
    FAILED_CHECKS "Failed checks" "未通过的检查";
    WORST "most faults" "问题最多";
    BESIDE "counted beside" "另计";
    REMEDY "what to do" "处理建议";
    INAPPLICABLE_CHECKS "Not applicable, wholly or in part" "全部或部分不适用";
    NOBODYS_KEYS "Keys that are nobody's own" "占位或异常集中的编号";
    NOBODYS_NOTE "Nothing is concluded from what their claims share." "不以其结算单的共同点得出结论。";
    KEY_KIND "key of" "编号类别";
    KEY "key" "编号";
    WHY "why" "原因";
    PLACEHOLDER "stands for none" "占位值";
    TOO_MANY "more than one can have" "数量异常集中";
    TOTAL_YUAN "total, yuan" "金额（元）";
    MAPPING_DEFECTS "Items that are probably mapped wrongly" "疑似对码错误的项目";
    MAPPING_NOTE "Nearly all who used the item break its limit, which says that the item, and not its users, is at fault."
        "几乎所有使用人都超出限定，说明问题出在对码而非使用人。";
    ITEM_CODE "item" "项目编码";
    BROKEN_LIMIT "limit" "限定";
    USERS "users" "使用人数";
    CONTRARY "outside the limit" "超限定人数";
    IN_SCOPE_YUAN "in scope, yuan" "范围内金额（元）";

    // Summary of a run.
    SUMMARY "Screening summary" "筛查小结";
    ROWS_READ "Rows read" "读入行数";
    TABLE "table" "数据表";
    READ "read" "读入";
    KEPT "kept" "保留";
    REPEATS "repeats" "重复行";
    REJECTED "rejected" "拒收";
    SET_ASIDE "set aside" "剔除";
    ROUNDED "numbers rounded" "舍入数值";
    CLAIMS "Claims" "结算单";
    SCORED "scored" "已评分";
    SELF_PAID "not scored: paid by the patient alone" "未评分：全部自费";
    REFUNDS "not scored: refunds" "未评分：退费单";
    CANCELLED "not scored: taken back by a refund" "未评分：已被退费冲销";
    DETECTORS "Findings by detector" "各检测项的结果";
    CODE "code" "代码";
    DETECTOR "detector" "检测项";
    BREACHES "breach" "违规";
    SUSPICIONS "suspicion" "疑点";
    CLUES "clue" "线索";
    LOSS_YUAN "loss, yuan" "损失（元）";
    OWNED_YUAN "owned, yuan" "归属金额（元）";
    ASSESSED "assessed" "已评估";
    NOT_ASSESSED_COUNT "not assessed" "未评估";
    UNIT_COUNTED "unit" "计数单位";
    OWNED_NOTE "Loss: each finding taken alone. Owned: its share of the totals; no yuan is owned twice."
        "损失：各条结果单独计算。归属金额：计入合计的份额，同一元不重复归属。";
    NOT_ASSESSED "Not assessed" "未能评估";
    ALL_ASSESSED "Everything could be assessed." "全部可以评估。";
    MONEY "Money" "金额";
    FIRM_OWNED "fund money that breaches and suspicions own" "违规和疑点归属的基金金额";
    CLUE_OWNED "fund money that clues own, in no total" "线索归属的基金金额（不计入合计）";
    EXPOSED_CLAIMS "claims with breaches or suspicions" "有违规或疑点的结算单";
    LEADS "Leads" "线索单位";
    NO_LEADS "No provider has findings." "没有机构有结果。";
    NEXT "What to do next" "下一步";

    // Leads.
    LEAD_SHEET "Order sheet" "检查任务单";
    PROVIDER "provider" "机构";
    KIND "kind" "机构类型";
    LEVEL "level" "级别";
    OWNERSHIP "ownership" "所有制";
    REGION "region" "地区";
    DEPARTMENTS "departments" "涉及科室";
    PERIOD "period" "期间";
    SCHEMES "schemes" "涉及类型";
    FINDINGS_BY_TIER "findings" "结果条数";
    PERSONS "persons" "涉及参保人";
    CLAIM_COUNT "claims" "涉及结算单";
    LOSS_RANGE "loss, breaches and suspicions" "损失（违规和疑点）";
    CLUE_LOSS "loss of clues, in no total" "线索的损失（不计入合计）";
    OWNED "owned" "归属金额";
    PROBABILITY "probability" "查实概率";
    EXPECTED_LOSS "expected loss" "预期损失";
    LEGS "independent legs" "相互独立的佐证";
    REASONS "reasons" "理由";
    EXCLUDED "look-alikes to exclude" "需排除的正当情形";
    NOT_ASSESSED_FIELD "not assessed" "未能评估";
    LIMITATION "can be sanctioned until" "处罚时效截止";
    SEAL "seal in the first hour" "首小时封存";
    RECORDS_TO_PULL "records to pull" "调阅病案";
    STAFF "staff to interview" "约谈人员";
    PERSONS_TO_CALL "persons to call back" "回访参保人";
    HOURS "hours" "预计工时";
    PRIOR_STATE "state in the case ledger" "案件台账状态";
    LEAD_ID "lead" "线索编号";

    // Claim.
    VISIT "visit" "就诊";
    PERSON "person" "参保人";
    CLAIM "claim" "结算单";
    VISIT_TYPE "type" "就诊类型";
    DATES "from, to" "起止";
    SETTLED "settled" "结算时间";
    DIAGNOSIS "diagnosis" "诊断";
    DEPARTMENT "department" "科室";
    STATE "state" "状态";
    STATE_LIVE "stands" "有效";
    STATE_CANCELLED "taken back by a refund" "已被退费冲销";
    STATE_REFUND "a refund" "退费单";
    STATE_SELF_PAID "paid by the patient alone" "全部自费";
    TOTAL_AMOUNT "total" "总费用";
    AFTER_REFUNDS "total after refunds" "退费后总费用";
    IN_SCOPE "in scope" "范围内金额";
    DEDUCTIBLE "deductible" "起付线";
    FUND "paid by the fund" "基金支付";
    GROUP_PAYMENT "group payment" "病组支付额";
    ACCOUNTS "paid from accounts" "个人账户支付";
    CASH "paid in cash" "个人现金";
    PAYMENT "payment" "付费方式";
    LINES "lines" "费用明细条数";
    NOT_SCORED "Not scored" "不评分";
    SCORE "Score" "评分";
    SCORE_BASE "base of every claim" "每张结算单的基数";
    FAMILY "family" "证据族";
    TIER "tier" "层级";
    WEIGHT "weight" "权重";
    STRENGTH "strength" "强度";
    MILLI_LOGITS "milli-logits" "千分之一对数几率";
    FINDING "finding" "结果编号";
    REASON "reason" "理由";
    WOULD_ADD "would add" "本可增加";
    NOT_COUNTED "These do not count" "以下不计入";
    CLAIM_NOT_AT_RISK "the claim is not at risk in it, only compared or shown" "本单在其中仅为对照或背景，不涉及金额";
    NO_FINDINGS "No finding: the score is the base." "没有结果：评分即基数。";
    NEAR_MISSES "Near misses" "未达阈值的结果";

    // Finding.
    NUMBER "number" "编号";
    UNIT "unit" "被检查单位";
    SUBJECT "subject" "对象";
    MATTER "matter" "检查事项";
    FACT "fact" "事实";
    PROHIBITION "prohibition" "禁止性规定";
    SANCTION "sanction" "处理依据";
    LAW_NOTE "law as of" "法规版本";
    LOCAL_AGREEMENT "local agreement" "协议条款";
    PRICE_ITEM "price or catalogue item" "价格或目录依据";
    NO_PRICE_ITEM "none: the finding does not turn on the price of an item" "无：本结果不涉及单个项目的价格";
    NO_CATALOGUE "not in the catalogue given; version to be filled in: ____________" "所给目录中没有；版本待填：____________";
    NO_CLAUSE "none: a reason to look, no clause applies" "无：仅为核查理由，不适用条款";
    NOTHING_BEFORE "none in force on that day" "当日尚无有效条款";
    FACTS "Facts" "事实数据";
    CALCULATION "Calculation sheet" "计算表";
    ROW_KEY "row" "行";
    ITEM "item" "项目";
    DATE "date" "日期";
    QUANTITY "quantity" "数量";
    UNIT_PRICE "unit price" "单价";
    AMOUNT "amount" "金额";
    ASKED "asked in scope" "所涉范围内金额";
    RATE "fund share" "基金比例";
    LOSS "loss" "损失";
    BASIS "basis" "计算方式";
    WHOLE_CLAIM "whole claim" "整单";
    PART_OF_CLAIM "part of the claim" "本单的一部分";
    RATE_WHOLE "whole" "全额";
    NOT_RECKONED "not reckoned" "无法计算";
    NO_MONEY "No money is reckoned." "不计金额。";
    NO_ROWS_AT_RISK "No row is at risk." "没有涉及金额的行。";
    LOSS_LOW "loss, lower estimate" "损失（低估）";
    LOSS_IF_CONFIRMED "loss if confirmed" "查实后的基金损失";
    ACCOUNT_LOSS "of which account money" "其中个人账户";
    PATIENT_LOSS "paid by the patient in cash" "患者现金负担";
    OWNED_OF_TOTALS "owned in the totals" "合计中的归属金额";
    ROWS "Rows" "证据行";
    ROLE_AT_RISK "at risk" "涉及";
    ROLE_COMPARED "compared with" "对照";
    ROLE_CONTEXT "context" "背景";
    CONDITION "condition" "条件";
    ROW_COUNT "rows" "行数";
    AMOUNT_SUM "sum of amounts" "金额合计";
    NOT_IN_DATA "not in the data set" "数据中没有";
    RECORDS "Records to seal or copy" "需封存或复制的资料";
    DEFENCE "Likely defence and the test that settles it" "可能的申辩及核实方法";
    LIMITS "Limits of the data" "数据的局限";
    NO_LIMITS "None known." "未见。";
    REFERENCE_QUERY "Reference query" "复核用查询";
    NO_QUERY "None: the finding rests on clustering, not on a rule." "无：本结果基于聚类，而非规则。";
    QUERY_TABLES "It reads the tables that `claimsift tables INPUT --out DIR` writes." "读取 `claimsift tables INPUT --out DIR` 写出的数据表。";
    SIGNATURES "Signatures" "签字";
    INSPECTORS "inspectors (two)" "检查人员（两人）";
    REPRESENTATIVE "for the unit" "被检查单位负责人";
    SIGNED_ON "date" "日期";
    CONFIRM_NOTE "A finding states a pattern in the data. The clause applies only if the records confirm it."
        "本结果说明数据中的一种情形，须经资料核实后方可适用条款。";
    DOES_NOT_AGREE "The sheet does not add up to the amounts of the finding: the data or settings are not those of the run."
        "计算表与结果所载金额不一致：数据或设置与筛查时不同。";

    // Provider.
    BEDS "beds, open beds" "核定床位、开放床位";
    VISITS "visits" "就诊人次";
    PROVIDER_CLAIMS "claims" "结算单数";
    COVERED "period covered" "数据期间";
    SCORES "Scores" "评分";
    OVERALL "overall" "总分";
    EXPOSURE "owned by its findings" "结果归属金额";
    CLAIMS_SCORED "claims scored" "已评分结算单";
    PEER_GROUP "peer group" "同类组";
    LEADING "leading reasons" "主要理由";
    WIDE_FINDINGS "Findings about the provider as a whole" "关于机构整体的结果";
    TOP_FINDINGS "Findings" "结果";
    NO_FINDINGS_OF_PROVIDER "No finding." "没有结果。";
    LEAD "Lead" "线索";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_there_in_both_languages() {
        let is_chinese = |character: char| ('\u{4e00}'..='\u{9fff}').contains(&character);
        for label in ALL {
            assert!(!label.en.is_empty() && !label.en.chars().any(is_chinese), "{label:?}");
            assert!(label.zh.chars().any(is_chinese), "{label:?}");
        }
    }
}
