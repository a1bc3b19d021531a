//! F14 and C16.

use std::collections::BTreeMap;

use super::visits::is_live;
use super::{County, Findings, Place, Tier};
use crate::claim::{Claim, Line};
use crate::clock::{DAY, Day, day_of};

fn live_insured(county: &County) -> impl Iterator<Item = (Place, &Claim)> {
    county.chunks.iter().flat_map(|chunk| &chunk.persons).flat_map(|(person, claims)| {
        let is_counted = |&(position, claim): &(usize, &Claim)| claim.is_insured && is_live(claims, position);
        claims.iter().enumerate().filter(is_counted).map(|(position, claim)| ((person.number, position), claim))
    })
}

pub(super) fn totals(county: &County, findings: &mut Findings) {
    let mut of_provider: BTreeMap<u32, (usize, Vec<Place>)> = BTreeMap::new();
    for (place, claim) in live_insured(county).filter(|(_, claim)| !claim.lines.is_empty()) {
        let excess = claim.bill.total - claim.lines.iter().map(Line::billed).sum::<i64>();
        let (count, failed) = of_provider.entry(claim.provider).or_default();
        *count += 1;
        if excess > 5 && excess * 1000 > claim.bill.total {
            failed.push(place);
        }
    }
    for (provider, (count, failed)) in of_provider {
        assert!(count < 20 || failed.len() * 100 <= 5 * count, "provider {provider} fails as a whole: {} of {count}", failed.len());
        for place in failed {
            findings.add("F14", place, Tier::Breach);
        }
    }
}

type Key = (u16, i64, Option<i64>, i64, i64, Option<u32>);

pub(super) fn identical(county: &County, findings: &mut Findings) {
    let mut days: Vec<(Place, u16, usize, bool)> = Vec::new();
    for (place, claim) in live_insured(county) {
        days.extend(multiplicities(claim).into_iter().map(|((item, _), (most, exact))| (place, item, most, exact)));
    }
    let category = |item: u16| county.world.items.get(item).category.word();
    let mut by_item: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    let mut by_category: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &(_, item, most, _) in &days {
        by_item.entry(item).or_default().push(most);
        by_category.entry(category(item)).or_default().push(most);
    }
    let p99_of_item: BTreeMap<u16, usize> = by_item.iter_mut().map(|(item, seen)| (*item, p99(seen))).collect();
    let p99_of_category: BTreeMap<&str, usize> = by_category.iter_mut().map(|(name, seen)| (*name, p99(seen))).collect();
    for (place, item, most, exact) in days {
        let usual = if by_item[&item].len() >= 100 { p99_of_item[&item] } else { p99_of_category[category(item)] };
        if exact {
            findings.add("C16", place, Tier::Breach);
        } else if most > usual {
            findings.add("C16", place, Tier::Clue);
        }
    }
}

/// The value at rank ceil(0.99 n).
fn p99(seen: &mut [usize]) -> usize {
    seen.sort_unstable();
    seen[(seen.len() * 99).div_ceil(100) - 1]
}

/// Highest multiplicity by item and day of charge, and whether one of the groups is exact.
fn multiplicities(claim: &Claim) -> BTreeMap<(u16, Day), (usize, bool)> {
    let reversed: Vec<usize> = claim.lines.iter().filter_map(|line| line.reverses.map(usize::from)).collect();
    let mut groups: BTreeMap<Key, usize> = BTreeMap::new();
    for (position, line) in claim.lines.iter().enumerate() {
        if line.in_scope > 0 && line.amount > 0 && line.reverses.is_none() && !reversed.contains(&position) {
            *groups.entry((line.item, line.charged_at, line.executed_at, line.quantity, line.unit_price, line.order)).or_default() += 1;
        }
    }
    let mut block: BTreeMap<i64, Vec<u16>> = BTreeMap::new();
    for (key, _) in groups.iter().filter(|(_, copies)| **copies >= 2) {
        let items = block.entry(key.1).or_default();
        if !items.contains(&key.0) {
            items.push(key.0);
        }
    }
    let is_timed = |time: i64| time % DAY != 0;
    let mut days = BTreeMap::new();
    for (key, copies) in groups {
        let (most, exact) = days.entry((key.0, day_of(key.1))).or_insert((0, false));
        let in_block = is_timed(key.1) && block.get(&key.1).is_some_and(|items| items.len() >= 5);
        *most = copies.max(*most);
        *exact |= copies >= 2 && ((key.5.is_some() && key.2.is_some_and(is_timed)) || in_block);
    }
    days
}
