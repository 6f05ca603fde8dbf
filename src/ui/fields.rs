//! A table whose columns cannot be told: what each of them is, chosen beside its first rows. What was chosen is remembered
//! once the table was read by it and nothing was lost.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::{ComboBox, Grid, Label, RichText, ScrollArea, Ui};

use crate::base::{Problem, Rule, Severity};
use crate::io::bytes::file_name;
use crate::io::columns::Column;
use crate::io::heads::Unnamed;
use crate::io::roles::{Columns, Role, head_key};

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::errand::Errand;
use super::forms::agree_or_cancel;
use super::remedies::is_of_another_zone;
use super::terms::{self, Terms};

/// What is asked for, in order.
const ROLES: [Role; 9] = [
    Role::Holds(Column::Lon),
    Role::Holds(Column::Lat),
    Role::Holds(Column::Coordinates),
    Role::LatLon,
    Role::Holds(Column::Number),
    Role::Holds(Column::Reported),
    Role::Holds(Column::Class),
    Role::Holds(Column::Source),
    Role::Holds(Column::PlaceCode),
];

/// What was said about the columns of tables, by their heads, the last one last.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Known(Vec<(u64, Vec<(String, String)>)>);

impl Known {
    /// How many heads are remembered.
    const MOST: usize = 200;

    fn add(&mut self, key: u64, roles: &[(Role, String)]) {
        self.forget(key);
        self.0.push((key, roles.iter().map(|(role, name)| (role.name(), name.clone())).collect()));
        let many = self.0.len().saturating_sub(Self::MOST);
        self.0.drain(..many);
    }

    /// Gives up what is remembered of a head.
    fn forget(&mut self, key: u64) {
        self.0.retain(|(known, _)| *known != key);
    }

    /// How many heads are remembered.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Puts what is remembered into the options of a reader.
    pub(super) fn put(&self, into: &mut Columns) {
        let role = |(role, name): &(String, String)| Some((Role::named(role)?, name.clone()));
        into.settled = self.0.iter().map(|(key, roles)| (*key, roles.iter().filter_map(role).collect())).collect();
    }
}

/// What was chosen for a table in this window.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// The table.
    pub path: PathBuf,
    /// [`head_key`] of its columns.
    key: u64,
    roles: Vec<(Role, String)>,
    /// What it is read with, without this choice.
    pub errand: Errand,
}

impl Chosen {
    /// Whether a finding says that some of the table could not be read.
    fn lost(&self, problem: &Problem) -> bool {
        let is_of = problem.file.as_ref().is_some_and(|file| file.starts_with(&file_name(&self.path)));
        is_of && problem.rule == Rule::BadValue && problem.severity != Severity::Note && !is_of_another_zone(problem)
    }
}

/// Which column is what.
#[derive(Debug)]
pub(super) struct FieldsForm {
    errand: Errand,
    table: Unnamed,
    /// For each of [`ROLES`], the place of its column.
    chosen: [Option<usize>; ROLES.len()],
}

impl FieldsForm {
    /// Whether rows have a place by what was chosen: two columns, one, or a zone.
    fn is_ready(&self) -> bool {
        let [lon, lat, both, turned, .., zone] = self.chosen;
        lon.is_some() && lat.is_some() || both.is_some() || turned.is_some() || zone.is_some()
    }
}

impl App {
    /// Asks which column of a table is what.
    pub(super) fn ask_fields(&mut self, table: Unnamed, errand: Errand) {
        let place = |role: Role| table.guess.iter().find(|(known, _)| *known == role).map(|&(_, at)| at);
        let chosen = ROLES.map(place);
        self.ask_in_turn(Dialog::Fields(Box::new(FieldsForm { errand, table, chosen })));
    }

    /// Reads files with what was chosen for one of them.
    fn choose_fields(&mut self, mut chosen: Chosen) {
        let asked = &mut Arc::make_mut(&mut chosen.errand.options.columns).asked;
        asked.retain(|(path, ..)| *path != chosen.path);
        let mut errand = chosen.errand.clone();
        let said = chosen.roles.iter().map(|(role, name)| (chosen.path.clone(), *role, name.clone()));
        Arc::make_mut(&mut errand.options.columns).asked.extend(said);
        self.prefs.fields.forget(chosen.key);
        self.chosen.retain(|other| other.path != chosen.path);
        self.chosen.push(chosen);
        self.run_errand(errand);
    }

    /// Reads files without what was chosen for one of them, so that it is asked once more.
    pub(super) fn choose_fields_again(&mut self, chosen: &Chosen) {
        self.prefs.fields.forget(chosen.key);
        self.run_errand(chosen.errand.clone());
    }

    /// Files were read: remembers what was chosen for those of which nothing was lost.
    pub(super) fn remember_fields(&mut self) {
        let intake = Arc::clone(&self.doc.plan.intake);
        for chosen in &self.chosen {
            let file = file_name(&chosen.path);
            let is_read = intake.files.iter().any(|account| account.file.starts_with(&file));
            if is_read && !intake.findings.iter().any(|problem| chosen.lost(problem)) {
                self.prefs.fields.add(chosen.key, &chosen.roles);
            }
        }
    }

    /// Another plan is open: what was chosen for others is none of its business.
    pub(super) fn keep_chosen(&mut self) {
        let source = &self.doc.source;
        self.chosen.retain(|chosen| !chosen.errand.adds && chosen.errand.paths == *source);
        self.remember_fields();
    }

