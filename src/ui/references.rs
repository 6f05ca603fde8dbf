//! Reference layers in the left panel: which are drawn, and how solid.

use std::sync::Arc;

use eframe::egui::{Label, Painter, RichText, Slider, Stroke, Ui};

use crate::model::{Plan, Reference, Shape};

use super::app::App;
use super::layers::heading;
use super::overlay;

/// How the window shows a reference layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceLook {
    /// Whether it is drawn.
    pub visible: bool,
    /// 0 = clear to 1 = solid.
    pub opacity: f32,
}

impl From<&Reference> for ReferenceLook {
    fn from(layer: &Reference) -> Self {
        Self { visible: layer.visible, opacity: layer.opacity }
    }
}

/// A plan with its reference layers shown as the window shows them.
pub(super) fn seen(plan: &Arc<Plan>, looks: &[ReferenceLook]) -> Arc<Plan> {
    let same = |(layer, look): (&Arc<Reference>, &ReferenceLook)| ReferenceLook::from(&**layer) == *look;
    if plan.references.iter().zip(looks).all(same) {
        return Arc::clone(plan);
    }
    let mut changed = Plan::clone(plan);
    for (layer, look) in changed.references.iter_mut().zip(looks) {
        let ReferenceLook { visible, opacity } = *look;
        *layer = Arc::new(Reference { visible, opacity, ..Reference::clone(layer) });
    }
    Arc::new(changed)
}

/// A layer of so few lines is no network but something drawn to be looked at: a walk on site, a planned road.
const FEW: usize = 24;

impl App {
    /// Paints the lines of visible layers that have few, so that they stand out from streets.
    pub(super) fn paint_few_lines(&self, painter: &Painter) {
        let (palette, camera) = (self.palette(), &self.canvas.camera);
        let layers = self.doc.plan.references.iter().zip(&self.doc.references);
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
        for (layer, look) in plan.references.iter().zip(&mut self.doc.references) {
            ui.checkbox(&mut look.visible, layer.name.as_str()).on_hover_text(layer.name.as_str());
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
    }
}
