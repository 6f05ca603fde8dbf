//! From towns to communities, blocks and grids.

use std::collections::{BTreeMap, BTreeSet};

use super::city::{Block, City, Class, Road, Town, Zone, by_rows, divide};
use super::dice::Dice;
use super::mesh::{Mesh, OUTSIDE, Spot, centre, doubled_area, twin};

/// The faces of a town: by community (one entry without a community where the town has none), each a list of blocks.
type Quarters = Vec<Vec<u32>>;

/// Divides all towns; face `n` of the mesh is town `n`. `districts` are codes and names. Grids come later.
pub(super) fn build(
    mesh: Mesh,
    towns: Vec<Town>,
    roads: Vec<Road>,
    districts: Vec<(String, String)>,
    seed: u64,
) -> City {
    let mut city = City { mesh, roads, districts, towns, ..City::default() };
    let quarters: Vec<Quarters> = (0..city.towns.len()).map(|town| quarters(&mut city, town, seed)).collect();
    city.blocks = vec![Block::default(); city.mesh.faces.len()];
    for (town, quarters) in quarters.iter().enumerate() {
        number(&mut city, town, quarters, seed);
    }
    city
}

/// Cuts a town into communities and these into blocks.
fn quarters(city: &mut City, town: usize, seed: u64) -> Quarters {
    let City { mesh, towns, roads, .. } = city;
    let it = &towns[town];
    let mut dice = Dice::new(seed, "streets", town as u64);
    let weight = |ring: &[Spot]| doubled_area(ring) * (0.12 + it.density(centre(ring)));
    let short = it.short().to_owned();
    let main = |cut: usize| {
        let name = it.streets.get(cut).map_or_else(|| format!("{short}示意{}路", cut + 1), |name| (*name).to_owned());
        roads.push(Road { name, class: if cut < 2 { Class::Arterial } else { Class::Secondary } });
        roads.len() as u32 - 1
    };
    let parts = divide(mesh, vec![town as u32], it.communities.max(1), weight, it.grain, &mut dice, main);
    let all: f64 = parts.iter().map(|&part| weight(&mesh.ring_spots(part)).sqrt()).sum();
    let mut lanes = 0;
    parts
        .into_iter()
        .map(|part| {
            let share = weight(&mesh.ring_spots(part)).sqrt() / all;
            let count = if it.blocks == 0 { 1 } else { (it.blocks as f64 * share).round().max(5.0) as usize };
            let lane = |cut: usize| {
                lanes += 1;
                let class = if cut * 3 < count { Class::Street } else { Class::Lane };
                let kind = if class == Class::Street { "街" } else { "巷" };
                roads.push(Road { name: format!("{short}示意{lanes}{kind}"), class });
                roads.len() as u32 - 1
            };
            divide(mesh, vec![part], count, weight, it.grain, &mut dice, lane)
        })
        .collect()
}

/// Gives communities and blocks their codes, names and figures.
fn number(city: &mut City, town: usize, quarters: &Quarters, seed: u64) {
    let it = city.towns[town].clone();
    let short = it.short().to_owned();
    for (place, &quarter) in by_rows(&city.mesh, quarters).iter().enumerate() {
        let community = (it.communities > 0).then_some(city.communities.len());
        let serial = if community.is_some() { place + 1 } else { 0 };
        let code = format!("{}{serial:03}", it.code);
        if community.is_some() {
            let name =
                it.known.get(place).map_or_else(|| format!("{short}示意{serial}社区"), |name| format!("{name}社区"));
            city.communities.push(Zone { code: code.clone(), name, town });
        }
        let single: Vec<Vec<u32>> = quarters[quarter].iter().map(|&face| vec![face]).collect();
        for (place, &at) in by_rows(&city.mesh, &single).iter().enumerate() {
            let face = quarters[quarter][at];
            let ring = city.mesh.ring_spots(face);
            let mut dice = Dice::new(seed, "block", u64::from(face));
            let (spot, area_m2) = (centre(&ring), doubled_area(&ring) / 2.0);
            let density = it.density(spot);
            let homes = area_m2 / 10_000.0 * density * density * 60.0 * it.busy * it.busy * dice.between(0.3, 1.7);
            city.blocks[face as usize] = Block {
                code: format!("{code}{:03}", place + 1),
                name: format!("{short}{serial}-{}", place + 1),
                town,
                community,
                grid: None,
                centre: spot,
                area_m2,
                households: if dice.chance(0.06) { 0 } else { homes as u32 + u32::from(density > 0.2) * 8 },
                rate: density
                    * (area_m2 / 10_000.0).sqrt()
                    * dice.between(0.4, 1.6)
                    * if dice.chance(0.05) { 2.5 } else { 1.0 },
            };
        }
    }
    // A town's incidents follow from how busy it is and how many communities it has, not from how finely it was cut.
    let blocks = || quarters.iter().flatten().map(|&face| face as usize);
    let sum: f64 = blocks().map(|face| city.blocks[face].rate).sum();
    let wanted = it.busy * if it.patrol { it.communities as f64 + 3.0 } else { 0.0 };
    for face in blocks() {
        city.blocks[face].rate *= wanted / sum.max(1e-9);
    }
}

/// Faces that share an edge.
pub(super) fn neighbours(mesh: &Mesh) -> Vec<Vec<u32>> {
    let mut sets = vec![BTreeSet::new(); mesh.faces.len()];
    for half in 0..mesh.halves.len() as u32 {
        let (here, there) = (mesh.half(half).face, mesh.half(twin(half)).face);
        if here != OUTSIDE && there != OUTSIDE {
            sets[here as usize].insert(there);
        }
    }
    sets.into_iter().map(|set| set.into_iter().collect()).collect()
}

/// Pairs of parts of a town that share an edge, by the part of each face.
pub(super) fn touching(parts: &BTreeMap<u32, usize>, neighbours: &[Vec<u32>]) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for (&face, &part) in parts {
        for other in neighbours[face as usize].iter().filter_map(|other| parts.get(other)) {
            if *other != part {
                pairs.insert((part.min(*other), part.max(*other)));
            }
        }
    }
    pairs
}
