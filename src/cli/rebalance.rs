//! `wangge rebalance`.

use super::{Failure, Outcome};

/// Runs the command on its arguments.
pub(super) fn run(_args: lexopt::Parser) -> Outcome {
    Err(Failure::File("rebalance: not there yet".to_owned()))
}
