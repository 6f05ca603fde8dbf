//! Who is in which squad, which agencies join, and what should be looked at.

use eframe::egui::{Button, DragValue, Grid, RichText, TextEdit, Ui};

use crate::balance::duty::Warning;
use crate::balance::squads_of;
use crate::base::{Text, parts_list};
use crate::edit;
use crate::model::{Composition, Role as TierRole, Squad, SquadId, ZoneId};

use crate::measures::named;
use crate::ui::app::App;
use crate::ui::terms::{self, Terms};

/// Height of a field, points.
const FIELD: f32 = 20.0;

impl App {
    /// The table of squads; changed by one command.
    pub(super) fn squads_ui(&mut self, ui: &mut Ui, town: ZoneId) {
        let (terms, lang, palette) = (Terms::of(self.prefs.lang), self.prefs.lang, self.palette());
        let plan = std::sync::Arc::clone(&self.doc.plan);
        let squads = squads_of(&plan, town);
        let found = self.duty.facts.as_ref().map(|facts| facts.warnings.clone()).unwrap_or_default();
        let works = self.squad_hours(&squads);
        Grid::new("squads").num_columns(11).spacing([8.0, 4.0]).striped(true).show(ui, |ui| {
            for word in [
                terms.squad_code,
                terms.squad_name,
                terms.police,
                terms.auxiliaries,
                terms.officers,
                terms.assistants,
                terms.people,
                terms.agencies,
                terms.vehicles,
                terms.beat,
                terms.squad_work,
            ] {
                ui.label(RichText::new(word).small().weak());
            }
            ui.end_row();
            for (&id, work) in squads.iter().zip(&works) {
                let Some(squad) = plan.squads.get(id) else { continue };
                let beat = plan.beats.iter().filter(|(_, owner)| **owner == id).count();
                let row = self.duty.edited.entry(id).or_insert_with(|| squad.clone());
                row_ui(ui, row, terms);
                vehicles_ui(ui, row, self.duty.vehicles.entry(id).or_insert_with(|| row.vehicle_words()), terms);
                ui.label(beat.to_string());
                ui.label(format!("{work:.0}"));
                ui.end_row();
            }
        });
        let of_town = |warning: &&Warning| warning.squad.is_none_or(|squad| squads.contains(&squad));
        for warning in found.iter().filter(of_town) {
            let squad = warning.squad.and_then(|squad| plan.squads.get(squad));
            let name = squad.map_or(String::new(), |squad| format!("{}:", named(&squad.name, &squad.code)));
            let text = format!("{name}{} — {}", warning.what.in_lang(lang), warning.source.in_lang(lang));
            ui.label(RichText::new(text).small().color(palette.warn));
        }
        let changed: Vec<(SquadId, Squad)> = (squads.iter())
            .filter_map(|id| Some((*id, self.duty.edited.get(id)?.clone())))
            .filter(|(id, row)| plan.squads.get(*id) != Some(row))
            .collect();
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            if ui.add_enabled(!changed.is_empty(), Button::new(self.words().apply)).clicked() {
                self.set_squads(&changed);
            }
            if ui.add_enabled(!changed.is_empty(), Button::new(self.words().revert)).clicked() {
                self.duty.forget_edits();
            }
            ui.label(RichText::new(terms.squads_hint).small().weak());
        });
    }

    /// Hours a week of work in the beat of each squad.
    fn squad_hours(&self, squads: &[SquadId]) -> Vec<f64> {
        let plan = &self.doc.plan;
        let grids = plan.tier_of(TierRole::Grid).map(|(at, _)| at);
        let rows = self.doc.measures.as_ref().zip(grids).and_then(|(measures, at)| measures.tiers.get(at));
        let work = |squad: &SquadId| {
            let own = plan.beats.iter().filter(|(_, owner)| *owner == squad);
            own.filter_map(|(grid, _)| rows?.row(grid)).map(|row| row.load_hours).sum()
        };
        squads.iter().map(work).collect()
    }

    fn set_squads(&mut self, changed: &[(SquadId, Squad)]) {
        let commands: Vec<edit::Command> = (changed.iter())
            .map(|(id, squad)| {
                let agencies = squad.agencies.iter().map(|agency| agency.trim().to_owned());
                let agencies = agencies.filter(|agency| !agency.is_empty()).collect();
                edit::Command::Squad { id: Some(*id), squad: Some(Squad { agencies, ..squad.clone() }) }
            })
            .collect();
        let names: Vec<String> = changed.iter().map(|(_, squad)| named(&squad.name, &squad.code)).collect();
        let sentence =
            Text::new(format!("Changed the squads {}", names.join(", ")), format!("修改{}", names.join("、")));
        if self.apply(&edit::Command::Many { sentence, commands }) {
            self.duty.forget_edits();
            self.tell_last();
        }
    }
}

/// The fields of a squad.
fn row_ui(ui: &mut Ui, squad: &mut Squad, terms: &Terms) {
    let told = |word: &str, squad: &Squad| terms::of_squad(word, &squad.code);
    ui.label(RichText::new(&squad.code).small());
    let name = told(terms.squad_name, squad);
    ui.add_sized([130.0, FIELD], TextEdit::singleline(&mut squad.name)).accessible_name(name);
    let code = squad.code.clone();
    let Composition { police, auxiliaries, officers, assistants } = &mut squad.composition;
    for (word, value) in [
        (terms.police, police),
        (terms.auxiliaries, auxiliaries),
        (terms.officers, officers),
        (terms.assistants, assistants),
    ] {
        ui.add(DragValue::new(value).range(0..=99).speed(1.0)).accessible_name(terms::of_squad(word, &code));
    }
    ui.label(squad.composition.people().to_string());
    // What is typed is kept as it is until it is applied: a separator at the end is not lost while writing.
    let mut agencies = squad.agencies.join("、");
    let name = told(terms.agencies, squad);
    if ui.add_sized([110.0, FIELD], TextEdit::singleline(&mut agencies)).accessible_name(name).changed() {
        squad.agencies = agencies.split(parts_list).map(str::to_owned).collect();
    }
}

/// The vehicles as they are written; what is typed is kept as it is until it is applied.
fn vehicles_ui(ui: &mut Ui, squad: &mut Squad, words: &mut String, terms: &Terms) {
    let name = terms::of_squad(terms.vehicles, &squad.code);
    let field = ui.add_sized([110.0, FIELD], TextEdit::singleline(words)).accessible_name(name);
    if field.on_hover_text(terms.vehicles_hint).changed() {
        squad.vehicles = Squad::vehicles_of(words);
    }
}
