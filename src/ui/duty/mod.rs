//! Squads and shifts: load and need by the hour, who is in which squad, patterns and rotas, one squad fewer or more.

mod covers;
mod curve;
mod facts;
mod rota;
mod squads;

use std::collections::BTreeMap;

use eframe::egui::{Button, ComboBox, RichText, ScrollArea, Ui};

use crate::balance::{Change, Cover, squads_of};
use crate::model::{Duty, Hours, Role as TierRole, Settings, Squad, SquadId, ZoneId};

use super::app::App;
use super::asking::Level;
use super::dialogs::Dialog;
use super::terms::Terms;
use crate::measures::named;
use facts::Facts;

pub(super) use covers::beat_colour;
pub(super) use facts::Reckoned;
pub(super) use rota::write_list;

/// The parts of the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Part {
    /// Load, need and squads on duty by the hour.
    #[default]
    Need,
    /// Who is in which squad.
    Squads,
    /// One squad fewer, one more.
    Covers,
    /// Patterns, rotas, the duty list.
    Rota,
}

/// Whose load the curve shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scope {
    #[default]
    Town,
    Squad(SquadId),
    /// The selected grids.
    Selection,
}

/// The panel between frames.
#[derive(Default)]
pub(super) struct DutyPanel {
    /// The town that is looked at.
    pub(super) town: Option<ZoneId>,
    scope: Scope,
    /// What was worked out of it.
    facts: Option<Facts>,
    /// Hours of the week in which another number of squads is looked at.
    hours: Option<Hours>,
    /// What they would mean: with one fewer, as it is, with one more.
    covers: Vec<(Change, Result<Cover, crate::base::Refusal>)>,
    /// What they were worked out of.
    covers_of: Option<facts::Key>,
    /// What is being worked out, so that it is asked once.
    asked: Option<facts::Key>,
    /// The number of squads whose beats the map shows.
    pub(super) shown: Option<Change>,
    /// What the staffing rests on, while the hand drags a number of it.
    draft: Option<Duty>,
    /// Squads as they are being edited.
    edited: BTreeMap<SquadId, Squad>,
    /// Their vehicles as they are being written.
    vehicles: BTreeMap<SquadId, String>,
    /// Weeks from this one.
    week: i32,
    /// The turns follow the need instead of the pattern.
    by_need: bool,
}

impl DutyPanel {
    /// Squads are as the plan has them.
    fn forget_edits(&mut self) {
        self.edited.clear();
        self.vehicles.clear();
    }
}

impl App {
    /// The squads and shifts in the drawer.
    pub(super) fn duty_tab(&mut self, ui: &mut Ui) {
        let (terms, lang) = (Terms::of(self.prefs.lang), self.prefs.lang);
        if self.doc.plan.squads.count() == 0 {
            ui.label(RichText::new(terms.no_squads).weak());
            return;
        }
        let Some(town) = self.duty_town() else { return };
        ui.horizontal(|ui| {
            self.town_choice(ui, town);
            ui.spacing_mut().item_spacing.x = 2.0;
            for (part, word) in [
                (Part::Need, terms.part_need),
                (Part::Squads, terms.part_squads),
                (Part::Covers, terms.part_covers),
                (Part::Rota, terms.part_rota),
            ] {
                ui.selectable_value(&mut self.prefs.duty_part, part, RichText::new(word).small());
            }
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.add_space(8.0);
            let count = squads_of(&self.doc.plan, town).len();
            ui.label(RichText::new(super::terms::squads(lang, count)).small().weak());
            let change = ui.add(Button::new(RichText::new(terms.change_number).small()).small());
            if change.on_hover_text(terms.change_number_hint).clicked() {
                self.prefs.rebalance.level = Level::Number;
                self.prefs.rebalance.town = Some(town);
                self.prefs.rebalance.squads = count;
                self.dialog = Some(Dialog::Rebalance);
            }
        });
        ui.add_space(2.0);
        self.reckon_duty(town);
        let seen = ui.available_width();
        ScrollArea::both().auto_shrink(false).id_salt(self.prefs.duty_part as u8).show(ui, |ui| {
            match self.prefs.duty_part {
                Part::Need => self.need_ui(ui, town),
                Part::Squads => self.squads_ui(ui, town),
                Part::Covers => self.covers_ui(ui, town, seen),
                Part::Rota => self.rota_ui(ui, town),
            }
        });
    }

    /// The town that is looked at: the one chosen, else that of the selection, else the first with a squad.
    fn duty_town(&mut self) -> Option<ZoneId> {
        let Some((_, towns)) = self.doc.plan.tier_of(TierRole::Town) else { return Some(ZoneId(0)) };
        let known = self.duty.town.filter(|&town| towns.zones.get(town).is_some());
        let first = || {
            let manned = |town: &ZoneId| !squads_of(&self.doc.plan, *town).is_empty();
            towns.zones.ids().find(manned)
        };
        self.duty.town = known.or_else(|| self.town_of_selection()).or_else(first);
        self.duty.town
    }

    fn town_choice(&mut self, ui: &mut Ui, town: ZoneId) {
        let terms = Terms::of(self.prefs.lang);
        let Some((_, towns)) = self.doc.plan.tier_of(TierRole::Town) else { return };
        let name = |id: ZoneId| towns.zones.get(id).map(|zone| named(&zone.name, &zone.code)).unwrap_or_default();
        let mut chosen = town;
        let combo = ComboBox::from_id_salt("duty town").selected_text(name(town)).height(320.0).show_ui(ui, |ui| {
            for id in towns.zones.ids().filter(|&id| !squads_of(&self.doc.plan, id).is_empty()) {
                ui.selectable_value(&mut chosen, id, name(id));
            }
        });
        combo.response.accessible_name(terms.scope);
        let selected = self.town_of_selection().filter(|&selected| selected != town);
        if let Some(selected) = selected
            && ui.small_button(terms.town_of_selection).clicked()
        {
            chosen = selected;
        }
        if chosen != town {
            self.duty = DutyPanel {
                town: Some(chosen),
                hours: self.duty.hours,
                week: self.duty.week,
                by_need: self.duty.by_need,
                ..DutyPanel::default()
            };
        }
    }

    /// Changes what the staffing rests on, by a command.
    fn set_duty(&mut self, duty: Duty) {
        let settings = Settings { duty, ..Settings::clone(&self.doc.plan.settings) };
        self.apply(&crate::edit::Command::SetSettings { settings: Box::new(settings) });
    }
}
