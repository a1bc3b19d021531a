use crate::claims::{ClaimView, LineView};
use crate::detect::{
    Basis, Candidate, ClaimScope, Clause, Context, Law, Meta, Norm, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target,
    Tier, Unit, both, detector, fact, text,
};
use crate::norms::{PlaceLimits, PlacedUse, is_reversed, placed_uses};
use crate::tables::ProviderRow;
use crate::tables::value::{Date, Fen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags drugs and other items that the fund paid for at a level of provider, in a setting or under an insurance that their limit leaves out.
///
/// # Why it matters
///
/// Some injections are paid for in hospitals of the second level and above only, nutrition by drip for inpatients only, some drugs by the injury
/// or maternity insurance only. Elsewhere the patient pays; if the fund does, it pays out of scope.
///
/// # How it decides
///
/// A line of positive amount with an amount in scope, neither reversed nor reversing, whose item bears a limit that the claim does not meet. Limits
/// come from the catalogue row in force on the day of service (`min_level`, `setting`) and from the knowledge points (`limits`) in force on it
/// (`min_level`, `settings`, `insurances`); what both say counts once. Of several readings the lenient one holds: observation, and an outpatient
/// visit that charges a bed, count as emergency, inpatient and outpatient; an emergency visit as outpatient too; day surgery, home beds and maternity
/// as inpatient and outpatient; a pharmacy has no level, since the prescriber's counts; claims of employees count as under maternity insurance, which
/// their fund pays, and those of residents for childbirth (a maternity visit, or a main diagnosis O00 to O99).
///
/// First the limit itself is tested: where at least `min_users` persons used the item under the fund and `defect_percent` % or more of them break
/// the limit, local rules allow more or the map row is wrong; such claims count as not assessed, as do claims whose level, visit type or insurance
/// is not known. One finding per claim and item, a breach over the in-scope amounts of all its lines. Where a line does not tell its in-scope
/// amount, its charge counts and the finding is a suspicion.
///
/// # Known false positives
///
/// Provinces that lift a limit (the test of the limit, or knowledge of the province's own); a hospital whose level changed in the period; a campus
/// of another level; use that the patient pays (no in-scope amount: not flagged); a first prescription at a higher level that a lower one goes on
/// with, where the limit is on the first only.
///
/// # Example
///
/// An injection limited to level 2, charged in scope at a township hospital (level 1) on three lines over 186.00 yuan: a breach over 186.00 yuan.
///
/// # References
///
/// National rules on drugs limited by insurance, way of attendance and level of institution, batches 3 to 5 (2025); national drug list, column of
/// remarks (2024); Regulation on the Use of Medical Security Funds, Article 38(6) (2021).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OutsideSetting {
    /// Persons who used an item, from which its limit is tested.
    pub min_users: u32,
    /// Share of users outside the limit, in percent, from which the limit is wrong here.
    pub defect_percent: u32,
}

impl Default for OutsideSetting {
    fn default() -> Self {
        Self { min_users: 30, defect_percent: 30 }
    }
}

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("C11"),
    name: text("outside-setting"),
    title: both("Outside the level, setting or insurance of a limit", "超机构等级、就医方式或险种限定"),
    scheme: Scheme::Charge,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→38(6)"), purpose: text("40") },
    ],
    scope: ScopeKind::Claim,
    unit: Unit::Claim,
    needs: Vec::new(),
    uses: vec![
        text("claims.is_insured"),
        text("claims.diagnosis_code"),
        text("claims.insurance_type"),
        text("lines.line_id"),
        text("lines.category"),
        text("lines.in_scope_amount"),
        text("lines.charged_at"),
        text("lines.executed_at"),
        text("lines.reverses_line_id"),
        text("providers.kind"),
        text("providers.level"),
        text("catalogue.setting"),
        text("catalogue.min_level"),
        text("catalogue.valid_from"),
        text("catalogue.valid_to"),
        text("limits.kind"),
        text("limits.min_level"),
        text("limits.settings"),
        text("limits.insurances"),
        text("limits.valid_from"),
        text("limits.valid_to"),
    ],
    norms: vec![Norm::PlaceLimits],
    family: text("limit"),
    leg: None,
    facts: vec![
        fact("item", "", "item charged", "收费项目"),
        fact("limit", "", "limit of the item", "项目限定"),
        fact("charged_under", "", "level, visit type and insurance it was charged under", "收费时的机构等级、就医方式、险种"),
        fact("lines", "lines", "lines outside the limit", "超限定明细条数"),
        fact("unscoped_lines", "lines", "of which without an in-scope amount", "其中未载范围内金额的条数"),
        fact("users", "persons", "persons who used the item under the fund", "基金支付该项目的人数"),
        fact("contrary_users", "persons", "of whom outside the limit", "其中超限定的人数"),
    ],
    thresholds: Vec::new(),
    discriminator: text("item"),
    message: both(
        "item {item} is limited to {limit} and was charged in scope on {lines} line(s) under: {charged_under}",
        "项目 {item} 限 {limit}，而在 {charged_under} 下有 {lines} 条明细计入支付范围",
    ),
    wide_message: None,
    basis: Basis::Line,
    records: both(
        "licence with the level, prescription or order, fee list, registration of the visit",
        "机构等级证明、处方或医嘱、费用清单、就诊登记",
    ),
    defence: both(
        "a local rule that lifts the limit, a change of level, or a wrong mapping of the item; settled by the local catalogue and the licence",
        "地方政策放宽、机构等级变更或项目对码错误；以当地目录和机构批件为准",
    ),
    sql: Some(text(include_str!("outside_setting.sql"))),
    version: 1,
});

