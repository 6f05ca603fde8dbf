//! What the hand is caught by while it holds a vertex: a vertex of a reference line, the line itself, a right angle, a
//! straight line. The target is seen before the hand lets go.

use eframe::egui::{Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, vec2};

use crate::base::Lang;
use crate::geometry::Point;

use super::app::App;
use super::camera::Camera;
use super::picking::tag;
use super::theme::Palette;
use super::tools::REACH;
use super::vertices::Vertex;
use super::words::Words;

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Vertex,
    Line,
    Right,
    Straight,
}

/// Where the hand is caught, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Snap {
    /// The place.
    pub at: Point,
    target: Target,
}

impl Snap {
    /// A sign at the target, and what it is.
    pub(super) fn paint(&self, painter: &Painter, camera: &Camera, palette: &Palette, lang: Lang) {
        let (at, words) = (camera.screen_from_point(self.at), Words::of(lang));
        let told = match self.target {
            Target::Vertex => words.snap_vertex,
            Target::Line => words.snap_line,
            Target::Right => words.snap_right,
            Target::Straight => words.snap_straight,
        };
        for (width, colour) in [(5.0, palette.card), (2.0, palette.better)] {
            let stroke = Stroke::new(width, colour);
            if self.target == Target::Vertex {
                let square = Rect::from_center_size(at, Vec2::splat(17.0));
                painter.rect_stroke(square, 1.0, stroke, StrokeKind::Middle);
            } else {
                painter.add(Shape::circle_stroke(at, 9.0, stroke));
            }
        }
        tag(painter, at + vec2(14.0, -34.0), told.to_owned(), palette);
    }
}

/// The foot of a place on the segment from `a` to `b`.
fn foot(at: Pos2, a: Pos2, b: Pos2) -> Pos2 {
    let along = (at - a).dot(b - a) / (b - a).length_sq().max(f32::EPSILON);
    a + (b - a) * along.clamp(0.0, 1.0)
}

impl App {
    /// What catches a vertex at a position of the screen: vertices before lines before angles; nothing while Alt is held.
    pub(super) fn snap(&self, at: Pos2, held: Option<Vertex>) -> Option<Snap> {
        if self.waker.input(|input| input.modifiers.alt) {
            return None;
        }
        let camera = &self.canvas.camera;
        let segments: Vec<[Point; 2]> = self.doc.measures.as_ref().map_or_else(Vec::new, |measures| {
            let seen = |layer: usize| self.doc.references.get(layer).is_some_and(|look| look.visible);
            measures.lines.meeting(self.around(at)).filter(|(layer, _)| seen(*layer)).map(|(_, ends)| ends).collect()
        });
        let far = |point: &Point| (camera.screen_from_point(*point) - at).length();
        let vertices = segments.iter().flatten().copied().filter(|point| far(point) <= REACH);
        if let Some(at) = vertices.min_by(|a, b| far(a).total_cmp(&far(b))) {
            return Some(Snap { at, target: Target::Vertex });
        }
        let on_lines = segments.iter().map(|ends| {
            let [a, b] = ends.map(|point| camera.screen_from_point(point));
            foot(at, a, b)
        });
        let nearest = on_lines.min_by(|a, b| (*a - at).length().total_cmp(&(*b - at).length()));
        if let Some(place) = nearest.filter(|place| (*place - at).length() <= REACH) {
            return Some(Snap { at: camera.point_from_screen(place)?, target: Target::Line });
        }
        self.snap_to_angle(at, held?)
    }

    /// A right angle at the vertex, or none: between the two points beside it.
    fn snap_to_angle(&self, at: Pos2, held: Vertex) -> Option<Snap> {
        let camera = &self.canvas.camera;
        let points = &self.doc.plan.coverage.borders().get(held.border)?.points;
        let beside = [points.get(held.at.checked_sub(1)?)?, points.get(held.at + 1)?];
        let [a, b] = beside.map(|&point| camera.screen_from_point(point));
        let straight = foot(at, a, b);
        // A right angle over two points stands on the circle around their middle.
        let (middle, radius) = (a + (b - a) / 2.0, (b - a).length() / 2.0);
        let right = middle + (at - middle).normalized() * radius;
        let (target, place) =
            if (straight - at).length() <= REACH { (Target::Straight, straight) } else { (Target::Right, right) };
        let caught = (place - at).length() <= REACH / 2.0 && radius > REACH;
        Some(Snap { at: camera.point_from_screen(place)?, target }).filter(|_| caught)
    }
}
