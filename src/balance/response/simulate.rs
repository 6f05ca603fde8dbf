//! The incidents as they came, one by one: what the hypercube says of a plan, held against a simulation.

use crate::balance::loads::{Loads, WEEK};
use crate::balance::random::Random;
use crate::model::{Plan, Role, SquadId};
use crate::topology::FaceId;

use super::play::{Call, play};
use super::predict::model_of;

/// What the simulation of the incidents found.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulated {
    /// Calls answered.
    pub calls: usize,
    /// Share of the time each squad is bound by calls.
    pub workloads: Vec<f64>,
    /// Share of the calls answered by the squad whose beat they come from.
    pub home_share: f64,
    /// Mean minutes of travel.
    pub mean_minutes: f64,
    /// Nine of ten calls have no more minutes of travel.
    pub p90_minutes: f64,
    /// Share of the calls that found every squad busy.
    pub all_busy: f64,
    /// Mean minutes they all waited for a free squad.
    pub mean_wait: f64,
}

/// Answers the incidents that were reported in some hours of the week (0 = Monday 0 o'clock) in the order they came:
/// the nearest free squad goes; where none is free the call waits for the first one. Places, travel times and the mean
/// time of a call are those of [`super::respond`], times of calls are exponential as in the hypercube, so that what
/// differs is how the incidents came: bunched or evenly. `faces` are those of the incidents. Equal for equal seed.
/// O(incidents · squads). `None` where no call comes.
#[must_use]
pub fn simulate(
    plan: &Plan,
    (loads, faces): (&Loads, &[Option<FaceId>]),
    squads: &[SquadId],
    hours: &[usize],
    seed: u64,
) -> Option<Simulated> {
    let (atoms, minutes) = model_of(plan, loads, squads, hours)?;
    let (_, grids) = plan.tier_of(Role::Grid)?;
    let asked: Vec<bool> = (0..WEEK).map(|hour| hours.contains(&hour)).collect();
    let reported = plan.incidents.reported.iter().zip(faces);
    let calls = reported.filter_map(|(reported, face)| {
        let grid = grids.owner_of((*face)?)?;
        let atom = atoms.iter().position(|atom| atom.grid == grid)?;
        asked[reported.hour_of_week()?].then_some((reported.0, atom))
    });
    let mut calls: Vec<(i32, usize)> = calls.collect();
    calls.sort_unstable();
    let call = |&(minute, atom): &(i32, usize)| Call { minute: f64::from(minute), atom, units: 1 };
    let calls: Vec<Call> = calls.iter().map(call).collect();
    let mut random = Random::new(seed, 0);
    let call_minutes = plan.settings.duty.standard.call_minutes;
    let mut bound = vec![0.0; squads.len()];
    let replies = play(
        &calls,
        squads.len(),
        |unit, call| Some(minutes[unit][call.atom]),
        |unit, call| {
            let took = random.exponential() * call_minutes;
            bound[unit] += took;
            [minutes[unit][call.atom], took]
        },
    );
    let home_of = |call: &Call| atoms[call.atom].home;
    let owned = calls.iter().filter(|call| home_of(call).is_some()).count();
    let home = calls.iter().zip(&replies).filter(|(call, reply)| home_of(call) == Some(reply.unit)).count();
    let waited = replies.iter().filter(|reply| reply.waited).count();
    let wait: f64 = replies.iter().map(|reply| reply.wait).sum();
    let mut ways: Vec<f64> = replies.iter().map(|reply| reply.travel).collect();
    let count = ways.len();
    let mean = |sum: f64| sum / count as f64;
    let mean_minutes = mean(ways.iter().sum());
    ways.sort_by(f64::total_cmp);
    let p90_minutes = *ways.get((count * 9).div_ceil(10).checked_sub(1)?)?;
    let span = loads.weeks * hours.len() as f64 * 60.0;
    Some(Simulated {
        calls: count,
        workloads: bound.into_iter().map(|minutes| minutes / span).collect(),
        home_share: if owned > 0 { home as f64 / owned as f64 } else { 0.0 },
        mean_minutes,
        p90_minutes,
        all_busy: mean(waited as f64),
        mean_wait: mean(wait),
    })
}
