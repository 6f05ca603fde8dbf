//! The polygons of a zone: outer rings with their holes.

use crate::geometry::{Bounds, Point, doubled_area};
use crate::topology::{Coverage, FaceId};

/// An outer ring, counter-clockwise, and its holes, clockwise; all closed, starting at their least point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::io) struct Polygon {
    pub(in crate::io) outer: Vec<Point>,
    pub(in crate::io) holes: Vec<Vec<Point>>,
}

impl Polygon {
    /// Outer ring first, then the holes.
    pub(in crate::io) fn rings(&self) -> impl Iterator<Item = &Vec<Point>> {
        std::iter::once(&self.outer).chain(&self.holes)
    }
}

/// The polygons of a set of faces, in an order that the land alone decides, not the ids of its borders.
pub(in crate::io) fn polygons(coverage: &Coverage, faces: &[FaceId]) -> Vec<Polygon> {
    let rings = coverage.outline(faces).into_iter().map(|ring| from_least(coverage.ring_points(&ring)));
    let (outers, mut holes): (Vec<_>, Vec<_>) = rings.partition(|ring| doubled_area(ring) > 0);
    let mut polygons: Vec<Polygon> = outers.into_iter().map(|outer| Polygon { outer, holes: Vec::new() }).collect();
    polygons.sort_unstable();
    holes.sort_unstable();
    let boxes: Vec<(Bounds, i128)> =
        polygons.iter().map(|polygon| (Bounds::of(&polygon.outer), doubled_area(&polygon.outer))).collect();
    for hole in holes {
        let around = (0..polygons.len())
            .filter(|&at| hole.first().is_some_and(|&point| boxes[at].0.contains(point)))
            .filter(|&at| polygons.len() == 1 || is_around(&polygons[at].outer, &hole))
            .min_by_key(|&at| boxes[at].1);
        if let Some(at) = around {
            polygons[at].holes.push(hole);
        }
    }
    polygons
}

/// A closed ring turned so that its least point comes first.
pub(in crate::io) fn from_least(mut ring: Vec<Point>) -> Vec<Point> {
    ring.pop();
    let least = (0..ring.len()).min_by_key(|&at| ring[at]).unwrap_or(0);
    ring.rotate_left(least);
    ring.extend(ring.first().copied());
    ring
}

/// Whether a ring runs around a hole that may touch it in points, but shares no line with it: the middle of a line of
/// the hole is never on the ring. Counted in half cells, where that middle is a lattice point.
fn is_around(ring: &[Point], hole: &[Point]) -> bool {
    let [a, b, ..] = hole else { return false };
    let doubled = |point: Point| (2 * i64::from(point.x), 2 * i64::from(point.y));
    let middle = (i64::from(a.x) + i64::from(b.x), i64::from(a.y) + i64::from(b.y));
    let mut winding = 0;
    for pair in ring.windows(2) {
        let (from, to) = (doubled(pair[0]), doubled(pair[1]));
        let cross = i128::from(to.0 - from.0) * i128::from(middle.1 - from.1)
            - i128::from(middle.0 - from.0) * i128::from(to.1 - from.1);
        if from.1 <= middle.1 && to.1 > middle.1 && cross > 0 {
            winding += 1;
        } else if from.1 > middle.1 && to.1 <= middle.1 && cross < 0 {
            winding -= 1;
        }
    }
    winding != 0
}
