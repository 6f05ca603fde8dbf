//! How many squads each hour of the week needs.

use super::erlang::late_share;
use crate::model::Standard;

/// Squads bound by calls in each hour of a week that repeats, from the hours of work that arrive in each.
///
/// Work that arrives late in one hour is done in the next: the mean number of busy servers of M(t)/G/∞ with
/// exponential times (Eick, Massey & Whitt 1993), arrivals even within an hour, in closed form. Its sum is that of the
/// arrivals. O(hours).
#[must_use]
pub fn lagged(arriving: &[f64], call_minutes: f64) -> Vec<f64> {
    let time = call_minutes / 60.0;
    if time <= 0.0 {
        return arriving.to_vec();
    }
    let kept = (-1.0 / time).exp();
    let after = |bound: f64, work: &f64| work + (bound - work) * kept;
    // What one week leaves behind of itself, summed over all weeks before.
    let left = arriving.iter().fold(0.0, after);
    let mut bound = left / (1.0 - kept.powi(arriving.len() as i32));
    arriving
        .iter()
        .map(|work| {
            let mean = work + (bound - work) * time * (1.0 - kept);
            bound = after(bound, work);
            mean
        })
        .collect()
}

/// Squads needed in each hour: enough that calls wait no longer than promised (Erlang C, each hour by itself on the
/// lagged load: SIPP with lag, Green, Kolesar & Whitt 2007), and that patrol fits between the calls.
///
/// `calls` are hours of work arriving in each hour, `patrol` hours of other work in each.
#[must_use]
pub fn needs(calls: &[f64], patrol: f64, standard: &Standard) -> Vec<u32> {
    let wait = if standard.call_minutes > 0.0 { standard.wait_minutes / standard.call_minutes } else { 0.0 };
    let need = |load: f64| {
        let filled = ((load + patrol) / standard.filled.clamp(0.01, 1.0)).ceil();
        let start = standard.least.max(filled.clamp(0.0, 1e6) as u32);
        (start..=start.saturating_add(1_000_000)).find(|&squads| late_share(load, squads, wait) <= standard.late)
    };
    lagged(calls, standard.call_minutes).into_iter().map(|load| need(load).unwrap_or(u32::MAX)).collect()
}
