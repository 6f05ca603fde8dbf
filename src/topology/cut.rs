//! Faces cut along strokes: borders cut in two where they meet them, new borders between, faces walked anew.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::geometry::Point;

use super::clear::Obstacle;
use super::coverage::{Border, BorderId, Coverage, Directed, FaceId, Node, NodeId};
use super::links::{Piece, borders_of, pieces};
use super::near::Near;
use super::stroke::{Noded, node, untangled};
use super::trace::by_angle;

/// What strokes did to a coverage.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The coverage after it.
    pub coverage: Coverage,
    /// Every face that was cut, with the new faces cut off it; it keeps its largest part.
    pub parts: Vec<(FaceId, Vec<FaceId>)>,
    /// Borders between the faces given that lie on a stroke, walked along it.
    pub along: Vec<Directed>,
    /// The strokes with a vertex wherever they meet a border.
    pub strokes: Vec<Vec<Point>>,
}

impl Coverage {
    /// Cuts some faces along a stroke, open or closed. What lies outside them, ends inside one, or leads to a hole and not
    /// on, cuts nothing; what runs along a border is no cut but is told in [`Cut::along`]. A closed stroke inside one face
    /// cuts an island out of it. O(n log n) for n points of the stroke and of the faces.
    ///
    /// Where the stroke meets a border the place is rounded to the lattice and the border bends by half a cell at most.
    ///
    /// # Errors
    /// [`Obstacle::Missed`] when nothing is cut and no border between the faces lies on the stroke,
    /// [`Obstacle::Tangled`] when it crosses itself.
    pub fn cut(&self, faces: &[FaceId], stroke: &[Point], near: Near<'_>) -> Result<Cut, Obstacle> {
        let noded = node(self, &borders_of(self, faces), &[stroke.to_vec()], false, near)?;
        noded.strokes.iter().try_for_each(|stroke| untangled(stroke))?;
        let cut = Self::inscribe(noded, faces)?;
        if cut.along.is_empty() { Err(Obstacle::Missed) } else { Ok(cut) }
    }

    /// Cuts some faces along many lines at once, which may cross each other and themselves: see [`Coverage::cut`].
    ///
    /// # Errors
    /// When a border cannot bend to the lattice. Lines that cut nothing are no error: [`Cut::parts`] is empty.
    pub fn engrave(&self, faces: &[FaceId], lines: &[Vec<Point>], near: Near<'_>) -> Result<Cut, Obstacle> {
        Self::inscribe(node(self, &borders_of(self, faces), lines, true, near)?, faces)
    }

    /// Puts noded strokes into faces.
    fn inscribe(noded: Noded, faces: &[FaceId]) -> Result<Cut, Obstacle> {
        let targets: FxHashSet<FaceId> = faces.iter().copied().collect();
        let (pieces, runs) = pieces(&noded, &targets)?;
        let Noded { coverage, strokes, touches } = noded;
        let mut cut = Cut { coverage, parts: Vec::new(), along: Vec::new(), strokes };
        cut.coverage.insert_pieces(&pieces, &touches, &mut cut.parts)?;
        let mut now = faces.to_vec();
        now.extend(cut.parts.iter().flat_map(|(_, parts)| parts.iter().copied()));
        // Chaining turns pieces as it likes: the direction is that of the strokes.
        let mut lies_on: FxHashSet<[Point; 2]> = runs.into_iter().collect();
        let inside: FxHashSet<[Point; 2]> = pieces
            .iter()
            .flat_map(|piece| piece.points.windows(2).flat_map(|pair| [[pair[0], pair[1]], [pair[1], pair[0]]]))
            .collect();
        let steps = cut.strokes.iter().flat_map(|stroke| stroke.windows(2).map(|pair| [pair[0], pair[1]]));
        lies_on.extend(steps.filter(|step| inside.contains(step)));
        cut.along = cut.coverage.lying_on(&now, &lies_on);
        Ok(cut)
    }

    /// The border side, with its face, that bounds on its left the land seen from a vertex towards a point. O(fan).
    pub(super) fn sector(
        &self,
        (border, at): (BorderId, usize),
        from: Point,
        towards: Point,
    ) -> Option<(Directed, FaceId)> {
        let value = self.borders.get(border)?;
        let node = match at {
            0 => Some(value.from),
            _ if at + 1 == value.points.len() => Some(value.to),
            _ => None,
        };
        // What leaves the vertex, each with its next point.
        let mut fan: Vec<(Directed, Point)> = match node {
            Some(node) => {
                let out = self.nodes.get(node)?.out.iter();
                out.filter_map(|&edge| Some((edge, self.points_of(edge).nth(1)?))).collect()
            }
            None => vec![
                (Directed::forward(border), *value.points.get(at + 1)?),
                (Directed::backward(border), *value.points.get(at.checked_sub(1)?)?),
            ],
        };
        fan.sort_by(|a, b| by_angle(from, a.1, b.1));
        let before = fan.iter().rev().find(|(_, next)| by_angle(from, *next, towards).is_le());
        let edge = before.or(fan.last())?.0;
        Some((edge, self.face_left_of(edge)?))
    }

