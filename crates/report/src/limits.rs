//! What the data do not tell: units that a detector could not assess, and columns that it would have read.

use crate::context::Context;
use crate::fact_words::{assessed_unit, reason_words};
use crate::figures::count;
use crate::labels;
use crate::paper::Paper;
use claimsift::detect::{Assessment, Basis, Meta};
use claimsift::{Finding, Lang};

/// Writes the limits of one finding.
pub(crate) fn write(paper: &mut Paper, context: &Context<'_>, finding: &Finding) {
    paper.section(labels::LIMITS);
    let lang = paper.lang();
    let mut limits = Vec::new();
    if let Some(assessment) = context.assessments.get(&finding.code) {
        limits.push(assessed(assessment, lang));
        limits.extend(assessment.not_assessed.iter().map(|(reason, units)| not_assessed(reason, *units, assessment, lang)));
    }
    let absent = context.meta(&finding.code).map(|meta| absent_columns(context, meta)).unwrap_or_default();
    if !absent.is_empty() {
        limits.push(match lang {
            Lang::En => format!("the data have no {}, which the detector would have read", absent.join(", ")),
            Lang::Zh => format!("数据缺少本检测项可用的 {}", absent.join("、")),
        });
    }
    if finding.basis != Basis::None {
        limits.extend(money_limits(context).map(|text| text[usize::from(lang == Lang::Zh)].to_owned()));
    }
    if limits.is_empty() {
        return paper.line(labels::NO_LIMITS.get(lang));
    }
    for limit in limits {
        paper.item(&limit);
    }
}

fn assessed(assessment: &Assessment, lang: Lang) -> String {
    let unit = assessed_unit(&assessment.unit, lang);
    match lang {
        Lang::En => format!("assessed in this run (unit: {unit}): {}", count(assessment.assessed)),
        Lang::Zh => format!("本次已评估（单位：{unit}）：{}", count(assessment.assessed)),
    }
}

/// A reason with the units it keeps from being assessed.
pub(crate) fn not_assessed(reason: &str, units: u64, assessment: &Assessment, lang: Lang) -> String {
    let unit = assessed_unit(&assessment.unit, lang);
    let reason = reason_words(reason, lang);
    match lang {
        Lang::En => format!("not assessed (unit: {unit}): {}, {reason}", count(units)),
        Lang::Zh => format!("未评估（单位：{unit}）：{}，{reason}", count(units)),
    }
}

fn absent_columns<'m>(context: &Context<'_>, meta: &'m Meta) -> Vec<&'m str> {
    meta.columns().filter(|column| !context.claims.has_column(column)).collect()
}

/// Columns that money is reckoned from, with what their absence means.
const MONEY_COLUMNS: [(&str, [&str; 2]); 4] = [
    (
        "claims.fund_amount",
        [
            "what the fund paid is not in the data; losses of item-paid claims are not reckoned",
            "数据缺少基金支付额，按项目付费的损失无法计算",
        ],
    ),
    (
        "claims.in_scope_amount",
        ["in-scope amounts of claims are not in the data; totals stand in for them", "数据缺少结算单的范围内金额，以总费用代替"],
    ),
    ("claims.deductible_amount", ["deductibles are not in the data; they are taken as nothing", "数据缺少起付线，按零计"]),
    (
        "lines.in_scope_amount",
        ["in-scope amounts of lines are not in the data; amounts charged stand in for them", "数据缺少明细的范围内金额，以收费金额代替"],
    ),
];

fn money_limits(context: &Context<'_>) -> impl Iterator<Item = [&'static str; 2]> {
    MONEY_COLUMNS.into_iter().filter(|(column, _)| !context.claims.has_column(column)).map(|(_, texts)| texts)
}
