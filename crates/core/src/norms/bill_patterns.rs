//! How common each part of a bill is: an item in one quantity on the same days of the bill.

use crate::claims::{ClaimView, Claims, LineView};
use crate::tables::value::{ClaimId, Date, Fen};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};

/// Bills to one of which a pattern must belong to be kept: rarer ones weigh as if they were on one bill in so many.
pub(crate) const RAREST: u64 = 1024;

/// The bills that are compared: claims that stand with their visit, that the fund pays for, with a diagnosis and a comparable line.
pub(crate) fn is_bill(claim: ClaimView<'_>) -> bool {
    claim.is_scored() && claim.visit().visit().is_live && claim.row().diagnosis_code().is_some() && comparable_lines(claim).next().is_some()
}

/// Lines with a charge time and an amount that do not belong to a named package.
pub(crate) fn comparable_lines(claim: ClaimView<'_>) -> impl Iterator<Item = LineView<'_>> + Clone {
    claim.lines().filter(|line| {
        let row = line.row();
        row.charged_at().is_some() && line.amount() > Fen::ZERO && row.package_no().is_none()
    })
}

/// The first day on which a bill charges, and how many days it spans.
pub(crate) fn span(claim: ClaimView<'_>) -> (Date, i32) {
    let days = comparable_lines(claim).filter_map(|line| line.row().charged_at()).map(|time| time.date());
    let (first, last) = days.fold((Date(i32::MAX), Date(i32::MIN)), |(first, last), day| (first.min(day), last.max(day)));
    if first > last { (Date(0), 0) } else { (first, last.0 - first.0 + 1) }
}

/// The patterns of one bill at a time.
#[derive(Default)]
pub(crate) struct Patterns {
    /// Quantity and day of the lines of one item.
    run: Vec<(i64, i32)>,
    hashes: Vec<u64>,
}

impl Patterns {
    /// A hash of external codes for each pattern of a bill: an item and quantity with the days of the bill on which it is charged.
    pub(crate) fn of(&mut self, claim: ClaimView<'_>) -> &[u64] {
        self.hashes.clear();
        let (first, _) = span(claim);
        let mut item: Option<LineView<'_>> = None;
        for line in comparable_lines(claim) {
            if item.is_some_and(|other| other.item() != line.item()) {
                self.close(item);
            }
            item = Some(line);
            let day = line.row().charged_at().map_or(0, |time| time.date().0 - first.0);
            self.run.push((line.row().quantity().map_or(0, |quantity| quantity.0), day));
        }
        self.close(item);
        &self.hashes
    }

    /// The patterns of one item, by quantity.
    fn close(&mut self, item: Option<LineView<'_>>) {
        let Some(item) = item else { return };
        self.run.sort_unstable();
        for same in self.run.chunk_by(|left, right| left.0 == right.0) {
            let mut hasher = foldhash::fast::FixedState::default().build_hasher();
            hasher.write(item.item_code().as_bytes());
            hasher.write_i64(same[0].0);
            // The hasher takes trailing zeros for nothing, so that the number of days must be written too.
            hasher.write_usize(same.len());
            same.iter().for_each(|(_, day)| hasher.write_i32(*day));
            self.hashes.push(hasher.finish());
        }
        self.run.clear();
    }
}

/// Patterns that are common in all the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillPatterns {
    /// Bills of the data.
    pub bills: u64,
    /// Bills with a pattern, by the hash of its item code, quantity and days; those on fewer than one bill in 1024 are left out.
    pub common: BTreeMap<u64, u64>,
}

#[derive(Default)]
struct Counts {
    bills: u64,
    bills_with: HashMap<u64, u32, foldhash::fast::FixedState>,
    patterns: Patterns,
}

impl Counts {
    fn add(mut self, claim: ClaimView<'_>) -> Self {
        self.bills += 1;
        for &pattern in self.patterns.of(claim) {
            *self.bills_with.entry(pattern).or_default() += 1;
        }
        self
    }

    fn merge(self, later: Self) -> Self {
        let (mut larger, smaller) = if self.bills_with.len() >= later.bills_with.len() { (self, later) } else { (later, self) };
        larger.bills += smaller.bills;
        smaller.bills_with.into_iter().for_each(|(pattern, bills)| *larger.bills_with.entry(pattern).or_default() += bills);
        larger
    }
}

impl BillPatterns {
    pub(super) fn build(claims: &Claims) -> Self {
        let counts = (0..claims.len() as u32)
            .into_par_iter()
            .map(|claim| claims.claim(ClaimId(claim)))
            .filter(|&claim| is_bill(claim))
            .fold(Counts::default, Counts::add)
            .reduce(Counts::default, Counts::merge);
        let is_common = |&(_, bills): &(u64, u64)| bills * RAREST > counts.bills;
        let bills = counts.bills_with.iter().map(|(&pattern, &bills)| (pattern, u64::from(bills)));
        Self { bills: counts.bills, common: bills.filter(is_common).collect() }
    }
}
