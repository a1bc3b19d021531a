//! Scaling of columns by median and spread.

use ndarray::{Array2, ArrayView2, Axis, Zip};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ClusterError;
use super::error::{Problems, require_length};
use super::location::{Location, SpreadFloor};
use super::rows::is_present;

/// How columns of different units are made comparable.
///
/// A value becomes `(x − median) / spread`, within ±`limit`, where
///
/// `spread = max(1.4826 · MAD, floor · 1.2533 · mean |x − median|, min_spread)`.
///
/// Both factors give the standard deviation of a normal sample, so 1 means one standard deviation. The floor is relative to the mean
/// absolute deviation (not to the median itself), so that adding a constant to a column changes nothing. When more than half of the values
/// are equal the MAD is 0 and the whole mean absolute deviation stands in for it (Iglewicz & Hoaglin 1993, *How to Detect and Handle
/// Outliers*). A column that does not vary, or has no value, scales to 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RobustScalerParams {
    /// Least spread as a share of the column's mean absolute deviation, 0 to 1. Guards against a MAD that is tiny because many values
    /// nearly tie.
    pub floor: f64,
    /// Largest scaled value, in spreads. What lies further out counts as this far out.
    pub limit: f64,
    /// Per column, the least spread that matters, in the column's unit. Empty means 0 for all.
    pub min_spread: Vec<f64>,
}

impl Default for RobustScalerParams {
    fn default() -> Self {
        Self { floor: 0.5, limit: 10.0, min_spread: Vec::new() }
    }
}

impl RobustScalerParams {
    /// Names every parameter that is out of bounds.
    pub fn check(&self) -> Result<(), ClusterError> {
        let mut problems = Problems::default();
        problems.require((0.0..=1.0).contains(&self.floor), "`floor` must be from 0 to 1");
        problems.require(self.limit >= 1.0 && self.limit <= 1e6, "`limit` must be from 1 to 1000000");
        let usable = self.min_spread.iter().all(|&least| least >= 0.0 && is_present(least));
        problems.require(usable, "`min_spread` must hold finite numbers of at least 0");
        problems.finish()
    }

    /// Learns median and spread of each column. Missing values are left out; a column without values gets median 0 and spread 0.
    ///
    /// ```
    /// use claimsift::cluster::RobustScalerParams;
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [f64::NAN], [400.0], [2.5]];
    /// let scaler = RobustScalerParams::default().fit(x.view())?;
    /// let scaled = scaler.transform(x.view())?;
    /// assert_eq!(scaled[[3, 0]], 0.0); // missing: taken for the median
    /// assert_eq!(scaled[[5, 0]], 0.0); // the median itself
    /// # Ok::<(), claimsift::cluster::ClusterError>(())
    /// ```
    pub fn fit(&self, x: ArrayView2<'_, f64>) -> Result<RobustScaler, ClusterError> {
        self.check()?;
        self.check_columns(x.ncols())?;
        let columns = x.axis_iter(Axis(1)).enumerate().map(|(column, values)| {
            let present: Vec<f64> = values.iter().copied().filter(|&value| is_present(value)).collect();
            Location::of(&present, self.floor_of(column)).unwrap_or(Location { median: 0.0, spread: 0.0 })
        });
        Ok(RobustScaler { columns: columns.collect(), limit: self.limit })
    }

    pub(super) fn check_columns(&self, columns: usize) -> Result<(), ClusterError> {
        if self.min_spread.is_empty() { Ok(()) } else { require_length("min_spread", columns, self.min_spread.len()) }
    }

    pub(super) fn floor_of(&self, column: usize) -> SpreadFloor {
        SpreadFloor { relative: self.floor, absolute: self.min_spread.get(column).copied().unwrap_or(0.0) }
    }
}

/// Median and spread of each column, learned by [`RobustScalerParams::fit`].
#[derive(Clone, Debug, PartialEq)]
pub struct RobustScaler {
    columns: Vec<Location>,
    limit: f64,
}

impl RobustScaler {
    /// The medians, in the columns' units.
    pub fn medians(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.columns.iter().map(|column| column.median)
    }

    /// The spreads, in the columns' units; 0 for a column that does not vary.
    pub fn spreads(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.columns.iter().map(|column| column.spread)
    }

    /// Scales a matrix of the same columns. Missing values and columns of spread 0 become 0; the result has no missing value.
    pub fn transform(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>, ClusterError> {
        require_length("columns", self.columns.len(), x.ncols())?;
        let mut scaled = Array2::zeros(x.raw_dim());
        for ((location, from), to) in self.columns.iter().zip(x.columns()).zip(scaled.columns_mut()) {
            if location.spread > 0.0 {
                Zip::from(to).and(from).for_each(|to, &value| {
                    if is_present(value) {
                        *to = location.deviation(value, self.limit);
                    }
                });
            }
        }
        Ok(scaled)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are exact")]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn scales_each_column_by_its_own_spread() {
        let x = array![
            [1.0, 5.0, f64::NAN, 0.0],
            [2.0, 5.0, f64::INFINITY, 0.0],
            [3.0, 5.0, f64::NAN, 0.0],
            [4.0, 5.0, f64::NAN, 0.0],
            [1e9, 5.0, f64::NAN, 0.0]
        ];
        let fitted = RobustScalerParams { floor: 0.0, ..Default::default() }.fit(x.view()).expect("valid");
        let scaled = fitted.transform(x.view()).expect("same columns");
        assert!((scaled[[0, 0]] + 2.0 / 1.482_602_218_505_602).abs() < 1e-12);
        assert_eq!(scaled.column(0)[4], 10.0);
        for column in 1..4 {
            assert_eq!(scaled.column(column), array![0.0, 0.0, 0.0, 0.0, 0.0]);
        }
        assert_eq!(fitted.medians().collect::<Vec<_>>(), [3.0, 5.0, 0.0, 0.0]);
    }

    #[test]
    fn wrong_parameters_are_all_named() {
        let params = RobustScalerParams { floor: f64::NAN, limit: 0.0, min_spread: vec![-1.0] };
        let message = params.check().expect_err("out of bounds").to_string();
        for name in ["`floor`", "`limit`", "`min_spread`"] {
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn columns_must_agree() {
        let x = array![[1.0, 2.0]];
        let params = RobustScalerParams { min_spread: vec![0.1], ..Default::default() };
        assert!(matches!(params.fit(x.view()), Err(ClusterError::Length { wanted: 2, found: 1, .. })));
        let scaler = RobustScalerParams::default().fit(x.view()).expect("valid");
        assert!(scaler.transform(array![[1.0]].view()).is_err());
    }
}
