//! What is painted over the picture so that it follows the hand at once: the zone under the pointer, the selection, a
//! mark.

use eframe::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, vec2};

use crate::geometry::Point;
use crate::model::{Plan, ZoneId};
use crate::topology::FaceId;

use super::camera::Camera;
use super::theme::Palette;
use super::vertices::{Edge, Vertex};

/// Closer than this two points of a line are one, points of the screen.
const SAME: f32 = 0.75;

/// The outline of a set of faces, kept until another one is asked for.
#[derive(Debug, Default)]
pub(super) struct Outline {
    key: Option<Key>,
    rings: Vec<Vec<Point>>,
}

/// What an outline was made of.
#[derive(Debug, PartialEq)]
enum Key {
    Zones(u64, usize, Vec<ZoneId>),
    Faces(u64, Vec<FaceId>),
}

impl Outline {
    /// The outline of zones of one tier. O(faces) when it changed.
    pub(super) fn of_zones(&mut self, plan: &Plan, revision: u64, tier: usize, zones: Vec<ZoneId>) -> &Self {
        let key = Key::Zones(revision, tier, zones);
        if self.key.as_ref() != Some(&key) {
            let faces = match (&key, plan.tiers.get(tier)) {
                (Key::Zones(.., zones), Some(tier)) if !zones.is_empty() => {
                    let inside = |zone: &ZoneId| zones.binary_search(zone).is_ok();
                    tier.owner.iter().filter(|(_, zone)| inside(zone)).map(|(face, _)| face).collect()
                }
                _ => Vec::new(),
            };
            self.set(plan, key, &faces);
        }
        self
    }

    /// The outline of faces.
    pub(super) fn of_faces(&mut self, plan: &Plan, revision: u64, faces: Vec<FaceId>) -> &Self {
        let key = Key::Faces(revision, faces.clone());
        if self.key.as_ref() != Some(&key) {
            self.set(plan, key, &faces);
        }
        self
    }

    fn set(&mut self, plan: &Plan, key: Key, faces: &[FaceId]) {
        let rings = plan.coverage.outline(faces);
        self.rings = rings.iter().map(|ring| plan.coverage.ring_points(ring)).collect();
        self.key = Some(key);
    }

    /// Paints it as a line with a casing, which is seen on any ground.
    pub(super) fn paint(&self, painter: &Painter, camera: &Camera, line: Stroke, casing: Color32) {
        for ring in &self.rings {
            let points = thinned(ring.iter().map(|&point| camera.screen_from_point(point)));
            let around = Rect::from_points(&points);
            if points.len() > 1 && around.intersects(painter.clip_rect()) {
                painter.add(Shape::line(points.clone(), Stroke::new(line.width + 2.5, casing)));
                painter.add(Shape::line(points, line));
            }
        }
    }
}

/// The points of a line without those that fall on the one before.
fn thinned(points: impl Iterator<Item = Pos2>) -> Vec<Pos2> {
    let mut kept: Vec<Pos2> = Vec::new();
    for point in points {
        if kept.last().is_none_or(|last| (point - *last).length() >= SAME) {
            kept.push(point);
        }
    }
    kept
}

/// A ring around a place.
pub(super) fn mark(painter: &Painter, camera: &Camera, point: Point, palette: &Palette) {
    let at = camera.screen_from_point(point);
    painter.circle_stroke(at, 13.0, Stroke::new(5.0, palette.card));
    painter.circle_stroke(at, 13.0, Stroke::new(2.0, palette.error));
}

/// A stroke being drawn.
pub(super) fn stroke(painter: &Painter, camera: &Camera, points: &[Point], palette: &Palette) {
    let line = thinned(points.iter().map(|&point| camera.screen_from_point(point)));
    painter.add(Shape::line(line.clone(), Stroke::new(4.5, palette.card)));
    painter.add(Shape::line(line, Stroke::new(2.0, palette.accent)));
}

