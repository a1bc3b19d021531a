//! Claims.

use anyhow::Result;
use arrow_array::{Decimal128Array, RecordBatch, StringArray};

use super::Base;
use super::columns::{Table, flag, ids, money, text, time};
use crate::chunk::Chunk;
use crate::claim::{Admission, Claim, Discharge, Invoice};
use crate::world::World;
use crate::world::illnesses::Illness;
use crate::world::persons::Person;
use crate::world::providers::Provider;

/// One claim with what its columns are made of.
pub(super) struct Row<'a> {
    pub(super) person: &'a Person,
    pub(super) claim: &'a Claim,
    pub(super) provider: &'a Provider,
    pub(super) illness: &'static Illness,
    pub(super) number: u64,
    /// Number of the claim that opened the visit.
    visit: Option<u64>,
    original: Option<u64>,
}

/// Claims in order, numbered on from the chunk's base.
pub(super) fn rows<'a>(world: &'a World, chunk: &'a Chunk, base: Base) -> Vec<Row<'a>> {
    let mut rows = Vec::with_capacity(chunk.claim_count() as usize);
    for (person, claims) in &chunk.persons {
        let first = base.claims + rows.len() as u64;
        let opened_by = |visit| claims.iter().position(|claim| claim.visit == Some(visit)).map(|position| first + position as u64);
        for (position, claim) in claims.iter().enumerate() {
            rows.push(Row {
                person,
                claim,
                provider: world.provider(claim.provider),
                illness: world.illnesses.get(claim.illness),
                number: first + position as u64,
                visit: claim.visit.and_then(opened_by),
                original: claim.original.map(|position| first + position as u64),
            });
        }
    }
    rows
}

pub(super) fn claim_ids(numbers: impl Iterator<Item = Option<u64>>) -> StringArray {
    ids('C', 8, numbers.map(|number| number.map(|number| number + 1)))
}

pub(super) fn staff_ids(numbers: impl Iterator<Item = Option<u32>>) -> StringArray {
    ids('D', 6, numbers.map(|number| number.map(|number| u64::from(number) + 1)))
}

/// Eleven digits that no subscriber has.
pub(super) fn phones(numbers: impl Iterator<Item = u64>) -> StringArray {
    ids('1', 10, numbers.map(Some))
}

pub(super) fn person_ids(numbers: impl Iterator<Item = u32>) -> StringArray {
    ids('P', 8, numbers.map(|number| Some(u64::from(number) + 1)))
}

pub(super) fn claims(world: &World, chunk: &Chunk, base: Base) -> Result<RecordBatch> {
    let rows = rows(world, chunk, base);
    let table = settlement(Table::default(), &rows)?;
    let table = course(table, world, &rows);
    payment(table, &rows)?.batch()
}

