//! Another number of squads in a town, and what it would mean: merged beats by night, one squad fewer, one squad more.

use crate::base::{Key as _, Progress, Refusal, Text};
use crate::edit::{Command, Context};
use crate::model::{Plan, Role, Squad, SquadId, ZoneId};
use crate::topology::{FaceId, scan};

use super::districts::parents_of;
use super::response::{Response, Simulated, respond, simulate};
use super::{Balance, Budget, Dealt, Loads, Rebalancing, rebalance};

/// The squads of a town in the order of their ids; all squads where the plan has no towns.
#[must_use]
pub fn squads_of(plan: &Plan, town: ZoneId) -> Vec<SquadId> {
    let towns = plan.tier_of(Role::Town).map(|(_, towns)| towns);
    let code = towns.and_then(|towns| towns.zones.get(town)).map(|zone| &zone.code);
    let own = plan.squads.iter().filter(|(_, squad)| towns.is_none() || Some(&squad.town) == code);
    own.map(|(id, _)| id).collect()
}

/// The grids of a town, ascending.
#[must_use]
pub fn grids_of(plan: &Plan, town: ZoneId) -> Vec<ZoneId> {
    let Some((at, _)) = plan.tier_of(Role::Grid) else { return Vec::new() };
    let alone = plan.tier_of(Role::Town).is_none();
    let parents = parents_of(plan, at).into_iter().enumerate();
    let own = parents.filter(|(_, parent)| parent.is_some_and(|parent| alone || parent == town.0));
    own.map(|(grid, _)| ZoneId(grid as u32)).collect()
}

/// The command that gives a town another number of squads. Fewer: those with the least work are disbanded, their grids
/// are nobody's. More: new ones are as the first is, each with the heaviest grid of the squad that has most work left.
/// How the grids are dealt out then is for [`rebalance`] to say.
///
/// # Errors
/// When the town has no squad to begin with, or `count` is 0 or more than the town has grids.
pub fn with_squads(plan: &Plan, loads: &Loads, town: ZoneId, count: usize) -> Result<Command, Refusal> {
    let cannot = || Text::new("Cannot change the number of squads", "无法改变分队数");
    let own = squads_of(plan, town);
    let grids = grids_of(plan, town);
    let Some(first) = own.first().and_then(|&squad| plan.squads.get(squad)) else {
        return Err(Refusal::new(
            cannot(),
            Text::new("the town has no squad", "该镇街没有分队"),
            Text::new("Enter a squad first", "请先录入分队"),
        ));
    };
    if count == 0 || count > grids.len().max(own.len()) {
        let most = grids.len();
        return Err(Refusal::new(
            cannot(),
            Text::new(format!("{count} squads for {most} grids"), format!("{count} 个分队、{most} 个网格")),
            Text::new("Give 1 squad or more, no more than there are grids", "请填写 1 至网格数之间的分队数"),
        ));
    }
    let works = plan.tier_of(Role::Grid).map(|(_, tier)| loads.of_zones(tier)).unwrap_or_default();
    let work = |grid: ZoneId| works.get(grid.index()).copied().unwrap_or(0);
    let mut beats: Vec<(SquadId, Vec<ZoneId>)> = own
        .iter()
        .map(|&squad| (squad, grids.iter().copied().filter(|&grid| plan.beats.get(grid) == Some(&squad)).collect()))
        .collect();
    let sum = |beat: &[ZoneId]| beat.iter().map(|&grid| work(grid)).sum::<i64>();
    let mut commands = Vec::new();
    while beats.len() > count {
        // Of equals the one that came last.
        let least = (0..beats.len()).rev().min_by_key(|&at| sum(&beats[at].1)).unwrap_or(0);
        commands.push(Command::Squad { id: Some(beats.remove(least).0), squad: None });
    }
    for (next, number) in (plan.squads.next_id().0..).zip(beats.len() + 1..=count) {
        commands.push(Command::Squad { id: None, squad: Some(sibling(plan, first, number)) });
        let squad = SquadId(next);
        let fullest = beats.iter_mut().filter(|(_, beat)| beat.len() > 1).max_by_key(|(_, beat)| sum(beat));
        let beat = fullest.and_then(|(_, beat)| {
            let at = (0..beat.len()).max_by_key(|&at| work(beat[at]))?;
            Some(beat.remove(at))
        });
        commands.extend(beat.map(|grid| Command::Beat { grid, squad: Some(squad) }));
        beats.push((squad, beat.into_iter().collect()));
    }
    let name = plan.tier_of(Role::Town).and_then(|(_, towns)| towns.zones.get(town)).map(|town| town.name.clone());
    let name = name.unwrap_or_default();
    let sentence = Text::new(
        format!("{name}: {count} squads instead of {}", own.len()),
        format!("{name}分队由 {} 个改为 {count} 个", own.len()),
    );
    Ok(Command::Many { sentence, commands })
}

