//! F01: bills settled again, and honest reasons for two settlements.

use super::totals::{by_item, push_any};
use crate::care::year::Year;
use crate::claim::{Claim, Invoice, Line, VisitType};
use crate::clock::{DAY, Day, HOUR, LAST_DAY, MINUTE, day_of};
use crate::money::amount;
use crate::world::providers::{Profile, ProviderKind};

/// Lines that a bill needs for its repetition to be told from chance.
const LINES: usize = 3;

/// The whole bill handed in again days later, one time in two under a visit of its own.
pub(crate) fn by_hand(year: &mut Year) {
    let first = settled_bill(year);
    let mut again = hand_in(year, first);
    if year.dice.chance(500) {
        again.invoice = Invoice::Own;
    }
    push_void(year, again);
}

/// The same lines and orders with every price lowered a little.
pub(crate) fn altered(year: &mut Year) {
    let first = settled_bill(year);
    let mut again = hand_in(year, first);
    again.invoice = Invoice::Own;
    let cut = year.dice.range(2, 6);
    for line in &mut again.lines {
        line.unit_price -= line.unit_price * cut / 100;
        line.amount = amount(line.quantity, line.unit_price);
        line.in_scope = year.world.items.get(line.item).in_scope(line.amount);
    }
    year.settle(&mut again);
    push_void(year, again);
}

/// Written anew: other minutes, other orders, a third of the lines left out.
pub(crate) fn rewritten(year: &mut Year) {
    let first = settled_bill(year);
    let mut again = hand_in(year, first);
    again.invoice = Invoice::Own;
    let kept = (again.lines.len() * 2).div_ceil(3);
    again.lines.truncate(kept);
    let shift = year.dice.range(61, 20 * MINUTE);
    for line in &mut again.lines {
        line.charged_at = (line.charged_at - shift).max(again.started_at);
        line.executed_at = line.executed_at.map(|time| (time - shift).max(again.started_at));
        line.order = line.order.map(|_| year.new_order());
    }
    year.settle(&mut again);
    push_void(year, again);
}

/// A bill of at least three lines that the fund helps to pay.
fn settled_bill(year: &mut Year) -> usize {
    let provider = year.scheme_hospital();
    let mut claim = by_item(year, provider);
    while claim.lines.len() < LINES || claim.bill.fund == 0 {
        claim = by_item(year, provider);
    }
    claim.invoice = Invoice::Shared(year.person_number());
    push_any(year, claim)
}

/// The claim as it is handed in again.
fn hand_in(year: &mut Year, first: usize) -> Claim {
    let mut again = year.claims[first].clone();
    if year.dice.chance(500) {
        again.visit = Some(year.new_visit());
    }
    again.is_manual = true;
    again.settled_at += year.dice.range(3, 25) * DAY + year.dice.range(0, 5 * HOUR);
    again
}

fn push_void(year: &mut Year, claim: Claim) {
    let claim = year.push(claim);
    year.mark_void(claim);
}

/// The first person's invoice stands on invented visits of three others, days later.
pub(crate) fn invoice(year: &mut Year) {
    let mut dice = year.event_dice();
    let general = || year.world.counties[year.person.county as usize].hospital(&mut year.event_dice(), Profile::General);
    let provider = year.world.bent_provider(&mut dice, year.person.county, ProviderKind::Hospital).unwrap_or_else(general);
    let day = dice.days(10, 300) + crate::clock::FIRST_DAY;
    let is_first = year.scene.place == 0;
    let day = if is_first { day } else { day + year.dice.days(1, 25) };
    let illness = year.general_illness(day);
    let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
    while claim.bill.fund == 0 {
        claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
    }
    claim.invoice = Invoice::Shared(year.event_number());
    let claim = year.push(claim);
    if !is_first {
        year.mark_void(claim);
    }
}

/// One visit, one invoice, two settlements: what a chronic illness covers, and the rest.
pub(crate) fn two_claims(year: &mut Year) {
    let provider = year.timed_hospital();
    let day = year.anchor(2);
    let illness = year.general_illness(day);
    let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
    while claim.lines.len() < 2 {
        claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
    }
    claim.invoice = Invoice::Shared(year.person_number());
    let mut rest = claim.clone();
    let half = claim.lines.len() / 2;
    rest.lines = claim.lines.split_off(half);
    rest.settled_at += 2 * MINUTE;
    for mut part in [claim, rest] {
        year.settle(&mut part);
        let part = year.push(part);
        year.mark_honest(part);
    }
}

/// Refunded and billed again line by line, the same or corrected.
pub(crate) fn refunded(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = by_item(year, provider);
    while claim.lines.len() < LINES {
        claim = by_item(year, provider);
    }
    claim.invoice = Invoice::Shared(year.person_number());
    let mut again = claim.clone();
    let wrong = push_any(year, claim);
    let is_linked = year.dice.chance(500);
    year.refund(wrong, is_linked);
    if !is_linked {
        again.visit = Some(year.new_visit());
    }
    again.settled_at += year.dice.range(1, 6) * DAY;
    let again = year.push(again);
    year.mark_honest(wrong);
    year.mark_honest(again);
}

/// Clerks type what the form accepts.
pub(crate) fn placeholder(year: &mut Year) {
    let provider = year.honest_hospital();
    for _ in 0..2 {
        let day = year.anchor(2);
        let illness = year.general_illness(day);
        let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
        claim.invoice = Invoice::Typed(["00000000", "12345678", "99999999", "1111111111", "无"][year.dice.below(5)]);
        let claim = year.push(claim);
        year.mark_honest(claim);
    }
}

/// Two children of one household at a clinic, one receipt for both.
pub(crate) fn one_receipt(year: &mut Year) {
    let provider = year.person.clinic;
    let day = year.anchor(2);
    let illness = year.world.illnesses.coded("J06.900");
    for is_twin in [false, true] {
        let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, day);
        claim.invoice = Invoice::Shared(year.person_number());
        claim.settled_at = day_end(day);
        claim.marks.push(crate::claim::Mark { kind: year.kind, loss: 0 });
        if is_twin {
            year.for_twin.push(claim);
        } else {
            year.push(claim);
        }
    }
}

/// The desk closes.
fn day_end(day: Day) -> i64 {
    crate::clock::at(day.min(LAST_DAY), 20, 30)
}

/// Twins under the mother's number, whose wards post fees at the same seconds.
pub(crate) fn newborn_twins(year: &mut Year) {
    let world = year.world;
    let provider = world.counties[year.person.county as usize].hospital(&mut year.dice, Profile::Maternity);
    let (from, nights) = (year.anchor(16), year.dice.days(3, 8));
    let plain = year.plain_stay(provider, world.illnesses.coded("P59.900"), from, nights);
    let mut first = year.write_stay(&plain);
    first.is_newborn = true;
    first.secondary = None;
    let visit = year.new_visit();
    let second =
        Claim { visit: Some(visit), settled_at: first.settled_at + 5 * MINUTE, lines: reordered(year, &first.lines), ..first.clone() };
    for claim in [first, second] {
        debug_assert!(day_of(claim.started_at) == from);
        let claim = year.push_stay(claim);
        year.mark_honest(claim);
    }
}

fn reordered(year: &mut Year, lines: &[Line]) -> Vec<Line> {
    lines.iter().map(|line| Line { order: line.order.map(|_| year.new_order()), ..line.clone() }).collect()
}
