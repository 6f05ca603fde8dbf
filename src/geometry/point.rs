//! A place on the lattice of 1e-7 degree.

use serde::{Deserialize, Serialize};

/// Lattice cells per degree: seven decimals, the precision RFC 7946 §11.2 asks for (1.1 cm of latitude).
pub const LATTICE: f64 = 1e7;

/// A place as counts of 1e-7 degree: `x` east, `y` north, WGS 84 or CGCS2000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Point {
    /// Longitude in 1e-7 degree, -1 800 000 000 ..= 1 800 000 000.
    pub x: i32,
    /// Latitude in 1e-7 degree, -900 000 000 ..= 900 000 000.
    pub y: i32,
}

/// Why two numbers are no place on the earth.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum PointError {
    /// NaN or infinite.
    #[error("a coordinate is not a number")]
    NotFinite,
    /// Beyond ±180° or ±90°: metres, or latitude before longitude.
    #[error("({0}, {1}) is no longitude and latitude in degrees")]
    OutOfRange(f64, f64),
}

impl Point {
    /// From lattice counts.
    #[must_use]
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// The lattice point nearest to a longitude and latitude in degrees.
    ///
    /// # Errors
    /// When a number is not finite or lies outside ±180°, ±90°.
    pub fn from_degrees(lon: f64, lat: f64) -> Result<Self, PointError> {
        if !lon.is_finite() || !lat.is_finite() {
            return Err(PointError::NotFinite);
        }
        if lon.abs() > 180.0 || lat.abs() > 90.0 {
            return Err(PointError::OutOfRange(lon, lat));
        }
        Ok(Self { x: (lon * LATTICE).round() as i32, y: (lat * LATTICE).round() as i32 })
    }

    /// Whether the counts are a longitude and a latitude.
    #[must_use]
    pub fn is_on_earth(self) -> bool {
        self.x.unsigned_abs() <= 1_800_000_000 && self.y.unsigned_abs() <= 900_000_000
    }

    /// Longitude in degrees.
    #[must_use]
    pub fn lon(self) -> f64 {
        f64::from(self.x) / LATTICE
    }

    /// Latitude in degrees.
    #[must_use]
    pub fn lat(self) -> f64 {
        f64::from(self.y) / LATTICE
    }
}

impl From<Point> for crate::base::Place {
    fn from(point: Point) -> Self {
        Self { lon: point.lon(), lat: point.lat() }
    }
}
