//! Whether a division of a district can be had from today's: what a command of the planner would refuse, and what the
//! search itself obeys.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{Plan, Role};
use crate::topology::FaceId;

use super::Dealt;
use super::bonds::Bonds;
use super::districts::District;

/// A mark of land that belongs to no unit of the district.
const NO_UNIT: u32 = u32::MAX;

/// What a division of a district is held against.
pub(super) struct Footing<'a> {
    district: &'a District,
    /// Units that are in each zone today or in the goal.
    reach: Vec<Vec<u32>>,
    /// Connected parts of each zone today.
    parts: Vec<usize>,
    land: Option<Land>,
    /// Every bond by itself, and the units it is about.
    bonds: Vec<(Bonds, BTreeSet<u32>)>,
}

/// The faces of the district's zones, as the commands judge them.
struct Land {
    beside: Vec<Vec<u32>>,
    of_unit: Vec<Vec<u32>>,
    /// Faces of each zone that are no unit: land in another town.
    fixed: Vec<Vec<u32>>,
    /// The zone of each face today and the part of it.
    origin: Vec<(u32, u32)>,
}

impl<'a> Footing<'a> {
    /// Of divisions on the way from today's to a goal. O(faces of the tier).
    pub(super) fn new(plan: &Plan, district: &'a District, goal: &[u32], dealt: Dealt) -> Self {
        let mut reach = vec![Vec::new(); district.zones.len()];
        for unit in 0..district.graph.len() as u32 {
            let (home, goal) = (district.home[unit as usize], goal[unit as usize]);
            reach[home as usize].push(unit);
            if goal != home {
                reach[goal as usize].push(unit);
            }
        }
        let single = |together: &[Vec<u32>], apart: &[Vec<Vec<u32>>]| {
            let units = together.iter().chain(apart.iter().flatten()).flatten().copied().collect();
            (Bonds::new(together, apart), units)
        };
        let together = district.bonds.together().iter().map(|group| single(std::slice::from_ref(group), &[]));
        let apart = district.bonds.apart().iter().map(|pair| single(&[], &[pair.to_vec()]));
        let bonds = together.chain(apart).collect();
        let mut footing = Self {
            district,
            reach,
            parts: Vec::new(),
            land: (dealt == Dealt::Grids).then(|| Land::of(plan, district)),
            bonds,
        };
        footing.parts = (0..district.zones.len() as u32).map(|zone| footing.parts_of(zone, &district.home)).collect();
        footing
    }

    /// The district.
    pub(super) fn district(&self) -> &'a District {
        self.district
    }

    /// How many things there are to hold: zones, then bonds.
    pub(super) fn rules(&self) -> usize {
        self.district.zones.len() + self.bonds.len()
    }

    /// Whether a rule has to do with units that go from one zone to another.
    pub(super) fn concerns(&self, rule: usize, units: &[u32], from: u32, to: u32) -> bool {
        match rule.checked_sub(self.district.zones.len()) {
            None => rule == from as usize || rule == to as usize,
            Some(bond) => units.iter().any(|unit| self.bonds[bond].1.contains(unit)),
        }
    }

    /// Whether a rule holds in a division: a zone stands, a bond is broken no more than today.
    pub(super) fn holds(&self, rule: usize, labels: &[u32]) -> bool {
        let zones = self.district.zones.len();
        match rule.checked_sub(zones) {
            None => self.zone_stands(rule as u32, labels),
            Some(bond) => {
                let broken = |labels: &[u32]| self.bonds[bond].0.broken(zones, labels);
                broken(labels) <= broken(&self.district.home)
            }
        }
    }

    /// A zone keeps land, falls into no more parts than today, and no part of it is torn or made of others' land alone.
    fn zone_stands(&self, zone: u32, labels: &[u32]) -> bool {
        let (parts, before) = (self.parts_of(zone, labels), self.parts[zone as usize]);
        (parts > 0 || before == 0)
            && parts <= before.max(1)
            && self.land.as_ref().is_none_or(|land| land.stands(zone, &self.reach[zone as usize], labels))
    }

    /// Connected parts of a zone as the search sees them: nothing is connected across a barrier.
    fn parts_of(&self, zone: u32, labels: &[u32]) -> usize {
        let own = self.reach[zone as usize].iter().copied().filter(|&unit| labels[unit as usize] == zone);
        components(own, |unit| self.district.graph.neighbours(unit)).len()
    }
}

