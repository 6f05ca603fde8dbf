//! Rebalancing: what is asked for, the best so far while it searches, and the moves to accept or reject one by one.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eframe::egui::{
    self, Align2, Button, DragValue, Grid, Label, ProgressBar, Rect, RichText, Role, ScrollArea, Sense, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

use crate::balance::{
    Budget, Dealt, Given, Glimpse, Loads, Move, Rebalanced, Rebalancing, accept, faces_of_incidents, rebalance_watched,
};
use crate::base::Progress;
use crate::geometry::Bounds;
use crate::model::{LoadWeights, Plan, Role as TierRole, Settings};
use crate::topology::FaceId;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::drawer::Tab;
use super::icons::{self, Icon};
use super::measures::named;
use super::tasks::{Done, Kind};
use super::words::{self, Words};

/// What is to be evened out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Evened {
    /// Hours of work, by the weights of the plan.
    #[default]
    Load,
    /// Number of incidents.
    Incidents,
    /// Households.
    Households,
    /// Kilometres of street, or area where no streets are loaded.
    Streets,
}

impl Evened {
    const ALL: [Self; 4] = [Self::Load, Self::Incidents, Self::Households, Self::Streets];

    fn word(self, words: &Words) -> &'static str {
        match self {
            Self::Load => words.measure_load,
            Self::Incidents => words.measure_incidents,
            Self::Households => words.evened_households,
            Self::Streets => words.evened_streets,
        }
    }

    /// Weights under which load is this measure alone, an hour each; `None` where the plan's own say it.
    fn weights(self) -> Option<LoadWeights> {
        let nothing = LoadWeights {
            minutes_default: 0.0,
            patrol_minutes_per_km: 0.0,
            patrol_minutes_per_km2: 0.0,
            ..LoadWeights::default()
        };
        match self {
            Self::Load => None,
            Self::Incidents => Some(LoadWeights { minutes_default: 60.0, ..nothing }),
            Self::Households => Some(LoadWeights { minutes_per_household: 60.0, ..nothing }),
            Self::Streets => Some(LoadWeights { patrol_minutes_per_km: 60.0, patrol_minutes_per_km2: 60.0, ..nothing }),
        }
    }
}

/// What a rebalancing is asked for with; remembered.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct RebalanceForm {
    squads: bool,
    evened: Evened,
    within_percent: f64,
    budget_percent: f64,
    seed: u64,
    seconds: f64,
}

impl Default for RebalanceForm {
    fn default() -> Self {
        Self { squads: false, evened: Evened::Load, within_percent: 10.0, budget_percent: 100.0, seed: 1, seconds: 8.0 }
    }
}

impl RebalanceForm {
    fn options(&self) -> Rebalancing {
        Rebalancing {
            dealt: if self.squads { Dealt::Squads } else { Dealt::Grids },
            budget: self.budget_percent / 100.0,
            within: self.within_percent / 100.0,
            seed: self.seed,
            effort: Budget::Time(Duration::from_secs_f64(self.seconds.clamp(0.1, 3600.0))),
        }
    }
}

/// A search at work.
pub(super) struct Search {
    stop: Progress,
    begun: Instant,
    seconds: f64,
    /// The best so far of each town.
    seen: Arc<Mutex<Vec<Option<Glimpse>>>>,
    /// Land that would change hands, as painted last.
    pub(super) faces: Vec<FaceId>,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("seconds", &self.seconds).finish_non_exhaustive()
    }
}

impl Search {
    /// Ends it with the best so far.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    /// Towns heard of, of how many, and the worst deviation among them; the land is taken over for the map.
    fn look(&mut self) -> (usize, usize, f64) {
        let Ok(seen) = self.seen.lock() else { return (0, 0, 0.0) };
        self.faces = seen.iter().flatten().flat_map(|glimpse| glimpse.moved.iter().copied()).collect();
        self.faces.sort_unstable();
        let known = seen.iter().flatten();
        let worst = known.clone().map(|glimpse| glimpse.max_deviation).fold(0.0, f64::max);
        (known.clone().count(), known.map(|glimpse| glimpse.towns).max().unwrap_or(0), worst)
    }
}

/// The answer of a search, being gone through.
#[derive(Debug)]
pub(super) struct Proposal {
    answer: Rebalanced,
    /// Of the document that was open then.
    opened: u64,
    rejected: BTreeSet<usize>,
    /// The move that is looked at.
    at: Option<usize>,
}

