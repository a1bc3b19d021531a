//! C01 to C03: items charged beside others that include them, and what honestly looks so.

use super::days::{finish, honest_stay, push_honest, scheme_stay};
use super::elsewhere::part_loss;
use super::limits;
use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::{Claim, VisitType};
use crate::clock::{DAY, MINUTE, Time, at, day_of, midnight};
use crate::money::{Fen, ONE};

const COLD: &str = "J06.900";
const GALLSTONES: &str = "K80.200";
const PNEUMONIA: &str = "J18.900";

const ABDOMEN: &str = "腹部彩色超声";
const LIVER: &str = "肝胆彩色超声";
const INTENSIVE: &str = "重症监护护理";
const NURSING: [&str; 2] = ["Ⅱ级护理", "Ⅲ级护理"];
const OPERATION: &str = "腹腔镜胆囊切除术";
const EXPLORATION: &str = "腹腔探查术";
const LUNG: &str = "肺功能全套检查";
const VENTILATION: &str = "肺通气功能检查";

/// Charges units of an item at a time and returns what is in scope of them.
pub(super) fn add(year: &mut Year, claim: &mut Claim, name: &str, units: i64, time: Time) -> Fen {
    let item = year.world.items.named(name).at(claim.provider);
    year.charge(claim, item, units * ONE, time, time);
    claim.lines.last().map_or(0, |line| line.in_scope)
}

/// An outpatient visit, not yet part of the year.
fn visit(year: &mut Year, provider: u32) -> Claim {
    let day = year.anchor(14);
    let illness = year.world.illnesses.coded(COLD);
    year.write_visit(VisitType::Outpatient, provider, illness, day)
}

/// Settles a visit anew; the loss is the fund's part of what is asked.
fn finish_visit(year: &mut Year, mut claim: Claim, asked: Fen) {
    year.settle(&mut claim);
    let loss = part_loss(&claim, asked);
    let claim = year.push(claim);
    year.mark(claim, loss);
}

/// Both within the hour after arrival.
fn both_scans(year: &mut Year, claim: &mut Claim) -> Fen {
    let time = claim.started_at + 10 * MINUTE;
    add(year, claim, ABDOMEN, 1, time);
    add(year, claim, LIVER, 1, time + 6 * MINUTE)
}

/// A part of the abdomen scanned beside the whole.
pub(crate) fn part_of_scan(year: &mut Year) {
    let provider = year.scheme_hospital();
    let mut claim = visit(year, provider);
    let asked = both_scans(year, &mut claim);
    finish_visit(year, claim, asked);
}

/// The part dated on the day after the whole.
pub(crate) fn part_next_day(year: &mut Year) {
    let mut claim = scheme_stay(year);
    let first = day_of(claim.started_at);
    add(year, &mut claim, ABDOMEN, 1, at(first + 1, 9, 0));
    let asked = add(year, &mut claim, LIVER, 1, at(first + 2, 9, 0));
    finish(year, claim, asked);
}

/// Nursing of the ward and of intensive care on the second to fourth day.
pub(crate) fn nursing_beside_intensive(year: &mut Year) {
    let mut claim = scheme_stay_for(year, PNEUMONIA);
    let first = day_of(claim.started_at);
    let nursing = NURSING.map(|name| year.world.items.named(name).at(claim.provider));
    for night in 1..=3 {
        add(year, &mut claim, INTENSIVE, 1, at(first + night, 21, 50));
    }
    let beside = |time: Time| (1..=3).contains(&(day_of(time) - first));
    let asked = claim.lines.iter().filter(|line| nursing.contains(&line.item) && beside(line.charged_at)).map(|line| line.in_scope).sum();
    finish(year, claim, asked);
}

/// To intensive care on the second day and back on the last night; both are charged on the days of the moves.
pub(crate) fn moved_to_intensive(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = stay_for(year, PNEUMONIA, provider, false);
    let first = day_of(claim.started_at);
    let back = claim.nights() - 1;
    let nursing = NURSING.map(|name| year.world.items.named(name).at(claim.provider));
    claim.lines.retain(|line| !nursing.contains(&line.item) || !(2..back).contains(&(day_of(line.charged_at) - first)));
    for night in 1..=back {
        add(year, &mut claim, INTENSIVE, 1, at(first + night, 21, 50));
    }
    push_honest(year, claim);
}

/// Observed on arrival, then in the ward, on one bill.
pub(crate) fn observed_then_ward(year: &mut Year) {
    let mut claim = honest_stay(year, false);
    let time = claim.started_at;
    add(year, &mut claim, "急诊观察床位费", 1, time);
    push_honest(year, claim);
}

pub(crate) fn scan_paid_alone(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit(year, provider);
    both_scans(year, &mut claim);
    if let Some(line) = claim.lines.last_mut() {
        line.in_scope = 0;
    }
    limits::finish(year, claim);
}

/// The part entered by mistake and taken back.
pub(crate) fn scan_reversed(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = visit(year, provider);
    both_scans(year, &mut claim);
    limits::take_back_last(&mut claim);
    limits::finish(year, claim);
}

