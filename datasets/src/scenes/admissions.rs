//! P08: admitted for tests alone, and honest short stays.

use super::crowds::add_tests;
use crate::care::stay::{Content, Stay};
use crate::care::year::Year;
use crate::claim::Claim;
use crate::clock::HOUR;
use crate::money::ONE;
use crate::world::providers::ProviderKind;

/// Mild illnesses of adults for which nobody needs a bed.
const MILD: [&str; 4] = ["R42.x00", "K29.500", "R51.x00", "J20.900"];
/// A check-up.
const BATTERY: [&str; 9] =
    ["心脏彩色超声", "头部CT平扫", "腹部彩色超声", "肝功能测定", "肾功能测定", "血脂测定", "凝血功能测定", "血细胞分析", "常规心电图"];

pub(crate) fn tests_alone(year: &mut Year) {
    let provider = bent_hospital(year);
    let claim = checked_up(year, provider, 2);
    finish(year, claim);
}

/// The same with a few tablets.
pub(crate) fn with_tablets(year: &mut Year) {
    let provider = bent_hospital(year);
    let mut claim = checked_up(year, provider, 2);
    add_tablets(year, &mut claim, 6);
    finish(year, claim);
}

/// The same with one infusion for the record.
pub(crate) fn with_drip(year: &mut Year) {
    let provider = bent_hospital(year);
    let mut claim = checked_up(year, provider, 2);
    let time = claim.started_at + 3 * HOUR;
    for name in ["静脉输液", "氯化钠注射液"] {
        let item = year.world.items.named(name).at(provider);
        year.charge(&mut claim, item, ONE, time, time);
    }
    finish(year, claim);
}

fn finish(year: &mut Year, mut claim: Claim) {
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_void(claim);
}

fn bent_hospital(year: &mut Year) -> u32 {
    year.world.bent_provider(&mut year.dice, year.person.county, ProviderKind::Hospital).unwrap_or(year.person.hospital)
}

/// One to `most` nights with bed, nursing, rounds and most of the battery; not yet settled.
fn checked_up(year: &mut Year, provider: u32, most: i32) -> Claim {
    let nights = year.dice.days(1, most);
    let from = year.anchor(nights);
    let code = year.dice.pick(&MILD).copied().unwrap_or(MILD[0]);
    let mut claim = bare(year, provider, code, from, nights);
    let mut tests = BATTERY;
    year.dice.shuffle(&mut tests[2..]);
    let count = year.dice.range(5, 9) as usize;
    add_tests(year, &mut claim, &tests[..count]);
    claim
}

/// Bed, nursing and rounds.
fn bare(year: &mut Year, provider: u32, code: &str, from: i32, nights: i32) -> Claim {
    let world = year.world;
    let plain = year.plain_stay(provider, world.illnesses.coded(code), from, nights);
    let mut claim = year.write_stay(&Stay { content: Content::Thin, with_take_home: false, ..plain });
    claim.lines.retain(|line| !world.items.get(line.item).category.is_drug());
    claim
}

fn add_tablets(year: &mut Year, claim: &mut Claim, days: i64) {
    let item = year.world.items.named("氨氯地平").at(claim.provider);
    let time = claim.started_at + 2 * HOUR;
    year.charge(claim, item, days * ONE, time, time);
}

/// An honest doctor who wants to be sure.
pub(crate) fn diagnostic(year: &mut Year) {
    let provider = year.honest_hospital();
    let mut claim = checked_up(year, provider, 2);
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}

/// Blood pressure adjusted under observation: tablets, few tests.
pub(crate) fn adjusted(year: &mut Year) {
    let provider = year.honest_hospital();
    let nights = year.dice.days(2, 3);
    let from = year.anchor(nights);
    let mut claim = bare(year, provider, "I10.x00x002", from, nights);
    add_tests(year, &mut claim, &["常规心电图", "肾功能测定"]);
    add_tablets(year, &mut claim, 28);
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}

/// Staging of a tumour before treatment: two nights of tests.
pub(crate) fn staging(year: &mut Year) {
    let provider = year.honest_hospital();
    let nights = year.dice.days(1, 2);
    let from = year.anchor(nights);
    let mut claim = bare(year, provider, "C34.900", from, nights);
    add_tests(year, &mut claim, &["胸部CT平扫", "头部CT平扫", "腹部彩色超声", "肿瘤标志物测定", "血细胞分析", "肝功能测定"]);
    year.settle(&mut claim);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}
