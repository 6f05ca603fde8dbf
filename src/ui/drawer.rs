//! The drawer at the bottom and what the checks found.

use eframe::egui::{self, Align2, Frame, Margin, RichText, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, vec2};

use crate::base::Severity;
use crate::geometry::Point;

use super::app::App;
use super::command::Command;
use super::icons::{self, Icon};
use super::theme::ROW;
use super::words;

/// The parts of the drawer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Tab {
    /// What the checks found.
    #[default]
    Checks,
    /// What was changed.
    Changes,
    /// What differs from another state.
    Compare,
    /// What packages and plan changed differently.
    Conflicts,
    /// Incidents that pass the filter.
    Incidents,
    /// Moves that even out.
    Moves,
}

/// Half the side of what is looked at around a problem, lattice cells (about 200 m).
const AROUND: i32 = 20_000;

impl App {
    /// The drawer at the bottom.
    pub(super) fn drawer_ui(&mut self, ui: &mut Ui) {
        let words = self.words();
        Frame::new().inner_margin(Margin { left: 12, right: 8, top: 6, bottom: 4 }).show(ui, |ui| {
            // The drawer keeps its height whatever is in it.
            ui.set_min_height(ui.available_height());
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                let checks = format!("{} {}", words.checks, words::count(self.doc.problems.len()));
                ui.selectable_value(&mut self.prefs.tab, Tab::Checks, checks);
                let changes = format!("{} {}", words.changes, words::count(self.doc.history.standing()));
                ui.selectable_value(&mut self.prefs.tab, Tab::Changes, changes);
                ui.selectable_value(&mut self.prefs.tab, Tab::Compare, words.compare);
                if !self.conflicts.is_empty() {
                    let conflicts = format!("{} {}", words.conflicts, words::count(self.conflicts.len()));
                    ui.selectable_value(&mut self.prefs.tab, Tab::Conflicts, conflicts);
                }
                if !self.doc.plan.incidents.is_empty() {
                    ui.selectable_value(&mut self.prefs.tab, Tab::Incidents, words.incidents);
                }
                ui.selectable_value(&mut self.prefs.tab, Tab::Moves, words.moves);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if icons::button(ui, Icon::Close, words.hide, false, true, words.hide).clicked() {
                        self.queue.push(Command::ToggleDrawer);
                    }
                });
            });
            match self.prefs.tab {
                Tab::Checks => self.checks_ui(ui),
                Tab::Changes => self.changes_ui(ui),
                Tab::Compare => self.compare_tab(ui),
                Tab::Conflicts => self.conflicts_tab(ui),
                Tab::Incidents => self.incidents_tab(ui),
                Tab::Moves => self.moves_tab(ui),
            }
        });
    }

    fn checks_ui(&mut self, ui: &mut Ui) {
        if self.doc.problems.is_empty() {
            ui.label(RichText::new(self.words().no_problems).weak());
            return;
        }
        let (lang, palette) = (self.prefs.lang, self.palette());
        let mut fly = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, self.doc.problems.len(), |ui, range| {
            for problem in self.doc.problems.get(range).unwrap_or_default() {
                let colour = match problem.severity {
                    Severity::Note => palette.weak,
                    Severity::Warning => palette.warn,
                    Severity::Error => palette.error,
                };
                let title = problem.rule.title();
                let whole = words::problem(lang, problem);
                let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::Button, problem.place.is_some(), &whole));
                if response.hovered() {
                    ui.painter().rect_filled(rect, 4.0, palette.hover);
                }
                let painter = ui.painter().with_clip_rect(rect);
                painter.circle_filled(rect.left_center() + vec2(8.0, 0.0), 3.5, colour);
                let font = TextStyle::Body.resolve(ui.style());
                let at = |x| rect.left_center() + vec2(x, 0.0);
                painter.text(at(20.0), Align2::LEFT_CENTER, title.in_lang(lang), font.clone(), colour);
                painter.text(at(150.0), Align2::LEFT_CENTER, problem.reason.in_lang(lang), font, palette.text);
                if response.on_hover_text(whole).clicked() {
                    fly = problem.place;
                }
            }
        });
        if let Some(point) = fly.and_then(|place| Point::from_degrees(place.lon, place.lat).ok()) {
            self.canvas.fit_next(crate::geometry::Bounds::of(&[point]).grown(AROUND));
            self.canvas.mark = Some(point);
        }
    }
}
