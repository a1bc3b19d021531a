//! Stock books per store: what came in, what is left, and what was billed to all payers.
//!
//! A store is one `stock_unit` with all providers that draw on it. Quantities are in base units, the units that lines bill, scaled by 10⁴: a stock
//! row counts quantity × `units_per_pack`, or its quantity where that is empty. Goods are counted by family where the catalogue names one.
//!
//! A row that can be read in several ways says so by `least_units` and `most_units`. It counts in favour of the store: the most for what came in or was
//! there at the start, the least for what went out or was left.

use crate::claims::{Claims, ProviderView, Shelf};
use crate::tables::StockRow;
use crate::tables::value::{Date, Fen, ItemId, Movement, ProviderId, Text, round_ratio};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Days of own use that are allowed where nothing is known of old stock.
const ALLOWED_DAYS: i64 = 60;
/// Days at the borders of a book within which its first or last movement must lie for the month to be complete.
const BORDER_DAYS: i32 = 7;
/// One base unit or pack.
const ONE: i64 = 10_000;

/// Stock books by store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StockBooks {
    books: BTreeMap<String, Book>,
    stores: BTreeMap<String, String>,
}

/// The book of one store over the months complete in claims and stock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Providers that draw on the store.
    pub providers: Vec<String>,
    /// The first and last day of the complete months; `None` where there are none.
    pub cover: Option<(Date, Date)>,
    /// Whether anything was counted when the cover began.
    pub is_counted: bool,
    /// Goods billed in the cover whose flow can be judged.
    pub goods: Vec<Goods>,
}

/// One kind of goods in a store.
#[derive(Clone, Debug, PartialEq)]
pub struct Goods {
    /// Family, or item code.
    pub name: String,
    /// The codes under which it is billed.
    pub items: Vec<String>,
    /// Units in a pack, scaled by 10⁴.
    pub pack: i64,
    /// Whether the book has, by any reading, ever had any.
    pub was_stocked: bool,
    /// Rows of the book that can be read in several ways.
    pub ambiguous_rows: u64,
    /// Over the calendar years of the cover.
    pub years: Vec<Flow>,
    /// Over the whole cover.
    pub whole: Flow,
}

/// What went in and out over a period of whole months. Quantities are scaled by 10⁴.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// Months.
    pub months: i32,
    /// Whether every month has a movement of any goods of the store.
    pub is_unbroken: bool,
    /// The provider that billed the most.
    pub provider: String,
    /// Billed to all payers, net of what was taken back.
    pub billed: i64,
    /// Lines of insured claims with in-scope money.
    pub lines: u64,
    /// Their in-scope money.
    pub in_scope: Fen,
    /// Counted at the start, at most; `None` where nobody counted.
    pub opening: Option<i64>,
    /// Purchased, made, received or given back, at most, less returned, passed on, used or lost, at least.
    pub received: i64,
    /// Counted at the end, at least; nothing where nobody counted.
    pub closing: i64,
    /// Units that old stock or goods booked after use may explain beyond the opening.
    pub allowed: i64,
}

impl Book {
    /// The months of the cover.
    pub fn months(&self) -> i32 {
        self.cover.map_or(0, |(first, last)| month_of(last) - month_of(first) + 1)
    }

    /// Whether a calendar year of the cover has so many months.
    pub fn has_months_in_a_year(&self, months: i32) -> bool {
        let Some((first, last)) = self.cover.map(|(first, last)| (month_of(first), month_of(last))) else { return false };
        (first.div_euclid(12)..=last.div_euclid(12)).any(|year| last.min(year * 12 + 11) - first.max(year * 12) + 1 >= months)
    }
}

impl Flow {
    /// What the book had to give, at most.
    pub fn available(&self) -> i64 {
        self.opening.unwrap_or(0) + self.received - self.closing
    }

    /// Units billed that the book cannot explain, at least; never more than were billed.
    pub fn gap(&self) -> i64 {
        (self.billed - self.available() - self.allowed).clamp(0, self.billed.max(0))
    }

    /// The in-scope money of so many of the units billed, rounded half away from zero.
    pub fn in_scope_of(&self, units: i64) -> Fen {
        self.in_scope.share(units.clamp(0, self.billed.max(0)), self.billed)
    }
}

impl StockBooks {
    /// The book of the store that a provider draws on.
    pub fn of(&self, provider: &str) -> Option<&Book> {
        self.books.get(self.stores.get(provider)?)
    }

