//! Where a search starts that has no plan to start from.

use super::Graph;
use super::random::Random;

/// Grows `zones` connected zones from random seeds, at least one in every part of the graph, always the lightest zone
/// that can still grow. O((n + m) k).
///
/// Needs `parts <= zones <= n`, which the caller has checked.
pub(super) fn grow(graph: &Graph, zones: usize, random: &mut Random) -> Vec<u32> {
    const FREE: u32 = u32::MAX;
    let mut labels = vec![FREE; graph.len()];
    let mut edge: Vec<Vec<u32>> = vec![Vec::new(); zones];
    let mut weights = vec![0_i64; zones];
    for (zone, seed) in seeds(graph, zones, random).into_iter().enumerate() {
        labels[seed as usize] = zone as u32;
        weights[zone] = graph.units()[seed as usize].weight;
        edge[zone].extend_from_slice(graph.neighbours(seed));
    }
    let mut growing: Vec<usize> = (0..zones).collect();
    while let Some(&zone) = growing.iter().min_by_key(|&&zone| (weights[zone], zone)) {
        let Some(pick) = (!edge[zone].is_empty()).then(|| random.below(edge[zone].len())) else {
            growing.retain(|&other| other != zone);
            continue;
        };
        let unit = edge[zone].swap_remove(pick);
        if labels[unit as usize] == FREE {
            labels[unit as usize] = zone as u32;
            weights[zone] += graph.units()[unit as usize].weight;
            edge[zone].extend(graph.neighbours(unit).iter().filter(|&&next| labels[next as usize] == FREE));
        }
    }
    labels
}

/// One seed in every part, the others anywhere; all different.
fn seeds(graph: &Graph, zones: usize, random: &mut Random) -> Vec<u32> {
    let (part, parts) = graph.parts();
    let mut shuffled: Vec<u32> = (0..graph.len() as u32).collect();
    for at in (1..shuffled.len()).rev() {
        shuffled.swap(at, random.below(at + 1));
    }
    let mut served = vec![false; parts];
    let (mut first, rest): (Vec<u32>, Vec<u32>) =
        shuffled.into_iter().partition(|&unit| !std::mem::replace(&mut served[part[unit as usize] as usize], true));
    first.extend(rest);
    first.truncate(zones);
    first
}
