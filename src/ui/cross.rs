//! The map by keyboard: a crosshair that arrows move, Enter acts at, and `[` `]` take from vertex to vertex.

use eframe::egui::{Event, EventFilter, Key, Painter, Pos2, Rect, Response, Shape, Stroke, Ui, Vec2, vec2};

use crate::geometry::Bounds;
use crate::topology::BorderId;

use super::app::App;
use super::canvas::Tool;
use super::theme::Palette;
use super::tools::Hand;
use super::vertices::Vertex;
use super::words;

/// Points an arrow moves the crosshair; eight times that with Shift.
const STEP: f32 = 8.0;
/// Most vertices `[` and `]` go through: more are not told apart on a screen.
const MOST_VERTICES: usize = 20_000;

/// The crosshair.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cross {
    /// Whether the keyboard has the map.
    pub shown: bool,
    /// Where it is, from the middle of the map.
    from_middle: Vec2,
}

impl Cross {
    /// Where it is on the screen.
    pub(super) fn at(&self, map: Rect) -> Pos2 {
        let at = map.center() + self.from_middle;
        at.clamp(map.min, map.max)
    }

    /// Paints it.
    pub(super) fn paint(&self, painter: &Painter, map: Rect, palette: &Palette) {
        let at = self.at(map);
        for stroke in [Stroke::new(4.0, palette.card), Stroke::new(1.5, palette.text)] {
            for way in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
                painter.add(Shape::line_segment([at + way * 5.0, at + way * 16.0], stroke));
            }
        }
        painter.circle_filled(at, 1.5, palette.text);
    }
}

