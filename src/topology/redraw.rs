//! Many vertices moved at once: whole edges dragged, borders straightened. The outcome is judged, not the way there.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::geometry::{Bounds, Meeting, Point, meeting, winding};

use super::clear::Obstacle;
use super::coverage::{BorderId, Coverage, Directed, FaceId, NodeId};
use super::near::Near;

impl Coverage {
    /// Moves some points of a border by the same step, in cells; where its ends are among them, their nodes with all the
    /// borders that meet there. O(points of the borders touched and near).
    ///
    /// # Errors
    /// See [`Coverage::redraw`].
    pub fn shift_points(
        &self,
        border: BorderId,
        points: std::ops::RangeInclusive<usize>,
        step: [i32; 2],
        near: Near<'_>,
    ) -> Result<Self, Obstacle> {
        let count = self.points_or(border)?.len();
        if points.is_empty() || *points.end() >= count {
            return Err(Obstacle::NoVertex(border));
        }
        let mut moved: BTreeSet<(BorderId, usize)> = BTreeSet::new();
        for at in points {
            moved.extend(self.borders_through(border, at));
        }
        let mut lines: BTreeMap<BorderId, Vec<Point>> = BTreeMap::new();
        for &(id, at) in &moved {
            let old = self.points_or(id)?;
            let to = |value: i32, by: i32| value.checked_add(by);
            let place = to(old[at].x, step[0]).zip(to(old[at].y, step[1])).map(|(x, y)| Point::new(x, y));
            let place = place.filter(|place| place.is_on_earth()).ok_or(Obstacle::Vertex(old[at]))?;
            lines.entry(id).or_insert_with(|| old.to_vec())[at] = place;
        }
        self.redraw(lines.into_iter().collect(), near)
    }

    /// Takes all points of a border between two of them out. O(points near).
    ///
    /// # Errors
    /// See [`Coverage::redraw`].
    pub fn straighten(&self, border: BorderId, from: usize, to: usize, near: Near<'_>) -> Result<Self, Obstacle> {
        let points = self.points_or(border)?;
        if from >= to || to >= points.len() {
            return Err(Obstacle::NoVertex(border));
        }
        let line = points[..=from].iter().chain(&points[to..]).copied().collect();
        self.redraw(vec![(border, line)], near)
    }

