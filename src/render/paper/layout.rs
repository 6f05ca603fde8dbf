//! Which pages there are, and what is on each: the overview, and one sheet a zone.

use rayon::prelude::*;

use super::land::{Land, owner, zone_bounds};
use super::page::Page;
use super::{Imprint, Mark, PaperError, Sheet};
use crate::base::{Key as _, Progress, Text};
use crate::measures::{Figures, figures, round};
use crate::model::{Plan, Role, Tier};
use crate::render::scene::{Fill, Scene, Show};
use crate::render::style::{Hatch, Pen, Style};
use crate::topology::FaceId;

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
        format!("{} map, {}", role_name(shown).en, plan.name),
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
    let entries = figures(plan, tier, progress)?;
    progress.phase(Text::new("Drawing sheets", "绘制分图"), entries.len() as u64 + 1);
    let mut all = vec![overview(plan, tier, imprint, progress)?];
    let Some(shown) = plan.tiers.get(tier) else { return Ok(all) };
    let show = Show { lang: imprint.lang, labels: true, ..Show::default() };
    let scene = Scene::new(plan, show, Style::light());
    let faces = shown.faces_by_zone();
    let atlas = Atlas { scene: &scene, tier, shown, faces: &faces, imprint };
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

/// Borders of a map as marks, for a map that has its own fills.
pub(in crate::render) fn lines_of(land: &Land<'_>) -> Vec<Mark> {
    let mut sheet = Sheet { width: 0.0, height: 0.0, marks: Vec::new() };
    land.lines(&mut sheet);
    sheet.marks
}

/// Names on a map as marks.
pub(in crate::render) fn names_of(land: &Land<'_>) -> Vec<Mark> {
    let mut sheet = Sheet { width: 0.0, height: 0.0, marks: Vec::new() };
    land.names(&mut sheet, &[]);
    sheet.marks
}

/// What all sheets of a tier share.
struct Atlas<'a> {
    scene: &'a Scene,
    tier: usize,
    shown: &'a Tier,
    faces: &'a [Vec<FaceId>],
    imprint: &'a Imprint,
}

impl Atlas<'_> {
    fn sheet(&self, entry: &Figures) -> Sheet {
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
        let below = page.table(strip, &Self::rows(entry));
        page.locator(strip, below, own);
        page.finish()
    }

    /// What the table says.
    fn rows(entry: &Figures) -> Vec<(Text, String)> {
        let row = |en: &str, zh: &str, value: String| (Text::new(en, zh), value);
        let border = format!("{:.2}", round::places(entry.border_m / 1e3, 2));
        let households = entry.households.map_or_else(String::new, round::grouped);
        let incidents = entry.incidents.map_or_else(String::new, |count| round::grouped(f64::from(count)));
        let mut rows = vec![
            row("Code", "编码", entry.code.clone()),
            row("Name", "名称", entry.name.clone()),
            row("Town", "所属镇街", entry.parent.clone()),
            row("Communities", "包含社区", entry.communities.join("、")),
            row("Area (km²)", "面积（平方公里）", round::km2(entry.area_m2)),
            row("Border length (km)", "边界长度（公里）", border),
            row("Incidents", "案件数", incidents),
            row("Households", "户数", households),
            row("Workload (h/week)", "工作量（小时/周）", round::hours(entry.hours)),
            row("Squad", "所属分队", entry.squad.clone()),
            row("Adjacent", "相邻网格", entry.neighbours.join("、")),
        ];
        rows.retain(|(_, value)| !value.is_empty());
        rows
    }
}

fn role_name(tier: &Tier) -> Text {
    match tier.role {
        Role::District => Text::new("District", "行政区"),
        Role::Town => Text::new("Town", "镇街"),
        Role::Grid => Text::new("Responsibility grid", "责任网格"),
        Role::Community => Text::new("Community", "社区（村）"),
        Role::Unit => Text::new("Unit grid", "单元网格"),
        Role::Other => Text::new(tier.name.clone(), tier.name.clone()),
    }
}
