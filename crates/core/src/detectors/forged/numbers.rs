//! Identity numbers of persons with claims: those that contradict themselves, and certificates under several person numbers; a part of F06.

use crate::claims::{ClaimView, PersonView};
use crate::detect::{Basis, Candidate, EvidenceRow, Low, Role, Sink, Strength, Subject, Target, Tier};
use crate::norms::{Certificate, SharedCertificate, SharedIdentity, is_care};
use crate::tables::PersonRow;
use crate::tables::value::{ClaimId, Date, PersonId, Time};
use std::collections::BTreeMap;

/// Nights in two hospitals that no late discharge explains.
const BREACH_NIGHTS: i32 = 2;

/// Claims of one person with something wrong about the identity.
#[derive(Default)]
struct Concerned {
    /// What the number contradicts; empty for shared certificates.
    conflicts: Vec<&'static str>,
    person: Option<PersonId>,
    claims: Vec<ClaimId>,
    dates: Option<(Date, Date)>,
}

impl Concerned {
    fn add(&mut self, claim: ClaimView<'_>) {
        let first = claim.row().started_at().map(Time::date).unwrap_or_default();
        let last = claim.row().ended_at().map_or(first, |end| end.date().max(first));
        self.person = Some(claim.person());
        self.claims.push(claim.id());
        self.dates = Some(self.dates.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
    }

    fn append(&mut self, later: Self) {
        self.conflicts = later.conflicts;
        self.person = later.person;
        self.claims.extend(later.claims);
        self.dates = match (self.dates, later.dates) {
            (Some((from, to)), Some((first, last))) => Some((from.min(first), to.max(last))),
            (earlier, later) => earlier.or(later),
        };
    }
}

/// What is kept of the persons at some providers, under their external ids.
#[derive(Default)]
pub(super) struct Numbers {
    assessed: u64,
    unknown: u64,
    contradicting: BTreeMap<String, Concerned>,
    shared_certificates: BTreeMap<String, Concerned>,
}

impl Numbers {
    /// Adds the claims of one person at one provider.
    pub(super) fn look_at(&mut self, claims: &[ClaimView<'_>], norm: &SharedIdentity) {
        let patient = claims[0].patient();
        let certificate = Certificate::of(patient);
        let has_contact = |claim: &&ClaimView<'_>| {
            let row = claim.row();
            claim.phone_key().is_some() || row.address().is_some() || row.contact_name().is_some()
        };
        let known = if certificate.is_some() { claims.len() } else { claims.iter().filter(has_contact).count() };
        self.assessed += known as u64;
        self.unknown += (claims.len() - known) as u64;
        let Some(certificate) = certificate else { return };
        let conflicts = conflicts(certificate, patient);
        if !conflicts.is_empty() {
            let concerned = self.contradicting.entry(patient.name().to_owned()).or_default();
            concerned.conflicts = conflicts;
            claims.iter().for_each(|&claim| concerned.add(claim));
        }
        if norm.certificates.contains_key(patient.name()) {
            for &claim in claims.iter().filter(|claim| is_care(**claim)) {
                self.shared_certificates.entry(patient.name().to_owned()).or_default().add(claim);
            }
        }
    }

    pub(super) fn append(&mut self, later: Self) {
        self.assessed += later.assessed;
        self.unknown += later.unknown;
        for (name, concerned) in later.contradicting {
            self.contradicting.entry(name).or_default().append(concerned);
        }
        for (name, concerned) in later.shared_certificates {
            self.shared_certificates.entry(name).or_default().append(concerned);
        }
    }

    pub(super) fn decide(&self, norm: &SharedIdentity, out: &mut Sink) {
        out.assessed(self.assessed);
        out.not_assessed("neither an identity number of 18 digits nor a contact", self.unknown);
        out.extend(self.contradicting.iter().filter_map(|(name, concerned)| about_number(name, concerned)));
        let shared = self.shared_certificates.iter();
        out.extend(shared.filter_map(|(name, concerned)| about_certificate(concerned, norm.certificates.get(name)?)));
    }
}

/// What of a person's number contradicts itself or the person's row.
fn conflicts(certificate: Certificate, patient: PersonView<'_>) -> Vec<&'static str> {
    let row = patient.row();
    let born = row.and_then(PersonRow::birth_date);
    let sex = row.and_then(PersonRow::sex);
    let checks = [
        ("check_digit", !certificate.is_valid()),
        ("birth_date", born.is_some() && born != certificate.born()),
        ("sex", sex.is_some_and(|sex| sex != certificate.sex())),
    ];
    checks.into_iter().filter(|(_, is_wrong)| *is_wrong).map(|(word, _)| word).collect()
}

fn about_number(name: &str, concerned: &Concerned) -> Option<Candidate> {
    let person = concerned.person?;
    let mut candidate = Candidate::about(Subject::Person(person), "number".to_owned(), Tier::Clue, concerned.conflicts.len() as f64)
        .with_strength(Strength::of(0.2))
        .fact("conflict", concerned.conflicts.join(", "))
        .fact("persons", 1)
        .fact("claims", concerned.claims.len())
        .evidence(Role::Context, [Target::Row { table: "persons", key: name.to_owned() }]);
    candidate.dates = concerned.dates;
    candidate.basis = Some(Basis::None);
    Some(candidate)
}

fn about_certificate(concerned: &Concerned, shared: &SharedCertificate) -> Option<Candidate> {
    let person = concerned.person?;
    let tier = match shared {
        _ if shared.overlap_nights >= BREACH_NIGHTS => Tier::Breach,
        _ if shared.is_interleaved => Tier::Suspicion,
        _ => Tier::Clue,
    };
    let (role, basis) = if shared.is_interleaved { (Role::AtRisk, Basis::Stay) } else { (Role::Context, Basis::None) };
    let mut candidate = Candidate::about(Subject::Person(person), "certificate".to_owned(), tier, f64::from(shared.persons))
        .with_strength(Strength::of(0.6))
        .fact("conflict", "certificate")
        .fact("persons", i64::from(shared.persons))
        .fact("claims", concerned.claims.len())
        .fact("other_number", shared.principal.as_str())
        .fact("is_interleaved", if shared.is_interleaved { "yes" } else { "no" })
        .fact("overlap_nights", shared.overlap_nights);
    candidate.dates = concerned.dates;
    candidate.basis = Some(basis);
    candidate.low = Low::Zero;
    let mut claims = concerned.claims.clone();
    claims.sort();
    candidate.evidence = claims.into_iter().map(|claim| EvidenceRow { target: Target::Claim(claim), role, asked: None }).collect();
    Some(candidate)
}
