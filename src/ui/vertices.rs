//! The vertex tool: vertices and edges of borders dragged, added, taken out, and what lies between two of them made straight.

use eframe::egui::{Key, PointerButton, Pos2, Response, Ui, vec2};

use crate::edit;
use crate::geometry::{Bounds, Point};
use crate::topology::BorderId;

use super::app::App;
use super::tools::{Hand, REACH, distance_to};

/// A vertex of a border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Vertex {
    /// The border.
    pub border: BorderId,
    /// Which of its points.
    pub at: usize,
}

/// A piece of a border that is moved as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// The border.
    pub border: BorderId,
    /// The first of its points that moves.
    pub from: usize,
    /// The last.
    pub to: usize,
    /// Where it was taken.
    pub start: Point,
}

impl Edge {
    /// How far it was dragged, in cells.
    pub(super) fn step(&self, to: Point) -> [i32; 2] {
        [to.x.saturating_sub(self.start.x), to.y.saturating_sub(self.start.y)]
    }
}

impl App {
    /// Drags a vertex, or an edge between two of them (with Shift the whole border); with Shift from one vertex to another
    /// what lies between is made straight. A double click on a border adds a vertex, Delete takes the one under the
    /// pointer away.
    pub(super) fn vertex(&mut self, ui: &Ui, response: &Response) {
        let pointer = response.interact_pointer_pos().or(response.hover_pos());
        let holding = !matches!(self.canvas.hand, Hand::Empty);
        if !holding {
            self.canvas.vertex = pointer.and_then(|at| self.vertex_near(at));
        }
        if response.drag_started_by(PointerButton::Primary) {
            let pressed = ui.input(|input| input.pointer.press_origin()).or(pointer);
            if let Some(at) = pressed {
                self.take_up(at, ui.input(|input| input.modifiers.shift));
            }
        }
        self.follow_pointer(pointer);
        if !holding && self.canvas.hand == Hand::Empty && response.dragged_by(PointerButton::Primary) {
            self.canvas.camera.pan(response.drag_delta());
        }
        if response.drag_stopped() {
            self.put_down();
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

    /// Takes in hand what is at a position of the screen: a vertex, else an edge.
    pub(super) fn take_up(&mut self, at: Pos2, shift: bool) {
        let vertex = self.canvas.stepped.or_else(|| self.vertex_near(at));
        if let Some(vertex) = vertex {
            let point = self.canvas.camera.point_from_screen(at);
            self.canvas.hand = match point {
                _ if shift => Hand::Straight(vertex, vertex),
                Some(point) => Hand::Vertex(vertex, point),
                None => Hand::Empty,
            };
        } else if let Some((border, after, start)) = self.segment_near(at) {
            let last = self.doc.plan.coverage.borders().get(border).map_or(1, |border| border.points.len() - 1);
            let (from, to) = if shift { (0, last) } else { (after, after + 1) };
            self.canvas.hand = Hand::Edge(Edge { border, from, to, start }, start);
        }
    }

    /// What is held follows the pointer, or the crosshair.
    pub(super) fn follow_pointer(&mut self, at: Option<Pos2>) {
        let Some(at) = at else { return };
        let Some(point) = self.canvas.camera.point_from_screen(at) else { return };
        match self.canvas.hand.clone() {
            Hand::Vertex(vertex, _) => {
                self.canvas.snap = self.snap(at, Some(vertex));
                let to = self.canvas.snap.map_or(point, |snap| snap.at);
                self.canvas.hand = Hand::Vertex(vertex, to);
            }
            Hand::Edge(edge, _) => self.canvas.hand = Hand::Edge(edge, point),
            Hand::Straight(from, _) => {
                let other = self.canvas.stepped.or_else(|| self.vertex_near(at));
                let to = other.filter(|other| other.border == from.border).unwrap_or(from);
                self.canvas.hand = Hand::Straight(from, to);
            }
            Hand::Box(from, _) => self.canvas.hand = Hand::Box(from, point),
            Hand::Empty | Hand::Brush(_) | Hand::Stroke(_) => {}
        }
    }

    /// Lets go of a vertex or an edge, and does what was shown.
    pub(super) fn put_down(&mut self) {
        self.canvas.snap = None;
        if let Some(command) = self.command_in_hand() {
            self.canvas.stepped = None;
            self.apply(&command);
        }
        self.canvas.hand = Hand::Empty;
    }

    /// The command that letting go of a vertex or an edge does.
    pub(super) fn border_command(hand: &Hand) -> Option<edit::Command> {
        match *hand {
            Hand::Vertex(Vertex { border, at }, to) => Some(edit::Command::MoveVertex { border, at, to }),
            Hand::Edge(edge, to) if to != edge.start => {
                let Edge { border, from, to: last, .. } = edge;
                Some(edit::Command::MoveEdge { border, from, to: last, by: edge.step(to) })
            }
            Hand::Straight(one, other) if one.at.abs_diff(other.at) > 1 => Some(edit::Command::Straighten {
                border: one.border,
                from: one.at.min(other.at),
                to: one.at.max(other.at),
            }),
            _ => None,
        }
    }

    /// Borders that may pass near a position of the screen.
    pub(super) fn borders_near(&self, at: Pos2) -> Vec<BorderId> {
        self.doc.borders_near(self.around(at))
    }

    /// The box within reach of a position of the screen.
    pub(super) fn around(&self, at: Pos2) -> Bounds {
        let reach = vec2(REACH, REACH);
        let corners = [at - reach, at + reach].map(|at| self.canvas.camera.point_from_screen(at));
        Bounds::of(&corners.into_iter().flatten().collect::<Vec<_>>())
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
