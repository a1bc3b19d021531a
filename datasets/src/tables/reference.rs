//! Tables about the world: providers, staff, catalogue, groups, stock, and which providers are odd.

use anyhow::Result;
use arrow_array::RecordBatch;

use super::claims::{phones, staff_ids};
use super::columns::{Table, date, ids, maybe_quantity, money, quantity, real, text, whole};
use crate::ODD_PROFILE;
use crate::clock::{YEAR, day};
use crate::ledger::{Ledger, Movement};
use crate::money::ONE;
use crate::world::World;
use crate::world::items::{Category, Item};
use crate::world::persons::phone_of_staff;
use crate::world::points::{DAILY, PAIRS};

pub(super) fn providers(world: &World, ledger: &Ledger) -> Result<RecordBatch> {
    let rows = || world.providers.iter();
    let known = |beds: u16| (beds > 0).then_some(i32::from(beds));
    let numbers = || 0..world.providers.len();
    let departments: Vec<String> = rows().map(|row| row.departments.join(",")).collect();
    Table::default()
        .with("provider_id", text(rows().map(|row| Some(row.code.as_str()))))
        .with("name", text(rows().map(|row| Some(row.name.as_str()))))
        .with("kind", text(rows().map(|row| Some(row.kind.word()))))
        .with("ownership", text(rows().map(|row| Some(if row.is_private { "private" } else { "public" }))))
        .with("level", whole(rows().map(|row| Some(i32::from(row.level)))))
        .with("group_id", ids('G', 8, rows().map(|row| row.group.map(u64::from))))
        .with("beds", whole(numbers().map(|number| known(ledger.beds(world, number)))))
        .with("open_beds", whole(numbers().map(|number| known(ledger.open_beds(number)))))
        .with("stock_unit", text((0..world.providers.len() as u32).map(|number| world.shared_store(number))))
        .with("departments", text(departments.iter().map(|names| (!names.is_empty()).then_some(names.as_str()))))
        .with("region", ids('5', 5, rows().map(|row| Some(u64::from(row.region % 100_000)))))
        .with("latitude", real(rows().map(|row| 30.0 + f64::from(row.place.0) / 100.0)))
        .with("longitude", real(rows().map(|row| 106.0 + f64::from(row.place.1) / 100.0)))
        .batch()
}

pub(super) fn odd_providers(world: &World) -> Result<RecordBatch> {
    let rows = || world.providers.iter().filter(|row| row.is_odd);
    Table::default()
        .with("provider_id", text(rows().map(|row| Some(row.code.as_str()))))
        .with("code", text(rows().map(|_| Some("O19"))))
        .with("kind", text(rows().map(|_| Some(ODD_PROFILE))))
        .batch()
}

pub(super) fn staff(world: &World) -> Result<RecordBatch> {
    let rows = || world.staff.iter();
    Table::default()
        .with("staff_id", staff_ids(rows().map(|row| Some(row.number))))
        .with("provider_id", text(rows().map(|row| Some(world.provider(row.provider).code.as_str()))))
        .with("role", text(rows().map(|row| Some(row.role))))
        .with("specialty", text(rows().map(|row| row.specialty)))
        .with("licensed_from", date(rows().map(|row| Some(row.licensed_from))))
        .with("phone", phones(rows().map(|row| phone_of_staff(row.number))))
        .batch()
}

pub(super) fn catalogue(world: &World) -> Result<RecordBatch> {
    let rows = || world.items.list().iter();
    let setting = |category| {
        if category == Category::Bed { Some("inpatient") } else { None }
    };
    Table::default()
        .with("item_code", text(rows().map(|row| Some(row.code.as_str()))))
        .with("item_name", text(rows().map(|row| Some(row.name.as_str()))))
        .with("category", text(rows().map(|row| Some(row.category.word()))))
        .with("unit", text(rows().map(|row| Some(row.unit))))
        .with("ingredient", text(rows().map(|row| row.ingredient)))
        .with("units_per_pack", maybe_quantity(rows().map(|row| row.category.is_stocked().then_some(row.pack * ONE)))?)
        .with("family", text(rows().map(Item::family)))
        .with("presence", rows().map(Item::presence).collect::<arrow_array::BooleanArray>())
        .with("sex_limit", text(rows().map(|row| row.limit.sex)))
        .with("min_age", whole(rows().map(|row| row.limit.min_age)))
        .with("max_age", whole(rows().map(|row| row.limit.max_age)))
        .with("setting", text(rows().map(|row| setting(row.category).filter(|_| !row.name.contains("观察")))))
        .with("min_level", whole(rows().map(|row| row.limit.min_level.map(i32::from))))
        .with("valid_from", date(rows().map(|_| Some(day(2020, 1, 1)))))
        .batch()
}

