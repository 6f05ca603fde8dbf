//! The moves a rebalancing proposes, to accept or reject one by one.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{
    self, Align2, Button, Rect, RichText, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};

use crate::balance::{Given, Move, Rebalanced, Standing, accept, target_missed};
use crate::base::Text;
use crate::geometry::Bounds;
use crate::model::{Plan, Role as TierRole};
use crate::topology::FaceId;

use super::app::App;
use super::choices::Sheet;
use super::icons::{self, Icon};
use super::tasks::Kind;
use super::terms::{self, Terms};
use crate::measures::named;

/// The answer of a search, being gone through.
#[derive(Debug)]
pub(super) struct Proposal {
    pub(super) answer: Rebalanced,
    /// Of the document that was open then.
    pub(super) opened: u64,
    /// That the target was missed and what binds, where that is known.
    missed: Option<Text>,
    /// The moves that the planner does not want. Those that need them cannot be done either.
    unwanted: BTreeSet<usize>,
    /// The move that is looked at.
    at: Option<usize>,
}

impl Proposal {
    /// An answer of which nothing is accepted or rejected yet.
    fn new(answer: Rebalanced, missed: Option<Text>, opened: u64) -> Self {
        Self { answer, opened, missed, unwanted: BTreeSet::new(), at: None }
    }

    /// Takes another answer in place of the one at hand.
    pub(super) fn choose(&mut self, answer: Rebalanced) {
        *self = Self::new(answer, None, self.opened);
    }

    /// Whether some move was not accepted.
    pub(super) fn has_rejected(&self) -> bool {
        !self.unwanted.is_empty()
    }

    /// The moves that are not done: those not wanted and those that need one of them.
    fn rejected(&self) -> BTreeSet<usize> {
        self.answer.with_dependent(self.unwanted.iter().copied())
    }

    /// Land of the moves that were not accepted.
    pub(super) fn rejected_land(&self, plan: &Plan) -> Vec<FaceId> {
        let rejected = self.rejected();
        let moves = rejected.iter().filter_map(|&at| self.answer.moves.get(at));
        moves.flat_map(|made| land(plan, made)).collect()
    }

    /// The answer without the moves that were not accepted; their land is to stay.
    fn without_rejected(&self, plan: &Plan) -> Rebalanced {
        let mut answer = self.answer.clone();
        answer.asked.keep.extend(self.rejected_land(plan));
        let rejected = self.rejected();
        let kept = answer.moves.into_iter().enumerate().filter(|(at, _)| !rejected.contains(at));
        answer.moves = kept.map(|(_, made)| made).collect();
        answer
    }

    /// The moves that are done, and those that are neither done nor rejected.
    pub(super) fn done_and_open(&self, plan: &Plan) -> [BTreeSet<usize>; 2] {
        let rejected = self.rejected();
        let is_done = |at: &usize| self.answer.moves.get(*at).is_some_and(|made| is_done(plan, made));
        let (done, open): (BTreeSet<usize>, BTreeSet<usize>) = (0..self.answer.moves.len()).partition(is_done);
        [done, open.difference(&rejected).copied().collect()]
    }

    /// The open moves that go when one is accepted: with it, those it needs.
    fn with_needed(&self, plan: &Plan, at: usize) -> Vec<usize> {
        let [_, open] = self.done_and_open(plan);
        self.answer.with_needed([at]).intersection(&open).copied().collect()
    }

    /// Wants a move again, with those it needs.
    fn restore(&mut self, at: usize) {
        let needed = self.answer.with_needed([at]);
        self.unwanted.retain(|other| !needed.contains(other));
    }

    /// The moves that are not wanted without which a move cannot be done; none where it is not wanted itself.
    fn stopped_by(&self, at: usize) -> Vec<usize> {
        if self.unwanted.contains(&at) {
            return Vec::new();
        }
        self.answer.with_needed([at]).intersection(&self.unwanted).copied().collect()
    }

