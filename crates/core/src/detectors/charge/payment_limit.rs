use crate::claims::ClaimView;
use crate::detect::{
    Basis, Candidate, ClaimScope, Clause, Context, Law, Meta, Norm, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Tier, Unit, both, detector, fact, text,
};
use crate::norms::{Body, BodyLimits, LimitedUse, body, is_newborns, is_reversed, limited_uses};
use crate::tables::value::{Date, Fen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags drugs and other items that the fund paid for although the patient is outside their limit of sex or age.
///
/// # Why it matters
///
/// The catalogue pays such items for one sex or for some ages only. Beyond the limit the patient pays; if the fund does, it pays out of scope.
///
/// # How it decides
///
/// A line of positive amount with an amount in scope, neither reversed nor reversing, whose item bears a limit that the patient breaks. Limits come
/// from the catalogue row in force on the day of service and from the knowledge points (`limits`) in force on it; what both say counts once. They
/// are a sex; an age in completed years on that day below `min_age` or above `max_age`; or, for newborns, an age in days at the start of the
/// claim above `max_age_days`. A limit to children (1 to 17 years) is broken from 18 years on, since no rule defines the word; one to under a year
/// from the first birthday; one to newborns not by a woman of 12 to 55, who may be the mother. A line
/// that breaks a limit of sex on care of the body is left to F07, which asks for it. One finding per claim and item, a breach over the in-scope
/// amounts of all its lines. Where a line does not tell its in-scope amount, its charge counts and the finding is a suspicion.
///
/// First the limit itself is tested: where at least `min_users` persons used the item under the fund and `defect_percent` % or more of them
/// break the limit, the map row is wrong and not they; such claims count as not assessed.
///
/// # Known false positives
///
/// Off-limit use that the patient pays (no in-scope amount: not flagged); newborns under the mother's number (not assessed); a wrong map row;
/// a drug with a child's and an adult's dose under one code; a recorded sex or birth date that is wrong.
///
/// # Example
///
/// A cough syrup limited to age 14, charged in scope to a man of 45 on two lines over 38.40 yuan: a breach over 38.40 yuan.
///
/// # References
///
/// National rules on drugs and items limited by sex and age, batches 1 (2025) and 8-2; Regulation on the Use of Medical Security Funds,
/// Article 38(6) (2021). The share of users that tells a wrong map row: auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentLimit {
    /// Persons who used an item, from which its map row is tested.
    pub min_users: u32,
    /// Share of users outside the limit, in percent, from which the map row is wrong.
    pub defect_percent: u32,
}

impl Default for PaymentLimit {
    fn default() -> Self {
        Self { min_users: 30, defect_percent: 30 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("C10"),
    name: text("payment-limit"),
    title: both("Payment limit by sex or age", "超性别年龄支付限定"),
    scheme: Scheme::Charge,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(6)"), purpose: text("40") },
    ],
    scope: ScopeKind::Claim,
    unit: Unit::Claim,
    needs: vec![text("persons.sex"), text("persons.birth_date")],
    uses: vec![
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("lines.line_id"),
        text("lines.category"),
        text("lines.in_scope_amount"),
        text("lines.charged_at"),
        text("lines.executed_at"),
        text("lines.reverses_line_id"),
        text("catalogue.category"),
        text("catalogue.sex_limit"),
        text("catalogue.min_age"),
        text("catalogue.max_age"),
        text("catalogue.valid_from"),
        text("catalogue.valid_to"),
        text("limits.kind"),
        text("limits.sex"),
        text("limits.min_age"),
        text("limits.max_age"),
        text("limits.max_age_days"),
        text("limits.valid_from"),
        text("limits.valid_to"),
    ],
    norms: vec![Norm::BodyLimits],
    family: text("limit"),
    leg: None,
    facts: vec![
        fact("item", "", "item charged", "收费项目"),
        fact("limit", "", "limit of the item", "项目限定"),
        fact("patient", "", "sex and age of the patient", "患者性别年龄"),
        fact("lines", "lines", "lines outside the limit", "超限定明细条数"),
        fact("unscoped_lines", "lines", "of which without an in-scope amount", "其中未载范围内金额的条数"),
        fact("users", "persons", "persons who used the item under the fund", "基金支付该项目的人数"),
        fact("contrary_users", "persons", "of whom outside the limit", "其中超限定的人数"),
    ],
    thresholds: Vec::new(),
    discriminator: text("item"),
    message: both(
        "item {item} is limited to {limit} and was charged in scope on {lines} line(s) to a patient: {patient}",
        "项目 {item} 限 {limit}，而患者为 {patient}，有 {lines} 条明细计入支付范围",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both("prescription or order, fee list, identity document of the patient", "处方或医嘱、费用清单、患者身份证件"),
    defence: both(
        "a wrong sex or birth date, or a wrong mapping of the item; settled by the identity document and the drug's label",
        "性别或出生日期登记错误，或项目对码错误；以身份证件和药品说明书为准",
    ),
    sql: Some(text(include_str!("payment_limit.sql"))),
    version: 2,
});

detector!(PaymentLimit, &META, Claim);

impl PaymentLimit {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_users", self.min_users, 1, 1_000_000);
        problems.range("defect_percent", self.defect_percent, 1, 100);
    }
}

