//! C08: more days of bed, nursing and consultation than a stay has, and honest reasons for more.

use super::elsewhere::part_loss;
use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::Claim;
use crate::clock::{HOUR, MINUTE, at, day_of};
use crate::money::{Fen, ONE};
use crate::world::providers::Profile;

const WARD: &str = "普通病房床位费";
const INTENSIVE: &str = "重症监护病房床位费";

/// A stay in a general hospital, not yet part of the year.
fn stay(year: &mut Year, provider: u32, by_item: bool) -> Claim {
    let nights = year.dice.days(4, 11);
    let from = year.anchor(nights);
    let illness = year.general_illness(from);
    let plain = year.plain_stay(provider, illness, from, nights);
    year.write_stay(&Stay { by_item, ..plain })
}

pub(super) fn scheme_stay(year: &mut Year) -> Claim {
    let provider = year.scheme_hospital();
    let by_item = year.dice.chance(700);
    stay(year, provider, by_item)
}

/// Charges days of an item at the desk before departure and returns what is in scope of them.
fn add_days(year: &mut Year, claim: &mut Claim, name: &str, days: i64) -> Fen {
    let item = year.world.items.named(name).at(claim.provider);
    let time = (claim.ended_at - 15 * MINUTE).max(claim.started_at);
    year.charge(claim, item, days * ONE, time, time);
    claim.lines.last().map_or(0, |line| line.in_scope)
}

/// Settles anew; the loss is the fund's part of what is asked.
pub(super) fn finish(year: &mut Year, mut claim: Claim, asked: Fen) {
    year.settle(&mut claim);
    let loss = part_loss(&claim, asked);
    let stay = year.push_stay(claim);
    year.mark(stay, loss);
}

pub(crate) fn beds(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let days = year.dice.range(1, 3);
    let asked = add_days(year, &mut claim, WARD, days);
    finish(year, claim, asked);
}

/// Bed, nursing and consultation, of which the latter two may have one day more than nights.
pub(crate) fn all_fees(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let days = year.dice.range(2, 4);
    let mut asked = add_days(year, &mut claim, WARD, days);
    for name in ["Ⅲ级护理", "住院诊查费"] {
        asked += add_days(year, &mut claim, name, days) * (days - 1) / days;
    }
    finish(year, claim, asked);
}

/// A bed in intensive care beside the one in the ward, for one to three nights; the cheaper of the two is too much.
pub(crate) fn second_bed(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let nights = year.dice.days(1, 3).min(claim.nights() - 2);
    let world = year.world;
    let (ward, intensive) = (world.items.named(WARD).at(claim.provider), world.items.named(INTENSIVE).at(claim.provider));
    let first = day_of(claim.started_at);
    for night in 1..=nights {
        let time = at(first + night, 22, 30);
        year.charge(&mut claim, intensive, ONE, time, time);
    }
    let asked = claim.lines.iter().find(|line| line.item == ward).map_or(0, |line| line.in_scope) * i64::from(nights);
    finish(year, claim, asked);
}

/// One day of nursing and of consultation more, which the day of departure excuses.
pub(crate) fn one_more(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let mut asked = 0;
    for name in ["Ⅲ级护理", "住院诊查费"] {
        asked += add_days(year, &mut claim, name, 1);
    }
    finish(year, claim, asked);
}

pub(super) fn honest_stay(year: &mut Year, by_item: bool) -> Claim {
    let provider = year.honest_hospital();
    stay(year, provider, by_item)
}

pub(super) fn push_honest(year: &mut Year, mut claim: Claim) -> usize {
    year.settle(&mut claim);
    let stay = year.push_stay(claim);
    year.mark_honest(stay);
    stay
}

/// From the ward to intensive care and back; on both days of a move either bed is charged.
pub(crate) fn intensive_care(year: &mut Year) {
    let mut claim = honest_stay(year, false);
    let world = year.world;
    let (ward, intensive) = (world.items.named(WARD).at(claim.provider), world.items.named(INTENSIVE).at(claim.provider));
    let first = day_of(claim.started_at);
    let back = claim.nights() - 1;
    claim.lines.retain(|line| line.item != ward || !(2..back).contains(&(day_of(line.charged_at) - first)));
    for night in 1..=back {
        let time = at(first + night, 22, 30);
        year.charge(&mut claim, intensive, ONE, time, time);
    }
    push_honest(year, claim);
}

/// A bed for the companion on every night, paid by the family.
pub(crate) fn companion(year: &mut Year) {
    let mut claim = honest_stay(year, false);
    let item = year.world.items.named("陪护床位费").at(claim.provider);
    let first = day_of(claim.started_at);
    for night in 0..claim.nights() {
        let time = at(first + night, 20, 0).max(claim.started_at);
        year.charge(&mut claim, item, ONE, time, time);
    }
    push_honest(year, claim);
}

/// The newborn's bed and care on a claim of the mother's visit.
pub(crate) fn newborn_beside(year: &mut Year) {
    let world = year.world;
    let provider = world.counties[year.person.county as usize].hospital(&mut year.dice, Profile::Maternity);
    let nights = year.dice.days(4, 6);
    let from = year.anchor(nights);
    let plain = year.plain_stay(provider, world.illnesses.coded("O82.000"), from, nights);
    let mother = year.write_stay(&plain);
    let stay = Stay { from: mother.started_at + 6 * HOUR, to: mother.ended_at, illness: world.illnesses.coded("P59.900"), ..plain };
    let mut child = year.write_stay(&stay);
    child.visit = mother.visit;
    child.is_newborn = true;
    child.secondary = None;
    push_honest(year, mother);
    push_honest(year, child);
}

/// Two days of bed too many, noticed and taken back.
pub(crate) fn taken_back(year: &mut Year) {
    let mut claim = honest_stay(year, true);
    add_days(year, &mut claim, WARD, 2);
    let last = claim.lines.len() - 1;
    let stay = push_honest(year, claim);
    year.refund_line(stay, last);
}

/// Emergency observation on the day of admission stands on the same bill.
pub(crate) fn observed_first(year: &mut Year) {
    let mut claim = honest_stay(year, false);
    let item = year.world.items.named("急诊观察床位费").at(claim.provider);
    let time = claim.started_at;
    year.charge(&mut claim, item, ONE, time, time);
    push_honest(year, claim);
}
