//! What a rebalancing is asked for with: the form, and the dialog it is filled in.

use std::time::Duration;

use eframe::egui::{ComboBox, DragValue, Grid, Key, RichText, Ui};

use crate::balance::{Budget, Dealt, Rebalancing, Weights, barrier_layers, squads_of};
use crate::model::{LoadWeights, Plan, Role as TierRole, Shape, ZoneId};

use super::app::App;
use super::dialogs::{Dialog, Next};
use super::forms::agree_or_cancel;
use super::numbers::{self, Free};
use super::terms::Terms;
use super::words::{self, Words};
use crate::measures::named;

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
    pub(super) fn weights(self) -> Option<LoadWeights> {
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

/// What is dealt out among what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Level {
    /// Land among the grids.
    #[default]
    Grids,
    /// Grids among the squads there are.
    Squads,
    /// Grids of one town among another number of squads.
    Number,
}

/// How much communities are to stay whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Whole {
    Free,
    #[default]
    Wanted,
    Kept,
}

impl Whole {
    /// The weight of a community cut in two.
    fn weight(self) -> f64 {
        match self {
            Self::Free => 0.0,
            Self::Wanted => Weights::default().whole,
            // More than all else together.
            Self::Kept => 1e6,
        }
    }
}

/// What a rebalancing is asked for with; remembered.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct RebalanceForm {
    pub(super) level: Level,
    pub(super) evened: Evened,
    within_percent: f64,
    budget_percent: f64,
    whole: Whole,
    /// Names of the reference layers that are barriers.
    barriers: Vec<String>,
    seed: u64,
    pub(super) seconds: f64,
    /// The town that is looked at; all of them where there is none.
    #[serde(skip)]
    pub(super) town: Option<ZoneId>,
    /// Squads the town shall have.
    #[serde(skip)]
    pub(super) squads: usize,
    /// Whether what was not accepted of the last answer stays as it is.
    keep_rejected: bool,
    /// Another number of grids.
    pub(super) free: Free,
}

impl Default for RebalanceForm {
    fn default() -> Self {
        Self {
            level: Level::Grids,
            evened: Evened::Load,
            within_percent: 10.0,
            budget_percent: 100.0,
            whole: Whole::Wanted,
            barriers: Vec::new(),
            seed: 1,
            seconds: 8.0,
            town: None,
            squads: 0,
            keep_rejected: true,
            free: Free::default(),
        }
    }
}

impl RebalanceForm {
    /// What is asked of the engine.
    pub(super) fn options(&self, plan: &Plan) -> Rebalancing {
        let chosen = |name: &String| self.barriers.contains(name);
        let barriers = plan.references.iter().enumerate().filter(|(_, layer)| chosen(&layer.name)).map(|(at, _)| at);
        Rebalancing {
            dealt: if self.level == Level::Grids { Dealt::Grids } else { Dealt::Squads },
            towns: self.town.into_iter().collect(),
            budget: self.budget_percent / 100.0,
            within: self.within_percent / 100.0,
            weights: Weights { whole: self.whole.weight(), ..Weights::default() },
            barriers: barriers.collect(),
            seed: self.seed,
            effort: Budget::Time(Duration::from_secs_f64(self.seconds.clamp(0.1, 3600.0))),
            ..Rebalancing::default()
        }
    }

    /// Whether the question is about one town.
    fn needs_town(&self) -> bool {
        self.level == Level::Number || self.is_free()
    }

    /// Whether the number of grids is free.
    pub(super) fn is_free(&self) -> bool {
        self.level == Level::Grids && self.free.on
    }

    /// Whether land that was not accepted is kept.
    pub(super) fn keeps_rejected(&self) -> bool {
        self.keep_rejected
    }
}

/// Names of the reference layers that may be barriers: those that look like it first.
fn barrier_names(plan: &Plan) -> Vec<String> {
    let likely = barrier_layers(plan);
    let has_lines = |at: usize| {
        plan.references
            .get(at)
            .is_some_and(|layer| layer.features.iter().any(|(shape, _)| matches!(shape, Shape::Lines(_))))
    };
    let others = (0..plan.references.len()).filter(|at| !likely.contains(at) && has_lines(*at));
    let order = likely.iter().copied().chain(others);
    order.filter_map(|at| plan.references.get(at)).map(|layer| layer.name.clone()).collect()
}

impl App {
    /// Opens the form: the town of what is selected is looked at first.
    pub(super) fn ask_rebalance(&mut self) {
        let town = self.town_of_selection();
        if town.is_some() {
            self.prefs.rebalance.town = town;
        }
        let plan = &self.doc.plan;
        let known =
            |town: &ZoneId| plan.tier_of(TierRole::Town).is_some_and(|(_, tier)| tier.zones.get(*town).is_some());
        self.prefs.rebalance.town = self.prefs.rebalance.town.filter(known);
        self.dialog = Some(Dialog::Rebalance);
    }

    /// The town in which the first selected zone lies.
    pub(super) fn town_of_selection(&self) -> Option<ZoneId> {
        let tier = self.doc.plan.tiers.get(self.doc.active)?;
        let zone = *self.doc.selection.first()?;
        let (_, towns) = self.doc.plan.tier_of(TierRole::Town)?;
        towns.owner_of(*tier.faces_of(zone).first()?)
    }

