//! Which zone every unit is in, and the sums that follow from it.

use super::Graph;

const NOT_LISTED: u32 = u32::MAX;

/// Bits that differ from those of all other units: the finaliser of `SplitMix64` (Steele, Lea & Flood 2014).
#[inline]
fn mark(unit: u32) -> u64 {
    let mixed = (u64::from(unit) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A unit about to change zones, with what it shares with both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) unit: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    /// Adjacencies with units of `from` less those with units of `to`: what the number of cut adjacencies rises by.
    pub(super) cut: i64,
    /// Length shared with units of `from`.
    pub(super) length_from: i64,
    /// Length shared with units of `to`.
    pub(super) length_to: i64,
}

/// A division of the units among `zones`. All integers, so that no order of moves can change a sum.
#[derive(Clone, Debug)]
pub(super) struct State {
    labels: Vec<u32>,
    weights: Vec<i64>,
    counts: Vec<u32>,
    /// A number for the set of units in each zone: the exclusive or of theirs.
    marks: Vec<u64>,
    /// Slots whose two units lie in different zones, in no order that matters.
    boundary: Vec<u32>,
    /// Where each slot stands in `boundary`.
    listed: Vec<u32>,
}

impl State {
    pub(super) fn new(graph: &Graph, zones: usize, labels: Vec<u32>) -> Self {
        let (mut weights, mut counts, mut marks) = (vec![0; zones], vec![0; zones], vec![0; zones]);
        for (at, (unit, &label)) in graph.units().iter().zip(&labels).enumerate() {
            weights[label as usize] += unit.weight;
            counts[label as usize] += 1;
            marks[label as usize] ^= mark(at as u32);
        }
        let listed = vec![NOT_LISTED; graph.slot_count()];
        let mut state = Self { labels, weights, counts, marks, boundary: Vec::new(), listed };
        for slot in 0..graph.slot_count() {
            if state.labels[graph.source(slot) as usize] != state.labels[graph.end(slot) as usize] {
                state.list(slot);
            }
        }
        state
    }

    #[inline]
    pub(super) fn labels(&self) -> &[u32] {
        &self.labels
    }

    #[inline]
    pub(super) fn label(&self, unit: u32) -> u32 {
        self.labels[unit as usize]
    }

    pub(super) fn weights(&self) -> &[i64] {
        &self.weights
    }

    #[inline]
    pub(super) fn weight(&self, zone: u32) -> i64 {
        self.weights[zone as usize]
    }

    #[inline]
    pub(super) fn count(&self, zone: u32) -> u32 {
        self.counts[zone as usize]
    }

    /// A number for the set of units in a zone; equal sets have equal numbers.
    #[inline]
    pub(super) fn mark(&self, zone: u32) -> u64 {
        self.marks[zone as usize]
    }

    /// Slots between two zones, each adjacency twice.
    #[inline]
    pub(super) fn boundary(&self) -> &[u32] {
        &self.boundary
    }

    /// What `unit` shares with its zone and with `to`. O(degree).
    #[inline]
    pub(super) fn step(&self, graph: &Graph, unit: u32, to: u32) -> Step {
        let mut step = Step { unit, from: self.label(unit), to, cut: 0, length_from: 0, length_to: 0 };
        for slot in graph.slots(unit) {
            let label = self.label(graph.end(slot));
            if label == step.from {
                step.cut += 1;
                step.length_from += graph.length(slot);
            } else if label == to {
                step.cut -= 1;
                step.length_to += graph.length(slot);
            }
        }
        step
    }

    /// Moves the unit. O(degree).
    pub(super) fn apply(&mut self, graph: &Graph, step: &Step) {
        let weight = graph.units()[step.unit as usize].weight;
        self.labels[step.unit as usize] = step.to;
        self.weights[step.from as usize] -= weight;
        self.weights[step.to as usize] += weight;
        self.counts[step.from as usize] -= 1;
        self.counts[step.to as usize] += 1;
        self.marks[step.from as usize] ^= mark(step.unit);
        self.marks[step.to as usize] ^= mark(step.unit);
        for slot in graph.slots(step.unit) {
            let label = self.label(graph.end(slot));
            if label == step.from {
                self.list(slot);
                self.list(graph.twin(slot) as usize);
            } else if label == step.to {
                self.unlist(slot);
                self.unlist(graph.twin(slot) as usize);
            }
        }
    }

    fn list(&mut self, slot: usize) {
        self.listed[slot] = self.boundary.len() as u32;
        self.boundary.push(slot as u32);
    }

    fn unlist(&mut self, slot: usize) {
        let at = self.listed[slot] as usize;
        self.listed[slot] = NOT_LISTED;
        self.boundary.swap_remove(at);
        if let Some(&moved) = self.boundary.get(at) {
            self.listed[moved as usize] = at as u32;
        }
    }
}
