//! Keys that are nobody's own: placeholders such as `0` or `无`, and keys that hold more claims than anybody can.

use super::Delivery;
use super::walk::is_charge;
use crate::claims::{ClaimView, Claims};
use crate::norms::HeavyKeys;
use crate::tables::value::{ClaimId, Domain, Fen};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A key that is nobody's own, with what it carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NobodysKey {
    /// What it is a key of: person, doctor, phone …
    pub kind: String,
    /// The key; withheld where it could reach a person.
    pub key: String,
    /// The provider, where it is one only there.
    pub provider_id: Option<String>,
    /// Whether it is a word or number that stands for none; otherwise it holds more than anybody can.
    pub is_placeholder: bool,
    /// Claims that carry it, refunds apart.
    pub claims: u64,
    /// Their totals in fen; of an item, the amounts of its lines.
    pub total_fen: i64,
}

/// A telephone number that is no placeholder may be somebody's.
const WITHHELD: &str = "(withheld)";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    domain: Domain,
    provider: Option<u32>,
    key: u32,
}

#[derive(Clone, Copy, Default)]
struct Carried {
    claims: u64,
    total: Fen,
}

/// What a key is a key of.
fn kind(domain: Domain) -> &'static str {
    match domain {
        Domain::Person => "person",
        Domain::Staff => "doctor",
        Domain::Phone => "phone",
        Domain::Device => "terminal",
        Domain::Item => "item",
        _ => "diagnosis",
    }
}

const DOMAINS: [Domain; 6] = [Domain::Person, Domain::Staff, Domain::Phone, Domain::Device, Domain::Item, Domain::Diagnosis];

pub(super) fn find(delivery: Delivery<'_>) -> Vec<NobodysKey> {
    let claims = delivery.claims;
    let targets = targets(claims, &HeavyKeys::build(claims, &delivery.settings.heavy_keys));
    if targets.is_empty() {
        return Vec::new();
    }
    let has_items = targets.keys().any(|target| target.domain == Domain::Item);
    let carry = |mut carried: BTreeMap<Target, Carried>, id: u32| {
        let claim = claims.claim(ClaimId(id));
        if is_charge(claim) {
            add(&mut carried, &targets, claim, has_items);
        }
        carried
    };
    let carried = (0..claims.len() as u32).into_par_iter().fold(BTreeMap::new, carry).reduce(BTreeMap::new, merge);
    let mut keys: Vec<NobodysKey> =
        carried.into_iter().map(|(target, carried)| describe(claims, target, targets[&target], carried)).collect();
    keys.sort_by(|left, right| {
        right
            .claims
            .cmp(&left.claims)
            .then_with(|| (&left.kind, &left.key, &left.provider_id).cmp(&(&right.kind, &right.key, &right.provider_id)))
    });
    keys
}

/// The keys looked for, each with whether it is a placeholder.
fn targets(claims: &Claims, heavy: &HeavyKeys) -> BTreeMap<Target, bool> {
    let placeholders = |domain| claims.placeholders(domain).iter().map(move |&key| (Target { domain, provider: None, key }, true));
    let found = |domain, id: &str| claims.dictionary(domain).find(id);
    let mut targets: BTreeMap<Target, bool> = DOMAINS.into_iter().flat_map(placeholders).collect();
    let persons = heavy.persons.iter().filter_map(|person| found(Domain::Person, person));
    targets.extend(persons.map(|key| (Target { domain: Domain::Person, provider: None, key }, false)));
    for (domain, keys) in [(Domain::Staff, &heavy.staff), (Domain::Phone, &heavy.phones)] {
        let placed = keys.iter().filter_map(|(provider, key)| Some((found(Domain::Provider, provider), found(domain, key)?)));
        targets.extend(placed.map(|(provider, key)| (Target { domain, provider, key }, false)));
    }
    targets
}

fn add(carried: &mut BTreeMap<Target, Carried>, targets: &BTreeMap<Target, bool>, claim: ClaimView<'_>, has_items: bool) {
    let row = claim.row();
    let total = row.total_amount().unwrap_or_default();
    let keys = [
        (Domain::Person, Some(claim.person().0)),
        (Domain::Staff, row.doctor_id().map(|key| key.0)),
        (Domain::Phone, row.phone().map(|key| key.0)),
        (Domain::Device, row.terminal_id().map(|key| key.0)),
        (Domain::Diagnosis, row.diagnosis_code().map(|key| key.0)),
    ];
    for (domain, key) in keys.into_iter().filter_map(|(domain, key)| Some((domain, key?))) {
        for provider in [None, Some(claim.provider().0)] {
            let target = Target { domain, provider, key };
            if targets.contains_key(&target) {
                let sum = carried.entry(target).or_default();
                sum.claims += 1;
                sum.total += total;
            }
        }
    }
    if has_items {
        add_items(carried, targets, claim);
    }
}

fn add_items(carried: &mut BTreeMap<Target, Carried>, targets: &BTreeMap<Target, bool>, claim: ClaimView<'_>) {
    let mut last = None;
    // Lines of a claim are in the order of items.
    for line in claim.lines() {
        let target = Target { domain: Domain::Item, provider: None, key: line.item().0 };
        if targets.contains_key(&target) {
            let sum = carried.entry(target).or_default();
            sum.claims += u64::from(last != Some(target.key));
            sum.total += line.amount();
        }
        last = Some(target.key);
    }
}

fn merge(mut earlier: BTreeMap<Target, Carried>, later: BTreeMap<Target, Carried>) -> BTreeMap<Target, Carried> {
    for (target, carried) in later {
        let sum = earlier.entry(target).or_default();
        sum.claims += carried.claims;
        sum.total += carried.total;
    }
    earlier
}

fn describe(claims: &Claims, target: Target, is_placeholder: bool, carried: Carried) -> NobodysKey {
    let text = claims.dictionary(target.domain).text(target.key);
    let is_withheld = target.domain == Domain::Phone && !is_placeholder;
    NobodysKey {
        kind: kind(target.domain).to_owned(),
        key: if is_withheld { WITHHELD.to_owned() } else { text.to_owned() },
        provider_id: target.provider.map(|provider| claims.dictionary(Domain::Provider).text(provider).to_owned()),
        is_placeholder,
        claims: carried.claims,
        total_fen: carried.total.0,
    }
}
