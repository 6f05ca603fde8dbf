//! Properties that a command leaves behind: what was said of a zone's land before it changed may no longer be true of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Plan, Tier, ZoneId, households};
use crate::topology::FaceId;

use super::Difference;
use super::difference::TierDifference;

/// Less land than this is no change: what rounding moves where a new line meets a border, m².
const SLIVER_M2: f64 = 1.0;

/// Marks the properties of zones whose land a command changed, but for code, name and what is computed; takes the mark
/// from properties that it wrote. O(chunks + what changed).
pub(super) fn marked(before: &Plan, mut after: Plan) -> Plan {
    let difference = Difference::between(before, &after);
    for at in 0..after.tiers.len() {
        let (Some(old), Some(new)) = (before.tiers.get(at), after.tiers.get(at)) else { continue };
        let change = difference.tiers.iter().find(|change| change.tier == at);
        let redrawn = redrawn(before, &after, (old, new), &difference.faces, change);
        let written = change.map(|change| change.zones.as_slice()).unwrap_or_default();
        let concerned: BTreeSet<ZoneId> = redrawn.iter().chain(written).copied().collect();
        let counted = at == after.base;
        let marks: Vec<(ZoneId, BTreeSet<String>)> = concerned
            .into_iter()
            .filter_map(|zone| Some((zone, marks(old, new, (zone, counted), &redrawn)?)))
            .collect();
        if marks.is_empty() {
            continue;
        }
        let Some(tier) = after.tiers.get_mut(at).map(Arc::make_mut) else { continue };
        for (id, stale) in marks {
            if let Some(zone) = tier.zones.get(id).cloned() {
                tier.zones.set(id, Some(crate::model::Zone { stale, ..zone }));
            }
        }
    }
    after
}

/// Zones of a tier that have other land than before.
fn redrawn(
    before: &Plan,
    after: &Plan,
    (old, new): (&Tier, &Tier),
    faces: &[FaceId],
    change: Option<&TierDifference>,
) -> BTreeSet<ZoneId> {
    let mut lands: BTreeMap<ZoneId, f64> = BTreeMap::new();
    let mut add = |plan: &Plan, tier: &Tier, face: FaceId, sign: f64| {
        if let (Some(zone), Some(value)) = (tier.owner_of(face), plan.coverage.faces().get(face)) {
            *lands.entry(zone).or_default() += sign * plan.coverage.area_m2(value);
        }
    };
    for &face in faces {
        add(before, old, face, -1.0);
        add(after, new, face, 1.0);
    }
    let mut zones: BTreeSet<ZoneId> = BTreeSet::new();
    let is_drawn = |face: &FaceId| faces.binary_search(face).is_ok();
    for &face in change.iter().flat_map(|change| &change.owners).filter(|face| !is_drawn(face)) {
        zones.extend([old, new].into_iter().filter_map(|tier| tier.owner_of(face)));
    }
    zones.extend(lands.into_iter().filter(|(_, area)| area.abs() >= SLIVER_M2).map(|(zone, _)| zone));
    zones
}

/// The marks a zone has after a command; `None` where they are those it has.
fn marks(
    old: &Tier,
    new: &Tier,
    (id, counted): (ZoneId, bool),
    redrawn: &BTreeSet<ZoneId>,
) -> Option<BTreeSet<String>> {
    let zone = new.zones.get(id)?;
    // Households of the base tier go with the land.
    let carried = households(&zone.attributes).map(|(key, _)| key).filter(|_| counted);
    let was = old.zones.get(id);
    let own = [new.code_key.as_deref(), new.name_key.as_deref(), Some("code"), Some("name"), carried];
    let kept = |key: &&String| !own.contains(&Some(key.as_str())) && !new.computed.contains_key(*key);
    let mut stale = zone.stale.clone();
    if redrawn.contains(&id) {
        stale.extend(zone.attributes.keys().filter(kept).cloned());
    }
    let written = |key: &String| was.is_some_and(|was| was.attributes.get(key) != zone.attributes.get(key));
    stale.retain(|key| !written(key) && zone.attributes.contains_key(key));
    (stale != zone.stale).then_some(stale)
}
