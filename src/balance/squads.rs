//! Another number of squads in a town, and what it would mean: merged beats by night, one squad fewer, one squad more.

use crate::base::{Key as _, Progress, Refusal, Text};
use crate::edit::{Command, Context};
use crate::model::{Hours, Night, Plan, Role, Squad, SquadId, ZoneId};
use crate::topology::{FaceId, scan};

use super::districts::parents_of;
use super::duty::{Roster, Watch, hours_words, manned, squad_name};
use super::response::{Manned, Response, Simulated, respond, simulate_bands};
use super::{Balance, Budget, Dealt, Loads, Rebalancing, WEEK, rebalance};

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

/// How many squads are looked at against those on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// One squad less at every hour.
    Fewer,
    /// As it is.
    AsIs,
    /// One squad more at every hour.
    More,
}

/// The squad that makes the difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// It is taken away.
    Taken(SquadId),
    /// It is off by the roster and called in.
    Called(SquadId),
    /// There is none that is off: a new one.
    New(SquadId),
}

/// Hours with the same squads, and what these patrol.
#[derive(Clone, Debug)]
pub struct Manning {
    /// The hours of the week.
    pub hours: Vec<usize>,
    /// The squads on duty.
    pub squads: Vec<SquadId>,
    /// The plan with these squads and their beats.
    pub plan: Plan,
    /// Hours a week of work in these hours, by squad.
    pub work: Vec<f64>,
    /// What makes the difference to the roster.
    pub other: Option<Other>,
}

/// What some number of squads would mean in some hours of the week.
#[derive(Clone, Debug)]
pub struct Cover {
    /// Who is on duty when.
    pub watches: Vec<Manning>,
    /// The largest deviation of a squad's work from the mean of those on duty with it.
    pub max_deviation: f64,
    /// The incidents of these hours one by one, after those of the hours before, in which the roster stays as it is; `None` where there are none that anybody answers.
    pub simulated: Option<Simulated>,
    /// What would be if the incidents came evenly and the same squads were on duty throughout: the queueing model. `None`
    /// where it does not hold.
    pub even: Option<Response>,
}

/// Epochs in which the beats are dealt out anew: a town has a handful of grids.
const EPOCHS: u32 = 2;

/// A town in some hours of the week (0 = Monday 0 o'clock) with the squads on duty then, one less, or one more: the beats
/// are merged or parted so that the work of these hours is even, keeping what can be kept. `faces` are those of the
/// incidents.
///
/// # Errors
/// Where taking one away leaves nobody on duty in some of the hours; as [`with_squads`] and [`rebalance`].
pub fn cover(
    plan: &Plan,
    (loads, faces): (&Loads, &[Option<FaceId>]),
    (roster, change): (&Roster, Change),
    hours: &[usize],
    progress: &Progress,
) -> Result<Cover, Refusal> {
    let parts = roster.during(hours);
    let man = |(watch, hours): &(&Watch, Vec<usize>)| manning(plan, loads, (roster, watch, change), hours, progress);
    let watches = parts.iter().map(man).collect::<Result<Vec<Manning>, Refusal>>()?;
    let other: Vec<usize> = (0..WEEK).filter(|hour| !hours.contains(hour)).collect();
    let as_is: Vec<(&Watch, Vec<SquadId>, Vec<usize>)> =
        roster.during(&other).into_iter().map(|(watch, hours)| (watch, watch.squads(), hours)).collect();
    let changed = watches.iter().map(|one| Manned { plan: &one.plan, squads: &one.squads, hours: &one.hours });
    let same = as_is.iter().map(|(watch, squads, hours)| Manned { plan: &watch.plan, squads, hours });
    let town: Vec<Manned<'_>> = changed.chain(same).collect();
    let off = |one: &Manning| {
        let balance = Balance::of_squads(&one.plan, &loads.during(&one.hours));
        let off = |squad: &SquadId| balance.deviations.get(squad.index()).copied().flatten().map_or(0.0, f64::abs);
        one.squads.iter().map(off).fold(0.0, f64::max)
    };
    let even = match watches.as_slice() {
        [one] => respond(&one.plan, loads, &one.squads, &one.hours),
        _ => None,
    };
    Ok(Cover {
        max_deviation: watches.iter().map(off).fold(0.0, f64::max),
        simulated: simulate_bands(&[town], (loads, faces), &[hours], 1).pop().flatten(),
        even,
        watches,
    })
}

