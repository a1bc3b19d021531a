//! F06: invented and borrowed identities, and what honest people share.

use super::limits::finish;
use crate::care::stay::{Content, Stay};
use crate::care::year::Year;
use crate::claim::{Claim, VisitType};
use crate::clock::{Day, FIRST_DAY, LAST_DAY};
use crate::dice::Dice;
use crate::world::persons::{Certificate, employer_of_event, phone_of_event, phone_of_staff};
use crate::world::providers::{Profile, ProviderKind};

/// Invented visits of one event all give this number.
pub(crate) fn one_phone(year: &mut Year) {
    let phone = phone_of_event(year.scene.kind, year.scene.event);
    invent_visits(year, |_| phone);
}

pub(crate) fn staff_phone(year: &mut Year) {
    let world = year.world;
    invent_visits(year, |provider| phone_of_staff(world.provider(provider).doctors.start));
}

/// Four patients to a number.
pub(crate) fn phones_in_turn(year: &mut Year) {
    let phone = phone_of_event(year.scene.kind, year.scene.event * 3 + u32::from(year.scene.place) % 3);
    invent_visits(year, |_| phone);
}

/// One or two visits that nobody made, at the bent provider of the event.
fn invent_visits(year: &mut Year, phone: impl Fn(u32) -> u64) {
    let provider = bent_provider(year);
    for _ in 0..year.dice.range(1, 2) {
        let from = year.anchor(2);
        let illness = year.general_illness(from);
        let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, from);
        claim.phone = Some(phone(provider));
        let claim = year.push(claim);
        year.mark_void(claim);
    }
}

/// A bent hospital or clinic that all of an event share.
fn bent_provider(year: &mut Year) -> u32 {
    let mut dice = year.event_dice();
    let kind = if dice.chance(500) { ProviderKind::Hospital } else { ProviderKind::Clinic };
    year.world.bent_provider(&mut dice, year.person.county, kind).unwrap_or(year.person.hospital)
}

/// Two persons of one certificate: sex and birth date are those of the event.
fn share_certificate(year: &mut Year) -> Dice {
    let mut dice = year.event_dice();
    year.person.is_male = dice.chance(500);
    year.person.born = FIRST_DAY - dice.days(30 * 365, 60 * 365);
    year.person.chronic = None;
    year.person.certificate = Certificate::OfEvent((u64::from(year.scene.kind) << 32) | u64::from(year.scene.event));
    dice
}

/// The holder lives an ordinary year around a stay; the other number has a few invented visits within it.
pub(crate) fn certificate_twice(year: &mut Year) {
    let mut dice = share_certificate(year);
    let middle = FIRST_DAY + dice.days(120, 240);
    if year.scene.place == 0 {
        for day in [FIRST_DAY + 20, LAST_DAY - 20] {
            let provider = year.person.hospital;
            let illness = year.general_illness(day);
            let claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
            year.push(claim);
        }
        let provider = year.honest_hospital();
        let illness = year.general_illness(middle);
        let plain = year.plain_stay(provider, illness, middle, 9);
        let claim = year.write_stay(&plain);
        year.push_stay(claim);
        return;
    }
    year.last_day = FIRST_DAY - 1;
    let provider = year.scheme_hospital();
    for step in 0..year.dice.days(1, 3) {
        let day = middle - 60 + 25 * step;
        let illness = year.general_illness(day);
        let claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
        let claim = year.push(claim);
        year.mark_void(claim);
    }
}

/// The holder lies in one hospital for ten nights, the other number in another for four of them, after a visit there.
pub(crate) fn two_wards(year: &mut Year) {
    let mut dice = share_certificate(year);
    let from = FIRST_DAY + dice.days(40, 300);
    let county = &year.world.counties[year.person.county as usize];
    let real = county.hospital(&mut dice, Profile::General);
    let is_holder = year.scene.place == 0;
    let provider = if is_holder { real } else { year.other_hospital(real) };
    let illness = year.general_illness(from);
    let (day, nights, content) = if is_holder { (from, 10, Content::Full) } else { (from + 3, 4, Content::Thin) };
    let plain = year.plain_stay(provider, illness, day, nights);
    let claim = year.write_stay(&Stay { content, ..plain });
    let claim = year.push_stay(claim);
    if !is_holder {
        year.last_day = FIRST_DAY - 1;
        year.mark_void(claim);
        let visit = ordinary_visit(year, provider, from + 2);
        let visit = year.push(visit);
        year.mark_void(visit);
    }
}

/// The first number ends where the second begins.
pub(crate) fn moved(year: &mut Year) {
    let mut dice = share_certificate(year);
    let moved_on = FIRST_DAY + dice.days(120, 240);
    let (from, to) = if year.scene.place == 0 { (FIRST_DAY, moved_on - 2) } else { (moved_on + 2, LAST_DAY - 2) };
    if year.scene.place == 0 {
        year.last_day = moved_on - 2;
    } else {
        year.take(FIRST_DAY, moved_on + 1);
    }
    let provider = year.honest_hospital();
    let day = year.dice.days(from, to);
    let claim = ordinary_visit(year, provider, day);
    finish(year, claim);
}

pub(crate) fn mistyped(year: &mut Year) {
    year.person.certificate = Certificate::Mistyped;
    let provider = year.honest_hospital();
    let day = year.anchor(2);
    let claim = ordinary_visit(year, provider, day);
    finish(year, claim);
}

fn ordinary_visit(year: &mut Year, provider: u32, day: Day) -> Claim {
    let illness = year.general_illness(day);
    year.write_visit(VisitType::Outpatient, provider, illness, day)
}

/// All of one village, at its clinic.
pub(crate) fn village_line(year: &mut Year) {
    let mut dice = year.event_dice();
    let world = year.world;
    year.person.village = dice.days(1, 240) as u32;
    let clinic = world.counties[year.person.county as usize].clinic(&mut dice);
    let day = year.anchor(2);
    share_line(year, clinic, VisitType::Outpatient, day);
}

/// All of one employer, at one clinic.
pub(crate) fn employer_line(year: &mut Year) {
    let mut dice = year.event_dice();
    year.person.is_employee = true;
    year.person.employer = Some(employer_of_event(year.scene.kind, year.scene.event));
    let clinic = year.world.counties[year.person.county as usize].clinic(&mut dice);
    let day = year.anchor(2);
    share_line(year, clinic, VisitType::Outpatient, day);
}

/// Wherever the residents go.
pub(crate) fn care_home(year: &mut Year) {
    let mut dice = year.event_dice();
    let county = &year.world.counties[year.person.county as usize];
    let clinic = county.clinic(&mut dice);
    let pharmacy = county.pharmacy(&mut dice);
    let day = year.anchor(30);
    share_line(year, clinic, VisitType::Outpatient, day);
    share_line(year, pharmacy, VisitType::Pharmacy, day + 10);
    let hospital = year.person.hospital;
    share_line(year, hospital, VisitType::Outpatient, day + 20);
}

fn share_line(year: &mut Year, provider: u32, visit_type: VisitType, day: Day) {
    let illness = year.general_illness(day);
    let mut claim = year.write_visit(visit_type, provider, illness, day);
    claim.phone = Some(phone_of_event(year.scene.kind, year.scene.event));
    finish(year, claim);
}
