//! The coverage: nodes, borders and faces of a planar map in which every border is stored once.
//!
//! Names follow ISO SQL/MM topology. A border is what TopoJSON calls an arc.

mod arrange;
mod between;
mod build;
mod clear;
mod coverage;
mod cut;
mod crossings;
mod edges;
mod fine;
mod follow;
mod hairlines;
mod inside;
mod join;
mod lines;
mod links;
mod near;
mod outline;
mod outlines;
mod overlay;
mod parts;
mod patch;
mod piles;
mod prove;
mod redraw;
mod refresh;
mod rings;
mod round;
mod settle;
mod shift;
mod simplify;
mod sites;
mod snap;
mod spikes;
mod strips;
mod stroke;
mod trace;
mod walk;
mod width;

pub use arrange::Matched;
pub use between::{Piece, between};
pub use build::{Built, Fault, Muddle, SLIVER_M2, build, judge, matched, settle, settle_matched};
pub use clear::Obstacle;
pub use coverage::{Border, BorderId, Coverage, Directed, Face, FaceId, Node, NodeId};
pub use cut::Cut;
pub use fine::Fine;
pub use hairlines::{Hairline, hairlines};
pub use join::Joined;
pub use near::{Near, scan};
pub use overlay::{Disagreement, Labels, Overlaid, label, overlay};
pub use parts::parts;
pub use prove::Broken;
pub use settle::{Claim, Settled, Settling};
pub use spikes::{Spike, repeats, spikes};
