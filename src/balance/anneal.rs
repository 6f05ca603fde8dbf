//! One chain of simulated annealing over connected divisions.

use std::sync::Arc;

use super::bonds::{Bonds, Held};
use super::contiguity::Reach;
use super::objective::Energy;
use super::pool::Zones;
use super::random::Random;
use super::state::{State, Step};
use super::{Graph, start};

/// Most units that a step drags along when it would cut them off.
const DRAGGED: usize = 24;

/// Penalties of the chains in turn, see [`Chain::penalty`].
const PENALTIES: [(f64, f64); 4] = [(150.0, 1650.0), (5.0, 600.0), (50.0, 1650.0), (20.0, 1000.0)];

/// Constant temperatures of the chains that collect zones, in [`Rules::warm`], and their penalties by the mean number
/// of units in a zone.
const COLLECTORS: [(f64, f64); 6] = [(1.0, 3.0), (0.6, 4.0), (1.0, 1.5), (1.5, 4.0), (2.0, 3.0), (0.8, 5.0)];

/// Temperatures and penalties of a chain.
///
/// Lumpy weights need chains that may pass through unbalanced divisions, fine ones are faster without. Three of four
/// chains that are to collect zones stay warm instead of cooling down.
fn schedule(graph: &Graph, rules: &Rules, collects: bool, stream: usize) -> ((f64, f64), (f64, f64)) {
    if let Some(penalty) = rules.penalty {
        return (rules.heat, penalty);
    }
    if collects && !stream.is_multiple_of(4) {
        let (heat, penalty) = COLLECTORS[(stream - stream / 4 - 1) % COLLECTORS.len()];
        let (heat, penalty) = (heat * rules.warm, penalty * graph.len() as f64 / rules.zones as f64);
        return ((heat, heat), (penalty, penalty));
    }
    (rules.heat, PENALTIES[if collects { stream / 4 } else { stream } % PENALTIES.len()])
}

/// What a chain obeys.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Number of zones.
    pub(super) zones: usize,
    /// Least and most weight of a zone.
    pub(super) window: (i64, i64),
    /// Blocks of units that should go together, by unit; empty = none.
    pub(super) blocks: Vec<u32>,
    /// Units that stay where they are; empty = none.
    pub(super) pinned: Vec<bool>,
    /// Units that are kept together or apart.
    pub(super) bonds: Arc<Bonds>,
    /// The plan to start from; `None` = grow one.
    pub(super) from: Option<Vec<u32>>,
    /// Temperatures of a cycle, first and last, in typical rises of the objective.
    pub(super) heat: (f64, f64),
    /// Penalties of all chains instead of those by turns.
    pub(super) penalty: Option<(f64, f64)>,
    /// Proposals of the first cycle, each next one twice as long and from the best; `None` = by the number of units.
    pub(super) cycle: Option<u64>,
    /// Temperature at which chains that collect zones meet the most that are of use.
    pub(super) warm: f64,
}

/// The best division met: weight outside the window and units that break a bond first, then value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Best {
    pub(super) excess: i64,
    pub(super) value: f64,
    pub(super) labels: Vec<u32>,
}

impl Best {
    /// Whether a division of this excess and value would be better.
    pub(super) fn is_beaten_by(&self, excess: i64, value: f64) -> bool {
        excess < self.excess || (excess == self.excess && value < self.value - 1e-9)
    }
}

