//! From today's division to a better one in steps a planner can read, each valid after the one before.

use std::collections::BTreeMap;

use super::Graph;
use super::districts::District;

/// Units that go from one zone to another together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) units: Vec<u32>,
    pub(super) from: u32,
    pub(super) to: u32,
    /// It is only valid together with the group that follows: zones that trade land.
    pub(super) with_next: bool,
}

/// Beyond this many open groups the first that can go is taken, not the best.
const COMPARED: usize = 200;

/// Moves that lead from the district's homes to `goal`, best first among those that can go: a community's units
/// together, else one by one, else two at once, as zones that trade land must, and at last all that are left, since the
/// goal itself is valid.
pub(super) fn sequence(district: &District, goal: &[u32]) -> Vec<Group> {
    let mut labels = district.home.clone();
    let mut works = vec![0_i64; district.zones.len()];
    for (unit, &label) in district.graph.units().iter().zip(&labels) {
        works[label as usize] += unit.weight;
    }
    let mut moves = Vec::new();
    loop {
        let open = groups(district, &labels, goal);
        if open.is_empty() {
            return moves;
        }
        let singles =
            || open.iter().flat_map(|group| group.units.iter().map(|&unit| Group { units: vec![unit], ..*group }));
        let one = best(district, &labels, &works, &open)
            .or_else(|| best(district, &labels, &works, &singles().collect::<Vec<_>>()));
        let mut next = one.map_or_else(|| pair(district, &labels, &open).unwrap_or(open), |group| vec![group]);
        let last = next.len() - 1;
        next[..last].iter_mut().for_each(|group| group.with_next = true);
        for group in &next {
            for &unit in &group.units {
                let work = district.graph.units()[unit as usize].weight;
                labels[unit as usize] = group.to;
                works[group.from as usize] -= work;
                works[group.to as usize] += work;
            }
        }
        moves.extend(next);
    }
}

/// The first two groups that can go at once.
fn pair(district: &District, labels: &[u32], open: &[Group]) -> Option<Vec<Group>> {
    let pairs = open.iter().enumerate().flat_map(|(at, one)| open[at + 1..].iter().map(move |two| [one, two]));
    let mut tried = pairs.take(COMPARED * COMPARED).map(|pair| pair.map(Clone::clone));
    tried.find(|pair| can_go(district, labels, pair)).map(Vec::from)
}

/// The zones of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    block: u32,
    from: u32,
    to: u32,
}

/// Connected units of one community that have the same way to go; units that are kept together go together, connected or
/// not.
fn groups(district: &District, labels: &[u32], goal: &[u32]) -> Vec<Group> {
    let ends = |unit: u32| {
        let at = unit as usize;
        (labels[at] != goal[at]).then(|| Ends { block: district.block[at], from: labels[at], to: goal[at] })
    };
    let mut seen = vec![false; labels.len()];
    let mut groups = Vec::new();
    let kept = district.bonds.groups();
    let beside = |unit: u32| {
        let others = kept.get(&unit).and_then(|&group| district.bonds.together().get(group));
        district.graph.neighbours(unit).iter().chain(others.into_iter().flatten())
    };
    for start in 0..labels.len() as u32 {
        let Some(way) = ends(start).filter(|_| !seen[start as usize]) else { continue };
        seen[start as usize] = true;
        let mut units = vec![start];
        let mut at = 0;
        while let Some(&unit) = units.get(at) {
            at += 1;
            for &next in beside(unit) {
                if !seen[next as usize] && ends(next) == Some(way) {
                    seen[next as usize] = true;
                    units.push(next);
                }
            }
        }
        units.sort_unstable();
        groups.push(Group { units, from: way.from, to: way.to, with_next: false });
    }
    groups
}

fn best(district: &District, labels: &[u32], works: &[i64], open: &[Group]) -> Option<Group> {
    let mut can = open.iter().filter(|group| can_go(district, labels, std::slice::from_ref(group)));
    if open.len() > COMPARED {
        return can.next().cloned();
    }
    let squares = |group: &&Group| {
        let work: i64 = group.units.iter().map(|&unit| district.graph.units()[unit as usize].weight).sum();
        let square = |work: i64| i128::from(work) * i128::from(work);
        let (from, to) = (works[group.from as usize], works[group.to as usize]);
        square(from - work) + square(to + work) - square(from) - square(to)
    };
    can.min_by_key(squares).cloned()
}

/// Whether no zone falls into more parts than before when the groups go at once, every giver keeps something, and nothing
/// that is kept together or apart is broken that was not.
fn can_go(district: &District, labels: &[u32], groups: &[Group]) -> bool {
    if !district.bonds.is_empty() {
        let mut after = labels.to_vec();
        groups.iter().for_each(|group| group.units.iter().for_each(|&unit| after[unit as usize] = group.to));
        let broken = |labels: &[u32]| district.bonds.broken(district.zones.len(), labels);
        if broken(&after) > broken(labels) {
            return false;
        }
    }
    let graph = &district.graph;
    let mut after: BTreeMap<u32, u32> = BTreeMap::new();
    let mut zones = std::collections::BTreeSet::new();
    for group in groups {
        after.extend(group.units.iter().map(|&unit| (unit, group.to)));
        zones.extend([group.from, group.to]);
    }
    let now = |unit: u32| labels[unit as usize];
    let then = |unit: u32| after.get(&unit).copied().unwrap_or(labels[unit as usize]);
    zones.into_iter().all(|zone| {
        let left = parts(graph, zone, &then);
        left > 0 && left <= parts(graph, zone, &now).max(1)
    })
}

/// Connected parts of a zone. O(n + m).
fn parts(graph: &Graph, zone: u32, label: &impl Fn(u32) -> u32) -> usize {
    let mut seen = vec![false; graph.len()];
    let (mut parts, mut queue) = (0, Vec::new());
    for start in 0..graph.len() as u32 {
        if seen[start as usize] || label(start) != zone {
            continue;
        }
        parts += 1;
        seen[start as usize] = true;
        queue.push(start);
        while let Some(unit) = queue.pop() {
            for &next in graph.neighbours(unit) {
                if !seen[next as usize] && label(next) == zone {
                    seen[next as usize] = true;
                    queue.push(next);
                }
            }
        }
    }
    parts
}
