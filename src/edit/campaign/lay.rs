//! The lines of a package laid into the plan, face by face with what every state says of the land.

use std::collections::{BTreeMap, BTreeSet};

use crate::geometry::{Bounds, Point};
use crate::index::{Hit, Index};
use crate::model::Plan;
use crate::topology::{Border, BorderId, FaceId, Obstacle};

use super::super::Difference;
use super::super::divide::inherit;
use super::super::lines::{SAME, Segments, lines_apart};

/// How far a line is drawn over a border that it ends beside, which bent for it in the package; cells.
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

    /// The shortest way from a place to a border as near as [`NEAR`], in cells.
    fn way_to_border(&self, point: Point) -> Option<[f64; 2]> {
        let reach = NEAR.sqrt().ceil() as i32;
        let around = Bounds::of(&[point]).grown(reach);
        let borders = self.index.borders_in(around).into_iter();
        let lines = borders.filter_map(|id| self.plan.coverage.borders().get(id)).map(|border| &border.points);
        let ways = lines.flat_map(|points| points.windows(2)).map(|ends| way_to(point, ends[0], ends[1]));
        let length = |way: &[f64; 2]| way[0] * way[0] + way[1] * way[1];
        let nearest = ways.min_by(|a, b| length(a).total_cmp(&length(b)));
        nearest.filter(|way| length(way) > 0.0 && length(way) <= NEAR)
    }

    fn is_inside(&self, point: Point) -> bool {
        matches!(self.index.face_at(&self.plan.coverage, point), Hit::Face(_))
    }
}

/// The way from a place to the nearest of a segment.
fn way_to(from: Point, a: Point, b: Point) -> [f64; 2] {
    let vector = |to: Point| [f64::from(to.x) - f64::from(from.x), f64::from(to.y) - f64::from(from.y)];
    let ([ax, ay], [bx, by]) = (vector(a), vector(b));
    let (dx, dy) = (bx - ax, by - ay);
    let along = -(ax * dx + ay * dy) / (dx * dx + dy * dy).max(f64::MIN_POSITIVE);
    let along = along.clamp(0.0, 1.0);
    [ax + along * dx, ay + along * dy]
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

/// Lines, and short ones from those of their ends that lie beside a border over it: it bent by up to a cell where the line
/// met it in the package, and what bent is not laid in.
fn drawn_on(mut lines: Vec<Vec<Point>>, here: &Indexed<'_>) -> Vec<Vec<Point>> {
    let ends: BTreeSet<Point> = lines.iter().flat_map(|line| [line.first(), line.last()]).flatten().copied().collect();
    lines.extend(ends.into_iter().filter(|&end| here.is_inside(end)).filter_map(|end| {
        let [x, y] = here.way_to_border(end)?;
        let step = OVER / x.hypot(y);
        let beyond = |from: i32, way: f64| from + (way * (1.0 + step)).round() as i32;
        Some(vec![end, Point::new(beyond(end.x, x), beyond(end.y, y))])
    }));
    lines
}

/// Whether the edge of the map lies elsewhere in a package than at the start, by more than rounding bends it.
pub(super) fn edge_moved(start: &Plan, package: &Plan) -> bool {
    let edge = |plan: &'_ Plan| -> Vec<_> {
        let borders = plan.coverage.borders().iter().map(|(_, border)| border);
        borders.filter(|border| border.left.is_none() || border.right.is_none()).cloned().collect()
    };
    if start.coverage.doubled_area() == package.coverage.doubled_area() {
        return false;
    }
    let (was, is): (Vec<Border>, Vec<Border>) = (edge(start), edge(package));
    let was = Segments::of(was.iter().map(|border| &*border.points));
    is.iter().any(|border| border.points.windows(2).any(|ends| !was.hold(ends, NEAR)))
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
