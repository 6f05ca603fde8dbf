//! `wangge locate`.

use super::{Failure, Outcome};

/// Runs the command on its arguments.
pub(super) fn run(_args: lexopt::Parser) -> Outcome {
    Err(Failure::File("locate: not there yet".to_owned()))
}
