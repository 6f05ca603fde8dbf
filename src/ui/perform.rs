//! Does what the commands say.

use eframe::egui::{self, Context, ViewportCommand};

use crate::base::Lang;
use crate::edit;
use crate::model::{Filter, Hours};

use super::app::App;
use super::canvas::Tool;
use super::changes::VersionForm;
use super::command::Command;
use super::dialogs::{Dialog, PathFor};
use super::drawer::Tab;
use super::incidents::Part;
use super::picking::Ruler;
use super::picture::KeptClasses;
use super::toasts::Tone;
use super::tools::Hand;

/// The step of the zoom commands.
const ZOOM_STEP: f64 = 1.6;

impl App {
    /// Does a command, or says why it cannot be done.
    pub(super) fn perform(&mut self, ctx: &Context, command: Command) {
        if command == Command::ClearSelection {
            self.unwind(ctx);
            return;
        }
        if let Some(why) = command.why_not(&self.facts()) {
            self.toasts.add(Tone::Refused, why.in_lang(self.prefs.lang));
            return;
        }
        match command {
            Command::Open | Command::OpenSample | Command::Quit if self.doc.is_unsaved() && !self.may_close => {
                self.dialog = Some(Dialog::Unsaved(command));
            }
            Command::Open if !self.to_open.is_empty() => {
                let paths = std::mem::take(&mut self.to_open);
                self.open_files(paths);
            }
            Command::Open => self.pick(PathFor::Open),
            Command::AddLayers => self.pick(PathFor::Add),
            Command::ControlPoints => self.pick(PathFor::Unplaced),
            Command::OpenSample => self.open_sample(),
            Command::Save => self.save_plan(),
            Command::SaveAs => self.pick(PathFor::Save),
            Command::Export => self.ask_handing(),
            Command::ExportChanges => self.pick(PathFor::Changes),
            Command::HandOut => self.pick(PathFor::HandOut),
            Command::TakeBack => self.pick(PathFor::TakeBack),
            Command::Purge => self.dialog = Some(Dialog::Purge),
            Command::Quit => {
                self.may_close = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            Command::Undo => self.step(true),
            Command::Redo => self.step(false),
            Command::SelectAll => self.select_all(),
            Command::NameVersion => self.dialog = Some(Dialog::Version(VersionForm::default())),
            Command::CutFaces => self.ask_cut(),
            Command::Dissolve => self.dissolve(),
            Command::Simplify => self.ask_simplify(),
            Command::Retire => self.retire(),
            Command::Band => self.ask_band(),
            Command::CopyTier => {
                self.dialog = Some(Dialog::CopyTier(self.words().copy_tier_suggested.to_owned()));
            }
            Command::RemoveTier => {
                self.apply(&edit::Command::RemoveTier { tier: self.doc.active });
            }
            Command::Merge => self.ask_merge(),
            Command::LockTier => self.lock_tier(None),
            Command::LockZones => self.lock_zones(),
            Command::LockLine => self.lock_line(),
            Command::KeepTogether => self.bind_selection(false),
            Command::KeepApart => self.bind_selection(true),
            Command::Rebalance => self.ask_rebalance(),
            Command::SelectTool => self.take_tool(Tool::Select),
            Command::BoxTool => self.take_tool(Tool::Box),
            Command::LassoTool => self.take_tool(Tool::Lasso),
            Command::BoxZoomTool => self.take_tool(Tool::BoxZoom),
            Command::MeasureTool => self.take_tool(Tool::Measure),
            Command::PaintTool => self.take_tool(Tool::Paint),
            Command::SplitTool => self.take_tool(Tool::Split),
            Command::ReshapeTool => self.take_tool(Tool::Reshape),
            Command::DrawTool => self.take_tool(Tool::Draw),
            Command::Renumber => self.renumber(),
            Command::VertexTool => self.take_tool(Tool::Vertex),
            _ => self.perform_view(ctx, command),
        }
    }

    /// Commands that change what is seen, not the plan.
    fn perform_view(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::ZoomIn => self.canvas.zoom(ZOOM_STEP),
            Command::ZoomOut => self.canvas.zoom(1.0 / ZOOM_STEP),
            Command::Fit => self.canvas.fit_next(self.doc.plan.coverage.bounds()),
            Command::FitSelection => self.canvas.fit_next(self.doc.selection_bounds()),
            Command::ToggleLayers => self.prefs.layers_open = !self.prefs.layers_open,
            Command::ToggleZones => self.prefs.zones_open = !self.prefs.zones_open,
            Command::ToggleDrawer => self.prefs.drawer_open = !self.prefs.drawer_open,
            Command::Language => {
                self.prefs.lang = if self.prefs.lang == Lang::Zh { Lang::En } else { Lang::Zh };
            }
            Command::Theme => {
                self.prefs.dark = !self.prefs.dark;
                self.apply_theme(ctx);
            }
            Command::Reclassify => self.classes = KeptClasses::default(),
            Command::ViewBack => self.step_view(true),
            Command::ViewForward => self.step_view(false),
            Command::Pin => self.pin(),
            Command::ToggleIncidents => self.prefs.incidents = !self.prefs.incidents,
            Command::ListIncidents => self.list_part(Part::All),
            Command::ShowDuty => {
                self.prefs.tab = Tab::Duty;
                self.prefs.drawer_open = true;
            }
            Command::ClearFilter => self.set_filter(Filter::default()),
            Command::NightFilter => {
                let filter = Filter { hours: Hours::night(), ..self.doc.filter.clone() };
                self.set_filter(filter);
            }
            Command::NextRegion => self.next_region(ctx),
            Command::FilterZones => {
                self.prefs.zones_open = true;
                if let Some(field) = self.regions[1] {
                    ctx.memory_mut(|memory| memory.request_focus(field));
                }
            }
            Command::Compare => self.open_comparison(),
            Command::Palette => self.dialog = Some(Dialog::palette()),
            Command::Settings => self.dialog = Some(Dialog::settings(&self.doc.plan.settings)),
            Command::CheckRules => self.dialog = Some(Dialog::Rules(self.doc.plan.settings.checking.clone())),
            Command::Keys => self.dialog = Some(Dialog::Keys),
            Command::Tour => self.dialog = Some(Dialog::Tour(0)),
            Command::LogFolder => self.open_logs(),
            Command::About => self.dialog = Some(Dialog::About { licences: false }),
            _ => {}
        }
    }

