//! Large graphs: units that touch are joined until few are left, these are divided, and the division is carried back
//! level by level, its borders annealed on each (Hendrickson & Leland 1995; Karypis & Kumar 1998).

use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::base::Progress;

use super::anneal::{Best, Chain, Rules};
use super::objective::Energy;
use super::random::Random;
use super::search::{Budget, Found, search};
use super::{Graph, Unit};

/// Graphs of more units are divided by levels.
pub(super) const LARGE: usize = 5_000;
/// Units left where joining stops, in all and by zone.
const COARSEST: usize = 1_500;
const BY_ZONE: usize = 24;
/// Epochs of the search on the coarsest graph.
const FIRST: u32 = 12;
/// Proposals of each chain between two looks at the clock.
const EPOCH: u64 = 200_000;
/// Chains that anneal the same borders; the best goes on.
const CHAINS: u64 = 2;
/// Proposals on a level by adjacency between zones; on the finest the first cycle, then twice as many, and so on.
const PROPOSALS: u64 = 300;
/// Temperatures on a level in typical rises: borders are straightened, not thrown over.
const HEAT: (f64, f64) = (0.8, 0.08);
/// Those for graphs of up to [`SMALL`] units, whose borders there is time to throw over.
const HEAT_SMALL: (f64, f64) = (1.5, 0.08);
const SMALL: usize = 50_000;
/// What a unit of mean weight outside the window costs at the start and the end of a cycle, in typical rises.
const PENALTY: (f64, f64) = (0.5, 8.0);

/// Divides a large graph. `counted` is the graph with the lengths that the coarse levels keep short, `coarse` the
/// objective on it; `energy` is the objective on `graph` itself.
///
/// An epoch is [`EPOCH`] proposals of each chain on the finest level. O((n + m) log n) and the proposals.
pub(super) fn multilevel<E: Energy, C: Energy>(
    (graph, energy): (&Graph, &E),
    (counted, coarse): (&Graph, impl Fn(&Graph) -> C),
    rules: &Rules,
    (seed, budget): (u64, Budget),
    progress: &Progress,
) -> Found {
    let began = Instant::now();
    let levels = levels(counted, rules.zones, seed);
    let heat = if graph.len() <= SMALL { HEAT_SMALL } else { HEAT };
    let coarsest = levels.last().map_or(counted, |level| &level.graph);
    let window = |graph: &Graph| {
        // Whole units must fit: no narrower than the mean unit.
        let mean = graph.total_weight() / graph.len().max(1) as i64;
        let (low, high) = rules.window;
        (low.saturating_sub(mean / 2).max(0), high.saturating_add(mean / 2))
    };
    // Units that are kept together or apart are known on the finest level alone.
    let loose = Rules { bonds: Arc::default(), ..rules.clone() };
    let first = Rules { window: window(coarsest), ..loose.clone() };
    let found = search(coarsest, &first, &coarse(coarsest), seed, Budget::Epochs(FIRST), progress, |_| {});
    let mut trials = found.trials;
    let mut labels = found.best.labels;
    for at in (1..levels.len()).rev() {
        labels = levels[at].down(&labels);
        let graph = &levels[at - 1].graph;
        let rules = finer(graph, &loose, (window(graph), heat), &labels);
        let mut chains = chains(graph, &rules, &coarse(graph), seed.wrapping_add(at as u64));
        let cycle = rules.cycle.unwrap_or(0);
        chains.par_iter_mut().for_each(|chain| chain.run(cycle));
        trials += cycle * CHAINS;
        labels.clone_from(&best(&chains).labels);
    }
    if let Some(level) = levels.first() {
        labels = level.down(&labels);
    }
    let rules = finer(graph, rules, (rules.window, heat), &labels);
    anneal((graph, energy), &rules, (seed, budget), began, trials, progress)
}

/// Anneals the borders of the finest level until the budget is spent.
fn anneal<E: Energy>(
    (graph, energy): (&Graph, &E),
    rules: &Rules,
    (seed, budget): (u64, Budget),
    began: Instant,
    trials: u64,
    progress: &Progress,
) -> Found {
    let mut chains = chains(graph, rules, energy, seed);
    let mut top = best(&chains).clone();
    let (mut epochs, mut at) = (0, (0, Duration::ZERO));
    loop {
        let spent = match budget {
            Budget::Epochs(limit) => epochs >= limit,
            Budget::Time(limit) => began.elapsed() >= limit,
        };
        if spent || progress.is_cancelled() {
            let agree = chains.iter().filter(|chain| chain.met(&top)).count() as u32;
            let trials = trials + u64::from(epochs) * EPOCH * CHAINS;
            return Found { best: top, epochs, at, chains: (CHAINS as u32, agree), trials };
        }
        chains.par_iter_mut().for_each(|chain| chain.run(EPOCH));
        epochs += 1;
        progress.add(1);
        let found = best(&chains);
        if top.is_beaten_by(found.excess, found.value) {
            top.clone_from(found);
            at = (epochs, began.elapsed());
            // The next cycle of every chain starts from the best of all.
            chains.iter_mut().for_each(|chain| chain.adopt(&top));
        }
    }
}

