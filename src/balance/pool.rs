//! Zones that chains met, put together anew: the best division that can be made of them.
//!
//! Where weights are lumpy, a chain seldom meets a division all of whose zones fit the window, but it meets many zones
//! that do. Choosing among them is set partitioning (Garfinkel & Nemhauser 1970): prices on the units bound the value from below, zones too dear by their reduced cost are left out, the rest is searched in depth.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Graph;
use super::anneal::{Best, Rules};
use super::bonds::Bonds;
use super::objective::Energy;
use super::state::State;

/// Most units for which zones are remembered.
const UNITS: usize = 256;
/// Most zones remembered.
const REMEMBERED: usize = 60_000;
/// Steps that improve the prices.
const STEPS: usize = 800;
/// Of so many steps one looks at all zones, the others at the cheapest.
const FULL: usize = 20;
const NEAR: usize = 300;
/// Sweeps that settle the prices.
const SETTLING: usize = 4;
/// Share of the latest choice in the average.
const FRESH: f64 = 0.1;
/// Zones tried in one search in depth.
const TRIED: usize = 2_000_000;

/// A set of units.
type Set = [u64; UNITS / 64];

/// A zone that would do.
#[derive(Clone, Debug)]
struct Column {
    mark: u64,
    set: Set,
    cost: f64,
    units: Vec<u32>,
}

/// The zones one chain met.
#[derive(Clone, Debug, Default)]
pub(super) struct Zones {
    wanted: bool,
    known: FxHashSet<u64>,
    new: Vec<Column>,
    bonds: Arc<Bonds>,
}

impl Zones {
    /// Nothing is remembered of large graphs, nor where a plan is to be bettered: zones have homes there.
    pub(super) fn new(graph: &Graph, rules: &Rules) -> Self {
        let wanted = graph.len() <= UNITS && rules.from.is_none() && rules.zones > 1;
        Self { wanted, bonds: Arc::clone(&rules.bonds), ..Self::default() }
    }

    /// Whether zones are still to be collected.
    pub(super) fn wanted(&self) -> bool {
        self.wanted
    }

    /// Remembers a zone of the state. O(1) for one met before, else O(n) and what its cost takes.
    #[inline]
    pub(super) fn note<E: Energy>(&mut self, graph: &Graph, state: &State, zone: u32, energy: &E) {
        if self.wanted && self.known.insert(state.mark(zone)) {
            self.add(graph, state, zone, energy);
        }
    }

    fn add<E: Energy>(&mut self, graph: &Graph, state: &State, zone: u32, energy: &E) {
        let units: Vec<u32> = (0..graph.len() as u32).filter(|&unit| state.label(unit) == zone).collect();
        if !self.bonds.allow(&units) {
            return;
        }
        let mut set = Set::default();
        units.iter().for_each(|&unit| set[unit as usize / 64] |= 1 << (unit % 64));
        self.wanted = self.known.len() < REMEMBERED;
        match energy.of_zone(graph, &units) {
            Some(cost) => self.new.push(Column { mark: state.mark(zone), set, cost, units }),
            None => self.wanted = false,
        }
    }
}

/// The zones all chains met.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    known: FxHashSet<u64>,
    columns: Vec<Column>,
    prices: Vec<f64>,
    /// Columns when it was last solved.
    solved: usize,
}

impl Pool {
    /// Takes what a chain met.
    pub(super) fn take(&mut self, zones: &mut Zones) {
        for column in zones.new.drain(..) {
            if self.columns.len() < 4 * REMEMBERED && self.known.insert(column.mark) {
                self.columns.push(column);
            }
        }
    }

    /// The best division found that is made of these zones, where it is better than `best`.
    pub(super) fn solve(&mut self, weights: &[i64], zones: usize, best: &Best) -> Option<Best> {
        let units = weights.len();
        if self.columns.len() == self.solved || self.columns.len() < zones {
            return None;
        }
        self.solved = self.columns.len();
        let limit = if best.excess == 0 { best.value } else { f64::INFINITY };
        self.price(units, zones, limit);
        let prices = self.settled(weights);
        let bound: f64 = prices.iter().sum();
        let mut open = self.reduced(0..self.columns.len(), &prices);
        open.retain(|&(cost, _)| bound + cost < limit);
        open.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut search = Depth::new(&self.columns, open, bound, (units, zones), limit);
        search.go(&Set::default(), 0, 0.0);
        let mut labels = vec![u32::MAX; units];
        for (zone, &column) in search.found.as_ref()?.iter().enumerate() {
            self.columns[column].units.iter().for_each(|&unit| labels[unit as usize] = zone as u32);
        }
        Some(Best { excess: 0, value: search.limit, labels })
    }

