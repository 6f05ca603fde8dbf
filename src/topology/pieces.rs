//! The pieces of edges that are being cut, and what they cross: rounding looks at what lies near them and at nothing else.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::geometry::{Bounds, Point};

use super::arrange::toggled;
use super::crossings::{Raster, cuts_among};
use super::edges::Edges;
use super::rings::Rings;
use super::round::hot;
use super::snap::{Inner, along};

/// A point to be put into a piece of an edge: the edge, the piece by its place in it, the point.
pub(super) type PieceCut = (u32, usize, Point);

/// Edges that were cut, as chains of pieces.
pub(super) struct Pieces<'a> {
    edges: &'a Edges,
    /// What lies near a piece is told by its cells.
    raster: Raster,
    /// The points of each edge that was cut, its lower vertex first.
    chains: FxHashMap<u32, Vec<Point>>,
    /// Edges that were cut in the last round.
    fresh: FxHashSet<u32>,
}

impl<'a> Pieces<'a> {
    /// Nothing is cut yet.
    pub(super) fn of(edges: &'a Edges) -> Self {
        let raster = Raster::fitting(Bounds::of(&edges.vertices), edges.ends.len());
        Self { edges, raster, chains: FxHashMap::default(), fresh: FxHashSet::default() }
    }

    /// Puts points into pieces.
    pub(super) fn cut(&mut self, found: impl Iterator<Item = PieceCut>) {
        self.fresh.clear();
        let mut by_edge: BTreeMap<u32, Vec<(usize, Point)>> = BTreeMap::new();
        found.for_each(|(edge, piece, point)| by_edge.entry(edge).or_default().push((piece, point)));
        for (edge, points) in by_edge {
            let whole = || {
                let (a, b) = self.edges.points(edge as usize);
                vec![a, b]
            };
            let chain = self.chains.entry(edge).or_insert_with(whole);
            let before = chain.len();
            let mut grown = Vec::with_capacity(before + points.len());
            for (piece, &start) in chain.iter().enumerate() {
                grown.push(start);
                let mut inside: Vec<Point> =
                    points.iter().filter(|&&(of, _)| of == piece).map(|&(_, point)| point).collect();
                along(start, &mut inside);
                grown.extend(inside);
            }
            grown.dedup();
            if grown.len() != before {
                self.fresh.insert(edge);
            }
            *chain = grown;
        }
    }

    /// Where the pieces of the last round meet others or edges that are whole, and the hot pixels they pass through.
    pub(super) fn cuts(&self) -> Vec<PieceCut> {
        let segments = self.near_fresh();
        let mut rings = Rings::default();
        for (number, &(.., [a, b])) in segments.iter().enumerate() {
            rings.push([a, b], number as u32);
        }
        let near = Edges::of(&rings);
        let mut of_edge: Vec<(u32, u32)> =
            (0..segments.len()).map(|number| (near.edge_of[2 * number], number as u32)).collect();
        of_edge.sort_unstable();
        let lines = self.lines(&near, &of_edge, &segments);
        let mut found = cuts_among(&near, |edge| lines[edge]);
        if found.is_empty() {
            return Vec::new();
        }
        found.extend(hot(&near, &found));
        found.par_sort_unstable();
        found.dedup();
        let pieces = |edge: u32| {
            let from = of_edge.partition_point(|&(other, _)| other < edge);
            of_edge[from..].iter().take_while(move |&&(other, _)| other == edge)
        };
        let cut =
            |&(edge, point): &(u32, Point)| pieces(edge).map(move |&(_, number)| (number, point)).collect::<Vec<_>>();
        found
            .iter()
            .flat_map(cut)
            .map(|(number, point)| {
                let (edge, piece, _) = segments[number as usize];
                (edge, piece, point)
            })
            .collect()
    }

    /// Whether each edge that pieces became is a line still: pieces that came to lie on each other may cancel.
    fn lines(&self, near: &Edges, of_edge: &[(u32, u32)], segments: &[(u32, usize, [Point; 2])]) -> Vec<bool> {
        let mut lines = vec![false; near.ends.len()];
        for same in of_edge.chunk_by(|a, b| a.0 == b.0) {
            let uses = same.iter().map(|&(_, number)| self.edges.uses(segments[number as usize].0 as usize));
            let uses = uses.fold(Vec::new(), |sum, uses| toggled(&sum, uses));
            if let Some(line) = lines.get_mut(same[0].0 as usize) {
                *line = !uses.is_empty();
            }
        }
        lines
    }

    /// Pieces of the edges cut last, and all pieces and whole edges that share a cell with one of them. O(edges).
    fn near_fresh(&self) -> Vec<(u32, usize, [Point; 2])> {
        let cells = |ends: &[Point]| {
            let cells = self.raster.cells_of(ends[0], ends[1], &self.raster.whole());
            cells.map(|(column, row)| self.raster.place(column, row))
        };
        let mut looked_at = vec![false; self.raster.count()];
        for chain in self.fresh.iter().filter_map(|edge| self.chains.get(edge)) {
            chain.windows(2).flat_map(cells).for_each(|cell| looked_at[cell] = true);
        }
        let is_near = |ends: &[Point]| cells(ends).any(|cell| looked_at[cell]);
        let whole = (0..self.edges.ends.len()).into_par_iter().filter_map(|edge| {
            let (a, b) = self.edges.points(edge);
            let edge = edge as u32;
            (!self.edges.uses(edge as usize).is_empty() && is_near(&[a, b]) && !self.chains.contains_key(&edge))
                .then_some((edge, 0, [a, b]))
        });
        let mut segments: Vec<_> = whole.collect();
        let mut chains: Vec<(&u32, &Vec<Point>)> = self.chains.iter().collect();
        chains.sort_unstable_by_key(|&(&edge, _)| edge);
        for (&edge, chain) in chains {
            let pieces = chain.windows(2).enumerate().filter(|(_, ends)| is_near(ends));
            segments.extend(pieces.map(|(piece, ends)| (edge, piece, [ends[0], ends[1]])));
        }
        segments
    }

    /// The points that were put into each edge, in order from its lower vertex.
    pub(super) fn inner(self) -> Inner {
        let inner = |chain: Vec<Point>| chain.get(1..chain.len() - 1).unwrap_or_default().to_vec();
        Inner::of(self.edges, self.chains.into_iter().map(|(edge, chain)| (edge, inner(chain))))
    }
}
