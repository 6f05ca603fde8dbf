//! Rotas: which squad begins which turn on which day.

use crate::balance::random::Random;
use crate::model::{Pattern, Shift};

/// Who works when over a stretch of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rota {
    /// The turn that each squad begins on each day; `None` = free.
    pub turns: Vec<Vec<Option<Shift>>>,
    /// The turn that each squad began the day before the first: its end may reach into the stretch.
    pub before: Vec<Option<Shift>>,
}

/// What a rota that is made to a need obeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Turns there are.
    pub turns: Vec<Shift>,
    /// Fewest hours of rest between two turns.
    pub rest: u32,
    /// Most hours of duty a week of each squad.
    pub hours: u32,
}

impl Default for Limits {
    /// Turns of eight and twelve hours at the usual hours; a day's rest as the EU asks for (11 hours), and a week of at
    /// most 48 hours: the law's 40 with what reckoning over longer times may add.
    fn default() -> Self {
        let turn = |start, hours| Shift { start, hours, standby: 0 };
        Self { turns: vec![turn(0, 8), turn(8, 8), turn(16, 8), turn(8, 12), turn(20, 12)], rest: 11, hours: 48 }
    }
}

impl Rota {
    /// Squads that take turns by a pattern: squad `s` goes with crew `s`, begun again where there are more squads than
    /// crews. Days are counted from the first of the pattern's cycle.
    #[must_use]
    pub fn of_pattern(pattern: &Pattern, squads: usize, first_day: usize, days: usize) -> Self {
        let crew = |squad: usize| squad % usize::from(pattern.crews.max(1));
        let turns = |squad| (first_day..first_day + days).map(|day| pattern.turn(crew(squad), day)).collect();
        let eve = first_day + pattern.days().max(1) - 1;
        Self {
            turns: (0..squads).map(turns).collect(),
            before: (0..squads).map(|squad| pattern.turn(crew(squad), eve)).collect(),
        }
    }

    /// Who is on duty in each hour of the stretch, by place and ascending, and whether on patrol. Standby comes last in a
    /// turn; whoever has two turns at once is one squad, on patrol if either says so.
    #[must_use]
    pub fn seats(&self) -> Vec<Vec<(usize, bool)>> {
        let days = self.turns.iter().map(Vec::len).max().unwrap_or(0);
        let mut seats: Vec<Vec<(usize, bool)>> = vec![Vec::new(); days * 24];
        for (seat, turns) in self.turns.iter().enumerate() {
            let eve = self.before.get(seat).copied().flatten().map(|turn| (-24, turn));
            let own = turns.iter().enumerate().filter_map(|(day, &turn)| Some((day as i64 * 24, turn?)));
            for (midnight, turn) in eve.into_iter().chain(own) {
                for hour in 0..i64::from(turn.hours) {
                    let at = usize::try_from(midnight + i64::from(turn.start) + hour);
                    let Some(on) = at.ok().and_then(|at| seats.get_mut(at)) else { continue };
                    let patrols = hour + i64::from(turn.standby) < i64::from(turn.hours);
                    match on.last_mut() {
                        Some(last) if last.0 == seat => last.1 |= patrols,
                        _ => on.push((seat, patrols)),
                    }
                }
            }
        }
        seats
    }

    /// Squads on duty and, of these, on patrol in each hour of the stretch.
    #[must_use]
    pub fn on_duty(&self) -> Vec<(u32, u32)> {
        let count = |on: Vec<(usize, bool)>| (on.len() as u32, on.iter().filter(|seat| seat.1).count() as u32);
        self.seats().into_iter().map(count).collect()
    }

    /// The same with the first days again behind the last: a week that repeats, looked at for longer.
    #[must_use]
    pub fn and_on(&self, days: usize) -> Self {
        let turns = self.turns.iter().map(|turns| turns.iter().copied().cycle().take(turns.len() + days).collect());
        Self { turns: turns.collect(), before: self.before.clone() }
    }

    /// Hours of duty of a squad.
    #[must_use]
    pub fn hours(&self, squad: usize) -> u32 {
        self.turns.get(squad).into_iter().flatten().flatten().map(|turn| u32::from(turn.hours)).sum()
    }

    /// Squad hours that are missing against a need of each hour.
    #[must_use]
    pub fn missing(&self, need: &[u32]) -> u32 {
        self.on_duty().iter().zip(need).map(|(duty, need)| need.saturating_sub(duty.0)).sum()
    }
}

/// Squad hours that no rota can do without: what is needed beyond the hours all squads may work.
#[must_use]
pub fn least_missing(need: &[u32], squads: usize, limits: &Limits) -> u32 {
    let weeks = need.len() as u32 / 168;
    need.iter().sum::<u32>().saturating_sub(squads as u32 * limits.hours * weeks)
}

/// Rounds of descent from shaken rotas.
const ROUNDS: usize = 40;
/// Turns that are shaken.
const SHAKEN: usize = 6;