/// A chain: cycles of cooling, each twice as long as the last until [`Chain::LONGEST`], from fresh starts.
#[derive(Clone, Debug)]
pub(super) struct Chain<'a, E> {
    graph: &'a Graph,
    rules: &'a Rules,
    random: Random,
    state: State,
    reach: Reach,
    energy: E,
    value: f64,
    excess: i64,
    best: Best,
    /// The best was found elsewhere.
    adopted: bool,
    /// Units moved since the best was met.
    since: Vec<u32>,
    done: Vec<(u32, u32)>,
    dragged: Vec<u32>,
    unit_rise: f64,
    /// How the bonds stand, and what a unit that breaks one weighs.
    held: Held,
    broken_weight: i64,
    /// First and last temperature of a cycle, in typical rises.
    heat: (f64, f64),
    /// What missing the window by the mean weight of a zone costs at the start and the end of a cycle, in typical rises.
    penalty: (f64, f64),
    /// Zones met that would do.
    zones: Zones,
    /// Proposals between two tries to measure a zone from elsewhere.
    refresh: u64,
    cycle: u32,
    at: u64,
    length: u64,
}

impl<'a, E: Energy> Chain<'a, E> {
    /// Moves a unit in the first cycle and in the longest.
    const SHORTEST: u64 = 300;
    const LONGEST: u64 = 4_800;

    pub(super) fn new(graph: &'a Graph, rules: &'a Rules, energy: E, seed: u64, stream: u64) -> Self {
        let mut random = Random::new(seed, stream);
        let mut labels = rules.from.clone().unwrap_or_else(|| start::grow(graph, rules.zones, &mut random));
        rules.bonds.gather(graph, &mut labels, &rules.pinned);
        let state = State::new(graph, rules.zones, labels.clone());
        let zones = Zones::new(graph, rules);
        let (heat, penalty) = schedule(graph, rules, zones.wanted(), stream as usize);
        let mut chain = Self {
            graph,
            rules,
            random,
            state,
            reach: Reach::new(graph.len()),
            energy,
            value: 0.0,
            excess: 0,
            best: Best { excess: i64::MAX, value: f64::INFINITY, labels },
            adopted: false,
            since: Vec::new(),
            done: Vec::new(),
            dragged: Vec::new(),
            unit_rise: 1.0,
            held: Held::new(&rules.bonds, rules.zones, graph.len()),
            broken_weight: (graph.total_weight() / rules.zones.max(1) as i64).max(1),
            heat,
            penalty,
            zones,
            refresh: (graph.len() as u64 / 4).max(16),
            cycle: 0,
            at: 0,
            length: 0,
        };
        chain.take_state();
        chain.begin_cycle();
        chain
    }

    pub(super) fn best(&self) -> &Best {
        &self.best
    }

    /// Whether the chain met a division as good as this by itself.
    pub(super) fn met(&self, best: &Best) -> bool {
        !self.adopted && !self.best.is_beaten_by(best.excess, best.value)
    }

    /// Zones met since the last call.
    pub(super) fn zones(&mut self) -> &mut Zones {
        &mut self.zones
    }

    /// Takes a division found elsewhere for its best, where it is better.
    pub(super) fn adopt(&mut self, found: &Best) {
        if self.best.is_beaten_by(found.excess, found.value) {
            self.best.clone_from(found);
            self.adopted = true;
            // What the chain's own state differs in is not known.
            self.since.clear();
            self.since.extend(0..self.graph.len() as u32);
        }
    }

    /// Makes `moves` proposals.
    pub(super) fn run(&mut self, moves: u64) {
        for _ in 0..moves {
            if self.at == self.length {
                self.cycle += 1;
                self.restart();
            }
            if self.at.is_multiple_of(self.refresh) {
                let zone = self.random.below(self.rules.zones) as u32;
                let draw = self.random.below(usize::MAX);
                let allowance = self.allowance();
                self.value += self.energy.refresh(self.graph, &self.state, zone, draw, allowance);
                self.keep_best();
            }
            self.propose();
            self.at += 1;
        }
    }

    fn restart(&mut self) {
        let mut labels = match &self.rules.from {
            // Between fresh starts, every other cycle digs on where the best was found.
            _ if self.cycle % 2 == 1 || self.rules.cycle.is_some() => self.best.labels.clone(),
            Some(from) => from.clone(),
            None => start::grow(self.graph, self.rules.zones, &mut self.random),
        };
        self.rules.bonds.gather(self.graph, &mut labels, &self.rules.pinned);
        self.state = State::new(self.graph, self.rules.zones, labels);
        self.take_state();
        self.begin_cycle();
    }

