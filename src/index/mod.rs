//! What is under this point, in this box, near this place. Boxes and ids only, no copies of geometry.

mod boxes;
mod grid;
mod join;
mod located;
mod strips;
mod by_code;
mod faces;

pub use faces::{Hit, Index};
pub use join::{Join, join};
pub use located::{Located, Spot, Sum, TierSum, strays};
pub use strips::{Edge, Plane, Side, Strips};
