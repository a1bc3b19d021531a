//! Books kept over all claims: goods billed per provider, item and month, and beds taken per provider and night.

use crate::chunk::Chunk;
use crate::claim::{Claim, Line, Supply, VisitType};
use crate::clock::{FIRST_DAY, day_of, month_index};
use crate::money::{ONE, PRICE_PER_FEN, amount};
use crate::world::World;
use crate::world::items::Item;

/// January to the January after.
pub(crate) const MONTHS: usize = 13;
/// Nights from the first day into that January.
const NIGHTS: usize = 420;

/// Months up to which a late book was uploaded.
const LATE_MONTHS: usize = 9;

/// Running totals; sums only, so that the order of chunks does not matter.
pub(crate) struct Ledger {
    items: usize,
    /// Keeper of each provider's store.
    keepers: Vec<u32>,
    /// By store and item.
    goods: Vec<Goods>,
    /// Patients in beds, by provider and night.
    in_bed: Vec<[u16; NIGHTS]>,
}

/// What a store and its bills know of an item.
#[derive(Clone, Copy, Default)]
pub(crate) struct Goods {
    /// Net quantity billed to all payers, by month.
    pub(crate) billed: [i64; MONTHS],
    /// Quantity that left the store, by month.
    pub(crate) supplied: [i64; MONTHS],
    /// Quantity that never left it, for which a purchase was written when the year ended.
    pub(crate) backdated: i64,
}

impl Ledger {
    pub(crate) fn new(world: &World) -> Self {
        let (providers, items) = (world.providers.len(), world.items.list().len());
        let keepers = (0..providers as u32).map(|number| world.keeper(number)).collect();
        Self { items, keepers, goods: vec![Goods::default(); providers * items], in_bed: vec![[0; NIGHTS]; providers] }
    }

    pub(crate) fn add(&mut self, chunk: &Chunk) {
        for (_, claim) in chunk.claims() {
            claim.lines.iter().for_each(|line| self.add_line(claim.provider, line));
            let has_bed = matches!(claim.visit_type, VisitType::Inpatient | VisitType::Maternity);
            if has_bed && !claim.is_refund && !is_crowd(claim) {
                let first = (day_of(claim.started_at) - FIRST_DAY).max(0) as usize;
                let nights = claim.nights().max(0) as usize;
                self.in_bed[claim.provider as usize].iter_mut().skip(first).take(nights).for_each(|beds| *beds += 1);
            }
        }
    }

    fn add_line(&mut self, provider: u32, line: &Line) {
        let month = (month_index(day_of(line.charged_at)).max(0) as usize).min(MONTHS - 1);
        let keeper = self.keepers[provider as usize] as usize;
        let (item, left_store) = match line.supply {
            Supply::Billed => (line.item, line.quantity),
            Supply::As(other) => (other, line.quantity),
            Supply::Part(hundredths) => (line.item, line.quantity * i64::from(hundredths) / 100),
            Supply::Backdated => (line.item, 0),
            Supply::Elsewhere | Supply::SecondChannel => return,
        };
        let goods = &mut self.goods[keeper * self.items + usize::from(item)];
        goods.billed[month] += line.quantity;
        goods.supplied[month] += left_store;
        if line.supply == Supply::Backdated {
            goods.backdated += line.quantity;
        }
    }

    /// What the store of a provider and its bills know of an item.
    #[cfg(test)]
    pub(crate) fn goods(&self, provider: u32, item: u16) -> Goods {
        self.goods[self.keepers[provider as usize] as usize * self.items + usize::from(item)]
    }

    /// Open beds that hold the fullest honest night with a tenth to spare; 0 where nobody stayed.
    pub(crate) fn open_beds(&self, provider: usize) -> u16 {
        let fullest = self.in_bed[provider].iter().copied().max().unwrap_or(0);
        if fullest == 0 { 0 } else { (fullest * 11 / 10 + 1).next_multiple_of(5).max(10) }
    }

    /// Licensed beds: tertiary hospitals have opened more than their licence says.
    pub(crate) fn beds(&self, world: &World, provider: usize) -> u16 {
        let open = self.open_beds(provider);
        if world.providers[provider].level == 3 { open * 4 / 5 } else { open }
    }

    /// The stock book that a provider keeps; those who draw on another's store keep none.
    pub(crate) fn movements(&self, world: &World, provider: usize) -> Vec<Movement> {
        let number = provider as u32;
        let mut book = Book::default();
        let goods = world.items.list().iter().enumerate().filter(|(_, item)| item.category.is_stocked());
        for (item, row) in goods {
            let came_by = if row.is_hospital_made() {
                "made"
            } else if world.supplier(number).is_some() {
                "transfer_in"
            } else {
                "purchase"
            };
            book.write(item as u16, row, &self.goods[provider * self.items + item], came_by);
        }
        if world.is_late(number) {
            book.movements.retain(|row| row.month < LATE_MONTHS);
        }
        for campus in (0..world.providers.len()).filter(|&other| world.supplier(other as u32) == Some(number)) {
            let passed_on = self.movements(world, campus).into_iter().filter(|row| row.kind == "transfer_in");
            for row in passed_on {
                book.movements.extend([Movement { kind: "purchase", ..row }, Movement { kind: "transfer_out", ..row }]);
            }
        }
        book.movements
    }
}

