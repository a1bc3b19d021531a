//! K-means with reproducible bits.

use ndarray::{Array2, ArrayView2};
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ClusterError;
use super::error::Problems;
use super::rows::{Rows, number_by_first_member, squared_distance};

/// A start is ready when the squared moves of its centroids add up to no more than this share of the mean column variance.
const TOLERANCE: f64 = 1e-4;
/// Most Lloyd steps from one start; in practice a few dozen are enough.
const MAX_STEPS: usize = 300;
/// Rows per parallel task.
const ROWS_PER_TASK: usize = 256;

/// K-means: the partition with the least sum of squared distances to cluster means found from several k-means++ starts.
///
/// Starts are drawn by k-means++ (Arthur & Vassilvitskii 2007, *k-means++: the advantages of careful seeding*) and improved by Lloyd's
/// steps (Lloyd 1982, *Least squares quantization in PCM*) until the centroids hardly move. The one with the lowest inertia, the earlier in
/// a tie, is then continued until no label changes, so that centroids are exactly the means of their members.
///
/// Work is split over rows, while every sum runs in row order: the same rows, parameters and seed give the same bits on any number of
/// threads. Columns should be on one scale ([`super::RobustScaler`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KMeans {
    /// Largest number of clusters. Fewer come back when there are fewer distinct rows.
    pub clusters: u32,
    /// Number of starts.
    pub restarts: u32,
    /// Seed of the first start; the next ones count up from it.
    pub seed: u64,
}

impl Default for KMeans {
    fn default() -> Self {
        Self {
            clusters: 8,
            restarts: 5,
            seed: 0,
        }
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
        problems.require(
            (1..=1000).contains(&self.restarts),
            "`restarts` must be from 1 to 1000",
        );
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
        let (mut labels, _) = descend(&rows, self.best_start(&rows), 0.0);
        let clusters = number_by_first_member(&mut labels);
        let means = rows.means(&labels, &Rows::zeros(clusters as usize, rows.columns()));
        let inertia = inertia(&rows, &labels, &means);
        let mut centroids = Array2::zeros((means.len(), means.columns()));
        means.copy_into(centroids.view_mut());
        Ok(Partition {
            labels,
            centroids,
            inertia,
        })
    }

    fn best_start(&self, rows: &Rows) -> Rows {
        let clusters = (self.clusters as usize).min(rows.len());
        if clusters <= 1 || rows.columns() == 0 {
            return Rows::zeros(clusters.min(1), rows.columns());
        }
        let tolerance = TOLERANCE * mean_variance(rows);
        let mut best = (f64::INFINITY, Rows::zeros(1, rows.columns()));
        for restart in 0..self.restarts {
            let start = seed_centroids(rows, clusters, self.seed.wrapping_add(u64::from(restart)));
            let (labels, centroids) = descend(rows, start, tolerance);
            let inertia = inertia(rows, &labels, &centroids);
            if inertia < best.0 {
                best = (inertia, centroids);
            }
        }
        best.1
    }
}

/// A k-means++ start: each further centroid is a row drawn with a chance proportional to its squared distance from the nearest so far.
fn seed_centroids(rows: &Rows, clusters: usize, seed: u64) -> Rows {
    let mut rng = Xoshiro256Plus::seed_from_u64(seed);
    let mut centroids = Rows::zeros(clusters, rows.columns());
    let mut distances = vec![1.0; rows.len()];
    for cluster in 0..clusters {
        let chosen = rows.get(draw(&distances, &mut rng));
        centroids.get_mut(cluster).copy_from_slice(chosen);
        let renew = |(row, least): (usize, &mut f64)| {
            let distance = squared_distance(rows.get(row), chosen);
            *least = if cluster == 0 {
                distance
            } else {
                least.min(distance)
            };
        };
        distances
            .par_iter_mut()
            .enumerate()
            .with_min_len(ROWS_PER_TASK)
            .for_each(renew);
    }
    centroids
}

/// An index drawn with a chance proportional to its weight; the first when all weights are 0.
fn draw(weights: &[f64], rng: &mut Xoshiro256Plus) -> usize {
    let uniform = (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let target = uniform * weights.iter().sum::<f64>();
    let mut sum = 0.0;
    let reached = weights.iter().position(|weight| {
        sum += weight;
        sum > target
    });
    reached.unwrap_or(0)
}

/// Lloyd's steps until no label changes, or the squared moves of the centroids add up to no more than `tolerance`. The labels are those of the
/// nearest centroids returned.
fn descend(rows: &Rows, mut centroids: Rows, tolerance: f64) -> (Vec<u32>, Rows) {
    let mut labels = nearest(rows, &centroids);
    for _ in 0..MAX_STEPS {
        let means = rows.means(&labels, &centroids);
        let moved: f64 = (0..means.len())
            .map(|cluster| squared_distance(means.get(cluster), centroids.get(cluster)))
            .sum();
        centroids = means;
        let next = nearest(rows, &centroids);
        let is_settled = next == labels || moved <= tolerance;
        labels = next;
        if is_settled {
            break;
        }
    }
    (labels, centroids)
}

/// Sum of the squared distances to the own centroid.
fn inertia(rows: &Rows, labels: &[u32], centroids: &Rows) -> f64 {
    labels
        .iter()
        .enumerate()
        .map(|(row, &label)| squared_distance(rows.get(row), centroids.get(label as usize)))
        .sum()
}

/// Mean over columns of the variance.
fn mean_variance(rows: &Rows) -> f64 {
    let one_cluster = vec![0; rows.len()];
    let mean = rows.means(&one_cluster, &Rows::zeros(1, rows.columns()));
    inertia(rows, &one_cluster, &mean) / (rows.len() * rows.columns()).max(1) as f64
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
pub(super) fn nearest_to(
    point: &[f64],
    centroids: &Rows,
    is_candidate: impl Fn(u32) -> bool,
) -> Option<u32> {
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
        let found = KMeans {
            clusters: 2,
            ..KMeans::default()
        }
        .fit(x.view())
        .expect("valid");
        assert_eq!(found.labels, [0, 0, 0, 1, 1]);
        assert_eq!(found.centroids, array![[1.0], [102.0]]);
        assert_eq!(found.inertia, 10.0);
    }

    #[test]
    fn equal_rows_make_one_cluster() {
        let x = Array2::from_elem((7, 3), 2.5);
        let found = KMeans::default().fit(x.view()).expect("valid");
        assert_eq!(
            (found.labels, found.centroids.nrows(), found.inertia),
            (vec![0; 7], 1, 0.0)
        );
    }

    #[test]
    fn empty_and_narrow_matrices_are_accepted() {
        for (shape, clusters) in [((0, 0), 0), ((0, 3), 0), ((4, 0), 1), ((1, 2), 1)] {
            let found = KMeans::default()
                .fit(Array2::zeros(shape).view())
                .expect("valid");
            assert_eq!(
                (found.labels.len(), found.centroids.nrows()),
                (shape.0, clusters),
                "{shape:?}"
            );
        }
    }

    #[test]
    fn incomplete_matrices_and_wrong_parameters_are_refused() {
        for value in [f64::NAN, f64::INFINITY, 1e200] {
            assert_eq!(
                KMeans::default().fit(array![[0.0], [value]].view()),
                Err(ClusterError::NotFinite)
            );
        }
        let wrong = KMeans {
            clusters: 0,
            restarts: 0,
            seed: 0,
        };
        assert!(
            matches!(wrong.check(), Err(ClusterError::Parameters(problems)) if problems.len() == 2)
        );
    }
}
