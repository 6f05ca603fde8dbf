//! Strokes noded against the borders of the faces they are to cut, and against each other.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::geometry::{Bounds, Meeting, Point, meeting, on_segment};

use super::clear::Obstacle;
use super::coverage::{BorderId, Coverage};
use super::crossings::crossing;
use super::near::Near;

/// Rounds of noding before strokes are given up: one that runs along a border within a cell of it.
const ROUNDS: i32 = 32;

/// Strokes and the borders they meet, sharing every point they have in common.
pub(super) struct Noded {
    pub(super) coverage: Coverage,
    pub(super) strokes: Vec<Vec<Point>>,
    /// Where borders have a vertex on a stroke. A node is found by any of its borders.
    pub(super) touches: FxHashMap<Point, (BorderId, usize)>,
}

/// What two segments that meet ask to be added: a vertex of the one, a vertex of the other.
#[derive(Clone, Copy, Default)]
struct Add {
    one: Option<Point>,
    other: Option<Point>,
}

/// A vertex to be added: stroke, segment, place.
type OnStroke = (u32, u32, Point);

/// Nodes strokes against some borders and, where asked, against each other: crossings are rounded to the lattice and
/// become vertices of both, until nothing crosses. A border bends by half a cell at each. Expected O(n log n) a round for
/// n segments, two rounds as a rule.
///
/// # Errors
/// When a border cannot bend that little without meeting another one.
pub(super) fn node(
    coverage: &Coverage,
    borders: &[BorderId],
    strokes: &[Vec<Point>],
    each_other: bool,
    near: Near<'_>,
) -> Result<Noded, Obstacle> {
    let mut strokes: Vec<Vec<Point>> = strokes.to_vec();
    strokes.iter_mut().for_each(Vec::dedup);
    strokes.retain(|stroke| stroke.len() > 1);
    let mut coverage = coverage.clone();
    for round in 1..=ROUNDS {
        let tree = Segments::of(&strokes);
        // Each round bends a line by less than a cell: what the index knows is near enough when the box grows with them.
        let near = |bounds: Bounds| near(bounds.grown(round));
        let mut added: Vec<OnStroke> = Vec::new();
        if each_other {
            tree.meet_each_other(&strokes, &mut added);
        }
        let mut bent = false;
        for &id in borders {
            let Some(border) = coverage.borders().get(id) else { continue };
            let mut vertices = tree.meet(&border.points, &strokes, &mut added);
            vertices.sort_unstable_by_key(|&(at, place)| (at, std::cmp::Reverse(distance(border.points[at], place))));
            vertices.dedup();
            // From the last to the first, so that the numbers of the others stay what they are.
            vertices.sort_by_key(|&(at, _)| std::cmp::Reverse(at));
            for (at, place) in vertices {
                coverage = coverage.insert_vertex(id, at, place, &near)?;
                bent = true;
            }
        }
        if !bent && added.is_empty() {
            let touches = touches(&coverage, borders, &strokes);
            return Ok(Noded { coverage, strokes, touches });
        }
        insert(&mut strokes, added);
    }
    Err(Obstacle::Line(strokes.first().and_then(|stroke| stroke.first()).copied().unwrap_or_default()))
}

/// Squared distance in cells.
fn distance(a: Point, b: Point) -> i128 {
    let (dx, dy) = (i128::from(a.x) - i128::from(b.x), i128::from(a.y) - i128::from(b.y));
    dx * dx + dy * dy
}

fn insert(strokes: &mut [Vec<Point>], mut added: Vec<OnStroke>) {
    let start = |&(stroke, at, _): &OnStroke| strokes[stroke as usize][at as usize];
    added.sort_by_key(|add| (add.0, add.1, distance(start(add), add.2), add.2));
    added.dedup();
    for of_stroke in added.chunk_by(|a, b| a.0 == b.0) {
        let stroke = &mut strokes[of_stroke[0].0 as usize];
        let mut grown = Vec::with_capacity(stroke.len() + of_stroke.len());
        let mut next = 0;
        for (at, &point) in stroke.iter().enumerate() {
            grown.push(point);
            while let Some(&(_, _, place)) = of_stroke.get(next).filter(|add| add.1 as usize == at) {
                grown.push(place);
                next += 1;
            }
        }
        grown.dedup();
        *stroke = grown;
    }
}

/// The box of a segment of a stroke, with the numbers of both.
type Entry = GeomWithData<Rectangle<[f64; 2]>, (u32, u32)>;

/// Segments of all strokes in an R-tree.
struct Segments(RTree<Entry>);

