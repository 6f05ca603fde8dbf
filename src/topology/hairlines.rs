//! Hairlines: two units that run along each other a little apart, open to the outside, so that no gap is enclosed; and the
//! strips of land between them.

use std::collections::BTreeMap;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::geometry::{Bounds, Point, Scale};

use super::build::Built;
use super::coverage::{Coverage, Directed};

/// Two units that nearly touch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hairline {
    /// The units, the lower number first.
    pub units: [u32; 2],
    /// How far they run along each other, metres.
    pub length_m: f64,
    /// The widest distance found between them there, metres.
    pub width_m: f64,
    /// A place between them.
    pub at: Point,
}

/// A hairline is this many times longer than wide, at least.
const SLENDER: f64 = 10.0;
/// Cosine of the angle at which two lines still run along each other.
const ALONG: f64 = 0.95;

/// A segment of the outer border: outside lies on its left, the unit on its right.
struct Edge {
    from: Point,
    to: Point,
    unit: u32,
}

/// Pairs of units whose outer borders face each other no more than `width_m` apart, by pair. O(n log n) for n segments of
/// the outer border.
#[must_use]
pub fn hairlines(built: &Built, width_m: f64) -> Vec<Hairline> {
    strips(&built.coverage, &built.owner, width_m).into_iter().map(|strip| strip.line).collect()
}

/// A hairline and the land of it.
pub(super) struct Strip {
    pub(super) line: Hairline,
    /// What lies between each two segments that face each other: a ring of four points, those that are no vertices a little
    /// beyond the segment, so that nothing is left between.
    pub(super) land: Vec<[Point; 4]>,
}

/// As [`hairlines`], with their land.
pub(super) fn strips(coverage: &Coverage, owner: &[Option<u32>], width_m: f64) -> Vec<Strip> {
    let edges = outer(coverage, owner);
    let boxes = edges.iter().enumerate().map(|(at, edge)| {
        let corner = |point: Point| [f64::from(point.x), f64::from(point.y)];
        GeomWithData::new(Rectangle::from_corners(corner(edge.from), corner(edge.to)), at)
    });
    let tree = RTree::bulk_load(boxes.collect());
    let mut found: BTreeMap<[u32; 2], Strip> = BTreeMap::new();
    for (at, edge) in edges.iter().enumerate() {
        let scale = Scale::at(edge.from.y);
        let reach = Bounds::of(&[edge.from, edge.to]);
        let (x, y) = (width_m / scale.x, width_m / scale.y);
        let area = AABB::from_corners(
            [f64::from(reach.min.x) - x, f64::from(reach.min.y) - y],
            [f64::from(reach.max.x) + x, f64::from(reach.max.y) + y],
        );
        // Each pair of segments is seen from both; once is enough.
        let others = tree.locate_in_envelope_intersecting(area).map(|entry| entry.data);
        let mut others: Vec<usize> = others.filter(|&other| other > at && edges[other].unit != edge.unit).collect();
        others.sort_unstable();
        for other in others.into_iter().map(|other| &edges[other]) {
            let Some(Facing { length_m, apart_m, at, land }) = facing(edge, other, scale, width_m) else { continue };
            let units = [edge.unit.min(other.unit), edge.unit.max(other.unit)];
            let line = Hairline { units, length_m: 0.0, width_m: 0.0, at };
            let pair = found.entry(units).or_insert(Strip { line, land: Vec::new() });
            pair.line.length_m += length_m;
            pair.line.width_m = pair.line.width_m.max(apart_m);
            pair.land.push(land);
        }
    }
    found.into_values().filter(|pair| pair.line.length_m >= SLENDER * pair.line.width_m).collect()
}

/// Segments between a unit and the outside.
fn outer(coverage: &Coverage, owner: &[Option<u32>]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (id, border) in coverage.borders().iter() {
        let (walk, face) = match (border.left, border.right) {
            (None, Some(face)) => (Directed::forward(id), face),
            (Some(face), None) => (Directed::backward(id), face),
            _ => continue,
        };
        let Some(unit) = owner.get(face.0 as usize).copied().flatten() else { continue };
        let points: Vec<Point> = coverage.points_of(walk).collect();
        edges.extend(points.windows(2).map(|pair| Edge { from: pair[0], to: pair[1], unit }));
    }
    edges
}

/// Two segments with nothing but outside between them.
struct Facing {
    /// How far they run along each other, metres.
    length_m: f64,
    /// How far apart they are at most, metres.
    apart_m: f64,
    /// A place between.
    at: Point,
    /// See [`Strip::land`].
    land: [Point; 4],
}

/// Cells that a foot on a segment is put beyond it.
const BEYOND: f64 = 3.0;

/// How two segments face each other, if they do.
fn facing(one: &Edge, two: &Edge, scale: Scale, width_m: f64) -> Option<Facing> {
    let place = |p: Point| {
        let (dx, dy) = (i64::from(p.x) - i64::from(one.from.x), i64::from(p.y) - i64::from(one.from.y));
        [dx as f64 * scale.x, dy as f64 * scale.y]
    };
    let (b, c, d) = (place(one.to), place(two.from), place(two.to));
    let length = b[0].hypot(b[1]);
    let way = [b[0] / length, b[1] / length];
    let other = [d[0] - c[0], d[1] - c[1]];
    let cosine = (way[0] * other[0] + way[1] * other[1]) / other[0].hypot(other[1]);
    // Outside lies on the left of both: facing each other they run in opposite directions.
    if cosine > -ALONG {
        return None;
    }
    let along = |p: [f64; 2]| p[0] * way[0] + p[1] * way[1];
    let left = |p: [f64; 2]| way[0] * p[1] - way[1] * p[0];
    let (start, end) = (along(d).max(0.0), along(c).min(length));
    if start >= end {
        return None;
    }
    let share = |t: f64| (t - along(d)) / (along(c) - along(d));
    let apart = |t: f64| left(d) + (left(c) - left(d)) * share(t);
    let (near, far) = (apart(start).min(apart(end)), apart(start).max(apart(end)));
    if near < 0.0 || far > width_m || far <= 0.0 {
        return None;
    }
    let (t, off) = (f64::midpoint(start, end), f64::midpoint(near, far) / 2.0);
    let metres = [way[0] * t - way[1] * off, way[1] * t + way[0] * off];
    let cell = |from: i32, metres: f64, scale: f64| (f64::from(from) + metres / scale).round() as i32;
    let point = |[x, y]: [f64; 2]| Point::new(cell(one.from.x, x, scale.x), cell(one.from.y, y, scale.y));
    let beyond = BEYOND * scale.y;
    // The unit lies on the right of its segment: below this one, above the other.
    let foot = |t: f64, off: f64| point([way[0] * t - way[1] * off, way[1] * t + way[0] * off]);
    let on_one = |t: f64, end: f64, vertex: Point| if t == end { vertex } else { foot(t, -beyond) };
    let on_two = |t: f64, end: f64, vertex: Point| if t == end { vertex } else { foot(t, apart(t) + beyond) };
    let land = [
        on_one(start, 0.0, one.from),
        on_one(end, length, one.to),
        on_two(end, along(c), two.from),
        on_two(start, along(d), two.to),
    ];
    Some(Facing { length_m: end - start, apart_m: far, at: point(metres), land })
}