fn bill(rows: &[Row<'_>], read: fn(&Claim) -> Option<i64>) -> Result<Decimal128Array> {
    money(rows.iter().map(|row| read(row.claim)))
}

/// Whose claim it is, where, when, how much.
fn settlement(table: Table, rows: &[Row<'_>]) -> Result<Table> {
    let total = bill(rows, |claim| Some(claim.bill.total))?;
    let terminals: Vec<String> = rows.iter().map(|row| format!("{}-{}", row.provider.code, row.claim.terminal)).collect();
    let rows = || rows.iter();
    Ok(table
        .with("claim_id", claim_ids(rows().map(|row| Some(row.number))))
        .with("person_id", person_ids(rows().map(|row| row.person.number)))
        .with("provider_id", text(rows().map(|row| Some(row.provider.code.as_str()))))
        .with("visit_type", text(rows().map(|row| Some(row.claim.visit_type.word()))))
        .with("started_at", time(rows().map(|row| Some(row.claim.started_at))))
        .with("ended_at", time(rows().map(|row| Some(row.claim.ended_at))))
        .with("total_amount", total)
        .with("visit_id", ids('V', 8, rows().map(|row| row.visit.map(|visit| visit + 1))))
        .with("settled_at", time(rows().map(|row| Some(row.claim.settled_at))))
        .with("is_insured", flag(rows().map(|row| row.claim.is_insured)))
        .with("terminal_id", text(terminals.iter().map(|terminal| Some(terminal.as_str()))))
        .with("settled_how", text(rows().map(|row| Some(if row.claim.is_manual { "manual" } else { "online" }))))
        .with("original_claim_id", claim_ids(rows().map(|row| row.original)))
        .with("is_refund", flag(rows().map(|row| row.claim.is_refund)))
        .with("is_interim", flag(rows().map(|row| row.claim.is_interim))))
}

/// What the patient had, and how they came and left.
fn course(table: Table, world: &World, rows: &[Row<'_>]) -> Table {
    let rows = || rows.iter();
    table
        .with("diagnosis_code", text(rows().map(|row| Some(row.illness.code))))
        .with("diagnosis_name", text(rows().map(|row| Some(row.illness.name))))
        .with("department", text(rows().map(department)))
        .with("admission_way", text(rows().map(|row| row.claim.admission.map(Admission::word))))
        .with("discharge_way", text(rows().map(|row| row.claim.discharge.map(Discharge::word))))
        .with("transferred_from", text(rows().map(|row| row.claim.transferred_from.map(|from| world.provider(from).code.as_str()))))
        .with("doctor_id", staff_ids(rows().map(|row| row.claim.doctor)))
        .with("is_newborn", flag(rows().map(|row| row.claim.is_newborn)))
        .with("chronic_code", text(rows().map(chronic_code)))
        .with("invoice_no", text(rows().map(invoice).collect::<Vec<_>>().iter().map(Option::as_deref)))
        .with("insurance_type", text(rows().map(|row| row.claim.is_insured.then(|| row.person.insurance_type()))))
        .with("person_type", text(rows().map(|row| Some(row.person.person_type()))))
        .with("employer_id", ids('W', 8, rows().map(|row| row.person.employer.map(|employer| u64::from(employer) + 1))))
        .with("phone", phones(rows().map(|row| row.claim.phone.unwrap_or_else(|| row.person.phone()))))
        .with("insured_region", ids('5', 5, rows().map(|row| Some(u64::from(world.counties[row.person.county as usize].code % 100_000)))))
}

/// Who paid what.
fn payment(table: Table, rows: &[Row<'_>]) -> Result<Table> {
    let bill = |read| bill(rows, read);
    let rows = || rows.iter();
    Ok(table
        .with("payment_method", text(rows().map(|row| Some(method(row.claim)))))
        .with("group_code", text(rows().map(|row| row.claim.bill.case.map(|_| row.illness.group))))
        .with("group_case", text(rows().map(|row| row.claim.bill.case)))
        .with("payment_amount", bill(|claim| claim.bill.payment)?)
        .with("in_scope_amount", bill(|claim| Some(claim.bill.in_scope))?)
        .with("deductible_amount", bill(|claim| Some(claim.bill.deductible))?)
        .with("fund_amount", bill(|claim| Some(claim.bill.fund))?)
        .with("account_amount", bill(|claim| Some(claim.bill.account))?)
        .with("cash_amount", bill(|claim| Some(claim.bill.cash()))?)
        .with("self_paid_amount", bill(|claim| Some(claim.bill.self_paid()))?))
}

/// An electronic receipt: the year, then the claim or the scene that numbers it. A refund takes back the receipt of its original.
fn invoice(row: &Row<'_>) -> Option<String> {
    match row.claim.invoice {
        Invoice::Own if row.provider.is_date_only => None,
        Invoice::Own => Some(format!("5025{:010}", row.original.unwrap_or(row.number) + 1)),
        Invoice::Shared(number) => Some(format!("5125{number:010}")),
        Invoice::Typed(text) => Some(text.to_owned()),
    }
}

fn method(claim: &Claim) -> &'static str {
    claim.method.unwrap_or(if claim.bill.case.is_some() { "drg" } else { "item" })
}

/// Pharmacies have no departments.
fn department(row: &Row<'_>) -> Option<&'static str> {
    (!row.provider.departments.is_empty()).then(|| row.provider.department(row.illness.department))
}

fn chronic_code(row: &Row<'_>) -> Option<&'static str> {
    let is_chronic = row.claim.visit_type == crate::claim::VisitType::Chronic;
    row.illness.chronic_code.filter(|_| is_chronic)
}
