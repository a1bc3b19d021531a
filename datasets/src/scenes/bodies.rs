//! F07: care that the registered person's body cannot have, and what honestly looks so.

use super::limits::finish;
use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::{Claim, VisitType};
use crate::money::ONE;
use crate::world::providers::Profile;

/// A woman gives birth under a man's number.
pub(crate) fn delivery(year: &mut Year) {
    let world = year.world;
    let provider = world.counties[year.person.county as usize].hospital(&mut year.dice, Profile::Maternity);
    let (from, nights) = (year.anchor(8), year.dice.days(3, 5));
    let plain = year.plain_stay(provider, world.illnesses.coded("O80.000"), from, nights);
    let mut claim = year.write_stay(&Stay { visit_type: VisitType::Maternity, ..plain });
    scan_on(year, &mut claim, "产科彩色超声");
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_void(claim);
}

pub(crate) fn gynaecology(year: &mut Year) {
    let world = year.world;
    let (provider, from) = (year.scheme_hospital(), year.anchor(2));
    let mut claim = year.write_visit(VisitType::Outpatient, provider, world.illnesses.coded("N76.000"), from);
    claim.secondary = None;
    let claim = year.push(claim);
    year.mark_void(claim);
}

pub(crate) fn scan(year: &mut Year) {
    scanned(year, "产科彩色超声");
}

pub(crate) fn recoded_scan(year: &mut Year) {
    scanned(year, "腹部彩色超声");
}

/// A visit with an ultrasound of somebody else; the loss is what it adds to the fund's part.
fn scanned(year: &mut Year, name: &str) {
    let provider = year.scheme_hospital();
    let mut claim = visit(year, provider, "J06.900");
    let paid = claim.bill.fund;
    scan_on(year, &mut claim, name);
    year.settle(&mut claim);
    let loss = claim.bill.fund - paid;
    let claim = year.push(claim);
    year.mark(claim, loss);
}

fn scan_on(year: &mut Year, claim: &mut Claim, name: &str) {
    let item = year.world.items.named(name).at(claim.provider);
    let time = claim.started_at;
    year.charge(claim, item, ONE, time, time);
}

fn visit(year: &mut Year, provider: u32, illness: &str) -> Claim {
    let from = year.anchor(2);
    let illness = year.world.illnesses.coded(illness);
    year.write_visit(VisitType::Outpatient, provider, illness, from)
}

/// With a drug for children.
pub(crate) fn newborn_marked(year: &mut Year) {
    let mut claim = newborns_visit(year);
    let drug = year.world.items.named("小儿氨酚黄那敏颗粒");
    super::limits::add(year, &mut claim, drug);
    claim.is_newborn = true;
    finish(year, claim);
}

pub(crate) fn newborn_unmarked(year: &mut Year) {
    let claim = newborns_visit(year);
    finish(year, claim);
}

fn newborns_visit(year: &mut Year) -> Claim {
    let provider = year.honest_hospital();
    let mut claim = visit(year, provider, "P59.900");
    claim.secondary = None;
    claim
}

pub(crate) fn mistyped_code(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit(year, provider, "J06.900");
    claim.secondary = Some(year.world.illnesses.coded("N76.000"));
    finish(year, claim);
}
