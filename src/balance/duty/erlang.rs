//! Erlang's formulas for `servers` that share calls of an offered load (arrivals per time · mean time of a call).
//!
//! A. K. Erlang 1917; the recursion of the loss formula is Messerli's (1972).

/// Share of calls lost where none may wait (Erlang B). O(servers).
#[must_use]
pub fn erlang_b(load: f64, servers: u32) -> f64 {
    if load <= 0.0 {
        return if servers == 0 { 1.0 } else { 0.0 };
    }
    (1..=servers).fold(1.0, |blocked, server| load * blocked / (f64::from(server) + load * blocked))
}

/// Share of calls that wait (Erlang C); 1 where the load is more than the servers can bear. O(servers).
#[must_use]
pub fn erlang_c(load: f64, servers: u32) -> f64 {
    let count = f64::from(servers);
    if load >= count {
        return 1.0;
    }
    let blocked = erlang_b(load, servers);
    blocked / (1.0 - load / count * (1.0 - blocked))
}

/// Mean wait over all calls, in mean times of a call; infinite where the queue grows for ever.
#[must_use]
pub fn mean_wait(load: f64, servers: u32) -> f64 {
    let spare = f64::from(servers) - load;
    if spare > 0.0 { erlang_c(load, servers) / spare } else { f64::INFINITY }
}

/// Share of calls that wait longer than `wait`, which is counted in mean times of a call.
#[must_use]
pub fn late_share(load: f64, servers: u32, wait: f64) -> f64 {
    let spare = f64::from(servers) - load;
    if spare > 0.0 { erlang_c(load, servers) * (-spare * wait).exp() } else { 1.0 }
}
