//! K-means with reproducible bits.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_clustering::KMeansInit;
use ndarray::{Array2, ArrayView2};
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ClusterError;
use super::error::Problems;
use super::rows::{Rows, number_by_first_member, squared_distance};

/// A run of linfa is ready when its centroids move by no more than this.
const TOLERANCE: f64 = 1e-4;
/// Most steps of a run; in practice a few dozen are enough.
const MAX_STEPS: usize = 300;
/// Rows per parallel task.
const ROWS_PER_TASK: usize = 256;

/// K-means: the partition with the least sum of squared distances to cluster means found from several k-means++ starts.
///
/// The runs are linfa's: starts by k-means++ (Arthur & Vassilvitskii 2007, *k-means++: the advantages of careful seeding*), improved by Lloyd's
/// steps (Lloyd 1982, *Least squares quantization in PCM*). linfa counts a centroid among its own members, so that its centroids stop
/// short of the means; the best run is therefore continued here until no label changes, and centroids are exactly the means of their members.
///
/// Work is split over rows, while every sum runs in row order: the same rows, parameters and seed give the same bits on any number of
/// threads. Columns should be on one scale ([`super::RobustScaler`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KMeans {
    /// Largest number of clusters. Fewer come back when there are fewer distinct rows.
    pub clusters: u32,
    /// Number of runs.
    pub restarts: u32,
    /// Seed of the runs.
    pub seed: u64,
}

impl Default for KMeans {
    fn default() -> Self {
        Self { clusters: 8, restarts: 5, seed: 0 }
    }
}

/// What [`KMeans::fit`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    /// Cluster of each row, numbered from 0 by first member. None is empty.
    pub labels: Vec<u32>,
    /// One row per cluster: the mean of its members.
    pub centroids: Array2<f64>,
    /// Sum over all rows of the squared Euclidean distance to the own centroid.
    pub inertia: f64,
}

impl KMeans {
    /// Names every parameter that is out of bounds.
    pub fn check(&self) -> Result<(), ClusterError> {
        let mut problems = Problems::default();
        problems.require(self.clusters >= 1, "`clusters` must be at least 1");
        problems.require((1..=1000).contains(&self.restarts), "`restarts` must be from 1 to 1000");
        problems.finish()
    }

    /// Splits the rows of `x`. Without rows there are no clusters; rows that are all equal make one.
    ///
    /// ```
    /// use claimsift::cluster::KMeans;
    /// use ndarray::array;
    ///
    /// let x = array![[0.0, 0.0], [9.0, 9.0], [0.0, 1.0], [9.0, 8.0]];
    /// let found = KMeans { clusters: 2, ..KMeans::default() }.fit(x.view())?;
    /// assert_eq!(found.labels, [0, 1, 0, 1]);
    /// assert_eq!(found.inertia, 1.0);
    /// # Ok::<(), claimsift::cluster::ClusterError>(())
    /// ```
    pub fn fit(&self, x: ArrayView2<'_, f64>) -> Result<Partition, ClusterError> {
        self.check()?;
        let rows = Rows::new(x)?;
        let (mut labels, _) = descend(&rows, self.best_start(&rows, x));
        let clusters = number_by_first_member(&mut labels);
        let means = rows.means(&labels, &Rows::zeros(clusters as usize, rows.columns()));
        let inertia = inertia(&rows, &labels, &means);
        let mut centroids = Array2::zeros((means.len(), means.columns()));
        means.copy_into(centroids.view_mut());
        Ok(Partition { labels, centroids, inertia })
    }

    /// The centroids of the best of linfa's runs, from which the exact means are reached.
    fn best_start(&self, rows: &Rows, x: ArrayView2<'_, f64>) -> Rows {
        let clusters = distinct(rows, self.clusters as usize);
        if clusters <= 1 || rows.columns() == 0 {
            return Rows::zeros(clusters.min(1), rows.columns());
        }
        let rng = Xoshiro256Plus::seed_from_u64(self.seed);
        let found = linfa_clustering::KMeans::params_with_rng(clusters, rng)
            .init_method(KMeansInit::KMeansPlusPlus)
            .n_runs(self.restarts as usize)
            .max_n_iterations(MAX_STEPS as u64)
            .tolerance(TOLERANCE)
            .fit(&DatasetBase::from(x));
        let mut centroids = Rows::zeros(clusters, rows.columns());
        if let Ok(found) = found {
            for (cluster, centroid) in found.centroids().rows().into_iter().enumerate() {
                centroid.iter().zip(centroids.get_mut(cluster)).for_each(|(from, to)| *to = *from);
            }
        }
        centroids
    }
}

