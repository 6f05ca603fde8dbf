//! The brush: its shape, whether it gives or takes, and what it passes over, on a card over the map; and what it does.

use std::collections::BTreeSet;

use eframe::egui::{self, Modifiers, PointerButton, Rect, Response, RichText, Ui, vec2};
use serde::{Deserialize, Serialize};

use crate::base::Text;
use crate::edit::{self, Only};
use crate::geometry::{Bounds, Point};
use crate::measures::squad_called;
use crate::model::ZoneId;
use crate::topology::FaceId;

use super::app::App;
use super::canvas::Tool;
use super::picking::inside;
use super::terms::Terms;
use super::tools::{Hand, STROKE_STEP};

/// What the brush is drawn as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Shape {
    /// Faces the hand goes over.
    #[default]
    Free,
    /// Faces in a box.
    Box,
    /// Faces in a lasso.
    Lasso,
}

/// How the brush works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Brush {
    pub shape: Shape,
    /// What it passes over.
    pub only: Only,
    /// Whether it takes land away from the selected zone; with Shift it does the other of the two.
    #[serde(skip)]
    pub takes: bool,
}

/// Room that the tools and the zoom buttons take beside the card, points.
const BESIDE: f32 = 62.0;

impl App {
    /// The card of the brush, while it is in hand.
    pub(super) fn brush_ui(&mut self, ui: &Ui, map: Rect) {
        if self.canvas.tool != Tool::Paint {
            return;
        }
        let (terms, palette, beats) = (Terms::of(self.prefs.lang), self.palette(), self.brushes_beats());
        let takes = self.takes(ui.input(|input| input.modifiers));
        let brush = &mut self.prefs.brush;
        let area = egui::Area::new(egui::Id::unique("brush")).order(egui::Order::Middle);
        area.fixed_pos(map.min + vec2(BESIDE, 12.0)).constrain_to(map).show(ui.ctx(), |ui| {
            let frame = egui::Frame::new().fill(palette.card).stroke(egui::Stroke::new(1.0, palette.line));
            frame.corner_radius(7.0).inner_margin(egui::Margin::symmetric(8, 5)).show(ui, |ui| {
                ui.set_max_width((map.width() - 2.0 * BESIDE - 18.0).max(150.0));
                ui.horizontal_wrapped(|ui| {
                    for (shape, word) in [
                        (Shape::Free, terms.brush_free),
                        (Shape::Box, terms.brush_box),
                        (Shape::Lasso, terms.brush_lasso),
                    ] {
                        ui.selectable_value(&mut brush.shape, shape, RichText::new(word).small());
                    }
                    ui.separator();
                    for (takes_it, word, hint) in [
                        (false, terms.brush_gives, terms.brush_gives_hint),
                        (true, terms.brush_takes, terms.brush_takes_hint),
                    ] {
                        let chosen = ui.selectable_label(takes == takes_it, RichText::new(word).small());
                        if chosen.on_hover_text(hint).clicked() {
                            brush.takes = takes_it;
                        }
                    }
                    if beats {
                        return;
                    }
                    ui.separator();
                    let only = &mut brush.only;
                    for (over, word, hint) in [
                        (&mut only.unassigned, terms.brush_unassigned, terms.brush_unassigned_hint),
                        (&mut only.inside_parent, terms.brush_inside, terms.brush_inside_hint),
                        (&mut only.unlocked, terms.brush_unlocked, terms.brush_unlocked_hint),
                    ] {
                        ui.checkbox(over, RichText::new(word).small()).on_hover_text(hint);
                    }
                });
            });
        });
    }

    /// Whether the brush takes land away: as its card says, or the other way while Shift is held.
    fn takes(&self, modifiers: Modifiers) -> bool {
        self.prefs.brush.takes != modifiers.shift
    }

