//! What moves do to response: before and after, by the squads on duty.

use std::collections::BTreeSet;

use crate::edit::Context;
use crate::model::{Hours, Minute, Plan, Role, SquadId, ZoneId};
use crate::topology::{FaceId, scan};

use super::duty::{Basis, Roster, Watch};
use super::response::{Manned, Simulated, simulate_bands};
use super::{Given, Loads, Move, Rebalanced, accept};

/// Hours of the week that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// All of them.
    Week,
    /// Those that are not of the night.
    Day,
    /// 22 to 6 o'clock.
    Night,
}

impl Band {
    /// The hours.
    #[must_use]
    pub fn hours(self) -> Vec<usize> {
        let night = Hours::night();
        let inside = |hour: &usize| match self {
            Self::Week => true,
            Self::Day => !night.has(*hour),
            Self::Night => night.has(*hour),
        };
        (0..super::WEEK).filter(inside).collect()
    }
}

/// Response before and after some moves are done, by hours: the incidents of the towns they touch as they came, answered by
/// the squads on duty in the week from a Monday on. Empty where no squads answer calls there, or the moves cannot be done.
#[must_use]
pub fn foresee(
    plan: &Plan,
    (loads, faces): (&Loads, &[Option<FaceId>]),
    moves: &[Move],
    monday: Minute,
) -> Vec<(Band, [Simulated; 2])> {
    let towns = touched(plan, moves);
    let near = scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    if moves.is_empty() || plan.squads.count() == 0 {
        return Vec::new();
    }
    let Ok(done) = accept(plan, moves).apply(plan, &context) else { return Vec::new() };
    let rosters = |plan: &Plan| -> Vec<Roster> {
        towns.iter().map(|&town| Roster::of(plan, loads, town, (monday, Basis::Pattern))).collect()
    };
    let (before, after) = (rosters(plan), rosters(&done.plan));
    let bands = [Band::Week, Band::Day, Band::Night];
    let [before, after] = [before, after].map(|rosters| answered(&rosters, (loads, faces), &bands));
    let pairs = bands.into_iter().zip(before.into_iter().zip(after));
    pairs.filter_map(|(band, (before, after))| Some((band, [before?, after?]))).collect()
}

/// The incidents of the week answered by the squads on duty, told for some bands of it.
fn answered(rosters: &[Roster], calls: (&Loads, &[Option<FaceId>]), bands: &[Band]) -> Vec<Option<Simulated>> {
    let squads = |roster: &Roster| roster.watches.iter().map(Watch::squads).collect::<Vec<_>>();
    let on_duty: Vec<Vec<Vec<SquadId>>> = rosters.iter().map(squads).collect();
    let towns: Vec<Vec<Manned<'_>>> = rosters
        .iter()
        .zip(&on_duty)
        .map(|(roster, on_duty)| {
            let watches = roster.watches.iter().zip(on_duty);
            watches.map(|(watch, squads)| Manned { plan: &watch.plan, squads, hours: &watch.hours }).collect()
        })
        .collect();
    let hours: Vec<Vec<usize>> = bands.iter().map(|band| band.hours()).collect();
    let hours: Vec<&[usize]> = hours.iter().map(Vec::as_slice).collect();
    simulate_bands(&towns, calls, &hours, 1)
}

/// The towns whose land or beats some moves touch; zone 0 in a plan without towns.
fn touched(plan: &Plan, moves: &[Move]) -> BTreeSet<ZoneId> {
    let Some(((_, towns), (_, grids))) = plan.tier_of(Role::Town).zip(plan.tier_of(Role::Grid)) else {
        return BTreeSet::from([ZoneId(0)]);
    };
    let town = |grid: ZoneId| grids.faces_of(grid).first().and_then(|&face| towns.owner_of(face));
    let grid = |made: &Move| match &made.given {
        Given::Land { to, .. } => *to,
        Given::Beat { grid, .. } => *grid,
    };
    moves.iter().filter_map(|made| town(grid(made))).collect()
}

impl Rebalanced {
    /// Response before and after all its moves: see [`foresee`].
    #[must_use]
    pub fn response(
        &self,
        plan: &Plan,
        calls: (&Loads, &[Option<FaceId>]),
        monday: Minute,
    ) -> Vec<(Band, [Simulated; 2])> {
        foresee(plan, calls, &self.moves, monday)
    }
}
