#![doc = include_str!("architecture.md")]

// The rooms in reading order: each uses only those above it (`cli` and `jobs` excepted).
pub mod base;
pub mod geometry;
pub mod topology;
pub mod model;
pub mod index;
pub mod edit;
pub mod balance;
pub mod measures;
pub mod check;
pub mod io;
pub mod render;
#[cfg(feature = "ui")]
pub mod ui;
pub mod cli;
pub mod jobs;