detector!(OutsideSetting, &META, Claim);

impl OutsideSetting {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_users", self.min_users, 1, 1_000_000);
        problems.range("defect_percent", self.defect_percent, 1, 100);
    }

    fn is_defect(&self, norm: &PlaceLimits, used: &PlacedUse<'_>) -> bool {
        norm.of_use(used).is_defect(u64::from(self.min_users), u64::from(self.defect_percent))
    }
}

impl ClaimScope for OutsideSetting {
    fn detect(&self, claim: ClaimView<'_>, context: &Context<'_>, out: &mut Sink) {
        let Some(norm) = context.norms.place_limits.as_ref().filter(|norm| !norm.items.is_empty()) else {
            return out.not_assessed("no item in the data has a limit of level or setting or insurance", 1);
        };
        if claim.lines().len() == 0 {
            return out.not_assessed("claim without lines", 1);
        }
        let uses: Vec<PlacedUse<'_>> = placed_uses(claim).filter(|used| used.is_broken != Some(false) && !is_reversed(used.line)).collect();
        let (broken, unknown): (Vec<_>, Vec<_>) = uses.into_iter().partition(|used| used.is_broken.is_some());
        let (defect, found): (Vec<_>, Vec<_>) = broken.into_iter().partition(|used| self.is_defect(norm, used));
        if found.is_empty() {
            if let Some(used) = unknown.first() {
                return out.not_assessed(used.limit.unknown(), 1);
            } else if !defect.is_empty() {
                return out.not_assessed("limit that many users of the item contradict", 1);
            }
        }
        out.assessed(1);
        out.extend(found.chunk_by(|left, right| left.line.item() == right.line.item()).map(|uses| candidate(claim, uses, norm)));
    }
}

/// Level, visit type and insurance as far as they are known.
fn charged_under(claim: ClaimView<'_>) -> String {
    let row = claim.row();
    let level = claim.site().row().and_then(ProviderRow::level).map(|level| format!("level {level}"));
    let visit = row.visit_type().map(|visit| visit.word().to_owned());
    let insurance = row.insurance_type().map(|insurance| format!("insurance {}", claim.text(insurance)));
    [level, visit, insurance].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Uses of one item; a line that breaks two limits stands there twice.
fn candidate(claim: ClaimView<'_>, broken: &[PlacedUse<'_>], norm: &PlaceLimits) -> Candidate {
    let mut lines: Vec<LineView<'_>> = broken.iter().map(|used| used.line).collect();
    lines.dedup_by_key(|line| line.index());
    let unscoped = lines.iter().filter(|line| line.row().in_scope_amount().is_none()).count();
    let mut limits: Vec<String> = broken.iter().map(|used| used.limit.words()).collect();
    limits.sort();
    limits.dedup();
    let users = norm.of_use(&broken[0]);
    let days = |pick: fn(Date, Date) -> Date| broken.iter().map(|used| used.day).reduce(pick).unwrap_or_default();
    let tier = if unscoped == 0 { Tier::Breach } else { Tier::Suspicion };
    let item = broken[0].line.item_code();
    let at_risk: Vec<(_, Fen)> = lines.iter().map(|&line| (line, line.in_scope())).collect();
    Candidate::about(Subject::Claim(claim.id()), item.to_owned(), tier, lines.len() as f64)
        .on_claim(claim)
        .between(days(Ord::min), days(Ord::max))
        .with_strength(Strength::of(0.7))
        .fact("item", item)
        .fact("limit", limits.join(" and "))
        .fact("charged_under", charged_under(claim))
        .fact("lines", lines.len())
        .fact("unscoped_lines", unscoped)
        .fact("users", users.users as i64)
        .fact("contrary_users", users.contrary as i64)
        .evidence(Role::Compared, [Target::Row { table: "providers", key: claim.site().name().to_owned() }])
        .at_risk_lines(at_risk.into_iter())
}
