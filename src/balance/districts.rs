//! The parts of a plan that are rebalanced one by one: the faces of a town among its grids, its grids among its squads.

use std::collections::BTreeMap;

use crate::base::Key as _;
use crate::geometry::length_m;
use crate::model::{Plan, Role, Tier, ZoneId};
use crate::topology::FaceId;

use super::barriers::barred;
use super::bonds::Bonds;
use super::rebalance::{Given, Rebalanced, Rebalancing};
use super::{Graph, Loads, Unit};

/// One graph to rebalance, and what its units and zones are in the plan.
#[derive(Clone, Debug, Default)]
pub(super) struct District {
    pub(super) graph: Graph,
    /// Faces of each unit.
    pub(super) faces: Vec<Vec<FaceId>>,
    /// Zone of each unit today.
    pub(super) home: Vec<u32>,
    /// Units that belonged to no zone before.
    pub(super) homeless: Vec<bool>,
    /// Units that stay where they are.
    pub(super) pinned: Vec<bool>,
    /// Zones that neither give nor take.
    pub(super) locked: Vec<bool>,
    /// Community of each unit, counted within the district.
    pub(super) community: Vec<u32>,
    /// Units that should go together: its community, or those it is kept together with.
    pub(super) block: Vec<u32>,
    /// Units that are kept together or apart.
    pub(super) bonds: Bonds,
    /// What each zone is in the plan: a grid or a squad.
    pub(super) zones: Vec<u32>,
    /// What each unit is in the plan, where it is a grid.
    pub(super) grids: Vec<ZoneId>,
}

impl District {
    /// Zones of the units when the moves of an answer are done.
    pub(super) fn labels_of(&self, answer: &Rebalanced) -> Vec<u32> {
        let mut labels = self.home.clone();
        let zone = |id: u32| self.zones.binary_search(&id).ok().map(|at| at as u32);
        for step in &answer.moves {
            match &step.given {
                Given::Land { faces, to, .. } => {
                    let Some(to) = zone(to.0) else { continue };
                    for (label, own) in labels.iter_mut().zip(&self.faces) {
                        if own.first().is_some_and(|face| faces.binary_search(face).is_ok()) {
                            *label = to;
                        }
                    }
                }
                Given::Beat { grid, to, .. } => {
                    let unit = self.grids.iter().position(|own| own == grid);
                    if let Some((unit, to)) = unit.zip(zone(to.0)) {
                        labels[unit] = to;
                    }
                }
            }
        }
        labels
    }

    /// Whether a grid is locked.
    pub(super) fn is_fixed(&self, zone: usize) -> bool {
        self.locked.get(zone).copied().unwrap_or(false)
    }

    /// The same with one zone unlocked.
    pub(super) fn unlocked(&self, zone: usize) -> Self {
        let mut free = self.clone();
        free.locked[zone] = false;
        for (pinned, &home) in free.pinned.iter_mut().zip(&free.home) {
            *pinned &= home as usize != zone;
        }
        free
    }

    /// Communities that lie in several zones.
    pub(super) fn cut_communities(&self, labels: &[u32]) -> usize {
        let mut pieces: Vec<(u32, u32)> = self.community.iter().copied().zip(labels.iter().copied()).collect();
        pieces.sort_unstable();
        pieces.dedup();
        pieces.chunk_by(|a, b| a.0 == b.0).filter(|zones| zones.len() > 1).count()
    }

    /// Work of each zone.
    pub(super) fn works(&self, labels: &[u32]) -> Vec<i64> {
        let mut works = vec![0; self.zones.len()];
        for (unit, &label) in self.graph.units().iter().zip(labels) {
            works[label as usize] += unit.weight;
        }
        works
    }
}

/// The zone of the parent tier that each zone of a tier lies in, by its first face; 0 for all where there is no parent
/// tier; `None` for zones without land.
pub(super) fn parents_of(plan: &Plan, tier: usize) -> Vec<Option<u32>> {
    let Some(zones) = plan.tiers.get(tier) else { return Vec::new() };
    let town = plan.tier_of(Role::Town).map(|(_, town)| town);
    let first = |faces: &Vec<FaceId>| {
        let &face = faces.first()?;
        town.map_or(Some(0), |town| town.owner_of(face).map(|zone| zone.0))
    };
    zones.faces_by_zone().iter().map(first).collect()
}

/// The graph of some faces, ascending, with what they share.
pub(super) fn graph_of(loads: &Loads, faces: &[FaceId], shared: &BTreeMap<(FaceId, FaceId), i64>) -> Graph {
    let unit_of = (0..).zip(faces).map(|(unit, &face)| (face, unit)).collect();
    graph(faces.iter().map(|&face| loads.face(face)), &unit_of, shared)
}

