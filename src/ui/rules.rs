//! What a plan is checked for: how much each rule matters, the form of codes, the band of work. Kept with the plan.

use eframe::egui::{self, Checkbox, ComboBox, DragValue, Grid, RichText, ScrollArea, Ui};

use crate::base::{Lang, Level, Rule};
use crate::edit;
use crate::model::{Checking, CodeForm, Role, Settings};

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::forms::agree_or_cancel;
use super::terms::Terms;
use super::words;

/// Percent a band begins with.
const BAND: f64 = 20.0;
/// Width of a list of words.
const LIST: f32 = 92.0;

impl App {
    /// The rules of the checks, as they are being edited.
    pub(super) fn rules_ui(&mut self, ui: &mut Ui, mut form: Checking) -> Next {
        let (words, terms, lang) = (self.words(), Terms::of(self.prefs.lang), self.prefs.lang);
        ui.set_width(560.0);
        ui.heading(terms.rules_title);
        ui.label(RichText::new(terms.rules_note).weak());
        ui.add_space(8.0);
        let height = (ui.ctx().content_rect().height() - 190.0).max(120.0);
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            levels_ui(ui, lang, &mut form);
            ui.add_space(12.0);
            super::layers::heading(ui, terms.rules_codes);
            self.forms_ui(ui, &mut form);
            if self.doc.plan.tier_of(Role::Grid).is_some() {
                ui.add_space(12.0);
                super::layers::heading(ui, terms.rules_band);
                band_ui(ui, terms, &mut form);
            }
        });
        ui.add_space(12.0);
        let mut restored = false;
        let changed = form != Checking::default();
        ui.horizontal(|ui| {
            restored = ui.add_enabled(changed, egui::Button::new(terms.rules_restore)).clicked();
        });
        let (done, cancelled) = agree_or_cancel(ui, words, words.ok, true);
        if restored {
            form = Checking::default();
        }
        if done && form != self.doc.plan.settings.checking {
            let settings = Settings { checking: form.clone(), ..Settings::clone(&self.doc.plan.settings) };
            self.apply(&edit::Command::SetSettings { settings: Box::new(settings) });
        }
        if done || cancelled { Next::Close } else { Next::Stay(Dialog::Rules(form)) }
    }

    /// The form of the codes of each tier.
    fn forms_ui(&self, ui: &mut Ui, form: &mut Checking) {
        let lang = self.prefs.lang;
        Grid::new("code forms").num_columns(2).spacing([18.0, 6.0]).min_col_width(110.0).show(ui, |ui| {
            for tier in &self.doc.plan.tiers {
                let name = words::tier(lang, tier);
                let before = form.form(&tier.name);
                let mut now = before;
                ui.label(RichText::new(name).weak());
                let list = ComboBox::from_id_salt(("form", &tier.name)).width(260.0);
                let shown = list.selected_text(now.title().in_lang(lang).to_owned()).show_ui(ui, |ui| {
                    for one in CodeForm::ALL {
                        ui.selectable_value(&mut now, one, one.title().in_lang(lang));
                    }
                });
                shown.response.accessible_name(name);
                ui.end_row();
                if now == CodeForm::Free {
                    form.codes.remove(&tier.name);
                } else if now != before {
                    form.codes.insert(tier.name.clone(), now);
                }
            }
        });
    }
}

/// How much each rule matters, two rules a row.
fn levels_ui(ui: &mut Ui, lang: Lang, form: &mut Checking) {
    let terms = Terms::of(lang);
    let word = |level: Option<Level>| {
        level.map_or_else(|| terms.rules_own.to_owned(), |level| level.title().in_lang(lang).to_owned())
    };
    Grid::new("levels").num_columns(4).spacing([14.0, 5.0]).min_col_width(LIST).show(ui, |ui| {
        for pair in Rule::ALL.chunks(2) {
            for &rule in pair {
                let title = rule.title();
                let title = title.in_lang(lang);
                let mut level = form.levels.get(&rule).copied();
                let name = RichText::new(title);
                ui.label(if level.is_some() { name.strong() } else { name.weak() });
                let list = ComboBox::from_id_salt(("level", rule)).width(LIST);
                let shown = list.selected_text(word(level)).show_ui(ui, |ui| {
                    ui.selectable_value(&mut level, None, word(None));
                    for one in Level::ALL {
                        ui.selectable_value(&mut level, Some(one), word(Some(one)));
                    }
                });
                shown.response.accessible_name(title);
                match level {
                    Some(level) => form.levels.insert(rule, level),
                    None => form.levels.remove(&rule),
                };
            }
            ui.end_row();
        }
    });
}

/// How far a grid's work may be off the mean of its town.
fn band_ui(ui: &mut Ui, terms: &Terms, form: &mut Checking) {
    let mut asked = form.band_percent.is_some();
    ui.horizontal(|ui| {
        if ui.add(Checkbox::new(&mut asked, terms.rules_band_within)).changed() {
            form.band_percent = asked.then_some(BAND);
        }
        if let Some(percent) = &mut form.band_percent {
            let field = DragValue::new(percent).range(1.0..=500.0).suffix(" %").max_decimals(1);
            ui.add(field).accessible_name(terms.rules_band);
        }
    });
}
