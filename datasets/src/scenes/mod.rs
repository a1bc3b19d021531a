//! Scenes: what is planted in the year of the person that carries it. Each writes its claims, marks those at risk,
//! and leaves the rest of the year to honest care.

pub(crate) mod admissions;
pub(crate) mod after_death;
pub(crate) mod bodies;
pub(crate) mod bursts;
pub(crate) mod clones;
pub(crate) mod copies;
pub(crate) mod costs;
pub(crate) mod crowds;
pub(crate) mod cycles;
pub(crate) mod days;
pub(crate) mod elsewhere;
pub(crate) mod frequency;
pub(crate) mod goods;
pub(crate) mod identities;
pub(crate) mod included;
pub(crate) mod limits;
pub(crate) mod moves;
pub(crate) mod nominal;
pub(crate) mod overlap;
pub(crate) mod refunds;
pub(crate) mod resettled;
pub(crate) mod splits;
pub(crate) mod totals;
pub(crate) mod twins;

use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::clock::{Day, day_of};
use crate::world::providers::Profile;

impl Year<'_> {
    /// An illness that general hospitals treat, with at least two drugs.
    fn general_illness(&mut self, day: Day) -> u16 {
        let world = self.world;
        for _ in 0..40 {
            let number = world.illnesses.for_stay(&mut self.dice, self.person.is_male, self.person.age(), day);
            let row = world.illnesses.get(number);
            if row.profile == Profile::General && row.drugs.len() >= 2 {
                return number;
            }
        }
        world.illnesses.coded("J18.900")
    }

    /// A stay from some time on `from` to the morning `nights` later.
    fn plain_stay(&mut self, provider: u32, illness: u16, from: Day, nights: i32) -> Stay {
        let (start, end) = (self.admission_time(from), self.discharge_time(from + nights));
        Stay::new(provider, illness, start, end)
    }

    /// Marks a void claim: the fund loses all it paid.
    fn mark_void(&mut self, claim: usize) {
        let loss = self.claims[claim].bill.fund_loss();
        self.mark(claim, loss);
    }

    /// Days of a pushed claim.
    fn days_of(&self, claim: usize) -> (Day, Day) {
        let claim = &self.claims[claim];
        (day_of(claim.started_at), day_of(claim.ended_at))
    }
}
