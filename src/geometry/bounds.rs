//! A box on the lattice.

use serde::{Deserialize, Serialize};

use super::Point;

/// A box with both corners inside. The empty box holds nothing and is the neutral element of [`Bounds::join`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bounds {
    /// South-west corner.
    pub min: Point,
    /// North-east corner.
    pub max: Point,
}

impl Default for Bounds {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Bounds {
    /// Holds no point.
    pub const EMPTY: Self = Self { min: Point::new(i32::MAX, i32::MAX), max: Point::new(i32::MIN, i32::MIN) };

    /// The smallest box around the points.
    #[must_use]
    pub fn of(points: &[Point]) -> Self {
        points.iter().fold(Self::EMPTY, |bounds, &point| bounds.with(point))
    }

    /// The box grown to hold a point.
    #[must_use]
    pub fn with(self, point: Point) -> Self {
        self.join(Self { min: point, max: point })
    }

    /// The smallest box around both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            min: Point::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: Point::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// The box grown by a number of cells on each side.
    #[must_use]
    pub fn grown(self, cells: i32) -> Self {
        if self.is_empty() {
            return self;
        }
        Self {
            min: Point::new(self.min.x.saturating_sub(cells), self.min.y.saturating_sub(cells)),
            max: Point::new(self.max.x.saturating_add(cells), self.max.y.saturating_add(cells)),
        }
    }

    /// Whether the box holds no point.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.min.x > self.max.x || self.min.y > self.max.y
    }

    /// Whether the point lies in the box or on its edge.
    #[must_use]
    pub fn contains(self, point: Point) -> bool {
        (self.min.x..=self.max.x).contains(&point.x) && (self.min.y..=self.max.y).contains(&point.y)
    }

    /// Whether the boxes share a point.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.min.x <= other.max.x && other.min.x <= self.max.x && self.min.y <= other.max.y && other.min.y <= self.max.y
    }

    /// Its corners, counter-clockwise from the lower left one.
    #[must_use]
    pub fn corners(self) -> [Point; 4] {
        let Self { min, max } = self;
        [min, Point::new(max.x, min.y), max, Point::new(min.x, max.y)]
    }

    /// The middle, rounded to the lattice.
    #[must_use]
    pub fn centre(self) -> Point {
        let mid = |a: i32, b: i32| i64::midpoint(i64::from(a), i64::from(b)) as i32;
        Point::new(mid(self.min.x, self.max.x), mid(self.min.y, self.max.y))
    }
}
