//! The settings: how the window looks and speaks, and the weights of load that are kept with the plan.

use eframe::egui::{Button, ComboBox, DragValue, Grid, RichText, ScrollArea, Ui};

use crate::base::Lang;
use crate::edit;
use crate::model::{LoadWeights, Settings};
use crate::render::Backend;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::forms::agree_or_cancel;
use super::terms::{self, Terms};
use super::units::{AreaUnit, Coordinates};

/// The weights as they are being edited; what concerns the window alone is changed at once.
#[derive(Clone, Debug)]
pub(super) struct SettingsForm {
    load: LoadWeights,
}

impl SettingsForm {
    /// A form that begins with the settings of a plan.
    pub(super) fn new(settings: &Settings) -> Self {
        Self { load: settings.load.clone() }
    }
}

/// Sizes of the window's words that can be chosen, percent.
const ZOOMS: [u32; 7] = [80, 100, 125, 150, 200, 250, 300];

impl App {
    /// The settings.
    pub(super) fn settings_ui(&mut self, ui: &mut Ui, mut form: SettingsForm) -> Next {
        let words = self.words();
        ui.set_width(430.0);
        ui.heading(words.settings_title);
        ui.add_space(8.0);
        self.window_settings(ui);
        if !self.doc.plan.tiers.is_empty() {
            ui.add_space(14.0);
            super::layers::heading(ui, words.settings_weights);
            self.weights_ui(ui, &mut form.load);
        }
        ui.add_space(14.0);
        let (done, cancelled) = agree_or_cancel(ui, words, words.ok, true);
        if done && form.load != self.doc.plan.settings.load {
            let settings = Settings { load: form.load.clone(), ..Settings::clone(&self.doc.plan.settings) };
            self.apply(&edit::Command::SetSettings { settings: Box::new(settings) });
        }
        if done || cancelled { Next::Close } else { Next::Stay(Dialog::Settings(form)) }
    }

    /// Language, theme, size, units.
    fn window_settings(&mut self, ui: &mut Ui) {
        let words = self.words();
        let prefs = &mut self.prefs;
        let (dark, backend) = (prefs.dark, prefs.backend);
        Grid::new("settings").num_columns(2).spacing([18.0, 8.0]).min_col_width(110.0).show(ui, |ui| {
            ui.label(RichText::new(words.settings_lang).weak());
            ui.horizontal(|ui| {
                ui.radio_value(&mut prefs.lang, Lang::Zh, "中文");
                ui.radio_value(&mut prefs.lang, Lang::En, "English");
            });
            ui.end_row();
            ui.label(RichText::new(words.settings_theme).weak());
            ui.horizontal(|ui| {
                ui.radio_value(&mut prefs.dark, false, words.theme_light);
                ui.radio_value(&mut prefs.dark, true, words.theme_dark);
            });
            ui.end_row();
            ui.label(RichText::new(words.settings_zoom).weak());
            let percent = (ui.ctx().zoom_factor() * 100.0).round() as u32;
            let combo = ComboBox::from_id_salt("zoom").selected_text(format!("{percent}%")).show_ui(ui, |ui| {
                for zoom in ZOOMS {
                    if ui.selectable_label(zoom == percent, format!("{zoom}%")).clicked() {
                        ui.ctx().set_zoom_factor(zoom as f32 / 100.0);
                    }
                }
            });
            combo.response.accessible_name(words.settings_zoom);
            ui.end_row();
            ui.label(RichText::new(words.settings_backend).weak());
            ui.horizontal(|ui| {
                let names = [words.backend_auto, words.backend_gpu, words.backend_raster];
                for (way, name) in Backend::ALL.into_iter().zip(names) {
                    ui.radio_value(&mut prefs.backend, way, name);
                }
            });
            ui.end_row();
            let (known, terms) = (prefs.fields.count(), Terms::of(prefs.lang));
            ui.label(RichText::new(terms.fields_known).weak());
            let forget = Button::new(terms::forget_fields(prefs.lang, known));
            if ui.add_enabled(known > 0, forget).on_hover_text(terms.fields_forget_hint).clicked() {
                prefs.fields = super::fields::Known::default();
            }
            ui.end_row();
            ui.label(RichText::new(words.settings_area).weak());
            ui.horizontal(|ui| {
                for unit in AreaUnit::ALL {
                    ui.radio_value(&mut prefs.area, unit, unit.sign());
                }
            });
            ui.end_row();
            ui.label(RichText::new(words.settings_coordinates).weak());
            ui.vertical(|ui| {
                for way in Coordinates::ALL {
                    ui.radio_value(&mut prefs.coordinates, way, way.sample());
                }
            });
            ui.end_row();
        });
        if self.prefs.dark != dark {
            self.apply_theme(ui.ctx());
        }
        if self.prefs.backend != backend {
            self.picture.draw_with(self.prefs.backend);
        }
    }

    fn weights_ui(&self, ui: &mut Ui, load: &mut LoadWeights) {
        let words = self.words();
        let sources = &self.doc.plan.incidents.sources.0;
        let number = |ui: &mut Ui, name: &str, value: &mut f64| {
            ui.label(RichText::new(name).weak());
            ui.add(DragValue::new(value).range(0.0..=10_000.0).speed(0.5).max_decimals(2)).accessible_name(name);
            ui.end_row();
        };
        let height = (ui.ctx().content_rect().height() - 430.0).max(100.0);
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            Grid::new("weights").num_columns(2).spacing([18.0, 5.0]).min_col_width(110.0).show(ui, |ui| {
                number(ui, words.weight_default, &mut load.minutes_default);
                number(ui, words.weight_half_life, &mut load.half_life_weeks);
                number(ui, words.weight_km, &mut load.patrol_minutes_per_km);
                number(ui, words.weight_km2, &mut load.patrol_minutes_per_km2);
                number(ui, words.weight_household, &mut load.minutes_per_household);
                if !sources.is_empty() {
                    ui.label(RichText::new(words.weight_sources).small().weak());
                    ui.end_row();
                }
                for source in sources.iter().filter(|source| !source.is_empty()) {
                    let before = load.minutes_by_source.get(source).copied().unwrap_or(load.minutes_default);
                    let mut value = before;
                    number(ui, source, &mut value);
                    if value != before {
                        load.minutes_by_source.insert(source.clone(), value);
                    }
                }
            });
        });
    }
}
