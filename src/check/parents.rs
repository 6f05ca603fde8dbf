//! Nested tiers: a zone lies in one parent, and a parent is covered by its children.

use std::collections::BTreeMap;

use crate::base::{Lang, Problem, Rule, Severity, Text};
use crate::model::{Plan, ZoneId};
use crate::topology::FaceId;

/// Zones of a tier whose faces lie in several parents, and parents with land that no zone of the tier owns.
///
/// Parents without any zone of the tier are left out of the second: towns outside the patrol area have no grids.
#[must_use]
pub fn parents(plan: &Plan, at: usize) -> Vec<Problem> {
    let (Some(tier), Some(parent)) = (plan.tiers.get(at), plan.parent_of(at).and_then(|up| plan.tiers.get(up))) else {
        return Vec::new();
    };
    // Area, and a face of it, by child and by parent.
    let mut inside: BTreeMap<ZoneId, BTreeMap<Option<ZoneId>, (f64, FaceId)>> = BTreeMap::new();
    let mut bare: BTreeMap<ZoneId, (f64, FaceId)> = BTreeMap::new();
    let mut with_children = std::collections::BTreeSet::new();
    for (id, face) in plan.coverage.faces().iter() {
        let area = plan.coverage.area_m2(face);
        let (child, up) = (tier.owner_of(id), parent.owner_of(id));
        let entry = match (child, up) {
            (Some(child), up) => {
                with_children.extend(up);
                inside.entry(child).or_default().entry(up).or_insert((0.0, id))
            }
            (None, Some(up)) => bare.entry(up).or_insert((0.0, id)),
            (None, None) => continue,
        };
        entry.0 += area;
    }
    let place = |face: FaceId| plan.coverage.point_in(face).map(Into::into);
    let mut problems = Vec::new();
    for (child, ups) in inside {
        let Some(zone) = tier.zones.get(child) else { continue };
        let home = ups.iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0)).and_then(|(&up, _)| up);
        for (up, (area, face)) in ups.into_iter().filter(|&(up, _)| up != home) {
            let name = up.and_then(|up| parent.zones.get(up)).map_or("-", |zone| zone.name.as_str());
            problems.push(Problem {
                tier: Some(tier.name.clone()),
                zones: vec![zone.code.clone()],
                area_m2: Some(area),
                place: place(face),
                remedies: vec![Text::new("Paint that land to a zone of its own parent", "将该部分划给其上级内的区划")],
                ..Problem::new(
                    Rule::OutsideParent,
                    Severity::Error,
                    Text::new(
                        format!("{} reaches {area:.0} m² into {name}", zone.name),
                        format!("{}伸入{name} {area:.0} m²", zone.name),
                    ),
                )
            });
        }
    }
    for (up, (area, face)) in bare.into_iter().filter(|(up, _)| with_children.contains(up)) {
        let Some(zone) = parent.zones.get(up) else { continue };
        problems.push(Problem {
            tier: Some(tier.name.clone()),
            zones: vec![zone.code.clone()],
            area_m2: Some(area),
            place: place(face),
            remedies: vec![Text::new("Paint the bare land to a zone", "将空白部分划入某一区划")],
            ..Problem::new(
                Rule::ParentNotCovered,
                Severity::Warning,
                Text::new(
                    format!("{area:.0} m² of {} belong to no zone of {}", zone.name, tier.called(Lang::En)),
                    format!("{}有 {area:.0} m² 不属于任何{}", zone.name, tier.called(Lang::Zh)),
                ),
            )
        });
    }
    problems
}
