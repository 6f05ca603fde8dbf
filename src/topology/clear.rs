//! Whether a border may bend: nothing is crossed, and nothing changes sides.

use crate::geometry::{Bounds, Meeting, Point, Turn, meeting, turn};

use super::coverage::{BorderId, Coverage, FaceId};
use super::near::Near;

/// What stands in the way of a change to the borders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// The border has no such point.
    #[error("{0:?} has no such point")]
    NoVertex(BorderId),
    /// A vertex of another line would be met or passed over.
    #[error("the vertex at {0:?} is in the way")]
    Vertex(Point),
    /// Another line would be crossed or run along.
    #[error("a line at {0:?} is in the way")]
    Line(Point),
    /// A face would collapse or turn over.
    #[error("{0:?} would turn over")]
    TurnsOver(FaceId),
    /// Three or more borders meet in the vertex.
    #[error("borders of several faces meet at {0:?}")]
    Junction(Point),
    /// The stroke crosses or touches itself.
    #[error("the stroke crosses itself at {0:?}")]
    Tangled(Point),
    /// The stroke does not part any face, nor does it run along a border between two.
    #[error("the stroke does not cross")]
    Missed,
}

/// A change of line: what is swept on the way from the old line to the new one.
pub(super) struct Bend {
    /// Triangles swept, each with the corners that belong to the line itself.
    pub(super) swept: Vec<([Point; 3], Vec<Point>)>,
    /// Segments that come.
    pub(super) fresh: Vec<[Point; 2]>,
    /// Segments that go.
    pub(super) gone: Vec<[Point; 2]>,
}

impl Bend {
    /// A vertex that moves, with the points next to it.
    pub(super) fn shift(neighbours: &[Point], from: Point, to: Point) -> Self {
        Self {
            swept: neighbours.iter().map(|&next| ([next, from, to], vec![next, from])).collect(),
            fresh: neighbours.iter().map(|&next| [next, to]).collect(),
            gone: neighbours.iter().map(|&next| [next, from]).collect(),
        }
    }

    /// A segment that comes to pass through a point.
    pub(super) fn insert(a: Point, b: Point, at: Point) -> Self {
        Self { swept: vec![([a, b, at], vec![a, b])], fresh: vec![[a, at], [at, b]], gone: vec![[a, b]] }
    }

    /// Two segments that become one.
    pub(super) fn delete(a: Point, at: Point, b: Point) -> Self {
        Self { swept: vec![([a, b, at], vec![a, b, at])], fresh: vec![[a, b]], gone: vec![[a, at], [at, b]] }
    }

    /// Proves that the bend leaves the map as it is but for the shape of the line: no foreign vertex lies in what is
    /// swept, the new segments meet nothing but in their ends, and no triangle of the map turns over. O(points near).
    ///
    /// Why that is enough: let the vertex run straight from old to new. The first thing to go wrong is a foreign vertex
    /// met by a moving segment, which lies in what is swept, or a segment met by the moving vertex; that one would have
    /// to leave the swept triangles across the old or the new line, or end in the corner of each: the third side of a
    /// triangle.
    pub(super) fn check(&self, coverage: &Coverage, near: Near<'_>, also: &[BorderId]) -> Result<(), Obstacle> {
        if let Some(&[a, _]) = self.fresh.iter().find(|[a, b]| a == b) {
            return Err(Obstacle::Vertex(a));
        }
        for (at, &[a, b]) in self.fresh.iter().enumerate() {
            let overlaps = |&[c, d]: &[Point; 2]| meeting(a, b, c, d) == Meeting::Along;
            if self.fresh[at + 1..].iter().any(overlaps) {
                return Err(Obstacle::Line(b));
            }
        }
        let bounds = self.swept.iter().fold(Bounds::EMPTY, |all, (corners, _)| all.join(Bounds::of(corners)));
        let mut borders = near(bounds);
        borders.extend_from_slice(also);
        for border in borders.into_iter().filter_map(|id| coverage.borders().get(id)) {
            for segment in border.points.windows(2) {
                let segment = [segment[0], segment[1]];
                if Bounds::of(&segment).meets(bounds) {
                    self.check_segment(segment)?;
                }
            }
        }
        Ok(())
    }

    fn check_segment(&self, [p, q]: [Point; 2]) -> Result<(), Obstacle> {
        for (corners, own) in &self.swept {
            if let Some(&vertex) = [p, q].iter().find(|end| !own.contains(end) && in_triangle(**end, corners)) {
                return Err(Obstacle::Vertex(vertex));
            }
        }
        if self.gone.iter().any(|&[a, b]| [a, b] == [p, q] || [b, a] == [p, q]) {
            return Ok(());
        }
        for &[a, b] in &self.fresh {
            if !matches!(meeting(a, b, p, q), Meeting::Apart | Meeting::Ends) {
                return Err(Obstacle::Line(p));
            }
        }
        // The third side of a triangle whose tip moves: the tip stays on its side.
        let corner = |end: Point| self.swept.iter().any(|(corners, _)| corners[0] == end);
        if let Some(([_, from, to], _)) = self.swept.first()
            && self.swept.len() > 1
            && corner(p)
            && corner(q)
            && turn(p, q, *from) != turn(p, q, *to)
        {
            return Err(Obstacle::Line(p));
        }
        Ok(())
    }
}

/// Whether a point lies in a triangle or on its edge; a flat triangle is a segment.
fn in_triangle(p: Point, &[a, b, c]: &[Point; 3]) -> bool {
    if !Bounds::of(&[a, b, c]).contains(p) {
        return false;
    }
    let turns = [turn(a, b, p), turn(b, c, p), turn(c, a, p)];
    !(turns.contains(&Turn::Left) && turns.contains(&Turn::Right))
}
