//! The legend of the fill, a card over the map: each class with its colour, its hatch, and how many zones are of it.

use eframe::egui::epaint::PathShape;
use eframe::egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

use crate::render::{Colour, Hatch, LegendEntry, Symbol};

use super::theme::Palette;
use super::words;

const LINE: f32 = 20.0;
const PADDING: f32 = 10.0;
const SWATCH: f32 = 22.0;

/// Paints the card with its lower right corner at a position: the classes, and the symbols of reference layers.
pub(super) fn paint(
    painter: &Painter,
    corner: (f32, f32),
    title: &str,
    (entries, symbols): (&[LegendEntry], &[(Symbol, String)]),
    palette: &Palette,
) {
    if entries.is_empty() && symbols.is_empty() {
        return;
    }
    let title = if entries.is_empty() { "" } else { title };
    let text = |words: String, colour: Color32| painter.layout_no_wrap(words, FontId::proportional(11.5), colour);
    let head = text(title.to_owned(), palette.weak);
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| (entry, text(entry.text.clone(), palette.text), text(words::count(entry.zones), palette.weak)))
        .collect();
    let names: Vec<_> = symbols.iter().map(|(symbol, name)| (*symbol, text(name.clone(), palette.text))).collect();
    let widths = rows.iter().map(|(_, words, _)| words).chain(names.iter().map(|(_, words)| words));
    let words = widths.map(|words| words.size().x).fold(0.0, f32::max);
    let counts = rows.iter().map(|(.., count)| count.size().x).fold(0.0, f32::max);
    let inner = (SWATCH + 8.0 + words + 14.0 + counts).max(head.size().x);
    let size = vec2(
        inner + 2.0 * PADDING,
        LINE * (rows.len() + names.len() + usize::from(!title.is_empty())) as f32 + 2.0 * PADDING - 4.0,
    );
    let card = Align2::RIGHT_BOTTOM.anchor_size(pos2(corner.0, corner.1), size);
    painter.rect(card, 7.0, palette.card, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    let left = card.left() + PADDING;
    let line = |at: usize| card.top() + PADDING + LINE * at as f32;
    let first = usize::from(!title.is_empty());
    painter.galley(pos2(left, line(0)), head, palette.weak);
    for (at, (symbol, words)) in names.into_iter().enumerate() {
        let top = line(first + rows.len() + at);
        paint_symbol(painter, pos2(left + SWATCH / 2.0, top + 7.5), symbol, palette.text);
        painter.galley(pos2(left + SWATCH + 8.0, top), words, palette.text);
    }
    for (at, (entry, words, count)) in rows.into_iter().enumerate() {
        let top = line(at + first);
        let swatch = Rect::from_min_size(pos2(left, top + 1.0), vec2(SWATCH, 13.0));
        paint_swatch(painter, swatch, entry, palette);
        painter.galley(pos2(left + SWATCH + 8.0, top), words, palette.text);
        painter.galley(pos2(card.right() - PADDING - count.size().x, top), count, palette.weak);
    }
}

/// Paints the symbol of a reference layer around a place.
pub(super) fn paint_symbol(painter: &Painter, at: Pos2, symbol: Symbol, colour: Color32) {
    let corners = symbol.corners([at.x, at.y], 4.5);
    let points = corners.into_iter().map(|[x, y]| pos2(x, y)).collect();
    painter.add(Shape::Path(PathShape { points, closed: true, fill: colour, stroke: Stroke::NONE.into() }));
}

fn paint_swatch(painter: &Painter, place: Rect, entry: &LegendEntry, palette: &Palette) {
    let Colour([red, green, blue, alpha]) = entry.colour;
    painter.rect_filled(place, 2.0, Color32::from_rgba_unmultiplied(red, green, blue, alpha));
    let slope = match entry.hatch {
        Hatch::None => 0.0,
        Hatch::Rising => 1.0,
        Hatch::Falling => -1.0,
    };
    if slope != 0.0 {
        let clipped = painter.with_clip_rect(place.intersect(painter.clip_rect()));
        let half = place.height() / 2.0;
        for step in 0..7 {
            let middle = place.left() + 5.0 * step as f32;
            let ends = [-1.0, 1.0].map(|end| pos2(middle + end * half, place.center().y - end * half * slope));
            clipped.add(Shape::line_segment(ends, Stroke::new(1.0, Color32::from_black_alpha(110))));
        }
    }
    painter.rect_stroke(place, 2.0, Stroke::new(0.5, palette.even), StrokeKind::Inside);
}
