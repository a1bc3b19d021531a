//! C08, P03 and P06.

use std::collections::{BTreeMap, BTreeSet};

use super::stays::Stay;
use super::visits::{Visit, is_live};
use super::{County, Findings, Tier};
use crate::claim::{Claim, Line, VisitType};
use crate::clock::{DAY, Day, day_of};
use crate::money::ONE;
use crate::world::items::Category;
use crate::world::persons::Person;

fn category(county: &County, line: &Line) -> Category {
    county.world.items.get(line.item).category
}

fn is_daily_fee(category: Category) -> bool {
    matches!(category, Category::Bed | Category::Nursing | Category::Consultation)
}

pub(super) fn days_beyond(county: &County, person: &Person, claims: &[Claim], stay: &Stay, findings: &mut Findings) {
    for wanted in [Category::Bed, Category::Nursing, Category::Consultation] {
        let is_counted = |line: &&Line| {
            let item = county.world.items.get(line.item);
            let is_apart = ["新生儿", "陪", "观察"].iter().any(|word| item.name.contains(word));
            item.category == wanted && item.unit == "日" && line.in_scope != 0 && !is_apart
        };
        let own = stay.claims.iter().filter(|&&position| claims[position].is_insured && !claims[position].is_newborn);
        let lines: Vec<&Line> = own.flat_map(|&position| &claims[position].lines).filter(is_counted).collect();
        let refunds = claims.iter().filter(|claim| claim.original.is_some_and(|original| stay.claims.contains(&original)));
        let refunded: i64 = refunds.flat_map(|claim| &claim.lines).filter(is_counted).map(|line| line.quantity.abs()).sum();
        let charged = lines.iter().map(|line| line.quantity).sum::<i64>() - refunded;
        let more = i64::from(wanted != Category::Bed);
        if charged >= (stay.nights().max(1) + more + changes(&lines) + 1) * ONE {
            findings.add("C08", (person.number, stay.claims[0]), Tier::Breach);
        }
    }
}

/// Days on which one item ends and another begins.
fn changes(lines: &[&Line]) -> i64 {
    let mut items: BTreeMap<Day, BTreeSet<u16>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.quantity > 0) {
        items.entry(day_of(line.charged_at)).or_default().insert(line.item);
    }
    let has = |day: Day, item: &u16| items.get(&day).is_some_and(|items| items.contains(item));
    let is_change = |&(&day, items): &(&Day, &BTreeSet<u16>)| {
        let ends: BTreeSet<&u16> = items.iter().filter(|item| !has(day + 1, item)).collect();
        let begins: BTreeSet<&u16> = items.iter().filter(|item| !has(day - 1, item)).collect();
        ends.iter().any(|item| begins.iter().any(|other| other != item))
    };
    items.iter().filter(is_change).count() as i64
}

pub(super) fn elsewhere(county: &County, person: &Person, claims: &[Claim], visits: &[Visit], stay: &Stay, findings: &mut Findings) {
    if !stay.insured || stay.first(claims).is_newborn {
        return;
    }
    let own = county.world.provider(stay.provider);
    let (mut tier, mut purchases) = (Tier::None, 0);
    for position in visits.iter().filter(|visit| visit.is_live && !visit.is_inpatient).flat_map(|visit| visit.claims.iter().copied()) {
        let claim = &claims[position];
        let other = county.world.provider(claim.provider);
        let is_apart = matches!(claim.visit_type, VisitType::Internet | VisitType::HomeBed) || claim.is_newborn;
        if is_apart || !is_live(claims, position) || own.same_unit(other) {
            continue;
        }
        let inside: Vec<Category> = claim.lines.iter().filter(|line| is_inside(stay, line)).map(|line| category(county, line)).collect();
        let has = |wanted: &[Category]| inside.iter().any(|category| wanted.contains(category));
        let is_series = crate::world::illness_list::ILLNESSES[usize::from(claim.illness)].code.starts_with("N18");
        let is_treated = has(&[Category::Treatment, Category::Surgery, Category::Nursing, Category::Bed]);
        let found = if is_treated || (has(&[Category::Exam]) && other.level <= own.level) {
            Tier::Suspicion
        } else if has(&[Category::Exam, Category::Lab]) {
            Tier::Clue
        } else {
            purchases += usize::from(inside.iter().any(|category| category.is_drug()));
            Tier::None
        };
        tier = tier.max(if is_series { found.min(Tier::Clue) } else { found });
    }
    let bought = if purchases >= 2 { Tier::Clue } else { Tier::None };
    findings.add("P03", (person.number, stay.claims[0]), tier.max(bought));
}

fn is_inside(stay: &Stay, line: &Line) -> bool {
    let time = line.executed_at.unwrap_or(line.charged_at);
    let margin = if time % DAY == 0 { 2 } else { 1 };
    line.amount > 0 && (day_of(stay.start) + margin..=day_of(stay.end) - margin).contains(&day_of(time))
}

pub(super) fn nominal(county: &County, person: &Person, claims: &[Claim], stay: &Stay, findings: &mut Findings) {
    let first = stay.first(claims);
    let illness = county.world.illnesses.get(first.illness);
    let provider = county.world.provider(stay.provider);
    let names = [provider.name.as_str(), provider.department(illness.department)];
    let is_quiet = illness.code.starts_with('F') || names.iter().any(|name| name.contains("精神") || name.contains("康复"));
    if !stay.insured || first.is_newborn || is_quiet {
        return;
    }
    let lines: Vec<&Line> = stay.claims.iter().flat_map(|&position| &claims[position].lines).collect();
    let is_on_leave = |day: Day| first.leave.is_some_and(|(from, to)| (day_of(from)..day_of(to)).contains(&day));
    let is_empty = |day: Day| {
        let on_day = |line: &&&Line| {
            let from = day_of(line.executed_at.unwrap_or(line.charged_at));
            let to = from + i32::from(line.days_supply).max(1);
            line.amount > 0 && !line.is_discharge_drug && (from..to).contains(&day)
        };
        let is_care = |line: &&Line| {
            !is_daily_fee(category(county, line))
                && !matches!(category(county, line), Category::General | Category::Registration | Category::Other)
        };
        let is_charged = lines.iter().any(|line| is_daily_fee(category(county, line)) && day_of(line.charged_at) == day);
        is_charged && !is_on_leave(day) && !lines.iter().filter(on_day).any(is_care)
    };
    let (mut run, mut longest) = (0, 0);
    for day in day_of(stay.start)..day_of(stay.end) {
        run = if is_empty(day) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    if longest >= 3 {
        findings.add("P06", (person.number, stay.claims[0]), Tier::Suspicion);
    }
}
