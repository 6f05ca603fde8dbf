//! Snap rounding: crossings become vertices of both edges, rounded to the lattice, in one pass that always ends.
//!
//! The plane is parted into pixels, the cells of side one around the points of the lattice, each with its western and
//! southern side and without the other two. A pixel is *hot* where edges must be bent to its centre. Every edge is routed
//! through the centres of all hot pixels that it passes, in the order in which it passes them; an edge *bends* where one of
//! these centres does not lie on it. This is snap rounding as it was published (Hobby 1999, Practical segment intersection
//! with finite precision output; Guibas and Marimont 1998, Rounding arrangements dynamically; Hershberger 2013, Stable snap
//! rounding) but for one thing: there the pixels of all vertices are hot, here only those that have to be, so that a map
//! whose lines do not cross comes back as it was, even where a line passes close to a vertex. Hot are
//!
//! 1. the pixels of crossings that lie off the lattice: of all edges as they are given, none of them rounded yet;
//! 2. the pixel of every vertex or crossing that an edge that bends passes.
//!
//! **Why it ends.** Rule 2 only ever adds pixels. They are those of vertices and crossings of the edges *as they were
//! given*, of which there is a finite number, and whether an edge passes a pixel is asked of the edge as it was given. What
//! has been bent is never looked at again. (To cut pieces of edges where they cross each other after rounding, and to round
//! those crossings, need not end: a crossing one cell from an end may make another one cell further on.)
//!
//! **Why nothing crosses.** Let the hot pixels shrink to their centres, all at once, at time `t` to the size `1 - t`, and
//! carry the edges along: where an edge enters or leaves a pixel it moves with that place of the pixel's side. What is left
//! of the edges outside the hot pixels are links; at the start no two of them cross, since every crossing off the lattice is
//! in a hot pixel. For links to come to cross, an end of one has to reach the other. So it is enough that no link ever
//! reaches a pixel (at its size then) or a vertex that is not its own.
//!
//! - A place of a link moves by a mean of what its ends move: at time `t` by `-t` times some `d` of `[-½, ½)²`. If it were
//!   then within the pixel around `c`, at `c + (1 - t) e`, it was at `c + (1 - t) e + t d` before, which is in the
//!   pixel as it was at the start. But a link, being the way from one hot pixel to the next, passes no hot pixel.
//! - A vertex that is not hot stays. With `e = 0` the same holds: the link passed its pixel at the start; a link that moves
//!   is of an edge that bends, and by rule 2 the vertex is hot.
//! - Edges that do not bend keep their place. They end in vertices, and pass hot pixels through their centres alone.
//!
//! The order of the links around a pixel stays the same as it shrinks. At time 1 links are straight from centre to centre,
//! and since the pixels are half open the two statements hold then too: no link passes through a vertex that is not its own.
//! Where links have come to lie on each other they are one edge.
//!
//! **How far things move.** No vertex moves. A place of an edge moves by no more than half a pixel each way.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::base::{Cancelled, Dealt, Progress, deal};
use crate::geometry::{Bounds, Point, on_segment, passes_pixel};

use super::crossings::{Cut, Raster, cuts};
use super::edges::Edges;
use super::rings::Rings;
use super::snap::{Inner, along, insert};

/// Cuts the rings where they cross. Returns the edges, none of which cross, and the points that were put into them,
/// ascending.
///
/// `known` are the cuts of the edges given, where the caller knows them already.
pub(super) fn round(
    rings: &mut Rings<'_>,
    edges: Arc<Edges>,
    known: Option<Arc<Vec<Cut>>>,
    progress: &Progress,
) -> Result<(Arc<Edges>, Vec<Point>), Cancelled> {
    let found = known.unwrap_or_else(|| Arc::new(cuts(&edges)));
    progress.check()?;
    if found.is_empty() {
        return Ok((edges, Vec::new()));
    }
    let added = cut(rings, &edges, &found, progress)?;
    let edges = Arc::new(Edges::of(rings));
    debug_assert_eq!(cuts(&edges), [], "edges cross after rounding");
    Ok((edges, added))
}

/// Cuts the rings where their edges, whose cuts are given, cross. Returns the points that were put into them, ascending.
pub(super) fn cut(
    rings: &mut Rings<'_>,
    edges: &Edges,
    found: &[Cut],
    progress: &Progress,
) -> Result<Vec<Point>, Cancelled> {
    let through = routes(edges, found, progress)?;
    let mut added: Vec<Point> = through.iter().map(|&(_, point)| point).collect();
    added.par_sort_unstable();
    added.dedup();
    let lists = through.chunk_by(|a, b| a.0 == b.0).map(|same| {
        let mut points: Vec<Point> = same.iter().map(|&(_, point)| point).collect();
        let (a, b) = edges.points(same[0].0 as usize);
        along(a, b, &mut points);
        (same[0].0, points)
    });
    insert(rings, edges, &Inner::of(edges, lists));
    Ok(added)
}

