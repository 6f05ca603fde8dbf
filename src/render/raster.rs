//! The picture of a scene, made on the processor: for PNG files, for tests, and for machines without a GPU.

use rayon::prelude::*;
use tiny_skia::{IntSize, Pixmap, PixmapMut};

use crate::base::{Cancelled, Progress};

use super::fill::Sums;
use super::frame::{Frame, Piece, reference_layer};
use super::legend::Marks;
use super::points::{Cloud, dots, symbols};
use super::scene::Scene;
use super::stroke::Mask;
use super::style::{Colour, Hatch, Pen};
use super::text::{Canvas, over};
use super::view::View;

/// Rows that one job draws.
const BAND: usize = 40;

/// Rows of red, green, blue, alpha, 8 bits each, premultiplied. Every pixel of [`draw`] is solid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `width * height * 4` bytes, from the upper left.
    pub rgba: Vec<u8>,
}

/// Why a picture could not be written as PNG.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The bytes are not as many as the size asks for.
    #[error("a picture of {0} x {1} pixels needs another number of bytes")]
    Size(u32, u32),
    /// The encoder gave up.
    #[error("the picture could not be encoded: {0}")]
    Encoding(String),
}

impl Picture {
    /// The picture as a PNG file.
    ///
    /// # Errors
    /// When the bytes do not fit the size, or the encoder gives up.
    pub fn png(&self) -> Result<Vec<u8>, PngError> {
        let size = IntSize::from_wh(self.width, self.height);
        let pixmap = size.and_then(|size| Pixmap::from_vec(self.rgba.clone(), size));
        let pixmap = pixmap.ok_or(PngError::Size(self.width, self.height))?;
        pixmap.encode_png().map_err(|error| PngError::Encoding(error.to_string()))
    }

    /// The colour of a pixel, `None` outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> Option<Colour> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 4;
        self.rgba.get(at..at + 4)?.try_into().ok().map(Colour)
    }
}

/// Draws a scene as a camera sees it. The same bytes on any number of threads.
///
/// # Errors
/// [`Cancelled`] when asked to stop.
pub fn draw(scene: &Scene, view: &View, progress: &Progress) -> Result<Picture, Cancelled> {
    let (width, height) = view.pixels();
    let frame = Frame::new(scene, view, progress)?;
    let cloud = Cloud::new(scene, view);
    let row_bytes = width as usize * 4;
    let mut rgba = vec![255; row_bytes * height as usize];
    let bands = frame.by_band(BAND, (height as usize).div_ceil(BAND));
    let painter = Painter {
        scene,
        frame: &frame,
        cloud: &cloud,
        width: width as usize,
        scale: view.pixels_per_point as f32,
        metres_per_point: view.metres_per_point,
    };
    let desk = || (Sums::new(width as usize, BAND), Mask::new(width as usize, BAND));
    rgba.par_chunks_mut(row_bytes * BAND).zip(&bands).enumerate().try_for_each_init(
        desk,
        |desk, (at, (pixels, pieces))| {
            progress.check()?;
            painter.band(desk, at * BAND, pixels, pieces);
            Ok(())
        },
    )?;
    progress.check()?;
    stand(scene, view, &cloud, &mut rgba);
    Ok(Picture { width, height, rgba })
}

/// Draws only what stands on the ground of a scene: incidents, symbols, names and furniture, over clear pixels. Lies on
/// the picture of the ground made elsewhere.
///
/// # Errors
/// [`Cancelled`] when asked to stop.
pub fn marks(scene: &Scene, view: &View, progress: &Progress) -> Result<Picture, Cancelled> {
    let (width, height) = view.pixels();
    let cloud = Cloud::new(scene, view);
    progress.check()?;
    let row_bytes = width as usize * 4;
    let mut rgba = vec![0; row_bytes * height as usize];
    if let Cloud::Heat(heat) = &cloud {
        let rows = rgba.par_chunks_mut(row_bytes).enumerate();
        rows.for_each(|(row, pixels)| heat.lay(row, pixels, &scene.style.heat));
    }
    progress.check()?;
    stand(scene, view, &cloud, &mut rgba);
    Ok(Picture { width, height, rgba })
}

/// Draws what stands on the ground: dots, symbols, names, furniture.
fn stand(scene: &Scene, view: &View, cloud: &Cloud, rgba: &mut [u8]) {
    let (width, height) = view.pixels();
    let Some(pixels) = PixmapMut::from_bytes(rgba, width, height) else { return };
    let mut canvas = Canvas { pixels, scale: view.pixels_per_point as f32 };
    if let Cloud::Dots(points) = cloud {
        dots(&mut canvas, points, scene.style.dot, scene.style.paper);
    }
    let symbols = symbols(scene, view);
    for layer in &symbols {
        layer.draw(&mut canvas, &scene.style);
    }
    let marks = Marks { cloud, symbols: &symbols };
    let places = scene.places(view, &marks);
    let labels = scene.labels(view, &places.taken());
    scene.write_labels(&mut canvas, &labels);
    scene.furnish(&mut canvas, view, &places, &marks);
}

