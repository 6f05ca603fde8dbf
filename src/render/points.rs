//! Incidents as dots, or as heat where they are many; places of reference layers as symbols.

use std::sync::Arc;

use crate::base::Text;
use crate::geometry::Point;
use crate::model::{Plan, Reference, Shape};

use super::frame::Projection;
use super::scene::{Dots, Scene};
use super::style::{Colour, Style};
use super::text::{Canvas, over};
use super::view::View;

/// Beyond so many incidents in the picture they become heat (design §12).
const MANY: usize = 20_000;
/// Square points a symbol needs to itself: a layer with more in the picture is left out.
const ROOM: f64 = 5_600.0;
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
        for value in &mut values {
            *value = (*value / full).min(1.0).sqrt();
        }
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

/// The symbols of one reference layer in a picture.
pub(super) struct Symbols {
    /// What they are.
    pub(super) name: Text,
    /// Which shape they have.
    kind: Symbol,
    alpha: u8,
    places: Vec<[f32; 2]>,
}

/// The places of visible reference layers in the symbols of their layers; none of a layer that would crowd the picture.
pub(super) fn symbols(scene: &Scene, view: &View) -> Vec<Symbols> {
    let projection = Projection::new(view);
    let (width, height) = view.pixels();
    let most = (view.width * view.height / ROOM) as usize;
    let layers = shown(&scene.plan).filter_map(|(kind, reference)| {
        let points = reference.features.iter().filter_map(|(shape, _)| match shape {
            Shape::Points(points) => Some(points),
            Shape::Lines(_) | Shape::Rings(_) => None,
        });
        let places: Vec<[f32; 2]> = points
            .flatten()
            .map(|&point| projection.pixel(point))
            .filter(|[x, y]| *x > 0.0 && *y > 0.0 && *x < width as f32 && *y < height as f32)
            .collect();
        Some((kind?, reference, places))
    });
    layers
        .filter(|(.., places)| !places.is_empty() && places.len() <= most)
        .map(|(kind, reference, places)| Symbols {
            name: layer_name(&reference.name),
            kind,
            alpha: (reference.opacity.clamp(0.0, 1.0) * 255.0) as u8,
            places,
        })
        .collect()
}

/// The symbols of a plan's reference layers, by their place in its order: one for each layer that holds points, drawn or
/// not, wherever it stands above others; the same on the screen, on paper, in legends and lists.
#[must_use]
pub fn symbols_of(plan: &Plan) -> Vec<Option<Symbol>> {
    let has_points = |layer: &Reference| layer.features.iter().any(|(shape, _)| matches!(shape, Shape::Points(_)));
    let mut layers: Vec<(&str, usize)> = plan
        .references
        .iter()
        .enumerate()
        .filter(|(_, layer)| has_points(layer))
        .map(|(place, layer)| (layer.name.as_str(), place))
        .collect();
    // By name: drawing one above another does not change what its symbol means.
    layers.sort_unstable();
    let mut symbols = vec![None; plan.references.len()];
    for (number, (_, place)) in layers.into_iter().enumerate() {
        symbols[place] = Some(Symbol(number));
    }
    symbols
}

/// The symbol of a reference layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol(usize);

/// The reference layers that are drawn, each with its symbol where it holds points.
pub(super) fn shown(plan: &Plan) -> impl Iterator<Item = (Option<Symbol>, &Arc<Reference>)> {
    symbols_of(plan).into_iter().zip(&plan.references).filter(|(_, reference)| reference.visible)
}

/// What a reference layer is called: by the words files are named with, else by its own name.
#[must_use]
pub fn layer_name(name: &str) -> Text {
    let lower = name.to_lowercase();
    let known = [
        (["camera", "监控"], Text::new("Camera", "视频监控点")),
        (["place", "重点"], Text::new("Key site", "重点场所")),
    ];
    let found = known.into_iter().find(|(words, _)| words.iter().any(|word| lower.contains(word)));
    found.map_or_else(|| Text::new(name, name), |(_, text)| text)
}

impl Symbol {
    /// Its corners around a place: a diamond, a square, a triangle, a triangle on its tip, a hexagon, a pentagon; then again.
    #[must_use]
    pub fn corners(self, [x, y]: [f32; 2], r: f32) -> Vec<[f32; 2]> {
        let around = |corners: &[[f32; 2]]| corners.iter().map(|[dx, dy]| [x + dx * r, y + dy * r]).collect();
        match self.0 % 6 {
            0 => around(&[[0.0, -1.2], [1.2, 0.0], [0.0, 1.2], [-1.2, 0.0]]),
            1 => around(&[[-1.0, -0.8], [1.0, -0.8], [1.0, 0.8], [-1.0, 0.8]]),
            2 => around(&[[0.0, -1.2], [1.1, 0.8], [-1.1, 0.8]]),
            3 => around(&[[-1.1, -0.8], [1.1, -0.8], [0.0, 1.2]]),
            4 => around(&[[-1.1, 0.0], [-0.55, -0.95], [0.55, -0.95], [1.1, 0.0], [0.55, 0.95], [-0.55, 0.95]]),
            _ => around(&[[0.0, -1.2], [1.14, -0.37], [0.7, 0.97], [-0.7, 0.97], [-1.14, -0.37]]),
        }
    }
}

impl Symbols {
    /// Draws all of them.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, style: &Style) {
        for &place in &self.places {
            self.draw_at(canvas, place, style);
        }
    }

    /// Draws one, as in the legend.
    pub(super) fn draw_at(&self, canvas: &mut Canvas<'_>, [x, y]: [f32; 2], style: &Style) {
        let corners = self.kind.corners([x, y], 3.6 * canvas.scale);
        canvas.outline(&corners, 2.4 * canvas.scale, style.paper.with_alpha(self.alpha));
        canvas.polygon(&corners, style.quiet_ink.with_alpha(self.alpha));
    }
}
