//! Who is on duty when: how many squads every hour needs, shift patterns and the people they take, shift starts.

mod erlang;
mod needs;
mod pattern;
mod rules;
mod starts;

pub use erlang::{erlang_b, erlang_c, late_share, mean_wait};
pub use needs::{Standard, lagged, needs};
pub use pattern::{Crewed, Pattern, Shift, patterns};
pub use rules::{Warning, warnings};
pub use starts::{Covered, Start, starts};
