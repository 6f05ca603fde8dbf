//! Chains side by side, in epochs: the same answer on any number of threads.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::base::Progress;

use super::Graph;
use super::anneal::{Best, Chain, Rules};
use super::objective::Energy;
use super::pool::Pool;

/// When a search ends. The clock only decides after which epoch, so that seed and epochs repeat a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// After so many epochs.
    Epochs(u32),
    /// After the first epoch that ends later than this.
    Time(Duration),
}

/// Proposals of each chain in an epoch: some milliseconds.
const EPOCH: u64 = 40_000;
/// Epochs between two tries to put zones together that different chains met.
const POOLED: u32 = 2;
/// Independent chains.
const CHAINS: u64 = 8;

/// What a search found, and how.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The best division met.
    pub(super) best: Best,
    /// Epochs it took.
    pub(super) epochs: u32,
    /// The epoch after which the best was known, and when that was. The time is for the reader alone.
    pub(super) at: (u32, Duration),
    /// Chains, and how many of them met a division as good as the best by themselves.
    pub(super) chains: (u32, u32),
    /// Proposals made.
    pub(super) trials: u64,
}

/// Searches until the budget is spent or the job is cancelled.
///
/// `better` hears of every best so far at the end of an epoch.
pub(super) fn search<E: Energy>(
    graph: &Graph,
    rules: &Rules,
    energy: &E,
    seed: u64,
    budget: Budget,
    progress: &Progress,
    mut better: impl FnMut(&Best),
) -> Found {
    let began = Instant::now();
    let make = |stream| Chain::new(graph, rules, energy.clone(), seed, stream);
    let mut chains: Vec<Chain<'_, E>> = (0..CHAINS).into_par_iter().map(make).collect();
    let mut best = chains[0].best().clone();
    let mut epochs = 0;
    let mut at = (0, Duration::ZERO);
    let mut pool = Pool::default();
    let weights: Vec<i64> = graph.units().iter().map(|unit| unit.weight).collect();
    loop {
        for chain in &chains {
            if best.is_beaten_by(chain.best().excess, chain.best().value) {
                best = chain.best().clone();
                at = (epochs, began.elapsed());
                better(&best);
            }
        }
        chains.iter_mut().for_each(|chain| pool.take(chain.zones()));
        if let Some(found) = (epochs % POOLED == 0).then(|| pool.solve(&weights, rules.zones, &best)).flatten() {
            chains.iter_mut().for_each(|chain| chain.adopt(&found));
            best = found;
            at = (epochs, began.elapsed());
            better(&best);
        }
        let spent = match budget {
            Budget::Epochs(limit) => epochs >= limit,
            Budget::Time(limit) => began.elapsed() >= limit,
        };
        if spent || progress.is_cancelled() || rules.zones < 2 {
            let agree = chains.iter().filter(|chain| chain.met(&best)).count() as u32;
            let trials = u64::from(epochs) * EPOCH * CHAINS;
            return Found { best, epochs, at, chains: (CHAINS as u32, agree), trials };
        }
        chains.par_iter_mut().for_each(|chain| chain.run(EPOCH));
        epochs += 1;
        progress.add(1);
    }
}
