//! What each tool does with the hand on the map.

use eframe::egui::{Key, PointerButton, Pos2, Response, Ui, vec2};

use crate::edit::{self, Side, Take};
use crate::geometry::{Bounds, Point};
use crate::topology::{BorderId, FaceId};

use super::app::App;
use super::canvas::Tool;
use super::dialogs::{Dialog, DrawForm, SplitForm};
use super::toasts::Tone;

/// How near the pointer must come to a vertex or a border, points.
pub(super) const REACH: f32 = 9.0;
/// A stroke keeps points this far apart, points.
const STROKE_STEP: f32 = 5.0;

/// What the hand holds between press and release.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Hand {
    /// Nothing.
    #[default]
    Empty,
    /// Faces the brush went over, in that order.
    Brush(Vec<FaceId>),
    /// A stroke.
    Stroke(Vec<Point>),
    /// A box from one corner to the other.
    Box(Point, Point),
    /// A vertex of a border and where it is dragged to.
    Vertex(Vertex, Point),
}

/// A vertex of a border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Vertex {
    /// The border.
    pub border: BorderId,
    /// Which of its points.
    pub at: usize,
}

/// How far a place is from a segment.
pub(super) fn distance_to(at: Pos2, a: Pos2, b: Pos2) -> f32 {
    let along = ((at - a).dot(b - a) / (b - a).length_sq().max(f32::EPSILON)).clamp(0.0, 1.0);
    (a + (b - a) * along - at).length()
}

