//! The independent checker: recomputes everything about a division from its labels, sharing nothing with the search.

use super::bonds::Bonds;
use super::objective::{Costs, SCORE, roundness};
use super::{Graph, Objective, Partitioning};

/// What is true of a division.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// The objective, in its own unit.
    pub value: f64,
    /// Weight of each zone.
    pub weights: Vec<i64>,
    /// Whether every zone's weight lies in the window.
    pub feasible: bool,
    /// Whether every zone has units and they are connected.
    pub contiguous: bool,
    /// Whether units are together and apart as was asked for.
    pub bound: bool,
}

/// Checks a division of a graph into `zones`. O(n + m), for inertia O(Σ size²).
///
/// A label of `zones` or more makes a division neither feasible nor contiguous.
#[must_use]
pub fn certify(graph: &Graph, zones: usize, labels: &[u32], wanted: &Partitioning) -> Certificate {
    let (window, objective, unit) = (wanted.window, wanted.objective, wanted.length_unit);
    let mut weights = vec![0; zones];
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); zones];
    for (at, &label) in labels.iter().enumerate() {
        let (Some(sum), Some(list)) = (weights.get_mut(label as usize), members.get_mut(label as usize)) else {
            return Certificate { value: f64::NAN, weights, feasible: false, contiguous: false, bound: false };
        };
        *sum += graph.units().get(at).map_or(0, |unit| unit.weight);
        list.push(at as u32);
    }
    let all = labels.len() == graph.len();
    Certificate {
        value: value(graph, labels, &members, objective, unit),
        feasible: all && weights.iter().all(|&weight| window.0 <= weight && weight <= window.1),
        contiguous: all && members.iter().all(|members| is_connected(graph, labels, members)),
        bound: all && is_bound(&wanted.bonds, labels),
        weights,
    }
}

fn value(graph: &Graph, labels: &[u32], members: &[Vec<u32>], objective: Objective, unit: f64) -> f64 {
    let is_cut = |a: u32, b: u32| labels[a as usize] != labels[b as usize];
    let cut = || graph.edges().filter(|&(a, b, _)| is_cut(a, b));
    match objective {
        Objective::Cut => cut().count() as f64,
        Objective::Length => cut().map(|(.., length)| length).sum::<i64>() as f64 / unit,
        Objective::Inertia => from_best_centres(graph, members, &Costs::squares(graph)),
        Objective::Travel => from_best_centres(graph, members, &Costs::travel(graph)),
        Objective::PolsbyPopper => {
            let mut perimeters = vec![0; members.len()];
            let mut areas = vec![0; members.len()];
            for (unit, &label) in graph.units().iter().zip(labels) {
                perimeters[label as usize] += unit.outline;
                areas[label as usize] += unit.area;
            }
            for (a, b, length) in cut() {
                perimeters[labels[a as usize] as usize] += length;
                perimeters[labels[b as usize] as usize] += length;
            }
            let sum: f64 = perimeters.iter().zip(&areas).map(|(&around, &area)| roundness(around, area)).sum();
            sum / SCORE / members.len() as f64
        }
    }
}

fn is_bound(bonds: &Bonds, labels: &[u32]) -> bool {
    let zones = |group: &Vec<u32>| -> std::collections::BTreeSet<Option<u32>> {
        group.iter().map(|&unit| labels.get(unit as usize).copied()).collect()
    };
    bonds.together().iter().all(|group| zones(group).len() == 1)
        && bonds.apart().iter().all(|[one, two]| zones(one).is_disjoint(&zones(two)))
}

fn from_best_centres(graph: &Graph, members: &[Vec<u32>], costs: &Costs) -> f64 {
    let cost = |members: &[u32], centre| -> f64 { members.iter().map(|&unit| costs.of(graph, unit, centre)).sum() };
    let best = |members: &Vec<u32>| members.iter().map(|&centre| cost(members, centre)).min_by(f64::total_cmp);
    members.iter().filter_map(best).sum::<f64>() / costs.per_unit()
}

fn is_connected(graph: &Graph, labels: &[u32], members: &[u32]) -> bool {
    let Some(&first) = members.first() else { return false };
    let mut seen = std::collections::BTreeSet::from([first]);
    let mut queue = vec![first];
    while let Some(unit) = queue.pop() {
        for &next in graph.neighbours(unit) {
            if labels[next as usize] == labels[first as usize] && seen.insert(next) {
                queue.push(next);
            }
        }
    }
    seen.len() == members.len()
}
