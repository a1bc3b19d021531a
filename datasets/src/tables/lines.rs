//! Lines, the widest part of the data.

use anyhow::Result;
use arrow_array::{RecordBatch, StringArray};

use super::Base;
use super::claims::{claim_ids, staff_ids};
use super::columns::{Table, flag, ids, money, quantity, text, time, unit_price, whole};
use crate::chunk::Chunk;
use crate::claim::{Claim, Line, Supply};
use crate::world::World;
use crate::world::items::Item;

struct Row<'a> {
    claim: &'a Claim,
    line: &'a Line,
    item: &'a Item,
    department: Option<&'static str>,
    claim_number: u64,
    number: u64,
    reverses: Option<u64>,
    /// Order numbers are unique through their person's.
    order: Option<(u32, u32)>,
}

pub(super) fn lines(world: &World, chunk: &Chunk, base: Base) -> Result<RecordBatch> {
    let rows = rows(world, chunk, base);
    let rows = || rows.iter();
    let item = |read: fn(&Item) -> Option<&str>| text(rows().map(move |row| read(row.item)));
    let fen = |read: fn(&Line) -> i64| money(rows().map(move |row| Some(read(row.line))));
    Table::default()
        .with("claim_id", claim_ids(rows().map(|row| Some(row.claim_number))))
        .with("item_code", item(|item| Some(&item.code)))
        .with("quantity", quantity(rows().map(|row| row.line.quantity))?)
        .with("unit_price", unit_price(rows().map(|row| row.line.unit_price))?)
        .with("amount", fen(|line| line.amount)?)
        .with("line_id", line_ids(rows().map(|row| Some(row.number))))
        .with("item_name", item(|item| Some(&item.name)))
        .with("category", item(|item| Some(item.category.word())))
        .with("pay_class", item(|item| Some(item.pay_class())))
        .with("spec", item(|item| item.spec))
        .with("charge_unit", item(|item| Some(item.unit)))
        .with("in_scope_amount", fen(|line| line.in_scope)?)
        .with("self_paid_amount", fen(|line| line.billed() - line.in_scope)?)
        .with("discount_amount", money(rows().map(|row| (row.line.discount != 0).then_some(row.line.discount)))?)
        .with("charged_at", time(rows().map(|row| Some(row.line.charged_at))))
        .with("executed_at", time(rows().map(|row| row.line.executed_at)))
        .with("order_no", orders(rows().map(|row| row.order)))
        .with("department", text(rows().map(|row| row.department)))
        .with("doctor_id", staff_ids(rows().map(|row| row.claim.doctor)))
        .with("executor_id", staff_ids(rows().map(|row| row.line.executor)))
        .with("days_supply", whole(rows().map(|row| (row.line.days_supply > 0).then(|| i32::from(row.line.days_supply)))))
        .with("reverses_line_id", line_ids(rows().map(|row| row.reverses)))
        .with("is_discharge_drug", flag(rows().map(|row| row.line.is_discharge_drug)))
        .with("is_hospital_made", flag(rows().map(|row| row.item.is_hospital_made())))
        .with("is_negotiated", flag(rows().map(|row| row.line.supply == Supply::SecondChannel)))
        .batch()
}

fn rows<'a>(world: &'a World, chunk: &'a Chunk, base: Base) -> Vec<Row<'a>> {
    let mut rows = Vec::with_capacity(chunk.line_count() as usize);
    for (position, (person, claim)) in chunk.claims().enumerate() {
        let first = base.lines + rows.len() as u64;
        let provider = world.provider(claim.provider);
        let wanted = world.illnesses.get(claim.illness).department;
        let department = (!provider.departments.is_empty()).then(|| provider.department(wanted));
        rows.extend(claim.lines.iter().enumerate().map(|(place, line)| Row {
            claim,
            line,
            item: world.items.get(line.item),
            department,
            claim_number: base.claims + position as u64,
            number: first + place as u64,
            reverses: line.reverses.map(|reversed| first + u64::from(reversed)),
            order: line.order.map(|order| (person.number, order)),
        }));
    }
    rows
}

fn line_ids(numbers: impl Iterator<Item = Option<u64>>) -> StringArray {
    ids('L', 9, numbers.map(|number| number.map(|number| number + 1)))
}

/// `O`, the person's eight digits, the order's five.
fn orders(numbers: impl Iterator<Item = Option<(u32, u32)>>) -> StringArray {
    ids('O', 13, numbers.map(|number| number.map(|(person, order)| (u64::from(person) + 1) * 100_000 + u64::from(order))))
}
