//! The working copy: every command has reached the operating system before the next frame (rule 8).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::egui::{self, Context, Ui};

use crate::base::{Lang, Progress};
use crate::edit::{History, Record, StepId, Version};
use crate::io::journal::{self, Base, Journal, Recovered};
use crate::model::Plan;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::document::Project;
use super::forms::default_button;
use super::toasts::Tone;

/// How long a record may wait for the disk.
const FLUSH: Duration = Duration::from_millis(600);

/// What was done to a plan.
pub(super) enum Step<'a> {
    /// A command.
    Done(&'a Record),
    /// The last command was undone.
    Undone,
    /// The command undone last was done again.
    Redone,
    /// The plan went over to the line of the history that ends in a command.
    Switched(StepId),
    /// The plan as it stands was given a name.
    Named(&'a Version),
}

/// Work of a run that did not end well.
#[derive(Debug)]
pub(super) struct Left {
    /// Where it is kept.
    path: PathBuf,
    /// The plan and its history.
    recovered: Recovered,
}

/// The journal of the plan that is open; begun with the first command.
#[derive(Default)]
pub(super) struct WorkingCopy {
    /// Where working copies are kept; nowhere: none is.
    folder: Option<PathBuf>,
    journal: Option<Journal>,
    /// Nothing can be kept; said once.
    failed: bool,
    /// When the first record came that is not yet on the disk.
    waiting: Option<Instant>,
}

impl WorkingCopy {
    /// Working copies in a folder.
    pub(super) fn at(folder: Option<PathBuf>) -> Self {
        Self { folder, ..Self::default() }
    }

    /// Where working copies are kept.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Keeps a step that was done on a plan that stood so, with its project file and whether that has it all. An error is given once; work goes on without.
    fn keep(
        &mut self,
        plan: &Plan,
        history: &History,
        project: (Option<&Project>, bool),
        step: &Step<'_>,
    ) -> Result<(), String> {
        if self.failed || self.folder.is_none() {
            return Ok(());
        }
        let kept = self.write(plan, history, project, step);
        self.failed = kept.is_err();
        self.waiting.get_or_insert_with(Instant::now);
        kept
    }

    fn write(
        &mut self,
        plan: &Plan,
        history: &History,
        (project, saved): (Option<&Project>, bool),
        step: &Step<'_>,
    ) -> Result<(), String> {
        let journal = if let Some(journal) = &self.journal {
            journal
        } else {
            let folder = self.folder.as_deref().ok_or("no folder for working copies")?;
            let path = free(journal::path_of(folder, project.map(|project| project.path.as_path())));
            // The file is a base only while it says what the window shows.
            let file = project.map(|project| (project.path.as_path(), &project.stamp));
            let base = match file {
                Some((file, stamp)) if saved => Base::File(file, stamp),
                file => Base::Plan(plan, history, file),
            };
            self.journal.insert(Journal::begin(&path, base).map_err(|error| error.to_string())?)
        };
        match step {
            Step::Done(record) => journal.append(record),
            Step::Undone => history.here().map_or(Ok(()), |step| journal.undone(step)),
            Step::Redone => history.ahead().map_or(Ok(()), |step| journal.redone(step)),
            Step::Switched(tip) => journal.switched(*tip),
            Step::Named(version) => journal.named(version),
        }
        .map_err(|error| error.to_string())
    }

    /// Brings what was kept to the disk within a second.
    fn flush(&mut self, ctx: &Context) {
        let Some(since) = self.waiting else { return };
        if since.elapsed() < FLUSH {
            ctx.request_repaint_after(FLUSH);
            return;
        }
        self.waiting = None;
        if let Some(Err(error)) = self.journal.as_ref().map(Journal::sync) {
            log::error!("the working copy could not be flushed: {error}");
        }
    }

    /// The work is saved, or given up on purpose: nothing is left to recover.
    fn finish(&mut self) {
        if let Some(Err(error)) = self.journal.take().map(Journal::finish) {
            log::error!("the working copy could not be removed: {error}");
        }
        *self = Self::at(self.folder.take());
    }
}

/// The first name beside `path` that is not taken: what a killed run left is never overwritten.
fn free(path: PathBuf) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let others = (2..1000).map(|number| path.with_file_name(format!("{stem}-{number}.journal")));
    let mut names = std::iter::once(path.clone()).chain(others);
    names.find(|name| !name.exists()).unwrap_or(path)
}

