//! C04: more of an item than a day holds or pays for, and what honestly looks so.

use super::days::{finish, honest_stay, push_honest, scheme_stay};
use super::included::add;
use crate::care::year::Year;
use crate::clock::{MINUTE, at, day_of};

const CONSULTATION: &str = "院内会诊";
const MONITORING: &str = "心电监测";

/// Three to five consultations on one day, of which one is paid for.
pub(crate) fn consultations(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let count = year.dice.range(3, 5);
    let day = day_of(claim.started_at) + 1;
    let asked: i64 = (0..count).map(|turn| add(year, &mut claim, CONSULTATION, 1, at(day, 10 + turn, 7 * turn))).sum();
    finish(year, claim, asked * (count - 1) / count);
}

/// One consultation more, on one line.
pub(crate) fn consultation_twice(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let time = at(day_of(claim.started_at) + 2, 15, 20);
    let asked = add(year, &mut claim, CONSULTATION, 2, time);
    finish(year, claim, asked / 2);
}

/// More hours of monitoring than the days that the stay touches have.
pub(crate) fn hours(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let excess = year.dice.range(12, 60);
    let hours = 24 * i64::from(claim.nights() + 1) + excess;
    let time = (claim.ended_at - 25 * MINUTE).max(claim.started_at);
    let asked = add(year, &mut claim, MONITORING, hours, time);
    finish(year, claim, asked * excess / hours);
}

/// A consultation on each of three days, none of which took place.
pub(crate) fn spread(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let first = day_of(claim.started_at);
    let asked = (0..3).map(|turn| add(year, &mut claim, CONSULTATION, 1, at(first + 1 + turn, 16, 10))).sum();
    finish(year, claim, asked);
}

/// All hours of a stay posted at its end.
pub(crate) fn posted_once(year: &mut Year) {
    let mut claim = honest_stay(year, false);
    let time = (claim.ended_at - 25 * MINUTE).max(claim.started_at);
    let hours = 24 * i64::from(claim.nights()) - 3;
    add(year, &mut claim, MONITORING, hours, time);
    push_honest(year, claim);
}

/// Two consultations in one night, on either side of midnight.
pub(crate) fn across_midnight(year: &mut Year) {
    let mut claim = honest_stay(year, false);
    let day = day_of(claim.started_at) + 1;
    add(year, &mut claim, CONSULTATION, 1, at(day, 23, 40));
    add(year, &mut claim, CONSULTATION, 1, at(day + 1, 0, 25));
    push_honest(year, claim);
}

/// A consultation entered twice, one of them refunded.
pub(crate) fn refunded(year: &mut Year) {
    let mut claim = honest_stay(year, true);
    let time = at(day_of(claim.started_at) + 1, 11, 15);
    add(year, &mut claim, CONSULTATION, 1, time);
    add(year, &mut claim, CONSULTATION, 1, time + 12 * MINUTE);
    let last = claim.lines.len() - 1;
    let stay = push_honest(year, claim);
    year.refund_line(stay, last);
}