    fn take_state(&mut self) {
        self.value = self.energy.reset(self.graph, &self.state);
        self.excess = (0..self.rules.zones as u32).map(|zone| self.outside(self.state.weight(zone))).sum();
        self.excess += self.held.reset(self.state.labels()) * self.broken_weight;
        // A new state has nothing in common with the best: the next best is copied whole.
        self.since.clear();
        self.since.extend(0..self.graph.len() as u32);
        self.keep_best();
    }

    fn begin_cycle(&mut self) {
        let doubled = Self::SHORTEST << (self.cycle / 2).min(16);
        let by_units = doubled.min(Self::LONGEST) * self.graph.len() as u64;
        self.length = self.rules.cycle.map_or(by_units, |first| first << self.cycle.min(16));
        self.at = 0;
        self.unit_rise = self.typical_rise();
    }

    /// The mean size of what single steps add to the value.
    fn typical_rise(&mut self) -> f64 {
        let (mut sum, mut count) = (0.0, 0);
        for _ in 0..256 {
            let Some((unit, to)) = self.pick() else { break };
            let rise = self.energy.rise(self.graph, &self.state, &self.state.step(self.graph, unit, to)).abs();
            if rise.is_finite() && rise > 0.0 {
                sum += rise;
                count += 1;
            }
        }
        if count == 0 { 1.0 } else { sum / f64::from(count) }
    }

    /// A unit at a border between zones, drawn by adjacencies, and the zone across.
    #[inline]
    fn pick(&mut self) -> Option<(u32, u32)> {
        let boundary = self.state.boundary();
        let slot = *boundary.get(self.random.below(boundary.len()))? as usize;
        let unit = self.graph.source(slot);
        (!self.is_pinned(unit)).then(|| (unit, self.state.label(self.graph.end(slot))))
    }

    #[inline]
    fn is_pinned(&self, unit: u32) -> bool {
        self.rules.pinned.get(unit as usize).copied().unwrap_or(false)
    }

    /// Weight by which a zone misses the window.
    #[inline]
    fn outside(&self, weight: i64) -> i64 {
        let (low, high) = self.rules.window;
        (low - weight).max(weight - high).max(0)
    }

    /// What a step adds to the weight outside the window and to that of units that break bonds.
    #[inline]
    fn excess_rise(&self, step: &Step) -> i64 {
        let weight = self.graph.units()[step.unit as usize].weight;
        let (from, to) = (self.state.weight(step.from), self.state.weight(step.to));
        self.outside(from - weight) + self.outside(to + weight) - self.outside(from) - self.outside(to)
            + self.held.rise(step) * self.broken_weight
    }

    /// The most that a step may cost now: Metropolis' test turned round.
    #[inline]
    fn allowance(&mut self) -> f64 {
        let share = self.at as f64 / self.length as f64;
        let (hot, cold) = self.heat;
        // Falls like a geometric schedule, in arithmetic that is the same on every machine.
        let heat = hot * cold / (cold + (hot - cold) * share);
        heat * self.unit_rise * self.random.exponential()
    }

    /// Cost of rising weight outside the window and value together.
    #[inline]
    fn cost(&self, excess: i64, value: f64) -> f64 {
        if excess == 0 {
            return value;
        }
        let share = self.at as f64 / self.length as f64;
        let ideal = self.ideal();
        let (soft, hard) = self.penalty;
        value + (soft + (hard - soft) * share) * self.unit_rise * excess as f64 / ideal
    }

    /// The weight of a zone in the middle of the window; the mean one where nothing is asked of weights.
    fn ideal(&self) -> f64 {
        let (low, high) = self.rules.window;
        if high > i64::MAX / 8 { self.broken_weight as f64 } else { ((low / 2 + high / 2) as f64).max(1.0) }
    }