    /// Takes a tool in hand; what the last one held is put back.
    fn take_tool(&mut self, tool: Tool) {
        self.canvas.hand = Hand::Empty;
        self.canvas.stepped = None;
        self.canvas.tool = tool;
    }

    /// Esc: gives up the last thing begun: what is in the hand, the line that is measured, the tool, the card of an
    /// incident, the selection, the crosshair.
    fn unwind(&mut self, ctx: &Context) {
        let canvas = &mut self.canvas;
        if canvas.hand != Hand::Empty {
            canvas.hand = Hand::Empty;
        } else if !canvas.ruler.points.is_empty() {
            canvas.ruler = Ruler::default();
        } else if canvas.tool != Tool::Select {
            canvas.tool = Tool::Select;
        } else if self.incident_list.chosen.take().is_some() {
            canvas.mark = None;
        } else if !self.doc.selection.is_empty() {
            self.doc.selection.clear();
        } else if let Some(map) = self.regions[0] {
            ctx.memory_mut(|memory| memory.surrender_focus(map));
        }
        self.canvas.first = Vec::new();
        self.toasts.leave_land();
    }

    /// Takes the focus to the next of map, list and layers.
    fn next_region(&mut self, ctx: &Context) {
        let focused = ctx.memory(egui::Memory::focused);
        let at = self.regions.iter().position(|region| region.is_some() && *region == focused);
        let open = [true, self.prefs.zones_open, self.prefs.layers_open];
        let after = (1..=3).map(|step| at.map_or(step - 1, |at| (at + step) % 3));
        let next =
            after.filter(|&region| open[region % 3]).find_map(|region| Some((region % 3, self.regions[region % 3]?)));
        if let Some((region, id)) = next {
            ctx.memory_mut(|memory| memory.request_focus(id));
            self.canvas.cross.shown = region == 0;
            self.canvas.told = None;
        }
    }

    fn select_all(&mut self) {
        if let Some(tier) = self.doc.plan.tiers.get(self.doc.active) {
            self.doc.selection = tier.zones.ids().collect();
        }
    }
}
