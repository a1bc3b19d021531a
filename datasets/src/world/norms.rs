//! Norm cost of each diagnosis group: the mean of trial stays at an ordinary hospital of level 2.

use super::World;
use super::persons::{self, Body, Home};
use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::clock::FIRST_DAY;
use crate::dice::{Dice, Purpose};
use crate::money::Fen;

const TRIALS: i64 = 40;
const YUAN: Fen = 100;

/// Norm cost by illness, in whole yuan; 0 where no group is.
pub(super) fn of_groups(world: &World) -> Vec<Fen> {
    let ordinary = world.providers.iter().position(|provider| provider.pays_by_group && provider.level == 2 && !provider.is_odd);
    let provider = ordinary.unwrap_or(0) as u32;
    let illnesses = world.illnesses.all().iter().enumerate();
    illnesses.map(|(number, row)| if row.group.is_empty() { 0 } else { mean_cost(world, provider, number as u16) }).collect()
}

fn mean_cost(world: &World, provider: u32, illness: u16) -> Fen {
    let mut dice = Dice::new(world.seed, Purpose::Norms, u64::from(illness));
    let home = Home { county: 0, village: 1, first: 0 };
    let person = persons::draw(world, &mut dice, home, 0, Body::Adult);
    let mut year = Year::new(world, person, dice);
    let mut sum = 0;
    for _ in 0..TRIALS {
        let nights = year.usual_nights(illness);
        let (from, to) = (year.admission_time(FIRST_DAY), year.discharge_time(FIRST_DAY + nights));
        sum += year.write_stay(&Stay::new(provider, illness, from, to)).bill.total;
    }
    sum / TRIALS / YUAN * YUAN
}
