//! Changing the plan: commands of `edit` made from what the hand did, undo and redo, refusals in words.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::base::{Refusal, Text};
use crate::edit::{self, free_code};
use crate::geometry::Point;
use crate::model::ZoneId;
use crate::topology::FaceId;

use super::app::App;
use super::copy::Step;
use super::dialogs::Dialog;
use super::tasks::{Done, Kind};
use super::toasts::Tone;
use super::words;
use crate::measures::near;

/// Seconds since 1970-01-01 UTC.
pub(super) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() as i64
}

impl App {
    /// Does a command, or says why it cannot be done; whether it was done.
    pub(super) fn apply(&mut self, command: &edit::Command) -> bool {
        if !self.may_change() {
            return false;
        }
        let plan = Arc::clone(&self.doc.plan);
        let context = edit::Context {
            near: &|bounds| self.doc.borders_near(bounds),
            time: now(),
            camera: Some(self.canvas.camera.record()),
        };
        let outcome = command.apply(&plan, &context);
        self.take_outcome(outcome)
    }

    /// Does a command in the background, and says what was done: for those that are felt on a large plan.
    pub(super) fn apply_later(&mut self, command: edit::Command) {
        if !self.may_change() {
            return;
        }
        let (plan, measures) = (Arc::clone(&self.doc.plan), self.doc.measures.clone());
        let of = (self.doc.opened, self.doc.revision);
        let (time, camera) = (now(), Some(self.canvas.camera.record()));
        self.jobs.start(Kind::Change, move |_| {
            let near = near(&plan, measures.as_deref());
            Done::Changed(Box::new(command.apply(&plan, &edit::Context { near: &near, time, camera })), of)
        });
    }

    /// Takes what a command did in the background; nothing was changed meanwhile, unless another plan was opened.
    pub(super) fn changed(&mut self, outcome: Result<edit::Done, Refusal>, of: (u64, u64)) {
        if of == (self.doc.opened, self.doc.revision) && self.take_outcome(outcome) {
            self.tell_last();
        }
    }

    /// Takes what a command did, or says why it cannot be done; whether it was done.
    fn take_outcome(&mut self, outcome: Result<edit::Done, Refusal>) -> bool {
        match outcome {
            Ok(done) => {
                self.take_done(done);
                true
            }
            Err(refusal) => {
                let land = refusal.first.iter().copied().map(FaceId).collect();
                let state = ((self.doc.opened, self.doc.revision), &self.doc.selection);
                self.toasts.refuse(refusal.in_lang(self.prefs.lang), land, state);
                false
            }
        }
    }

    /// Takes a command that was done: keeps it, shows it, measures it.
    pub(super) fn take_done(&mut self, done: edit::Done) {
        self.keep(&Step::Done(&done.record));
        self.doc.take(done);
        self.canvas.first = Vec::new();
        self.follow();
    }

    /// Measures and checks the plan that is shown now.
    pub(super) fn follow(&mut self) {
        self.measure();
        self.check();
    }

    /// Undoes a command or does it again, says which, and looks where it was done.
    pub(super) fn step(&mut self, back: bool) {
        if !self.may_change() {
            return;
        }
        let there = if back { self.doc.history.next_undo() } else { self.doc.history.next_redo() };
        if there.is_some() {
            self.keep(if back { &Step::Undone } else { &Step::Redone });
        }
        let Some(record) = self.doc.step(back) else { return };
        let (lang, sentence) = (self.prefs.lang, record.sentence.in_lang(self.prefs.lang));
        let words = if back { words::undid(lang, sentence) } else { words::redid(lang, sentence) };
        self.toasts.add(Tone::Done, words);
        if let Some(camera) = record.camera {
            self.canvas.camera.look(camera);
        }
        self.list.reveal = self.doc.selection.first().copied();
        self.canvas.first = Vec::new();
        self.follow();
    }

    /// Gives what the brush went over to the zone that is selected, or to its squad.
    pub(super) fn paint(&mut self, faces: &[FaceId]) {
        match self.brushing(faces) {
            Some(command) => {
                self.apply(&command);
            }
            None if self.doc.selection.len() == 1 => self.toasts.add(Tone::Refused, self.words().no_change),
            None => self.toasts.add(Tone::Refused, self.words().paint_needs_one),
        }
    }

    /// Locks the active tier or unlocks it; unlocking asks for a reason first.
    pub(super) fn lock_tier(&mut self, reason: Option<String>) {
        let tier = self.doc.active;
        let Some(locked) = self.doc.plan.tiers.get(tier).map(|tier| tier.locked) else { return };
        match reason {
            None if locked => self.dialog = Some(Dialog::Unlock { reason: String::new(), focused: false }),
            reason => {
                let reason = reason.unwrap_or_default();
                self.apply(&edit::Command::Lock { tier, zone: None, locked: !locked, reason });
            }
        }
    }

    /// Redraws the border of the selected zone by a stroke.
    pub(super) fn reshape(&mut self, stroke: Vec<Point>) {
        if let Some(command) = self.reshaping(stroke) {
            self.apply(&command);
        }
    }

    /// The command that a stroke of the reshape tool means.
    pub(super) fn reshaping(&self, stroke: Vec<Point>) -> Option<edit::Command> {
        let (&zone, 1) = (self.doc.selection.first()?, self.doc.selection.len()) else { return None };
        Some(edit::Command::Reshape { tier: self.doc.active, zone, stroke, several: false })
    }

    /// Gives the selected zones codes by rule; all of the tier where none is selected.
    pub(super) fn renumber(&mut self) {
        let zones = self.doc.selection.iter().copied().collect();
        self.apply_later(edit::Command::Renumber { tier: self.doc.active, zones, all: false });
    }

    /// Says what was done last.
    pub(super) fn tell_last(&mut self) {
        if let Some(record) = self.doc.history.next_undo() {
            let told = record.sentence.in_lang(self.prefs.lang).to_owned();
            self.toasts.add(Tone::Done, told);
        }
    }

    /// Locks the selected zones; unlocks them where all of them are locked.
    pub(super) fn lock_zones(&mut self) {
        let Some(tier) = self.doc.plan.tiers.get(self.doc.active).cloned() else { return };
        let is_locked = |zone: &ZoneId| tier.zones.get(*zone).is_some_and(|zone| zone.locked);
        let locked = !self.doc.selection.iter().all(is_locked);
        let changed: Vec<ZoneId> =
            self.doc.selection.iter().copied().filter(|zone| is_locked(zone) != locked).collect();
        let commands: Vec<_> = changed
            .iter()
            .map(|&zone| edit::Command::Lock { tier: self.doc.active, zone: Some(zone), locked, reason: String::new() })
            .collect();
        let count = commands.len();
        let sentence = if locked {
            Text::new(format!("Locked {count} zones"), format!("锁定 {count} 个网格"))
        } else {
            Text::new(format!("Unlocked {count} zones"), format!("解锁 {count} 个网格"))
        };
        let command = match commands.as_slice() {
            [one] => one.clone(),
            _ => edit::Command::Many { sentence, commands },
        };
        if self.apply(&command) {
            self.tell_last();
        }
    }

    /// A code for a new zone of the active tier: [`free_code`].
    pub(super) fn free_code(&self, beside: &str, to_come: &[&str]) -> String {
        let plan = &self.doc.plan;
        plan.tiers.get(self.doc.active).map_or_else(String::new, |tier| free_code(plan, tier, beside, to_come))
    }
}
