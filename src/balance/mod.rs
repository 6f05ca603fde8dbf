//! Loads, objective, search, bounds and reasons: dividing units among zones, and rebalancing what is divided.
//!
//! [`Graph`] is all the search knows: units, who touches whom, weights. [`partition()`] divides a graph anew.

mod anneal;
mod certify;
mod contiguity;
mod graph;
mod graph_json;
mod objective;
mod partition;
mod random;
mod search;
mod start;
mod state;

pub use certify::{Certificate, certify};
pub use contiguity::Reach;
pub use graph::{Graph, Unit};
pub use graph_json::{GraphFile, read_graph};
pub use objective::Objective;
pub use partition::{Partitioned, Partitioning, partition};
pub use search::Budget;