/// The newest work that a killed run left in the folder of working copies; what another window is at work on is not.
fn left_behind(folder: &Path) -> Option<Left> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "journal")).collect();
    paths.sort_by_key(|path| std::cmp::Reverse(path.metadata().and_then(|about| about.modified()).ok()));
    paths.into_iter().find_map(|path| {
        let recovered = journal::recover(&path, &Progress::default()).ok().flatten()?;
        (recovered.steps > 0).then_some(Left { path, recovered })
    })
}

fn give_up(path: &Path) {
    if let Err(error) = journal::remove(path) {
        log::error!("the working copy could not be removed: {error}");
    }
}

impl App {
    /// Keeps a step done on the plan that is still shown.
    pub(super) fn keep(&mut self, step: &Step<'_>) {
        let project = (self.doc.project.as_ref(), !self.doc.is_unsaved());
        if let Err(why) = self.copy.keep(&self.doc.plan, &self.doc.history, project, step) {
            let words = self.words().copy_failed;
            self.toasts.add(Tone::Refused, format!("{words} ({why})"));
        }
    }

    /// The work is saved, or given up on purpose: nothing is left to recover.
    pub(super) fn end_copy(&mut self) {
        self.copy.finish();
        self.restored.drain(..).for_each(|path| give_up(&path));
    }

    /// Flushes what waits.
    pub(super) fn flush_copy(&mut self, ctx: &Context) {
        self.copy.flush(ctx);
    }

    /// Asks about work that a killed run left.
    pub(super) fn ask_about_left_work(&mut self) {
        if let Some(left) = self.copy.folder.as_deref().and_then(left_behind) {
            self.dialog = Some(Dialog::Recover(Box::new(left)));
        }
    }

    /// Restore, discard, or leave it for later: closing the question destroys nothing.
    pub(super) fn recover_ui(&mut self, ui: &mut Ui, left: Box<Left>) -> Next {
        let words = self.words();
        let steps = left.recovered.steps;
        ui.set_width(400.0);
        ui.heading(words.recover_title);
        ui.add_space(4.0);
        ui.label(match self.prefs.lang {
            Lang::Zh => format!("上次未正常退出,有 {steps} 步操作未保存。"),
            Lang::En => format!("The program ended unexpectedly; {steps} steps were not saved."),
        });
        ui.add_space(14.0);
        let (mut restore, mut discard, mut later) = (false, false, false);
        egui::Sides::new().show(
            ui,
            |_| {},
            |ui| {
                restore = default_button(ui, words.recover_restore, true);
                later = ui.button(words.recover_later).clicked();
                discard = ui.button(words.recover_discard).clicked();
            },
        );
        if restore {
            self.restore(*left);
            return Next::Close;
        }
        if discard {
            give_up(&left.path);
        }
        if discard || later { Next::Close } else { Next::Stay(Dialog::Recover(left)) }
    }

    /// Shows the plan of a killed run with its history, unsaved; its working copy stays until the plan is saved.
    fn restore(&mut self, left: Left) {
        let Recovered { plan, history, file, notes, .. } = left.recovered;
        let project = file.map(|(path, stamp)| Project { path, stamp });
        self.jobs.cancel(super::tasks::Kind::Open);
        self.show_plan(super::tasks::OpenedPlan::of(plan));
        self.doc.recovered(project, history);
        self.restored.push(left.path);
        self.check();
        self.take_seat();
        for note in notes {
            self.toasts.add(Tone::Refused, note.in_lang(self.prefs.lang).to_owned());
        }
    }
}
