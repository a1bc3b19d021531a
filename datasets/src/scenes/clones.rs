//! F02: bills copied from one person to others, and bills that are alike for honest reasons.

use crate::care::year::Year;
use crate::claim::{Claim, VisitType};
use crate::clock::{DAY, FIRST_DAY, HOUR, LAST_DAY, MINUTE, Time, at, midnight};
use crate::money::ONE;
use crate::world::providers::ProviderKind;

/// Illnesses of either sex and any grown-up that a general hospital treats without an operation.
const COMMON: [&str; 6] = ["J18.900", "J20.900", "R42.x00", "M51.202", "K29.500", "N39.000"];

/// Every copy of the rows, dates shifted by weeks.
pub(crate) fn stay(year: &mut Year) {
    copy_stay(year, |_, _| ());
}

/// One line in twenty left out or doubled.
pub(crate) fn edited(year: &mut Year) {
    copy_stay(year, |year, claim| edit(year, claim, 20));
}

/// One line in five.
pub(crate) fn rewritten(year: &mut Year) {
    copy_stay(year, |year, claim| edit(year, claim, 5));
}

/// The same items on the same days, typed in with times of their own.
pub(crate) fn retyped(year: &mut Year) {
    copy_stay(year, |year, claim| {
        for line in &mut claim.lines {
            let shift = year.dice.range(-40 * MINUTE, 40 * MINUTE);
            line.charged_at = move_within_day(line.charged_at, shift, claim.started_at, claim.ended_at);
            line.executed_at = line.executed_at.map(|time| move_within_day(time, shift, claim.started_at, claim.ended_at));
        }
    });
}

fn move_within_day(time: Time, shift: i64, from: Time, to: Time) -> Time {
    let day = time - time.rem_euclid(DAY);
    (time + shift).clamp(day.max(from), (day + DAY - 1).min(to))
}

fn edit(year: &mut Year, claim: &mut Claim, one_in: usize) {
    let changed = claim.lines.len().div_ceil(one_in);
    for _ in 0..changed {
        let position = year.dice.below(claim.lines.len());
        let line = &mut claim.lines[position];
        if year.dice.chance(500) || line.quantity > 4 * ONE {
            claim.lines.remove(position);
        } else {
            line.quantity += ONE;
            line.amount = crate::money::amount(line.quantity, line.unit_price);
            line.in_scope = year.world.items.get(line.item).in_scope(line.amount);
        }
    }
}

/// The first of four persons had the stay; it is written for the others too.
fn copy_stay(year: &mut Year, change: fn(&mut Year, &mut Claim)) {
    let provider = scheme_provider(year);
    let mut claim = as_event(year, |year| {
        let illness = common_illness(year);
        let (from, nights) = (year.dice.days(FIRST_DAY + 3, LAST_DAY - 140), year.dice.days(6, 10));
        let stay = year.plain_stay(provider, illness, from, nights);
        year.write_stay(&stay)
    });
    if year.scene.place > 0 {
        change(year, &mut claim);
    }
    push_copy(year, claim);
}

/// A short visit, its seconds and all.
pub(crate) fn visit(year: &mut Year) {
    let provider = scheme_provider(year);
    let claim = as_event(year, |year| {
        let illness = common_illness(year);
        let day = year.dice.days(FIRST_DAY + 3, LAST_DAY - 140);
        loop {
            let claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
            if claim.lines.len() >= 4 && claim.bill.fund > 0 {
                return claim;
            }
        }
    });
    push_copy(year, claim);
}

/// Moves a copy to its own dates and marks it; the source stays as it is.
fn push_copy(year: &mut Year, mut claim: Claim) {
    let place = i64::from(year.scene.place);
    if place == 0 {
        year.push_stay(claim);
        return;
    }
    let days = (place - 1) * 35 + year.dice.range(4, 30);
    shift(&mut claim, days * DAY);
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_void(claim);
}

fn shift(claim: &mut Claim, seconds: i64) {
    for time in [&mut claim.started_at, &mut claim.ended_at, &mut claim.settled_at] {
        *time += seconds;
    }
    for line in &mut claim.lines {
        line.charged_at += seconds;
        line.executed_at = line.executed_at.map(|time| time + seconds);
    }
}

/// Writes with the draws that all persons of the event make alike.
fn as_event<T>(year: &mut Year, write: impl FnOnce(&mut Year) -> T) -> T {
    let shared = year.event_dice();
    let own = std::mem::replace(&mut year.dice, shared);
    let written = write(year);
    year.dice = own;
    written
}

fn common_illness(year: &mut Year) -> u16 {
    year.world.illnesses.coded(COMMON[year.dice.below(COMMON.len())])
}

