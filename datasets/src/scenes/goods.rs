//! S04 and S05: goods billed that the store did not give out, and honest reasons why a book may look so.

use crate::care::year::Year;
use crate::claim::{Supply, VisitType};
use crate::clock::{Day, LAST_DAY, MINUTE, day};
use crate::money::{ONE, percent};
use crate::world::providers::ProviderKind;

/// Of a maker that the provider does not keep otherwise, part is bought: 1.4 to 3 times as much is billed.
pub(crate) fn inflated(year: &mut Year) {
    let provider = crooked(year, ProviderKind::Hospital);
    let part = year.dice.range(33, 72) as u8;
    let units = year.dice.range(4, 8);
    swap(year, provider, "甘精胰岛素", units, part);
}

/// Of a drug that a clinic also sells honestly, a third of what is billed is given out.
pub(crate) fn mixed(year: &mut Year) {
    let provider = crooked(year, ProviderKind::Clinic);
    let item = year.world.items.named("重组人促红素").at(provider);
    let units = 3 * year.dice.range(2, 4);
    let claim = bill(year, provider, item, units, Supply::Part(33));
    lose(year, claim, 67);
}

/// So little is added that a count could err as much.
pub(crate) fn within_margin(year: &mut Year) {
    let provider = crooked(year, ProviderKind::Hospital);
    let units = year.dice.range(4, 8);
    swap(year, provider, "低分子肝素", units, 97);
}

/// One box bought for show.
pub(crate) fn token(year: &mut Year) {
    let provider = crooked(year, ProviderKind::Clinic);
    let units = year.dice.range(6, 10);
    swap(year, provider, "昂丹司琼", units, 3);
}

pub(crate) fn never_bought_drug(year: &mut Year) {
    let provider = crooked(year, ProviderKind::Hospital);
    let units = year.dice.range(6, 12);
    swap(year, provider, "依达拉奉", units, 0);
}

pub(crate) fn never_bought_supplies(year: &mut Year) {
    let provider = crooked(year, ProviderKind::Clinic);
    let units = year.dice.range(2, 4);
    swap(year, provider, "一次性静脉留置针", units, 0);
}

/// The book is mended with purchases dated back into the year.
pub(crate) fn backdated(year: &mut Year) {
    let provider = crooked(year, ProviderKind::Clinic);
    let item = year.world.items.named("左氧氟沙星滴眼液").other_than_at(provider);
    let units = year.dice.range(2, 4);
    let claim = bill(year, provider, item, units, Supply::Backdated);
    lose(year, claim, 100);
}

/// A bent provider of the county.
fn crooked(year: &mut Year, kind: ProviderKind) -> u32 {
    year.world.bent_provider(&mut year.dice, year.person.county, kind).unwrap_or_else(|| year.scheme_hospital())
}

/// Bills units of a maker that the provider does not keep, of which the store gives out a part.
fn swap(year: &mut Year, provider: u32, name: &str, units: i64, part: u8) {
    let item = year.world.items.named(name).other_than_at(provider);
    let claim = bill(year, provider, item, units, Supply::Part(part));
    lose(year, claim, 100 - i64::from(part));
}

/// An outpatient visit with one line more.
fn bill(year: &mut Year, provider: u32, item: u16, units: i64, supply: Supply) -> usize {
    let from = year.anchor(2);
    bill_on(year, provider, item, units, supply, from)
}

fn bill_on(year: &mut Year, provider: u32, item: u16, units: i64, supply: Supply, from: Day) -> usize {
    let illness = year.general_illness(from);
    let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, from);
    let time = claim.started_at + 3 * MINUTE;
    year.charge(&mut claim, item, units * ONE, time, time);
    if let Some(line) = claim.lines.last_mut() {
        line.supply = supply;
    }
    year.settle(&mut claim);
    year.push(claim)
}

/// Marks the claim with what the fund paid for so many hundredths of its last line.
fn lose(year: &mut Year, claim: usize, hundredths: i64) {
    let bill = &year.claims[claim].bill;
    let unfounded = year.claims[claim].lines.last().map_or(0, |line| percent(line.in_scope, hundredths));
    let loss = bill.fund - percent(bill.in_scope - bill.deductible - unfounded, bill.share);
    year.mark(claim, loss);
}

