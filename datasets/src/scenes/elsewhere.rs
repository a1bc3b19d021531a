//! P03: patients who are seen elsewhere in the middle of a stay, and their honest likes.

use crate::care::stay::{Content, Stay};
use crate::care::year::Year;
use crate::claim::{Claim, VisitType};
use crate::clock::{Day, HOUR, MINUTE, at, day_of};
use crate::money::{Fen, ONE};
use crate::world::World;
use crate::world::items::Category;
use crate::world::providers::Profile;

/// Treated in a clinic on one day or two.
pub(crate) fn treated(year: &mut Year) {
    let (stay, (first, last)) = scheme_stay(year, Content::Full, (6, 12));
    let mut days = vec![year.dice.days(first + 1, last - 2)];
    if year.dice.chance(400) {
        days.push(days[0] + 1);
    }
    visit_clinic(year, &days);
    mark_fees(year, stay, &days);
}

/// Treated in a clinic on more than half of the nights: the stay is on paper.
pub(crate) fn often(year: &mut Year) {
    let (stay, (first, last)) = scheme_stay(year, Content::Thin, (6, 9));
    let days: Vec<Day> = (first + 1..last).collect();
    visit_clinic(year, &days);
    year.mark_void(stay);
}

/// Treated in a clinic on the day of admission and on that of discharge.
pub(crate) fn at_the_ends(year: &mut Year) {
    let (stay, (first, last)) = scheme_stay(year, Content::Full, (5, 10));
    let days = [first, last];
    visit_clinic(year, &days);
    mark_fees(year, stay, &days);
}

/// Drugs bought on two or three days by the patient, who is at home.
pub(crate) fn purchases(year: &mut Year) {
    let (stay, (first, last)) = scheme_stay(year, Content::Thin, (7, 12));
    let illness = year.claims[stay].illness;
    let mut day = first + 2;
    let mut days = Vec::new();
    while day < last - 1 && days.len() < 3 {
        days.push(day);
        day += year.dice.days(1, 3);
    }
    for &day in &days {
        let mut claim = year.write_visit(VisitType::Pharmacy, year.person.pharmacy, illness, day);
        claim.visit = None;
        year.push(claim);
    }
    mark_fees(year, stay, &days);
}

/// A stay, seven times in ten paid by item.
fn scheme_stay(year: &mut Year, content: Content, nights: (i32, i32)) -> (usize, (Day, Day)) {
    let provider = year.scheme_hospital();
    let nights = year.dice.days(nights.0, nights.1);
    let from = year.anchor(nights);
    let illness = year.general_illness(from);
    let plain = year.plain_stay(provider, illness, from, nights);
    let by_item = year.dice.chance(700);
    let claim = year.write_stay(&Stay { content, by_item, with_take_home: false, ..plain });
    let stay = year.push_stay(claim);
    (stay, year.days_of(stay))
}

fn visit_clinic(year: &mut Year, days: &[Day]) {
    let clinic = year.timed_clinic();
    for &day in days {
        let claim = year.treated_visit(clinic, day);
        year.push(claim);
    }
}

fn mark_fees(year: &mut Year, stay: usize, days: &[Day]) {
    let claim = &year.claims[stay];
    let loss = part_loss(claim, daily_fees(year.world, claim, |day| days.contains(&day)));
    year.mark(stay, loss);
}

/// In-scope bed, nursing and consultation of some days.
pub(super) fn daily_fees(world: &World, claim: &Claim, counts: impl Fn(Day) -> bool) -> Fen {
    let lines = claim.lines.iter().filter(|line| is_daily_fee(world, line.item) && counts(day_of(line.charged_at)));
    lines.map(|line| line.in_scope).sum()
}

pub(super) fn is_daily_fee(world: &World, item: u16) -> bool {
    matches!(world.items.get(item).category, Category::Bed | Category::Nursing | Category::Consultation)
}

/// The fund's part of some in-scope money; nothing where it pays by group.
pub(super) fn part_loss(claim: &Claim, in_scope: Fen) -> Fen {
    let bill = &claim.bill;
    let payable = bill.in_scope - bill.deductible;
    if bill.case.is_some() || payable <= 0 { 0 } else { bill.fund * in_scope.min(payable) / payable }
}

impl Year<'_> {
    /// A clinic that records true times.
    pub(super) fn timed_clinic(&mut self) -> u32 {
        let world = self.world;
        let clinics = &world.counties[self.person.county as usize].clinics;
        let timed: Vec<u32> =
            clinics.iter().copied().filter(|&number| !world.provider(number).is_date_only && !world.provider(number).is_odd).collect();
        self.dice.pick(&timed).copied().unwrap_or(self.person.clinic)
    }

    /// A visit with acupuncture for pain in the back.
    pub(super) fn treated_visit(&mut self, clinic: u32, day: Day) -> Claim {
        let illness = self.world.illnesses.coded("M54.500");
        let mut claim = self.write_visit(VisitType::Outpatient, clinic, illness, day);
        let item = self.world.items.named("普通针刺").at(clinic);
        let time = (claim.started_at + 30 * MINUTE).min(claim.ended_at);
        self.charge(&mut claim, item, ONE, time, time);
        self.settle(&mut claim);
        claim
    }
}

/// A stay at an honest hospital and a day in its middle.
fn honest_stay(year: &mut Year, provider: u32) -> (usize, Day) {
    let nights = year.dice.days(6, 11);
    let from = year.anchor(nights);
    let illness = year.general_illness(from);
    let stay = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&stay);
    let stay = year.push_stay(claim);
    let (first, last) = year.days_of(stay);
    (stay, year.dice.days(first + 2, last - 2))
}

