//! Twins who fall ill together.

use crate::care::year::Year;
use crate::money::ONE;

/// One stay, and nearly the same for the twin: other seconds, one item more.
pub(crate) fn plant(year: &mut Year) {
    let provider = year.timed_hospital();
    let from = year.anchor(10);
    let illness = year.world.illnesses.coded("J20.900");
    let nights = year.dice.days(3, 6);
    let stay = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&stay);
    let first = year.push_stay(claim);
    year.mark_honest(first);

    let mut twin = year.claims[first].clone();
    let shift = year.dice.range(20, 55);
    for line in &mut twin.lines {
        line.charged_at = (line.charged_at + shift).min(twin.ended_at);
        line.executed_at = line.executed_at.map(|time| (time + shift).min(twin.ended_at));
    }
    let item = year.world.items.named("粪便常规").at(provider);
    let time = twin.ended_at - shift;
    year.charge(&mut twin, item, ONE, time, time);
    year.settle(&mut twin);
    year.for_twin.push(twin);
}
