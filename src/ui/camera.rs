//! The camera of the map where it stands in the window.

use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::edit;
use crate::geometry::{Bounds, Point};
use crate::render::View;

/// Share of the map left free around what it is fitted to.
const MARGIN: f64 = 0.04;

/// A [`View`] and the corner of the window its picture stands at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    view: View,
    corner: Pos2,
    /// The box it looks at for as long as nobody moved it: it fits at any size of the window.
    fitted: Option<Bounds>,
}

impl Default for Camera {
    fn default() -> Self {
        Self { view: View::fit(Bounds::EMPTY, 1.0, 1.0, 0.0), corner: Pos2::ZERO, fitted: None }
    }
}

impl Camera {
    /// A camera of a small picture at a place in the window that shows what another one sees.
    #[must_use]
    pub fn small(seen: &View, place: Rect) -> Self {
        let mut camera = Self::default();
        camera.lay_out(place, seen.pixels_per_point as f32);
        camera.fit(seen.bounds());
        camera
    }

    /// What the camera sees.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Gives the map its place in the window.
    pub fn lay_out(&mut self, screen: Rect, pixels_per_point: f32) {
        self.corner = screen.min;
        let size = (f64::from(screen.width()), f64::from(screen.height()));
        let resized = size != (self.view.width, self.view.height);
        (self.view.width, self.view.height) = size;
        if let Some(bounds) = self.fitted.filter(|_| resized) {
            self.fit(bounds);
        }
        self.view.pixels_per_point = f64::from(pixels_per_point);
    }

    /// Looks at a box.
    pub fn fit(&mut self, bounds: Bounds) {
        self.fitted = Some(bounds);
        let margin = self.view.width.min(self.view.height) * MARGIN;
        self.view.fit_to(bounds, [margin; 4]);
    }

    /// Drags the map by a way on the screen.
    pub fn pan(&mut self, by: Vec2) {
        self.fitted = None;
        self.view.pan(f64::from(by.x), f64::from(by.y));
    }

    /// Comes nearer by a factor; what is at a position of the screen stays there.
    pub fn zoom(&mut self, factor: f64, at: Pos2) {
        self.fitted = None;
        let off = at - self.corner;
        self.view.zoom_at(factor, f64::from(off.x), f64::from(off.y));
    }

    /// Comes nearer by a factor around the middle.
    pub fn zoom_middle(&mut self, factor: f64) {
        self.fitted = None;
        self.view.zoom_at(factor, self.view.width / 2.0, self.view.height / 2.0);
    }

    /// Where a point stands on the screen.
    #[must_use]
    pub fn screen_from_point(&self, point: Point) -> Pos2 {
        let (x, y) = self.view.to_screen(point);
        self.corner + vec2(x as f32, y as f32)
    }

    /// The point under a position of the screen; `None` off the earth.
    #[must_use]
    pub fn point_from_screen(&self, at: Pos2) -> Option<Point> {
        let off = at - self.corner;
        self.view.point_at(f64::from(off.x), f64::from(off.y))
    }

    /// Where a picture made by another view stands on the screen now.
    #[must_use]
    pub fn place_of(&self, view: &View) -> Rect {
        let corner = |x: f64, y: f64| {
            let (lon, lat) = view.from_screen(x, y);
            let (across, up) = self.view.points_per_cell();
            let cells = crate::geometry::LATTICE;
            let dx = (lon - self.view.lon) * cells * across + self.view.width / 2.0;
            let dy = (self.view.lat - lat) * cells * up + self.view.height / 2.0;
            pos2(self.corner.x + dx as f32, self.corner.y + dy as f32)
        };
        Rect::from_two_pos(corner(0.0, 0.0), corner(view.width, view.height))
    }

    /// As a record of the history keeps it.
    #[must_use]
    pub fn record(&self) -> edit::Camera {
        edit::Camera { lon: self.view.lon, lat: self.view.lat, metres_per_point: self.view.metres_per_point }
    }

    /// Looks where a record of the history says.
    pub fn look(&mut self, camera: edit::Camera) {
        self.fitted = None;
        self.view.lon = camera.lon;
        self.view.lat = camera.lat;
        self.view.metres_per_point = camera.metres_per_point;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_shifts_and_grows_with_the_camera() {
        let screen = Rect::from_min_size(pos2(200.0, 40.0), vec2(900.0, 600.0));
        let mut camera = Camera::default();
        camera.lay_out(screen, 1.0);
        camera.fit(Bounds { min: Point::new(1_102_000_000, 199_000_000), max: Point::new(1_106_000_000, 201_000_000) });
        let then = *camera.view();
        let near = |a: Rect, b: Rect| (a.min - b.min).length() < 0.5 && (a.max - b.max).length() < 0.5;
        assert!(near(camera.place_of(&then), screen));
        camera.pan(vec2(30.0, 0.0));
        assert!(near(camera.place_of(&then), screen.translate(vec2(30.0, 0.0))));
        camera.zoom(2.0, screen.center());
        assert!((camera.place_of(&then).width() - 1800.0).abs() < 1.0);
    }
}
