//! The number of grids of a town left free: the range and the band, the table of what each number means, and taking one over.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Button, DragValue, Grid, RichText, ScrollArea, Ui};

use crate::balance::{Budget, Numbered, best_number, grids_of, numbers};
use crate::model::{Plan, ZoneId};

use super::app::App;
use super::asking::{Evened, RebalanceForm};
use super::choices::{Answered, Sheet};
use super::drawer::Tab;
use super::rebalancing::loads_of;
use super::tasks::{Done, Kind};
use super::terms::Terms;

/// A number of grids that is free; remembered.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct Free {
    pub(super) on: bool,
    /// Fewest and most, for the town they were filled in for.
    #[serde(skip)]
    range: (usize, usize),
    #[serde(skip)]
    town: Option<ZoneId>,
    /// Whether a grid should have so many hours a week.
    banded: bool,
    band: (f64, f64),
}

impl Default for Free {
    fn default() -> Self {
        Self { on: false, range: (0, 0), town: None, banded: false, band: (20.0, 40.0) }
    }
}

/// How far from today's number is looked unasked.
const REACH: usize = 2;

/// The fields of the form: whether the number is free, the range, the band.
pub(super) fn fields(ui: &mut Ui, terms: &Terms, plan: &Plan, form: &mut RebalanceForm) {
    ui.label(RichText::new(terms.free_number).weak());
    ui.horizontal(|ui| {
        ui.checkbox(&mut form.free.on, terms.free_on);
        if !form.free.on {
            return;
        }
        let now = form.town.map_or(0, |town| grids_of(plan, town).len());
        if form.free.town != form.town || form.free.range == (0, 0) {
            form.free.range = (now.saturating_sub(REACH).max(1), now + REACH);
            form.free.town = form.town;
        }
        let (least, most) = &mut form.free.range;
        ui.add(DragValue::new(least).range(1..=200).speed(1.0)).accessible_name(terms.free_least);
        ui.label("–");
        ui.add(DragValue::new(most).range(*least..=200).speed(1.0)).accessible_name(terms.free_most);
        ui.label(RichText::new(format!("{} {now}", terms.free_now)).small().weak());
    });
    ui.end_row();
    if form.free.on {
        ui.label(RichText::new(terms.free_band).weak());
        ui.horizontal(|ui| {
            ui.checkbox(&mut form.free.banded, "").labelled_by(ui.label(RichText::new(terms.free_each).small()).id);
            let (least, most) = &mut form.free.band;
            let number = |value| DragValue::new(value).range(0.0..=10_000.0).speed(0.2).max_decimals(1);
            ui.add_enabled(form.free.banded, number(least)).accessible_name(terms.band_least);
            ui.label("–");
            ui.add_enabled(form.free.banded, number(most)).accessible_name(terms.band_most);
            let unit = if form.evened == Evened::Households { terms.unit_households } else { terms.squad_work };
            ui.label(RichText::new(unit).small().weak());
        });
        ui.end_row();
    }
}

impl App {
    /// Looks at every number of the range in the town of the form.
    pub(super) fn begin_numbers(&mut self) {
        let Some(measures) = self.doc.measures.clone().filter(|_| self.doc.is_measured()) else { return };
        let form = &self.prefs.rebalance;
        let mut options = form.options(&self.doc.plan);
        let (range, band) = (form.free.range, form.free.banded.then_some(form.free.band));
        // The time is what each number is given.
        let count = range.1.saturating_sub(range.0) as f64 + 1.0;
        options.effort = Budget::Time(Duration::from_secs_f64((form.seconds * count).clamp(0.1, 3600.0)));
        let (plan, evened, opened) = (Arc::clone(&self.doc.plan), form.evened, self.doc.opened);
        self.proposal = None;
        self.choices.forget();
        self.choices.numbers = None;
        self.prefs.sheet = Sheet::Numbers;
        self.prefs.tab = Tab::Moves;
        self.prefs.drawer_open = true;
        self.jobs.start(Kind::Ask, move |progress| {
            let loads = loads_of(&plan, &measures, evened, progress);
            let found = numbers(&plan, &loads, &options, (range, band), progress);
            Done::Asked(found.map(|found| Answered::Numbers(Arc::clone(&plan), found)), opened)
        });
    }

    /// The table of numbers, or that it is being worked out.
    pub(super) fn numbers_ui(&mut self, ui: &mut Ui) {
        let (terms, palette) = (Terms::of(self.prefs.lang), self.palette());
        if self.jobs.is_running(Kind::Ask) {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label(RichText::new(terms.asking).small().weak());
                if ui.small_button(self.words().cancel).clicked() {
                    self.jobs.cancel(Kind::Ask);
                }
            });
        }
        let Some((plan, found)) = &self.choices.numbers else { return };
        let fresh = Arc::ptr_eq(plan, &self.doc.plan);
        ui.label(RichText::new(if fresh { terms.numbers_hint } else { terms.numbers_stale }).small().weak());
        let best = best_number(found);
        let mut chosen = None;
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            Grid::new("numbers").num_columns(8).spacing([16.0, 4.0]).striped(true).show(ui, |ui| {
                for word in [
                    "",
                    terms.free_number,
                    terms.figure_worst,
                    terms.numbers_hours,
                    terms.numbers_missed,
                    terms.figure_borders,
                    terms.figure_moved,
                    "",
                ] {
                    ui.label(RichText::new(word).small().weak());
                }
                ui.end_row();
                for (at, one) in found.iter().enumerate() {
                    let is_best = best == Some(at);
                    ui.label(
                        RichText::new(if is_best { terms.numbers_best } else { "" }).small().color(palette.better),
                    );
                    let after = &one.answer.after;
                    let strong =
                        |text: String| if is_best { RichText::new(text).strong() } else { RichText::new(text) };
                    ui.label(strong(one.count.to_string()));
                    ui.label(strong(format!("{:.1}%", after.max_deviation * 100.0)));
                    ui.label(format!("{:.1}–{:.1}", one.hours.0, one.hours.1));
                    ui.label(format!("{:.1}", one.missed));
                    ui.label(format!("{:.1} km", after.cut_km));
                    ui.label(format!("{:.1}%", one.moved_share * 100.0));
                    let button = ui.add_enabled(fresh, Button::new(RichText::new(terms.choose).small()).small());
                    if button.accessible_name(format!("{} {}", terms.choose, one.count)).clicked() {
                        chosen = Some(one.clone());
                    }
                    ui.end_row();
                }
            });
        });
        if let Some(one) = chosen {
            self.take_number(&one);
        }
    }

    /// Splits and merges to a number, and proposes the moves that follow.
    fn take_number(&mut self, one: &Numbered) {
        if let Some(first) = &one.first {
            if !self.apply(first) {
                return;
            }
            self.tell_last();
        }
        self.prefs.sheet = Sheet::Moves;
        self.take_proposal(one.answer.clone(), None, self.doc.opened);
    }
}
