//! The drawer at the bottom and what the checks found.

use eframe::egui::{self, Frame, Margin, Ui};

use super::app::App;
use super::command::Command;
use super::icons::{self, Icon};
use super::terms::Terms;
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
                ui.selectable_value(&mut self.prefs.tab, Tab::Compare, words.compare);
                if !self.conflicts.is_empty() {
                    let conflicts = format!("{} {}", words.conflicts, words::count(self.conflicts.len()));
                    ui.selectable_value(&mut self.prefs.tab, Tab::Conflicts, conflicts);
                }
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
                Tab::Compare => self.compare_tab(ui),
                Tab::Conflicts => self.conflicts_tab(ui),
                Tab::Incidents => self.incidents_tab(ui),
                Tab::Moves => self.moves_tab(ui),
                Tab::Duty => self.duty_tab(ui),
            }
        });
    }
}