impl Proposal {
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
    /// What a rebalancing is asked for with.
    pub(super) fn rebalance_ui(&mut self, ui: &mut Ui) -> Next {
        let (words, lang) = (self.words(), self.prefs.lang);
        ui.set_width(430.0);
        ui.heading(words.rebalance_title);
        ui.add_space(8.0);
        let form = &mut self.prefs.rebalance;
        Grid::new("rebalance").num_columns(2).spacing([16.0, 8.0]).show(ui, |ui| {
            ui.label(RichText::new(words.rebalance_dealt).weak());
            ui.horizontal(|ui| {
                ui.radio_value(&mut form.squads, false, words.dealt_grids);
                ui.radio_value(&mut form.squads, true, words.dealt_squads);
            });
            ui.end_row();
            ui.label(RichText::new(words.rebalance_measure).weak());
            ui.horizontal_wrapped(|ui| {
                for evened in Evened::ALL {
                    ui.radio_value(&mut form.evened, evened, evened.word(words));
                }
            });
            ui.end_row();
            let number = |ui: &mut Ui, name: &str, value: DragValue<'_>, hint: &str| {
                ui.label(RichText::new(name).weak());
                ui.horizontal(|ui| {
                    ui.add(value).accessible_name(name);
                    ui.label(RichText::new(hint).small().weak());
                });
                ui.end_row();
            };
            let within = DragValue::new(&mut form.within_percent).range(1.0..=50.0).speed(0.5).suffix(" %");
            number(ui, words.rebalance_within, within, words.rebalance_within_hint);
            let budget = DragValue::new(&mut form.budget_percent).range(1.0..=100.0).speed(0.5).suffix(" %");
            number(ui, words.rebalance_budget, budget, words.rebalance_budget_hint);
            let seconds = DragValue::new(&mut form.seconds).range(1.0..=600.0).speed(0.5).suffix(" s");
            number(ui, words.rebalance_time, seconds, words.rebalance_time_hint);
            let seed = DragValue::new(&mut form.seed).range(0..=9_999_999);
            number(ui, words.rebalance_seed, seed, words.rebalance_seed_hint);
        });
        let locked = self
            .doc
            .plan
            .tier_of(TierRole::Grid)
            .map_or(0, |(_, tier)| tier.zones.iter().filter(|(_, zone)| zone.locked).count());
        ui.add_space(6.0);
        ui.label(RichText::new(words::locked_zones(lang, locked)).small().weak());
        if !self.doc.filter.is_open() {
            let rows = self.doc.measures.as_ref().map_or(0, |measures| measures.rows.len());
            ui.label(RichText::new(words::filtered_balance(lang, rows)).small().color(self.palette().warn));
        }
        ui.add_space(12.0);
        let (mut started, mut cancelled) = (false, false);
        egui::Sides::new().show(
            ui,
            |_| {},
            |ui| {
                started = ui.button(words.rebalance_start).clicked();
                cancelled = ui.button(words.cancel).clicked();
            },
        );
        if started {
            self.start_rebalance();
        }
        if started || cancelled { Next::Close } else { Next::Stay(Dialog::Rebalance) }
    }

    /// Searches for moves that even out what the form says.
    fn start_rebalance(&mut self) {
        let Some(measures) = self.doc.measures.clone().filter(|_| self.doc.is_measured()) else { return };
        let (form, plan) = (self.prefs.rebalance.clone(), Arc::clone(&self.doc.plan));
        let seen: Arc<Mutex<Vec<Option<Glimpse>>>> = Arc::default();
        let stop = Progress::default();
        let search = Search {
            stop: stop.clone(),
            begun: Instant::now(),
            seconds: form.seconds,
            seen: Arc::clone(&seen),
            faces: Vec::new(),
        };
        self.search = Some(search);
        self.proposal = None;
        self.prefs.tab = Tab::Moves;
        self.prefs.drawer_open = true;
        let opened = self.doc.opened;
        let waker = self.waker.clone();
        self.jobs.start(Kind::Rebalance, move |progress| {
            let other = form.evened.weights().map(|load| {
                let settings = Arc::new(Settings { load, ..(*plan.settings).clone() });
                let plan = Plan { settings, ..(*plan).clone() };
                Loads::of(&plan, &faces_of_incidents(&plan, &measures.shown), progress)
            });
            let loads = match &other {
                Some(Ok(loads)) => loads,
                _ => &measures.loads,
            };
            let watch = |glimpse: Glimpse| {
                if let Ok(mut seen) = seen.lock() {
                    let town = glimpse.town;
                    let len = seen.len().max(town + 1);
                    seen.resize(len, None);
                    seen[town] = Some(glimpse);
                }
                waker.request_repaint();
            };
            Done::Rebalanced(rebalance_watched(&plan, loads, &form.options(), &stop, &watch), opened)
        });
    }

    /// Takes the answer, to be gone through move by move.
    pub(super) fn take_proposal(&mut self, answer: Rebalanced, opened: u64) {
        self.search = None;
        if opened == self.doc.opened {
            self.announce(words::rebalanced(&answer).in_lang(self.prefs.lang).to_owned());
            self.proposal = Some(Proposal { answer, opened, rejected: BTreeSet::new(), at: None });
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
            ui.label(RichText::new(words.no_moves_yet).weak());
            if ui.button(super::Command::Rebalance.text(self.prefs.lang)).clicked() {
                self.queue.push(super::Command::Rebalance);
            }
            return;
        };
        self.proposal_ui(ui, proposal);
    }

    fn search_ui(&mut self, ui: &mut Ui) {
        let (words, lang) = (self.words(), self.prefs.lang);
        let fill = self.palette().accent;
        let Some(search) = &mut self.search else { return };
        let (known, towns, worst) = search.look();
        let share = (search.begun.elapsed().as_secs_f64() / search.seconds) as f32;
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            ui.add(ProgressBar::new(share.min(1.0)).fill(fill).desired_width(260.0).desired_height(8.0));
            if ui.button(words.rebalance_stop).clicked() {
                search.stop();
            }
        });
        ui.label(words::best_so_far(lang, known, towns, worst, search.faces.len()));
        ui.label(RichText::new(words.rebalance_on_map).small().weak());
        ui.ctx().request_repaint_after(Duration::from_millis(250));
    }

    fn proposal_ui(&mut self, ui: &mut Ui, mut proposal: Proposal) {
        let (words, lang) = (self.words(), self.prefs.lang);
        let plan = Arc::clone(&self.doc.plan);
        let open: Vec<usize> = proposal.open(&plan).collect();
        let (mut all, mut none) = (false, false);
        ui.horizontal(|ui| {
            let bound = format!("{} {:.1}%", words.moves_bound, proposal.answer.bound * 100.0);
            ui.add(Label::new(words::rebalanced(&proposal.answer).in_lang(lang)).truncate());
            ui.label(RichText::new(bound).small().weak());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                none = ui.button(words.dismiss).clicked();
                let text = format!("{} {}", words.accept_rest, open.len());
                all = ui.add_enabled(!open.is_empty(), Button::new(text)).clicked();
            });
        });
        if proposal.answer.moves.is_empty() {
            ui.label(words.moves_none);
        }
        let mut did = None;
        let height = 38.0;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, height, proposal.answer.moves.len(), |ui, range| {
            for at in range {
                if let Some(act) = self.move_row(ui, &proposal, at, height) {
                    did = Some((at, act));
                }
            }
        });
        match did {
            Some((at, Act::Look)) => {
                proposal.at = Some(at);
                let faces = proposal.answer.moves.get(at).map_or_else(Vec::new, |made| land(&plan, made));
                let boxes = faces.iter().filter_map(|&face| plan.coverage.faces().get(face));
                let around = boxes.fold(Bounds::EMPTY, |bounds, face| bounds.join(face.bounds));
                self.canvas.fly_to(around);
            }
            Some((at, Act::Accept)) => {
                let moves: Vec<Move> = proposal.answer.moves.get(proposal.together(at)).unwrap_or_default().to_vec();
                self.apply(&accept(&plan, &moves));
            }
            Some((at, Act::Reject)) => proposal.rejected.extend(proposal.together(at)),
            Some((at, Act::Restore)) => proposal.together(at).for_each(|at| {
                proposal.rejected.remove(&at);
            }),
            None => {}
        }
        if all {
            let moves: Vec<Move> = open.iter().filter_map(|&at| proposal.answer.moves.get(at).cloned()).collect();
            self.apply(&accept(&plan, &moves));
        }
        if !none {
            self.proposal = Some(proposal);
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
