//! Comparison of each member of a group with the others.

use ndarray::ArrayView2;

use super::PeerGroupsParams;
use super::location::{Location, SpreadFloor};
use super::rows::is_present;

/// Least spread of log1p(distance). About what some 50 independent features give by chance; it keeps a group of near copies from
/// turning trifles into large z.
const MIN_DISTANCE_SPREAD: f64 = 0.05;

/// One member as seen by the others of its group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    /// Scaled deviation per feature; NaN where it cannot be compared.
    pub(super) deviations: Vec<f64>,
    /// Median of the others per feature, in the feature's unit; NaN likewise.
    pub(super) medians: Vec<f64>,
    /// Distance, robust z, number of comparable others; `None` when not comparable.
    pub(super) outcome: Option<Outcome>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) distance: f64,
    pub(super) z: f64,
    pub(super) peers: u32,
}

/// Compares every member with the other members, feature by feature and then by distance.
pub(super) fn compare(profiles: ArrayView2<'_, f64>, members: &[usize], params: &PeerGroupsParams) -> Vec<Measured> {
    let blank = Measured { deviations: vec![f64::NAN; profiles.ncols()], medians: vec![f64::NAN; profiles.ncols()], outcome: None };
    let mut measured = vec![blank; members.len()];
    let mut varying = Vec::new();
    for column in 0..profiles.ncols() {
        let values: Vec<f64> = members.iter().map(|&row| profiles[[row, column]]).collect();
        if deviate(&values, column, params, &mut measured) {
            varying.push(column);
        }
    }
    let distances: Vec<Option<f64>> = measured.iter().map(|member| distance(&member.deviations, &varying, params)).collect();
    for (member, outcome) in measured.iter_mut().zip(outcomes(&distances, params)) {
        member.outcome = outcome;
    }
    measured
}

/// Fills one feature's deviations and medians; tells whether the feature varies. With too few values it is left out.
fn deviate(values: &[f64], column: usize, params: &PeerGroupsParams, measured: &mut [Measured]) -> bool {
    let holders: Vec<usize> = (0..values.len()).filter(|&member| is_present(values[member])).collect();
    if holders.len() <= params.min_peers as usize {
        return false;
    }
    let present: Vec<f64> = holders.iter().map(|&member| values[member]).collect();
    let others = Location::of_others(&present, params.scaling.floor_of(column));
    let mut varies = false;
    for ((&member, &value), location) in holders.iter().zip(&present).zip(others) {
        let deviation = location.deviation(value, params.scaling.limit);
        measured[member].deviations[column] = deviation;
        measured[member].medians[column] = location.median;
        varies |= deviation != 0.0;
    }
    varies
}

/// Root mean square of the deviations over the varying features a member has; `None` when it has too few.
fn distance(deviations: &[f64], varying: &[usize], params: &PeerGroupsParams) -> Option<f64> {
    if deviations.iter().all(|deviation| deviation.is_nan()) {
        return None;
    }
    if varying.is_empty() {
        return Some(0.0);
    }
    let present: Vec<f64> = varying.iter().map(|&column| deviations[column]).filter(|deviation| !deviation.is_nan()).collect();
    let enough = !present.is_empty() && present.len() as f64 >= params.min_present * varying.len() as f64;
    enough.then(|| (present.iter().map(|deviation| deviation * deviation).sum::<f64>() / present.len() as f64).sqrt())
}

/// Robust z of log1p(distance) against the other comparable members.
fn outcomes(distances: &[Option<f64>], params: &PeerGroupsParams) -> Vec<Option<Outcome>> {
    let known: Vec<f64> = distances.iter().flatten().copied().collect();
    if known.len() <= params.min_peers as usize {
        return vec![None; distances.len()];
    }
    let logs: Vec<f64> = known.iter().map(|distance| distance.ln_1p()).collect();
    let floor = SpreadFloor { relative: params.scaling.floor, absolute: 0.0 };
    let peers = (known.len() - 1) as u32;
    let others = Location::of_others(&logs, floor).into_iter().zip(logs);
    let mut z = others.map(|(others, log)| (log - others.median) / others.spread.max(MIN_DISTANCE_SPREAD));
    distances.iter().map(|known| known.and_then(|distance| z.next().map(|z| Outcome { distance, z, peers }))).collect()
}

/// Share of each feature in the squared distance, adding up to 1; all 0 when the distance is 0.
pub(super) fn shares(deviations: &[f64]) -> Vec<f64> {
    let square = |deviation: &f64| {
        if deviation.is_nan() { 0.0 } else { deviation * deviation }
    };
    let total: f64 = deviations.iter().map(square).sum();
    let share = |deviation: &f64| {
        if total > 0.0 { square(deviation) / total } else { 0.0 }
    };
    deviations.iter().map(share).collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are exact")]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn measure(profiles: &Array2<f64>) -> Vec<Measured> {
        let members: Vec<usize> = (0..profiles.nrows()).collect();
        compare(profiles.view(), &members, &PeerGroupsParams::default())
    }

    #[test]
    fn a_member_is_measured_by_the_others_only() {
        let found = measure(&array![[1.0], [2.0], [3.0], [4.0], [5.0], [60.0]]);
        // Others of the last: median 3, MAD 1.
        assert_eq!(found[5].medians, [3.0]);
        assert_eq!(found[5].deviations, [10.0]);
        assert_eq!(found[5].outcome.expect("comparable").distance, 10.0);
        // Others of the third: 1 2 4 5 60, median 4, MAD 2, mean deviation 62 / 5.
        let spread = 0.5 * 1.253_314_137_315_500_3 * 62.0 / 5.0;
        assert!((found[2].deviations[0] + 1.0 / spread).abs() < 1e-12);
    }

    #[test]
    fn distance_is_over_varying_features_present() {
        let params = PeerGroupsParams::default();
        let found = distance(&[3.0, f64::NAN, 4.0, 0.0], &[0, 1, 2], &params).expect("two of three");
        assert!((found - 12.5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(distance(&[3.0, f64::NAN, f64::NAN], &[0, 1, 2], &params), None);
        assert_eq!(distance(&[0.0, f64::NAN], &[], &params), Some(0.0));
        assert_eq!(distance(&[f64::NAN], &[], &params), None);
    }

    #[test]
    fn shares_add_up_to_one() {
        assert_eq!(shares(&[3.0, f64::NAN, -4.0]), [0.36, 0.0, 0.64]);
        assert_eq!(shares(&[0.0, f64::NAN]), [0.0, 0.0]);
    }

    #[test]
    fn copies_with_one_stranger_give_a_finite_z() {
        let mut profiles = Array2::from_elem((20, 2), 0.25);
        profiles[[7, 1]] = 0.5;
        let found = measure(&profiles);
        assert!(found[7].outcome.expect("comparable").z > 3.5);
        assert_eq!(found[0].outcome.expect("comparable").z, 0.0);
    }

    #[test]
    fn too_few_others_are_not_comparable() {
        assert!(measure(&array![[1.0], [2.0], [3.0], [4.0], [5.0]]).iter().all(|member| member.outcome.is_none()));
        assert!(measure(&Array2::zeros((6, 1))).iter().all(|member| member.outcome.is_some()));
    }
}
