//! Who is on duty when: how many squads every hour needs, shift patterns and the people they take, shift starts.

mod erlang;
mod list;
mod needs;
mod pattern;
mod roster;
mod rota;
mod rules;
mod starts;

use super::WEEK;

pub use erlang::{erlang_b, erlang_c, late_share, mean_wait};
pub use list::{DutyDay, DutyLine, DutyList, DutyPost, DutyWatch, day_words, hours_words, squad_name};
pub use needs::{lagged, needs};
pub use pattern::{Crewed, patterns};
pub use roster::{Basis, Post, Roster, Watch, manned};
pub use rota::{Limits, Rota, least_missing, rota};
pub use rules::{Warning, warnings};
pub use starts::{Covered, Start, starts};
