//! How long patients lie in hospital without care, by diagnosis, level and length of stay.

use crate::claims::{ClaimView, Claims, PersonView, StayView};
use crate::tables::ProviderRow;
use crate::tables::value::{Category, Date, Fen, PaymentMethod};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Words in departments and names of providers where quiet days are part of the treatment.
const QUIET_WORDS: [&str; 6] = ["精神", "康复", "安宁", "临终", "疗养", "护理院"];

/// Words of registers that record leave.
const LEAVE_WORDS: [&str; 2] = ["leave", "请假"];

/// How the norm is built.
#[derive(Clone, Debug, Default)]
pub struct EmptyNightSettings {
    /// Share of a provider's nights, in percent, from which its lines are dated by the day.
    pub min_line_percent: u64,
    /// Diagnosis prefixes of stays with quiet days.
    pub quiet_diagnoses: Vec<String>,
}

/// What is known of one night of a stay.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Night {
    has_line: bool,
    has_care: bool,
    fees: Fen,
    on_leave: bool,
}

impl Night {
    /// Charged for, and nothing done.
    pub(crate) fn is_empty(self) -> bool {
        self.fees > Fen::ZERO && !self.has_care && !self.on_leave
    }
}

/// The nights of a closed stay by its dated lines. The n-th night belongs to the n-th day from admission on.
pub(crate) fn nights_by_lines(person: PersonView<'_>, stay: StayView<'_>) -> Vec<Night> {
    let mut nights = vec![Night::default(); stay.stay().nights().max(0) as usize];
    let first = stay.stay().started_at.date().0;
    for line in stay.live_claims().flat_map(ClaimView::lines) {
        let Some(served_at) = line.served_at() else { continue };
        let offset = served_at.date().0 - first;
        let category = line.category();
        if let Some(night) = usize::try_from(offset).ok().and_then(|at| nights.get_mut(at)) {
            night.has_line |= line.amount() > Fen::ZERO;
            if category.is_some_and(Category::is_daily_fee) {
                night.fees += line.amount();
            }
        }
        if line.amount() > Fen::ZERO && category.is_none_or(Category::is_care) && line.row().is_discharge_drug() != Some(true) {
            let supply = line.row().days_supply().unwrap_or(1).max(1);
            between(&mut nights, offset, offset.saturating_add(supply)).iter_mut().for_each(|night| night.has_care = true);
        }
    }
    mark_leave(&mut nights, person, first);
    nights
}

/// The nights of a closed stay by its doctors' orders, from the first day of each to the day it was stopped; `None` without orders.
pub(crate) fn nights_by_orders(person: PersonView<'_>, stay: StayView<'_>) -> Option<Vec<Night>> {
    let mut nights = vec![Night { fees: Fen(1), ..Night::default() }; stay.stay().nights().max(0) as usize];
    let first = stay.stay().started_at.date().0;
    let mut has_orders = false;
    for order in stay.live_claims().flat_map(ClaimView::orders) {
        let Some(from) = order.row().executed_at().or(order.row().ordered_at()) else { continue };
        has_orders = true;
        if order.may_be_care() {
            let from = from.date().0 - first;
            let to = order.row().stopped_at().map_or(from, |time| time.date().0 - first).max(from);
            between(&mut nights, from, to.saturating_add(1)).iter_mut().for_each(|night| night.has_care = true);
        }
    }
    mark_leave(&mut nights, person, first);
    has_orders.then_some(nights)
}

fn between(nights: &mut [Night], from: i32, to: i32) -> &mut [Night] {
    let bound = |at: i32| usize::try_from(at).unwrap_or(0).min(nights.len());
    let (from, to) = (bound(from), bound(to));
    &mut nights[from.min(to)..to]
}

/// Recorded leave lasts from its first day to the day before its last.
fn mark_leave(nights: &mut [Night], person: PersonView<'_>, first: i32) {
    for row in person.registers() {
        let is_leave = row.kind().is_some_and(|kind| LEAVE_WORDS.iter().any(|word| person.text(kind).contains(word)));
        let Some(from) = row.from().filter(|_| is_leave) else { continue };
        let to = row.to().map_or(i32::MAX, |time| time.date().0.saturating_sub(first));
        between(nights, from.date().0 - first, to).iter_mut().for_each(|night| night.on_leave = true);
    }
}

/// Start and length of the longest run of empty nights, the first of those equally long.
pub(crate) fn longest_run(nights: &[Night]) -> (usize, usize) {
    let (mut best, mut length) = ((0, 0), 0);
    for (at, night) in nights.iter().enumerate() {
        length = if night.is_empty() { length + 1 } else { 0 };
        if length > best.1 {
            best = (at + 1 - length, length);
        }
    }
    best
}

