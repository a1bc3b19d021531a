//! The working paper of a claim: what it is, why it scores as it does, and the working paper of each finding.

use crate::code_words::code_word;
use crate::context::Context;
use crate::fact_words::family_word;
use crate::figures::{count, milli_logits, money, share, short_id, time};
use crate::finding_paper::{self, near_miss_note, one_line, tier_word};
use crate::labels::{self, Label};
use crate::paper::Paper;
use crate::score_sum::{NotCounted, ScoreSum, Touch, Uncounted, touch};
use crate::table::Table;
use claimsift::claims::{ClaimState, ClaimView};
use claimsift::detect::Scheme;
use claimsift::score::{BASE, probability};
use claimsift::tables::value::{Domain, Fen};
use claimsift::{Finding, Lang};
use std::collections::BTreeSet;

/// The working paper of a claim; `None` where the data set has no such claim.
pub fn claim_paper(context: &Context<'_>, claim_id: &str) -> Option<String> {
    let claim = context.claims.find_claim(claim_id)?;
    let mut paper = Paper::new(context.page);
    let lang = context.page.lang;
    paper.title(&match lang {
        Lang::En => format!("Claim {claim_id}"),
        Lang::Zh => format!("结算单 {claim_id}"),
    });
    paper.fields(&head(context, claim));
    write_score(&mut paper, context, claim);
    write_near_misses(&mut paper, context, claim_id);
    let mut with_query = BTreeSet::new();
    for finding in own_findings(context, claim_id) {
        let is_first = with_query.insert(finding.code.clone());
        finding_paper::write(&mut paper, context, finding, None, is_first);
    }
    Some(paper.finish())
}

/// Findings in which the claim is at risk or that are about it, the most serious first.
fn own_findings<'a>(context: &Context<'a>, claim_id: &str) -> Vec<&'a Finding> {
    let is_own = |finding: &&Finding| touch(finding, claim_id) == Some(Touch::AtRisk) || finding.claim_id.as_deref() == Some(claim_id);
    let mut findings: Vec<&Finding> = context.findings.iter().filter(is_own).collect();
    findings
        .sort_by(|left, right| (right.tier, right.strength, &left.code, &left.id).cmp(&(left.tier, left.strength, &right.code, &right.id)));
    findings
}

fn state(claim: ClaimView<'_>) -> Label {
    match claim.state() {
        ClaimState::Refund => labels::STATE_REFUND,
        ClaimState::Cancelled => labels::STATE_CANCELLED,
        ClaimState::Live if !claim.is_insured() => labels::STATE_SELF_PAID,
        ClaimState::Live => labels::STATE_LIVE,
    }
}

fn head(context: &Context<'_>, claim: ClaimView<'_>) -> Vec<(String, String)> {
    let claims = context.claims;
    let lang = context.page.lang;
    let row = claim.row();
    let text = |label: Label| label.get(lang).to_owned();
    let yuan = |label: Label, amount: Option<Fen>| (text(label), amount.map(money).unwrap_or_default());
    let words = |texts: [Option<String>; 3]| texts.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
    let diagnosis = [Some(claim.diagnosis().to_owned()), row.diagnosis_name().map(|name| claims.text(name).to_owned()), None];
    let payment = [
        row.payment_method().map(|method| code_word(method.word(), lang)),
        row.group_code().map(|group| claims.dictionary(Domain::Group).text(group.0).to_owned()),
        row.group_case().map(|case| code_word(case.word(), lang)),
    ];
    let accounts = [row.account_amount(), row.family_account_amount()].into_iter().flatten().reduce(|left, right| left + right);
    let refunded = Some(claim.net_total()).filter(|net| row.total_amount() != Some(*net));
    let started = row.started_at().map(time).unwrap_or_default();
    let ended = row.ended_at().map(time).unwrap_or_default();
    vec![
        (text(labels::VISIT), visit(context, claim)),
        (text(labels::PERSON), claims.person(claim.person()).name().to_owned()),
        (text(labels::PROVIDER), claims.provider(claim.provider()).name().to_owned()),
        (text(labels::VISIT_TYPE), row.visit_type().map(|kind| code_word(kind.word(), lang)).unwrap_or_default()),
        (text(labels::DATES), format!("{started} - {ended}").trim_end_matches([' ', '-']).to_owned()),
        (text(labels::SETTLED), row.settled_at().map(time).unwrap_or_default()),
        (text(labels::DIAGNOSIS), words(diagnosis)),
        (text(labels::DEPARTMENT), row.department().map(|name| claims.text(name).to_owned()).unwrap_or_default()),
        (text(labels::STATE), text(state(claim))),
        (text(labels::PAYMENT), words(payment)),
        yuan(labels::TOTAL_AMOUNT, row.total_amount()),
        yuan(labels::AFTER_REFUNDS, refunded),
        yuan(labels::IN_SCOPE, row.in_scope_amount()),
        yuan(labels::DEDUCTIBLE, row.deductible_amount()),
        yuan(labels::FUND, row.fund_amount()),
        yuan(labels::GROUP_PAYMENT, row.payment_amount()),
        yuan(labels::ACCOUNTS, accounts),
        yuan(labels::CASH, row.cash_amount()),
        (text(labels::LINES), count(claim.lines().len() as u64)),
    ]
}