/// How many of the first rows that differ from each other there are, up to `most`: k-means++ needs that many to draw from.
fn distinct(rows: &Rows, most: usize) -> usize {
    let mut found: Vec<usize> = Vec::new();
    for row in 0..rows.len() {
        if found.len() == most {
            break;
        }
        if found.iter().all(|&other| squared_distance(rows.get(row), rows.get(other)) > 0.0) {
            found.push(row);
        }
    }
    found.len()
}

/// Lloyd's steps until no label changes. The labels are those of the nearest centroids returned.
fn descend(rows: &Rows, mut centroids: Rows) -> (Vec<u32>, Rows) {
    let mut labels = nearest(rows, &centroids);
    for _ in 0..MAX_STEPS {
        let means = rows.means(&labels, &centroids);
        centroids = means;
        let next = nearest(rows, &centroids);
        let is_settled = next == labels;
        labels = next;
        if is_settled {
            break;
        }
    }
    (labels, centroids)
}

/// Sum of the squared distances to the own centroid.
fn inertia(rows: &Rows, labels: &[u32], centroids: &Rows) -> f64 {
    labels.iter().enumerate().map(|(row, &label)| squared_distance(rows.get(row), centroids.get(label as usize))).sum()
}

/// The nearest centroid of each row, the first in a tie.
fn nearest(rows: &Rows, centroids: &Rows) -> Vec<u32> {
    (0..rows.len())
        .into_par_iter()
        .with_min_len(ROWS_PER_TASK)
        .map(|row| nearest_to(rows.get(row), centroids, |_| true).unwrap_or(0))
        .collect()
}

/// The candidate centroid nearest to a point, the first in a tie.
pub(super) fn nearest_to(point: &[f64], centroids: &Rows, is_candidate: impl Fn(u32) -> bool) -> Option<u32> {
    let mut best: Option<(f64, u32)> = None;
    for cluster in (0..centroids.len() as u32).filter(|&cluster| is_candidate(cluster)) {
        let distance = squared_distance(point, centroids.get(cluster as usize));
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, cluster));
        }
    }
    best.map(|(_, cluster)| cluster)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are exact")]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn centroids_are_exact_means() {
        let x = array![[0.0], [1.0], [2.0], [100.0], [104.0]];
        let found = KMeans { clusters: 2, ..KMeans::default() }.fit(x.view()).expect("valid");
        assert_eq!(found.labels, [0, 0, 0, 1, 1]);
        assert_eq!(found.centroids, array![[1.0], [102.0]]);
        assert_eq!(found.inertia, 10.0);
    }

    #[test]
    fn equal_rows_make_one_cluster() {
        let x = Array2::from_elem((7, 3), 2.5);
        let found = KMeans::default().fit(x.view()).expect("valid");
        assert_eq!((found.labels, found.centroids.nrows(), found.inertia), (vec![0; 7], 1, 0.0));
    }

    #[test]
    fn empty_and_narrow_matrices_are_accepted() {
        for (shape, clusters) in [((0, 0), 0), ((0, 3), 0), ((4, 0), 1), ((1, 2), 1)] {
            let found = KMeans::default().fit(Array2::zeros(shape).view()).expect("valid");
            assert_eq!((found.labels.len(), found.centroids.nrows()), (shape.0, clusters), "{shape:?}");
        }
    }

    #[test]
    fn incomplete_matrices_and_wrong_parameters_are_refused() {
        for value in [f64::NAN, f64::INFINITY, 1e200] {
            assert_eq!(KMeans::default().fit(array![[0.0], [value]].view()), Err(ClusterError::NotFinite));
        }
        let wrong = KMeans { clusters: 0, restarts: 0, seed: 0 };
        assert!(matches!(wrong.check(), Err(ClusterError::Parameters(problems)) if problems.len() == 2));
    }
}
