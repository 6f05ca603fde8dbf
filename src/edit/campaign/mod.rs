//! A campaign with the towns: a package for each, its own land open and all else locked; taken back, their work is laid
//! together.

mod hand_out;
mod lay;
mod own;
mod take_back;

pub use hand_out::{hand_out, town_of, towns};
pub use take_back::{Conflict, Package, Taken, Version, is_start, take_back};

use crate::geometry::Point;
use crate::topology::{Coverage, FaceId};

/// A line may be rounded a cell away on either side of the strip between it and another, cells.
const ROUNDED: f64 = 2.0;

/// Whether land is narrower than what rounding moves a line where another meets it: a strip of width w has an area of
/// half w times its outline.
fn is_rounding(coverage: &Coverage, face: FaceId) -> bool {
    let Some(value) = coverage.faces().get(face) else { return false };
    let length = |ends: &[Point]| {
        let way = |a: i32, b: i32| f64::from(b) - f64::from(a);
        way(ends[0].x, ends[1].x).hypot(way(ends[0].y, ends[1].y))
    };
    let rings = value.rings.iter().map(|ring| coverage.ring_points(ring));
    let around: f64 = rings.map(|ring| ring.windows(2).map(length).sum::<f64>()).sum();
    (value.doubled_area as f64) < ROUNDED * around
}
