//! The base units that a row of stock can mean.
//!
//! Base units are those in which lines bill. A quantity comes to them by what its unit holds, divided by what the billed unit holds, both counted
//! in the smallest unit. Where several readings are possible the bounds span them all; a unit of which nothing is known may be of any size up to
//! [`LARGEST`].

use super::lookup::Loaded;
use super::source::values;
use super::sum::Decimal;
use super::text::plain;
use crate::layout::{Bound, DIVIDER, Ratio, Source, Units};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::ArrowError;
use std::sync::Arc;

/// Quantities and ratios count ten-thousandths.
const SCALE: u32 = 4;
const ONE: i128 = 10_000;
/// What a unit may hold of which nothing is known: more than a carton of any goods.
const LARGEST: i128 = 10_000 * ONE;

/// The values of a source as texts.
struct Texts(ArrayRef);

impl Texts {
    fn of(source: &Source<usize, Loaded>, cells: &[ArrayRef], rows: usize) -> Result<Self, ArrowError> {
        plain(&values(source, cells, rows)?).map(Self)
    }

    fn get(&self, row: usize) -> Option<&str> {
        let column: &StringArray = self.0.as_string();
        column.is_valid(row).then(|| column.value(row).trim())
    }
}

/// A ratio of a layout over the rows of a batch.
struct RatioTexts<'a> {
    ratio: &'a Ratio<usize, Loaded>,
    unit: Option<Texts>,
    holds: Texts,
}

/// What is known of the units of one row.
#[derive(Default)]
struct Known<'a> {
    unit: Option<&'a str>,
    charged: Vec<&'a str>,
    has_several_items: bool,
    sizes: Vec<Size<'a>>,
}

/// How many of the smallest unit a unit holds; any other unit where it has no name.
struct Size<'a> {
    unit: Option<&'a str>,
    holds: i128,
    is_of_place: bool,
}

/// The least and the most of something.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    least: i128,
    most: i128,
}

impl Span {
    const ONE: Self = Self { least: ONE, most: ONE };
    const UNKNOWN: Self = Self { least: ONE, most: LARGEST };

    fn over(sizes: impl Iterator<Item = i128>) -> Option<Self> {
        sizes.map(|size| Self { least: size, most: size }).reduce(Self::with)
    }

    fn with(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }
}

/// Base units in one unit of the quantity, as two fractions.
#[derive(Clone, Copy)]
struct Factor {
    stock: Span,
    charged: Span,
}

/// A bound of each row; empty where the quantity is no number.
pub(super) fn bound(units: &Units<usize, Loaded>, cells: &[ArrayRef], rows: usize) -> Result<ArrayRef, ArrowError> {
    let texts = |source: &Source<usize, Loaded>| Texts::of(source, cells, rows);
    let quantity = Texts(plain(&cells[units.quantity])?);
    let unit = units.unit.as_ref().map(texts).transpose()?;
    let items = units.items.as_ref().map(texts).transpose()?;
    let charged = units.charged.iter().map(texts).collect::<Result<Vec<_>, _>>()?;
    let places = units.place.iter().map(texts).collect::<Result<Vec<_>, _>>()?;
    let ratios = units.ratios.iter().map(|ratio| ratio_texts(ratio, cells, rows)).collect::<Result<Vec<_>, _>>()?;
    let bounds = (0..rows).map(|row| {
        let quantity = Decimal::parse(quantity.get(row)?)?.in_scale(SCALE)?;
        let place: Vec<&str> = places.iter().filter_map(|place| place.get(row)).collect();
        let known = Known {
            unit: unit.as_ref().and_then(|unit| unit.get(row)),
            charged: charged.iter().filter_map(|units| units.get(row)).flat_map(|units| units.split(DIVIDER)).collect(),
            has_several_items: items.as_ref().and_then(|items| items.get(row)).is_some_and(|items| items.contains(DIVIDER)),
            sizes: ratios.iter().filter_map(|ratio| ratio.size(row, &place)).collect(),
        };
        known.bound(quantity, units.bound).map(|units| Decimal::of(units, SCALE).to_string())
    });
    Ok(Arc::new(bounds.collect::<StringArray>()))
}