/// The points on the screen of those lines that are seen.
fn seen<'a>(painter: &'a Painter, camera: &'a Camera, lines: &'a [Vec<Point>]) -> impl Iterator<Item = Vec<Pos2>> + 'a {
    lines.iter().filter_map(|line| {
        let points = thinned(line.iter().map(|&point| camera.screen_from_point(point)));
        let seen = Rect::from_points(&points).intersects(painter.clip_rect());
        (points.len() > 1 && seen).then_some(points)
    })
}

/// Lines with a casing.
pub(super) fn lines(painter: &Painter, camera: &Camera, lines: &[Vec<Point>], line: Stroke, casing: Color32) {
    for points in seen(painter, camera, lines) {
        painter.add(Shape::line(points.clone(), Stroke::new(line.width + 2.0, casing)));
        painter.add(Shape::line(points, line));
    }
}

/// Dashed lines with a casing.
pub(super) fn dashes(painter: &Painter, camera: &Camera, lines: &[Vec<Point>], line: Stroke, casing: Color32) {
    for points in seen(painter, camera, lines) {
        painter.add(Shape::line(points.clone(), Stroke::new(line.width + 2.0, casing)));
        painter.extend(Shape::dashed_line(&points, line, 7.0, 5.0));
    }
}

/// A vertex as a square handle.
pub(super) fn vertex(painter: &Painter, camera: &Camera, plan: &Plan, vertex: Vertex, palette: &Palette) {
    let border = plan.coverage.borders().get(vertex.border);
    let Some(&point) = border.and_then(|border| border.points.get(vertex.at)) else { return };
    handle(painter, camera.screen_from_point(point), palette);
}

fn handle(painter: &Painter, at: Pos2, palette: &Palette) {
    let square = Rect::from_center_size(at, vec2(9.0, 9.0));
    painter.rect(square, 1.5, palette.card, Stroke::new(2.0, palette.accent), StrokeKind::Middle);
}

/// A piece of a border being dragged, with the ends that follow it.
pub(super) fn dragged_edge(painter: &Painter, camera: &Camera, plan: &Plan, edge: &Edge, to: Point, palette: &Palette) {
    let Some(border) = plan.coverage.borders().get(edge.border) else { return };
    let by = camera.screen_from_point(to) - camera.screen_from_point(edge.start);
    let around = edge.from.saturating_sub(1)..=(edge.to + 1).min(border.points.len() - 1);
    let place = |at: usize| {
        let point = camera.screen_from_point(border.points[at]);
        if (edge.from..=edge.to).contains(&at) { point + by } else { point }
    };
    let line: Vec<Pos2> = around.map(place).collect();
    painter.add(Shape::line(line.clone(), Stroke::new(4.0, palette.card)));
    painter.add(Shape::line(line, Stroke::new(2.0, palette.accent)));
}

/// A border as it would be straight between two of its vertices.
pub(super) fn straight(painter: &Painter, camera: &Camera, plan: &Plan, ends: [Vertex; 2], palette: &Palette) {
    let place = |vertex: Vertex| plan.coverage.borders().get(vertex.border)?.points.get(vertex.at).copied();
    let places: Vec<Pos2> = ends.into_iter().filter_map(place).map(|point| camera.screen_from_point(point)).collect();
    painter.add(Shape::line(places.clone(), Stroke::new(4.0, palette.card)));
    painter.add(Shape::line(places.clone(), Stroke::new(2.0, palette.accent)));
    places.into_iter().for_each(|at| handle(painter, at, palette));
}

/// A vertex being dragged, with the border as it would be.
pub(super) fn dragged(painter: &Painter, camera: &Camera, plan: &Plan, vertex: Vertex, to: Point, palette: &Palette) {
    let Some(border) = plan.coverage.borders().get(vertex.border) else { return };
    let at = |index: usize| border.points.get(index).map(|&point| camera.screen_from_point(point));
    let hand = camera.screen_from_point(to);
    let beside = [vertex.at.checked_sub(1).and_then(at), at(vertex.at + 1)];
    for other in beside.into_iter().flatten() {
        painter.line_segment([other, hand], Stroke::new(4.0, palette.card));
        painter.line_segment([other, hand], Stroke::new(2.0, palette.accent));
    }
    handle(painter, hand, palette);
}
