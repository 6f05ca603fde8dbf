//! The land of a scene as marks on a page: fills, lines and names, simplified to what paper shows.

use crate::base::Key as _;
use crate::geometry::{Bounds, Point};
use crate::model::{Shape, ZoneId};
use crate::render::borders::{kept, level_for};
use crate::render::labels::Pixels;
use crate::render::points::shown;
use crate::render::scene::Scene;
use crate::render::style::{Colour, Hatch, Pen};
use crate::render::text::MIDDLE;
use crate::render::view::View;
use crate::topology::{Directed, FaceId};

use super::{Mark, Sheet, Words};

/// Points of the page that a line may be off: a tenth of a millimetre.
const OFF: f64 = 0.28;
/// Share of a pen's width on the screen that it has on paper.
const THIN: f32 = 0.7;

/// Half of a symbol, points.
pub(super) const SYMBOL: f32 = 1.8;

/// A map in a frame on a page.
pub(in crate::render) struct Land<'a> {
    scene: &'a Scene,
    view: View,
    /// Upper left corner of the frame.
    at: [f32; 2],
    level: u8,
    bounds: Bounds,
}

impl<'a> Land<'a> {
    /// What a camera sees, its picture put with its upper left corner at a place of the page.
    pub(in crate::render) fn new(scene: &'a Scene, view: View, at: [f32; 2]) -> Self {
        Self { scene, at, level: level_for(view.metres_per_point * OFF), bounds: view.bounds(), view }
    }

    fn place(&self, point: Point) -> [f32; 2] {
        let (x, y) = self.view.to_screen(point);
        [x as f32 + self.at[0], y as f32 + self.at[1]]
    }

    /// A walk over borders as a line on the page.
    fn walk(&self, edges: &[Directed]) -> Vec<[f32; 2]> {
        let mut line: Vec<[f32; 2]> = Vec::new();
        for edge in edges {
            let Some(border) = self.scene.plan().coverage.borders().get(edge.border()) else { continue };
            let ranks = self.scene.borders.ranks_of(edge.border().index());
            let points = border.points.iter().zip(ranks).filter(|&(_, &rank)| kept(rank, self.level));
            line.pop();
            if edge.is_backward() {
                line.extend(points.rev().map(|(&point, _)| self.place(point)));
            } else {
                line.extend(points.map(|(&point, _)| self.place(point)));
            }
        }
        line
    }

    /// The outline of some faces: rings on the page.
    pub(in crate::render) fn outline(&self, faces: &[FaceId]) -> Vec<Vec<[f32; 2]>> {
        self.scene.plan().coverage.outline(faces).iter().map(|ring| self.walk(ring)).collect()
    }

    /// Fills all faces that are in the frame, those of one colour together, so that no seam shows between them.
    pub(super) fn fill(&self, sheet: &mut Sheet, colour: impl Fn(FaceId) -> (Colour, Hatch)) {
        let mut groups: Vec<((Colour, Hatch), Vec<FaceId>)> = Vec::new();
        for (face, value) in self.scene.plan().coverage.faces().iter() {
            if !value.bounds.meets(self.bounds) {
                continue;
            }
            let look = colour(face);
            match groups.iter_mut().find(|(known, _)| *known == look) {
                Some((_, faces)) => faces.push(face),
                None => groups.push((look, vec![face])),
            }
        }
        for ((colour, hatch), faces) in groups {
            sheet.marks.push(Mark::Fill { rings: self.outline(&faces), colour, hatch });
        }
    }

