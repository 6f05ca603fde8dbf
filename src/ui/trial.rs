//! What a dialog would do, tried while it is open: said in a sentence and drawn over the map before it is done.

use std::sync::Arc;

use eframe::egui::{Align, Label, Layout, Painter, RichText, Stroke, Ui, vec2};

use crate::base::{Progress, Text};
use crate::edit::{self, lines_apart};
use crate::geometry::Point;
use crate::model::{Filter, Plan};

use super::app::App;
use super::overlay;
use super::tasks::{Done, Kind};
use crate::measures::{Impact, Measures, near};

/// What is tried, of which plan.
type Key = (u64, u64, edit::Command);

/// What came of it.
#[derive(Debug)]
pub(super) struct Tried {
    key: Key,
    /// What it would do, or why it cannot be done.
    outcome: Result<Outcome, Text>,
}

/// The command done, the lines it adds, and what becomes of the zones concerned.
#[derive(Debug)]
struct Outcome {
    done: edit::Done,
    lines: Vec<Vec<Point>>,
    sides: Option<Impact>,
}

/// What is asked and what is known of the dialog that is open.
#[derive(Debug, Default)]
pub(super) struct Trial {
    asked: Option<Key>,
    known: Option<Tried>,
}

impl Trial {
    /// Takes what a job brings.
    pub(super) fn take(&mut self, tried: Tried) {
        self.known = Some(tried);
    }

    /// Paints the lines that would be added.
    pub(super) fn paint(&self, app: &App, painter: &Painter) {
        let Some(Tried { key, outcome: Ok(Outcome { lines, .. }) }) = &self.known else { return };
        if (key.0, key.1) == (app.doc.opened, app.doc.revision) {
            let palette = app.palette();
            overlay::lines(painter, &app.canvas.camera, lines, Stroke::new(1.5, palette.accent), palette.card);
        }
    }
}

/// What is tried, and on what.
struct Trying {
    key: Key,
    plan: Arc<Plan>,
    measures: Option<Arc<Measures>>,
    filter: Filter,
    tier: usize,
    time: i64,
    camera: Option<edit::Camera>,
}

/// Does the command on a copy. The lines are those of new faces; where there are none, of the zones of the tier.
fn run(trying: Trying, progress: &Progress) -> Tried {
    let Trying { key, plan, measures, filter, tier, time, camera } = trying;
    let known = measures.clone();
    let near = near(&plan, known.as_deref());
    let context = edit::Context { near: &near, time, camera };
    let outcome = match edit::preview(&plan, &key.2, &context) {
        Ok(effect) => {
            let done = effect.done.clone();
            let cut = lines_apart(&done.plan, &plan, None);
            let lines = if cut.is_empty() { lines_apart(&done.plan, &plan, Some(tier)) } else { cut };
            let sides = measures.and_then(|measures| Impact::of(&plan, effect, &measures, filter, tier, progress));
            Ok(Outcome { done, lines, sides })
        }
        Err(refusal) => Err(refusal.text()),
    };
    Tried { key, outcome }
}

impl App {
    /// Tries a command in the background and says what it would do; whether it could be done.
    pub(super) fn trial_ui(&mut self, ui: &mut Ui, command: &edit::Command) -> bool {
        let asked = |key: &Key| (key.0, key.1, &key.2) == (self.doc.opened, self.doc.revision, command);
        if !self.trial.asked.as_ref().is_some_and(asked) {
            let key = (self.doc.opened, self.doc.revision, command.clone());
            self.trial.asked = Some(key.clone());
            let trying = Trying {
                key,
                plan: Arc::clone(&self.doc.plan),
                measures: self.doc.measures.clone(),
                filter: self.doc.filter.clone(),
                tier: self.doc.active,
                time: super::edits::now(),
                camera: Some(self.canvas.camera.record()),
            };
            self.jobs.follow(Kind::Try, move |progress: &Progress| {
                let tried = run(trying, progress);
                Done::Tried((!progress.is_cancelled()).then(|| Box::new(tried)))
            });
        }
        let known = self.trial.known.as_ref().filter(|tried| self.trial.asked.as_ref() == Some(&tried.key));
        let (lang, palette) = (self.prefs.lang, self.palette());
        let (told, colour) = match known.map(|tried| &tried.outcome) {
            Some(Ok(Outcome { done, .. })) => (done.record.sentence.in_lang(lang).to_owned(), palette.text),
            Some(Err(why)) => (why.in_lang(lang).to_owned(), palette.error),
            None => (self.words().trying.to_owned(), palette.weak),
        };
        let could = known.is_some_and(|tried| tried.outcome.is_ok());
        // Two lines always: the dialog does not jump while the answer changes.
        let size = vec2(ui.available_width(), 36.0);
        ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(size);
            ui.add(Label::new(RichText::new(told).color(colour)).wrap());
        });
        if let Some(Ok(Outcome { sides: Some(sides), .. })) = known.map(|tried| &tried.outcome)
            && !sides.is_empty()
        {
            self.sides_ui(ui, sides);
        }
        could
    }

    /// Does what was tried last; it was reckoned already.
    pub(super) fn do_tried(&mut self) {
        let tried = std::mem::take(&mut self.trial).known;
        if let Some(Tried { key, outcome: Ok(Outcome { done, .. }) }) = tried
            && (key.0, key.1) == (self.doc.opened, self.doc.revision)
            && self.may_change()
        {
            self.take_done(done);
            self.tell_last();
        }
    }
}