/// Psychiatric, rehabilitation and palliative stays, and stays paid by the day, in which days without care are usual.
pub(crate) fn is_quiet(stay: StayView<'_>, diagnoses: &[String]) -> bool {
    let claim = stay.first_claim();
    let quiet = |text: &str| QUIET_WORDS.iter().any(|word| text.contains(word));
    claim.row().payment_method() == Some(PaymentMethod::PerDiem)
        || diagnoses.iter().any(|prefix| claim.diagnosis().starts_with(prefix.as_str()))
        || quiet(claim.department())
        || quiet(stay.provider().title())
}

/// How a stay is compared: diagnosis (three characters), level of the provider, and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind<'a> {
    diagnosis: &'a str,
    level: i32,
    band: u8,
}

impl<'a> Kind<'a> {
    fn of(stay: StayView<'a>) -> Self {
        let level = stay.provider().row().and_then(ProviderRow::level).unwrap_or(-1);
        let band = match stay.stay().nights() {
            ..5 => 0,
            5..8 => 1,
            8..15 => 2,
            15..31 => 3,
            _ => 4,
        };
        Self { diagnosis: stay.first_claim().diagnosis_category(), level, band }
    }

    /// The groups it belongs to, the narrowest first.
    fn cells(self) -> [Cell; 5] {
        let cell = |diagnosis: bool, level: bool, band: bool| Cell {
            diagnosis: diagnosis.then(|| self.diagnosis.to_owned()),
            level: level.then_some(self.level),
            band: band.then_some(self.band),
        };
        [cell(true, true, true), cell(true, false, true), cell(false, true, true), cell(false, false, true), cell(false, false, false)]
    }
}

/// Stays that are compared; what is `None` does not matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    diagnosis: Option<String>,
    level: Option<i32>,
    band: Option<u8>,
}

/// How many stays have each longest run of empty nights.
#[derive(Clone, Debug, Default, PartialEq)]
struct Runs(BTreeMap<usize, u64>);

impl Runs {
    fn add(&mut self, run: usize, stays: u64) {
        *self.0.entry(run).or_default() += stays;
    }

    fn total(&self) -> u64 {
        self.0.values().sum()
    }

    fn at_least(&self, run: usize) -> u64 {
        self.0.range(run..).map(|(_, stays)| stays).sum()
    }

    /// All stays, and those with a run at least so long.
    fn counts(&self, run: usize) -> (u64, u64) {
        (self.total(), self.at_least(run))
    }
}

/// What a chance is reckoned from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    /// Stays of other providers that are enough.
    pub(crate) min_comparable: u64,
    /// Share of them, in percent, that is left out: whole providers with the highest shares of runs as long.
    pub(crate) trim_percent: u64,
}

/// How often comparable stays of other providers have a run as long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chance {
    /// Comparable stays.
    pub(crate) comparable: u64,
    /// Of them with a run at least as long.
    pub(crate) as_long: u64,
    /// Stays of the provider itself, of any kind.
    pub(crate) own: u64,
    /// Of them with a run at least as long.
    pub(crate) own_as_long: u64,
}

/// Nights of a provider, and those with a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct DatedNights {
    nights: u64,
    with_line: u64,
}

/// Longest runs of empty nights of all stays whose lines are dated by the day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EmptyNightNorm {
    min_line_percent: u64,
    providers: BTreeMap<String, DatedNights>,
    runs: BTreeMap<Cell, BTreeMap<String, Runs>>,
}

/// What one stay adds.
struct Member<'a> {
    provider: u32,
    dated: DatedNights,
    /// Its kind and longest run, where it is compared.
    run: Option<(Kind<'a>, usize)>,
}

/// Stays that are neither open nor a newborn's have nights that can be looked at.
pub(crate) fn has_nights(stay: StayView<'_>) -> bool {
    stay.stay().ended_at.is_some() && stay.stay().nights() > 0 && !stay.is_newborn()
}

fn member<'a>(person: PersonView<'a>, stay: StayView<'a>, quiet_diagnoses: &[String]) -> Member<'a> {
    let nights = nights_by_lines(person, stay);
    let with_line = nights.iter().filter(|night| night.has_line).count() as u64;
    let is_compared = nights.len() >= 2 && !is_quiet(stay, quiet_diagnoses);
    Member {
        provider: stay.stay().provider.0,
        dated: DatedNights { nights: nights.len() as u64, with_line },
        run: is_compared.then(|| (Kind::of(stay), longest_run(&nights).1)),
    }
}

