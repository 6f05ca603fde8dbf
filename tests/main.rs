//! All integration tests, one binary; modules by room.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test that is skipped says so")]
#![allow(
    clippy::too_many_lines,
    clippy::type_complexity,
    clippy::needless_range_loop,
    clippy::large_stack_arrays,
    reason = "a test is a list of cases, and what it compares is built for it alone"
)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod architecture;
mod areas;
mod balance;
#[cfg(feature = "ui")]
mod card;
mod cases;
mod check;
mod cli;
mod data;
mod doors;
mod edit;
mod filter;
#[cfg(feature = "ui")]
mod gpu;
mod index;
mod locate;
mod paper;
mod project;
mod read;
mod render;
mod rules;
mod safety;
mod sample;
mod topology;
#[cfg(feature = "ui")]
mod window;

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// So many random cases, or as many as `PROPTEST_CASES` asks for.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

/// The seed of a property that is the same every time, or another that `WANGGE_SEED` asks for.
fn seed(usual: u64) -> RngSeed {
    let asked = std::env::var("WANGGE_SEED").ok().and_then(|seed| seed.parse().ok());
    RngSeed::Fixed(asked.unwrap_or(usual))
}