/// What the bands of a picture share.
struct Painter<'a> {
    scene: &'a Scene,
    frame: &'a Frame,
    cloud: &'a Cloud,
    width: usize,
    scale: f32,
    metres_per_point: f64,
}

impl Painter<'_> {
    fn band(&self, (sums, mask): &mut (Sums, Mask), top: usize, pixels: &mut [u8], pieces: &[u32]) {
        let height = pixels.len() / (self.width * 4);
        let pieces: Vec<&Piece> = pieces.iter().filter_map(|&at| self.frame.pieces.get(at as usize)).collect();
        sums.begin(top, height);
        mask.begin(top, height);
        self.fill(sums, top, pixels, &pieces);
        for (at, reference) in self.scene.plan.references.iter().enumerate() {
            let of_reference = pieces.iter().filter(|piece| piece.layer == reference_layer(at));
            self.stroke(
                mask,
                pixels,
                of_reference.copied(),
                self.scene.street_pen(reference.opacity, self.metres_per_point),
            );
        }
        for (at, layer) in self.scene.layers.iter().enumerate() {
            let of_layer = pieces.iter().filter(|piece| usize::from(piece.layer) == at);
            self.stroke(mask, pixels, of_layer.copied(), self.scene.layer_pen(layer, self.metres_per_point));
        }
        if let Cloud::Heat(heat) = self.cloud {
            for (row, pixels) in pixels.chunks_exact_mut(self.width * 4).enumerate() {
                heat.lay(top + row, pixels, &self.scene.style.heat);
            }
        }
        let style = &self.scene.style;
        for pen in [Pen::solid(6.0, style.paper.with_alpha(230)), Pen::solid(3.0, style.accent)] {
            self.stroke(mask, pixels, pieces.iter().copied().filter(|piece| piece.selected), pen);
        }
    }

    fn fill(&self, sums: &mut Sums, top: usize, pixels: &mut [u8], pieces: &[&Piece]) {
        for piece in pieces.iter().filter(|piece| piece.fills()) {
            for edge in self.frame.points_of(piece).windows(2) {
                sums.edge(edge[0], edge[1], piece.paint);
            }
        }
        for (row, pixels) in pixels.chunks_exact_mut(self.width * 4).enumerate() {
            sums.row(row, self.scene.sea, |run, [r, g, b, hatch]| {
                let colour = [(r + 0.5) as u8, (g + 0.5) as u8, (b + 0.5) as u8, 255];
                for (x, pixel) in pixels[run.start * 4..run.end * 4].chunks_exact_mut(4).enumerate() {
                    pixel.copy_from_slice(&colour);
                    if hatch.abs() > 0.1 {
                        let kind = if hatch > 0.0 { Hatch::Rising } else { Hatch::Falling };
                        let cover = hatch_cover(kind, (run.start + x) as i32, (top + row) as i32, self.scale);
                        over(pixel, self.scene.style.paper, (f32::from(cover) * hatch.abs().min(1.0)) as u8);
                    }
                }
            });
        }
    }

    fn stroke<'p>(&self, mask: &mut Mask, pixels: &mut [u8], pieces: impl Iterator<Item = &'p Piece>, pen: Pen) {
        let (half, share) = pen.half_width(self.scale);
        let dash = pen.dash.map(|dash| dash.map(|length| length * self.scale));
        for piece in pieces {
            mask.line(self.frame.points_of(piece), half, dash);
        }
        let alpha = (f32::from(pen.colour.0[3]) * share) as u8;
        let row_bytes = self.width * 4;
        mask.take(|row, x, cover| {
            let at = row * row_bytes + x * 4;
            over(&mut pixels[at..at + 4], pen.colour.with_alpha(alpha), cover);
        });
    }
}

/// How dark the hatch is at a pixel.
pub(super) fn hatch_cover(hatch: Hatch, x: i32, y: i32, scale: f32) -> u8 {
    // Whole pixels, so that strokes of all rows are alike.
    let period = (7.0 * scale).round().max(3.0) as i32;
    let along = match hatch {
        Hatch::None => return 0,
        Hatch::Rising => x + y,
        Hatch::Falling => x - y,
    };
    let off = along.rem_euclid(period);
    let distance = off.min(period - off) as f32 / std::f32::consts::SQRT_2;
    // A stroke about a point wide across the diagonal, softened over a pixel.
    ((0.5 * scale + 0.5 - distance).clamp(0.0, 1.0) * 80.0) as u8
}
