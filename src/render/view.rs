//! The camera: which part of the world a picture shows.

use crate::geometry::{Bounds, LATTICE, Point, Scale};

/// Nearest the camera comes: one centimetre a point.
const NEAREST: f64 = 0.01;
/// Farthest the camera goes: the whole earth on a small window.
const FARTHEST: f64 = 100_000.0;

/// A camera over the map: local equirectangular, north up, true to scale at the latitude of its centre.
///
/// Screen coordinates are points from the upper left corner, x to the right, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Longitude of the centre, degrees.
    pub lon: f64,
    /// Latitude of the centre, degrees.
    pub lat: f64,
    /// Metres on the ground for one point of the screen.
    pub metres_per_point: f64,
    /// Width of the picture in points.
    pub width: f64,
    /// Height of the picture in points.
    pub height: f64,
    /// Pixels for one point.
    pub pixels_per_point: f64,
}

impl View {
    /// A camera that shows all of `bounds` with `margin` points free on every side, one pixel a point.
    ///
    /// Empty bounds give a view of 0° 0°.
    #[must_use]
    pub fn fit(bounds: Bounds, width: f64, height: f64, margin: f64) -> Self {
        let centre = if bounds.is_empty() { Point::default() } else { bounds.centre() };
        let mut view =
            Self { lon: centre.lon(), lat: centre.lat(), metres_per_point: 1.0, width, height, pixels_per_point: 1.0 };
        view.fit_to(bounds, [margin; 4]);
        view
    }

    /// Moves the camera so that `bounds` fill the picture but for margins of points: left, top, right, bottom.
    pub fn fit_to(&mut self, bounds: Bounds, margins: [f64; 4]) {
        if bounds.is_empty() {
            return;
        }
        let centre = bounds.centre();
        (self.lon, self.lat) = (centre.lon(), centre.lat());
        let scale = Scale::at(centre.y);
        let span = |min: i32, max: i32| (f64::from(max) - f64::from(min)).max(1.0);
        let across = span(bounds.min.x, bounds.max.x) * scale.x;
        let up = span(bounds.min.y, bounds.max.y) * scale.y;
        let [left, top, right, bottom] = margins;
        let free = ((self.width - left - right).max(16.0), (self.height - top - bottom).max(16.0));
        self.metres_per_point = (across / free.0).max(up / free.1).clamp(NEAREST, FARTHEST);
        self.pan((left - right) / 2.0, (top - bottom) / 2.0);
    }

    /// Points of the screen for one lattice cell, east and north.
    #[must_use]
    pub fn points_per_cell(&self) -> (f64, f64) {
        let scale = Scale::at((self.lat * LATTICE) as i32);
        (scale.x / self.metres_per_point, scale.y / self.metres_per_point)
    }

    /// Where a place lies on the screen.
    #[must_use]
    pub fn to_screen(&self, point: Point) -> (f64, f64) {
        let (sx, sy) = self.points_per_cell();
        let dx = f64::from(point.x) - self.lon * LATTICE;
        let dy = f64::from(point.y) - self.lat * LATTICE;
        (self.width / 2.0 + dx * sx, self.height / 2.0 - dy * sy)
    }

    /// The place below a point of the screen, as longitude and latitude in degrees (beyond ±180° or ±90° off the map).
    #[must_use]
    pub fn from_screen(&self, x: f64, y: f64) -> (f64, f64) {
        let (sx, sy) = self.points_per_cell();
        let lon = self.lon + (x - self.width / 2.0) / sx / LATTICE;
        let lat = self.lat - (y - self.height / 2.0) / sy / LATTICE;
        (lon, lat)
    }

    /// The lattice point below a point of the screen; `None` off the map.
    #[must_use]
    pub fn point_at(&self, x: f64, y: f64) -> Option<Point> {
        let (lon, lat) = self.from_screen(x, y);
        Point::from_degrees(lon, lat).ok()
    }

    /// Moves the map by points, as a hand that drags it does.
    pub fn pan(&mut self, dx: f64, dy: f64) {
        let (lon, lat) = self.from_screen(self.width / 2.0 - dx, self.height / 2.0 - dy);
        (self.lon, self.lat) = (lon.clamp(-180.0, 180.0), lat.clamp(-85.0, 85.0));
    }

    /// Comes nearer (`factor` > 1) or goes farther; the place below the point `(x, y)` stays there.
    pub fn zoom_at(&mut self, factor: f64, x: f64, y: f64) {
        let Some(nearer) = Some(self.metres_per_point / factor).filter(|metres| metres.is_finite()) else { return };
        let (lon, lat) = self.from_screen(x, y);
        self.metres_per_point = nearer.clamp(NEAREST, FARTHEST);
        // The scale hangs on the latitude of the centre, so the centre is found by a few steps.
        for _ in 0..8 {
            let (now_lon, now_lat) = self.from_screen(x, y);
            self.lon = (self.lon + lon - now_lon).clamp(-180.0, 180.0);
            self.lat = (self.lat + lat - now_lat).clamp(-85.0, 85.0);
        }
    }

    /// The box of the places in the picture.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let corner = |x, y| {
            let (lon, lat) = self.from_screen(x, y);
            Point::from_degrees(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)).unwrap_or_default()
        };
        Bounds::of(&[corner(0.0, self.height), corner(self.width, 0.0)])
    }

    /// Width and height of the picture in pixels, at least 1 and at most 16,384.
    #[must_use]
    pub fn pixels(&self) -> (u32, u32) {
        let of = |points: f64| (points * self.pixels_per_point).round().clamp(1.0, 16_384.0) as u32;
        (of(self.width), of(self.height))
    }

    /// Metres on the ground for one pixel.
    #[must_use]
    pub fn metres_per_pixel(&self) -> f64 {
        self.metres_per_point / self.pixels_per_point
    }
}
