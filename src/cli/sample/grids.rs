//! Today's grids: communities joined as they came, some cut. Their loads are uneven on purpose.

use std::collections::BTreeMap;

use super::build::{neighbours, touching};
use super::city::{City, Zone, by_rows};
use super::dice::Dice;

/// Worst deviations of a grid from its town's mean load that leave balancing work to do; each town gets one between.
const WANTED: (f64, f64) = (0.42, 0.85);

/// Joins and cuts the communities of every town until it has its grids.
///
/// Of `tries` groupings the one is kept whose worst deviation from the town's mean comes nearest to one drawn from
/// [`WANTED`]. `loads` is by block.
pub(super) fn group(mut city: City, loads: &[f64], tries: u64, seed: u64) -> City {
    let neighbours = neighbours(&city.mesh);
    let mut quarters = vec![Vec::new(); city.communities.len()];
    for (face, block) in city.blocks.iter().enumerate() {
        if let Some(community) = block.community {
            quarters[community].push(face as u32);
        }
    }
    let mut first = 0;
    for town in 0..city.towns.len() {
        let count = city.communities[first..].iter().take_while(|zone| zone.town == town).count();
        let own = &quarters[first..first + count];
        first += count;
        if city.towns[town].grids == 0 || own.is_empty() {
            continue;
        }
        let wanted = Dice::new(seed, "uneven", town as u64).between(WANTED.0, WANTED.1);
        let attempts = (0..tries).map(|attempt| {
            let mut dice = Dice::new(seed, "grids", town as u64 * 1_000 + attempt);
            arrange(own, city.towns[town].grids, &neighbours, &mut dice)
        });
        let grids = nearest(attempts, loads, wanted);
        number(&mut city, town, &grids);
    }
    city
}

/// The grouping whose worst deviation from the mean load is nearest to the one wanted.
fn nearest(attempts: impl Iterator<Item = Vec<Vec<u32>>>, loads: &[f64], wanted: f64) -> Vec<Vec<u32>> {
    let mut best = (f64::MAX, Vec::new());
    for grids in attempts {
        let sums: Vec<f64> = grids.iter().map(|faces| faces.iter().map(|&face| loads[face as usize]).sum()).collect();
        let mean = (sums.iter().sum::<f64>() / sums.len() as f64).max(1e-9);
        let worst = sums.iter().map(|load| (load - mean).abs() / mean).fold(0.0, f64::max);
        let miss = (worst - wanted).abs();
        if miss < best.0 {
            best = (miss, grids);
        }
    }
    best.1
}

/// Gives the grids of a town their codes and names.
fn number(city: &mut City, town: usize, grids: &[Vec<u32>]) {
    let short = city.towns[town].short().to_owned();
    for (place, &at) in by_rows(&city.mesh, grids).iter().enumerate() {
        let code = format!("{}{:03}", city.towns[town].code, place + 1);
        for &face in &grids[at] {
            city.blocks[face as usize].grid = Some(city.grids.len());
        }
        city.grids.push(Zone { code, name: format!("{short}{}网格", place + 1), town });
    }
}

/// One way to group: in some towns a community is cut first, then neighbours are joined at random.
fn arrange(quarters: &[Vec<u32>], count: usize, neighbours: &[Vec<u32>], dice: &mut Dice) -> Vec<Vec<u32>> {
    let mut parts: Vec<Vec<u32>> = quarters.to_vec();
    let mut sizes: Vec<usize> = vec![1; parts.len()];
    if dice.chance(0.5) || parts.len() < count {
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
        let small: Vec<(usize, usize)> = pairs.iter().copied().filter(|&(a, b)| sizes[a] + sizes[b] <= 3).collect();
        let choice = if small.is_empty() { &pairs } else { &small };
        let Some(&(a, b)) = choice.get(dice.below(choice.len())) else { break };
        let moved = parts.swap_remove(b);
        sizes[a] += sizes.swap_remove(b);
        parts[a].extend(moved);
    }
    parts
}

/// Takes a connected part of about a third to a half out of a part whose rest stays connected too.
pub(super) fn halve(faces: &mut Vec<u32>, neighbours: &[Vec<u32>], dice: &mut Dice) -> Option<Vec<u32>> {
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