    /// Gives borders other points. The map stays the same but for the shape of its lines.
    ///
    /// Why the proof is enough: a plane drawing of a connected graph is given, but for its shape, by the order of the
    /// edges around each vertex and by the outer face. So: nothing crosses or touches, fans keep their order, outer rings
    /// run counter-clockwise and holes clockwise, and holes, which are not connected, lie in their face still.
    /// O(points of the borders and near them).
    ///
    /// # Errors
    /// Where a line would cross or touch another, a node change the order of its borders, a face turn over, or an island
    /// come to lie in another face.
    fn redraw(&self, lines: Vec<(BorderId, Vec<Point>)>, near: Near<'_>) -> Result<Self, Obstacle> {
        let mut changed = self.clone();
        let ids: Vec<BorderId> = lines.iter().map(|&(id, _)| id).collect();
        for (id, points) in lines {
            if let Some(pair) = points.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Obstacle::Vertex(pair[0]));
            }
            changed.set_points(id, points);
        }
        changed.meets_nothing(self, &ids, near)?;
        let nodes = changed.nodes_of(&ids);
        for &node in &nodes {
            changed.refresh_fan(node);
            let fan = |coverage: &Self| coverage.nodes.get(node).map(|node| (node.at, node.out.to_vec()));
            if let (Some((at, now)), Some((_, before))) = (fan(&changed), fan(self))
                && !same_cycle(&now, &before)
            {
                return Err(Obstacle::Line(at));
            }
        }
        changed.refresh(&ids)?;
        changed.islands_stay(&ids)?;
        Ok(changed)
    }

    fn nodes_of(&self, borders: &[BorderId]) -> Vec<NodeId> {
        let borders = borders.iter().filter_map(|&id| self.borders.get(id));
        let mut nodes: Vec<NodeId> = borders.flat_map(|border| [border.from, border.to]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// New segments of some borders meet others in common ends alone.
    fn meets_nothing(&self, before: &Self, ids: &[BorderId], near: Near<'_>) -> Result<(), Obstacle> {
        for &id in ids {
            let known: FxHashSet<[Point; 2]> =
                before.points_or(id)?.windows(2).map(|pair| [pair[0], pair[1]]).collect();
            let points = self.points_or(id)?;
            for (at, pair) in points.windows(2).enumerate() {
                if known.contains(&[pair[0], pair[1]]) {
                    continue;
                }
                let mut others = near(Bounds::of(pair));
                others.extend_from_slice(ids);
                others.sort_unstable();
                others.dedup();
                for other in others {
                    self.meets_in_ends((id, at), other)?;
                }
            }
        }
        Ok(())
    }

    fn meets_in_ends(&self, (id, at): (BorderId, usize), other: BorderId) -> Result<(), Obstacle> {
        let (Some(border), Some(line)) = (self.borders.get(id), self.borders.get(other)) else { return Ok(()) };
        let (a, b) = (border.points[at], border.points[at + 1]);
        let bounds = Bounds::of(&[a, b]);
        // The node of a border at one of its points.
        let node = |border: &super::coverage::Border, at: usize| match at {
            0 => Some(border.from),
            _ if at + 1 == border.points.len() => Some(border.to),
            _ => None,
        };
        for (number, pair) in line.points.windows(2).enumerate() {
            if (id, at) == (other, number) || !Bounds::of(pair).meets(bounds) {
                continue;
            }
            match meeting(a, b, pair[0], pair[1]) {
                Meeting::Apart => {}
                Meeting::Ends => {
                    let next_to = id == other && number.abs_diff(at) == 1;
                    let mine = [at, at + 1].into_iter().find(|&at| pair.contains(&border.points[at]));
                    let theirs = [number, number + 1].into_iter().find(|&at| [a, b].contains(&line.points[at]));
                    let one_node = mine.zip(theirs).is_some_and(|(mine, theirs)| {
                        node(border, mine).is_some_and(|here| node(line, theirs) == Some(here))
                    });
                    if !next_to && !one_node {
                        return Err(Obstacle::Vertex(pair[0]));
                    }
                }
                _ => return Err(Obstacle::Line(pair[0])),
            }
        }
        Ok(())
    }

    /// Holes of the faces at some borders lie inside the outer ring, and none in another. Nothing crosses already, so
    /// that one point tells.
    fn islands_stay(&self, ids: &[BorderId]) -> Result<(), Obstacle> {
        let sides = ids.iter().filter_map(|&id| self.borders.get(id)).flat_map(|border| [border.left, border.right]);
        let mut faces: Vec<FaceId> = sides.flatten().collect();
        faces.sort_unstable();
        faces.dedup();
        for face in faces.into_iter().filter_map(|id| self.faces.get(id)).filter(|face| face.rings.len() > 1) {
            let rings: Vec<Vec<Point>> = face.rings.iter().map(|ring| self.ring_points(ring)).collect();
            for (number, hole) in rings.iter().enumerate().skip(1) {
                let inside = |ring: &Vec<Point>| winding(ring, hole[0]).is_some_and(|turns| turns != 0);
                let in_another = rings.iter().enumerate().skip(1).any(|(other, ring)| other != number && inside(ring));
                if !inside(&rings[0]) || in_another {
                    return Err(Obstacle::Vertex(hole[0]));
                }
            }
        }
        Ok(())
    }
}

/// Whether two fans list the same borders in the same order, wherever they begin.
fn same_cycle(one: &[Directed], two: &[Directed]) -> bool {
    let start = one.first().and_then(|first| two.iter().position(|edge| edge == first));
    one.len() == two.len()
        && start.is_some_and(|start| one.iter().enumerate().all(|(at, edge)| two[(start + at) % two.len()] == *edge))
}
