//! The incidents as they came, one by one: what some squads on duty mean for those who call.

use std::collections::BTreeMap;

use crate::balance::loads::{Loads, WEEK};
use crate::balance::random::Random;
use crate::model::{Plan, Role, SquadId};
use crate::topology::FaceId;

use super::play::{Call, Reply, play};
use super::predict::{Atom, model_of};

/// Times over which the incidents are answered: how long each binds a squad is drawn anew each time.
const RUNS: u64 = 16;

/// Squads on duty in some hours of the week, and the plan with their beats.
#[derive(Clone, Copy, Debug)]
pub struct Manned<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The squads.
    pub squads: &'a [SquadId],
    /// The hours, 0 = Monday 0 o'clock.
    pub hours: &'a [usize],
}

/// What the simulation of the incidents found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Simulated {
    /// Calls answered.
    pub calls: usize,
    /// Calls that came when nobody was on duty; in no other figure.
    pub unmanned: usize,
    /// The squads.
    pub squads: Vec<SquadId>,
    /// Share of its hours on duty that each is bound by calls.
    pub workloads: Vec<f64>,
    /// Share of the calls answered by the squad whose beat they come from.
    pub home_share: f64,
    /// Mean minutes of travel.
    pub mean_minutes: f64,
    /// Mean minutes a call waits for a free squad.
    pub mean_wait: f64,
    /// Of nine in ten calls, the most minutes until a squad is there: wait and travel.
    pub p90_minutes: f64,
    /// Share of the calls that found every squad busy.
    pub all_busy: f64,
}

impl Simulated {
    /// Mean minutes until a squad is there: wait and travel.
    #[must_use]
    pub fn mean_response(&self) -> f64 {
        self.mean_wait + self.mean_minutes
    }
}