    /// Improves the prices by the volume algorithm (Barahona & Anbil 2000): steps from the best prices along what the
    /// choices of the last steps, averaged, leave uncovered. The bound is that of any `zones` columns.
    fn price(&mut self, units: usize, zones: usize, limit: f64) {
        if self.prices.is_empty() {
            let mean = self.columns.iter().map(|column| column.cost).sum::<f64>() / self.columns.len() as f64;
            self.prices = vec![mean * zones as f64 / units as f64; units];
        }
        let (mut trial, mut bound) = (self.prices.clone(), f64::NEG_INFINITY);
        let (mut scale, mut failed) = (1.0_f64, 0);
        let mut cover = vec![1.0; units];
        let mut near: Vec<usize> = Vec::new();
        let mut safe = (f64::NEG_INFINITY, Vec::new());
        for step in 0..STEPS {
            // Most steps look only at the columns that were cheapest at the last full one.
            if step % FULL == 0 {
                let mut reduced = self.reduced(0..self.columns.len(), &self.prices);
                near.extend(cheapest(&mut reduced, NEAR).iter().map(|column| column.1));
                near.sort_unstable();
                near.dedup();
                bound = self.prices.iter().sum::<f64>() + sum(cheapest(&mut reduced, zones));
                if bound > safe.0 {
                    safe = (bound, self.prices.clone());
                } else {
                    // Columns not looked at were cheaper: back, and look at them too.
                    (bound, self.prices) = safe.clone();
                    trial.clone_from(&self.prices);
                    scale *= 0.7;
                }
            }
            let mut reduced = self.reduced(near.iter().copied(), &trial);
            let chosen = cheapest(&mut reduced, zones);
            let found = trial.iter().sum::<f64>() + sum(chosen);
            cover.iter_mut().for_each(|cover| *cover *= 1.0 - FRESH);
            chosen.iter().for_each(|&(_, at)| {
                self.columns[at].units.iter().for_each(|&unit| cover[unit as usize] += FRESH);
            });
            if found > bound {
                bound = found;
                self.prices.clone_from(&trial);
                scale = (scale * 1.1).min(2.0);
            } else {
                failed += 1;
                scale *= if failed % 10 == 0 { 0.8 } else { 1.0 };
            }
            let norm: f64 = cover.iter().map(|cover| (1.0 - cover) * (1.0 - cover)).sum();
            let aim = if limit.is_finite() { limit } else { bound + bound.abs() * 0.1 };
            let length = scale * (aim - bound).max(aim.abs() * 1e-4) / norm.max(1e-9);
            let prices = self.prices.iter().zip(&cover).map(|(price, cover)| price + length * (1.0 - cover));
            trial = prices.collect();
        }
        self.prices = safe.1;
    }

    /// Prices by which no column is cheaper than nothing: every unit takes its share, by weight, of what the cheapest
    /// column that holds it lacks or has over. Their sum bounds the value of every division from below.
    fn settled(&self, weights: &[i64]) -> Vec<f64> {
        let mut prices = self.prices.clone();
        for _ in 0..SETTLING {
            let mut least = vec![f64::INFINITY; prices.len()];
            for (cost, at) in self.reduced(0..self.columns.len(), &prices) {
                let units = &self.columns[at].units;
                let weight: i64 = units.iter().map(|&unit| weights[unit as usize].max(1)).sum();
                let share = cost / weight as f64;
                units.iter().for_each(|&unit| least[unit as usize] = least[unit as usize].min(share));
            }
            for ((price, least), weight) in prices.iter_mut().zip(least).zip(weights) {
                *price += if least.is_finite() { least * (*weight).max(1) as f64 } else { 0.0 };
            }
        }
        prices
    }

    fn reduced(&self, of: impl Iterator<Item = usize>, prices: &[f64]) -> Vec<(f64, usize)> {
        let cost = |column: &Column| column.cost - column.units.iter().map(|&unit| prices[unit as usize]).sum::<f64>();
        of.map(|at| (cost(&self.columns[at]), at)).collect()
    }
}

fn sum(columns: &[(f64, usize)]) -> f64 {
    columns.iter().map(|column| column.0).sum()
}

/// The `count` columns of the least reduced cost, in no order.
fn cheapest(reduced: &mut [(f64, usize)], count: usize) -> &[(f64, usize)] {
    let count = count.min(reduced.len());
    if 0 < count && count < reduced.len() {
        reduced.select_nth_unstable_by(count - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
    &reduced[..count]
}

/// The search in depth.
struct Depth<'a> {
    columns: &'a [Column],
    /// For each unit the columns that hold it, by ascending reduced cost.
    rows: Vec<Vec<(f64, usize)>>,
    /// Units, those in fewest columns first.
    order: Vec<u32>,
    /// No division is below this.
    bound: f64,
    zones: usize,
    limit: f64,
    chosen: Vec<usize>,
    found: Option<Vec<usize>>,
    tried: usize,
}

impl<'a> Depth<'a> {
    fn new(
        columns: &'a [Column],
        open: Vec<(f64, usize)>,
        bound: f64,
        (units, zones): (usize, usize),
        limit: f64,
    ) -> Self {
        let mut rows = vec![Vec::new(); units];
        for &(cost, at) in &open {
            columns[at].units.iter().for_each(|&unit| rows[unit as usize].push((cost, at)));
        }
        let mut order: Vec<u32> = (0..units as u32).collect();
        order.sort_by_key(|&unit| rows[unit as usize].len());
        Self { columns, rows, order, bound, zones, limit, chosen: Vec::new(), found: None, tried: 0 }
    }

    /// Goes on from the units `covered` by `reduced` above the prices.
    fn go(&mut self, covered: &Set, depth: usize, reduced: f64) {
        let free = |&&unit: &&u32| covered[unit as usize / 64] >> (unit % 64) & 1 == 0;
        let Some(&next) = self.order.iter().find(free) else {
            if depth == self.zones {
                self.limit = self.chosen.iter().map(|&at| self.columns[at].cost).sum();
                self.found = Some(self.chosen.clone());
            }
            return;
        };
        if depth == self.zones {
            return;
        }
        for at in 0..self.rows[next as usize].len() {
            let (cost, column) = self.rows[next as usize][at];
            let bound = self.bound + reduced + cost;
            self.tried += 1;
            if bound >= self.limit - 1e-9 * self.limit.abs() || self.tried > TRIED {
                return;
            }
            let set = &self.columns[column].set;
            if set.iter().zip(covered).all(|(a, b)| a & b == 0) {
                let mut both = *covered;
                both.iter_mut().zip(set).for_each(|(a, b)| *a |= b);
                self.chosen.push(column);
                self.go(&both, depth + 1, reduced + cost);
                self.chosen.pop();
            }
        }
    }
}
