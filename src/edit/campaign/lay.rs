//! The lines of a package laid into the plan, face by face with what every state says of the land.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::geometry::{Bounds, Point};
use crate::index::{Hit, Index};
use crate::model::Plan;
use crate::topology::{BorderId, FaceId, Obstacle};

use super::super::Difference;
use super::super::divide::inherit;
use super::super::lines::{SAME, Segments, lines_apart};

/// How far a line is drawn on that ends beside a border which bent for it in the package, cells.
const OVER: f64 = 4.0;
/// A line that was laid in may have been rounded so far away, square of cells.
const NEAR: f64 = 9.0;

/// A state of a plan with its index.
pub(super) struct Indexed<'a> {
    pub(super) plan: &'a Plan,
    index: Index,
}

impl<'a> Indexed<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        Self { plan, index: Index::of(&plan.coverage) }
    }

    /// The face at a place; on a border any of those beside it.
    pub(super) fn face_at(&self, point: Point) -> Option<FaceId> {
        match self.index.face_at(&self.plan.coverage, point) {
            Hit::Face(face) => Some(face),
            Hit::Border(around) => around.iter().copied().flatten().next(),
            Hit::Outside => None,
        }
    }

    /// The faces on both sides of a segment of a border.
    fn faces_beside(&self, ends: &[Point]) -> Vec<FaceId> {
        let has = |id: &BorderId| {
            let border = self.plan.coverage.borders().get(*id)?;
            let found = border.points.windows(2).any(|pair| pair == ends || [pair[1], pair[0]] == *ends);
            found.then_some([border.left, border.right])
        };
        let near = self.index.borders_in(Bounds::of(ends));
        near.iter().find_map(has).into_iter().flatten().flatten().collect()
    }

    fn is_inside(&self, point: Point) -> bool {
        matches!(self.index.face_at(&self.plan.coverage, point), Hit::Face(_))
    }
}

/// A piece of land that a package may have changed.
pub(super) struct Piece {
    /// Its face in the plan the lines were laid into.
    pub(super) face: FaceId,
    /// Its face before the package was worked on.
    pub(super) was: Option<FaceId>,
    /// Its face in the package.
    pub(super) is: Option<FaceId>,
}

/// A line of a package that cuts nothing here, since a border it led to was moved meanwhile: the face it ends in, and
/// the faces of the package beside it.
pub(super) struct Loose {
    pub(super) face: FaceId,
    pub(super) beside: Vec<FaceId>,
    pub(super) at: Point,
}

/// A plan with the lines of a package in it.
pub(super) struct Laid {
    pub(super) plan: Plan,
    /// Land the package may have changed; not the faces that a line was left loose in.
    pub(super) pieces: Vec<Piece>,
    pub(super) loose: Vec<Loose>,
}

/// Cuts the faces of a plan along the lines that a package added to where it started from. The zones stay what they are.
pub(super) fn lay(now: &Plan, start: &Indexed<'_>, package: &Indexed<'_>) -> Result<Laid, Obstacle> {
    let difference = Difference::between(start.plan, package.plan);
    let mut concerned: BTreeSet<FaceId> = difference.faces.iter().copied().collect();
    concerned.extend(difference.tiers.iter().flat_map(|tier| tier.owners.iter().copied()));
    let here = Indexed::of(now);
    let mut region: BTreeSet<FaceId> = BTreeSet::new();
    for face in &concerned {
        let value = start.plan.coverage.faces().get(*face).or_else(|| package.plan.coverage.faces().get(*face));
        region.extend(value.into_iter().flat_map(|value| here.index.faces_in(value.bounds)));
    }
    let mut region: Vec<FaceId> = region.into_iter().collect();
    let lines = lines_apart(package.plan, start.plan, None);
    let near = |bounds: Bounds| here.index.borders_in(bounds);
    let cut = now.coverage.engrave(&region, &drawn_on(lines.clone(), &here), &near)?;
    region.extend(cut.parts.iter().flat_map(|(_, parts)| parts.iter().copied()));
    let plan = inherit(now, &cut);
    let loose = loose(&plan, package, &lines);
    let held: BTreeSet<FaceId> = loose.iter().map(|loose| loose.face).collect();
    let pieces = region.into_iter().filter(|face| !held.contains(face)).filter_map(|face| {
        let at = plan.coverage.point_in(face)?;
        Some(Piece { face, was: start.face_at(at), is: package.face_at(at) })
    });
    let pieces = pieces.collect();
    Ok(Laid { plan, pieces, loose })
}

