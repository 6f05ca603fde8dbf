//! What is under this point, in this box, near this place (rstar). Boxes and ids only, no copies of geometry.

mod grid;
mod located;
mod strips;
mod tree;

pub use located::{Located, Spot, Sum, TierSum};
pub use strips::{Edge, Join, Plane, Side, Strips, join};
pub use tree::{Hit, Index};
