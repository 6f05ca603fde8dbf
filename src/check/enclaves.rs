//! Zones that lie wholly inside another zone.

use std::collections::BTreeMap;

use crate::base::{Problem, Rule, Severity, Text};
use crate::model::{Plan, ZoneId};

/// Zones of a tier with one neighbour all around. Often meant (a campus, a reservoir), so this is a note. O(borders).
#[must_use]
pub fn enclaves(plan: &Plan, at: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(at) else { return Vec::new() };
    // The one neighbour of a zone; `None` once there is another, or nothing, beyond one of its borders.
    let mut around: BTreeMap<ZoneId, Option<ZoneId>> = BTreeMap::new();
    for (_, border) in plan.coverage.borders().iter() {
        let [one, other] = [border.left, border.right].map(|face| tier.owner_of(face?));
        for (zone, beyond) in [(one, other), (other, one)] {
            let Some(zone) = zone.filter(|_| one != other) else { continue };
            let known = around.entry(zone).or_insert(beyond);
            if *known != beyond {
                *known = None;
            }
        }
    }
    // Of two zones that have only each other, neither encloses.
    let mutual = |zone: ZoneId, beyond: ZoneId| around.get(&beyond) == Some(&Some(zone));
    let enclosed: Vec<(ZoneId, ZoneId)> = around
        .iter()
        .filter_map(|(&zone, &beyond)| Some((zone, beyond?)))
        .filter(|&(zone, beyond)| !mutual(zone, beyond))
        .collect();
    let faces = if enclosed.is_empty() { Vec::new() } else { tier.faces_by_zone() };
    let problem = |&(zone, beyond): &(ZoneId, ZoneId)| {
        let [(code, name), (other_code, other)] = [zone, beyond].map(|zone| tier.words(zone));
        let own = faces.get(zone.0 as usize)?;
        let place = own.first().and_then(|&face| plan.coverage.point_in(face));
        Some(Problem {
            tier: Some(tier.name.clone()),
            zones: vec![code, other_code],
            area_m2: Some(plan.coverage.area_of_m2(own)),
            place: place.map(Into::into),
            remedies: vec![Text::new("Merge the two, or leave it as it is", "合并两者;确属如此则保留")],
            ..Problem::new(
                Rule::Enclave,
                Severity::Note,
                Text::new(format!("{name} lies wholly inside {other}"), format!("{name}完全位于{other}内部")),
            )
        })
    };
    enclosed.iter().filter_map(problem).collect()
}
