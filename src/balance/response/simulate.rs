//! The incidents as they came, one by one: what some squads on duty mean for those who call.

use std::collections::{BTreeMap, BTreeSet};

use crate::balance::loads::{Loads, WEEK};
use crate::balance::random::Random;
use crate::model::{Minute, Plan, Role, SquadId, ZoneId};
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
    /// Share of its hours on duty that each is bound by calls, 1 at most: what lasts past the end of a watch is in no
    /// hour on duty.
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
pub fn simulate(towns: &[Vec<Manned<'_>>], calls: (&Loads, &[Option<FaceId>]), seed: u64) -> Option<Simulated> {
    let week: Vec<usize> = (0..WEEK).collect();
    simulate_bands(towns, calls, &[&week], seed).pop().flatten()
}

/// As [`simulate`], told for some hours at a time. All hours of the watches are played once: who calls at night waits
/// behind those who have been waiting since the evening. What is said of hours that make up others is therefore their
/// mean, weighted by calls.
#[must_use]
pub fn simulate_bands(
    towns: &[Vec<Manned<'_>>],
    (loads, faces): (&Loads, &[Option<FaceId>]),
    bands: &[&[usize]],
    seed: u64,
) -> Vec<Option<Simulated>> {
    let mut sums: Vec<Sum> = bands.iter().map(|hours| Sum::of(hours)).collect();
    for watches in towns {
        let Some(plan) = watches.first().map(|watch| watch.plan) else { continue };
        let span = Span::of(plan, faces, loads.weeks);
        let town = Town::of(plan, watches, (loads, faces));
        sums.iter_mut().for_each(|sum| sum.expect(&town, &span));
        town.play(&span, seed, &mut sums);
    }
    sums.into_iter().map(Sum::figures).collect()
}

/// The time that is looked at, in minutes.
struct Span {
    from: f64,
    until: f64,
    /// Minutes of each hour of the week in it.
    hours: Vec<f64>,
}

impl Span {
    /// From the first to the last incident, and the weeks that loads are told for at least.
    fn of(plan: &Plan, faces: &[Option<FaceId>], weeks: f64) -> Self {
        let rows = plan.incidents.reported.iter().zip(faces);
        let placed = rows.filter(|(time, face)| time.is_some() && face.is_some()).map(|(time, _)| f64::from(time.0));
        let (first, last) =
            placed.fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), at| (at.min(first), at.max(last)));
        let from = if first.is_finite() { first } else { 0.0 };
        let mut span = Self { from, until: last.max(from + weeks * WEEK as f64 * 60.0), hours: vec![0.0; WEEK] };
        let mut hours = vec![0.0; WEEK];
        span.each_hour(span.from, span.until, |hour, minutes| hours[hour] += minutes);
        span.hours = hours;
        span
    }

    /// The minutes of a time within the span, hour by hour of the week.
    fn each_hour(&self, from: f64, until: f64, mut each: impl FnMut(usize, f64)) {
        let (mut from, until) = (from.max(self.from), until.min(self.until));
        while from < until {
            let next = ((from / 60.0).floor() + 1.0) * 60.0;
            if let Some(hour) = Minute(from.floor() as i32).hour_of_week() {
                each(hour, next.min(until) - from);
            }
            from = next;
        }
    }
}

/// The grids that call, and minutes from each squad to each of them; `None` where nobody answers.
type Model = Option<(Vec<Atom>, Vec<Vec<f64>>)>;

/// A call and the watch it comes in.
struct Place {
    hour: usize,
    watch: usize,
    atom: usize,
}

/// A town ready to be played.
struct Town<'a> {
    watches: &'a [Manned<'a>],
    models: Vec<Model>,
    squads: Vec<SquadId>,
    /// Where each squad stands among those of a watch, by watch.
    seats: Vec<Vec<Option<usize>>>,
    /// By squad and hour of the week.
    on_duty: Vec<Vec<bool>>,
    calls: Vec<Call>,
    places: Vec<Place>,
    /// Hours of calls that nobody was on duty for.
    unmanned: Vec<usize>,
    call_minutes: f64,
}

