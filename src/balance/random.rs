//! Random numbers that are the same on every machine.

use rand_core::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

/// One stream of xoshiro256++ (Blackman & Vigna 2021), seeded through `SplitMix64`.
#[derive(Clone, Debug)]
pub(super) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream of a seed and a chain.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        // Odd multiples of the golden ratio keep the seeds of neighbouring streams apart.
        Self(Xoshiro256PlusPlus::seed_from_u64(seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A whole number below `end`; 0 where `end` is 0. Lemire's multiply-shift; its bias is below 2^-32.
    #[inline]
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// An exponentially distributed number of mean 1, for Metropolis' test `rise <= temperature * exponential`.
    ///
    /// Made of IEEE operations alone, because `ln` differs between machines in the last digit: -ln u of u = (1 + f) /
    /// 2^(z+1), with ln(1 + f) as the series of 2 artanh(f / (2 + f)), good to 1e-8.
    #[inline]
    pub(super) fn exponential(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let zeros = f64::from(bits.leading_zeros().min(52));
        let fraction = (bits & 0xf_ffff) as f64 / f64::from(1 << 20);
        let s = fraction / (2.0 + fraction);
        let s2 = s * s;
        let ln = 2.0 * s * (1.0 + s2 * (1.0 / 3.0 + s2 * (0.2 + s2 * (1.0 / 7.0 + s2 * (1.0 / 9.0 + s2 / 11.0)))));
        (zeros + 1.0) * std::f64::consts::LN_2 - ln
    }
}
