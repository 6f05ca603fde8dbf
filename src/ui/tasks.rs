//! The jobs of the window: starting them and taking what they bring.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::base::{Cancelled, Problem, Progress, Refusal, Rule, Severity};
use crate::check;
use crate::edit::{self, History};
use crate::io;
use crate::io::atomic_file::is_same_file;
use crate::io::doubt::Doubt;
use crate::io::export::Exported;
use crate::io::open::{Opened, Options};
use crate::io::project::{self, SaveError, Saved};
use crate::io::purge::Purged;
use crate::jobs::Outcome;
use crate::model::Plan;
use crate::render::paper::PaperError;

use super::adding::Addition;
use super::app::App;
use super::banding::Proposals;
use super::campaign::Back;
use super::choices::Answered;
use super::compare::{Compared, Comparison};
use super::dialogs::{Dialog, PathFor};
use super::document::{Document, Project, Stood};
use super::duty::{DutyPanel, Reckoned, write_list};
use super::effect::Effect;
use super::errand::{Errand, NotOpened};
use super::foresight::Foreseen;
use super::incidents::IncidentList;
use super::paths::Listing;
use super::picture::{self, Brief, Drawing, Request};
use super::rebalancing::Found;
use super::terms::Terms;
use super::toasts::Tone;
use super::trial::Tried;
use super::words;
use crate::measures::Measures;

/// The kinds of jobs: one of a kind at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Open,
    Add,
    Change,
    Measure,
    Check,
    Save,
    Export,
    Rebalance,
    Ask,
    Duty,
    Pick,
    List,
    Effect,
    Try,
    Band,
    Foresee,
    /// Of the zones of files that cannot be the plan together.
    Count,
    Compare,
    Take,
    Beside,
    Draw,
}

/// What a job brings.
pub(super) enum Done {
    Opened(Result<Box<OpenedPlan>, (NotOpened, Errand)>),
    Added(Box<Addition>),
    /// What a command did, and to which plan.
    Changed(Box<Result<edit::Done, Refusal>>, (u64, u64)),
    Saved(Result<Saved, SaveError>, Stood),
    Measured(Result<Measures, Cancelled>),
    /// What the checks found in the plan of that revision.
    Checked(Vec<Problem>, u64),
    Exported(Result<Exported, PaperError>),
    /// The answers, and the count of the plan they were asked for.
    Rebalanced(Box<Result<Found, Refusal>>, u64),
    Drawn(Result<Drawing, Cancelled>),
    /// The picture of the version beside.
    Beside(Result<Drawing, Cancelled>),
    /// Response before and after an answer.
    Foreseen(Box<Foreseen>),
    /// Splits and merges for a band of work; none when it was cancelled.
    Banded(Option<Proposals>),
    /// What was asked about a rebalancing, and the count of the plan it was asked for.
    Asked(Result<Answered, Refusal>, u64),
    /// What the panel of squads and shifts shows.
    Reckoned(Box<Reckoned>),
    /// What the hand would do; nothing when it was cancelled.
    Effect(Option<Effect>),
    /// What a dialog would do; nothing when it was cancelled.
    Tried(Option<Box<Tried>>),
    Compared(Result<Compared, Cancelled>),
    HandedOut(Result<Vec<PathBuf>, SaveError>),
    TakenBack(Back),
    /// What a purge of that project did.
    Purged(Result<Purged, String>, PathBuf),
    Listed(Listing),
    /// How many zones files have.
    Counted(Vec<(Option<usize>, PathBuf)>),
    Picked(PathFor, Vec<PathBuf>, Duration),
}

/// A plan that was read.
pub(super) struct OpenedPlan {
    plan: Plan,
    problems: Vec<Problem>,
    project: Option<(Project, History)>,
    /// The files it was read from, and how.
    source: Vec<PathBuf>,
    options: Options,
    doubts: Vec<Doubt>,
}

impl OpenedPlan {
    /// A plan made in memory.
    pub(super) fn of(plan: Plan) -> Self {
        Self {
            plan,
            problems: Vec::new(),
            project: None,
            source: Vec::new(),
            options: Options::default(),
            doubts: Vec::new(),
        }
    }
}

/// Nobody cancels a dialog sooner than this: where it ends before, the desktop has none.
const NO_DIALOG: Duration = Duration::from_secs(1);