impl<'a> Town<'a> {
    fn of(plan: &Plan, watches: &'a [Manned<'a>], (loads, faces): (&Loads, &[Option<FaceId>])) -> Self {
        let models = watches.iter().map(|watch| model_of(watch.plan, loads, watch.squads, watch.hours)).collect();
        let mut squads: Vec<SquadId> = watches.iter().flat_map(|watch| watch.squads.iter().copied()).collect();
        squads.sort_unstable();
        squads.dedup();
        let mut on_duty = vec![vec![false; WEEK]; squads.len()];
        for watch in watches {
            for unit in watch.squads.iter().filter_map(|squad| squads.binary_search(squad).ok()) {
                watch.hours.iter().filter(|&&hour| hour < WEEK).for_each(|&hour| on_duty[unit][hour] = true);
            }
        }
        let seat = |watch: &Manned<'_>, squad: &SquadId| watch.squads.iter().position(|one| one == squad);
        let seats = watches.iter().map(|watch| squads.iter().map(|squad| seat(watch, squad)).collect()).collect();
        let call_minutes = plan.settings.duty.standard.call_minutes;
        let (calls, places, unmanned) = Default::default();
        let mut town = Self { watches, models, squads, seats, on_duty, calls, places, unmanned, call_minutes };
        town.take_calls(plan, faces);
        town
    }

    /// The calls in the order they came, each with the place it comes from; those that nobody is on duty for are set apart.
    fn take_calls(&mut self, plan: &Plan, faces: &[Option<FaceId>]) {
        let Some((tier, grids)) = plan.tier_of(Role::Grid) else { return };
        let mut watch_of = vec![None; WEEK];
        for (at, watch) in self.watches.iter().enumerate() {
            watch.hours.iter().filter(|&&hour| hour < WEEK).for_each(|&hour| watch_of[hour] = Some(at));
        }
        let known = |model: &Model| -> BTreeMap<ZoneId, usize> {
            model.iter().flat_map(|model| model.0.iter().enumerate().map(|(at, atom)| (atom.grid, at))).collect()
        };
        let atoms: Vec<BTreeMap<ZoneId, usize>> = self.models.iter().map(known).collect();
        // Calls of hours without a squad are of this town where any watch knows their grid.
        let parents = crate::balance::districts::parents_of(plan, tier);
        let towns: BTreeSet<Option<u32>> =
            atoms.iter().flat_map(BTreeMap::keys).filter_map(|grid| parents.get(grid.0 as usize)).copied().collect();
        let mut found: Vec<(i32, Place)> = Vec::new();
        for (reported, face) in plan.incidents.reported.iter().zip(faces) {
            let Some(grid) = face.and_then(|face| grids.owner_of(face)) else { continue };
            let Some(hour) = reported.hour_of_week() else { continue };
            let Some(watch) = watch_of[hour] else { continue };
            match atoms[watch].get(&grid) {
                Some(&atom) => found.push((reported.0, Place { hour, watch, atom })),
                None if self.watches[watch].squads.is_empty() => {
                    let town = parents.get(grid.0 as usize).copied().flatten();
                    self.unmanned.extend(towns.contains(&town).then_some(hour));
                }
                None => {}
            }
        }
        found.sort_unstable_by_key(|(minute, place)| (*minute, place.watch, place.atom));
        let call = |(at, (minute, _)): (usize, &(i32, Place))| Call { minute: f64::from(*minute), atom: at, units: 1 };
        self.calls = found.iter().enumerate().map(call).collect();
        self.places = found.into_iter().map(|(_, place)| place).collect();
    }

    /// Minutes of a squad to a call; `None` where it is not on duty then.
    fn minutes(&self, unit: usize, call: &Call) -> Option<f64> {
        let place = &self.places[call.atom];
        let (_, minutes) = self.models[place.watch].as_ref()?;
        minutes.get(self.seats[place.watch][unit]?)?.get(place.atom).copied()
    }

    /// Whose call it is: whether it is of somebody's beat, and whether that squad answers.
    fn home(&self, place: &Place, reply: &Reply) -> [bool; 2] {
        let home = self.models[place.watch].as_ref().and_then(|(atoms, _)| atoms[place.atom].home);
        [home.is_some(), home.is_some() && home == self.seats[place.watch][reply.unit]]
    }

    fn play(&self, span: &Span, seed: u64, sums: &mut [Sum]) {
        for run in 0..RUNS {
            let mut random = Random::new(seed.wrapping_add(run), 0);
            let mut took = Vec::with_capacity(self.calls.len());
            let replies = play(
                &self.calls,
                self.squads.len(),
                |unit, call| self.minutes(unit, call),
                |unit, call| {
                    let bound = random.exponential() * self.call_minutes;
                    took.push(bound);
                    [self.minutes(unit, call).unwrap_or(0.0), bound]
                },
            );
            for (((call, place), reply), took) in self.calls.iter().zip(&self.places).zip(&replies).zip(took) {
                let (squad, begun) = (self.squads[reply.unit], call.minute + reply.wait);
                span.each_hour(begun, begun + took, |hour, minutes| {
                    if self.on_duty[reply.unit][hour] {
                        sums.iter_mut().for_each(|sum| sum.bind(squad, hour, minutes));
                    }
                });
                let home = self.home(place, reply);
                sums.iter_mut().filter(|sum| sum.asked[place.hour]).for_each(|sum| sum.count(reply, home));
            }
        }
    }
}