    /// Land of the moves that are still open, and of the one that is looked at.
    pub(super) fn faces(&self, plan: &Plan) -> (Vec<FaceId>, Vec<FaceId>) {
        let of = |at: usize| self.answer.moves.get(at).map_or_else(Vec::new, |made| land(plan, made));
        let [_, open] = self.done_and_open(plan);
        let mut open: Vec<FaceId> = open.into_iter().flat_map(of).collect();
        open.sort_unstable();
        open.dedup();
        (open, self.at.map_or_else(Vec::new, of))
    }
}

/// Whether the plan already is as a move would make it.
fn is_done(plan: &Plan, made: &Move) -> bool {
    match &made.given {
        Given::Land { faces, to, .. } => {
            let grids = plan.tier_of(TierRole::Grid).map(|(_, tier)| tier);
            grids.is_some_and(|grids| faces.iter().all(|&face| grids.owner_of(face) == Some(*to)))
        }
        Given::Beat { grid, to, .. } => plan.beats.get(*grid) == Some(to),
    }
}

/// The land of all moves of an answer, ascending.
pub(super) fn land_of(plan: &Plan, answer: &Rebalanced) -> Vec<FaceId> {
    let mut faces: Vec<FaceId> = answer.moves.iter().flat_map(|made| land(plan, made)).collect();
    faces.sort_unstable();
    faces.dedup();
    faces
}

/// The land of a move.
fn land(plan: &Plan, made: &Move) -> Vec<FaceId> {
    match &made.given {
        Given::Land { faces, .. } => faces.clone(),
        Given::Beat { grid, .. } => {
            plan.tier_of(TierRole::Grid).map_or_else(Vec::new, |(_, tier)| tier.faces_of(*grid))
        }
    }
}

impl App {
    /// Takes the answer, to be gone through move by move.
    pub(super) fn take_proposal(&mut self, answer: Rebalanced, missed: Option<Text>, opened: u64) {
        self.search = None;
        if opened == self.doc.opened {
            let words = terms::rebalanced(&answer.before, (&answer.after, answer.moved_share), answer.moves.len());
            self.announce(words.in_lang(self.prefs.lang).to_owned());
            self.choices.forget();
            self.prefs.sheet = Sheet::Moves;
            self.proposal = Some(Proposal::new(answer, missed, opened));
        }
    }

    /// The moves in the drawer, or how far the search is.
    pub(super) fn moves_tab(&mut self, ui: &mut Ui) {
        if self.search.is_some() {
            self.search_ui(ui);
            return;
        }
        let Some(proposal) = self.proposal.take().filter(|proposal| proposal.opened == self.doc.opened) else {
            let words = self.words();
            if self.choices.numbers.is_some() || (self.prefs.sheet == Sheet::Numbers && self.jobs.is_running(Kind::Ask))
            {
                self.numbers_ui(ui);
                return;
            }
            ui.label(RichText::new(words.no_moves_yet).weak());
            if ui.button(super::Command::Rebalance.text(self.prefs.lang)).clicked() {
                self.queue.push(super::Command::Rebalance);
            }
            return;
        };
        self.proposal_ui(ui, proposal);
    }

    fn proposal_ui(&mut self, ui: &mut Ui, mut proposal: Proposal) {
        let (words, terms) = (self.words(), Terms::of(self.prefs.lang));
        let plan = Arc::clone(&self.doc.plan);
        let [done, open] = proposal.done_and_open(&plan);
        let standing = self.standing(&proposal);
        let (mut all, mut none, mut more) = (false, false, false);
        let measured = self.doc.is_measured();
        let untouched = done.is_empty() && open.len() == proposal.answer.moves.len();
        let accept_word = if untouched { words.accept_all } else { words.accept_rest };
        let accept_text = format!("{accept_word} {}", open.len());
        egui::Sides::new().shrink_left().show(
            ui,
            |ui| self.sheets_ui(ui),
            |ui| {
                none = ui.button(words.dismiss).clicked();
                let button = ui.add_enabled(measured, Button::new(terms.improve));
                more = button.on_hover_text(terms.improve_hint).clicked();
                all = ui.add_enabled(!open.is_empty(), Button::new(accept_text)).clicked();
            },
        );
        self.answer_ui(ui, &proposal.answer, (standing.as_ref(), proposal.has_rejected() && !open.is_empty()));
        self.missed_ui(ui, &proposal, standing.as_ref());
        self.foresight_ui(ui);
        if more {
            self.improve(proposal.without_rejected(&plan));
            return;
        }
        match self.prefs.sheet {
            Sheet::Moves => self.moves_sheet(ui, &mut proposal, (&plan, standing.as_ref())),
            Sheet::Numbers if self.choices.numbers.is_some() => self.numbers_ui(ui),
            Sheet::Numbers => self.prefs.sheet = Sheet::Moves,
            _ => self.choices_ui(ui, &mut proposal),
        }
        if all {
            let moves: Vec<Move> = open.iter().filter_map(|&at| proposal.answer.moves.get(at).cloned()).collect();
            self.apply(&accept(&plan, &moves));
        }
        if !none {
            self.proposal = Some(proposal);
        }
    }