    fn propose(&mut self) {
        let Some((unit, to)) = self.pick() else { return };
        let step = self.state.step(self.graph, unit, to);
        if self.state.count(step.from) == 1 {
            return;
        }
        if let Some(group) = self.held.group(unit)
            && self.random.below(4) == 0
        {
            return self.gather(&step, group);
        }
        if !self.rules.blocks.is_empty() && self.random.below(4) == 0 {
            return self.block(&step);
        }
        let rise = self.energy.rise(self.graph, &self.state, &step);
        let excess = self.excess_rise(&step);
        let allowance = self.allowance();
        let pair = self.random.below(8) == 0;
        if !pair && self.cost(excess, rise) > allowance {
            return;
        }
        if !self.reach.whole_without(self.graph, self.state.labels(), unit) {
            self.drag(&step, allowance);
        } else if self.cost(excess, rise) <= allowance {
            self.shift(&step, rise, excess);
            self.note(step.from);
            self.note(step.to);
            self.keep_best();
        } else if rise.is_finite() {
            self.pair(&step, rise, excess, allowance);
        }
    }

    /// Moves a unit; the value and the weight outside the window follow.
    fn shift(&mut self, step: &Step, rise: f64, excess: i64) {
        self.energy.apply(self.graph, step);
        self.held.apply(step);
        self.state.apply(self.graph, step);
        self.value += rise;
        self.excess += excess;
        if self.since.len() <= self.graph.len() {
            self.since.push(step.unit);
        }
    }

    /// Moves a unit with all that follows from it; `false` where that is forbidden.
    fn shift_to(&mut self, unit: u32, to: u32) -> bool {
        let step = self.state.step(self.graph, unit, to);
        let rise = self.energy.rise(self.graph, &self.state, &step);
        if !rise.is_finite() || self.state.count(step.from) == 1 {
            return false;
        }
        let excess = self.excess_rise(&step);
        self.shift(&step, rise, excess);
        self.done.push((unit, step.from));
        true
    }

    /// Keeps the steps of `done` if they cost no more than allowed, else takes them back.
    fn settle(&mut self, value: f64, excess: i64, whole: bool, allowance: f64) {
        if whole && self.cost(self.excess - excess, self.value - value) <= allowance {
            while let Some((unit, from)) = self.done.pop() {
                self.note(from);
                self.note(self.state.label(unit));
            }
            self.keep_best();
            return;
        }
        while let Some((unit, back)) = self.done.pop() {
            let step = self.state.step(self.graph, unit, back);
            let rise = self.energy.rise(self.graph, &self.state, &step);
            let excess = self.excess_rise(&step);
            self.shift(&step, if rise.is_finite() { rise } else { 0.0 }, excess);
        }
        (self.value, self.excess) = (value, excess);
    }

    /// The unit leaves together with the small side it would cut off (composite move).
    fn drag(&mut self, step: &Step, allowance: f64) {
        self.dragged.clear();
        self.dragged.extend(self.reach.cut_off().take(DRAGGED + 1));
        if self.dragged.len() > DRAGGED || self.dragged.iter().any(|&unit| self.is_pinned(unit)) {
            return;
        }
        let (value, excess) = (self.value, self.excess);
        let dragged = std::mem::take(&mut self.dragged);
        // The unit goes last: with the small side gone it must no longer hold anything else together.
        let whole = dragged.iter().all(|&unit| self.shift_to(unit, step.to))
            && self.reach.whole_without(self.graph, self.state.labels(), step.unit)
            && self.shift_to(step.unit, step.to);
        self.dragged = dragged;
        self.settle(value, excess, whole, allowance);
    }

