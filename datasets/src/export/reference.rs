//! What the rows of one table have to say of those of others: persons, providers and items by id, and the visits that claims belong to.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;

use super::records::{Record, Table, Texts};

/// One in so many persons is settled out of the area, unless some claim of theirs was settled by hand.
const AWAY: u64 = 41;

/// Tables that are looked up. They grow with persons and providers, not with claims.
pub(super) struct Reference {
    persons: Keyed,
    providers: Keyed,
    items: Keyed,
    pub(super) visits: Visits,
}

impl Reference {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        Ok(Self {
            persons: Keyed::read(folder, "persons", "person_id")?,
            providers: Keyed::read(folder, "providers", "provider_id")?,
            items: Keyed::read(folder, "catalogue", "item_code")?,
            visits: Visits::read(folder)?,
        })
    }

    pub(super) fn person(&self, id: &str) -> Option<Record<'_>> {
        self.persons.find(id)
    }

    pub(super) fn provider(&self, id: &str) -> Option<Record<'_>> {
        self.providers.find(id)
    }

    pub(super) fn item(&self, code: &str) -> Option<Record<'_>> {
        self.items.find(code)
    }
}

struct Keyed {
    texts: Vec<Texts>,
    places: HashMap<Box<str>, (u32, u32)>,
}

impl Keyed {
    fn read(folder: &Path, table: &str, key: &str) -> Result<Self> {
        let texts: Vec<Texts> = Table::open(folder, table)?.collect::<Result<_>>()?;
        let mut places = HashMap::new();
        for (batch, rows) in (0..).zip(&texts) {
            for (row, record) in (0..).zip(rows.records()) {
                places.entry(record.text(key).into()).or_insert((batch, row));
            }
        }
        Ok(Self { texts, places })
    }

    fn find(&self, id: &str) -> Option<Record<'_>> {
        let &(batch, row) = self.places.get(id)?;
        Some(self.texts[batch as usize].record(row as usize))
    }
}

/// What a claim does not say of its visit: the few facts that need the other claims of the person.
#[derive(Default)]
pub(super) struct Visits {
    /// The last end and way of discharge of visits with several claims.
    ends: HashMap<String, (String, String)>,
    /// The visit from which a claim's patient was transferred.
    earlier: HashMap<String, String>,
    away: HashSet<String>,
}

impl Visits {
    fn read(folder: &Path) -> Result<Self> {
        let mut visits = Self::default();
        let mut person = Person::default();
        for texts in Table::open(folder, "claims")? {
            for claim in texts?.records() {
                if claim.text("person_id") != person.id {
                    visits.close(&std::mem::take(&mut person));
                    claim.text("person_id").clone_into(&mut person.id);
                }
                visits.add(claim, &mut person);
            }
        }
        visits.close(&person);
        Ok(visits)
    }

    fn add(&mut self, claim: Record<'_>, person: &mut Person) {
        let visit = visit_id(claim);
        if let Some(from) = claim.get("transferred_from")
            && let Some((_, earlier)) = person.visits.iter().rev().find(|(provider, _)| provider == from)
        {
            self.earlier.insert(claim.text("claim_id").to_owned(), earlier.clone());
        }
        if !opens_visit(claim) && !claim.is("is_refund", "true") {
            let end = (claim.text("ended_at").to_owned(), claim.text("discharge_way").to_owned());
            let last = self.ends.entry(visit.clone()).or_default();
            if end.0 > last.0 {
                *last = end;
            }
        }
        person.is_manual |= claim.is("settled_how", "manual");
        person.visits.push((claim.text("provider_id").to_owned(), visit));
    }

    fn close(&mut self, person: &Person) {
        if number(&person.id) % AWAY == 7 && !person.is_manual {
            self.away.insert(person.id.clone());
        }
    }

    /// The last end of the visit that a claim opens, and the way of discharge.
    pub(super) fn end<'a>(&'a self, claim: Record<'a>) -> (&'a str, &'a str) {
        let own = (claim.text("ended_at"), claim.text("discharge_way"));
        let last = claim.get("visit_id").and_then(|visit| self.ends.get(visit));
        last.map(|(end, way)| (end.as_str(), way.as_str())).filter(|last| last.0 > own.0).unwrap_or(own)
    }

    /// The visit from which the patient of a claim was transferred.
    pub(super) fn earlier(&self, claim: Record<'_>) -> Option<&str> {
        self.earlier.get(claim.text("claim_id")).map(String::as_str)
    }

    /// Whether a claim was settled out of the area.
    pub(super) fn is_away(&self, claim: Record<'_>) -> bool {
        self.away.contains(claim.text("person_id"))
    }
}

#[derive(Default)]
struct Person {
    id: String,
    /// Provider and visit of each claim so far.
    visits: Vec<(String, String)>,
    is_manual: bool,
}

/// The visit of a claim; a claim without one is a visit of its own.
pub(super) fn visit_id(claim: Record<'_>) -> String {
    claim.get("visit_id").map_or_else(|| format!("M{}", digits(claim.text("claim_id"))), str::to_owned)
}

/// Whether a claim is the first of its visit: a visit bears the number of the claim that opens it.
pub(super) fn opens_visit(claim: Record<'_>) -> bool {
    claim.get("visit_id").is_none_or(|visit| digits(visit) == digits(claim.text("claim_id")))
}

fn digits(id: &str) -> &str {
    id.get(1..).unwrap_or_default()
}

/// The number of an id, a letter and digits.
pub(super) fn number(id: &str) -> u64 {
    digits(id).parse().unwrap_or(0)
}
