//! The drawer at the bottom: what the checks found, and what was changed.

use eframe::egui::{self, Align2, Frame, Margin, RichText, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, vec2};

use super::app::App;
use super::command::Command;
use super::icons::{self, Icon};
use super::terms::Terms;
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
    /// Incidents that pass the filter.
    Incidents,
    /// Moves that even out.
    Moves,
    /// Squads and shifts.
    Duty,
}

impl App {
    /// The drawer at the bottom.
    pub(super) fn drawer_ui(&mut self, ui: &mut Ui) {
        let words = self.words();
        Frame::new().inner_margin(Margin { left: 12, right: 8, top: 6, bottom: 4 }).show(ui, |ui| {
            // The drawer keeps its height whatever is in it.
            ui.set_min_height(ui.available_height());
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                let checks = format!("{} {}", words.checks, words::count(self.doc.checks.count()));
                ui.selectable_value(&mut self.prefs.tab, Tab::Checks, checks);
                let changes = format!("{} {}", words.changes, words::count(self.doc.history.standing()));
                ui.selectable_value(&mut self.prefs.tab, Tab::Changes, changes);
                if !self.doc.plan.incidents.is_empty() {
                    ui.selectable_value(&mut self.prefs.tab, Tab::Incidents, words.incidents);
                }
                ui.selectable_value(&mut self.prefs.tab, Tab::Moves, words.moves);
                ui.selectable_value(&mut self.prefs.tab, Tab::Duty, Terms::of(self.prefs.lang).duty);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if icons::button(ui, Icon::Close, words.hide, false, true, words.hide).clicked() {
                        self.queue.push(Command::ToggleDrawer);
                    }
                });
            });
            match self.prefs.tab {
                Tab::Checks => self.checks_ui(ui),
                Tab::Changes => self.changes_ui(ui),
                Tab::Incidents => self.incidents_tab(ui),
                Tab::Moves => self.moves_tab(ui),
                Tab::Duty => self.duty_tab(ui),
            }
        });
    }

    /// Commands done, newest first; those undone above them, grey.
    fn changes_ui(&mut self, ui: &mut Ui) {
        let (words, lang, palette) = (self.words(), self.prefs.lang, self.palette());
        let records = self.doc.history.records();
        if records.is_empty() {
            ui.label(RichText::new(words.no_changes).weak());
            return;
        }
        let standing = self.doc.history.standing();
        let mut fly = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, records.len(), |ui, range| {
            for (at, record) in records.iter().enumerate().rev().skip(range.start).take(range.len()) {
                let sentence = record.sentence.in_lang(lang);
                let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, sentence));
                if response.hovered() {
                    ui.painter().rect_filled(rect, 4.0, palette.hover);
                }
                let painter = ui.painter().with_clip_rect(rect);
                let font = TextStyle::Body.resolve(ui.style());
                let stands = at < standing;
                let colour = if stands { palette.text } else { palette.weak };
                let place = |x| rect.left_center() + vec2(x, 0.0);
                painter.text(place(28.0), Align2::RIGHT_CENTER, at + 1, font.clone(), palette.weak);
                let mark = if stands { String::new() } else { format!("{} · ", words.undone) };
                painter.text(place(40.0), Align2::LEFT_CENTER, format!("{mark}{sentence}"), font, colour);
                if response.clicked() {
                    fly = record.camera;
                }
            }
        });
        if let Some(camera) = fly {
            self.canvas.camera.look(camera);
        }
    }
}
