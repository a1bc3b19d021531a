//! Median and robust spread of one column, whole or as seen by each value from outside.

/// 1 / Φ⁻¹(3/4): makes the median absolute deviation of a normal sample its standard deviation. Its inverse is the 0.6745 of the robust z.
const MAD_TO_SIGMA: f64 = 1.482_602_218_505_602;
/// √(π/2): the same for the mean absolute deviation.
const MEAN_DEVIATION_TO_SIGMA: f64 = 1.253_314_137_315_500_3;
/// A spread below this share of the median is rounding noise: the column is constant.
const NOISE: f64 = 1e-12;

/// Middle and scale of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Location {
    pub(super) median: f64,
    /// In units of one standard deviation of a normal sample; 0 when the values do not vary.
    pub(super) spread: f64,
}

/// How small a spread may get.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpreadFloor {
    /// Share of the mean absolute deviation.
    pub(super) relative: f64,
    /// In the column's unit.
    pub(super) absolute: f64,
}

impl Location {
    /// Location of all values; `None` without values.
    pub(super) fn of(values: &[f64], floor: SpreadFloor) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let median = Ranked::new(values).median();
        let deviations: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
        let ranked = Ranked::new(&deviations);
        let mean = ranked.sorted.iter().sum::<f64>() / values.len() as f64;
        Some(Self { median, spread: spread(median, ranked.median(), mean, floor) })
    }

    /// For each value the location of all *other* values. At least two values are needed; fewer give an empty list.
    ///
    /// Leaving one value out of a sorted list moves the median to one of at most three places, so this takes three sorts, not one per
    /// value.
    pub(super) fn of_others(values: &[f64], floor: SpreadFloor) -> Vec<Self> {
        if values.len() < 2 {
            return Vec::new();
        }
        let ranked = Ranked::new(values);
        let mut around: Vec<Deviations> = Vec::with_capacity(3);
        (0..values.len())
            .map(|index| {
                let median = ranked.median_without(index);
                let known = around.iter().position(|deviations| deviations.median.to_bits() == median.to_bits());
                let place = known.unwrap_or_else(|| {
                    around.push(Deviations::new(values, median));
                    around.len() - 1
                });
                around[place].without(index, floor)
            })
            .collect()
    }

    /// `(value − median) / spread` within ±`limit`. Where the spread is 0, a value off the median is off the scale: ±`limit`.
    pub(super) fn deviation(&self, value: f64, limit: f64) -> f64 {
        let difference = value - self.median;
        if self.spread > 0.0 {
            (difference / self.spread).clamp(-limit, limit)
        } else if difference.abs() <= NOISE * self.median.abs() {
            0.0
        } else {
            limit.copysign(difference)
        }
    }
}

/// 1.4826 · MAD, at least `relative` · 1.2533 · mean absolute deviation; where the MAD is 0 (over half the values tie), the whole
/// 1.2533 · mean absolute deviation as in Iglewicz & Hoaglin (1993). A spread that is not 0 is at least `absolute`.
fn spread(median: f64, mad: f64, mean_deviation: f64, floor: SpreadFloor) -> f64 {
    let noise = NOISE * median.abs();
    if mean_deviation <= noise {
        return 0.0;
    }
    let by_mean = MEAN_DEVIATION_TO_SIGMA * mean_deviation;
    let spread = if mad <= noise { by_mean } else { (MAD_TO_SIGMA * mad).max(floor.relative * by_mean) };
    spread.max(floor.absolute)
}

/// Absolute deviations of all values from one median, with running sums from both ends: subtracting a huge own deviation from a total
/// would leave rounding errors only.
struct Deviations {
    median: f64,
    ranked: Ranked,
    below: Vec<f64>,
    above: Vec<f64>,
}

impl Deviations {
    fn new(values: &[f64], median: f64) -> Self {
        let deviations: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
        let ranked = Ranked::new(&deviations);
        let below = running_sums(ranked.sorted.iter());
        let mut above = running_sums(ranked.sorted.iter().rev());
        above.reverse();
        Self { median, ranked, below, above }
    }