    pub(super) fn build(claims: &Claims) -> Self {
        let mut members: BTreeMap<&str, Vec<ProviderView<'_>>> = BTreeMap::new();
        for provider in claims.providers().map(|id| claims.provider(id)) {
            members.entry(provider.stock_unit()).or_default().push(provider);
        }
        members.retain(|_, providers| providers.iter().any(|provider| provider.stock().len() > 0));
        let stores = members
            .iter()
            .flat_map(|(store, providers)| providers.iter().map(|provider| (provider.name().to_owned(), (*store).to_owned())));
        let stores = stores.collect();
        let books = members.into_par_iter().map(|(store, providers)| (store.to_owned(), book(claims, &providers))).collect();
        Self { books, stores }
    }
}

/// A month as a running number.
fn month_of(date: Date) -> i32 {
    let (year, month, _) = date.ymd();
    year * 12 + month as i32 - 1
}

fn first_of(month: i32) -> Date {
    Date::from_ymd(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1).unwrap_or_default()
}

fn last_of(month: i32) -> Date {
    Date(first_of(month + 1).0 - 1)
}

/// The base units that a row, or a sum of rows, can mean.
#[derive(Clone, Copy, Default, PartialEq)]
struct Reading {
    least: i64,
    most: i64,
}

impl Reading {
    fn of(row: StockRow<'_>, quantity: i64, pack: i64) -> Self {
        let plain = round_ratio(i128::from(quantity) * i128::from(pack), i128::from(ONE));
        let (one, other) = (row.least_units().map_or(plain, |units| units.0), row.most_units().map_or(plain, |units| units.0));
        Self { least: one.min(other), most: one.max(other) }
    }

    fn is_ambiguous(self) -> bool {
        self.least < self.most
    }

    fn may_be_none(self) -> bool {
        self.least <= 0 && self.most >= 0
    }

    /// Units taken away, at least; books write them with either sign.
    fn least_taken(self) -> i64 {
        if self.may_be_none() { 0 } else { self.least.abs().min(self.most.abs()) }
    }
}

impl std::iter::Sum for Reading {
    fn sum<I: Iterator<Item = Self>>(readings: I) -> Self {
        readings.fold(Self::default(), |sum, next| Self { least: sum.least + next.least, most: sum.most + next.most })
    }
}

/// A movement of stock in base units.
struct Moved {
    place: (ProviderId, ItemId),
    movement: Movement,
    day: Date,
    units: Reading,
}

impl Moved {
    /// What it adds to the stock at most, counts apart.
    fn change(&self) -> i64 {
        match self.movement {
            Movement::Purchase | Movement::Made | Movement::TransferIn => self.units.most,
            Movement::PurchaseReturn | Movement::TransferOut | Movement::InternalUse | Movement::Loss => -self.units.least_taken(),
            Movement::Opening | Movement::Sale | Movement::SaleReturn | Movement::Closing | Movement::Other => 0,
        }
    }

    fn shows_stock(&self) -> bool {
        let comes_in =
            matches!(self.movement, Movement::Opening | Movement::Closing | Movement::Purchase | Movement::Made | Movement::TransferIn);
        comes_in && self.units.most > 0
    }
}

/// What one month sold.
#[derive(Clone, Copy, Default)]
struct Sold {
    units: i64,
    lines: u64,
    in_scope: Fen,
}

/// What is gathered about one kind of goods.
#[derive(Default)]
struct Draft {
    items: BTreeSet<String>,
    pack: i64,
    charge_unit: Option<Text>,
    has_several_units: bool,
    is_hospital_made: bool,
    sold: BTreeMap<ProviderId, Vec<Sold>>,
    moved: Vec<Moved>,
}

impl Draft {
    fn name_unit(&mut self, unit: Option<Text>) {
        self.has_several_units |= unit.is_some() && self.charge_unit.is_some() && unit != self.charge_unit;
        self.charge_unit = self.charge_unit.or(unit);
    }

    /// Whether its flow can be judged: one unit of charge, and the making of own preparations booked.
    fn is_clear(&self) -> bool {
        let is_made = self.moved.iter().any(|moved| moved.movement == Movement::Made);
        !self.sold.is_empty() && !self.has_several_units && (!self.is_hospital_made || is_made)
    }
}

