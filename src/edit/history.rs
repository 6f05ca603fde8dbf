//! Undo and redo without limit, over records; ways given up are kept as branches, places worth a name as versions.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::Plan;

use super::Record;

/// A command that was done, by its place in the order in which commands were first done. Never used twice.
pub type StepId = u32;

/// A state of the plan that was given a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// What it is called; unique in the history.
    pub name: String,
    /// When it was named, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// The command that stood last; `None` is the plan before the first.
    pub after: Option<StepId>,
    /// The day it takes effect, as the planner writes it (2026-12-01); empty where it has none.
    pub effective: String,
}

/// A way that was given up: what was undone before something else was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its last command: names it for [`History::switch`].
    pub tip: StepId,
    /// How many commands of the present line it begins with.
    pub shares: usize,
    /// Its own commands, oldest first.
    pub records: Vec<Arc<Record>>,
}

/// How one comes from the plan as it stands to another state of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By undoing so many commands.
    Back(usize),
    /// By doing so many again.
    Forward(usize),
    /// Over to the line that ends in a command: see [`History::switch`].
    Over(StepId),
}

/// A command done, and the one it was done after.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    before: Option<StepId>,
    record: Arc<Record>,
}

/// The commands done since the plan was made, and how many of the present line stand. The plans themselves are not kept:
/// a record leads from one to the next, both ways.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// All commands ever done; each stands behind the one it was done after.
    steps: Vec<Step>,
    /// The present line: ids, and the records they stand for.
    line: Vec<StepId>,
    records: Vec<Arc<Record>>,
    standing: usize,
    versions: Vec<Version>,
}

impl History {
    /// A history of one line as it was saved: `standing` of the records are done, the others undone.
    #[must_use]
    pub fn restore(records: Vec<Arc<Record>>, standing: usize) -> Self {
        let before = |at: usize| at.checked_sub(1).map(|at| at as StepId);
        let steps =
            records.iter().cloned().enumerate().map(|(at, record)| Step { before: before(at), record }).collect();
        let line = (0..records.len() as StepId).collect();
        let standing = standing.min(records.len());
        Self { steps, line, records, standing, versions: Vec::new() }
    }

    /// A history with branches as it was saved: every command with the one it was done after, the last of the present
    /// line, and how many of it stand. `None` where a command stands before the one it follows on, or a version or the
    /// line names one that is not there.
    #[must_use]
    pub fn restore_all(
        steps: Vec<(Option<StepId>, Arc<Record>)>,
        tip: Option<StepId>,
        standing: usize,
        versions: Vec<Version>,
    ) -> Option<Self> {
        let count = steps.len() as StepId;
        let ordered = steps.iter().enumerate().all(|(at, (before, _))| before.is_none_or(|id| (id as usize) < at));
        let known = versions.iter().filter_map(|version| version.after).chain(tip).all(|id| id < count);
        let steps = steps.into_iter().map(|(before, record)| Step { before, record }).collect();
        let mut history = Self { steps, versions, ..Self::default() };
        (ordered && known).then_some(())?;
        history.set_line(tip);
        history.standing = standing;
        (standing <= history.line.len()).then_some(history)
    }

    /// Adds a command that was done. What had been undone is kept as a branch.
    pub fn push(&mut self, record: impl Into<Arc<Record>>) {
        let record = record.into();
        self.line.truncate(self.standing);
        self.records.truncate(self.standing);
        let id = self.steps.len() as StepId;
        self.steps.push(Step { before: self.here(), record: Arc::clone(&record) });
        self.line.push(id);
        self.records.push(record);
        self.standing += 1;
    }

    /// The command that stands last.
    #[must_use]
    pub fn here(&self) -> Option<StepId> {
        self.line.get(self.standing.checked_sub(1)?).copied()
    }

    /// The command undone last: the one [`History::redo`] would do again.
    #[must_use]
    pub fn ahead(&self) -> Option<StepId> {
        self.line.get(self.standing).copied()
    }

    /// The command [`History::undo`] would undo: its sentence, selection and camera.
    #[must_use]
    pub fn next_undo(&self) -> Option<&Arc<Record>> {
        self.records.get(self.standing.checked_sub(1)?)
    }

    /// The command [`History::redo`] would do again.
    #[must_use]
    pub fn next_redo(&self) -> Option<&Arc<Record>> {
        self.records.get(self.standing)
    }

    /// The plan before the last standing command, and what was undone; `None` at the beginning.
    pub fn undo(&mut self, plan: &Plan) -> Option<(Plan, Arc<Record>)> {
        let record = Arc::clone(self.next_undo()?);
        self.standing -= 1;
        Some((record.undo(plan), record))
    }

