//! Telephone numbers, addresses and names of contacts that unrelated persons share at one provider; a part of F06.

use crate::claims::{ClaimView, ProviderView};
use crate::detect::{Candidate, Low, Strength, Subject, Tier};
use crate::norms::SharedIdentity;
use crate::tables::PersonRow;
use crate::tables::value::{Date, Time};
use std::collections::BTreeSet;

/// What can be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Contact {
    Phone,
    Address,
    Name,
}

/// Letters of a region's code from which it names a township or village, and no county.
const LOCAL_REGION: usize = 9;
/// Words that stand for no name.
const NO_NAMES: [&str; 16] =
    ["本人", "父亲", "母亲", "父", "母", "配偶", "夫", "妻", "丈夫", "妻子", "子", "女", "儿子", "女儿", "家属", "不详"];

impl Contact {
    pub(super) const ALL: [Self; 3] = [Self::Phone, Self::Address, Self::Name];

    fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Name => "contact_name",
        }
    }

    /// The number of the value inside the data set.
    fn key(self, claim: ClaimView<'_>) -> Option<u32> {
        let row = claim.row();
        match self {
            Self::Phone => claim.phone_key().map(|phone| phone.0),
            Self::Address => row.address().map(|text| text.0),
            Self::Name => row.contact_name().map(|text| text.0),
        }
    }

    fn text(self, claim: ClaimView<'_>) -> &str {
        match self {
            Self::Phone => claim.phone(),
            Self::Address => claim.address(),
            Self::Name => claim.contact_name(),
        }
    }

    /// Whether a text is a value of its kind, and no word or number that stands for none.
    fn tells_apart(self, text: &str) -> bool {
        let length = text.chars().count();
        match self {
            Self::Phone => length >= 7 && text.chars().collect::<BTreeSet<char>>().len() > 2,
            Self::Address => length >= 6,
            Self::Name => length >= 2 && !NO_NAMES.contains(&text),
        }
    }
}

/// The values that a provider's claims state, each once.
pub(super) type Stated = [Vec<u32>; 3];

/// A group that shares a value at a provider, whatever others share elsewhere.
pub(super) struct Group {
    pub(super) contact: Contact,
    pub(super) key: u32,
    /// The value; it never reaches a finding.
    pub(super) text: String,
    /// The number belongs to the provider's own staff.
    pub(super) is_staffs: bool,
    pub(super) candidate: Candidate,
}

/// How many must share a value for a group to be kept.
#[derive(Clone, Copy)]
pub(super) struct Floors {
    pub(super) sharers: usize,
    pub(super) staff_sharers: usize,
}

/// The values of a provider's insured claims, and the groups that share one.
pub(super) fn look_at(provider: ProviderView<'_>, claims: &[ClaimView<'_>], floors: Floors, norm: &SharedIdentity) -> (Stated, Vec<Group>) {
    let mut groups = Vec::new();
    let stated = Contact::ALL.map(|contact| {
        let mut keyed: Vec<(u32, ClaimView<'_>)> = claims.iter().filter_map(|&claim| Some((contact.key(claim)?, claim))).collect();
        keyed.sort_by_key(|(key, claim)| (*key, claim.id()));
        let sharing =
            keyed.chunk_by(|left, right| left.0 == right.0).filter(|group| group.len() >= floors.staff_sharers.min(floors.sharers));
        groups.extend(sharing.filter_map(|group| judge(provider, contact, group, floors, norm)));
        keyed.dedup_by_key(|(key, _)| *key);
        keyed.into_iter().map(|(key, _)| key).collect()
    });
    (stated, groups)
}

/// Who shares a value.
struct Sharers {
    persons: usize,
    households: usize,
    villages: usize,
    /// Persons of whom no village is known.
    unplaced: usize,
    has_one_employer: bool,
}

impl Sharers {
    fn of(group: &[(u32, ClaimView<'_>)]) -> Self {
        let (mut households, mut villages) = (BTreeSet::new(), BTreeSet::new());
        let (mut persons, mut alone, mut unplaced) = (0, 0, 0);
        // Claims are numbered by person.
        for patient in group.chunk_by(|left, right| left.1.person() == right.1.person()).map(|claims| claims[0].1.patient()) {
            persons += 1;
            match patient.row().and_then(PersonRow::household_id) {
                Some(household) => _ = households.insert(household),
                None => alone += 1,
            }
            if patient.region().len() >= LOCAL_REGION {
                villages.insert(patient.region());
            } else {
                unplaced += 1;
            }
        }
        let employer = group[0].1.row().employer_id();
        let has_one_employer = employer.is_some() && group.iter().all(|(_, claim)| claim.row().employer_id() == employer);
        Self { persons, households: households.len() + alone, villages: villages.len(), unplaced, has_one_employer }
    }

    /// Neighbours and colleagues share an address or a telephone honestly.
    fn tier(&self, contact: Contact) -> Option<Tier> {
        match () {
            () if self.has_one_employer => None,
            () if self.villages >= 2 => Some(if contact == Contact::Name { Tier::Clue } else { Tier::Suspicion }),
            () => (self.unplaced > 0).then_some(Tier::Clue),
        }
    }
}

fn judge(
    provider: ProviderView<'_>,
    contact: Contact,
    group: &[(u32, ClaimView<'_>)],
    floors: Floors,
    norm: &SharedIdentity,
) -> Option<Group> {
    let text = contact.text(group[0].1);
    if !contact.tells_apart(text) {
        return None;
    }
    let sharers = Sharers::of(group);
    let is_staffs = contact == Contact::Phone && norm.staff_phones.contains(&(provider.name().to_owned(), text.to_owned()));
    if sharers.households < if is_staffs { floors.staff_sharers } else { floors.sharers } {
        return None;
    }
    let tier = sharers.tier(contact)?;
    let claims = || group.iter().map(|(_, claim)| *claim);
    let day = |claim: ClaimView<'_>| claim.row().started_at().map(Time::date).unwrap_or_default();
    let days = |pick: fn(Date, Date) -> Date| claims().map(day).reduce(pick).unwrap_or_default();
    let named = claims().map(ClaimView::name).min().unwrap_or_default();
    let conflict = if is_staffs { "staff_phone" } else { contact.word() };
    let mut candidate =
        Candidate::about(Subject::Provider(provider.id()), format!("{}|{named}", contact.word()), tier, sharers.households as f64)
            .between(days(Ord::min), days(Ord::max))
            .with_strength(Strength::of(if is_staffs { 0.8 } else { 0.6 }))
            .fact("conflict", conflict)
            .fact("persons", sharers.persons)
            .fact("claims", group.len())
            .fact(if is_staffs { "staff_sharers" } else { "sharers" }, sharers.households)
            .fact("villages", sharers.villages)
            .at_risk(claims());
    candidate.low = Low::Zero;
    Some(Group { contact, key: group[0].0, text: text.to_owned(), is_staffs, candidate })
}