/// Adjacent faces and the millimetres they share; faces are not adjacent where most of what they share is a barrier.
pub(super) fn shared(plan: &Plan, barriers: &[usize]) -> BTreeMap<(FaceId, FaceId), i64> {
    let mut shared = BTreeMap::new();
    let barred = barred(plan, barriers);
    let mut across: BTreeMap<(FaceId, FaceId), i64> = BTreeMap::new();
    for (id, border) in plan.coverage.borders().iter() {
        if let (Some(a), Some(b)) = (border.left, border.right)
            && a != b
        {
            let length = (length_m(&border.points) * 1000.0).round() as i64;
            *shared.entry((a.min(b), a.max(b))).or_insert(0) += length;
            if let Some(part) = barred.get(&id) {
                *across.entry((a.min(b), a.max(b))).or_insert(0) += (length as f64 * part).round() as i64;
            }
        }
    }
    shared.retain(|pair, length| across.get(pair).is_none_or(|across| 2 * across <= *length));
    shared
}

/// Whether a grid stays as it is, or with its squad.
fn is_locked(grids: &Tier, zone: ZoneId, options: &Rebalancing) -> bool {
    options.locked.contains(&zone) || grids.zones.get(zone).is_some_and(|zone| zone.locked)
}

/// Whether a town is to be looked at.
fn is_asked(options: &Rebalancing, town: u32) -> bool {
    options.towns.is_empty() || options.towns.contains(&ZoneId(town))
}

/// Faces among the grids of each town, towns ascending.
pub(super) fn of_faces(plan: &Plan, loads: &Loads, grids: &Tier, options: &Rebalancing) -> Vec<District> {
    let town = plan.tier_of(Role::Town).map(|(_, town)| town);
    let community = plan.tier_of(Role::Community).map(|(_, tier)| tier);
    let parent = |face: FaceId| town.map_or(Some(0), |town| town.owner_of(face).map(|zone| zone.0));
    let mut members: BTreeMap<u32, Vec<(FaceId, ZoneId)>> = BTreeMap::new();
    for (face, &grid) in grids.owner.iter() {
        if let Some(town) = parent(face).filter(|&town| is_asked(options, town)) {
            members.entry(town).or_default().push((face, grid));
        }
    }
    let shared = shared(plan, &options.barriers);
    let district = |members: &Vec<(FaceId, ZoneId)>| {
        let mut zones: Vec<u32> = members.iter().map(|(_, grid)| grid.0).collect();
        zones.sort_unstable();
        zones.dedup();
        let locked: Vec<bool> = zones.iter().map(|&zone| is_locked(grids, ZoneId(zone), options)).collect();
        let home: Vec<u32> =
            members.iter().map(|(_, grid)| zones.partition_point(|&zone| zone < grid.0) as u32).collect();
        let unit_of: BTreeMap<FaceId, u32> =
            members.iter().enumerate().map(|(unit, &(face, _))| (face, unit as u32)).collect();
        let of_face = |face: FaceId| community.and_then(|tier| tier.owner_of(face)).map(|zone| zone.0);
        District {
            graph: graph(members.iter().map(|&(face, _)| loads.face(face)), &unit_of, &shared),
            faces: members.iter().map(|&(face, _)| vec![face]).collect(),
            homeless: vec![false; members.len()],
            pinned: (home.iter().zip(members))
                .map(|(&zone, (face, _))| locked[zone as usize] || options.keep.contains(face))
                .collect(),
            community: counted(members.iter().map(|&(face, _)| of_face(face))),
            home,
            locked,
            zones,
            ..District::default()
        }
    };
    members.values().map(district).collect()
}

