//! The list of incidents in the drawer, the card of one, and the parts of the sum of rule 4.

use std::sync::Arc;

use eframe::egui::{
    self, Align2, Area, Button, Frame, Grid, Id, Label, Order, Pos2, RichText, Role, ScrollArea, Sense, Stroke,
    TextStyle, Ui, WidgetInfo, vec2,
};

use crate::geometry::{Bounds, Point};
use crate::index::Sum;
use crate::model::{Minute, ZoneId};

use super::app::App;
use super::drawer::Tab;
use super::icons::{self, Icon};
use super::theme::ROW;
use super::words::{self, Words};
use crate::measures::named;

/// Half the side of what is looked at around an incident, lattice cells (about 300 m).
const AROUND: i32 = 30_000;
/// How near a click must come to a dot, points.
const REACH: f32 = 7.0;
/// Beyond so many metres a point dots run together: a click there means the zone.
const APART: f64 = 15.0;

/// Which incidents are listed: a part of the sum, or those of the selection. All of them pass the filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// All that pass.
    #[default]
    All,
    /// Those counted for the selected zones.
    Selection,
    /// Inside a zone.
    Inside,
    /// On a border.
    OnBorder,
    /// In land that nobody owns.
    Unowned,
    /// Outside.
    Outside,
    /// Placed by code or name.
    ByCode,
    /// Without a place.
    Nowhere,
}

impl Part {
    /// The parts of the sum, in its order.
    pub(super) const OF_SUM: [Self; 6] =
        [Self::Inside, Self::OnBorder, Self::Unowned, Self::Outside, Self::ByCode, Self::Nowhere];

    /// Its word in the sum and over the list.
    #[must_use]
    pub(super) fn word(self, words: &Words) -> &'static str {
        match self {
            Self::All => words.part_all,
            Self::Selection => words.part_selection,
            Self::Inside => words.part_inside,
            Self::OnBorder => words.part_border,
            Self::Unowned => words.part_unowned,
            Self::Outside => words.part_outside,
            Self::ByCode => words.part_by_code,
            Self::Nowhere => words.part_nowhere,
        }
    }

    /// How many there are of it.
    #[must_use]
    pub(super) fn count(self, sum: &Sum) -> usize {
        match self {
            Self::All | Self::Selection => sum.total,
            Self::Inside => sum.inside,
            Self::OnBorder => sum.on_border,
            Self::Unowned => sum.unowned,
            Self::Outside => sum.outside,
            Self::ByCode => sum.by_code,
            Self::Nowhere => sum.nowhere,
        }
    }
}

/// The list of incidents between frames.
#[derive(Debug, Default)]
pub(super) struct IncidentList {
    /// Which are listed.
    pub(super) part: Part,
    /// The one whose card is open.
    pub(super) chosen: Option<u32>,
    rows: Option<(RowsKey, Arc<[u32]>)>,
}

/// What the listed rows depend on.
#[derive(Clone, Debug, PartialEq)]
struct RowsKey {
    opened: u64,
    measured: u64,
    active: usize,
    part: Part,
    zones: Vec<ZoneId>,
}

impl App {
    /// Opens the list of a part.
    pub(super) fn list_part(&mut self, part: Part) {
        self.incident_list.part = part;
        self.prefs.tab = Tab::Incidents;
        self.prefs.drawer_open = true;
    }

