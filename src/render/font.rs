//! The bundled font: the same words on every machine, also where no font is installed.

use std::sync::{Arc, LazyLock, Mutex};

use super::others;
use rustc_hash::FxHashMap;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};
use tiny_skia::{FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

/// Units of the square that outlines are drawn on.
pub(super) const EM: f32 = 1000.0;

/// Wangge Sans SC, OpenType with CFF outlines; see `assets/fonts/README.md`.
pub const BYTES: &[u8] = include_bytes!("../../assets/fonts/WanggeSansSC-Regular.otf");

/// Steps between two pixels at which glyphs are drawn.
const STEPS: f32 = 4.0;

static FONT: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| FontRef::new(BYTES).ok());
static GLYPHS: LazyLock<Mutex<FxHashMap<Key, Arc<Glyph>>>> = LazyLock::new(Mutex::default);

/// Whether the font can write every character of a text.
#[must_use]
pub fn can_write(text: &str) -> bool {
    Fonts::Bundled.can_write(text)
}

/// Which fonts a text is written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fonts {
    /// The bundled one alone: the same picture everywhere.
    #[default]
    Bundled,
    /// Those of the machine for what that lacks.
    Machine,
}

impl Fonts {
    /// Whether every character of a text can be written.
    #[must_use]
    pub fn can_write(self, text: &str) -> bool {
        text.chars().all(|c| self.glyph(c).is_some())
    }

    fn glyph(self, c: char) -> Option<(Option<usize>, GlyphId)> {
        let own = glyph_id(c).map(|glyph| (None, glyph));
        let other = || others::glyph(c).map(|(face, glyph)| (Some(face), glyph));
        own.or_else(|| if self == Self::Machine { other() } else { None })
    }
}

/// The outline of a glyph as path data of SVG on a square of [`EM`] units, y down from the baseline.
pub(super) fn outline(glyph: u16) -> String {
    let mut pen = Data(String::new());
    let settings = DrawSettings::unhinted(Size::new(EM), LocationRef::default());
    let outlines = FONT.as_ref().map(skrifa::MetadataProvider::outline_glyphs);
    if let Some(outline) = outlines.and_then(|all| all.get(GlyphId::from(glyph))) {
        // Half an outline would be a wrong letter.
        if outline.draw(settings, &mut pen).is_err() {
            pen.0.clear();
        }
    }
    pen.0
}

/// The glyph of a character, 0 where the font has none, and its width on a square of [`EM`] units.
pub(super) fn glyph(c: char) -> (u16, f32) {
    let id = glyph_id(c).unwrap_or_default();
    let metrics = FONT.as_ref().map(|font| font.glyph_metrics(Size::new(EM), LocationRef::default()));
    (u16::try_from(id.to_u32()).unwrap_or(0), metrics.and_then(|metrics| metrics.advance_width(id)).unwrap_or(EM))
}

fn glyph_id(c: char) -> Option<GlyphId> {
    FONT.as_ref()?.charmap().map(c).filter(|id| id.to_u32() != 0)
}

/// One glyph as it is drawn: which, how big, how heavy, and how far right of a whole pixel.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    /// One of the machine's fonts; none for the bundled one.
    face: Option<usize>,
    glyph: u32,
    size: u32,
    halo: u32,
    step: u8,
}

/// Coverage of a glyph, 255 is covered.
#[derive(Debug, Default)]
pub(super) struct Glyph {
    /// Pixels from the pen to the left and upper rim.
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: usize,
    pub(super) cover: Vec<u8>,
}

/// A line of text laid out at a size in pixels.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    size: f32,
    glyphs: Vec<(Option<usize>, GlyphId, f32)>,
    /// Width in pixels.
    pub(super) width: f32,
}

impl Line {
    /// Lays a text out. A character the bundled font does not have becomes a box.
    pub(super) fn new(text: &str, size: f32, spacing: f32) -> Self {
        Self::of(text, size, spacing, Fonts::Bundled)
    }

    /// Lays a text out. A character no font has becomes a box.
    pub(super) fn of(text: &str, size: f32, spacing: f32, fonts: Fonts) -> Self {
        let mut line = Self { size, ..Self::default() };
        let Some(font) = FONT.as_ref() else { return line };
        let metrics = font.glyph_metrics(Size::new(size), LocationRef::default());
        for c in text.chars().filter(|c| !c.is_control()) {
            let (face, glyph) = fonts.glyph(c).unwrap_or_default();
            line.glyphs.push((face, glyph, line.width));
            let width = match face {
                None => metrics.advance_width(glyph),
                Some(face) => with_face(face, |font| {
                    font.glyph_metrics(Size::new(size), LocationRef::default()).advance_width(glyph)
                }),
            };
            line.width += width.unwrap_or(size) + spacing;
        }
        line.width = (line.width - spacing).max(0.0);
        line
    }

