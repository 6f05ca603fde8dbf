//! Vertices of rings as they were read that should not be there: doubled ones, and tips of spikes.

use rayon::prelude::*;

use crate::geometry::{Areas, Bounds, Point, Scale};

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
        let doubled = ring.windows(2).any(|pair| pair[0] == pair[1]) || (ring.len() > 1 && ring.first() == ring.last());
        let ring = if doubled { &*single(ring) } else { ring };
        let [.., before, last] = *ring else { return };
        let Some(&first) = ring.first().filter(|_| ring.len() > 2) else { return };
        let least = least_squeeze(ring);
        let inner = ring.windows(3).map(|corner| [corner[0], corner[1], corner[2]]);
        let corners = [[last, first, ring[1]]].into_iter().chain(inner).chain([[before, last, first]]);
        let slender = corners.filter(|&corner| could_be_slender(corner, least));
        found.extend(slender.filter_map(|corner| spike(corner, width_m)).map(|(at, length_m)| Spike {
            unit,
            at,
            length_m,
        }));
    })
}

/// A ring without the vertices that repeat the one before them.
fn single(ring: &[Point]) -> Vec<Point> {
    let mut ring = ring.to_vec();
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

/// How far a cell's width in metres falls behind its height at most, within a ring.
fn least_squeeze(ring: &[Point]) -> f64 {
    let Bounds { min, max } = Bounds::of(ring);
    let squeeze = |y: i32| Scale::at(y).x / Scale::at(y).y;
    squeeze(min.y).min(squeeze(max.y))
}

/// The two ways from a corner in cells.
#[inline]
fn ways([before, tip, after]: [Point; 3]) -> [[f64; 2]; 2] {
    let way = |to: Point| [f64::from(to.x) - f64::from(tip.x), f64::from(to.y) - f64::from(tip.y)];
    [way(before), way(after)]
}

/// Whether a corner may be sharp enough for a spike: nearly none is, and no scale is asked for. The sine of its angle in
/// metres is no less than that in cells times the squeeze.
#[inline]
fn could_be_slender(corner: [Point; 3], least_squeeze: f64) -> bool {
    let [a, b] = ways(corner);
    let sine = (a[0] * b[1] - a[1] * b[0]) * least_squeeze * SLENDER;
    sine * sine <= (a[0] * a[0] + a[1] * a[1]) * (b[0] * b[0] + b[1] * b[1])
}

/// The tip and the length of the spike that a corner is, if it is one.
fn spike(corner: [Point; 3], width_m: f64) -> Option<(Point, f64)> {
    let tip = corner[1];
    let scale = Scale::at(tip.y);
    let [a, b] = ways(corner).map(|way| [way[0] * scale.x, way[1] * scale.y]);
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
