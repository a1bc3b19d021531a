//! O16, P02, P09 and P17.

use std::collections::{BTreeMap, BTreeSet};

use super::visits::{Visit, net_total};
use super::{County, Findings, Place, Tier};
use crate::claim::{Admission, Claim, Discharge, VisitType};
use crate::clock::{DAY, LAST_DAY, Time, day_of, midnight};
use crate::world::items::Category;
use crate::world::persons::Person;

pub(super) struct Stay {
    pub(super) provider: u32,
    pub(super) claims: Vec<usize>,
    pub(super) start: Time,
    pub(super) end: Time,
    total: i64,
    pub(super) insured: bool,
    discharge: Option<Discharge>,
}

impl Stay {
    pub(super) fn first<'a>(&self, claims: &'a [Claim]) -> &'a Claim {
        &claims[self.claims[0]]
    }

    pub(super) fn nights(&self) -> i64 {
        i64::from((day_of(self.end) - day_of(self.start)).max(0))
    }
}

pub(super) fn of(claims: &[Claim], visits: &[Visit]) -> Vec<Stay> {
    let mut by_provider: BTreeMap<u32, Vec<Vec<&Visit>>> = BTreeMap::new();
    for visit in visits.iter().filter(|visit| visit.is_live && visit.is_inpatient) {
        let stays = by_provider.entry(visit.provider).or_default();
        match stays.last_mut() {
            Some(stay) if stay.last().is_some_and(|previous| carries_on(previous, visit)) => {
                stay.push(visit);
            }
            _ => stays.push(vec![visit]),
        }
    }
    let mut stays: Vec<Stay> = by_provider.into_values().flatten().map(|visits| join(claims, &visits)).collect();
    stays.sort_by_key(|stay| (stay.start, stay.end, stay.claims[0]));
    stays
}

fn carries_on(previous: &Visit, next: &Visit) -> bool {
    let days = day_of(next.start) - day_of(previous.end);
    (previous.is_interim || day_of(previous.end) == LAST_DAY) && (0..=1).contains(&days)
}

fn join(claims: &[Claim], visits: &[&Visit]) -> Stay {
    let members: Vec<usize> = visits.iter().flat_map(|visit| visit.claims.clone()).collect();
    let last = visits[visits.len() - 1]
        .claims
        .iter()
        .copied()
        .max_by_key(|&position| (claims[position].ended_at, position))
        .expect("a visit holds claims");
    Stay {
        provider: visits[0].provider,
        start: visits.iter().map(|visit| visit.start).min().expect("a visit holds claims"),
        end: visits.iter().map(|visit| visit.end).max().expect("a visit holds claims"),
        total: members.iter().map(|&position| net_total(claims, position)).sum(),
        insured: members.iter().any(|&position| claims[position].is_insured),
        discharge: claims[last].discharge,
        claims: members,
    }
}

pub(super) fn overlapping(_: &County, person: &Person, claims: &[Claim], stays: &[Stay], findings: &mut Findings) {
    for (number, a) in stays.iter().enumerate() {
        for b in &stays[number + 1..] {
            let is_newborn = a.first(claims).is_newborn || b.first(claims).is_newborn;
            let nights = i64::from(day_of(a.end.min(b.end)) - day_of(a.start.max(b.start)));
            if a.provider == b.provider || is_newborn || !(a.insured || b.insured) || nights < 1 {
                continue;
            }
            let is_transfer = a.discharge == Some(Discharge::Transfer)
                || b.first(claims).transferred_from == Some(a.provider)
                || b.first(claims).admission == Some(Admission::Transfer);
            if is_transfer && a.end.min(b.end) - b.start <= DAY {
                continue;
            }
            let is_breach = nights >= 2 || nights * 100 >= 50 * a.nights().min(b.nights());
            let a_is_thinner = a.total * b.nights().max(1) < b.total * a.nights().max(1);
            let at_risk = if !b.insured || (a.insured && a_is_thinner) { a } else { b };
            findings.add("P02", (person.number, at_risk.claims[0]), if is_breach { Tier::Breach } else { Tier::Clue });
        }
    }
}

/// Stays paid by group that cost twice the norm or more, or half of it or less.
pub(super) fn far_from_norm(county: &County, person: &Person, claims: &[Claim], stays: &[Stay], findings: &mut Findings) {
    for stay in stays.iter().filter(|stay| stay.insured && stay.nights() > 0) {
        let first = stay.first(claims);
        let norm = county.world.norms[usize::from(first.illness)];
        let Some(case) = first.bill.case.filter(|_| norm > 0 && !first.is_newborn) else {
            continue;
        };
        let is_cut_short = stay.discharge.is_some_and(|way| way != Discharge::Ordered);
        let is_low = stay.total * 100 <= 50 * norm && !is_cut_short && case != "low";
        if stay.total * 100 >= 200 * norm || is_low {
            findings.add("O16", (person.number, stay.claims[0]), Tier::Clue);
        }
    }
}

/// Stays of a provider by the first three characters of the diagnosis.
pub(super) type StaysByProvider = BTreeMap<u32, BTreeMap<&'static str, usize>>;

pub(super) fn count(claims: &[Claim], stays: &[Stay], counts: &mut StaysByProvider) {
    for stay in stays {
        *counts.entry(stay.provider).or_default().entry(chapter(stay.first(claims))).or_default() += 1;
    }
}

fn code(claim: &Claim) -> &'static str {
    crate::world::illness_list::ILLNESSES[usize::from(claim.illness)].code
}