/// A stay for an illness, not yet part of the year.
fn stay_for(year: &mut Year, code: &str, provider: u32, by_item: bool) -> Claim {
    let nights = year.dice.days(5, 8);
    let from = year.anchor(nights);
    let illness = year.world.illnesses.coded(code);
    let plain = year.plain_stay(provider, illness, from, nights);
    year.write_stay(&Stay { by_item, ..plain })
}

fn scheme_stay_for(year: &mut Year, code: &str) -> Claim {
    let provider = year.scheme_hospital();
    let by_item = year.dice.chance(700);
    stay_for(year, code, provider, by_item)
}

/// An exploration charged beside the operation.
pub(crate) fn exploration(year: &mut Year) {
    let mut claim = scheme_stay_for(year, GALLSTONES);
    let time = at(day_of(claim.started_at) + 1, 14, 30);
    let asked = add(year, &mut claim, EXPLORATION, 1, time);
    finish(year, claim, asked);
}

/// The same, dated two days after the operation.
pub(crate) fn exploration_later(year: &mut Year) {
    let mut claim = scheme_stay_for(year, GALLSTONES);
    let time = at(day_of(claim.started_at) + 3, 14, 30);
    let asked = add(year, &mut claim, EXPLORATION, 1, time);
    finish(year, claim, asked);
}

/// The same on a visit of its own, a week before the stay.
pub(crate) fn exploration_apart(year: &mut Year) {
    let provider = year.scheme_hospital();
    let mut claim = visit(year, provider);
    let time = claim.started_at + 20 * MINUTE;
    let asked = add(year, &mut claim, EXPLORATION, 1, time);
    let day = day_of(claim.started_at);
    finish_visit(year, claim, asked);
    let illness = year.world.illnesses.coded(GALLSTONES);
    let plain = year.plain_stay(provider, illness, day + 7, 5);
    let stay = year.write_stay(&plain);
    year.push_stay(stay);
}

/// Operated, settled for the time being, and explored in an operation of its own days later.
pub(crate) fn two_operations(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut first = stay_for(year, GALLSTONES, provider, true);
    first.is_interim = true;
    let next = Stay { by_item: true, ..Stay::new(provider, first.illness, first.ended_at, first.ended_at + 4 * DAY) };
    let mut second = year.write_stay(&next);
    second.visit = first.visit;
    let operation = year.world.items.named(OPERATION).at(provider);
    second.lines.retain(|line| line.item != operation);
    let time = at(day_of(second.started_at) + 1, 13, 10);
    add(year, &mut second, EXPLORATION, 1, time);
    push_honest(year, first);
    push_honest(year, second);
}

/// The exploration charged by mistake and refunded.
pub(crate) fn exploration_refunded(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = stay_for(year, GALLSTONES, provider, true);
    let time = at(day_of(claim.started_at) + 1, 14, 30);
    add(year, &mut claim, EXPLORATION, 1, time);
    let last = claim.lines.len() - 1;
    let stay = push_honest(year, claim);
    year.refund_line(stay, last);
}

/// A general hospital for schemes that records true times.
fn timed_scheme_hospital(year: &mut Year) -> u32 {
    let provider = year.scheme_hospital();
    let is_timed = !year.world.provider(provider).is_date_only;
    if is_timed { provider } else { year.timed_hospital() }
}

/// Adds two items on the second day of a stay, so many minutes apart.
fn apart(year: &mut Year, names: [&str; 2], units: i64, minutes: i64) {
    let provider = timed_scheme_hospital(year);
    let by_item = year.dice.chance(700);
    let mut claim = stay_for(year, GALLSTONES, provider, by_item);
    let time = at(day_of(claim.started_at) + 2, 8, 5);
    add(year, &mut claim, names[0], units, time);
    let asked = add(year, &mut claim, names[1], units, time + minutes * MINUTE);
    finish(year, claim, asked);
}

pub(crate) fn ventilation_soon(year: &mut Year) {
    let minutes = year.dice.range(20, 350);
    apart(year, [LUNG, VENTILATION], 1, minutes);
}

pub(crate) fn oximetry_in_hour(year: &mut Year) {
    let units = year.dice.range(1, 8);
    apart(year, ["心电监测", "血氧饱和度监测"], units, 20);
}

/// The part dated beyond the six hours.
pub(crate) fn ventilation_late(year: &mut Year) {
    let minutes = year.dice.range(365, 480);
    apart(year, [LUNG, VENTILATION], 1, minutes);
}

/// Both on one day, of which only the date is on record.
pub(crate) fn ventilation_by_date(year: &mut Year) {
    let mut claim = honest_stay(year, false);
    let day = day_of(claim.started_at) + 1;
    for name in [LUNG, VENTILATION] {
        add(year, &mut claim, name, 1, midnight(day));
        if let Some(line) = claim.lines.last_mut() {
            line.executed_at = None;
        }
    }
    push_honest(year, claim);
}

/// Tested on the second day, and once more before discharge.
pub(crate) fn ventilation_again(year: &mut Year) {
    let mut claim = honest_stay(year, false);
    let first = day_of(claim.started_at);
    add(year, &mut claim, LUNG, 1, at(first + 1, 9, 0));
    add(year, &mut claim, VENTILATION, 1, at(first + 3, 9, 0));
    push_honest(year, claim);
}
