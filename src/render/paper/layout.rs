//! What stands where on a page: title, map, legend or table, scale, north, imprint.

use rayon::prelude::*;

use super::land::{Land, owner, zone_bounds};
use super::{Imprint, MM, Mark, PaperError, Sheet, Words, secrecy, wrapped};
use crate::base::{Key as _, Lang, Progress, Text};
use crate::io::export::{Entry, entries};
use crate::model::{Plan, Role, Tier};
use crate::render::font::Line;
use crate::render::legend::{Marks, Row};
use crate::render::measure::grouped;
use crate::render::points::Cloud;
use crate::render::scene::{Fill, Scene, Show};
use crate::render::style::{Colour, Hatch, Pen, Style};
use crate::render::text::MIDDLE;
use crate::render::view::View;
use crate::render::{furniture::round_length, labels::Pixels};
use crate::topology::FaceId;

/// Metres of a point.
const POINT_M: f64 = 0.0254 / 72.0;
/// Scales that sheets are drawn in, times a power of ten.
const ROUND: [f64; 8] = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5];

/// The whole plan on one page: the borders of a tier, given by its place in the plan's order, and of all above it. O(plan).
///
/// # Errors
/// When asked to stop.
pub fn overview(plan: &Plan, tier: usize, imprint: &Imprint, progress: &Progress) -> Result<Sheet, PaperError> {
    progress.check()?;
    let Some(shown) = plan.tiers.get(tier) else { return Ok(Sheet::new(imprint.paper)) };
    let squads = shown.role == Role::Grid && plan.beats.count() > 0;
    let show = Show {
        lang: imprint.lang,
        fill: if squads { Fill::Squads } else { Fill::Plain },
        hidden: (tier + 1..plan.tiers.len()).collect(),
        labels: true,
        ..Show::default()
    };
    let scene = Scene::new(plan, show, Style::light());
    let title = Text::new(
        format!("{} Division of the {}", plan.name, role_name(shown).en),
        format!("{}{}划分图", plan.name, role_name(shown).zh),
    );
    let mut page = Page::new(&scene, imprint);
    page.title(title.in_lang(imprint.lang).trim());
    let strip = page.strip(230.0);
    let land = page.land(plan.coverage.bounds(), 12.0);
    page.map(&land, |face| (scene.colour_of(Some(face)), Hatch::None));
    page.legend(strip);
    Ok(page.finish())
}

/// The overview and one sheet for each zone of a tier, in the order of their codes: map with neighbours, table, and where
/// it lies. O(plan + sheets × what is on them), in parallel.
///
/// # Errors
/// When asked to stop.
pub fn sheets(plan: &Plan, tier: usize, imprint: &Imprint, progress: &Progress) -> Result<Vec<Sheet>, PaperError> {
    let entries = entries(plan, tier, progress)?;
    progress.phase(Text::new("Drawing sheets", "绘制分图"), entries.len() as u64 + 1);
    let mut all = vec![overview(plan, tier, imprint, progress)?];
    let Some(shown) = plan.tiers.get(tier) else { return Ok(all) };
    let show = Show { lang: imprint.lang, labels: true, ..Show::default() };
    let scene = Scene::new(plan, show, Style::light());
    let faces = shown.faces_by_zone();
    let atlas = Atlas { scene: &scene, tier, shown, faces: &faces, imprint, names: names(&entries) };
    let drawn: Vec<Sheet> = entries
        .par_iter()
        .map(|entry| {
            progress.check()?;
            progress.add(1);
            Ok(atlas.sheet(entry))
        })
        .collect::<Result<_, PaperError>>()?;
    all.extend(drawn);
    Ok(all)
}

/// Borders and names of a map as marks, for a map that has its own fills.
pub(in crate::render) fn lines_and_names(land: &Land<'_>) -> Vec<Mark> {
    let mut sheet = Sheet { width: 0.0, height: 0.0, marks: Vec::new() };
    land.lines(&mut sheet);
    land.names(&mut sheet, &[]);
    sheet.marks
}

/// Codes and names, for lists of neighbours.
fn names(entries: &[Entry]) -> std::collections::BTreeMap<String, String> {
    entries.iter().map(|entry| (entry.code.clone(), entry.name.clone())).collect()
}

/// What all sheets of a tier share.
struct Atlas<'a> {
    scene: &'a Scene,
    tier: usize,
    shown: &'a Tier,
    faces: &'a [Vec<FaceId>],
    imprint: &'a Imprint,
    names: std::collections::BTreeMap<String, String>,
}

