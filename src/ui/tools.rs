//! What each tool does with the hand on the map.

use eframe::egui::{Key, PointerButton, Pos2, Response, Ui};

use crate::edit::{Half, Side, Take};
use crate::geometry::Point;
use crate::model::ZoneId;
use crate::topology::FaceId;

use super::app::App;
use super::canvas::Tool;
use super::dialogs::{Dialog, DrawForm, SplitForm};
use super::toasts::Tone;
use super::vertices::{Edge, Vertex};

/// How near the pointer must come to a vertex or a border, points.
pub(super) const REACH: f32 = 9.0;
/// A stroke keeps points this far apart, points.
pub(super) const STROKE_STEP: f32 = 5.0;
/// Places looked at along a stroke.
const LOOKS: f32 = 4000.0;

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
    /// A piece of a border and where it is dragged to.
    Edge(Edge, Point),
    /// A vertex, and another one of the same border: what lies between is to be straight.
    Straight(Vertex, Vertex),
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
            self.follow_pointer(at);
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
            Tool::Paint => self.brush(ui, response),
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
                    self.paint(&[face]);
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
        let code = self.free_code(beside.map_or("", |zone| zone.code.as_str()), &[]);
        self.dialog = Some(Dialog::Draw(DrawForm { ring, take: Take::All, code, name: String::new() }));
    }

    /// Asks which of the zones a stroke goes over are cut, and what their other sides are called. Those it only begins or
    /// ends in are not cut, unless there is no other.
    fn ask_split(&mut self, stroke: Vec<Point>) {
        let Some(tier) = self.doc.plan.tiers.get(self.doc.active) else { return };
        let mut over: Vec<Option<ZoneId>> = self.along(&stroke).map(|face| tier.owner_of(face?)).collect();
        over.dedup();
        let inner = over.get(1..over.len().saturating_sub(1)).unwrap_or_default();
        let crossed = if inner.iter().any(Option::is_some) { inner } else { &over };
        let mut halves: Vec<(Half, bool)> = Vec::new();
        for &zone in crossed.iter().flatten() {
            let Some(value) = tier.zones.get(zone).filter(|_| halves.iter().all(|(half, _)| half.zone != zone)) else {
                continue;
            };
            let codes: Vec<&str> = halves.iter().map(|(half, _)| half.code.as_str()).collect();
            let (code, name) = (self.free_code(&value.code, &codes), format!("{}(2)", value.name));
            halves.push((Half { zone, code, name }, true));
        }
        if halves.is_empty() {
            self.toasts.add(Tone::Refused, self.words().split_misses);
            return;
        }
        // Where some of them are selected, those are meant.
        let selected = |half: &Half| self.doc.selection.contains(&half.zone);
        if halves.iter().any(|(half, _)| selected(half)) {
            halves.iter_mut().for_each(|(half, cut)| *cut = selected(half));
        }
        self.dialog = Some(Dialog::Split(SplitForm { stroke, keeps: Side::Left, halves }));
    }

    /// The faces along a line, at steps of the screen, at most [`LOOKS`] of them.
    fn along<'a>(&'a self, line: &'a [Point]) -> impl Iterator<Item = Option<FaceId>> + 'a {
        let place = |point: Point| self.canvas.camera.screen_from_point(point);
        let length: f32 = line.windows(2).map(|ends| (place(ends[1]) - place(ends[0])).length()).sum();
        let step = (length / LOOKS).max(2.0);
        let looks = line.windows(2).flat_map(move |ends| {
            let [a, b] = [ends[0], ends[1]];
            let count = ((place(b) - place(a)).length() / step).ceil().max(1.0);
            (0..count as usize).map(move |at| {
                let along = at as f64 / f64::from(count);
                let between = |a: i32, b: i32| f64::from(a) + (f64::from(b) - f64::from(a)) * along;
                Point::new(between(a.x, b.x) as i32, between(a.y, b.y) as i32)
            })
        });
        looks.chain(line.last().copied()).map(|point| self.doc.face_at(point))
    }
}
