//! The legend: classes, incidents, symbols, and the lines of the tiers.

use crate::base::Text;
use crate::model::Role;

use super::font::Line;
use super::furniture::PADDING;
use super::labels::Pixels;
use super::measure::grouped;
use super::points::{Cloud, Symbols, dots};
use super::raster::hatch_cover;
use super::scene::{Fill, LegendEntry, Scene};
use super::style::Hatch;
use super::text::{Canvas, Ink};

/// Points from one line of the legend to the next.
const STEP: f32 = 21.0;
/// Points from the left rim of a line to its words.
const INDENT: f32 = 38.0;

/// Points drawn over the map, for the legend to explain.
pub(super) struct Marks<'a> {
    pub(super) cloud: &'a Cloud,
    pub(super) symbols: &'a [Symbols],
}

/// One line of the legend card.
pub(super) enum Row {
    /// The words, and whether they are the title.
    Head(String, bool),
    Class(LegendEntry),
    /// The words, and the layer of lines.
    Line(String, usize),
    /// The words, and whether they explain heat.
    Incidents(String, bool),
    /// The words, and the place among the symbols.
    Symbol(String, usize),
    Gap,
}

impl Scene {
    /// What the legend says, from the top.
    pub(super) fn legend_rows(&self, marks: &Marks<'_>) -> Vec<Row> {
        let lang = self.show.lang;
        let mut rows = Vec::new();
        match &self.show.fill {
            Fill::Measure { measure, .. } => {
                let unit = measure.unit.in_lang(lang);
                let name = measure.name.in_lang(lang);
                rows.push(Row::Head(name.to_owned(), true));
                if !unit.is_empty() {
                    rows.push(Row::Head(unit.to_owned(), false));
                }
                rows.extend(self.legend().iter().rev().cloned().map(Row::Class));
                rows.extend(self.outside_row());
                rows.push(Row::Gap);
            }
            Fill::Squads => {
                rows.push(Row::Head(Text::new("Colour: squad", "颜色：所属分队").in_lang(lang).to_owned(), true));
                rows.extend(self.outside_row());
                rows.push(Row::Gap);
            }
            Fill::Plain => {}
        }
        match marks.cloud {
            Cloud::Dots(dots) if dots.is_empty() => {}
            Cloud::Dots(_) => rows.push(Row::Incidents(Text::new("Incident", "案件").in_lang(lang).to_owned(), false)),
            Cloud::Heat(_) => {
                let text = Text::new("Incidents, few to many", "案件：疏 → 密");
                rows.push(Row::Incidents(text.in_lang(lang).to_owned(), true));
            }
        }
        for (at, symbols) in marks.symbols.iter().enumerate() {
            rows.push(Row::Symbol(symbols.name.in_lang(lang).to_owned(), at));
        }
        if matches!(rows.last(), Some(Row::Incidents(..) | Row::Symbol(..))) {
            rows.push(Row::Gap);
        }
        for (at, layer) in self.layers.iter().enumerate().rev() {
            if layer.tier.is_some() && self.looks.iter().any(|look| usize::from(look.layer) == at) {
                rows.push(Row::Line(self.border_name(at), at));
            }
        }
        if matches!(rows.last(), Some(Row::Gap)) {
            rows.pop();
        }
        rows
    }

    /// The row that explains land without a zone in the tier that is shown.
    fn outside_row(&self) -> Option<Row> {
        let tier = match &self.show.fill {
            Fill::Measure { tier, .. } => self.plan.tiers.get(*tier)?,
            Fill::Squads => self.plan.tier_of(Role::Grid)?.1,
            Fill::Plain => return None,
        };
        let any = self.plan.coverage.faces().ids().any(|face| tier.owner_of(face).is_none());
        let text = Text::new("outside this tier", "未划入本层级").in_lang(self.show.lang).to_owned();
        any.then(|| Row::Class(LegendEntry { colour: self.style.outside, hatch: Hatch::None, text, zones: 0 }))
    }

    fn border_name(&self, layer: usize) -> String {
        let Some(layer) = self.layers.get(layer) else { return String::new() };
        let name = match layer.role {
            Role::District => Text::new("District border", "区县界"),
            Role::Town => Text::new("Town border", "镇街界"),
            Role::Grid => Text::new("Grid border", "责任网格界"),
            Role::Community => Text::new("Community border", "社区（村）界"),
            Role::Unit => Text::new("Unit border", "单元网格界"),
            Role::Other => {
                let name = layer.tier.and_then(|at| self.plan.tiers.get(at)).map_or("", |tier| tier.name.as_str());
                Text::new(name, name)
            }
        };
        name.in_lang(self.show.lang).to_owned()
    }

