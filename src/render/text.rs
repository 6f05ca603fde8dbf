//! Text and cards on a picture.

use tiny_skia::{FillRule, Paint, PathBuilder, PixmapMut, Stroke, Transform};

use super::font::Line;
use super::style::Colour;

/// Height of the middle of a line above its baseline, in sizes: half of a Han character's box.
pub(super) const MIDDLE: f32 = 0.37;

/// A picture being drawn on: premultiplied RGBA rows, all pixels solid.
pub(super) struct Canvas<'a> {
    pub(super) pixels: PixmapMut<'a>,
    /// Pixels for one point.
    pub(super) scale: f32,
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    /// Size in pixels.
    pub(super) size: f32,
    pub(super) colour: Colour,
    /// Extra weight in pixels, for want of a bold face.
    pub(super) bold: f32,
    /// Pixels between characters.
    pub(super) spacing: f32,
}

impl Ink {
    /// Regular weight, set as the font says.
    pub(super) fn plain(size: f32, colour: Colour) -> Self {
        Self { size, colour, bold: 0.0, spacing: 0.0 }
    }
}

impl Canvas<'_> {
    /// Blends a colour over a pixel.
    #[inline]
    pub(super) fn blend(&mut self, x: i32, y: i32, colour: Colour, cover: u8) {
        let (width, height) = (self.pixels.width() as i32, self.pixels.height() as i32);
        if x < 0 || y < 0 || x >= width || y >= height {
            return;
        }
        let at = (y as usize * width as usize + x as usize) * 4;
        if let Some(pixel) = self.pixels.data_mut().get_mut(at..at + 4) {
            over(pixel, colour, cover);
        }
    }

    /// Writes a line around the height `y`, starting at `x`.
    pub(super) fn write(&mut self, line: &Line, x: f32, y: f32, ink: Ink) {
        let base = y + ink.size * MIDDLE;
        line.glyphs(x, base, ink.bold, |glyph, left, top| {
            for (at, &cover) in glyph.cover.iter().enumerate().filter(|&(_, &cover)| cover > 0) {
                let (row, column) = (at / glyph.width, at % glyph.width);
                self.blend(left + column as i32, top + row as i32, ink.colour, cover);
            }
        });
    }

    /// A card with round corners and a soft rim.
    pub(super) fn card(&mut self, [x, y, width, height]: [f32; 4], ground: Colour, rim: Colour) {
        let radius = (6.0 * self.scale).min(height / 2.0);
        let rounded = |grow: f32| {
            let (x, y, right, bottom, r) = (x - grow, y - grow, x + width + grow, y + height + grow, radius + grow);
            // A quarter circle by a cubic: 0.5523 of the radius (Riškus 2006).
            let c = r * (1.0 - 0.5523);
            let mut path = PathBuilder::new();
            path.move_to(x + r, y);
            path.line_to(right - r, y);
            path.cubic_to(right - c, y, right, y + c, right, y + r);
            path.line_to(right, bottom - r);
            path.cubic_to(right, bottom - c, right - c, bottom, right - r, bottom);
            path.line_to(x + r, bottom);
            path.cubic_to(x + c, bottom, x, bottom - c, x, bottom - r);
            path.line_to(x, y + r);
            path.cubic_to(x, y + c, x + c, y, x + r, y);
            path.close();
            path.finish()
        };
        for grow in 1..=4u8 {
            if let Some(path) = rounded(f32::from(grow) * self.scale) {
                let shift = Transform::from_translate(0.0, self.scale);
                self.pixels.fill_path(&path, &solid(rim.with_alpha(7)), FillRule::Winding, shift, None);
            }
        }
        if let Some(path) = rounded(0.0) {
            self.pixels.fill_path(&path, &solid(ground), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// Fills a polygon given by its corners.
    pub(super) fn polygon(&mut self, corners: &[[f32; 2]], colour: Colour) {
        if let Some(path) = closed(corners) {
            self.pixels.fill_path(&path, &solid(colour), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// Outlines a polygon given by its corners.
    pub(super) fn outline(&mut self, corners: &[[f32; 2]], width: f32, colour: Colour) {
        if let Some(path) = closed(corners) {
            let stroke = Stroke { width, ..Stroke::default() };
            self.pixels.stroke_path(&path, &solid(colour), &stroke, Transform::identity(), None);
        }
    }
}

fn closed(corners: &[[f32; 2]]) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::new();
    for (at, corner) in corners.iter().enumerate() {
        if at == 0 {
            path.move_to(corner[0], corner[1]);
        } else {
            path.line_to(corner[0], corner[1]);
        }
    }
    path.close();
    path.finish()
}

fn solid(colour: Colour) -> Paint<'static> {
    let [r, g, b, a] = colour.0;
    let mut paint = Paint::default();
    paint.set_color_rgba8(r, g, b, a);
    paint
}

/// Lays a colour over a premultiplied pixel.
#[inline]
pub(super) fn over(pixel: &mut [u8], colour: Colour, cover: u8) {
    let alpha = u32::from(cover) * u32::from(colour.0[3]);
    for (below, above) in pixel.iter_mut().zip(colour.with_alpha(255).0) {
        let mixed = u32::from(*below) * (255 * 255 - alpha) + u32::from(above) * alpha;
        *below = ((mixed + 255 * 255 / 2) / (255 * 255)) as u8;
    }
}
