//! Lines that stand in one state of a plan and not in the other: what a planner sees of a change.

use rstar::RTree;
use rstar::primitives::Line;
use rustc_hash::FxHashSet;

use crate::geometry::Point;
use crate::model::Plan;
use crate::topology::{Border, FaceId};

use super::Difference;

/// A line that a new node divided may have been rounded away by a cell; nobody sees that. Square of cells.
pub(super) const SAME: f64 = 2.5;

/// Lines between zones of a tier, or between faces where no tier is named, that stand in `of` and not in `other`, which is
/// another state of the same plan. O(borders), O(log) for each point of those that differ.
#[must_use]
pub fn lines_apart(of: &Plan, other: &Plan, tier: Option<usize>) -> Vec<Vec<Point>> {
    let difference = Difference::between(of, other);
    let redrawn: FxHashSet<_> = difference.borders.iter().copied().collect();
    let given = difference.tiers.iter().filter(|change| Some(change.tier) == tier);
    let given: FxHashSet<FaceId> = given.flat_map(|change| change.owners.iter().copied()).collect();
    let touched = |plan: &Plan| -> Vec<Border> {
        let borders = plan.coverage.borders().iter().filter(|(id, border)| {
            let faces = [border.left, border.right];
            redrawn.contains(id) || !given.is_empty() && faces.iter().flatten().any(|face| given.contains(face))
        });
        borders.filter(|(_, border)| parts(plan, tier, border)).map(|(_, border)| border.clone()).collect()
    };
    let there = Segments::of(touched(other).iter().map(|border| &*border.points));
    touched(of).iter().flat_map(|border| runs(&border.points, &there)).collect()
}

/// Whether a border lies between two zones of a tier, or between a zone and the outside.
fn parts(plan: &Plan, tier: Option<usize>, border: &Border) -> bool {
    let Some(tier) = tier else { return true };
    let owner = |face: Option<FaceId>| plan.tiers.get(tier)?.owner_of(face?);
    owner(border.left) != owner(border.right)
}

/// Segments of lines in an R-tree.
pub(super) struct Segments(RTree<Line<[f64; 2]>>);

impl Segments {
    /// O(n log n).
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a [Point]>) -> Self {
        let segment = |ends: &[Point]| Line::new(place(ends[0]), place(ends[1]));
        Self(RTree::bulk_load(lines.flat_map(|line| line.windows(2).map(segment)).collect()))
    }

    /// Whether a segment lies on them, or so near; the square of cells.
    pub(super) fn hold(&self, ends: &[Point], near: f64) -> bool {
        let [a, b] = [place(ends[0]), place(ends[1])];
        let middle = [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])];
        [a, b, middle].into_iter().all(|at| self.0.locate_within_distance(at, near).next().is_some())
    }
}

fn place(point: Point) -> [f64; 2] {
    [f64::from(point.x), f64::from(point.y)]
}

/// Stretches of a line that lie on none of some segments.
fn runs(points: &[Point], there: &Segments) -> Vec<Vec<Point>> {
    let mut found: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for ends in points.windows(2) {
        let apart = !there.hold(ends, SAME);
        match found.last_mut().filter(|_| open && apart) {
            Some(run) => run.push(ends[1]),
            None if apart => found.push(ends.to_vec()),
            None => {}
        }
        open = apart;
    }
    found
}
