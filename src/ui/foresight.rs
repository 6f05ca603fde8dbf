//! How an answer of a rebalancing stands while it is gone through, worked out beside it: figures and gains for the moves that
//! are done or still open, and what these do to response.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{Label, RichText, TextWrapMode, Ui, vec2};

use crate::balance::response::Simulated;
use crate::balance::{Band, Move, Rebalanced, Standing, faces_of_incidents, foresee};
use crate::model::Plan;

use super::app::App;
use super::moves::Proposal;
use super::rebalancing::loads_of;
use super::tasks::{Done, Kind};
use super::terms::{self, Terms};
use crate::measures::Measures;

/// Plans opened, revision, the answer by its provenance, and the moves that are done and open.
type Key = (u64, u64, String, [BTreeSet<usize>; 2]);

/// What a job brings.
pub(super) struct Foreseen {
    key: Key,
    standing: Option<Standing>,
    /// Response before and after the open moves by hours, where squads answer calls.
    pairs: Vec<(Band, [Simulated; 2])>,
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

impl App {
    /// How the answer stands with the moves that are done or open; `None` while it is worked out.
    pub(super) fn standing(&mut self, proposal: &Proposal) -> Option<Standing> {
        let [done, open] = proposal.done_and_open(&self.doc.plan);
        let answer = &proposal.answer;
        let key = (self.doc.opened, self.doc.revision, answer.provenance(), [done.clone(), open.clone()]);
        if self.foresight.asked.as_ref() != Some(&key) {
            let Some(measures) = self.doc.measures.clone().filter(|_| self.doc.is_measured()) else {
                return untouched(answer, &done, &open);
            };
            self.foresight.asked = Some(key.clone());
            let (plan, answer, evened) = (Arc::clone(&self.doc.plan), answer.clone(), self.prefs.rebalance.evened);
            let monday = self.duty.monday();
            self.jobs.start(Kind::Foresee, move |progress| {
                let loads = loads_of(&plan, &measures, evened, progress);
                let standing = answer.standing(&plan, &loads, (&key.3[0], &key.3[1])).ok();
                let moves: Vec<Move> = key.3[1].iter().filter_map(|&at| answer.moves.get(at).cloned()).collect();
                let pairs = response(&plan, &measures, &moves, monday);
                Done::Foreseen(Box::new(Foreseen { key, standing, pairs }))
            });
        }
        let known = self.foresight.known.as_ref().filter(|known| Some(&known.key) == self.foresight.asked.as_ref());
        known.and_then(|known| known.standing.clone()).or_else(|| untouched(&proposal.answer, &done, &open))
    }

    /// Response before and after the open moves, by hours; nothing where there are no squads, or no move is open.
    pub(super) fn foresight_ui(&self, ui: &mut Ui) {
        let known = self.foresight.known.as_ref().filter(|known| Some(&known.key) == self.foresight.asked.as_ref());
        let Some(known) = known.filter(|known| !known.pairs.is_empty()) else { return };
        let (lang, terms) = (self.prefs.lang, Terms::of(self.prefs.lang));
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(12.0, 2.0);
            ui.label(RichText::new(terms.foreseen_title).small().weak()).on_hover_text(terms.foreseen_hint);
            for (band, pair) in &known.pairs {
                let line = RichText::new(terms::foreseen(lang, word(*band, terms), pair)).small();
                let label = Label::new(line).wrap_mode(TextWrapMode::Extend);
                ui.add(label).on_hover_text(terms.foreseen_hint);
            }
        });
    }
}

/// How an answer stands of which nothing is done or rejected: as it was found.
fn untouched(answer: &Rebalanced, done: &BTreeSet<usize>, open: &BTreeSet<usize>) -> Option<Standing> {
    let whole = done.is_empty() && open.len() == answer.moves.len();
    let gains = answer.moves.iter().map(|made| (made.gain, made.reason.clone()));
    whole.then(|| Standing {
        moves: answer.moves.len(),
        after: answer.after,
        moved_share: answer.moved_share,
        gains: gains.enumerate().collect(),
    })
}

fn response(
    plan: &Plan,
    measures: &Measures,
    moves: &[Move],
    monday: crate::model::Minute,
) -> Vec<(Band, [Simulated; 2])> {
    if moves.is_empty() || plan.squads.count() == 0 {
        return Vec::new();
    }
    let faces = faces_of_incidents(plan, &measures.shown);
    foresee(plan, (&measures.loads, &faces), moves, monday)
}

fn word(band: Band, terms: &Terms) -> &'static str {
    match band {
        Band::Week => terms.band_week,
        Band::Day => terms.band_day,
        Band::Night => terms.band_night,
    }
}
