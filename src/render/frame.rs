//! The borders of a scene as they lie in one picture: culled, simplified, in pixels.

use rayon::prelude::*;

use crate::base::{Cancelled, Key as _, Progress};
use crate::geometry::{Bounds, LATTICE, Point};
use crate::topology::BorderId;

use super::borders::{kept, level_for};
use super::fill::{Paint, difference};
use super::scene::Scene;
use super::view::View;

/// Pixels beyond the rim in which a line may still show.
const RIM: f32 = 8.0;
/// Slots projected by one job.
const CHUNK: usize = 2048;

/// The layer number of a reference layer's lines, above those of the tiers.
pub(super) fn reference_layer(at: usize) -> u8 {
    128 + at.min(100) as u8
}

/// Lattice to pixels of one picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Projection {
    lon: f64,
    lat: f64,
    sx: f64,
    sy: f64,
    middle: (f64, f64),
}

impl Projection {
    pub(super) fn new(view: &View) -> Self {
        let (sx, sy) = view.points_per_cell();
        let (width, height) = view.pixels();
        Self {
            lon: view.lon * LATTICE,
            lat: view.lat * LATTICE,
            sx: sx * view.pixels_per_point,
            sy: sy * view.pixels_per_point,
            middle: (f64::from(width) / 2.0, f64::from(height) / 2.0),
        }
    }

    /// A place in pixels from the upper left corner. Subtracts in f64, so that f32 is exact enough near the picture.
    #[inline]
    pub(super) fn pixel(&self, point: Point) -> [f32; 2] {
        let x = self.middle.0 + (f64::from(point.x) - self.lon) * self.sx;
        let y = self.middle.1 - (f64::from(point.y) - self.lat) * self.sy;
        [x as f32, y as f32]
    }

    /// Pixels for one lattice cell, east and north.
    pub(super) fn per_cell(&self) -> (f64, f64) {
        (self.sx, self.sy)
    }
}

/// A border in the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Its points in [`Frame::points`].
    pub(super) start: u32,
    pub(super) end: u32,
    /// Rows it may touch.
    pub(super) top: f32,
    pub(super) bottom: f32,
    /// What it adds to the east when it goes south.
    pub(super) paint: Paint,
    /// Index into [`Scene::layers`]; [`super::scene::NO_LAYER`] is not drawn as a line.
    pub(super) layer: u8,
    /// Whether it bounds the selection.
    pub(super) selected: bool,
}

impl Piece {
    /// Whether it changes a colour.
    pub(super) fn fills(&self) -> bool {
        self.paint.iter().any(|&part| part != 0.0)
    }
}

/// All borders of a picture.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) pieces: Vec<Piece>,
    pub(super) points: Vec<[f32; 2]>,
}

impl Frame {
    /// Culls, simplifies to half a pixel, and projects. O(borders) plus what is drawn.
    pub(super) fn new(scene: &Scene, view: &View, progress: &Progress) -> Result<Self, Cancelled> {
        let slots = scene.plan.coverage.borders().slots();
        let level = level_for(view.metres_per_pixel() / 2.0);
        let projection = Projection::new(view);
        let (width, height) = view.pixels();
        let size = [width as f32, height as f32];
        let starts: Vec<usize> = (0..slots).step_by(CHUNK).collect();
        let parts: Vec<Self> = starts
            .par_iter()
            .map(|&start| {
                progress.check()?;
                let mut part = Self::default();
                for slot in start..(start + CHUNK).min(slots) {
                    part.add(scene, slot, level, &projection, size);
                }
                Ok(part)
            })
            .collect::<Result<_, Cancelled>>()?;
        let mut frame = Self::joined(parts);
        frame.add_references(scene, &projection, size);
        Ok(frame)
    }

