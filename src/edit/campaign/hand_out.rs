//! The package of a town: the whole plan, so that the neighbours are seen, with all land but its own locked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Plan, Role, Tier, ZoneId, people};
use crate::topology::FaceId;

/// The towns that have land: zones of the town tier.
#[must_use]
pub fn towns(plan: &Plan) -> Vec<ZoneId> {
    let Some((_, tier)) = plan.tier_of(Role::Town) else { return Vec::new() };
    let lists = tier.faces_by_zone();
    tier.zones.ids().filter(|zone| lists.get(zone.0 as usize).is_some_and(|faces| !faces.is_empty())).collect()
}

/// The plan as a town gets it: zones that do not lie in the town are locked, and so are the tiers of towns and above.
/// What is locked already stays so. People stay in the office.
#[must_use]
pub fn hand_out(plan: &Plan, town: ZoneId) -> Plan {
    people::strip(&locked(plan, town)).0
}

/// The plan with all land locked but a town's own.
pub(super) fn locked(plan: &Plan, town: ZoneId) -> Plan {
    let mut package = plan.clone();
    // Findings of the files may name people, and are the office's to settle.
    package.intake = Arc::default();
    let Some((at, towns)) = plan.tier_of(Role::Town) else { return package };
    let above = Role::Town.parents();
    for (place, tier) in package.tiers.iter_mut().enumerate() {
        let open: Vec<ZoneId> = if place == at { vec![town] } else { inside(tier, towns, town) };
        let tier = Arc::make_mut(tier);
        tier.locked |= place == at || above.contains(&tier.role);
        let shut: Vec<ZoneId> = tier.zones.ids().filter(|zone| open.binary_search(zone).is_err()).collect();
        for zone in shut {
            if let Some(mut value) = tier.zones.get(zone).cloned().filter(|value| !value.locked) {
                value.locked = true;
                tier.zones.set(zone, Some(value));
            }
        }
    }
    package
}

/// Zones of a tier all of whose land lies in a town, ascending.
fn inside(tier: &Tier, towns: &Tier, town: ZoneId) -> Vec<ZoneId> {
    let mut whole: BTreeMap<ZoneId, bool> = BTreeMap::new();
    let is_in = |face: FaceId| towns.owner_of(face) == Some(town);
    for (face, &zone) in tier.owner.iter() {
        *whole.entry(zone).or_insert(true) &= is_in(face);
    }
    whole.into_iter().filter(|(_, whole)| *whole).map(|(zone, _)| zone).collect()
}

/// The town a package was made for: the one zone of its town tier that is not locked.
#[must_use]
pub fn town_of(package: &Plan) -> Option<ZoneId> {
    let (_, towns) = package.tier_of(Role::Town)?;
    let mut open = towns.zones.iter().filter(|(_, zone)| !zone.locked).map(|(town, _)| town);
    let town = open.next()?;
    (towns.locked && open.next().is_none()).then_some(town)
}
