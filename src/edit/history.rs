//! Undo and redo without limit, over records.

use std::sync::Arc;

use crate::model::Plan;

use super::Record;

/// The commands done since the plan was made, and how many of them stand. The plans themselves are not kept: a record
/// leads from one to the next, both ways.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    records: Vec<Arc<Record>>,
    standing: usize,
}

impl History {
    /// A history as it was saved: `standing` of the records are done, the others undone.
    #[must_use]
    pub fn restore(records: Vec<Arc<Record>>, standing: usize) -> Self {
        let standing = standing.min(records.len());
        Self { records, standing }
    }

    /// Adds a command that was done. What had been undone can no longer be redone.
    pub fn push(&mut self, record: impl Into<Arc<Record>>) {
        self.records.truncate(self.standing);
        self.records.push(record.into());
        self.standing += 1;
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

    /// All commands, oldest first; the first [`History::standing`] of them are done.
    #[must_use]
    pub fn records(&self) -> &[Arc<Record>] {
        &self.records
    }

    /// How many commands are done.
    #[must_use]
    pub fn standing(&self) -> usize {
        self.standing
    }
}