/// Grids among the squads of each town, towns ascending. A squad is of the town whose code it names.
pub(super) fn of_grids(
    plan: &Plan,
    loads: &Loads,
    (tier, grids): (usize, &Tier),
    options: &Rebalancing,
) -> Vec<District> {
    let works = loads.of_zones(grids);
    let parents = parents_of(plan, tier);
    let faces = grids.faces_by_zone();
    let shared = shared(plan, &options.barriers);
    let mut towns: BTreeMap<u32, Vec<ZoneId>> = BTreeMap::new();
    for (grid, town) in parents.iter().enumerate() {
        if let Some(town) = town.as_ref().filter(|&&town| is_asked(options, town)) {
            towns.entry(*town).or_default().push(ZoneId(grid as u32));
        }
    }
    let district = |(&town, members): (&u32, &Vec<ZoneId>)| {
        let code = plan.tier_of(Role::Town).and_then(|(_, tier)| tier.zones.get(ZoneId(town))).map(|zone| &zone.code);
        let squads = plan.squads.iter().filter(|(_, squad)| code.is_none_or(|code| *code == squad.town));
        let zones: Vec<u32> = squads.map(|(id, _)| id.0).collect();
        let squad_of = |grid: &ZoneId| {
            let squad = plan.beats.get(*grid)?;
            zones.binary_search(&squad.0).ok().map(|at| at as u32)
        };
        let unit_of: BTreeMap<FaceId, u32> = (members.iter().enumerate())
            .flat_map(|(unit, grid)| faces[grid.index()].iter().map(move |&face| (face, unit as u32)))
            .collect();
        let own: Vec<Option<u32>> = members.iter().map(squad_of).collect();
        let graph = graph(members.iter().map(|grid| works[grid.index()]), &unit_of, &shared);
        let home = housed(&graph, &own, zones.len());
        District {
            home,
            homeless: own.iter().map(Option::is_none).collect(),
            pinned: members
                .iter()
                .map(|grid| {
                    let kept = faces[grid.index()].iter().all(|face| options.keep.contains(face));
                    kept || is_locked(grids, *grid, options)
                })
                .collect(),
            locked: vec![false; zones.len()],
            community: (0..members.len() as u32).collect(),
            faces: members.iter().map(|grid| faces[grid.index()].clone()).collect(),
            graph,
            zones,
            grids: members.clone(),
            ..District::default()
        }
    };
    // A beat of another town's squad is a fault to be reported, not to be rebalanced: such a grid counts as nobody's.
    towns.iter().map(district).filter(|district| !district.zones.is_empty()).collect()
}

/// The graph of units with these weights; faces of one unit are one.
fn graph(
    weights: impl Iterator<Item = i64>,
    unit_of: &BTreeMap<FaceId, u32>,
    shared: &BTreeMap<(FaceId, FaceId), i64>,
) -> Graph {
    let units = weights.map(|weight| Unit { weight, ..Unit::default() }).collect();
    let edges: Vec<(u32, u32, i64)> =
        shared.iter().filter_map(|((a, b), &length)| Some((*unit_of.get(a)?, *unit_of.get(b)?, length))).collect();
    Graph::new(units, &edges)
}

/// Numbers from 0 for keys, in the order they are met; what has no key is a community of its own.
fn counted(keys: impl Iterator<Item = Option<u32>>) -> Vec<u32> {
    let mut known = BTreeMap::new();
    let mut next = 0;
    keys.map(|key| {
        let number = key.and_then(|key| known.get(&key).copied()).unwrap_or(next);
        if number == next {
            next += 1;
            key.map(|key| known.insert(key, number));
        }
        number
    })
    .collect()
}

/// Gives every unit a zone: zones without any take the heaviest free unit, then the lightest zone that touches a free
/// unit takes it; what nothing touches goes to the lightest of all.
fn housed(graph: &Graph, own: &[Option<u32>], zones: usize) -> Vec<u32> {
    let mut labels = own.to_vec();
    let mut works = vec![0_i64; zones];
    let weight = |unit: usize| graph.units()[unit].weight;
    for (unit, label) in own.iter().enumerate() {
        if let Some(label) = label {
            works[*label as usize] += weight(unit);
        }
    }
    for zone in 0..zones as u32 {
        if !labels.contains(&Some(zone))
            && let Some(unit) =
                (0..labels.len()).filter(|&unit| labels[unit].is_none()).max_by_key(|&unit| weight(unit))
        {
            labels[unit] = Some(zone);
            works[zone as usize] += weight(unit);
        }
    }
    loop {
        let free = || (0..labels.len()).filter(|&unit| labels[unit].is_none());
        let touching = free()
            .flat_map(|unit| {
                graph
                    .neighbours(unit as u32)
                    .iter()
                    .filter_map(|&next| labels[next as usize])
                    .map(move |zone| (zone, unit))
            })
            .min_by_key(|&(zone, unit)| (works[zone as usize], unit));
        let lightest = || {
            free()
                .next()
                .zip((0..zones as u32).min_by_key(|&zone| works[zone as usize]))
                .map(|(unit, zone)| (zone, unit))
        };
        let Some((zone, unit)) = touching.or_else(lightest) else { break };
        labels[unit] = Some(zone);
        works[zone as usize] += weight(unit);
    }
    labels.into_iter().map(|label| label.unwrap_or(0)).collect()
}