impl App {
    /// Hover, clicks and drags of the tool in hand; or the crosshair, while the keyboard has the map.
    pub(super) fn tool_ui(&mut self, ui: &Ui, response: &Response) {
        let acts = self.cross_keys(ui, response);
        let cross = self.canvas.cross.shown;
        let at = if cross { Some(self.canvas.cross.at(response.rect)) } else { response.hover_pos() };
        self.canvas.pointer = at.and_then(|at| self.canvas.camera.point_from_screen(at));
        self.canvas.under = self.canvas.pointer.and_then(|point| self.doc.face_at(point));
        if cross {
            if let (Hand::Vertex(_, to) | Hand::Box(_, to), Some(point)) = (&mut self.canvas.hand, self.canvas.pointer)
            {
                *to = point;
            }
            if acts {
                self.act_at_cross(ui, response.rect);
            }
            return;
        }
        let space = ui.input(|input| input.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
        if space && self.canvas.hand == Hand::Empty {
            return;
        }
        match self.canvas.tool {
            Tool::Select => {}
            Tool::Box | Tool::Lasso | Tool::BoxZoom => self.pick_by_drag(ui, response),
            Tool::Measure => self.measure_by_click(response),
            Tool::Paint => self.brush(response),
            Tool::Split | Tool::Reshape | Tool::Draw => self.stroke(ui, response),
            Tool::Vertex => self.vertex(ui, response),
        }
        if response.clicked()
            && let Some(at) = response.interact_pointer_pos()
        {
            self.canvas.mark = None;
            self.click(at, ui.input(|input| input.modifiers.command));
        }
        if response.double_clicked() && self.canvas.tool == Tool::Select {
            let bounds = self.doc.selection_bounds();
            self.canvas.fly_to(bounds);
        }
    }

    /// A click selects; with the paint tool it gives the face to the zone that is selected, once there is one.
    pub(super) fn click(&mut self, at: Pos2, add: bool) {
        let face = self.canvas.under;
        match self.canvas.tool {
            Tool::Paint if self.doc.selection.len() == 1 && !add => {
                if let Some(face) = face {
                    self.paint(vec![face]);
                }
            }
            Tool::Select | Tool::Paint | Tool::Box | Tool::Lasso => {
                if let Some(row) = self.incident_near(at).filter(|_| self.canvas.tool == Tool::Select && !add) {
                    self.incident_list.chosen = Some(row);
                    self.canvas.mark = self.doc.plan.incidents.point(row as usize);
                    return;
                }
                let tier = self.doc.plan.tiers.get(self.doc.active);
                match face.and_then(|face| tier?.owner_of(face)) {
                    Some(zone) => {
                        self.doc.select(zone, add && self.canvas.tool != Tool::Paint);
                        self.list.reveal = Some(zone);
                    }
                    None if !add => self.doc.selection.clear(),
                    None => {}
                }
            }
            // What is drawn on the map already can be the stroke: a road, a river, a track that was walked.
            Tool::Split | Tool::Reshape => {
                if let Some(line) = self.reference_line_at(at) {
                    self.end_stroke(line);
                }
            }
            Tool::Draw | Tool::Vertex | Tool::BoxZoom | Tool::Measure => {}
        }
    }

    /// Collects the faces under the pointer while it is pressed and gives them to the selected zone on release.
    fn brush(&mut self, response: &Response) {
        if response.drag_started_by(PointerButton::Primary) {
            self.canvas.hand = Hand::Brush(Vec::new());
        }
        if response.dragged_by(PointerButton::Primary)
            && let Some(to) = response.interact_pointer_pos()
        {
            // Between two frames the hand may cross several faces.
            let from = to - response.drag_delta();
            let steps = ((to - from).length() / STROKE_STEP).ceil().max(1.0) as usize;
            let found: Vec<FaceId> = (0..=steps)
                .filter_map(|step| {
                    let at = from + (to - from) * (step as f32 / steps as f32);
                    self.doc.face_at(self.canvas.camera.point_from_screen(at)?)
                })
                .collect();
            if let Hand::Brush(faces) = &mut self.canvas.hand {
                for face in found {
                    if !faces.contains(&face) {
                        faces.push(face);
                    }
                }
            }
        }
        if response.drag_stopped()
            && let Hand::Brush(faces) = std::mem::take(&mut self.canvas.hand)
            && !faces.is_empty()
        {
            self.paint(faces);
        }
    }

    /// Draws a stroke; on release asks what becomes of the two sides.
    fn stroke(&mut self, ui: &Ui, response: &Response) {
        let at = response.interact_pointer_pos();
        let point = at.and_then(|at| self.canvas.camera.point_from_screen(at));
        if response.drag_started_by(PointerButton::Primary) {
            // It begins where the hand pressed: the first steps only told a drag from a click.
            let pressed = ui.input(|input| input.pointer.press_origin());
            let start = pressed.and_then(|at| self.canvas.camera.point_from_screen(at));
            self.canvas.hand = Hand::Stroke(start.into_iter().collect());
        }
        if let (Hand::Stroke(points), Some(at), Some(point)) = (&mut self.canvas.hand, at, point) {
            let last = points.last().map(|&last| self.canvas.camera.screen_from_point(last));
            if last.is_none_or(|last| (last - at).length() >= STROKE_STEP) {
                points.push(point);
            }
        }
        if response.drag_stopped()
            && let Hand::Stroke(stroke) = std::mem::take(&mut self.canvas.hand)
        {
            self.end_stroke(stroke);
        }
    }

    /// What a stroke means, by the tool it was drawn with.
    pub(super) fn end_stroke(&mut self, stroke: Vec<Point>) {
        match self.canvas.tool {
            Tool::Reshape => self.reshape(stroke),
            Tool::Draw if stroke.len() > 2 => self.ask_draw(stroke),
            Tool::Split => self.ask_split(stroke),
            _ => {}
        }
    }

    /// Asks what a zone drawn as a ring is called.
    fn ask_draw(&mut self, ring: Vec<Point>) {
        let Some(tier) = self.doc.plan.tiers.get(self.doc.active) else { return };
        let under = ring.iter().find_map(|&point| tier.owner_of(self.doc.face_at(point)?));
        let beside = under.or_else(|| tier.zones.ids().next()).and_then(|zone| tier.zones.get(zone));
        let code = self.free_code(beside.map_or("", |zone| zone.code.as_str()));
        self.dialog = Some(Dialog::Draw(DrawForm { ring, take: Take::All, code, name: String::new() }));
    }

    /// The zone that most points of a stroke fall in is the one that is cut.
    fn ask_split(&mut self, stroke: Vec<Point>) {
        let Some(tier) = self.doc.plan.tiers.get(self.doc.active) else { return };
        let mut zones: Vec<_> = stroke.iter().filter_map(|&point| tier.owner_of(self.doc.face_at(point)?)).collect();
        zones.sort_unstable();
        let runs = zones.chunk_by(|a, b| a == b).max_by_key(|run| run.len());
        let Some((&zone, value)) = runs.and_then(|run| Some((run.first()?, tier.zones.get(*run.first()?)?))) else {
            self.toasts.add(Tone::Refused, self.words().split_misses);
            return;
        };
        let (code, name) = (self.free_code(&value.code), format!("{}(2)", value.name));
        self.dialog = Some(Dialog::Split(SplitForm { zone, stroke, keeps: Side::Left, code, name }));
    }

    /// Drags a vertex; a double click on a border adds one, Delete takes the one under the pointer away.
    fn vertex(&mut self, ui: &Ui, response: &Response) {
        let pointer = response.interact_pointer_pos().or(response.hover_pos());
        let holding = matches!(self.canvas.hand, Hand::Vertex(..));
        if !holding {
            self.canvas.vertex = pointer.and_then(|at| self.vertex_near(at));
        }
        if response.drag_started_by(PointerButton::Primary) {
            let pressed = ui.input(|input| input.pointer.press_origin()).or(pointer);
            let held = pressed.and_then(|at| self.vertex_near(at));
            if let (Some(vertex), Some(point)) = (held, self.canvas.pointer) {
                self.canvas.hand = Hand::Vertex(vertex, point);
            }
        }
        let point = pointer.and_then(|at| self.canvas.camera.point_from_screen(at));
        if let (Hand::Vertex(_, to), Some(point)) = (&mut self.canvas.hand, point) {
            *to = point;
        } else if !holding && response.dragged_by(PointerButton::Primary) {
            self.canvas.camera.pan(response.drag_delta());
        }
        if response.drag_stopped()
            && let Hand::Vertex(Vertex { border, at }, to) = std::mem::take(&mut self.canvas.hand)
        {
            self.move_vertex(border, at, to);
        }
        if let Some(Vertex { border, at }) = self.canvas.vertex
            && !ui.ctx().text_edit_focused()
            && ui.input(|input| input.key_pressed(Key::Delete))
        {
            self.apply(&edit::Command::DeleteVertex { border, at });
        }
        if response.double_clicked()
            && self.canvas.vertex.is_none()
            && let Some((border, after, at)) = pointer.and_then(|at| self.segment_near(at))
        {
            self.apply(&edit::Command::InsertVertex { border, after, at });
        }
    }

    /// Moves a vertex.
    pub(super) fn move_vertex(&mut self, border: BorderId, at: usize, to: Point) {
        self.canvas.stepped = None;
        self.apply(&edit::Command::MoveVertex { border, at, to });
    }

    /// Borders that may pass near a position of the screen.
    fn borders_near(&self, at: Pos2) -> Vec<BorderId> {
        let corner = |off| self.canvas.camera.point_from_screen(at + off);
        let reach = vec2(REACH, REACH);
        let corners: Vec<Point> = [corner(-reach), corner(reach)].into_iter().flatten().collect();
        self.doc.borders_near(Bounds::of(&corners))
    }

    /// The vertex nearest to a position of the screen, within reach.
    pub(super) fn vertex_near(&self, at: Pos2) -> Option<Vertex> {
        let mut nearest: Option<(f32, Vertex)> = None;
        for border in self.borders_near(at) {
            let Some(value) = self.doc.plan.coverage.borders().get(border) else { continue };
            for (index, &point) in value.points.iter().enumerate() {
                let far = (self.canvas.camera.screen_from_point(point) - at).length();
                if far <= REACH && nearest.is_none_or(|(best, _)| far < best) {
                    nearest = Some((far, Vertex { border, at: index }));
                }
            }
        }
        nearest.map(|(_, vertex)| vertex)
    }

    /// The segment nearest to a position of the screen, within reach: its border, the point it starts at, and the place.
    fn segment_near(&self, at: Pos2) -> Option<(BorderId, usize, Point)> {
        let mut nearest: Option<(f32, BorderId, usize)> = None;
        for border in self.borders_near(at) {
            let Some(value) = self.doc.plan.coverage.borders().get(border) else { continue };
            for (index, edge) in value.points.windows(2).enumerate() {
                let [a, b] = [edge[0], edge[1]].map(|point| self.canvas.camera.screen_from_point(point));
                let far = distance_to(at, a, b);
                if far <= REACH && nearest.is_none_or(|(best, ..)| far < best) {
                    nearest = Some((far, border, index));
                }
            }
        }
        let (_, border, after) = nearest?;
        Some((border, after, self.canvas.camera.point_from_screen(at)?))
    }
}
