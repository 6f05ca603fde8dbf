//! Divides a graph into a given number of connected zones of like weight.

use std::sync::Arc;
use std::time::Duration;

use crate::base::{Progress, Refusal, Text};

use super::anneal::Rules;
use super::bonds::Bonds;
use super::multilevel::{LARGE, multilevel};
use super::objective::{Centred, Costs, Cut, Length, PolsbyPopper};
use super::search::{Found, search};
use super::{Budget, Certificate, Graph, Objective, certify};

/// Graphs of more units are not begun from grown zones where what is measured from centres is made small.
const GROWN: usize = 1_000;
/// Epochs of the search for the division they begin from.
const BEGUN: u32 = 4;

/// What to divide into.
#[derive(Clone, Debug, PartialEq)]
pub struct Partitioning {
    /// Number of zones.
    pub zones: usize,
    /// Least and most weight of a zone.
    pub window: (i64, i64),
    /// Units that are kept together or apart.
    pub bonds: Bonds,
    /// What is made small.
    pub objective: Objective,
    /// The seed.
    pub seed: u64,
    /// When to stop.
    pub budget: Budget,
    /// How many counts of length make one unit of the input.
    pub length_unit: f64,
}

/// A division found.
#[derive(Clone, Debug, PartialEq)]
pub struct Partitioned {
    /// Zone of each unit, counted from 0 in the order of their lowest units.
    pub labels: Vec<u32>,
    /// What the independent checker says of it.
    pub certificate: Certificate,
    /// Epochs searched.
    pub epochs: u32,
    /// The epoch after which the division was known, and how long that took.
    pub found: (u32, Duration),
    /// Independent starts, and how many of them met a division as good by themselves; none where it was put together from
    /// zones that several met.
    pub starts: (u32, u32),
    /// Proposals made, by all threads together.
    pub trials: u64,
}

/// Divides a graph; equal for equal seed and epochs on any number of threads.
///
/// # Errors
/// When there are fewer units than zones, or the graph falls into more parts than zones.
pub fn partition(graph: &Graph, wanted: &Partitioning, progress: &Progress) -> Result<Partitioned, Refusal> {
    let zones = wanted.zones;
    check(graph, zones)?;
    let (heat, warm) = heat(wanted.objective);
    let mut rules = Rules {
        zones,
        window: wanted.window,
        blocks: Vec::new(),
        pinned: Vec::new(),
        bonds: Arc::new(wanted.bonds.clone()),
        from: None,
        heat,
        penalty: None,
        cycle: None,
        warm,
    };
    if is_centred(wanted.objective) && graph.len() > GROWN && zones > 1 {
        rules.from = Some(begun(graph, &rules, wanted.seed, progress));
    }
    let mut found = if graph.len() > LARGE && zones > 1 {
        by_levels(graph, &rules, wanted, progress)
    } else {
        at_once(graph, &rules, wanted, progress)
    };
    renumber(&mut found.best.labels, zones);
    let labels = found.best.labels;
    let certificate = certify(graph, zones, &labels, wanted);
    Ok(Partitioned {
        labels,
        certificate,
        epochs: found.epochs,
        found: found.at,
        starts: found.chains,
        trials: found.trials,
    })
}

/// Whether an objective is measured from centres, which are units: it has no coarse form.
fn is_centred(objective: Objective) -> bool {
    matches!(objective, Objective::Inertia | Objective::Travel)
}

/// A division by levels with few adjacencies between zones, to begin with: grown zones of many units take long to get into
/// the window while every step is measured from centres.
fn begun(graph: &Graph, rules: &Rules, seed: u64, progress: &Progress) -> Vec<u32> {
    let edges: Vec<(u32, u32, i64)> = graph.edges().map(|(a, b, _)| (a, b, 1)).collect();
    let counted = Graph::new(graph.units().to_vec(), &edges);
    let effort = (seed, Budget::Epochs(BEGUN));
    multilevel((graph, &Cut), (&counted, |_: &Graph| Length), rules, effort, progress).best.labels
}

fn at_once(graph: &Graph, rules: &Rules, wanted: &Partitioning, progress: &Progress) -> Found {
    let (seed, budget) = (wanted.seed, wanted.budget);
    match wanted.objective {
        Objective::Cut => search(graph, rules, &Cut, seed, budget, progress, |_| {}),
        Objective::Length => search(graph, rules, &Length, seed, budget, progress, |_| {}),
        Objective::Inertia | Objective::Travel => {
            let costs =
                if wanted.objective == Objective::Travel { Costs::travel(graph) } else { Costs::squares(graph) };
            search(graph, rules, &Centred::new(costs), seed, budget, progress, |_| {})
        }
        Objective::PolsbyPopper => search(graph, rules, &PolsbyPopper::new(graph), seed, budget, progress, |_| {}),
    }
}

/// What is measured from centres is searched at once, from [`begun`].
fn by_levels(graph: &Graph, rules: &Rules, wanted: &Partitioning, progress: &Progress) -> Found {
    let effort = (wanted.seed, wanted.budget);
    match wanted.objective {
        Objective::Cut => {
            // On coarse levels the number of adjacencies is their length.
            let edges: Vec<(u32, u32, i64)> = graph.edges().map(|(a, b, _)| (a, b, 1)).collect();
            let counted = Graph::new(graph.units().to_vec(), &edges);
            multilevel((graph, &Cut), (&counted, |_: &Graph| Length), rules, effort, progress)
        }
        Objective::Length => multilevel((graph, &Length), (graph, |_: &Graph| Length), rules, effort, progress),
        Objective::PolsbyPopper => {
            multilevel((graph, &PolsbyPopper::new(graph)), (graph, PolsbyPopper::new), rules, effort, progress)
        }
        Objective::Inertia | Objective::Travel => at_once(graph, rules, wanted, progress),
    }
}

/// First and last temperature of a cycle, and that of chains that collect zones.
fn heat(objective: Objective) -> ((f64, f64), f64) {
    match objective {
        Objective::Cut => ((1.2, 0.1), 1.0),
        Objective::Length | Objective::PolsbyPopper | Objective::Inertia | Objective::Travel => ((1.0, 0.02), 0.4),
    }
}

/// Zones in the order of their lowest units, so that equal divisions have equal labels.
fn renumber(labels: &mut [u32], zones: usize) {
    let mut number = vec![u32::MAX; zones];
    let mut next = 0;
    for label in labels {
        let known = &mut number[*label as usize];
        if *known == u32::MAX {
            *known = next;
            next += 1;
        }
        *label = *known;
    }
}

fn check(graph: &Graph, zones: usize) -> Result<(), Refusal> {
    let cannot =
        Text::new(format!("Cannot divide into {zones} connected zones"), format!("无法划分为 {zones} 个连通分区"));
    let units = graph.len();
    if zones == 0 || zones > units {
        return Err(Refusal::new(
            cannot,
            Text::new(format!("there are {units} units"), format!("共有 {units} 个单元")),
            Text::new(format!("Ask for 1 to {units} zones"), format!("请填写 1 至 {units}")),
        ));
    }
    let (_, parts) = graph.parts();
    if parts > zones {
        return Err(Refusal::new(
            cannot,
            Text::new(
                format!("the units fall into {parts} parts that do not touch"),
                format!("单元分为互不相邻的 {parts} 部分"),
            ),
            Text::new(
                "Add adjacencies (bridges, ferries) or ask for more zones",
                "请补充邻接关系(桥梁、渡口)或增加分区数",
            ),
        ));
    }
    Ok(())
}
