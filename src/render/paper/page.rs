//! A page being laid out: title, map, legend or table, scale, north, imprint.

use super::land::{Land, SYMBOL, zone_bounds};
use super::{Imprint, MM, Mark, Sheet, Words, wrapped};
use crate::base::{Lang, Text};
use crate::geometry::Bounds;
use crate::io::export::{degrees, printed_date, secrecy};
use crate::render::font::Line;
use crate::render::furniture::round_length;
use crate::render::labels::Pixels;
use crate::render::legend::{Marks, Row, count_text};
use crate::render::measure::grouped;
use crate::render::points::{Cloud, layer_name, shown};
use crate::render::scene::Scene;
use crate::render::style::{Colour, Hatch, Pen};
use crate::render::text::MIDDLE;
use crate::render::view::View;
use crate::topology::FaceId;

/// Metres of a point.
const POINT_M: f64 = 0.0254 / 72.0;
/// Scales that sheets are drawn in, times a power of ten.
const ROUND: [f64; 8] = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5];

/// The scale a map is drawn in: the first round one that is not larger.
fn round_scale(metres_per_point: f64) -> f64 {
    let least = metres_per_point / POINT_M;
    let power = 10f64.powi(least.log10().floor() as i32);
    ROUND.into_iter().map(|step| step * power).find(|&scale| scale >= least * (1.0 - 1e-9)).unwrap_or(power * 10.0)
}

/// A page being laid out. Sizes are those of A3 times `f`.
pub(super) struct Page<'a> {
    sheet: Sheet,
    scene: &'a Scene,
    imprint: &'a Imprint,
    f: f32,
    /// Room that is left: left, top, width, height.
    room: [f32; 4],
    /// How many metres one of the map is.
    scale: f64,
}

impl<'a> Page<'a> {
    pub(super) fn new(scene: &'a Scene, imprint: &'a Imprint) -> Self {
        let mut sheet = Sheet::new(imprint.paper);
        let f = sheet.width / (420.0 * MM as f32);
        sheet.rect([0.0, 0.0, sheet.width, sheet.height], scene.style().paper, Hatch::None);
        let margin = 34.0 * f;
        let room = [margin, margin, sheet.width - 2.0 * margin, sheet.height - 2.0 * margin];
        Self { sheet, scene, imprint, f, room, scale: 1.0 }
    }

    fn lang(&self) -> Lang {
        self.imprint.lang
    }

    fn ink(&self) -> Colour {
        self.scene.style().ink
    }

    /// Takes the upper and lower rims: title, and imprint.
    pub(super) fn title(&mut self, title: &str) {
        let f = self.f;
        let [left, top, width, height] = self.room;
        let secrecy = secrecy();
        let secrecy = secrecy.in_lang(self.imprint.lang);
        let right = Line::new(secrecy, 11.0 * f, 0.0).width;
        let mut size = 26.0 * f;
        // A long name is written smaller, not cut.
        while size > 8.0 * f && Line::new(title, size, 0.0).width > width - right - 20.0 * f {
            size -= f;
        }
        let words = Words { bold: 0.35 * f, ..Words::new(title, [left, top + 24.0 * f], size, self.ink()) };
        self.sheet.words(words);
        self.sheet.words(Words::new(secrecy, [left + width - right, top + 24.0 * f], 11.0 * f, self.ink()));
        let mut line = Vec::new();
        if !self.imprint.maker.is_empty() {
            let maker = &self.imprint.maker;
            line.push(Text::new(format!("Prepared by {maker}"), format!("编制单位：{maker}")));
        }
        if !self.imprint.date.is_empty() {
            let date = |lang| printed_date(&self.imprint.date, lang);
            line.push(Text::new(format!("Date {}", date(Lang::En)), format!("编制日期：{}", date(Lang::Zh))));
        }
        let system = degrees();
        line.push(Text::new(
            format!("Coordinates: {}; scale at sheet centre", system.en),
            format!("坐标系：{}；比例以图幅中心为准", system.zh),
        ));
        let line: Vec<&str> = line.iter().map(|text| text.in_lang(self.imprint.lang)).collect();
        let foot = top + height;
        let quiet = self.scene.style().quiet_ink;
        self.sheet.words(Words::new(line.join("    "), [left, foot - 2.0 * f], 10.0 * f, quiet));
        self.room = [left, top + 38.0 * f, width, height - 38.0 * f - 20.0 * f];
    }

