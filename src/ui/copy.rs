//! The working copy: every command has reached the operating system before the next frame (rule 8).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::egui::{self, Context, RichText, Ui};

use crate::base::{Lang, Progress, Text, plain};
use crate::edit::{History, Record, StepId, Version};
use crate::io::journal::{self, Base, Journal, JournalError, Recovered};
use crate::io::kept::{kept, work_on};
use crate::model::Plan;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::document::Project;
use super::forms::default_button;
use super::seat::Seat;
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
    /// Working copies that the plan was restored from: this one follows them, and they go with it.
    follows: Vec<PathBuf>,
    /// Why the last step could not be kept; said once, and seen in the title and the bar until one is kept again.
    failing: Option<Text>,
    /// Working copies that were asked about.
    asked: BTreeSet<PathBuf>,
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

    /// Why the last step could not be kept, where it could not.
    pub(super) fn failure(&self) -> Option<&Text> {
        self.failing.as_ref()
    }

    /// Keeps a step that was done on a plan that stood so, with its project file and whether that has it all. Where it
    /// cannot, the next step tries again with all that is missing. An error is given when it begins.
    fn keep(
        &mut self,
        plan: &Plan,
        history: &History,
        project: (Option<&Project>, bool),
        step: &Step<'_>,
    ) -> Result<(), Text> {
        if self.folder.is_none() {
            return Ok(());
        }
        let kept = self.write(plan, history, project, step);
        let was = std::mem::replace(&mut self.failing, kept.as_ref().err().cloned());
        self.waiting.get_or_insert_with(Instant::now);
        if was.is_some() { Ok(()) } else { kept }
    }

    fn write(
        &mut self,
        plan: &Plan,
        history: &History,
        (project, saved): (Option<&Project>, bool),
        step: &Step<'_>,
    ) -> Result<(), Text> {
        let journal = if let Some(journal) = self.journal.take_if(|journal| journal.is_there()) {
            self.journal.insert(journal)
        } else {
            let Some(folder) = self.folder.as_deref() else { return Ok(()) };
            let path = free(journal::path_of(folder, project.map(|project| project.path.as_path())));
            // The file is a base only while it says what the window shows.
            let file = project.map(|project| (project.path.as_path(), &project.stamp));
            let base = match file {
                Some((file, stamp)) if saved && self.follows.is_empty() => Base::File(file, stamp),
                file => Base::Plan(plan, history, file),
            };
            let begun = Journal::begin_after(&path, base, &self.follows).map_err(|error| error.text())?;
            self.journal.insert(begun)
        };
        match step {
            Step::Done(record) => journal.append(record),
            Step::Undone => history.here().map_or(Ok(()), |step| journal.undone(step)),
            Step::Redone => history.ahead().map_or(Ok(()), |step| journal.redone(step)),
            Step::Switched(tip) => journal.switched(*tip),
            Step::Named(version) => journal.named(version),
        }
        .map_err(|error| error.text())
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
        std::mem::take(&mut self.follows).iter().for_each(|path| give_up(path));
        *self = Self { asked: std::mem::take(&mut self.asked), ..Self::at(self.folder.take()) };
    }

    /// The plan was restored from a working copy and those that it followed.
    fn follow(&mut self, path: PathBuf, others: Vec<PathBuf>) {
        self.follows = others;
        self.follows.push(path);
    }

    /// The newest work that a killed run left, not asked about yet in this run, and what waits for a file or cannot be
    /// read.
    fn left_behind(&mut self) -> (Option<Left>, Vec<Text>) {
        let all = self.folder.as_deref().map(kept).unwrap_or_default();
        let (mut left, mut told) = (None, Vec::new());
        for kept in all {
            match &kept.content {
                Err(why) => told.push(unreadable(&kept.path, why)),
                Ok(content) => match kept.missing() {
                    Some(file) => told.push(waits(file, content.steps)),
                    None if left.is_some() || self.asked.contains(&kept.path) => {}
                    None => match kept.recover(&Progress::default()) {
                        Ok(found) => {
                            let found = found.filter(|recovered| recovered.steps > 0);
                            left = found.map(|recovered| Left { path: kept.path.clone(), recovered });
                        }
                        Err(JournalError::InUse) => {}
                        Err(why) => told.push(unreadable(&kept.path, &why.text())),
                    },
                },
            }
        }
        self.asked.extend(left.iter().map(|left| left.path.clone()));
        (left, told)
    }

    /// Work on a project of this content, whatever it was called then, not asked about yet in this run.
    fn left_on(&mut self, project: &Project) -> Option<Left> {
        let (path, recovered) = work_on(self.folder.as_deref()?, &project.path, &project.stamp, &Progress::default())?;
        self.asked.insert(path.clone()).then_some(Left { path, recovered })
    }
}

