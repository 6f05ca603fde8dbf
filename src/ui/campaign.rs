//! The campaign in the window: packages handed out and taken back, conflicts gone through one by one.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{Button, RichText, Role, ScrollArea, Sense, Sides, TextStyle, Ui, WidgetInfo, vec2};

use crate::base::Text;
use crate::edit;
use crate::edit::campaign::{Conflict, Taken};
use crate::geometry::Bounds;
use crate::io::campaign::{self, TakeError};
use crate::io::project::SaveError;
use crate::model::ZoneId;

use super::app::App;
use super::drawer::Tab;
use super::tasks::{Done, Kind};
use super::toasts::Tone;
use super::words;
use crate::measures::near;

/// What taking back is asked of: the document and its revision.
type Of = (u64, u64);

/// What came back, of which plan.
pub(super) struct Back {
    of: Of,
    outcome: Result<Taken, Text>,
}

impl App {
    /// Hands out a package for each town into a folder. The plan as it stands is named, so that the way back is known.
    pub(super) fn hand_out(&mut self, folder: PathBuf) {
        let name = words::handed_out(self.prefs.lang, &words::clock(super::edits::now()));
        self.name_version(&name, "");
        let (plan, own) = (Arc::clone(&self.doc.plan), self.own_file());
        self.jobs.start(Kind::Export, move |progress| {
            Done::HandedOut(campaign::hand_out(&plan, &folder, own.as_deref(), progress))
        });
    }

    /// The file of the project that is open.
    fn own_file(&self) -> Option<PathBuf> {
        self.doc.project.as_ref().map(|project| project.path.clone())
    }

    /// Says which packages were written.
    pub(super) fn handed_out(&mut self, outcome: Result<Vec<PathBuf>, SaveError>) {
        let lang = self.prefs.lang;
        match outcome {
            Ok(files) => self.toasts.add(Tone::Done, words::packages(lang, &files)),
            Err(why) => self.toasts.add(Tone::Refused, words::not_saved(lang, &why)),
        }
    }

    /// Takes packages back in the background.
    pub(super) fn take_back(&mut self, files: Vec<PathBuf>) {
        if !self.may_change() {
            return;
        }
        let (plan, history, measures) =
            (Arc::clone(&self.doc.plan), self.doc.history.clone(), self.doc.measures.clone());
        let (of, own) = ((self.doc.opened, self.doc.revision), self.own_file());
        let (time, camera) = (super::edits::now(), Some(self.canvas.camera.record()));
        self.jobs.start(Kind::Take, move |progress| {
            let near = near(&plan, measures.as_deref());
            let context = edit::Context { near: &near, time, camera };
            let packages = campaign::packages(&files, own.as_deref());
            let outcome = packages.and_then(|files| campaign::take_back(&plan, &history, &files, &context, progress));
            let outcome = outcome.map_err(|error| match &error {
                TakeError::Open(error) => words::project_not_opened(error),
                TakeError::Refused(why) => why.text(),
            });
            Done::TakenBack(Back { of, outcome })
        });
    }

    /// Takes what came back into the plan and opens the list of conflicts.
    pub(super) fn taken_back(&mut self, Back { of, outcome }: Back) {
        let (words, lang) = (self.words(), self.prefs.lang);
        match outcome {
            Err(why) => self.toasts.add(Tone::Refused, why.in_lang(lang)),
            Ok(_) if of != (self.doc.opened, self.doc.revision) => self.toasts.add(Tone::Refused, words.take_again),
            Ok(Taken { done, conflicts, changed }) => {
                if let Some(done) = done {
                    self.take_done(done);
                }
                let zones = changed.iter().sum();
                self.toasts.add(Tone::Done, words::taken_back(lang, changed.len(), zones, conflicts.len()));
                if !conflicts.is_empty() {
                    self.prefs.drawer_open = true;
                    self.prefs.tab = Tab::Conflicts;
                }
                self.conflicts = conflicts;
            }
        }
    }

    /// Conflicts in the drawer: how the plan has it, how the package has it, and which is to be.
    pub(super) fn conflicts_tab(&mut self, ui: &mut Ui) {
        let words = self.words();
        if self.conflicts.is_empty() {
            ui.label(RichText::new(words.no_conflicts).weak());
            return;
        }
        let conflicts = std::mem::take(&mut self.conflicts);
        let mut settled = None;
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for (at, conflict) in conflicts.iter().enumerate() {
                if self.conflict_row(ui, at, conflict) {
                    settled = Some(at);
                }
            }
        });
        self.conflicts = conflicts;
        if let Some(at) = settled {
            self.conflicts.remove(at);
            if self.conflicts.is_empty() {
                self.prefs.tab = Tab::Changes;
            }
            self.canvas.first = Vec::new();
        }
    }

    /// One conflict; whether it was settled.
    fn conflict_row(&mut self, ui: &mut Ui, at: usize, conflict: &Conflict) -> bool {
        let (words, lang, palette) = (self.words(), self.prefs.lang, self.palette());
        let plan = Arc::clone(&self.doc.plan);
        let tier = plan.tiers.get(conflict.tier).map_or("", |tier| words::tier(lang, tier));
        let area = self.prefs.area.text(conflict.area_m2 / 1e6);
        let head = format!("{}. {} · {tier} · {area} · {}", at + 1, conflict.package, conflict.reason.in_lang(lang));
        let (ours, theirs) = (conflict.ours.name.in_lang(lang), conflict.theirs.name.in_lang(lang));
        let is_there = |face| plan.coverage.faces().get(face).is_some();
        let paints = !conflict.faces.is_empty() && conflict.faces.iter().all(|&face| is_there(face));
        let (mut keep, mut take, mut look) = (false, false, false);
        Sides::new().shrink_left().truncate().show(
            ui,
            |ui| {
                let galley =
                    ui.painter().layout_no_wrap(head.clone(), TextStyle::Body.resolve(ui.style()), palette.text);
                let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x, 22.0), Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &head));
                ui.painter().galley(rect.left_center() - vec2(0.0, galley.size().y / 2.0), galley, palette.text);
                look = response.clicked();
            },
            |ui| {
                let theirs = Button::new(format!("{}{theirs}", words.conflict_theirs)).small();
                take = ui.add_enabled(paints, theirs).clicked();
                keep = ui.add(Button::new(format!("{}{ours}", words.conflict_ours)).small()).clicked();
            },
        );
        if look {
            self.canvas.first.clone_from(&conflict.faces);
            let boxes = conflict.faces.iter().filter_map(|&face| plan.coverage.faces().get(face));
            self.canvas.fly_to(boxes.fold(Bounds::EMPTY, |bounds, face| bounds.join(face.bounds)));
            self.canvas.mark = conflict.place;
        }
        if take {
            let (tier, faces, to) = (conflict.tier, conflict.faces.clone(), conflict.theirs.zone);
            let whole = |zone: ZoneId| {
                plan.tiers.get(tier).is_some_and(|tier| tier.faces_of(zone).iter().all(|face| faces.contains(face)))
            };
            // Where it is all the land of ours, ours ends: it is merged into theirs.
            let command = match (conflict.ours.zone, to) {
                (Some(ours), Some(keep)) if ours != keep && whole(ours) => {
                    edit::Command::Merge { tier, keep, others: vec![ours] }
                }
                _ => edit::Command::Paint { tier, faces, to },
            };
            return self.apply(&command);
        }
        keep
    }
}
