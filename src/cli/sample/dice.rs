//! Chance that repeats: every draw follows from a seed and what it is drawn for, never from the order of threads.
//!
//! Only `+ - * /` and square roots are used on what is drawn: they round the same everywhere (IEEE 754), sines and
//! exponentials do not, and the sample must have the same bytes on every machine.

use rand_core::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A stream of draws.
#[derive(Clone, Debug)]
pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// The stream for one purpose (`what`) and one thing (`id`).
    pub(super) fn new(seed: u64, what: &str, id: u64) -> Self {
        let key = xxhash_rust::xxh3::xxh3_64_with_seed(what.as_bytes(), seed);
        Self(Xoshiro256PlusPlus::seed_from_u64(key ^ id.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// Evenly in 0 ..= 1 (1 excluded).
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly between two numbers.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `count` (0 for a count of 0).
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Whether something of the given probability happens.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A bell curve of deviation 1, cut off at ±3.46 (sum of four even draws).
    pub(super) fn bell(&mut self) -> f64 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 1.732_050_807_568_877_2
    }

    /// An index drawn by cumulated weights (ascending, the last is the sum).
    pub(super) fn weighted(&mut self, cumulated: &[f64]) -> usize {
        let total = cumulated.last().copied().unwrap_or(0.0);
        let drawn = self.unit() * total;
        cumulated.partition_point(|&sum| sum <= drawn).min(cumulated.len().saturating_sub(1))
    }
}

/// Running sums of weights, for [`Dice::weighted`].
pub(super) fn cumulate(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    weights
        .into_iter()
        .map(|weight| {
            sum += weight;
            sum
        })
        .collect()
}
