//! The map: what the hand does on it, and what is painted over the picture.

use eframe::egui::{
    self, CursorIcon, Key, PointerButton, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2,
};

use std::sync::Arc;

use crate::edit;
use crate::geometry::{Bounds, Point};
use crate::model::{Role as TierRole, ZoneId};
use crate::topology::FaceId;

use super::app::App;
use super::bonds::Links;
use super::camera::Camera;
use super::cross::Cross;
use super::document::Document;
use super::drawer::Tab;
use super::duty::beat_colour;
use super::locks::Locked;
use super::overlay::{self, Outline};
use super::picking::{self, Ruler};
use super::picture::{Look, Request};
use super::snapping::Snap;
use super::tools::Hand;
use super::vertices::Vertex;

/// Points the arrow keys pan by; eight times that with Shift.
const ARROW_STEP: f32 = 40.0;
/// How much a notch of the wheel (50 points) zooms.
const WHEEL: f64 = 0.0045;

/// What the hand does on the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tool {
    /// Selects zones.
    #[default]
    Select,
    /// Selects what lies in a box.
    Box,
    /// Selects what lies in a lasso.
    Lasso,
    /// Zooms to a box.
    BoxZoom,
    /// Measures distance and area.
    Measure,
    /// Gives faces to the active zone.
    Paint,
    /// Cuts a zone in two.
    Split,
    /// Redraws the border of a zone by a stroke.
    Reshape,
    /// Draws a new zone.
    Draw,
    /// Moves vertices.
    Vertex,
}

/// The map's state between frames.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    /// Where it looks.
    pub camera: Camera,
    /// The tool in hand.
    pub tool: Tool,
    /// The place under the pointer.
    pub pointer: Option<Point>,
    /// The face under the pointer.
    pub under: Option<FaceId>,
    /// The vertex under the pointer, with the vertex tool.
    pub vertex: Option<Vertex>,
    /// What the hand holds.
    pub hand: Hand,
    /// What it would be caught by.
    pub snap: Option<Snap>,
    /// Faces in question: of a finding, of a conflict. Those of a refusal stand with its words.
    pub first: Vec<FaceId>,
    /// Outlines painted over the picture.
    outlines: Outlines,
    /// A place to show with a ring: a problem flown to.
    pub mark: Option<Point>,
    /// The line that is measured.
    pub ruler: Ruler,
    /// The crosshair of the keyboard.
    pub cross: Cross,
    /// The face under the crosshair that was announced last.
    pub told: Option<FaceId>,
    /// The vertex `[` and `]` came to.
    pub stepped: Option<Vertex>,
    /// A box to look at as soon as the size of the map is known.
    fit: Option<Bounds>,
    /// Where to look, likewise.
    look: Option<edit::Camera>,
}

/// Outlines of what is under the pointer, selected, brushed over, and asked for by a refusal.
#[derive(Debug, Default)]
struct Outlines {
    under: Outline,
    selected: Outline,
    brushed: Outline,
    first: Outline,
    hovered: Outline,
    moves: Outline,
    looked: Outline,
    beats: Vec<Outline>,
    locked: Locked,
    links: Links,
}

impl Canvas {
    /// Looks at a box at the next frame.
    pub(super) fn fit_next(&mut self, bounds: Bounds) {
        self.fit = (!bounds.is_empty()).then_some(bounds);
    }

    /// Looks where it looked before at the next frame.
    pub(super) fn look_next(&mut self, camera: edit::Camera) {
        self.look = Some(camera);
    }

    /// Forgets what belonged to the plan that was open.
    pub(super) fn forget(&mut self) {
        let Self { camera, tool, .. } = *self;
        *self = Self { camera, tool, ..Self::default() };
    }

    /// The zone of the active tier under the pointer.
    pub(super) fn zone_under(&self, doc: &Document) -> Option<ZoneId> {
        doc.plan.tiers.get(doc.active)?.owner_of(self.under?)
    }

