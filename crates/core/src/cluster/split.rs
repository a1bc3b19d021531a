//! Splitting a pool into clusters, as many as the data shows.

use ndarray::ArrayView2;

use super::kmeans::{KMeans, nearest_to};
use super::rows::{Rows, number_by_first_member, sizes};
use super::silhouette::silhouettes;
use super::{ClusterError, PeerGroupsParams};

/// Cluster of each row of a complete, scaled matrix, numbered by first member.
///
/// For k = 2, 3 … k-means clusters are scored by their mean silhouette, and then the small ones are merged. The best score wins, the lower
/// k in a tie, among those that leave more than one cluster; if it does not exceed `min_silhouette` all rows stay together. Scoring comes
/// first because one far row would blur the cluster it is merged into.
pub(super) fn split(x: ArrayView2<'_, f64>, params: &PeerGroupsParams) -> Result<Vec<u32>, ClusterError> {
    let rows = Rows::new(x)?;
    let least = params.min_cluster();
    let (mut found, mut merged) = (Vec::new(), Vec::new());
    for clusters in 2..=params.max_k.min((rows.len() / least) as u32) {
        let k_means = KMeans { clusters, restarts: params.restarts, seed: params.seed };
        let labels = k_means.fit(x)?.labels;
        let mut joined = labels.clone();
        if merge_small(&rows, &mut joined, least) > 1 {
            found.push(labels);
            merged.push(joined);
        }
    }
    let scores = silhouettes(&rows, &found, params.seed);
    let mut best = (params.min_silhouette, vec![0; rows.len()]);
    for (score, labels) in scores.into_iter().zip(merged) {
        if score > best.0 {
            best = (score, labels);
        }
    }
    Ok(best.1)
}

/// Merges the smallest cluster into the one with the nearest mean until all have at least `least` rows; returns how many are left.
fn merge_small(rows: &Rows, labels: &mut [u32], least: usize) -> u32 {
    loop {
        let clusters = number_by_first_member(labels);
        let sizes = sizes(labels, clusters);
        let smallest = (0..clusters).min_by_key(|&cluster| sizes[cluster as usize]);
        let Some(smallest) = smallest.filter(|&cluster| clusters > 1 && (sizes[cluster as usize] as usize) < least) else {
            return clusters;
        };
        let means = rows.means(labels, &Rows::zeros(clusters as usize, rows.columns()));
        let target = nearest_to(means.get(smallest as usize), &means, |cluster| cluster != smallest).unwrap_or(0);
        labels.iter_mut().filter(|label| **label == smallest).for_each(|label| *label = target);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn small_clusters_join_the_nearest() {
        let x = array![[0.0], [1.0], [9.0], [10.0], [3.0], [30.0]];
        let rows = Rows::new(x.view()).expect("complete");
        let mut labels = [3, 3, 1, 1, 0, 2];
        assert_eq!(merge_small(&rows, &mut labels, 2), 2);
        assert_eq!(labels, [0, 0, 1, 1, 0, 1]);
        assert_eq!(merge_small(&rows, &mut labels, 7), 1);
        assert_eq!(labels, [0; 6]);
    }

    #[test]
    fn one_far_row_does_not_hide_the_real_split() {
        let x = Array2::from_shape_fn((61, 1), |(row, _)| match row {
            0 => 1000.0,
            row if row % 2 == 0 => 10.0 + row as f64 / 100.0,
            row => row as f64 / 100.0,
        });
        let labels = split(x.view(), &PeerGroupsParams::default()).expect("complete");
        assert!((1..61).all(|row| labels[row] == labels[if row % 2 == 0 { 2 } else { 1 }]), "{labels:?}");
        assert_ne!(labels[1], labels[2]);
        assert_eq!(labels[0], labels[2]);
    }

    #[test]
    fn an_even_spread_is_not_split_when_more_is_asked() {
        let x = Array2::from_shape_fn((100, 1), |(row, _)| row as f64);
        let params = PeerGroupsParams { min_silhouette: 0.7, ..PeerGroupsParams::default() };
        assert_eq!(split(x.view(), &params).expect("complete"), vec![0; 100]);
    }
}