impl Segments {
    fn of(strokes: &[Vec<Point>]) -> Self {
        let corner = |p: Point| [f64::from(p.x), f64::from(p.y)];
        let entries = strokes.iter().enumerate().flat_map(|(stroke, points)| {
            points.windows(2).enumerate().map(move |(at, pair)| {
                let id = (stroke as u32, at as u32);
                GeomWithData::new(Rectangle::from_corners(corner(pair[0]), corner(pair[1])), id)
            })
        });
        Self(RTree::bulk_load(entries.collect()))
    }

    /// Segments whose boxes meet that of another.
    fn near(&self, a: Point, b: Point) -> impl Iterator<Item = (u32, u32)> + '_ {
        let bounds = Bounds::of(&[a, b]);
        let corner = |p: Point| [f64::from(p.x), f64::from(p.y)];
        let area = AABB::from_corners(corner(bounds.min), corner(bounds.max));
        self.0.locate_in_envelope_intersecting(area).map(|found| found.data)
    }

    /// Vertices that a line needs where strokes meet it, by segment; those that the strokes need are added to the list.
    fn meet(&self, line: &[Point], strokes: &[Vec<Point>], added: &mut Vec<OnStroke>) -> Vec<(usize, Point)> {
        let mut vertices = Vec::new();
        for (at, pair) in line.windows(2).enumerate() {
            for (stroke, segment) in self.near(pair[0], pair[1]) {
                let points = &strokes[stroke as usize][segment as usize..];
                let add = needed(pair[0], pair[1], points[0], points[1]);
                vertices.extend(add.one.map(|place| (at, place)));
                added.extend(add.other.map(|place| (stroke, segment, place)));
            }
        }
        vertices
    }

    fn meet_each_other(&self, strokes: &[Vec<Point>], added: &mut Vec<OnStroke>) {
        for (number, stroke) in strokes.iter().enumerate() {
            for (at, pair) in stroke.windows(2).enumerate() {
                let this = (number as u32, at as u32);
                for other in self.near(pair[0], pair[1]).filter(|&other| other > this) {
                    let points = &strokes[other.0 as usize][other.1 as usize..];
                    let add = needed(pair[0], pair[1], points[0], points[1]);
                    added.extend(add.one.map(|place| (this.0, this.1, place)));
                    added.extend(add.other.map(|place| (other.0, other.1, place)));
                }
            }
        }
    }
}

fn needed(a: Point, b: Point, u: Point, v: Point) -> Add {
    let inside = |p: Point, a: Point, b: Point| p != a && p != b && on_segment(p, a, b);
    match meeting(a, b, u, v) {
        Meeting::Apart | Meeting::Ends => Add::default(),
        Meeting::Touch | Meeting::Along => Add {
            one: [u, v].into_iter().find(|&p| inside(p, a, b)),
            other: [a, b].into_iter().find(|&p| inside(p, u, v)),
        },
        Meeting::Cross => {
            let at = crossing(a, b, u, v);
            Add { one: Some(at).filter(|&at| at != a && at != b), other: Some(at).filter(|&at| at != u && at != v) }
        }
    }
}

/// A stroke meets itself nowhere but from one segment to the next, and where it closes. O(segments²) box tests.
pub(super) fn untangled(stroke: &[Point]) -> Result<(), Obstacle> {
    let segments: Vec<(Bounds, &[Point])> = stroke.windows(2).map(|pair| (Bounds::of(pair), pair)).collect();
    let closed = stroke.first() == stroke.last() && segments.len() > 2;
    for (at, (bounds, one)) in segments.iter().enumerate() {
        for (later, (_, two)) in segments[at + 1..].iter().enumerate().filter(|(_, (other, _))| bounds.meets(*other)) {
            let closes = closed && at == 0 && later + 2 == segments.len();
            let allowed = if later == 0 || closes { Meeting::Ends } else { Meeting::Apart };
            let found = meeting(one[0], one[1], two[0], two[1]);
            if found != allowed && found != Meeting::Apart {
                return Err(Obstacle::Tangled(two[0]));
            }
        }
    }
    Ok(())
}

fn touches(coverage: &Coverage, borders: &[BorderId], strokes: &[Vec<Point>]) -> FxHashMap<Point, (BorderId, usize)> {
    let on_stroke: FxHashSet<Point> = strokes.iter().flatten().copied().collect();
    let mut found = FxHashMap::default();
    for &id in borders {
        let points: &[Point] = coverage.borders().get(id).map_or(&[], |border| &border.points);
        let hits = points.iter().enumerate().filter(|(_, point)| on_stroke.contains(point));
        found.extend(hits.map(|(at, &point)| (point, (id, at))));
    }
    found
}
