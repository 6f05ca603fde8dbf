//! What a rebalanced plan is judged by: even work, short borders, whole communities, little change.

use std::sync::Arc;

use super::Graph;
use super::districts::District;
use super::objective::Energy;
use super::state::{State, Step};

/// What a planner gives weight to. With the defaults one zone 10 % off the mean costs as much as borders grown by a
/// quarter, or a fifth of the work changing hands; cutting a community in two as much as a zone 17 % off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Of the squared deviation of each zone.
    pub balance: f64,
    /// Of its fourth power, which makes the worst zone count most.
    pub worst: f64,
    /// Of the length of all borders, against today's.
    pub borders: f64,
    /// Of each community cut in two.
    pub whole: f64,
    /// Of the share of work that changes hands.
    pub change: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { balance: 100.0, worst: 800.0, borders: 4.0, whole: 3.0, change: 5.0 }
    }
}

/// What is added for all the work that goes where an answer to be avoided sends it.
const AVOID: f64 = 10.0;

/// The objective of a district.
#[derive(Clone, Debug)]
pub(super) struct Service {
    district: Arc<District>,
    weights: Weights,
    /// Zones of the units in answers that this one should differ from.
    avoid: Arc<[Vec<u32>]>,
    mean: f64,
    /// Deviation that needs no mending.
    within: f64,
    /// Work that may change hands.
    budget: i64,
    changed: i64,
    per_length: f64,
    per_change: f64,
    per_avoided: f64,
    /// Units of a community in a zone.
    held: Vec<u32>,
}

impl Service {
    pub(super) fn new(
        district: Arc<District>,
        weights: Weights,
        within: f64,
        budget: i64,
        avoid: Arc<[Vec<u32>]>,
    ) -> Self {
        let total = district.graph.total_weight().max(1) as f64;
        let is_cut = |a: u32, b: u32| district.home[a as usize] != district.home[b as usize];
        let cut: i64 = district.graph.edges().filter(|&(a, b, _)| is_cut(a, b)).map(|(.., length)| length).sum();
        Self {
            mean: total / district.zones.len().max(1) as f64,
            within,
            budget,
            changed: 0,
            per_length: weights.borders / cut.max(1) as f64,
            per_change: weights.change / total,
            per_avoided: AVOID / total,
            held: Vec::new(),
            weights,
            avoid,
            district,
        }
    }

    fn uneven(&self, work: i64) -> f64 {
        let off = ((work as f64 / self.mean - 1.0).abs() - self.within).max(0.0);
        let square = off * off;
        self.weights.balance * square + self.weights.worst * square * square
    }

    fn held_at(&self, unit: u32, zone: u32) -> usize {
        self.district.community[unit as usize] as usize * self.district.zones.len() + zone as usize
    }

    /// Work sent where answers to be avoided send it, if the unit is in `zone`.
    fn avoided(&self, graph: &Graph, unit: u32, zone: u32) -> f64 {
        if self.avoid.is_empty() || zone == self.district.home[unit as usize] {
            return 0.0;
        }
        let times = self.avoid.iter().filter(|labels| labels[unit as usize] == zone).count();
        times as f64 * graph.units()[unit as usize].weight as f64 * self.per_avoided
    }

    /// Work that changes hands less what did before, if the unit goes to `to`.
    fn change(&self, graph: &Graph, step: &Step) -> i64 {
        if self.district.homeless[step.unit as usize] {
            return 0;
        }
        let home = self.district.home[step.unit as usize];
        let work = graph.units()[step.unit as usize].weight;
        (i64::from(step.to != home) - i64::from(step.from != home)) * work
    }
}

impl Energy for Service {
    fn reset(&mut self, graph: &Graph, state: &State) -> f64 {
        let zones = self.district.zones.len();
        let communities = self.district.community.iter().max().map_or(0, |&last| last as usize + 1);
        self.held = vec![0; communities * zones];
        self.changed = 0;
        let mut avoided = 0.0;
        for unit in 0..graph.len() as u32 {
            let (label, home) = (state.label(unit), self.district.home[unit as usize]);
            let at = self.held_at(unit, label);
            self.held[at] += 1;
            avoided += self.avoided(graph, unit, label);
            if label != home && !self.district.homeless[unit as usize] {
                self.changed += graph.units()[unit as usize].weight;
            }
        }
        let uneven: f64 = state.weights().iter().map(|&work| self.uneven(work)).sum();
        let length = state.boundary().iter().map(|&slot| graph.length(slot as usize)).sum::<i64>() / 2;
        let pieces = self.held.iter().filter(|&&held| held > 0).count();
        uneven
            + avoided
            + length as f64 * self.per_length
            + pieces as f64 * self.weights.whole
            + self.changed as f64 * self.per_change
    }

    fn rise(&self, graph: &Graph, state: &State, step: &Step) -> f64 {
        let change = self.change(graph, step);
        if self.district.locked[step.to as usize] || (change > 0 && self.changed + change > self.budget) {
            return f64::INFINITY;
        }
        let work = graph.units()[step.unit as usize].weight;
        let (from, to) = (state.weight(step.from), state.weight(step.to));
        let uneven = self.uneven(from - work) + self.uneven(to + work) - self.uneven(from) - self.uneven(to);
        let opened = i32::from(self.held[self.held_at(step.unit, step.to)] == 0);
        let closed = i32::from(self.held[self.held_at(step.unit, step.from)] == 1);
        uneven
            + (step.length_from - step.length_to) as f64 * self.per_length
            + f64::from(opened - closed) * self.weights.whole
            + change as f64 * self.per_change
            + self.avoided(graph, step.unit, step.to)
            - self.avoided(graph, step.unit, step.from)
    }

    fn apply(&mut self, graph: &Graph, step: &Step) {
        self.changed += self.change(graph, step);
        let (from, to) = (self.held_at(step.unit, step.from), self.held_at(step.unit, step.to));
        self.held[from] -= 1;
        self.held[to] += 1;
    }
}
