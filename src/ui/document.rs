//! The plan that is open, and what the window knows about it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::{Problem, Text};
use crate::edit::{self, Change, History, Record, StepId, Version};
use crate::geometry::{Bounds, Point};
use crate::io::Options;
use crate::io::project::Stamp;
use crate::model::{Filter, Plan, Role, ZoneId};
use crate::topology::{BorderId, FaceId};

use super::checks::Checks;
use super::references::{self, ReferenceLook};
use crate::measures::{Measures, TierMeasures, near};

/// A project on the disk.
#[derive(Clone, Debug)]
pub struct Project {
    /// The file.
    pub path: PathBuf,
    /// The file as it was read or written last.
    pub stamp: Stamp,
}

/// What a history said when it was saved: the command that stood last, and the versions.
#[derive(Clone, Debug, Default)]
pub(super) struct Stood {
    record: Option<Arc<Record>>,
    versions: Vec<Version>,
}

impl Stood {
    /// What a history says now.
    pub(super) fn of(history: &History) -> Self {
        Self { record: history.next_undo().cloned(), versions: history.versions().to_vec() }
    }
}

/// The plan that is open with its place on the disk, its problems and the selection.
#[derive(Default)]
pub struct Document {
    /// The plan.
    pub plan: Arc<Plan>,
    /// What it is called in the title.
    pub name: String,
    /// The project file it was opened from or saved to.
    pub project: Option<Project>,
    /// What the readers and checks found.
    pub checks: Checks,
    /// Loads, counts and the index; of the plan itself or, while a job measures, of the plan before.
    pub measures: Option<Arc<Measures>>,
    /// The tier whose zones are listed and selected.
    pub active: usize,
    /// Whether each tier is drawn.
    pub shown: Vec<bool>,
    /// How each reference layer is drawn.
    pub references: Vec<ReferenceLook>,
    /// The files it was opened from; none for the sample and what was made in memory.
    pub source: Vec<PathBuf>,
    /// How they were opened.
    pub options: Options,
    /// Which incidents every number and the map are of.
    pub filter: Filter,
    /// Selected zones of the active tier.
    pub selection: BTreeSet<ZoneId>,
    /// The commands done and undone.
    pub history: History,
    /// What the history said when the plan was saved.
    saved: Stood,
    /// See [`Document::minutes_moved`].
    moved: i32,
    /// Counts the plans that were opened in this window.
    pub opened: u64,
    /// Counts the changes of the plan.
    pub revision: u64,
    /// Counts the measurements.
    pub measured: u64,
}

impl Document {
    /// A document for a plan just opened: the grid tier active, all tiers but the base drawn.
    #[must_use]
    pub fn new(plan: Plan, name: String, project: Option<(Project, History)>, problems: Vec<Problem>) -> Self {
        let active = [Role::Grid, Role::Community, Role::Town]
            .into_iter()
            .find_map(|role| plan.tier_of(role))
            .map_or(plan.base, |(at, _)| at);
        let shown = (0..plan.tiers.len()).map(|at| at != plan.base || plan.tiers.len() == 1).collect();
        let (project, history) =
            project.map_or((None, History::default()), |(project, history)| (Some(project), history));
        let saved = Stood::of(&history);
        let references = ReferenceLook::brought_up(Vec::new(), &plan);
        let plan = Arc::new(plan);
        let checks = Checks::at_opening(problems, &plan);
        let moved = minutes_moved(&history);
        Self { plan, name, project, checks, active, shown, references, history, saved, moved, ..Self::default() }
    }

    /// Makes a tier the active one; the selection of the one before is given up.
    pub fn activate(&mut self, tier: usize) {
        if tier != self.active && tier < self.plan.tiers.len() {
            self.active = tier;
            self.selection.clear();
            if let Some(shown) = self.shown.get_mut(tier) {
                *shown = true;
            }
        }
    }

    /// Selects a zone of the active tier; `add` keeps the others and takes it out again when it was in.
    pub fn select(&mut self, zone: ZoneId, add: bool) {
        if !add {
            self.selection.clear();
            self.selection.insert(zone);
        } else if !self.selection.remove(&zone) {
            self.selection.insert(zone);
        }
    }

    /// By how many minutes all times were moved since the last incidents came.
    #[must_use]
    pub fn minutes_moved(&self) -> i32 {
        self.moved
    }

    /// What undo would undo.
    #[must_use]
    pub fn undo_sentence(&self) -> Option<Text> {
        self.history.next_undo().map(|record| record.sentence.clone())
    }

    /// What redo would do again.
    #[must_use]
    pub fn redo_sentence(&self) -> Option<Text> {
        self.history.next_redo().map(|record| record.sentence.clone())
    }

    /// Takes the plan a command made.
    pub fn take(&mut self, done: edit::Done) {
        self.history.push(done.record);
        self.set_plan(done.plan);
    }