/// Six in ten events happen at a bent hospital, the others at any that records times.
fn scheme_provider(year: &mut Year) -> u32 {
    as_event(year, |year| match year.world.bent_provider(&mut year.dice, year.person.county, ProviderKind::Hospital) {
        Some(number) if year.dice.chance(600) => number,
        _ => year.hospital_where(|provider| !provider.is_bent && !provider.is_date_only && provider.level <= 2),
    })
}

/// The same provider for all persons of an honest event.
fn honest_provider(year: &mut Year) -> u32 {
    as_event(year, |year| year.timed_hospital())
}

/// Seconds of one's own, on the same day.
fn own_times(year: &mut Year, claim: &mut Claim) {
    let minutes = year.dice.range(0, 25) * MINUTE;
    for line in &mut claim.lines {
        let seconds = minutes + year.dice.range(0, 59);
        line.charged_at = move_within_day(line.charged_at, seconds, claim.started_at, claim.ended_at);
        line.executed_at = line.executed_at.map(|time| move_within_day(time, seconds, claim.started_at, claim.ended_at));
    }
}

/// Six fills of the same drugs, four weeks apart.
pub(crate) fn refills(year: &mut Year) {
    let provider = year.timed_hospital();
    let illness = year.world.illnesses.coded("I10.x00x002");
    let from = year.dice.days(FIRST_DAY + 3, LAST_DAY - 190);
    let first = year.write_visit(VisitType::Chronic, provider, illness, from);
    for month in 0..6 {
        let mut claim = first.clone();
        claim.visit = Some(year.new_visit());
        let days = i64::from(month) * 28 + year.dice.range(0, 3);
        shift(&mut claim, days * DAY + year.dice.range(-50 * MINUTE, 50 * MINUTE));
        let claim = year.push_stay(claim);
        year.mark_honest(claim);
    }
}

/// One order set for all cataracts of a camp, over two days.
pub(crate) fn camp(year: &mut Year) {
    let provider = honest_provider(year);
    let mut claim = as_event(year, |year| {
        let day = year.dice.days(FIRST_DAY + 10, LAST_DAY - 10);
        let illness = year.world.illnesses.coded("H25.900");
        year.write_visit(VisitType::DaySurgery, provider, illness, day)
    });
    if year.scene.place % 2 == 1 {
        shift(&mut claim, DAY);
    }
    push_look_alike(year, claim);
}

/// One pathway for a short stay, through the year.
pub(crate) fn pathway(year: &mut Year) {
    let provider = honest_provider(year);
    let mut claim = as_event(year, |year| {
        let illness = common_illness(year);
        let stay = year.plain_stay(provider, illness, FIRST_DAY + 5, 4);
        year.write_stay(&stay)
    });
    let days = year.dice.range(0, 340);
    shift(&mut claim, days * DAY);
    push_look_alike(year, claim);
}

/// People of one village eat the same and come on the same two days.
pub(crate) fn outbreak(year: &mut Year) {
    let provider = honest_provider(year);
    let day = as_event(year, |year| year.dice.days(FIRST_DAY + 10, LAST_DAY - 10)) + year.dice.days(0, 1);
    let illness = year.world.illnesses.coded("K52.900");
    let claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// Patients of one day, whose charges the till posts in one batch.
pub(crate) fn batch(year: &mut Year) {
    let provider = honest_provider(year);
    let (day, posted) = as_event(year, |year| (year.dice.days(FIRST_DAY + 10, LAST_DAY - 10), year.dice.range(0, HOUR)));
    let illness = year.world.illnesses.coded("J06.900");
    let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
    (claim.started_at, claim.ended_at) = (at(day, 8, 0), at(day, 17, 0));
    claim.settled_at = midnight(day) + 17 * HOUR + posted + MINUTE;
    for (number, line) in claim.lines.iter_mut().enumerate() {
        line.charged_at = at(day, 15, 0) + posted + number as i64;
        line.executed_at = None;
    }
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// Two of one household with one illness and nearly one bill.
pub(crate) fn couple(year: &mut Year) {
    let provider = year.timed_hospital();
    let day = year.anchor(3);
    let illness = year.world.illnesses.coded("J06.900");
    let mut first = year.write_visit(VisitType::Outpatient, provider, illness, day);
    first.marks.push(crate::claim::Mark { kind: year.kind, loss: 0 });
    let mut second = first.clone();
    own_times(year, &mut second);
    year.push_stay(first);
    year.for_twin.push(second);
}

fn push_look_alike(year: &mut Year, mut claim: Claim) {
    own_times(year, &mut claim);
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}