/// A new squad of the same kind: code and name are those of the first with another number.
fn sibling(plan: &Plan, first: &Squad, number: usize) -> Squad {
    let stem = first.code.trim_end_matches(|c: char| c.is_ascii_digit());
    let taken = |code: &String| plan.squads.iter().any(|(_, squad)| squad.code == *code);
    let code = (number..).map(|number| format!("{stem}{number}")).find(|code| !taken(code)).unwrap_or_default();
    let digits: Vec<(usize, char)> = first.name.char_indices().filter(|(_, c)| c.is_ascii_digit()).collect();
    let name = match digits.last() {
        Some(&(at, _)) => format!("{}{number}{}", &first.name[..at], &first.name[at + 1..]),
        None => format!("{}{number}", first.name),
    };
    Squad { code, name, ..first.clone() }
}

/// What some number of squads would mean in some hours of the week.
#[derive(Clone, Debug)]
pub struct Cover {
    /// The plan with these squads and their beats.
    pub plan: Plan,
    /// The squads of the town.
    pub squads: Vec<SquadId>,
    /// The largest deviation of a squad's work in these hours from the mean of the town.
    pub max_deviation: f64,
    /// Hours a week of work in these hours, by squad.
    pub work: Vec<f64>,
    /// What is to be expected; `None` where the squads cannot bear the calls, or no calls come.
    pub response: Option<Response>,
    /// The incidents of these hours one by one; `None` where there are none.
    pub simulated: Option<Simulated>,
}

/// Epochs in which the beats are dealt out anew: a town has a handful of grids.
const EPOCHS: u32 = 2;

/// A town patrolled by some number of squads in some hours of the week (0 = Monday 0 o'clock): the beats are merged or
/// parted so that the work of these hours is even, keeping what can be kept. As many squads as there are: the beats as
/// they stand. `faces` are those of the incidents.
///
/// # Errors
/// As [`with_squads`] and [`rebalance`].
pub fn cover(
    plan: &Plan,
    (loads, faces): (&Loads, &[Option<FaceId>]),
    town: ZoneId,
    count: usize,
    hours: &[usize],
    progress: &Progress,
) -> Result<Cover, Refusal> {
    let then = loads.during(hours);
    let plan = if count == squads_of(plan, town).len() {
        plan.clone()
    } else {
        let near = scan(&plan.coverage);
        let context = Context { near: &near, time: 0, camera: None };
        let changed = with_squads(plan, &then, town, count)?.apply(plan, &context)?.plan;
        let asked = Rebalancing {
            dealt: Dealt::Squads,
            towns: plan.tier_of(Role::Town).map(|_| town).into_iter().collect(),
            within: 0.02,
            effort: Budget::Epochs(EPOCHS),
            ..Rebalancing::default()
        };
        let found = rebalance(&changed, &then, &asked, progress)?;
        if found.moves.is_empty() { changed } else { found.command(&changed).apply(&changed, &context)?.plan }
    };
    let squads = squads_of(&plan, town);
    let balance = Balance::of_squads(&plan, &then);
    let off = |squad: &SquadId| balance.deviations.get(squad.index()).copied().flatten().map_or(0.0, f64::abs);
    let works = plan.tier_of(Role::Grid).map(|(_, tier)| then.of_zones(tier)).unwrap_or_default();
    let work = |squad: &SquadId| {
        let own = plan.beats.iter().filter(|(_, owner)| *owner == squad);
        own.filter_map(|(grid, _)| works.get(grid.index())).sum::<i64>() as f64 / 3_600_000.0
    };
    Ok(Cover {
        max_deviation: squads.iter().map(off).fold(0.0, f64::max),
        work: squads.iter().map(work).collect(),
        response: respond(&plan, loads, &squads, hours),
        simulated: simulate(&plan, (loads, faces), &squads, hours, 1),
        squads,
        plan,
    })
}
