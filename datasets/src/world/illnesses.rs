//! Illnesses with their usual items resolved, and how often each brings a person in.

use super::illness_list::ILLNESSES;
use super::items::{Choice, Items};
use super::providers::Profile;
use crate::clock::{Day, civil};
use crate::dice::{Dice, Weighted};

/// When in the year an illness is common.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Season {
    Even,
    Winter,
    Summer,
}

/// Who can have an illness.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sex {
    Any,
    Male,
    Female,
}

/// The operation an illness is treated by.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) code: &'static str,
    pub(crate) item: &'static str,
    pub(crate) anaesthesia: &'static str,
    pub(crate) supplies: &'static [&'static str],
    pub(crate) minutes: i64,
}

/// One row of the list of illnesses.
#[derive(Clone, Copy)]
pub(crate) struct Illness {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) department: &'static str,
    /// The kind of hospital that treats it.
    pub(crate) profile: Profile,
    /// Diagnosis group; empty if it never leads to a stay.
    pub(crate) group: &'static str,
    pub(crate) chronic_code: Option<&'static str>,
    /// Relative frequency among visits and among stays; 0 = only where a scene asks for it.
    pub(crate) visits: u64,
    pub(crate) stays: u64,
    pub(crate) season: Season,
    pub(crate) sex: Sex,
    pub(crate) ages: (i32, i32),
    /// Usual nights of a stay.
    pub(crate) nights: i32,
    pub(crate) drugs: &'static [&'static str],
    pub(crate) tests: &'static [&'static str],
    pub(crate) treatments: &'static [&'static str],
    pub(crate) operation: Option<Operation>,
}

impl Illness {
    fn suits(&self, is_male: bool, age: i32) -> bool {
        let sex = match self.sex {
            Sex::Any => true,
            Sex::Male => is_male,
            Sex::Female => !is_male,
        };
        sex && (self.ages.0..=self.ages.1).contains(&age)
    }

    /// Chance per mille that a drawn case is kept in the month.
    fn in_season(&self, day: Day) -> u32 {
        let (_, month, _) = civil(day);
        match (self.season, month) {
            (Season::Winter, 4..=10) => 450,
            (Season::Summer, 1..=4 | 11..=12) => 350,
            _ => 1000,
        }
    }
}

/// Items of one illness by number.
pub(crate) struct Menu {
    pub(crate) drugs: Vec<Choice>,
    pub(crate) tests: Vec<Choice>,
    pub(crate) treatments: Vec<Choice>,
}

/// All illnesses.
pub(crate) struct Illnesses {
    menus: Vec<Menu>,
    for_visits: Weighted,
    for_stays: Weighted,
    chronic: Vec<u16>,
}

impl Illnesses {
    pub(crate) fn new(items: &Items) -> Self {
        let menu = |row: &Illness| Menu {
            drugs: items.all_named(row.drugs),
            tests: items.all_named(row.tests),
            treatments: items.all_named(row.treatments),
        };
        let is_chronic = |&number: &u16| ILLNESSES[usize::from(number)].chronic_code.is_some();
        Self {
            menus: ILLNESSES.iter().map(menu).collect(),
            for_visits: Weighted::new(ILLNESSES.iter().map(|row| row.visits)),
            for_stays: Weighted::new(ILLNESSES.iter().map(|row| row.stays)),
            chronic: (0..ILLNESSES.len() as u16).filter(is_chronic).collect(),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as a lookup beside `menu`")]
    pub(crate) fn get(&self, illness: u16) -> &'static Illness {
        &ILLNESSES[usize::from(illness)]
    }

    #[expect(clippy::unused_self, reason = "reads as a lookup beside `menu`")]
    pub(crate) fn all(&self) -> &'static [Illness] {
        ILLNESSES
    }

    pub(crate) fn menu(&self, illness: u16) -> &Menu {
        &self.menus[usize::from(illness)]
    }

    /// The illness of a code.
    ///
    /// # Panics
    /// Codes are constants of this crate; one missing from the list is a defect that the tests meet at once.
    #[expect(clippy::unused_self, reason = "reads as a lookup beside `menu`")]
    pub(crate) fn coded(&self, code: &str) -> u16 {
        let found = ILLNESSES.iter().position(|row| row.code == code);
        found.unwrap_or_else(|| panic!("{code} is not in the list of illnesses")) as u16
    }

    /// An illness that brings this person to a clinic or an outpatient department on the day.
    pub(crate) fn for_visit(&self, dice: &mut Dice, is_male: bool, age: i32, day: Day) -> u16 {
        draw(&self.for_visits, dice, is_male, age, day)
    }

    /// An illness that puts this person in a bed on the day.
    pub(crate) fn for_stay(&self, dice: &mut Dice, is_male: bool, age: i32, day: Day) -> u16 {
        draw(&self.for_stays, dice, is_male, age, day)
    }

    /// A registered long-term illness.
    pub(crate) fn for_life(&self, dice: &mut Dice) -> u16 {
        // The first in the list are by far the commonest.
        let reach = if dice.chance(800) { 3 } else { self.chronic.len() };
        self.chronic[dice.below(reach.min(self.chronic.len()))]
    }
}

/// Rejection by person and season; the first illness of the list suits everybody.
fn draw(weights: &Weighted, dice: &mut Dice, is_male: bool, age: i32, day: Day) -> u16 {
    for _ in 0..24 {
        let number = weights.draw(dice);
        let row = &ILLNESSES[number];
        if row.suits(is_male, age) && dice.chance(row.in_season(day)) {
            return number as u16;
        }
    }
    0
}
