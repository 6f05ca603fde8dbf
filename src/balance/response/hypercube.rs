//! The model: squads that are free or busy, calls that go to the first free squad of a list.

use crate::balance::duty::erlang_b;

/// What becomes of a call when all squads are busy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// Somebody else takes it.
    Lost,
    /// It waits; the squad that is free first takes the call that came first.
    #[default]
    Queue,
}

/// Calls from `atoms` for `units` that all take the same mean time over a call (Larson 1974, Computers & Operations
/// Research 1, 67–95).
#[derive(Clone, Debug, PartialEq)]
pub struct Hypercube {
    /// Calls an hour from each atom.
    pub(super) rates: Vec<f64>,
    /// Minutes from each unit to each atom.
    pub(super) minutes: Vec<Vec<f64>>,
    /// Units in the order in which they are sent to each atom.
    pub(super) order: Vec<Vec<u32>>,
    /// Mean number of units that would be busy if there were enough of them.
    pub(super) load: f64,
    pub(super) line: Line,
}

/// Who answers which calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatch {
    /// Share of the time each unit is busy.
    pub workloads: Vec<f64>,
    /// Share of all calls that are answered by a unit and come from an atom, by unit and atom. With [`Line::Lost`] they
    /// sum to the share that is answered.
    pub shares: Vec<Vec<f64>>,
    /// Share of the calls that find all units busy.
    pub all_busy: f64,
    /// Mean minutes of travel over the answered calls.
    pub mean_minutes: f64,
}

impl Hypercube {
    /// A model in which the nearest free unit goes, the lower one of equals.
    ///
    /// `rates` are calls an hour by atom, `minutes` the travel times by unit and atom, `call_minutes` the mean time a
    /// unit is bound by a call. `None` where there is no unit or call, a row of times is not as long as `rates`, or a
    /// number is negative or not finite.
    #[must_use]
    pub fn nearest(rates: Vec<f64>, minutes: Vec<Vec<f64>>, call_minutes: f64, line: Line) -> Option<Self> {
        let is_well = |&number: &f64| number.is_finite() && number >= 0.0;
        let whole = minutes.iter().all(|row| row.len() == rates.len() && row.iter().all(is_well));
        let total: f64 = rates.iter().sum();
        let load = total * call_minutes / 60.0;
        if minutes.is_empty() || !whole || !rates.iter().all(is_well) || !load.is_finite() || load <= 0.0 {
            return None;
        }
        let order = (0..rates.len())
            .map(|atom| {
                let mut units: Vec<u32> = (0..minutes.len() as u32).collect();
                units.sort_by(|&a, &b| minutes[a as usize][atom].total_cmp(&minutes[b as usize][atom]));
                units
            })
            .collect();
        Some(Self { rates, minutes, order, load, line })
    }

    /// Number of units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.minutes.len()
    }

    /// Probabilities that 0, 1, … all units are busy, and that calls wait. `None` where the line would grow for ever.
    ///
    /// With equal times the number of busy units is that of Erlang's systems, whoever is sent.
    pub(super) fn levels(&self) -> Option<(Vec<f64>, f64)> {
        let units = self.units() as u32;
        let blocked = erlang_b(self.load, units);
        // Downwards from all busy: P(m - 1) = P(m) m / load.
        let mut levels = vec![blocked; units as usize + 1];
        for busy in (0..units as usize).rev() {
            levels[busy] = levels[busy + 1] * (busy + 1) as f64 / self.load;
        }
        if self.line == Line::Lost {
            return Some((levels, 0.0));
        }
        let filled = self.load / f64::from(units);
        if filled >= 1.0 {
            return None;
        }
        let waiting = blocked * filled / (1.0 - filled);
        let all = 1.0 + waiting;
        levels.iter_mut().for_each(|level| *level /= all);
        Some((levels, waiting / all))
    }

    /// Who answers which calls: exact up to [`Self::EXACT`] units, approximate beyond. `None` where the line would grow
    /// for ever.
    #[must_use]
    pub fn dispatch(&self) -> Option<Dispatch> {
        if self.units() <= Self::EXACT { self.exact() } else { self.approximate() }
    }

    /// The answer from `first[unit][atom]`: the probability that an atom's call finds its more preferred units busy and
    /// this one free. A call that waits goes to any unit alike.
    pub(super) fn answer(&self, mut first: Vec<Vec<f64>>, all_busy: f64, workloads: Vec<f64>) -> Dispatch {
        let total: f64 = self.rates.iter().sum();
        let units = self.units() as f64;
        let waited = if self.line == Line::Queue { all_busy / units } else { 0.0 };
        let (mut answered, mut minutes) = (0.0, 0.0);
        for (row, times) in first.iter_mut().zip(&self.minutes) {
            for ((share, rate), time) in row.iter_mut().zip(&self.rates).zip(times) {
                *share = (*share + waited) * rate / total;
                answered += *share;
                minutes += *share * time;
            }
        }
        let mean_minutes = if answered > 0.0 { minutes / answered } else { 0.0 };
        Dispatch { workloads, shares: first, all_busy, mean_minutes }
    }
}
