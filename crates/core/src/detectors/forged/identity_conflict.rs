use super::numbers::Numbers;
use super::shared_contact::{Contact, Floors, Group, Stated, look_at};
use crate::claims::{ClaimView, ProviderView};
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Clause, Context, Law, Meta, Norm, PopulationScope, Problems, Scheme, ScopeKind, Sink, Threshold, Tier, Unit, both, detector,
    fact, text,
};
use crate::norms::Norms;
use crate::tables::value::ProviderId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags identities that contradict themselves, and those that unrelated persons share.
///
/// # Why it matters
///
/// Invented patients need identities: numbers that do not hold together, one certificate used twice, one telephone for all of them.
///
/// # How it decides
///
/// Three questions, over live insured claims.
///
/// - *Number*: an identity number of 18 characters whose check character (GB 11643) is wrong, or whose birth date or sex is not that of the
///   person: a clue per person with claims. Older numbers of 15 digits and passports are not judged.
/// - *Certificate*: one valid number under several person numbers that all received care (pharmacies, internet visits and newborns apart). Of
///   them the one with the most in-scope money is taken for the holder; each other is a suspicion where its care lies between care under another
///   of them, and a breach where a stay shares two nights or more with a stay at another provider under another of them; else a clue without
///   money. At risk is all care under that number.
/// - *Contact*: one telephone number, address or contact's name on claims of at least `min_sharers` households at one provider and nowhere else;
///   or the telephone number of the provider's own staff on claims of at least `min_staff_sharers` households. A suspicion if the persons are
///   of two villages or more (region codes of nine digits and more), a clue for names alone or where villages are unknown. At risk: these claims.
///
/// The lower estimate of the loss is zero. Facts and evidence name persons and claims by their numbers, never what they share.
///
/// # Known false positives
///
/// Typing errors (clue); moving between insurance schemes, one number after the other (clue); the line of a village clinic or a village's address
/// (one village: left out); an employer's (one employer: left out); a care home's, which is known at other providers too; families (one
/// household); words and numbers that stand for none; a telephone number entered for hundreds of persons at one provider.
///
/// # Example
///
/// Twelve patients of nine villages, all with one mobile number that no other provider knows: a suspicion over their claims.
///
/// # References
///
/// GB 11643-1999, citizen identity numbers. Regulation on the Use of Medical Security Funds, Articles 39(3), 40(1) (2021). Numbers of households:
/// auditors' judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityConflict {
    /// Households at one provider from which a shared contact is flagged.
    pub min_sharers: u32,
    /// Households from which a telephone number of the provider's own staff is flagged.
    pub min_staff_sharers: u32,
}

impl Default for IdentityConflict {
    fn default() -> Self {
        Self { min_sharers: 10, min_staff_sharers: 5 }
    }
}

