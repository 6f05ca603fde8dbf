//! The moves a rebalancing proposes, to accept or reject one by one.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{
    self, Align2, Button, Rect, RichText, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};

use crate::balance::{Given, Move, Rebalanced, accept};
use crate::geometry::Bounds;
use crate::model::{Plan, Role as TierRole};
use crate::topology::FaceId;

use super::app::App;
use super::choices::Sheet;
use super::icons::{self, Icon};
use super::measures::named;
use super::tasks::Kind;
use super::terms::Terms;
use super::words;

/// The answer of a search, being gone through.
#[derive(Debug)]
pub(super) struct Proposal {
    pub(super) answer: Rebalanced,
    /// Of the document that was open then.
    pub(super) opened: u64,
    rejected: BTreeSet<usize>,
    /// The move that is looked at.
    at: Option<usize>,
}

impl Proposal {
    /// An answer of which nothing is accepted or rejected yet.
    fn new(answer: Rebalanced, opened: u64) -> Self {
        Self { answer, opened, rejected: BTreeSet::new(), at: None }
    }

    /// Takes another answer in place of the one at hand.
    pub(super) fn choose(&mut self, answer: Rebalanced) {
        *self = Self::new(answer, self.opened);
    }

    /// Whether some move was not accepted.
    pub(super) fn has_rejected(&self) -> bool {
        !self.rejected.is_empty()
    }

    /// Land of the moves that were not accepted.
    pub(super) fn rejected_land(&self, plan: &Plan) -> Vec<FaceId> {
        let moves = self.rejected.iter().filter_map(|&at| self.answer.moves.get(at));
        moves.flat_map(|made| land(plan, made)).collect()
    }

    /// The answer without the moves that were not accepted; their land is to stay.
    fn without_rejected(&self, plan: &Plan) -> Rebalanced {
        let mut answer = self.answer.clone();
        answer.asked.keep.extend(self.rejected_land(plan));
        let kept = answer.moves.into_iter().enumerate().filter(|(at, _)| !self.rejected.contains(at));
        answer.moves = kept.map(|(_, made)| made).collect();
        answer
    }

    /// Moves neither done nor rejected.
    fn open<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = usize> + 'a {
        let moves = self.answer.moves.iter().enumerate();
        moves.filter(|(at, made)| !self.rejected.contains(at) && !is_done(plan, made)).map(|(at, _)| at)
    }

    /// A move with those it must go together with.
    fn together(&self, at: usize) -> std::ops::RangeInclusive<usize> {
        let tied = |at: usize| self.answer.moves.get(at).is_some_and(|made| made.with_next);
        let first = (0..at).rev().take_while(|&before| tied(before)).last().unwrap_or(at);
        let last = (at..self.answer.moves.len()).find(|&next| !tied(next)).unwrap_or(at);
        first..=last
    }

    /// Land of the moves that are still open, and of the one that is looked at.
    pub(super) fn faces(&self, plan: &Plan) -> (Vec<FaceId>, Vec<FaceId>) {
        let of = |at: usize| self.answer.moves.get(at).map_or_else(Vec::new, |made| land(plan, made));
        let mut open: Vec<FaceId> = self.open(plan).flat_map(of).collect();
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
    pub(super) fn take_proposal(&mut self, answer: Rebalanced, opened: u64) {
        self.search = None;
        if opened == self.doc.opened {
            self.announce(words::rebalanced(&answer).in_lang(self.prefs.lang).to_owned());
            self.choices.forget();
            self.proposal = Some(Proposal::new(answer, opened));
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
        let open: Vec<usize> = proposal.open(&plan).collect();
        let (mut all, mut none, mut more) = (false, false, false);
        let measured = self.doc.is_measured();
        let accept_text = format!("{} {}", words.accept_rest, open.len());
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
        self.answer_ui(ui, &proposal.answer);
        self.foresight_ui(ui, &proposal.answer);
        if more {
            self.improve(proposal.without_rejected(&plan));
            return;
        }
        match self.prefs.sheet {
            Sheet::Moves => self.moves_sheet(ui, &mut proposal, &plan),
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

    /// The moves one by one, and where they come from.
    fn moves_sheet(&mut self, ui: &mut Ui, proposal: &mut Proposal, plan: &Plan) {
        if proposal.answer.moves.is_empty() {
            ui.label(self.words().moves_none);
        }
        let mut did = None;
        let height = 38.0;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, height, proposal.answer.moves.len(), |ui, range| {
            for at in range {
                if let Some(act) = self.move_row(ui, proposal, at, height) {
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
                let moves: Vec<Move> = proposal.answer.moves.get(proposal.together(at)).unwrap_or_default().to_vec();
                self.apply(&accept(plan, &moves));
            }
            Some((at, Act::Reject)) => proposal.rejected.extend(proposal.together(at)),
            Some((at, Act::Restore)) => proposal.together(at).for_each(|at| {
                proposal.rejected.remove(&at);
            }),
            None => {}
        }
    }

    /// One move: what goes where, its gain, its reason, and whether to take it.
    fn move_row(&mut self, ui: &mut Ui, proposal: &Proposal, at: usize, height: f32) -> Option<Act> {
        let (words, lang, palette) = (self.words(), self.prefs.lang, self.palette());
        let made = proposal.answer.moves.get(at)?;
        let (done, rejected) = (is_done(&self.doc.plan, made), proposal.rejected.contains(&at));
        let (from, to) = named_sides(&self.doc.plan, made);
        let head = format!("{}. {}:{from} → {to}", at + 1, made.unit);
        let reason = made.reason.in_lang(lang);
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
        painter.text(pos2(left, rect.top() + 11.0), Align2::LEFT_CENTER, head, font.clone(), strength);
        painter.text(pos2(left, rect.top() + 27.0), Align2::LEFT_CENTER, reason, small, palette.weak);
        let gain = format!("{:+.1}%", -made.gain * 100.0);
        let tone = if made.gain > 0.0 { palette.under } else { palette.over };
        ui.painter().text(pos2(rect.right() - 84.0, rect.center().y), Align2::RIGHT_CENTER, gain, font.clone(), tone);
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
