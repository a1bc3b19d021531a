//! C16: lines charged twice, and honest repetition.

use super::totals::{by_item, push_any};
use crate::care::year::Year;
use crate::claim::{Claim, Line, VisitType};
use crate::clock::{HOUR, MINUTE};
use crate::money::ONE;

pub(crate) fn lines(year: &mut Year) {
    let provider = year.scheme_hospital();
    let mut claim = by_item(year, provider);
    let count = year.dice.range(1, 3) as usize;
    for position in payable(&claim).into_iter().rev().take(count) {
        for _ in 0..year.dice.range(1, 2) {
            let copy = claim.lines[position].clone();
            claim.lines.push(copy);
        }
    }
    finish(year, claim);
}

/// A night in observation billed twice from the first line to the last.
pub(crate) fn block(year: &mut Year) {
    let provider = year.scheme_hospital();
    let from = year.anchor(2);
    let illness = year.world.illnesses.coded("J18.900");
    let mut claim = year.write_visit(VisitType::Observation, provider, illness, from);
    claim.lines.iter_mut().for_each(|line| line.executed_at = None);
    claim.lines.extend(claim.lines.clone());
    finish(year, claim);
}

pub(crate) fn shifted(year: &mut Year) {
    let provider = year.scheme_hospital();
    let mut claim = by_item(year, provider);
    for position in payable(&claim).into_iter().rev().take(2) {
        let copy = claim.lines[position].clone();
        claim.lines.push(Line { executed_at: copy.executed_at.map(|time| time + MINUTE), ..copy });
    }
    finish(year, claim);
}

/// Positions of lines the fund helps to pay.
fn payable(claim: &Claim) -> Vec<usize> {
    (0..claim.lines.len()).filter(|&position| claim.lines[position].in_scope > 0).collect()
}

/// Settles the claim with its copies; the loss is what they add to the fund's part.
fn finish(year: &mut Year, mut claim: Claim) {
    let paid = claim.bill.fund;
    year.settle(&mut claim);
    let loss = claim.bill.fund - paid;
    let claim = push_any(year, claim);
    year.mark(claim, loss);
}

pub(crate) fn doses(year: &mut Year) {
    let provider = year.timed_hospital();
    let from = year.anchor(12);
    let illness = year.world.illnesses.coded("J18.900");
    let nights = year.dice.days(4, 8);
    let stay = year.plain_stay(provider, illness, from, nights);
    let mut claim = year.write_stay(&stay);
    let world = year.world;
    let is_drug = |line: &&Line| world.items.get(line.item).category.is_drug() && !line.is_discharge_drug;
    let morning: Vec<Line> = claim.lines.iter().filter(is_drug).cloned().collect();
    for hours in [3, 6] {
        for line in morning.iter().filter(|line| line.charged_at + 12 * HOUR < claim.ended_at) {
            let later = hours * HOUR + year.dice.range(0, 9 * MINUTE);
            let executed_at = line.executed_at.map(|time| time + later);
            claim.lines.push(Line { charged_at: line.charged_at + later, executed_at, ..line.clone() });
        }
    }
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}

/// Three equal lines under one order that only their unrecorded times would tell apart.
pub(crate) fn doses_by_date(year: &mut Year) {
    let world = year.world;
    let county = &world.counties[year.person.county as usize];
    let dated: Vec<u32> = county.clinics.iter().copied().filter(|&number| world.provider(number).is_date_only).collect();
    let provider = year.dice.pick(&dated).copied().unwrap_or(year.person.clinic);
    let from = year.anchor(2);
    let illness = year.general_illness(from);
    let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, from);
    let menu = &world.illnesses.menu(illness).treatments;
    let item = year.dice.pick(menu).map_or(world.items.named("肌肉注射").at(provider), |choice| choice.at(provider));
    claim.lines.retain(|line| line.item != item);
    let time = claim.started_at;
    year.charge(&mut claim, item, ONE, time, time);
    if let Some(dose) = claim.lines.last().cloned() {
        claim.lines.extend([dose.clone(), dose]);
    }
    year.settle(&mut claim);
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// The copy stays on the bill, and so does the line that takes it back.
pub(crate) fn reversed(year: &mut Year) {
    let provider = year.timed_hospital();
    let mut claim = by_item(year, provider);
    let copy = claim.lines[0].clone();
    let position = claim.lines.len() as u16;
    let back = Line { quantity: -copy.quantity, amount: -copy.amount, in_scope: -copy.in_scope, reverses: Some(position), ..copy.clone() };
    claim.lines.extend([copy, back]);
    year.settle(&mut claim);
    let claim = push_any(year, claim);
    year.mark_honest(claim);
}