    /// The list in the drawer.
    pub(super) fn incidents_tab(&mut self, ui: &mut Ui) {
        let words = self.words();
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let sum = self.doc.active_measures().map(|tier| tier.sum).unwrap_or_default();
            let of_sum = Part::OF_SUM.into_iter().filter(|part| part.count(&sum) > 0);
            for part in [Part::All, Part::Selection].into_iter().chain(of_sum) {
                let told = match part {
                    Part::Selection => part.word(words).to_owned(),
                    part => format!("{} {}", part.word(words), words::count(part.count(&sum))),
                };
                ui.selectable_value(&mut self.incident_list.part, part, RichText::new(told).small());
            }
        });
        let rows = self.listed();
        if rows.is_empty() {
            ui.label(RichText::new(words.no_incidents).weak());
            return;
        }
        let mut fly = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, rows.len(), |ui, range| {
            for &row in rows.get(range).unwrap_or_default() {
                if self.incident_row(ui, row) {
                    fly = Some(row);
                }
            }
        });
        if let Some(row) = fly {
            self.show_incident(row);
        }
    }

    /// The rows listed, made anew when what they depend on changed.
    fn listed(&mut self) -> Arc<[u32]> {
        let part = self.incident_list.part;
        let zones = if part == Part::Selection { self.doc.selection.iter().copied().collect() } else { Vec::new() };
        let (opened, measured, active) = (self.doc.opened, self.doc.measured, self.doc.active);
        let key = RowsKey { opened, measured, active, part, zones };
        if let Some((known, rows)) = &self.incident_list.rows
            && *known == key
        {
            return Arc::clone(rows);
        }
        let rows: Arc<[u32]> = self.rows_of_part(part, &key.zones);
        self.incident_list.rows = Some((key, Arc::clone(&rows)));
        rows
    }

    fn rows_of_part(&self, part: Part, zones: &[ZoneId]) -> Arc<[u32]> {
        let Some(measures) = &self.doc.measures else { return Arc::default() };
        let Some((tier, own)) = self.doc.plan.tiers.get(self.doc.active).zip(measures.tiers.get(self.doc.active))
        else {
            return Arc::default();
        };
        let parts = &own.parts;
        match part {
            Part::All => Arc::clone(&measures.rows),
            Part::Selection => {
                measures.shown.rows_in(&self.doc.plan, tier, |zone| zones.binary_search(&zone).is_ok()).into()
            }
            Part::Inside => {
                let rest = [&parts.on_border, &parts.unowned, &parts.outside, &parts.by_code, &parts.nowhere];
                let mut rest: Vec<u32> = rest.into_iter().flatten().copied().collect();
                rest.sort_unstable();
                measures.rows.iter().copied().filter(|row| rest.binary_search(row).is_err()).collect()
            }
            Part::OnBorder => parts.on_border.as_slice().into(),
            Part::Unowned => parts.unowned.as_slice().into(),
            Part::Outside => parts.outside.as_slice().into(),
            Part::ByCode => parts.by_code.as_slice().into(),
            Part::Nowhere => parts.nowhere.as_slice().into(),
        }
    }

    /// One incident as a row; whether it was clicked.
    fn incident_row(&self, ui: &mut Ui, row: u32) -> bool {
        let palette = self.palette();
        let Some(incident) = self.doc.plan.incidents.get(row as usize) else { return false };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        let chosen = self.incident_list.chosen == Some(row);
        let zone = incident.point.map_or_else(String::new, |point| self.zone_name_at(point));
        let time = incident.reported.to_string();
        let told = [incident.number, &time, incident.field, incident.class, &zone].join(" ");
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &told));
        if chosen || response.hovered() || response.has_focus() {
            let fill = if chosen { palette.accent_soft } else { palette.hover };
            ui.painter().rect_filled(rect, 4.0, fill);
        }
        let font = TextStyle::Body.resolve(ui.style());
        let small = TextStyle::Small.resolve(ui.style());
        let share = rect.width() / 820.0;
        let mut left = rect.left() + 6.0;
        for (text, width, font, colour) in [
            (incident.number, 132.0, &small, palette.weak),
            (time.as_str(), 118.0, &small, palette.text),
            (incident.field, 112.0, &font, palette.text),
            (incident.class, 168.0, &font, palette.text),
            (incident.source, 92.0, &font, palette.text),
            (incident.state, 78.0, &font, palette.weak),
            (zone.as_str(), 120.0, &font, palette.text),
        ] {
            let place = egui::Rect::from_min_size(Pos2::new(left, rect.top()), vec2(width * share - 8.0, ROW));
            let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
            painter.text(place.left_center(), Align2::LEFT_CENTER, text, font.clone(), colour);
            left += width * share;
        }
        response.clicked()
    }

    /// The zone of the active tier at a place; nothing where there is none.
    fn zone_name_at(&self, point: Point) -> String {
        let tier = self.doc.plan.tiers.get(self.doc.active);
        let zone = self.doc.face_at(point).and_then(|face| tier?.zones.get(tier?.owner_of(face)?));
        zone.map_or_else(String::new, |zone| named(&zone.name, &zone.code))
    }

    /// Opens the card of an incident and looks at its place.
    pub(super) fn show_incident(&mut self, row: u32) {
        self.incident_list.chosen = Some(row);
        self.canvas.mark = self.doc.plan.incidents.point(row as usize);
        if let Some(point) = self.canvas.mark {
            self.canvas.fit_next(Bounds::of(&[point]).grown(AROUND));
        }
    }

    /// The incident whose dot is nearest to a position of the screen, within reach, where dots are seen one by one.
    pub(super) fn incident_near(&self, at: Pos2) -> Option<u32> {
        let camera = &self.canvas.camera;
        if !self.prefs.incidents || camera.view().metres_per_point > APART {
            return None;
        }
        let measures = self.doc.measures.as_ref()?;
        let rows = measures.shown.rows_of(self.doc.face_at(camera.point_from_screen(at)?)?);
        let far = |row: u32| {
            let point = self.doc.plan.incidents.point(row as usize)?;
            Some((camera.screen_from_point(point) - at).length())
        };
        let near = rows.iter().filter_map(|&row| Some((far(row).filter(|far| *far <= REACH)?, row)));
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, row)| row)
    }

    /// The card of the incident that is chosen, over the map at the left.
    pub(super) fn incident_card(&mut self, ui: &Ui, map: egui::Rect) {
        let Some(row) = self.incident_list.chosen else { return };
        let Some(incident) = self.doc.plan.incidents.get(row as usize) else {
            self.incident_list.chosen = None;
            return;
        };
        let (words, palette) = (self.words(), self.palette());
        let incidents = Arc::clone(&self.doc.plan).incidents.clone();
        let zone = incident.point.map_or_else(String::new, |point| self.zone_name_at(point));
        let time = |column: &[Minute]| column.get(row as usize).map_or_else(String::new, ToString::to_string);
        let place =
            incident.point.map_or_else(|| words.part_nowhere.to_owned(), |point| self.prefs.coordinates.text(point));
        let plan = Arc::clone(&self.doc.plan);
        let tier = plan.tiers.get(self.doc.active).map_or(words.zones, |tier| words::tier(self.prefs.lang, tier));
        let lines = [
            (words.incident_field, incident.field.to_owned()),
            (words.incident_class, incident.class.to_owned()),
            (words.incident_source, incident.source.to_owned()),
            (words.incident_state, incident.state.to_owned()),
            (words.incident_reported, time(&incidents.reported)),
            (words.incident_filed, time(&incidents.filed)),
            (words.incident_due, time(&incidents.due)),
            (words.incident_handled, time(&incidents.handled)),
            (words.incident_closed, time(&incidents.closed)),
            (tier, zone),
            (words.place, place),
        ];
        let number = incident.number.to_owned();
        let corner = map.left_bottom() + vec2(56.0, -44.0);
        let area = Area::new(Id::unique("incident")).order(Order::Middle).pivot(Align2::LEFT_BOTTOM).fixed_pos(corner);
        area.constrain_to(map).show(ui.ctx(), |ui| {
            let frame = Frame::new().fill(palette.card).stroke(Stroke::new(1.0, palette.line)).corner_radius(7.0);
            frame.inner_margin(10.0).show(ui, |ui| {
                ui.set_width(250.0);
                ui.horizontal(|ui| {
                    ui.add(Label::new(RichText::new(number).strong()).truncate());
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        if icons::button(ui, Icon::Close, words.close, false, true, words.close).clicked() {
                            self.incident_list.chosen = None;
                            self.canvas.mark = None;
                        }
                    });
                });
                Grid::new("incident").num_columns(2).spacing([12.0, 3.0]).show(ui, |ui| {
                    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
                        ui.label(RichText::new(*name).small().weak());
                        ui.add(Label::new(value).wrap());
                        ui.end_row();
                    }
                });
            });
        });
    }

    /// The sum of rule 4 in the status line; a click on a part lists its incidents.
    pub(super) fn sum_ui(&mut self, ui: &mut Ui) {
        let Some(sum) = self.doc.active_measures().map(|tier| tier.sum) else { return };
        if self.doc.plan.incidents.is_empty() {
            return;
        }
        let words = self.words();
        ui.spacing_mut().item_spacing.x = 4.0;
        let whole = sum.line().in_lang(self.prefs.lang).to_owned();
        let mut clicked = None;
        // Laid out from the right.
        let parts: Vec<Part> = Part::OF_SUM.into_iter().filter(|part| part.count(&sum) > 0).collect();
        let mut link = |ui: &mut Ui, part: Part, text: String| {
            let button = Button::new(RichText::new(text).small()).frame_when_inactive(false).small();
            if ui.add(button).on_hover_text(&whole).clicked() {
                clicked = Some(part);
            }
        };
        for (at, &part) in parts.iter().enumerate().rev() {
            link(ui, part, format!("{} {}", part.word(words), words::count(part.count(&sum))));
            ui.label(RichText::new(if at == 0 { "=" } else { "+" }).small().weak());
        }
        let total = words::sum_total(self.prefs.lang, &sum, self.doc.plan.incidents.len());
        link(ui, Part::All, total);
        if let Some(part) = clicked {
            self.list_part(part);
        }
    }
}
