//! A stroke noded against the borders of the faces it is to cut.

use rustc_hash::FxHashMap;

use crate::geometry::{Bounds, Meeting, Point, meeting, on_segment};

use super::clear::Obstacle;
use super::coverage::{BorderId, Coverage};
use super::crossings::crossing;
use super::near::Near;

/// Vertices that noding one stroke may add before it is given up: a stroke along a border within a cell of it.
const MOST: usize = 10_000;

/// A stroke and the borders it meets, sharing every point they have in common.
pub(super) struct Noded {
    pub(super) coverage: Coverage,
    pub(super) stroke: Vec<Point>,
    /// Where borders have a vertex on the stroke. A node is found by any of its borders.
    pub(super) touches: FxHashMap<Point, (BorderId, usize)>,
}

/// What a meeting asks to be added: a vertex of the border's segment, a vertex of the stroke's segment.
#[derive(Clone, Copy)]
enum Add {
    Border(Point),
    Stroke(Point),
    Both(Point),
}

/// Nodes a stroke against some borders: crossings are rounded to the lattice and become vertices of both, until nothing
/// crosses. A border bends by half a cell at each.
///
/// # Errors
/// When a border cannot bend that little without meeting another one, or the stroke crosses itself.
pub(super) fn node(
    coverage: &Coverage,
    borders: &[BorderId],
    stroke: &[Point],
    near: Near<'_>,
) -> Result<Noded, Obstacle> {
    let mut stroke = stroke.to_vec();
    stroke.dedup();
    if stroke.len() < 2 {
        return Err(Obstacle::Missed);
    }
    let mut coverage = coverage.clone();
    // Bent borders may leave the boxes the index knows.
    let mut bent: Vec<BorderId> = Vec::new();
    let mut added = 0;
    loop {
        let before = added;
        for &id in borders {
            while let Some((segment, of_stroke, add)) = first_meeting(&coverage, id, &stroke) {
                added += 1;
                if added > MOST {
                    return Err(Obstacle::Line(stroke[of_stroke]));
                }
                if let Add::Border(at) | Add::Both(at) = add {
                    let known = |bounds: Bounds| {
                        let mut found = near(bounds);
                        found.extend_from_slice(&bent);
                        found
                    };
                    coverage = coverage.insert_vertex(id, segment, at, &known)?;
                    bent.push(id);
                }
                if let Add::Stroke(at) | Add::Both(at) = add {
                    stroke.insert(of_stroke + 1, at);
                }
            }
        }
        if added == before {
            break;
        }
    }
    untangled(&stroke)?;
    let touches = touches(&coverage, borders, &stroke);
    Ok(Noded { coverage, stroke, touches })
}

/// The first pair of segments of a border and the stroke that share a point which is not yet a vertex of both.
fn first_meeting(coverage: &Coverage, border: BorderId, stroke: &[Point]) -> Option<(usize, usize, Add)> {
    let points = &coverage.borders().get(border)?.points;
    let bounds = Bounds::of(stroke);
    for (at, segment) in points.windows(2).enumerate() {
        let (a, b) = (segment[0], segment[1]);
        if !Bounds::of(segment).meets(bounds) {
            continue;
        }
        for (of_stroke, piece) in stroke.windows(2).enumerate() {
            if let Some(add) = needed(a, b, piece[0], piece[1]) {
                return Some((at, of_stroke, add));
            }
        }
    }
    None
}

fn needed(a: Point, b: Point, u: Point, v: Point) -> Option<Add> {
    let inside = |p: Point, a: Point, b: Point| p != a && p != b && on_segment(p, a, b);
    match meeting(a, b, u, v) {
        Meeting::Apart | Meeting::Ends => None,
        Meeting::Touch | Meeting::Along => {
            let of_border = [u, v].into_iter().find(|&p| inside(p, a, b)).map(Add::Border);
            of_border.or_else(|| [a, b].into_iter().find(|&p| inside(p, u, v)).map(Add::Stroke))
        }
        Meeting::Cross => {
            let at = crossing(a, b, u, v);
            Some(match (at != a && at != b, at != u && at != v) {
                (true, true) => Add::Both(at),
                (true, false) => Add::Border(at),
                (false, _) => Add::Stroke(at),
            })
        }
    }
}

/// A stroke meets itself nowhere but from one segment to the next. O(segments²) box tests.
fn untangled(stroke: &[Point]) -> Result<(), Obstacle> {
    let segments: Vec<(Bounds, &[Point])> = stroke.windows(2).map(|pair| (Bounds::of(pair), pair)).collect();
    for (at, (bounds, one)) in segments.iter().enumerate() {
        for (later, (_, two)) in segments[at + 1..].iter().enumerate().filter(|(_, (other, _))| bounds.meets(*other)) {
            let allowed = if later == 0 { Meeting::Ends } else { Meeting::Apart };
            let found = meeting(one[0], one[1], two[0], two[1]);
            if found != allowed && found != Meeting::Apart {
                return Err(Obstacle::Tangled(two[0]));
            }
        }
    }
    Ok(())
}

fn touches(coverage: &Coverage, borders: &[BorderId], stroke: &[Point]) -> FxHashMap<Point, (BorderId, usize)> {
    let on_stroke: rustc_hash::FxHashSet<Point> = stroke.iter().copied().collect();
    let mut found = FxHashMap::default();
    for &id in borders {
        let points: &[Point] = coverage.borders().get(id).map_or(&[], |border| &border.points);
        let hits = points.iter().enumerate().filter(|(_, point)| on_stroke.contains(point));
        found.extend(hits.map(|(at, &point)| (point, (id, at))));
    }
    found
}
