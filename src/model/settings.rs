//! What a plan was opened and is measured with.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Bond, Checking, Duty, ZoneId};

/// Weights of load (design §7). Every one has a control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LoadWeights {
    /// Minutes of work an incident of a source makes, by the source's word.
    pub minutes_by_source: BTreeMap<String, f64>,
    /// Minutes of work an incident of a class makes; goes before the source.
    pub minutes_by_class: BTreeMap<String, f64>,
    /// Minutes for any other incident.
    pub minutes_default: f64,
    /// Weeks after which an incident counts half; 0 = all count alike.
    pub half_life_weeks: f64,
    /// Minutes of patrol a week for each kilometre of street.
    pub patrol_minutes_per_km: f64,
    /// Minutes of patrol a week for each km², where no streets are loaded.
    pub patrol_minutes_per_km2: f64,
    /// Minutes a week for each household, where households are known.
    pub minutes_per_household: f64,
}

impl Default for LoadWeights {
    fn default() -> Self {
        Self {
            minutes_by_source: BTreeMap::new(),
            minutes_by_class: BTreeMap::new(),
            minutes_default: 40.0,
            half_life_weeks: 0.0,
            patrol_minutes_per_km: 12.0,
            patrol_minutes_per_km2: 30.0,
            minutes_per_household: 0.0,
        }
    }
}

/// Why a finding of the checks is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The reason, in the planner's words.
    pub reason: String,
    /// When, seconds since 1970-01-01 UTC.
    pub time: i64,
}

/// The line between two zones of a tier, which is to stay where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LockedLine {
    /// Place of the tier in the order.
    pub tier: usize,
    /// The zones, the lower id first.
    pub zones: [ZoneId; 2],
}

impl LockedLine {
    /// The line between two zones, in whatever order.
    #[must_use]
    pub fn between(tier: usize, a: ZoneId, b: ZoneId) -> Self {
        Self { tier, zones: [a.min(b), a.max(b)] }
    }
}

/// Settings kept with the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Snapping tolerance the coverage was built with, metres; `None` = it was found by itself.
    pub tolerance_m: Option<f64>,
    /// Weights of load.
    pub load: LoadWeights,
    /// Findings that are left as they are, by [`Problem::key`](crate::base::Problem::key).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub accepted: BTreeMap<String, Accepted>,
    /// Lines between two zones that no command moves.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub locked_lines: BTreeSet<LockedLine>,
    /// Zones that are kept together or apart.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub bonds: BTreeSet<Bond>,
    /// What it is checked for.
    #[serde(skip_serializing_if = "is_default")]
    pub checking: Checking,
    /// Staffing.
    pub duty: Duty,
    /// When people were taken out of the plan for good, seconds since 1970-01-01 UTC: what was done before is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purged: Option<i64>,
}

/// What was never asked for is not written: a plan without it has the fingerprint it always had.
fn is_default(checking: &Checking) -> bool {
    *checking == Checking::default()
}
