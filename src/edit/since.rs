//! What changed between two states of a plan, zone by zone, in figures.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Cancelled, Progress};
use crate::model::{Plan, ZoneId};
use crate::topology::{FaceId, between};

use super::Difference;

/// A zone at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneState {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its area, m².
    pub area_m2: f64,
}

/// A zone that differs: in land, code or name.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneChange {
    /// Place of the tier in the order.
    pub tier: usize,
    /// The zone.
    pub zone: ZoneId,
    /// As it was; `None` for a new zone.
    pub before: Option<ZoneState>,
    /// As it is; `None` for one that ended.
    pub after: Option<ZoneState>,
    /// Land it took, by whose it was, m²; `None` is land that nobody had, or from outside the map.
    pub from: BTreeMap<Option<ZoneId>, f64>,
    /// Land it gave, by whose it is now, m².
    pub to: BTreeMap<Option<ZoneId>, f64>,
}

impl ZoneChange {
    /// Land taken less land given, m².
    #[must_use]
    pub fn net_m2(&self) -> f64 {
        self.from.values().sum::<f64>() - self.to.values().sum::<f64>()
    }
}

/// What differs between two states of one plan, by tier and zone. O(faces + points of the faces that differ, log).
///
/// # Errors
/// When the job was cancelled.
pub fn since(old: &Plan, new: &Plan, progress: &Progress) -> Result<Vec<ZoneChange>, Cancelled> {
    let difference = Difference::between(old, new);
    let pieces = between(&old.coverage, &new.coverage, &difference.faces, progress)?;
    let redrawn: BTreeSet<FaceId> = difference.faces.iter().copied().collect();
    let count = old.tiers.len().max(new.tiers.len());
    let mut changes = Vec::new();
    for tier in 0..count {
        let owner = |plan: &Plan, face: Option<FaceId>| plan.tiers.get(tier)?.owner_of(face?);
        let mut moved: BTreeMap<[Option<ZoneId>; 2], f64> = BTreeMap::new();
        for &(before, after, area) in &pieces {
            *moved.entry([owner(old, before), owner(new, after)]).or_default() += area;
        }
        let given = difference.tiers.iter().find(|change| change.tier == tier);
        for &face in given.iter().flat_map(|change| &change.owners).filter(|face| !redrawn.contains(face)) {
            if let Some(value) = new.coverage.faces().get(face) {
                let pair = [owner(old, Some(face)), owner(new, Some(face))];
                *moved.entry(pair).or_default() += new.coverage.area_m2(value);
            }
        }
        moved.retain(|[from, to], area| from != to && *area > 0.0);
        let mut concerned: BTreeSet<ZoneId> = moved.keys().flatten().flatten().copied().collect();
        concerned.extend(given.iter().flat_map(|change| &change.zones).copied());
        let areas = [old, new].map(|plan| if concerned.is_empty() { Vec::new() } else { areas(plan, tier) });
        let states = |zone| [state(old, tier, zone, &areas[0]), state(new, tier, zone, &areas[1])];
        changes.extend(concerned.into_iter().filter_map(|zone| change(states(zone), (tier, zone), &moved)));
    }
    Ok(changes)
}

fn change(
    [before, after]: [Option<ZoneState>; 2],
    (tier, zone): (usize, ZoneId),
    moved: &BTreeMap<[Option<ZoneId>; 2], f64>,
) -> Option<ZoneChange> {
    let from = moved.iter().filter(|([_, to], _)| *to == Some(zone)).map(|(&[from, _], &area)| (from, area)).collect();
    let to = moved.iter().filter(|([from, _], _)| *from == Some(zone)).map(|(&[_, to], &area)| (to, area)).collect();
    let change = ZoneChange { tier, zone, before, after, from, to };
    let named = |state: &Option<ZoneState>| state.as_ref().map(|state| (state.code.clone(), state.name.clone()));
    let differs = named(&change.before) != named(&change.after) || !change.from.is_empty() || !change.to.is_empty();
    differs.then_some(change)
}

/// Area of each zone slot of a tier, m².
fn areas(plan: &Plan, tier: usize) -> Vec<f64> {
    let Some(tier) = plan.tiers.get(tier) else { return Vec::new() };
    let mut areas = vec![0.0; tier.zones.slots()];
    for (face, zone) in tier.owner.iter() {
        if let (Some(area), Some(face)) = (areas.get_mut(zone.0 as usize), plan.coverage.faces().get(face)) {
            *area += plan.coverage.area_m2(face);
        }
    }
    areas
}

fn state(plan: &Plan, tier: usize, id: ZoneId, areas: &[f64]) -> Option<ZoneState> {
    let zone = plan.tiers.get(tier)?.zones.get(id)?;
    let area_m2 = areas.get(id.0 as usize).copied().unwrap_or(0.0);
    Some(ZoneState { code: zone.code.clone(), name: zone.name.clone(), area_m2 })
}
