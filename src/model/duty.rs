//! What the staffing of a plan rests on: shift patterns, what is promised, how squads travel.

use serde::{Deserialize, Serialize};

use crate::base::Text;

use super::{Hours, ZoneId};

/// One turn of duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Hour at which it begins, counted from midnight of its day: 24 is the midnight that ends the day.
    pub start: u8,
    /// Hours it lasts, 1 to 24.
    pub hours: u8,
    /// Of these, hours on call at the station (备勤); the others are on patrol.
    pub standby: u8,
}

/// A shift pattern: every crew goes through the same cycle of days, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// What it is called.
    pub name: Text,
    /// Crews that take turns. The cycle's days are a multiple of it.
    pub crews: u8,
    /// Duty of the first crew on each day of the cycle. Crew `c` is `c · days / crews` days ahead.
    pub cycle: Vec<Option<Shift>>,
}

/// What a planner promises.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standard {
    /// Minutes a call may wait for a free squad.
    pub wait_minutes: f64,
    /// Share of the calls that may wait longer.
    pub late: f64,
    /// Mean minutes a squad is bound by a call, the way there included.
    pub call_minutes: f64,
    /// Largest share of an hour that calls and patrol together may fill.
    pub filled: f64,
    /// Squads on duty at any hour, however quiet.
    pub least: u32,
}

impl Default for Standard {
    fn default() -> Self {
        Self { wait_minutes: 10.0, late: 0.1, call_minutes: 40.0, filled: 0.85, least: 1 }
    }
}

/// How squads travel and work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Travel {
    /// Kilometres an hour.
    pub speed_kmh: f64,
    /// Way by road over straight line.
    pub detour: f64,
}

impl Default for Travel {
    fn default() -> Self {
        Self { speed_kmh: 25.0, detour: 1.3 }
    }
}

/// Beats of a town in some hours of the week, when fewer or more squads patrol: 夜间方案.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// The town; zone 0 in a plan without towns.
    pub town: ZoneId,
    /// The hours.
    pub hours: Hours,
    /// Names of the squads then on duty, and the grids each patrols.
    pub beats: Vec<(String, Vec<ZoneId>)>,
}

/// How the squads of a plan are staffed; kept with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Duty {
    /// The pattern in which the squads of a town take turns.
    pub pattern: Pattern,
    /// What is promised.
    pub standard: Standard,
    /// How squads travel.
    pub travel: Travel,
    /// Share of the working time that is leave and training.
    pub leave: f64,
    /// Night plans.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nights: Vec<Night>,
}

impl Default for Duty {
    fn default() -> Self {
        let whole = Some(Shift { start: 8, hours: 24, standby: 12 });
        Self {
            pattern: Pattern {
                name: Text::new("24 hours on, 24 off", "上一休一（24小时）"),
                crews: 2,
                cycle: vec![whole, None],
            },
            standard: Standard::default(),
            travel: Travel::default(),
            leave: 0.15,
            nights: Vec::new(),
        }
    }
}