/// The points that edges are to be routed through, by edge: see above. `found` are their cuts. O(edges) to sort them by
/// cell, then what lies near the edges that bend.
pub(super) fn routes(edges: &Edges, found: &[Cut], progress: &Progress) -> Result<Vec<Cut>, Cancelled> {
    let near = Neighbourhood::of(edges, found);
    let is_on = |&(edge, point): &Cut| {
        let (a, b) = edges.points(edge as usize);
        on_segment(point, a, b)
    };
    // Where an edge has a vertex of another on it, it is parted and stays as it is.
    let is_end = |&(edge, point): &Cut| <[Point; 2]>::from(edges.points(edge as usize)).contains(&point);
    let mut through: Vec<Cut> = found.iter().filter(|cut| is_on(cut) && !is_end(cut)).copied().collect();
    let mut fresh: Vec<Point> = found.iter().filter(|cut| !is_on(cut)).map(|&(_, point)| point).collect();
    let mut hot: FxHashSet<Point> = FxHashSet::default();
    let mut bends = vec![false; edges.ends.len()];
    loop {
        progress.check()?;
        fresh.retain(|&point| hot.insert(point));
        if fresh.is_empty() {
            break;
        }
        let passed: Vec<Cut> = fresh.par_iter().flat_map_iter(|&point| near.edges_through(point)).collect();
        let bent = |cut: &Cut| !bends[cut.0 as usize] && !is_on(cut);
        let mut bent: Vec<u32> = passed.par_iter().filter(|cut| bent(cut)).map(|&(edge, _)| edge).collect();
        bent.par_sort_unstable();
        bent.dedup();
        bent.iter().for_each(|&edge| bends[edge as usize] = true);
        through.extend(passed);
        fresh = bent.par_iter().flat_map_iter(|&edge| near.sites_passed(edge)).collect();
    }
    through.par_sort_unstable();
    through.dedup();
    Ok(through)
}

/// Edges in a cell, or crossings where there are more of these, about.
const CROWD: usize = 16;

/// What lies near what: edges, and the pixels of vertices and crossings, by the cells of a raster that they pass.
struct Neighbourhood<'a> {
    edges: &'a Edges,
    found: &'a [Cut],
    raster: Raster,
    edges_of: Vec<Dealt>,
    sites_of: Vec<Dealt>,
}

impl<'a> Neighbourhood<'a> {
    fn of(edges: &'a Edges, found: &'a [Cut]) -> Self {
        let raster = Raster::fitting(Bounds::of(&edges.vertices), edges.ends.len().max(found.len()) / CROWD);
        let edges_of = deal(edges.ends.len(), raster.count(), |edge| {
            let is_line = !edges.uses(edge).is_empty();
            let ends = is_line.then(|| edges.points(edge));
            let cells = ends.into_iter().flat_map(|(a, b)| raster.cells_of(a, b, &raster.whole()));
            cells.map(|(column, row)| raster.place(column, row))
        });
        let mut near = Self { edges, found, raster, edges_of, sites_of: Vec::new() };
        let sites = edges.vertices.len() + found.len();
        near.sites_of = deal(sites, near.raster.count(), |site| near.raster.cells_of_pixel(near.site(site)));
        near
    }

    /// A vertex or a crossing, by its number.
    fn site(&self, number: usize) -> Point {
        let vertices = &self.edges.vertices;
        vertices.get(number).copied().unwrap_or_else(|| self.found[number - vertices.len()].1)
    }

    /// Edges that pass the pixel of a point and do not end there; one may be named twice.
    fn edges_through(&self, point: Point) -> Vec<Cut> {
        let cells = self.raster.cells_of_pixel(point);
        let edges = cells.flat_map(|cell| self.edges_of.iter().flat_map(move |dealt| dealt.of(cell)));
        let passes = |edge: &u32| {
            let (a, b) = self.edges.points(*edge as usize);
            point != a && point != b && passes_pixel(point, a, b)
        };
        edges.filter(passes).map(|edge| (edge, point)).collect()
    }

    /// Vertices and crossings whose pixels an edge passes, its ends among them; one may be named twice.
    fn sites_passed(&self, edge: u32) -> Vec<Point> {
        let (a, b) = self.edges.points(edge as usize);
        let cells = self.raster.cells_of(a, b, &self.raster.whole());
        let cells = cells.map(|(column, row)| self.raster.place(column, row));
        let sites = cells.flat_map(|cell| self.sites_of.iter().flat_map(move |dealt| dealt.of(cell)));
        sites.map(|site| self.site(site as usize)).filter(|&site| passes_pixel(site, a, b)).collect()
    }
}

/// Sources whose own edges cross each other, with the first place of each, ascending by source.
pub(super) fn self_crossings(edges: &Edges, cuts: &[Cut]) -> Vec<(u32, Point)> {
    let mut found = cuts.to_vec();
    found.sort_unstable_by_key(|&(edge, point)| (point, edge));
    let mut crossing: Vec<(u32, Point)> = found
        .chunk_by(|a, b| a.1 == b.1)
        .filter(|group| group.len() > 1)
        .flat_map(|group| {
            let mut sources: Vec<u32> =
                group.iter().flat_map(|&(edge, _)| edges.uses(edge as usize)).copied().collect();
            sources.sort_unstable();
            let twice = sources.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| (pair[0], group[0].1));
            twice.collect::<Vec<_>>()
        })
        .collect();
    crossing.sort_unstable();
    crossing.dedup_by_key(|&mut (source, _)| source);
    crossing
}