impl App {
    /// Takes what ended since the last frame.
    pub(super) fn poll_jobs(&mut self, ctx: &Context) {
        for (kind, outcome) in self.jobs.poll() {
            match outcome {
                Outcome::Done(done) => self.take(ctx, done),
                Outcome::Cancelled
                    if matches!(
                        kind,
                        Kind::Draw
                            | Kind::Beside
                            | Kind::Measure
                            | Kind::Check
                            | Kind::Effect
                            | Kind::Duty
                            | Kind::Try
                            | Kind::Count
                            | Kind::Compare
                    ) => {}
                Outcome::Cancelled => self.toasts.add(Tone::Done, self.words().cancelled),
                Outcome::Broken => self.toasts.add(Tone::Refused, self.words().broken),
            }
            if kind == Kind::Rebalance && !self.jobs.is_running(kind) {
                self.search = None;
            }
        }
    }

    fn take(&mut self, ctx: &Context, done: Done) {
        match done {
            Done::Opened(Ok(opened)) => {
                self.show_plan(*opened);
                self.ask_about_work_on_it();
            }
            Done::Opened(Err((why, errand))) => self.not_opened(why, errand),
            Done::Changed(outcome, of) => self.changed(*outcome, of),
            Done::Added(addition) => self.added(*addition),
            Done::Measured(Ok(measures)) => {
                self.doc.measures = Some(Arc::new(measures));
                self.doc.measured += 1;
            }
            Done::Checked(problems, revision) => self.checked(problems, revision),
            Done::Saved(outcome, stood) => self.saved(ctx, outcome, stood),
            Done::Exported(outcome) => self.exported(outcome),
            Done::Rebalanced(found, opened) => match *found {
                Ok(Found { answer, missed, alternatives }) => {
                    self.take_proposal(answer, missed, opened);
                    if let Some(alternatives) = alternatives {
                        self.take_answer(ctx, Ok(alternatives), opened);
                    }
                }
                Err(why) => self.refused_search(&why),
            },
            Done::HandedOut(outcome) => self.handed_out(outcome),
            Done::TakenBack(back) => self.taken_back(back),
            Done::Purged(outcome, path) => self.purged(outcome, path),
            Done::Asked(answer, opened) => self.take_answer(ctx, answer, opened),
            Done::Reckoned(reckoned) => self.take_reckoned(*reckoned),
            Done::Listed(listing) => self.take_listing(listing),
            Done::Counted(counts) => self.take_counts(counts),
            Done::Effect(Some(effect)) => self.effects.take(effect),
            Done::Tried(Some(tried)) => self.trial.take(*tried),
            Done::Foreseen(found) => self.foresight.take(*found),
            Done::Banded(Some(proposals)) => self.bands.take(proposals),
            Done::Compared(Ok(compared)) => self.comparison.take(compared),
            Done::Beside(drawing) => self.beside.take(ctx, drawing),
            Done::Drawn(Ok(drawing)) => self.picture.take(ctx, drawing),
            Done::Measured(Err(Cancelled))
            | Done::Drawn(Err(Cancelled))
            | Done::Compared(Err(Cancelled))
            | Done::Effect(None)
            | Done::Tried(None)
            | Done::Banded(None) => {}
            Done::Picked(purpose, paths, after) if paths.is_empty() && after < NO_DIALOG => {
                self.dialog = Some(Dialog::path(purpose, self.suggested_path(purpose)));
            }
            Done::Picked(_, paths, _) if paths.is_empty() => self.after_save = None,
            Done::Picked(purpose, paths, _) => self.use_paths(purpose, paths),
        }
    }

    /// Shows a plan in place of the one that was open.
    pub(super) fn show_plan(&mut self, opened: OpenedPlan) {
        let OpenedPlan { plan, problems, project, source, options, doubts } = opened;
        let lang = self.prefs.lang;
        // A project is called as its file is, whatever it was called when it was made.
        let file = project.as_ref().and_then(|(project, _)| project.path.file_stem());
        let name = match file {
            Some(file) => file.to_string_lossy().into_owned(),
            None if plan.name.is_empty() => self.words().untitled.to_owned(),
            None => plan.name.clone(),
        };
        let opened = self.doc.opened + 1;
        self.end_copy();
        self.remember_view();
        self.jobs.cancel(Kind::Rebalance);
        self.jobs.cancel(Kind::Ask);
        self.choices.forget();
        self.duty = DutyPanel::default();
        self.search = None;
        self.proposal = None;
        self.incident_list = IncidentList::default();
        self.list.pinned.clear();
        self.views.clear();
        self.doc = Document::new(plan, name, project, problems);
        self.toasts.add(Tone::Done, words::opened(lang, &self.doc.name, self.doc.checks.count()));
        self.doc.opened = opened;
        self.doc.source = source;
        self.doc.options = options;
        self.take_seat();
        self.comparison = Comparison::default();
        self.conflicts.clear();
        self.canvas.forget();
        match self.remember() {
            Some(camera) => self.canvas.look_next(camera),
            None => self.canvas.fit_next(self.doc.plan.coverage.bounds()),
        }
        self.show_first();
        self.keep_chosen();
        self.measure();
        let errand = Errand { paths: self.doc.source.clone(), options: self.doc.options.clone(), adds: false };
        self.ask_encodings(doubts, errand);
    }