/// The fewest households for which groups are kept.
const FLOOR: u32 = 5;
const STAFF_FLOOR: u32 = 3;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("F06"),
    name: text("identity-conflict"),
    title: both("Identity conflict", "身份信息矛盾"),
    scheme: Scheme::Forged,
    tier: Tier::Breach,
    clauses: vec![
        Clause { law: Law::SocialInsuranceLaw, articles: text("87, 88"), purpose: text("") },
        Clause { law: Law::Decree735, articles: text("15→39(3)"), purpose: text("40(1)") },
    ],
    scope: ScopeKind::Population,
    unit: Unit::Claim,
    needs: Vec::new(),
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.phone"),
        text("claims.address"),
        text("claims.contact_name"),
        text("claims.employer_id"),
        text("claims.in_scope_amount"),
        text("persons.id_number"),
        text("persons.sex"),
        text("persons.birth_date"),
        text("persons.region"),
        text("persons.household_id"),
        text("staff.provider_id"),
        text("staff.phone"),
    ],
    norms: vec![Norm::SharedIdentity, Norm::HeavyKeys],
    family: text("identity"),
    leg: None,
    facts: vec![
        fact("conflict", "", "what contradicts or is shared", "矛盾或共用的内容"),
        fact("persons", "persons", "person numbers concerned", "涉及人员编号数"),
        fact("claims", "claims", "claims concerned", "涉及结算单数"),
        fact("other_number", "", "person number with the most care under the certificate", "同一证件下费用最多的人员编号"),
        fact("is_interleaved", "", "whether care under the numbers lies between each other", "各编号就诊时间是否交错"),
        fact("overlap_nights", "nights", "nights in stays under both numbers", "两编号住院重叠夜数"),
        fact("sharers", "households", "households that share it", "共用户数"),
        fact("staff_sharers", "households", "households that share a staff member's number", "共用医务人员电话的户数"),
        fact("villages", "villages", "villages of these persons", "涉及村（居）数"),
    ],
    thresholds: vec![
        Threshold { parameter: text("min_sharers"), fact: text("sharers"), direction: AtLeast, floor: f64::from(FLOOR) },
        Threshold { parameter: text("min_staff_sharers"), fact: text("staff_sharers"), direction: AtLeast, floor: f64::from(STAFF_FLOOR) },
    ],
    discriminator: text("number, certificate, or kind of contact | smallest claim"),
    message: both(
        "identity data of {persons} person number(s) with {claims} claim(s) contradict each other or are shared: {conflict}",
        "{persons} 个人员编号（{claims} 张结算单）的身份信息相互矛盾或共用：{conflict}",
    ),
    wide_message: None,
    basis: Basis::Stay,
    records: both(
        "identity documents, enrolment records, registration forms with contacts, call-backs to the persons",
        "身份证件、参保登记、就诊登记表及联系方式、患者回访记录",
    ),
    defence: both(
        "a typing error, a double enrolment, or a contact entered for those who have none; settled by calling the persons back",
        "录入错误、重复参保，或为无电话者代填；以回访本人为准",
    ),
    sql: Some(text(include_str!("identity_conflict.sql"))),
    version: 1,
});

detector!(IdentityConflict, &META, Population);

impl IdentityConflict {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_sharers", self.min_sharers, FLOOR, 1_000_000);
        problems.range("min_staff_sharers", self.min_staff_sharers, STAFF_FLOOR, 1_000_000);
    }
}

/// What is kept of providers.
#[derive(Default)]
pub struct Summary {
    numbers: Numbers,
    stated: Vec<(ProviderId, Stated)>,
    groups: Vec<(ProviderId, Group)>,
}

impl PopulationScope for IdentityConflict {
    type Summary = Summary;

    fn summarise(&self, provider: ProviderView<'_>, context: &Context<'_>, summary: &mut Summary) {
        let Some(norm) = &context.norms.shared_identity else { return };
        let claims: Vec<ClaimView<'_>> = provider.claims().filter(|claim| claim.is_scored()).collect();
        for claims in claims.chunk_by(|left, right| left.person() == right.person()) {
            summary.numbers.look_at(claims, norm);
        }
        let floors = Floors { sharers: FLOOR as usize, staff_sharers: STAFF_FLOOR as usize };
        let (stated, groups) = look_at(provider, &claims, floors, norm);
        summary.stated.push((provider.id(), stated));
        let is_default = |group: &Group| group.contact == Contact::Phone && has_default_phone(context.norms, provider, &group.text);
        summary.groups.extend(groups.into_iter().filter(|group| !is_default(group)).map(|group| (provider.id(), group)));
    }

    fn merge(&self, earlier: &mut Summary, later: Summary) {
        earlier.numbers.append(later.numbers);
        earlier.stated.extend(later.stated);
        earlier.groups.extend(later.groups);
    }

    fn decide(&self, summary: &Summary, context: &Context<'_>, out: &mut Sink) {
        let Some(norm) = &context.norms.shared_identity else { return };
        summary.numbers.decide(norm, out);
        let here_only = |(provider, group): &&(ProviderId, Group)| group.is_staffs || !is_stated_elsewhere(summary, *provider, group);
        out.extend(summary.groups.iter().filter(here_only).map(|(_, group)| group.candidate.clone()));
    }
}

/// Whether a telephone number is one that the provider enters for everybody.
fn has_default_phone(norms: &Norms, provider: ProviderView<'_>, phone: &str) -> bool {
    norms.heavy_keys.as_ref().is_some_and(|keys| keys.has_phone(provider.name(), phone))
}

fn is_stated_elsewhere(summary: &Summary, provider: ProviderId, group: &Group) -> bool {
    summary.stated.iter().any(|(other, stated)| *other != provider && stated[group.contact as usize].binary_search(&group.key).is_ok())
}