fn push_honest(year: &mut Year, stay: usize, other: Claim) {
    let other = year.push(other);
    year.mark_honest(stay);
    year.mark_honest(other);
}

/// A refill of long-term drugs that the family collects.
pub(crate) fn refill(year: &mut Year) {
    let provider = year.honest_hospital();
    let (stay, day) = honest_stay(year, provider);
    let other = year.other_hospital(provider);
    let illness = year.world.illnesses.coded("I10.x00x002");
    let world = year.world;
    let mut claim = year.write_visit(VisitType::Chronic, other, illness, day);
    claim.lines.retain(|line| {
        let category = world.items.get(line.item).category;
        category.is_drug() || category == Category::Consultation
    });
    year.settle(&mut claim);
    push_honest(year, stay, claim);
}

/// A scan that the small hospital cannot make, or a sample that it cannot test, done at a larger one.
pub(crate) fn sent_out(year: &mut Year) {
    let provider = year.hospital_where(|provider| !provider.is_bent && provider.level == 1);
    let (stay, day) = honest_stay(year, provider);
    let world = year.world;
    let small = world.provider(provider);
    let other = year.hospital_where(|other| !other.is_bent && other.level > small.level && !other.same_unit(small));
    let is_larger = world.provider(other).level > small.level && !world.provider(other).same_unit(small);
    let name = if is_larger && year.dice.chance(600) { "腰椎磁共振平扫" } else { "肿瘤标志物测定" };
    let illness = year.claims[stay].illness;
    let claim = tested(year, other, illness, day, name);
    push_honest(year, stay, claim);
}

fn tested(year: &mut Year, provider: u32, illness: u16, day: Day, name: &str) -> Claim {
    let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
    claim.lines.clear();
    let item = year.world.items.named(name).at(provider);
    let time = claim.started_at + 20 * MINUTE;
    year.charge(&mut claim, item, ONE, time, time);
    year.settle(&mut claim);
    claim
}

/// Seen in another house of the same group; in the same house where there is none.
pub(crate) fn same_group(year: &mut Year) {
    let world = year.world;
    let provider = year.hospital_where(|provider| !provider.is_bent && provider.group.is_some());
    let own = world.provider(provider);
    let houses: Vec<u32> = (0..world.providers.len() as u32).filter(|&number| world.provider(number).same_unit(own)).collect();
    let other = houses.iter().copied().find(|&number| number != provider).unwrap_or(provider);
    let (stay, day) = honest_stay(year, provider);
    let claim = year.treated_visit(other, day);
    push_honest(year, stay, claim);
}

pub(crate) fn internet(year: &mut Year) {
    let provider = year.honest_hospital();
    let (stay, day) = honest_stay(year, provider);
    let other = year.other_hospital(provider);
    let illness = year.world.illnesses.coded("I10.x00x002");
    let claim = year.write_visit(VisitType::Internet, other, illness, day);
    push_honest(year, stay, claim);
}

/// Treated in a clinic in the morning of the admission, and again on the day after discharge.
pub(crate) fn before_admission(year: &mut Year) {
    let provider = year.honest_hospital();
    let nights = year.dice.days(4, 9);
    let from = year.anchor(nights + 2);
    let illness = year.general_illness(from);
    let plain = year.plain_stay(provider, illness, from, nights);
    let afternoon = at(from, 14, 0) + year.dice.range(0, 3 * HOUR);
    let claim = year.write_stay(&Stay { from: afternoon, ..plain });
    let stay = year.push_stay(claim);
    let clinic = year.person.clinic;
    let mut before = year.treated_visit(clinic, from);
    let shift = before.started_at - at(from, 8, 30);
    before.started_at -= shift;
    before.ended_at -= shift;
    before.settled_at -= shift;
    for line in &mut before.lines {
        line.executed_at = line.executed_at.map(|time| time - shift);
        line.charged_at = if line.executed_at.is_some() { line.charged_at - shift } else { line.charged_at };
    }
    let after = year.treated_visit(clinic, from + nights + 1);
    year.push(after);
    push_honest(year, stay, before);
}

/// Dialysis at the usual hospital goes on while the patient lies in another with pneumonia.
pub(crate) fn dialysis(year: &mut Year) {
    let provider = year.honest_hospital();
    let (stay, day) = honest_stay(year, provider);
    let other = year.other_hospital(provider);
    let illness = year.world.illnesses.coded("N18.500");
    let mut claim = year.write_visit(VisitType::Chronic, other, illness, day);
    let item = year.world.items.named("血液透析").at(other);
    let time = (claim.started_at + 30 * MINUTE).min(claim.ended_at);
    year.charge(&mut claim, item, ONE, time, time);
    year.settle(&mut claim);
    push_honest(year, stay, claim);
}

/// The newborn is seen elsewhere under its mother's number while she lies in.
pub(crate) fn newborn(year: &mut Year) {
    let provider = world_maternity(year);
    let illness = year.world.illnesses.coded("O82.000");
    let nights = year.dice.days(6, 8);
    let from = year.anchor(nights);
    let stay = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&stay);
    let stay = year.push_stay(claim);
    let other = year.other_hospital(provider);
    let illness = year.world.illnesses.coded("P59.900");
    let mut claim = tested(year, other, illness, from + 3, "胆红素测定");
    let item = year.world.items.named("光照疗法").at(other);
    let time = claim.ended_at;
    year.charge(&mut claim, item, ONE, time, time);
    claim.is_newborn = true;
    claim.secondary = None;
    year.settle(&mut claim);
    push_honest(year, stay, claim);
}

fn world_maternity(year: &mut Year) -> u32 {
    let world = year.world;
    world.counties[year.person.county as usize].hospital(&mut year.dice, Profile::Maternity)
}
