//! Units that are to be in one zone, or in different ones: hard, whatever the objective.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use super::state::Step;

/// Units that are kept together or apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bonds {
    together: Vec<Vec<u32>>,
    apart: Vec<[Vec<u32>; 2]>,
}

impl Bonds {
    /// Groups that are each to be in one zone, those that share a unit being one group; and lists of groups of which no two
    /// may meet in a zone. O(units log units + pairs).
    #[must_use]
    pub fn new(together: &[Vec<u32>], apart: &[Vec<Vec<u32>>]) -> Self {
        let mut groups: Vec<BTreeSet<u32>> = Vec::new();
        for units in together {
            let mut group: BTreeSet<u32> = units.iter().copied().collect();
            let (joined, others) = groups.into_iter().partition(|other: &BTreeSet<u32>| !other.is_disjoint(&group));
            groups = others;
            joined.into_iter().for_each(|other: BTreeSet<u32>| group.extend(other));
            groups.push(group);
        }
        groups.retain(|group| group.len() > 1);
        groups.sort();
        let pairs = apart.iter().flat_map(|sides| {
            let second = |at: usize| sides[at + 1..].iter();
            sides.iter().enumerate().flat_map(move |(at, one)| second(at).map(move |two| [one.clone(), two.clone()]))
        });
        let pairs = pairs.filter(|pair| pair.iter().all(|side| !side.is_empty()));
        Self { together: groups.into_iter().map(|group| group.into_iter().collect()).collect(), apart: pairs.collect() }
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.together.is_empty() && self.apart.is_empty()
    }

    /// The groups that are each to be in one zone.
    pub(super) fn together(&self) -> &[Vec<u32>] {
        &self.together
    }

    /// The pairs of groups that may not meet.
    pub(super) fn apart(&self) -> &[[Vec<u32>; 2]] {
        &self.apart
    }

    /// The group of each unit, counted from 0.
    pub(super) fn groups(&self) -> BTreeMap<u32, usize> {
        let groups = self.together.iter().enumerate();
        groups.flat_map(|(at, group)| group.iter().map(move |&unit| (unit, at))).collect()
    }

    /// How many units stand in the way; 0 where all is kept.
    pub(super) fn broken(&self, zones: usize, labels: &[u32]) -> i64 {
        let mut held = Held::new(self, zones, labels.len());
        held.reset(labels)
    }

    /// Whether a set of units, ascending, may be a zone.
    pub(super) fn allow(&self, units: &[u32]) -> bool {
        let inside = |group: &Vec<u32>| group.iter().filter(|unit| units.binary_search(unit).is_ok()).count();
        self.together.iter().all(|group| [0, group.len()].contains(&inside(group)))
            && self.apart.iter().all(|[one, two]| inside(one) == 0 || inside(two) == 0)
    }

    /// Gathers every group that is not in one zone: what is elsewhere goes to the zone that holds most of it, and where that
    /// does not touch it, with the land between; what this cuts off from a giver goes along. A group for which that breaks a
    /// zone, or moves what is pinned, is left to the search.
    pub(super) fn gather(&self, graph: &Graph, labels: &mut [u32], pinned: &[bool]) {
        for group in &self.together {
            let mut by_zone: BTreeMap<u32, usize> = BTreeMap::new();
            group.iter().for_each(|&unit| *by_zone.entry(labels[unit as usize]).or_default() += 1);
            let mut zones: Vec<(u32, usize)> = by_zone.into_iter().collect();
            if zones.len() < 2 {
                continue;
            }
            zones.sort_by_key(|&(zone, count)| (std::cmp::Reverse(count), zone));
            let gathered = zones.iter().find_map(|&(zone, _)| gathered(graph, labels, pinned, group, zone));
            if let Some(gathered) = gathered {
                labels.copy_from_slice(&gathered);
            }
        }
    }
}

