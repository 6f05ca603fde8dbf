//! Commands: a plan in, a new plan or a refusal out; the record of what changed; history.

mod command;
mod paint;
mod divide;
mod vertex;
mod zones;
mod difference;
mod record;
mod history;
mod draft;
mod words;

pub use command::{Command, Context, Done, Side};
pub use difference::{Difference, TierDifference};
pub use draft::{Draft, Effect, ZoneEffect, preview};
pub use history::History;
pub use record::{Camera, Change, Record};
