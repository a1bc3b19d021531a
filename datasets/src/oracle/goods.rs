//! S04 and S05, by the ledger itself: what was billed against what the book shows.

use super::visits::is_live;
use super::{County, Findings, Tier};
use crate::KINDS;
use crate::ledger::Ledger;
use crate::money::ONE;

/// Looks at marked claims only: all honest sales of the same goods are at risk with them, which is no mistake.
pub(super) fn gaps(county: &County, findings: &mut Findings) {
    let mut ledger = Ledger::new(&county.world);
    county.chunks.iter().for_each(|chunk| ledger.add(chunk));
    for (person, claims) in county.chunks.iter().flat_map(|chunk| &chunk.persons) {
        for (position, claim) in claims.iter().enumerate() {
            let is_meant = claim.marks.iter().any(|mark| matches!(KINDS[mark.kind].code, "S04" | "S05"));
            if !is_meant || !claim.is_insured || !is_live(claims, position) || county.world.is_late(claim.provider) {
                continue;
            }
            for line in claim.lines.iter().filter(|line| line.in_scope > 0) {
                let item = county.world.items.get(line.item);
                let goods = ledger.goods(claim.provider, line.item);
                let (billed, booked) = (goods.billed[..12].iter().sum::<i64>(), goods.supplied[..12].iter().sum::<i64>() + goods.backdated);
                if !item.category.is_stocked() || billed <= 0 {
                    continue;
                }
                let place = (person.number, position);
                if booked == 0 {
                    findings.add("S05", place, Tier::Suspicion);
                } else if (billed - booked) * 1000 >= 50 * billed && billed - booked >= 3 * item.pack * ONE {
                    findings.add("S04", place, Tier::Suspicion);
                }
            }
        }
    }
}
