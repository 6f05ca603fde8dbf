//! When shifts should start: squads on duty cover the need of every hour (set covering, Dantzig 1954).

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

/// Squads that start together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// Hour of the week, 0 = Monday 0 o'clock.
    pub hour: usize,
    /// Hours on duty.
    pub hours: usize,
    /// How many squads.
    pub squads: u32,
}

/// Shifts that cover a week.
#[derive(Clone, Debug, PartialEq)]
pub struct Covered {
    /// The shifts, by hour and length.
    pub starts: Vec<Start>,
    /// Squads on duty in each hour.
    pub on_duty: Vec<u32>,
    /// Squad hours beyond the need.
    pub over: u64,
    /// Squad hours that are missing.
    pub under: u64,
    /// Whether no other shifts cost less; else the best found within the limit.
    pub proven: bool,
}

/// Branches looked at before the best found so far is taken. Counted, not timed, so that the answer is the same everywhere.
const BRANCHES: u64 = 2_000;

/// Shifts of the given lengths, on the given hours of the day, that cover a need repeating weekly at the least cost: one
/// for each hour on duty and `missing` for each squad hour that lacks.
///
/// `None` where no hour or length is allowed, a length is 0, or the solver gives up.
#[must_use]
pub fn starts(need: &[u32], hours_of_day: &[usize], lengths: &[usize], missing: f64) -> Option<Covered> {
    let week = need.len();
    let allowed = |hour: &usize| hours_of_day.contains(&(hour % 24));
    let kinds: Vec<(usize, usize)> = (0..week)
        .filter(allowed)
        .flat_map(|hour| lengths.iter().filter(|&&hours| hours > 0 && hours <= week).map(move |&hours| (hour, hours)))
        .collect();
    if kinds.is_empty() || !missing.is_finite() {
        return None;
    }
    let most = need.iter().copied().max()?.min(1_000_000) as i32;
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let squads: Vec<Variable> =
        kinds.iter().map(|&(_, hours)| problem.add_integer_var(hours as f64, (0, most))).collect();
    for (hour, &needed) in need.iter().enumerate() {
        let covers = |&(start, hours): &(usize, usize)| (hour + week - start) % week < hours;
        let lacking = problem.add_var(missing, (0.0, f64::from(needed)));
        let terms = kinds.iter().zip(&squads).filter(|(kind, _)| covers(kind)).map(|(_, &squads)| (squads, 1.0));
        problem.add_constraint(terms.chain([(lacking, 1.0)]), ComparisonOp::Ge, f64::from(needed));
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(BRANCHES);
    let outcome = problem.solve_with(options).ok()?;
    let solution = outcome.solution()?;
    let mut on_duty = vec![0; week];
    let mut starts = Vec::new();
    for (&(hour, hours), &variable) in kinds.iter().zip(&squads) {
        let squads = solution.var_value(variable).round().max(0.0) as u32;
        if squads > 0 {
            starts.push(Start { hour, hours, squads });
            (0..hours).for_each(|later| on_duty[(hour + later) % week] += squads);
        }
    }
    let beyond = |a: &[u32], b: &[u32]| a.iter().zip(b).map(|(&a, &b)| u64::from(a.saturating_sub(b))).sum();
    let (over, under) = (beyond(&on_duty, need), beyond(need, &on_duty));
    Some(Covered { starts, over, under, proven: outcome.is_optimal(), on_duty })
}
