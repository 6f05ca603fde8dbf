//! Equal points to one vertex, equal edges to one edge.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

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

    /// The two points of an edge.
    pub(super) fn points(&self, edge: usize) -> (Point, Point) {
        let [a, b] = self.ends[edge];
        (self.vertices[a as usize], self.vertices[b as usize])
    }

    /// Numbers the distinct edges: a counting sort of all ring edges by their lower vertex, then by hand within each.
    fn unite(&mut self, rings: &Rings) {
        let count = rings.points.len();
        let mut pairs = vec![[NONE; 2]; count];
        let mut source_of = vec![0_u32; count];
        let mut starts = vec![0_u32; self.vertices.len() + 1];
        for (range, source) in rings.iter() {
            let (start, end) = (range.start, range.end);
            for at in range {
                let next = if at + 1 == end { start } else { at + 1 };
                let (a, b) = (self.vertex_of[at], self.vertex_of[next]);
                source_of[at] = source;
                if a != b {
                    pairs[at] = [a.min(b), a.max(b)];
                    starts[a.min(b) as usize + 1] += 1;
                }
            }
        }
        for vertex in 1..starts.len() {
            starts[vertex] += starts[vertex - 1];
        }
        let mut sorted = vec![0_u32; starts.last().map_or(0, |&end| end as usize)];
        let mut fill = starts.clone();
        for (at, pair) in pairs.iter().enumerate().filter(|(_, pair)| pair[0] != NONE) {
            let slot = &mut fill[pair[0] as usize];
            sorted[*slot as usize] = at as u32;
            *slot += 1;
        }
        self.edge_of = vec![NONE; count];
        for vertex in 0..self.vertices.len() {
            let group = &mut sorted[starts[vertex] as usize..starts[vertex + 1] as usize];
            group.sort_unstable_by_key(|&at| (pairs[at as usize][1], source_of[at as usize]));
            for same in group.chunk_by(|&a, &b| pairs[a as usize][1] == pairs[b as usize][1]) {
                let edge = self.ends.len() as u32;
                self.ends.push(pairs[same[0] as usize]);
                for source in same.chunk_by(|&a, &b| source_of[a as usize] == source_of[b as usize]) {
                    if source.len() % 2 == 1 {
                        self.uses.push(source_of[source[0] as usize]);
                    }
                }
                self.use_ends.push(self.uses.len() as u32);
                for &at in same {
                    self.edge_of[at as usize] = edge;
                }
            }
        }
    }
}

/// Parts the points are divided into before each part is hashed: its table then fits the processor's cache.
const PARTS: usize = 256;

/// The part of a point: by tile of about 700 m, so that a ring's points stay together.
fn part(point: Point) -> usize {
    let tile = u64::from((point.x >> 16) as u32) << 32 | u64::from((point.y >> 16) as u32);
    (tile.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize
}

/// A vertex id for each point and the distinct points, the same on any number of threads.
fn intern(points: &[Point]) -> (Vec<u32>, Vec<Point>) {
    let chunk = points.len().div_ceil(16).max(1);
    let sorted: Vec<(Vec<u32>, Vec<u32>)> = points
        .par_chunks(chunk)
        .enumerate()
        .map(|(number, points)| {
            let mut starts = vec![0_u32; PARTS + 1];
            points.iter().for_each(|&point| starts[part(point) + 1] += 1);
            (1..=PARTS).for_each(|at| starts[at] += starts[at - 1]);
            let mut fill = starts.clone();
            let mut order = vec![0_u32; points.len()];
            for (at, &point) in points.iter().enumerate() {
                let slot = &mut fill[part(point)];
                order[*slot as usize] = (number * chunk + at) as u32;
                *slot += 1;
            }
            (starts, order)
        })
        .collect();
    let local: Vec<AtomicU32> = (0..points.len()).into_par_iter().map(|_| AtomicU32::new(0)).collect();
    let distinct: Vec<Vec<Point>> = (0..PARTS)
        .into_par_iter()
        .map(|part| {
            let mut ids: FxHashMap<Point, u32> = FxHashMap::default();
            let mut distinct = Vec::new();
            for (starts, order) in &sorted {
                for &at in &order[starts[part] as usize..starts[part + 1] as usize] {
                    let point = points[at as usize];
                    let id = *ids.entry(point).or_insert_with(|| {
                        distinct.push(point);
                        distinct.len() as u32 - 1
                    });
                    local[at as usize].store(id, Relaxed);
                }
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