impl Atlas<'_> {
    fn sheet(&self, entry: &Entry) -> Sheet {
        let own = self.faces.get(entry.zone.index()).map_or(&[][..], Vec::as_slice);
        let style = self.scene.style();
        let mut page = Page::new(self.scene, self.imprint);
        let role = role_name(self.shown);
        let title = Text::new(format!("{} {}", role.en, entry.name), format!("{} {}", role.zh, entry.name));
        page.title(title.in_lang(self.imprint.lang));
        let strip = page.strip(290.0);
        let land = page.land(zone_bounds(self.scene, own), 70.0);
        let accent = style.accent;
        page.map(&land, |face| {
            let colour = match owner(self.scene, self.tier, face) {
                Some(zone) if zone == entry.zone => style.land.mix(accent, 0.14),
                Some(_) => style.land,
                None => style.outside,
            };
            (colour, Hatch::None)
        });
        page.over(&land, own, Pen::solid(2.6, accent));
        let below = page.table(strip, &self.rows(entry));
        page.locator(strip, below, own);
        page.finish()
    }

    /// What the table says.
    fn rows(&self, entry: &Entry) -> Vec<(Text, String)> {
        let neighbour = |code: &String| match self.names.get(code) {
            Some(name) if !name.is_empty() && name != code => format!("{code} {name}"),
            _ => code.clone(),
        };
        let list: Vec<String> = entry.neighbours.iter().map(neighbour).collect();
        let row = |en: &str, zh: &str, value: String| (Text::new(en, zh), value);
        let (area, border) = (format!("{:.3}", entry.area_m2 / 1e6), format!("{:.2}", entry.border_m / 1e3));
        let mut rows = vec![
            row("Code", "编码", entry.code.clone()),
            row("Name", "名称", entry.name.clone()),
            row("Belongs to", "所属", entry.parent.clone()),
            row("Communities", "包含社区", entry.communities.join("、")),
            row("Area, km²", "面积(平方公里)", area),
            row("Border, km", "边界长(公里)", border),
            row("Incidents", "案件数", entry.incidents.to_string()),
            row("Hours a week", "工作量(小时/周)", format!("{:.1}", entry.hours)),
            row("Squad", "责任分队", entry.squad.clone()),
            row("Neighbours", "相邻", list.join("、")),
        ];
        rows.retain(|(_, value)| !value.is_empty());
        rows
    }
}

fn role_name(tier: &Tier) -> Text {
    match tier.role {
        Role::District => Text::new("districts", "行政区"),
        Role::Town => Text::new("towns", "镇街"),
        Role::Grid => Text::new("responsibility grids", "责任网格"),
        Role::Community => Text::new("communities", "社区(村)"),
        Role::Unit => Text::new("unit grids", "单元网格"),
        Role::Other => Text::new(tier.name.clone(), tier.name.clone()),
    }
}

/// The scale a map is drawn in: the first round one that is not larger.
fn round_scale(metres_per_point: f64) -> f64 {
    let least = metres_per_point / POINT_M;
    let power = 10f64.powi(least.log10().floor() as i32);
    ROUND.into_iter().map(|step| step * power).find(|&scale| scale >= least * (1.0 - 1e-9)).unwrap_or(power * 10.0)
}

/// A page being laid out. Sizes are those of A3 times `f`.
struct Page<'a> {
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
    fn new(scene: &'a Scene, imprint: &'a Imprint) -> Self {
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
    fn title(&mut self, title: &str) {
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
            line.push(Text::new(format!("Made by {maker}"), format!("制图单位:{maker}")));
        }
        if !self.imprint.date.is_empty() {
            let date = &self.imprint.date;
            line.push(Text::new(format!("Date {date}"), format!("制图日期:{date}")));
        }
        line.push(Text::new(
            "Longitude and latitude (WGS 84, CGCS2000), drawn true to scale at the middle",
            "经纬度坐标(WGS 84、CGCS2000),按图幅中心等比例绘制",
        ));
        let line: Vec<&str> = line.iter().map(|text| text.in_lang(self.imprint.lang)).collect();
        let foot = top + height;
        let quiet = self.scene.style().quiet_ink;
        self.sheet.words(Words::new(line.join("    "), [left, foot - 2.0 * f], 10.0 * f, quiet));
        self.room = [left, top + 38.0 * f, width, height - 38.0 * f - 20.0 * f];
    }

    /// Takes a strip on the right for a legend or a table: left, top, width, height.
    fn strip(&mut self, wide: f32) -> [f32; 4] {
        let [left, top, width, height] = self.room;
        let wide = wide * self.f;
        let gap = 14.0 * self.f;
        self.room = [left, top, (width - wide - gap).floor(), height.floor()];
        [left + width - wide, top, wide, height]
    }

    /// The map of a box, `margin` points clear of the frame, in a round scale.
    fn land(&mut self, bounds: crate::geometry::Bounds, margin: f32) -> Land<'a> {
        let [left, top, width, height] = self.room;
        let mut view = View::fit(bounds, f64::from(width), f64::from(height), f64::from(margin * self.f));
        self.scale = round_scale(view.metres_per_point);
        view.metres_per_point = self.scale * POINT_M;
        Land::new(self.scene, view, [left, top])
    }

    /// Draws the map, its frame, its scale and north.
    fn map(&mut self, land: &Land<'_>, colour: impl Fn(FaceId) -> (Colour, Hatch)) {
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
    fn over(&mut self, land: &Land<'_>, faces: &[FaceId], pen: Pen) {
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
    fn legend(&mut self, [left, top, width, _]: [f32; 4]) {
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
                    let count = grouped(entry.zones as f64);
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
    }

    /// A table of names and values in a strip; where it ends.
    fn table(&mut self, [left, top, width, height]: [f32; 4], rows: &[(Text, String)]) -> f32 {
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
    fn locator(&mut self, [left, top, width, height]: [f32; 4], below: f32, own: &[FaceId]) {
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

    fn finish(self) -> Sheet {
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
