//! The window's state and its frame: poll the jobs, lay the panels, run the commands they asked for.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use eframe::egui::{self, CentralPanel, Context, Frame, Id, Key, Panel, Popup, Ui, ViewportCommand};

use crate::base::{Lang, plain};
use crate::edit::campaign::Conflict;
use crate::geometry::Point;
use crate::jobs::Jobs;
use crate::model::Role;
use crate::render::Backend;

use super::asking::RebalanceForm;
use super::banding::Bands;
use super::beside::Beside;
use super::brush::Brush;
use super::canvas::Canvas;
use super::checks::ChecksView;
use super::choices::{Choices, Sheet};
use super::columns::Column;
use super::command::{Command, Facts};
use super::compare::Comparison;
use super::control::ControlForm;
use super::copy::WorkingCopy;
use super::dialogs::Dialog;
use super::document::Document;
use super::drawer::Tab;
use super::duty::{DutyPanel, Part as DutyPart};
use super::effect::Effects;
use super::errand::Settled;
use super::filters::FilterForm;
use super::foresight::Foresight;
use super::handing::HandingForm;
use super::ime::Bounce;
use super::incidents::IncidentList;
use super::inspector::{Inspector, Leaf};
use super::moves::Proposal;
use super::paths::Listing;
use super::picture::{KeptClasses, Picture};
use super::rebalancing::Search;
use super::recent::Recent;
use super::seat::Seat;
use super::start::{Start, What};
use super::tasks::{Done, Kind, OpenedPlan};
use super::theme::{self, Palette};
use super::toasts::Toasts;
use super::tour::Spots;
use super::trace::Trace;
use super::trial::Trial;
use super::units::{AreaUnit, Coordinates};
use super::views::Views;
use super::words::Words;
use super::zones::ZoneList;
use crate::measures::Measure;

/// Where eframe's storage keeps [`Prefs`].
const PREFS_KEY: &str = "prefs";

/// What is remembered between two runs.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct Prefs {
    pub lang: Lang,
    pub dark: bool,
    pub layers_open: bool,
    pub zones_open: bool,
    pub drawer_open: bool,
    pub tab: Tab,
    pub measure: Measure,
    pub incidents: bool,
    pub labels: bool,
    /// Columns of the list of zones.
    pub columns: BTreeSet<Column>,
    /// The part of the inspector that is open.
    pub leaf: Leaf,
    pub area: AreaUnit,
    pub coordinates: Coordinates,
    /// Size of everything in the window; 1 = as the desktop says.
    pub zoom: f32,
    pub backend: Backend,
    pub brush: Brush,
    pub rebalance: RebalanceForm,
    pub handing: HandingForm,
    /// The part of the answer of a rebalancing that is open.
    pub sheet: Sheet,
    /// The part of the panel of squads and shifts that is open.
    pub duty_part: DutyPart,
    /// What was opened, the last one first.
    pub recent: Vec<Recent>,
    /// Whether the plan that was open last came from `recent`.
    pub reopen: bool,
    /// Encodings that were chosen in doubt.
    pub encodings: Settled,
    /// What was said about the columns of tables.
    pub fields: super::fields::Known,
    /// Whether the tour was seen.
    pub toured: bool,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            lang: Lang::Zh,
            dark: false,
            layers_open: true,
            zones_open: true,
            drawer_open: false,
            tab: Tab::Checks,
            measure: Measure::Load,
            incidents: false,
            labels: true,
            columns: Column::usual(),
            leaf: Leaf::Figures,
            area: AreaUnit::Km2,
            coordinates: Coordinates::Degrees,
            zoom: 1.0,
            backend: Backend::default(),
            brush: Brush::default(),
            rebalance: RebalanceForm::default(),
            handing: HandingForm::default(),
            sheet: Sheet::Moves,
            duty_part: DutyPart::Need,
            recent: Vec::new(),
            reopen: false,
            encodings: Settled::default(),
            fields: super::fields::Known::default(),
            toured: false,
        }
    }
}

