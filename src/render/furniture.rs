//! What stands around the map: title, legend, scale bar, north, and the note below.

use crate::base::{Lang, Text};
use crate::geometry::Bounds;
use crate::model::Role;

use super::font::Line;
use super::frame::Projection;
use super::labels::Pixels;
use super::measure::grouped;
use super::points::{Cloud, dots};
use super::scene::{Fill, LegendEntry, Scene};
use super::style::{Colour, Hatch};
use super::text::{Canvas, Ink};
use super::view::View;

/// Which pieces stand around the map; none by default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Furniture {
    /// The title, upper left.
    pub title: Option<Text>,
    /// A line below the title.
    pub subtitle: Option<Text>,
    /// A note on the lower rim, such as 示意数据.
    pub note: Option<Text>,
    /// Classes, and lines of the tiers, lower right.
    pub legend: bool,
    /// The scale bar, lower left.
    pub scale_bar: bool,
    /// The north arrow, upper right.
    pub north: bool,
}

/// The longest of 1, 2 or 5 times a power of ten metres that is not longer than `metres`; 0 for none.
#[must_use]
pub fn round_length(metres: f64) -> f64 {
    if !metres.is_finite() || metres <= 0.0 {
        return 0.0;
    }
    let power = 10f64.powi(metres.log10().floor() as i32);
    // A rounding of the logarithm may have gone one step too far.
    let power = if power > metres { power / 10.0 } else { power };
    [5.0, 2.0, 1.0].into_iter().map(|step| step * power).find(|&length| length <= metres).unwrap_or(power)
}

/// Points between furniture and the rim of the picture.
const MARGIN: f32 = 22.0;
/// Points inside the rim of a card.
const PADDING: f32 = 14.0;
/// Points from one line of the legend to the next.
const STEP: f32 = 21.0;
/// Longest scale bar in points.
const LONGEST_BAR: f64 = 160.0;

/// Where each piece stands in a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Places {
    title: Option<Pixels>,
    legend: Option<Pixels>,
    scale_bar: Option<Pixels>,
    north: Option<Pixels>,
    note: Option<Pixels>,
}

impl Places {
    /// The boxes that names keep clear of.
    pub(super) fn taken(&self) -> Vec<Pixels> {
        [self.title, self.legend, self.scale_bar, self.north, self.note].into_iter().flatten().collect()
    }
}

/// One line of the legend card.
enum Row {
    Head(String, bool),
    Class(LegendEntry),
    Line(String, usize),
    Incidents(String, bool),
    Gap,
}

impl Scene {
    /// Lays the furniture out. Pieces that would not fit the picture are left out.
    pub(super) fn places(&self, view: &View, cloud: &Cloud) -> Places {
        let (width, height) = view.pixels();
        let (width, height, scale) = (width as f32, height as f32, view.pixels_per_point as f32);
        let furniture = &self.show.furniture;
        let margin = MARGIN * scale;
        let boxed = |left: f32, top: f32, w: f32, h: f32| {
            let fits = w + 2.0 * margin <= width && h + 2.0 * margin <= height;
            fits.then_some(Pixels { left, top, right: left + w, bottom: top + h })
        };
        let mut places = Places::default();
        if let Some((w, h)) = self.title_size(scale) {
            places.title = boxed(margin, margin, w, h);
        }
        let (bar_width, bar_height) = (bar_points(view) as f32 * scale + 60.0 * scale, 26.0 * scale);
        if furniture.scale_bar {
            places.scale_bar = boxed(margin, height - margin - bar_height, bar_width, bar_height);
        }
        if furniture.legend {
            let rows = self.legend_rows(cloud);
            let (w, h) = self.legend_size(&rows, scale);
            let right = boxed(width - margin - w, height - margin - h, w, h);
            // Above the scale bar, where that hides less of the land.
            let left = boxed(margin, height - margin - h - 2.0 * bar_height, w, h);
            let hidden = |place: &Option<Pixels>| place.map_or(f64::MAX, |place| self.hidden_by(view, &place));
            places.legend = if hidden(&left) < hidden(&right) { left } else { right };
            places.legend = places.legend.filter(|_| !rows.is_empty());
        }
        if furniture.north {
            places.north = boxed(width - margin - 30.0 * scale, margin, 30.0 * scale, 50.0 * scale);
        }
        if let Some(note) = &furniture.note {
            let line = Line::new(note.in_lang(self.show.lang), 10.5 * scale, 0.0);
            let left = places.scale_bar.map_or(margin, |bar| bar.right + 16.0 * scale);
            places.note = boxed(left, height - margin - 20.0 * scale, line.width, 16.0 * scale);
        }
        places
    }

