//! What follows from a border's points: fans, areas and boxes.

use std::sync::Arc;

use crate::geometry::{Bounds, Point, doubled_area};

use super::clear::Obstacle;
use super::coverage::{Border, BorderId, Coverage, FaceId, NodeId};
use super::trace::by_angle;

impl Coverage {
    /// Gives a border other points; its nodes move along with its ends.
    pub(super) fn set_points(&mut self, id: BorderId, points: Vec<Point>) {
        let Some(border) = self.borders.get(id).cloned() else { return };
        let ends = [(border.from, points.first().copied()), (border.to, points.last().copied())];
        self.borders.set(id, Some(Border { points: Arc::from(points), ..border }));
        for (node, at) in ends {
            if let (Some(mut value), Some(at)) = (self.nodes.get(node).cloned(), at)
                && value.at != at
            {
                value.at = at;
                self.nodes.set(node, Some(value));
            }
        }
    }

    /// Sorts the fan of a node anew.
    pub(super) fn refresh_fan(&mut self, id: NodeId) {
        let Some(mut node) = self.nodes.get(id).cloned() else { return };
        let mut out = node.out.to_vec();
        let second = |edge| self.points_of(edge).nth(1).unwrap_or(node.at);
        out.sort_by(|&a, &b| by_angle(node.at, second(a), second(b)));
        if *out != *node.out {
            node.out = out.into();
            self.nodes.set(id, Some(node));
        }
    }

    /// Measures a face anew.
    ///
    /// # Errors
    /// When its outer ring no longer runs counter-clockwise, or a hole no longer clockwise.
    pub(super) fn refresh_face(&mut self, id: FaceId) -> Result<(), Obstacle> {
        let Some(mut face) = self.faces.get(id).cloned() else { return Ok(()) };
        let (mut area, mut bounds) = (0, Bounds::EMPTY);
        for (number, ring) in face.rings.iter().enumerate() {
            let points = self.ring_points(ring);
            let doubled = doubled_area(&points);
            if doubled == 0 || (doubled > 0) != (number == 0) {
                return Err(Obstacle::TurnsOver(id));
            }
            area += doubled;
            if number == 0 {
                bounds = Bounds::of(&points);
            }
        }
        if (face.doubled_area, face.bounds) != (area, bounds) {
            (face.doubled_area, face.bounds) = (area, bounds);
            self.faces.set(id, Some(face));
        }
        Ok(())
    }

    /// Sorts the fans and measures the faces at some borders anew.
    pub(super) fn refresh(&mut self, borders: &[BorderId]) -> Result<(), Obstacle> {
        let found: Vec<Border> = borders.iter().filter_map(|&id| self.borders.get(id).cloned()).collect();
        let mut nodes: Vec<NodeId> = found.iter().flat_map(|border| [border.from, border.to]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        for node in nodes {
            self.refresh_fan(node);
        }
        let mut faces: Vec<FaceId> = found.iter().flat_map(|border| [border.left, border.right]).flatten().collect();
        faces.sort_unstable();
        faces.dedup();
        faces.into_iter().try_for_each(|face| self.refresh_face(face))
    }
}
