//! Vertices that should be one are made one: snapping within a tolerance, shown and settable (design §5).

use rayon::prelude::*;

use crate::base::joined;
use crate::geometry::{Bounds, Point, Scale};

use super::edges::{Edges, NONE};
use super::rings::Rings;
use super::sites::Sites;

/// The widest tolerance used unasked, metres.
const UNASKED_M: f64 = 0.1;
/// The least tolerance, lattice cells: two files rounded apart differ by one.
const LEAST_CELLS: f64 = 2.0;
/// How far the search for neighbours looks when it measures a layer, lattice cells.
const LOOK_CELLS: f64 = 128.0;

/// Edges with a single source are the only ones that can be a wrong twin of another.
fn unmatched(edges: &Edges) -> Vec<u32> {
    (0..edges.ends.len()).into_par_iter().filter(|&e| edges.uses(e).len() == 1).map(|e| e as u32).collect()
}

/// The tolerance in lattice cells: ten times the top of the lowest cluster of distances before an empty decade, at least
/// two cells, at most 0.1 m.
fn measured(distances: &mut [f64], cell_m: f64) -> f64 {
    distances.sort_unstable_by(f64::total_cmp);
    let top = distances
        .iter()
        .zip(distances.iter().skip(1).chain([&f64::INFINITY]))
        .find(|&(&near, &next)| next > 10.0 * near && 10.0 * near <= LOOK_CELLS)
        .map_or(0.0, |(&near, _)| near);
    (10.0 * top).min(UNASKED_M / cell_m).max(LEAST_CELLS)
}

/// What snapping did.
#[derive(Debug, Default)]
pub(super) struct Snapped {
    /// The tolerance used, metres.
    pub(super) tolerance_m: f64,
    /// Points moved or inserted.
    pub(super) count: usize,
    /// How far the furthest moved, metres, and where it was.
    pub(super) furthest: Option<(f64, Point)>,
}

/// Snaps the rings.
///
/// Vertices of unmatched edges, those of the first `fixed` points first, then from west to east: each goes to the nearest
/// vertex that was kept before it within the tolerance, or is kept itself, so that nothing is dragged along a chain. Then
/// every kept vertex that lies within the tolerance of an unmatched edge becomes a vertex of it (a T-junction healed). The
/// order of the rings and of their points does not matter.
pub(super) fn snap(rings: &mut Rings<'_>, edges: &Edges, fixed: usize, asked_m: Option<f64>) -> Snapped {
    let loose = unmatched(edges);
    let mut ids: Vec<u32> = loose.iter().flat_map(|&edge| edges.ends[edge as usize]).collect();
    ids.par_sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Snapped { tolerance_m: asked_m.unwrap_or(0.0), ..Snapped::default() };
    }
    let mut is_fixed = vec![false; edges.vertices.len()];
    edges.vertex_of[..fixed].iter().for_each(|&vertex| is_fixed[vertex as usize] = true);
    let bounds = ids.iter().fold(Bounds::EMPTY, |bounds, &id| bounds.with(edges.vertices[id as usize]));
    let scale = Scale::at(bounds.centre().y);
    let sites = Sites::of(&edges.vertices, &ids, scale);
    let cells = asked_m.map_or_else(
        || measured(&mut nearest_distances(edges, &loose, &sites, scale), scale.y),
        |metres| metres / scale.y,
    );
    // As it was asked for, to the last bit: it is written with what was cleaned and compared when that is cleaned again.
    let mut snapped = Snapped { tolerance_m: asked_m.unwrap_or(cells * scale.y), ..Snapped::default() };
    if cells < 1.0 {
        return snapped;
    }
    let ends = Ends::of(edges, &ids, &is_fixed, &sites, cells, scale);
    let points = if ends.moved { rings.points.to_mut() } else { &mut [][..] };
    for (point, &vertex) in points.iter_mut().zip(&edges.vertex_of) {
        if !ends.stays(vertex) {
            let to = ends.place(vertex);
            let distance = Scale::at(point.y).distance(*point, to);
            if snapped.furthest.is_none_or(|(furthest, _)| distance > furthest) {
                snapped.furthest = Some((distance, *point));
            }
            *point = to;
            snapped.count += 1;
        }
    }
    let healed = heal(rings, edges, &loose, &sites, &ends, cells, scale);
    snapped.count += healed.len();
    snapped.furthest = snapped.furthest.or_else(|| Some((0.0, healed.first()?.1)));
    snapped
}