impl App {
    /// Keys of the map while it has the focus; whether Enter acts at the crosshair in this frame.
    pub(super) fn cross_keys(&mut self, ui: &Ui, response: &Response) -> bool {
        if !response.has_focus() || self.dialog.is_some() {
            self.canvas.cross.shown = false;
            return false;
        }
        let filter =
            EventFilter { horizontal_arrows: true, vertical_arrows: true, escape: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        if ui.input(|input| input.pointer.is_moving() || input.pointer.any_pressed()) && response.contains_pointer() {
            self.canvas.cross.shown = false;
        }
        let mut step = Vec2::ZERO;
        let (enter, before, after) = ui.input(|input| {
            // Each press by the modifiers it came with: several may fall into one frame.
            for event in &input.events {
                let Event::Key { key, pressed: true, modifiers, .. } = *event else { continue };
                let way = match key {
                    Key::ArrowLeft => vec2(-STEP, 0.0),
                    Key::ArrowRight => vec2(STEP, 0.0),
                    Key::ArrowUp => vec2(0.0, -STEP),
                    Key::ArrowDown => vec2(0.0, STEP),
                    _ => continue,
                };
                if !modifiers.alt {
                    step += way * if modifiers.shift { 8.0 } else { 1.0 };
                }
            }
            let pressed = |key| input.key_pressed(key);
            (pressed(Key::Enter), pressed(Key::OpenBracket), pressed(Key::CloseBracket))
        });
        if step != Vec2::ZERO {
            self.canvas.cross.shown = true;
            self.move_cross(step, response.rect);
        }
        if before || after {
            self.canvas.cross.shown = true;
            self.step_vertex(before, response.rect);
        }
        self.announce_place(response.rect);
        enter && self.canvas.cross.shown
    }

    /// Moves the crosshair; at the edge the map moves under it.
    fn move_cross(&mut self, step: Vec2, map: Rect) {
        let inner = map.shrink(24.0);
        let wanted = self.canvas.cross.at(map) + step;
        let kept = wanted.clamp(inner.min, inner.max);
        self.canvas.camera.pan(kept - wanted);
        self.canvas.cross.from_middle = kept - map.center();
    }

    /// Says the zones under the crosshair when they change.
    fn announce_place(&mut self, map: Rect) {
        if !self.canvas.cross.shown {
            return;
        }
        let at = self.canvas.cross.at(map);
        let face = self.canvas.camera.point_from_screen(at).and_then(|point| self.doc.face_at(point));
        if face != self.canvas.told {
            self.canvas.told = face;
            let told = self.zones_at(face);
            let told = if told.is_empty() { self.words().outside.to_owned() } else { told };
            self.announce(told);
        }
    }

    /// Takes the crosshair to the next vertex, or the one before, of the borders in view: of the selected zones where
    /// there are some.
    fn step_vertex(&mut self, back: bool, map: Rect) {
        let corners = [map.min, map.max].map(|at| self.canvas.camera.point_from_screen(at));
        let view = Bounds::of(&corners.into_iter().flatten().collect::<Vec<_>>());
        let plan = std::sync::Arc::clone(&self.doc.plan);
        let tier = plan.tiers.get(self.doc.active);
        let of_selection = |border: &BorderId| {
            let Some((border, tier)) = plan.coverage.borders().get(*border).zip(tier) else { return false };
            let owners = [border.left, border.right].map(|face| tier.owner_of(face?));
            owners[0] != owners[1]
                && owners
                    .iter()
                    .flatten()
                    .any(|zone| self.doc.selection.is_empty() || self.doc.selection.contains(zone))
        };
        let mut borders = self.doc.borders_near(view);
        borders.sort_unstable();
        let vertices = borders.into_iter().filter(of_selection).flat_map(|id| {
            let points = plan.coverage.borders().get(id).map_or(&[][..], |border| &border.points);
            points.iter().enumerate().map(move |(at, &point)| (Vertex { border: id, at }, point))
        });
        let vertices: Vec<_> = vertices.filter(|(_, point)| view.contains(*point)).take(MOST_VERTICES).collect();
        let now = self.canvas.vertex.and_then(|vertex| vertices.iter().position(|(other, _)| *other == vertex));
        let count = vertices.len();
        let next = match (now, back) {
            (None, _) => 0,
            (Some(at), false) => (at + 1) % count.max(1),
            (Some(at), true) => (at + count - 1) % count.max(1),
        };
        if let Some(&(vertex, point)) = vertices.get(next) {
            self.canvas.vertex = Some(vertex);
            self.canvas.stepped = Some(vertex);
            self.canvas.cross.from_middle = self.canvas.camera.screen_from_point(point) - map.center();
            self.announce(words::vertex_at(self.prefs.lang, next + 1, count));
        }
    }

    /// Enter at the crosshair: what a click, or the press and the release of a drag, do by hand.
    pub(super) fn act_at_cross(&mut self, ui: &Ui, map: Rect) {
        let at = self.canvas.cross.at(map);
        let Some(point) = self.canvas.camera.point_from_screen(at) else { return };
        let modifiers = ui.input(|input| input.modifiers);
        let hand = std::mem::take(&mut self.canvas.hand);
        let (lasso, strokes) = (self.draws_lasso(), [Tool::Split, Tool::Reshape, Tool::Draw]);
        match (self.canvas.tool, hand) {
            (_, Hand::Box(from, _)) => self.end_box(from, point, modifiers),
            // A second Enter at the same place ends the line.
            (_, Hand::Stroke(points)) if points.last() == Some(&point) => {
                if lasso {
                    self.end_lasso(&points, modifiers);
                } else {
                    self.end_stroke(points);
                }
            }
            (_, Hand::Stroke(mut points)) => {
                points.push(point);
                self.canvas.hand = Hand::Stroke(points);
            }
            (tool, _) if lasso || strokes.contains(&tool) => self.canvas.hand = Hand::Stroke(vec![point]),
            (_, _) if self.draws_box() => self.canvas.hand = Hand::Box(point, point),
            (Tool::Vertex, Hand::Empty) => {
                self.take_up(at, modifiers.shift);
                if self.canvas.hand != Hand::Empty {
                    self.announce(self.words().vertex_held.to_owned());
                }
            }
            (Tool::Vertex, held) => {
                self.canvas.hand = held;
                self.put_down();
            }
            (Tool::Measure, _) => self.measure_at(point),
            _ => self.click(at, modifiers.command),
        }
    }
}
