//! F14: totals above their lines, and honest reasons for a difference.

use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::{Claim, VisitType};
use crate::money::{Fen, percent};

pub(crate) fn large(year: &mut Year) {
    inflate(year, 1_000, 4_000);
}

pub(crate) fn small(year: &mut Year) {
    inflate(year, 30, 200);
}

/// Raises total and in-scope money by a share in ten-thousandths; the fund pays its part of it.
fn inflate(year: &mut Year, low: i64, high: i64) {
    let provider = year.scheme_hospital();
    let mut claim = by_item(year, provider);
    let excess = (claim.bill.total * year.dice.range(low, high) / 10_000).max(10);
    let bill = &mut claim.bill;
    let paid = bill.fund;
    bill.total += excess;
    bill.in_scope += excess;
    bill.fund = percent(bill.in_scope - bill.deductible, bill.share);
    let loss = bill.fund - paid;
    let claim = push_any(year, claim);
    year.mark(claim, loss);
}

/// A visit, or one time in three a stay paid by item.
pub(super) fn by_item(year: &mut Year, provider: u32) -> Claim {
    let from = year.anchor(12);
    let illness = year.general_illness(from);
    if year.dice.chance(330) {
        let nights = year.dice.days(4, 9);
        let plain = year.plain_stay(provider, illness, from, nights);
        year.write_stay(&Stay { by_item: true, ..plain })
    } else {
        year.write_visit(VisitType::Outpatient, provider, illness, from)
    }
}

pub(super) fn push_any(year: &mut Year, claim: Claim) -> usize {
    if claim.visit_type == VisitType::Inpatient { year.push_stay(claim) } else { year.push(claim) }
}

/// Amounts stay gross; the discount stands beside them.
pub(crate) fn discount_gross(year: &mut Year) {
    discount(year, |claim, position, cut| {
        claim.lines[position].discount = cut;
    });
}

/// Amounts are cut; the discount is named for information.
pub(crate) fn discount_net(year: &mut Year) {
    discount(year, |claim, position, cut| {
        claim.lines[position].amount -= cut;
        claim.lines[position].discount = cut;
    });
}

fn discount(year: &mut Year, write: fn(&mut Claim, usize, Fen)) {
    let provider = year.honest_hospital();
    let mut claim = by_item(year, provider);
    let world = year.world;
    let per_cent = year.dice.range(5, 20);
    for position in 0..claim.lines.len().min(6) {
        let cut = percent(claim.lines[position].amount, per_cent);
        if cut > 0 {
            write(&mut claim, position, cut);
            let line = &mut claim.lines[position];
            line.in_scope = world.items.get(line.item).in_scope(line.billed());
        }
    }
    year.settle(&mut claim);
    let claim = push_any(year, claim);
    year.mark_honest(claim);
}

/// Up to five fen either way, borne by the patient.
pub(crate) fn rounding(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = by_item(year, provider);
    let fen = year.dice.range(1, 5);
    let is_covered = claim.bill.self_paid() >= 5;
    claim.bill.total += if is_covered && year.dice.chance(400) { -fen } else { fen };
    let claim = push_any(year, claim);
    year.mark_honest(claim);
}