/// Rules for a level that starts from `labels`.
fn finer(graph: &Graph, rules: &Rules, (window, heat): ((i64, i64), (f64, f64)), labels: &[u32]) -> Rules {
    let is_cut = |&(a, b, _): &(u32, u32, i64)| labels[a as usize] != labels[b as usize];
    let cut = graph.edges().filter(is_cut).count() as u64;
    let size = graph.len() as f64 / rules.zones as f64;
    Rules {
        window,
        from: Some(labels.to_vec()),
        heat,
        penalty: Some((PENALTY.0 * size, PENALTY.1 * size)),
        cycle: Some((cut * PROPOSALS).max(1)),
        ..rules.clone()
    }
}

fn chains<'a, E: Energy>(graph: &'a Graph, rules: &'a Rules, energy: &E, seed: u64) -> Vec<Chain<'a, E>> {
    (0..CHAINS).into_par_iter().map(|stream| Chain::new(graph, rules, energy.clone(), seed, stream)).collect()
}

fn best<'c, E: Energy>(chains: &'c [Chain<'_, E>]) -> &'c Best {
    let all = chains.iter().map(Chain::best);
    let better = |a: &'c Best, b: &'c Best| if a.is_beaten_by(b.excess, b.value) { b } else { a };
    all.reduce(better).unwrap_or_else(|| chains[0].best())
}

/// A coarser graph, and which of its units each finer unit is in.
struct Level {
    graph: Graph,
    unit: Vec<u32>,
}

impl Level {
    fn down(&self, labels: &[u32]) -> Vec<u32> {
        self.unit.iter().map(|&unit| labels[unit as usize]).collect()
    }
}

/// Coarser and coarser graphs.
fn levels(graph: &Graph, zones: usize, seed: u64) -> Vec<Level> {
    let end = COARSEST.max(BY_ZONE * zones);
    let heaviest = (graph.total_weight() / zones.max(1) as i64 / 12).max(1);
    let mut random = Random::new(seed, u64::MAX);
    let mut levels: Vec<Level> = Vec::new();
    let mut sizes = vec![1_u32; graph.len()];
    loop {
        let finer = levels.last().map_or(graph, |level| &level.graph);
        if finer.len() <= end {
            return levels;
        }
        let (unit, count) = joined(finer, &sizes, heaviest, &mut random);
        // Where hardly anything can be joined any more, the rest stays as it is.
        if count as usize * 20 > finer.len() * 19 {
            return levels;
        }
        let mut coarser = vec![0; count as usize];
        unit.iter().zip(&sizes).for_each(|(&unit, size)| coarser[unit as usize] += size);
        sizes = coarser;
        levels.push(Level { graph: contracted(finer, &unit, count), unit });
    }
}

/// Pairs of units that touch, in random order each with the free neighbour that shares most with it for its size: the
/// pair of each unit and how many there are.
fn joined(graph: &Graph, sizes: &[u32], heaviest: i64, random: &mut Random) -> (Vec<u32>, u32) {
    const FREE: u32 = u32::MAX;
    let mut order: Vec<u32> = (0..graph.len() as u32).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, random.below(at + 1));
    }
    let weight = |unit: u32| graph.units()[unit as usize].weight;
    let mut pair = vec![FREE; graph.len()];
    let mut count = 0;
    for one in order {
        if pair[one as usize] != FREE {
            continue;
        }
        let fits = |&slot: &usize| {
            let other = graph.end(slot);
            pair[other as usize] == FREE && weight(one) + weight(other) <= heaviest
        };
        let worth = |slot: usize| {
            let length = graph.length(slot) as f64;
            length * length / f64::from(sizes[graph.end(slot) as usize])
        };
        let other = graph.slots(one).filter(fits).max_by(|&a, &b| worth(a).total_cmp(&worth(b)));
        pair[one as usize] = count;
        if let Some(slot) = other {
            pair[graph.end(slot) as usize] = count;
        }
        count += 1;
    }
    (pair, count)
}

fn contracted(graph: &Graph, unit: &[u32], count: u32) -> Graph {
    let mut units = vec![Unit::default(); count as usize];
    for (one, &into) in graph.units().iter().zip(unit) {
        let sum = &mut units[into as usize];
        sum.weight += one.weight;
        sum.outline += one.outline;
        sum.area += one.area;
        sum.at = one.at;
    }
    let into = |of: u32| unit[of as usize];
    let edges: Vec<(u32, u32, i64)> = graph
        .edges()
        .map(|(a, b, length)| (into(a).min(into(b)), into(a).max(into(b)), length))
        .filter(|edge| edge.0 != edge.1)
        .collect();
    Graph::new(units, &edges)
}
