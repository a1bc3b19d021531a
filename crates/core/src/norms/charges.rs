//! What a visit charges of each item and day, net of what was taken back: the ground on which rules about quantities stand.

use crate::claims::{ClaimState, ClaimView, LineView, PersonView, VisitView};
use crate::tables::value::{ClaimId, Date, Fen, ItemId, Time};
use std::collections::BTreeMap;

/// A line that charges something: of positive quantity and amount, reversing no other.
#[derive(Clone, Copy)]
pub(crate) struct Charge<'a> {
    pub(crate) line: LineView<'a>,
    pub(crate) item: ItemId,
    /// When the service was given; the start of the claim where the line does not say and the claim is of one day.
    pub(crate) day: Option<Date>,
    /// The quantity, times 10⁴.
    pub(crate) units: i64,
}

impl<'a> Charge<'a> {
    fn of(line: LineView<'a>) -> Option<Self> {
        let units = line.row().quantity()?.0;
        let charges = units > 0 && line.amount() > Fen::ZERO && line.row().reverses_line_id().is_none();
        charges.then(|| Self { line, item: line.item(), day: day_of(line), units })
    }

    /// Whether the fund is asked for it.
    pub(crate) fn is_payable(&self) -> bool {
        self.line.in_scope() > Fen::ZERO
    }

    /// The day on which knowledge about the item has to be in force: its own, else the first of its claim.
    pub(crate) fn judged_on(&self) -> Date {
        self.day.unwrap_or_else(|| self.line.claim().row().started_at().map(Time::date).unwrap_or_default())
    }

    /// The second at which it was given; `None` where only the date is known.
    pub(crate) fn time(&self) -> Option<Time> {
        self.line.served_at().filter(|time| !time.is_midnight())
    }
}

/// The day of a line: executed, else charged, else the start of a claim that ends on the day on which it starts.
fn day_of(line: LineView<'_>) -> Option<Date> {
    let of_claim = || {
        let row = line.claim().row();
        let (start, end) = (row.started_at()?.date(), row.ended_at()?.date());
        (start == end).then_some(start)
    };
    line.served_at().map(Time::date).or_else(of_claim)
}

/// Sums of quantities, times 10⁴.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Units {
    /// Charged to whomever, less what was taken back.
    pub(crate) net: i64,
    /// Charged to the fund.
    pub(crate) payable: i64,
    /// The same, less what was taken back.
    pub(crate) net_payable: i64,
}

impl Units {
    fn of(charges: &[Charge<'_>], taken: i64) -> Self {
        let gross: i64 = charges.iter().map(|charge| charge.units).sum();
        let payable: i64 = charges.iter().filter(|charge| charge.is_payable()).map(|charge| charge.units).sum();
        Self { net: (gross - taken).max(0), payable, net_payable: (payable - taken).max(0) }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.net += other.net;
        self.payable += other.payable;
        self.net_payable += other.net_payable;
    }
}

/// What the claims of one visit that stand and that the fund pays for charge, a newborn's left out.
pub(crate) struct VisitCharges<'a> {
    pub(crate) visit: VisitView<'a>,
    /// In the order of items, days and lines.
    charges: Vec<Charge<'a>>,
    /// Taken back by item and day on which the item was charged.
    taken: BTreeMap<(ItemId, Date), i64>,
    /// Taken back of an item on a day on which it was not charged: of which day is unknown, so that it counts on every one.
    loose: BTreeMap<ItemId, i64>,
}

