//! Equal points to one vertex, equal edges to one edge.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::geometry::Point;

use super::deal::deal;
use super::rings::Rings;

/// No edge: two neighbouring points of a ring that are equal.
pub(super) const NONE: u32 = u32::MAX;

/// The distinct vertices and edges of a set of rings.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Distinct points.
    pub(super) vertices: Vec<Point>,
    /// The two vertices of each edge, the lower id first.
    pub(super) ends: Vec<[u32; 2]>,
    /// The vertex of each point of the rings.
    pub(super) vertex_of: Vec<u32>,
    /// The edge that leaves each point of the rings, [`NONE`] where the next point is the same.
    pub(super) edge_of: Vec<u32>,
    /// For each edge, the first point of the rings that it leaves.
    first: Vec<u32>,
    /// Sources that an odd number of ring edges bring to each edge, ascending: what one crosses by stepping over it.
    uses: Vec<u32>,
    use_ends: Vec<u32>,
}

impl Edges {
    /// O(points), in parallel.
    pub(super) fn of(rings: &Rings) -> Self {
        let (vertex_of, vertices) = intern(&rings.points);
        let mut edges = Self { vertices, vertex_of, ..Self::default() };
        edges.unite(rings);
        edges
    }

    /// Sources changed by stepping over an edge; none where a ring runs back over itself.
    pub(super) fn uses(&self, edge: usize) -> &[u32] {
        let start = if edge == 0 { 0 } else { self.use_ends[edge - 1] as usize };
        &self.uses[start..self.use_ends[edge] as usize]
    }

    /// The first point of the rings that an edge leaves.
    pub(super) fn first(&self, edge: u32) -> usize {
        self.first[edge as usize] as usize
    }

    /// The two points of an edge.
    pub(super) fn points(&self, edge: usize) -> (Point, Point) {
        let [a, b] = self.ends[edge];
        (self.vertices[a as usize], self.vertices[b as usize])
    }

    /// Numbers the distinct edges in the order of their lower vertices: ring edges are dealt out to ranges of vertices,
    /// and each range sorts and joins its own. O(points), in parallel; the same on any number of threads.
    fn unite(&mut self, rings: &Rings) {
        let count = rings.points.len();
        let steps = Steps::of(rings, &self.vertex_of);
        let range = self.vertices.len().div_ceil(PARTS).max(1);
        let dealt = deal(count, PARTS, |at| steps.edge(at).map(|edge| edge.low as usize / range));
        let united: Vec<United> = (0..PARTS)
            .into_par_iter()
            .map(|part| {
                let first = (part * range).min(self.vertices.len());
                let vertices = first as u32..(first + range).min(self.vertices.len()) as u32;
                United::of(&steps, dealt.iter().flat_map(|dealt| dealt.of(part)), vertices)
            })
            .collect();
        let (mut edges, mut uses) = (0, 0);
        let offsets: Vec<[u32; 2]> = united
            .iter()
            .map(|part| {
                let at = [edges, uses];
                edges += part.ends.len() as u32;
                uses += part.uses.len() as u32;
                at
            })
            .collect();
        let edge_of: Vec<AtomicU32> = (0..count).into_par_iter().map(|_| AtomicU32::new(NONE)).collect();
        united.par_iter().zip(&offsets).for_each(|(part, &[first, _])| {
            part.edge_of.iter().for_each(|&(at, edge)| edge_of[at as usize].store(first + edge, Relaxed));
        });
        self.edge_of = edge_of.into_iter().map(AtomicU32::into_inner).collect();
        self.ends = Vec::with_capacity(edges as usize);
        self.first = Vec::with_capacity(edges as usize);
        self.use_ends = Vec::with_capacity(edges as usize);
        self.uses = Vec::with_capacity(uses as usize);
        for (part, [_, first]) in united.into_iter().zip(offsets) {
            self.ends.extend(part.ends);
            self.first.extend(part.first);
            self.use_ends.extend(part.use_ends.iter().map(|end| end + first));
            self.uses.extend(part.uses);
        }
    }
}

/// The steps of the rings from point to point.
struct Steps<'a> {
    rings: &'a Rings,
    vertex_of: &'a [u32],
    /// The ring of each point.
    ring_of: Vec<u32>,
}

/// The edge that leaves a point of a ring.
#[derive(Clone, Copy)]
struct RingEdge {
    /// Its lower vertex.
    low: u32,
    /// Its higher vertex.
    high: u32,
    source: u32,
    /// The point.
    at: u32,
}

impl<'a> Steps<'a> {
    fn of(rings: &'a Rings, vertex_of: &'a [u32]) -> Self {
        let mut ring_of = Vec::with_capacity(vertex_of.len());
        for (ring, &end) in rings.ring_ends.iter().enumerate() {
            ring_of.resize(end as usize, ring as u32);
        }
        Self { rings, vertex_of, ring_of }
    }