    /// That the target is missed, and what binds or that moves were rejected.
    fn missed_ui(&self, ui: &mut Ui, proposal: &Proposal, standing: Option<&Standing>) {
        let (lang, palette) = (self.prefs.lang, self.palette());
        let within = proposal.answer.asked.within;
        let Some(standing) = standing.filter(|standing| standing.after.max_deviation > within + 1e-9) else { return };
        let text = match &proposal.missed {
            Some(missed) if !proposal.has_rejected() => missed.in_lang(lang).to_owned(),
            _ => target_missed(within, standing.after.max_deviation).in_lang(lang).to_owned(),
        };
        ui.label(RichText::new(text).small().color(palette.over));
    }

    /// The moves one by one, and where they come from.
    fn moves_sheet(&mut self, ui: &mut Ui, proposal: &mut Proposal, (plan, standing): (&Plan, Option<&Standing>)) {
        if proposal.answer.moves.is_empty() {
            ui.label(self.words().moves_none);
        }
        let mut did = None;
        let height = 38.0;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, height, proposal.answer.moves.len(), |ui, range| {
            for at in range {
                if let Some(act) = self.move_row(ui, (proposal, standing), at, height) {
                    did = Some((at, act));
                }
            }
        });
        match did {
            Some((at, Act::Look)) => {
                proposal.at = Some(at);
                let faces = proposal.answer.moves.get(at).map_or_else(Vec::new, |made| land(plan, made));
                let boxes = faces.iter().filter_map(|&face| plan.coverage.faces().get(face));
                let around = boxes.fold(Bounds::EMPTY, |bounds, face| bounds.join(face.bounds));
                self.canvas.fly_to(around);
            }
            Some((at, Act::Accept)) => {
                let chosen = proposal.with_needed(plan, at);
                let moves: Vec<Move> =
                    chosen.into_iter().filter_map(|at| proposal.answer.moves.get(at).cloned()).collect();
                self.apply(&accept(plan, &moves));
            }
            Some((at, Act::Reject)) => {
                proposal.unwanted.insert(at);
            }
            Some((at, Act::Restore)) => proposal.restore(at),
            None => {}
        }
    }

    /// One move: what goes where, its gain, its reason, and whether to take it.
    fn move_row(
        &mut self,
        ui: &mut Ui,
        (proposal, standing): (&Proposal, Option<&Standing>),
        at: usize,
        height: f32,
    ) -> Option<Act> {
        let (words, lang, palette) = (self.words(), self.prefs.lang, self.palette());
        let made = proposal.answer.moves.get(at)?;
        let (done, unwanted) = (is_done(&self.doc.plan, made), proposal.unwanted.contains(&at));
        let stopped = if done { Vec::new() } else { proposal.stopped_by(at) };
        let rejected = unwanted || !stopped.is_empty();
        let (from, to) = named_sides(&self.doc.plan, made);
        let head = format!("{}. {}：{from} → {to}", at + 1, made.unit);
        let gain = standing.and_then(|standing| standing.gains.get(&at)).filter(|_| !rejected && !done);
        let needs = proposal.with_needed(&self.doc.plan, at).into_iter().filter(|&other| other != at);
        let needs: Vec<usize> = if done || rejected { Vec::new() } else { needs.collect() };
        let reason = if stopped.is_empty() {
            let why = gain.map_or_else(String::new, |(_, reason)| reason.in_lang(lang).to_owned());
            if needs.is_empty() { why } else { format!("{}{why}", terms::needs(lang, &needs)) }
        } else {
            terms::stopped(lang, &stopped)
        };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
        let chosen = proposal.at == Some(at);
        let told = format!("{head} {reason}");
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &told));
        if chosen || response.hovered() || response.has_focus() {
            let fill = if chosen { palette.accent_soft } else { palette.hover };
            ui.painter().rect_filled(rect.shrink2(vec2(0.0, 1.0)), 4.0, fill);
        }
        let font = TextStyle::Body.resolve(ui.style());
        let small = TextStyle::Small.resolve(ui.style());
        let strength = if done || rejected { palette.weak } else { palette.text };
        let words_place = Rect::from_min_max(rect.min, pos2(rect.right() - 150.0, rect.bottom()));
        let painter = ui.painter().with_clip_rect(words_place.intersect(ui.clip_rect()));
        let left = rect.left() + 6.0;
        let head = painter.text(pos2(left, rect.top() + 11.0), Align2::LEFT_CENTER, head, font.clone(), strength);
        let reason = painter.text(pos2(left, rect.top() + 27.0), Align2::LEFT_CENTER, reason, small, palette.weak);
        let response =
            if head.union(reason).right() > words_place.right() { response.on_hover_text(told) } else { response };
        if let Some((gain, _)) = gain {
            let tone = if *gain > 0.0 { palette.under } else { palette.over };
            let (at, gain) = (pos2(rect.right() - 84.0, rect.center().y), format!("{:+.1}%", -gain * 100.0));
            ui.painter().text(at, Align2::RIGHT_CENTER, gain, font.clone(), tone);
        }
        let mut act = response.clicked().then_some(Act::Look);
        let button = |from_right: f32| {
            Rect::from_center_size(pos2(rect.right() - from_right, rect.center().y), vec2(28.0, 28.0))
        };
        let mut small_ui = |place: Rect, icon: Icon, name: &str| {
            let mut child = ui.new_child(egui::UiBuilder::new().max_rect(place).id_salt((at, name)));
            icons::button(&mut child, icon, &format!("{name} {}", at + 1), false, true, name).clicked()
        };
        if done {
            let at = pos2(rect.right() - 8.0, rect.center().y);
            ui.painter().text(at, Align2::RIGHT_CENTER, words.move_done, font, palette.weak);
        } else if rejected {
            if small_ui(button(18.0), Icon::Undo, words.move_restore) {
                act = Some(Act::Restore);
            }
        } else {
            if small_ui(button(50.0), Icon::Check, words.move_accept) {
                act = Some(Act::Accept);
            }
            if small_ui(button(18.0), Icon::Close, words.move_reject) {
                act = Some(Act::Reject);
            }
        }
        act
    }
}

/// Giver and taker by name; by code where they have none.
fn named_sides(plan: &Plan, made: &Move) -> (String, String) {
    let name = |code: &str| match &made.given {
        Given::Land { .. } => {
            let zones = plan.tier_of(TierRole::Grid).map(|(_, tier)| &tier.zones);
            let zone = zones.and_then(|zones| zones.iter().find(|(_, zone)| zone.code == code));
            zone.map(|(_, zone)| named(&zone.name, &zone.code))
        }
        Given::Beat { .. } => {
            let squad = plan.squads.iter().find(|(_, squad)| squad.code == code);
            squad.map(|(_, squad)| named(&squad.name, &squad.code))
        }
    };
    let side =
        |code: &str| name(code).unwrap_or_else(|| if code.is_empty() { "–".to_owned() } else { code.to_owned() });
    (side(&made.from), side(&made.to))
}

/// What the planner does with a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Look,
    Accept,
    Reject,
    Restore,
}
