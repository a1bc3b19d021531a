//! Clustering against reference labels, on planted and clean data, and under changes that must not matter.

use claimsift::cluster::{
    ClusterError, Comparison, KMeans, Partition, PeerGroups, PeerGroupsParams, RobustScalerParams, Scope, Stratum, silhouette,
};
use ndarray::{Array2, ArrayView2, Axis};
use proptest::prelude::*;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

const ONE: Stratum = Stratum { kind: 1, level: 1 };

fn fit(profiles: &Array2<f64>) -> PeerGroups {
    let strata = vec![ONE; profiles.nrows()];
    PeerGroupsParams::default().fit(profiles.view(), &strata).expect("valid")
}

fn z(peers: &PeerGroups, row: usize) -> f64 {
    peers.comparison(row).expect("comparable").z
}

/// Independent standard normal numbers by Box and Muller's transform.
fn normal(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut rng = Xoshiro256Plus::seed_from_u64(seed);
    let mut uniform = move || ((rng.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    Array2::from_shape_simple_fn((rows, columns), || (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos())
}

/// Rows of `normal`, every other one moved by `gap` in all columns.
fn two_mixed(rows: usize, columns: usize, gap: f64, seed: u64) -> Array2<f64> {
    let mut x = normal(rows, columns, seed);
    x.axis_iter_mut(Axis(0)).step_by(2).for_each(|mut row| row += gap);
    x
}

mod reference {
    use super::*;

    fn read(name: &str) -> (Array2<f64>, Vec<u32>) {
        let path = format!("{}/tests/data/cluster/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let mut reader = csv::Reader::from_path(path).expect("fixture");
        let columns = reader.headers().expect("header").len() - 1;
        let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("records");
        let x = Array2::from_shape_fn((records.len(), columns), |(row, column)| records[row][column].parse().expect("number"));
        (x, records.iter().map(|record| record[columns].parse().expect("label")).collect())
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    fn check(name: &str, clusters: Option<u32>, inertia: Option<f64>, mean_silhouette: f64) {
        let (x, labels) = read(name);
        close(silhouette(x.view(), &labels).expect("valid"), mean_silhouette);
        if let (Some(clusters), Some(inertia)) = (clusters, inertia) {
            let found = KMeans { clusters, ..KMeans::default() }.fit(x.view()).expect("valid");
            assert_eq!(found.labels, labels, "{name}");
            close(found.inertia, inertia);
        }
    }

    #[test]
    fn labels_inertia_and_silhouette_agree() {
        let path = format!("{}/tests/data/cluster/expected.csv", env!("CARGO_MANIFEST_DIR"));
        let mut reader = csv::Reader::from_path(path).expect("fixture");
        for record in reader.deserialize() {
            let (name, clusters, inertia, mean): (String, Option<u32>, Option<f64>, f64) = record.expect("four fields");
            check(&name, clusters, inertia, mean);
        }
    }

    #[test]
    fn peer_groups_find_the_number_of_clusters() {
        for (name, clusters) in [("blobs-flat", 3), ("blobs-wide", 4), ("blobs-line", 2)] {
            let (x, labels) = read(name);
            let peers = fit(&x);
            let found: Vec<Option<u32>> = (0..x.nrows()).map(|row| peers.group(row)).collect();
            assert_eq!(found, labels.into_iter().map(Some).collect::<Vec<_>>(), "{name}");
            assert_eq!(peers.groups().len(), clusters, "{name}");
        }
    }
}

mod groups {
    use super::*;

    fn strata(counts: &[(u8, u8, usize)]) -> Vec<Stratum> {
        counts.iter().flat_map(|&(kind, level, count)| vec![Stratum { kind, level }; count]).collect()
    }

    #[test]
    fn a_small_stratum_is_compared_more_widely() {
        let strata = strata(&[(1, 1, 40), (1, 2, 10), (2, 0, 3)]);
        let peers = PeerGroupsParams::default().fit(normal(53, 6, 3).view(), &strata).expect("valid");
        let scopes: Vec<(Scope, u32, u32)> = peers.groups().iter().map(|group| (group.scope, group.size, group.assigned)).collect();
        let expected = [(Scope::Level { kind: 1, level: 1 }, 40, 40), (Scope::Kind { kind: 1 }, 50, 10), (Scope::All, 53, 3)];
        assert_eq!(scopes, expected);
        assert_eq!([0, 40, 50].map(|row| peers.group(row)), [Some(0), Some(1), Some(2)]);
        assert_eq!(peers.comparison(52).expect("comparable").peers, 52);
    }

    #[test]
    fn a_row_without_values_is_in_no_group() {
        let mut x = normal(40, 3, 4);
        x.row_mut(7).fill(f64::NAN);
        let peers = fit(&x);
        assert_eq!((peers.group(7), peers.comparison(7)), (None, None));
        assert_eq!(peers.groups().iter().map(|group| group.assigned).sum::<u32>(), 39);
        assert_eq!(peers.contributions(7), [0.0; 3]);
        assert!(peers.deviations(7).iter().all(|deviation| deviation.is_nan()));
    }

    #[test]
    fn a_row_with_too_few_features_is_grouped_but_not_comparable() {
        let mut x = normal(40, 5, 4);
        x.row_mut(3).fill(f64::INFINITY);
        x[[3, 2]] = 0.5;
        let peers = fit(&x);
        assert_eq!((peers.group(3), peers.comparison(3)), (Some(0), None));
        assert_eq!(peers.comparison(0).expect("comparable").peers, 38);
    }

    #[test]
    fn tiny_populations_are_not_comparable() {
        for rows in 0..6 {
            let peers = fit(&normal(rows, 2, 1));
            assert!((0..rows).all(|row| peers.comparison(row).is_none()), "{rows} rows");
        }
        assert!(fit(&normal(6, 2, 1)).comparison(0).is_some());
        assert!(fit(&Array2::zeros((9, 0))).groups().is_empty());
    }

    #[test]
    fn rows_beyond_the_last_are_empty() {
        let peers = fit(&normal(10, 2, 1));
        assert_eq!((peers.group(10), peers.comparison(10)), (None, None));
        assert!(peers.contributions(10).is_empty() && peers.medians(10).is_empty());
    }

    #[test]
    fn problems_are_all_named() {
        let scaling = RobustScalerParams { limit: 0.0, ..Default::default() };
        let params = PeerGroupsParams { max_k: 0, min_peers: 1, scaling, ..Default::default() };
        let message = params.check().expect_err("out of bounds").to_string();
        assert_eq!(message, "`max_k` must be from 1 to 100; `min_peers` must be at least 2; `limit` must be from 1 to 1000000");
        let short = PeerGroupsParams::default().fit(Array2::zeros((2, 2)).view(), &[ONE]);
        assert_eq!(short, Err(ClusterError::Length { name: "strata", wanted: 2, found: 1 }));
    }

    #[test]
    fn parameters_refuse_unknown_keys() {
        let params: PeerGroupsParams = serde_json::from_str(r#"{"max_k": 3, "scaling": {"limit": 8.0}}"#).expect("known keys");
        assert_eq!((params.max_k, params.scaling.limit.to_bits(), params.min_group), (3, 8.0_f64.to_bits(), 30));
        assert!(serde_json::from_str::<PeerGroupsParams>(r#"{"k": 3}"#).is_err());
    }
}

mod truth {
    use super::*;

    /// Rows above the cut of 3.5, per thousand.
    fn flagged(populations: impl Iterator<Item = Array2<f64>>) -> f64 {
        let (mut above, mut rows) = (0_u32, 0_u32);
        for x in populations {
            let peers = fit(&x);
            above += (0..x.nrows()).filter(|&row| z(&peers, row) > 3.5).count() as u32;
            rows += x.nrows() as u32;
        }
        f64::from(above) * 1000.0 / f64::from(rows)
    }

    #[test]
    fn clean_mixtures_rarely_exceed_the_cut() {
        let rate = flagged((0..40).map(|seed| two_mixed(80, 8, 9.0, seed)));
        assert!(rate <= 5.0, "{rate} per thousand in groups of 40");
        let rate = flagged((0..20).map(|seed| normal(200, 12, seed)));
        assert!(rate <= 1.0, "{rate} per thousand in groups of 200");
    }

    #[test]
    fn planted_rows_are_found_and_explained() {
        for seed in 0..20 {
            let mut x = two_mixed(82, 8, 9.0, seed);
            x[[0, 3]] += 9.0;
            x[[0, 5]] -= 4.5;
            let peers = fit(&x);
            assert!(z(&peers, 0) > 3.5, "seed {seed}");
            let shares = peers.contributions(0);
            assert!(shares[3] + shares[5] > 0.8 && shares[3] > shares[5], "seed {seed}: {shares:?}");
            assert!(peers.deviations(0)[3] > 0.0 && peers.deviations(0)[5] < 0.0);
            assert!((peers.medians(0)[3] - 9.0).abs() < 1.0);
        }
    }

    #[test]
    fn several_outliers_do_not_hide_each_other() {
        let mut x = normal(41, 8, 11);
        for row in 0..4 {
            x[[row, 2]] += 9.0;
            x[[row, 6]] += 9.0;
        }
        let peers = fit(&x);
        assert!((0..4).all(|row| z(&peers, row) > 3.5));
    }
}

mod threads {
    use super::*;

    fn bits(x: ArrayView2<'_, f64>, peers: &PeerGroups, partition: &Partition) -> Vec<u64> {
        let mut bits = vec![partition.inertia.to_bits(), silhouette(x, &partition.labels).expect("valid").to_bits()];
        bits.extend(partition.centroids.iter().map(|value| value.to_bits()));
        for row in 0..x.nrows() {
            let Comparison { group, distance, z, .. } = peers.comparison(row).expect("comparable");
            bits.extend([u64::from(group), distance.to_bits(), z.to_bits()]);
            bits.extend(peers.contributions(row).into_iter().map(f64::to_bits));
        }
        bits
    }

    fn run(threads: usize) -> Vec<u64> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
        pool.install(|| {
            let x = two_mixed(3000, 7, 1.5, 5);
            let strata: Vec<Stratum> = (0..3000_u32).map(|row| Stratum { kind: (row % 3) as u8, level: (row % 7) as u8 }).collect();
            let peers = PeerGroupsParams { min_silhouette: 0.0, ..Default::default() }.fit(x.view(), &strata).expect("valid");
            let partition = KMeans { clusters: 12, ..KMeans::default() }.fit(x.view()).expect("valid");
            bits(x.view(), &peers, &partition)
        })
    }

    #[test]
    fn bits_do_not_depend_on_the_number_of_threads() {
        let one = run(1);
        for threads in [2, 2, 5] {
            assert!(run(threads) == one, "{threads} threads differ from one");
        }
    }
}

mod properties {
    use super::*;

    /// Any number, among them missing, infinite, huge, tiny and tied ones.
    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => -10.0..10.0,
            2 => (0_u8..3).prop_map(f64::from),
            1 => prop::num::f64::ANY,
            1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -1e120, 1e120, 5e-324, -0.0]),
        ]
    }

    fn matrix(value: impl Strategy<Value = f64>) -> impl Strategy<Value = Array2<f64>> {
        (0..5_usize, prop::collection::vec(value, 0..200)).prop_map(|(columns, mut values)| {
            let rows = values.len().checked_div(columns).unwrap_or(7);
            values.truncate(rows * columns);
            Array2::from_shape_vec((rows, columns), values).expect("shape")
        })
    }

    /// Multiples of 1/64 within ±16: sums of such numbers and powers of two carry no rounding.
    fn grid() -> impl Strategy<Value = f64> {
        (-1024_i16..=1024).prop_map(|steps| f64::from(steps) / 64.0)
    }

    fn wide_open() -> PeerGroupsParams {
        PeerGroupsParams { min_group: 6, min_silhouette: 0.0, restarts: 2, min_peers: 2, ..Default::default() }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

        #[test]
        fn nothing_panics_and_shares_add_up(x in matrix(value()), levels in prop::collection::vec(0_u8..3, 200)) {
            let strata: Vec<Stratum> = levels[..x.nrows()].iter().map(|&level| Stratum { kind: level / 2, level }).collect();
            let peers = wide_open().fit(x.view(), &strata).expect("valid");
            for row in 0..x.nrows() {
                let total: f64 = peers.contributions(row).iter().sum();
                match peers.comparison(row) {
                    Some(Comparison { distance, z, .. }) => {
                        prop_assert!(distance.is_finite() && z.is_finite());
                        prop_assert!((total - f64::from(u8::from(distance > 0.0))).abs() < 1e-9, "shares add up to {}", total);
                    }
                    None => prop_assert!(total.abs() < 1e-9),
                }
            }
        }

        #[test]
        fn matrices_are_clustered_or_refused(x in matrix(value()), clusters in 1_u32..9) {
            if let Ok(found) = (KMeans { clusters, restarts: 2, seed: 1 }).fit(x.view()) {
                prop_assert!(found.inertia.is_finite());
                let mean = silhouette(x.view(), &found.labels).expect("complete");
                prop_assert!((-1.0..=1.0).contains(&mean));
            }
            let scaled = RobustScalerParams::default().fit(x.view()).and_then(|scaler| scaler.transform(x.view())).expect("valid");
            prop_assert!(scaled.iter().all(|value| value.abs() <= 10.0));
        }

        #[test]
        fn units_and_offsets_do_not_matter(x in matrix(grid()), powers in prop::collection::vec(-8_i32..8, 5), offset in -64_i16..64) {
            let moved = Array2::from_shape_fn(x.dim(), |(row, column)| x[[row, column]] * 2_f64.powi(powers[column]) + f64::from(offset));
            let strata = vec![ONE; x.nrows()];
            let before = wide_open().fit(x.view(), &strata).expect("valid");
            let after = wide_open().fit(moved.view(), &strata).expect("valid");
            prop_assert_eq!(before.groups(), after.groups());
            for row in 0..x.nrows() {
                prop_assert_eq!(before.comparison(row).map(|found| found.group), after.comparison(row).map(|found| found.group));
                let (one, two) = (before.comparison(row).map_or(0.0, |found| found.z), after.comparison(row).map_or(0.0, |found| found.z));
                prop_assert!((one - two).abs() < 1e-9, "z {} became {}", one, two);
            }
        }

        #[test]
        fn another_stratum_changes_nothing(x in matrix(grid())) {
            let other = Array2::from_shape_fn(x.dim(), |(row, column)| (row * (column + 1)) as f64);
            let both = ndarray::concatenate(Axis(0), &[x.view(), other.view()]).expect("same columns");
            let params = wide_open();
            prop_assume!(x.nrows() >= params.min_group as usize);
            let strata: Vec<Stratum> = (0..both.nrows()).map(|row| Stratum { kind: u8::from(row >= x.nrows()), level: 0 }).collect();
            let one = params.fit(x.view(), &strata[..x.nrows()]).expect("valid");
            let two = params.fit(both.view(), &strata).expect("valid");
            for row in 0..x.nrows() {
                prop_assert_eq!(one.comparison(row), two.comparison(row));
            }
        }
    }
}