    pub(super) fn draw_legend(&self, canvas: &mut Canvas<'_>, place: Pixels, marks: &Marks<'_>) {
        self.draw_card(canvas, place);
        let scale = canvas.scale;
        let (left, right) = (place.left + PADDING * scale, place.right - PADDING * scale);
        let mut top = place.top + (PADDING - 2.0) * scale;
        for row in self.legend_rows(marks) {
            let y = top + row_height(&row) * scale / 2.0;
            let text = Ink::plain(12.0 * scale, self.style.ink);
            match &row {
                Row::Head(words, true) => {
                    let ink = Ink { bold: 0.25 * scale, ..Ink::plain(13.5 * scale, self.style.ink) };
                    canvas.write(&Line::new(words, ink.size, 0.0), left, y, ink);
                }
                Row::Head(words, false) => {
                    let ink = Ink::plain(11.0 * scale, self.style.quiet_ink);
                    canvas.write(&Line::new(words, ink.size, 0.0), left, y, ink);
                }
                Row::Class(entry) => {
                    self.draw_swatch(canvas, left, y, entry);
                    canvas.write(&Line::new(&entry.text, text.size, 0.0), left + INDENT * scale, y, text);
                    let ink = Ink::plain(11.0 * scale, self.style.quiet_ink);
                    let count = Line::new(&count_text(entry.zones), ink.size, 0.0);
                    canvas.write(&count, right - count.width, y, ink);
                }
                Row::Line(words, layer) => {
                    self.draw_sample(canvas, left, y, *layer);
                    canvas.write(&Line::new(words, text.size, 0.0), left + INDENT * scale, y, text);
                }
                Row::Incidents(words, heat) => {
                    self.draw_incidents(canvas, left, y, *heat);
                    canvas.write(&Line::new(words, text.size, 0.0), left + INDENT * scale, y, text);
                }
                Row::Symbol(words, at) => {
                    if let Some(symbols) = marks.symbols.get(*at) {
                        symbols.draw_at(canvas, [left + 14.0 * scale, y], &self.style);
                    }
                    canvas.write(&Line::new(words, text.size, 0.0), left + INDENT * scale, y, text);
                }
                Row::Gap => {}
            }
            top += row_height(&row) * scale;
        }
    }

    fn draw_swatch(&self, canvas: &mut Canvas<'_>, left: f32, y: f32, entry: &LegendEntry) {
        let scale = canvas.scale;
        let (x0, x1) = (left.round(), (left + 28.0 * scale).round());
        let (y0, y1) = ((y - 7.5 * scale).round(), (y + 7.5 * scale).round());
        let corners = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
        canvas.polygon(&corners, entry.colour);
        if entry.hatch != Hatch::None {
            for (row, column) in (y0 as i32..y1 as i32).flat_map(|row| (x0 as i32..x1 as i32).map(move |x| (row, x))) {
                let cover = hatch_cover(entry.hatch, column, row, scale);
                canvas.blend(column, row, self.style.paper, cover);
            }
        }
        let inset = [[x0 + 0.5, y0 + 0.5], [x1 - 0.5, y0 + 0.5], [x1 - 0.5, y1 - 0.5], [x0 + 0.5, y1 - 0.5]];
        canvas.outline(&inset, scale.max(1.0), self.style.ink.with_alpha(40));
    }

    fn draw_incidents(&self, canvas: &mut Canvas<'_>, left: f32, y: f32, heat: bool) {
        let scale = canvas.scale;
        if !heat {
            dots(canvas, &[[left + 14.0 * scale, y]], self.style.dot, self.style.paper);
            return;
        }
        let ramp = &self.style.heat;
        for step in 0..28u8 {
            let along = f32::from(step) / 28.0 * 3.0;
            let colour = ramp[along as usize].mix(ramp[along as usize + 1], along.fract());
            let x = left + f32::from(step) * scale;
            let (x, right, half) = (x.round(), (x + scale).round(), (5.0 * scale).round());
            canvas.polygon(&[[x, y - half], [right, y - half], [right, y + half], [x, y + half]], colour);
        }
    }

    fn draw_sample(&self, canvas: &mut Canvas<'_>, left: f32, y: f32, layer: usize) {
        let Some(layer) = self.layers.get(layer) else { return };
        let scale = canvas.scale;
        let (on, off) = layer.pen.dash.map_or((28.0, 0.0), |[on, off]| (on, off));
        let (mut x, end) = (0.0, 28.0f32);
        let half = layer.pen.width.max(0.8) * scale / 2.0;
        while x < end {
            let (a, b) = (left + x * scale, left + (x + on).min(end) * scale);
            canvas.polygon(&[[a, y - half], [b, y - half], [b, y + half], [a, y + half]], layer.pen.colour);
            x += on + off;
        }
    }
}

/// Width and height of the card in pixels.
pub(super) fn legend_size(rows: &[Row], scale: f32) -> (f32, f32) {
    let width = |row: &Row| match row {
        Row::Head(text, true) => Line::new(text, 13.5, 0.0).width,
        Row::Head(text, false) => Line::new(text, 11.0, 0.0).width,
        Row::Class(entry) => {
            let count = count_text(entry.zones);
            INDENT + Line::new(&entry.text, 12.0, 0.0).width + 24.0 + Line::new(&count, 11.0, 0.0).width
        }
        Row::Line(text, _) | Row::Incidents(text, _) | Row::Symbol(text, _) => {
            INDENT + Line::new(text, 12.0, 0.0).width
        }
        Row::Gap => 0.0,
    };
    let widest = rows.iter().map(width).fold(120.0, f32::max);
    let height: f32 = rows.iter().map(row_height).sum();
    ((widest + 2.0 * PADDING) * scale, (height + 2.0 * PADDING - 4.0) * scale)
}

/// How many zones there are of a class; nothing where none are counted.
pub(super) fn count_text(zones: usize) -> String {
    if zones == 0 { String::new() } else { grouped(zones as f64) }
}

/// Points of a line of the legend.
fn row_height(row: &Row) -> f32 {
    match row {
        Row::Gap => 10.0,
        Row::Head(..) | Row::Class(_) | Row::Line(..) | Row::Incidents(..) | Row::Symbol(..) => STEP,
    }
}
