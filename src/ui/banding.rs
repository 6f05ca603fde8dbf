//! The dialog of the band of work: which grids carry too much or too little, and the splits and merges that mend it.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{DragValue, Label, RichText, ScrollArea, Sense, Ui};

use crate::balance::{Banded, Counted, Loads, bands, households_of_faces};
use crate::base::{Lang, Progress, Text};
use crate::edit::{self, portions};
use crate::model::{Plan, Role, Tier, ZoneId};
use crate::topology::FaceId;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::tasks::{Done, Kind};
use super::terms::Terms;
use super::words;
use crate::measures::Measures;

/// The band that is asked for, and the grids that are left as they are.
#[derive(Clone, Debug)]
pub(super) struct BandForm {
    least: f64,
    most: f64,
    /// The band counts households, not hours.
    households: bool,
    left: BTreeSet<ZoneId>,
}

/// What proposals are asked for: plans opened, revision, lower and upper bound, whether they count households.
type Key = (u64, u64, [u64; 2], bool);

/// Proposals for a band, or why there are none.
pub(super) struct Proposals {
    key: Key,
    found: Result<Arc<[Proposed]>, Text>,
    /// Where households are from, where they are counted.
    source: Option<Text>,
}

/// A split or merge, and the command that does it.
struct Proposed {
    banded: Banded,
    command: edit::Command,
}

/// What is asked and what is known of the band.
#[derive(Default)]
pub(super) struct Bands {
    asked: Option<Key>,
    known: Option<Proposals>,
}

impl Bands {
    /// Takes what a job brings.
    pub(super) fn take(&mut self, proposals: Proposals) {
        self.known = Some(proposals);
    }
}

fn propose(key: Key, plan: &Plan, measures: &Measures, band: (f64, f64), progress: &Progress) -> Option<Proposals> {
    let households = if key.3 { Loads::of_households(plan) } else { None };
    let source = households.as_ref().and_then(|loads| loads.notes.first().cloned());
    let found = match (&households, key.3) {
        (None, true) => Err(Counted::Nowhere.told()),
        (Some(loads), _) => bands(plan, loads, band, progress).map_err(|refusal| refusal.text()),
        (None, false) => bands(plan, &measures.loads, band, progress).map_err(|refusal| refusal.text()),
    };
    let found = found.map(|all| commanded(plan, all).into());
    (!progress.is_cancelled()).then_some(Proposals { key, found, source })
}

/// Proposals with their commands: every new grid has a code of its own, whichever of them are done.
fn commanded(plan: &Plan, all: Vec<Banded>) -> Vec<Proposed> {
    let Some((tier, grids)) = plan.tier_of(Role::Grid) else { return Vec::new() };
    let mut codes: Vec<String> = Vec::new();
    let proposed = |banded: Banded| {
        let command = match &banded {
            Banded::Merge { grid, into, .. } => edit::Command::Merge { tier, keep: *into, others: vec![*grid] },
            Banded::Split { grid, parts, .. } => {
                // The first part keeps code, name and squad.
                let others = parts.iter().skip(1).cloned();
                edit::Command::Part { tier, zone: *grid, portions: portions(plan, grids, *grid, others, &mut codes)? }
            }
        };
        Some(Proposed { banded, command })
    };
    all.into_iter().filter_map(proposed).collect()
}

/// Commands of proposals as one; none for none.
fn as_one(mut commands: Vec<edit::Command>) -> Option<edit::Command> {
    let count = commands.len();
    let sentence = Text::new(
        format!("Brought grids into the band of work: {count} splits and merges"),
        format!("按工作量区间拆分、合并网格 {count} 处"),
    );
    if count > 1 { Some(edit::Command::Many { commands, sentence }) } else { commands.pop() }
}

/// The grid that a proposal is about.
fn grid_of(proposal: &Banded) -> ZoneId {
    match proposal {
        Banded::Split { grid, .. } | Banded::Merge { grid, .. } => *grid,
    }
}

impl App {
    /// Asks for the band of work; it begins around the mean.
    pub(super) fn ask_band(&mut self) {
        let Some((at, _)) = self.doc.plan.tier_of(Role::Grid) else { return };
        self.doc.activate(at);
        let (least, most) = self.around_mean(false);
        self.dialog = Some(Dialog::Band(BandForm { least, most, households: false, left: BTreeSet::new() }));
    }

    /// A band around the mean of the grids, in hours or in households.
    fn around_mean(&self, households: bool) -> (f64, f64) {
        let plan = &self.doc.plan;
        let Some((_, grids)) = plan.tier_of(Role::Grid) else { return (0.0, 0.0) };
        let sum: f64 = if households {
            households_of_faces(plan).0.iter().sum()
        } else {
            let faces: Vec<FaceId> = grids.owner.iter().map(|(face, _)| face).collect();
            self.doc.measures.as_ref().map_or(0.0, |measures| measures.loads.hours(&faces))
        };
        let mean = sum / grids.zones.count().max(1) as f64;
        let step = if households { 10.0 } else { 0.1 };
        let round = |amount: f64| (amount / step).round() * step;
        (round(mean * 0.6), round(mean * 1.4))
    }

