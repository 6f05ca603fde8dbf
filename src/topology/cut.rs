//! Faces cut along a stroke: borders cut in two where it meets them, new borders between, faces walked anew.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::geometry::Point;

use super::clear::Obstacle;
use super::coverage::{Border, BorderId, Coverage, Directed, FaceId, NodeId};
use super::near::Near;
use super::stroke::{Noded, node};
use super::trace::by_angle;

/// What a stroke did to a coverage.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The coverage after it.
    pub coverage: Coverage,
    /// Every face that was cut, with the new faces cut off it; it keeps its largest part.
    pub parts: Vec<(FaceId, Vec<FaceId>)>,
    /// Borders between the faces given that lie on the stroke, walked along it.
    pub along: Vec<Directed>,
}

/// A piece of the stroke from border to border through one face.
struct Piece {
    face: FaceId,
    points: Vec<Point>,
    /// Rings of the face it leaves and meets.
    rings: [usize; 2],
}

impl Coverage {
    /// Cuts some faces along a stroke. What lies outside them, ends inside one, or leads to a hole and not on, cuts
    /// nothing; what runs along a border is no cut but is told in [`Cut::along`]. O(stroke · points of the faces).
    ///
    /// Where the stroke meets a border the place is rounded to the lattice and the border bends by half a cell at most.
    ///
    /// # Errors
    /// [`Obstacle::Missed`] when nothing is cut and no border between the faces lies on the stroke.
    pub fn cut(&self, faces: &[FaceId], stroke: &[Point], near: Near<'_>) -> Result<Cut, Obstacle> {
        let targets: FxHashSet<FaceId> = faces.iter().copied().collect();
        let Noded { coverage, stroke, touches } = node(self, &self.borders_of(faces), stroke, near)?;
        let mut cut = Cut { coverage, parts: Vec::new(), along: Vec::new() };
        let (pieces, runs) = pieces(&cut.coverage, &stroke, &touches, &targets)?;
        let pieces = parting(pieces);
        cut.coverage.insert_pieces(&pieces, &touches, &mut cut.parts)?;
        let mut now = faces.to_vec();
        now.extend(cut.parts.iter().flat_map(|(_, parts)| parts.iter().copied()));
        cut.along = cut.coverage.lying_on(&now, pieces.iter().map(|piece| piece.points.as_slice()), &runs);
        if cut.along.is_empty() { Err(Obstacle::Missed) } else { Ok(cut) }
    }

    /// Borders of some faces, ascending, each once.
    fn borders_of(&self, faces: &[FaceId]) -> Vec<BorderId> {
        let faces = faces.iter().filter_map(|&face| self.faces.get(face));
        let mut borders: Vec<BorderId> =
            faces.flat_map(|face| face.rings.iter().flat_map(|ring| ring.iter().map(|edge| edge.border()))).collect();
        borders.sort_unstable();
        borders.dedup();
        borders
    }

