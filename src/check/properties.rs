//! Properties that were kept when the land of their zone changed.

use crate::base::{Problem, Rule, Severity, Text};
use crate::model::{Plan, Zone};

/// Zones whose land changed and whose properties may no longer be true, each with the names of those. O(zones).
#[must_use]
pub fn properties(plan: &Plan, at: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(at) else { return Vec::new() };
    let stale = |zone: &Zone| !zone.stale.is_empty();
    if !tier.zones.iter().any(|(_, zone)| stale(zone)) {
        return Vec::new();
    }
    let faces = tier.faces_by_zone();
    let problem = |(id, zone): (crate::model::ZoneId, &Zone)| {
        let keys: Vec<&str> = zone.stale.iter().map(String::as_str).collect();
        let (code, name) = tier.words(id);
        let face = faces.get(id.0 as usize).and_then(|faces| faces.first());
        Problem {
            tier: Some(tier.name.clone()),
            zones: vec![code],
            place: face.and_then(|&face| plan.coverage.point_in(face)).map(Into::into),
            remedies: vec![Text::new(
                "Check the values and correct them in the properties of the zone",
                "请核对并在属性中更正",
            )],
            ..Problem::new(
                Rule::NotUpdated,
                Severity::Warning,
                Text::new(
                    format!("the land of {name} changed; not updated: {}", keys.join(", ")),
                    format!("{name}的范围已变更，以下属性未随之更新：{}", keys.join("、")),
                ),
            )
        }
    };
    tier.zones.iter().filter(|(_, zone)| stale(zone)).map(problem).collect()
}
