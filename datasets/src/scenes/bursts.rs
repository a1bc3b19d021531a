//! F22: cards swiped one after another, and honest crowds at a terminal.

use crate::care::year::Year;
use crate::claim::{Claim, VisitType};
use crate::clock::{FIRST_DAY, HOUR, LAST_DAY, MINUTE, Time, at};
use crate::dice::Dice;
use crate::money::{ONE, percent};
use crate::world::providers::ProviderKind;

/// What all who share a burst have alike.
struct Counter {
    provider: u32,
    terminal: u8,
    from: Time,
    /// The rest of the event's draws.
    dice: Dice,
}

impl Counter {
    /// When the n-th is settled, each so many seconds after the one before.
    fn turn(&mut self, place: u16, least: i64, most: i64) -> Time {
        (0..place).fold(self.from, |time, _| time + self.dice.range(least, most))
    }
}

/// One card after another after closing time, one to three minutes apart, for equal amounts.
pub(crate) fn cards(year: &mut Year) {
    swipe(year, 21, (60, 170), 1);
}

/// The same with amounts that differ.
pub(crate) fn uneven_cards(year: &mut Year) {
    swipe(year, 21, (60, 170), 4);
}

/// The same with so long between them that no run forms.
pub(crate) fn slow_cards(year: &mut Year) {
    swipe(year, 15, (200, 400), 1);
}

fn swipe(year: &mut Year, hour: i64, (least, most): (i64, i64), spread: i64) {
    let place = year.scene.place;
    let mut counter = counter(year, true, hour);
    let time = counter.turn(place, least, most);
    let units = 4 + year.dice.range(0, spread - 1);
    let claim = sell(year, &counter, VisitType::Pharmacy, time - 3 * MINUTE, time, units);
    let claim = year.push(claim);
    year.mark_void(claim);
}

/// The network was down all morning; what was sold is entered when it is back.
pub(crate) fn outage(year: &mut Year) {
    let place = year.scene.place;
    let mut counter = counter(year, false, 13);
    let time = counter.turn(place, 60, 150);
    let came = counter.from - 5 * HOUR + i64::from(place) * 30 * MINUTE;
    let units = year.dice.range(1, 4);
    let claim = sell(year, &counter, VisitType::Pharmacy, came, time, units);
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// A pharmacy's van in a village: all customers live there.
pub(crate) fn village(year: &mut Year) {
    let place = year.scene.place;
    let mut counter = counter(year, false, 9);
    year.person.village = counter.dice.days(1, 240) as u32;
    counter.terminal = 9;
    let time = counter.turn(place, 90, 170);
    let units = year.dice.range(1, 4);
    let claim = sell(year, &counter, VisitType::Pharmacy, time - 5 * MINUTE, time, units);
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// Somebody buys for all who live in a home for the aged.
pub(crate) fn care_home(year: &mut Year) {
    let place = year.scene.place;
    let mut counter = counter(year, false, 15);
    year.person.household = 80_000_000 + year.scene.event;
    let time = counter.turn(place, 60, 120);
    let units = year.dice.range(1, 2);
    let claim = sell(year, &counter, VisitType::Pharmacy, time - 4 * MINUTE, time, units);
    let claim = year.push(claim);
    year.mark_honest(claim);
}

/// A pharmacy of the county, its first terminal, and the minute when the burst begins.
fn counter(year: &Year, is_bent: bool, hour: i64) -> Counter {
    let mut dice = year.event_dice();
    let world = year.world;
    let pharmacies = if is_bent {
        world.bent_providers(year.person.county, ProviderKind::Pharmacy)
    } else {
        let all = &world.counties[year.person.county as usize].pharmacies;
        all.iter().copied().filter(|&number| !world.provider(number).is_bent).collect()
    };
    let provider = dice.pick(&pharmacies).copied().unwrap_or(year.person.pharmacy);
    let day = dice.days(FIRST_DAY + 10, LAST_DAY - 10);
    let from = at(day, hour, 0) + dice.range(0, 100 * MINUTE);
    Counter { provider, terminal: 1, from, dice }
}

/// A purchase settled at the counter, for which the pooled fund pays a part.
fn sell(year: &mut Year, counter: &Counter, visit_type: VisitType, from: Time, settled_at: Time, units: i64) -> Claim {
    let illness = year.general_illness(crate::clock::day_of(from));
    let to = (from + 2 * MINUTE).min(settled_at - 30);
    let mut claim = year.open(counter.provider, visit_type, illness, from, to);
    let item = year.world.items.named("银杏叶片").at(counter.provider);
    year.charge(&mut claim, item, units * 200 * ONE, from + MINUTE, from + MINUTE);
    (claim.visit, claim.settled_at, claim.terminal) = (None, settled_at, counter.terminal);
    year.settle(&mut claim);
    let bill = &mut claim.bill;
    if bill.in_scope > 0 {
        let is_from_account = bill.account > 0;
        bill.share = 55;
        bill.fund = percent(bill.in_scope - bill.deductible, bill.share);
        bill.account = if is_from_account { bill.in_scope - bill.fund } else { 0 };
    }
    claim
}