    /// Collects the faces under the pointer while it is pressed and gives them to the selected zone on release; or those
    /// in the box or the lasso that is drawn.
    pub(super) fn brush(&mut self, ui: &Ui, response: &Response) {
        if self.prefs.brush.shape != Shape::Free {
            self.pick_by_drag(ui, response);
            return;
        }
        if response.drag_started_by(PointerButton::Primary) {
            self.canvas.hand = Hand::Brush(Vec::new());
        }
        if response.dragged_by(PointerButton::Primary)
            && let Some(to) = response.interact_pointer_pos()
        {
            // Between two frames the hand may cross several faces.
            let from = to - response.drag_delta();
            let steps = ((to - from).length() / STROKE_STEP).ceil().max(1.0) as usize;
            let found: Vec<FaceId> = (0..=steps)
                .filter_map(|step| {
                    let at = from + (to - from) * (step as f32 / steps as f32);
                    self.doc.face_at(self.canvas.camera.point_from_screen(at)?)
                })
                .collect();
            if let Hand::Brush(faces) = &mut self.canvas.hand {
                for face in found {
                    if !faces.contains(&face) {
                        faces.push(face);
                    }
                }
            }
        }
        if response.drag_stopped()
            && let Hand::Brush(faces) = std::mem::take(&mut self.canvas.hand)
            && !faces.is_empty()
        {
            self.paint(&faces);
        }
    }

    /// The faces that the brush, a box or a lasso in the hand has.
    pub(super) fn faces_in_hand(&self) -> Vec<FaceId> {
        match &self.canvas.hand {
            Hand::Brush(faces) => faces.clone(),
            Hand::Box(a, b) if self.canvas.tool == Tool::Paint => self.faces_inside(&Bounds::of(&[*a, *b]).corners()),
            Hand::Stroke(ring) if self.canvas.tool == Tool::Paint => self.faces_inside(ring),
            _ => Vec::new(),
        }
    }

    /// The faces the middle of whose box lies in a ring. O(faces).
    pub(super) fn faces_inside(&self, ring: &[Point]) -> Vec<FaceId> {
        if ring.len() < 3 {
            return Vec::new();
        }
        let is_in = inside(ring);
        let faces = self.doc.plan.coverage.faces().iter();
        faces.filter(|(_, face)| is_in(face.bounds.centre())).map(|(id, _)| id).collect()
    }

    /// What the brush does with these faces: they go to the selected zone, or are taken away from it; on the map of squads
    /// the grids they belong to go to its squad. `None` unless one zone is selected, or where nothing would change hands.
    pub(super) fn brushing(&self, faces: &[FaceId]) -> Option<edit::Command> {
        let mut selected = self.doc.selection.iter();
        let (Some(&zone), None) = (selected.next(), selected.next()) else { return None };
        let takes = self.takes(self.waker.input(|input| input.modifiers));
        if self.brushes_beats() {
            return self.brushing_beats(faces, zone, takes);
        }
        let (tier, only) = (self.doc.active, self.prefs.brush.only);
        if takes {
            let owned = |face: &FaceId| self.doc.plan.tiers.get(tier)?.owner_of(*face);
            let faces: Vec<FaceId> = faces.iter().copied().filter(|face| owned(face) == Some(zone)).collect();
            return (!faces.is_empty()).then_some(edit::Command::Paint { tier, faces, to: None });
        }
        let (faces, to) = (faces.to_vec(), Some(zone));
        Some(if only == Only::default() {
            edit::Command::Paint { tier, faces, to }
        } else {
            edit::Command::PaintOnly { tier, faces, to, only }
        })
    }

    /// Grids that go to the squad of a grid, or off its beat.
    fn brushing_beats(&self, faces: &[FaceId], zone: ZoneId, takes: bool) -> Option<edit::Command> {
        let plan = &self.doc.plan;
        let own = plan.beats.get(zone).copied();
        let squad = own.filter(|_| !takes);
        let goes = |grid: &ZoneId| {
            let now = plan.beats.get(*grid).copied();
            if takes { now.is_some() && now == own } else { now != squad }
        };
        let grids: BTreeSet<ZoneId> = self.grids_of(faces).into_iter().filter(goes).collect();
        let name = squad.and_then(|id| plan.squads.get(id)).map(squad_called);
        let sentence = match name {
            Some(name) => Text::new(
                format!("Gave {} grids to {name}", grids.len()),
                format!("将 {} 个网格交给{name}", grids.len()),
            ),
            None => Text::new(
                format!("Took {} grids off their beats", grids.len()),
                format!("将 {} 个网格移出巡区", grids.len()),
            ),
        };
        let mut commands: Vec<_> = grids.into_iter().map(|grid| edit::Command::Beat { grid, squad }).collect();
        if commands.len() > 1 { Some(edit::Command::Many { commands, sentence }) } else { commands.pop() }
    }
}