/// Whether a stay was invented to fill a hospital beyond its beds.
fn is_crowd(claim: &Claim) -> bool {
    claim.marks.iter().map(|mark| &crate::KINDS[mark.kind]).any(|kind| kind.code == "P04" && !kind.look_alike)
}

/// One row of the stock table.
#[derive(Clone, Copy)]
pub(crate) struct Movement {
    pub(crate) item: u16,
    pub(crate) kind: &'static str,
    /// Month and day of the month.
    pub(crate) month: usize,
    pub(crate) day: i32,
    /// In packs of so many units, or in units.
    pub(crate) quantity: i64,
    pub(crate) pack: Option<i64>,
    pub(crate) amount: i64,
}

/// Rows of a book while they are being written.
#[derive(Default)]
struct Book {
    movements: Vec<Movement>,
}

impl Book {
    /// Enters units; what is bought or passed on counts in packs.
    fn enter(&mut self, item: u16, row: &Item, kind: &'static str, (month, day): (usize, i32), units: i64) {
        let cost = row.price(2) / PRICE_PER_FEN * PRICE_PER_FEN * 9 / 10;
        let is_packed = row.pack > 1 && matches!(kind, "purchase" | "transfer_in");
        let quantity = if is_packed { units / row.pack } else { units };
        let pack = is_packed.then_some(row.pack);
        self.movements.push(Movement { item, kind, month, day, quantity, pack, amount: amount(units, cost) });
    }

    /// The year's book of an item from an opening count to a closing one, and that of the January after, where anything was billed in it.
    fn write(&mut self, item: u16, row: &Item, goods: &Goods, came_by: &'static str) {
        let is_in_book = goods.supplied.iter().any(|&quantity| quantity != 0) || goods.backdated != 0;
        if !is_in_book {
            return self.write_sales(item, row, goods, 0..MONTHS);
        }
        let packs = |units: i64| round_up(units, row.pack * ONE);
        let stays_out = row.is_consigned();
        let mut held = if stays_out { 0 } else { packs(goods.supplied.iter().sum::<i64>() / 12) };
        self.enter(item, row, "opening", (0, 1), held);
        for quarter in 0..4 {
            let months = quarter * 3..quarter * 3 + 3;
            let used = goods.supplied[months.clone()].iter().sum::<i64>();
            if stays_out {
                months.clone().for_each(|month| self.write_consigned(item, row, goods, month));
            } else {
                // Two in a thousand break or expire.
                let lost = if row.is_hospital_made() { 0 } else { used.max(0) / (500 * ONE) * ONE };
                let bought = packs(used + lost);
                for (kind, day, units) in [(came_by, 5, bought), ("loss", 27, lost)] {
                    if units > 0 {
                        self.enter(item, row, kind, (months.start + usize::from(day > 20) * 2, day), units);
                    }
                }
                held += bought - used - lost;
            }
            self.write_sales(item, row, goods, months);
        }
        if goods.backdated > 0 {
            self.enter(item, row, "purchase", (11, 28), packs(goods.backdated));
            held += packs(goods.backdated) - goods.backdated;
        }
        self.enter(item, row, "closing", (11, 31), held);
        self.write_january(item, row, goods, held, came_by);
    }

    fn write_january(&mut self, item: u16, row: &Item, goods: &Goods, held: i64, came_by: &'static str) {
        let january = MONTHS - 1;
        if goods.billed[january] == 0 && goods.supplied[january] == 0 {
            return;
        }
        self.enter(item, row, "opening", (january, 1), held);
        let bought = round_up(goods.supplied[january], row.pack * ONE);
        if bought > 0 && !row.is_consigned() {
            self.enter(item, row, came_by, (january, 5), bought);
        }
        self.write_sales(item, row, goods, january..MONTHS);
        self.enter(item, row, "closing", (january, 31), if row.is_consigned() { 0 } else { held + bought - goods.supplied[january] });
    }

    /// Goods on consignment are booked in the month after.
    fn write_consigned(&mut self, item: u16, row: &Item, goods: &Goods, month: usize) {
        if goods.supplied[month] > 0 && month + 1 < MONTHS {
            self.enter(item, row, "purchase", (month + 1, 20), goods.supplied[month]);
        }
    }

    fn write_sales(&mut self, item: u16, row: &Item, goods: &Goods, months: std::ops::Range<usize>) {
        for month in months {
            if goods.billed[month] != 0 {
                self.enter(item, row, "sale", (month, 28), goods.billed[month]);
            }
        }
    }
}

/// Bought in whole packs.
fn round_up(quantity: i64, pack: i64) -> i64 {
    (quantity.max(0) + pack - 1) / pack * pack
}
