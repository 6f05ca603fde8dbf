//! The lines of a package laid into the plan, face by face with what every state says of the land.

use std::collections::{BTreeMap, BTreeSet};

use crate::geometry::{Bounds, Point};
use crate::index::{Hit, Index};
use crate::model::{Plan, ZoneId};
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

    /// The face that a place lies well within: no border is as near as rounding carries one.
    pub(super) fn well_at(&self, point: Point) -> Option<FaceId> {
        let Hit::Face(face) = self.index.face_at(&self.plan.coverage, point) else { return None };
        self.way_to_border(point).is_none().then_some(face)
    }

    /// Whose a place is in all tiers.
    fn owners_at(&self, point: Point) -> Vec<Option<ZoneId>> {
        let face = self.face_at(point);
        self.plan.tiers.iter().map(|tier| tier.owner_of(face?)).collect()
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
#[derive(Clone, Copy)]
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
    /// Lines that the package has from its start and the plan has not, laid in where they part what became of the land.
    back: Vec<Vec<Point>>,
}

/// Cuts those faces of a plan that are `open` along the lines that a package added to where it started from, and along
/// those that the plan has no longer and that part land of different fates. The zones stay what they are.
pub(super) fn lay(
    now: &Plan,
    start: &Indexed<'_>,
    package: &Indexed<'_>,
    open: impl Fn(FaceId) -> bool,
) -> Result<Laid, Obstacle> {
    let difference = Difference::between(start.plan, package.plan);
    let mut concerned: BTreeSet<FaceId> = difference.faces.iter().copied().collect();
    concerned.extend(difference.tiers.iter().flat_map(|tier| tier.owners.iter().copied()));
    let here = Indexed::of(now);
    let mut region: BTreeSet<FaceId> = BTreeSet::new();
    for face in &concerned {
        let value = start.plan.coverage.faces().get(*face).or_else(|| package.plan.coverage.faces().get(*face));
        region.extend(value.into_iter().flat_map(|value| here.index.faces_in(value.bounds)));
    }
    let mut region: Vec<FaceId> = region.into_iter().filter(|&face| open(face)).collect();
    let mut lines = lines_apart(package.plan, start.plan, None);
    let back = parting(now, &lines, start, package);
    lines.extend(back.iter().cloned());
    let near = |bounds: Bounds| here.index.borders_in(bounds);
    let cut = now.coverage.engrave(&region, &drawn_on(lines.clone(), &here), &near)?;
    region.extend(cut.parts.iter().flat_map(|(_, parts)| parts.iter().copied()));
    let plan = inherit(now, &cut);
    let inside: BTreeSet<FaceId> = region.iter().copied().collect();
    let loose = loose(&plan, package, &lines, &inside);
    let held: BTreeSet<FaceId> = loose.iter().map(|loose| loose.face).collect();
    let pieces = {
        let here = Indexed::of(&plan);
        let free = region.into_iter().filter(|face| !held.contains(face));
        free.filter_map(|face| piece(face, [&here, start, package])).collect()
    };
    Ok(Laid { plan, pieces, loose, back })
}

