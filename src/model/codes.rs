//! Codes that are no longer used: the old-to-new table, and why none is given twice.

use serde::{Deserialize, Serialize};

use crate::id;

id!(
    /// A line of the table of retired codes.
    RetiredId
);

/// A code that was taken out of use; never given again but to the zone it was taken from (design §6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// Name of the tier.
    pub tier: String,
    /// The code.
    pub code: String,
    /// What the zone was called.
    pub name: String,
    /// The code its land has now; `None` where the zone ended and its land was left unassigned.
    pub by: Option<String>,
    /// When, seconds since 1970-01-01 UTC.
    pub time: i64,
}