fn chapter(claim: &Claim) -> &'static str {
    &code(claim)[..3]
}

/// A stay that follows another within the window.
pub(super) struct Pair {
    provider: u32,
    earlier_chapter: &'static str,
    later: Place,
    continues: bool,
    is_dear: bool,
    is_elective: bool,
}

pub(super) fn split_candidates(county: &County, person: &Person, claims: &[Claim], stays: &[Stay]) -> Vec<Pair> {
    let same_unit = |a: &Stay, b: &Stay| county.world.provider(a.provider).same_unit(county.world.provider(b.provider));
    let mut pairs = Vec::new();
    for (number, b) in stays.iter().enumerate() {
        let Some(a) = stays[..number].iter().rev().find(|a| same_unit(a, b)) else {
            continue;
        };
        let gap = day_of(b.start) - day_of(a.end);
        let (first, later) = (a.first(claims), b.first(claims));
        let is_planned = |claim| ["Z51", "Z49", "Z50", "O", "P"].iter().any(|prefix| code(claim).starts_with(prefix));
        let is_transfer =
            a.discharge == Some(Discharge::Transfer) || later.admission == Some(Admission::Transfer) || later.transferred_from.is_some();
        let is_dropped = first.is_newborn || later.is_newborn || is_transfer || is_planned(first) || is_planned(later) || a.nights() == 0;
        if !(0..=15).contains(&gap) || !b.insured || is_dropped {
            continue;
        }
        let norm = county.world.norms[usize::from(first.illness)];
        pairs.push(Pair {
            provider: b.provider,
            earlier_chapter: chapter(first),
            later: (person.number, b.claims[0]),
            continues: gap <= 1 && drugs_continue(county, claims, a, b),
            is_dear: first.bill.case.is_some() && a.total * 100 >= 90 * norm,
            is_elective: later.admission.is_some_and(|way| way != Admission::Emergency),
        });
    }
    pairs
}

fn drugs_continue(county: &County, claims: &[Claim], a: &Stay, b: &Stay) -> bool {
    let drugs = |stay: &Stay| -> Vec<(i32, String)> {
        let lines = stay.claims.iter().flat_map(|&position| &claims[position].lines);
        let named = lines.filter(|line| line.amount > 0).map(|line| (day_of(line.charged_at), county.world.items.get(line.item)));
        named
            .filter(|(_, item)| item.category.is_drug())
            .map(|(day, item)| (day, item.ingredient.map_or_else(|| item.code.clone(), str::to_owned)))
            .collect()
    };
    let (earlier, later) = (drugs(a), drugs(b));
    let Some(last_day) = earlier.iter().map(|(day, _)| *day).max() else {
        return false;
    };
    let last: BTreeSet<&String> = earlier.iter().filter(|(day, _)| *day == last_day).map(|(_, name)| name).collect();
    let start = day_of(b.start);
    let continued =
        last.iter().filter(|name| later.iter().any(|(day, other)| (start..=start + 1).contains(day) && other == **name)).count();
    continued * 100 >= 50 * last.len()
}

pub(super) fn decide_splits(pairs: &[Pair], stays: &StaysByProvider, findings: &mut Findings) {
    let mut of_chapter: BTreeMap<&str, f64> = BTreeMap::new();
    for (chapter, count) in stays.values().flatten() {
        *of_chapter.entry(chapter).or_default() += *count as f64;
    }
    let rate = |chapter: &str| pairs.iter().filter(|pair| pair.earlier_chapter == chapter).count() as f64 / of_chapter[chapter];
    let often: BTreeSet<u32> = stays
        .iter()
        .filter(|(provider, mix)| {
            let expected: f64 = mix.iter().map(|(chapter, count)| rate(chapter) * *count as f64).sum();
            let observed = pairs.iter().filter(|pair| pair.provider == **provider).count();
            observed >= 5 && observed as f64 > expected + 3.0 * expected.sqrt()
        })
        .map(|(provider, _)| *provider)
        .collect();
    for pair in pairs {
        let legs = u8::from(pair.is_dear) + u8::from(pair.is_elective) + u8::from(often.contains(&pair.provider));
        findings.add("P09", pair.later, if pair.continues || legs >= 2 { Tier::Suspicion } else { Tier::Clue });
    }
}

pub(super) fn after_death(county: &County, person: &Person, claims: &[Claim], visits: &[Visit], findings: &mut Findings) {
    let Some(died) = person.died else { return };
    for visit in visits.iter().filter(|visit| visit.is_live && visit.claims.iter().any(|&position| claims[position].is_insured)) {
        let visit_type = claims[visit.first()].visit_type;
        if matches!(visit_type, VisitType::Pharmacy | VisitType::Internet) {
            continue;
        }
        let lines: Vec<_> = visit.claims.iter().flat_map(|&position| &claims[position].lines).collect();
        let is_present = |item| {
            let item = county.world.items.get(item);
            let is_mortuary = item.name.contains('尸') || item.name.contains("遗体");
            !is_mortuary && item.category.needs_presence() && item.category != Category::Other
        };
        let late = lines
            .iter()
            .any(|line| line.amount > 0 && is_present(line.item) && line.executed_at.unwrap_or(line.charged_at) >= midnight(died + 2));
        if late || (lines.is_empty() && day_of(visit.start) >= died + 2) {
            let tier = if day_of(visit.start) > died + 1 { Tier::Breach } else { Tier::Clue };
            findings.add("P17", (person.number, visit.first()), tier);
        }
    }
}
