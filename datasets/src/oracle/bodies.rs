//! C10 and F07 by brute force.

use std::collections::{BTreeMap, BTreeSet};

use super::{County, Findings, Place, Tier};
use crate::claim::{Claim, Line};
use crate::clock::{Day, civil, day_of};
use crate::world::persons::Person;

/// Completed years on a day.
fn age(person: &Person, day: Day) -> i32 {
    let ((year, month, date), (born, born_month, born_date)) = (civil(day), civil(person.born));
    year - born - i32::from((month, date) < (born_month, born_date))
}

/// What of a line its item's limit forbids: sex, age.
fn broken(county: &County, person: &Person, line: &Line) -> (bool, bool) {
    let limit = county.world.items.get(line.item).limit;
    let years = age(person, day_of(line.executed_at.unwrap_or(line.charged_at)));
    let sex = limit.sex.is_some_and(|sex| (sex == "male") != person.is_male);
    let old = limit.max_age.is_some_and(|oldest| years > if oldest > 0 { oldest.max(17) } else { oldest });
    (sex, old || limit.min_age.is_some_and(|youngest| years < youngest))
}

fn is_reversed(claim: &Claim, position: usize) -> bool {
    claim.lines.iter().any(|line| line.reverses == Some(position as u16))
}

/// Lines that count: charged to the fund, taking nothing back.
pub(super) fn charged(claim: &Claim) -> impl Iterator<Item = (usize, &Line)> {
    claim.lines.iter().enumerate().filter(|(_, line)| line.amount > 0 && line.in_scope > 0 && line.reverses.is_none())
}

fn excludes(person: &Person, code: &str, years: i32) -> bool {
    let category = &code[..3];
    let of_women = ("O00"..="O99").contains(&category) || ("N70"..="N77").contains(&category);
    let of_men = ("N40"..="N51").contains(&category);
    let of_newborns = category.starts_with('P') && years >= 18 && (person.is_male || !(12..=55).contains(&years));
    (of_women && (person.is_male || (category.starts_with('O') && !(9..=60).contains(&years))))
        || (of_men && !person.is_male)
        || of_newborns
}

/// By item, whether each of its users uses it against its limit.
pub(super) type Users = BTreeMap<u16, BTreeMap<u32, bool>>;

/// Items that three of ten users misuse, of thirty or more.
pub(super) fn wrongly_mapped(users: &Users) -> BTreeSet<u16> {
    let is_wrong =
        |users: &BTreeMap<u32, bool>| users.len() >= 30 && users.values().filter(|contrary| **contrary).count() * 100 >= 30 * users.len();
    users.iter().filter(|(_, users)| is_wrong(users)).map(|(&item, _)| item).collect()
}

/// Claims that stand and that the fund pays for.
pub(super) fn standing(county: &County) -> Vec<(Place, &Person, &Claim)> {
    let mut standing = Vec::new();
    for (person, claims) in county.chunks.iter().flat_map(|chunk| &chunk.persons) {
        for (position, claim) in claims.iter().enumerate() {
            if claim.is_insured && !claim.is_refund && !is_cancelled(claims, position) {
                standing.push(((person.number, position), person, claim));
            }
        }
    }
    standing
}

/// Both detectors on every claim that counts.
pub(super) fn limits(county: &County, findings: &mut Findings) {
    let mut users = Users::new();
    let mut judged = standing(county);
    judged.retain(|(_, _, claim)| !claim.is_newborn);
    for (_, person, claim) in &judged {
        for (_, line) in charged(claim) {
            let contrary = broken(county, person, line);
            *users.entry(line.item).or_default().entry(person.number).or_default() |= contrary.0 || contrary.1;
        }
    }
    let wrong = wrongly_mapped(&users);
    for (place, person, claim) in judged {
        for (_, line) in charged(claim).filter(|(position, line)| !wrong.contains(&line.item) && !is_reversed(claim, *position)) {
            let is_care = county.world.items.get(line.item).category.needs_presence();
            match broken(county, person, line) {
                (true, _) if is_care => findings.add("F07", place, Tier::Suspicion),
                (false, false) => {}
                _ => findings.add("C10", place, Tier::Breach),
            }
        }
        let years = age(person, day_of(claim.started_at));
        let is_excluded = |illness: u16| excludes(person, county.world.illnesses.get(illness).code, years);
        if is_excluded(claim.illness) {
            findings.add("F07", place, Tier::Suspicion);
        } else if claim.secondary.is_some_and(is_excluded) {
            findings.add("F07", place, Tier::Clue);
        }
    }
}

fn is_cancelled(claims: &[Claim], position: usize) -> bool {
    claims.iter().any(|claim| claim.original == Some(position) && claim.bill.total == -claims[position].bill.total)
}
