//! What is under this point, in this box, near this place. Boxes and ids, no copies of geometry but the segments of
//! reference layers.

mod boxes;
mod grid;
mod join;
mod lines;
mod located;
mod strips;
mod by_code;
mod faces;

pub use by_code::{Named, divided, unknown_words};
pub use faces::{Hit, Index};
pub use join::{Join, join};
pub use lines::Lines;
pub use located::{Located, Spot, Sum, TierSum, strays};
pub use strips::{Edge, Plane, Side, Strips};
