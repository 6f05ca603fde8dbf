//! Sheets as PDF 1.7 (ISO 32000-1): one page each, with the characters they use of the bundled font, which can be
//! searched and copied.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{
    CidFontType, FontFlags, LineCapStyle, LineJoinStyle, SystemInfo, TextRenderingMode, UnicodeCmap,
};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};
use rayon::prelude::*;
use skrifa::FontRef;
use skrifa::raw::types::Tag;
use subsetter::GlyphRemapper;

use super::{Mark, PaperError, Sheet, Words};
use crate::base::Progress;
use crate::render::font;
use crate::render::style::{Colour, Hatch, Pen};

/// The font's name in the file: a tag of six letters marks it as cut down (§9.6.4).
const FONT: Name<'static> = Name(b"WANGGE+WanggeSansSC-Regular");
/// The font's name on a page.
const SHORT: Name<'static> = Name(b"F");
/// What the numbers of the glyphs mean: nothing but themselves (§9.7.4.2).
const SYSTEM: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// Objects before the pages: catalogue, tree, information, and five of the font.
const FIXED: i32 = 8;

/// A file of one page a sheet, in order. The same sheets give the same bytes.
///
/// # Errors
/// When asked to stop, or when the font cannot be cut down.
pub fn pdf(title: &str, sheets: &[Sheet], progress: &Progress) -> Result<Vec<u8>, PaperError> {
    let letters = Letters::of(sheets);
    let contents: Vec<Vec<u8>> = sheets
        .par_iter()
        .map(|sheet| {
            progress.check()?;
            progress.add(1);
            Ok(packed(&page(sheet, &letters)))
        })
        .collect::<Result<_, PaperError>>()?;
    let mut pdf = Pdf::new();
    let of = |number: i32| Ref::new(number);
    pdf.catalog(of(1)).pages(of(2)).lang(TextStr("zh-CN"));
    pdf.document_info(of(3)).title(TextStr(title)).creator(TextStr("Wangge"));
    let pages: Vec<Ref> = (0..sheets.len() as i32).map(|at| of(FIXED + 1 + 2 * at)).collect();
    pdf.pages(of(2)).kids(pages.iter().copied()).count(sheets.len() as i32);
    letters.embed(&mut pdf)?;
    for ((sheet, content), &id) in sheets.iter().zip(&contents).zip(&pages) {
        let mut page = pdf.page(id);
        page.media_box(Rect::new(0.0, 0.0, sheet.width, sheet.height)).parent(of(2)).contents(id.next());
        page.resources().fonts().pair(SHORT, of(4));
        page.finish();
        pdf.stream(id.next(), content).filter(Filter::FlateDecode);
    }
    Ok(pdf.finish())
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::default());
    // A vector takes everything.
    let _never_fails = out.write_all(bytes);
    out.finish().unwrap_or_default()
}

/// The characters of all sheets, and the glyphs that are put in for them.
struct Letters {
    glyphs: GlyphRemapper,
    /// By glyph of the cut font: what it says and its width.
    says: BTreeMap<u16, (char, f32)>,
}

impl Letters {
    fn of(sheets: &[Sheet]) -> Self {
        let marks = sheets.iter().flat_map(|sheet| &sheet.marks);
        let texts = marks.filter_map(|mark| if let Mark::Words(words) = mark { Some(&words.text) } else { None });
        let mut all: Vec<char> = texts.flat_map(|text| text.chars()).filter(|c| !c.is_control()).collect();
        all.sort_unstable();
        all.dedup();
        let mut letters = Self { glyphs: GlyphRemapper::new(), says: BTreeMap::new() };
        for c in all {
            let (glyph, width) = font::glyph(c);
            let new = letters.glyphs.remap(glyph);
            letters.says.entry(new).or_insert((c, width));
        }
        letters
    }

    /// Writes the font: objects 4 to 8.
    fn embed(&self, pdf: &mut Pdf) -> Result<(), PaperError> {
        let failed = |what: &str| PaperError::Font(what.to_owned());
        let cut =
            subsetter::subset(font::BYTES, 0, &self.glyphs).map_err(|error| PaperError::Font(error.to_string()))?;
        let cut = FontRef::new(&cut).map_err(|error| PaperError::Font(error.to_string()))?;
        let cff = cut.table_data(Tag::new(b"CFF ")).ok_or_else(|| failed("it holds no outlines"))?;
        let (font, cid, descriptor, file, map) = (Ref::new(4), Ref::new(5), Ref::new(6), Ref::new(7), Ref::new(8));
        pdf.type0_font(font)
            .base_font(FONT)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(map);
        let mut inner = pdf.cid_font(cid);
        inner.subtype(CidFontType::Type0).base_font(FONT).system_info(SYSTEM).font_descriptor(descriptor);
        inner.default_width(font::EM);
        let mut widths = inner.widths();
        for (&glyph, &(_, width)) in &self.says {
            widths.consecutive(glyph, [width]);
        }
        widths.finish();
        inner.finish();
        pdf.font_descriptor(descriptor)
            .name(FONT)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(-200.0, -300.0, 1200.0, 1100.0))
            .italic_angle(0.0)
            .ascent(880.0)
            .descent(-120.0)
            .cap_height(733.0)
            .stem_v(80.0)
            .font_file3(file);
        let bytes = packed(cff.as_bytes());
        pdf.stream(file, &bytes).filter(Filter::FlateDecode).pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        let mut unicode = UnicodeCmap::new(Name(b"WanggeUnicode"), SYSTEM);
        for (&glyph, &(says, _)) in self.says.iter().filter(|&(&glyph, _)| glyph != 0) {
            unicode.pair(glyph, says);
        }
        pdf.cmap(map, &unicode.finish());
        Ok(())
    }
}