/// The visit's number, and its claims where it has several.
fn visit(context: &Context<'_>, claim: ClaimView<'_>) -> String {
    let key = claim.row().visit_id().map(|visit| context.claims.dictionary(Domain::Visit).text(visit.0));
    let key = key.unwrap_or_else(|| claim.name());
    let claims: Vec<&str> = context.claims.visit_of(claim.id()).claims().map(ClaimView::name).collect();
    match (claims.len(), context.page.lang) {
        (0 | 1, _) => key.to_owned(),
        (_, Lang::En) => format!("{key} (claims {})", claims.join(", ")),
        (_, Lang::Zh) => format!("{key}（结算单 {}）", claims.join("、")),
    }
}

fn write_score(paper: &mut Paper, context: &Context<'_>, claim: ClaimView<'_>) {
    let lang = paper.lang();
    if !(claim.is_live() && claim.is_insured()) {
        paper.section(labels::NOT_SCORED);
        return paper.line(state(claim).get(lang));
    }
    paper.section(labels::SCORE);
    let sum = ScoreSum::of(context, claim.name());
    if sum.counted.is_empty() {
        paper.line(labels::NO_FINDINGS.get(lang));
    }
    paper.table(&sum_table(context, &sum, lang));
    paper.line(&match lang {
        Lang::En => format!("Probability = 1 / (1 + e^(-{})) = {}", logits(sum.scores.milli_logits()), share(sum.scores.score())),
        Lang::Zh => format!("概率 = 1 / (1 + e^(-{})) = {}", logits(sum.scores.milli_logits()), share(sum.scores.score())),
    });
    if sum.cut_by_cap() > 0 {
        let (cap, cut) = ((1000.0 * context.settings.weights.clue_cap).round() as i64, sum.cut_by_cap());
        paper.line(&match lang {
            Lang::En => format!("Clues together add at most {}; the cap takes away {cut}.", milli_logits(cap)),
            Lang::Zh => format!("线索合计最多增加 {}；上限扣减 {cut}。", milli_logits(cap)),
        });
    }
    let word = |scheme: &Scheme| if lang == Lang::Zh { scheme.zh() } else { scheme.word() };
    let schemes = Scheme::ALL.iter().zip(sum.scores.schemes()).map(|(scheme, score)| format!("{} {}", word(scheme), share(score)));
    let schemes = schemes.collect::<Vec<_>>().join(if lang == Lang::Zh { "，" } else { ", " });
    paper.line(&match lang {
        Lang::En => format!("By scheme, each from the same base: {schemes}"),
        Lang::Zh => format!("分类型评分（基数相同）：{schemes}"),
    });
    write_not_counted(paper, context, &sum);
}

/// Milli-logits as logits for the formula; the sign before them is that of the formula.
fn logits(milli_logits: i64) -> String {
    let text = format!("{}.{:03}", milli_logits.abs() / 1000, milli_logits.abs() % 1000);
    if milli_logits < 0 { format!("(-{text})") } else { text }
}

