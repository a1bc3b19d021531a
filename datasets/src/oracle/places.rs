//! C11: what is charged outside the level, attendance or insurance of its limit.

use super::bodies::{Users, charged, standing, wrongly_mapped};
use super::{County, Findings, Tier};
use crate::claim::{Claim, Line, VisitType};
use crate::world::persons::Person;

fn is_outside(county: &County, person: &Person, claim: &Claim, line: &Line) -> bool {
    let limit = county.world.items.get(line.item).limit;
    let visit = claim.visit_type;
    let level = visit != VisitType::Pharmacy && limit.min_level.is_some_and(|least| county.world.provider(claim.provider).level < least);
    let is_outpatient = matches!(visit, VisitType::Outpatient | VisitType::Chronic | VisitType::Internet | VisitType::Pharmacy);
    let is_birth = visit == VisitType::Maternity || county.world.illnesses.get(claim.illness).code.starts_with('O');
    level || (limit.is_for_wards && is_outpatient) || (limit.is_for_births && !person.is_employee && !is_birth)
}

pub(super) fn limits(county: &County, findings: &mut Findings) {
    let mut users = Users::new();
    let standing = standing(county);
    for (_, person, claim) in &standing {
        for (_, line) in charged(claim) {
            *users.entry(line.item).or_default().entry(person.number).or_default() |= is_outside(county, person, claim, line);
        }
    }
    let wrong = wrongly_mapped(&users);
    for (place, person, claim) in standing {
        if charged(claim).any(|(_, line)| is_outside(county, person, claim, line) && !wrong.contains(&line.item)) {
            findings.add("C11", place, Tier::Breach);
        }
    }
}
