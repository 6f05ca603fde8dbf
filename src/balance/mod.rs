//! Loads, objective, search, bounds and reasons: dividing units among zones, and rebalancing what is divided.
//!
//! [`Graph`] is all the search knows: units, who touches whom, weights. [`partition()`] divides a graph anew;
//! [`rebalance()`] moves as little as it can of a plan whose [`Loads`] are uneven. [`duty`] says how many squads every
//! hour needs and which shifts give them, [`response`] how soon they come.

mod accept;
mod anneal;
mod bands;
mod barriers;
mod bonds;
mod certify;
mod contiguity;
mod dependencies;
mod districts;
pub mod duty;
mod foresight;
mod footing;
mod households;
mod kept;
mod graph;
mod graph_json;
mod live;
mod loads;
mod moves;
mod multilevel;
mod numbers;
mod objective;
mod partition;
mod planner;
mod pool;
mod random;
mod reasons;
mod rebalance;
pub mod response;
mod search;
mod service;
mod squads;
mod standing;
mod start;
mod state;
mod streets;

pub use accept::accept;
pub use bands::{Banded, bands};
pub use barriers::barrier_layers;
pub use bonds::Bonds;
pub use certify::{Certificate, certify};
pub use contiguity::Reach;
pub use foresight::{Band, foresee};
pub use graph::{Graph, Unit};
pub use graph_json::{GraphFile, read_graph};
pub use households::{Counted, households_of, households_of_faces};
pub use kept::stands;
pub use live::Live;
pub use loads::{Balance, Loads, WEEK, faces_of_incidents, remarks};
pub use numbers::{Numbered, best_number, numbers, with_grids};
pub use objective::Objective;
pub use partition::{Partitioned, Partitioning, partition};
pub use planner::{
    Binding, alternatives, best_first, binding, difference, frontier, missed, missed_words, target_missed,
};
pub use rebalance::{
    Dealt, Figures, Given, Glimpse, Move, Rebalanced, Rebalancing, improve, rebalance, rebalance_watched,
};
pub use search::Budget;
pub use service::Weights;
pub use squads::{Change, Cover, Manning, Other, cover, grids_of, squads_of, with_squads};
pub use standing::Standing;