/// Knowledge points on the ways of attendance and insurances that pay for a drug.
pub(super) fn limits(world: &World) -> Result<RecordBatch> {
    let rows = || world.items.list().iter().filter(|item| item.limit.is_for_wards || item.limit.is_for_births);
    let kind = |item: &Item| if item.limit.is_for_wards { "setting" } else { "insurance" };
    Table::default()
        .with("item_code", text(rows().map(|row| Some(row.code.as_str()))))
        .with("kind", text(rows().map(|row| Some(kind(row)))))
        .with("item_name", text(rows().map(|row| Some(row.name.as_str()))))
        .with("settings", text(rows().map(|row| row.limit.is_for_wards.then_some("inpatient emergency"))))
        .with("insurances", text(rows().map(|row| row.limit.is_for_births.then_some("maternity"))))
        .with("valid_from", date(rows().map(|_| Some(day(2020, 1, 1)))))
        .batch()
}

/// Knowledge points on items that include others.
pub(super) fn exclusive_pairs(world: &World) -> Result<RecordBatch> {
    let code = |name: &str| Some(world.items.get(world.items.named(name).at(0)).code.as_str());
    Table::default()
        .with("item_code", text(PAIRS.iter().map(|row| code(row.main))))
        .with("other_code", text(PAIRS.iter().map(|row| code(row.other))))
        .with("scope", text(PAIRS.iter().map(|row| Some(row.scope))))
        .with("item_name", text(PAIRS.iter().map(|row| Some(row.main))))
        .with("other_name", text(PAIRS.iter().map(|row| Some(row.other))))
        .with("hours", whole(PAIRS.iter().map(|row| row.hours)))
        .with("valid_from", date(PAIRS.iter().map(|_| Some(day(2020, 1, 1)))))
        .batch()
}

/// Knowledge points on how often items are paid for.
pub(super) fn frequencies(world: &World) -> Result<RecordBatch> {
    let code = |name: &str| Some(world.items.get(world.items.named(name).at(0)).code.as_str());
    Table::default()
        .with("item_code", text(DAILY.iter().map(|row| code(row.0))))
        .with("most", quantity(DAILY.iter().map(|row| row.1 * ONE))?)
        .with("per", text(DAILY.iter().map(|_| Some("day"))))
        .with("item_name", text(DAILY.iter().map(|row| Some(row.0))))
        .with("charge_unit", text(DAILY.iter().map(|row| Some(row.2))))
        .with("valid_from", date(DAILY.iter().map(|_| Some(day(2020, 1, 1)))))
        .batch()
}

pub(super) fn groups(world: &World) -> Result<RecordBatch> {
    let illnesses = world.illnesses.all().iter().zip(&world.norms).filter(|(_, norm)| **norm > 0);
    let rows: Vec<(i32, &str, i64)> =
        [YEAR, YEAR + 1].iter().flat_map(|&year| illnesses.clone().map(move |(row, norm)| (year, row.group, *norm))).collect();
    let mean = rows.iter().map(|row| row.2).sum::<i64>() as f64 / rows.len().max(1) as f64;
    let rows = || rows.iter();
    Table::default()
        .with("group_code", text(rows().map(|row| Some(row.1))))
        .with("year", whole(rows().map(|row| Some(row.0))))
        .with("norm_cost", money(rows().map(|row| Some(row.2)))?)
        .with("weight", real(rows().map(|row| (row.2 as f64 / mean * 10_000.0).round() / 10_000.0)))
        .batch()
}

/// One provider's stock book.
pub(super) fn stock(world: &World, ledger: &Ledger, provider: usize) -> Result<RecordBatch> {
    let movements = ledger.movements(world, provider);
    let rows = || movements.iter();
    let moved_on = |row: &Movement| day(YEAR + row.month as i32 / 12, row.month as i32 % 12 + 1, row.day);
    Table::default()
        .with("provider_id", text(rows().map(|_| Some(world.providers[provider].code.as_str()))))
        .with("item_code", text(rows().map(|row| Some(world.items.get(row.item).code.as_str()))))
        .with("movement", text(rows().map(|row| Some(row.kind))))
        .with("moved_on", date(rows().map(|row| Some(moved_on(row)))))
        .with("quantity", quantity(rows().map(|row| row.quantity))?)
        .with("amount", money(rows().map(|row| Some(row.amount)))?)
        .with("units_per_pack", maybe_quantity(rows().map(|row| row.pack.map(|pack| pack * ONE)))?)
        .batch()
}
