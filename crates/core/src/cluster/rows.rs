//! A complete matrix as contiguous rows, and distances between rows.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::ClusterError;

/// Largest magnitude that counts as a value: squares of such values and sums over all rows stay finite.
const LARGEST: f64 = 1e120;

/// Whether a number counts as present: finite and within ±1e120.
pub(super) fn is_present(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// A matrix of present values in row order.
pub(super) struct Rows {
    values: Vec<f64>,
    count: usize,
    columns: usize,
}

impl Rows {
    /// Copies `x`, refusing a value that is not present.
    pub(super) fn new(x: ArrayView2<'_, f64>) -> Result<Self, ClusterError> {
        let values: Vec<f64> = x.iter().copied().collect();
        if values.iter().all(|&value| is_present(value)) {
            Ok(Self { values, count: x.nrows(), columns: x.ncols() })
        } else {
            Err(ClusterError::NotFinite)
        }
    }

    pub(super) fn zeros(count: usize, columns: usize) -> Self {
        Self { values: vec![0.0; count * columns], count, columns }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn get(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    pub(super) fn get_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.values[row * self.columns..(row + 1) * self.columns]
    }

    /// Copies into `target`, which has the same shape.
    pub(super) fn copy_into(&self, mut target: ArrayViewMut2<'_, f64>) {
        for (to, &from) in target.iter_mut().zip(&self.values) {
            *to = from;
        }
    }

    /// The mean of each cluster's rows, summed in row order; a cluster without rows keeps its place in `previous`.
    pub(super) fn means(&self, labels: &[u32], previous: &Rows) -> Rows {
        let mut means = Rows::zeros(previous.count, self.columns);
        for (row, &label) in labels.iter().enumerate() {
            for (sum, value) in means.get_mut(label as usize).iter_mut().zip(self.get(row)) {
                *sum += value;
            }
        }
        for (cluster, count) in sizes(labels, previous.count as u32).into_iter().enumerate() {
            if count == 0 {
                means.get_mut(cluster).copy_from_slice(previous.get(cluster));
            } else {
                means.get_mut(cluster).iter_mut().for_each(|sum| *sum /= f64::from(count));
            }
        }
        means
    }
}

/// Squared Euclidean distance, summed in four fixed lanes so that the order never varies.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    let (a_chunks, b_chunks) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| (x - y) * (x - y)).sum();
    let mut lanes = [0.0; 4];
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..4 {
            let difference = x[lane] - y[lane];
            lanes[lane] += difference * difference;
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// Renumbers labels densely by first appearance; returns how many there are.
pub(super) fn number_by_first_member(labels: &mut [u32]) -> u32 {
    let clusters = labels.iter().max().map_or(0, |&label| label as usize + 1);
    let mut numbers: Vec<Option<u32>> = vec![None; clusters];
    let mut next = 0;
    for label in labels {
        *label = *numbers[*label as usize].get_or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
    next
}

/// How many rows each of `clusters` clusters has.
pub(super) fn sizes(labels: &[u32], clusters: u32) -> Vec<u32> {
    let mut sizes = vec![0; clusters as usize];
    for &label in labels {
        sizes[label as usize] += 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_covers_lanes_and_rest() {
        for columns in 0_u8..10 {
            let a: Vec<f64> = (0..columns).map(f64::from).collect();
            let b = vec![0.0; a.len()];
            let expected: f64 = a.iter().map(|value| value * value).sum();
            assert!((squared_distance(&a, &b) - expected).abs() < 1e-12, "{columns} columns");
        }
    }

    #[test]
    fn labels_are_numbered_by_first_member() {
        let mut labels = [4, 1, 4, 0];
        assert_eq!(number_by_first_member(&mut labels), 3);
        assert_eq!(labels, [0, 1, 0, 2]);
        assert_eq!(number_by_first_member(&mut []), 0);
    }
}
