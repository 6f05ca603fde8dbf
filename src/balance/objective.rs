//! What a division is judged by, exactly, and how much one step changes it.

use std::sync::Arc;

use geo::{Distance as _, Geodesic};

use super::Graph;
use super::graph::COST_UNIT;
use super::state::{State, Step};

/// What `partition` makes as small as it can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// Number of adjacencies between zones.
    #[default]
    Cut,
    /// Length of the borders between zones, in the unit of the input.
    Length,
    /// Σ weight · (whole km)² / 10⁶ to the best centre unit of the zone (Hess et al. 1965); in the squared unit of the
    /// coordinates where these are no degrees.
    Inertia,
    /// Mean of perimeter² / (4π · area), the inverse Polsby–Popper score (Belotti, Buchanan & Ezazipour 2025).
    PolsbyPopper,
    /// Σ of what serving each unit from the best centre unit of its zone costs, by the table that comes with the graph: the
    /// p-median with connected zones (Hakimi 1964).
    Travel,
}

/// An objective kept up to date from step to step. Values are small whole numbers in `f64`, so sums are exact.
pub(super) trait Energy: Clone + Send + Sync {
    /// Takes the state as it is; its value.
    fn reset(&mut self, graph: &Graph, state: &State) -> f64;
    /// What a step would add to the value; infinite where it is forbidden.
    fn rise(&self, graph: &Graph, state: &State, step: &Step) -> f64;
    /// Takes note of a step about to be done.
    fn apply(&mut self, graph: &Graph, step: &Step);
    /// What a zone of these units adds to the value, where the value is the sum over its zones.
    fn of_zone(&self, _graph: &Graph, _units: &[u32]) -> Option<f64> {
        None
    }
    /// Tries to measure a zone from elsewhere, drawn by `draw`, where the value rises by no more than allowed; its rise.
    fn refresh(&mut self, _graph: &Graph, _state: &State, _zone: u32, _draw: usize, _allowance: f64) -> f64 {
        0.0
    }
}

/// Slots that lead out of some units, which are ascending.
fn leaving<'a>(graph: &'a Graph, units: &'a [u32]) -> impl Iterator<Item = usize> + 'a {
    let inside = |unit: u32| units.binary_search(&unit).is_ok();
    units.iter().flat_map(|&unit| graph.slots(unit)).filter(move |&slot| !inside(graph.end(slot)))
}

/// The number of cut adjacencies.
#[derive(Clone, Debug)]
pub(super) struct Cut;

impl Energy for Cut {
    fn reset(&mut self, _graph: &Graph, state: &State) -> f64 {
        (state.boundary().len() / 2) as f64
    }
    #[inline]
    fn rise(&self, _graph: &Graph, _state: &State, step: &Step) -> f64 {
        step.cut as f64
    }
    fn of_zone(&self, graph: &Graph, units: &[u32]) -> Option<f64> {
        Some(leaving(graph, units).count() as f64 / 2.0)
    }
    fn apply(&mut self, _graph: &Graph, _step: &Step) {}
}

/// The length of the borders between zones.
#[derive(Clone, Debug)]
pub(super) struct Length;

impl Energy for Length {
    fn reset(&mut self, graph: &Graph, state: &State) -> f64 {
        state.boundary().iter().map(|&slot| graph.length(slot as usize)).sum::<i64>() as f64 / 2.0
    }
    #[inline]
    fn rise(&self, _graph: &Graph, _state: &State, step: &Step) -> f64 {
        (step.length_from - step.length_to) as f64
    }
    fn of_zone(&self, graph: &Graph, units: &[u32]) -> Option<f64> {
        Some(leaving(graph, units).map(|slot| graph.length(slot)).sum::<i64>() as f64 / 2.0)
    }
    fn apply(&mut self, _graph: &Graph, _step: &Step) {}
}

/// Perimeters and areas of the zones.
#[derive(Clone, Debug)]
pub(super) struct PolsbyPopper {
    /// Perimeter of each unit.
    around: Arc<[i64]>,
    perimeters: Vec<i64>,
    areas: Vec<i128>,
}

/// Units of value per 1 of the score.
pub(super) const SCORE: f64 = 1e9;

