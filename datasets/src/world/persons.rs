//! Persons in households: who they are, where they live and which providers they usually go to.

use super::World;
use super::providers::Profile;
use crate::clock::{Day, FIRST_DAY, civil, day};
use crate::dice::Dice;

/// What a planted scene asks of the person it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Body {
    Anyone,
    Adult,
    Elder,
    /// A woman of childbearing age.
    Mother,
    Man,
    /// Grown up and insured as a resident, not an employee.
    Resident,
    Child,
    /// Fifteen or sixteen all year long.
    Teen,
}

/// Where a person's certificate comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Certificate {
    Own,
    /// One's own with another check character.
    Mistyped,
    /// That of the event with the number, shared by all who take part in it.
    OfEvent(u64),
}

impl Body {
    const fn ages(self) -> (i32, i32) {
        match self {
            Self::Anyone => (1, 92),
            Self::Adult | Self::Resident => (22, 88),
            Self::Elder => (58, 84),
            Self::Mother => (23, 38),
            Self::Man => (25, 70),
            Self::Teen => (15, 16),
            Self::Child => (3, 12),
        }
    }
}

/// One insured or self-paying person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) number: u32,
    pub(crate) county: u32,
    /// Village within the county.
    pub(crate) village: u32,
    /// Number of the household's first member.
    pub(crate) household: u32,
    pub(crate) is_male: bool,
    pub(crate) born: Day,
    pub(crate) died: Option<Day>,
    pub(crate) is_insured: bool,
    pub(crate) is_employee: bool,
    pub(crate) chronic: Option<u16>,
    pub(crate) hospital: u32,
    pub(crate) clinic: u32,
    pub(crate) pharmacy: u32,
    pub(crate) certificate: Certificate,
    /// Number of the employer within all counties.
    pub(crate) employer: Option<u32>,
}

/// Employers of a county; numbers from here on are those of events.
const EMPLOYERS: u32 = 400;

/// The employer of all who take part in an event.
pub(crate) fn employer_of_event(kind: u16, event: u32) -> u32 {
    50_000_000 + u32::from(kind) * 100_000 + event % 100_000
}

/// Telephone numbers without their first digit; the second tells whose they are, and none is in use.
const HOUSEHOLDS: u64 = 2_900_000_000;
const STAFF: u64 = 2_800_000_000;
const EVENTS: u64 = 2_700_000_000;

pub(crate) fn phone_of_staff(number: u32) -> u64 {
    STAFF + u64::from(number)
}

/// A number that those who take part in an event give.
pub(crate) fn phone_of_event(kind: u16, event: u32) -> u64 {
    EVENTS + u64::from(kind) % 1_000 * 100_000 + u64::from(event) % 100_000
}

impl Person {
    /// Completed years at the start of the covered year.
    pub(crate) fn age(&self) -> i32 {
        let (year, _, _) = civil(FIRST_DAY);
        let (born, month, day_of_month) = civil(self.born);
        year - born - i32::from((month, day_of_month) > (1, 1))
    }

    /// Insurance person type: employed, retired, or resident.
    pub(crate) fn person_type(&self) -> &'static str {
        match (self.is_employee, self.age()) {
            (true, 60..) => "12",
            (true, _) => "11",
            _ => "15",
        }
    }

    /// The household's telephone number.
    pub(crate) fn phone(&self) -> u64 {
        HOUSEHOLDS + u64::from(self.household)
    }

    pub(crate) const fn insurance_type(&self) -> &'static str {
        if self.is_employee { "310" } else { "390" }
    }
}

/// Where a household lives, and its first member.
#[derive(Clone, Copy)]
pub(crate) struct Home {
    pub(crate) county: u32,
    pub(crate) village: u32,
    pub(crate) first: u32,
}

impl Home {
    pub(crate) fn new(dice: &mut Dice, county: u32, first: u32) -> Self {
        Self { county, village: dice.days(1, 240) as u32, first }
    }
}

/// Draws a person; `body` bounds age and sex for a planted scene.
pub(crate) fn draw(world: &World, dice: &mut Dice, home: Home, number: u32, body: Body) -> Person {
    let county = &world.counties[home.county as usize];
    let (youngest, oldest) = body.ages();
    let age = dice.days(youngest, oldest);
    let born = born_at_age(dice, age);
    let is_employee = (22..=75).contains(&age) && dice.chance(350) && body != Body::Resident;
    let chronic_chance = match age {
        ..35 => 15,
        35..60 => 200,
        _ => 480,
    };
    Person {
        number,
        county: home.county,
        village: home.village,
        household: home.first,
        is_male: match body {
            Body::Mother => false,
            Body::Man => true,
            _ => dice.chance(505),
        },
        born,
        died: None,
        is_insured: body != Body::Anyone || !dice.chance(25),
        is_employee,
        chronic: dice.chance(chronic_chance).then(|| world.illnesses.for_life(dice)),
        hospital: county.hospital(dice, Profile::General),
        clinic: county.clinic(dice),
        pharmacy: county.pharmacy(dice),
        certificate: Certificate::Own,
        employer: is_employee.then(|| home.county * EMPLOYERS + number.wrapping_mul(2_654_435_761) % EMPLOYERS),
    }
}

/// A birth date that makes a person so old on 1 January of the covered year.
fn born_at_age(dice: &mut Dice, age: i32) -> Day {
    let (year, _, _) = civil(FIRST_DAY);
    day(year - age - 1, 1, 2) + dice.days(0, 363)
}

/// Citizen identity number after GB 11643: region, birth date, sequence (odd for men), check character.
pub(crate) fn id_number(region: u32, born: Day, sequence: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let (year, month, day_of_month) = civil(born);
    let mut text = format!("{region:06}{year:04}{month:02}{day_of_month:02}{sequence:03}");
    let sum: u32 = text.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    text.push(CHECK[(sum % 11) as usize]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Purpose;

    #[test]
    fn check_characters_are_those_of_the_standards_samples() {
        assert_eq!(id_number(110_105, day(1949, 12, 31), 2), "11010519491231002X");
        assert_eq!(id_number(440_524, day(1880, 1, 1), 1), "440524188001010014");
    }

    #[test]
    fn ages_are_completed_years() {
        let mut dice = Dice::new(1, Purpose::World, 0);
        for age in 0..90 {
            let born = born_at_age(&mut dice, age);
            let (year, month, day_of_month) = civil(born);
            let completed = 2025 - year - i32::from((month, day_of_month) > (1, 1));
            assert_eq!(completed, age);
        }
    }
}