fn ratio_texts<'a>(ratio: &'a Ratio<usize, Loaded>, cells: &[ArrayRef], rows: usize) -> Result<RatioTexts<'a>, ArrowError> {
    let unit = ratio.unit.as_ref().map(|unit| Texts::of(unit, cells, rows)).transpose()?;
    Ok(RatioTexts { ratio, unit, holds: Texts::of(&ratio.holds, cells, rows)? })
}

impl RatioTexts<'_> {
    /// `None` where the row has no such unit, or no size for it that is more than nothing.
    fn size<'t>(&'t self, row: usize, place: &[&str]) -> Option<Size<'t>> {
        let unit = match &self.unit {
            None => None,
            Some(unit) => Some(unit.get(row)?),
        };
        let holds = Decimal::parse(self.holds.get(row)?)?.in_scale(SCALE).filter(|holds| *holds > 0)?;
        let is_of_place = self.ratio.at.iter().any(|word| place.iter().any(|name| name.contains(word.as_str())));
        Some(Size { unit, holds, is_of_place })
    }
}

impl Known<'_> {
    fn bound(&self, quantity: i128, bound: Bound) -> Option<i128> {
        let factors = self.factors();
        if bound == Bound::Pack {
            let is_known = factors.iter().all(|factor| factor.stock.most < LARGEST);
            let most = factors.iter().map(|factor| factor.stock.most * ONE / factor.charged.least).max();
            return most.filter(|_| is_known);
        }
        let ends = factors.iter().map(|factor| factor.of(quantity)).collect::<Option<Vec<_>>>()?;
        let nothing = self.has_several_items.then_some(Span { least: 0, most: 0 });
        let span = ends.into_iter().chain(nothing).reduce(Span::with)?;
        Some(if bound == Bound::Least { span.least } else { span.most })
    }

    /// The ways to come from the quantity's unit to base units, one for each unit in which lines bill.
    fn factors(&self) -> Vec<Factor> {
        let stock = self.stock();
        let smallest = Span { least: ONE, most: self.sizes.iter().map(|size| size.holds).fold(ONE, i128::max) };
        if self.charged.is_empty() || self.has_several_items {
            return vec![Factor { stock, charged: smallest }];
        }
        let factor = |charged: &&str| {
            if self.unit == Some(*charged) {
                return Factor { stock: Span::ONE, charged: Span::ONE };
            }
            let named = self.sizes.iter().filter(|size| size.unit == Some(*charged)).map(|size| size.holds);
            Factor { stock, charged: Span::over(named).unwrap_or(Span::UNKNOWN) }
        };
        self.charged.iter().map(factor).collect()
    }

    /// What one unit of the quantity holds. Without a unit it is that of the place, else any of the goods.
    fn stock(&self) -> Span {
        let Some(unit) = self.unit else {
            let of_place = self.sizes.iter().filter(|size| size.is_of_place).map(|size| size.holds);
            let any = self.sizes.iter().map(|size| size.holds).chain([ONE]);
            return Span::over(of_place).or_else(|| Span::over(any)).unwrap_or(Span::ONE);
        };
        let named: Vec<i128> = self.sizes.iter().filter(|size| size.unit == Some(unit)).map(|size| size.holds).collect();
        let others = self.sizes.iter().filter(|size| size.unit.is_none() && !named.contains(&ONE)).map(|size| size.holds);
        Span::over(named.iter().copied().chain(others)).unwrap_or(Span::UNKNOWN)
    }
}

