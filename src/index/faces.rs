//! Boxes of faces and borders, and exact answers from them.

use std::cmp::Ordering;
use std::sync::Arc;

use super::boxes::Boxes;
use super::strips::passes;
use crate::geometry::{Bounds, Point, Scale, on_segment};
use crate::model::{Tier, ZoneId};
use crate::topology::{BorderId, Coverage, FaceId};

/// Where a point lies in a coverage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// In no face.
    Outside,
    /// Inside a face.
    Face(FaceId),
    /// On a border: what lies around the point, counter-clockwise from due east; `None` is outside.
    Border(Arc<[Option<FaceId>]>),
}

/// Where a point lies in a tier (rule 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Inside a zone, or on a border between two faces of it.
    Inside(ZoneId),
    /// On a border of the zone it belongs to.
    Border(ZoneId),
    /// In land that nobody owns, or on a border between two such.
    Unowned,
    /// Outside.
    Outside,
}

impl Hit {
    /// What the place is in a tier: a point on a border belongs to the owned face that comes first counter-clockwise from
    /// due east; between two faces of one zone it is inside.
    #[must_use]
    pub fn spot(&self, tier: &Tier) -> Spot {
        let around = match self {
            Self::Outside => return Spot::Outside,
            Self::Face(face) => return tier.owner_of(*face).map_or(Spot::Unowned, Spot::Inside),
            Self::Border(around) => around,
        };
        let mut owners = around.iter().map(|face| face.and_then(|face| tier.owner_of(face)));
        let Some(first) = owners.clone().flatten().next() else { return Spot::Unowned };
        if owners.all(|owner| owner == Some(first)) { Spot::Inside(first) } else { Spot::Border(first) }
    }
}

/// Boxes of the faces and borders of a coverage. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Index {
    faces: Boxes<FaceId>,
    borders: Boxes<BorderId>,
}

impl Index {
    /// The index of a coverage. O(points).
    #[must_use]
    pub fn of(coverage: &Coverage) -> Self {
        let (faces, borders) = rayon::join(
            || Boxes::new(coverage.faces().iter().map(|(id, face)| (id, face.bounds))),
            || Boxes::new(coverage.borders().iter().map(|(id, border)| (id, Bounds::of(&border.points)))),
        );
        Self { faces, borders }
    }

    /// The index of a coverage in which only these faces and borders changed, came or went. Microseconds for a few of
    /// them, however many changed before.
    #[must_use]
    pub fn updated(&self, coverage: &Coverage, faces: &[FaceId], borders: &[BorderId]) -> Self {
        let mut new = self.clone();
        for &id in faces {
            new.faces.set(id, coverage.faces().get(id).map_or(Bounds::EMPTY, |face| face.bounds));
        }
        for &id in borders {
            new.borders.set(id, coverage.borders().get(id).map_or(Bounds::EMPTY, |border| Bounds::of(&border.points)));
        }
        new
    }

    /// Faces whose boxes meet a box, ascending.
    #[must_use]
    pub fn faces_in(&self, bounds: Bounds) -> Vec<FaceId> {
        self.faces.meeting(bounds)
    }

    /// Borders whose boxes meet a box, ascending.
    #[must_use]
    pub fn borders_in(&self, bounds: Bounds) -> Vec<BorderId> {
        self.borders.meeting(bounds)
    }

    /// What is under a point, exactly.
    #[must_use]
    pub fn face_at(&self, coverage: &Coverage, p: Point) -> Hit {
        for id in self.faces_in(Bounds { min: p, max: p }) {
            match holds(coverage, id, p) {
                Some(true) => return Hit::Face(id),
                Some(false) => {}
                None => return Hit::Border(self.around(coverage, p)),
            }
        }
        Hit::Outside
    }

    /// What lies around a point on a border, counter-clockwise from due east.
    fn around(&self, coverage: &Coverage, p: Point) -> Arc<[Option<FaceId>]> {
        let mut ways: Vec<(Point, Option<FaceId>)> = Vec::new();
        for id in self.borders_in(Bounds { min: p, max: p }) {
            let Some(border) = coverage.borders().get(id) else { continue };
            for edge in border.points.windows(2) {
                let (a, b) = (edge[0], edge[1]);
                if !on_segment(p, a, b) {
                    continue;
                }
                if p != b {
                    ways.push((b, border.left));
                }
                if p != a {
                    ways.push((a, border.right));
                }
            }
        }
        ways.sort_by(|&(one, _), &(two, _)| by_angle(p, one, two));
        let starts_east = ways.first().is_some_and(|&(to, _)| to.y == p.y && to.x > p.x);
        if !starts_east && !ways.is_empty() {
            // The first sector began before due east: it stands at the end of the list.
            ways.rotate_right(1);
        }
        ways.into_iter().map(|(_, face)| face).collect()
    }

    /// The border nearest to a point within a distance, how far it is in metres, and the segment (its first point's number).
    #[must_use]
    pub fn nearest_border(&self, coverage: &Coverage, p: Point, within_m: f64) -> Option<(BorderId, f64, usize)> {
        let scale = Scale::at(p.y);
        let cells = |metres_per_cell: f64| {
            let cells = (within_m / metres_per_cell).ceil();
            if cells.is_finite() { cells.clamp(0.0, f64::from(i32::MAX)) as i32 } else { i32::MAX }
        };
        let reach = Bounds { min: p, max: p }.grown(cells(scale.x).max(cells(scale.y)));
        let mut best: Option<(BorderId, f64, usize)> = None;
        for id in self.borders_in(reach) {
            let points = coverage.borders().get(id).map_or(&[][..], |border| &border.points);
            for (at, edge) in points.windows(2).enumerate() {
                let distance = distance_m(scale, p, edge[0], edge[1]);
                if distance <= best.map_or(within_m, |(_, best, _)| best)
                    && best.is_none_or(|(_, best, _)| distance < best)
                {
                    best = Some((id, distance, at));
                }
            }
        }
        best
    }
}

/// Whether a face holds a point; `None` on its rings. O(vertices of the face).
fn holds(coverage: &Coverage, face: FaceId, p: Point) -> Option<bool> {
    let mut inside = false;
    for edge in coverage.faces().get(face)?.rings.iter().flat_map(|ring| ring.iter()) {
        let points = coverage.borders().get(edge.border()).map_or(&[][..], |border| &border.points);
        for pair in points.windows(2) {
            inside ^= passes(pair[0], pair[1], p)?;
        }
    }
    Some(inside)
}

/// The order of the directions from `p`, counter-clockwise from due east, exact.
fn by_angle(p: Point, one: Point, two: Point) -> Ordering {
    let way = |to: Point| (i64::from(to.x) - i64::from(p.x), i64::from(to.y) - i64::from(p.y));
    let (one, two) = (way(one), way(two));
    let lower = |(x, y): (i64, i64)| y < 0 || (y == 0 && x < 0);
    let cross = i128::from(one.0) * i128::from(two.1) - i128::from(one.1) * i128::from(two.0);
    lower(one).cmp(&lower(two)).then(0.cmp(&cross))
}

/// Distance in metres from a point to a segment.
fn distance_m(scale: Scale, p: Point, a: Point, b: Point) -> f64 {
    let way = |to: Point| {
        [(i64::from(to.x) - i64::from(p.x)) as f64 * scale.x, (i64::from(to.y) - i64::from(p.y)) as f64 * scale.y]
    };
    let (a, b) = (way(a), way(b));
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 { (-(a[0] * dx + a[1] * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (a[0] + along * dx).hypot(a[1] + along * dy)
}