fn book<'a>(claims: &'a Claims, providers: &[ProviderView<'a>]) -> Book {
    let names = providers.iter().map(|provider| provider.name().to_owned()).collect();
    let Some((first, last)) = cover(claims, providers) else { return Book { providers: names, ..Book::default() } };
    let mut drafts: BTreeMap<&'a str, Draft> = BTreeMap::new();
    let mut moved_months = BTreeSet::new();
    let mut is_counted = false;
    for &provider in providers {
        gather_sold(claims, provider, (first, last), &mut drafts);
        for (moved, pack) in moves(provider) {
            let month = month_of(moved.day);
            moved_months.insert(month);
            is_counted |=
                (moved.movement == Movement::Opening && month == first) || (moved.movement == Movement::Closing && month == first - 1);
            let draft = drafts.entry(claims.goods_name(moved.place.1)).or_default();
            draft.pack = draft.pack.max(pack);
            draft.moved.push(moved);
        }
    }
    let period = |from: i32, to: i32| Period { cover_first: first, first: from, last: to, moved_months: &moved_months };
    let years = (first.div_euclid(12)..=last.div_euclid(12)).map(|year| period(first.max(year * 12), last.min(year * 12 + 11)));
    let years: Vec<Period<'_>> = years.collect();
    let goods = drafts.into_iter().filter(|(_, draft)| draft.is_clear()).map(|(name, draft)| Goods {
        name: name.to_owned(),
        pack: draft.pack.max(ONE),
        was_stocked: draft.moved.iter().any(Moved::shows_stock),
        ambiguous_rows: draft.moved.iter().filter(|moved| moved.units.is_ambiguous()).count() as u64,
        years: years.iter().map(|year| year.flow(claims, &draft)).collect(),
        whole: period(first, last).flow(claims, &draft),
        items: draft.items.into_iter().collect(),
    });
    Book { providers: names, cover: Some((first_of(first), last_of(last))), is_counted, goods: goods.collect() }
}

/// The first and last month complete in claims and stock.
fn cover(claims: &Claims, providers: &[ProviderView<'_>]) -> Option<(i32, i32)> {
    let coverage = claims.coverage();
    let billed_from = providers.iter().filter_map(|provider| coverage.first_day(provider.id())).min()?;
    let billed_to = providers.iter().filter_map(|provider| coverage.last_day(provider.id())).max()?;
    let days = |provider: &ProviderView<'_>| {
        let days = || provider.stock().filter_map(|row| row.moved_on()).map(crate::tables::value::Time::date);
        Some((days().min()?, days().max()?))
    };
    let booked: Vec<(Date, Date)> = providers.iter().filter_map(days).collect();
    let (booked_from, booked_to) = (booked.iter().map(|days| days.0).max()?, booked.iter().map(|days| days.1).min()?);
    let starts_late = booked_from.0 - booked_from.month_start().0 >= BORDER_DAYS;
    let ends_early = last_of(month_of(booked_to)).0 - booked_to.0 >= BORDER_DAYS;
    let first = month_of(billed_from).max(month_of(booked_from) + i32::from(starts_late));
    let last = month_of(billed_to).min(month_of(booked_to) - i32::from(ends_early));
    (first <= last).then_some((first, last))
}

/// Movements of a provider, each with the units of its pack.
fn moves(provider: ProviderView<'_>) -> impl Iterator<Item = (Moved, i64)> {
    provider.stock().filter_map(move |row| {
        let quantity = row.quantity()?.0;
        let pack = row.units_per_pack().map_or(ONE, |pack| pack.0);
        let units = Reading::of(row, quantity, pack);
        let moved = Moved { place: (provider.id(), row.item_code()?), movement: row.movement()?, day: row.moved_on()?.date(), units };
        Some((moved, pack))
    })
}

/// Sums of the lines of one item at one provider.
struct ItemSold {
    item: ItemId,
    units: Vec<Option<Text>>,
    is_hospital_made: bool,
    months: Vec<Sold>,
}

