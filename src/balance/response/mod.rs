//! How soon a squad comes and which: Larson's hypercube queueing model, exact and approximate, and what it says of a plan.

mod approximate;
mod exact;
mod hypercube;
mod play;
mod predict;
mod simulate;

pub use hypercube::{Dispatch, Hypercube, Line};
pub use play::{Call, Reply, play};
pub use predict::{Response, respond};
pub use simulate::{Manned, Simulated, simulate, simulate_bands};