/// Answers the incidents in the order they came, town by town: the nearest free squad on duty goes; where none is free the
/// call waits for the first one. Each town is its watches, which share no hour. Places, travel times and the mean time of a
/// call are those of [`super::respond`], times of calls are exponential as in the hypercube, so that what differs is how
/// the incidents came: bunched or evenly. `faces` are those of the incidents. Equal for equal seed. O(runs · incidents ·
/// squads). `None` where no call comes.
#[must_use]
pub fn simulate(
    towns: &[Vec<Manned<'_>>],
    (loads, faces): (&Loads, &[Option<FaceId>]),
    seed: u64,
) -> Option<Simulated> {
    let mut sum = Sum::default();
    for watches in towns {
        sum.add(watches, (loads, faces), seed);
    }
    sum.figures(loads.weeks)
}

/// What was counted over all towns and runs.
#[derive(Default)]
struct Sum {
    unmanned: usize,
    calls: usize,
    replies: Vec<Reply>,
    owned: usize,
    home: usize,
    /// Minutes bound, and hours on duty in a week.
    bound: BTreeMap<SquadId, f64>,
    on_duty: BTreeMap<SquadId, usize>,
}

/// The grids that call, and minutes from each squad to each of them; `None` where nobody answers.
type Model = Option<(Vec<Atom>, Vec<Vec<f64>>)>;

/// A call and the watch it comes in.
struct Place {
    watch: usize,
    atom: usize,
}

impl Sum {
    fn add(&mut self, watches: &[Manned<'_>], (loads, faces): (&Loads, &[Option<FaceId>]), seed: u64) {
        let Some(plan) = watches.first().map(|watch| watch.plan) else { return };
        let models: Vec<Model> =
            watches.iter().map(|watch| model_of(watch.plan, loads, watch.squads, watch.hours)).collect();
        let mut squads: Vec<SquadId> = watches.iter().flat_map(|watch| watch.squads.iter().copied()).collect();
        squads.sort_unstable();
        squads.dedup();
        for watch in watches {
            for &squad in watch.squads {
                *self.on_duty.entry(squad).or_default() += watch.hours.len();
            }
        }
        let (calls, places) = self.calls(plan, watches, &models, faces);
        self.calls += calls.len();
        let seat = |watch: usize, unit: usize| watches[watch].squads.iter().position(|squad| *squad == squads[unit]);
        let minutes = |unit: usize, call: &Call| {
            let place = &places[call.atom];
            let (_, minutes) = models[place.watch].as_ref()?;
            minutes.get(seat(place.watch, unit)?)?.get(place.atom).copied()
        };
        let call_minutes = plan.settings.duty.standard.call_minutes;
        for run in 0..RUNS {
            let mut random = Random::new(seed.wrapping_add(run), 0);
            let mut bound = vec![0.0; squads.len()];
            let replies = play(&calls, squads.len(), minutes, |unit, call| {
                let took = random.exponential() * call_minutes;
                bound[unit] += took;
                [minutes(unit, call).unwrap_or(0.0), took]
            });
            for (squad, bound) in squads.iter().zip(bound) {
                *self.bound.entry(*squad).or_default() += bound / RUNS as f64;
            }
            for (call, reply) in calls.iter().zip(&replies) {
                let place = &places[call.atom];
                let home = models[place.watch].as_ref().and_then(|(atoms, _)| atoms[place.atom].home);
                self.owned += usize::from(home.is_some());
                self.home += usize::from(home.is_some() && home == seat(place.watch, reply.unit));
            }
            self.replies.extend(replies);
        }
    }

    /// The calls of the hours in the order they came, each with the place it comes from; those that nobody is on duty for
    /// are counted.
    fn calls(
        &mut self,
        plan: &Plan,
        watches: &[Manned<'_>],
        models: &[Model],
        faces: &[Option<FaceId>],
    ) -> (Vec<Call>, Vec<Place>) {
        let Some((tier, grids)) = plan.tier_of(Role::Grid) else { return Default::default() };
        let mut watch_of = vec![None; WEEK];
        for (at, watch) in watches.iter().enumerate() {
            watch.hours.iter().filter(|&&hour| hour < WEEK).for_each(|&hour| watch_of[hour] = Some(at));
        }
        let atoms: Vec<BTreeMap<_, usize>> = models
            .iter()
            .map(|model| {
                model.iter().flat_map(|model| model.0.iter().enumerate().map(|(at, atom)| (atom.grid, at))).collect()
            })
            .collect();
        // Calls of hours without a squad are of this town where any watch knows their grid.
        let parents = crate::balance::districts::parents_of(plan, tier);
        let towns: std::collections::BTreeSet<Option<u32>> =
            atoms.iter().flat_map(BTreeMap::keys).filter_map(|grid| parents.get(grid.0 as usize)).copied().collect();
        let mut found: Vec<(i32, usize, usize)> = Vec::new();
        for (reported, face) in plan.incidents.reported.iter().zip(faces) {
            let Some(grid) = face.and_then(|face| grids.owner_of(face)) else { continue };
            let Some(watch) = reported.hour_of_week().and_then(|hour| watch_of[hour]) else { continue };
            match atoms[watch].get(&grid) {
                Some(&atom) => found.push((reported.0, watch, atom)),
                None if watches[watch].squads.is_empty() => {
                    let town = parents.get(grid.0 as usize).copied().flatten();
                    self.unmanned += usize::from(towns.contains(&town));
                }
                None => {}
            }
        }
        found.sort_unstable();
        let call =
            |(at, (minute, ..)): (usize, &(i32, usize, usize))| Call { minute: f64::from(*minute), atom: at, units: 1 };
        let calls = found.iter().enumerate().map(call).collect();
        (calls, found.into_iter().map(|(_, watch, atom)| Place { watch, atom }).collect())
    }

    fn figures(self, weeks: f64) -> Option<Simulated> {
        if self.replies.is_empty() {
            return None;
        }
        let count = self.replies.len() as f64;
        let mean = |of: &dyn Fn(&Reply) -> f64| self.replies.iter().map(of).sum::<f64>() / count;
        let mut ways: Vec<f64> = self.replies.iter().map(|reply| reply.wait + reply.travel).collect();
        ways.sort_by(f64::total_cmp);
        let p90_minutes = *ways.get((ways.len() * 9).div_ceil(10).checked_sub(1)?)?;
        let load = |(squad, bound): (&SquadId, &f64)| {
            let hours = self.on_duty.get(squad).copied().unwrap_or(0);
            bound / (weeks * hours as f64 * 60.0).max(f64::MIN_POSITIVE)
        };
        Some(Simulated {
            calls: self.calls,
            unmanned: self.unmanned,
            squads: self.bound.keys().copied().collect(),
            workloads: self.bound.iter().map(load).collect(),
            home_share: if self.owned > 0 { self.home as f64 / self.owned as f64 } else { 0.0 },
            mean_minutes: mean(&|reply| reply.travel),
            mean_wait: mean(&|reply| reply.wait),
            p90_minutes,
            all_busy: mean(&|reply| f64::from(u8::from(reply.waited))),
        })
    }
}
