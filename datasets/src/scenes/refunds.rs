//! Look-alikes made by refunds: what was wrong has been taken back.

use crate::care::year::Year;
use crate::claim::VisitType;

pub(crate) fn rebilled(year: &mut Year) {
    correct(year, true);
}

pub(crate) fn unlinked(year: &mut Year) {
    correct(year, false);
}

/// A stay is first billed some nights too long, into a stay at another hospital, then refunded and billed right.
fn correct(year: &mut Year, is_linked: bool) {
    let (nights, too_long, later_nights) = (year.dice.days(3, 6), year.dice.days(3, 5), year.dice.days(4, 8));
    let from = year.anchor(nights + too_long + later_nights);
    let provider = year.honest_hospital();
    let next = year.other_hospital(provider);
    let illness = year.general_illness(from);

    let wrong = year.plain_stay(provider, illness, from, nights + too_long);
    let claim = year.write_stay(&wrong);
    let visit = claim.visit;
    let wrong = year.push_stay(claim);
    year.refund(wrong, is_linked);

    let right = year.plain_stay(provider, illness, from, nights);
    let mut claim = year.write_stay(&right);
    if is_linked {
        claim.visit = visit;
    }
    let right = year.push_stay(claim);
    let later = year.plain_stay(next, illness, from + nights + 1, later_nights);
    let claim = year.write_stay(&later);
    year.push_stay(claim);
    year.mark_honest(wrong);
    year.mark_honest(right);
}

pub(crate) fn partial(year: &mut Year) {
    let provider = year.honest_hospital();
    let from = year.anchor(2);
    let illness = year.general_illness(from);
    let mut claim = year.write_visit(VisitType::Outpatient, provider, illness, from);
    while claim.lines.len() < 2 {
        claim = year.write_visit(VisitType::Outpatient, provider, illness, from);
    }
    let last = claim.lines.len() - 1;
    let claim = year.push(claim);
    year.refund_line(claim, last);
    year.mark_honest(claim);
}