    /// Lines of the visible reference layers, points nearer than half a pixel to the last left out.
    fn add_references(&mut self, scene: &Scene, projection: &Projection, [width, height]: [f32; 2]) {
        for (at, reference) in scene.plan.references.iter().enumerate().filter(|(_, reference)| reference.visible) {
            for line in reference.features.iter().flat_map(|(shape, _)| shape.lines()) {
                let bounds = Bounds::of(line);
                let ([left, bottom], [right, top]) = (projection.pixel(bounds.min), projection.pixel(bounds.max));
                if bounds.is_empty() || bottom < 0.0 || top > height || left > width || right < 0.0 {
                    continue;
                }
                let start = self.points.len();
                for (index, &point) in line.iter().enumerate() {
                    let [x, y] = projection.pixel(point);
                    let near =
                        self.points[start..].last().is_some_and(|last| (last[0] - x).abs() + (last[1] - y).abs() < 0.5);
                    if !near || index + 1 == line.len() {
                        self.points.push([x, y]);
                    }
                }
                let (start, end) = (start as u32, self.points.len() as u32);
                let layer = reference_layer(at);
                self.pieces.push(Piece { start, end, top, bottom, paint: [0.0; 4], layer, selected: false });
            }
        }
    }

    fn joined(parts: Vec<Self>) -> Self {
        let mut all = Self::default();
        all.points.reserve(parts.iter().map(|part| part.points.len()).sum());
        for part in parts {
            let base = all.points.len() as u32;
            all.points.extend_from_slice(&part.points);
            all.pieces.extend(part.pieces.iter().map(|piece| Piece {
                start: piece.start + base,
                end: piece.end + base,
                ..*piece
            }));
        }
        all
    }

    fn add(&mut self, scene: &Scene, slot: usize, level: u8, projection: &Projection, [width, height]: [f32; 2]) {
        let bounds = scene.borders.bounds[slot];
        if bounds.is_empty() {
            return;
        }
        let [left, bottom] = projection.pixel(bounds.min);
        let [right, top] = projection.pixel(bounds.max);
        if bottom < -RIM || top > height + RIM || left > width + RIM {
            return;
        }
        let Some(border) = scene.plan.coverage.borders().get(BorderId::from_index(slot)) else { return };
        let look = scene.looks[slot];
        let paint = difference(scene.paint_of(border.left), scene.paint_of(border.right));
        let piece = Piece {
            start: self.points.len() as u32,
            end: 0,
            top,
            bottom,
            paint,
            layer: look.layer,
            selected: look.selected,
        };
        if right < -RIM {
            // Wholly to the left: of such a border only its ends matter, and only for the fill.
            if let (true, Some(&first), Some(&last)) = (piece.fills(), border.points.first(), border.points.last()) {
                let ends = [first, last].map(|point| [-1.0, projection.pixel(point)[1]]);
                self.points.extend(ends);
                self.pieces.push(Piece {
                    end: self.points.len() as u32,
                    layer: super::scene::NO_LAYER,
                    selected: false,
                    ..piece
                });
            }
            return;
        }
        if !piece.fills() && look.layer == super::scene::NO_LAYER && !look.selected {
            return;
        }
        let ranks = scene.borders.ranks_of(slot);
        let drawn = border.points.iter().zip(ranks).filter(|&(_, &rank)| kept(rank, level));
        self.points.extend(drawn.map(|(&point, _)| projection.pixel(point)));
        self.pieces.push(Piece { end: self.points.len() as u32, ..piece });
    }

    /// Points of a piece.
    pub(super) fn points_of(&self, piece: &Piece) -> &[[f32; 2]] {
        self.points.get(piece.start as usize..piece.end as usize).unwrap_or(&[])
    }

    /// Pieces by band of `rows` rows, in order.
    pub(super) fn by_band(&self, rows: usize, bands: usize) -> Vec<Vec<u32>> {
        let mut lists = vec![Vec::new(); bands];
        let band = |y: f32| (y.max(0.0) as usize / rows).min(bands.saturating_sub(1));
        for (at, piece) in self.pieces.iter().enumerate() {
            for list in &mut lists[band(piece.top - RIM)..=band(piece.bottom + RIM)] {
                list.push(at as u32);
            }
        }
        lists
    }
}
