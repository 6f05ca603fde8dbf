//! What the stroke or the drag in hand would do, for both sides, before it is done: reckoned by a job, shown beside the
//! pointer.

use std::sync::Arc;

use eframe::egui::{self, Area, Frame, Id, Label, Order, RichText, Ui, vec2};

use crate::base::{Progress, Text};
use crate::edit;
use crate::model::{Filter, Plan};

use super::app::App;
use super::canvas::Tool;
use super::tasks::{Done, Kind};
use super::tools::Hand;
use crate::measures::{Impact, Measures, near};

/// What the hand would do, to which plan.
pub(super) type EffectKey = (u64, u64, edit::Command);

/// What the hand would do.
#[derive(Debug)]
pub(super) struct Effect {
    key: EffectKey,
    /// What becomes of the zones concerned, or why it cannot be done.
    outcome: Result<Impact, Text>,
}

/// What is asked and what is known of the hand.
#[derive(Debug, Default)]
pub(super) struct Effects {
    asked: Option<EffectKey>,
    known: Option<Effect>,
}

impl Effects {
    /// Takes what a job brings.
    pub(super) fn take(&mut self, effect: Effect) {
        self.known = Some(effect);
    }
}

/// Everything a job needs to reckon an effect.
pub(super) struct Question {
    key: EffectKey,
    plan: Arc<Plan>,
    measures: Arc<Measures>,
    filter: Filter,
    command: edit::Command,
    tier: usize,
}

/// Does the command on a copy and measures it. Nothing when it was cancelled.
pub(super) fn reckon(question: Question, progress: &Progress) -> Option<Effect> {
    let Question { key, plan, measures, filter, command, tier } = question;
    let near = near(&plan, Some(&measures));
    let context = edit::Context { near: &near, time: 0, camera: None };
    let effect = match edit::preview(&plan, &command, &context) {
        Ok(effect) => effect,
        Err(refusal) => {
            return Some(Effect { key, outcome: Err(refusal.text()) });
        }
    };
    let sides = Impact::of(&plan, effect, &measures, filter, tier, progress)?;
    Some(Effect { key, outcome: Ok(sides) })
}

impl App {
    /// The command that letting go would do.
    pub(super) fn command_in_hand(&self) -> Option<edit::Command> {
        match &self.canvas.hand {
            Hand::Brush(_) | Hand::Box(..) | Hand::Stroke(_) if self.canvas.tool == Tool::Paint => {
                Some(self.faces_in_hand()).filter(|faces| !faces.is_empty()).and_then(|faces| self.brushing(&faces))
            }
            Hand::Stroke(stroke) if self.canvas.tool == Tool::Reshape && stroke.len() > 1 => {
                self.reshaping(stroke.clone())
            }
            hand => Self::border_command(hand),
        }
    }

    /// Asks what the hand would do when it changed, and shows what is known.
    pub(super) fn effect_ui(&mut self, ui: &Ui, map: egui::Rect) {
        let Some(command) = self.command_in_hand() else {
            self.effects = Effects::default();
            return;
        };
        let key = (self.doc.opened, self.doc.revision, command.clone());
        if self.effects.asked.as_ref() != Some(&key)
            && let Some(measures) = self.doc.measures.clone()
        {
            self.effects.asked = Some(key.clone());
            let (plan, filter) = (Arc::clone(&self.doc.plan), self.doc.filter.clone());
            let question = Question { key, plan, measures, filter, command, tier: self.doc.active };
            self.jobs.follow(Kind::Effect, move |progress| Done::Effect(reckon(question, progress)));
        }
        let Some(effect) = &self.effects.known else { return };
        // What is known of the last place is shown until the next answer, but never of another plan.
        if (effect.key.0, effect.key.1) != (self.doc.opened, self.doc.revision) {
            return;
        }
        let at = match self.canvas.pointer {
            Some(point) => self.canvas.camera.screen_from_point(point),
            None => map.center(),
        };
        let palette = self.palette();
        let left = at.x > map.center().x;
        let (pivot, off) = if left {
            (egui::Align2::RIGHT_TOP, vec2(-18.0, 16.0))
        } else {
            (egui::Align2::LEFT_TOP, vec2(18.0, 16.0))
        };
        let area = Area::new(Id::unique("effect")).order(Order::Foreground).interactable(false);
        area.pivot(pivot).fixed_pos(at + off).constrain_to(map).show(ui.ctx(), |ui| {
            let frame = Frame::new().fill(palette.card).stroke(egui::Stroke::new(1.0, palette.line));
            frame.corner_radius(7.0).inner_margin(10.0).show(ui, |ui| match &effect.outcome {
                Err(why) => {
                    ui.set_max_width(300.0);
                    let why = RichText::new(why.in_lang(self.prefs.lang)).color(palette.error);
                    ui.add(Label::new(why).wrap());
                }
                Ok(sides) => {
                    self.sides_ui(ui, sides);
                    if self.canvas.tool == Tool::Vertex {
                        ui.label(RichText::new(self.words().esc_puts_back).small().weak());
                    }
                }
            });
        });
    }
}
