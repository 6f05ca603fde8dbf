//! Vertices of a border moved, added and taken out: once, for the faces on both sides and every tier above them.

use std::sync::Arc;

use crate::geometry::Point;

use super::clear::{Bend, Obstacle};
use super::coverage::{BorderId, Coverage, Directed, Node, NodeId};
use super::near::Near;

impl Coverage {
    /// Moves a vertex of a border; at either end its node, with all the borders that meet there. O(points near and of
    /// the faces around).
    ///
    /// The doubled areas of the faces sum to what they did, unless the vertex lies on the outline.
    ///
    /// # Errors
    /// When a vertex or line would be met, crossed or passed over, or a face turned over.
    pub fn shift_vertex(&self, border: BorderId, at: usize, to: Point, near: Near<'_>) -> Result<Self, Obstacle> {
        let points = self.points_or(border)?;
        let from = *points.get(at).ok_or(Obstacle::NoVertex(border))?;
        let touched = self.borders_through(border, at);
        let neighbours: Vec<Point> = touched.iter().flat_map(|&(id, at)| self.beside(id, at)).collect();
        Bend::shift(&neighbours, from, to).check(self, near, &[])?;
        let mut moved = self.clone();
        for &(id, at) in &touched {
            let mut points = moved.points_or(id)?.to_vec();
            points[at] = to;
            moved.set_points(id, points);
        }
        let touched: Vec<BorderId> = touched.into_iter().map(|(id, _)| id).collect();
        moved.refresh(&touched)?;
        Ok(moved)
    }

    /// Adds a vertex to a border behind its point `after`.
    ///
    /// # Errors
    /// See [`Coverage::shift_vertex`].
    pub fn insert_vertex(&self, border: BorderId, after: usize, at: Point, near: Near<'_>) -> Result<Self, Obstacle> {
        let points = self.points_or(border)?;
        let (Some(&a), Some(&b)) = (points.get(after), points.get(after.saturating_add(1))) else {
            return Err(Obstacle::NoVertex(border));
        };
        Bend::insert(a, b, at).check(self, near, &[])?;
        let mut points = points.to_vec();
        points.insert(after + 1, at);
        let mut changed = self.clone();
        changed.set_points(border, points);
        changed.refresh(&[border])?;
        Ok(changed)
    }

    /// Takes a vertex out of a border; at an end of the border its node, where only two borders meet there.
    ///
    /// # Errors
    /// [`Obstacle::Junction`] where more meet; see [`Coverage::shift_vertex`] for the others.
    pub fn delete_vertex(&self, border: BorderId, at: usize, near: Near<'_>) -> Result<Self, Obstacle> {
        let value = self.borders().get(border).ok_or(Obstacle::NoVertex(border))?;
        let vertex = *value.points.get(at).ok_or(Obstacle::NoVertex(border))?;
        let last = value.points.len() - 1;
        let node = if at == 0 { Some(value.from) } else { (at == last).then_some(value.to) };
        let beside: Vec<Point> =
            self.borders_through(border, at).into_iter().flat_map(|(id, at)| self.beside(id, at)).collect();
        let &[a, b] = beside.as_slice() else { return Err(Obstacle::Junction(vertex)) };
        Bend::delete(a, vertex, b).check(self, near, &[])?;
        let mut changed = self.clone();
        if let Some(node) = node {
            changed.delete_node(node)?;
        } else {
            let mut points = value.points.to_vec();
            points.remove(at);
            changed.set_points(border, points);
            changed.refresh(&[border])?;
        }
        Ok(changed)
    }

    /// Takes out a node of two borders: it moves to the next point of a border that has one to spare; where neither has,
    /// the two become one.
    fn delete_node(&mut self, id: NodeId) -> Result<(), Obstacle> {
        let Some(Node { out, at }) = self.nodes.get(id).cloned() else { return Ok(()) };
        let &[one, two] = &*out else { return Err(Obstacle::Junction(at)) };
        if one.border() == two.border() {
            let points = self.points_or(one.border())?;
            let mut points = points[1..points.len() - 1].to_vec();
            points.extend(points.first().copied());
            self.set_points(one.border(), points);
            return self.refresh(&[one.border()]);
        }
        let length = |edge: Directed| self.borders.get(edge.border()).map_or(0, |border| border.points.len());
        let (long, short) = if length(one) >= length(two) { (one, two) } else { (two, one) };
        if length(long) == 2 {
            return self.join(id, long, short);
        }
        let mut points: Vec<Point> = self.points_of(long).skip(1).collect();
        let at = points[0];
        if long.is_backward() {
            points.reverse();
        }
        self.set_points(long.border(), points);
        let mut points: Vec<Point> = self.points_or(short.border())?.to_vec();
        let end = if short.is_backward() { points.len() - 1 } else { 0 };
        points[end] = at;
        self.set_points(short.border(), points);
        self.refresh(&[long.border(), short.border()])
    }

    /// Makes the two straight borders that leave a node into one, and takes the vertex away.
    fn join(&mut self, node: NodeId, keep: Directed, gone: Directed) -> Result<(), Obstacle> {
        self.weld(node, keep, gone);
        let points = self.points_or(keep.border())?;
        let ends = [points.first().copied(), points.last().copied()];
        self.set_points(keep.border(), ends.into_iter().flatten().collect());
        self.refresh(&[keep.border()])
    }

    /// The points of a border.
    pub(super) fn points_or(&self, border: BorderId) -> Result<&Arc<[Point]>, Obstacle> {
        self.borders.get(border).map(|border| &border.points).ok_or(Obstacle::NoVertex(border))
    }

    /// Every place where borders pass through a vertex: border and point. The first and the last point of a closed
    /// border are two.
    pub(crate) fn borders_through(&self, border: BorderId, at: usize) -> Vec<(BorderId, usize)> {
        let Some(value) = self.borders.get(border) else { return Vec::new() };
        let node = match at {
            0 => value.from,
            _ if at == value.points.len() - 1 => value.to,
            _ => return vec![(border, at)],
        };
        let out = self.nodes.get(node).map_or(&[][..], |node| &node.out);
        let last = |edge: Directed| self.borders.get(edge.border()).map_or(0, |border| border.points.len() - 1);
        out.iter().map(|&edge| (edge.border(), if edge.is_backward() { last(edge) } else { 0 })).collect()
    }

    /// The points next to a point on one border.
    fn beside(&self, border: BorderId, at: usize) -> Vec<Point> {
        let points: &[Point] = self.borders.get(border).map_or(&[], |border| &border.points);
        let before = at.checked_sub(1).and_then(|at| points.get(at));
        before.into_iter().chain(points.get(at + 1)).copied().collect()
    }
}