/// What a face of the plan was and is, told at a place that is well within a face on all three maps; where the face has no
/// such place, at the middle of it.
fn piece(face: FaceId, [here, start, package]: [&Indexed<'_>; 3]) -> Option<Piece> {
    let coverage = &here.plan.coverage;
    let well = coverage.points_in(face).into_iter().find_map(|at| {
        here.well_at(at)?;
        Some(Piece { face, was: Some(start.well_at(at)?), is: Some(package.well_at(at)?) })
    });
    well.or_else(|| {
        let at = coverage.point_in(face)?;
        Some(Piece { face, was: start.face_at(at), is: package.face_at(at) })
    })
}

/// Segments of borders that the package has from its start and the plan has not, where what became of the land on one
/// side is another than on the other. `added` are the lines that the package drew itself.
fn parting(now: &Plan, added: &[Vec<Point>], start: &Indexed<'_>, package: &Indexed<'_>) -> Vec<Vec<Point>> {
    let added: BTreeSet<&[Point]> = added.iter().flat_map(|line| line.windows(2)).collect();
    let fate = |at: Point| (start.owners_at(at), package.owners_at(at));
    let parts = |ends: &[Point]| {
        let [one, other] = beside(ends).map(fate);
        one != other && (one.0 != one.1 || other.0 != other.1)
    };
    let lacking = lines_apart(package.plan, now, None);
    let segments = lacking.iter().flat_map(|line| line.windows(2)).filter(|ends| !added.contains(*ends));
    segments.filter(|ends| parts(ends)).map(<[Point]>::to_vec).collect()
}

/// A place on each side of a segment, further from it than rounding carries a line.
fn beside(ends: &[Point]) -> [Point; 2] {
    let (dx, dy) = (f64::from(ends[1].x) - f64::from(ends[0].x), f64::from(ends[1].y) - f64::from(ends[0].y));
    let step = OVER / dx.hypot(dy).max(1.0);
    let middle = [
        f64::midpoint(f64::from(ends[0].x), f64::from(ends[1].x)),
        f64::midpoint(f64::from(ends[0].y), f64::from(ends[1].y)),
    ];
    [1.0, -1.0].map(|side| {
        let off = |from: f64, way: f64| (from + side * step * way).round() as i32;
        Point::new(off(middle[0], -dy), off(middle[1], dx))
    })
}

/// Segments of lines that no border of the plan lies on, one a face of those inside.
fn loose(plan: &Plan, package: &Indexed<'_>, lines: &[Vec<Point>], inside: &BTreeSet<FaceId>) -> Vec<Loose> {
    let borders = Segments::of(plan.coverage.borders().iter().map(|(_, border)| &*border.points));
    let here = Indexed::of(plan);
    let mut found: BTreeMap<FaceId, Loose> = BTreeMap::new();
    for ends in lines.iter().flat_map(|line| line.windows(2)).filter(|ends| !borders.hold(ends, NEAR)) {
        let middle = |a: i32, b: i32| (i64::from(a) + i64::from(b)).div_euclid(2) as i32;
        let at = Point::new(middle(ends[0].x, ends[1].x), middle(ends[0].y, ends[1].y));
        if let Some(face) = here.face_at(at).filter(|face| inside.contains(face)) {
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

/// Groups of pieces that have the same owners and lie side by side over borders that nobody else drew since the start:
/// those that are one face in the package, and those over a line that the plan had no longer.
pub(super) fn to_join(laid: &Laid, plan: &Plan, now: &Plan, start: &Plan, pieces: &[Piece]) -> Vec<Vec<FaceId>> {
    let is: BTreeMap<FaceId, Option<FaceId>> = pieces.iter().map(|piece| (piece.face, piece.is)).collect();
    let others = Segments::of(lines_apart(now, start, None).iter().map(Vec::as_slice));
    let back = Segments::of(laid.back.iter().map(Vec::as_slice));
    let lies_on = |points: &[Point], lines: &Segments| points.windows(2).all(|ends| lines.hold(ends, SAME));
    let alike = |a: FaceId, b: FaceId| plan.tiers.iter().all(|tier| tier.owner_of(a) == tier.owner_of(b));
    let mut leads: BTreeMap<FaceId, FaceId> = is.keys().map(|&face| (face, face)).collect();
    for (_, border) in plan.coverage.borders().iter() {
        let (Some(a), Some(b)) = (border.left, border.right) else { continue };
        let (Some(one), Some(other)) = (is.get(&a), is.get(&b)) else { continue };
        let was_cut = one.is_some() && one == other || lies_on(&border.points, &back);
        if was_cut && a != b && alike(a, b) && !border.points.windows(2).any(|ends| others.hold(ends, SAME)) {
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