    /// The band, what is proposed for it, and the lines it would add on the map.
    pub(super) fn band_ui(&mut self, ui: &mut Ui, mut form: BandForm) -> Next {
        let (words, terms) = (self.words(), Terms::of(self.prefs.lang));
        ui.set_width(380.0);
        ui.heading(terms.band_title);
        ui.add(Label::new(RichText::new(terms.band_hint).small().weak()).wrap());
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let before = form.households;
            ui.radio_value(&mut form.households, false, terms.band_hours);
            ui.radio_value(&mut form.households, true, terms.band_households);
            if form.households != before {
                (form.least, form.most) = self.around_mean(form.households);
                form.left.clear();
            }
            ui.label(RichText::new(terms.band_range).weak());
            let bound = |ui: &mut Ui, value: &mut f64, name: &str| {
                let field = DragValue::new(value).range(0.0..=1e6).speed(0.1).max_decimals(1);
                ui.add(field).accessible_name(name);
            };
            bound(ui, &mut form.least, terms.band_least);
            ui.label("–");
            bound(ui, &mut form.most, terms.band_most);
        });
        ui.add_space(6.0);
        let proposals = self.proposals(&form);
        if let Some(source) =
            self.bands.known.as_ref().and_then(|known| known.source.as_ref()).filter(|_| form.households)
        {
            ui.label(RichText::new(source.in_lang(self.prefs.lang)).small().weak());
        }
        let chosen: Vec<edit::Command> = match &proposals {
            Some(Ok(all)) => {
                self.band_list(ui, &mut form, all);
                let taken = all.iter().filter(|proposal| !form.left.contains(&grid_of(&proposal.banded)));
                taken.map(|proposal| proposal.command.clone()).collect()
            }
            Some(Err(why)) => {
                let why = RichText::new(why.in_lang(self.prefs.lang)).color(self.palette().error);
                ui.add(Label::new(why).wrap());
                Vec::new()
            }
            None => {
                ui.label(RichText::new(words.trying).weak());
                Vec::new()
            }
        };
        ui.add_space(6.0);
        if let Some(command) = as_one(chosen) {
            return self.try_or_cancel(ui, &command, terms.band_do, Dialog::Band(form));
        }
        ui.add_space(8.0);
        let (_, cancelled) = super::forms::agree_or_cancel(ui, words, terms.band_do, false);
        if cancelled { Next::Close } else { Next::Stay(Dialog::Band(form)) }
    }

    /// The proposals for the band of a form, asked for when it is another one.
    fn proposals(&mut self, form: &BandForm) -> Option<Result<Arc<[Proposed]>, Text>> {
        let key = (self.doc.opened, self.doc.revision, [form.least.to_bits(), form.most.to_bits()], form.households);
        if self.bands.asked != Some(key) {
            let measures = self.doc.measures.clone()?;
            self.bands.asked = Some(key);
            let (plan, band) = (Arc::clone(&self.doc.plan), (form.least, form.most));
            self.jobs.start(Kind::Band, move |progress| Done::Banded(propose(key, &plan, &measures, band, progress)));
        }
        self.bands.known.as_ref().filter(|known| known.key == key).map(|known| known.found.clone())
    }

    /// The proposals, each to be taken or left; the grid under the pointer is outlined on the map.
    fn band_list(&mut self, ui: &mut Ui, form: &mut BandForm, all: &[Proposed]) {
        let (plan, lang) = (Arc::clone(&self.doc.plan), self.prefs.lang);
        let Some((_, grids)) = plan.tier_of(Role::Grid) else { return };
        if all.is_empty() {
            ui.label(RichText::new(Terms::of(self.prefs.lang).band_none).weak());
        }
        let area = ScrollArea::vertical().max_height(230.0).auto_shrink([false, true]);
        area.show_rows(ui, ui.spacing().interact_size.y, all.len(), |ui, range| {
            for Proposed { banded: proposal, .. } in &all[range] {
                let grid = grid_of(proposal);
                let mut taken = !form.left.contains(&grid);
                let row =
                    ui.checkbox(&mut taken, told(lang, grids, proposal, form.households)).interact(Sense::hover());
                if taken {
                    form.left.remove(&grid);
                } else {
                    form.left.insert(grid);
                }
                if row.hovered() {
                    self.list.hovered = Some(grid);
                }
            }
        });
    }
}

/// A proposal in words.
fn told(lang: Lang, grids: &Tier, proposal: &Banded, households: bool) -> String {
    let (unit, decimals) =
        if households { (Terms::of(lang).unit_households, 0) } else { (Terms::of(lang).squad_work, 1) };
    let name = |zone: ZoneId| grids.zones.get(zone).map_or("", |zone| zone.name.as_str());
    match proposal {
        Banded::Split { grid, amounts, .. } => words::split_into(lang, name(*grid), (amounts, unit, decimals)),
        Banded::Merge { grid, into, amount } => {
            words::merge_into(lang, [name(*grid), name(*into)], (*amount, unit, decimals))
        }
    }
}
