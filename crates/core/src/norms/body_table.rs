//! Diagnoses that only one sex or some ages can have, by categories of ICD-10.

use crate::tables::value::{Date, Sex};

/// A range of three-character categories, the sex that can have them, and the ages in completed years.
struct Bound(&'static str, &'static str, Option<Sex>, i32, i32);

const ANY: i32 = 200;

/// Categories that the World Health Organization limits to one sex or to the perinatal period, as far as whole categories go.
#[rustfmt::skip]
const BOUNDS: &[Bound] = &[
    Bound("A34", "A34", Some(Sex::Female), 0, ANY),
    Bound("C51", "C58", Some(Sex::Female), 0, ANY),
    Bound("C60", "C63", Some(Sex::Male), 0, ANY),
    Bound("D06", "D06", Some(Sex::Female), 0, ANY),
    Bound("D25", "D28", Some(Sex::Female), 0, ANY),
    Bound("D29", "D29", Some(Sex::Male), 0, ANY),
    Bound("D39", "D39", Some(Sex::Female), 0, ANY),
    Bound("D40", "D40", Some(Sex::Male), 0, ANY),
    Bound("E28", "E28", Some(Sex::Female), 0, ANY),
    Bound("E29", "E29", Some(Sex::Male), 0, ANY),
    Bound("N40", "N51", Some(Sex::Male), 0, ANY),
    Bound("N70", "N77", Some(Sex::Female), 0, ANY),
    Bound("N80", "N98", Some(Sex::Female), 0, ANY),
    Bound("O00", "O99", Some(Sex::Female), 9, 60),
    Bound("P00", "P96", None, 0, 17),
    Bound("Q50", "Q52", Some(Sex::Female), 0, ANY),
    Bound("Q53", "Q55", Some(Sex::Male), 0, ANY),
    Bound("R86", "R86", Some(Sex::Male), 0, ANY),
    Bound("R87", "R87", Some(Sex::Female), 0, ANY),
    Bound("Z34", "Z36", Some(Sex::Female), 9, 60),
];

/// Ages at which a woman may be treated for what her newborn has, where the claim does not say that it is the newborn's.
const MOTHERS: std::ops::RangeInclusive<i32> = 12..=55;

/// A patient as far as limits go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) sex: Sex,
    pub(crate) born: Date,
}

impl Body {
    /// Completed years on a day.
    pub(crate) fn age(self, day: Date) -> i32 {
        let ((year, month, date), (born_year, born_month, born_date)) = (day.ymd(), self.born.ymd());
        year - born_year - i32::from((month, date) < (born_month, born_date))
    }

    /// Whether what is charged for a newborn may be for this patient's child.
    pub(crate) fn may_be_mother(self, day: Date) -> bool {
        self.sex == Sex::Female && MOTHERS.contains(&self.age(day))
    }

    /// Whether a diagnosis is one that the patient cannot have; `None` where the table does not bound it.
    pub(crate) fn excludes(self, code: &str, day: Date) -> Option<bool> {
        let category = code.get(..3)?;
        let Bound(_, _, sex, youngest, oldest) = BOUNDS.iter().find(|bound| bound.0 <= category && category <= bound.1)?;
        let age = self.age(day);
        let may_be_newborns = sex.is_none() && self.may_be_mother(day);
        Some(sex.is_some_and(|sex| sex != self.sex) || (!may_be_newborns && !(*youngest..=*oldest).contains(&age)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Date {
        Date::from_ymd(year, month, day).expect("a day")
    }

    #[test]
    fn ages_are_completed_years() {
        let body = Body { sex: Sex::Male, born: day(2000, 2, 29) };
        assert_eq!(body.age(day(2018, 2, 28)), 17);
        assert_eq!(body.age(day(2018, 3, 1)), 18);
        assert_eq!(body.age(day(2000, 2, 29)), 0);
    }

    #[test]
    fn bounds_are_in_order_and_apart() {
        assert!(BOUNDS.windows(2).all(|pair| pair[0].1 < pair[1].0) && BOUNDS.iter().all(|bound| bound.0 <= bound.1));
    }

    #[test]
    fn diagnoses_are_told_by_sex_and_age() {
        let (man, woman) = (Body { sex: Sex::Male, born: day(1990, 1, 1) }, Body { sex: Sex::Female, born: day(1990, 1, 1) });
        let on = day(2025, 6, 1);
        assert_eq!((man.excludes("O80.000", on), woman.excludes("O80.000", on)), (Some(true), Some(false)));
        assert_eq!((man.excludes("P59.900", on), woman.excludes("P59.900", on)), (Some(true), Some(false)));
        assert_eq!((man.excludes("N40.x00", on), woman.excludes("N40.x00", on)), (Some(false), Some(true)));
        assert_eq!((man.excludes("J18.900", on), man.excludes("N4", on), man.excludes("肺炎", on)), (None, None, None));
    }
}