/// Distances in cells from vertices to the nearest other vertex or edge they do not belong to.
fn nearest_distances(edges: &Edges, loose: &[u32], sites: &Sites, scale: Scale) -> Vec<f64> {
    loose
        .par_iter()
        .filter_map(|&edge| {
            let (a, b) = edges.points(edge as usize);
            let ends = edges.ends[edge as usize];
            let others = sites.along(a, b, LOOK_CELLS).filter(|(_, vertex)| !ends.contains(vertex));
            let best = others.map(|(at, _)| to_segment(at, a, b, scale).0).fold(f64::INFINITY, f64::min);
            (best > 0.0 && best <= LOOK_CELLS).then_some(best)
        })
        .collect()
}

/// Where the vertices end up.
struct Ends<'a> {
    vertices: &'a [Point],
    /// The vertex that each goes to: itself, where it stays.
    to: Vec<u32>,
    moved: bool,
}

impl<'a> Ends<'a> {
    /// Goes through the vertices in their order; those that have no other within the tolerance stay and draw none.
    fn of(edges: &'a Edges, ids: &[u32], fixed: &[bool], sites: &Sites, cells: f64, scale: Scale) -> Self {
        let vertices = edges.vertices.as_slice();
        let within = |vertex: u32| {
            let at = vertices[vertex as usize];
            let others = sites.along(at, at, cells).filter(move |&(_, other)| other != vertex);
            let others = others.map(move |(other_at, other)| (scale.distance(at, other_at) / scale.y, other));
            others.filter(move |&(distance, _)| distance <= cells)
        };
        let mut crowded: Vec<u32> = ids.par_iter().copied().filter(|&vertex| within(vertex).next().is_some()).collect();
        crowded.par_sort_unstable_by_key(|&vertex| (!fixed[vertex as usize], vertices[vertex as usize]));
        let mut ends = Self { vertices, to: (0..vertices.len() as u32).collect(), moved: false };
        let mut kept = vec![false; vertices.len()];
        for vertex in crowded {
            let nearest = || {
                within(vertex).filter(|&(_, other)| kept[other as usize]).min_by(|a, b| {
                    a.0.total_cmp(&b.0).then_with(|| vertices[a.1 as usize].cmp(&vertices[b.1 as usize]))
                })
            };
            match (!fixed[vertex as usize]).then(nearest).flatten() {
                Some((_, other)) => {
                    ends.to[vertex as usize] = other;
                    ends.moved = true;
                }
                None => kept[vertex as usize] = true,
            }
        }
        ends
    }

    fn place(&self, vertex: u32) -> Point {
        self.vertices[self.to[vertex as usize] as usize]
    }

    fn stays(&self, vertex: u32) -> bool {
        self.to[vertex as usize] == vertex
    }
}

/// Inserts kept vertices into unmatched edges that pass within the tolerance; which, and where.
fn heal(
    rings: &mut Rings<'_>,
    edges: &Edges,
    loose: &[u32],
    sites: &Sites,
    ends: &Ends<'_>,
    cells: f64,
    scale: Scale,
) -> Vec<(u32, Point)> {
    let mut cuts: Vec<(u32, Point)> = loose
        .par_iter()
        .flat_map_iter(|&edge| {
            let [a, b] = edges.ends[edge as usize].map(|end| ends.place(end));
            let meets = move |&(at, vertex): &(Point, u32)| {
                let (distance, inside) = to_segment(at, a, b, scale);
                at != a && at != b && inside && distance <= cells && ends.stays(vertex)
            };
            sites.along(a, b, cells).filter(meets).map(move |(at, _)| (edge, at))
        })
        .collect();
    cuts.par_sort_unstable();
    cuts.dedup();
    let lists = cuts.chunk_by(|a, b| a.0 == b.0).map(|same| {
        let mut points: Vec<Point> = same.iter().map(|&(_, point)| point).collect();
        let [a, b] = edges.ends[same[0].0 as usize].map(|end| ends.place(end));
        along(a, b, &mut points);
        (same[0].0, points)
    });
    insert(rings, edges, &Inner::of(edges, lists));
    cuts
}

