//! What the hypercube says of a plan: how busy its squads are, how soon they come, who helps whom.

use crate::geometry::{Point, Scale};
use crate::model::{Duty, Plan, Role, SquadId, Travel, ZoneId};
use crate::topology::FaceId;

use super::hypercube::{Hypercube, Line};
use crate::balance::Loads;
use crate::balance::districts::parents_of;
use crate::balance::duty::mean_wait;

/// What is to be expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The squads, as asked for.
    pub squads: Vec<SquadId>,
    /// Share of the time each is bound by calls.
    pub workloads: Vec<f64>,
    /// Share of the calls answered by the squad whose beat they come from.
    pub home_share: f64,
    /// Mean minutes of travel.
    pub mean_minutes: f64,
    /// Nine of ten calls have no more minutes of travel.
    pub p90_minutes: f64,
    /// Share of the calls that find every squad busy.
    pub all_busy: f64,
    /// Mean minutes a call waits for a free squad (Erlang C).
    pub mean_wait: f64,
    /// `helps[a][b]`: share of the calls of squad `b`'s beat that squad `a` answers; a row for calls of nobody's beat is
    /// left out.
    pub helps: Vec<Vec<f64>>,
    /// Whether the model was solved exactly.
    pub exact: bool,
}

/// A grid as the model sees it.
pub(super) struct Atom {
    pub(super) grid: ZoneId,
    at: Point,
    /// Mean distance of two points within it, metres.
    inside: f64,
    /// Calls an hour.
    rate: f64,
    pub(super) home: Option<usize>,
    town: Option<u32>,
}

/// The response of squads on duty in some hours of the week (0 = Monday 0 o'clock), each patrolling its beat or, without
/// one, its home town, and answering the calls of their home towns; how long a call binds one and how they travel is said
/// by the plan's staffing. `None` where no calls come, no squad has a place, or
/// the squads cannot bear the calls.
#[must_use]
pub fn respond(plan: &Plan, loads: &Loads, squads: &[SquadId], hours: &[usize]) -> Option<Response> {
    let (atoms, minutes) = model_of(plan, loads, squads, hours)?;
    let rates: Vec<f64> = atoms.iter().map(|atom| atom.rate).collect();
    let model = Hypercube::nearest(rates, minutes, plan.settings.duty.standard.call_minutes, Line::Queue)?;
    let answer = model.dispatch()?;
    let mut helps = vec![vec![0.0; squads.len()]; squads.len()];
    let (mut home, mut owned) = (0.0, 0.0);
    let mut calls = vec![0.0; squads.len()];
    for (unit, row) in answer.shares.iter().enumerate() {
        for (share, atom) in row.iter().zip(&atoms) {
            let Some(of) = atom.home else { continue };
            helps[unit][of] += share;
            calls[of] += share;
            owned += share;
            home += if of == unit { *share } else { 0.0 };
        }
    }
    for row in &mut helps {
        row.iter_mut().zip(&calls).for_each(|(share, all)| *share /= if *all > 0.0 { *all } else { 1.0 });
    }
    let mut ways: Vec<(f64, f64)> =
        answer.shares.iter().flatten().copied().zip(model.minutes.iter().flatten().copied()).collect();
    ways.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut sum = 0.0;
    let late = ways.iter().find(|(share, _)| {
        sum += share;
        sum >= 0.9 - 1e-12
    });
    Some(Response {
        squads: squads.to_vec(),
        workloads: answer.workloads,
        home_share: if owned > 0.0 { home / owned } else { 0.0 },
        mean_minutes: answer.mean_minutes,
        p90_minutes: late.or(ways.last()).map_or(0.0, |way| way.1),
        all_busy: answer.all_busy,
        mean_wait: mean_wait(model.load, squads.len() as u32) * plan.settings.duty.standard.call_minutes,
        helps,
        exact: squads.len() <= Hypercube::EXACT,
    })
}