/// The window.
pub struct App {
    pub(super) prefs: Prefs,
    pub(super) doc: Document,
    pub(super) jobs: Jobs<Kind, Done>,
    pub(super) queue: Vec<Command>,
    pub(super) toasts: Toasts,
    pub(super) dialog: Option<Dialog>,
    /// What is asked after it.
    pub(super) next_dialog: Option<Dialog>,
    pub(super) canvas: Canvas,
    pub(super) picture: Picture,
    /// Where the classes of the map end.
    pub(super) classes: KeptClasses,
    pub(super) list: ZoneList,
    pub(super) filter_form: FilterForm,
    pub(super) inspector: Inspector,
    pub(super) incident_list: IncidentList,
    /// Which findings are listed.
    pub(super) checks: ChecksView,
    /// The rebalancing at work.
    pub(super) search: Option<Search>,
    /// The moves a rebalancing proposed.
    pub(super) proposal: Option<Proposal>,
    /// What was asked beyond it.
    pub(super) choices: Choices,
    /// The panel of squads and shifts.
    pub(super) duty: DutyPanel,
    /// What the hand would do.
    pub(super) effects: Effects,
    /// What the dialog that is open would do.
    pub(super) trial: Trial,
    /// What the answer at hand does to response.
    pub(super) foresight: Foresight,
    /// What would bring grids into a band of work.
    pub(super) bands: Bands,
    /// What the plan is compared with.
    pub(super) comparison: Comparison,
    /// The map of it beside the plan.
    pub(super) beside: Beside,
    /// What packages and plan changed differently, still to be settled.
    pub(super) conflicts: Vec<Conflict>,
    /// Whether this window may change the plan.
    pub(super) seat: Seat,
    /// Views the map has looked at.
    pub(super) views: Views,
    /// What was chosen about the columns of tables of the plan that is open.
    pub(super) chosen: Vec<super::fields::Chosen>,
    /// What is to place a layer, while it is asked.
    pub(super) control: Option<ControlForm>,
    /// The folder our own path dialog shows.
    pub(super) listing: Listing,
    /// Where the parts of the window stand, for the tour.
    pub(super) spots: Spots,
    /// What F6 goes through: map, list, layers.
    pub(super) regions: [Option<Id>; 3],
    /// What a screen reader is to say next; seen on the screen anyway.
    pub(super) spoken: String,
    /// Wakes the window from a job.
    pub(super) waker: Context,
    /// The folder of logs, where there is one.
    pub(super) logs: Option<std::path::PathBuf>,
    /// Where times of frames are noted, if they are.
    trace: Option<Arc<Mutex<Trace>>>,
    /// The working copy of the plan that is open.
    pub(super) copy: WorkingCopy,
    /// Files of the sample city.
    pub(super) sample: &'static [(&'static str, &'static [u8])],
    /// What the title says now, so that it is only sent when it changes.
    title: String,
    /// What waits for the plan to be saved.
    pub(super) after_save: Option<Command>,
    /// Lets the input method hear the fields.
    bounce: Bounce,
    /// Files to open once the question about unsaved work is answered.
    pub(super) to_open: Vec<std::path::PathBuf>,
    /// Quit without asking again.
    pub(super) may_close: bool,
}