    /// Takes a strip on the right for a legend or a table: left, top, width, height.
    pub(super) fn strip(&mut self, wide: f32) -> [f32; 4] {
        let [left, top, width, height] = self.room;
        let wide = wide * self.f;
        let gap = 14.0 * self.f;
        self.room = [left, top, (width - wide - gap).floor(), height.floor()];
        [left + width - wide, top, wide, height]
    }

    /// The map of a box, `margin` points clear of the frame, in a round scale.
    pub(super) fn land(&mut self, bounds: Bounds, margin: f32) -> Land<'a> {
        let [left, top, width, height] = self.room;
        let mut view = View::fit(bounds, f64::from(width), f64::from(height), f64::from(margin * self.f));
        self.scale = round_scale(view.metres_per_point);
        view.metres_per_point = self.scale * POINT_M;
        Land::new(self.scene, view, [left, top])
    }

    /// Draws the map, its frame, its scale and north.
    pub(super) fn map(&mut self, land: &Land<'_>, colour: impl Fn(FaceId) -> (Colour, Hatch)) {
        let (room, style) = (self.room, self.scene.style());
        let [left, top, width, height] = room;
        self.sheet.rect(room, style.sea, Hatch::None);
        self.sheet.marks.push(Mark::Clip(room));
        land.fill(&mut self.sheet, colour);
        land.references(&mut self.sheet);
        land.lines(&mut self.sheet);
        let f = self.f;
        let (bar, north) = ([left + 16.0 * f, top + height - 16.0 * f], [left + width - 30.0 * f, top + 18.0 * f]);
        let taken = [self.bar_room(bar), [north[0] - 14.0 * f, north[1] - 8.0 * f, 28.0 * f, 58.0 * f]];
        land.names(&mut self.sheet, &taken);
        self.sheet.marks.push(Mark::Unclip);
        self.sheet.frame(room, Pen::solid(1.2 * f, self.ink()));
        self.scale_bar(bar);
        self.north(north);
    }

    /// Outlines faces over the map.
    pub(super) fn over(&mut self, land: &Land<'_>, faces: &[FaceId], pen: Pen) {
        self.sheet.marks.push(Mark::Clip(self.room));
        land.outlined(&mut self.sheet, faces, pen);
        self.sheet.marks.push(Mark::Unclip);
    }

    /// Metres of the scale bar, and its length on the page.
    fn bar(&self) -> (f64, f32) {
        let metres = round_length(self.scale * POINT_M * 170.0 * f64::from(self.f));
        (metres, (metres / (self.scale * POINT_M)) as f32)
    }

    /// What the scale takes of the page.
    fn bar_room(&self, [left, bottom]: [f32; 2]) -> [f32; 4] {
        let f = self.f;
        [left - 8.0 * f, bottom - 40.0 * f, self.bar().1.max(90.0 * f) + 60.0 * f, 48.0 * f]
    }

    /// The scale in figures and as a bar, its lower left corner given.
    fn scale_bar(&mut self, [left, bottom]: [f32; 2]) {
        let f = self.f;
        let (metres, length) = self.bar();
        let (ink, paper) = (self.ink(), self.scene.style().paper);
        self.sheet.rect(self.bar_room([left, bottom]), paper, Hatch::None);
        let unit = match (metres >= 1000.0, self.lang()) {
            (true, Lang::Zh) => "公里",
            (true, Lang::En) => "km",
            (false, Lang::Zh) => "米",
            (false, Lang::En) => "m",
        };
        let value = grouped(if metres >= 1000.0 { metres / 1000.0 } else { metres });
        let figures = format!("1:{}", grouped(self.scale));
        self.sheet.words(Words { bold: 0.2 * f, ..Words::new(figures, [left, bottom - 26.0 * f], 12.0 * f, ink) });
        for quarter in 0..4u8 {
            let colour = if quarter % 2 == 0 { ink } else { paper };
            let piece = length / 4.0;
            self.sheet.rect([left + f32::from(quarter) * piece, bottom - 5.0 * f, piece, 5.0 * f], colour, Hatch::None);
        }
        self.sheet.frame([left, bottom - 5.0 * f, length, 5.0 * f], Pen::solid(0.6 * f, ink));
        self.sheet.words(Words::new("0", [left, bottom - 9.0 * f], 9.0 * f, ink));
        self.sheet.words(Words::new(format!("{value} {unit}"), [left + length, bottom - 9.0 * f], 9.0 * f, ink));
    }

    /// An arrow to the north, the middle of its upper rim given.
    fn north(&mut self, [x, top]: [f32; 2]) {
        let f = self.f;
        let (ink, paper) = (self.ink(), self.scene.style().paper);
        let word = Text::new("N", "北");
        let word = word.in_lang(self.lang());
        let width = Line::new(word, 13.0 * f, 0.0).width;
        let words = Words::new(word, [x - width / 2.0, top + 8.0 * f], 13.0 * f, ink);
        self.sheet.words(Words { halo: 1.5 * f, bold: 0.2 * f, ..words });
        let (tip, base, notch, half) = (top + 14.0 * f, top + 46.0 * f, top + 39.0 * f, 9.0 * f);
        for (side, colour) in [(-half, ink), (half, paper)] {
            let ring = vec![[x, tip], [x, notch], [x + side, base]];
            self.sheet.marks.push(Mark::Fill { rings: vec![ring], colour, hatch: Hatch::None });
        }
        let points = vec![[x, tip], [x + half, base], [x, notch], [x - half, base], [x, tip]];
        self.sheet.marks.push(Mark::Line { points, pen: Pen::solid(0.8 * f, ink) });
    }

    /// The legend in a strip.
    pub(super) fn legend(&mut self, [left, top, width, _]: [f32; 4]) {
        let f = self.f;
        let rows = self.scene.legend_rows(&Marks { cloud: &Cloud::Dots(Vec::new()), symbols: &[] });
        let (ink, quiet) = (self.ink(), self.scene.style().quiet_ink);
        let head = Text::new("Legend", "图例");
        let words = Words::new(head.in_lang(self.lang()), [left, top + 16.0 * f], 15.0 * f, ink);
        self.sheet.words(Words { bold: 0.25 * f, ..words });
        let mut y = top + 38.0 * f;
        for row in rows {
            let base = y + 12.0 * f * MIDDLE;
            let indent = left + 38.0 * f;
            match row {
                Row::Head(text, bold) => {
                    let words = Words::new(text, [left, base], 12.0 * f, if bold { ink } else { quiet });
                    self.sheet.words(words);
                }
                Row::Class(entry) => {
                    let swatch = [left, y - 7.0 * f, 28.0 * f, 14.0 * f];
                    self.sheet.rect(swatch, entry.colour, entry.hatch);
                    self.sheet.frame(swatch, Pen::solid(0.5 * f, quiet));
                    self.sheet.words(Words::new(entry.text, [indent, base], 12.0 * f, ink));
                    let count = count_text(entry.zones);
                    let end = left + width - Line::new(&count, 11.0 * f, 0.0).width;
                    self.sheet.words(Words::new(count, [end, base], 11.0 * f, quiet));
                }
                Row::Line(text, layer) => {
                    if let Some(layer) = self.scene.layers.get(layer) {
                        let points = vec![[left, y], [left + 28.0 * f, y]];
                        let colour = layer.pen.colour.with_alpha(255);
                        self.sheet.marks.push(Mark::Line { points, pen: Pen { colour, ..layer.pen } });
                    }
                    self.sheet.words(Words::new(text, [indent, base], 12.0 * f, ink));
                }
                Row::Incidents(text, _) | Row::Symbol(text, _) => {
                    self.sheet.words(Words::new(text, [indent, base], 12.0 * f, ink));
                }
                Row::Gap => y -= 9.0 * f,
            }
            y += 21.0 * f;
        }
        self.references_legend([left, y]);
    }

    /// What the reference layers on the map are, a row each.
    fn references_legend(&mut self, [left, top]: [f32; 2]) {
        let f = self.f;
        let (ink, style) = (self.ink(), self.scene.style());
        let layers = shown(self.scene.plan());
        let mut y = top + 4.0 * f;
        for (symbol, reference) in layers.filter(|(_, reference)| !reference.features.is_empty()) {
            let middle = left + 14.0 * f;
            if let Some(symbol) = symbol {
                let rings = vec![symbol.corners([middle, y], SYMBOL * 1.6)];
                self.sheet.marks.push(Mark::Fill { rings, colour: style.quiet_ink, hatch: Hatch::None });
            } else {
                let points = vec![[left, y], [left + 28.0 * f, y]];
                self.sheet.marks.push(Mark::Line { points, pen: style.street });
            }
            let name = layer_name(&reference.name).in_lang(self.lang()).to_owned();
            self.sheet.words(Words::new(name, [left + 38.0 * f, y + 12.0 * f * MIDDLE], 12.0 * f, ink));
            y += 21.0 * f;
        }
    }

    /// A table of names and values in a strip; where it ends.
    pub(super) fn table(&mut self, [left, top, width, height]: [f32; 4], rows: &[(Text, String)]) -> f32 {
        let f = self.f;
        let (ink, quiet) = (self.ink(), self.scene.style().quiet_ink);
        let rule = Pen::solid(0.5 * f, quiet);
        let (first, size, step) = (96.0 * f, 11.0 * f, 15.0 * f);
        // The map of the city below needs its room.
        let limit = top + height - 190.0 * f;
        let mut y = top;
        for (name, value) in rows {
            let mut lines = wrapped(value, size, width - first - 12.0 * f);
            let fit = (((limit - y - 8.0 * f) / step).floor().max(1.0)) as usize;
            if lines.len() > fit {
                lines.truncate(fit);
                // A list that is cut says so.
                if let Some(last) = lines.last_mut() {
                    last.pop();
                    last.push('…');
                }
            }
            let high = step * lines.len() as f32 + 8.0 * f;
            self.sheet.frame([left, y, width, high], rule);
            self.sheet.marks.push(Mark::Line { points: vec![[left + first, y], [left + first, y + high]], pen: rule });
            self.sheet.words(Words::new(
                name.in_lang(self.imprint.lang),
                [left + 6.0 * f, y + 4.0 * f + size],
                size,
                quiet,
            ));
            for (at, line) in lines.into_iter().enumerate() {
                let base = y + 4.0 * f + size + step * at as f32;
                self.sheet.words(Words::new(line, [left + first + 6.0 * f, base], size, ink));
            }
            y += high;
        }
        y
    }

    /// Where a zone lies in the whole, in the rest of a strip.
    pub(super) fn locator(&mut self, [left, top, width, height]: [f32; 4], below: f32, own: &[FaceId]) {
        let f = self.f;
        let from = below + 14.0 * f;
        let room = [left, from, width, top + height - from];
        if room[3] < 60.0 * f {
            return;
        }
        let plan = self.scene.plan();
        let view = View::fit(plan.coverage.bounds(), f64::from(room[2]), f64::from(room[3]), f64::from(8.0 * f));
        let land = Land::new(self.scene, view, [room[0], room[1]]);
        let style = self.scene.style();
        self.sheet.rect(room, style.sea, Hatch::None);
        self.sheet.marks.push(Mark::Clip(room));
        land.fill(&mut self.sheet, |_| (style.land, Hatch::None));
        self.sheet.marks.push(Mark::Fill { rings: land.outline(own), colour: style.accent, hatch: Hatch::None });
        let [x, y, wide, high] = land.around(zone_bounds(self.scene, own));
        // A small zone is a speck: a ring around it finds it.
        let around = Pixels::around(x + wide / 2.0, y + high / 2.0, wide.max(14.0 * f), high.max(14.0 * f));
        let boxed = [around.left, around.top, around.right - around.left, around.bottom - around.top];
        if !own.is_empty() {
            self.sheet.frame(boxed, Pen::solid(1.0 * f, style.accent));
        }
        self.sheet.marks.push(Mark::Unclip);
        self.sheet.frame(room, Pen::solid(0.8 * f, self.ink()));
    }

    pub(super) fn finish(self) -> Sheet {
        self.sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_never_larger_than_the_page_allows() {
        for least in [1.0, 999.0, 1000.0, 1001.0, 23_456.0, 76_000.0, 99_999.0] {
            let scale = round_scale(least * POINT_M);
            assert!(scale >= least * (1.0 - 1e-9) && scale <= least * 1.6, "{least}: {scale}");
        }
        assert_eq!(round_scale(23_456.0 * POINT_M), 25_000.0);
    }
}
