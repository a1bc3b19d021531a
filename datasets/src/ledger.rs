//! Books kept over all claims: goods billed per provider, item and month, and beds taken per provider and night.

use crate::chunk::Chunk;
use crate::claim::{Claim, VisitType};
use crate::clock::{FIRST_DAY, day_of, month_index};
use crate::money::{ONE, PRICE_PER_FEN, amount};
use crate::world::World;
use crate::world::items::Item;

/// January to the January after.
pub(crate) const MONTHS: usize = 13;
/// Nights from the first day into that January.
const NIGHTS: usize = 420;

/// Running totals; sums only, so that the order of chunks does not matter.
pub(crate) struct Ledger {
    items: usize,
    /// Net quantity billed to all payers, by provider, item, month.
    billed: Vec<[i64; MONTHS]>,
    /// Patients in beds, by provider and night.
    in_bed: Vec<[u16; NIGHTS]>,
}

impl Ledger {
    pub(crate) fn new(world: &World) -> Self {
        let (providers, items) = (world.providers.len(), world.items.list().len());
        Self { items, billed: vec![[0; MONTHS]; providers * items], in_bed: vec![[0; NIGHTS]; providers] }
    }

    pub(crate) fn add(&mut self, chunk: &Chunk) {
        for (_, claim) in chunk.claims() {
            let provider = claim.provider as usize;
            for line in &claim.lines {
                let month = (month_index(day_of(line.charged_at)).max(0) as usize).min(MONTHS - 1);
                self.billed[provider * self.items + usize::from(line.item)][month] += line.quantity;
            }
            let has_bed = matches!(claim.visit_type, VisitType::Inpatient | VisitType::Maternity);
            if has_bed && !claim.is_refund && !is_crowd(claim) {
                let first = (day_of(claim.started_at) - FIRST_DAY).max(0) as usize;
                let nights = claim.nights().max(0) as usize;
                self.in_bed[provider].iter_mut().skip(first).take(nights).for_each(|beds| *beds += 1);
            }
        }
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

    /// Stock movements of a provider, in billed units.
    pub(crate) fn movements(&self, world: &World, provider: usize) -> Vec<Movement> {
        let goods = world.items.list().iter().enumerate().filter(|(_, item)| item.category.is_stocked());
        let mut movements = Vec::new();
        for (number, item) in goods {
            let billed = &self.billed[provider * self.items + number];
            if billed.iter().any(|&quantity| quantity != 0) {
                write_book(&mut movements, number as u16, item, billed);
            }
        }
        movements
    }
}

/// Whether a stay was invented to fill a hospital beyond its beds.
fn is_crowd(claim: &Claim) -> bool {
    claim.marks.iter().map(|mark| &crate::KINDS[mark.kind]).any(|kind| kind.code == "P04" && !kind.look_alike)
}

/// One row of the stock table.
pub(crate) struct Movement {
    pub(crate) item: u16,
    pub(crate) kind: &'static str,
    /// Month and day of the month.
    pub(crate) month: usize,
    pub(crate) day: i32,
    pub(crate) quantity: i64,
    pub(crate) amount: i64,
}

/// An opening count, a purchase each quarter that covers it, the month's sales, a closing count.
fn write_book(movements: &mut Vec<Movement>, item: u16, row: &Item, billed: &[i64; MONTHS]) {
    let cost = row.price(2) / PRICE_PER_FEN * PRICE_PER_FEN * 9 / 10;
    let mut enter = |kind, month, day, quantity: i64| {
        movements.push(Movement { item, kind, month, day, quantity, amount: amount(quantity, cost) });
    };
    let mut held = round_up(billed.iter().sum::<i64>() / 12);
    enter("opening", 0, 1, held);
    for quarter in 0..4 {
        let months = quarter * 3..if quarter == 3 { MONTHS } else { quarter * 3 + 3 };
        let bought = round_up(billed[months.clone()].iter().sum::<i64>());
        if bought > 0 {
            enter("purchase", months.start, 5, bought);
            held += bought;
        }
        for month in months {
            if billed[month] != 0 {
                enter("sale", month, 28, billed[month]);
                held -= billed[month];
            }
        }
    }
    enter("closing", MONTHS - 1, 31, held);
}

/// Bought in tens.
fn round_up(quantity: i64) -> i64 {
    let ten = 10 * ONE;
    (quantity.max(0) + ten - 1) / ten * ten
}
