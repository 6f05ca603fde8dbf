//! Faces made one: the borders between them go, and nodes that no longer part anything.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::clear::Obstacle;
use super::coverage::{Border, BorderId, Coverage, Directed, Face, FaceId, NodeId};
use super::lines::LONGEST;
use super::links::borders_of;

/// A group of faces made one: the face that stays, and those that are gone.
pub type Joined = (FaceId, Vec<FaceId>);

impl Coverage {
    /// Makes each group of connected faces one; the largest of the group keeps its id. Returns for each group the face
    /// that stays and those that are gone. Vertices stay where they are. O(points of the faces).
    ///
    /// # Errors
    /// When the faces of a group are not connected over borders.
    pub fn join_faces(&self, groups: &[Vec<FaceId>]) -> Result<(Self, Vec<Joined>), Obstacle> {
        let mut joined = self.clone();
        let mut kept = Vec::new();
        for group in groups {
            if let Some(one) = joined.join_group(group)? {
                kept.push(one);
            }
        }
        Ok((joined, kept))
    }

    fn join_group(&mut self, group: &[FaceId]) -> Result<Option<Joined>, Obstacle> {
        let inside: FxHashSet<FaceId> = group.iter().copied().collect();
        let area = |&face: &FaceId| self.faces.get(face).map_or(0, |face| face.doubled_area);
        let Some(keep) = inside.iter().copied().max_by_key(|face| (area(face), std::cmp::Reverse(*face))) else {
            return Ok(None);
        };
        let is_in = |face: Option<FaceId>| face.is_some_and(|face| inside.contains(&face));
        let borders = borders_of(self, group);
        let (between, around): (Vec<BorderId>, Vec<BorderId>) = borders
            .into_iter()
            .partition(|&id| self.borders.get(id).is_some_and(|border| is_in(border.left) && is_in(border.right)));
        let mut gone: Vec<FaceId> = inside.iter().copied().filter(|&face| face != keep).collect();
        gone.sort_unstable();
        let mut nodes: Vec<NodeId> = Vec::new();
        for id in between {
            let Some(border) = self.borders.get(id).cloned() else { continue };
            self.borders.set(id, None);
            for node in [border.from, border.to] {
                self.leave(node, id);
                nodes.push(node);
            }
        }
        let edges: Vec<Directed> = around
            .iter()
            .flat_map(|&id| [Directed::forward(id), Directed::backward(id)])
            .filter(|&edge| is_in(self.face_left_of(edge)))
            .collect();
        if !self.walk_edges(keep, &edges)?.is_empty() {
            return Err(Obstacle::TurnsOver(keep));
        }
        gone.iter().for_each(|&face| self.faces.set(face, None));
        nodes.sort_unstable();
        nodes.dedup();
        for node in nodes {
            self.tidy(node);
        }
        Ok(Some((keep, gone)))
    }

    /// Takes a border out of a fan.
    fn leave(&mut self, id: NodeId, border: BorderId) {
        let Some(mut node) = self.nodes.get(id).cloned() else { return };
        node.out = node.out.iter().copied().filter(|out| out.border() != border).collect();
        self.nodes.set(id, Some(node));
    }

    /// Takes away a node where nothing meets; where two borders do that are short enough, they become one.
    fn tidy(&mut self, id: NodeId) {
        let Some(node) = self.nodes.get(id) else { return };
        match *node.out {
            [] => self.nodes.set(id, None),
            [one, two] if one.border() != two.border() => {
                let length = |edge: Directed| self.borders.get(edge.border()).map_or(0, |border| border.points.len());
                if length(one) + length(two) <= LONGEST {
                    self.weld(id, one, two);
                }
            }
            _ => {}
        }
    }

    /// Makes the two borders that leave a node into one, with the node as a vertex of it; the first keeps its id.
    pub(super) fn weld(&mut self, node: NodeId, keep: Directed, gone: Directed) {
        let (Some(kept), Some(lost)) =
            (self.borders.get(keep.border()).cloned(), self.borders.get(gone.border()).cloned())
        else {
            return;
        };
        let far = if gone.is_backward() { lost.from } else { lost.to };
        let mut onward: Vec<_> = self.points_of(gone).skip(1).collect();
        let border = if keep.is_backward() {
            let points = kept.points.iter().copied().chain(onward).collect();
            Border { points, to: far, ..kept }
        } else {
            onward.reverse();
            let points = onward.into_iter().chain(kept.points.iter().copied()).collect();
            Border { points, from: far, ..kept }
        };
        let sides = [lost.left, lost.right];
        self.borders.set(keep.border(), Some(border));
        self.borders.set(gone.border(), None);
        self.nodes.set(node, None);
        if let Some(mut value) = self.nodes.get(far).cloned() {
            value.out = value.out.iter().map(|&out| if out == gone.reversed() { keep } else { out }).collect();
            self.nodes.set(far, Some(value));
        }
        for id in sides.into_iter().flatten() {
            let Some(face) = self.faces.get(id).cloned() else { continue };
            let without = |ring: &Arc<[Directed]>| -> Arc<[Directed]> {
                ring.iter().copied().filter(|edge| edge.border() != gone.border()).collect()
            };
            self.faces.set(id, Some(Face { rings: face.rings.iter().map(without).collect(), ..face }));
        }
    }
}
