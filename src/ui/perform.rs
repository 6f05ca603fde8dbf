//! Does what the commands say.

use eframe::egui::{Context, ViewportCommand};

use crate::base::Lang;

use super::app::App;
use super::canvas::Tool;
use super::command::Command;
use super::dialogs::{Dialog, PathFor};
use super::toasts::Tone;

/// The step of the zoom commands.
const ZOOM_STEP: f64 = 1.6;

impl App {
    /// Does a command, or says why it cannot be done.
    pub(super) fn perform(&mut self, ctx: &Context, command: Command) {
        if let Some(why) = command.why_not(&self.facts()) {
            if command != Command::ClearSelection {
                self.toasts.add(Tone::Refused, why.in_lang(self.prefs.lang));
            }
            return;
        }
        match command {
            Command::Open | Command::OpenSample | Command::Quit if self.doc.is_unsaved() && !self.may_close => {
                self.dialog = Some(Dialog::Unsaved(command));
            }
            Command::Open => self.pick(PathFor::Open),
            Command::OpenSample => self.open_sample(),
            Command::Save => self.save_plan(),
            Command::SaveAs => self.pick(PathFor::Save),
            Command::ExportGeoJson => self.pick(PathFor::Export),
            Command::Quit => {
                self.may_close = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            Command::Undo => self.step(true),
            Command::Redo => self.step(false),
            Command::SelectAll => self.select_all(),
            Command::ClearSelection => {
                self.doc.selection.clear();
                self.canvas.tool = Tool::Select;
            }
            Command::Merge => self.dialog = Some(Dialog::Merge),
            Command::LockTier => self.lock_tier(None),
            Command::Rebalance => self.rebalance(),
            Command::SelectTool => self.canvas.tool = Tool::Select,
            Command::PaintTool => self.canvas.tool = Tool::Paint,
            Command::SplitTool => self.canvas.tool = Tool::Split,
            Command::VertexTool => self.canvas.tool = Tool::Vertex,
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
            Command::Palette => self.dialog = Some(Dialog::palette()),
            Command::Keys => self.dialog = Some(Dialog::Keys),
            Command::About => self.dialog = Some(Dialog::About),
            _ => {}
        }
    }

    fn select_all(&mut self) {
        if let Some(tier) = self.doc.plan.tiers.get(self.doc.active) {
            self.doc.selection = tier.zones.ids().collect();
        }
    }
}
