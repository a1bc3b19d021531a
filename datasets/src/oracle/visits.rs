//! Claims of one person joined into visits, refunds netted.

use std::collections::BTreeMap;

use crate::claim::{Claim, VisitType};
use crate::clock::Time;

pub(super) struct Visit {
    pub(super) provider: u32,
    pub(super) is_live: bool,
    /// Live claims, or all where none is.
    pub(super) claims: Vec<usize>,
    pub(super) start: Time,
    pub(super) end: Time,
    pub(super) is_inpatient: bool,
    pub(super) is_interim: bool,
}

impl Visit {
    pub(super) fn first(&self) -> usize {
        self.claims[0]
    }
}

/// Total less the refunds that name the claim.
pub(super) fn net_total(claims: &[Claim], position: usize) -> i64 {
    let refunded: i64 = claims.iter().filter(|claim| claim.original == Some(position)).map(|claim| claim.bill.total.abs()).sum();
    (claims[position].bill.total - refunded).max(0)
}

pub(super) fn is_live(claims: &[Claim], position: usize) -> bool {
    let is_refunded = claims.iter().any(|claim| claim.original == Some(position));
    let is_cancelled = is_refunded && net_total(claims, position) == 0;
    !(claims[position].is_refund || is_cancelled)
}

/// Visits in order of start, end and first claim.
pub(super) fn of(claims: &[Claim]) -> Vec<Visit> {
    let mut groups: BTreeMap<(u32, Option<u32>, usize), Vec<usize>> = BTreeMap::new();
    for (position, claim) in claims.iter().enumerate() {
        let alone = if claim.visit.is_none() { position + 1 } else { 0 };
        groups.entry((claim.provider, claim.visit, alone)).or_default().push(position);
    }
    let mut visits: Vec<Visit> = groups.into_iter().map(|((provider, ..), members)| visit(claims, provider, &members)).collect();
    visits.sort_by_key(|visit| (visit.start, visit.end, visit.first()));
    visits
}

fn visit(claims: &[Claim], provider: u32, members: &[usize]) -> Visit {
    let live: Vec<usize> = members.iter().copied().filter(|&position| is_live(claims, position)).collect();
    let unlinked: Vec<i64> = members
        .iter()
        .filter(|&&position| claims[position].is_refund && claims[position].original.is_none())
        .map(|&position| claims[position].bill.total.abs())
        .collect();
    let net: i64 = live.iter().map(|&position| net_total(claims, position)).sum();
    let is_void = !unlinked.is_empty() && net - unlinked.iter().sum::<i64>() <= 0;
    let counted = if live.is_empty() { members.to_vec() } else { live.clone() };
    Visit {
        provider,
        is_live: !live.is_empty() && !is_void,
        start: counted.iter().map(|&position| claims[position].started_at).min().expect("a visit holds claims"),
        end: counted.iter().map(|&position| claims[position].ended_at).max().expect("a visit holds claims"),
        is_inpatient: live.iter().any(|&position| claims[position].visit_type == VisitType::Inpatient),
        is_interim: live.iter().any(|&position| claims[position].is_interim),
        claims: counted,
    }
}