/// Segments of lines that no border of the plan lies on, one a face.
fn loose(plan: &Plan, package: &Indexed<'_>, lines: &[Vec<Point>]) -> Vec<Loose> {
    let borders = Segments::of(plan.coverage.borders().iter().map(|(_, border)| &*border.points));
    let here = Indexed::of(plan);
    let mut found: BTreeMap<FaceId, Loose> = BTreeMap::new();
    for ends in lines.iter().flat_map(|line| line.windows(2)).filter(|ends| !borders.hold(ends, NEAR)) {
        let middle = |a: i32, b: i32| (i64::from(a) + i64::from(b)).div_euclid(2) as i32;
        let at = Point::new(middle(ends[0].x, ends[1].x), middle(ends[0].y, ends[1].y));
        if let Some(face) = here.face_at(at) {
            let beside = package.faces_beside(ends);
            found.entry(face).or_insert(Loose { face, beside, at });
        }
    }
    found.into_values().collect()
}

/// Lines with those ends drawn on that stop beside a border: it bent by up to a cell where the line met it.
fn drawn_on(mut lines: Vec<Vec<Point>>, here: &Indexed<'_>) -> Vec<Vec<Point>> {
    let mut ends: FxHashMap<Point, usize> = FxHashMap::default();
    for point in lines.iter().flat_map(|line| [line.first(), line.last()]).flatten() {
        *ends.entry(*point).or_default() += 1;
    }
    let open = |end: Point| ends.get(&end) == Some(&1) && here.is_inside(end);
    for line in &mut lines {
        for _ in 0..2 {
            line.reverse();
            let [.., before, end] = line.as_slice() else { continue };
            if open(*end) {
                let on = beyond(*before, *end);
                line.push(on);
            }
        }
    }
    lines
}

/// A place a little further along a segment.
fn beyond(from: Point, to: Point) -> Point {
    let (dx, dy) = (f64::from(to.x) - f64::from(from.x), f64::from(to.y) - f64::from(from.y));
    let step = OVER / dx.hypot(dy).max(1.0);
    Point::new(to.x + (dx * step).round() as i32, to.y + (dy * step).round() as i32)
}

/// Groups of pieces that are one face in the package, have the same owners, and lie side by side over borders that
/// nobody else drew since the start.
pub(super) fn to_join(laid: &Plan, now: &Plan, start: &Plan, pieces: &[Piece]) -> Vec<Vec<FaceId>> {
    let is: BTreeMap<FaceId, FaceId> = pieces.iter().filter_map(|piece| Some((piece.face, piece.is?))).collect();
    let others = Segments::of(lines_apart(now, start, None).iter().map(Vec::as_slice));
    let alike = |a: FaceId, b: FaceId| laid.tiers.iter().all(|tier| tier.owner_of(a) == tier.owner_of(b));
    let mut leads: BTreeMap<FaceId, FaceId> = is.keys().map(|&face| (face, face)).collect();
    for (_, border) in laid.coverage.borders().iter() {
        let (Some(a), Some(b)) = (border.left, border.right) else { continue };
        let one = is.get(&a).zip(is.get(&b)).is_some_and(|(one, other)| one == other);
        if one && a != b && alike(a, b) && !border.points.windows(2).any(|ends| others.hold(ends, SAME)) {
            let (a, b) = (root(&leads, a), root(&leads, b));
            leads.insert(a.max(b), a.min(b));
        }
    }
    let mut groups: BTreeMap<FaceId, Vec<FaceId>> = BTreeMap::new();
    for &face in leads.keys() {
        groups.entry(root(&leads, face)).or_default().push(face);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

fn root(leads: &BTreeMap<FaceId, FaceId>, mut face: FaceId) -> FaceId {
    while let Some(&next) = leads.get(&face).filter(|&&next| next != face) {
        face = next;
    }
    face
}
