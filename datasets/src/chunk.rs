//! A few hundred persons simulated together: the unit of parallel work. Households and twins never cross chunks.

use crate::KINDS;
use crate::care::year::Year;
use crate::claim::Claim;
use crate::dice::{Dice, Purpose};
use crate::plan::Plan;
use crate::world::World;
use crate::world::persons::{self, Body, Home, Person};

/// Persons in a chunk; even, so that no pair is split.
pub(crate) const PERSONS: u32 = 256;

/// The county of a person.
pub(crate) fn county_of(person: u32, counties: u32) -> u32 {
    person / PERSONS % counties
}

/// Persons with their claims in order of start.
pub(crate) struct Chunk {
    pub(crate) persons: Vec<(Person, Vec<Claim>)>,
}

impl Chunk {
    /// Simulates the persons `first..end`.
    pub(crate) fn simulate(world: &World, plan: &Plan, first: u32, end: u32) -> Self {
        let mut dice = Dice::new(world.seed, Purpose::Household, u64::from(first));
        let county = county_of(first, world.counties.len() as u32);
        let mut home = Home::new(&mut dice, county, first);
        let mut persons = Vec::with_capacity((end - first) as usize);
        let mut twin: Option<(Person, Vec<Claim>)> = None;
        for number in first..end {
            let scene = plan.scene(number);
            if twin.is_none() && (number - home.first >= 6 || dice.chance(380)) {
                home = Home::new(&mut dice, county, number);
            }
            let body = scene.map_or(Body::Anyone, |scene| KINDS[usize::from(scene.kind)].body);
            let mut person = persons::draw(world, &mut dice, home, number, body);
            let adopted = twin.take().map(|(sibling, claims)| {
                person = Person { number, is_male: person.is_male, certificate: person.certificate, ..sibling };
                claims
            });
            let mut year = Year::new(world, person, Dice::new(world.seed, Purpose::Year, u64::from(number)));
            if let Some(claims) = adopted {
                year.adopt(claims);
            }
            if let Some(scene) = scene {
                year.kind = usize::from(scene.kind);
                year.scene = scene;
                (KINDS[year.kind].plant)(&mut year);
            }
            year.live();
            if !year.for_twin.is_empty() {
                twin = Some((year.person.clone(), std::mem::take(&mut year.for_twin)));
            }
            persons.push((year.person, in_order(year.claims)));
        }
        Self { persons }
    }

    pub(crate) fn claims(&self) -> impl Iterator<Item = (&Person, &Claim)> {
        self.persons.iter().flat_map(|(person, claims)| claims.iter().map(move |claim| (person, claim)))
    }

    pub(crate) fn claim_count(&self) -> u64 {
        self.persons.iter().map(|(_, claims)| claims.len() as u64).sum()
    }

    pub(crate) fn line_count(&self) -> u64 {
        self.claims().map(|(_, claim)| claim.lines.len() as u64).sum()
    }
}