/// Points to be put into edges, in order from the lower vertex of each.
pub(super) struct Inner {
    /// For each edge, its list, or [`NONE`].
    list_of: Vec<u32>,
    lists: Vec<Vec<Point>>,
}

impl Inner {
    /// Lists by edge.
    pub(super) fn of(edges: &Edges, lists: impl Iterator<Item = (u32, Vec<Point>)>) -> Self {
        let mut inner = Self { list_of: vec![NONE; edges.ends.len()], lists: Vec::new() };
        for (edge, points) in lists.filter(|(_, points)| !points.is_empty()) {
            inner.list_of[edge as usize] = inner.lists.len() as u32;
            inner.lists.push(points);
        }
        inner
    }

    fn list(&self, edge: u32) -> Option<&Vec<Point>> {
        self.lists.get(*self.list_of.get(edge as usize)? as usize)
    }
}

/// Rings that one thread takes at a time.
const STRETCH: usize = 256;

/// Puts points into every ring edge they belong to, in order along it. O(points), in parallel.
pub(super) fn insert(rings: &mut Rings<'_>, edges: &Edges, inner: &Inner) {
    if inner.lists.is_empty() {
        return;
    }
    let all: Vec<(std::ops::Range<usize>, u32)> = rings.iter().collect();
    let points = &rings.points;
    let grown: Vec<(Vec<Point>, Vec<u32>)> = all
        .par_chunks(STRETCH)
        .map(|some| {
            let (mut grown, mut ends) = (Vec::new(), Vec::with_capacity(some.len()));
            for (range, _) in some {
                let start = grown.len();
                for at in range.clone() {
                    push_new(&mut grown, start, points[at]);
                    let edge = edges.edge_of[at];
                    let Some(list) = (edge != NONE).then(|| inner.list(edge)).flatten() else { continue };
                    if edges.ends[edge as usize][0] == edges.vertex_of[at] {
                        list.iter().for_each(|&point| push_new(&mut grown, start, point));
                    } else {
                        list.iter().rev().for_each(|&point| push_new(&mut grown, start, point));
                    }
                }
                ends.push(grown.len() as u32);
            }
            (grown, ends)
        })
        .collect();
    let points = joined(grown.iter().map(|(points, _)| points.as_slice()));
    let (mut ring_ends, mut before) = (Vec::with_capacity(all.len()), 0);
    for (points, ends) in &grown {
        ring_ends.extend(ends.iter().map(|end| end + before));
        before += points.len() as u32;
    }
    let sources = std::mem::take(&mut rings.sources);
    *rings = Rings { points: points.into(), ring_ends: ring_ends.into(), sources };
}

/// Adds a point to the ring that begins at `start`, unless it stands last already.
fn push_new(points: &mut Vec<Point>, start: usize, point: Point) {
    if points.len() == start || points.last() != Some(&point) {
        points.push(point);
    }
}

/// Sorts points in the order in which an edge from `a` to `b` passes them: the same from either end.
pub(super) fn along(a: Point, b: Point, points: &mut [Point]) {
    let diff = |p: i32, q: i32| i128::from(p) - i128::from(q);
    let (from, to) = (a.min(b), a.max(b));
    let (dx, dy) = (diff(to.x, from.x), diff(to.y, from.y));
    points.sort_unstable_by_key(|&point| (diff(point.x, from.x) * dx + diff(point.y, from.y) * dy, point));
    if a > b {
        points.reverse();
    }
}

/// Distance from a point to a segment in cells of latitude, and whether its foot lies inside the segment: the same to the
/// last bit whichever end is named first.
fn to_segment(p: Point, a: Point, b: Point, scale: Scale) -> (f64, bool) {
    let (a, b) = (a.min(b), a.max(b));
    let squeeze = scale.x / scale.y;
    let vector =
        |from: Point, to: Point| ((f64::from(to.x) - f64::from(from.x)) * squeeze, f64::from(to.y) - f64::from(from.y));
    let ((bx, by), (px, py)) = (vector(a, b), vector(a, p));
    let length2 = bx * bx + by * by;
    let along = if length2 == 0.0 { 0.0 } else { (px * bx + py * by) / length2 };
    let t = along.clamp(0.0, 1.0);
    ((px - t * bx).hypot(py - t * by), along > 0.0 && along < 1.0)
}
