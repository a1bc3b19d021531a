//! Detectors of single stays and bills by brute force, over records in memory: what the generator promises is tested against them.

mod bodies;
mod bursts;
mod goods;
mod lines;
mod nights;
mod places;
mod stays;
mod visits;

use std::collections::{BTreeMap, BTreeSet};

use crate::chunk::Chunk;
use crate::claim::Claim;
use crate::plan::Plan;
use crate::world::World;
use crate::{KINDS, Options};

/// The detectors that are repeated here.
const JUDGED: [&str; 12] = ["P02", "P09", "P17", "F14", "C16", "C10", "C11", "F07", "S04", "S05", "F22", "O16"];

/// A person's number and the position of a claim among theirs.
type Place = (u32, usize);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Tier {
    None,
    Clue,
    Suspicion,
    Breach,
}

impl Tier {
    fn named(word: &str) -> Self {
        match word {
            "none" => Self::None,
            "clue" => Self::Clue,
            "suspicion" => Self::Suspicion,
            "breach" => Self::Breach,
            other => panic!("{other} is no tier"),
        }
    }
}

/// Highest tier of each detector on each claim.
#[derive(Default)]
pub(super) struct Findings(BTreeMap<(&'static str, Place), Tier>);

impl Findings {
    fn add(&mut self, code: &'static str, place: Place, tier: Tier) {
        let held = self.0.entry((code, place)).or_insert(Tier::None);
        *held = (*held).max(tier);
    }

    fn tier(&self, code: &'static str, place: Place) -> Tier {
        self.0.get(&(code, place)).copied().unwrap_or(Tier::None)
    }
}

struct County {
    world: World,
    chunks: Vec<Chunk>,
}

impl County {
    fn new(options: &Options) -> Self {
        let world = World::new(options);
        let persons = (options.claims as f64 / crate::CLAIMS_PER_PERSON) as u32;
        let plan = Plan::new(options, persons, world.counties.len() as u32);
        let chunks = crate::simulate(&world, &plan, 0, persons);
        Self { world, chunks }
    }

    fn claims(&self) -> impl Iterator<Item = (Place, &Claim)> {
        self.chunks
            .iter()
            .flat_map(|chunk| &chunk.persons)
            .flat_map(|(person, claims)| claims.iter().enumerate().map(|(position, claim)| ((person.number, position), claim)))
    }

    fn findings(&self) -> Findings {
        let mut findings = Findings::default();
        lines::totals(self, &mut findings);
        lines::identical(self, &mut findings);
        bodies::limits(self, &mut findings);
        places::limits(self, &mut findings);
        goods::gaps(self, &mut findings);
        bursts::runs(self, &mut findings);
        let mut pairs = Vec::new();
        let mut stays_at = stays::StaysByProvider::new();
        for (person, claims) in self.chunks.iter().flat_map(|chunk| &chunk.persons) {
            let visits = visits::of(claims);
            stays::after_death(self, person, claims, &visits, &mut findings);
            let stays = stays::of(claims, &visits);
            stays::overlapping(self, person, claims, &stays, &mut findings);
            for stay in &stays {
                nights::days_beyond(self, person, claims, stay, &mut findings);
                nights::elsewhere(self, person, claims, &visits, stay, &mut findings);
                nights::nominal(self, person, claims, stay, &mut findings);
            }
            stays::far_from_norm(self, person, claims, &stays, &mut findings);
            stays::count(claims, &stays, &mut stays_at);
            pairs.extend(stays::split_candidates(self, person, claims, &stays));
        }
        stays::decide_splits(&pairs, &stays_at, &mut findings);
        findings
    }
}

/// Every marked claim stands where its kind says; returns (suspicions, claims) among the unmarked.
fn check(options: &Options) -> (usize, usize) {
    let county = County::new(options);
    let findings = county.findings();
    let mut wrong = Vec::new();
    for (place, claim) in county.claims() {
        for kind in claim.marks.iter().map(|mark| &KINDS[mark.kind]).filter(|kind| JUDGED.contains(&kind.code)) {
            let (found, expected) = (findings.tier(kind.code, place), Tier::named(kind.expected));
            let is_right = if kind.look_alike { found <= expected } else { found == expected };
            if !is_right {
                wrong.push(format!("{} {place:?}: {found:?}", kind.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong, first {:?}", wrong.len(), &wrong[..wrong.len().min(12)]);
    // What is planted draws other claims of the person in: a bill settled twice shows on the stay that it repeats.
    let carriers: BTreeSet<u32> = county
        .claims()
        .filter(|(_, claim)| claim.marks.iter().any(|mark| !KINDS[mark.kind].look_alike))
        .map(|((person, _), _)| person)
        .collect();
    let others = findings.0.iter().filter(|((_, (person, _)), tier)| **tier >= Tier::Suspicion && !carriers.contains(person));
    let mut suspicions = 0;
    for ((code, place), tier) in others {
        assert!(*tier < Tier::Breach, "honest claim {place:?} breaks {code}");
        suspicions += 1;
    }
    (suspicions, county.claims().count())
}

#[test]
fn planted_kinds_stand_at_their_tiers() {
    let (suspicions, claims) = check(&Options { claims: 12_000, seed: 5, ..Options::default() });
    assert!(suspicions * 10_000 <= 5 * claims, "{suspicions} suspicions among {claims} honest claims");
}

#[test]
fn golden_data_stand_at_their_tiers() {
    check(&Options::default());
}

#[test]
fn a_clean_county_is_clean() {
    let (suspicions, claims) = check(&Options { claims: 20_000, seed: 11, clean: true, ..Options::default() });
    assert!(suspicions * 10_000 <= 5 * claims, "{suspicions} suspicions among {claims} claims");
}

#[test]
#[ignore = "takes seconds; run it after a change to scenes or rates"]
fn large_counties_stand_at_their_tiers() {
    for (seed, clean) in [(7, false), (8, true)] {
        let (suspicions, claims) = check(&Options { claims: 200_000, seed, clean, ..Options::default() });
        assert!(suspicions * 10_000 <= 5 * claims, "{suspicions} suspicions among {claims} honest claims");
    }
}