    /// Draws reference layers: lines and outlines, and points as symbols of their layer.
    pub(super) fn references(&self, sheet: &mut Sheet) {
        let style = self.scene.style();
        let pen = self.flat(style.street);
        for (symbol, reference) in shown(self.scene.plan()) {
            for (shape, _) in reference.features.iter() {
                let (lines, closed) = match shape {
                    Shape::Points(points) => {
                        for &point in points.iter().filter(|&&point| self.bounds.contains(point)) {
                            let rings = symbol.map(|symbol| symbol.corners(self.place(point), SYMBOL));
                            let rings = rings.into_iter().collect();
                            sheet.marks.push(Mark::Fill { rings, colour: style.quiet_ink, hatch: Hatch::None });
                        }
                        continue;
                    }
                    Shape::Lines(lines) => (lines, false),
                    Shape::Rings(rings) => (rings, true),
                };
                for line in lines.iter().filter(|line| Bounds::of(line).meets(self.bounds)) {
                    let mut points: Vec<[f32; 2]> = line.iter().map(|&point| self.place(point)).collect();
                    points.extend(points.first().copied().filter(|_| closed));
                    sheet.marks.push(Mark::Line { points, pen });
                }
            }
        }
    }

    /// Draws borders, fine to coarse.
    pub(super) fn lines(&self, sheet: &mut Sheet) {
        for (at, layer) in self.scene.layers.iter().enumerate() {
            let pen = self.flat(layer.pen);
            for id in self.scene.plan().coverage.borders().ids() {
                let slot = id.index();
                let own = self.scene.looks.get(slot).is_some_and(|look| usize::from(look.layer) == at);
                let seen = self.scene.borders.bounds.get(slot).is_some_and(|bounds| bounds.meets(self.bounds));
                if own && seen {
                    sheet.marks.push(Mark::Line { points: self.walk(&[Directed::forward(id)]), pen });
                }
            }
        }
    }

    /// Draws names, clear of each other and of boxes on the page: left, top, width, height.
    pub(super) fn names(&self, sheet: &mut Sheet, taken: &[[f32; 4]]) {
        let [left, top] = self.at;
        let boxed = |&[x, y, width, height]: &[f32; 4]| Pixels {
            left: x - left,
            top: y - top,
            right: x - left + width,
            bottom: y - top + height,
        };
        let taken: Vec<Pixels> = taken.iter().map(boxed).collect();
        for label in self.scene.labels(&self.view, &taken) {
            let Some(ink) = self.scene.ink_of(&label, 1.0) else { continue };
            let middle = f32::midpoint(label.room.top, label.room.bottom);
            let at = [label.room.left + ink.halo + self.at[0], middle + ink.size * MIDDLE + self.at[1]];
            sheet.words(Words {
                bold: ink.bold,
                spacing: ink.spacing,
                halo: ink.halo * 0.7,
                ..Words::new(label.text, at, ink.size, ink.colour)
            });
        }
    }

    /// Draws the outline of a zone over everything.
    pub(super) fn outlined(&self, sheet: &mut Sheet, faces: &[FaceId], pen: Pen) {
        for mut points in self.outline(faces) {
            points.extend(points.first().copied());
            sheet.marks.push(Mark::Line { points, pen });
        }
    }

    /// A pen without alpha, as wide as paper wants it.
    fn flat(&self, pen: Pen) -> Pen {
        let [.., alpha] = pen.colour.0;
        let colour = self.scene.style().land.mix(pen.colour.with_alpha(255), f32::from(alpha) / 255.0);
        let thin = |length: f32| length * THIN;
        Pen { width: thin(pen.width), colour, dash: pen.dash.map(|dash| dash.map(thin)) }
    }

    /// The box of a zone on the page: left, top, width, height.
    pub(in crate::render) fn around(&self, bounds: Bounds) -> [f32; 4] {
        let ([left, bottom], [right, top]) = (self.place(bounds.min), self.place(bounds.max));
        [left, top, right - left, bottom - top]
    }
}

/// Faces of each zone of a tier, by slot, and the box around them.
pub(in crate::render) fn zone_bounds(scene: &Scene, faces: &[FaceId]) -> Bounds {
    let boxes = faces.iter().filter_map(|&face| scene.plan().coverage.faces().get(face)).map(|face| face.bounds);
    boxes.fold(Bounds::EMPTY, Bounds::join)
}

/// The zone that owns a face in a tier.
pub(super) fn owner(scene: &Scene, tier: usize, face: FaceId) -> Option<ZoneId> {
    scene.plan().tiers.get(tier)?.owner_of(face)
}