impl EmptyNightNorm {
    pub(super) fn build(claims: &Claims, settings: &EmptyNightSettings) -> Self {
        let members: Vec<Member<'_>> = claims
            .par_persons()
            .flat_map_iter(|id| {
                let person = claims.person(id);
                person.stays().filter(|stay| has_nights(*stay)).map(move |stay| member(person, stay, &settings.quiet_diagnoses))
            })
            .collect();
        let name = |provider: u32| claims.provider(crate::tables::value::ProviderId(provider)).name().to_owned();
        let mut nights: BTreeMap<u32, DatedNights> = BTreeMap::new();
        for member in &members {
            let sum = nights.entry(member.provider).or_default();
            sum.nights += member.dated.nights;
            sum.with_line += member.dated.with_line;
        }
        let mut counts: BTreeMap<(Kind<'_>, u32, usize), u64> = BTreeMap::new();
        for member in members.iter().filter(|member| is_dated(nights[&member.provider], settings.min_line_percent)) {
            if let Some((kind, run)) = member.run {
                *counts.entry((kind, member.provider, run)).or_default() += 1;
            }
        }
        let mut norm = Self { min_line_percent: settings.min_line_percent, ..Self::default() };
        for ((kind, provider, run), stays) in counts {
            for cell in kind.cells() {
                norm.runs.entry(cell).or_default().entry(name(provider)).or_default().add(run, stays);
            }
        }
        norm.providers = nights.into_iter().map(|(provider, nights)| (name(provider), nights)).collect();
        norm
    }

    /// Whether the lines of a provider are dated by the day.
    pub(crate) fn is_dated(&self, provider: &str) -> bool {
        self.providers.get(provider).is_some_and(|nights| is_dated(*nights, self.min_line_percent))
    }

    /// The chance of a run as long in the narrowest group with enough stays of other providers.
    pub(crate) fn chance(&self, stay: StayView<'_>, run: usize, among: Comparison) -> Option<Chance> {
        let own = stay.provider().name();
        let cells = Kind::of(stay).cells();
        let (own_stays, own_as_long) =
            self.runs.get(&cells[4]).and_then(|providers| providers.get(own)).map_or((0, 0), |runs| runs.counts(run));
        cells.iter().find_map(|cell| {
            let others = self.runs.get(cell)?.iter().filter(|(name, _)| *name != own);
            let (comparable, as_long) = trimmed(others.map(|(_, runs)| runs.counts(run)).collect(), among)?;
            Some(Chance { comparable, as_long, own: own_stays, own_as_long })
        })
    }
}

/// Stays and those as long of providers in the order of their ids, without the providers whose shares are highest; `None` of too few.
fn trimmed(mut providers: Vec<(u64, u64)>, among: Comparison) -> Option<(u64, u64)> {
    let all: u64 = providers.iter().map(|(stays, _)| stays).sum();
    if all < among.min_comparable {
        return None;
    }
    providers.sort_by(|left, right| (right.1 * left.0).cmp(&(left.1 * right.0)));
    let (mut first, mut left_out) = (0, 0);
    for (stays, as_long) in &providers {
        left_out += stays;
        if *as_long == 0 || left_out * 100 > among.trim_percent * all {
            break;
        }
        first += 1;
    }
    Some(providers[first..].iter().fold((0, 0), |sum, provider| (sum.0 + provider.0, sum.1 + provider.1)))
}

fn is_dated(nights: DatedNights, min_line_percent: u64) -> bool {
    nights.with_line * 100 >= min_line_percent * nights.nights
}

/// The day of the n-th night of a stay.
pub(crate) fn day_of(stay: StayView<'_>, night: usize) -> Date {
    Date(stay.stay().started_at.date().0 + night as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nights(text: &str) -> Vec<Night> {
        text.chars().map(|sign| Night { fees: Fen(i64::from(sign != ' ')), has_care: sign == 'x', ..Night::default() }).collect()
    }

    #[test]
    fn the_longest_run_is_the_first_of_those_equally_long() {
        assert_eq!(longest_run(&nights("x--x--x")), (1, 2));
        assert_eq!(longest_run(&nights("-x---")), (2, 3));
        assert_eq!(longest_run(&nights("-- --")), (0, 2));
        assert_eq!(longest_run(&nights("")), (0, 0));
    }

    #[test]
    fn parts_outside_the_stay_are_cut_off() {
        let mut stay = nights("----");
        between(&mut stay, -2, 1)[0].has_care = true;
        assert!(between(&mut stay, 3, 9).len() == 1 && between(&mut stay, 5, 2).is_empty() && between(&mut stay, -5, -2).is_empty());
        assert_eq!(longest_run(&stay), (1, 3));
    }

    #[test]
    fn providers_with_the_highest_shares_are_left_out() {
        let among = |min_comparable, trim_percent| Comparison { min_comparable, trim_percent };
        let providers = || vec![(70, 0), (10, 1), (10, 5), (10, 2)];
        assert_eq!(trimmed(providers(), among(100, 20)), Some((80, 1)));
        assert_eq!(trimmed(providers(), among(100, 19)), Some((90, 3)));
        assert_eq!(trimmed(providers(), among(100, 0)), Some((100, 8)));
        assert_eq!(trimmed(providers(), among(100, 100)), Some((70, 0)));
        assert_eq!(trimmed(providers(), among(101, 20)), None);
    }

    #[test]
    fn runs_count_stays_from_a_length_on() {
        let mut runs = Runs::default();
        [(0, 90), (2, 7), (3, 3)].into_iter().for_each(|(run, stays)| runs.add(run, stays));
        assert_eq!((runs.total(), runs.at_least(2), runs.at_least(3), runs.at_least(4)), (100, 10, 3, 0));
    }
}
