//! The line at the bottom: the job at work, the zone under the cursor in each tier, place, scale, and the sum of rule 4.

use eframe::egui::accesskit::Live;
use eframe::egui::{
    Align, Button, Frame, Label, Layout, Margin, ProgressBar, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo,
};

use crate::topology::FaceId;

use super::app::App;
use super::tasks::Kind;
use super::words;

impl App {
    /// The line at the bottom.
    pub(super) fn status_ui(&mut self, ui: &mut Ui) {
        Frame::new().inner_margin(Margin::symmetric(12, 0)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            ui.horizontal_centered(|ui| {
                self.job_ui(ui);
                self.spoken_ui(ui);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    self.sum_ui(ui);
                    self.place_ui(ui);
                    let text = RichText::new(self.under_pointer()).small();
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(Label::new(text).truncate()));
                });
            });
        });
    }

    /// The first job that is not drawing, with its progress and a way to stop it.
    fn job_ui(&mut self, ui: &mut Ui) {
        let words = self.words();
        let lang = self.prefs.lang;
        let quiet = |kind: Kind| {
            use Kind::{Band, Beside, Check, Count, Draw, Duty, Effect, Foresee, List, Pick, Try};
            matches!(kind, Draw | Beside | Check | Count | Pick | List | Effect | Duty | Try | Band | Foresee)
        };
        let found =
            self.jobs.running().find(|&(kind, _)| !quiet(kind)).map(|(kind, progress)| (kind, progress.state()));
        let Some((kind, (phase, share))) = found else { return };
        let name = match kind {
            Kind::Open => words.job_open,
            Kind::Add => words.job_add,
            Kind::Change => words.job_change,
            Kind::Measure => words.job_measure,
            Kind::Save => words.job_save,
            Kind::Export => words.job_export,
            Kind::Rebalance | Kind::Ask => words.job_rebalance,
            Kind::Take => words.job_take,
            Kind::Compare => words.compare_working,
            Kind::Pick
            | Kind::List
            | Kind::Effect
            | Kind::Try
            | Kind::Band
            | Kind::Foresee
            | Kind::Check
            | Kind::Count
            | Kind::Draw
            | Kind::Beside
            | Kind::Duty => words.job_draw,
        };
        let phase = phase.in_lang(lang);
        let text = if phase.is_empty() { name.to_owned() } else { format!("{name} · {phase}") };
        let fill = self.palette().accent;
        ui.add(ProgressBar::new(share.unwrap_or(0.0)).fill(fill).desired_width(120.0).desired_height(6.0));
        ui.label(RichText::new(text).small());
        if ui.add(Button::new(RichText::new(words.cancel).small()).small()).clicked() {
            self.jobs.cancel(kind);
        }
        // A job says where it is without waking the window; four looks a second are enough.
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(250));
    }

    /// What a screen reader says without being asked.
    fn spoken_ui(&self, ui: &mut Ui) {
        let id = ui.scope_id().with("spoken");
        let response = ui.interact(Rect::from_min_size(ui.max_rect().min, Vec2::ZERO), id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &self.spoken));
        ui.ctx().accesskit_node_builder(id, |node| node.set_live(Live::Polite));
    }

    fn place_ui(&self, ui: &mut Ui) {
        if let Some(point) = self.canvas.pointer {
            ui.label(RichText::new(self.prefs.coordinates.text(point)).small().weak());
        }
        // A point of the screen is 1/96 inch by definition; the scale on paper follows from it.
        let scale = self.canvas.camera.view().metres_per_point / (0.0254 / 96.0);
        ui.label(RichText::new(format!("1:{}", words::count(round_scale(scale)))).small().weak());
    }

    /// The zone under the cursor in each tier, coarse to fine.
    fn under_pointer(&self) -> String {
        self.zones_at(self.canvas.under)
    }

    /// The zones a face lies in, coarse to fine.
    pub(super) fn zones_at(&self, face: Option<FaceId>) -> String {
        let Some(face) = face else { return String::new() };
        let tiers = self.doc.plan.tiers.iter().filter_map(|tier| {
            let zone = tier.zones.get(tier.owner_of(face)?)?;
            Some(zone.called().to_owned())
        });
        tiers.collect::<Vec<_>>().join(" › ")
    }
}

/// Two digits are enough for a scale.
fn round_scale(scale: f64) -> usize {
    let power = 10_f64.powf((scale.max(1.0).log10().floor() - 1.0).max(0.0));
    ((scale / power).round() * power) as usize
}