/// Labels with a group in one zone.
fn gathered(graph: &Graph, labels: &[u32], pinned: &[bool], group: &[u32], zone: u32) -> Option<Vec<u32>> {
    let is_free = |unit: u32| !pinned.get(unit as usize).copied().unwrap_or(false);
    let mut next = labels.to_vec();
    for &unit in group {
        let mut way = Some(unit);
        // The way back from the unit to the zone, the shortest over land that may move.
        let back = ways_to(graph, &next, zone, unit, &is_free)?;
        while let Some(at) = way.filter(|&at| next[at as usize] != zone) {
            if !is_free(at) {
                return None;
            }
            next[at as usize] = zone;
            way = back.get(&at).copied();
        }
    }
    let givers: BTreeSet<u32> = (0..labels.len()).filter(|&at| next[at] != labels[at]).map(|at| labels[at]).collect();
    for giver in givers {
        let before = pieces(graph, labels, giver).len().max(1);
        let mut left = pieces(graph, &next, giver);
        if left.is_empty() {
            return None;
        }
        left.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
        for piece in left.split_off(before.min(left.len())) {
            if piece.iter().any(|&unit| !is_free(unit)) {
                return None;
            }
            piece.iter().for_each(|&unit| next[unit as usize] = zone);
        }
    }
    (pieces(graph, &next, zone).len() <= pieces(graph, labels, zone).len().max(1)).then_some(next)
}

/// From each unit met on the way the next one towards `start`'s zone: breadth first from `start`, turned round.
fn ways_to(
    graph: &Graph,
    labels: &[u32],
    zone: u32,
    start: u32,
    is_free: &impl Fn(u32) -> bool,
) -> Option<BTreeMap<u32, u32>> {
    let mut before: BTreeMap<u32, u32> = BTreeMap::from([(start, start)]);
    let mut queue = vec![start];
    let mut at = 0;
    while let Some(&unit) = queue.get(at) {
        at += 1;
        if labels[unit as usize] == zone {
            // Turned round, from the start to the zone.
            let mut next = BTreeMap::new();
            let mut unit = unit;
            while unit != start {
                let from = before.get(&unit).copied()?;
                next.insert(from, unit);
                unit = from;
            }
            return Some(next);
        }
        for &beside in graph.neighbours(unit) {
            if !before.contains_key(&beside) && (is_free(beside) || labels[beside as usize] == zone) {
                before.insert(beside, unit);
                queue.push(beside);
            }
        }
    }
    None
}

/// Connected pieces of a zone. O(n + m).
fn pieces(graph: &Graph, labels: &[u32], zone: u32) -> Vec<Vec<u32>> {
    let mut seen = vec![false; labels.len()];
    let mut pieces = Vec::new();
    for start in 0..labels.len() as u32 {
        if seen[start as usize] || labels[start as usize] != zone {
            continue;
        }
        let mut piece = vec![start];
        seen[start as usize] = true;
        let mut at = 0;
        while let Some(&unit) = piece.get(at) {
            at += 1;
            for &next in graph.neighbours(unit) {
                if !seen[next as usize] && labels[next as usize] == zone {
                    seen[next as usize] = true;
                    piece.push(next);
                }
            }
        }
        pieces.push(piece);
    }
    pieces
}

/// What a group of units is to the bonds.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// It is to be in one zone, and has so many units.
    Together(u32),
    /// It may not meet this other part.
    Apart(usize),
}

/// How many units of each part every zone holds, kept up to date from step to step.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    zones: usize,
    parts: Vec<Part>,
    /// Parts of each unit: `of[starts[u]..starts[u + 1]]`.
    starts: Vec<u32>,
    of: Vec<u32>,
    counts: Vec<u32>,
}

