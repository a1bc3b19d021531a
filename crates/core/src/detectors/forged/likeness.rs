//! Pairs of bills that have more in common than chance explains; a part of F02.
//!
//! Rare parts lead to the pairs: each part that few bills of a group have adds its surprise to every pair of these bills, so that no pair is missed
//! and none is looked at that shares nothing rare.

use super::same_bill::shared;
use crate::claims::ClaimView;
use crate::norms::{BillPatterns, Patterns, RAREST, comparable_lines, span};
use crate::tables::value::{Date, SECONDS_PER_DAY, Time, VisitType};

/// Bills of a group from which a second is a schedule.
const SCHEDULE_BILLS: usize = 50;
/// A second cannot be rarer than one bill in so many.
const RAREST_SECOND: u64 = 16_384;

/// A claim as a bill.
pub(super) struct Bill<'a> {
    pub(super) claim: ClaimView<'a>,
    pub(super) first_day: Date,
    pub(super) days: i32,
    /// Comparable lines.
    pub(super) lines: u32,
    kind: Kind<'a>,
    seconds: Vec<Second>,
}

/// Visit type, diagnosis (three characters) and nights, those of a claim that has not ended being the least.
type Kind<'a> = (Option<VisitType>, &'a str, i32);

/// A day of the bill and a second of that day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Second {
    day: i32,
    second: u32,
}

impl<'a> Bill<'a> {
    fn new(claim: ClaimView<'a>) -> Self {
        let (first_day, days) = span(claim);
        let mut seconds = Vec::new();
        let mut lines = 0;
        for line in comparable_lines(claim) {
            lines += 1;
            let row = line.row();
            let times = [row.charged_at(), row.executed_at()];
            seconds.extend(times.into_iter().flatten().filter_map(|time| Second::of(time, first_day)));
        }
        seconds.sort_unstable();
        seconds.dedup();
        Self { claim, first_day, days, lines, kind: kind(claim), seconds }
    }

    /// By first day, then claim id.
    pub(super) fn order(&self) -> (Date, &'a str) {
        (self.first_day, self.claim.name())
    }

    fn last_day(&self) -> i32 {
        self.first_day.0 + self.days - 1
    }
}

fn kind(claim: ClaimView<'_>) -> Kind<'_> {
    let row = claim.row();
    let nights = row.ended_at().zip(row.started_at()).map_or(i32::MIN, |(to, from)| to.date().0 - from.date().0);
    (row.visit_type(), claim.diagnosis_category(), nights)
}

impl Second {
    /// Times on the full minute are typed in or scheduled.
    fn of(time: Time, first_day: Date) -> Option<Self> {
        let second = time.0 % SECONDS_PER_DAY;
        (!second.is_multiple_of(60)).then_some(Self { day: time.date().0 - first_day.0, second })
    }
}

/// How many bills of a provider have each time of day.
struct Clock {
    bills: u64,
    seconds: Vec<u32>,
}

impl Clock {
    fn of(bills: &[Bill<'_>]) -> Self {
        let mut seconds = vec![0; SECONDS_PER_DAY as usize];
        let mut last_bill = vec![u32::MAX; SECONDS_PER_DAY as usize];
        for (at, bill) in bills.iter().enumerate() {
            for second in bill.seconds.iter().map(|second| second.second as usize) {
                if last_bill[second] != at as u32 {
                    last_bill[second] = at as u32;
                    seconds[second] += 1;
                }
            }
        }
        Self { bills: bills.len() as u64, seconds }
    }

    fn surprise(&self, second: u32) -> u64 {
        let bills = u64::from(self.seconds[second as usize]);
        milli_bits(bills - 1, self.bills - 1).min(milli_bits(1, RAREST_SECOND))
    }
}

/// log₂(whole / part) in thousandths, rounded.
fn milli_bits(part: u64, whole: u64) -> u64 {
    if part == 0 || part >= whole { 0 } else { ((whole as f64 / part as f64).log2() * 1000.0).round() as u64 }
}

/// Bills of one provider, in groups.
pub(super) struct Bills<'a> {
    bills: Vec<Bill<'a>>,
    clock: Clock,
}

impl<'a> Bills<'a> {
    pub(super) fn new(claims: Vec<ClaimView<'a>>) -> Self {
        let mut bills: Vec<Bill<'a>> = claims.into_iter().map(Bill::new).collect();
        // Ids are compared last, since each must be looked up.
        bills.sort_unstable_by(|left, right| {
            (left.kind, left.first_day).cmp(&(right.kind, right.first_day)).then_with(|| left.claim.name().cmp(right.claim.name()))
        });
        let clock = Clock::of(&bills);
        Self { bills, clock }
    }

    /// Bills of one kind, in the order of their first days.
    pub(super) fn groups(&self) -> impl Iterator<Item = Group<'_, 'a>> {
        let groups = self.bills.chunk_by(|left, right| left.kind == right.kind);
        groups.filter(|group| group.len() > 1).map(|bills| Group { bills, clock: &self.clock })
    }
}

/// Bills that may be copies of each other.
pub(super) struct Group<'g, 'a> {
    pub(super) bills: &'g [Bill<'a>],
    clock: &'g Clock,
}

/// What a part adds to a pair.
#[derive(Clone, Copy)]
struct Shared {
    pair: (u32, u32),
    surprise: u64,
    is_second: bool,
}

