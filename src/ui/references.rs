//! Reference layers in the left panel: which are drawn, and how solid.

use std::sync::Arc;

use eframe::egui::{Align, Label, Layout, Painter, RichText, Sense, Slider, Stroke, Ui, vec2};

use crate::model::{Plan, Reference, Shape};
use crate::render;

use super::app::App;
use super::icons::{self, Icon};
use super::layers::heading;
use super::legend;
use super::overlay;
use super::theme::ROW;

/// How the window shows a reference layer; those that come later in their list lie on top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceLook {
    /// Its place among the layers of the plan.
    pub place: usize,
    /// Whether it is drawn.
    pub visible: bool,
    /// 0 = clear to 1 = solid.
    pub opacity: f32,
}

impl ReferenceLook {
    fn of(place: usize, layer: &Reference) -> Self {
        Self { place, visible: layer.visible, opacity: layer.opacity }
    }

    /// Looks for the layers of a plan: those known, without what went, and what came on top.
    pub(super) fn brought_up(mut looks: Vec<Self>, plan: &Plan) -> Vec<Self> {
        looks.retain(|look| look.place < plan.references.len());
        for (place, layer) in plan.references.iter().enumerate() {
            if looks.iter().all(|look| look.place != place) {
                looks.push(Self::of(place, layer));
            }
        }
        looks
    }
}

/// A plan with its reference layers shown, and one above the other, as the window shows them.
pub(super) fn seen(plan: &Arc<Plan>, looks: &[ReferenceLook]) -> Arc<Plan> {
    let same = |place: usize, look: &ReferenceLook| {
        plan.references.get(place).is_some_and(|layer| ReferenceLook::of(place, layer) == *look)
    };
    if looks.iter().enumerate().all(|(place, look)| same(place, look)) {
        return Arc::clone(plan);
    }
    let layer = |look: &ReferenceLook| {
        let ReferenceLook { place, visible, opacity } = *look;
        let layer = plan.references.get(place)?;
        Some(Arc::new(Reference { visible, opacity, ..Reference::clone(layer) }))
    };
    Arc::new(Plan { references: looks.iter().filter_map(layer).collect(), ..Plan::clone(plan) })
}

/// A layer of so few lines is no network but something drawn to be looked at: a walk on site, a planned road.
const FEW: usize = 24;

impl App {
    /// Paints the lines of visible layers that have few, so that they stand out from streets.
    pub(super) fn paint_few_lines(&self, painter: &Painter) {
        let (palette, camera) = (self.palette(), &self.canvas.camera);
        let looks = self.doc.references.iter();
        let layers = looks.filter_map(|look| Some((self.doc.plan.references.get(look.place)?, look)));
        for (layer, look) in layers.filter(|(layer, look)| look.visible && layer.features.len() <= FEW) {
            let colour = palette.over.gamma_multiply(look.opacity);
            let lines = layer.features.iter().filter_map(|(shape, _)| match shape {
                Shape::Lines(lines) => Some(lines),
                Shape::Points(_) | Shape::Rings(_) => None,
            });
            for lines in lines {
                overlay::lines(painter, camera, lines, Stroke::new(2.2, colour), palette.card);
            }
        }
    }

    /// The reference layers with eye and opacity.
    pub(super) fn references_ui(&mut self, ui: &mut Ui) {
        let plan = Arc::clone(&self.doc.plan);
        if plan.references.is_empty() {
            return;
        }
        let words = self.words();
        ui.add_space(14.0);
        heading(ui, words.references);
        let symbols = render::symbols_of(&plan);
        let ink = self.palette().text;
        let mut raised = None;
        let count = self.doc.references.len();
        // The topmost layer stands first.
        for (at, look) in self.doc.references.iter_mut().enumerate().rev() {
            let Some(layer) = plan.references.get(look.place) else { continue };
            ui.horizontal(|ui| {
                let room = ui.available_width() - if at + 1 < count { 30.0 } else { 0.0 };
                ui.allocate_ui_with_layout(vec2(room, ROW), Layout::left_to_right(Align::Center), |ui| {
                    ui.checkbox(&mut look.visible, layer.name.as_str()).on_hover_text(layer.name.as_str());
                    if let Some(symbol) = symbols.get(look.place).copied().flatten() {
                        let (rect, _) = ui.allocate_exact_size(vec2(14.0, ROW), Sense::hover());
                        legend::paint_symbol(ui.painter(), rect.center(), symbol, ink);
                    }
                });
                if at + 1 < count {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        let name = format!("{} {}", words.raise, layer.name);
                        if icons::button(ui, Icon::Raise, &name, false, true, words.raise).clicked() {
                            raised = Some(at);
                        }
                    });
                }
            });
            ui.add_enabled_ui(look.visible, |ui| {
                ui.horizontal(|ui| {
                    ui.add_space(20.0);
                    ui.spacing_mut().slider_width = 78.0;
                    ui.add(Label::new(RichText::new(words.opacity).small().weak()));
                    let slider = Slider::new(&mut look.opacity, 0.1..=1.0).show_value(false);
                    let name = format!("{} {}", words.opacity, layer.name);
                    ui.add(slider).accessible_name(name);
                });
            });
        }
        if let Some(at) = raised {
            self.doc.references.swap(at, at + 1);
        }
    }
}
