//! Commands: a plan in, a new plan or a refusal out; the record of what changed; history.

mod record;

pub use record::{Camera, Change, Record};
