//! Who is on duty when: how many squads every hour needs, shift patterns and the people they take, shift starts.

mod erlang;
mod list;
mod needs;
mod pattern;
mod rota;
mod rules;
mod starts;

pub use erlang::{erlang_b, erlang_c, late_share, mean_wait};
pub use list::{DutyLine, DutyList, OtherBeats, beat, hours_words, turn_words};
pub use needs::{lagged, needs};
pub use pattern::{Crewed, patterns};
pub use rota::{Limits, Rota, least_missing, rota};
pub use rules::{Warning, warnings};
pub use starts::{Covered, Start, starts};
