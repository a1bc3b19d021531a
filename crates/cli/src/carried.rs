//! What several inputs have in common: columns, and the detectors that need no others.

use claimsift::detect::Meta;
use std::collections::{BTreeMap, BTreeSet};

/// Columns of an input, as `table.column`.
pub(crate) type Columns = BTreeSet<String>;

/// Columns that say how a quantity is to be read, not what is known. Each input keeps its own: without them its quantities would mean
/// something else.
const UNITS: [&str; 3] = ["stock.units_per_pack", "stock.least_units", "stock.most_units"];

/// What all inputs carry.
pub(crate) struct Carried {
    /// Codes of the detectors whose needs are in all inputs.
    pub(crate) codes: Vec<String>,
    /// Detectors that are left out, with the first column that is missing.
    pub(crate) left_out: Vec<(String, Missing)>,
    /// Columns that a carried detector would use and that are not in all inputs.
    pub(crate) unused: Vec<Missing>,
    common: Columns,
}

/// A column that is not in all inputs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) column: String,
    /// The inputs that lack it, by number; none where all have it and fill it unevenly.
    pub(crate) lacking: Vec<usize>,
}

impl Carried {
    /// Reduces detectors to what all inputs carry; `uneven` columns are in all of them, but have values in more rows of one than of another.
    pub(crate) fn of<'m>(inputs: &[Columns], uneven: &Columns, detectors: impl Iterator<Item = &'m Meta>) -> Self {
        let common = inputs.iter().skip(1).fold(inputs.first().cloned().unwrap_or_default(), |common, other| &common & other);
        let common = &common - uneven;
        let missing = |column: &str| {
            let lacking: Vec<usize> = (0..inputs.len()).filter(|&input| !inputs[input].contains(column)).collect();
            let is_missing = !lacking.is_empty() || uneven.contains(column);
            is_missing.then(|| Missing { column: column.to_owned(), lacking })
        };
        let (mut codes, mut left_out, mut unused) = (Vec::new(), Vec::new(), BTreeMap::new());
        for meta in detectors {
            if let Some(lack) = meta.needs.iter().find_map(|column| missing(column)) {
                left_out.push((meta.code.to_string(), lack));
                continue;
            }
            codes.push(meta.code.to_string());
            // What no input has is no difference between them.
            let lacks = meta.uses.iter().filter(|column| !UNITS.contains(&column.as_ref())).filter_map(|column| missing(column));
            let differing = lacks.filter(|lack| lack.lacking.len() < inputs.len());
            unused.extend(differing.map(|lack| (lack.column.clone(), lack)));
        }
        Self { codes, left_out, unused: unused.into_values().collect(), common }
    }

    /// The columns of which inputs have unlike numbers of values.
    pub(crate) fn uneven(filled: &[BTreeMap<String, u64>]) -> Columns {
        let Some((first, others)) = filled.split_first() else { return Columns::new() };
        let differs = |column: &&String| others.iter().any(|other| other.get(*column) != first.get(*column));
        first.keys().filter(|column| !UNITS.contains(&column.as_str())).filter(differs).cloned().collect()
    }

    /// Of the wanted columns, those that each input is read with.
    pub(crate) fn columns(&self, wanted: Columns) -> Columns {
        wanted.into_iter().filter(|column| self.common.contains(column) || UNITS.contains(&column.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use claimsift::detect::Entry;
    use claimsift::detectors::CATALOGUE;

    fn columns(names: &[&str]) -> Columns {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn carried(inputs: &[Columns]) -> Carried {
        Carried::of(inputs, &Columns::new(), CATALOGUE.iter().map(Entry::meta).filter(|meta| ["P02", "C16"].contains(&meta.code.as_ref())))
    }

    #[test]
    fn a_need_that_one_input_lacks_leaves_the_detector_out() {
        let found = carried(&[columns(&["lines.charged_at", "claims.visit_id"]), columns(&["claims.visit_id"])]);
        assert_eq!(found.codes, ["P02"]);
        let lack = Missing { column: "lines.charged_at".to_owned(), lacking: vec![1] };
        assert_eq!(found.left_out, [("C16".to_owned(), lack)]);
    }

    #[test]
    fn a_use_that_one_input_lacks_is_read_from_none() {
        let found = carried(&[columns(&["lines.charged_at", "lines.order_no"]), columns(&["lines.charged_at"])]);
        assert_eq!(found.codes, ["C16", "P02"]);
        assert_eq!(found.unused, [Missing { column: "lines.order_no".to_owned(), lacking: vec![1] }]);
        assert_eq!(found.columns(columns(&["lines.charged_at", "lines.order_no"])), columns(&["lines.charged_at"]));
    }

    #[test]
    fn a_column_filled_unevenly_is_read_from_none() {
        let filled = |orders| BTreeMap::from([("lines.order_no".to_owned(), orders), ("lines.charged_at".to_owned(), 9)]);
        let uneven = Carried::uneven(&[filled(9), filled(7)]);
        assert_eq!(uneven, columns(&["lines.order_no"]));
        let both = columns(&["lines.charged_at", "lines.order_no"]);
        let meta = CATALOGUE.iter().map(Entry::meta).filter(|meta| meta.code == "C16");
        let found = Carried::of(&[both.clone(), both.clone()], &uneven, meta);
        assert_eq!(found.codes, ["C16"]);
        assert_eq!(found.unused, [Missing { column: "lines.order_no".to_owned(), lacking: Vec::new() }]);
        assert_eq!(found.columns(both), columns(&["lines.charged_at"]));
    }

    #[test]
    fn units_of_stock_stay_with_their_quantities() {
        let found = carried(&[columns(&["stock.units_per_pack"]), columns(&[])]);
        assert_eq!(found.columns(columns(&["stock.units_per_pack", "stock.amount"])), columns(&["stock.units_per_pack"]));
    }
}