/// Adds what a provider billed in the months of the cover.
fn gather_sold<'a>(claims: &'a Claims, provider: ProviderView<'a>, (first, last): (i32, i32), drafts: &mut BTreeMap<&'a str, Draft>) {
    let start = first_of(first).0;
    let months: Vec<usize> = (start..=last_of(last).0).map(|day| (month_of(Date(day)) - first) as usize).collect();
    let count = (last - first + 1) as usize;
    let mut slots = vec![u32::MAX; claims.dictionary(crate::tables::value::Domain::Item).len()];
    let mut items: Vec<ItemSold> = Vec::new();
    let mut shelf = Shelf::new(claims);
    for claim in provider.claims() {
        let direction = claim.direction();
        if direction == 0 {
            continue;
        }
        let asks = direction > 0 && claim.is_insured();
        shelf.each(claim, |line| {
            let day = usize::try_from(line.charged_on().0 - start).ok();
            let Some(&month) = day.and_then(|day| months.get(day)) else { return };
            let slot = &mut slots[line.item().index()];
            if *slot == u32::MAX {
                *slot = items.len() as u32;
                items.push(ItemSold {
                    item: line.item(),
                    units: Vec::new(),
                    is_hospital_made: false,
                    months: vec![Sold::default(); count],
                });
            }
            let row = line.row();
            let sums = &mut items[*slot as usize];
            sums.is_hospital_made |= row.is_hospital_made() == Some(true);
            if !sums.units.contains(&row.charge_unit()) {
                sums.units.push(row.charge_unit());
            }
            let sold = &mut sums.months[month];
            sold.units += if direction > 0 { line.units() } else { -line.units().abs() };
            if asks && line.sells_in_scope() {
                sold.lines += 1;
                sold.in_scope += line.in_scope();
            }
        });
    }
    for item in items {
        let draft = drafts.entry(claims.goods_name(item.item)).or_default();
        draft.items.insert(claims.dictionary(crate::tables::value::Domain::Item).text(item.item.0).to_owned());
        draft.pack = draft.pack.max(claims.listed_pack(item.item));
        draft.is_hospital_made |= item.is_hospital_made;
        item.units.iter().for_each(|&unit| draft.name_unit(unit));
        let sums = draft.sold.entry(provider.id()).or_insert_with(|| vec![Sold::default(); count]);
        for (sum, sold) in sums.iter_mut().zip(item.months) {
            sum.units += sold.units;
            sum.lines += sold.lines;
            sum.in_scope += sold.in_scope;
        }
    }
}

/// Whole months, by their running numbers.
struct Period<'m> {
    cover_first: i32,
    first: i32,
    last: i32,
    moved_months: &'m BTreeSet<i32>,
}

impl Period<'_> {
    fn flow(&self, claims: &Claims, draft: &Draft) -> Flow {
        let range = (self.first - self.cover_first) as usize..=(self.last - self.cover_first) as usize;
        let of = |months: &Vec<Sold>| months[range.clone()].iter().map(|sold| sold.units).sum::<i64>();
        let in_period = || draft.sold.values().flat_map(|months| &months[range.clone()]);
        let billed = in_period().map(|sold| sold.units).sum();
        // Providers are numbered by their ids: of equals the first is taken.
        let provider = draft.sold.iter().max_by_key(|(id, months)| (of(months), std::cmp::Reverse(**id))).map(|(id, _)| *id);
        let opening = count(draft, Movement::Opening, self.first).or_else(|| count(draft, Movement::Closing, self.first - 1));
        let received = draft.moved.iter().filter(|moved| (self.first..=self.last).contains(&month_of(moved.day))).map(Moved::change).sum();
        let days = i64::from(last_of(self.last).0 - first_of(self.first).0 + 1);
        let lately = (self.last - 1).max(self.first);
        let late = (lately - self.cover_first) as usize..=*range.end();
        let used_lately = draft.sold.values().flat_map(|months| &months[late.clone()]).map(|sold| sold.units).sum::<i64>();
        Flow {
            first: first_of(self.first),
            last: last_of(self.last),
            months: self.last - self.first + 1,
            is_unbroken: (self.first..=self.last).all(|month| self.moved_months.contains(&month)),
            provider: provider.map(|id| claims.provider(id).name().to_owned()).unwrap_or_default(),
            billed,
            lines: in_period().map(|sold| sold.lines).sum(),
            in_scope: in_period().map(|sold| sold.in_scope).sum(),
            opening: opening.map(|units| units.most),
            received,
            closing: count(draft, Movement::Closing, self.last).map_or(0, |units| units.least),
            allowed: match opening {
                None => i128::from(billed.max(0)) * i128::from(ALLOWED_DAYS) / i128::from(days),
                Some(units) if units.may_be_none() => (used_lately.max(0) - units.most).max(0).into(),
                Some(_) => 0,
            } as i64,
        }
    }
}

/// What was counted in a month: of each item at each provider the earliest opening count, or the latest closing one.
fn count(draft: &Draft, movement: Movement, month: i32) -> Option<Reading> {
    let mut counts: BTreeMap<(ProviderId, ItemId), (Date, Reading)> = BTreeMap::new();
    for moved in draft.moved.iter().filter(|moved| moved.movement == movement && month_of(moved.day) == month) {
        let (day, units) = counts.entry(moved.place).or_insert((moved.day, Reading::default()));
        let is_better = if movement == Movement::Opening { moved.day < *day } else { moved.day > *day };
        if is_better {
            (*day, *units) = (moved.day, Reading::default());
        }
        if moved.day == *day {
            *units = [*units, moved.units].into_iter().sum();
        }
    }
    (!counts.is_empty()).then(|| counts.values().map(|(_, units)| *units).sum())
}
