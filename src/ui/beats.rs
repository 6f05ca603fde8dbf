//! Grids given to squads by hand: by the brush on the map of squads, or by choosing in the inspector.

use std::collections::BTreeSet;

use eframe::egui::{ComboBox, RichText, Ui};

use crate::edit;
use crate::measures::{Measure, squad_called};
use crate::model::{Plan, Role, Squad, SquadId, ZoneId};
use crate::topology::FaceId;

use super::app::App;

impl App {
    /// Whether the brush gives whole grids to squads: the map is coloured by squads, and grids are the active tier.
    pub(super) fn brushes_beats(&self) -> bool {
        let grids = self.doc.plan.tier_of(Role::Grid).map(|(at, _)| at);
        self.prefs.measure == Measure::Squads && grids == Some(self.doc.active)
    }

    /// The zones of the active tier that faces belong to.
    pub(super) fn grids_of(&self, faces: &[FaceId]) -> BTreeSet<ZoneId> {
        let tier = self.doc.plan.tiers.get(self.doc.active);
        faces.iter().filter_map(|&face| tier?.owner_of(face)).collect()
    }

    /// The squad of a grid, to be changed by choosing another one of its town.
    pub(super) fn squad_ui(&mut self, ui: &mut Ui, grid: ZoneId) {
        let (plan, words) = (self.doc.plan.clone(), self.words());
        if plan.squads.count() == 0 || plan.tier_of(Role::Grid).map(|(at, _)| at) != Some(self.doc.active) {
            return;
        }
        let squad = plan.beats.get(grid).copied();
        let mut chosen = squad;
        ui.horizontal(|ui| {
            ui.label(RichText::new(words.measure_squads).small().weak());
            let shown = squad.and_then(|id| plan.squads.get(id)).map_or(words.no_squad, squad_called);
            let combo = ComboBox::from_id_salt("squad").width(170.0).selected_text(shown).show_ui(ui, |ui| {
                for (id, value) in squads_for(&plan, grid) {
                    ui.selectable_value(&mut chosen, Some(id), squad_called(value));
                }
                ui.selectable_value(&mut chosen, None, words.no_squad);
            });
            combo.response.accessible_name(words.measure_squads);
        });
        if chosen != squad {
            self.apply(&edit::Command::Beat { grid, squad: chosen });
        }
    }
}

/// The squads a grid can be given to: those at home in its town, or without a home.
fn squads_for(plan: &Plan, grid: ZoneId) -> Vec<(SquadId, &Squad)> {
    let towns = plan.tier_of(Role::Town).map(|(_, towns)| towns);
    let faces = plan.tier_of(Role::Grid).map(|(_, grids)| grids.faces_of(grid)).unwrap_or_default();
    let homes: BTreeSet<&str> =
        faces.into_iter().filter_map(|face| Some(towns?.zones.get(towns?.owner_of(face)?)?.code.as_str())).collect();
    let near = |squad: &Squad| squad.town.is_empty() || homes.is_empty() || homes.contains(squad.town.as_str());
    plan.squads.iter().filter(|(_, squad)| near(squad)).collect()
}
