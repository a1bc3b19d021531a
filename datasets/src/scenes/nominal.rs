//! P06: beds kept for patients who are not there, and quiet days that are honest.

use super::elsewhere::{daily_fees, is_daily_fee, part_loss};
use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::Claim;
use crate::clock::{Day, HOUR, at, day_of};
use crate::money::ONE;
use crate::world::providers::Profile;

/// Drops all care of some nights; bed, nursing and rounds stay.
fn silence(year: &mut Year, claim: &mut Claim, is_empty: impl Fn(Day) -> bool) {
    let world = year.world;
    let first = day_of(claim.started_at);
    claim.lines.retain(|line| is_daily_fee(world, line.item) || !is_empty(day_of(line.charged_at) - first));
    year.settle(claim);
}

/// A stay with care on the first nights, and on none of those named; seven times in ten paid by item.
fn nominal(year: &mut Year, nights: i32, is_empty: impl Fn(Day) -> bool + Copy) -> usize {
    let provider = year.scheme_hospital();
    let from = year.anchor(nights);
    let illness = year.general_illness(from);
    let plain = year.plain_stay(provider, illness, from, nights);
    let by_item = year.dice.chance(700);
    let mut claim = year.write_stay(&Stay { by_item, with_take_home: false, ..plain });
    silence(year, &mut claim, is_empty);
    year.push_stay(claim)
}

fn mark_empty(year: &mut Year, stay: usize, is_empty: impl Fn(Day) -> bool) {
    let claim = &year.claims[stay];
    let first = day_of(claim.started_at);
    let loss = part_loss(claim, daily_fees(year.world, claim, |day| is_empty(day - first)));
    year.mark(stay, loss);
}

/// At home from the third or fourth night on to the last but one.
pub(crate) fn long_run(year: &mut Year) {
    let nights = year.dice.days(6, 20);
    let from = if nights < 9 { 2 } else { year.dice.days(2, 3) };
    let is_empty = move |night| night >= from && night < nights - 1;
    let stay = nominal(year, nights, is_empty);
    mark_empty(year, stay, is_empty);
}

/// At home for three nights, and for two in a longer stay.
pub(crate) fn short_run(year: &mut Year) {
    let nights = year.dice.days(6, 18);
    let is_empty = move |night| (2..5).contains(&night) || (nights > 8 && (6..8).contains(&night));
    let stay = nominal(year, nights, is_empty);
    mark_empty(year, stay, is_empty);
}

/// At home for long, and treated in a clinic meanwhile.
pub(crate) fn treated_elsewhere(year: &mut Year) {
    let nights = year.dice.days(6, 16);
    let stay = nominal(year, nights, move |night| night >= 2 && night < nights - 1);
    let (first, _) = year.days_of(stay);
    let clinic = year.timed_clinic();
    let day = first + year.dice.days(3, nights - 2);
    let visit = year.treated_visit(clinic, day);
    year.push(visit);
    year.mark_void(stay);
}

/// At home but for a token of care every third day.
pub(crate) fn token_care(year: &mut Year) {
    let nights = year.dice.days(9, 14);
    let is_empty = |night| night >= 2 && night % 3 != 1;
    let stay = nominal(year, nights, is_empty);
    mark_empty(year, stay, is_empty);
}

/// An honest stay that is quiet on some nights.
fn quiet(year: &mut Year, provider: u32, illness: u16, nights: i32, is_empty: impl Fn(Day) -> bool) -> Claim {
    let from = year.anchor(nights);
    let plain = year.plain_stay(provider, illness, from, nights);
    let mut claim = year.write_stay(&Stay { with_take_home: false, ..plain });
    silence(year, &mut claim, is_empty);
    claim
}

fn push_honest(year: &mut Year, claim: Claim) {
    let stay = year.push_stay(claim);
    year.mark_honest(stay);
}

fn general(year: &mut Year) -> (u32, u16) {
    let provider = year.honest_hospital();
    let illness = year.general_illness(crate::clock::FIRST_DAY);
    (provider, illness)
}

/// Leave for three to five nights, entered in the register.
pub(crate) fn leave(year: &mut Year) {
    let (provider, illness) = general(year);
    let (nights, away) = (year.dice.days(9, 13), year.dice.days(3, 5));
    let mut claim = quiet(year, provider, illness, nights, move |night| (3..3 + away).contains(&night));
    let first = day_of(claim.started_at);
    claim.leave = Some((at(first + 3, 9, 0), at(first + 3 + away, 8, 0) + HOUR));
    push_honest(year, claim);
}

/// Drugs for a long weekend are handed out on the day before.
pub(crate) fn weekend_supply(year: &mut Year) {
    let (provider, illness) = general(year);
    let nights = year.dice.days(7, 11);
    let mut claim = quiet(year, provider, illness, nights, |night| (3..6).contains(&night));
    let drug = year.drugs_for(illness, provider)[0];
    let units = year.world.items.get(drug).daily_units;
    let time = at(day_of(claim.started_at) + 3, 9, 0);
    year.charge(&mut claim, drug, 3 * units * ONE, time, time);
    if let Some(line) = claim.lines.last_mut() {
        line.days_supply = 3;
    }
    year.settle(&mut claim);
    push_honest(year, claim);
}

/// Waiting for a result for two nights.
pub(crate) fn two_nights(year: &mut Year) {
    let (provider, illness) = general(year);
    let nights = year.dice.days(6, 10);
    let claim = quiet(year, provider, illness, nights, |night| (2..4).contains(&night));
    push_honest(year, claim);
}

/// No session from Friday night to Monday in a rehabilitation hospital.
pub(crate) fn rehabilitation(year: &mut Year) {
    let world = year.world;
    let provider = world.counties[year.person.county as usize].hospital(&mut year.dice, Profile::Rehabilitation);
    let nights = year.dice.days(14, 21);
    let claim = quiet(year, provider, world.illnesses.coded("I69.300"), nights, |night| night % 7 >= 4);
    push_honest(year, claim);
}

/// Rounds and nursing alone on most days of a psychiatric stay.
pub(crate) fn psychiatric(year: &mut Year) {
    let world = year.world;
    let provider = world.counties[year.person.county as usize].hospital(&mut year.dice, Profile::Psychiatric);
    let nights = year.dice.days(18, 30);
    let claim = quiet(year, provider, world.illnesses.coded("F20.900"), nights, |night| night % 5 != 0);
    push_honest(year, claim);
}