    /// Undoes the last command, or does the last undone one again; the record of it, `None` where there is none.
    pub fn step(&mut self, back: bool) -> Option<Arc<Record>> {
        let (plan, record) = if back { self.history.undo(&self.plan) } else { self.history.redo(&self.plan) }?;
        self.set_plan(plan);
        self.selection =
            record.selection.iter().filter(|(tier, _)| *tier == self.active).map(|&(_, zone)| zone).collect();
        self.keep_living();
        Some(record)
    }

    /// Goes over to the line of the history that ends in a command.
    pub fn switch(&mut self, tip: StepId) {
        if let Some(plan) = self.history.switch(&self.plan, tip) {
            self.set_plan(plan);
        }
    }

    /// The command that stood last when the plan was saved, if it is known.
    #[must_use]
    pub fn saved_step(&self) -> Option<StepId> {
        let saved = self.saved.record.as_ref()?;
        let mut steps = self.history.steps();
        steps.position(|(_, record)| Arc::ptr_eq(record, saved)).map(|at| at as StepId)
    }

    /// The plan with its reference layers shown, and one above the other, as the window shows them: what is drawn and
    /// handed over.
    #[must_use]
    pub fn as_seen(&self) -> Arc<Plan> {
        references::seen(&self.plan, &self.references)
    }

    /// The plan as it is saved: its layers are shown as in the window, and stand where the history knows them.
    #[must_use]
    pub fn as_kept(&self) -> Arc<Plan> {
        let mut looks = self.references.clone();
        looks.sort_by_key(|look| look.place);
        references::seen(&self.plan, &looks)
    }

    fn set_plan(&mut self, plan: Plan) {
        self.plan = Arc::new(plan);
        self.revision += 1;
        self.moved = minutes_moved(&self.history);
        self.references = ReferenceLook::brought_up(std::mem::take(&mut self.references), &self.plan);
        // A tier that came is shown; one that went is active no more.
        self.shown.resize(self.plan.tiers.len(), true);
        if self.active >= self.plan.tiers.len() {
            self.activate(self.plan.tier_of(Role::Grid).map_or(self.plan.base, |(at, _)| at));
        }
        self.keep_living();
    }

    /// Takes zones that are no more out of the selection.
    fn keep_living(&mut self) {
        let Some(tier) = self.plan.tiers.get(self.active) else { return };
        self.selection.retain(|&zone| tier.zones.get(zone).is_some());
    }

    /// Whether something changed since the last save: whether another command stands last than did then, or a version
    /// was named.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        let other = match (self.history.next_undo(), &self.saved.record) {
            (None, None) => false,
            (Some(now), Some(then)) => !Arc::ptr_eq(now, then),
            _ => true,
        };
        other || self.history.versions() != self.saved.versions
    }

    /// Takes over the history of a killed run: the plan is as it was, and not saved.
    pub fn recovered(&mut self, project: Option<Project>, history: History) {
        if let Some(name) = project.as_ref().and_then(|project| project.path.file_stem()) {
            self.name = name.to_string_lossy().into_owned();
        }
        self.project = project;
        self.moved = minutes_moved(&history);
        self.history = history;
        self.saved = Stood::default();
    }

    /// Gives up what was not saved.
    pub fn forget_changes(&mut self) {
        self.saved = Stood::of(&self.history);
    }

    /// Remembers the file the plan was saved to, and what the history said then.
    pub(super) fn saved_as(&mut self, project: Project, stood: Stood) {
        if let Some(name) = project.path.file_stem() {
            self.name = name.to_string_lossy().into_owned();
        }
        self.source = vec![project.path.clone()];
        self.project = Some(project);
        self.saved = stood;
    }

    /// The face a point lies in; `None` also before the plan was indexed.
    #[must_use]
    pub fn face_at(&self, point: Point) -> Option<FaceId> {
        self.measures.as_ref()?.face_at(&self.plan, point)
    }

    /// Borders whose boxes may meet a box.
    #[must_use]
    pub fn borders_near(&self, bounds: Bounds) -> Vec<BorderId> {
        near(&self.plan, self.measures.as_deref())(bounds)
    }

    /// Whether the measures are of the plan as it stands and of the incidents that are looked at.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        let of_now = |measures: &Arc<Measures>| measures.is_of(&self.plan) && measures.filter == self.filter;
        self.measures.as_ref().is_some_and(of_now)
    }

    /// Measures of the active tier.
    #[must_use]
    pub fn active_measures(&self) -> Option<&TierMeasures> {
        self.measures.as_ref()?.tiers.get(self.active)
    }

    /// The box around the selected zones; empty without a selection.
    #[must_use]
    pub fn selection_bounds(&self) -> Bounds {
        let Some(measures) = self.active_measures() else { return Bounds::EMPTY };
        let rows = self.selection.iter().filter_map(|&zone| measures.row(zone));
        rows.fold(Bounds::EMPTY, |bounds, row| bounds.join(row.bounds))
    }
}

/// By how many minutes the commands that are done moved all times, since the last incidents came.
fn minutes_moved(history: &History) -> i32 {
    let done = history.records().iter().take(history.standing());
    done.flat_map(|record| &record.changes).fold(0, |sum, change| match change {
        Change::Times(minutes) => sum + minutes,
        Change::Incidents(..) => 0,
        _ => sum,
    })
}
