//! Vertices of rings as they were read that should not be there: doubled ones, and tips of spikes.

use rayon::prelude::*;

use crate::geometry::{Areas, Point, Scale};

use super::build::unit_of_polygon;

/// A ring that runs out to a point and straight back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// The unit.
    pub unit: u32,
    /// The tip.
    pub at: Point,
    /// Length of the shorter of its two sides, metres.
    pub length_m: f64,
}

/// A spike is this many times longer than wide, at least.
const SLENDER: f64 = 20.0;

/// Vertices that are the same as the one before them, with their units, in the order of the rings. The last point of a
/// ring, which closes it, is none.
#[must_use]
pub fn repeats(areas: &Areas) -> Vec<(u32, Point)> {
    in_rings(areas, |unit, ring, found| {
        found.extend(ring.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| (unit, pair[0])));
        // Rings are kept without the point that closes them: this one stood before it.
        found.extend(
            ring.first().filter(|first| ring.len() > 1 && ring.last() == Some(first)).map(|&first| (unit, first)),
        );
    })
}

/// Spikes no wider than `width_m` where their shorter side begins, in the order of the rings. A corner is one where the
/// ring turns back to within that of the line it came along, for twenty times its width or more and `width_m` at least.
/// O(points).
#[must_use]
pub fn spikes(areas: &Areas, width_m: f64) -> Vec<Spike> {
    in_rings(areas, |unit, ring, found| {
        let mut ring = ring.to_vec();
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        if ring.len() < 3 {
            return;
        }
        let around = |at: usize| [ring[(at + ring.len() - 1) % ring.len()], ring[at], ring[(at + 1) % ring.len()]];
        let corners = (0..ring.len()).map(around);
        found.extend(corners.filter_map(|corner| spike(corner, width_m)).map(|(at, length_m)| Spike {
            unit,
            at,
            length_m,
        }));
    })
}

/// The tip and the length of the spike that a corner is, if it is one.
fn spike([before, tip, after]: [Point; 3], width_m: f64) -> Option<(Point, f64)> {
    let cells = |to: Point| [i64::from(to.x) - i64::from(tip.x), i64::from(to.y) - i64::from(tip.y)];
    let (a, b) = (cells(before), cells(after));
    // Neither east nor north the same way: it goes on, whatever the scale. That is nearly every vertex.
    if a[0].signum() * b[0].signum() <= 0 && a[1].signum() * b[1].signum() <= 0 {
        return None;
    }
    let scale = Scale::at(tip.y);
    let metres = |cells: [i64; 2]| [cells[0] as f64 * scale.x, cells[1] as f64 * scale.y];
    let (a, b) = (metres(a), metres(b));
    let size = |way: [f64; 2]| (way[0] * way[0] + way[1] * way[1]).sqrt();
    let (long, short) = if size(a) < size(b) { (b, a) } else { (a, b) };
    let (length, reach) = (size(short), size(long));
    let width = (long[0] * short[1] - long[1] * short[0]).abs() / reach;
    let turns_back = long[0] * short[0] + long[1] * short[1] > 0.0;
    (turns_back && width <= width_m && length >= width_m.max(SLENDER * width)).then_some((tip, length))
}

/// What is found in each ring, in order.
fn in_rings<T: Send>(areas: &Areas, find: impl Fn(u32, &[Point], &mut Vec<T>) + Sync) -> Vec<T> {
    let unit_of_polygon = unit_of_polygon(areas);
    (0..areas.polygon_ends.len())
        .into_par_iter()
        .flat_map_iter(|polygon| {
            let mut found = Vec::new();
            for ring in areas.rings_of(polygon) {
                find(unit_of_polygon[polygon], areas.ring(ring), &mut found);
            }
            found
        })
        .collect()
}
