//! Nested tiers: a zone lies in one parent, and a parent is covered by its children.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Lang, Problem, Rule, Severity, Text};
use crate::model::{Plan, Tier, ZoneId};
use crate::topology::FaceId;

/// Zones of a tier whose faces lie in several parents, and parents with land that no zone of the tier owns.
///
/// Parents without any zone of the tier are left out of the second: towns outside the patrol area have no grids.
#[must_use]
pub fn parents(plan: &Plan, at: usize) -> Vec<Problem> {
    let (Some(tier), Some(parent)) = (plan.tiers.get(at), plan.parent_of(at).and_then(|up| plan.tiers.get(up))) else {
        return Vec::new();
    };
    let undivided = Undivided::new(plan, at);
    // Zones with land outside every parent that is no land of a zone left undivided above.
    let mut astray = BTreeSet::new();
    // Area, and a face of it, by child and by parent.
    let mut inside: BTreeMap<ZoneId, BTreeMap<Option<ZoneId>, (f64, FaceId)>> = BTreeMap::new();
    let mut bare: BTreeMap<ZoneId, (f64, FaceId)> = BTreeMap::new();
    let mut with_children = BTreeSet::new();
    for (id, face) in plan.coverage.faces().iter() {
        let area = plan.coverage.area_m2(face);
        let (child, up) = (tier.owner_of(id), parent.owner_of(id));
        let entry = match (child, up) {
            (Some(child), up) => {
                with_children.extend(up);
                if up.is_none() && !undivided.has(id) {
                    astray.insert(child);
                }
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
        let (code, name) = tier.words(child);
        let parents = ups.iter().filter(|(up, _)| up.is_some());
        let home = parents.max_by(|a, b| a.1.0.total_cmp(&b.1.0)).and_then(|(&up, _)| up);
        if home.is_none() && ups.len() == 1 && !astray.contains(&child) {
            continue;
        }
        // What lies in no parent is outside, also where it is most of the zone.
        for (up, (area, face)) in ups.into_iter().filter(|&(up, _)| up.is_none() || up != home) {
            let reason = reaches(&name, area, up, parent, home.is_none());
            problems.push(Problem {
                tier: Some(tier.name.clone()),
                zones: vec![code.clone()],
                area_m2: Some(area),
                place: place(face),
                remedies: vec![Text::new("Paint that land to a zone of its own parent", "将该部分划给其上级内的区划")],
                ..Problem::new(Rule::OutsideParent, Severity::Error, reason)
            });
        }
    }
    for (up, (area, face)) in bare.into_iter().filter(|(up, _)| with_children.contains(up)) {
        let (code, name) = parent.words(up);
        problems.push(Problem {
            tier: Some(tier.name.clone()),
            zones: vec![code],
            area_m2: Some(area),
            place: place(face),
            remedies: vec![Text::new("Paint the bare land to a zone", "将空白部分划入某一区划")],
            ..Problem::new(
                Rule::ParentNotCovered,
                Severity::Warning,
                Text::new(
                    format!("{area:.0} m² of {name} belong to no zone of {}", tier.called(Lang::En)),
                    format!("{name}有 {area:.0} m² 不属于任何{}", tier.called(Lang::Zh)),
                ),
            )
        });
    }
    problems
}

/// Zones of the tier above the parent's that have no zone of the parent's tier: towns outside the patrol area, of which no
/// communities are drawn.
struct Undivided<'a> {
    above: Option<&'a Tier>,
    /// The zones of that tier that have some.
    divided: BTreeSet<ZoneId>,
}

impl<'a> Undivided<'a> {
    /// O(faces).
    fn new(plan: &'a Plan, at: usize) -> Self {
        let up = plan.parent_of(at);
        let tier = |at| plan.tiers.get(at).map(Arc::as_ref);
        let above = up.and_then(|up| plan.parent_of(up)).and_then(tier);
        let parent = up.and_then(tier);
        let divided = |(above, parent): (&Tier, &Tier)| -> BTreeSet<ZoneId> {
            let faces = plan.coverage.faces().ids().filter(|&face| parent.owner_of(face).is_some());
            faces.filter_map(|face| above.owner_of(face)).collect()
        };
        Self { above, divided: above.zip(parent).map(divided).unwrap_or_default() }
    }

    /// Whether a face lies in one of them.
    fn has(&self, face: FaceId) -> bool {
        self.above.and_then(|above| above.owner_of(face)).is_some_and(|home| !self.divided.contains(&home))
    }
}

/// How far a zone reaches out of its parent, in words: into another one, or into none; wholly where it has none at all.
fn reaches(name: &str, area: f64, up: Option<ZoneId>, parent: &Tier, wholly: bool) -> Text {
    let (en, zh) = (parent.called(Lang::En).to_lowercase(), parent.called(Lang::Zh));
    match up.map(|up| parent.words(up).1) {
        Some(up) => Text::new(format!("{name} reaches {area:.0} m² into {up}"), format!("{name}伸入{up} {area:.0} m²")),
        None if wholly => Text::new(
            format!("{name} lies outside every {en}, with {area:.0} m²"),
            format!("{name}在所有{zh}之外，共 {area:.0} m²"),
        ),
        None => Text::new(
            format!("{name} reaches {area:.0} m² outside every {en}"),
            format!("{name}有 {area:.0} m² 在所有{zh}之外"),
        ),
    }
}
