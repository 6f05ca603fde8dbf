//! The dialogs that a command of the plan asks in: merge, unlock, split.

use eframe::egui::{self, Grid, Key, RichText, TextEdit, Ui};

use crate::edit::{self, Side, Take};
use crate::model::ZoneId;

use super::app::App;
use super::dialogs::{Dialog, DrawForm, Next, SplitForm};
use super::terms::Terms;
use super::words::Words;

impl App {
    /// Asks whose code survives a merge: at first that of the zone with most land.
    pub(super) fn ask_merge(&mut self) {
        let area = |zone: &ZoneId| self.doc.active_measures()?.row(*zone).map(|row| row.area_km2);
        let largest = self
            .doc
            .selection
            .iter()
            .copied()
            .max_by(|a, b| area(a).unwrap_or(0.0).total_cmp(&area(b).unwrap_or(0.0)).then(b.cmp(a)));
        self.dialog = largest.map(Dialog::Merge);
    }

    /// Whose code survives a merge.
    pub(super) fn merge_ui(&mut self, ui: &mut Ui, mut keep: ZoneId) -> Next {
        let words = self.words();
        ui.set_width(400.0);
        ui.heading(words.merge_title);
        ui.add_space(8.0);
        let Some(tier) = self.doc.plan.tiers.get(self.doc.active).cloned() else { return Next::Close };
        egui::ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
            for &zone in &self.doc.selection {
                let Some(value) = tier.zones.get(zone) else { continue };
                ui.radio_value(&mut keep, zone, format!("{}  {}", value.code, value.name));
            }
        });
        ui.add_space(10.0);
        let others = self.doc.selection.iter().copied().filter(|&zone| zone != keep).collect();
        let command = edit::Command::Merge { tier: self.doc.active, keep, others };
        self.try_or_cancel(ui, &command, Terms::of(self.prefs.lang).merge, Dialog::Merge(keep))
    }

    /// Why a tier is unlocked.
    pub(super) fn unlock_ui(&mut self, ui: &mut Ui, mut reason: String, focused: bool) -> Next {
        let words = self.words();
        ui.set_width(400.0);
        ui.heading(words.unlock_title);
        ui.add_space(8.0);
        let field = TextEdit::singleline(&mut reason).hint_text(words.unlock_reason).desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name(words.unlock_reason);
        if !focused {
            response.request_focus();
        }
        let mut done = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        ui.add_space(12.0);
        let (agreed, cancelled) = agree_or_cancel(ui, words, words.unlock, true);
        done |= agreed;
        if done {
            self.lock_tier(Some(reason));
            return Next::Close;
        }
        if cancelled { Next::Close } else { Next::Stay(Dialog::Unlock { reason, focused: true }) }
    }

    /// What a zone drawn as a ring is called, and what it takes.
    pub(super) fn draw_ui(&mut self, ui: &mut Ui, mut form: DrawForm) -> Next {
        let words = self.words();
        ui.set_width(400.0);
        ui.heading(words.draw_title);
        ui.add_space(8.0);
        ui.radio_value(&mut form.take, Take::All, words.draw_all);
        ui.radio_value(&mut form.take, Take::Free, words.draw_free);
        ui.add_space(8.0);
        code_and_name(ui, words, "drawn", &mut form.code, &mut form.name);
        ui.add_space(8.0);
        let (tier, DrawForm { ring, take, code, name }) = (self.doc.active, form.clone());
        let new = ZoneId(self.doc.plan.tiers.get(tier).map_or(0, |tier| tier.zones.slots()) as u32);
        let command = edit::Command::Draw { tier, ring, take, code, name };
        let next = self.try_or_cancel(ui, &command, words.draw_make, Dialog::Draw(form));
        let drawn = self.doc.plan.tiers.get(tier).is_some_and(|tier| tier.zones.get(new).is_some());
        if drawn {
            self.doc.select(new, false);
        }
        next
    }

    /// What becomes of the two sides of a stroke.
    pub(super) fn split_ui(&mut self, ui: &mut Ui, mut form: SplitForm) -> Next {
        let words = self.words();
        ui.set_width(330.0);
        ui.heading(words.split_title);
        ui.add_space(8.0);
        ui.label(words.split_side);
        ui.horizontal(|ui| {
            ui.radio_value(&mut form.keeps, Side::Left, words.split_left);
            ui.radio_value(&mut form.keeps, Side::Right, words.split_right);
        });
        ui.add_space(8.0);
        let Some(tier) = self.doc.plan.tiers.get(self.doc.active).cloned() else { return Next::Close };
        let several = form.halves.len() > 1;
        if several {
            let mut all = form.halves.iter().all(|(_, cut)| *cut);
            if ui.checkbox(&mut all, words.all).changed() {
                form.halves.iter_mut().for_each(|(_, cut)| *cut = all);
            }
        }
        egui::ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
            for (half, cut) in &mut form.halves {
                let Some(zone) = tier.zones.get(half.zone) else { continue };
                let title = format!("{}  {}", zone.code, zone.name);
                if several {
                    ui.checkbox(cut, title);
                } else {
                    ui.label(RichText::new(title).strong());
                }
                ui.add_enabled_ui(*cut, |ui| code_and_name(ui, words, half.zone, &mut half.code, &mut half.name));
                ui.add_space(4.0);
            }
        });
        ui.add_space(6.0);
        let command = form.command(self.doc.active);
        self.try_or_cancel(ui, &command, words.split, Dialog::Split(form))
    }
}

/// The buttons that end a dialog: whether it was agreed to, and whether it was cancelled.
pub(super) fn agree_or_cancel(ui: &mut Ui, words: &Words, word: &str, ready: bool) -> (bool, bool) {
    let mut pressed = (false, false);
    egui::Sides::new().show(
        ui,
        |_| {},
        |ui| {
            pressed.0 = default_button(ui, word, ready);
            pressed.1 = ui.button(words.cancel).clicked();
        },
    );
    pressed
}

/// The button that Enter presses wherever nothing else of the dialog has the keys.
pub(super) fn default_button(ui: &mut Ui, word: &str, ready: bool) -> bool {
    let button = ui.add_enabled(ready, egui::Button::new(word));
    let focused = ui.memory(egui::Memory::focused).and_then(|id| ui.ctx().read_response(id));
    if ready && focused.is_none_or(|focused| focused.layer_id != ui.layer_id()) {
        button.request_focus();
    }
    button.clicked()
}

/// Fields for the code and the name of a new zone.
fn code_and_name(
    ui: &mut Ui,
    words: &Words,
    of: impl std::hash::Hash + std::fmt::Debug,
    code: &mut String,
    name: &mut String,
) {
    Grid::new(("new zone", of)).num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
        for (title, text) in [(words.split_code, code), (words.split_name, name)] {
            ui.label(RichText::new(title).weak());
            ui.add(TextEdit::singleline(text).desired_width(200.0)).accessible_name(title);
            ui.end_row();
        }
    });
}