    pub(super) fn fields_ui(&mut self, ui: &mut Ui, mut form: Box<FieldsForm>) -> Next {
        let (words, terms) = (self.words(), Terms::of(self.prefs.lang));
        ui.set_width(640.0);
        ui.heading(terms.fields_title);
        ui.add(Label::new(RichText::new(file_name(Path::new(&form.table.path))).strong()).truncate());
        ui.add(Label::new(RichText::new(terms.fields_about).weak()).wrap());
        ui.add_space(10.0);
        let FieldsForm { table, chosen, .. } = &mut *form;
        Grid::new("fields").num_columns(4).spacing([16.0, 6.0]).show(ui, |ui| {
            for (at, (role, chosen)) in ROLES.into_iter().zip(chosen.iter_mut()).enumerate() {
                ui.label(terms::field_role(role, terms));
                column_ui(ui, role, &table.head.names, chosen, terms);
                if at % 2 == 1 {
                    ui.end_row();
                }
            }
        });
        ui.add_space(10.0);
        rows_ui(ui, table);
        ui.add_space(12.0);
        let (agreed, cancelled) = agree_or_cancel(ui, words, terms.fields_use, form.is_ready());
        if agreed {
            let names = &form.table.head.names;
            let said = |(role, at): (Role, &Option<usize>)| Some((role, names.get((*at)?)?.clone()));
            let roles = ROLES.into_iter().zip(&form.chosen).filter_map(said).collect();
            self.choose_fields(Chosen { path: form.table.path, key: head_key(names), roles, errand: form.errand });
            return Next::Close;
        }
        if cancelled { Next::Close } else { Next::Stay(Dialog::Fields(form)) }
    }
}

/// The list of columns for one role.
fn column_ui(ui: &mut Ui, role: Role, names: &[String], chosen: &mut Option<usize>, terms: &Terms) {
    let shown = chosen.and_then(|at| names.get(at)).map_or(terms.fields_none, String::as_str);
    let combo = ComboBox::from_id_salt(("field", role.name())).selected_text(shown).width(170.0).height(320.0);
    let combo = combo.show_ui(ui, |ui| {
        ui.selectable_value(chosen, None, terms.fields_none);
        for (at, name) in names.iter().enumerate() {
            ui.selectable_value(chosen, Some(at), name);
        }
    });
    combo.response.accessible_name(terms::field_role(role, terms));
}

/// The first rows under their names.
fn rows_ui(ui: &mut Ui, table: &Unnamed) {
    ScrollArea::horizontal().max_width(640.0).show(ui, |ui| {
        Grid::new("rows").striped(true).spacing([14.0, 2.0]).max_col_width(150.0).show(ui, |ui| {
            for name in &table.head.names {
                ui.add(Label::new(RichText::new(name).strong()).truncate());
            }
            ui.end_row();
            for row in &table.head.rows {
                for cell in row {
                    ui.add(Label::new(cell).truncate());
                }
                ui.end_row();
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Progress, Text};
    use crate::io::layer::Reading;
    use crate::io::{Source, incidents};

    #[test]
    fn m13_what_was_said_of_columns_is_remembered_for_every_file_of_that_head() {
        let names = ["a", "b", "c", "d"].map(str::to_owned);
        let mut known = Known::default();
        known.add(
            head_key(&names),
            &[(Role::Holds(Column::Lon), "b".to_owned()), (Role::Holds(Column::Lat), "c".to_owned())],
        );
        // As it is kept between two starts of the program.
        let kept: Known = serde_json::from_str(&serde_json::to_string(&known).unwrap()).unwrap();
        assert_eq!(kept, known);
        let mut columns = Columns::default();
        kept.put(&mut columns);
        let reading = Reading { columns: Arc::new(columns), ..Reading::default() };
        let read = |name: &str, text: &str| {
            let source = Source::from_bytes(name.as_ref(), text.as_bytes().to_vec()).unwrap();
            incidents::from_source(&source, &reading, &Progress::default())
        };
        let other = read("next month.csv", "a,b,c,d\n7,110.05,20.01,x\n").unwrap();
        assert!((other.incidents.point(0).unwrap().lon() - 110.05).abs() < 1e-6);
        // Of another head nothing was said.
        assert!(read("other.csv", "a,b,c,e\n7,110.05,20.01,x\n").is_err());
        // Many heads push the oldest out.
        (0..Known::MOST as u64).for_each(|key| known.add(key, &[]));
        assert_eq!(known.0.len(), Known::MOST);
        assert!(known.0.iter().all(|(key, _)| *key != head_key(&names)));
    }

    #[test]
    fn m13_only_a_choice_that_lost_nothing_is_kept() {
        let chosen =
            Chosen { path: PathBuf::from("in/cases.csv"), key: 1, roles: Vec::new(), errand: Errand::default() };
        let of = |file: &str, severity| {
            let problem = Problem::new(Rule::BadValue, severity, Text::new("200 rows: time not read", "时间无法识别"));
            Problem { file: Some(file.to_owned()), ..problem }
        };
        assert!(chosen.lost(&of("cases.csv", Severity::Warning)));
        assert!(!chosen.lost(&of("cases.csv", Severity::Note)), "told, not lost");
        assert!(!chosen.lost(&of("others.csv", Severity::Warning)), "of another table");
        let mut known = Known::default();
        known.add(1, &[(Role::Holds(Column::Lon), "east".to_owned())]);
        known.add(1, &[(Role::Holds(Column::Lat), "east".to_owned())]);
        let mut columns = Columns::default();
        known.put(&mut columns);
        assert_eq!(columns.settled[&1], [(Role::Holds(Column::Lat), "east".to_owned())]);
        known.forget(1);
        assert_eq!(known.count(), 0);
    }
}
