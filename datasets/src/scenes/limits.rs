//! C10: drugs beyond their limit of sex or age, and what honestly looks so.

use crate::care::year::Year;
use crate::claim::{Claim, Line, VisitType};
use crate::money::ONE;
use crate::world::items::Choice;

/// Illness whose drugs exist for children too.
const COLD: &str = "J06.900";

pub(crate) fn child_drug(year: &mut Year) {
    let provider = year.scheme_hospital();
    let claim = visit(year, provider);
    let drug = child_drug_of(year);
    surcharge(year, claim, drug);
}

pub(crate) fn womans_drug(year: &mut Year) {
    let provider = year.scheme_hospital();
    let claim = visit(year, provider);
    let drug = year.world.items.named("妇科千金片");
    surcharge(year, claim, drug);
}

/// The limit is kept on paper.
pub(crate) fn relatives_number(year: &mut Year) {
    let provider = year.scheme_hospital();
    let claim = visit(year, provider);
    let drug = child_drug_of(year);
    surcharge(year, claim, drug);
}

pub(crate) fn own_pay(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit(year, provider);
    let drug = child_drug_of(year);
    add(year, &mut claim, drug);
    if let Some(line) = claim.lines.last_mut() {
        line.in_scope = 0;
    }
    finish(year, claim);
}

pub(crate) fn mismapped(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit(year, provider);
    let drug = year.world.items.named("蒲地蓝消炎口服液");
    add(year, &mut claim, drug);
    finish(year, claim);
}

pub(crate) fn reversed(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit(year, provider);
    let drug = child_drug_of(year);
    add(year, &mut claim, drug);
    take_back_last(&mut claim);
    finish(year, claim);
}

/// Takes the last line back on the same bill.
pub(super) fn take_back_last(claim: &mut Claim) {
    if let Some(line) = claim.lines.last().cloned() {
        let position = claim.lines.len() as u16 - 1;
        let back = Line { quantity: -line.quantity, amount: -line.amount, in_scope: -line.in_scope, reverses: Some(position), ..line };
        claim.lines.push(back);
    }
}

pub(crate) fn teenager(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit(year, provider);
    let drug = child_drug_of(year);
    add(year, &mut claim, drug);
    finish(year, claim);
}

/// A visit for a cold, without drugs that bear a limit.
fn visit(year: &mut Year, provider: u32) -> Claim {
    let world = year.world;
    let day = year.anchor(2);
    let mut claim = year.write_visit(VisitType::Outpatient, provider, world.illnesses.coded(COLD), day);
    claim.lines.retain(|line| world.items.get(line.item).limit.max_age.is_none());
    year.settle(&mut claim);
    claim
}

fn child_drug_of(year: &mut Year) -> Choice {
    let name = if year.dice.chance(500) { "小儿豉翘清热颗粒" } else { "小儿氨酚黄那敏颗粒" };
    year.world.items.named(name)
}

/// A week or so of a drug.
pub(super) fn add(year: &mut Year, claim: &mut Claim, drug: Choice) {
    let item = drug.at(claim.provider);
    let units = year.world.items.get(item).daily_units * year.dice.range(4, 9);
    let time = claim.started_at;
    year.charge(claim, item, units * ONE, time, time);
}

/// Adds a drug that the fund helps to pay; the loss is what it adds to the fund's part.
fn surcharge(year: &mut Year, mut claim: Claim, drug: Choice) {
    let paid = claim.bill.fund;
    add(year, &mut claim, drug);
    year.settle(&mut claim);
    let loss = claim.bill.fund - paid;
    let claim = year.push(claim);
    year.mark(claim, loss);
}

pub(super) fn finish(year: &mut Year, mut claim: Claim) {
    year.settle(&mut claim);
    let claim = year.push(claim);
    year.mark_honest(claim);
}