    /// Draws the furniture.
    pub(super) fn furnish(&self, canvas: &mut Canvas<'_>, view: &View, places: &Places, cloud: &Cloud) {
        if let Some(place) = places.title {
            self.draw_title(canvas, place);
        }
        if let Some(place) = places.legend {
            self.draw_legend(canvas, place, cloud);
        }
        if let Some(place) = places.scale_bar {
            self.draw_scale_bar(canvas, view, place);
        }
        if let Some(place) = places.north {
            self.draw_north(canvas, place);
        }
        if let (Some(place), Some(note)) = (places.note, &self.show.furniture.note) {
            let ink = self.ink(10.5 * canvas.scale, self.style.quiet_ink);
            self.haloed(canvas, note.in_lang(self.show.lang), place.left, middle(&place), ink);
        }
    }

    /// Land below a box when the whole plan is in the picture, in square pixels of the boxes of its faces. It hangs on
    /// the plan alone, so that nothing jumps while the map is moved.
    fn hidden_by(&self, view: &View, place: &Pixels) -> f64 {
        let whole = View { pixels_per_point: view.pixels_per_point, ..self.whole(view.width, view.height) };
        let projection = Projection::new(&whole);
        let below = |bounds: Bounds| {
            let ([left, bottom], [right, top]) = (projection.pixel(bounds.min), projection.pixel(bounds.max));
            let across = (right.min(place.right) - left.max(place.left)).max(0.0);
            f64::from(across * (bottom.min(place.bottom) - top.max(place.top)).max(0.0))
        };
        self.plan.coverage.faces().iter().map(|(_, face)| below(face.bounds)).sum()
    }

    fn ink(&self, size: f32, colour: Colour) -> Ink {
        Ink { size, colour, bold: 0.0, spacing: 0.0 }
    }

    fn title_size(&self, scale: f32) -> Option<(f32, f32)> {
        let furniture = &self.show.furniture;
        let title = furniture.title.as_ref()?.in_lang(self.show.lang);
        let subtitle = furniture.subtitle.as_ref().map(|text| text.in_lang(self.show.lang));
        let width = Line::new(title, 24.0 * scale, 0.5 * scale).width;
        let below = subtitle.map_or(0.0, |text| Line::new(text, 12.5 * scale, 0.0).width);
        let height = if subtitle.is_some() { 66.0 } else { 46.0 };
        Some((width.max(below) + 2.0 * PADDING * scale, height * scale))
    }

    fn draw_title(&self, canvas: &mut Canvas<'_>, place: Pixels) {
        let scale = canvas.scale;
        let furniture = &self.show.furniture;
        self.draw_card(canvas, place);
        let left = place.left + PADDING * scale;
        if let Some(title) = &furniture.title {
            let ink = Ink { bold: 0.35 * scale, spacing: 0.5 * scale, ..self.ink(24.0 * scale, self.style.ink) };
            let line = Line::new(title.in_lang(self.show.lang), ink.size, ink.spacing);
            canvas.write(&line, left, place.top + 24.0 * scale, ink);
        }
        if let Some(subtitle) = &furniture.subtitle {
            let ink = self.ink(12.5 * scale, self.style.quiet_ink);
            canvas.write(
                &Line::new(subtitle.in_lang(self.show.lang), ink.size, 0.0),
                left,
                place.top + 50.0 * scale,
                ink,
            );
        }
    }

    fn draw_card(&self, canvas: &mut Canvas<'_>, place: Pixels) {
        let rect = [place.left, place.top, place.right - place.left, place.bottom - place.top];
        canvas.card(rect, self.style.paper.with_alpha(238), self.style.ink);
    }

