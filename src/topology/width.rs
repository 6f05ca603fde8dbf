//! How wide a face is in its widest place: the diameter of the largest circle within it, as GEOS measures gaps of coverages.

use std::collections::BinaryHeap;

use crate::geometry::{Point, Scale};

use super::coverage::{Coverage, FaceId};

/// Part of the limit that a width is known to.
const NEAR: f64 = 0.01;

/// A square that may hold the middle of a circle, by how large that circle could be.
struct Square {
    could_be: f64,
    middle: [f64; 2],
    half: f64,
}

impl PartialEq for Square {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Square {}

impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Square {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.could_be.total_cmp(&other.could_be)
    }
}

impl Coverage {
    /// Whether no circle of this diameter in metres fits into a face. Squares are halved, the most hopeful first, until one
    /// holds the middle of such a circle or none can (Garcia-Castellanos and Lombardo 2007, Poles of inaccessibility;
    /// Agafonkin 2016). O(points × squares), few where the answer is far from the limit.
    pub(super) fn is_narrower(&self, face: FaceId, width_m: f64) -> bool {
        let Some(value) = self.faces().get(face) else { return false };
        let (scale, origin) = (Scale::at(value.bounds.centre().y), value.bounds.min);
        let metres = |point: Point| {
            let (dx, dy) = (i64::from(point.x) - i64::from(origin.x), i64::from(point.y) - i64::from(origin.y));
            [dx as f64 * scale.x, dy as f64 * scale.y]
        };
        let [width, height] = metres(value.bounds.max);
        if width.min(height) < width_m {
            return true;
        }
        let rings = value.rings.iter().map(|ring| self.ring_points(ring).into_iter().map(metres).collect());
        let rings: Vec<Vec<[f64; 2]>> = rings.collect();
        let radius = width_m / 2.0;
        let square = |middle: [f64; 2], half: f64| Square {
            could_be: inside(&rings, middle) + half * std::f64::consts::SQRT_2,
            middle,
            half,
        };
        let half = (width.min(height) / 2.0).max(radius);
        let steps = |length: f64| (length / (2.0 * half)).ceil() as usize;
        let mut squares: BinaryHeap<Square> = (0..steps(width))
            .flat_map(|column| (0..steps(height)).map(move |row| [column, row]))
            .map(|place| square(place.map(|at| (2 * at + 1) as f64 * half), half))
            .collect();
        while let Some(Square { could_be, middle, half }) = squares.pop() {
            if could_be < radius || half < NEAR * radius {
                return true;
            }
            if could_be - half * std::f64::consts::SQRT_2 >= radius {
                return false;
            }
            let half = half / 2.0;
            for (x, y) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
                squares.push(square([middle[0] + x, middle[1] + y], half));
            }
        }
        true
    }
}

/// How far a place is from the rings; negative outside of them.
fn inside(rings: &[Vec<[f64; 2]>], at: [f64; 2]) -> f64 {
    let (mut nearest, mut within) = (f64::INFINITY, false);
    for pair in rings.iter().flat_map(|ring| ring.windows(2)) {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        if (ay > at[1]) != (by > at[1]) && at[0] < (bx - ax) * (at[1] - ay) / (by - ay) + ax {
            within = !within;
        }
        let (dx, dy, px, py) = (bx - ax, by - ay, at[0] - ax, at[1] - ay);
        let length2 = dx * dx + dy * dy;
        let t = if length2 > 0.0 { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
        nearest = nearest.min((px - t * dx).powi(2) + (py - t * dy).powi(2));
    }
    if within { nearest.sqrt() } else { -nearest.sqrt() }
}