/// Two bills with what they have in common.
pub(super) struct Likeness<'g, 'a> {
    pub(super) source: &'g Bill<'a>,
    pub(super) copy: &'g Bill<'a>,
    /// Thousandths of a bit.
    pub(super) surprise: u64,
    pub(super) patterns: u32,
    pub(super) seconds: u32,
}

impl<'g, 'a> Group<'g, 'a> {
    /// Pairs with at least `least` thousandths of a bit in common.
    pub(super) fn pairs(&self, common: &BillPatterns, template_bills: usize, least: u64) -> Vec<Likeness<'g, 'a>> {
        let mut shared = Vec::new();
        self.share_patterns(common, template_bills, &mut shared);
        self.share_seconds(&mut shared);
        shared.sort_unstable_by_key(|shared| shared.pair);
        let of_pairs = shared.chunk_by(|left, right| left.pair == right.pair);
        of_pairs.map(|parts| self.likeness(parts)).filter(|pair| pair.surprise >= least).collect()
    }

    fn share_patterns(&self, common: &BillPatterns, template_bills: usize, shared: &mut Vec<Shared>) {
        if self.bills.len() < 3 {
            return;
        }
        let (mut parts, mut patterns) = (Vec::new(), Patterns::default());
        for (at, bill) in self.bills.iter().enumerate() {
            parts.extend(patterns.of(bill.claim).iter().map(|&hash| (hash, at as u32)));
        }
        parts.sort_unstable();
        for bills in parts.chunk_by(|left, right| left.0 == right.0).filter(|bills| (2..template_bills).contains(&bills.len())) {
            let in_group = milli_bits(bills.len() as u64 - 1, self.bills.len() as u64 - 1);
            let everywhere = common.common.get(&bills[0].0).map_or(u64::MAX, |&of_all| milli_bits(of_all, common.bills));
            pair_up(bills, in_group.min(everywhere).min(milli_bits(1, RAREST)), false, shared);
        }
    }

    fn share_seconds(&self, shared: &mut Vec<Shared>) {
        let of_bill = |(at, bill): (usize, &'g Bill<'a>)| bill.seconds.iter().map(move |&second| (second, at as u32));
        let mut parts: Vec<(Second, u32)> =
            self.bills.iter().enumerate().flat_map(of_bill).filter(|(second, _)| self.clock.seconds[second.second as usize] > 1).collect();
        parts.sort_unstable();
        for bills in parts.chunk_by(|left, right| left.0 == right.0).filter(|bills| (2..SCHEDULE_BILLS).contains(&bills.len())) {
            pair_up(bills, self.clock.surprise(bills[0].0.second), true, shared);
        }
    }

    fn likeness(&self, parts: &[Shared]) -> Likeness<'g, 'a> {
        let (source, copy) = (&self.bills[parts[0].pair.0 as usize], &self.bills[parts[0].pair.1 as usize]);
        let mut likeness = Likeness { source, copy, surprise: 0, patterns: 0, seconds: 0 };
        let same_person = source.claim.person() == copy.claim.person();
        let same_day = source.first_day == copy.first_day;
        if (same_person && same_day) || likeness.is_of_one_household() {
            return likeness;
        }
        let seconds = parts.iter().filter(|part| part.is_second).count();
        let is_same_clock = !same_day && seconds * 2 >= source.seconds.len().min(copy.seconds.len());
        for part in parts.iter().filter(|part| if part.is_second { is_same_clock } else { !same_person }) {
            likeness.surprise += part.surprise;
            *(if part.is_second { &mut likeness.seconds } else { &mut likeness.patterns }) += 1;
        }
        likeness
    }
}

/// Every two of the bills that have a part.
fn pair_up<P>(bills: &[(P, u32)], surprise: u64, is_second: bool, shared: &mut Vec<Shared>) {
    if surprise == 0 {
        return;
    }
    for (at, &(_, later)) in bills.iter().enumerate() {
        shared.extend(bills[..at].iter().map(|&(_, earlier)| Shared { pair: (earlier, later), surprise, is_second }));
    }
}

impl Likeness<'_, '_> {
    /// Two persons of one household whose bills share a day.
    fn is_of_one_household(&self) -> bool {
        let (source, copy) = (self.source, self.copy);
        source.claim.person() != copy.claim.person()
            && copy.first_day.0 <= source.last_day()
            && source.claim.household().is_some()
            && source.claim.household() == copy.claim.household()
    }

    /// Lines that are equal in day of the bill, item and quantity.
    pub(super) fn equal_lines(&self) -> u32 {
        shared(keys(self.source), keys(self.copy)) as u32
    }
}

fn keys(bill: &Bill<'_>) -> Vec<(i32, u32, i64)> {
    let key = |line: crate::claims::LineView<'_>| {
        let row = line.row();
        let day = row.charged_at().map_or(0, |time| time.date().0 - bill.first_day.0);
        (day, line.item().0, row.quantity().map_or(0, |quantity| quantity.0))
    };
    comparable_lines(bill.claim).map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surprise_is_in_thousandths_of_a_bit() {
        assert_eq!(milli_bits(1, 1024), 10_000);
        assert_eq!(milli_bits(3, 10), 1737);
        assert_eq!(milli_bits(5, 5), 0);
        assert_eq!(milli_bits(0, 5), 0);
    }
}