/// What was counted in some hours over all towns and runs.
struct Sum {
    /// Whether an hour of the week is among them.
    asked: Vec<bool>,
    calls: usize,
    unmanned: usize,
    /// Minutes of wait and travel, by reply.
    ways: Vec<f64>,
    travel: f64,
    wait: f64,
    waited: usize,
    owned: usize,
    home: usize,
    /// Minutes bound while on duty, and minutes on duty in all the runs.
    squads: BTreeMap<SquadId, [f64; 2]>,
}

impl Sum {
    fn of(hours: &[usize]) -> Self {
        let asked = (0..WEEK).map(|hour| hours.contains(&hour)).collect();
        let (calls, unmanned, waited, owned, home) = (0, 0, 0, 0, 0);
        let (ways, squads) = (Vec::new(), BTreeMap::new());
        Self { asked, calls, unmanned, ways, travel: 0.0, wait: 0.0, waited, owned, home, squads }
    }

    /// Takes a town's calls, and its squads that are on duty.
    fn expect(&mut self, town: &Town<'_>, span: &Span) {
        self.calls += town.places.iter().filter(|place| self.asked[place.hour]).count();
        self.unmanned += town.unmanned.iter().filter(|&&hour| self.asked[hour]).count();
        for (squad, on_duty) in town.squads.iter().zip(&town.on_duty) {
            let hours = (0..WEEK).filter(|&hour| self.asked[hour] && on_duty[hour]);
            let minutes: f64 = hours.map(|hour| span.hours[hour]).sum();
            if minutes > 0.0 {
                self.squads.entry(*squad).or_default()[1] += minutes * RUNS as f64;
            }
        }
    }

    fn bind(&mut self, squad: SquadId, hour: usize, minutes: f64) {
        if self.asked[hour]
            && let Some([bound, _]) = self.squads.get_mut(&squad)
        {
            *bound += minutes;
        }
    }

    fn count(&mut self, reply: &Reply, [owned, home]: [bool; 2]) {
        self.ways.push(reply.wait + reply.travel);
        self.travel += reply.travel;
        self.wait += reply.wait;
        self.waited += usize::from(reply.waited);
        self.owned += usize::from(owned);
        self.home += usize::from(home);
    }

    fn figures(mut self) -> Option<Simulated> {
        self.ways.sort_by(f64::total_cmp);
        let p90_minutes = *self.ways.get((self.ways.len() * 9).div_ceil(10).checked_sub(1)?)?;
        let count = self.ways.len() as f64;
        Some(Simulated {
            calls: self.calls,
            unmanned: self.unmanned,
            squads: self.squads.keys().copied().collect(),
            workloads: self.squads.values().map(|[bound, on_duty]| (bound / on_duty).min(1.0)).collect(),
            home_share: if self.owned > 0 { self.home as f64 / self.owned as f64 } else { 0.0 },
            mean_minutes: self.travel / count,
            mean_wait: self.wait / count,
            p90_minutes,
            all_busy: self.waited as f64 / count,
        })
    }
}
