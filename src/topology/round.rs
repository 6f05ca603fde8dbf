//! Snap rounding: crossings become vertices of both edges, rounded to the lattice, until nothing crosses.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::base::{Cancelled, Progress};
use crate::geometry::Point;

use super::crossings::{Cut, cuts};
use super::edges::Edges;
use super::pieces::Pieces;
use super::rings::Rings;
use super::snap::insert;

/// Rounds after which the proof is given up. Hot pixels (Hobby 1999) need two on any input that was seen.
const ROUNDS: usize = 24;

/// Why a coverage could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The job was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Rounding did not come to an end: the edges named still cross.
    #[error("{0} edges still cross after {ROUNDS} rounds of rounding")]
    StillCrossing(usize),
}

/// Cuts the rings at every crossing until the proof passes. Returns the proven edges and the points that were added.
///
/// Only edges that are cut move, so after the first look at all of them each round looks at what lies near the pieces of
/// the last: see [`Pieces`]. The proof at the end looks at all once more.
///
/// `known` are the cuts of the edges given, where the caller knows them already.
pub(super) fn round(
    rings: &mut Rings<'_>,
    mut edges: Arc<Edges>,
    mut known: Option<Arc<Vec<Cut>>>,
    progress: &Progress,
) -> Result<(Arc<Edges>, Vec<Point>), BuildError> {
    let mut added: FxHashSet<Point> = FxHashSet::default();
    for _ in 0..ROUNDS {
        progress.check()?;
        let found = known.take().unwrap_or_else(|| Arc::new(cuts(&edges)));
        if found.is_empty() {
            let mut added: Vec<Point> = added.into_iter().collect();
            added.sort_unstable();
            return Ok((edges, added));
        }
        let mut pieces = Pieces::of(&edges);
        added.extend(found.iter().map(|&(_, point)| point));
        pieces.cut(found.iter().map(|&(edge, point)| (edge, 0, point)));
        for _ in 0..ROUNDS {
            progress.check()?;
            let found = pieces.cuts();
            if found.is_empty() {
                break;
            }
            added.extend(found.iter().map(|&(.., point)| point));
            pieces.cut(found.into_iter());
        }
        insert(rings, &edges, &pieces.inner());
        edges = Arc::new(Edges::of(rings));
    }
    Err(BuildError::StillCrossing(cuts(&edges).len()))
}

/// Vertices and new points within half a cell of an edge that is about to be cut.
///
/// A cut moves the pieces of an edge by up to half a cell. From the second round on, pieces of cut edges therefore also
/// take in every vertex whose cell they pass through (a hot pixel), which keeps the order of lines and ends the rounds.
pub(super) fn hot(edges: &Edges, found: &[Cut]) -> Vec<Cut> {
    let mut touched: Vec<u32> = found.iter().map(|&(edge, _)| edge).collect();
    touched.dedup();
    let mut sites: Vec<Point> = touched
        .iter()
        .flat_map(|&edge| {
            let (a, b) = edges.points(edge as usize);
            [a, b]
        })
        .collect();
    sites.extend(found.iter().map(|&(_, point)| point));
    sites.sort_unstable();
    sites.dedup();
    touched
        .par_iter()
        .flat_map_iter(|&edge| {
            let (a, b) = edges.points(edge as usize);
            let (west, east) = (a.x.min(b.x), a.x.max(b.x));
            let from = sites.partition_point(|site| site.x < west);
            sites[from..]
                .iter()
                .take_while(move |site| site.x <= east)
                .filter(move |&&site| site != a && site != b && in_pixel(site, a, b))
                .map(move |&site| (edge, site))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Whether the segment passes through the unit cell around a lattice point: exact, in doubled coordinates.
fn in_pixel(site: Point, a: Point, b: Point) -> bool {
    if site.y < a.y.min(b.y) || site.y > a.y.max(b.y) {
        return false;
    }
    let double = |v: i32| 2 * i128::from(v);
    let (dx, dy) = (double(b.x) - double(a.x), double(b.y) - double(a.y));
    let side = |cx: i128, cy: i128| {
        let (px, py) = (double(site.x) + cx - double(a.x), double(site.y) + cy - double(a.y));
        (dx * py - dy * px).signum()
    };
    let corners = [side(-1, -1), side(1, -1), side(1, 1), side(-1, 1)];
    corners.contains(&1) && corners.contains(&-1)
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
