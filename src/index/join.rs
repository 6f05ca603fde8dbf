//! Which areas hold each of many points, in parallel.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;

use super::grid::Grid;
use super::strips::{Plane, Side, Strips};
use crate::base::{Cancelled, Progress, deal};

/// Which areas hold each of many points.
#[derive(Clone, Debug, Default)]
pub struct Join {
    /// For each point the first unit that holds it (inside or on its border), [`Join::NONE`] where none does.
    pub first: Vec<u32>,
    /// Further units of points in several: (point, unit), ascending.
    pub more: Vec<(u32, u32)>,
    /// Points on the border of a unit, ascending.
    pub on_border: Vec<u32>,
}

impl Join {
    /// No unit.
    pub const NONE: u32 = u32::MAX;
}

/// Finds the units of all points, in parallel. A point that is not finite is in none.
///
/// # Errors
/// When the job was cancelled.
pub fn join<P: Plane>(strips: &Strips<'_, P>, points: &[P], progress: &Progress) -> Result<Join, Cancelled> {
    const PIECE: usize = 1 << 14;
    let first: Vec<AtomicU32> = (0..points.len()).into_par_iter().map(|_| AtomicU32::new(Join::NONE)).collect();
    let pieces: Vec<Join> = by_tile(&strips.grid, points)
        .par_chunks(PIECE)
        .map(|rows| {
            let mut found = Join::default();
            if progress.is_cancelled() {
                return found;
            }
            // Fetched in a loop of their own: the points lie far apart, and so the fetches overlap.
            let here: Vec<P> = rows.iter().filter_map(|&row| points.get(row as usize).copied()).collect();
            for (&row, point) in rows.iter().zip(here) {
                first[row as usize].store(one(strips, point, row, &mut found), Relaxed);
            }
            progress.add(rows.len() as u64);
            found
        })
        .collect();
    progress.check()?;
    let first = first.into_iter().map(AtomicU32::into_inner).collect();
    let mut whole = Join { first, ..Join::default() };
    for mut found in pieces {
        whole.more.append(&mut found.more);
        whole.on_border.append(&mut found.on_border);
    }
    whole.more.par_sort_unstable();
    whole.on_border.par_sort_unstable();
    Ok(whole)
}

/// The units of one point: the first is returned, others and borders are noted.
#[inline]
fn one<P: Plane>(strips: &Strips<'_, P>, point: P, row: u32, found: &mut Join) -> u32 {
    let (mut first, mut border) = (Join::NONE, false);
    for &unit in strips.near(point) {
        let side = strips.side(unit as usize, point);
        if side == Side::Outside {
            continue;
        }
        border |= side == Side::Border;
        if first == Join::NONE {
            first = unit;
        } else {
            found.more.push((row, unit));
        }
    }
    if border {
        found.on_border.push(row);
    }
    first
}

/// Rows tile by tile: neighbours look at the same edges while these are at hand.
fn by_tile<P: Plane>(grid: &Grid, points: &[P]) -> Vec<u32> {
    let dealt = deal(points.len(), Grid::TILES, |at| points.get(at).map(|point| grid.tile(point.xy())));
    let mut rows = Vec::with_capacity(points.len());
    for tile in 0..Grid::TILES {
        dealt.iter().for_each(|dealt| rows.extend(dealt.of(tile)));
    }
    rows
}