impl Land {
    fn of(plan: &Plan, district: &District) -> Self {
        let mut unit_of: FxHashMap<FaceId, u32> = FxHashMap::default();
        for (unit, faces) in (0..).zip(&district.faces) {
            unit_of.extend(faces.iter().map(|&face| (face, unit)));
        }
        let (mut faces, mut zones, mut units) = (Vec::new(), Vec::new(), Vec::new());
        if let Some((_, grids)) = plan.tier_of(Role::Grid) {
            for (face, grid) in grids.owner.iter() {
                if let Ok(zone) = district.zones.binary_search(&grid.0) {
                    faces.push(face);
                    zones.push(zone as u32);
                    units.push(unit_of.get(&face).copied().unwrap_or(NO_UNIT));
                }
            }
        }
        let node_of: FxHashMap<FaceId, u32> = faces.iter().copied().zip(0..).collect();
        let beside = |&face: &FaceId| -> Vec<u32> {
            plan.coverage.neighbours(face).iter().filter_map(|next| node_of.get(next).copied()).collect()
        };
        let beside: Vec<Vec<u32>> = faces.iter().map(beside).collect();
        let mut land = Self {
            of_unit: vec![Vec::new(); district.graph.len()],
            fixed: vec![Vec::new(); district.zones.len()],
            origin: zones.iter().map(|&zone| (zone, 0)).collect(),
            beside,
        };
        let mut own: Vec<Vec<u32>> = vec![Vec::new(); district.zones.len()];
        for (node, (&zone, &unit)) in (0..).zip(zones.iter().zip(&units)) {
            own[zone as usize].push(node);
            match land.of_unit.get_mut(unit as usize) {
                Some(nodes) => nodes.push(node),
                None => land.fixed[zone as usize].push(node),
            }
        }
        for nodes in own {
            let parts = components(nodes.into_iter(), |node| &land.beside[node as usize]);
            for (part, nodes) in (0..).zip(parts) {
                nodes.into_iter().for_each(|node| land.origin[node as usize].1 = part);
            }
        }
        land
    }

    /// As the commands judge it: every part holds land of a part of today, and no part of today is in two.
    fn stands(&self, zone: u32, reach: &[u32], labels: &[u32]) -> bool {
        let units = reach.iter().filter(|&&unit| labels[unit as usize] == zone);
        let nodes = units.flat_map(|&unit| &self.of_unit[unit as usize]).chain(&self.fixed[zone as usize]);
        let parts = components(nodes.copied(), |node| &self.beside[node as usize]);
        if parts.len() <= 1 {
            return !parts.is_empty();
        }
        let mut seen = BTreeSet::new();
        parts.into_iter().all(|part| {
            let home = |node: u32| Some(self.origin[node as usize]).filter(|origin| origin.0 == zone);
            let origins: BTreeSet<u32> = part.into_iter().filter_map(home).map(|origin| origin.1).collect();
            !origins.is_empty() && origins.into_iter().all(|origin| seen.insert(origin))
        })
    }
}

/// The connected parts of some things.
fn components<'b>(all: impl Iterator<Item = u32>, beside: impl Fn(u32) -> &'b [u32]) -> Vec<Vec<u32>> {
    let order: Vec<u32> = all.collect();
    let mut left: FxHashSet<u32> = order.iter().copied().collect();
    let mut parts = Vec::new();
    for start in order {
        if !left.remove(&start) {
            continue;
        }
        let (mut part, mut at) = (vec![start], 0);
        while let Some(&one) = part.get(at) {
            at += 1;
            part.extend(beside(one).iter().filter(|next| left.remove(next)));
        }
        parts.push(part);
    }
    parts
}
