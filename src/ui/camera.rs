//! Where the map looks, and the way between the screen and the lattice.

use eframe::egui::{Pos2, Rect, Vec2, pos2};

use crate::edit;
use crate::geometry::{Bounds, LATTICE, Point, Scale};

/// The middle of the map in lattice cells and its scale. Locally true to shape: both axes have the scale of the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Longitude of the middle in lattice cells.
    pub x: f64,
    /// Latitude of the middle in lattice cells.
    pub y: f64,
    /// Metres on the ground per point of the screen.
    pub metres_per_point: f64,
}

/// From a hand's breadth to the whole country.
const METRES_PER_POINT: std::ops::RangeInclusive<f64> = 0.01..=20_000.0;

impl Default for Camera {
    fn default() -> Self {
        Self { x: 110.33 * LATTICE, y: 20.02 * LATTICE, metres_per_point: 40.0 }
    }
}

impl Camera {
    /// Looks at a box with a margin around it.
    #[must_use]
    pub fn fit(bounds: Bounds, screen: Vec2) -> Self {
        if bounds.is_empty() {
            return Self::default();
        }
        let centre = bounds.centre();
        let scale = Scale::at(centre.y);
        let width = (f64::from(bounds.max.x) - f64::from(bounds.min.x)) * scale.x;
        let height = (f64::from(bounds.max.y) - f64::from(bounds.min.y)) * scale.y;
        let inner = |side: f32| f64::from((side * 0.92).max(1.0));
        let metres_per_point = (width / inner(screen.x)).max(height / inner(screen.y));
        Self { x: f64::from(centre.x), y: f64::from(centre.y), metres_per_point }.clamped()
    }

    fn clamped(mut self) -> Self {
        self.x = self.x.clamp(-180.0 * LATTICE, 180.0 * LATTICE);
        self.y = self.y.clamp(-85.0 * LATTICE, 85.0 * LATTICE);
        self.metres_per_point = self.metres_per_point.clamp(*METRES_PER_POINT.start(), *METRES_PER_POINT.end());
        self
    }

    /// Lattice cells per point of the screen, east and north.
    #[must_use]
    pub fn cells_per_point(&self) -> (f64, f64) {
        let scale = Scale::at(self.y as i32);
        (self.metres_per_point / scale.x, self.metres_per_point / scale.y)
    }

    /// Where a place in lattice cells stands on the screen.
    #[must_use]
    pub fn screen_from_cells(&self, screen: Rect, x: f64, y: f64) -> Pos2 {
        let (across, up) = self.cells_per_point();
        let centre = screen.center();
        pos2(centre.x + ((x - self.x) / across) as f32, centre.y - ((y - self.y) / up) as f32)
    }

    /// Where a point stands on the screen.
    #[must_use]
    pub fn screen_from_point(&self, screen: Rect, point: Point) -> Pos2 {
        self.screen_from_cells(screen, f64::from(point.x), f64::from(point.y))
    }

    /// The place in lattice cells under a position of the screen.
    #[must_use]
    pub fn cells_from_screen(&self, screen: Rect, at: Pos2) -> (f64, f64) {
        let (across, up) = self.cells_per_point();
        let off = at - screen.center();
        (self.x + f64::from(off.x) * across, self.y - f64::from(off.y) * up)
    }

    /// The lattice point under a position of the screen; `None` off the earth.
    #[must_use]
    pub fn point_from_screen(&self, screen: Rect, at: Pos2) -> Option<Point> {
        let (x, y) = self.cells_from_screen(screen, at);
        Point::from_degrees(x / LATTICE, y / LATTICE).ok()
    }

    /// The map dragged by a way on the screen.
    #[must_use]
    pub fn panned(mut self, by: Vec2) -> Self {
        let (across, up) = self.cells_per_point();
        self.x -= f64::from(by.x) * across;
        self.y += f64::from(by.y) * up;
        self.clamped()
    }

    /// Closer by a factor, the place under a position of the screen kept there.
    #[must_use]
    pub fn zoomed(self, screen: Rect, at: Pos2, factor: f64) -> Self {
        let (x, y) = self.cells_from_screen(screen, at);
        let mut camera = Self { metres_per_point: self.metres_per_point / factor, ..self }.clamped();
        // Twice: the scale of the latitude changes a little with the middle.
        for _ in 0..2 {
            let (now_x, now_y) = camera.cells_from_screen(screen, at);
            camera.x += x - now_x;
            camera.y += y - now_y;
        }
        camera.clamped()
    }

    /// The same place, looked at around a point.
    #[must_use]
    pub fn at(self, point: Point) -> Self {
        Self { x: f64::from(point.x), y: f64::from(point.y), ..self }.clamped()
    }

    /// As a record of the history keeps it.
    #[must_use]
    pub fn record(&self) -> edit::Camera {
        edit::Camera { lon: self.x / LATTICE, lat: self.y / LATTICE, metres_per_point: self.metres_per_point }
    }

    /// From a record of the history.
    #[must_use]
    pub fn from_record(camera: edit::Camera) -> Self {
        Self { x: camera.lon * LATTICE, y: camera.lat * LATTICE, metres_per_point: camera.metres_per_point }.clamped()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::vec2;

    #[test]
    fn what_is_under_the_cursor_stays_there_while_zooming() {
        let screen = Rect::from_min_size(pos2(200.0, 40.0), vec2(900.0, 600.0));
        let cursor = pos2(1010.0, 75.0);
        let camera = Camera::default();
        let before = camera.cells_from_screen(screen, cursor);
        for factor in [0.1, 0.9, 1.1, 8.0, 500.0] {
            let zoomed = camera.zoomed(screen, cursor, factor);
            let back = zoomed.screen_from_cells(screen, before.0, before.1);
            assert!((back - cursor).length() < 0.1, "{factor}: {back:?}");
        }
    }

    #[test]
    fn a_fitted_box_is_inside_the_screen() {
        let bounds =
            Bounds { min: Point::new(1_102_000_000, 199_000_000), max: Point::new(1_106_000_000, 201_000_000) };
        let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(500.0, 800.0));
        let camera = Camera::fit(bounds, screen.size());
        for corner in [bounds.min, bounds.max] {
            assert!(screen.contains(camera.screen_from_point(screen, corner)));
        }
    }
}
