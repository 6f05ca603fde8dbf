//! A zone should be one piece: parts, and parts that touch in a point only.

use rustc_hash::FxHashSet;

use crate::base::{Problem, Rule, Severity, Text};
use crate::model::Plan;
use crate::topology::{Coverage, FaceId, parts};

/// Zones of a tier that fall in parts. Islands are often right, so this is a warning.
#[must_use]
pub fn contiguity(plan: &Plan, tier: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(tier) else { return Vec::new() };
    let faces = tier.faces_by_zone();
    let mut problems = Vec::new();
    for id in tier.zones.ids() {
        let parts = parts(&plan.coverage, &faces[id.0 as usize]);
        let [main, others @ ..] = parts.as_slice() else { continue };
        let Some(second) = others.first() else { continue };
        let (code, name) = tier.words(id);
        let at = plan.coverage.point_in(second[0]);
        let touching = others.iter().filter(|part| share_a_node(&plan.coverage, main, part)).count();
        let (rule, en, zh) = if touching == others.len() {
            (Rule::PointTouch, "parts that touch in a point only", "部分仅以点相接")
        } else {
            (Rule::NotContiguous, "separate parts", "部分互不相连")
        };
        problems.push(Problem {
            tier: Some(tier.name.clone()),
            zones: vec![code],
            area_m2: Some(plan.coverage.area_of_m2(&others.concat())),
            place: at.map(Into::into),
            remedies: vec![Text::new(
                "Give the smaller part to a neighbour, or leave an island as it is",
                "将较小部分划给相邻区划;确为岛屿则保留",
            )],
            ..Problem::new(
                rule,
                Severity::Warning,
                Text::new(format!("{name} is in {} {en}", parts.len()), format!("{name}有 {} 个{zh}", parts.len())),
            )
        });
    }
    problems
}

/// Whether two sets of faces meet in a node.
fn share_a_node(coverage: &Coverage, one: &[FaceId], two: &[FaceId]) -> bool {
    let nodes = |faces: &[FaceId]| -> FxHashSet<_> {
        faces
            .iter()
            .filter_map(|&face| coverage.faces().get(face))
            .flat_map(|face| face.rings.iter().flat_map(|ring| ring.iter()))
            .filter_map(|edge| coverage.borders().get(edge.border()))
            .flat_map(|border| [border.from, border.to])
            .collect()
    };
    let one = nodes(one);
    nodes(two).iter().any(|node| one.contains(node))
}
