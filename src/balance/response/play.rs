//! Calls answered one by one, in the order they come.

/// A call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// When it comes, minutes.
    pub minute: f64,
    /// Where it comes from.
    pub atom: usize,
    /// How many units it needs, 1 or more.
    pub units: usize,
}

/// How a call was answered: by the unit that arrived first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reply {
    /// The unit.
    pub unit: usize,
    /// Whether it found no unit free.
    pub waited: bool,
    /// Minutes until the unit was free.
    pub wait: f64,
    /// Minutes of its travel.
    pub travel: f64,
}

/// Answers calls, ascending by time: of the free units those of the lowest `rank` go; where none is free the call takes
/// whoever is free first, since calls that wait are taken in the order they came. `rank` is asked of a unit and a call,
/// `None` where the unit is not on duty then; where nobody is on duty, everybody is taken to be. `times` are the minutes
/// of travel and those the unit is bound. O(calls · units).
#[must_use]
pub fn play(
    calls: &[Call],
    units: usize,
    rank: impl Fn(usize, &Call) -> Option<f64>,
    mut times: impl FnMut(usize, &Call) -> [f64; 2],
) -> Vec<Reply> {
    let mut free_at = vec![f64::NEG_INFINITY; units];
    let mut replies = Vec::with_capacity(calls.len());
    for call in calls {
        let mut first: Option<Reply> = None;
        for _ in 0..call.units.clamp(1, units.max(1)) {
            let ranked = (0..units).filter_map(|unit| Some((unit, rank(unit, call)?)));
            let free = ranked.filter(|&(unit, _)| free_at[unit] <= call.minute);
            let nearest = free.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(unit, _)| unit);
            let soonest = |all: bool| {
                let on_duty = (0..units).filter(|&unit| all || rank(unit, call).is_some());
                on_duty.min_by(|&a, &b| free_at[a].total_cmp(&free_at[b]))
            };
            let Some(unit) = nearest.or_else(|| soonest(false)).or_else(|| soonest(true)) else { return replies };
            let begun = free_at[unit].max(call.minute);
            let [travel, bound] = times(unit, call);
            free_at[unit] = begun + bound;
            let reply = Reply { unit, waited: nearest.is_none(), wait: begun - call.minute, travel };
            if first.is_none_or(|first| reply.wait + travel < first.wait + first.travel) {
                first = Some(reply);
            }
        }
        replies.extend(first);
    }
    replies
}