    /// The border side, with its face, that bounds on its left the land seen from a vertex towards a point. O(fan).
    fn sector(&self, (border, at): (BorderId, usize), from: Point, towards: Point) -> Option<(Directed, FaceId)> {
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

    /// Number of the ring of a face that holds a border side.
    fn ring_of(&self, face: FaceId, edge: Directed) -> Option<usize> {
        self.faces.get(face)?.rings.iter().position(|ring| ring.contains(&edge))
    }

    /// Adds pieces as borders and walks the faces they part anew.
    fn insert_pieces(
        &mut self,
        pieces: &[Piece],
        touches: &FxHashMap<Point, (BorderId, usize)>,
        parts: &mut Vec<(FaceId, Vec<FaceId>)>,
    ) -> Result<(), Obstacle> {
        let mut ends: Vec<Point> = pieces.iter().flat_map(|piece| [piece.points[0], piece.end()]).collect();
        // From the last place on a border to the first, so that the places before a cut stay where they are.
        ends.sort_by_key(|end| std::cmp::Reverse(touches.get(end).copied()));
        ends.dedup();
        let mut node_at = FxHashMap::default();
        for end in ends {
            let &(border, at) = touches.get(&end).ok_or(Obstacle::Missed)?;
            node_at.insert(end, self.node_or_cut(border, at).ok_or(Obstacle::NoVertex(border))?);
        }
        let mut added: Vec<(FaceId, Vec<BorderId>)> = Vec::new();
        for piece in pieces {
            let border = Border {
                points: piece.points.as_slice().into(),
                from: node_at[&piece.points[0]],
                to: node_at[&piece.end()],
                left: Some(piece.face),
                right: Some(piece.face),
            };
            let id = self.add_border(border);
            match added.iter_mut().find(|(face, _)| *face == piece.face) {
                Some((_, borders)) => borders.push(id),
                None => added.push((piece.face, vec![id])),
            }
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
        let node = self.nodes.push(super::coverage::Node {
            at: *border.points.get(at)?,
            out: [Directed::backward(id)].as_slice().into(),
        });
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

    /// Borders between two of the faces whose every segment lies on the pieces or runs, walked along them; ascending.
    fn lying_on<'a>(
        &self,
        faces: &[FaceId],
        pieces: impl Iterator<Item = &'a [Point]>,
        runs: &[[Point; 2]],
    ) -> Vec<Directed> {
        let mut steps: FxHashSet<[Point; 2]> = runs.iter().copied().collect();
        steps.extend(pieces.flat_map(|points| points.windows(2).map(|pair| [pair[0], pair[1]])));
        let inside: FxHashSet<FaceId> = faces.iter().copied().collect();
        let between = |edge: Directed| self.face_left_of(edge).is_some_and(|face| inside.contains(&face));
        let on_stroke = |&edge: &Directed| {
            let points: Vec<Point> = self.points_of(edge).collect();
            points.windows(2).all(|pair| steps.contains(&[pair[0], pair[1]]))
        };
        self.borders_of(faces)
            .into_iter()
            .map(Directed::forward)
            .filter(|&edge| between(edge) && between(edge.reversed()))
            .filter_map(|edge| [edge, edge.reversed()].into_iter().find(on_stroke))
            .collect()
    }
}

impl Piece {
    fn end(&self) -> Point {
        self.points[self.points.len() - 1]
    }
}

/// The pieces of a noded stroke inside the faces, and its segments that run along a border.
fn pieces(
    coverage: &Coverage,
    stroke: &[Point],
    touches: &FxHashMap<Point, (BorderId, usize)>,
    targets: &FxHashSet<FaceId>,
) -> Result<(Vec<Piece>, Vec<[Point; 2]>), Obstacle> {
    let stops: Vec<usize> = (0..stroke.len()).filter(|&at| touches.contains_key(&stroke[at])).collect();
    let (mut pieces, mut runs) = (Vec::new(), Vec::new());
    for stop in stops.windows(2) {
        let points = &stroke[stop[0]..=stop[1]];
        let (first, last) = (points[0], points[points.len() - 1]);
        if points.len() == 2 && coverage.is_segment(touches[&first], first, last) {
            runs.push([first, last]);
            continue;
        }
        let leaves = coverage.sector(touches[&first], first, points[1]);
        let meets = coverage.sector(touches[&last], last, points[points.len() - 2]);
        let (Some((from, face)), Some((to, other))) = (leaves, meets) else { continue };
        if !targets.contains(&face) {
            continue;
        }
        let rings = coverage.ring_of(face, from).zip(coverage.ring_of(face, to)).filter(|_| face == other);
        let Some(rings) = rings else { return Err(Obstacle::Line(first)) };
        pieces.push(Piece { face, points: points.to_vec(), rings: [rings.0, rings.1] });
    }
    Ok((pieces, runs))
}

impl Coverage {
    /// Whether the line from a vertex to a point is a segment of a border there.
    fn is_segment(&self, (border, at): (BorderId, usize), from: Point, to: Point) -> bool {
        self.borders_through(border, at).into_iter().any(|(id, at)| {
            let points: &[Point] = self.borders.get(id).map_or(&[], |border| &border.points);
            let before = at.checked_sub(1).and_then(|before| points.get(before));
            points.get(at) == Some(&from) && (points.get(at + 1) == Some(&to) || before == Some(&to))
        })
    }
}

/// Leaves out the pieces that part nothing: those without which the rings they join are no longer joined.
fn parting(pieces: Vec<Piece>) -> Vec<Piece> {
    let joined_without = |left_out: usize| {
        let Piece { face, rings: [from, to], .. } = &pieces[left_out];
        let links: Vec<[usize; 2]> = pieces
            .iter()
            .enumerate()
            .filter(|&(at, piece)| at != left_out && piece.face == *face)
            .map(|(_, piece)| piece.rings)
            .collect();
        let mut reached = vec![*from];
        let mut at = 0;
        while let Some(&ring) = reached.get(at) {
            at += 1;
            for [a, b] in &links {
                for (here, there) in [(*a, *b), (*b, *a)] {
                    if here == ring && !reached.contains(&there) {
                        reached.push(there);
                    }
                }
            }
        }
        reached.contains(to)
    };
    let keep: Vec<bool> = (0..pieces.len()).map(joined_without).collect();
    pieces.into_iter().zip(keep).filter_map(|(piece, keep)| keep.then_some(piece)).collect()
}
