//! Loads, objective, search, bounds and reasons.