    /// Adds pieces as borders and walks the faces they part anew.
    fn insert_pieces(
        &mut self,
        pieces: &[Piece],
        touches: &FxHashMap<Point, (BorderId, usize)>,
        parts: &mut Vec<(FaceId, Vec<FaceId>)>,
    ) -> Result<(), Obstacle> {
        let mut ends: Vec<Point> = pieces.iter().flat_map(Piece::ends).collect();
        // From the last place on a border to the first, so that the places before a cut stay where they are.
        ends.sort_by_key(|end| (std::cmp::Reverse(touches.get(end).copied()), *end));
        ends.dedup();
        let mut node_at = FxHashMap::default();
        for at in ends {
            let node = match touches.get(&at) {
                Some(&(border, at)) => self.node_or_cut(border, at).ok_or(Obstacle::NoVertex(border))?,
                None => self.nodes.push(Node { at, out: [].into() }),
            };
            node_at.insert(at, node);
        }
        let mut added: std::collections::BTreeMap<FaceId, Vec<BorderId>> = std::collections::BTreeMap::new();
        for piece in pieces {
            let [from, to] = piece.ends().map(|end| node_at[&end]);
            let (left, right) = (Some(piece.face), Some(piece.face));
            let id = self.add_border(Border { points: piece.points.as_slice().into(), from, to, left, right });
            added.entry(piece.face).or_default().push(id);
        }
        for (face, borders) in added {
            parts.push((face, self.walk_anew(face, &borders)?));
        }
        Ok(())
    }

    /// The node at a point of a border; where there is none the border is cut in two, and keeps the first part.
    fn node_or_cut(&mut self, id: BorderId, at: usize) -> Option<NodeId> {
        let border = self.borders.get(id)?.clone();
        if at == 0 {
            return Some(border.from);
        }
        // Cut before at this very place: the part that was cut off begins there.
        if at + 1 == border.points.len() {
            return Some(border.to);
        }
        let node =
            self.nodes.push(Node { at: *border.points.get(at)?, out: [Directed::backward(id)].as_slice().into() });
        let tail = self.borders.push(Border { points: border.points[at..].into(), from: node, ..border.clone() });
        self.borders.set(id, Some(Border { points: border.points[..=at].into(), to: node, ..border.clone() }));
        self.replace_in_fan(node, None, Directed::forward(tail));
        self.replace_in_fan(border.to, Some(Directed::backward(id)), Directed::backward(tail));
        for face in [border.left, border.right].into_iter().flatten() {
            let Some(mut value) = self.faces.get(face).cloned() else { continue };
            let longer = |ring: &std::sync::Arc<[Directed]>| -> std::sync::Arc<[Directed]> {
                ring.iter()
                    .flat_map(|&edge| match edge.border() == id {
                        true if edge.is_backward() => vec![Directed::backward(tail), edge],
                        true => vec![edge, Directed::forward(tail)],
                        false => vec![edge],
                    })
                    .collect()
            };
            value.rings = value.rings.iter().map(longer).collect();
            self.faces.set(face, Some(value));
        }
        Some(node)
    }

    /// Adds a border between two nodes that are there.
    fn add_border(&mut self, border: Border) -> BorderId {
        let (from, to) = (border.from, border.to);
        let id = self.borders.push(border);
        self.replace_in_fan(from, None, Directed::forward(id));
        self.replace_in_fan(to, None, Directed::backward(id));
        id
    }

    /// Puts a border side into a fan, in the place of another or beside the others.
    fn replace_in_fan(&mut self, id: NodeId, old: Option<Directed>, new: Directed) {
        let Some(mut node) = self.nodes.get(id).cloned() else { return };
        node.out = node.out.iter().copied().filter(|&out| Some(out) != old).chain([new]).collect();
        self.nodes.set(id, Some(node));
        self.refresh_fan(id);
    }

    /// Borders between two of the faces whose every segment is one of the steps, walked along them; ascending.
    fn lying_on(&self, faces: &[FaceId], steps: &FxHashSet<[Point; 2]>) -> Vec<Directed> {
        let inside: FxHashSet<FaceId> = faces.iter().copied().collect();
        let between = |edge: Directed| self.face_left_of(edge).is_some_and(|face| inside.contains(&face));
        let on_stroke = |&edge: &Directed| {
            let points: Vec<Point> = self.points_of(edge).collect();
            points.windows(2).all(|pair| steps.contains(&[pair[0], pair[1]]))
        };
        borders_of(self, faces)
            .into_iter()
            .map(Directed::forward)
            .filter(|&edge| between(edge) && between(edge.reversed()))
            .filter_map(|edge| [edge, edge.reversed()].into_iter().find(on_stroke))
            .collect()
    }

    /// Whether the line from a vertex to a point is a segment of a border there.
    pub(super) fn is_segment(&self, (border, at): (BorderId, usize), from: Point, to: Point) -> bool {
        self.borders_through(border, at).into_iter().any(|(id, at)| {
            let points: &[Point] = self.borders.get(id).map_or(&[], |border| &border.points);
            let before = at.checked_sub(1).and_then(|before| points.get(before));
            points.get(at) == Some(&from) && (points.get(at + 1) == Some(&to) || before == Some(&to))
        })
    }
}