/// The first name beside `path` that is not taken: what a killed run left is never overwritten.
fn free(path: PathBuf) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let others = (2..1000).map(|number| path.with_file_name(format!("{stem}-{number}.journal")));
    let mut names = std::iter::once(path.clone()).chain(others);
    names.find(|name| !name.exists()).unwrap_or(path)
}

/// That work waits for its project.
fn waits(file: &Path, steps: usize) -> Text {
    let file = file.display();
    Text::new(
        format!("{steps} unsaved steps wait for {file}, which is not there. Open it where it is now to restore them"),
        format!("{file} 有 {steps} 步操作未保存，但该文件不在原处。打开移动或改名后的文件即可恢复"),
    )
}

/// That work cannot be brought back.
fn unreadable(path: &Path, why: &Text) -> Text {
    let path = path.display();
    Text::new(
        format!("Unsaved work in {path} cannot be restored: {}", why.en),
        format!("{path} 中未保存的操作无法恢复：{}", why.zh),
    )
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
            self.say_not_kept(&why);
        }
    }

    /// Says that steps are not backed up, and why.
    pub(super) fn say_not_kept(&mut self, why: &Text) {
        let (words, why) = (self.words().copy_failed, why.in_lang(self.prefs.lang));
        self.toasts.add(Tone::Refused, format!("{words}\n{why}"));
    }

    /// The work is saved, or given up on purpose: nothing is left to recover.
    pub(super) fn end_copy(&mut self) {
        self.copy.finish();
    }

    /// Flushes what waits.
    pub(super) fn flush_copy(&mut self, ctx: &Context) {
        self.copy.flush(ctx);
    }

    /// Asks about work that a killed run left, and says what waits.
    pub(super) fn ask_about_left_work(&mut self) {
        let (left, told) = self.copy.left_behind();
        for text in told {
            self.toasts.add(Tone::Refused, text.in_lang(self.prefs.lang));
        }
        if let Some(left) = left {
            self.dialog = Some(Dialog::Recover(Box::new(left)));
        }
    }

    /// Asks about work on the project that was just opened, also where it was renamed or moved since.
    pub(super) fn ask_about_work_on_it(&mut self) {
        if self.dialog.is_some() || matches!(self.seat, Seat::Taken(_)) {
            return;
        }
        let Some(project) = &self.doc.project else { return };
        if let Some(left) = self.copy.left_on(project) {
            self.dialog = Some(Dialog::Recover(Box::new(left)));
        }
    }

    /// Restore, discard, or leave it for later: closing the question destroys nothing.
    pub(super) fn recover_ui(&mut self, ui: &mut Ui, left: Box<Left>) -> Next {
        let words = self.words();
        let (steps, file) = (left.recovered.steps, left.recovered.file.as_ref());
        ui.set_width(400.0);
        ui.heading(words.recover_title);
        ui.add_space(4.0);
        ui.label(match self.prefs.lang {
            Lang::Zh => format!("上次未正常退出,有 {steps} 步操作未保存。"),
            Lang::En => format!("The program ended unexpectedly; {steps} steps were not saved."),
        });
        if let Some((file, _)) = file {
            ui.label(RichText::new(plain(&file.display().to_string())).weak());
        }
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
            left.recovered.follows.iter().chain([&left.path]).for_each(|path| give_up(path));
        }
        if discard || later { Next::Close } else { Next::Stay(Dialog::Recover(left)) }
    }

    /// Shows the plan of a killed run with its history, unsaved; its working copy stays until the plan is saved.
    fn restore(&mut self, left: Left) {
        let Recovered { plan, history, file, notes, follows, .. } = left.recovered;
        let project = file.map(|(path, stamp)| Project { path, stamp });
        self.jobs.cancel(super::tasks::Kind::Open);
        self.show_plan(super::tasks::OpenedPlan::of(plan));
        self.doc.recovered(project, history);
        self.copy.follow(left.path, follows);
        self.check();
        self.take_seat();
        for note in notes {
            self.toasts.add(Tone::Refused, note.in_lang(self.prefs.lang).to_owned());
        }
    }
}
