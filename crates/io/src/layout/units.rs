//! How quantities of stock become base units, the units in which lines bill.

use super::source::{Lookup, Source};

/// Divides the values of a look-up that takes all of a key.
pub(crate) const DIVIDER: char = '|';

/// A bound of the base units that a row of stock can mean, and what is known of its units. Whatever of it a file does not have is unknown.
#[derive(Clone, Debug)]
pub(crate) struct Units<C, L = Lookup> {
    pub(crate) bound: Bound,
    pub(crate) quantity: C,
    /// The unit of the quantity.
    pub(crate) unit: Option<Source<C, L>>,
    /// The units in which lines bill the goods, divided by [`DIVIDER`].
    pub(crate) charged: Vec<Source<C, L>>,
    /// The items that the row may be of, divided by [`DIVIDER`]; of several it may be none.
    pub(crate) items: Option<Source<C, L>>,
    /// Names of the store, by which its unit is known where the row does not give one.
    pub(crate) place: Vec<Source<C, L>>,
    pub(crate) ratios: Vec<Ratio<C, L>>,
}

/// How many base units one unit holds.
#[derive(Clone, Debug)]
pub(crate) struct Ratio<C, L = Lookup> {
    /// The unit; without one, any unit other than the base unit.
    pub(crate) unit: Option<Source<C, L>>,
    pub(crate) holds: Source<C, L>,
    /// Words in the names of stores that count in this unit.
    pub(crate) at: Vec<String>,
}

/// Which bound of the readings is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The fewest base units.
    Least,
    /// The most base units.
    Most,
    /// The most base units that one unit of the quantity holds; empty where that is not known.
    Pack,
}

impl<C, L> Units<C, L> {
    /// The sources of which it is made, beside the quantity.
    pub(crate) fn parts(&self) -> Vec<&Source<C, L>> {
        let of_ratios = self.ratios.iter().flat_map(|ratio| ratio.unit.iter().chain([&ratio.holds]));
        let optional = self.unit.iter().chain(&self.items).chain(&self.charged).chain(&self.place);
        optional.chain(of_ratios).collect()
    }

    /// The same over other names; `None` without a quantity. Other parts that have no name are left out.
    pub(crate) fn resolve<D, M>(
        &self,
        column: &impl Fn(&C) -> Option<D>,
        resolve: &impl Fn(&Source<C, L>) -> Option<Source<D, M>>,
    ) -> Option<Units<D, M>> {
        let ratio = |ratio: &Ratio<C, L>| {
            let unit = match &ratio.unit {
                None => None,
                Some(unit) => Some(resolve(unit)?),
            };
            Some(Ratio { unit, holds: resolve(&ratio.holds)?, at: ratio.at.clone() })
        };
        Some(Units {
            bound: self.bound,
            quantity: column(&self.quantity)?,
            unit: self.unit.as_ref().and_then(resolve),
            charged: self.charged.iter().filter_map(resolve).collect(),
            items: self.items.as_ref().and_then(resolve),
            place: self.place.iter().filter_map(resolve).collect(),
            ratios: self.ratios.iter().filter_map(ratio).collect(),
        })
    }
}
