//! F22 by counting, with a year of 365 days at every terminal.

use std::collections::{BTreeMap, BTreeSet};

use super::visits::is_live;
use super::{County, Findings, Place, Tier};
use crate::claim::{Claim, VisitType};
use crate::clock::{DAY, HOUR, Time};
use crate::world::persons::Person;

type Settled<'a> = (Time, Place, &'a Person, &'a Claim);

pub(super) fn runs(county: &County, findings: &mut Findings) {
    let mut terminals: BTreeMap<(u32, u8), Vec<Settled<'_>>> = BTreeMap::new();
    for (person, claims) in county.chunks.iter().flat_map(|chunk| &chunk.persons) {
        for (position, claim) in claims.iter().enumerate() {
            let is_meant =
                matches!(claim.visit_type, VisitType::Outpatient | VisitType::Emergency | VisitType::Chronic | VisitType::Pharmacy);
            if is_meant && claim.is_insured && !claim.is_manual && is_live(claims, position) {
                let settled = (claim.settled_at, (person.number, position), person, claim);
                terminals.entry((claim.provider, claim.terminal)).or_default().push(settled);
            }
        }
    }
    for settled in terminals.values_mut() {
        settled.sort_by_key(|(time, place, ..)| (*time, *place));
        for run in settled.chunk_by(|left, right| right.0 - left.0 <= 180) {
            if is_burst(settled, run) {
                run.iter().filter(|row| is_prompt(row)).for_each(|row| findings.add("F22", row.1, Tier::Suspicion));
            }
        }
    }
}

fn is_prompt((time, _, _, claim): &Settled<'_>) -> bool {
    time - claim.started_at <= HOUR
}

fn is_burst(all: &[Settled<'_>], run: &[Settled<'_>]) -> bool {
    let prompt: Vec<&Settled<'_>> = run.iter().filter(|row| is_prompt(row)).collect();
    let households: BTreeSet<u32> = prompt.iter().map(|row| row.2.household).collect();
    let persons: BTreeMap<u32, u32> = prompt.iter().map(|row| (row.2.number, row.2.village)).collect();
    let most = persons.values().map(|village| persons.values().filter(|other| *other == village).count()).max().unwrap_or(0);
    if prompt.len() * 5 < run.len() * 4 || households.len() < 5 || most * 5 >= persons.len() * 4 {
        return false;
    }
    let hour = |time: Time| time.rem_euclid(7 * DAY) / HOUR;
    let usual = [run[0].0, run[run.len() - 1].0].map(|time| all.iter().filter(|row| hour(row.0) == hour(time)).count());
    let seconds = run[run.len() - 1].0 - run[0].0 + 60;
    let expected = usual[0].max(usual[1]) as f64 * 7.0 / 365.0 * seconds as f64 / 3600.0;
    // One less the chance of fewer.
    let mut term = (-expected).exp();
    let mut fewer = term;
    for number in 1..households.len() - 1 {
        term *= expected / number as f64;
        fewer += term;
    }
    1.0 - fewer <= 1e-6
}
