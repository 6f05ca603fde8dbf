//! Dialogs that change land under the zones: cutting faces, simplifying borders, copying a tier.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{ComboBox, DragValue, Grid, Label, RichText, TextEdit, Ui};

use crate::edit::{self, Cutter, Shape};
use crate::model::{Plan, Shape as Drawn, ZoneId};
use crate::topology::{BorderId, FaceId};

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::forms::agree_or_cancel;

/// What faces are cut with.
#[derive(Clone, Debug)]
pub(super) struct CutForm {
    faces: Vec<FaceId>,
    /// A reference layer; else cells.
    layer: Option<usize>,
    shape: Shape,
    hectares: f64,
    leftover_m2: f64,
}

/// How far borders are simplified.
#[derive(Clone, Debug)]
pub(super) struct SimplifyForm {
    borders: Vec<BorderId>,
    tolerance_m: f64,
}

/// Reference layers that have lines or outlines: place and name.
fn cutters(plan: &Plan) -> Vec<(usize, &str)> {
    let has_lines = |shape: &Drawn| !matches!(shape, Drawn::Points(_));
    let layers = plan.references.iter().enumerate();
    let layers = layers.filter(|(_, layer)| layer.features.iter().any(|(shape, _)| has_lines(shape)));
    layers.map(|(at, layer)| (at, layer.name.as_str())).collect()
}

impl App {
    /// Faces of the selected zones.
    pub(super) fn selected_faces(&self) -> Vec<FaceId> {
        let Some(tier) = self.doc.plan.tiers.get(self.doc.active) else { return Vec::new() };
        let chosen = |zone: &ZoneId| self.doc.selection.contains(zone);
        tier.owner.iter().filter(|(_, zone)| chosen(zone)).map(|(face, _)| face).collect()
    }

    /// Joins the faces of the selected zones that lie side by side in the same zones of all tiers.
    pub(super) fn dissolve(&mut self) {
        let faces = self.selected_faces();
        self.apply_later(edit::Command::Dissolve { faces });
    }

    /// Ends the selected zones: their land is left unassigned, their codes are never used again.
    pub(super) fn retire(&mut self) {
        let tier = self.doc.active;
        let commands: Vec<_> = self.doc.selection.iter().map(|&zone| edit::Command::Retire { tier, zone }).collect();
        let count = commands.len();
        let command = match commands.as_slice() {
            [one] => one.clone(),
            _ => edit::Command::Many {
                sentence: crate::base::Text::new(format!("Retired {count} zones"), format!("停用 {count} 个网格")),
                commands,
            },
        };
        self.apply_later(command);
    }

    /// Asks what the faces of the selection are cut with.
    pub(super) fn ask_cut(&mut self) {
        let layer = cutters(&self.doc.plan).first().map(|&(at, _)| at);
        self.dialog = Some(Dialog::Cut(CutForm {
            faces: self.selected_faces(),
            layer,
            shape: Shape::Square,
            hectares: 25.0,
            leftover_m2: 1000.0,
        }));
    }

