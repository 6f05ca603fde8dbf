//! Vertices that should be one are made one: snapping within a tolerance, shown and settable (design §5).

use rayon::prelude::*;
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};
use rustc_hash::FxHashMap;

use crate::base::joined;
use crate::geometry::{Point, Scale};

use super::edges::{Edges, NONE};
use super::rings::Rings;

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
/// Vertices of unmatched edges, those of the first `fixed` points first, then in order of their ids: each goes to the nearest vertex that was kept before it within the
/// tolerance, or is kept itself, so that nothing is dragged along a chain. Then every kept vertex that lies within the
/// tolerance of an unmatched edge becomes a vertex of it (a T-junction healed).
pub(super) fn snap(rings: &mut Rings<'_>, edges: &Edges, fixed: usize, asked_m: Option<f64>) -> Snapped {
    let loose = unmatched(edges);
    let mut ids: Vec<u32> = loose.iter().flat_map(|&edge| edges.ends[edge as usize]).collect();
    ids.par_sort_unstable();
    ids.dedup();
    let mut is_fixed = vec![false; edges.vertices.len()];
    edges.vertex_of[..fixed].iter().for_each(|&vertex| is_fixed[vertex as usize] = true);
    ids.sort_by_key(|&id| !is_fixed[id as usize]);
    let Some(&first) = ids.first() else {
        return Snapped { tolerance_m: asked_m.unwrap_or(0.0), ..Snapped::default() };
    };
    let scale = Scale::at(edges.vertices[first as usize].y);
    let cells = asked_m.map_or_else(
        || measured(&mut nearest_distances(edges, &loose, &Tree::of(&edges.vertices, &ids), scale), scale.y),
        |metres| metres / scale.y,
    );
    let mut snapped = Snapped { tolerance_m: cells * scale.y, ..Snapped::default() };
    if cells < 1.0 {
        return snapped;
    }
    let target = targets(edges, &ids, |id| is_fixed[id as usize], cells, scale);
    let points = if target.is_empty() { &mut [][..] } else { rings.points.to_mut() };
    for (point, &vertex) in points.iter_mut().zip(&edges.vertex_of) {
        if let Some(&to) = target.get(&vertex)
            && to != *point
        {
            let distance = Scale::at(point.y).distance(*point, to);
            if snapped.furthest.is_none_or(|(furthest, _)| distance > furthest) {
                snapped.furthest = Some((distance, *point));
            }
            *point = to;
            snapped.count += 1;
        }
    }
    let healed = heal(rings, edges, &loose, &ids, &target, cells, scale);
    snapped.count += healed.len();
    snapped.furthest = snapped.furthest.or_else(|| Some((0.0, healed.first()?.1)));
    snapped
}

/// Distances in cells from vertices to the nearest other vertex or edge they do not belong to.
fn nearest_distances(edges: &Edges, loose: &[u32], tree: &Tree, scale: Scale) -> Vec<f64> {
    loose
        .par_iter()
        .filter_map(|&edge| {
            let (a, b) = edges.points(edge as usize);
            let [a_id, b_id] = edges.ends[edge as usize];
            let others = tree.along(a, b, LOOK_CELLS, scale).filter(|&vertex| vertex != a_id && vertex != b_id);
            let best = others
                .map(|vertex| to_segment(edges.vertices[vertex as usize], a, b, scale).0)
                .fold(f64::INFINITY, f64::min);
            (best > 0.0 && best <= LOOK_CELLS).then_some(best)
        })
        .collect()
}

/// Where each vertex goes that does not stay.
fn targets(edges: &Edges, ids: &[u32], fixed: impl Fn(u32) -> bool, cells: f64, scale: Scale) -> FxHashMap<u32, Point> {
    let mut kept = Near::reaching(cells);
    let mut target = FxHashMap::default();
    for &vertex in ids {
        let at = edges.vertices[vertex as usize];
        if fixed(vertex) {
            kept.insert(at, vertex);
            continue;
        }
        let mut best = (cells, None);
        kept.around(at, |other| {
            let distance = scale.distance(at, edges.vertices[other as usize]) / scale.y;
            if distance <= best.0 && best.1.is_none_or(|known| distance < best.0 || other < known) {
                best = (distance, Some(other));
            }
        });
        match best.1 {
            Some(other) => {
                target.insert(vertex, edges.vertices[other as usize]);
            }
            None => kept.insert(at, vertex),
        }
    }
    target
}

