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
}

/// Beyond this many open groups the first that can go is taken, not the best.
const COMPARED: usize = 200;

/// Moves that lead from the district's homes towards `goal`, best first among those that can go: a community's units
/// together, else one by one. What could never go without tearing a zone apart stays where it is.
pub(super) fn sequence(district: &District, goal: &[u32]) -> Vec<Group> {
    let mut labels = district.home.clone();
    let mut works = vec![0_i64; district.zones.len()];
    for (unit, &label) in district.graph.units().iter().zip(&labels) {
        works[label as usize] += unit.weight;
    }
    let mut moves = Vec::new();
    loop {
        let open = groups(district, &labels, goal);
        let singles =
            || open.iter().flat_map(|group| group.units.iter().map(|&unit| Group { units: vec![unit], ..*group }));
        let next = best(district, &labels, &works, &open)
            .or_else(|| best(district, &labels, &works, &singles().collect::<Vec<_>>()));
        let Some(group) = next else { return moves };
        for &unit in &group.units {
            let work = district.graph.units()[unit as usize].weight;
            labels[unit as usize] = group.to;
            works[group.from as usize] -= work;
            works[group.to as usize] += work;
        }
        moves.push(group);
    }
}

/// The zones of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    community: u32,
    from: u32,
    to: u32,
}

/// Connected units of one community that have the same way to go.
fn groups(district: &District, labels: &[u32], goal: &[u32]) -> Vec<Group> {
    let ends = |unit: u32| {
        let at = unit as usize;
        (labels[at] != goal[at]).then(|| Ends { community: district.community[at], from: labels[at], to: goal[at] })
    };
    let mut seen = vec![false; labels.len()];
    let mut groups = Vec::new();
    for start in 0..labels.len() as u32 {
        let Some(way) = ends(start).filter(|_| !seen[start as usize]) else { continue };
        seen[start as usize] = true;
        let mut units = vec![start];
        let mut at = 0;
        while let Some(&unit) = units.get(at) {
            at += 1;
            for &next in district.graph.neighbours(unit) {
                if !seen[next as usize] && ends(next) == Some(way) {
                    seen[next as usize] = true;
                    units.push(next);
                }
            }
        }
        units.sort_unstable();
        groups.push(Group { units, from: way.from, to: way.to });
    }
    groups
}

fn best(district: &District, labels: &[u32], works: &[i64], open: &[Group]) -> Option<Group> {
    let mut can = open.iter().filter(|group| can_go(&district.graph, labels, group));
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

/// Whether neither zone falls into more parts than before, and the giver keeps something.
fn can_go(graph: &Graph, labels: &[u32], group: &Group) -> bool {
    let mut after: BTreeMap<u32, u32> = BTreeMap::new();
    after.extend(group.units.iter().map(|&unit| (unit, group.to)));
    let now = |unit: u32| labels[unit as usize];
    let then = |unit: u32| after.get(&unit).copied().unwrap_or(labels[unit as usize]);
    let left = parts(graph, group.from, &then);
    left > 0
        && left <= parts(graph, group.from, &now).max(1)
        && parts(graph, group.to, &then) <= parts(graph, group.to, &now).max(1)
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
