//! What would mend a finding of the readers: the files opened another way, times moved, columns chosen anew.

use eframe::egui::{Button, Label, RichText, Ui};

use crate::base::{Problem, Remedy, Rule};
use crate::edit::{self, Change};
use crate::io::Options;
use crate::io::bytes::file_name;
use crate::io::open::again;
use crate::io::roles::Role;
use crate::model::Fate;

use super::app::App;
use super::checks::Found;
use super::drawer::Tab;
use super::terms::{self, Terms};

/// The zone a remedy would move the times of a table to, minutes east of Greenwich.
fn zone_of(remedy: &Remedy) -> Option<i32> {
    if !(remedy.en.starts_with("--column ") && remedy.en.contains(":utc")) {
        return None;
    }
    let (_, options) = again(&Options::default(), remedy);
    options?.columns.asked.iter().find_map(|(_, role, _)| match role {
        Role::Zone(minutes) => Some(*minutes),
        _ => None,
    })
}

/// Whether a finding says that the times of a table are of another zone.
pub(super) fn is_of_another_zone(problem: &Problem) -> bool {
    problem.rule == Rule::BadValue && problem.remedies.iter().any(|remedy| zone_of(remedy).is_some())
}

/// By how many minutes a remedy would move times that state no zone; those that state one are read once more.
fn minutes_of(remedy: &Remedy) -> Option<i32> {
    let minutes = zone_of(remedy)?;
    remedy.en.contains(": move its times by ").then_some(minutes)
}

impl App {
    /// Why a finding is left as it is: for the reason somebody gave, or because the times it speaks of were moved since.
    pub(super) fn left_because(&self, found: &Found) -> Option<String> {
        let accepted = self.doc.plan.settings.accepted.get(&found.key).map(|accepted| accepted.reason.clone());
        let moved = self.doc.minutes_moved();
        let is_moved = moved != 0 && is_of_another_zone(&found.problem);
        accepted.or_else(|| is_moved.then(|| terms::times_moved(self.prefs.lang, moved)))
    }

    /// Shows at once what would make everything after it mean something else: a layer that is off as a whole, times that
    /// are of another zone.
    pub(super) fn show_first(&mut self) {
        let open: Vec<&Found> = self.doc.checks.found().filter(|found| self.left_because(found).is_none()).collect();
        let shift = open.iter().find(|found| found.problem.rule == Rule::SuspectedDatumShift);
        let first = shift.or_else(|| open.iter().find(|found| is_of_another_zone(&found.problem)));
        if let Some(key) = first.map(|found| found.key.clone()) {
            self.show_finding(key);
        }
    }

    /// Opens the list of findings at one.
    pub(super) fn show_finding(&mut self, key: String) {
        self.prefs.drawer_open = true;
        self.prefs.tab = Tab::Checks;
        self.checks.look(key);
    }

    /// Remedies in words; those that can be done from here are buttons.
    pub(super) fn remedies_ui(&mut self, ui: &mut Ui, problem: &Problem) {
        for remedy in &problem.remedies {
            match minutes_of(remedy).filter(|_| self.has_one_table()) {
                Some(minutes) => self.move_times_ui(ui, minutes),
                None => self.again_ui(ui, remedy),
            }
        }
        self.fields_again_ui(ui, problem);
    }

    /// Whether all incidents are of one table: then all times can be moved for it.
    fn has_one_table(&self) -> bool {
        self.doc.plan.intake.files.iter().filter(|account| account.of(&Fate::Incidents) > 0).count() == 1
    }

    /// Moves all times, and says of which it is not true.
    fn move_times_ui(&mut self, ui: &mut Ui, minutes: i32) {
        let (terms, lang) = (Terms::of(self.prefs.lang), self.prefs.lang);
        // What was moved already counts.
        let left = minutes - self.doc.minutes_moved();
        let button = ui.add_enabled(left != 0, Button::new(terms::move_all_times(lang, left)).wrap());
        if button.on_hover_text(terms.times_hint).clicked() {
            self.apply_later(edit::Command::MoveTimes { minutes: left });
        }
        ui.add(Label::new(RichText::new(terms.times_two).small().weak()).wrap());
    }

    /// A remedy in words; a button where it opens the files another way.
    fn again_ui(&mut self, ui: &mut Ui, remedy: &Remedy) {
        let (words, lang) = (self.words(), self.prefs.lang);
        let (text, options) = again(&self.doc.options, remedy);
        let text = text.in_lang(lang);
        let Some(mut options) = options.filter(|_| !self.doc.source.is_empty()) else {
            ui.label(RichText::new(format!("→ {text}")).weak());
            return;
        };
        // What was changed meanwhile would be lost.
        let unsaved = self.doc.is_unsaved();
        let button = ui.add_enabled(!unsaved, Button::new(format!("{}:{text}", words.checks_again)).wrap());
        if button.on_disabled_hover_text(words.checks_again_unsaved).clicked() {
            options.checking.clone_from(&self.doc.plan.settings.checking);
            self.open_files_with(self.doc.source.clone(), options);
        }
    }

    /// Asks once more what the columns of a table are, where they were chosen by hand and the finding is of that table.
    fn fields_again_ui(&mut self, ui: &mut Ui, problem: &Problem) {
        let Some(file) = problem.file.as_ref().filter(|_| problem.rule == Rule::BadValue) else { return };
        let Some(chosen) = self.chosen.iter().find(|chosen| file_name(&chosen.path) == *file).cloned() else { return };
        let terms = Terms::of(self.prefs.lang);
        let adds = chosen.errand.adds;
        // What is read once more replaces what was read: nothing else may have been done since.
        let last = self.doc.history.next_undo().map(|record| &record.changes);
        let is_last = last.is_some_and(|changes| changes.iter().any(|change| matches!(change, Change::Incidents(..))));
        let can = if adds { is_last } else { !self.doc.is_unsaved() };
        let button = ui.add_enabled(can, Button::new(terms.fields_again));
        let why = if adds { terms.fields_again_added } else { self.words().checks_again_unsaved };
        if button.on_hover_text(terms.fields_again_hint).on_disabled_hover_text(why).clicked() {
            if adds {
                self.step(true);
            }
            self.choose_fields_again(&chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Severity, Text};

    #[test]
    fn m12_a_finding_of_another_zone_is_told_by_what_would_mend_it() {
        let of = |remedy: &str| {
            let problem = Problem::new(Rule::BadValue, Severity::Warning, Text::new("apart", "不一致"));
            Problem { remedies: vec![Text::new(remedy, "平移")], ..problem }
        };
        let apart = of("--column cases.csv:utc-5=time: move its times by -5 h, as those of date + hour are");
        assert!(is_of_another_zone(&apart));
        assert_eq!(minutes_of(&apart.remedies[0]), Some(-300));
        // Times that state their zone are not moved by that of the place.
        let zoned = of("--column cases.csv:utc+8=time: move its times to the local time, UTC+8");
        assert!(is_of_another_zone(&zoned));
        assert_eq!(minutes_of(&zoned.remedies[0]), None);
        assert!(!is_of_another_zone(&of("--column cases.csv:day-first=time: days stand first")));
    }
}
