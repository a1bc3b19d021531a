//! P02: an invented stay while the patient lies in another hospital.

use crate::care::stay::{Content, Stay};
use crate::care::year::Year;

/// Wholly inside; the shorter stay is covered to the last night.
pub(crate) fn inside(year: &mut Year) {
    let real_nights = year.dice.days(6, 12);
    let nights = year.dice.days(3, real_nights - 2);
    let offset = year.dice.days(1, real_nights - nights - 1);
    invent(year, real_nights, offset, nights);
}

pub(crate) fn partial(year: &mut Year) {
    let real_nights = year.dice.days(5, 10);
    let overlap = year.dice.days(2, 4);
    let nights = overlap + year.dice.days(1, 4);
    invent(year, real_nights, real_nights - overlap, nights);
}

/// One night of at least three in both stays: under half of the shorter one.
pub(crate) fn one_night(year: &mut Year) {
    let real_nights = year.dice.days(4, 10);
    let nights = year.dice.days(3, 7);
    invent(year, real_nights, real_nights - 1, nights);
}

/// A real stay, and an invented one that starts `offset` nights into it and costs less a night.
fn invent(year: &mut Year, real_nights: i32, offset: i32, nights: i32) {
    let from = year.anchor(offset + nights.max(real_nights));
    let invented_at = year.scheme_hospital();
    let real_at = year.other_hospital(invented_at);
    let illness = year.general_illness(from);
    let stay = year.plain_stay(real_at, illness, from, real_nights);
    let real = year.write_stay(&stay);
    let thinner = real.bill.total * i64::from(nights) / i64::from(real_nights) * 9 / 10;
    year.push_stay(real);

    let illness = year.general_illness(from);
    let plain = year.plain_stay(invented_at, illness, from + offset, nights);
    let mut invented = year.write_stay(&Stay { content: Content::Thin, ..plain });
    year.trim(&mut invented, thinner);
    let invented = year.push_stay(invented);
    year.mark_void(invented);
}
