//! The invariants of the coverage (rules 2, 3, 6 of the design), checked in full.

use crate::geometry::{Point, doubled_area};

use super::coverage::{BorderId, Coverage, Directed, FaceId, NodeId};
use super::crossings::cuts;
use super::edges::Edges;
use super::rings::Rings;
use super::trace::by_angle;

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A border with fewer than two points or two equal neighbours.
    #[error("{0:?} is no line")]
    NoLine(BorderId),
    /// A border whose ends are not at its nodes, or not in their fans.
    #[error("{0:?} does not end in its nodes")]
    LooseEnd(BorderId),
    /// A border with the same face, or none, on both sides.
    #[error("{0:?} does not part two faces")]
    NoBorder(BorderId),
    /// A node whose fan is not in counter-clockwise order or names other borders than end there.
    #[error("the fan of {0:?} is wrong")]
    Fan(NodeId),
    /// Two nodes in one place.
    #[error("{0:?} stands where another node stands")]
    SameNode(NodeId),
    /// A ring that does not close or names borders that do not have the face on their left.
    #[error("a ring of {0:?} is wrong")]
    Ring(FaceId),
    /// A face whose stored area or box differs from its rings, or which is turned over.
    #[error("the area of {0:?} is wrong")]
    Area(FaceId),
    /// A side of a border in no ring of the face it names, or in two.
    #[error("the sides of borders and the rings of faces do not match")]
    Sides,
    /// Borders that meet other than in nodes.
    #[error("borders cross at {0:?}")]
    Crossing(Point),
}

impl Coverage {
    /// Proves the whole map: every border is a line between its nodes and names the faces whose rings it is in, fans are
    /// in order, rings close, areas are what the rings say, and nothing crosses. O(points), in parallel.
    ///
    /// # Errors
    /// The first invariant found broken.
    pub fn prove(&self) -> Result<(), Broken> {
        self.prove_borders()?;
        self.prove_nodes()?;
        self.prove_faces()?;
        self.prove_planar()
    }

    fn prove_borders(&self) -> Result<(), Broken> {
        for (id, border) in self.borders().iter() {
            let points = &border.points;
            let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Err(Broken::NoLine(id)) };
            if points.len() < 2 || points.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(Broken::NoLine(id));
            }
            for (node, at, out) in
                [(border.from, first, Directed::forward(id)), (border.to, last, Directed::backward(id))]
            {
                if self.nodes().get(node).is_none_or(|node| node.at != at || !node.out.contains(&out)) {
                    return Err(Broken::LooseEnd(id));
                }
            }
            if border.left == border.right {
                return Err(Broken::NoBorder(id));
            }
        }
        Ok(())
    }

    fn prove_nodes(&self) -> Result<(), Broken> {
        let mut places: Vec<(Point, NodeId)> = self.nodes().iter().map(|(id, node)| (node.at, id)).collect();
        places.sort_unstable();
        if let Some(pair) = places.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Broken::SameNode(pair[1].1));
        }
        let mut ends = 0;
        for (id, node) in self.nodes().iter() {
            let second: Vec<Point> = node.out.iter().filter_map(|&out| self.points_of(out).nth(1)).collect();
            let starts_here = |&out: &Directed| self.points_of(out).next() == Some(node.at);
            let ordered = second.windows(2).all(|pair| by_angle(node.at, pair[0], pair[1]).is_lt());
            if node.out.len() < 2 || second.len() != node.out.len() || !ordered || !node.out.iter().all(starts_here) {
                return Err(Broken::Fan(id));
            }
            ends += node.out.len();
        }
        if ends == 2 * self.borders().count() { Ok(()) } else { Err(Broken::Sides) }
    }

    fn prove_faces(&self) -> Result<(), Broken> {
        let mut seen = vec![false; 2 * self.borders().slots()];
        for (id, face) in self.faces().iter() {
            let mut area = 0;
            for (number, ring) in face.rings.iter().enumerate() {
                for &edge in ring.iter() {
                    let slot = 2 * edge.border().0 as usize + usize::from(edge.is_backward());
                    if self.face_left_of(edge) != Some(id) || seen.get(slot).copied().unwrap_or(true) {
                        return Err(Broken::Ring(id));
                    }
                    seen[slot] = true;
                }
                let points = self.ring_points(ring);
                let joined: usize = ring.iter().map(|&edge| self.points_of(edge).count() - 1).sum();
                let closed = points.first() == points.last() && points.len() == joined + 1;
                let chained = ring
                    .iter()
                    .zip(ring.iter().cycle().skip(1))
                    .all(|(&edge, &next)| self.points_of(edge).last() == self.points_of(next).next());
                let doubled = doubled_area(&points);
                if !closed || !chained || (doubled > 0) != (number == 0) {
                    return Err(Broken::Ring(id));
                }
                area += doubled;
            }
            let bounds = face.rings.first().map(|ring| crate::geometry::Bounds::of(&self.ring_points(ring)));
            if area != face.doubled_area || area <= 0 || bounds != Some(face.bounds) {
                return Err(Broken::Area(id));
            }
        }
        for (id, border) in self.borders().iter() {
            for (side, edge) in [(border.left, Directed::forward(id)), (border.right, Directed::backward(id))] {
                let slot = 2 * id.0 as usize + usize::from(edge.is_backward());
                if side.is_some() != seen[slot] {
                    return Err(Broken::Sides);
                }
            }
        }
        Ok(())
    }

    fn prove_planar(&self) -> Result<(), Broken> {
        let mut rings = Rings::default();
        // Every face's rings stand for its borders; borders on the outside are in one ring, others in two.
        for (id, face) in self.faces().iter() {
            for ring in face.rings.iter() {
                let mut points = self.ring_points(ring);
                points.pop();
                rings.push(points, id.0);
            }
        }
        let edges = Edges::of(&rings);
        let stored: usize = self.borders().iter().map(|(_, border)| border.points.len() - 1).sum();
        if edges.ends.len() != stored {
            return Err(Broken::Sides);
        }
        if let Some(at) = self.vertex_met_twice(&edges) {
            return Err(Broken::Crossing(at));
        }
        cuts(&edges).first().map_or(Ok(()), |&(_, at)| Err(Broken::Crossing(at)))
    }

    /// A vertex inside a border where other edges meet: lines may only meet in nodes.
    fn vertex_met_twice(&self, edges: &Edges) -> Option<Point> {
        let mut degree = vec![0_u32; edges.vertices.len()];
        edges.ends.iter().flatten().for_each(|&vertex| degree[vertex as usize] += 1);
        let nodes: rustc_hash::FxHashSet<Point> = self.nodes().iter().map(|(_, node)| node.at).collect();
        edges.vertices.iter().zip(&degree).find(|&(at, &degree)| degree != 2 && !nodes.contains(at)).map(|(&at, _)| at)
    }
}
