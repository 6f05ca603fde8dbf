//! Rebalancing: what is asked for, and the best so far while it searches.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eframe::egui::{self, DragValue, Grid, Key, ProgressBar, RichText, Ui};

use crate::balance::{Budget, Dealt, Glimpse, Loads, Rebalancing, faces_of_incidents, rebalance_watched};
use crate::base::Progress;
use crate::model::{LoadWeights, Plan, Role as TierRole, Settings};
use crate::topology::FaceId;

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::drawer::Tab;
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
            ..Rebalancing::default()
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
        // Enter starts, unless a number is being written.
        started |= ui.memory(|memory| memory.focused().is_none()) && ui.input(|input| input.key_pressed(Key::Enter));
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

    /// How far a search is, with its best so far.
    pub(super) fn search_ui(&mut self, ui: &mut Ui) {
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
}
