//! C10 and C11: drugs beyond their limit of sex, age, level, attendance or insurance, and what honestly looks so.

use crate::care::year::Year;
use crate::claim::{Claim, Line, VisitType};
use crate::money::ONE;
use crate::world::items::Choice;
use crate::world::providers::ProviderKind;

/// Illness whose drugs exist for children too.
const COLD: &str = "J06.900";

/// Its drugs bear limits of level and attendance.
const STROKE: &str = "I63.900";

/// Paid for from level 2.
const INJECTION: &str = "血栓通注射液";

/// Paid for in wards and emergency rooms.
const INFUSION: &str = "依达拉奉";

/// Paid for at births.
const OXYTOCIN: &str = "缩宫素";

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

/// An injection of hospitals from level 2, charged at a clinic.
pub(crate) fn injection_at_clinic(year: &mut Year) {
    let clinic = scheme_clinic(year);
    let claim = visit_for(year, VisitType::Outpatient, clinic, STROKE);
    let drug = year.world.items.named(INJECTION);
    surcharge(year, claim, drug);
}

/// The same under the name of another.
pub(crate) fn injection_renamed(year: &mut Year) {
    let clinic = scheme_clinic(year);
    let claim = visit_for(year, VisitType::Outpatient, clinic, STROKE);
    let drug = year.world.items.named("丁苯酞");
    surcharge(year, claim, drug);
}

pub(crate) fn infusion_outside_ward(year: &mut Year) {
    let provider = year.scheme_hospital();
    let claim = visit_for(year, VisitType::Outpatient, provider, STROKE);
    let drug = year.world.items.named(INFUSION);
    surcharge(year, claim, drug);
}

pub(crate) fn oxytocin_without_birth(year: &mut Year) {
    let provider = year.scheme_hospital();
    let mut claim = visit(year, provider);
    claim.secondary = None;
    let drug = year.world.items.named(OXYTOCIN);
    surcharge(year, claim, drug);
}

pub(crate) fn injection_own_pay(year: &mut Year) {
    let clinic = year.person.clinic;
    let mut claim = visit_for(year, VisitType::Outpatient, clinic, STROKE);
    let drug = year.world.items.named(INJECTION);
    add(year, &mut claim, drug);
    if let Some(line) = claim.lines.last_mut() {
        line.in_scope = 0;
    }
    finish(year, claim);
}

/// A pharmacy has no level: that of the hospital that prescribed counts.
pub(crate) fn injection_at_pharmacy(year: &mut Year) {
    let pharmacy = year.person.pharmacy;
    let mut claim = visit_for(year, VisitType::Pharmacy, pharmacy, STROKE);
    let drug = year.world.items.named(INJECTION);
    add(year, &mut claim, drug);
    finish(year, claim);
}

pub(crate) fn infusion_under_observation(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit_for(year, VisitType::Observation, provider, STROKE);
    let drug = year.world.items.named(INFUSION);
    add(year, &mut claim, drug);
    finish(year, claim);
}

/// A drug whose map row asks for a level that few of its users see.
pub(crate) fn level_mismapped(year: &mut Year) {
    let clinic = year.person.clinic;
    let mut claim = visit_for(year, VisitType::Outpatient, clinic, "I25.103");
    let drug = year.world.items.named("通心络胶囊");
    add(year, &mut claim, drug);
    finish(year, claim);
}

/// A resident's birth is paid for as the maternity insurance would.
pub(crate) fn oxytocin_after_birth(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit_for(year, VisitType::Outpatient, provider, "O80.000");
    let drug = year.world.items.named(OXYTOCIN);
    add(year, &mut claim, drug);
    finish(year, claim);
}

/// A clinic where a scheme happens: six in ten at the bent one, the rest at the person's own.
fn scheme_clinic(year: &mut Year) -> u32 {
    let bent = year.world.bent_providers(year.person.county, ProviderKind::Clinic);
    if year.dice.chance(600) { year.dice.pick(&bent).copied() } else { None }.unwrap_or(year.person.clinic)
}

/// A visit for a cold.
fn visit(year: &mut Year, provider: u32) -> Claim {
    visit_for(year, VisitType::Outpatient, provider, COLD)
}

/// A visit without drugs that bear a limit.
fn visit_for(year: &mut Year, visit_type: VisitType, provider: u32, illness: &str) -> Claim {
    let world = year.world;
    let day = year.anchor(2);
    let mut claim = year.write_visit(visit_type, provider, world.illnesses.coded(illness), day);
    claim.lines.retain(|line| !world.items.get(line.item).limit.is_any());
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