    fn without(&self, index: usize, floor: SpreadFloor) -> Location {
        let rank = self.ranked.ranks[index];
        let others = (self.ranked.sorted.len() - 1) as f64;
        let mean = (self.below[rank] + self.above[rank + 1]) / others;
        Location { median: self.median, spread: spread(self.median, self.ranked.median_without(index), mean, floor) }
    }
}

/// Sums of the first 0, 1, 2 … values.
fn running_sums<'a>(values: impl Iterator<Item = &'a f64>) -> Vec<f64> {
    let mut sum = 0.0;
    let mut sums = vec![sum];
    sums.extend(values.map(|value| {
        sum += value;
        sum
    }));
    sums
}

/// Values in order, and the place of each.
struct Ranked {
    sorted: Vec<f64>,
    ranks: Vec<usize>,
}

impl Ranked {
    fn new(values: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut ranks = vec![0; values.len()];
        for (rank, &index) in order.iter().enumerate() {
            ranks[index] = rank;
        }
        Self { sorted: order.into_iter().map(|index| values[index]).collect(), ranks }
    }

    fn median(&self) -> f64 {
        middle(self.sorted.len(), |place| self.sorted[place])
    }

    fn median_without(&self, index: usize) -> f64 {
        let rank = self.ranks[index];
        middle(self.sorted.len() - 1, |place| self.sorted[place + usize::from(place >= rank)])
    }
}

/// The middle of `count` ordered values, or the mean of the middle two.
fn middle(count: usize, at: impl Fn(usize) -> f64) -> f64 {
    if count % 2 == 1 { at(count / 2) } else { f64::midpoint(at(count / 2 - 1), at(count / 2)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOR: SpreadFloor = SpreadFloor { relative: 0.5, absolute: 0.0 };

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    #[test]
    fn median_is_the_mean_of_the_middle_two() {
        let location = Location::of(&[4.0, 1.0, 2.0, 10.0], FLOOR).expect("values");
        close(location.median, 3.0);
        close(location.spread, MAD_TO_SIGMA * 1.5);
        assert_eq!(Location::of(&[], FLOOR), None);
    }

    #[test]
    fn tied_majority_falls_back_on_the_mean_deviation() {
        let location = Location::of(&[0.0, 0.0, 0.0, 0.0, 5.0], FLOOR).expect("values");
        close(location.spread, MEAN_DEVIATION_TO_SIGMA);
    }

    #[test]
    fn floors_hold() {
        let values = [-1000.0, -1.0, 0.0, 1.0, 1000.0];
        close(Location::of(&values, FLOOR).expect("values").spread, 0.5 * MEAN_DEVIATION_TO_SIGMA * 400.4);
        let absolute = SpreadFloor { relative: 0.5, absolute: 7.0 };
        close(Location::of(&[1.0, 2.0, 3.0], absolute).expect("values").spread, 7.0);
        close(Location::of(&[2.0, 2.0], absolute).expect("values").spread, 0.0);
    }

    #[test]
    fn rounding_noise_is_not_spread() {
        let location = Location::of(&[0.3, 0.1 + 0.2, 0.3], FLOOR).expect("values");
        close(location.spread, 0.0);
        close(location.deviation(0.1 + 0.2, 10.0), 0.0);
        close(location.deviation(0.4, 10.0), 10.0);
    }

    #[test]
    fn others_agree_with_leaving_out_by_hand() {
        for values in [
            vec![3.0, -1.0, 4.0, 1.5, 9.0, 2.0],
            vec![3.0, -1.0, 4.0, 1.5, 9.0],
            vec![0.0, 0.0, 0.0, 1.0],
            vec![1e100, 0.1, 0.2, 0.4, 0.3],
            vec![5.0, 7.0],
        ] {
            let found = Location::of_others(&values, FLOOR);
            assert_eq!(found.len(), values.len());
            for (index, found) in found.into_iter().enumerate() {
                let mut others = values.clone();
                others.remove(index);
                let expected = Location::of(&others, FLOOR).expect("others");
                close(found.median, expected.median);
                close(found.spread, expected.spread);
            }
        }
        assert_eq!(Location::of_others(&[1.0], FLOOR), []);
    }
}
