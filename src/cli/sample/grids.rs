//! Today's grids: communities joined as they came, some cut. Their loads are uneven on purpose.

use std::collections::BTreeMap;

use super::build::touching;
use super::city::{City, Zone, by_rows};
use super::dice::Dice;

/// Groupings tried for a town; the one whose worst deviation comes nearest to [`WANTED`] is kept.
const TRIES: u64 = 60;
/// Worst deviation of a grid from its town's mean load that leaves balancing work to do.
const WANTED: f64 = 0.62;

/// Joins and cuts the communities of a town until it has its grids.
pub(super) fn group(city: &mut City, town: usize, quarters: &[Vec<u32>], neighbours: &[Vec<u32>], seed: u64) {
    let count = city.towns[town].grids;
    if count == 0 {
        return;
    }
    let load = |faces: &[u32]| faces.iter().map(|&face| city.blocks[face as usize].rate).sum::<f64>();
    let mut best: Option<(f64, Vec<Vec<u32>>)> = None;
    for attempt in 0..TRIES {
        let mut dice = Dice::new(seed, "grids", town as u64 * TRIES + attempt);
        let grids = arrange(quarters, count, neighbours, &mut dice);
        let loads: Vec<f64> = grids.iter().map(|faces| load(faces)).collect();
        let mean = loads.iter().sum::<f64>() / loads.len() as f64;
        let worst = loads.iter().map(|load| (load - mean).abs() / mean).fold(0.0, f64::max);
        let miss = (worst - WANTED).abs();
        if best.as_ref().is_none_or(|best| miss < best.0) {
            best = Some((miss, grids));
        }
    }
    let Some((_, grids)) = best else { return };
    for (place, &at) in by_rows(&city.mesh, &grids).iter().enumerate() {
        let short = city.towns[town].name.trim_end_matches("街道").trim_end_matches('镇');
        let zone = Zone { code: format!("{}{:03}", city.towns[town].code, place + 1), name: format!("{short}{}网格", place + 1), town };
        for &face in &grids[at] {
            city.blocks[face as usize].grid = Some(city.grids.len());
        }
        city.grids.push(zone);
    }
}

/// One way to group: in some towns a community is cut first, then neighbours are joined at random.
fn arrange(quarters: &[Vec<u32>], count: usize, neighbours: &[Vec<u32>], dice: &mut Dice) -> Vec<Vec<u32>> {
    let mut parts: Vec<Vec<u32>> = quarters.to_vec();
    let mut sizes: Vec<usize> = vec![1; parts.len()];
    if dice.chance(0.3) || parts.len() < count {
        let at = dice.below(parts.len());
        if let Some(half) = halve(&mut parts[at], neighbours, dice) {
            parts.push(half);
            sizes.push(1);
        }
    }
    while parts.len() > count {
        let owner: BTreeMap<u32, usize> =
            parts.iter().enumerate().flat_map(|(part, faces)| faces.iter().map(move |&face| (face, part))).collect();
        let pairs: Vec<(usize, usize)> = touching(&owner, neighbours).into_iter().collect();
        let small: Vec<(usize, usize)> =
            pairs.iter().copied().filter(|&(a, b)| sizes[a] + sizes[b] <= 3).collect();
        let choice = if small.is_empty() { &pairs } else { &small };
        let Some(&(a, b)) = choice.get(dice.below(choice.len())) else { break };
        let moved = parts.swap_remove(b);
        sizes[a] += sizes.swap_remove(b);
        parts[a].extend(moved);
    }
    parts
}

/// Takes a connected part of about a third to a half out of a part whose rest stays connected too.
fn halve(faces: &mut Vec<u32>, neighbours: &[Vec<u32>], dice: &mut Dice) -> Option<Vec<u32>> {
    let wanted = faces.len() as f64 * dice.between(0.35, 0.5);
    for _ in 0..8 {
        let mut taken = vec![faces[dice.below(faces.len())]];
        while (taken.len() as f64) < wanted {
            let next = faces.iter().copied().find(|face| {
                !taken.contains(face) && neighbours[*face as usize].iter().any(|other| taken.contains(other))
            })?;
            taken.push(next);
        }
        let rest: Vec<u32> = faces.iter().copied().filter(|face| !taken.contains(face)).collect();
        if connected(&rest, neighbours) {
            *faces = rest;
            return Some(taken);
        }
    }
    None
}

/// Whether faces hang together by edges.
fn connected(faces: &[u32], neighbours: &[Vec<u32>]) -> bool {
    let Some(&first) = faces.first() else { return false };
    let (mut reached, mut open) = (vec![first], vec![first]);
    while let Some(face) = open.pop() {
        for &next in &neighbours[face as usize] {
            if faces.contains(&next) && !reached.contains(&next) {
                reached.push(next);
                open.push(next);
            }
        }
    }
    reached.len() == faces.len()
}
