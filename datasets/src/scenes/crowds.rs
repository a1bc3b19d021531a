//! P04 and P19: many invented stays at one hospital, and honest crowds.

use crate::care::stay::{Content, Stay};
use crate::care::year::Year;
use crate::claim::Claim;
use crate::clock::{FIRST_DAY, HOUR, LAST_DAY};
use crate::dice::Dice;
use crate::money::{Fen, ONE};
use crate::world::items::Category;
use crate::world::providers::{Profile, ProviderKind};

/// Ten nights and more that the whole crowd shares, at a bent hospital.
pub(crate) fn full_house(year: &mut Year) {
    let mut event = year.event_dice();
    let provider = year.world.bent_provider(&mut event, year.person.county, ProviderKind::Hospital).unwrap_or(year.person.hospital);
    crowd(year, &mut event, provider, 12);
}

/// The same at any other hospital.
pub(crate) fn mild_crowd(year: &mut Year) {
    let mut event = year.event_dice();
    let provider = honest_general(year, &mut event);
    crowd(year, &mut event, provider, 12);
}

/// A few nights, then everybody is gone.
pub(crate) fn short_crowd(year: &mut Year) {
    let mut event = year.event_dice();
    let provider = honest_general(year, &mut event);
    crowd(year, &mut event, provider, 5);
}

/// A crowd on paper: bed and nursing, hardly anything else.
fn crowd(year: &mut Year, event: &mut Dice, provider: u32, nights: i32) {
    let start = event.days(FIRST_DAY + 10, LAST_DAY - 40);
    let (from, to) = (start + year.dice.days(0, 2), start + 2 + nights + year.dice.days(0, 2));
    let illness = year.general_illness(from);
    let plain = year.plain_stay(provider, illness, from, to - from);
    let mut claim = year.write_stay(&Stay { content: Content::Thin, with_take_home: false, ..plain });
    let world = year.world;
    let mut rounds = 0;
    claim.lines.retain(|line| {
        let is_round = world.items.get(line.item).category == Category::Consultation;
        rounds += i32::from(is_round);
        !is_round || rounds == 1
    });
    year.settle(&mut claim);
    let bare = claim.lines.iter().filter(|line| !world.items.get(line.item).category.is_drug()).map(|line| line.billed()).sum::<Fen>();
    year.thin_out(&mut claim, bare + i64::from(to - from) * 800);
    let claim = year.push_stay(claim);
    // A census does not say which of the patients were not there, so that no loss can be reckoned.
    year.mark(claim, 0);
}

/// One illness, one week, one honest hospital, each patient with a course of their own.
pub(crate) fn outbreak(year: &mut Year) {
    let mut event = year.event_dice();
    let provider = honest_general(year, &mut event);
    let start = event.days(FIRST_DAY + 10, LAST_DAY - 30);
    let illness = year.world.illnesses.coded(if event.chance(500) { "A09.900" } else { "J20.900" });
    let (from, nights) = (start + year.dice.days(0, 6), year.dice.days(2, 6));
    let stay = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&stay);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}

fn honest_general(year: &Year, event: &mut Dice) -> u32 {
    let world = year.world;
    let all = &world.counties[year.person.county as usize].hospitals[Profile::General as usize];
    let is_honest = |&number: &u32| {
        let provider = world.provider(number);
        !provider.is_bent && !provider.is_odd && provider.level <= 2
    };
    let honest: Vec<u32> = all.iter().copied().filter(is_honest).collect();
    event.pick(&honest).copied().unwrap_or(year.person.hospital)
}

/// Cataracts of a village operated on one day, at one price.
pub(crate) fn cataract_camp(year: &mut Year) {
    let mut event = year.event_dice();
    let provider = honest_general(year, &mut event);
    let from = event.days(FIRST_DAY + 10, LAST_DAY - 30);
    let world = year.world;
    let illness = world.illnesses.coded("H25.900");
    let plain = year.plain_stay(provider, illness, from, 2);
    let drugs = vec![world.items.named("左氧氟沙星滴眼液").at(provider)];
    let mut claim = year.write_stay(&Stay { content: Content::Thin, with_take_home: false, drugs, ..plain });
    add_tests(year, &mut claim, &["眼底照相", "血细胞分析", "凝血功能测定", "常规心电图"]);
    if let Some(operation) = world.illnesses.get(illness).operation {
        year.write_operation(&mut claim, 1, &operation);
    }
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}