/// The grids that call, and minutes from each squad to each of them.
pub(super) fn model_of(
    plan: &Plan,
    loads: &Loads,
    squads: &[SquadId],
    hours: &[usize],
) -> Option<(Vec<Atom>, Vec<Vec<f64>>)> {
    let Duty { standard, travel, .. } = &plan.settings.duty;
    let atoms = atoms(plan, loads, squads, hours, standard.call_minutes)?;
    let way = |(at, &squad)| reach(plan, &atoms, at, squad, travel);
    let minutes = squads.iter().enumerate().map(way).collect::<Option<_>>()?;
    Some((atoms, minutes))
}

/// The grids of the squads' home towns that call; all grids where the plan has no towns.
fn atoms(plan: &Plan, loads: &Loads, squads: &[SquadId], hours: &[usize], call_minutes: f64) -> Option<Vec<Atom>> {
    let (tier, grids) = plan.tier_of(Role::Grid)?;
    let parents = parents_of(plan, tier);
    let towns: Vec<Option<u32>> = squads.iter().map(|&squad| town_of(plan, squad)).collect();
    let faces = grids.faces_by_zone();
    let mut atoms = Vec::new();
    for (grid, faces) in faces.iter().enumerate() {
        let town = parents.get(grid).copied().flatten();
        if faces.is_empty() || !towns.contains(&town) {
            continue;
        }
        let calls = loads.calls(faces);
        let work: f64 = hours.iter().filter_map(|&hour| calls.get(hour)).sum();
        let rate = work / hours.len().max(1) as f64 / (call_minutes / 60.0);
        let owner = plan.beats.get(ZoneId(grid as u32));
        let (at, area) = middle(plan, faces)?;
        atoms.push(Atom {
            grid: ZoneId(grid as u32),
            at,
            // Two random points of a square of area A are 0.52 √A apart in the mean.
            inside: 0.52 * area.max(0.0).sqrt(),
            rate: if rate.is_finite() { rate } else { 0.0 },
            home: owner.and_then(|owner| squads.iter().position(|squad| squad == owner)),
            town,
        });
    }
    (!atoms.is_empty()).then_some(atoms)
}

/// The home town of a squad; a plan without towns is one.
fn town_of(plan: &Plan, squad: SquadId) -> Option<u32> {
    match plan.tier_of(Role::Town) {
        Some((_, towns)) => towns.by_code(&plan.squads.get(squad)?.town).map(|town| town.0),
        None => Some(0),
    }
}

/// The middle of some faces, weighted by area, and their area in m².
fn middle(plan: &Plan, faces: &[FaceId]) -> Option<(Point, f64)> {
    let (mut x, mut y, mut sum) = (0.0, 0.0, 0.0);
    for &face in faces {
        let face = plan.coverage.faces().get(face)?;
        let centre = face.bounds.centre();
        let area = plan.coverage.area_m2(face);
        x += f64::from(centre.x) * area;
        y += f64::from(centre.y) * area;
        sum += area;
    }
    (sum > 0.0).then(|| (Point::new((x / sum).round() as i32, (y / sum).round() as i32), sum))
}

/// Minutes of a squad to each atom, from wherever it patrols.
fn reach(plan: &Plan, atoms: &[Atom], at: usize, squad: SquadId, travel: &Travel) -> Option<Vec<f64>> {
    let town = town_of(plan, squad);
    let has_beat = atoms.iter().any(|atom| atom.home == Some(at));
    let patrols = |atom: &&Atom| if has_beat { atom.home == Some(at) } else { atom.town == town };
    let beat: Vec<&Atom> = atoms.iter().filter(patrols).collect();
    // Where nothing happens squads are as often as elsewhere.
    let least = beat.iter().map(|atom| atom.rate).sum::<f64>() / 100.0 + 1e-9;
    let all: f64 = beat.iter().map(|atom| atom.rate + least).sum();
    let per_metre = travel.detour.max(1.0) / (travel.speed_kmh.max(1.0) * 1000.0 / 60.0);
    let minutes = |to: &Atom| {
        let scale = Scale::at(to.at.y);
        let way = |from: &&Atom| scale.distance(from.at, to.at).max(to.inside) * (from.rate + least);
        beat.iter().map(way).sum::<f64>() / all * per_metre
    };
    (!beat.is_empty()).then(|| atoms.iter().map(minutes).collect())
}