impl Held {
    pub(super) fn new(bonds: &Bonds, zones: usize, units: usize) -> Self {
        if bonds.is_empty() {
            return Self::default();
        }
        let (mut parts, mut members) = (Vec::new(), Vec::new());
        for group in &bonds.together {
            parts.push(Part::Together(group.len() as u32));
            members.push(group);
        }
        for [one, two] in &bonds.apart {
            parts.extend([Part::Apart(parts.len() + 1), Part::Apart(parts.len())]);
            members.extend([one, two]);
        }
        let of_unit = |(part, group): (usize, &&Vec<u32>)| -> Vec<(u32, u32)> {
            group.iter().map(|&unit| (unit, part as u32)).collect()
        };
        let mut pairs: Vec<(u32, u32)> = members.iter().enumerate().flat_map(of_unit).collect();
        pairs.sort_unstable();
        let starts = (0..=units as u32).map(|unit| pairs.partition_point(|pair| pair.0 < unit) as u32).collect();
        let counts = vec![0; parts.len() * zones];
        Self { zones, parts, starts, of: pairs.into_iter().map(|pair| pair.1).collect(), counts }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Takes labels as they are; how many units stand in the way.
    pub(super) fn reset(&mut self, labels: &[u32]) -> i64 {
        self.counts.fill(0);
        if self.is_empty() {
            return 0;
        }
        for (unit, &label) in labels.iter().enumerate() {
            for at in self.parts_of(unit as u32) {
                self.counts[self.of[at] as usize * self.zones + label as usize] += 1;
            }
        }
        let together = |(part, kind): (usize, &Part)| match kind {
            Part::Together(size) => i64::from(size - self.row(part).iter().max().copied().unwrap_or(0)),
            // Each pair once.
            Part::Apart(other) if *other > part => {
                self.row(part).iter().zip(self.row(*other)).map(|(a, b)| i64::from(*a.min(b))).sum()
            }
            Part::Apart(_) => 0,
        };
        self.parts.iter().enumerate().map(together).sum()
    }

    /// What a step adds to the units that stand in the way. O(parts · zones).
    #[inline]
    pub(super) fn rise(&self, step: &Step) -> i64 {
        if self.is_empty() {
            return 0;
        }
        let (from, to) = (step.from as usize, step.to as usize);
        let of_part = |at: usize| {
            let part = self.of[at] as usize;
            let row = self.row(part);
            match self.parts[part] {
                Part::Together(_) => {
                    let moved = |(zone, &count): (usize, &u32)| {
                        if zone == from { count - 1 } else { count + u32::from(zone == to) }
                    };
                    let after = row.iter().enumerate().map(moved).max().unwrap_or(0);
                    i64::from(row.iter().max().copied().unwrap_or(0)) - i64::from(after)
                }
                Part::Apart(other) => {
                    let other = self.row(other);
                    let met = |own: u32, zone: usize| i64::from(own.min(other[zone]));
                    met(row[from] - 1, from) + met(row[to] + 1, to) - met(row[from], from) - met(row[to], to)
                }
            }
        };
        self.parts_of(step.unit).map(of_part).sum()
    }

    pub(super) fn apply(&mut self, step: &Step) {
        if self.is_empty() {
            return;
        }
        for at in self.parts_of(step.unit) {
            let row = self.of[at] as usize * self.zones;
            self.counts[row + step.from as usize] -= 1;
            self.counts[row + step.to as usize] += 1;
        }
    }

    /// The group a unit is kept together with, counted from 0.
    #[inline]
    pub(super) fn group(&self, unit: u32) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let parts = self.parts_of(unit).map(|at| self.of[at] as usize);
        parts.into_iter().find(|&part| matches!(self.parts[part], Part::Together(_)))
    }

    fn row(&self, part: usize) -> &[u32] {
        &self.counts[part * self.zones..(part + 1) * self.zones]
    }

    #[inline]
    fn parts_of(&self, unit: u32) -> std::ops::Range<usize> {
        self.starts[unit as usize] as usize..self.starts[unit as usize + 1] as usize
    }
}
