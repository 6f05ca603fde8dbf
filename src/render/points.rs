//! Incidents as dots, or as heat where they are many; places of reference layers as symbols.

use crate::geometry::Point;
use crate::model::Shape;

use super::frame::Projection;
use super::scene::{Dots, Scene};
use super::style::Colour;
use super::text::{Canvas, over};
use super::view::View;

/// Beyond so many incidents in the picture they become heat (design §12).
const MANY: usize = 20_000;
/// Beyond so many symbols in the picture they are left out.
const SYMBOLS: usize = 600;
/// Pixels of a cell of heat, for one pixel a point.
const CELL: f64 = 4.0;

/// The incidents of a picture.
pub(super) enum Cloud {
    Dots(Vec<[f32; 2]>),
    Heat(Heat),
}

impl Cloud {
    /// Finds what lies in the picture. O(incidents).
    pub(super) fn new(scene: &Scene, view: &View) -> Self {
        let mut dots = Vec::new();
        let projection = Projection::new(view);
        let (width, height) = view.pixels();
        let margin = 24.0;
        let mut add = |point: Option<Point>| {
            let Some([x, y]) = point.map(|point| projection.pixel(point)) else { return };
            if x > -margin && y > -margin && x < width as f32 + margin && y < height as f32 + margin {
                dots.push([x, y]);
            }
        };
        let incidents = &scene.plan.incidents;
        match &scene.show.dots {
            Dots::Off => {}
            Dots::All => (0..incidents.len()).for_each(|row| add(incidents.point(row))),
            Dots::Rows(rows) => rows.iter().for_each(|&row| add(incidents.point(row as usize))),
        }
        if dots.len() > MANY { Self::Heat(Heat::new(&dots, view)) } else { Self::Dots(dots) }
    }
}

/// Density of incidents on a grid of cells, 0 to 1.
pub(super) struct Heat {
    cell: f32,
    columns: usize,
    values: Vec<f32>,
}

impl Heat {
    fn new(dots: &[[f32; 2]], view: &View) -> Self {
        let (width, height) = view.pixels();
        let cell = (CELL * view.pixels_per_point) as f32;
        // Eight cells of margin on every side, so that what lies outside still glows inside.
        let columns = (width as f32 / cell) as usize + 18;
        let rows = (height as f32 / cell) as usize + 18;
        let mut values = vec![0.0; columns * rows];
        for &[x, y] in dots {
            let (column, row) = ((x / cell + 8.0) as usize, (y / cell + 8.0) as usize);
            if let Some(value) = values.get_mut(row * columns + column).filter(|_| column < columns) {
                *value += 1.0;
            }
        }
        // Three box blurs are near a Gaussian (Wells 1986).
        for _ in 0..3 {
            values = blurred(&values, columns, rows);
        }
        let mut sorted: Vec<f32> = values.iter().copied().filter(|&value| value > 0.01).collect();
        sorted.sort_by(f32::total_cmp);
        let full = sorted.get(sorted.len() * 995 / 1000).copied().unwrap_or(1.0).max(0.05);
        values.iter_mut().for_each(|value| *value = (*value / full).min(1.0).sqrt());
        Self { cell, columns, values }
    }

    /// Between the middles of the cells around a pixel.
    fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x / self.cell + 7.5, y / self.cell + 7.5);
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = (x - column as f32, y - row as f32);
        let of = |column: usize, row: usize| self.values.get(row * self.columns + column).copied().unwrap_or(0.0);
        let upper = of(column, row) * (1.0 - fx) + of(column + 1, row) * fx;
        let lower = of(column, row + 1) * (1.0 - fx) + of(column + 1, row + 1) * fx;
        upper * (1.0 - fy) + lower * fy
    }

    /// Lays the heat over a row of solid pixels.
    pub(super) fn lay(&self, row: usize, pixels: &mut [u8], ramp: &[Colour; 4]) {
        for (x, pixel) in pixels.chunks_exact_mut(4).enumerate() {
            let value = self.at(x as f32 + 0.5, row as f32 + 0.5);
            if value > 0.06 {
                let along = (value * 3.0).min(2.999);
                let colour = ramp[along as usize].mix(ramp[along as usize + 1], along.fract());
                over(pixel, colour, (((value - 0.06) * 2.2).min(0.82) * 255.0) as u8);
            }
        }
    }
}

