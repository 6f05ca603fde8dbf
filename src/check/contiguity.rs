//! A zone should be one piece: parts, and parts that touch in a point only.

use rustc_hash::FxHashSet;

use crate::base::{Problem, Rule, Severity, Text};
use crate::geometry::area_m2;
use crate::model::Plan;
use crate::topology::{Coverage, FaceId};

/// The connected parts of a set of faces, joined over borders, each ascending; the largest by area first.
#[must_use]
pub fn parts(coverage: &Coverage, faces: &[FaceId]) -> Vec<Vec<FaceId>> {
    let mut left: FxHashSet<FaceId> = faces.iter().copied().collect();
    let mut parts = Vec::new();
    for &start in faces {
        if !left.remove(&start) {
            continue;
        }
        let (mut part, mut at) = (vec![start], 0);
        while let Some(&face) = part.get(at) {
            part.extend(coverage.neighbours(face).into_iter().filter(|next| left.remove(next)));
            at += 1;
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts.sort_by_key(|part| (std::cmp::Reverse(doubled_area(coverage, part)), part[0]));
    parts
}

fn doubled_area(coverage: &Coverage, faces: &[FaceId]) -> i128 {
    faces.iter().filter_map(|&face| coverage.faces().get(face)).map(|face| face.doubled_area).sum()
}

/// Zones of a tier that fall in parts. Islands are often right, so this is a warning.
#[must_use]
pub fn contiguity(plan: &Plan, tier: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(tier) else { return Vec::new() };
    let faces = tier.faces_by_zone();
    let mut problems = Vec::new();
    for (id, zone) in tier.zones.iter() {
        let parts = parts(&plan.coverage, &faces[id.0 as usize]);
        let [main, others @ ..] = parts.as_slice() else { continue };
        let Some(second) = others.first() else { continue };
        let area = doubled_area(&plan.coverage, &others.concat());
        let at = plan.coverage.point_in(second[0]);
        let touching = others.iter().filter(|part| share_a_node(&plan.coverage, main, part)).count();
        let (rule, en, zh) = if touching == others.len() {
            (Rule::PointTouch, "parts that touch in a point only", "部分仅以点相接")
        } else {
            (Rule::NotContiguous, "separate parts", "部分互不相连")
        };
        problems.push(Problem {
            tier: Some(tier.name.clone()),
            zones: vec![zone.code.clone()],
            area_m2: at.map(|at| area_m2(area, at.y)),
            place: at.map(Into::into),
            remedies: vec![Text::new(
                "Give the smaller part to a neighbour, or leave an island as it is",
                "将较小部分划给相邻区划;确为岛屿则保留",
            )],
            ..Problem::new(
                rule,
                Severity::Warning,
                Text::new(
                    format!("{} is in {} {en}", zone.name, parts.len()),
                    format!("{}有 {} 个{zh}", zone.name, parts.len()),
                ),
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
