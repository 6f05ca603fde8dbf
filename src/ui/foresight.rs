//! What an answer of a rebalancing does to response, reckoned beside it: before and after, by the hypercube.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{Label, RichText, TextWrapMode, Ui, vec2};

use crate::balance::response::{Response, respond};
use crate::balance::{Given, Rebalanced, squads_of};
use crate::edit;
use crate::model::{Hours, Plan, Role, SquadId, ZoneId};

use super::app::App;
use super::measures::Measures;
use super::tasks::{Done, Kind};
use super::terms::{self, Terms};

/// Plans opened, revision, and the answer by its provenance.
type Key = (u64, u64, String);

/// Hours of the week that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Band {
    Week,
    Day,
    Night,
}

impl Band {
    fn hours(self) -> Vec<usize> {
        let night = Hours::night();
        let inside = |hour: &usize| match self {
            Self::Week => true,
            Self::Day => !night.has(*hour),
            Self::Night => night.has(*hour),
        };
        (0..168).filter(inside).collect()
    }

    fn word(self, terms: &Terms) -> &'static str {
        match self {
            Self::Week => terms.band_week,
            Self::Day => terms.band_day,
            Self::Night => terms.band_night,
        }
    }
}

/// Response before and after by hours, where there are squads that can bear the calls.
type Pairs = Vec<(Band, [Response; 2])>;

/// What a job brings.
pub(super) struct Foreseen {
    key: Key,
    pairs: Pairs,
}

/// What was asked last and what is known.
#[derive(Default)]
pub(super) struct Foresight {
    asked: Option<Key>,
    known: Option<Foreseen>,
}

impl Foresight {
    /// Takes what a job brings.
    pub(super) fn take(&mut self, found: Foreseen) {
        self.known = Some(found);
    }
}

/// The squads of the towns whose land or beats an answer touches.
fn concerned(plan: &Plan, answer: &Rebalanced) -> Vec<SquadId> {
    let Some(((_, towns), (_, grids))) = plan.tier_of(Role::Town).zip(plan.tier_of(Role::Grid)) else {
        return plan.squads.ids().collect();
    };
    let town = |grid: ZoneId| grids.faces_of(grid).first().and_then(|&face| towns.owner_of(face));
    let touched: BTreeSet<ZoneId> = answer
        .moves
        .iter()
        .filter_map(|made| match &made.given {
            Given::Land { to, .. } => town(*to),
            Given::Beat { grid, .. } => town(*grid),
        })
        .collect();
    touched.into_iter().flat_map(|town| squads_of(plan, town)).collect()
}

fn foresee(plan: &Plan, measures: &Measures, answer: &Rebalanced) -> Pairs {
    let squads = concerned(plan, answer);
    let near = |bounds| measures.index.borders_in(bounds);
    let context = edit::Context { near: &near, time: 0, camera: None };
    let Ok(done) = answer.command(plan).apply(plan, &context) else { return Vec::new() };
    let pair = |band: Band| {
        let response = |plan| respond(plan, &measures.loads, &squads, &band.hours());
        Some((band, [response(plan)?, response(&done.plan)?]))
    };
    [Band::Week, Band::Day, Band::Night].into_iter().filter_map(pair).collect()
}

impl App {
    /// Response before and after the answer, by hours; nothing where there are no squads, or moves are done already.
    pub(super) fn foresight_ui(&mut self, ui: &mut Ui, answer: &Rebalanced) {
        if answer.moves.is_empty() || self.doc.plan.squads.count() == 0 {
            return;
        }
        let key = (self.doc.opened, self.doc.revision, answer.provenance());
        if self.foresight.asked.as_ref() != Some(&key) {
            let Some(measures) = self.doc.measures.clone().filter(|_| self.doc.is_measured()) else { return };
            self.foresight.asked = Some(key.clone());
            let (plan, answer) = (Arc::clone(&self.doc.plan), answer.clone());
            self.jobs.start(Kind::Foresee, move |_| {
                let pairs = foresee(&plan, &measures, &answer);
                Done::Foreseen(Box::new(Foreseen { key, pairs }))
            });
            return;
        }
        let Some(known) = self.foresight.known.as_ref().filter(|known| known.key == key) else { return };
        if known.pairs.is_empty() {
            return;
        }
        let (lang, terms) = (self.prefs.lang, Terms::of(self.prefs.lang));
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(12.0, 2.0);
            ui.label(RichText::new(terms.foreseen_title).small().weak()).on_hover_text(terms.foreseen_hint);
            for (band, pair) in &known.pairs {
                let line = RichText::new(terms::foreseen(lang, band.word(terms), pair)).small();
                let label = Label::new(line).wrap_mode(TextWrapMode::Extend);
                ui.add(label).on_hover_text(terms.foreseen_hint);
            }
        });
    }
}
