//! A coverage with some slots set: how a record of old and new values is undone and done again.

use super::coverage::{Border, BorderId, Coverage, Face, FaceId, Node, NodeId};

impl Coverage {
    /// Sets or empties the slot of a node. For records alone, which hold every slot a command changed.
    pub(crate) fn set_node(&mut self, id: NodeId, node: Option<Node>) {
        self.nodes.set(id, node);
    }

    /// Sets or empties the slot of a border; see [`Coverage::set_node`].
    pub(crate) fn set_border(&mut self, id: BorderId, border: Option<Border>) {
        self.borders.set(id, border);
    }

    /// Sets or empties the slot of a face; see [`Coverage::set_node`].
    pub(crate) fn set_face(&mut self, id: FaceId, face: Option<Face>) {
        self.faces.set(id, face);
    }
}
