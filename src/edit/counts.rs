//! Households of base units whose land is divided or joined: they go with the land, so that none is lost and none is
//! counted twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::base::Progress;
use crate::model::{Plan, Tier, Zone, ZoneId, households};
use crate::topology::{FaceId, between};

use super::Difference;

/// Households by the zones of the base tier that land went from and to.
type Shares = BTreeMap<(ZoneId, Option<ZoneId>), f64>;

/// Gives every zone of the base tier the households of the land it has now, where the zones say how many they have and a
/// command gave land from one to another. O(chunks + what changed).
pub(super) fn carried(before: &Plan, mut after: Plan) -> Plan {
    let at = after.base;
    let (Some(old), Some(new)) = (before.tiers.get(at), after.tiers.get(at)) else { return after };
    let difference = Difference::between(before, &after);
    let Some(change) = difference.tiers.iter().find(|change| change.tier == at) else { return after };
    let known = old.zones.iter().any(|(_, zone)| households(&zone.attributes).is_some());
    if change.owners.is_empty() || !known {
        return after;
    }
    let mut lands: Shares = Shares::new();
    let mut add = |from: Option<ZoneId>, to: Option<ZoneId>, area: f64| {
        if let Some(from) = from {
            *lands.entry((from, to)).or_default() += area;
        }
    };
    let pieces = between(&before.coverage, &after.coverage, &difference.faces, &Progress::default());
    for (was, is, area) in pieces.unwrap_or_default() {
        add(was.and_then(|face| old.owner_of(face)), is.and_then(|face| new.owner_of(face)), area);
    }
    let redrawn: BTreeSet<FaceId> = difference.faces.iter().copied().collect();
    for &face in change.owners.iter().filter(|face| !redrawn.contains(face)) {
        let area = before.coverage.faces().get(face).map_or(0.0, |value| before.coverage.area_m2(value));
        add(old.owner_of(face), new.owner_of(face), area);
    }
    lands.retain(|(from, to), area| *to != Some(*from) && *area >= SLIVER_M2);
    let counts = moved(before, old, &lands);
    let wanted: Vec<(ZoneId, Zone)> =
        counts.into_iter().filter_map(|(id, count)| Some((id, written(new.zones.get(id)?, count)?))).collect();
    if !wanted.is_empty() {
        let tier = Arc::make_mut(&mut after.tiers[at]);
        wanted.into_iter().for_each(|(id, zone)| tier.zones.set(id, Some(zone)));
    }
    after
}

/// Less land than this takes nobody along: what rounding moves, m².
const SLIVER_M2: f64 = 1.0;

/// The households of every zone that gave or took land.
fn moved(before: &Plan, old: &Tier, lands: &Shares) -> BTreeMap<ZoneId, f64> {
    let mut counts: BTreeMap<ZoneId, f64> = BTreeMap::new();
    let count = |id: ZoneId| old.zones.get(id).and_then(|zone| households(&zone.attributes)).map(|(_, count)| count);
    let faces = old.faces_by_zone();
    for (&(from, to), &area) in lands {
        let Some(had) = count(from) else { continue };
        let whole = before.coverage.area_of_m2(faces.get(from.0 as usize).map_or(&[], Vec::as_slice));
        // Whole households, so that the sum stays what it was.
        let share = (had * area / whole.max(area)).round();
        let left = counts.entry(from).or_insert(had);
        let share = share.min(*left);
        *left -= share;
        if let Some(to) = to {
            *counts.entry(to).or_insert_with(|| count(to).unwrap_or(0.0)) += share;
        }
    }
    counts
}

/// The zone with another number of households, in the property that says so; `None` where nothing changes.
fn written(zone: &Zone, count: f64) -> Option<Zone> {
    let (key, now) = households(&zone.attributes)?;
    if (now - count).abs() < f64::EPSILON {
        return None;
    }
    let mut attributes = (*zone.attributes).clone();
    let value = match attributes.get(key) {
        Some(Value::String(_)) => Value::String(count.to_string()),
        _ if count.fract() == 0.0 => Value::from(count as i64),
        _ => Value::from(count),
    };
    attributes.insert(key.to_owned(), value);
    Some(Zone { attributes: Arc::new(attributes), ..zone.clone() })
}