/// The inverse Polsby–Popper score of a zone in billionths.
pub(super) fn roundness(perimeter: i64, area: i128) -> f64 {
    let perimeter = perimeter as f64;
    (perimeter * perimeter / (4.0 * std::f64::consts::PI * area.max(1) as f64) * SCORE).round().min(1e14)
}

impl PolsbyPopper {
    pub(super) fn new(graph: &Graph) -> Self {
        let shared = |unit: u32| graph.slots(unit).map(|slot| graph.length(slot)).sum::<i64>();
        let around = (0..graph.len() as u32).map(|unit| graph.units()[unit as usize].outline + shared(unit)).collect();
        Self { around, perimeters: Vec::new(), areas: Vec::new() }
    }

    /// Perimeters of both zones after a step.
    #[inline]
    fn after(&self, step: &Step) -> (i64, i64) {
        let around = self.around[step.unit as usize];
        (
            self.perimeters[step.from as usize] - around + 2 * step.length_from,
            self.perimeters[step.to as usize] + around - 2 * step.length_to,
        )
    }
}

impl Energy for PolsbyPopper {
    fn reset(&mut self, graph: &Graph, state: &State) -> f64 {
        let zones = state.weights().len();
        self.perimeters = vec![0; zones];
        self.areas = vec![0; zones];
        for (unit, &label) in graph.units().iter().zip(state.labels()) {
            self.perimeters[label as usize] += unit.outline;
            self.areas[label as usize] += unit.area;
        }
        for &slot in state.boundary() {
            let zone = state.label(graph.source(slot as usize));
            self.perimeters[zone as usize] += graph.length(slot as usize);
        }
        self.perimeters.iter().zip(&self.areas).map(|(&perimeter, &area)| roundness(perimeter, area)).sum()
    }

    #[inline]
    fn rise(&self, graph: &Graph, _state: &State, step: &Step) -> f64 {
        let (from, to) = (step.from as usize, step.to as usize);
        let area = graph.units()[step.unit as usize].area;
        let (less, more) = self.after(step);
        roundness(less, self.areas[from] - area) + roundness(more, self.areas[to] + area)
            - roundness(self.perimeters[from], self.areas[from])
            - roundness(self.perimeters[to], self.areas[to])
    }

    fn of_zone(&self, graph: &Graph, units: &[u32]) -> Option<f64> {
        let outline: i64 = units.iter().map(|&unit| graph.units()[unit as usize].outline).sum();
        let shared: i64 = leaving(graph, units).map(|slot| graph.length(slot)).sum();
        let area = units.iter().map(|&unit| graph.units()[unit as usize].area).sum();
        Some(roundness(outline + shared, area))
    }

    fn apply(&mut self, graph: &Graph, step: &Step) {
        let area = graph.units()[step.unit as usize].area;
        (self.perimeters[step.from as usize], self.perimeters[step.to as usize]) = self.after(step);
        self.areas[step.from as usize] -= area;
        self.areas[step.to as usize] += area;
    }
}

/// Costs from a centre unit of each zone: weighted squared distances, or those of a table.
#[derive(Clone, Debug)]
pub(super) struct Centred {
    costs: Arc<Costs>,
    centres: Vec<u32>,
}

impl Centred {
    pub(super) fn new(costs: Costs) -> Self {
        Self { costs: Arc::new(costs), centres: Vec::new() }
    }

    /// The least cost of some units and the centre it is measured from. O(size²).
    fn best_centre(&self, graph: &Graph, units: &[u32]) -> (f64, u32) {
        let cost = |centre| -> f64 { units.iter().map(|&unit| self.costs.of(graph, unit, centre)).sum() };
        let costs = units.iter().map(|&centre| (cost(centre), centre));
        costs.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, 0))
    }
}

impl Energy for Centred {
    /// O(Σ size²): the best centre of every zone.
    fn reset(&mut self, graph: &Graph, state: &State) -> f64 {
        let zones = state.weights().len();
        let mut members = vec![Vec::new(); zones];
        for (unit, &label) in state.labels().iter().enumerate() {
            members[label as usize].push(unit as u32);
        }
        self.centres.clear();
        let mut value = 0.0;
        for members in &members {
            let (cost, centre) = self.best_centre(graph, members);
            self.centres.push(centre);
            value += cost;
        }
        value
    }

