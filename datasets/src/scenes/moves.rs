//! Look-alikes of P02: patients who really are, or seem to be, in two places.

use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::{Admission, Discharge, VisitType};
use crate::clock::{HOUR, MINUTE, at};
use crate::world::items::Category;
use crate::world::providers::Profile;

/// The first hospital closes the file the morning after the evening transfer.
pub(crate) fn late_discharge(year: &mut Year) {
    let evening = year.dice.range(0, 4 * HOUR);
    transfer(year, 1, 17 * HOUR + evening);
}

pub(crate) fn same_day(year: &mut Year) {
    let afternoon = year.dice.range(0, 4 * HOUR);
    transfer(year, 0, 13 * HOUR + afternoon);
}

/// Leaves for another hospital on some day; the paper discharge follows `lag` days later.
fn transfer(year: &mut Year, lag: i32, leaves_at: i64) {
    let (nights, later_nights) = (year.dice.days(2, 6), year.dice.days(4, 10));
    let from = year.anchor(nights + later_nights);
    let provider = year.honest_hospital();
    let next = year.other_hospital(provider);
    let illness = year.general_illness(from);
    let leaves = from + nights;
    let plain = year.plain_stay(provider, illness, from, nights + lag);
    let claim = year.write_stay(&Stay { discharge: Discharge::Transfer, with_take_home: false, ..plain });
    let first = year.push_stay(claim);
    let plain = year.plain_stay(next, illness, leaves, later_nights);
    let stay = Stay { from: at(leaves, 0, 0) + leaves_at, admission: Admission::Transfer, ..plain };
    let mut claim = year.write_stay(&stay);
    claim.transferred_from = Some(provider);
    let second = year.push_stay(claim);
    year.mark_honest(first);
    year.mark_honest(second);
}

pub(crate) fn newborn(year: &mut Year) {
    let world = year.world;
    let nights = year.dice.days(5, 7);
    let from = year.anchor(16);
    let provider = world.counties[year.person.county as usize].hospital(&mut year.dice, Profile::Maternity);
    let mother = year.plain_stay(provider, world.illnesses.coded("O82.000"), from, nights);
    let claim = year.write_stay(&mother);
    year.push_stay(claim);

    let ward = year.other_hospital(provider);
    let nights = year.dice.days(3, 8);
    let plain = year.plain_stay(ward, world.illnesses.coded("P59.900"), from + 2, nights);
    let mut claim = year.write_stay(&Stay { admission: Admission::Emergency, with_take_home: false, ..plain });
    claim.is_newborn = true;
    claim.secondary = None;
    let child = year.push_stay(claim);
    year.mark_honest(child);
}

/// Home-bed care of some weeks with a short stay in its middle, and another period after it.
pub(crate) fn home_bed(year: &mut Year) {
    let from = year.anchor(70);
    let provider = year.person.hospital;
    let illness = year.world.illnesses.coded("I69.300");
    for start in [from, from + 32] {
        let claim = year.write_visit(VisitType::HomeBed, provider, illness, start);
        let claim = year.push_stay(claim);
        year.mark_honest(claim);
    }
    let ward = year.honest_hospital();
    let illness = year.general_illness(from);
    let nights = year.dice.days(3, 6);
    let stay = year.plain_stay(ward, illness, from + 4, nights);
    let claim = year.write_stay(&stay);
    year.push_stay(claim);
}

pub(crate) fn observation(year: &mut Year) {
    let from = year.anchor(14);
    let provider = year.honest_hospital();
    let illness = year.general_illness(from);
    let nights = year.dice.days(3, 9);
    let mut observed = year.write_visit(VisitType::Observation, provider, illness, from);
    let admitted = observed.ended_at + 20 * MINUTE;
    let plain = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&Stay { from: admitted, admission: Admission::Emergency, ..plain });
    // What the ward examines is left to it.
    let world = year.world;
    let is_left = |item: u16| world.items.get(item).category == Category::Exam && claim.lines.iter().any(|line| line.item == item);
    observed.lines.retain(|line| !is_left(line.item));
    year.settle(&mut observed);
    for claim in [observed, claim] {
        let claim = year.push_stay(claim);
        year.mark_honest(claim);
    }
}

pub(crate) fn pharmacy(year: &mut Year) {
    let from = year.anchor(14);
    let provider = year.honest_hospital();
    let illness = year.general_illness(from);
    let nights = year.dice.days(5, 10);
    let stay = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&stay);
    let stay = year.push_stay(claim);
    let (first, last) = year.days_of(stay);
    let day = year.dice.days(first + 1, last - 1);
    let mut claim = year.write_visit(VisitType::Pharmacy, year.person.pharmacy, illness, day);
    claim.visit = None;
    let claim = year.push(claim);
    year.mark_honest(claim);
}
