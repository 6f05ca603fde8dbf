//! Equal points to one vertex, equal edges to one edge.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{Dealt, deal, joined};
use crate::geometry::Point;

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
    /// Sources that run along an edge more than once, ascending.
    pub(super) doubled: Vec<u32>,
}

impl Edges {
    /// O(points), in parallel; the same on any number of threads.
    pub(super) fn of(rings: &Rings<'_>) -> Self {
        let dealt = deal(rings.points.len(), PARTS, |at| [part(rings.points[at])]);
        let (vertex_of, vertices, offsets) = intern(&rings.points, &dealt);
        let mut edges = Self { vertices, vertex_of, ..Self::default() };
        edges.unite(rings, &dealt, &offsets);
        edges
    }

    /// Sources changed by stepping over an edge; none where a ring runs back over itself.
    pub(super) fn uses(&self, edge: usize) -> &[u32] {
        let start = if edge == 0 { 0 } else { self.use_ends[edge - 1] as usize };
        &self.uses[start..self.use_ends[edge] as usize]
    }

    /// The same edges, each of which is a line, however often it is drawn: it is used by itself.
    pub(super) fn all_lines(self) -> Self {
        let count = self.ends.len() as u32;
        Self { uses: (0..count).collect(), use_ends: (1..=count).collect(), ..self }
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

    /// Numbers the distinct edges in the order of their lower vertices: each part sorts and joins those whose lower vertex
    /// is one of its own, found at the points it was dealt.
    fn unite(&mut self, rings: &Rings<'_>, dealt: &[Dealt], offsets: &[u32]) {
        let steps = Steps::of(rings, &self.vertex_of);
        let united: Vec<United> = (0..PARTS)
            .into_par_iter()
            .map_init(Sorter::default, |sorter, part| {
                sorter.sort(&steps, dealt.iter().flat_map(|dealt| dealt.of(part)), offsets[part]..offsets[part + 1]);
                sorter.united()
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
        let edge_of: Vec<AtomicU32> = (0..rings.points.len()).into_par_iter().map(|_| AtomicU32::new(NONE)).collect();
        united.par_iter().zip(&offsets).for_each(|(part, &[first, _])| {
            part.edge_of.iter().for_each(|&(at, edge)| edge_of[at as usize].store(first + edge, Relaxed));
        });
        self.edge_of = edge_of.into_iter().map(AtomicU32::into_inner).collect();
        self.ends = joined(united.iter().map(|part| part.ends.as_slice()));
        self.first = joined(united.iter().map(|part| part.first.as_slice()));
        self.uses = joined(united.iter().map(|part| part.uses.as_slice()));
        self.doubled = joined(united.iter().map(|part| part.doubled.as_slice()));
        self.doubled.sort_unstable();
        self.doubled.dedup();
        self.use_ends = Vec::with_capacity(edges as usize);
        for (part, [_, first]) in united.into_iter().zip(offsets) {
            self.use_ends.extend(part.use_ends.iter().map(|end| end + first));
        }
    }
}

/// The steps of the rings from point to point.
struct Steps<'a> {
    rings: &'a Rings<'a>,
    vertex_of: &'a [u32],
    /// The ring of each point.
    ring_of: Vec<u32>,
}

/// The edge that leaves a point of a ring.
#[derive(Clone, Copy, Default)]
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
    fn of(rings: &'a Rings<'a>, vertex_of: &'a [u32]) -> Self {
        let mut ring_of = Vec::with_capacity(vertex_of.len());
        for (ring, &end) in rings.ring_ends.iter().enumerate() {
            ring_of.resize(end as usize, ring as u32);
        }
        Self { rings, vertex_of, ring_of }
    }

    /// Of the edges that come to a point and leave it, those whose lower vertex it is: each edge of a ring is met once.
    #[inline]
    fn edges(&self, at: u32) -> impl Iterator<Item = RingEdge> + use<> {
        let ring = self.ring_of[at as usize] as usize;
        let start = ring.checked_sub(1).map_or(0, |ring| self.rings.ring_ends[ring]);
        let end = self.rings.ring_ends[ring];
        let next = if at + 1 == end { start } else { at + 1 };
        let before = if at == start { end - 1 } else { at - 1 };
        let source = self.rings.sources[ring];
        let vertex = |at: u32| self.vertex_of[at as usize];
        let low = vertex(at);
        let edge = |to: u32, at: u32| (low < to).then_some(RingEdge { low, high: to, source, at });
        edge(vertex(next), at).into_iter().chain(edge(vertex(before), before))
    }
}

/// The distinct edges whose lower vertices lie in one part.
#[derive(Default)]
struct United {
    ends: Vec<[u32; 2]>,
    first: Vec<u32>,
    uses: Vec<u32>,
    use_ends: Vec<u32>,
    doubled: Vec<u32>,
    /// The edge of each ring edge, both by number.
    edge_of: Vec<(u32, u32)>,
}

/// The ring edges of one part by their lower vertex; the room is used again for the next part.
#[derive(Default)]
struct Sorter {
    found: Vec<RingEdge>,
    sorted: Vec<RingEdge>,
    /// For each vertex, where its ring edges begin; one more for the end.
    starts: Vec<u32>,
    fill: Vec<u32>,
}

impl Sorter {
    /// A counting sort.
    fn sort(&mut self, steps: &Steps<'_>, dealt: impl Iterator<Item = u32>, vertices: std::ops::Range<u32>) {
        self.found.clear();
        self.found.extend(dealt.flat_map(|at| steps.edges(at)));
        self.starts.clear();
        self.starts.resize(vertices.len() + 1, 0);
        self.found.iter().for_each(|edge| self.starts[(edge.low - vertices.start) as usize + 1] += 1);
        (1..self.starts.len()).for_each(|at| self.starts[at] += self.starts[at - 1]);
        self.fill.clone_from(&self.starts);
        self.sorted.clear();
        self.sorted.resize(self.found.len(), RingEdge::default());
        for &edge in &self.found {
            let slot = &mut self.fill[(edge.low - vertices.start) as usize];
            self.sorted[*slot as usize] = edge;
            *slot += 1;
        }
    }