/// Means over five cells, across and then down.
fn blurred(values: &[f32], columns: usize, rows: usize) -> Vec<f32> {
    let mut across = vec![0.0; values.len()];
    for row in 0..rows {
        for column in 2..columns - 2 {
            let at = row * columns + column;
            across[at] = values[at - 2..=at + 2].iter().sum::<f32>() / 5.0;
        }
    }
    let mut down = vec![0.0; values.len()];
    for at in 2 * columns..values.len() - 2 * columns {
        down[at] = (0..5).map(|step| across[at + step * columns - 2 * columns]).sum::<f32>() / 5.0;
    }
    down
}

/// Draws dots with a thin rim, so that single ones stay apart.
pub(super) fn dots(canvas: &mut Canvas<'_>, dots: &[[f32; 2]], colour: Colour, rim: Colour) {
    let crowd = (dots.len() as f32 / 2_000.0).clamp(0.0, 1.0);
    let radius = (3.2 - 1.4 * crowd) * canvas.scale;
    let reach = (radius + 1.5).ceil() as i32;
    for &[cx, cy] in dots {
        for y in cy as i32 - reach..=cy as i32 + reach {
            for x in cx as i32 - reach..=cx as i32 + reach {
                let distance = (x as f32 + 0.5 - cx).hypot(y as f32 + 0.5 - cy);
                let outer = (radius + 1.2 - distance).clamp(0.0, 1.0);
                if outer > 0.0 {
                    canvas.blend(x, y, rim, (outer * 120.0 * (1.0 - 0.6 * crowd)) as u8);
                    canvas.blend(x, y, colour, ((radius + 0.5 - distance).clamp(0.0, 1.0) * 215.0) as u8);
                }
            }
        }
    }
}

impl Scene {
    /// Draws the places of visible reference layers: a shape for each layer in turn.
    pub(super) fn symbols(&self, canvas: &mut Canvas<'_>, view: &View) {
        let projection = Projection::new(view);
        let (width, height) = (canvas.pixels.width() as f32, canvas.pixels.height() as f32);
        let mut kind = 0;
        for reference in self.plan.references.iter().filter(|reference| reference.visible) {
            let places: Vec<[f32; 2]> = reference
                .features
                .iter()
                .filter_map(|(shape, _)| if let Shape::Points(points) = shape { Some(points) } else { None })
                .flatten()
                .map(|&point| projection.pixel(point))
                .filter(|[x, y]| *x > 0.0 && *y > 0.0 && *x < width && *y < height)
                .collect();
            if places.is_empty() {
                continue;
            }
            kind += 1;
            if places.len() <= SYMBOLS {
                let alpha = (reference.opacity.clamp(0.0, 1.0) * 255.0) as u8;
                places.iter().for_each(|&place| self.symbol(canvas, place, kind, alpha));
            }
        }
    }

    fn symbol(&self, canvas: &mut Canvas<'_>, [x, y]: [f32; 2], kind: usize, alpha: u8) {
        let r = 3.6 * canvas.scale;
        let corners: Vec<[f32; 2]> = match kind % 3 {
            1 => vec![[x, y - r * 1.2], [x + r * 1.2, y], [x, y + r * 1.2], [x - r * 1.2, y]],
            2 => vec![[x - r, y - r * 0.8], [x + r, y - r * 0.8], [x + r, y + r * 0.8], [x - r, y + r * 0.8]],
            _ => vec![[x, y - r * 1.2], [x + r * 1.1, y + r * 0.8], [x - r * 1.1, y + r * 0.8]],
        };
        canvas.outline(&corners, 2.4 * canvas.scale, self.style.paper.with_alpha(alpha));
        canvas.polygon(&corners, self.style.quiet_ink.with_alpha(alpha));
    }
}
