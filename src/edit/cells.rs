//! Lines of regular cells: squares, and hexagons with a corner to the north.

use serde::{Deserialize, Serialize};

use crate::geometry::{Bounds, Point, Scale};

/// A shape that fills the plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Squares.
    Square,
    /// Regular hexagons.
    Hexagon,
}

/// Cells of a shape and an area over a box.
pub(super) struct Cells {
    /// Side, or distance between two corners of a hexagon, in cells of the lattice east and north.
    side: [f64; 2],
    shape: Shape,
    bounds: Bounds,
}

impl Cells {
    /// Cells of an area in m², measured at the middle of the box; the first begins at its south-west corner.
    pub(super) fn over(bounds: Bounds, shape: Shape, area_m2: f64) -> Self {
        let scale = Scale::at(bounds.centre().y);
        let side = match shape {
            Shape::Square => area_m2.sqrt(),
            // The area of a regular hexagon of side a is 3√3/2 a².
            Shape::Hexagon => (area_m2 * 2.0 / (3.0 * 3.0_f64.sqrt())).sqrt(),
        };
        Self { side: [side / scale.x, side / scale.y], shape, bounds }
    }

    /// About how many there are in the box.
    pub(super) fn count(&self) -> f64 {
        let [width, height] = self.steps();
        let span = |a: i32, b: i32| f64::from(b) - f64::from(a) + 1.0;
        (span(self.bounds.min.x, self.bounds.max.x) / width).ceil()
            * (span(self.bounds.min.y, self.bounds.max.y) / height).ceil()
    }

    /// From one cell to the next, east and north.
    fn steps(&self) -> [f64; 2] {
        match self.shape {
            Shape::Square => self.side,
            Shape::Hexagon => [self.side[0] * 3.0_f64.sqrt(), self.side[1] * 1.5],
        }
    }

    /// Their lines, a little beyond the box. What is one point of two lines is so to the last digit.
    pub(super) fn lines(&self) -> Vec<Vec<Point>> {
        let [width, height] = self.steps();
        let Bounds { min, max } = self.bounds;
        let columns = ((f64::from(max.x) - f64::from(min.x)) / width).ceil() as i64 + 1;
        let rows = ((f64::from(max.y) - f64::from(min.y)) / height).ceil() as i64 + 1;
        let at = |x: f64, y: f64| {
            let place = |start: i32, by: f64| (f64::from(start) + by).round().clamp(-1.8e9, 1.8e9) as i32;
            Point::new(place(min.x, x), place(min.y, y))
        };
        if self.shape == Shape::Square {
            let along = |row: i64| (-1..=columns).map(move |column| at(column as f64 * width, row as f64 * height));
            let up = |column: i64| (-1..=rows).map(move |row| at(column as f64 * width, row as f64 * height));
            return (0..=rows).map(|row| along(row).collect()).chain((0..=columns).map(|c| up(c).collect())).collect();
        }
        // Corners stand in half columns; every other row begins half a column further east.
        let half = width / 2.0;
        let corner = |row: i64, step: i64| {
            let high = (step + row).rem_euclid(2) == 0;
            at(step as f64 * half, row as f64 * height + if high { self.side[1] / 4.0 } else { -self.side[1] / 4.0 })
        };
        let steps = 2 * columns + 1;
        let mut lines: Vec<Vec<Point>> =
            (-1..=rows).map(|row| (-1..=steps).map(|step| corner(row, step)).collect()).collect();
        for row in -1..rows {
            // Upright sides join a high corner of one row to a low one of the next.
            let high = (-1..=steps).filter(|step| (step + row).rem_euclid(2) == 0);
            lines.extend(high.map(|step| vec![corner(row, step), corner(row + 1, step)]));
        }
        lines
    }
}