impl App {
    /// The window's state with the fonts and themes set and the first plan being opened.
    #[must_use]
    pub fn new(cc: &eframe::CreationContext<'_>, start: Start) -> Self {
        theme::install(&cc.egui_ctx);
        let stored = cc.storage.and_then(|storage| eframe::get_value::<Prefs>(storage, PREFS_KEY));
        let mut prefs = stored.unwrap_or_default();
        prefs.lang = start.lang.unwrap_or(prefs.lang);
        prefs.backend = start.backend.unwrap_or(prefs.backend);
        let waker = cc.egui_ctx.clone();
        let picture = Picture::new(cc.wgpu_render_state.clone(), prefs.backend);
        let mut app = Self {
            prefs,
            doc: Document::default(),
            jobs: Jobs::new(move || waker.request_repaint()),
            queue: Vec::new(),
            toasts: Toasts::default(),
            dialog: None,
            next_dialog: None,
            canvas: Canvas::default(),
            picture,
            classes: KeptClasses::default(),
            list: ZoneList::default(),
            filter_form: FilterForm::default(),
            inspector: Inspector::default(),
            incident_list: IncidentList::default(),
            checks: ChecksView::default(),
            search: None,
            proposal: None,
            choices: Choices::default(),
            duty: DutyPanel::default(),
            effects: Effects::default(),
            trial: Trial::default(),
            foresight: Foresight::default(),
            bands: Bands::default(),
            comparison: Comparison::default(),
            beside: Beside::default(),
            conflicts: Vec::new(),
            seat: Seat::default(),
            views: Views::default(),
            chosen: Vec::new(),
            control: None,
            listing: Listing::default(),
            spots: Spots::default(),
            regions: [None; 3],
            spoken: String::new(),
            waker: cc.egui_ctx.clone(),
            logs: start.logs,
            trace: start.trace,
            sample: start.sample,
            copy: WorkingCopy::at(start.state),
            title: String::new(),
            after_save: None,
            bounce: Bounce::default(),
            to_open: Vec::new(),
            may_close: false,
        };
        app.apply_theme(&cc.egui_ctx);
        cc.egui_ctx.set_zoom_factor(app.prefs.zoom);
        match start.what {
            What::Last => app.open_last(),
            What::Sample => app.open_sample(),
            What::Files(paths, options) => app.open_files_with(paths, *options),
            What::Plan(plan) => app.show_plan(OpenedPlan::of(*plan)),
        }
        app.ask_about_left_work();
        if start.tour && !app.prefs.toured && app.dialog.is_none() {
            app.dialog = Some(Dialog::Tour(0));
        }
        app
    }