    /// What the legend says, from the top.
    fn legend_rows(&self, cloud: &Cloud) -> Vec<Row> {
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
                rows.push(Row::Head(Text::new("Colour: squad", "颜色:巡逻分队").in_lang(lang).to_owned(), true));
                rows.push(Row::Gap);
            }
            Fill::Plain => {}
        }
        match cloud {
            Cloud::Dots(dots) if dots.is_empty() => {}
            Cloud::Dots(_) => rows.push(Row::Incidents(Text::new("Incident", "案件").in_lang(lang).to_owned(), false)),
            Cloud::Heat(_) => {
                let text = Text::new("Incidents, few to many", "案件:疏 → 密");
                rows.push(Row::Incidents(text.in_lang(lang).to_owned(), true));
            }
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
        let Fill::Measure { tier, .. } = &self.show.fill else { return None };
        let tier = self.plan.tiers.get(*tier)?;
        let any = self.plan.coverage.faces().ids().any(|face| tier.owner_of(face).is_none());
        let text = Text::new("not in this tier", "不在本层级").in_lang(self.show.lang).to_owned();
        any.then(|| Row::Class(LegendEntry { colour: self.style.outside, hatch: Hatch::None, text, zones: 0 }))
    }

    fn border_name(&self, layer: usize) -> String {
        let Some(layer) = self.layers.get(layer) else { return String::new() };
        let name = match layer.role {
            Role::District => Text::new("District border", "区界"),
            Role::Town => Text::new("Town border", "镇街界"),
            Role::Grid => Text::new("Grid border", "责任网格界"),
            Role::Community => Text::new("Community border", "社区(村)界"),
            Role::Unit => Text::new("Unit border", "街区界"),
            Role::Other => {
                let name = layer.tier.and_then(|at| self.plan.tiers.get(at)).map_or("", |tier| tier.name.as_str());
                Text::new(name, name)
            }
        };
        name.in_lang(self.show.lang).to_owned()
    }

    fn legend_size(&self, rows: &[Row], scale: f32) -> (f32, f32) {
        let width = |row: &Row| match row {
            Row::Head(text, true) => Line::new(text, 13.5, 0.0).width,
            Row::Head(text, false) => Line::new(text, 11.0, 0.0).width,
            Row::Class(entry) => {
                let count = self.count_text(entry.zones);
                38.0 + Line::new(&entry.text, 12.0, 0.0).width + 24.0 + Line::new(&count, 11.0, 0.0).width
            }
            Row::Line(text, _) | Row::Incidents(text, _) => 38.0 + Line::new(text, 12.0, 0.0).width,
            Row::Gap => 0.0,
        };
        let widest = rows.iter().map(width).fold(120.0, f32::max);
        let height: f32 = rows.iter().map(row_height).sum();
        ((widest + 2.0 * PADDING) * scale, (height + 2.0 * PADDING - 4.0) * scale)
    }

    fn count_text(&self, zones: usize) -> String {
        if zones == 0 { String::new() } else { grouped(zones as f64) }
    }

    fn draw_legend(&self, canvas: &mut Canvas<'_>, place: Pixels, cloud: &Cloud) {
        self.draw_card(canvas, place);
        let scale = canvas.scale;
        let (left, right) = (place.left + PADDING * scale, place.right - PADDING * scale);
        let mut top = place.top + (PADDING - 2.0) * scale;
        for row in self.legend_rows(cloud) {
            let y = top + row_height(&row) * scale / 2.0;
            let text = self.ink(12.0 * scale, self.style.ink);
            match &row {
                Row::Head(words, true) => {
                    let ink = Ink { bold: 0.25 * scale, ..self.ink(13.5 * scale, self.style.ink) };
                    canvas.write(&Line::new(words, ink.size, 0.0), left, y, ink);
                }
                Row::Head(words, false) => {
                    let ink = self.ink(11.0 * scale, self.style.quiet_ink);
                    canvas.write(&Line::new(words, ink.size, 0.0), left, y, ink);
                }
                Row::Class(entry) => {
                    self.draw_swatch(canvas, left, y, entry);
                    canvas.write(&Line::new(&entry.text, text.size, 0.0), left + 38.0 * scale, y, text);
                    let ink = self.ink(11.0 * scale, self.style.quiet_ink);
                    let count = Line::new(&self.count_text(entry.zones), ink.size, 0.0);
                    canvas.write(&count, right - count.width, y, ink);
                }
                Row::Line(words, layer) => {
                    self.draw_sample(canvas, left, y, *layer);
                    canvas.write(&Line::new(words, text.size, 0.0), left + 38.0 * scale, y, text);
                }
                Row::Incidents(words, heat) => {
                    self.draw_incidents(canvas, left, y, *heat);
                    canvas.write(&Line::new(words, text.size, 0.0), left + 38.0 * scale, y, text);
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
                let cover = super::raster::hatch_cover(entry.hatch, column, row, scale);
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

    fn draw_scale_bar(&self, canvas: &mut Canvas<'_>, view: &View, place: Pixels) {
        let scale = canvas.scale;
        let metres = round_length(view.metres_per_point * LONGEST_BAR);
        let length = (metres / view.metres_per_pixel()) as f32;
        let (left, y) = (place.left, place.bottom - 5.0 * scale);
        let bar = |canvas: &mut Canvas<'_>, from: f32, to: f32, grow: f32, colour: Colour| {
            let (x0, x1, half) = (left + from - grow, left + to + grow, 1.5 * scale + grow);
            canvas.polygon(&[[x0, y - half], [x1, y - half], [x1, y + half], [x0, y + half]], colour);
        };
        bar(canvas, 0.0, length, 1.2 * scale, self.style.paper.with_alpha(230));
        bar(canvas, 0.0, length, 0.0, self.style.ink);
        bar(canvas, length / 2.0, length - 0.8 * scale, -0.6 * scale, self.style.paper);
        let ink = self.ink(11.0 * scale, self.style.ink);
        let (unit, value) = match (metres >= 1000.0, self.show.lang) {
            (true, Lang::Zh) => ("公里", metres / 1000.0),
            (true, Lang::En) => ("km", metres / 1000.0),
            (false, Lang::Zh) => ("米", metres),
            (false, Lang::En) => ("m", metres),
        };
        self.haloed(canvas, "0", left, y - 12.0 * scale, ink);
        let words = format!("{} {unit}", grouped(value));
        let width = Line::new(&grouped(value), ink.size, 0.0).width;
        self.haloed(canvas, &words, left + length - width / 2.0, y - 12.0 * scale, ink);
    }

    fn draw_north(&self, canvas: &mut Canvas<'_>, place: Pixels) {
        let scale = canvas.scale;
        let x = f32::midpoint(place.left, place.right);
        let (tip, base, notch) = (place.top + 18.0 * scale, place.bottom, place.bottom - 7.0 * scale);
        let half = 9.0 * scale;
        let whole = [[x, tip], [x + half, base], [x, notch], [x - half, base]];
        canvas.outline(&whole, 2.4 * scale, self.style.paper.with_alpha(220));
        canvas.polygon(&[[x, tip], [x, notch], [x - half, base]], self.style.ink);
        canvas.polygon(&[[x, tip], [x + half, base], [x, notch]], self.style.paper);
        canvas.outline(&whole, 1.0 * scale, self.style.ink);
        let word = Text::new("N", "北");
        let ink = Ink { bold: 0.2 * scale, ..self.ink(13.0 * scale, self.style.ink) };
        let width = Line::new(word.in_lang(self.show.lang), ink.size, 0.0).width;
        self.haloed(canvas, word.in_lang(self.show.lang), x - width / 2.0, place.top + 8.0 * scale, ink);
    }

    fn haloed(&self, canvas: &mut Canvas<'_>, words: &str, x: f32, y: f32, ink: Ink) {
        let line = Line::new(words, ink.size, ink.spacing);
        canvas.write(&line, x, y, Ink { colour: self.style.paper.with_alpha(215), bold: 1.6 * canvas.scale, ..ink });
        canvas.write(&line, x, y, ink);
    }
}

fn middle(place: &Pixels) -> f32 {
    f32::midpoint(place.top, place.bottom)
}

/// Points of a line of the legend.
fn row_height(row: &Row) -> f32 {
    match row {
        Row::Gap => 10.0,
        Row::Head(..) | Row::Class(_) | Row::Line(..) | Row::Incidents(..) => STEP,
    }
}

/// Length of the scale bar in points.
fn bar_points(view: &View) -> f64 {
    round_length(view.metres_per_point * LONGEST_BAR) / view.metres_per_point
}