/// A week that repeats, with as few squad hours missing as the search meets, then few beyond the need, then even hours.
/// Descent by the best single change of a turn, again and again from the best shaken: a plain search, whose answer can be
/// held against [`least_missing`]. The same for the same need on every machine. O(rounds · squads² · days² · turns).
#[must_use]
pub fn rota(need: &[u32], squads: usize, limits: &Limits) -> Rota {
    let days = need.len() / 24;
    let mut random = Random::new(1, squads as u64);
    let mut best = Week::new(need, squads, limits);
    best.descend();
    for _ in 0..ROUNDS {
        let mut next = best.clone();
        for _ in 0..SHAKEN.min(squads * days) {
            let (squad, day) = (random.below(squads), random.below(days));
            next.set(squad, day, None);
        }
        if let Some(turn) = limits.turns.get(random.below(limits.turns.len().max(1)))
            && squads * days > 0
        {
            let (squad, day) = (random.below(squads), random.below(days));
            if next.may(squad, day, *turn) {
                next.set(squad, day, Some(*turn));
            }
        }
        next.descend();
        if next.cost() < best.cost() {
            best = next;
        }
    }
    let before = best.turns.iter().map(|turns| turns.last().copied().flatten()).collect();
    Rota { turns: best.turns, before }
}

/// A rota being made.
#[derive(Clone)]
struct Week<'a> {
    need: &'a [u32],
    limits: &'a Limits,
    turns: Vec<Vec<Option<Shift>>>,
    duty: Vec<u32>,
    hours: Vec<u32>,
}

impl<'a> Week<'a> {
    fn new(need: &'a [u32], squads: usize, limits: &'a Limits) -> Self {
        let turns = vec![vec![None; need.len() / 24]; squads];
        Self { need, limits, turns, duty: vec![0; need.len()], hours: vec![0; squads] }
    }

    /// Missing hours, hours beyond the need, unevenness; one number in this order.
    fn cost(&self) -> u64 {
        let missing: u32 = self.duty.iter().zip(self.need).map(|(duty, need)| need.saturating_sub(*duty)).sum();
        let over: u32 = self.duty.iter().zip(self.need).map(|(duty, need)| duty.saturating_sub(*need)).sum();
        let squares: u64 = self.hours.iter().map(|&hours| u64::from(hours) * u64::from(hours)).sum();
        (u64::from(missing) << 40) + (u64::from(over) << 24) + squares
    }

    fn set(&mut self, squad: usize, day: usize, turn: Option<Shift>) {
        let week = self.duty.len();
        let old = std::mem::replace(&mut self.turns[squad][day], turn);
        for (turn, on) in old.map(|turn| (turn, false)).into_iter().chain(turn.map(|turn| (turn, true))) {
            let own = &mut self.hours[squad];
            *own = if on { *own + u32::from(turn.hours) } else { *own - u32::from(turn.hours) };
            for hour in 0..usize::from(turn.hours) {
                let slot = &mut self.duty[(day * 24 + usize::from(turn.start) + hour) % week];
                *slot = if on { *slot + 1 } else { *slot - 1 };
            }
        }
    }

    /// Whether a squad may begin a turn on a day: its hours allow it, and it rests before and after. The week repeats.
    fn may(&self, squad: usize, day: usize, turn: Shift) -> bool {
        let own = &self.turns[squad];
        let freed = own[day].map_or(0, |turn| u32::from(turn.hours));
        if self.hours[squad] - freed + u32::from(turn.hours) > self.limits.hours {
            return false;
        }
        let week = own.len() as i64 * 24;
        let span = |day: usize, turn: Shift| {
            let start = day as i64 * 24 + i64::from(turn.start);
            (start, start + i64::from(turn.hours))
        };
        let (start, end) = span(day, turn);
        let others = own.iter().enumerate().filter(|&(other, _)| other != day);
        others.filter_map(|(other, turn)| Some(span(other, (*turn)?))).all(|(a, b)| {
            let rest = i64::from(self.limits.rest);
            [-week, 0, week].iter().all(|shift| end + rest <= a + shift || b + shift + rest <= start)
        })
    }

    /// Changes single turns, the best first, until none is of use.
    fn descend(&mut self) {
        loop {
            let now = self.cost();
            let mut best = (now, None);
            for squad in 0..self.turns.len() {
                for day in 0..self.turns[squad].len() {
                    let was = self.turns[squad][day];
                    let tried = self.limits.turns.iter().map(|&turn| Some(turn)).chain([None]);
                    for turn in tried.filter(|turn| *turn != was) {
                        if turn.is_none_or(|turn| self.may(squad, day, turn)) {
                            self.set(squad, day, turn);
                            let cost = self.cost();
                            if cost < best.0 {
                                best = (cost, Some((squad, day, turn)));
                            }
                            self.set(squad, day, was);
                        }
                    }
                }
            }
            let Some((squad, day, turn)) = best.1 else { return };
            self.set(squad, day, turn);
        }
    }
}
