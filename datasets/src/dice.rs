//! Seeded draws. One stream per purpose and subject, so that no result depends on the order in which subjects are simulated.

use rand::Rng;
use rand_pcg::Pcg64;

/// What a stream is for; two purposes never share one.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    World = 1,
    Plan = 2,
    Household = 3,
    Year = 4,
    Norms = 5,
    Event = 6,
}

/// A stream of draws.
pub(crate) struct Dice(Pcg64);

impl Dice {
    /// The stream of one subject (a person's or chunk's number) under a seed.
    pub(crate) fn new(seed: u64, purpose: Purpose, subject: u64) -> Self {
        let high = mix(seed ^ mix(purpose as u64));
        let low = mix(high ^ mix(subject));
        Self(Pcg64::new((u128::from(high) << 64) | u128::from(low), u128::from(subject)))
    }

    /// Uniform in `low..=high`.
    pub(crate) fn range(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// Uniform day offset or count in `low..=high`.
    pub(crate) fn days(&mut self, low: i32, high: i32) -> i32 {
        self.0.random_range(low..=high)
    }

    /// Uniform index below `count`, which must not be 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0.random_range(0..count as u64) as usize
    }

    /// True with a chance of `per_mille` in 1000.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.0.random_range(0..1000_u32) < per_mille
    }

    /// A number in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    /// Any element; `None` of an empty slice.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.below(from.len())) }
    }

    /// Poisson count by Knuth's product method; means here are below 10.
    pub(crate) fn poisson(&mut self, mean: f64) -> usize {
        let floor = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// Fisher–Yates.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            let other = self.below(end + 1);
            items.swap(end, other);
        }
    }
}

/// Index drawn in proportion to weights, by bisection of their running sums.
pub(crate) struct Weighted {
    sums: Vec<u64>,
}

impl Weighted {
    /// At least one weight must be above 0.
    pub(crate) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut total = 0;
        let sums = weights
            .into_iter()
            .map(|weight| {
                total += weight;
                total
            })
            .collect();
        Self { sums }
    }

    pub(crate) fn draw(&self, dice: &mut Dice) -> usize {
        let total = self.sums.last().copied().unwrap_or(1).max(1);
        let mark = dice.range(0, total as i64 - 1) as u64;
        self.sums.partition_point(|&sum| sum <= mark)
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014).
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |subject| Dice::new(7, Purpose::Year, subject).range(0, 1 << 40);
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }

    #[test]
    fn weights_are_kept() {
        let weighted = Weighted::new([0, 3, 0, 1]);
        let mut dice = Dice::new(1, Purpose::World, 0);
        let mut counts = [0; 4];
        for _ in 0..4000 {
            counts[weighted.draw(&mut dice)] += 1;
        }
        assert_eq!((counts[0], counts[2]), (0, 0));
        assert!((2800..3200).contains(&counts[1]));
    }
}
