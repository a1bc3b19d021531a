//! P17: care billed after the patient's death, and what honestly follows a death.

use crate::care::stay::{Content, Stay};
use crate::care::year::Year;
use crate::claim::{Discharge, VisitType};
use crate::clock::{Day, day_of};
use crate::money::{ONE, percent};

pub(crate) fn stay(year: &mut Year) {
    let died = year.anchor(40);
    year.die(died);
    let provider = year.scheme_hospital();
    let illness = year.general_illness(died);
    let (after, nights) = (year.dice.days(2, 28), year.dice.days(3, 6));
    let plain = year.plain_stay(provider, illness, died + after, nights);
    let claim = year.write_stay(&Stay { content: Content::Thin, ..plain });
    let claim = year.push_stay(claim);
    year.mark_void(claim);
}

pub(crate) fn exam(year: &mut Year) {
    let died = year.anchor(60);
    year.die(died);
    let provider = year.scheme_hospital();
    let illness = year.general_illness(died);
    let after = year.dice.days(2, 50);
    let claim = year.write_visit(VisitType::Outpatient, provider, illness, died + after);
    let claim = year.push(claim);
    year.mark_void(claim);
}

/// The patient dies early in a stay that is billed to its planned end.
pub(crate) fn past_death(year: &mut Year) {
    let nights = year.dice.days(8, 14);
    let from = year.anchor(nights);
    let died = from + year.dice.days(2, 4);
    year.die(died);
    let provider = year.scheme_hospital();
    let illness = year.general_illness(from);
    let plain = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&Stay { by_item: true, with_take_home: false, ..plain });
    let after = claim.lines.iter().filter(|line| day_of(line.charged_at) >= died + 2);
    let loss = percent(after.map(|line| line.in_scope).sum(), claim.bill.share).min(claim.bill.fund);
    let claim = year.push_stay(claim);
    year.mark(claim, loss);
}

/// A stay that ends with the patient's death.
fn last_stay(year: &mut Year) -> (usize, Day) {
    let nights = year.dice.days(6, 12);
    let from = year.anchor(nights + 30);
    let provider = year.honest_hospital();
    let illness = year.general_illness(from);
    let plain = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&Stay { discharge: Discharge::Death, with_take_home: false, ..plain });
    (year.push_stay(claim), from + nights)
}

/// Registered three to five days too early, so that the last days of care lie after it.
pub(crate) fn late_registered(year: &mut Year) {
    let (claim, end) = last_stay(year);
    let too_early = year.dice.days(3, 5);
    year.die(end - too_early);
    year.mark_honest(claim);
}

pub(crate) fn mortuary(year: &mut Year) {
    let (stay, died) = last_stay(year);
    year.die(died);
    let provider = year.claims[stay].provider;
    let illness = year.claims[stay].illness;
    let after = year.dice.days(2, 5);
    let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, died + after);
    claim.lines.clear();
    let time = claim.started_at;
    for (name, quantity) in [("尸体料理", 1), ("太平间遗体存放费", i64::from(after))] {
        let item = year.world.items.named(name).at(provider);
        year.charge(&mut claim, item, quantity * ONE, time, time);
    }
    year.settle(&mut claim);
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// The last refill and a purchase, collected by the family: drugs alone.
pub(crate) fn drugs(year: &mut Year) {
    let died = year.anchor(40);
    year.die(died);
    let illness = year.world.illnesses.coded("I10.x00x002");
    year.person.chronic = Some(illness);
    let (after, later) = (year.dice.days(2, 12), year.dice.days(3, 30));
    let mut refill = year.write_visit(VisitType::Chronic, year.person.hospital, illness, died + after);
    let world = year.world;
    refill.lines.retain(|line| world.items.get(line.item).category.is_drug());
    year.settle(&mut refill);
    let purchase = year.write_visit(VisitType::Pharmacy, year.person.pharmacy, illness, died + later);
    for claim in [refill, purchase] {
        let claim = year.push(claim);
        year.mark_honest(claim);
    }
}