fn sum_table(context: &Context<'_>, sum: &ScoreSum, lang: Lang) -> Table {
    let title = |label: Label| label.get(lang);
    let empty = String::new;
    let mut table = Table::default()
        .text(title(labels::CODE))
        .text(title(labels::DETECTOR))
        .text(title(labels::TIER))
        .text(title(labels::FAMILY))
        .text(title(labels::FINDING))
        .number(title(labels::WEIGHT))
        .number(title(labels::STRENGTH))
        .number(title(labels::MILLI_LOGITS));
    table.row(vec![empty(), title(labels::SCORE_BASE).to_owned(), empty(), empty(), empty(), empty(), empty(), milli_logits(sum.base)]);
    for counted in &sum.counted {
        let contribution = &counted.contribution;
        table.row(vec![
            contribution.code.clone(),
            detector_title(context, &contribution.code, lang),
            tier_word(contribution.tier, lang).to_owned(),
            family_word(&contribution.family, lang).to_owned(),
            short_id(&contribution.finding_id),
            crate::figures::number(counted.weight),
            share(counted.strength),
            milli_logits(contribution.milli_logits),
        ]);
    }
    table.total(vec![
        empty(),
        title(labels::TOTAL).to_owned(),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        milli_logits(sum.scores.milli_logits()),
    ]);
    table
}

fn detector_title(context: &Context<'_>, code: &str, lang: Lang) -> String {
    context.meta(code).map_or(code, |meta| meta.title.get(lang)).to_owned()
}

fn write_not_counted(paper: &mut Paper, context: &Context<'_>, sum: &ScoreSum) {
    if sum.not_counted.is_empty() {
        return;
    }
    let lang = paper.lang();
    paper.blank();
    paper.line(labels::NOT_COUNTED.get(lang));
    let mut table = Table::default()
        .text(labels::CODE.get(lang))
        .text(labels::TIER.get(lang))
        .text(labels::FAMILY.get(lang))
        .text(labels::FINDING.get(lang))
        .number(labels::WOULD_ADD.get(lang))
        .text(labels::REASON.get(lang));
    for not_counted in &sum.not_counted {
        let contribution = &not_counted.contribution;
        table.row(vec![
            contribution.code.clone(),
            tier_word(contribution.tier, lang).to_owned(),
            family_word(&contribution.family, lang).to_owned(),
            short_id(&contribution.finding_id),
            milli_logits(contribution.milli_logits),
            reason(not_counted, lang),
        ]);
    }
    paper.table(&table);
    let elsewhere = sum.not_counted.iter().filter(|not_counted| not_counted.reason == Uncounted::NotAtRisk);
    for not_counted in elsewhere {
        if let Some(finding) = context.findings.iter().find(|finding| finding.id == not_counted.contribution.finding_id) {
            paper.item(&one_line(context, finding));
        }
    }
}

fn reason(not_counted: &NotCounted, lang: Lang) -> String {
    let family = family_word(&not_counted.contribution.family, lang);
    match (&not_counted.reason, lang) {
        (Uncounted::NotAtRisk, _) => labels::CLAIM_NOT_AT_RISK.get(lang).to_owned(),
        (Uncounted::Family { finding_id, code }, Lang::En) => {
            format!("of family {family} only the largest counts: {code} {}", short_id(finding_id))
        }
        (Uncounted::Family { finding_id, code }, Lang::Zh) => {
            format!("证据族 {family} 只计最大的一条：{code} {}", short_id(finding_id))
        }
    }
}

fn write_near_misses(paper: &mut Paper, context: &Context<'_>, claim_id: &str) {
    let near: Vec<_> = context.near_misses.iter().filter(|miss| touch(&miss.finding, claim_id).is_some()).collect();
    if near.is_empty() {
        return;
    }
    paper.section(labels::NEAR_MISSES);
    for miss in near {
        paper.item(&one_line(context, &miss.finding));
        paper.below(&near_miss_note(context, &miss.finding, &miss.parameter));
    }
}

/// The score that every claim starts from, for texts that explain it.
pub(crate) fn base_score() -> String {
    share(probability(BASE))
}
