//! What is kept together and apart: set from the selection, listed in the dialog of rebalancing, linked on the map.

use std::collections::BTreeSet;

use eframe::egui::{Label, Painter, RichText, ScrollArea, Stroke, Ui};

use crate::balance::stands;
use crate::base::Lang;
use crate::edit;
use crate::geometry::Point;
use crate::model::{Bond, Plan, Role, ZoneId};

use super::app::App;
use super::camera::Camera;
use super::overlay;
use super::terms::Terms;
use super::theme::Palette;
use crate::measures::named;

/// The links between zones of the bonds of a tier, kept until the plan or the tier is another.
#[derive(Debug, Default)]
pub(super) struct Links {
    key: Option<(u64, usize)>,
    together: Vec<Vec<Point>>,
    apart: Vec<Vec<Point>>,
}

impl Links {
    /// Paints them: a line with knots for what is together, a dashed one for what is apart. Those of communities and blocks
    /// are seen on the map of grids too. O(land of their zones) where the plan changed.
    pub(super) fn paint(
        &mut self,
        painter: &Painter,
        camera: &Camera,
        plan: &Plan,
        key: (u64, usize),
        palette: &Palette,
    ) {
        if self.key != Some(key) {
            let grids = plan.tier_of(Role::Grid).map(|(at, _)| at);
            let shown = plan.settings.bonds.iter().filter(|bond| bond.tier == key.1 || Some(key.1) == grids);
            let (apart, together): (Vec<&Bond>, Vec<&Bond>) = shown.partition(|bond| bond.apart);
            let links = |bonds: Vec<&Bond>| bonds.into_iter().map(|bond| centres(plan, bond)).collect();
            (self.together, self.apart) = (links(together), links(apart));
            self.key = Some(key);
        }
        overlay::lines(painter, camera, &self.together, Stroke::new(2.5, palette.accent), palette.card);
        overlay::dashes(painter, camera, &self.apart, Stroke::new(2.5, palette.error), palette.card);
        for (points, colour) in [(&self.together, palette.accent), (&self.apart, palette.error)] {
            for &point in points.iter().flatten() {
                let at = camera.screen_from_point(point);
                painter.circle(at, 4.5, colour, Stroke::new(1.5, palette.card));
            }
        }
    }
}

/// A place in each zone of a bond: the middle of its largest face.
fn centres(plan: &Plan, bond: &Bond) -> Vec<Point> {
    let place = |zone: &ZoneId| {
        let faces = plan.tiers.get(bond.tier)?.faces_of(*zone);
        let largest = faces.into_iter().max_by_key(|&face| plan.coverage.doubled_area_of(&[face]))?;
        Some(plan.coverage.faces().get(largest)?.bounds.centre())
    };
    bond.zones.iter().filter_map(place).collect()
}

/// What a bond is called: as to the grid, or of grids as to the squad.
fn word(plan: &Plan, bond: &Bond, lang: Lang) -> &'static str {
    let terms = Terms::of(lang);
    let of_grids = plan.tier_of(Role::Grid).map(|(at, _)| at) == Some(bond.tier);
    match (of_grids, bond.apart) {
        (false, false) => terms.in_one_grid,
        (false, true) => terms.in_two_grids,
        (true, false) => terms.in_one_squad,
        (true, true) => terms.in_two_squads,
    }
}

impl App {
    /// Keeps the selected zones together or apart, or no longer where they are kept so.
    pub(super) fn bind_selection(&mut self, apart: bool) {
        let bond = Bond { tier: self.doc.active, zones: self.doc.selection.iter().copied().collect(), apart };
        let kept = !self.doc.plan.settings.bonds.contains(&bond);
        if self.apply(&edit::Command::Bond { bond, kept }) {
            self.tell_last();
        }
    }

    /// What is kept, whether it stands today, and the ways to add and remove.
    pub(super) fn bonds_ui(&mut self, ui: &mut Ui) {
        let (lang, terms, palette) = (self.prefs.lang, Terms::of(self.prefs.lang), self.palette());
        let plan = std::sync::Arc::clone(&self.doc.plan);
        let mut gone = None;
        let list = ScrollArea::vertical().max_height(72.0).auto_shrink([false, true]).id_salt("bonds");
        let row = |ui: &mut Ui, bond: &Bond, gone: &mut Option<Bond>| {
            ui.horizontal(|ui| {
                let tier = plan.tiers.get(bond.tier);
                let name = |zone: &ZoneId| tier?.zones.get(*zone).map(|zone| named(&zone.name, &zone.code));
                let names: Vec<String> = bond.zones.iter().filter_map(name).collect();
                let text = format!("{}:{}", word(&plan, bond, lang), names.join("、"));
                if ui.small_button(terms.bond_remove).clicked() {
                    *gone = Some(bond.clone());
                }
                let (state, colour) = if stands(&plan, bond) {
                    (terms.bond_stands, palette.better)
                } else {
                    (terms.bond_broken, palette.warn)
                };
                ui.label(RichText::new(state).small().color(colour));
                ui.add(Label::new(RichText::new(&text).small()).truncate()).on_hover_text(&text);
            });
        };
        list.show(ui, |ui| plan.settings.bonds.iter().for_each(|bond| row(ui, bond, &mut gone)));
        ui.horizontal(|ui| {
            let can = self.doc.selection.len() > 1;
            let probe = |apart| Bond { tier: self.doc.active, zones: BTreeSet::default(), apart };
            let words = [false, true].map(|apart| word(&plan, &probe(apart), lang));
            ui.label(RichText::new(terms.bond_selection).small().weak());
            for (apart, word) in [false, true].into_iter().zip(words) {
                if ui.add_enabled(can, eframe::egui::Button::new(RichText::new(word).small()).small()).clicked() {
                    self.bind_selection(apart);
                }
            }
            if !can {
                ui.label(RichText::new(terms.bond_hint).small().weak());
            }
        });
        if let Some(bond) = gone
            && self.apply(&edit::Command::Bond { bond, kept: false })
        {
            self.tell_last();
        }
    }
}