/// Inserts kept vertices into unmatched edges that pass within the tolerance; which, and where.
fn heal(
    rings: &mut Rings<'_>,
    edges: &Edges,
    loose: &[u32],
    ids: &[u32],
    target: &FxHashMap<u32, Point>,
    cells: f64,
    scale: Scale,
) -> Vec<(u32, Point)> {
    let kept: Vec<u32> = ids.iter().copied().filter(|id| !target.contains_key(id)).collect();
    let tree = Tree::of(&edges.vertices, &kept);
    let place = |id: u32| target.get(&id).copied().unwrap_or(edges.vertices[id as usize]);
    let mut cuts: Vec<(u32, Point)> = loose
        .par_iter()
        .flat_map_iter(|&edge| {
            let (a, b) = (place(edges.ends[edge as usize][0]), place(edges.ends[edge as usize][1]));
            let meets = move |vertex: &u32| {
                let at = edges.vertices[*vertex as usize];
                let (distance, inside) = to_segment(at, a, b, scale);
                at != a && at != b && inside && distance <= cells
            };
            let found = tree.along(a, b, cells, scale).filter(meets);
            found.map(move |vertex| (edge, edges.vertices[vertex as usize])).collect::<Vec<_>>()
        })
        .collect();
    cuts.par_sort_unstable();
    cuts.dedup();
    let lists = cuts.chunk_by(|a, b| a.0 == b.0).map(|same| {
        let mut points: Vec<Point> = same.iter().map(|&(_, point)| point).collect();
        along(place(edges.ends[same[0].0 as usize][0]), &mut points);
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

/// Sorts points by their distance from the start of the edge they lie on.
pub(super) fn along(start: Point, points: &mut [Point]) {
    points.sort_by_key(|&point| distance_squared(start, point));
}

fn distance_squared(a: Point, b: Point) -> i128 {
    let (dx, dy) = (i128::from(a.x) - i128::from(b.x), i128::from(a.y) - i128::from(b.y));
    dx * dx + dy * dy
}

/// Distance from a point to a segment in cells of latitude, and whether its foot lies inside the segment.
fn to_segment(p: Point, a: Point, b: Point, scale: Scale) -> (f64, bool) {
    let squeeze = scale.x / scale.y;
    let vector =
        |from: Point, to: Point| ((f64::from(to.x) - f64::from(from.x)) * squeeze, f64::from(to.y) - f64::from(from.y));
    let ((bx, by), (px, py)) = (vector(a, b), vector(a, p));
    let length2 = bx * bx + by * by;
    let along = if length2 == 0.0 { 0.0 } else { (px * bx + py * by) / length2 };
    let t = along.clamp(0.0, 1.0);
    ((px - t * bx).hypot(py - t * by), along > 0.0 && along < 1.0)
}

/// Kept vertices by square cells of a hash grid: grows while the vertices are gone through.
struct Near {
    size: i32,
    cells: FxHashMap<(i32, i32), Vec<u32>>,
}

impl Near {
    /// Cells of longitude shrink towards the poles; four times the reach covers them up to 75 degrees.
    fn reaching(cells: f64) -> Self {
        Self { size: ((cells * 4.0).ceil() as i32).max(8), cells: FxHashMap::default() }
    }

    fn insert(&mut self, at: Point, id: u32) {
        self.cells.entry((at.x.div_euclid(self.size), at.y.div_euclid(self.size))).or_default().push(id);
    }

    fn around(&self, at: Point, mut found: impl FnMut(u32)) {
        let (column, row) = (at.x.div_euclid(self.size), at.y.div_euclid(self.size));
        for x in column - 1..=column + 1 {
            for y in row - 1..=row + 1 {
                self.cells.get(&(x, y)).into_iter().flatten().for_each(|&id| found(id));
            }
        }
    }
}

/// Vertices in an R-tree, for what lies along an edge.
struct Tree(RTree<GeomWithData<[i32; 2], u32>>);

impl Tree {
    fn of(vertices: &[Point], ids: &[u32]) -> Self {
        let at = |id: u32| vertices[id as usize];
        Self(RTree::bulk_load(ids.iter().map(|&id| GeomWithData::new([at(id).x, at(id).y], id)).collect()))
    }

    /// Vertices in the box of a segment grown by a reach in cells of latitude.
    fn along(&self, a: Point, b: Point, reach: f64, scale: Scale) -> impl Iterator<Item = u32> + '_ {
        let (x, y) = ((reach * scale.y / scale.x).ceil() as i32, reach.ceil() as i32);
        let low = [a.x.min(b.x).saturating_sub(x), a.y.min(b.y).saturating_sub(y)];
        let high = [a.x.max(b.x).saturating_add(x), a.y.max(b.y).saturating_add(y)];
        self.0.locate_in_envelope(AABB::from_corners(low, high)).map(|found| found.data)
    }
}