impl ClaimScope for PaymentLimit {
    fn detect(&self, claim: ClaimView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(norm) = context.norms.body_limits.as_ref().filter(|norm| !norm.items.is_empty()) else {
            return out.not_assessed("no item in the data has a limit of sex or age", 1);
        };
        if claim.lines().len() == 0 {
            return out.not_assessed("claim without lines", 1);
        }
        if is_newborns(claim) {
            return out.not_assessed("newborn under the mother's number", 1);
        }
        let Some(body) = body(claim) else { return out.not_assessed("sex or birth date unknown", 1) };
        let broken: Vec<LimitedUse<'_>> = limited_uses(claim, body).filter(|limited| limited.is_broken).collect();
        let broken: Vec<LimitedUse<'_>> = if broken.is_empty() { broken } else { payable(&broken) };
        let is_defect =
            |limited: &LimitedUse<'_>| norm.of_use(limited).is_defect(u64::from(self.min_users), u64::from(self.defect_percent));
        let (defect, found): (Vec<LimitedUse<'_>>, Vec<_>) = broken.into_iter().partition(is_defect);
        if found.is_empty() && !defect.is_empty() {
            return out.not_assessed("limit that many users of the item contradict", 1);
        }
        out.assessed(1);
        out.extend(found.chunk_by(|left, right| left.line.item() == right.line.item()).map(|uses| candidate(claim, body, uses, norm)));
    }
}

/// Uses that are for this detector: neither taken back nor, by any limit of the line, care that the other sex cannot have.
fn payable<'a>(broken: &[LimitedUse<'a>]) -> Vec<LimitedUse<'a>> {
    let is_anatomy = |line: usize| broken.iter().any(|limited| limited.is_anatomy && limited.line.index() == line);
    broken.iter().filter(|limited| !is_anatomy(limited.line.index()) && !is_reversed(limited.line)).copied().collect()
}

/// Uses of one item; a line that breaks two limits stands there twice.
fn candidate(claim: ClaimView<'_>, body: Body, broken: &[LimitedUse<'_>], norm: &BodyLimits) -> Candidate {
    let mut lines: Vec<_> = broken.iter().map(|limited| limited.line).collect();
    lines.dedup_by_key(|line| line.index());
    let unscoped = lines.iter().filter(|line| line.row().in_scope_amount().is_none()).count();
    let mut limits: Vec<String> = broken.iter().map(|limited| limited.limit.words()).collect();
    limits.sort();
    limits.dedup();
    let users = norm.of_use(&broken[0]);
    let days = |pick: fn(Date, Date) -> Date| broken.iter().map(|limited| limited.day).reduce(pick).unwrap_or_default();
    let (first, last) = (days(Ord::min), days(Ord::max));
    let tier = if unscoped == 0 { Tier::Breach } else { Tier::Suspicion };
    let item = broken[0].line.item_code();
    let at_risk: Vec<(_, Fen)> = lines.iter().map(|&line| (line, line.in_scope())).collect();
    Candidate::about(Subject::Claim(claim.id()), item.to_owned(), tier, lines.len() as f64)
        .on_claim(claim)
        .between(first, last)
        .with_strength(Strength::of(0.7))
        .fact("item", item)
        .fact("limit", limits.join(" and "))
        .fact("patient", format!("{}, age {}", body.sex.word(), body.age(first)))
        .fact("lines", lines.len())
        .fact("unscoped_lines", unscoped)
        .fact("users", users.users as i64)
        .fact("contrary_users", users.contrary as i64)
        .evidence(Role::Compared, [Target::Row { table: "persons", key: claim.patient().name().to_owned() }])
        .at_risk_lines(at_risk.into_iter())
}