    /// What faces are cut with, what comes of it, and the lines of it on the map.
    pub(super) fn cut_ui(&mut self, ui: &mut Ui, mut form: CutForm) -> Next {
        let words = self.words();
        let plan = Arc::clone(&self.doc.plan);
        let layers = cutters(&plan);
        ui.set_width(330.0);
        ui.heading(words.cut_title);
        ui.add(Label::new(RichText::new(words.cut_keeps_zones).small().weak()).wrap());
        ui.add_space(8.0);
        Grid::new("cut").num_columns(2).spacing([12.0, 8.0]).show(ui, |ui| {
            ui.label(RichText::new(words.cut_with).weak());
            let cells = |shape| if shape == Shape::Square { words.cut_squares } else { words.cut_hexagons };
            let layer = form.layer.and_then(|at| layers.iter().find(|(place, _)| *place == at));
            let shown = layer.map_or(cells(form.shape), |(_, name)| name);
            let combo = ComboBox::from_id_salt("cut with").width(180.0).selected_text(shown).show_ui(ui, |ui| {
                for (at, name) in &layers {
                    ui.selectable_value(&mut form.layer, Some(*at), *name);
                }
                for shape in [Shape::Square, Shape::Hexagon] {
                    let chosen = form.layer.is_none() && form.shape == shape;
                    if ui.selectable_label(chosen, cells(shape)).clicked() {
                        (form.layer, form.shape) = (None, shape);
                    }
                }
            });
            combo.response.accessible_name(words.cut_with);
            ui.end_row();
            if form.layer.is_none() {
                ui.label(RichText::new(words.cut_area).weak());
                let area = DragValue::new(&mut form.hectares).range(0.01..=100_000.0).speed(0.5);
                ui.add(area).accessible_name(words.cut_area);
                ui.end_row();
            }
            ui.label(RichText::new(words.cut_leftover).weak());
            let leftover = DragValue::new(&mut form.leftover_m2).range(0.0..=1_000_000.0).speed(10.0);
            ui.add(leftover).on_hover_text(words.cut_leftover_hint).accessible_name(words.cut_leftover);
            ui.end_row();
        });
        ui.add_space(6.0);
        let with = form.layer.map_or(Cutter::Cells(form.shape, form.hectares * 1e4), Cutter::Reference);
        let (faces, leftover_m2) = (form.faces.clone(), form.leftover_m2);
        let command = edit::Command::CutFaces { faces, with, leftover_m2 };
        self.try_or_cancel(ui, &command, words.cut, Dialog::Cut(form))
    }

    /// Asks how far the borders of the selection are simplified.
    pub(super) fn ask_simplify(&mut self) {
        let faces: BTreeSet<FaceId> = self.selected_faces().into_iter().collect();
        let beside = |face: Option<FaceId>| face.is_some_and(|face| faces.contains(&face));
        let borders = self.doc.plan.coverage.borders().iter();
        let borders = borders.filter(|(_, border)| beside(border.left) || beside(border.right));
        let borders = borders.map(|(id, _)| id).collect();
        self.dialog = Some(Dialog::Simplify(SimplifyForm { borders, tolerance_m: 3.0 }));
    }

    /// How far borders are simplified, and what comes of it.
    pub(super) fn simplify_ui(&mut self, ui: &mut Ui, mut form: SimplifyForm) -> Next {
        let words = self.words();
        ui.set_width(330.0);
        ui.heading(words.simplify_title);
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            ui.label(RichText::new(words.simplify_tolerance).weak());
            let tolerance = DragValue::new(&mut form.tolerance_m).range(0.1..=1000.0).speed(0.1);
            ui.add(tolerance).accessible_name(words.simplify_tolerance);
        });
        ui.add_space(6.0);
        let command = edit::Command::Simplify { borders: form.borders.clone(), tolerance_m: form.tolerance_m };
        self.try_or_cancel(ui, &command, words.simplify, Dialog::Simplify(form))
    }

    /// What a command would do, and the buttons that do it or leave it.
    pub(super) fn try_or_cancel(&mut self, ui: &mut Ui, command: &edit::Command, word: &str, stay: Dialog) -> Next {
        let could = self.trial_ui(ui, command);
        ui.add_space(8.0);
        let (done, cancelled) = agree_or_cancel(ui, self.words(), word, could);
        if done {
            self.do_tried();
        }
        if done || cancelled { Next::Close } else { Next::Stay(stay) }
    }

    /// What the copy of the active tier is called.
    pub(super) fn copy_tier_ui(&mut self, ui: &mut Ui, mut name: String) -> Next {
        let words = self.words();
        ui.set_width(400.0);
        ui.heading(words.copy_tier_title);
        ui.add(Label::new(RichText::new(words.copy_tier_hint).small().weak()).wrap());
        ui.add_space(8.0);
        let field = TextEdit::singleline(&mut name).hint_text(words.copy_tier_name).desired_width(f32::INFINITY);
        ui.add(field).accessible_name(words.copy_tier_name);
        ui.add_space(12.0);
        let (done, cancelled) = agree_or_cancel(ui, words, words.copy_tier, !name.trim().is_empty());
        let command = edit::Command::CopyTier { tier: self.doc.active, name: name.clone() };
        if done && self.apply(&command) {
            self.doc.activate(self.doc.plan.tiers.len() - 1);
            self.tell_last();
            return Next::Close;
        }
        if cancelled { Next::Close } else { Next::Stay(Dialog::CopyTier(name)) }
    }
}