    /// The plan after the next undone command, and what was done again; `None` at the end.
    pub fn redo(&mut self, plan: &Plan) -> Option<(Plan, Arc<Record>)> {
        let record = Arc::clone(self.next_redo()?);
        self.standing += 1;
        Some((record.redo(plan), record))
    }

    /// The commands of the present line, oldest first; the first [`History::standing`] of them are done.
    #[must_use]
    pub fn records(&self) -> &[Arc<Record>] {
        &self.records
    }

    /// How many commands are done.
    #[must_use]
    pub fn standing(&self) -> usize {
        self.standing
    }

    /// Every command ever done, with the one it was done after, in the order of their ids.
    pub fn steps(&self) -> impl Iterator<Item = (Option<StepId>, &Arc<Record>)> {
        self.steps.iter().map(|step| (step.before, &step.record))
    }

    /// The last command of the present line, undone or not.
    #[must_use]
    pub fn tip(&self) -> Option<StepId> {
        self.line.last().copied()
    }

    /// The ways that were given up, the latest first. O(commands).
    #[must_use]
    pub fn branches(&self) -> Vec<Branch> {
        let mut has_next = vec![false; self.steps.len()];
        for before in self.steps.iter().filter_map(|step| step.before) {
            has_next[before as usize] = true;
        }
        let tips = (0..self.steps.len()).rev().filter(|&at| !has_next[at]).map(|at| at as StepId);
        tips.filter(|tip| !self.line.contains(tip))
            .map(|tip| {
                let path = self.path(Some(tip));
                let shares = path.iter().zip(&self.line).take_while(|(a, b)| a == b).count();
                let records = path[shares..].iter().map(|&id| Arc::clone(&self.steps[id as usize].record)).collect();
                Branch { tip, shares, records }
            })
            .collect()
    }

    /// Goes over to the line that ends in a command: undoes what is not on it and does again what is. The line left is
    /// kept as a branch. `None` where the command is not there. O(commands between).
    pub fn switch(&mut self, plan: &Plan, tip: StepId) -> Option<Plan> {
        let plan = self.plan_at(plan, Some(tip))?;
        self.set_line(Some(tip));
        self.standing = self.line.len();
        Some(plan)
    }

    /// The plan as it was after a command, whatever branch it is on; `None` asks for the plan before the first.
    /// O(commands between).
    #[must_use]
    pub fn plan_at(&self, plan: &Plan, after: Option<StepId>) -> Option<Plan> {
        if after.is_some_and(|id| id as usize >= self.steps.len()) {
            return None;
        }
        let (from, to) = (&self.line[..self.standing], self.path(after));
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let record = |id: &StepId| &self.steps[*id as usize].record;
        let back = from[shared..].iter().rev().fold(plan.clone(), |plan, id| record(id).undo(&plan));
        Some(to[shared..].iter().fold(back, |plan, id| record(id).redo(&plan)))
    }

    /// How one comes to the state after a command; `None` where the command is not there.
    #[must_use]
    pub fn way_to(&self, after: Option<StepId>) -> Option<Way> {
        let Some(id) = after else { return Some(Way::Back(self.standing)) };
        if id as usize >= self.steps.len() {
            return None;
        }
        Some(match self.line.iter().position(|&step| step == id) {
            Some(at) if at < self.standing => Way::Back(self.standing - at - 1),
            Some(at) => Way::Forward(at + 1 - self.standing),
            None => Way::Over(id),
        })
    }

    /// The command at a place of the present line.
    #[must_use]
    pub fn step_at(&self, place: usize) -> Option<StepId> {
        self.line.get(place).copied()
    }

    /// Gives the plan as it stands a name, or moves a name here.
    pub fn name(&mut self, name: impl Into<String>, time: i64, effective: impl Into<String>) -> &Version {
        let version = Version { name: name.into(), time, after: self.here(), effective: effective.into() };
        self.keep(&version);
        &self.versions[self.versions.len() - 1]
    }

    /// Takes a version as it was kept elsewhere; `false` where the command it stands after is not there.
    pub fn keep(&mut self, version: &Version) -> bool {
        if version.after.is_some_and(|id| id as usize >= self.steps.len()) {
            return false;
        }
        self.versions.retain(|known| known.name != version.name);
        self.versions.push(version.clone());
        true
    }

    /// The named states, in the order they were named.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    fn set_line(&mut self, tip: Option<StepId>) {
        self.line = self.path(tip);
        self.records = self.line.iter().map(|&id| Arc::clone(&self.steps[id as usize].record)).collect();
    }

    /// The commands that lead to one, itself the last.
    fn path(&self, tip: Option<StepId>) -> Vec<StepId> {
        let mut path: Vec<StepId> =
            std::iter::successors(tip, |&id| self.steps.get(id as usize).and_then(|step| step.before)).collect();
        path.reverse();
        path
    }
}
