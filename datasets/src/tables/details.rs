//! What hangs on a claim (diagnoses, procedures, truth), and the persons.

use anyhow::Result;
use arrow_array::RecordBatch;

use super::Base;
use super::claims::{Row, claim_ids, person_ids, rows, staff_ids};
use super::columns::{Table, date, flag, ids, money, text, time};
use crate::KINDS;
use crate::chunk::Chunk;
use crate::claim::{Claim, Mark};
use crate::clock::{HOUR, MINUTE, Time};
use crate::world::World;
use crate::world::illnesses::{Illness, Operation};
use crate::world::items::Category;
use crate::world::persons::Person;
use crate::world::providers::Provider;

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

/// Leave from a ward.
pub(super) fn registers(chunk: &Chunk) -> Result<RecordBatch> {
    let on_leave: Vec<(u32, Time, Time)> =
        chunk.claims().filter_map(|(person, claim)| claim.leave.map(|(from, to)| (person.number, from, to))).collect();
    let rows = || on_leave.iter();
    Table::default()
        .with("person_id", person_ids(rows().map(|row| row.0)))
        .with("kind", text(rows().map(|_| Some("leave"))))
        .with("from", time(rows().map(|row| Some(row.1))))
        .with("to", time(rows().map(|row| Some(row.2))))
        .batch()
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
    let village =
        |person: &Person| u64::from(world.counties[person.county as usize].code % 100_000) * 1_000_000 + u64::from(person.village);
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
