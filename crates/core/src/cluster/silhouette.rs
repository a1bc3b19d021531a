//! How well a partition separates its rows.

use ndarray::ArrayView2;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use super::ClusterError;
use super::error::require_length;
use super::rows::{Rows, number_by_first_member, sizes, squared_distance};

/// Up to this many rows the silhouette is exact; above, it is that of a seeded sample of this size.
pub const MAX_EXACT_ROWS: usize = 2000;

/// Mean silhouette of a partition, from −1 to 1 (Rousseeuw 1987, *Silhouettes: a graphical aid to the interpretation and validation of
/// cluster analysis*).
///
/// For a row with mean Euclidean distance *a* to the rest of its cluster and *b* to the nearest other cluster, the silhouette is
/// (b − a) / max(a, b). A row alone in its cluster has silhouette 0, and so has one whose *a* and *b* are both 0. With fewer than two
/// clusters the mean is 0. Above [`MAX_EXACT_ROWS`] rows a sample stands for the whole, drawn with a fixed seed.
///
/// ```
/// use claimsift::cluster::silhouette;
/// use ndarray::array;
///
/// let x = array![[0.0], [1.0], [10.0], [11.0]];
/// let expected = (9.5 / 10.5 + 8.5 / 9.5) / 2.0;
/// assert!((silhouette(x.view(), &[0, 0, 7, 7])? - expected).abs() < 1e-12);
/// assert_eq!(silhouette(x.view(), &[0, 0, 0, 0])?, 0.0);
/// # Ok::<(), claimsift::cluster::ClusterError>(())
/// ```
pub fn silhouette(x: ArrayView2<'_, f64>, labels: &[u32]) -> Result<f64, ClusterError> {
    require_length("labels", x.nrows(), labels.len())?;
    let rows = Rows::new(x)?;
    Ok(silhouettes(&rows, &[compact(labels)], 0)[0])
}

/// Maps arbitrary labels to 0, 1, 2 … in their order.
fn compact(labels: &[u32]) -> Vec<u32> {
    let mut distinct = labels.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    labels.iter().map(|label| distinct.partition_point(|known| known < label) as u32).collect()
}

/// Mean silhouettes of several partitions of the same rows; each distance is computed once for all of them.
pub(super) fn silhouettes(rows: &Rows, partitions: &[Vec<u32>], seed: u64) -> Vec<f64> {
    let sample = sample(rows.len(), seed);
    let partitions: Vec<Clusters> = partitions.iter().map(|labels| Clusters::new(labels, &sample)).collect();
    let by_row: Vec<Vec<f64>> = (0..sample.len())
        .into_par_iter()
        .map(|place| {
            let own = rows.get(sample[place]);
            let distances: Vec<f64> = sample.iter().map(|&other| squared_distance(own, rows.get(other)).sqrt()).collect();
            partitions.iter().map(|clusters| clusters.silhouette(place, &distances)).collect()
        })
        .collect();
    let mean = |partition: usize| by_row.iter().map(|row| row[partition]).sum::<f64>() / by_row.len().max(1) as f64;
    (0..partitions.len()).map(mean).collect()
}

/// One partition of the sampled rows.
struct Clusters {
    labels: Vec<u32>,
    sizes: Vec<u32>,
}

impl Clusters {
    fn new(labels: &[u32], sample: &[usize]) -> Self {
        let mut labels: Vec<u32> = sample.iter().map(|&row| labels[row]).collect();
        let clusters = number_by_first_member(&mut labels);
        let sizes = sizes(&labels, clusters);
        Self { labels, sizes }
    }

    /// Silhouette of the row at `place`, given its distances to all sampled rows (to itself 0).
    fn silhouette(&self, place: usize, distances: &[f64]) -> f64 {
        let own = self.labels[place] as usize;
        if self.sizes.len() < 2 || self.sizes[own] < 2 {
            return 0.0;
        }
        let mut sums = vec![0.0; self.sizes.len()];
        for (&label, distance) in self.labels.iter().zip(distances) {
            sums[label as usize] += distance;
        }
        let within = sums[own] / f64::from(self.sizes[own] - 1);
        let others = (0..sums.len()).filter(|&cluster| cluster != own);
        let nearest = others.map(|cluster| sums[cluster] / f64::from(self.sizes[cluster])).fold(f64::INFINITY, f64::min);
        let larger = within.max(nearest);
        if larger > 0.0 { (nearest - within) / larger } else { 0.0 }
    }
}

/// All rows, or [`MAX_EXACT_ROWS`] of them in ascending order, each set equally likely (selection sampling: Knuth, *The Art of Computer
/// Programming*, volume 2, algorithm 3.4.2 S).
fn sample(rows: usize, seed: u64) -> Vec<usize> {
    if rows <= MAX_EXACT_ROWS {
        return (0..rows).collect();
    }
    let mut rng = Xoshiro256Plus::seed_from_u64(seed);
    let mut wanted = MAX_EXACT_ROWS as u128;
    let mut chosen = Vec::with_capacity(MAX_EXACT_ROWS);
    for row in 0..rows {
        let left = (rows - row) as u128;
        if (u128::from(rng.next_u64()) * left) >> 64 < wanted {
            chosen.push(row);
            wanted -= 1;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis, array};

    use super::*;

    #[test]
    fn lone_rows_and_ties_count_zero() {
        let x = array![[0.0], [2.0], [6.0]];
        // Rows 0 and 1: a = 2; b = 6 and 4. Row 2 is alone.
        let expected = (4.0 / 6.0 + 2.0 / 4.0) / 3.0;
        assert!((silhouette(x.view(), &[5, 5, 1]).expect("valid") - expected).abs() < 1e-12);
        assert_eq!(silhouette(Array2::zeros((4, 2)).view(), &[0, 0, 1, 1]), Ok(0.0));
        assert_eq!(silhouette(x.view(), &[0, 1, 2]), Ok(0.0));
        assert_eq!(silhouette(Array2::zeros((0, 2)).view(), &[]), Ok(0.0));
    }

    #[test]
    fn arguments_are_checked() {
        let x = array![[0.0], [f64::NAN]];
        assert_eq!(silhouette(x.view(), &[0, 1]), Err(ClusterError::NotFinite));
        assert!(matches!(silhouette(x.view(), &[0]), Err(ClusterError::Length { wanted: 2, found: 1, .. })));
        assert_eq!(silhouette(array![[0.0], [1.0]].view(), &[0, u32::MAX]), Ok(0.0));
    }

    #[test]
    fn sample_is_ascending_distinct_and_seeded() {
        let chosen = sample(5000, 1);
        assert_eq!(chosen.len(), MAX_EXACT_ROWS);
        assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(chosen, sample(5000, 1));
        assert_ne!(chosen, sample(5000, 2));
    }

    #[test]
    fn sampled_value_is_near_the_exact_one() {
        let x = Array2::from_shape_fn((4000, 1), |(row, _)| if row % 2 == 0 { 0.0 } else { 10.0 } + (row % 40) as f64 / 40.0);
        let labels: Vec<u32> = (0..4000).map(|row| row % 2).collect();
        let half: Vec<u32> = labels[..2000].to_vec();
        let exact = silhouette(x.slice_axis(Axis(0), (..2000).into()), &half).expect("valid");
        assert!((silhouette(x.view(), &labels).expect("valid") - exact).abs() < 0.01);
    }
}