    /// Measures the plan again in the background.
    pub(super) fn measure(&mut self) {
        let (plan, filter, before) = (Arc::clone(&self.doc.plan), self.doc.filter.clone(), self.doc.measures.clone());
        self.jobs.start(Kind::Measure, move |progress| {
            Done::Measured(Measures::of(plan, filter, before.as_deref(), progress))
        });
    }

    /// Asks for a picture, unless the same was asked for already. One at work is let end: while the hand moves, a
    /// picture a little late is better than none.
    pub(super) fn draw(&mut self, request: Request) {
        if !self.picture.ask(&request) {
            return;
        }
        let plan = self.doc.as_seen();
        let brief = Brief { plan, measures: self.doc.measures.clone(), last: self.picture.last(), request };
        self.jobs.follow(Kind::Draw, move |progress| Done::Drawn(picture::draw(brief, progress)));
    }

    /// Opens the sample city.
    pub(super) fn open_sample(&mut self) {
        let (files, name) = (self.sample, self.words().sample_city);
        self.jobs.start(Kind::Open, move |progress| {
            let opened = io::open_embedded(files, progress);
            Done::Opened(
                opened
                    .map(|opened| Box::new(called(opened, name.to_owned())))
                    .map_err(|error| (error.into(), Errand::default())),
            )
        });
    }

    /// Opens one project, or files together; a folder stands for the maps and tables in it.
    pub(super) fn open_files(&mut self, paths: Vec<PathBuf>) {
        self.open_files_with(paths, Options::default());
    }

    /// As [`App::open_files`], told what the files are and how they fit.
    pub(super) fn open_files_with(&mut self, paths: Vec<PathBuf>, options: Options) {
        let options = self.settled(options);
        self.jobs.start(Kind::Open, move |progress| {
            let opened = read(&paths, &options, progress).map(Box::new);
            Done::Opened(opened.map_err(|why| (why, Errand { paths, options, adds: false })))
        });
    }

    /// Saves the project where it was opened or saved before; asks where, the first time.
    pub(super) fn save_plan(&mut self) {
        match self.doc.project.as_ref().map(|project| project.path.clone()) {
            Some(path) => self.save_to(path),
            None => self.pick(PathFor::Save),
        }
    }

    fn save_to(&mut self, path: PathBuf) {
        let path = if path.extension().is_none() { path.with_extension("gpkg") } else { path };
        let known =
            self.doc.project.as_ref().filter(|project| is_same_file(&project.path, &path) || project.path == path);
        let stamp = known.map(|project| project.stamp.clone());
        let own = stamp.is_some();
        if own && !self.may_change() {
            return;
        }
        if !own && self.is_read(&path) {
            return;
        }
        let (plan, history) = (self.doc.as_kept(), self.doc.history.clone());
        let stood = Stood::of(&history);
        self.jobs.start(Kind::Save, move |progress| {
            Done::Saved(project::save(&plan, &history, &path, stamp.as_ref(), progress), stood)
        });
    }

    /// Whether a file is one that the plan was read from, which nothing is written over; says so.
    pub(super) fn is_read(&mut self, path: &Path) -> bool {
        let read = self.doc.source.iter().any(|source| is_same_file(source, path));
        if read {
            self.after_save = None;
            self.toasts.add(Tone::Refused, words::is_read(self.prefs.lang, path));
        }
        read
    }

    /// Says where the plan stands now, and goes on with what waited for it.
    fn saved(&mut self, ctx: &Context, outcome: Result<Saved, SaveError>, stood: Stood) {
        let lang = self.prefs.lang;
        match outcome {
            Ok(Saved { path, stamp, aside }) => {
                let tone = if aside.is_some() { Tone::Refused } else { Tone::Done };
                self.toasts.add(tone, words::saved(lang, &path, aside.as_ref()));
                self.doc.saved_as(Project { path, stamp }, stood);
                self.take_seat();
                self.remember();
                self.remember_view();
                if !self.doc.is_unsaved() {
                    self.end_copy();
                }
                if let Some(command) = self.after_save.take() {
                    self.perform(ctx, command);
                }
            }
            Err(why) => {
                self.after_save = None;
                self.toasts.add(Tone::Refused, words::not_saved(lang, &why));
            }
        }
    }

    /// Writes the duty list of the town and week that are looked at.
    fn export_duty_list(&mut self, path: PathBuf) {
        let Some(list) = self.duty.town.and_then(|town| self.duty_list(town)) else { return };
        let path = if path.extension().is_none() { path.with_extension("html") } else { path };
        if self.is_read(&path) {
            return;
        }
        let lang = self.prefs.lang;
        self.jobs.start(Kind::Export, move |_| Done::Exported(write_list(&list, &path, lang).map_err(Into::into)));
    }