/// Tests on the first day.
pub(super) fn add_tests(year: &mut Year, claim: &mut Claim, tests: &[&str]) {
    for (number, name) in (0..).zip(tests) {
        let item = year.world.items.named(name).at(claim.provider);
        let time = (claim.started_at + HOUR + number * 600 + year.dice.range(0, 500)).min(claim.ended_at);
        year.charge(claim, item, ONE, time, time);
    }
}

/// A course of rehabilitation of two weeks, paid by the day.
pub(crate) fn per_diem_course(year: &mut Year) {
    let provider = quiet_hospital(year, Profile::Rehabilitation);
    let mut event = year.event_dice();
    let from = event.days(FIRST_DAY + 10, LAST_DAY - 60) + year.dice.days(0, 20);
    let world = year.world;
    let plain = year.plain_stay(provider, world.illnesses.coded("I69.300"), from, 14);
    let drugs = vec![world.items.named("银杏叶片").at(provider)];
    let mut claim = year.write_stay(&Stay { content: Content::Thin, with_take_home: false, drugs, ..plain });
    let item = world.items.named("运动疗法").at(provider);
    for day in 0..14 {
        let time = claim.started_at + i64::from(day) * 24 * HOUR + year.dice.range(HOUR, 3 * HOUR);
        year.charge(&mut claim, item, ONE, time, time);
    }
    year.settle(&mut claim);
    claim.method = Some("per_diem");
    claim.bill.payment = Some(claim.bill.fund);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}

/// A hospital with few stays, another for each event of the county while there are any.
fn quiet_hospital(year: &Year, profile: Profile) -> u32 {
    let world = year.world;
    let hospitals = &world.counties[year.person.county as usize].hospitals[profile as usize];
    let turn = year.scene.event as usize / world.counties.len();
    hospitals.get(turn % hospitals.len().max(1)).copied().unwrap_or(year.person.hospital)
}

pub(crate) fn equal_costs(year: &mut Year) {
    alike(year, Profile::Traditional, "M54.500", 0);
}

pub(crate) fn nearly_equal_costs(year: &mut Year) {
    alike(year, Profile::Rehabilitation, "I69.300", 45);
}

pub(crate) fn spread_costs(year: &mut Year) {
    alike(year, Profile::Traditional, "M17.900", 9_000);
}

/// Invented stays of some weeks filled up to one total, give or take so many fen.
fn alike(year: &mut Year, profile: Profile, illness: &str, spread: Fen) {
    let provider = quiet_hospital(year, profile);
    let mut event = year.event_dice();
    let start = event.days(FIRST_DAY + 10, LAST_DAY - 60);
    let target = event.range(2_600, 3_600) * 100 + year.dice.range(-spread, spread);
    let (from, nights) = (start + year.dice.days(0, 30), year.dice.days(5, 8));
    let world = year.world;
    let plain = year.plain_stay(provider, world.illnesses.coded(illness), from, nights);
    let drugs = vec![world.items.named("腰痛宁胶囊").at(provider)];
    let mut claim = year.write_stay(&Stay { content: Content::Thin, with_take_home: false, drugs, ..plain });
    year.top_up(&mut claim, target - 20_000);
    fill(year, &mut claim, target);
    let claim = year.push_stay(claim);
    year.mark_void(claim);
}

/// Herbs by the gram for what is missing.
fn fill(year: &mut Year, claim: &mut Claim, target: Fen) {
    let world = year.world;
    let item = world.items.named("当归").at(claim.provider);
    let price = world.items.get(item).price(world.provider(claim.provider).level);
    let missing = target - claim.bill.total;
    if missing > 0 && price > 0 {
        let time = (claim.started_at + 4 * HOUR).min(claim.ended_at);
        // A ten-thousandth of a gram costs far less than a fen, so that the amount is met exactly.
        year.charge(claim, item, (missing * 100_000_000 + price / 2) / price, time, time);
        year.settle(claim);
    }
}
