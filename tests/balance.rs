//! Tests of this room.

mod checker;
mod duty;
mod partition;
mod planner;
mod response;
mod squads;
