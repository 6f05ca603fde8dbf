//! A face walked anew after borders were put into it.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::geometry::{Bounds, Point, doubled_area, winding};

use super::clear::Obstacle;
use super::coverage::{Border, BorderId, Coverage, Directed, Face, FaceId};

/// A closed walk with the land on its left hand.
struct Walk {
    edges: Vec<Directed>,
    points: Vec<Point>,
    doubled_area: i128,
}

impl Coverage {
    /// Parts a face along borders that now lie in it; the largest part keeps its id. The new faces, largest first.
    pub(super) fn walk_anew(&mut self, id: FaceId, borders: &[BorderId]) -> Result<Vec<FaceId>, Obstacle> {
        let Some(face) = self.faces.get(id).cloned() else { return Ok(Vec::new()) };
        let mut edges: Vec<Directed> = face.rings.iter().flat_map(|ring| ring.iter().copied()).collect();
        edges.extend(borders.iter().flat_map(|&border| [Directed::forward(border), Directed::backward(border)]));
        self.walk_edges(id, &edges)
    }

    /// Makes the land on the left hand of some border sides into faces; the largest takes the id. The other faces,
    /// largest first.
    pub(super) fn walk_edges(&mut self, id: FaceId, edges: &[Directed]) -> Result<Vec<FaceId>, Obstacle> {
        let walks = self.walks(edges).ok_or(Obstacle::TurnsOver(id))?;
        let (mut outer, holes): (Vec<Walk>, Vec<Walk>) = walks.into_iter().partition(|walk| walk.doubled_area > 0);
        outer.sort_by_key(|walk| (std::cmp::Reverse(walk.doubled_area), walk.edges.first().copied()));
        let mut parts: Vec<Vec<Walk>> = outer.into_iter().map(|walk| vec![walk]).collect();
        for hole in holes {
            // Smallest last: the innermost of the parts around it.
            let around = |part: &Vec<Walk>| winding(&part[0].points, hole.points[0]).is_some_and(|turns| turns != 0);
            let at = parts.iter().rposition(around).ok_or(Obstacle::TurnsOver(id))?;
            parts[at].push(hole);
        }
        let mut ids = Vec::new();
        for (number, part) in parts.into_iter().enumerate() {
            let part_id = if number == 0 { id } else { self.faces.next_id() };
            self.settle(part_id, &part);
            ids.push(part_id);
        }
        Ok(ids.split_off(1.min(ids.len())))
    }

    /// Writes a face and names it on its borders.
    fn settle(&mut self, id: FaceId, walks: &[Walk]) {
        let face = Face {
            rings: walks.iter().map(|walk| Arc::from(walk.edges.as_slice())).collect(),
            doubled_area: walks.iter().map(|walk| walk.doubled_area).sum(),
            bounds: walks.first().map_or(Bounds::EMPTY, |walk| Bounds::of(&walk.points)),
        };
        self.faces.set(id, Some(face));
        for &edge in walks.iter().flat_map(|walk| &walk.edges) {
            if self.face_left_of(edge) == Some(id) {
                continue;
            }
            let Some(border) = self.borders.get(edge.border()).cloned() else { continue };
            let border = if edge.is_backward() {
                Border { right: Some(id), ..border }
            } else {
                Border { left: Some(id), ..border }
            };
            self.borders.set(edge.border(), Some(border));
        }
    }

    /// All closed walks of some border sides: at each node the next one clockwise from the way back. `None` where a walk
    /// leaves them.
    fn walks(&self, edges: &[Directed]) -> Option<Vec<Walk>> {
        let all: FxHashSet<Directed> = edges.iter().copied().collect();
        let mut walked = FxHashSet::default();
        let mut walks = Vec::new();
        for &start in edges {
            let (mut walk, mut edge) = (Vec::new(), start);
            while walked.insert(edge) {
                walk.push(edge);
                let border = self.borders.get(edge.border())?;
                let out = &self.nodes.get(if edge.is_backward() { border.from } else { border.to })?.out;
                let back = out.iter().position(|&out| out == edge.reversed())?;
                edge = out[(back + out.len() - 1) % out.len()];
                if !all.contains(&edge) {
                    return None;
                }
            }
            if !walk.is_empty() {
                let points = self.ring_points(&walk);
                walks.push(Walk { doubled_area: doubled_area(&points), points, edges: walk });
            }
        }
        Some(walks)
    }
}