/// Bought under the drug's old code, billed under the new one.
pub(crate) fn merged_code(year: &mut Year) {
    let provider = year.honest_hospital();
    let choice = year.world.items.named(crate::world::items::MERGED);
    let units = 7 * year.dice.range(2, 4);
    let claim = bill(year, provider, choice.other_than_at(provider), units, Supply::As(choice.at(provider)));
    year.mark_honest(claim);
}

/// Given by a charity: on the bill at nothing, in no book.
pub(crate) fn donated(year: &mut Year) {
    let provider = year.honest_hospital();
    let item = year.world.items.named("紫杉醇").other_than_at(provider);
    let units = year.dice.range(4, 8);
    let claim = bill(year, provider, item, units, Supply::Elsewhere);
    let mut written = year.claims[claim].clone();
    if let Some(line) = written.lines.last_mut() {
        (line.unit_price, line.amount, line.in_scope) = (0, 0, 0);
    }
    year.settle(&mut written);
    year.claims[claim] = written;
    year.mark_honest(claim);
}

/// Prescribed in hospital, handed out by a designated pharmacy.
pub(crate) fn second_channel(year: &mut Year) {
    let provider = year.honest_hospital();
    let item = year.world.items.named("达格列净").other_than_at(provider);
    let claim = bill(year, provider, item, 28, Supply::SecondChannel);
    year.mark_honest(claim);
}

/// Slices that a third party boils and sends.
pub(crate) fn decocted(year: &mut Year) {
    let provider = year.honest_hospital();
    let fee = year.world.items.named("委托代煎费").at(provider);
    let claim = bill(year, provider, fee, 7, Supply::Elsewhere);
    let mut written = year.claims[claim].clone();
    let time = written.started_at + 3 * MINUTE;
    for name in ["茯苓", "白术"] {
        let item = year.world.items.named(name).at(provider);
        let grams = 7 * year.dice.range(10, 15);
        year.charge(&mut written, item, grams * ONE, time, time);
        if let Some(line) = written.lines.last_mut() {
            line.supply = Supply::Elsewhere;
        }
    }
    year.settle(&mut written);
    year.claims[claim] = written;
    year.mark_honest(claim);
}

/// A preparation of the hospital, booked as made by some and not at all by others.
pub(crate) fn hospital_made(year: &mut Year) {
    let provider = year.honest_hospital();
    let item = year.world.items.named("止咳合剂（院内制剂）").at(provider);
    let supply = if provider.is_multiple_of(2) { Supply::Billed } else { Supply::Elsewhere };
    let units = year.dice.range(1, 3);
    let claim = bill(year, provider, item, units, supply);
    year.mark_honest(claim);
}

/// A lens implanted late in the year, booked in the month after.
pub(crate) fn consigned(year: &mut Year) {
    let provider = year.honest_hospital();
    let day = year.dice.days(day(2025, 11, 1), LAST_DAY - 4);
    let illness = year.world.illnesses.coded("H25.900");
    let claim = year.write_visit(VisitType::DaySurgery, provider, illness, day);
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// Two pharmacies of a chain sell from one store, of which one keeps the book.
pub(crate) fn shared_store(year: &mut Year) {
    let world = year.world;
    let pharmacies = &world.counties[year.person.county as usize].pharmacies;
    let chained: Vec<u32> = pharmacies.iter().copied().filter(|&number| world.chain(number).is_some()).collect();
    let provider = year.dice.pick(&chained).copied().unwrap_or(year.person.pharmacy);
    let from = year.anchor(2);
    let illness = year.general_illness(from);
    let mut claim = year.write_visit(VisitType::Pharmacy, provider, illness, from);
    claim.visit = None;
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// A clinic whose book of the last quarter has not come in yet.
pub(crate) fn late_book(year: &mut Year) {
    let world = year.world;
    let clinics = &world.counties[year.person.county as usize].clinics;
    let provider = clinics.iter().copied().find(|&number| world.is_late(number)).unwrap_or(year.person.clinic);
    let item = world.items.named("布地奈德").at(provider);
    let from = year.dice.days(day(2025, 10, 3), LAST_DAY - 4);
    let units = year.dice.range(4, 10);
    let claim = bill_on(year, provider, item, units, Supply::Billed, from);
    year.mark_honest(claim);
}