    /// The ring edges of each vertex sorted and joined.
    fn united(&mut self) -> United {
        let count = self.sorted.len();
        // Most edges are in two rings.
        let mut united = United {
            ends: Vec::with_capacity(count / 2),
            first: Vec::with_capacity(count / 2),
            uses: Vec::with_capacity(count),
            use_ends: Vec::with_capacity(count / 2),
            doubled: Vec::new(),
            edge_of: Vec::with_capacity(count),
        };
        for bounds in self.starts.windows(2) {
            let group = &mut self.sorted[bounds[0] as usize..bounds[1] as usize];
            group.sort_unstable_by_key(|edge| (edge.high, edge.source, edge.at));
            group.chunk_by(|a, b| a.high == b.high).for_each(|same| united.push(same));
        }
        united
    }
}

impl United {
    /// Adds an edge by the ring edges that are it, those of one source together.
    fn push(&mut self, same: &[RingEdge]) {
        let edge = self.ends.len() as u32;
        self.ends.push([same[0].low, same[0].high]);
        self.first.extend(same.iter().map(|edge| edge.at).min());
        for group in same.chunk_by(|a, b| a.source == b.source) {
            if group.len() % 2 == 1 {
                self.uses.push(group[0].source);
            }
            if group.len() > 1 {
                self.doubled.push(group[0].source);
            }
        }
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

/// A vertex id for each point, the distinct points, those of a part together, and where each part's begin; one more for
/// the end.
fn intern(points: &[Point], dealt: &[Dealt]) -> (Vec<u32>, Vec<Point>, Vec<u32>) {
    let ids: Vec<AtomicU32> = (0..points.len()).into_par_iter().map(|_| AtomicU32::new(0)).collect();
    let distinct: Vec<Vec<Point>> = (0..PARTS)
        .into_par_iter()
        .map_init(FxHashMap::default, |known: &mut FxHashMap<Point, u32>, part| {
            known.clear();
            let count: usize = dealt.iter().map(|dealt| dealt.of(part).len()).sum();
            // Most points are in two rings.
            let mut distinct = Vec::with_capacity(count / 2);
            for at in dealt.iter().flat_map(|dealt| dealt.of(part)) {
                let point = points[at as usize];
                let id = *known.entry(point).or_insert_with(|| {
                    distinct.push(point);
                    distinct.len() as u32 - 1
                });
                ids[at as usize].store(id, Relaxed);
            }
            distinct
        })
        .collect();
    let mut offsets = vec![0_u32; PARTS + 1];
    for at in 0..PARTS {
        offsets[at + 1] = offsets[at] + distinct[at].len() as u32;
    }
    ids.par_iter().zip(points).for_each(|(id, &point)| id.store(id.load(Relaxed) + offsets[part(point)], Relaxed));
    (ids.into_iter().map(AtomicU32::into_inner).collect(), joined(distinct.iter().map(Vec::as_slice)), offsets)
}