/// A watch with another number of squads.
fn manning(
    plan: &Plan,
    loads: &Loads,
    (roster, watch, change): (&Roster, &Watch, Change),
    hours: &[usize],
    progress: &Progress,
) -> Result<Manning, Refusal> {
    let on = watch.squads();
    let then = loads.during(hours);
    let count = on.len();
    let (manned_plan, other) = match change {
        Change::AsIs => (watch.plan.clone(), None),
        Change::Fewer if count < 2 => return Err(nobody_left(plan, watch, hours)),
        Change::Fewer => {
            let dealt = dealt(&watch.plan, &then, (roster.town, count - 1), progress)?;
            let taken = on.iter().find(|squad| dealt.squads.get(**squad).is_none());
            (dealt, taken.map(|&squad| Other::Taken(squad)))
        }
        Change::More => {
            let works = plan.tier_of(Role::Grid).map(|(_, tier)| then.of_zones(tier)).unwrap_or_default();
            let grids = grids_of(plan, roster.town);
            let own = |squad: SquadId| -> Vec<ZoneId> {
                grids.iter().copied().filter(|&grid| plan.beats.get(grid) == Some(&squad)).collect()
            };
            let work = |squad: SquadId| own(squad).iter().filter_map(|grid| works.get(grid.index())).sum::<i64>();
            // Those the night plan does without come first, then the one whose own beat has most work.
            let off = roster.squads.iter().copied().filter(|squad| !on.contains(squad));
            if let Some(called) = off.max_by_key(|&squad| (watch.released.contains(&squad), work(squad))) {
                let mut beats: Vec<(SquadId, Vec<ZoneId>)> = vec![(called, own(called))];
                for &squad in &on {
                    let rest = grids.iter().copied().filter(|&grid| watch.plan.beats.get(grid) == Some(&squad));
                    beats.push((squad, rest.filter(|grid| !own(called).contains(grid)).collect()));
                }
                beats.sort_by_key(|(squad, _)| *squad);
                (manned(plan, loads, roster.town, &beats), Some(Other::Called(called)))
            } else {
                let next = plan.squads.next_id();
                let dealt = dealt(&watch.plan, &then, (roster.town, count + 1), progress)?;
                (dealt, Some(Other::New(next)))
            }
        }
    };
    let squads = squads_of(&manned_plan, roster.town);
    let works = manned_plan.tier_of(Role::Grid).map(|(_, tier)| then.of_zones(tier)).unwrap_or_default();
    let work = |squad: &SquadId| {
        let own = manned_plan.beats.iter().filter(|(_, owner)| *owner == squad);
        own.filter_map(|(grid, _)| works.get(grid.index())).sum::<i64>() as f64 / 3_600_000.0
    };
    let work = squads.iter().map(work).collect();
    Ok(Manning { hours: hours.to_vec(), squads, work, other, plan: manned_plan })
}

/// A plan with another number of squads in a town and the grids dealt out among them.
fn dealt(plan: &Plan, loads: &Loads, (town, count): (ZoneId, usize), progress: &Progress) -> Result<Plan, Refusal> {
    let near = scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    let changed = with_squads(plan, loads, town, count)?.apply(plan, &context)?.plan;
    let asked = Rebalancing {
        dealt: Dealt::Squads,
        towns: plan.tier_of(Role::Town).map(|_| town).into_iter().collect(),
        within: 0.02,
        effort: Budget::Epochs(EPOCHS),
        ..Rebalancing::default()
    };
    let found = rebalance(&changed, loads, &asked, progress)?;
    if found.moves.is_empty() {
        return Ok(changed);
    }
    Ok(found.command(&changed).apply(&changed, &context)?.plan)
}

fn nobody_left(plan: &Plan, watch: &Watch, hours: &[usize]) -> Refusal {
    let hours = hours_words(hours);
    let cannot = Text::new("Cannot do with one squad less", "不能再减一队");
    let because = match watch.posts.first() {
        Some(post) => {
            let name = squad_name(plan, post.squad);
            Text::new(format!("{}: {name} alone is on duty", hours.en), format!("{} 当班仅{name}一队", hours.zh))
        }
        None => Text::new(format!("{}: nobody is on duty", hours.en), format!("{} 无分队当班", hours.zh)),
    };
    let instead = Text::new(
        "Choose hours with two squads on duty, or another pattern of shifts",
        "请选择有两队以上当班的时段,或先改班制",
    );
    Refusal::new(cannot, because, instead)
}

impl Cover {
    /// What is looked at, as night plans of a town, one for each of its watches.
    ///
    /// # Errors
    /// Where it needs a squad that is off, or one that the plan does not have.
    pub fn nights(&self, plan: &Plan, town: ZoneId) -> Result<Vec<Night>, Refusal> {
        let cannot = || Text::new("Cannot keep it as a night plan", "不能存为夜间方案");
        for one in &self.watches {
            let (because, instead) = match one.other {
                Some(Other::Called(squad)) => {
                    let (name, hours) = (squad_name(plan, squad), hours_words(&one.hours));
                    (
                        Text::new(format!("{name} is off then ({})", hours.en), format!("{} {name}不当班", hours.zh)),
                        Text::new("Change the pattern or the rota first", "请先改班制或排班"),
                    )
                }
                Some(Other::New(_)) => (
                    Text::new("all squads are on duty already", "该时段各分队均已当班"),
                    Text::new("Set up another squad first", "请先增设分队(改变分队数)"),
                ),
                _ => continue,
            };
            return Err(Refusal::new(cannot(), because, instead));
        }
        let code = |squad: SquadId| plan.squads.get(squad).map(|squad| squad.code.clone()).unwrap_or_default();
        let beats = |one: &Manning| -> Vec<(String, Vec<ZoneId>)> {
            let grids = |squad: SquadId| {
                let own = one.plan.beats.iter().filter(move |(_, owner)| **owner == squad);
                own.map(|(grid, _)| grid).collect()
            };
            one.squads.iter().map(|&squad| (code(squad), grids(squad))).collect()
        };
        let night = |one: &Manning| {
            let inside = |day: usize, hour: usize| one.hours.contains(&(day * 24 + hour));
            Night { town, hours: Hours::of(inside), beats: beats(one) }
        };
        Ok(self.watches.iter().map(night).collect())
    }
}
