//! A line of a reference layer as the stroke: a road, a river, a track that was walked.

use eframe::egui::Pos2;

use crate::geometry::{Bounds, Point};

use super::app::App;
use super::tools::REACH;

impl App {
    /// The line of the visible reference layers that passes nearest to a position of the screen, within reach; a ring is
    /// closed. O(points of the layers): for a click, not for every frame.
    pub(super) fn reference_line_at(&self, at: Pos2) -> Option<Vec<Point>> {
        let around = self.around(at);
        let visible = self.doc.references.iter().filter(|look| look.visible);
        let layers = visible.filter_map(|look| self.doc.plan.references.get(look.place));
        let lines = layers.flat_map(|layer| layer.features.iter()).flat_map(|(shape, _)| shape.lines());
        let far = |line: &[Point]| {
            let near = line.windows(2).filter(|ends| Bounds::of(ends).meets(around));
            let distances = near.map(|ends| {
                let [a, b] = [ends[0], ends[1]].map(|point| self.canvas.camera.screen_from_point(point));
                super::tools::distance_to(at, a, b)
            });
            distances.fold(f32::INFINITY, f32::min)
        };
        let nearest = lines.map(|line| (far(line), line)).min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.filter(|(far, _)| *far <= REACH).map(|(_, line)| line.clone())
    }
}