/// The marks of a sheet as a content stream. The page is turned over once, so that y runs down as everywhere.
fn page(sheet: &Sheet, letters: &Letters) -> Vec<u8> {
    let mut out = Content::new();
    out.transform([1.0, 0.0, 0.0, -1.0, 0.0, sheet.height]);
    out.set_line_join(LineJoinStyle::RoundJoin).set_line_cap(LineCapStyle::RoundCap);
    let mut open = 0;
    for mark in &sheet.marks {
        match mark {
            Mark::Fill { rings, colour, hatch } => {
                fill_colour(&mut out, *colour);
                rings.iter().for_each(|ring| path(&mut out, ring, true));
                out.fill_even_odd();
                hatching(&mut out, rings, *hatch);
            }
            Mark::Line { points, pen } => {
                set_pen(&mut out, *pen);
                path(&mut out, points, false);
                out.stroke();
            }
            Mark::Words(words) => write(&mut out, words, letters),
            Mark::Clip([x, y, width, height]) => {
                out.save_state().rect(*x, *y, *width, *height).clip_nonzero().end_path();
                open += 1;
            }
            Mark::Unclip if open > 0 => {
                out.restore_state();
                open -= 1;
            }
            Mark::Unclip => {}
        }
    }
    for _ in 0..open {
        out.restore_state();
    }
    out.finish().as_slice().to_vec()
}

fn path(out: &mut Content, points: &[[f32; 2]], closed: bool) {
    // Hundredths of a point: 4 µm on paper.
    let short = |value: f32| (value * 100.0).round() / 100.0;
    for (at, [x, y]) in points.iter().enumerate() {
        if at == 0 {
            out.move_to(short(*x), short(*y))
        } else {
            out.line_to(short(*x), short(*y))
        };
    }
    if closed && !points.is_empty() {
        out.close_path();
    }
}

fn parts(colour: Colour) -> [f32; 3] {
    let [r, g, b, _] = colour.0;
    [r, g, b].map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0)
}

fn fill_colour(out: &mut Content, colour: Colour) {
    let [r, g, b] = parts(colour);
    out.set_fill_rgb(r, g, b);
}

fn stroke_colour(out: &mut Content, colour: Colour) {
    let [r, g, b] = parts(colour);
    out.set_stroke_rgb(r, g, b);
}

fn set_pen(out: &mut Content, pen: Pen) {
    stroke_colour(out, pen.colour);
    out.set_line_width(pen.width);
    out.set_dash_pattern(pen.dash.into_iter().flatten(), 0.0);
}

/// Strokes of the hatch inside rings.
fn hatching(out: &mut Content, rings: &[Vec<[f32; 2]>], hatch: Hatch) {
    /// Points between two strokes, along the rim.
    const STEP: f32 = 7.0;
    let (sign, points) = match hatch {
        Hatch::None => return,
        Hatch::Rising => (1.0, rings.iter().flatten()),
        Hatch::Falling => (-1.0, rings.iter().flatten()),
    };
    let around = points.fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |[l, t, r, b], &[x, y]| {
        [l.min(x), t.min(y), r.max(x), b.max(y)]
    });
    let [left, top, right, bottom] = around;
    if left >= right || top >= bottom {
        return;
    }
    out.save_state();
    rings.iter().for_each(|ring| path(out, ring, true));
    out.clip_even_odd().end_path();
    set_pen(out, Pen::solid(1.0, Colour::hex(0xFF_FFFF)));
    // Lines x + sign * y = c.
    let sums = [left + sign * top, left + sign * bottom, right + sign * top, right + sign * bottom];
    let (least, most) = sums.iter().fold((f32::MAX, f32::MIN), |(a, b), &sum| (a.min(sum), b.max(sum)));
    let mut sum = (least / STEP).ceil() * STEP;
    while sum < most {
        path(out, &[[sum - sign * top, top], [sum - sign * bottom, bottom]], false);
        sum += STEP;
    }
    out.stroke();
    out.restore_state();
}

fn write(out: &mut Content, words: &Words, letters: &Letters) {
    let codes: Vec<u8> =
        words.line().places().flat_map(|(glyph, _)| letters.glyphs.get(glyph).unwrap_or(0).to_be_bytes()).collect();
    let [x, y] = words.at;
    out.begin_text().set_font(SHORT, words.size).set_char_spacing(words.spacing);
    if words.halo > 0.0 {
        set_pen(out, Pen::solid(2.0 * words.halo, Colour::hex(0xFF_FFFF)));
        out.set_text_rendering_mode(TextRenderingMode::Stroke);
        out.set_text_matrix([1.0, 0.0, 0.0, -1.0, x, y]).show(Str(&codes));
    }
    let mode = if words.bold > 0.0 { TextRenderingMode::FillStroke } else { TextRenderingMode::Fill };
    if words.bold > 0.0 {
        set_pen(out, Pen::solid(2.0 * words.bold, words.colour));
    }
    fill_colour(out, words.colour);
    out.set_text_rendering_mode(mode).set_text_matrix([1.0, 0.0, 0.0, -1.0, x, y]).show(Str(&codes));
    out.end_text();
}
