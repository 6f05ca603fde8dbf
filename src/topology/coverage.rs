//! The tables of the planar map and how to walk them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{Key as _, Table};
use crate::geometry::{Bounds, Point};
use crate::id;

id!(
    /// A place where borders meet, or the one seam of a closed border.
    NodeId
);
id!(
    /// A line between two nodes, stored once for the faces on both sides.
    BorderId
);
id!(
    /// A bounded piece of land. The unbounded outside is `None`.
    FaceId
);

/// A border walked forwards (`from` to `to`, `left` on the left hand) or backwards.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Directed(u32);

impl Directed {
    /// The border walked from its first point to its last.
    #[must_use]
    pub fn forward(border: BorderId) -> Self {
        Self(border.0 << 1)
    }

    /// The border walked from its last point to its first.
    #[must_use]
    pub fn backward(border: BorderId) -> Self {
        Self(border.0 << 1 | 1)
    }

    /// The same border walked the other way.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The border.
    #[must_use]
    pub fn border(self) -> BorderId {
        BorderId(self.0 >> 1)
    }

    /// Whether it is walked against its stored direction.
    #[must_use]
    pub fn is_backward(self) -> bool {
        self.0 & 1 == 1
    }
}

impl std::fmt::Debug for Directed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.is_backward() { "-" } else { "+" }, self.border().0)
    }
}

/// A place where borders meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Where.
    pub at: Point,
    /// The borders leaving here, counter-clockwise from due east. A closed border stands twice, once each way.
    pub out: Arc<[Directed]>,
}

/// A line between two nodes with the face on each side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Border {
    /// At least two points, no two neighbours equal; the first is at `from`, the last at `to`.
    pub points: Arc<[Point]>,
    /// Node of the first point.
    pub from: NodeId,
    /// Node of the last point.
    pub to: NodeId,
    /// Face on the left hand, `None` outside.
    pub left: Option<FaceId>,
    /// Face on the right hand, `None` outside.
    pub right: Option<FaceId>,
}

/// A connected piece of land.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// Closed walks with the face on the left hand: the outer ring (counter-clockwise) first, then the holes.
    pub rings: Arc<[Arc<[Directed]>]>,
    /// Twice the area in lattice cells, holes taken off; positive.
    pub doubled_area: i128,
    /// The box around the outer ring.
    pub bounds: Bounds,
}

/// A planar map: one immutable value, cheap to clone, changed only inside this room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    pub(super) nodes: Table<NodeId, Node>,
    pub(super) borders: Table<BorderId, Border>,
    pub(super) faces: Table<FaceId, Face>,
}

impl Coverage {
    /// All nodes.
    #[must_use]
    pub fn nodes(&self) -> &Table<NodeId, Node> {
        &self.nodes
    }

    /// All borders.
    #[must_use]
    pub fn borders(&self) -> &Table<BorderId, Border> {
        &self.borders
    }

    /// All faces.
    #[must_use]
    pub fn faces(&self) -> &Table<FaceId, Face> {
        &self.faces
    }

    /// A coverage from stored tables; the reader of a file proves it before use.
    #[must_use]
    pub fn from_tables(
        nodes: Table<NodeId, Node>,
        borders: Table<BorderId, Border>,
        faces: Table<FaceId, Face>,
    ) -> Self {
        Self { nodes, borders, faces }
    }

    /// The face on the left hand of a directed border, `None` outside (or where the border is not there).
    #[must_use]
    pub fn face_left_of(&self, edge: Directed) -> Option<FaceId> {
        let border = self.borders.get(edge.border())?;
        if edge.is_backward() { border.right } else { border.left }
    }

    /// The points of a directed border in walking order.
    pub fn points_of(&self, edge: Directed) -> impl Iterator<Item = Point> + '_ {
        let points: &[Point] = self.borders.get(edge.border()).map_or(&[], |border| &border.points);
        let last = points.len().saturating_sub(1);
        (0..points.len()).map(move |at| points[if edge.is_backward() { last - at } else { at }])
    }

    /// The points of a closed walk, the first repeated at the end.
    #[must_use]
    pub fn ring_points(&self, ring: &[Directed]) -> Vec<Point> {
        let mut points = Vec::new();
        for &edge in ring {
            points.pop();
            points.extend(self.points_of(edge));
        }
        points
    }

    /// Rings of a set of faces taken as one area: each with the area on its left hand, borders between two faces of the
    /// set left out. O(borders of the faces).
    ///
    /// Where the area touches itself in a point the walk is cut there, so that every ring is simple, as RFC 7946 and
    /// OGC Simple Features want it. Outer rings run counter-clockwise, holes clockwise.
    #[must_use]
    pub fn outline(&self, faces: &[FaceId]) -> Vec<Vec<Directed>> {
        super::outline::outline(self, faces)
    }

    /// Faces that share a border (not only a node) with a face, ascending, each once.
    #[must_use]
    pub fn neighbours(&self, face: FaceId) -> Vec<FaceId> {
        let rings = self.faces.get(face).map_or(&[][..], |face| &face.rings);
        let mut found: Vec<FaceId> = rings
            .iter()
            .flat_map(|ring| ring.iter())
            .filter_map(|edge| self.face_left_of(edge.reversed()))
            .filter(|&other| other != face)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The box around everything. O(faces).
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.faces.iter().fold(Bounds::EMPTY, |bounds, (_, face)| bounds.join(face.bounds))
    }

    /// Twice the area of all faces in lattice cells (rule 6). O(faces).
    #[must_use]
    pub fn doubled_area(&self) -> i128 {
        self.faces.iter().map(|(_, face)| face.doubled_area).sum()
    }

    /// Number of slots that ever held a face: arrays by [`FaceId`] have this length.
    #[must_use]
    pub fn face_slots(&self) -> usize {
        self.faces.next_id().index()
    }
}
