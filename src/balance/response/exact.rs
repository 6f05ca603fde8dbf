//! The hypercube solved state by state.

use super::hypercube::{Dispatch, Hypercube};

impl Hypercube {
    /// Most units of the exact model: 2¹² states.
    pub const EXACT: usize = 12;
    const SWEEPS: usize = 20_000;

    /// Exact shares and workloads: Gauss–Seidel on the balance of all 2ⁿ states, the sum of the states with equally many
    /// busy units held at its known value. `None` beyond [`Self::EXACT`] units, or where the line would grow for ever.
    ///
    /// O(sweeps · 2ⁿ n + 2ⁿ atoms).
    #[must_use]
    pub fn exact(&self) -> Option<Dispatch> {
        let units = self.units();
        if units > Self::EXACT {
            return None;
        }
        let (levels, waiting) = self.levels()?;
        let sent = self.sent();
        let states = self.states(&levels, &sent);
        let all = (1_usize << units) - 1;
        let mut first = vec![vec![0.0; self.rates.len()]; units];
        let mut workloads = vec![waiting; units];
        for (state, &share) in states.iter().enumerate() {
            for (unit, busy) in workloads.iter_mut().enumerate() {
                *busy += if state >> unit & 1 == 1 { share } else { 0.0 };
            }
            for (atom, order) in self.order.iter().enumerate().filter(|_| state != all) {
                if let Some(&unit) = order.iter().find(|&&unit| state >> unit & 1 == 0) {
                    first[unit as usize][atom] += share;
                }
            }
        }
        Some(self.answer(first, levels[units] + waiting, workloads))
    }

    /// For each state and unit, the calls in a mean call time that go to it.
    fn sent(&self) -> Vec<f64> {
        let units = self.units();
        let per_rate = self.load / self.rates.iter().sum::<f64>();
        let mut sent = vec![0.0; units << units];
        for state in 0..(1_usize << units) - 1 {
            for (order, rate) in self.order.iter().zip(&self.rates) {
                if let Some(&unit) = order.iter().find(|&&unit| state >> unit & 1 == 0) {
                    sent[state * units + unit as usize] += rate * per_rate;
                }
            }
        }
        sent
    }

    fn states(&self, levels: &[f64], sent: &[f64]) -> Vec<f64> {
        let units = self.units();
        let all = (1_usize << units) - 1;
        let ways = |busy: usize| (0..busy).fold(1.0, |ways, k| ways * (units - k) as f64 / (k + 1) as f64);
        let mut states: Vec<f64> =
            (0..=all).map(|state| levels[state.count_ones() as usize] / ways(state.count_ones() as usize)).collect();
        for _ in 0..Self::SWEEPS {
            let mut largest = 0.0_f64;
            for state in 1..all {
                let busy = state.count_ones() as usize;
                let mut inflow = 0.0;
                for unit in 0..units {
                    let other = state ^ (1 << unit);
                    inflow += states[other] * if other < state { sent[other * units + unit] } else { 1.0 };
                }
                let new = inflow / (self.load + busy as f64);
                largest = largest.max((new - states[state]).abs());
                states[state] = new;
            }
            hold(&mut states, levels);
            if largest < 1e-15 {
                break;
            }
        }
        states
    }
}

/// Scales the states of every level to its sum.
fn hold(states: &mut [f64], levels: &[f64]) {
    let mut sums = vec![0.0; levels.len()];
    for (state, share) in states.iter().enumerate() {
        sums[state.count_ones() as usize] += share;
    }
    for (state, share) in states.iter_mut().enumerate() {
        let level = state.count_ones() as usize;
        *share *= if sums[level] > 0.0 { levels[level] / sums[level] } else { 0.0 };
    }
}
