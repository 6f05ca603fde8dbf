//! Names that stand twice where people would take one zone for the other.

use std::collections::BTreeMap;

use crate::base::{Problem, Rule, Severity, Text};
use crate::edit::home;
use crate::model::{Plan, ZoneId};

/// Zones of one tier and one parent with one name. The same name in another town is no fault. O(faces).
#[must_use]
pub fn names(plan: &Plan, at: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(at) else { return Vec::new() };
    let mut by_name: BTreeMap<&str, Vec<ZoneId>> = BTreeMap::new();
    for (id, zone) in tier.zones.iter().filter(|(_, zone)| !zone.name.is_empty()) {
        by_name.entry(&zone.name).or_default().push(id);
    }
    by_name.retain(|_, zones| zones.len() > 1);
    if by_name.is_empty() {
        return Vec::new();
    }
    let (up, faces) = (plan.parent_of(at), tier.faces_by_zone());
    let parent = |zone: &ZoneId| home(plan, up?, faces.get(zone.0 as usize)?);
    let mut problems = Vec::new();
    for (name, mut zones) in by_name {
        zones.sort_by_key(|zone| (parent(zone), *zone));
        for same in zones.chunk_by(|a, b| parent(a) == parent(b)).filter(|same| same.len() > 1) {
            let codes: Vec<String> = same.iter().map(|&zone| tier.words(zone).0).collect();
            let face = same.get(1).and_then(|zone| faces.get(zone.0 as usize)?.first());
            let (count, list) = (same.len(), codes.join(", "));
            let reason = Text::new(
                format!("{count} zones are called {name}: {list}"),
                format!("{count} 个区划同名“{name}”:{list}"),
            );
            problems.push(Problem {
                tier: Some(tier.name.clone()),
                zones: codes,
                place: face.and_then(|&face| plan.coverage.point_in(face)).map(Into::into),
                remedies: vec![Text::new("Name them apart", "请改用不同名称")],
                ..Problem::new(Rule::DuplicateName, Severity::Note, reason)
            });
        }
    }
    problems
}
