//! Cells finer than those of the lattice, so that a layer can be judged as it was written (design §11).

use crate::geometry::{Bounds, LATTICE, Point, area_m2};

/// Cells a power of two finer than the lattice's, counted from an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fine {
    origin: Point,
    times: i32,
}

/// No finer than this: coordinates as `f64` have no more digits to give.
const FINEST: i32 = 1 << 12;
/// Counts stay below this, as those of the lattice do.
const REACH: f64 = 1.5e9;

impl Fine {
    /// The lattice itself.
    pub(super) const LATTICE: Self = Self { origin: Point { x: 0, y: 0 }, times: 1 };

    /// The finest cells in which a box of the lattice can be counted.
    #[must_use]
    pub fn over(bounds: Bounds) -> Self {
        let side = |a: i32, b: i32| f64::from(b) - f64::from(a) + 2.0;
        let half = side(bounds.min.x, bounds.max.x).max(side(bounds.min.y, bounds.max.y)) / 2.0;
        let mut times = 1;
        while times < FINEST && half * f64::from(times) * 2.0 <= REACH {
            times *= 2;
        }
        // Where nothing is gained, nothing is moved.
        if times == 1 { Self::LATTICE } else { Self { origin: bounds.centre(), times } }
    }

    /// The cell of a longitude and a latitude in degrees.
    #[must_use]
    pub fn cell(self, [lon, lat]: [f64; 2]) -> Point {
        let count = |degrees: f64, origin: i32| {
            ((degrees * LATTICE - f64::from(origin)) * f64::from(self.times)).round().clamp(-1.8e9, 1.8e9) as i32
        };
        Point::new(count(lon, self.origin.x), count(lat, self.origin.y))
    }

    /// The point of the lattice next to a cell.
    pub(super) fn point(self, cell: Point) -> Point {
        let count =
            |count: i32, origin: i32| (f64::from(origin) + f64::from(count) / f64::from(self.times)).round() as i32;
        Point::new(count(cell.x, self.origin.x), count(cell.y, self.origin.y))
    }

    /// Area in m² of a doubled area in cells around the row `y`.
    pub(super) fn area_m2(self, doubled: i128, y: i32) -> f64 {
        let times = f64::from(self.times);
        area_m2(doubled, self.point(Point::new(0, y)).y) / (times * times)
    }
}
