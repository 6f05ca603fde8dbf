//! Points on the lattice, exact predicates, lengths and areas in metres, simplification.

mod areas;
mod bounds;
mod measure;
mod point;
mod predicates;

pub use areas::Areas;
pub use bounds::Bounds;
pub use measure::{Scale, area_m2, length_m, ring_area_m2};
pub use point::{LATTICE, Point, PointError};
pub use predicates::{Meeting, Turn, doubled_area, meeting, on_segment, passes_pixel, turn, winding};
