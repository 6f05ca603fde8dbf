//! The plan: tiers and zones over a coverage, squads, incidents, references, settings. One immutable value.

mod bond;
mod checking;
mod codes;
mod computed;
mod duty;
mod filter;
mod incidents;
mod intake;
mod neighbours;
pub mod people;
mod plan;
mod reference;
mod settings;
mod squad;
mod tier;

pub use bond::{Bond, opposed};
pub use checking::{Checking, CodeForm};
pub use codes::{Retired, RetiredId};
pub use computed::{Computed, Naming};
pub use duty::{Duty, Night, Pattern, Shift, Standard, Travel};
pub use filter::{Facet, Filter, Hours, Mask, Passing};
pub use incidents::{Dictionary, Incident, Incidents, Minute, Placement};
pub use intake::{Counted, Fate, FileAccount, Intake, LeftOutReason, Limits};
pub use neighbours::Neighbour;
pub use plan::Plan;
pub use reference::{Reference, Shape};
pub use settings::{Accepted, LoadWeights, LockedLine, Settings};
pub use squad::{Composition, Squad, SquadId, Vehicles};
pub use tier::{Attributes, Role, Tier, Zone, ZoneId, households, value_text};