impl<'a> VisitCharges<'a> {
    /// Reads a visit; `refunds` are those of the person.
    pub(crate) fn of(visit: VisitView<'a>, refunds: &[ClaimView<'a>]) -> Self {
        let mut charges: Vec<Charge<'a>> = own_claims(visit).flat_map(ClaimView::lines).filter_map(Charge::of).collect();
        charges.sort_by_key(|charge| (charge.item, charge.day, charge.line.index()));
        let mut this = Self { visit, charges, taken: BTreeMap::new(), loose: BTreeMap::new() };
        let reversing = own_claims(visit).flat_map(ClaimView::lines).filter(|line| takes_back(*line));
        for line in reversing.chain(refunds_of(visit, refunds).flat_map(ClaimView::lines)) {
            this.take_back(line);
        }
        this
    }

    fn take_back(&mut self, line: LineView<'_>) {
        let Some(units) = line.row().quantity().map(|quantity| quantity.0.abs()) else { return };
        let item = line.item();
        match reversed_day(line).filter(|day| !self.on(item, *day).is_empty()) {
            Some(day) => *self.taken.entry((item, day)).or_default() += units,
            None => *self.loose.entry(item).or_default() += units,
        }
    }

    pub(crate) fn charges(&self) -> &[Charge<'a>] {
        &self.charges
    }

    /// The charges of each item and day.
    pub(crate) fn item_days(&self) -> impl Iterator<Item = &[Charge<'a>]> {
        self.charges.chunk_by(|left, right| (left.item, left.day) == (right.item, right.day))
    }

    pub(crate) fn of_item(&self, item: ItemId) -> &[Charge<'a>] {
        let start = self.charges.partition_point(|charge| charge.item < item);
        let rest = &self.charges[start..];
        &rest[..rest.partition_point(|charge| charge.item == item)]
    }

    pub(crate) fn on(&self, item: ItemId, day: Date) -> &[Charge<'a>] {
        let charges = self.of_item(item);
        let start = charges.partition_point(|charge| charge.day < Some(day));
        let rest = &charges[start..];
        &rest[..rest.partition_point(|charge| charge.day == Some(day))]
    }

    /// Units taken back of an item on a day.
    pub(crate) fn taken_on(&self, item: ItemId, day: Date) -> i64 {
        self.taken.get(&(item, day)).copied().unwrap_or(0) + self.loose.get(&item).copied().unwrap_or(0)
    }

    /// Units of an item on a day.
    pub(crate) fn units_on(&self, item: ItemId, day: Date) -> Units {
        Units::of(self.on(item, day), self.taken_on(item, day))
    }

    /// Units of some charges of one item and day, less what was taken back of it on that day.
    pub(crate) fn units_less_taken(&self, charges: &[Charge<'_>], item: ItemId, day: Date) -> Units {
        Units::of(charges, self.taken_on(item, day))
    }

    /// Units of some charges of one item, less all that the visit took back of it.
    pub(crate) fn units(&self, item: ItemId, charges: &[Charge<'_>]) -> Units {
        let taken: i64 = self.taken.range((item, Date(i32::MIN))..=(item, Date(i32::MAX))).map(|(_, units)| units).sum();
        Units::of(charges, taken + self.loose.get(&item).copied().unwrap_or(0))
    }
}

/// A person's refunds.
pub(crate) fn refunds_of_person(person: PersonView<'_>) -> Vec<ClaimView<'_>> {
    person.visits().flat_map(VisitView::claims).filter(|claim| claim.state() == ClaimState::Refund).collect()
}

/// Why the charges of a visit of an insured person cannot be judged, if they cannot.
pub(crate) fn why_unjudged(visit: VisitView<'_>, refunds: &[ClaimView<'_>]) -> Option<&'static str> {
    if !visit.visit().is_live {
        Some("visit taken back by refunds")
    } else if own_claims(visit).next().is_none() {
        Some("newborn under the mother's number")
    } else if own_claims(visit).all(|claim| claim.lines().len() == 0) {
        Some("visit without lines")
    } else if refunds_of(visit, refunds).any(|refund| refund.lines().len() == 0) {
        Some("refund without lines")
    } else {
        None
    }
}

/// The claims of a visit that are judged.
fn own_claims(visit: VisitView<'_>) -> impl Iterator<Item = ClaimView<'_>> + Clone {
    visit.insured_claims().filter(|claim| claim.row().is_newborn() != Some(true))
}

/// Whether any of the visit's lines is of an item as wanted; asked once for lines of one item that lie together.
pub(crate) fn has_item(visit: VisitView<'_>, wanted: impl Fn(LineView<'_>) -> bool) -> bool {
    own_claims(visit).any(|claim| {
        let mut last = None;
        claim.lines().any(|line| last.replace(line.item()) != Some(line.item()) && wanted(line))
    })
}

/// Refunds of the visit's judged claims, wherever they are entered, and those entered in the visit that name no claim.
fn refunds_of<'a>(visit: VisitView<'a>, refunds: &[ClaimView<'a>]) -> impl Iterator<Item = ClaimView<'a>> {
    let name = visit.visit().first_claim;
    let takes_back = move |refund: &ClaimView<'a>| match refund.original() {
        Some(original) => own_claims(visit).any(|claim| claim.id() == original.id()),
        None => visit_name(*refund) == name,
    };
    refunds.iter().copied().filter(takes_back).collect::<Vec<_>>().into_iter()
}

fn visit_name(claim: ClaimView<'_>) -> ClaimId {
    claim.visit().visit().first_claim
}

/// Whether a line of a claim that stands takes something back.
fn takes_back(line: LineView<'_>) -> bool {
    let row = line.row();
    row.reverses_line_id().is_some() || row.quantity().is_some_and(|quantity| quantity.0 < 0) || line.amount() < Fen::ZERO
}

/// The day of the line that a line reverses, where it names one of its claim; else its own.
fn reversed_day(line: LineView<'_>) -> Option<Date> {
    let reversed = line.row().reverses_line_id().and_then(|id| line.claim().lines().find(|other| other.row().line_id() == Some(id)));
    day_of(reversed.unwrap_or(line))
}
