//! Claims, their diagnoses, procedures and truth.

use anyhow::Result;
use arrow_array::{RecordBatch, StringArray};

use super::Base;
use super::columns::{Table, date, flag, ids, money, text, time};
use crate::KINDS;
use crate::chunk::Chunk;
use crate::claim::{Admission, Claim, Discharge, Mark};
use crate::clock::{HOUR, MINUTE, Time};
use crate::world::World;
use crate::world::illnesses::{Illness, Operation};
use crate::world::items::Category;
use crate::world::persons::Person;
use crate::world::providers::Provider;

/// One claim with what its columns are made of.
struct Row<'a> {
    person: &'a Person,
    claim: &'a Claim,
    provider: &'a Provider,
    illness: &'static Illness,
    number: u64,
    /// Number of the claim that opened the visit.
    visit: Option<u64>,
    original: Option<u64>,
}

/// Claims in order, numbered on from the chunk's base.
fn rows<'a>(world: &'a World, chunk: &'a Chunk, base: Base) -> Vec<Row<'a>> {
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

pub(super) fn person_ids(numbers: impl Iterator<Item = u32>) -> StringArray {
    ids('P', 8, numbers.map(|number| Some(u64::from(number) + 1)))
}

pub(super) fn claims(world: &World, chunk: &Chunk, base: Base) -> Result<RecordBatch> {
    let rows = rows(world, chunk, base);
    let rows = || rows.iter();
    let bill = |read: fn(&Claim) -> Option<i64>| money(rows().map(move |row| read(row.claim)));
    Table::default()
        .with("claim_id", claim_ids(rows().map(|row| Some(row.number))))
        .with("person_id", person_ids(rows().map(|row| row.person.number)))
        .with("provider_id", text(rows().map(|row| Some(row.provider.code.as_str()))))
        .with("visit_type", text(rows().map(|row| Some(row.claim.visit_type.word()))))
        .with("started_at", time(rows().map(|row| Some(row.claim.started_at))))
        .with("ended_at", time(rows().map(|row| Some(row.claim.ended_at))))
        .with("total_amount", bill(|claim| Some(claim.bill.total))?)
        .with("visit_id", ids('V', 8, rows().map(|row| row.visit.map(|visit| visit + 1))))
        .with("settled_at", time(rows().map(|row| Some(row.claim.settled_at))))
        .with("is_insured", flag(rows().map(|row| row.claim.is_insured)))
        .with("settled_how", text(rows().map(|row| Some(if row.claim.is_manual { "manual" } else { "online" }))))
        .with("original_claim_id", claim_ids(rows().map(|row| row.original)))
        .with("is_refund", flag(rows().map(|row| row.claim.is_refund)))
        .with("is_interim", flag(rows().map(|row| row.claim.is_interim)))
        .with("diagnosis_code", text(rows().map(|row| Some(row.illness.code))))
        .with("diagnosis_name", text(rows().map(|row| Some(row.illness.name))))
        .with("department", text(rows().map(department)))
        .with("admission_way", text(rows().map(|row| row.claim.admission.map(Admission::word))))
        .with("discharge_way", text(rows().map(|row| row.claim.discharge.map(Discharge::word))))
        .with("transferred_from", text(rows().map(|row| row.claim.transferred_from.map(|from| world.provider(from).code.as_str()))))
        .with("doctor_id", staff_ids(rows().map(|row| row.claim.doctor)))
        .with("is_newborn", flag(rows().map(|row| row.claim.is_newborn)))
        .with("chronic_code", text(rows().map(chronic_code)))
        .with("insurance_type", text(rows().map(|row| row.claim.is_insured.then(|| row.person.insurance_type()))))
        .with("person_type", text(rows().map(|row| Some(row.person.person_type()))))
        .with("insured_region", ids('5', 5, rows().map(|row| Some(u64::from(world.counties[row.person.county as usize].code % 100_000)))))
        .with("payment_method", text(rows().map(|row| Some(if row.claim.bill.case.is_some() { "drg" } else { "item" }))))
        .with("group_code", text(rows().map(|row| row.claim.bill.case.map(|_| row.illness.group))))
        .with("group_case", text(rows().map(|row| row.claim.bill.case)))
        .with("payment_amount", bill(|claim| claim.bill.payment)?)
        .with("in_scope_amount", bill(|claim| Some(claim.bill.in_scope))?)
        .with("deductible_amount", bill(|claim| Some(claim.bill.deductible))?)
        .with("fund_amount", bill(|claim| Some(claim.bill.fund))?)
        .with("account_amount", bill(|claim| Some(claim.bill.account))?)
        .with("cash_amount", bill(|claim| Some(claim.bill.cash()))?)
        .with("self_paid_amount", bill(|claim| Some(claim.bill.self_paid()))?)
        .batch()
}

/// Pharmacies have no departments.
fn department(row: &Row<'_>) -> Option<&'static str> {
    (!row.provider.departments.is_empty()).then(|| row.provider.department(row.illness.department))
}

fn chronic_code(row: &Row<'_>) -> Option<&'static str> {
    let is_chronic = row.claim.visit_type == crate::claim::VisitType::Chronic;
    row.illness.chronic_code.filter(|_| is_chronic)
}

pub(super) fn diagnoses(world: &World, chunk: &Chunk, base: Base) -> Result<RecordBatch> {
    let mut listed: Vec<(u64, &'static Illness, bool)> = Vec::new();
    for row in rows(world, chunk, base) {
        listed.push((row.number, row.illness, true));
        listed.extend(row.claim.secondary.map(|secondary| (row.number, world.illnesses.get(secondary), false)));
    }
    let listed = || listed.iter();
    Table::default()
        .with("claim_id", claim_ids(listed().map(|row| Some(row.0))))
        .with("code", text(listed().map(|row| Some(row.1.code))))
        .with("name", text(listed().map(|row| Some(row.1.name))))
        .with("is_main", flag(listed().map(|row| row.2)))
        .batch()
}

pub(super) fn procedures(world: &World, chunk: &Chunk, base: Base) -> Result<RecordBatch> {
    let operated = |row: Row<'_>| {
        let operation = row.illness.operation.filter(|_| row.claim.has_operation)?;
        let minutes = operation.minutes * MINUTE;
        let started = theatre_time(world, row.claim)?.min(row.claim.ended_at - minutes);
        let anaesthetist = row.claim.doctor.filter(|_| row.provider.doctors.len() > 1).map(|surgeon| colleague(row.provider, surgeon));
        Some((row.number, operation, started, row.claim.doctor, anaesthetist))
    };
    let listed: Vec<_> = rows(world, chunk, base).into_iter().filter_map(operated).collect();
    let listed = || listed.iter();
    let after = |minutes: fn(&Operation) -> i64| time(listed().map(move |row| Some(row.2 + minutes(&row.1) * MINUTE)));
    Table::default()
        .with("claim_id", claim_ids(listed().map(|row| Some(row.0))))
        .with("code", text(listed().map(|row| Some(row.1.code))))
        .with("started_at", after(|_| 0))
        .with("ended_at", after(|operation| operation.minutes))
        .with("surgeon_id", staff_ids(listed().map(|row| row.3)))
        .with("anaesthetist_id", staff_ids(listed().map(|row| row.4)))
        .with("anaesthesia_started_at", after(|_| -15))
        .with("anaesthesia_ended_at", after(|operation| operation.minutes + 10))
        .batch()
}

/// When the surgery line was carried out; an hour after the day's opening where only the date is known.
fn theatre_time(world: &World, claim: &Claim) -> Option<Time> {
    let line = claim.lines.iter().find(|line| world.items.get(line.item).category == Category::Surgery)?;
    Some(line.executed_at.unwrap_or(line.charged_at + 13 * HOUR).max(claim.started_at + 16 * MINUTE))
}

/// The next doctor of the same provider.
fn colleague(provider: &Provider, doctor: u32) -> u32 {
    if doctor + 1 < provider.doctors.end { doctor + 1 } else { provider.doctors.start }
}

pub(super) fn truth(chunk: &Chunk, base: Base) -> Result<RecordBatch> {
    let numbered = chunk.claims().enumerate();
    let marks: Vec<(u64, &Mark)> =
        numbered.flat_map(|(position, (_, claim))| claim.marks.iter().map(move |mark| (base.claims + position as u64, mark))).collect();
    let marks = || marks.iter();
    let word = |read: fn(&crate::Kind) -> &'static str| text(marks().map(move |(_, mark)| Some(read(&KINDS[mark.kind]))));
    Table::default()
        .with("claim_id", claim_ids(marks().map(|(number, _)| Some(*number))))
        .with("scheme", word(|kind| kind.scheme))
        .with("code", word(|kind| kind.code))
        .with("kind", word(|kind| kind.name))
        .with("look_alike", flag(marks().map(|(_, mark)| KINDS[mark.kind].look_alike)))
        .with("loss", money(marks().map(|(_, mark)| Some(mark.loss)))?)
        .with("expected", word(|kind| kind.expected))
        .batch()
}

/// Births and deaths of a chunk; `id_numbers` are made by the caller, who keeps them unique.
pub(super) fn persons(world: &World, chunk: &Chunk, id_numbers: &[String]) -> Result<RecordBatch> {
    let persons = || chunk.persons.iter().map(|(person, _)| person);
    let village = |person: &Person| u64::from(world.counties[person.county as usize].code % 100_000) * 1_000_000 + u64::from(person.village);
    Table::default()
        .with("person_id", person_ids(persons().map(|person| person.number)))
        .with("id_number", text(id_numbers.iter().map(|text| Some(text.as_str()))))
        .with("sex", text(persons().map(|person| Some(if person.is_male { "male" } else { "female" }))))
        .with("birth_date", date(persons().map(|person| Some(person.born))))
        .with("death_date", date(persons().map(|person| person.died)))
        .with("region", ids('5', 11, persons().map(|person| Some(village(person)))))
        .with("household_id", ids('H', 8, persons().map(|person| Some(u64::from(person.household) + 1))))
        .batch()
}