    fn of_zone(&self, graph: &Graph, units: &[u32]) -> Option<f64> {
        Some(self.best_centre(graph, units).0)
    }

    #[inline]
    fn rise(&self, graph: &Graph, _state: &State, step: &Step) -> f64 {
        let centre = self.centres[step.from as usize];
        if centre == step.unit {
            return f64::INFINITY;
        }
        self.costs.of(graph, step.unit, self.centres[step.to as usize]) - self.costs.of(graph, step.unit, centre)
    }

    fn apply(&mut self, _graph: &Graph, _step: &Step) {}

    /// Tries another centre: a neighbour of the present one, or any unit of the zone. O(n).
    fn refresh(&mut self, graph: &Graph, state: &State, zone: u32, draw: usize, allowance: f64) -> f64 {
        let old = self.centres[zone as usize];
        let near = graph.neighbours(old);
        let new = if draw.is_multiple_of(4) || near.is_empty() {
            draw / 4 % graph.len()
        } else {
            near[draw / 4 % near.len()] as usize
        } as u32;
        if state.label(new) != zone || new == old {
            return 0.0;
        }
        let members = (0..graph.len() as u32).filter(|&unit| state.label(unit) == zone);
        let rise = members.map(|unit| self.costs.of(graph, unit, new) - self.costs.of(graph, unit, old));
        let rise: f64 = rise.sum();
        if rise > allowance {
            return 0.0;
        }
        self.centres[zone as usize] = new;
        rise
    }
}

/// What serving a unit from a centre costs: a table up to [`Costs::TABLE`] units, else worked out each time.
#[derive(Clone, Debug)]
pub(super) struct Costs {
    /// How many counts make one unit of the value.
    per_unit: f64,
    degrees: bool,
    /// By unit and centre.
    table: Vec<f64>,
}

impl Costs {
    /// A table of 2048² costs takes 32 MB.
    const TABLE: usize = 2048;

    /// Weight times squared distance.
    pub(super) fn squares(graph: &Graph) -> Self {
        let units = graph.units();
        let degrees = units.iter().all(|unit| unit.at[0].abs() <= 180.0 && unit.at[1].abs() <= 90.0);
        // Squared kilometres are told by the million.
        let mut costs = Self { per_unit: if degrees { 1e6 } else { 1.0 }, degrees, table: Vec::new() };
        if units.len() <= Self::TABLE {
            let count = units.len() as u32;
            let pairs = (0..count).flat_map(|unit| (0..count).map(move |centre| (unit, centre)));
            costs.table = pairs.map(|(unit, centre)| costs.of(graph, unit, centre)).collect();
        }
        costs
    }

    /// Those that came with the graph.
    pub(super) fn travel(graph: &Graph) -> Self {
        let count = graph.len();
        let pairs = (0..count).flat_map(|unit| (0..count).map(move |centre| (unit, centre)));
        let table = pairs.map(|(unit, centre)| graph.costs().get(centre * count + unit).copied().unwrap_or(0.0));
        Self { per_unit: COST_UNIT, degrees: false, table: table.collect() }
    }

    /// How many counts make one unit of the value.
    pub(super) fn per_unit(&self) -> f64 {
        self.per_unit
    }

    #[inline]
    pub(super) fn of(&self, graph: &Graph, unit: u32, centre: u32) -> f64 {
        let units = graph.units();
        let known = self.table.get(unit as usize * units.len() + centre as usize).copied();
        known.unwrap_or_else(|| {
            let square = self.between(units[unit as usize].at, units[centre as usize].at);
            units[unit as usize].weight as f64 * square
        })
    }

    fn between(&self, a: [f64; 2], b: [f64; 2]) -> f64 {
        if self.degrees {
            let metres = Geodesic.distance(geo::Point::from(a), geo::Point::from(b));
            return (metres / 1000.0).round().powi(2);
        }
        let (dx, dy) = (a[0] - b[0], a[1] - b[1]);
        (dx * dx + dy * dy).round()
    }
}