    /// Looks at a box, with some of what is around it.
    pub(super) fn fly_to(&mut self, bounds: Bounds) {
        let side = |from: i32, to: i32| (f64::from(to) - f64::from(from)) * 0.6;
        let around = side(bounds.min.x, bounds.max.x).max(side(bounds.min.y, bounds.max.y));
        self.fit_next(bounds.grown(around as i32));
    }

    /// Zooms around the middle.
    pub(super) fn zoom(&mut self, factor: f64) {
        self.camera.zoom_middle(factor);
    }

    fn lay_out(&mut self, rect: Rect, pixels_per_point: f32) {
        self.camera.lay_out(rect, pixels_per_point);
        if let Some(bounds) = self.fit.take() {
            self.camera.fit(bounds);
        }
        if let Some(camera) = self.look.take() {
            self.camera.look(camera);
        }
    }
}

/// How much the wheel or two fingers zoom in this frame, if they do.
pub(super) fn wheel(ui: &Ui) -> Option<f64> {
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
    let factor = (f64::from(scroll) * WHEEL).exp() * f64::from(pinch);
    ((factor - 1.0).abs() > 1e-6).then_some(factor)
}

impl App {
    /// The map with its tools.
    pub(super) fn canvas_ui(&mut self, ui: &mut Ui) {
        let rect = self.beside_ui(ui, ui.available_rect_before_wrap());
        let response = ui.allocate_rect(rect, Sense::click_and_drag());
        let name = self.words().map;
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, name));
        self.regions[0] = Some(response.id);
        self.spots.map = rect;
        self.canvas.lay_out(rect, ui.ctx().pixels_per_point());
        if response.contains_pointer() && ui.input(|input| input.pointer.any_pressed()) {
            // What was refused was seen: the hand goes on.
            self.toasts.leave_land();
        }
        self.navigate(ui, &response);
        self.tool_ui(ui, &response);
        self.notice_view(ui);
        let painter = ui.painter().with_clip_rect(rect);
        self.picture.paint(&painter, &self.canvas.camera);
        self.paint_few_lines(&painter);
        self.overlay_of_answers(&painter);
        self.overlay(&painter);
        self.ask_comparison();
        self.comparison.paint(self, &painter);
        self.trial.paint(self, &painter);
        if self.canvas.tool == Tool::Measure {
            self.canvas.ruler.paint(self, &painter);
        }
        if self.canvas.cross.shown {
            self.canvas.cross.paint(&painter, rect, self.palette());
        } else if response.has_focus() {
            let stroke = Stroke::new(2.0, self.palette().accent);
            painter.rect_stroke(rect, 0.0, stroke, egui::StrokeKind::Inside);
        }
        self.furniture_ui(ui, rect);
        self.brush_ui(ui, rect);
        self.title_now(&painter, rect);
        self.incident_card(ui, rect);
        self.effect_ui(ui, rect);
        self.request_picture();
    }

    /// Counts a view once it rested, unless the hand still holds something.
    fn notice_view(&mut self, ui: &Ui) {
        let (time, held) = ui.input(|input| (input.time, input.pointer.any_down()));
        if self.doc.opened > 0 && !held {
            let wait = self.views.notice(self.canvas.camera.record(), time);
            if let Some(wait) = wait {
                ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(wait));
            }
        }
    }

    /// Looks at the view before or after.
    pub(super) fn step_view(&mut self, back: bool) {
        if let Some(camera) = self.views.step(back) {
            self.canvas.look_next(camera);
        }
    }

    /// Pan and zoom by hand and keys.
    fn navigate(&mut self, ui: &Ui, response: &Response) {
        let space = ui.input(|input| input.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
        let pans = self.canvas.tool == Tool::Select || space;
        let dragged = response.dragged_by(PointerButton::Middle)
            || response.dragged_by(PointerButton::Secondary)
            || pans && response.dragged_by(PointerButton::Primary);
        if dragged {
            self.canvas.camera.pan(response.drag_delta());
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        } else if response.hovered() {
            ui.ctx().set_cursor_icon(match self.canvas.tool {
                _ if space => CursorIcon::Grab,
                Tool::Select => CursorIcon::Default,
                _ => CursorIcon::Crosshair,
            });
        }
        if let Some((at, factor)) = response.hover_pos().zip(wheel(ui)) {
            self.canvas.camera.zoom(factor, at);
        }
        self.arrow_keys(ui);
    }

    fn arrow_keys(&mut self, ui: &Ui) {
        let free = self.dialog.is_none() && ui.memory(|memory| memory.focused().is_none());
        if !free {
            return;
        }
        let mut step = Vec2::ZERO;
        ui.input(|input| {
            if input.modifiers.alt {
                return;
            }
            let size = if input.modifiers.shift { 8.0 * ARROW_STEP } else { ARROW_STEP };
            for (key, way) in [
                (Key::ArrowLeft, vec2(size, 0.0)),
                (Key::ArrowRight, vec2(-size, 0.0)),
                (Key::ArrowUp, vec2(0.0, size)),
                (Key::ArrowDown, vec2(0.0, -size)),
            ] {
                if input.key_pressed(key) {
                    step += way;
                }
            }
        });
        if step != Vec2::ZERO {
            self.canvas.camera.pan(step);
        }
    }

    /// What follows the hand at once.
    fn overlay(&mut self, painter: &egui::Painter) {
        let palette = self.palette();
        let (plan, revision, tier) = (Arc::clone(&self.doc.plan), self.doc.revision, self.doc.active);
        let brushed = self.faces_in_hand();
        let beats_in_hand = (self.brushes_beats() && !brushed.is_empty()).then(|| self.grids_of(&brushed));
        let faces_are_brushed = self.canvas.tool == Tool::Paint && !self.brushes_beats();
        let canvas = &mut self.canvas;
        let camera = canvas.camera;
        let under = canvas.under.and_then(|face| plan.tiers.get(tier)?.owner_of(face));
        let casing = palette.card.gamma_multiply(0.85);
        let line = |width, colour| Stroke::new(width, colour);
        canvas.outlines.locked.paint(painter, &camera, &plan, (revision, tier), palette);
        canvas.outlines.links.paint(painter, &camera, &plan, (revision, tier), palette);
        let selected = self.doc.selection.iter().copied().collect();
        let outline = canvas.outlines.selected.of_zones(&plan, revision, tier, selected);
        outline.paint(painter, &camera, line(2.5, palette.chosen), casing);
        if faces_are_brushed {
            let face = canvas.under.into_iter().collect();
            let outline = canvas.outlines.under.of_faces(&plan, revision, face);
            outline.paint(painter, &camera, line(1.5, palette.text), casing);
        } else if let Some(zone) = under.filter(|zone| !self.doc.selection.contains(zone)) {
            let outline = canvas.outlines.under.of_zones(&plan, revision, tier, vec![zone]);
            outline.paint(painter, &camera, line(1.5, palette.text), casing);
        }
        if let Some(zone) = self.list.hovered.filter(|zone| !self.doc.selection.contains(zone)) {
            let outline = canvas.outlines.hovered.of_zones(&plan, revision, tier, vec![zone]);
            outline.paint(painter, &camera, line(2.0, palette.text), casing);
        }
        let mut first = canvas.first.clone();
        first.extend(self.toasts.land(((self.doc.opened, revision), &self.doc.selection)));
        let outline = canvas.outlines.first.of_faces(&plan, revision, first);
        outline.paint(painter, &camera, line(2.0, palette.error), casing);
        let outline = match beats_in_hand {
            Some(grids) => canvas.outlines.brushed.of_zones(&plan, revision, tier, grids.into_iter().collect()),
            None => canvas.outlines.brushed.of_faces(&plan, revision, brushed),
        };
        outline.paint(painter, &camera, line(2.0, palette.accent), casing);
        match &canvas.hand {
            Hand::Empty | Hand::Brush(_) => {}
            Hand::Box(a, b) => {
                picking::paint_box(painter, camera.screen_from_point(*a), camera.screen_from_point(*b), palette);
            }
            Hand::Stroke(points) => {
                // By keyboard it goes on to the crosshair.
                let mut points = points.clone();
                points.extend(canvas.pointer.filter(|_| canvas.cross.shown));
                overlay::stroke(painter, &camera, &points, palette);
            }
            Hand::Vertex(vertex, to) => overlay::dragged(painter, &camera, &plan, *vertex, *to, palette),
            Hand::Edge(edge, to) => overlay::dragged_edge(painter, &camera, &plan, edge, *to, palette),
            Hand::Straight(one, other) => overlay::straight(painter, &camera, &plan, [*one, *other], palette),
        }
        if let (Some(snap), Hand::Vertex(..)) = (&canvas.snap, &canvas.hand) {
            snap.paint(painter, &camera, palette, self.prefs.lang);
        }
        if let Some(vertex) = canvas.vertex.filter(|_| canvas.tool == Tool::Vertex) {
            overlay::vertex(painter, &camera, &plan, vertex, palette);
        }
        if let Some(point) = canvas.mark {
            overlay::mark(painter, &camera, point, palette);
        }
    }

    /// Land that a search or a proposal would move, and the beats of the duty panel.
    fn overlay_of_answers(&mut self, painter: &egui::Painter) {
        let (palette, camera) = (self.palette(), self.canvas.camera);
        let (plan, revision) = (Arc::clone(&self.doc.plan), self.doc.revision);
        let casing = palette.card.gamma_multiply(0.85);
        let line = |width, colour| Stroke::new(width, colour);
        let (open, looked) = match (&self.search, &self.proposal) {
            (Some(search), _) => (search.faces.clone(), Vec::new()),
            (None, Some(proposal)) => proposal.faces(&plan),
            (None, None) => (Vec::new(), Vec::new()),
        };
        let outline = self.canvas.outlines.moves.of_faces(&plan, revision, open);
        outline.paint(painter, &camera, line(2.0, palette.accent), casing);
        let outline = self.canvas.outlines.looked.of_faces(&plan, revision, looked);
        outline.paint(painter, &camera, line(3.0, palette.over), casing);
        let beats =
            if self.prefs.drawer_open && self.prefs.tab == Tab::Duty { self.duty.shown_beats() } else { Vec::new() };
        self.canvas.outlines.beats.resize_with(beats.len(), Outline::default);
        let grids = plan.tier_of(TierRole::Grid).map_or(plan.base, |(at, _)| at);
        for (at, (outline, beat)) in self.canvas.outlines.beats.iter_mut().zip(beats).enumerate() {
            let outline = outline.of_zones(&plan, revision, grids, beat);
            outline.paint(painter, &camera, line(3.0, beat_colour(palette, at)), casing);
        }
    }

    /// What a picture of the map shows, of the state of this number.
    pub(super) fn look(&self, revision: u64) -> Look {
        let (doc, prefs) = (&self.doc, &self.prefs);
        Look {
            opened: doc.opened,
            revision,
            measured: doc.measured,
            lang: prefs.lang,
            hidden: doc.shown.iter().enumerate().filter(|(_, shown)| !**shown).map(|(at, _)| at).collect(),
            references: doc.references.clone(),
            active: doc.active,
            measure: prefs.measure,
            breaks: self.classes.breaks(),
            incidents: prefs.incidents,
            labels: prefs.labels,
            dark: prefs.dark,
        }
    }

    fn request_picture(&mut self) {
        let view = *self.canvas.camera.view();
        let doc = &self.doc;
        if doc.plan.tiers.is_empty() || view.width < 1.0 || view.height < 1.0 {
            return;
        }
        if let Some(measures) = doc.measures.as_ref().filter(|_| doc.is_measured()) {
            self.classes.keep((doc.opened, &doc.plan), doc.active, self.prefs.measure, measures);
        }
        let look = self.look(self.doc.revision);
        self.draw(Request { look, view });
    }
}
