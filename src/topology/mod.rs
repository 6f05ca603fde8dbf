//! The coverage: nodes, borders and faces of a planar map in which every border is stored once.
//!
//! Names follow ISO SQL/MM topology. A border is what TopoJSON calls an arc.

mod coverage;
mod outline;

pub use coverage::{Border, BorderId, Coverage, Directed, Face, FaceId, Node, NodeId};
