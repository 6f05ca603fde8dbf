//! Layers added to the plan that is open, and the question what is to become of files that were dropped on the window.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{self, Label, RichText, Ui};

use crate::base::{Problem, Severity};
use crate::edit;
use crate::io::doubt::Doubt;
use crate::io::open::add;
use crate::io::project::is_project_file;
use crate::topology::scan;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::edits::now;
use super::errand::{Errand, NotOpened};
use super::forms::default_button;
use super::remedies::is_of_another_zone;
use super::tasks::{Done, Kind};
use super::toasts::Tone;

/// What comes of adding, and of which plan.
pub(super) struct Addition {
    of: (u64, u64),
    errand: Errand,
    outcome: Result<(edit::Done, Vec<Problem>, Vec<Doubt>), NotOpened>,
}

impl App {
    /// Files that were dropped on the window: opened, or added where a plan is open that they can be added to.
    pub(super) fn dropped(&mut self, paths: Vec<PathBuf>) {
        let whole = paths.iter().any(|path| is_project_file(path));
        if whole || self.doc.plan.tiers.is_empty() || self.dialog.is_some() {
            self.open_or_ask(paths);
        } else {
            self.dialog = Some(Dialog::Dropped(paths));
        }
    }

    /// Asks what is to become of files.
    pub(super) fn dropped_ui(&mut self, ui: &mut Ui, paths: Vec<PathBuf>) -> Next {
        let words = self.words();
        ui.set_width(440.0);
        ui.heading(words.dropped_title);
        ui.add_space(4.0);
        let names = paths.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy());
        ui.add(Label::new(RichText::new(names.collect::<Vec<_>>().join("\n")).strong()).truncate());
        ui.add_space(6.0);
        ui.add(Label::new(RichText::new(words.dropped_about).weak()).wrap());
        ui.add_space(14.0);
        let (mut adds, mut opens, mut ends) = (false, false, false);
        egui::Sides::new().show(
            ui,
            |_| {},
            |ui| {
                adds = default_button(ui, words.dropped_add, true);
                opens = ui.button(words.dropped_open).clicked();
                ends = ui.button(words.cancel).clicked();
            },
        );
        match (adds, opens, ends) {
            (true, ..) => self.add_files(paths),
            (_, true, _) => self.open_or_ask(paths),
            (.., true) => {}
            _ => return Next::Stay(Dialog::Dropped(paths)),
        }
        Next::Close
    }

    /// Reads files and adds them to the plan, in the background.
    pub(super) fn add_files(&mut self, paths: Vec<PathBuf>) {
        self.add_files_with(Errand { paths, adds: true, ..Errand::default() });
    }

    /// As [`App::add_files`], told how they are read.
    pub(super) fn add_files_with(&mut self, Errand { paths, options, adds }: Errand) {
        if !self.may_change() {
            return;
        }
        let plan = Arc::clone(&self.doc.plan);
        let of = (self.doc.opened, self.doc.revision);
        let (time, camera) = (now(), Some(self.canvas.camera.record()));
        let options = self.settled(options);
        self.jobs.start(Kind::Add, move |progress| {
            let near = scan(&plan.coverage);
            let context = edit::Context { near: &near, time, camera };
            let added = add(&plan, &paths, &options, progress);
            let outcome = added.map_err(NotOpened::from).and_then(|added| {
                let done = added.addition.apply(&plan, &context);
                let done = done.map_err(|why| why.text())?;
                Ok((done, added.problems, added.doubts))
            });
            Done::Added(Box::new(Addition { of, errand: Errand { paths, options, adds }, outcome }))
        });
    }

    /// Takes what was read into the plan, and says what is to be known about it.
    pub(super) fn added(&mut self, Addition { of, errand, outcome }: Addition) {
        let lang = self.prefs.lang;
        match outcome {
            Err(why) => self.not_opened(why, errand),
            Ok(_) if of != (self.doc.opened, self.doc.revision) => {
                self.toasts.add(Tone::Refused, self.words().add_again);
            }
            // Nothing joins the plan before it is known how it reads.
            Ok((.., doubts)) if !doubts.is_empty() => self.ask_encodings(doubts, errand),
            Ok((done, problems, _)) => {
                self.take_done(done);
                self.tell_last();
                self.remember_fields();
                if let Some(apart) = problems.iter().find(|problem| is_of_another_zone(problem)) {
                    self.show_finding(apart.key());
                }
                if let Some(grave) = problems.iter().find(|problem| problem.severity != Severity::Note) {
                    self.toasts.add(Tone::Refused, grave.reason.in_lang(lang));
                }
            }
        }
    }
}
