//! The left panel: tiers, what the zones are coloured by, incidents, reference layers.

use std::sync::Arc;

use eframe::egui::{
    self, Align2, Frame, Margin, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, vec2,
};

use super::app::App;
use super::icons::{self, Icon};
use super::theme::Palette;
use super::words::{self, Words};
use crate::measures::Measure;

impl Measure {
    /// What it is called.
    pub(super) fn word(self, words: &Words) -> &'static str {
        match self {
            Self::Load => words.measure_load,
            Self::Deviation => words.measure_deviation,
            Self::Incidents => words.measure_incidents,
            Self::Area => words.measure_area,
            Self::Squads => words.measure_squads,
            Self::None => words.measure_none,
        }
    }
}

impl App {
    /// The left panel.
    pub(super) fn layers_ui(&mut self, ui: &mut Ui) {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            Frame::new().inner_margin(Margin::symmetric(12, 10)).show(ui, |ui| {
                let words = self.words();
                heading(ui, words.tiers);
                self.tiers_ui(ui);
                ui.add_space(14.0);
                heading(ui, words.measure);
                self.measures_ui(ui);
                ui.add_space(4.0);
                ui.columns_const(|[left, right]| {
                    left.checkbox(&mut self.prefs.labels, words.labels);
                    right.checkbox(&mut self.prefs.incidents, words.incidents_show);
                });
                self.filters_ui(ui);
                self.references_ui(ui);
            });
        });
    }

    /// What the zones are coloured by, two beside each other.
    fn measures_ui(&mut self, ui: &mut Ui) {
        let words = self.words();
        ui.columns_const(|sides: &mut [Ui; 2]| {
            for (at, measure) in Measure::ALL.into_iter().enumerate() {
                let side = &mut sides[at % 2];
                side.radio_value(&mut self.prefs.measure, measure, measure.word(words));
            }
        });
    }

    fn tiers_ui(&mut self, ui: &mut Ui) {
        let plan = Arc::clone(&self.doc.plan);
        let palette = self.palette();
        ui.spacing_mut().item_spacing.y = 1.0;
        for (at, tier) in plan.tiers.iter().enumerate() {
            let name = words::tier(self.prefs.lang, tier);
            let active = at == self.doc.active;
            let shown = self.doc.shown.get(at).copied().unwrap_or(false);
            let count =
                self.doc.measures.as_ref().and_then(|measures| measures.tiers.get(at)).map(|tier| tier.rows.len());
            let (rect, row) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::click());
            row.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, active, name));
            if active {
                self.regions[2] = Some(row.id);
            }
            if row.has_focus() {
                ui.painter().rect_stroke(rect, 5.0, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
            }
            let back = if active { Some(palette.accent_soft) } else { row.hovered().then_some(palette.hover) };
            if let Some(colour) = back {
                ui.painter().rect_filled(rect, 5.0, colour);
            }
            let font = TextStyle::Body.resolve(ui.style());
            let colour = if active { palette.accent } else { palette.text };
            ui.painter().text(rect.left_center() + vec2(32.0, 0.0), Align2::LEFT_CENTER, name, font, colour);
            if let Some(count) = count {
                let right = rect.right_center() - vec2(if tier.locked { 26.0 } else { 8.0 }, 0.0);
                let small = TextStyle::Small.resolve(ui.style());
                ui.painter().text(right, Align2::RIGHT_CENTER, words::count(count), small, palette.weak);
            }
            if tier.locked {
                let lock = egui::Rect::from_center_size(rect.right_center() - vec2(13.0, 0.0), vec2(16.0, 16.0));
                icons::draw(ui.painter(), lock, Icon::Locked, palette.weak.gamma_multiply(0.8));
            }
            if row.on_hover_text(&tier.name).clicked() {
                self.doc.activate(at);
            }
            self.eye(ui, rect, at, name, shown);
        }
    }

    /// The eye at the left of a tier.
    fn eye(&mut self, ui: &mut Ui, row: egui::Rect, at: usize, name: &str, shown: bool) {
        let palette = self.palette();
        let place = egui::Rect::from_min_size(row.min, vec2(28.0, row.height()));
        let response = ui.interact(place, ui.scope_id().with(("eye", at)), Sense::click());
        let label = format!("{} {name}", self.words().tier_show);
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, shown, &label));
        let (icon, strength) = if shown { (Icon::Shown, 1.0) } else { (Icon::Hidden, 0.55) };
        let colour = if response.hovered() { palette.accent } else { palette.weak.gamma_multiply(strength) };
        icons::draw(ui.painter(), place, icon, colour);
        if response.on_hover_text(label).clicked()
            && let Some(shown) = self.doc.shown.get_mut(at)
        {
            *shown = !*shown;
        }
    }
}

/// The title of a part of a panel.
pub(super) fn heading(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui.visuals().dark_mode);
    ui.label(RichText::new(text).small().strong().color(palette.weak));
    ui.add_space(2.0);
}
