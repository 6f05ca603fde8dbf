//! `wangge partition`.

use super::{Failure, Outcome};

/// Runs the command on its arguments.
pub(super) fn run(_args: lexopt::Parser) -> Outcome {
    Err(Failure::File("partition: not there yet".to_owned()))
}