impl Factor {
    /// The units that a quantity can mean, rounded outwards; `None` where a number is too large.
    fn of(self, quantity: i128) -> Option<Span> {
        let (few, many) = (quantity.checked_mul(self.stock.least)?, quantity.checked_mul(self.stock.most)?);
        let (few, many) = ([few, self.charged.most], [many, self.charged.least]);
        let (least, most) = if quantity < 0 { (many, few) } else { (few, many) };
        Some(Span { least: least[0].div_euclid(least[1]), most: -(-most[0]).div_euclid(most[1]) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(unit: &str, holds: i128) -> Size<'_> {
        Size { unit: Some(unit).filter(|unit| !unit.is_empty()), holds: holds * ONE, is_of_place: false }
    }

    fn known<'a>(unit: &'a str, charged: &[&'a str], sizes: Vec<Size<'a>>) -> Known<'a> {
        Known { unit: Some(unit).filter(|unit| !unit.is_empty()), charged: charged.to_vec(), sizes, ..Known::default() }
    }

    /// Least and most of two units.
    fn two(known: &Known<'_>) -> (i128, i128) {
        let bound = |bound| known.bound(2 * ONE, bound).expect("a bound");
        (bound(Bound::Least), bound(Bound::Most))
    }

    #[test]
    fn a_named_unit_is_exact() {
        let box_and_tablet = || vec![size("tablet", 1), size("box", 24)];
        assert_eq!(two(&known("box", &["tablet"], box_and_tablet())), (48 * ONE, 48 * ONE));
        assert_eq!(two(&known("tablet", &["tablet"], box_and_tablet())), (2 * ONE, 2 * ONE));
        assert_eq!(two(&known("box", &["box"], Vec::new())), (2 * ONE, 2 * ONE));
        assert_eq!(two(&known("tablet", &["box"], box_and_tablet())), (833, 834), "a twelfth, rounded outwards");
        assert_eq!(two(&known("box", &["tablet"], vec![size("tablet", 1), size("", 24)])), (48 * ONE, 48 * ONE));
    }

    #[test]
    fn conflicting_and_missing_sizes_are_spanned() {
        let conflict = || vec![size("tablet", 1), size("box", 24), size("box", 12)];
        assert_eq!(two(&known("box", &["tablet"], conflict())), (24 * ONE, 48 * ONE));
        assert_eq!(two(&known("box", &["tablet"], vec![size("tablet", 1), size("box", 24), size("", 12)])), (24 * ONE, 48 * ONE));
        assert_eq!(two(&known("carton", &["tablet"], conflict())), (2 * ONE, 2 * LARGEST));
        assert_eq!(two(&known("", &["tablet"], conflict())), (2 * ONE, 48 * ONE));
        assert_eq!(two(&known("box", &["bag"], vec![size("box", 24)])).1, 48 * ONE);
        assert_eq!(two(&known("box", &["tablet", "box"], vec![size("tablet", 1), size("box", 24)])), (2 * ONE, 48 * ONE));
        assert_eq!(two(&known("", &[], Vec::new())), (2 * ONE, 2 * ONE));
    }

    #[test]
    fn the_place_tells_the_unit() {
        let sizes = vec![size("tablet", 1), Size { is_of_place: true, ..size("box", 24) }];
        assert_eq!(two(&known("", &["tablet"], sizes)), (48 * ONE, 48 * ONE));
    }

    #[test]
    fn of_several_items_it_may_be_none() {
        let several = Known { has_several_items: true, ..known("box", &["box"], vec![size("tablet", 1), size("box", 24)]) };
        assert_eq!(two(&several), (0, 48 * ONE));
        assert_eq!(several.bound(-2 * ONE, Bound::Least), Some(-48 * ONE));
        assert_eq!(several.bound(-2 * ONE, Bound::Most), Some(0));
    }

    #[test]
    fn negative_quantities_turn_the_bounds() {
        let conflict = known("box", &["tablet"], vec![size("tablet", 1), size("box", 24), size("box", 12)]);
        assert_eq!((conflict.bound(-ONE, Bound::Least), conflict.bound(-ONE, Bound::Most)), (Some(-24 * ONE), Some(-12 * ONE)));
    }

    #[test]
    fn packs_are_the_largest_known_size() {
        let conflict = || vec![size("tablet", 1), size("box", 24), size("box", 12)];
        assert_eq!(known("box", &["tablet"], conflict()).bound(ONE, Bound::Pack), Some(24 * ONE));
        assert_eq!(known("carton", &["tablet"], conflict()).bound(ONE, Bound::Pack), None);
        assert_eq!(known("box", &["tablet"], conflict()).bound(i128::MAX, Bound::Most), None);
    }
}
