//! Identity numbers: what they say of their holder, and which stand under several person numbers.

use crate::claims::{ClaimView, Claims, PersonView, Stay, StayView, VisitView};
use crate::tables::value::{Date, Fen, Sex, Time, VisitType};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a citizen identity number.
const LENGTH: usize = 18;
/// Weights of the first 17 digits and the check characters by remainder (GB 11643).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// An identity number of 18 characters. Older ones of 15 and passports have nothing to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Certificate([u8; LENGTH]);

impl Certificate {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let number: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
        let is_number = number[..LENGTH - 1].iter().all(u8::is_ascii_digit) && matches!(number[LENGTH - 1], b'0'..=b'9' | b'X' | b'x');
        is_number.then(|| Self(number.map(|character| character.to_ascii_uppercase())))
    }

    /// The number in a person's row.
    pub(crate) fn of(person: PersonView<'_>) -> Option<Self> {
        Self::read(person.id_number())
    }

    /// Whether the check character is that of the digits.
    pub(crate) fn is_valid(self) -> bool {
        let sum: u32 = self.0.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        self.0[LENGTH - 1] == CHECK[sum as usize % CHECK.len()]
    }

    pub(crate) fn sex(self) -> Sex {
        if self.0[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// The birth date in it; `None` where there is no such day.
    pub(crate) fn born(self) -> Option<Date> {
        let number = |digits: std::ops::Range<usize>| self.0[digits].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        Date::from_ymd(number(6..10) as i32, number(10..12), number(12..14))
    }
}

/// A person number that shares its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedCertificate {
    /// The person number with the most money in scope among those of the certificate.
    pub principal: String,
    /// Person numbers that received care under it.
    pub persons: u32,
    /// Whether care under this number lies between care under another.
    pub is_interleaved: bool,
    /// The most nights that a stay under this number shares with a stay elsewhere under another; below 1 for none.
    pub overlap_nights: i32,
}

/// What persons and staff share, by external ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedIdentity {
    /// Person numbers, their principals apart, that received care under a certificate of another.
    pub certificates: BTreeMap<String, SharedCertificate>,
    /// Providers with the telephone numbers of their staff.
    pub staff_phones: BTreeSet<(String, String)>,
}

/// What a person number received under a certificate.
struct Care<'a> {
    certificate: Certificate,
    person: PersonView<'a>,
    name: String,
    first: Date,
    last: Date,
    in_scope: Fen,
}

impl SharedIdentity {
    pub(super) fn build(claims: &Claims) -> Self {
        let mut cared: Vec<Care<'_>> = claims.par_persons().filter_map(|person| care(claims.person(person))).collect();
        cared.par_sort_by(|left, right| left.certificate.cmp(&right.certificate).then_with(|| left.name.cmp(&right.name)));
        let shared = cared.chunk_by(|left, right| left.certificate == right.certificate).filter(|group| group.len() > 1);
        Self {
            certificates: shared.flat_map(sharers).collect(),
            staff_phones: claims.staff_phones().map(|(provider, phone)| (provider.to_owned(), phone.to_owned())).collect(),
        }
    }
}

/// Whether the person was there for a claim, as far as its type tells; others may collect drugs.
pub(crate) fn is_care(claim: ClaimView<'_>) -> bool {
    !matches!(claim.row().visit_type(), Some(VisitType::Pharmacy | VisitType::Internet)) && claim.row().is_newborn() != Some(true)
}

fn care(person: PersonView<'_>) -> Option<Care<'_>> {
    let certificate = Certificate::of(person).filter(|certificate| certificate.is_valid())?;
    let mut care: Option<Care<'_>> = None;
    for claim in person.visits().flat_map(VisitView::insured_claims).filter(|claim| is_care(*claim)) {
        let first = claim.row().started_at().map(Time::date).unwrap_or_default();
        let last = claim.row().ended_at().map_or(first, Time::date);
        let nothing = || Care { certificate, person, name: person.name().to_owned(), first, last, in_scope: Fen::ZERO };
        let so_far = care.get_or_insert_with(nothing);
        so_far.first = so_far.first.min(first);
        so_far.last = so_far.last.max(last);
        so_far.in_scope += claim.in_scope();
    }
    care
}

/// All numbers of a certificate but the one with the most money, of equals the smallest.
fn sharers(group: &[Care<'_>]) -> Vec<(String, SharedCertificate)> {
    let Some(principal) = group.iter().min_by_key(|care| (std::cmp::Reverse(care.in_scope), care.name.as_str())) else { return Vec::new() };
    let shared = |care: &Care<'_>| {
        let others = || group.iter().filter(|other| other.name != care.name);
        SharedCertificate {
            principal: principal.name.clone(),
            persons: group.len() as u32,
            is_interleaved: others().any(|other| care.first <= other.last && other.first <= care.last),
            overlap_nights: others().map(|other| shared_nights(care.person, other.person)).max().unwrap_or_default(),
        }
    };
    group.iter().filter(|care| care.name != principal.name).map(|care| (care.name.clone(), shared(care))).collect()
}

/// The most nights that insured stays of two person numbers at different providers share.
fn shared_nights(left: PersonView<'_>, right: PersonView<'_>) -> i32 {
    let stays = |person: PersonView<'_>| -> Vec<Stay> {
        let counts = |stay: &StayView<'_>| stay.is_insured() && stay.first_claim().row().is_newborn() != Some(true);
        person.stays().filter(counts).map(|stay| stay.stay().clone()).collect()
    };
    let (left, right) = (stays(left), stays(right));
    let pairs = left.iter().flat_map(|stay| right.iter().map(move |other| (stay, other)));
    let apart = pairs.filter(|(stay, other)| stay.provider != other.provider);
    let nights = |(stay, other): (&Stay, &Stay)| {
        stay.closed_end.date().min(other.closed_end.date()).0 - stay.started_at.date().max(other.started_at.date()).0
    };
    apart.map(nights).max().unwrap_or_default().max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_samples_are_valid() {
        for number in ["11010519491231002X", "11010519491231002x", "440524188001010014"] {
            assert!(Certificate::read(number).is_some_and(Certificate::is_valid), "{number}");
        }
        let sample = Certificate::read("11010519491231002X").expect("a number");
        assert_eq!((sample.sex(), sample.born()), (Sex::Female, Date::from_ymd(1949, 12, 31)));
        assert_eq!(Certificate::read("110105194912310021").map(Certificate::is_valid), Some(false));
        assert_eq!(Certificate::read("110105491231002"), None);
        assert_eq!(Certificate::read("11010519499931002X").and_then(Certificate::born), None);
    }
}