    /// The document that is open.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.doc
    }

    /// What the title of the window says.
    #[must_use]
    pub fn shown_title(&self) -> &str {
        &self.title
    }

    /// Whether no job is at work.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.jobs.running().next().is_none()
    }

    /// Whether the map shows the plan that is open.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.picture.scene().is_some_and(|(look, _)| look.opened == self.doc.opened && self.doc.opened > 0)
    }

    /// The language of the window.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.prefs.lang
    }

    /// Where a lattice point stands in the window.
    #[must_use]
    pub fn screen_position(&self, point: Point) -> egui::Pos2 {
        self.canvas.camera.screen_from_point(point)
    }

    pub(super) fn words(&self) -> &'static Words {
        Words::of(self.prefs.lang)
    }

    pub(super) fn palette(&self) -> &'static Palette {
        Palette::of(self.prefs.dark)
    }

    /// Has a screen reader say what is seen anyway.
    pub(super) fn announce(&mut self, words: String) {
        self.spoken = words;
    }

    pub(super) fn apply_theme(&self, ctx: &Context) {
        ctx.set_theme(if self.prefs.dark { egui::Theme::Dark } else { egui::Theme::Light });
    }

    /// What the readiness of the commands depends on.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let doc = &self.doc;
        Facts {
            has_land: doc.plan.coverage.faces().slots() > 0,
            undo: doc.undo_sentence(),
            redo: doc.redo_sentence(),
            selected: doc.selection.len(),
            tier_locked: doc.plan.tiers.get(doc.active).is_some_and(|tier| tier.locked),
            tier_is_base: doc.active == doc.plan.base,
            tier_is_last: doc.active + 1 == doc.plan.tiers.len(),
            unsaved: doc.is_unsaved(),
            has_file: doc.project.is_some(),
            measured: doc.is_measured(),
            filtered: !doc.filter.is_open(),
            has_incidents: !doc.plan.incidents.is_empty(),
            view_back: self.views.has_back(),
            view_forward: self.views.has_forward(),
            has_logs: self.logs.is_some(),
            has_towns: doc.plan.tier_of(Role::Town).is_some(),
            taken: self.taken(),
            purged: self.doc.plan.settings.purged.is_some(),
            busy: [Kind::Open, Kind::Add, Kind::Change, Kind::Rebalance]
                .into_iter()
                .any(|kind| self.jobs.is_running(kind)),
        }
    }

    /// Keys of the list of commands. Single keys are dead while a text field has the focus.
    fn keys(&mut self, ctx: &Context) {
        if self.dialog.is_some() {
            return;
        }
        // While a list of words is open over the window, its keys are its own.
        let typing = ctx.text_edit_focused() || Popup::is_any_open(ctx);
        for (key, command) in Command::keys_by_modifiers() {
            // What a text field itself understands stays with it.
            let alone = key.modifiers.is_none() && key.logical_key != Key::F6;
            let fields = alone || matches!(key.logical_key, Key::A | Key::Z | Key::Y);
            if !(typing && fields) && ctx.input_mut(|input| input.consume_shortcut(&key)) {
                self.queue.push(command);
            }
        }
    }

    fn title(&mut self, ctx: &Context) {
        let star = if self.doc.is_unsaved() { " *" } else { "" };
        let kept = if self.copy.failure().is_some() { self.words().not_kept } else { "" };
        let title = format!("{}{star}{kept} – {}", plain(&self.doc.name), self.words().app);
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    fn close_request(&mut self, ctx: &Context) {
        if ctx.input(|input| input.viewport().close_requested()) && !self.may_close && self.doc.is_unsaved() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.dialog = Some(Dialog::Unsaved(Command::Quit));
        }
    }

    fn dropped_files(&mut self, ctx: &Context) {
        let paths: Vec<_> =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect());
        if !paths.is_empty() {
            self.dropped(paths);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.poll_jobs(ctx);
        self.close_request(ctx);
        self.flush_copy(ctx);
    }

    fn on_exit(&mut self) {
        if !self.doc.is_unsaved() {
            self.end_copy();
        }
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        self.dropped_files(&ctx);
        self.keys(&ctx);
        let palette = self.palette();
        let panel = Frame::new().fill(palette.panel);
        Panel::top("bar").exact_size(theme::BAR).frame(panel).show(ui, |ui| self.bar_ui(ui));
        self.seat_ui(ui);
        Panel::bottom("status").exact_size(theme::STATUS).frame(panel).show(ui, |ui| self.status_ui(ui));
        if self.prefs.layers_open {
            let side = Panel::left("layers").default_size(216.0).size_range(180.0..=360.0).frame(panel);
            self.spots.layers = side.show(ui, |ui| self.layers_ui(ui)).response.rect;
        }
        if self.prefs.zones_open {
            let side = Panel::right("zones").default_size(356.0).size_range(280.0..=560.0).frame(panel);
            self.spots.zones = side.show(ui, |ui| self.zones_ui(ui)).response.rect;
        }
        if self.prefs.drawer_open {
            let drawer =
                Panel::bottom("drawer").resizable(true).default_size(270.0).size_range(110.0..=560.0).frame(panel);
            drawer.show(ui, |ui| self.drawer_ui(ui));
        }
        // No fill: in software it alone would cost 40 ms a frame, and the picture covers it.
        CentralPanel::no_frame().show(ui, |ui| self.canvas_ui(ui));
        self.dialogs_ui(&ctx);
        self.toasts.show(&ctx, self.spots.map, self.prefs.dark);
        let asking = self.dialog.is_some();
        for command in std::mem::take(&mut self.queue) {
            self.perform(&ctx, command);
            // What it changed was laid out already in this frame.
            ctx.request_repaint();
        }
        if self.dialog.is_some() && !asking {
            // Shown in this very frame, so that its field hears the next key already.
            ctx.request_discard("a dialog opened");
        }
        self.prefs.zoom = ctx.zoom_factor();
        self.bounce.after_frame(&ctx, frame);
        if let Some(mut trace) = self.trace.as_ref().and_then(|trace| trace.lock().ok()) {
            trace.note(frame);
        }
        self.title(&ctx);
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.remember_view();
        eframe::set_value(storage, PREFS_KEY, &self.prefs);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.palette().paper.to_normalized_gamma_f32()
    }
}