    /// What a rebalancing is asked for with.
    pub(super) fn rebalance_ui(&mut self, ui: &mut Ui) -> Next {
        let (words, terms, lang) = (self.words(), Terms::of(self.prefs.lang), self.prefs.lang);
        ui.set_width(460.0);
        ui.heading(words.rebalance_title);
        ui.add_space(8.0);
        Grid::new("rebalance").num_columns(2).spacing([16.0, 8.0]).show(ui, |ui| {
            self.what_ui(ui);
            self.limits_ui(ui);
        });
        let locked = self
            .doc
            .plan
            .tier_of(TierRole::Grid)
            .map_or(0, |(_, tier)| tier.zones.iter().filter(|(_, zone)| zone.locked).count());
        ui.add_space(6.0);
        if self.proposal.as_ref().is_some_and(super::moves::Proposal::has_rejected) {
            ui.checkbox(&mut self.prefs.rebalance.keep_rejected, terms.keep_rejected);
        }
        ui.label(RichText::new(words::locked_zones(lang, locked)).small().weak());
        ui.label(RichText::new(terms.bonds).small().weak());
        self.bonds_ui(ui);
        if !self.doc.filter.is_open() {
            let rows = self.doc.measures.as_ref().map_or(0, |measures| measures.rows.len());
            ui.label(RichText::new(words::filtered_balance(lang, rows)).small().color(self.palette().warn));
        }
        ui.add_space(12.0);
        let (mut started, cancelled) = agree_or_cancel(ui, words, words.rebalance_start, true);
        // Enter starts, unless a number is being written.
        started |= ui.memory(|memory| memory.focused().is_none()) && ui.input(|input| input.key_pressed(Key::Enter));
        if started {
            self.begin_rebalance();
        }
        if started || cancelled { Next::Close } else { Next::Stay(Dialog::Rebalance) }
    }

    /// What is dealt out, where, and by which measure.
    fn what_ui(&mut self, ui: &mut Ui) {
        let (words, terms) = (self.words(), Terms::of(self.prefs.lang));
        let (plan, form) = (&self.doc.plan, &mut self.prefs.rebalance);
        ui.label(RichText::new(words.rebalance_dealt).weak());
        ui.vertical(|ui| {
            ui.radio_value(&mut form.level, Level::Grids, words.dealt_grids);
            if plan.squads.count() > 0 {
                ui.radio_value(&mut form.level, Level::Squads, words.dealt_squads);
                ui.radio_value(&mut form.level, Level::Number, terms.level_number);
            } else {
                form.level = Level::Grids;
            }
        });
        ui.end_row();
        if let Some((_, towns)) = plan.tier_of(TierRole::Town) {
            let before = form.town;
            ui.label(RichText::new(terms.scope).weak());
            let called = |town: ZoneId| towns.zones.get(town).map(|zone| named(&zone.name, &zone.code));
            let shown = form.town.and_then(called).unwrap_or_else(|| terms.whole_city.to_owned());
            let combo = ComboBox::from_id_salt("scope").selected_text(shown).height(320.0).show_ui(ui, |ui| {
                if !form.needs_town() {
                    ui.selectable_value(&mut form.town, None, terms.whole_city);
                }
                for (id, zone) in towns.zones.iter() {
                    ui.selectable_value(&mut form.town, Some(id), named(&zone.name, &zone.code));
                }
            });
            combo.response.accessible_name(terms.scope);
            ui.end_row();
            if form.needs_town() {
                form.town = form.town.or_else(|| towns.zones.ids().next());
            }
            if form.town != before || form.squads == 0 {
                form.squads = form.town.map_or(0, |town| squads_of(plan, town).len());
            }
        }
        if form.level == Level::Grids {
            numbers::fields(ui, terms, plan, form);
        }
        if form.level == Level::Number {
            ui.label(RichText::new(terms.number).weak());
            ui.add(DragValue::new(&mut form.squads).range(1..=50).speed(1.0)).accessible_name(terms.number);
            ui.end_row();
        }
        ui.label(RichText::new(words.rebalance_measure).weak());
        ui.horizontal_wrapped(|ui| {
            for evened in Evened::ALL {
                ui.radio_value(&mut form.evened, evened, evened.word(words));
            }
        });
        ui.end_row();
    }

    /// How far it may go.
    fn limits_ui(&mut self, ui: &mut Ui) {
        let (words, terms) = (self.words(), Terms::of(self.prefs.lang));
        let (plan, form) = (&self.doc.plan, &mut self.prefs.rebalance);
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
        if form.level == Level::Grids && plan.tier_of(TierRole::Community).is_some() {
            ui.label(RichText::new(terms.communities).weak());
            ui.horizontal(|ui| {
                ui.radio_value(&mut form.whole, Whole::Free, terms.whole_free);
                ui.radio_value(&mut form.whole, Whole::Wanted, terms.whole_wanted);
                ui.radio_value(&mut form.whole, Whole::Kept, terms.whole_kept);
            });
            ui.end_row();
        }
        ui.label(RichText::new(terms.barriers).weak());
        let layers = barrier_names(plan);
        ui.horizontal_wrapped(|ui| {
            if layers.is_empty() {
                ui.label(RichText::new(terms.barriers_none).small().weak());
            }
            for name in layers {
                let mut barred = form.barriers.contains(&name);
                if ui.checkbox(&mut barred, &name).changed() {
                    form.barriers.retain(|other| *other != name);
                    form.barriers.extend(barred.then_some(name));
                }
            }
        });
        ui.end_row();
        let seconds = DragValue::new(&mut form.seconds).range(1.0..=600.0).speed(0.5).suffix(" s");
        number(ui, words.rebalance_time, seconds, words.rebalance_time_hint);
        let seed = DragValue::new(&mut form.seed).range(0..=9_999_999).speed(1.0);
        number(ui, words.rebalance_seed, seed, words.rebalance_seed_hint);
    }
}
