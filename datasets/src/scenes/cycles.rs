//! Look-alikes of P09: planned cycles, readmissions and settlements in the middle of a stay.

use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::Admission;
use crate::clock::{DAY, LAST_DAY, MINUTE, at, midnight};
use crate::world::providers::Profile;

pub(crate) fn chemotherapy(year: &mut Year) {
    repeat(year, "Z51.102", (1, 3), (12, 15));
}

pub(crate) fn dialysis(year: &mut Year) {
    repeat(year, "Z49.100", (1, 1), (3, 6));
}

/// Four planned stays; all after the first look like readmissions.
fn repeat(year: &mut Year, code: &str, nights: (i32, i32), gap: (i32, i32)) {
    let provider = year.honest_hospital();
    let illness = year.world.illnesses.coded(code);
    let mut from = year.anchor(80);
    for cycle in 0..4 {
        let stayed = year.dice.days(nights.0, nights.1);
        let stay = year.plain_stay(provider, illness, from, stayed);
        let claim = year.write_stay(&stay);
        let claim = year.push_stay(claim);
        if cycle > 0 {
            year.mark_honest(claim);
        }
        from += stayed + year.dice.days(gap.0, gap.1);
    }
}

pub(crate) fn emergency_readmission(year: &mut Year) {
    readmit(year, Admission::Emergency, false);
}

pub(crate) fn elective_readmission(year: &mut Year) {
    readmit(year, Admission::Outpatient, true);
}

/// Back after 2 to 15 days, six times in ten for the same illness.
fn readmit(year: &mut Year, admission: Admission, is_cheap: bool) {
    let provider = year.honest_hospital();
    let from = year.anchor(60);
    let illness = year.general_illness(from);
    let usual = year.usual_nights(illness);
    let nights = if is_cheap { usual / 2 } else { usual }.max(2);
    let stay = year.plain_stay(provider, illness, from, nights);
    let mut first = year.write_stay(&stay);
    if is_cheap {
        let limit = year.world.norms[usize::from(illness)] * 75 / 100;
        year.trim(&mut first, limit);
    }
    year.push_stay(first);

    let back = from + nights + year.dice.days(2, 15);
    let illness = if year.dice.chance(600) { illness } else { year.general_illness(back) };
    let nights = year.dice.days(2, 6);
    let plain = year.plain_stay(provider, illness, back, nights);
    let claim = year.write_stay(&Stay { admission, ..plain });
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}

/// Settled after 90 days; half the time the visit keeps its number.
pub(crate) fn interim(year: &mut Year) {
    let world = year.world;
    let provider = world.counties[year.person.county as usize].hospital(&mut year.dice, Profile::Psychiatric);
    let illness = world.illnesses.coded("F20.900");
    let from = year.anchor(140);
    let middle = at(from + 90, 11, 0);
    let plain = year.plain_stay(provider, illness, from, 90);
    let mut first = year.write_stay(&Stay { to: middle, with_take_home: false, ..plain });
    first.is_interim = true;
    let nights = year.dice.days(10, 45);
    let plain = year.plain_stay(provider, illness, from + 90, nights);
    let second = Stay { from: middle + MINUTE, ..plain };
    carry_on(year, first, &second);
}

/// Settled in the last hour of the year and carried on in the first of the next.
pub(crate) fn year_end(year: &mut Year) {
    let provider = year.honest_hospital();
    let (before, after) = (year.dice.days(3, 12), year.dice.days(1, 8));
    let from = LAST_DAY - before;
    let illness = year.general_illness(from);
    let plain = year.plain_stay(provider, illness, from, before);
    let first = year.write_stay(&Stay { to: midnight(LAST_DAY) + DAY - MINUTE, with_take_home: false, ..plain });
    let plain = year.plain_stay(provider, illness, LAST_DAY + 1, after);
    let second = Stay { from: midnight(LAST_DAY + 1) + MINUTE, ..plain };
    carry_on(year, first, &second);
}

fn carry_on(year: &mut Year, first: crate::claim::Claim, second: &Stay) {
    let visit = first.visit;
    let first = year.push_stay(first);
    let mut claim = year.write_stay(second);
    if year.dice.chance(500) {
        claim.visit = visit;
    }
    let second = year.push_stay(claim);
    year.mark_honest(first);
    year.mark_honest(second);
}
