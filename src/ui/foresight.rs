//! What an answer of a rebalancing does to response, reckoned beside it: before and after, by the hypercube.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{RichText, Ui};

use crate::balance::response::{Response, respond};
use crate::balance::{Given, Rebalanced, squads_of};
use crate::edit;
use crate::model::{Plan, Role, SquadId, ZoneId};

use super::app::App;
use super::measures::Measures;
use super::tasks::{Done, Kind};
use super::terms::{self, Terms};

/// Plans opened, revision, and the answer by its provenance.
type Key = (u64, u64, String);

/// Response before and after, where there are squads that can bear the calls.
type Pair = Option<[Response; 2]>;

/// What a job brings.
pub(super) type Foreseen = (Key, Pair);

/// What was asked last and what is known.
#[derive(Default)]
pub(super) struct Foresight {
    asked: Option<Key>,
    known: Option<(Key, Pair)>,
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

fn foresee(plan: &Plan, measures: &Measures, answer: &Rebalanced) -> Pair {
    let squads = concerned(plan, answer);
    let near = |bounds| measures.index.borders_in(bounds);
    let context = edit::Context { near: &near, time: 0, camera: None };
    let after = answer.command(plan).apply(plan, &context).ok()?.plan;
    let week: Vec<usize> = (0..168).collect();
    Some([respond(plan, &measures.loads, &squads, &week)?, respond(&after, &measures.loads, &squads, &week)?])
}

impl App {
    /// Response before and after the answer in one line; nothing where there are no squads, or moves are done already.
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
                let pair = foresee(&plan, &measures, &answer);
                Done::Foreseen(Box::new((key, pair)))
            });
            return;
        }
        let known = self.foresight.known.as_ref().filter(|(of, _)| *of == key);
        if let Some((_, Some(pair))) = known {
            let lang = self.prefs.lang;
            let line = RichText::new(terms::foreseen(lang, pair)).small();
            ui.label(line).on_hover_text(Terms::of(lang).foreseen_hint);
        }
    }
}