    /// The edge that leaves a point; `None` where the next point is the same.
    #[inline]
    fn edge(&self, at: usize) -> Option<RingEdge> {
        let ring = self.ring_of[at] as usize;
        let last = at + 1 == self.rings.ring_ends[ring] as usize;
        let next =
            if last { ring.checked_sub(1).map_or(0, |ring| self.rings.ring_ends[ring] as usize) } else { at + 1 };
        let (a, b) = (self.vertex_of[at], self.vertex_of[next]);
        let source = self.rings.sources[ring];
        (a != b).then_some(RingEdge { low: a.min(b), high: a.max(b), source, at: at as u32 })
    }
}

/// The distinct edges whose lower vertices lie in one range.
#[derive(Default)]
struct United {
    ends: Vec<[u32; 2]>,
    first: Vec<u32>,
    uses: Vec<u32>,
    use_ends: Vec<u32>,
    /// The edge of each ring edge, both by number.
    edge_of: Vec<(u32, u32)>,
}

impl United {
    /// A counting sort of the ring edges by their lower vertex, then by hand within each.
    fn of(steps: &Steps<'_>, dealt: impl Iterator<Item = u32> + Clone, vertices: std::ops::Range<u32>) -> Self {
        let mut starts = vec![0_u32; vertices.len() + 1];
        let found: Vec<RingEdge> = dealt.filter_map(|at| steps.edge(at as usize)).collect();
        found.iter().for_each(|edge| starts[(edge.low - vertices.start) as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut fill = starts.clone();
        let mut sorted = vec![RingEdge { low: 0, high: 0, source: 0, at: 0 }; found.len()];
        for &edge in &found {
            let slot = &mut fill[(edge.low - vertices.start) as usize];
            sorted[*slot as usize] = edge;
            *slot += 1;
        }
        let mut united = Self { edge_of: Vec::with_capacity(found.len()), ..Self::default() };
        for bounds in starts.windows(2) {
            let group = &mut sorted[bounds[0] as usize..bounds[1] as usize];
            group.sort_unstable_by_key(|edge| (edge.high, edge.source, edge.at));
            group.chunk_by(|a, b| a.high == b.high).for_each(|same| united.push(same));
        }
        united
    }

    /// Adds an edge by the ring edges that are it, those of one source together.
    fn push(&mut self, same: &[RingEdge]) {
        let edge = self.ends.len() as u32;
        self.ends.push([same[0].low, same[0].high]);
        self.first.extend(same.iter().map(|edge| edge.at).min());
        let odd = same.chunk_by(|a, b| a.source == b.source).filter(|group| group.len() % 2 == 1);
        self.uses.extend(odd.map(|group| group[0].source));
        self.use_ends.push(self.uses.len() as u32);
        self.edge_of.extend(same.iter().map(|step| (step.at, edge)));
    }
}

/// Parts that points and edges are dealt out to: the tables of one fit the processor's cache.
const PARTS: usize = 256;

/// The part of a point: by tile of about 700 m, so that a ring's points stay together.
fn part(point: Point) -> usize {
    let tile = u64::from((point.x >> 16) as u32) << 32 | u64::from((point.y >> 16) as u32);
    (tile.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize
}

/// A vertex id for each point and the distinct points, the same on any number of threads.
fn intern(points: &[Point]) -> (Vec<u32>, Vec<Point>) {
    let dealt = deal(points.len(), PARTS, |at| [part(points[at])]);
    let local: Vec<AtomicU32> = (0..points.len()).into_par_iter().map(|_| AtomicU32::new(0)).collect();
    let distinct: Vec<Vec<Point>> = (0..PARTS)
        .into_par_iter()
        .map(|part| {
            let count: usize = dealt.iter().map(|dealt| dealt.of(part).len()).sum();
            // Most points are in two rings.
            let mut ids: FxHashMap<Point, u32> = FxHashMap::with_capacity_and_hasher(count / 2, FxBuildHasher);
            let mut distinct = Vec::with_capacity(count / 2);
            for at in dealt.iter().flat_map(|dealt| dealt.of(part)) {
                let point = points[at as usize];
                let id = *ids.entry(point).or_insert_with(|| {
                    distinct.push(point);
                    distinct.len() as u32 - 1
                });
                local[at as usize].store(id, Relaxed);
            }
            distinct
        })
        .collect();
    let mut offsets = vec![0_u32; PARTS];
    for at in 1..PARTS {
        offsets[at] = offsets[at - 1] + distinct[at - 1].len() as u32;
    }
    let ids = local.into_par_iter().zip(points).map(|(id, &point)| id.into_inner() + offsets[part(point)]).collect();
    (ids, distinct.concat())
}
