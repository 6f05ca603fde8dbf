//! Tools that draw a box or a line over the map: selecting by box and lasso, zooming to a box, measuring.

use eframe::egui::{
    Align2, Color32, FontId, Modifiers, Painter, PointerButton, Pos2, Rect, Response, Shape, Stroke, StrokeKind, Ui,
    vec2,
};

use crate::geometry::{Bounds, Point, length_m, ring_area_m2, winding};
use crate::model::ZoneId;

use super::app::App;
use super::brush::Shape as BrushShape;
use super::canvas::Tool;
use super::theme::Palette;
use super::tools::Hand;
use super::words;

/// A lasso keeps points this far apart, points of the screen.
const STEP: f32 = 4.0;

impl App {
    /// A box dragged over the map, or a lasso; on release what lies in it is selected, or looked at.
    pub(super) fn pick_by_drag(&mut self, ui: &Ui, response: &Response) {
        let at = response.interact_pointer_pos();
        let point = at.and_then(|at| self.canvas.camera.point_from_screen(at));
        if response.drag_started_by(PointerButton::Primary) {
            let pressed = ui.input(|input| input.pointer.press_origin()).or(at);
            let start = pressed.and_then(|at| self.canvas.camera.point_from_screen(at));
            self.canvas.hand = match start {
                Some(start) if self.draws_lasso() => Hand::Stroke(vec![start]),
                Some(start) => Hand::Box(start, start),
                None => Hand::Empty,
            };
        }
        if let Some(point) = point {
            match &mut self.canvas.hand {
                Hand::Box(_, to) => *to = point,
                Hand::Stroke(points) => {
                    let last = points.last().map(|&last| self.canvas.camera.screen_from_point(last));
                    if last.zip(at).is_some_and(|(last, at)| (last - at).length() >= STEP) {
                        points.push(point);
                    }
                }
                _ => {}
            }
        }
        if !response.drag_stopped() {
            return;
        }
        let modifiers = ui.input(|input| input.modifiers);
        match std::mem::take(&mut self.canvas.hand) {
            Hand::Box(a, b) => self.end_box(a, b, modifiers),
            Hand::Stroke(ring) => self.end_lasso(&ring, modifiers),
            _ => {}
        }
    }

    /// Whether what is drawn is a lasso rather than a box.
    pub(super) fn draws_lasso(&self) -> bool {
        match self.canvas.tool {
            Tool::Lasso => true,
            Tool::Paint => self.prefs.brush.shape == BrushShape::Lasso,
            _ => false,
        }
    }

    /// Whether a box is drawn.
    pub(super) fn draws_box(&self) -> bool {
        match self.canvas.tool {
            Tool::Box | Tool::BoxZoom => true,
            Tool::Paint => self.prefs.brush.shape == BrushShape::Box,
            _ => false,
        }
    }

    /// Looks at a box, or selects or paints what lies in it.
    pub(super) fn end_box(&mut self, a: Point, b: Point, modifiers: Modifiers) {
        if self.canvas.tool == Tool::BoxZoom {
            self.canvas.fit_next(Bounds::of(&[a, b]));
            self.canvas.tool = Tool::Select;
            return;
        }
        self.end_lasso(&Bounds::of(&[a, b]).corners(), modifiers);
    }

    /// Selects or paints what lies in a lasso.
    pub(super) fn end_lasso(&mut self, ring: &[Point], modifiers: Modifiers) {
        if self.canvas.tool == Tool::Paint {
            let faces = self.faces_inside(ring);
            if !faces.is_empty() {
                self.paint(&faces);
            }
        } else if ring.len() > 2 {
            self.select_inside(ring, modifiers.command, modifiers.shift);
        }
    }

    /// Selects the zones of the active tier the middle of whose box lies in a ring.
    fn select_inside(&mut self, ring: &[Point], add: bool, take: bool) {
        let Some(tier) = self.doc.active_measures() else { return };
        let is_in = inside(ring);
        let found: Vec<ZoneId> = tier
            .rows
            .iter()
            .filter(|row| !row.bounds.is_empty() && is_in(row.bounds.centre()))
            .map(|row| row.zone)
            .collect();
        let selection = &mut self.doc.selection;
        if take {
            found.iter().for_each(|zone| {
                selection.remove(zone);
            });
        } else {
            if !add {
                selection.clear();
            }
            selection.extend(found);
        }
        self.announce(words::selected(self.prefs.lang, self.doc.selection.len()));
    }