    /// Asks the desktop for a path; where it has no dialog, our own asks.
    pub(super) fn pick(&mut self, purpose: PathFor) {
        let title = purpose.title(self.words(), Terms::of(self.prefs.lang));
        let suggested = self.suggested_path(purpose);
        self.jobs.start(Kind::Pick, move |_| {
            let begun = Instant::now();
            let mut dialog = rfd::FileDialog::new().set_title(title);
            if let Some(folder) = suggested.parent().filter(|folder| folder.is_dir()) {
                dialog = dialog.set_directory(folder);
            }
            if let Some(file) = suggested.file_name() {
                dialog = dialog.set_file_name(file.to_string_lossy());
            }
            let paths = match purpose {
                PathFor::Open | PathFor::Add | PathFor::TakeBack | PathFor::Unplaced | PathFor::Points => {
                    dialog.pick_files().unwrap_or_default()
                }
                PathFor::HandOut => dialog.pick_folder().into_iter().collect(),
                PathFor::Save | PathFor::Export | PathFor::Changes | PathFor::DutyList => {
                    dialog.save_file().into_iter().collect()
                }
            };
            Done::Picked(purpose, paths, begun.elapsed())
        });
    }

    /// What a path field starts with.
    pub(super) fn suggested_path(&self, purpose: PathFor) -> PathBuf {
        let folder =
            self.doc.project.as_ref().and_then(|project| project.path.parent().map(PathBuf::from)).unwrap_or_default();
        match purpose {
            PathFor::Open | PathFor::Add | PathFor::TakeBack | PathFor::Unplaced | PathFor::Points => folder,
            PathFor::HandOut => folder.join(format!("{} {}", self.doc.name, self.words().packages_folder)),
            PathFor::Save => folder.join(format!("{}.gpkg", self.doc.name)),
            PathFor::Export | PathFor::Changes => self.suggested_export(purpose),
            PathFor::DutyList => folder.join(format!("{}.html", self.words().duty_list_title)),
        }
    }

    /// Does what paths were asked for.
    pub(super) fn use_paths(&mut self, purpose: PathFor, mut paths: Vec<PathBuf>) {
        match (purpose, paths.pop()) {
            (PathFor::Open, Some(last)) => {
                paths.push(last);
                self.open_files(paths);
            }
            (PathFor::Add, Some(last)) => {
                paths.push(last);
                self.add_files(paths);
            }
            (PathFor::TakeBack, Some(last)) => {
                paths.push(last);
                self.take_back(paths);
            }
            (PathFor::Unplaced, Some(last)) => {
                paths.push(last);
                self.ask_control_of(paths);
            }
            (PathFor::Points, Some(path)) => self.read_points(&path),
            (PathFor::HandOut, Some(folder)) => self.hand_out(folder),
            (PathFor::Save, Some(path)) => self.save_to(path),
            (PathFor::Export, Some(path)) => self.export(path),
            (PathFor::Changes, Some(path)) => self.export_changes(path),
            (PathFor::DutyList, Some(path)) => self.export_duty_list(path),
            (_, None) => {}
        }
    }
}

/// What paths are called together: one by its own name, several by the folder they are in.
fn name_of(paths: &[PathBuf]) -> String {
    let source = match paths {
        [one] => one.file_stem(),
        several => several.first().and_then(|path| path.parent()?.file_name().or_else(|| path.file_stem())),
    };
    source.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Reads one project, or files together.
fn read(paths: &[PathBuf], options: &Options, progress: &Progress) -> Result<OpenedPlan, NotOpened> {
    if let [path] = paths
        && project::is_project_file(path)
    {
        let project::Opened { plan, history, notes, stamp } =
            project::open(path, progress).map_err(|error| words::project_not_opened(&error))?;
        let note = |text| Problem::new(Rule::BadValue, Severity::Note, text);
        let problems = notes.into_iter().map(note).chain(check::plan(&plan)).collect();
        let project = Some((Project { path: path.clone(), stamp }, history));
        return Ok(OpenedPlan { project, source: vec![path.clone()], problems, ..OpenedPlan::of(plan) });
    }
    let opened = io::open(paths, options, progress)?;
    Ok(OpenedPlan { source: paths.to_vec(), options: options.clone(), ..called(opened, name_of(paths)) })
}

/// Gives a plan a name where it has none.
fn called(Opened { mut plan, problems, doubts, .. }: Opened, name: String) -> OpenedPlan {
    if plan.name.is_empty() {
        plan.name = name;
    }
    OpenedPlan { problems, doubts, ..OpenedPlan::of(plan) }
}
