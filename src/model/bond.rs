//! Zones that are always in one grid, or never: 同归一格, 不可同格.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ZoneId;

/// What the engine keeps of some zones of a tier: communities or blocks as to their grid, grids as to their squad.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bond {
    /// Place of their tier in the order.
    pub tier: usize,
    /// The zones, two or more.
    pub zones: BTreeSet<ZoneId>,
    /// Whether no two of them may be together; else all of them are.
    pub apart: bool,
}

/// Zones that bonds keep both together and apart, where there are such: the tier and the two zones.
#[must_use]
pub fn opposed(bonds: &BTreeSet<Bond>) -> Option<(usize, [ZoneId; 2])> {
    let mut group: BTreeMap<(usize, ZoneId), ZoneId> = BTreeMap::new();
    for bond in bonds.iter().filter(|bond| !bond.apart) {
        let known = |zone: &ZoneId| group.get(&(bond.tier, *zone)).copied().unwrap_or(*zone);
        let old: BTreeSet<ZoneId> = bond.zones.iter().map(known).collect();
        let Some(&name) = old.first() else { continue };
        group.extend(bond.zones.iter().map(|&zone| ((bond.tier, zone), name)));
        group
            .iter_mut()
            .filter(|((tier, _), of)| *tier == bond.tier && old.contains(of))
            .for_each(|(_, of)| *of = name);
    }
    bonds.iter().filter(|bond| bond.apart).find_map(|bond| {
        let mut seen: BTreeMap<ZoneId, ZoneId> = BTreeMap::new();
        bond.zones.iter().find_map(|&zone| {
            let name = group.get(&(bond.tier, zone))?;
            seen.insert(*name, zone).map(|other| (bond.tier, [other, zone]))
        })
    })
}