    /// A click adds a point to the line that is measured; a double click ends it, the next click begins anew.
    pub(super) fn measure_by_click(&mut self, response: &Response) {
        if response.dragged_by(PointerButton::Primary) {
            self.canvas.camera.pan(response.drag_delta());
        }
        let point = response.interact_pointer_pos().and_then(|at| self.canvas.camera.point_from_screen(at));
        if response.double_clicked() {
            self.end_measure();
        } else if let Some(point) = point.filter(|_| response.clicked()) {
            self.measure_at(point);
        }
    }

    /// Adds a point to the line that is measured; the same place twice ends it.
    pub(super) fn measure_at(&mut self, point: Point) {
        let ruler = &mut self.canvas.ruler;
        if ruler.ended {
            *ruler = Ruler::default();
        }
        if ruler.points.last() == Some(&point) {
            self.end_measure();
        } else {
            ruler.points.push(point);
        }
    }

    fn end_measure(&mut self) {
        self.canvas.ruler.ended = true;
        let told = self.canvas.ruler.told(self);
        self.announce(told);
    }
}

/// Whether a point lies in a ring, or on it.
pub(super) fn inside(ring: &[Point]) -> impl Fn(Point) -> bool {
    let around = Bounds::of(ring);
    move |point| around.contains(point) && winding(ring, point) != Some(0)
}

/// The line that is measured.
#[derive(Clone, Debug, Default)]
pub(super) struct Ruler {
    pub(super) points: Vec<Point>,
    pub(super) ended: bool,
}

impl Ruler {
    /// Length of the line, and the area it encloses from three points on.
    fn told(&self, app: &App) -> String {
        let area = (self.points.len() > 2).then(|| {
            let km2 = ring_area_m2(&self.points).abs() / 1e6;
            app.prefs.area.text(km2)
        });
        words::measured(app.prefs.lang, length_m(&self.points), area)
    }

    /// Paints the line to the pointer with its figures.
    pub(super) fn paint(&self, app: &App, painter: &Painter) {
        let palette = app.palette();
        let mut line = self.clone();
        if !self.ended {
            line.points.extend(app.canvas.pointer);
        }
        let at: Vec<Pos2> = line.points.iter().map(|&point| app.canvas.camera.screen_from_point(point)).collect();
        if at.len() > 2 {
            let ends = [at[at.len() - 1], at[0]];
            painter.extend(Shape::dashed_line(&ends, Stroke::new(1.5, palette.accent), 5.0, 4.0));
        }
        painter.add(Shape::line(at.clone(), Stroke::new(4.5, palette.card)));
        painter.add(Shape::line(at.clone(), Stroke::new(2.0, palette.accent)));
        for &corner in &at {
            painter.circle(corner, 3.5, palette.card, Stroke::new(1.5, palette.accent));
        }
        let Some(&last) = at.last() else { return };
        let told = if self.points.is_empty() { app.words().measured_none.to_owned() } else { line.told(app) };
        tag(painter, last + vec2(14.0, 18.0), told, palette);
    }
}

/// Words on a small card that stays inside the map.
pub(super) fn tag(painter: &Painter, at: Pos2, words: String, palette: &Palette) {
    let galley = painter.layout_no_wrap(words, FontId::proportional(12.5), palette.text);
    let clip = painter.clip_rect().shrink(4.0);
    let size = galley.size() + vec2(14.0, 8.0);
    let min =
        Pos2::new(at.x.min(clip.right() - size.x).max(clip.left()), at.y.min(clip.bottom() - size.y).max(clip.top()));
    let card = Rect::from_min_size(min, size);
    painter.rect(card, 5.0, palette.card, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    painter.galley(
        Align2::LEFT_CENTER.anchor_size(card.left_center() + vec2(7.0, 0.0), galley.size()).min,
        galley,
        palette.text,
    );
}

/// A box being dragged.
pub(super) fn paint_box(painter: &Painter, a: Pos2, b: Pos2, palette: &Palette) {
    let rect = Rect::from_two_pos(a, b);
    painter.rect(rect, 1.0, soft(palette.accent), Stroke::new(1.5, palette.accent), StrokeKind::Middle);
}

fn soft(colour: Color32) -> Color32 {
    colour.gamma_multiply(0.12)
}
