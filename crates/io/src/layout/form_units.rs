//! The units of stock, as they are written.

use super::form::{CodeLists, Unknown};
use super::form_source::{ColumnForm, Many};
use super::source::Source;
use super::units::{Bound, Ratio, Units};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Units by the name under which columns speak of them, or in their place.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum UnitsOf {
    Named(String),
    Given(Box<UnitsForm>),
}

#[derive(Clone, Deserialize)]
pub(super) struct UnitsForm {
    unit: Option<ColumnForm>,
    charged: Option<Many<ColumnForm>>,
    items: Option<ColumnForm>,
    place: Option<Many<ColumnForm>>,
    #[serde(default)]
    ratios: Vec<RatioForm>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Clone, Deserialize)]
struct RatioForm {
    unit: Option<ColumnForm>,
    holds: ColumnForm,
    at: Option<Many<String>>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl UnitsOf {
    /// The units themselves in place of their name, where the layout has them.
    pub(super) fn give(&mut self, known: &BTreeMap<String, UnitsForm>) {
        if let Self::Named(name) = self
            && let Some(form) = known.get(name)
        {
            *self = Self::Given(Box::new(form.clone()));
        }
    }

    /// The bound of the units that so much of a header can mean.
    pub(super) fn source(self, of: Option<String>, bound: Option<&str>, lists: &CodeLists) -> Result<Source<String>, String> {
        let form = match self {
            Self::Given(form) => form,
            Self::Named(name) => return Err(format!("speaks of the units `{name}`, which are not there: add [units.{name}]")),
        };
        let bound = match bound {
            Some("least") => Bound::Least,
            Some("most") => Bound::Most,
            Some("pack") => Bound::Pack,
            _ => return Err("needs a `bound` that is \"least\", \"most\" or \"pack\" beside `units`".to_owned()),
        };
        let quantity = of.ok_or("needs the header of the quantity as `of` beside `units`")?;
        Ok(Source::Units(Box::new(form.units(bound, quantity, lists)?)))
    }
}

impl UnitsForm {
    fn units(self, bound: Bound, quantity: String, lists: &CodeLists) -> Result<Units<String>, String> {
        if let Some(field) = self.unknown.keys().next() {
            return Err(format!("has units with an unknown field `{field}`; known are unit, charged, items, place, ratios"));
        }
        let part = |form: ColumnForm| form.part(lists);
        let each = |forms: Option<Many<ColumnForm>>| -> Result<Vec<_>, String> {
            forms.map_or_else(Vec::new, Many::list).into_iter().map(part).collect()
        };
        Ok(Units {
            bound,
            quantity,
            unit: self.unit.map(part).transpose()?,
            charged: each(self.charged)?,
            items: self.items.map(part).transpose()?,
            place: each(self.place)?,
            ratios: self.ratios.into_iter().map(|form| form.ratio(lists)).collect::<Result<_, _>>()?,
        })
    }
}

impl RatioForm {
    fn ratio(self, lists: &CodeLists) -> Result<Ratio<String>, String> {
        if let Some(field) = self.unknown.keys().next() {
            return Err(format!("has a ratio with an unknown field `{field}`; known are unit, holds, at"));
        }
        let unit = self.unit.map(|form| form.part(lists)).transpose()?;
        Ok(Ratio { unit, holds: self.holds.part(lists)?, at: self.at.map_or_else(Vec::new, Many::list) })
    }
}