/// Sorts claims by start, a refund after what it refunds, and renames the originals of refunds accordingly.
fn in_order(claims: Vec<Claim>) -> Vec<Claim> {
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by_key(|&position| (claims[position].started_at, position));
    let mut place = vec![0; claims.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    let mut sorted: Vec<(usize, Claim)> = claims.into_iter().enumerate().map(|(old, claim)| (place[old], claim)).collect();
    sorted.sort_by_key(|(new, _)| *new);
    sorted.into_iter().map(|(_, claim)| Claim { original: claim.original.map(|old| place[old]), ..claim }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::claim::Line;
    use crate::clock::day_of;
    use crate::money::{amount, percent};

    fn chunks() -> Vec<Chunk> {
        let options = Options::default();
        let world = World::new(&options);
        let persons = (options.claims as f64 / crate::CLAIMS_PER_PERSON) as u32;
        let plan = Plan::new(&options, persons, world.counties.len() as u32);
        (0..persons).step_by(PERSONS as usize).map(|first| Chunk::simulate(&world, &plan, first, persons.min(first + PERSONS))).collect()
    }

    fn is_marked(claim: &Claim, kinds: &[&str]) -> bool {
        claim.marks.iter().any(|mark| kinds.contains(&KINDS[mark.kind].name))
    }

    #[test]
    fn bills_follow_from_lines() {
        for (_, claim) in chunks().iter().flat_map(Chunk::claims) {
            let bill = &claim.bill;
            let billed: i64 = claim.lines.iter().map(Line::billed).sum();
            let in_scope: i64 = claim.lines.iter().map(|line| line.in_scope).sum();
            let is_inflated = is_marked(claim, &["total-inflated-large", "total-inflated-small"]);
            if is_inflated {
                assert_eq!(bill.total - billed, bill.in_scope - in_scope);
                assert!(bill.total > billed);
            } else {
                assert!(bill.total == billed || (is_marked(claim, &["rounding"]) && (bill.total - billed).abs() <= 5));
                assert_eq!(bill.in_scope, in_scope);
            }
            assert_eq!(bill.fund, percent(bill.in_scope - bill.deductible, bill.share));
            assert_eq!(bill.fund + bill.account + bill.cash(), bill.total);
            assert!(claim.is_insured || bill.fund == 0);
            let parts = [bill.total, bill.in_scope, bill.self_paid(), bill.deductible, bill.fund, bill.account];
            assert!(parts.iter().all(|&part| if claim.is_refund { part <= 0 } else { part >= 0 }), "{claim:?}");
        }
    }

    #[test]
    fn amounts_are_quantity_times_price() {
        for (_, claim) in chunks().iter().flat_map(Chunk::claims) {
            for line in &claim.lines {
                let gross = amount(line.quantity, line.unit_price);
                assert!(line.amount == gross || line.amount + line.discount == gross);
            }
        }
    }

    #[test]
    fn lines_lie_within_their_claims() {
        for (_, claim) in chunks().iter().flat_map(Chunk::claims) {
            let days = day_of(claim.started_at)..=day_of(claim.ended_at) + 1;
            for line in &claim.lines {
                assert!(days.contains(&day_of(line.charged_at)));
                assert!(line.executed_at.is_none_or(|time| days.contains(&day_of(time))));
            }
            assert!(claim.started_at <= claim.ended_at && claim.ended_at < claim.settled_at);
        }
    }

    #[test]
    fn schemes_cost_the_fund_and_look_alikes_do_not() {
        for (_, claim) in chunks().iter().flat_map(Chunk::claims) {
            for mark in &claim.marks {
                // A census tells no loss, and single lines of a stay that is paid by group cost nothing.
                let tells_none = KINDS[mark.kind].code == "P04" || (mark.loss == 0 && claim.bill.case.is_some());
                let is_free = KINDS[mark.kind].look_alike || tells_none;
                assert_eq!(mark.loss > 0, !is_free, "{} loses {}", KINDS[mark.kind].name, mark.loss);
                assert!(KINDS[mark.kind].look_alike || claim.is_insured);
            }
        }
    }

    #[test]
    fn twins_share_home_and_birthday() {
        let chunks = chunks();
        let twins: Vec<&Person> =
            chunks.iter().flat_map(Chunk::claims).filter(|(_, claim)| is_marked(claim, &["twins"])).map(|(person, _)| person).collect();
        assert!(twins.len() >= 2 && twins.len().is_multiple_of(2));
        for pair in twins.chunks(2) {
            assert_eq!((pair[0].household, pair[0].born), (pair[1].household, pair[1].born));
            assert_ne!(pair[0].number, pair[1].number);
        }
    }

    #[test]
    fn refunds_follow_their_originals() {
        for (_, claims) in chunks().iter().flat_map(|chunk| &chunk.persons) {
            for (position, claim) in claims.iter().enumerate() {
                let Some(original) = claim.original else {
                    continue;
                };
                assert!(original < position && claim.is_refund && !claims[original].is_refund);
                assert!(claim.bill.total.abs() <= claims[original].bill.total);
            }
        }
    }
}