    /// Every glyph of the bundled font and how far right of the start of the line its pen stands.
    pub(super) fn places(&self) -> impl Iterator<Item = (u16, f32)> + '_ {
        let own = self.glyphs.iter().filter(|(face, ..)| face.is_none());
        own.map(|&(_, id, x)| (u16::try_from(id.to_u32()).unwrap_or(0), x))
    }

    /// Hands out every glyph with the place of its upper left pixel; the pen starts at `x` on the baseline `y`. A `halo`
    /// in pixels makes the strokes wider on every side.
    pub(super) fn glyphs(&self, x: f32, y: f32, halo: f32, mut put: impl FnMut(&Glyph, i32, i32)) {
        for &(face, id, offset) in &self.glyphs {
            let at = ((x + offset) * STEPS).round() / STEPS;
            let step = ((at - at.floor()) * STEPS) as u8;
            let key = Key { face, glyph: id.to_u32(), size: self.size.to_bits(), halo: halo.to_bits(), step };
            let glyph = cached(key);
            put(&glyph, at.floor() as i32 + glyph.left, y.round() as i32 + glyph.top);
        }
    }
}

fn cached(key: Key) -> Arc<Glyph> {
    if let Some(found) = GLYPHS.lock().ok().and_then(|glyphs| glyphs.get(&key).cloned()) {
        return found;
    }
    let made = Arc::new(draw(key).unwrap_or_default());
    if let Ok(mut glyphs) = GLYPHS.lock() {
        // A map zoomed for hours meets few sizes; the limit only bounds what odd callers could ask for.
        if glyphs.len() >= 1 << 15 {
            glyphs.clear();
        }
        glyphs.insert(key, Arc::clone(&made));
    }
    made
}

fn draw(key: Key) -> Option<Glyph> {
    let (size, halo) = (f32::from_bits(key.size), f32::from_bits(key.halo));
    let mut pen = Pen(PathBuilder::new());
    let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
    let trace = |font: &FontRef<'_>| {
        font.outline_glyphs().get(GlyphId::new(key.glyph))?.draw(settings, &mut pen).ok().map(|_| ())
    };
    match key.face {
        None => trace(FONT.as_ref()?)?,
        Some(face) => with_face(face, trace)?,
    }
    let path: Path = pen.0.finish()?;
    let bounds = path.bounds();
    let rim = halo + 1.0;
    let (left, top) = ((bounds.left() - rim).floor() as i32, (bounds.top() - rim).floor() as i32);
    let width = (bounds.right() + rim + 1.0).ceil() as i32 - left;
    let height = (bounds.bottom() + rim).ceil() as i32 - top;
    let mut pixmap = Pixmap::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?)?;
    let shift = Transform::from_translate(f32::from(key.step) / STEPS - left as f32, -top as f32);
    let paint = Paint::default();
    pixmap.fill_path(&path, &paint, FillRule::Winding, shift, None);
    if halo > 0.0 {
        let stroke =
            Stroke { width: halo * 2.0, line_join: LineJoin::Round, line_cap: LineCap::Round, ..Stroke::default() };
        pixmap.stroke_path(&path, &paint, &stroke, shift, None);
    }
    let cover = pixmap.pixels().iter().map(|pixel| pixel.alpha()).collect();
    Some(Glyph { left, top, width: width as usize, cover })
}

/// Does something with a font of the machine.
fn with_face<T>(face: usize, work: impl FnOnce(&FontRef<'_>) -> Option<T>) -> Option<T> {
    let (bytes, index) = others::face(face)?;
    work(&FontRef::from_index((*bytes).as_ref(), index).ok()?)
}

/// Outlines of the font, y up, as a path, y down.
struct Pen(PathBuilder);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, -y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, -y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(cx, -cy, x, -y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.cubic_to(cx0, -cy0, cx1, -cy1, x, -y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

/// Outlines of the font as path data of SVG.
struct Data(String);

impl Data {
    fn push(&mut self, letter: char, numbers: &[f32]) {
        self.0.push(letter);
        for (at, number) in numbers.iter().enumerate() {
            // Every second number is a height; y runs down in SVG.
            let number = if at % 2 == 1 { -number } else { *number };
            let gap = if at > 0 && number >= 0.0 { " " } else { "" };
            self.0.push_str(&format!("{gap}{:.0}", number + 0.0));
        }
    }
}

impl OutlinePen for Data {
    fn move_to(&mut self, x: f32, y: f32) {
        self.push('M', &[x, y]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.push('L', &[x, y]);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.push('Q', &[cx, cy, x, y]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.push('C', &[cx0, cy0, cx1, cy1, x, y]);
    }

    fn close(&mut self) {
        self.0.push('Z');
    }
}
