//! Two versions side by side: the map of the state that is compared with stands left of the plan, at the same place and
//! scale; either is moved by hand.

use std::sync::Arc;

use eframe::egui::{
    Align2, FontId, Id, Painter, PointerButton, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};

use crate::base::Cancelled;
use crate::model::Plan;

use super::app::App;
use super::camera::Camera;
use super::canvas::wheel;
use super::overlay::Outline;
use super::picture::{self, Brief, Drawing, Picture, Request};
use super::references;
use super::tasks::{Done, Kind};
use super::theme::Palette;
use crate::measures::Measures;

/// The map that stands beside the plan.
#[derive(Default)]
pub(super) struct Beside {
    /// Whether it is wanted.
    pub(super) on: bool,
    picture: Picture,
    selected: Outline,
}

impl Beside {
    /// Takes a picture that is ready.
    pub(super) fn take(&mut self, ctx: &eframe::egui::Context, drawing: Result<Drawing, Cancelled>) {
        if let Ok(drawing) = drawing {
            self.picture.take(ctx, drawing);
        }
    }
}

/// A state of the plan with what was measured of it, and a number that no other state of the document has.
pub(super) struct State {
    pub(super) plan: Arc<Plan>,
    pub(super) measures: Arc<Measures>,
    pub(super) number: u64,
    pub(super) name: String,
}

impl App {
    /// The map of the version that is compared with, where it is wanted; what is left of the place for the plan.
    pub(super) fn beside_ui(&mut self, ui: &Ui, place: Rect) -> Rect {
        let Some(state) = self.compared_state().filter(|_| self.beside.on) else { return place };
        let (left, right) = place.split_left_right_at_fraction(0.5);
        let response = ui.interact(left, Id::unique("beside"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, &state.name));
        if response.dragged_by(PointerButton::Primary) || response.dragged_by(PointerButton::Middle) {
            self.canvas.camera.pan(response.drag_delta());
        }
        if let Some((at, factor)) = response.hover_pos().zip(wheel(ui)) {
            self.canvas.camera.zoom(factor, at + (right.min - left.min));
        }
        let mut camera = self.canvas.camera;
        camera.lay_out(left, ui.ctx().pixels_per_point());
        let palette = self.palette();
        let painter = ui.painter().with_clip_rect(left);
        self.beside.picture.paint(&painter, &camera);
        self.paint_selected(&painter, &camera, &state);
        self.comparison.paint_was(&painter, &camera, palette);
        title(&painter, left, &state.name, palette);
        painter.vline(left.right() - 1.0, left.y_range(), Stroke::new(2.0, palette.line));
        self.request_beside(&camera, &state);
        right
    }

    /// Says over the plan's own map which of the two it is.
    pub(super) fn title_now(&self, painter: &Painter, map: Rect) {
        if self.beside.on && self.compared_state().is_some() {
            title(painter, map, self.words().compare_now, self.palette());
        }
    }

    fn paint_selected(&mut self, painter: &Painter, camera: &Camera, state: &State) {
        let (palette, tier) = (self.palette(), self.doc.active);
        let zones = self.doc.selection.iter().copied().chain(self.list.hovered).collect();
        let outline = self.beside.selected.of_zones(&state.plan, state.number, tier, zones);
        outline.paint(painter, camera, Stroke::new(2.5, palette.chosen), palette.card.gamma_multiply(0.85));
    }

    fn request_beside(&mut self, camera: &Camera, state: &State) {
        let look = self.look(state.number);
        let request = Request { look, view: *camera.view() };
        if request.view.width < 1.0 || !self.beside.picture.ask(&request) {
            return;
        }
        let plan = references::seen(&state.plan, &self.doc.references);
        let measures = Some(Arc::clone(&state.measures));
        let brief = Brief { plan, measures, last: self.beside.picture.last(), request };
        self.jobs.follow(Kind::Beside, move |progress| Done::Beside(picture::draw(brief, progress)));
    }
}

/// What a map shows, on a card in the middle of its upper edge.
fn title(painter: &Painter, map: Rect, name: &str, palette: &Palette) {
    let galley = painter.layout_no_wrap(name.to_owned(), FontId::proportional(13.0), palette.text);
    let card = Rect::from_center_size(map.center_top() + vec2(0.0, 24.0), galley.size() + vec2(20.0, 10.0));
    painter.rect(card, 6.0, palette.card, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    painter.galley(Align2::CENTER_CENTER.anchor_size(card.center(), galley.size()).min, galley, palette.text);
}
