//! Commands: a plan in, a new plan or a refusal out; the record of what changed; history.

mod command;
mod paint;
mod divide;
mod reshape;
mod draw;
mod merge;
mod cells;
mod cutting;
mod dissolve;
mod vertex;
mod zones;
mod squads;
mod codes;
mod renumber;
mod tiers;
mod difference;
mod record;
mod history;
mod since;
mod lines;
mod draft;
pub mod campaign;
mod words;

pub use cells::Shape;
pub use command::{Command, Context, Done, Side};
pub use cutting::Cutter;
pub use difference::{Difference, TierDifference};
pub use divide::Half;
pub use draft::{Draft, Effect, ZoneEffect, preview};
pub use draw::Take;
pub use history::{Branch, History, StepId, Version, Way};
pub use lines::lines_apart;
pub use paint::Only;
pub use record::{Camera, Change, Record};
pub use renumber::home;
pub use since::{ZoneChange, ZoneState, since};