    /// All units that are kept together with this one go with it, from wherever they are.
    fn gather(&mut self, step: &Step, group: usize) {
        let allowance = self.allowance();
        let (value, excess) = (self.value, self.excess);
        let Some(group) = self.rules.bonds.together().get(group) else { return };
        let mut units = std::mem::take(&mut self.dragged);
        units.clear();
        units.extend(group.iter().filter(|&&unit| self.state.label(unit) != step.to));
        let givers: Vec<u32> = units.iter().map(|&unit| self.state.label(unit)).collect();
        let moved =
            !units.iter().any(|&unit| self.is_pinned(unit)) && units.iter().all(|&unit| self.shift_to(unit, step.to));
        let labels = self.state.labels();
        let mut whole = moved
            && self.cost(self.excess - excess, self.value - value) <= allowance
            && self.reach.touches(self.graph, labels, &units);
        for &giver in &givers {
            whole = whole && {
                let left: Vec<u32> =
                    units.iter().zip(&givers).filter(|(_, from)| **from == giver).map(|(&unit, _)| unit).collect();
                self.reach.whole_beside(self.graph, self.state.labels(), &left, giver)
            };
        }
        self.dragged = units;
        self.settle(value, excess, whole, allowance);
    }

    /// All connected units of a block that lie in one zone go together.
    fn block(&mut self, step: &Step) {
        let allowance = self.allowance();
        let (value, excess) = (self.value, self.excess);
        let mut units = std::mem::take(&mut self.dragged);
        units.clear();
        units.push(step.unit);
        let mut at = 0;
        while let Some(&unit) = units.get(at) {
            at += 1;
            for &next in self.graph.neighbours(unit) {
                let same = self.rules.blocks[next as usize] == self.rules.blocks[step.unit as usize];
                if same && self.state.label(next) == step.from && !units.contains(&next) {
                    units.push(next);
                }
            }
        }
        let moved =
            !units.iter().any(|&unit| self.is_pinned(unit)) && units.iter().all(|&unit| self.shift_to(unit, step.to));
        let whole = moved
            && self.cost(self.excess - excess, self.value - value) <= allowance
            && self.reach.whole_beside(self.graph, self.state.labels(), &units, step.from);
        self.dragged = units;
        self.settle(value, excess, whole, allowance);
    }

    /// A second step makes up for the first: a swap, or a chain on towards a third zone.
    fn pair(&mut self, step: &Step, rise: f64, excess_rise: i64, allowance: f64) {
        let (value, excess) = (self.value, self.excess);
        self.shift(step, rise, excess_rise);
        self.done.push((step.unit, step.from));
        let second = (0..12).find_map(|_| {
            let (unit, to) = self.pick()?;
            (unit != step.unit && self.state.label(unit) == step.to).then_some((unit, to))
        });
        let whole = second.is_some_and(|(unit, to)| {
            let step = self.state.step(self.graph, unit, to);
            let rise = self.energy.rise(self.graph, &self.state, &step);
            let cost = self.cost(self.excess + self.excess_rise(&step) - excess, self.value + rise - value);
            cost <= allowance
                && self.reach.whole_without(self.graph, self.state.labels(), unit)
                && self.shift_to(unit, to)
        });
        self.settle(value, excess, whole, allowance);
    }

    /// Remembers a zone that would do in a whole division.
    #[inline]
    fn note(&mut self, zone: u32) {
        if self.outside(self.state.weight(zone)) == 0 {
            self.zones.note(self.graph, &self.state, zone, &self.energy);
        }
    }

    fn keep_best(&mut self) {
        if !self.best.is_beaten_by(self.excess, self.value) {
            return;
        }
        (self.best.excess, self.best.value) = (self.excess, self.value);
        self.adopted = false;
        if self.since.len() >= self.graph.len() {
            self.best.labels.copy_from_slice(self.state.labels());
        } else {
            for &unit in &self.since {
                self.best.labels[unit as usize] = self.state.label(unit);
            }
        }
        self.since.clear();
    }
}
