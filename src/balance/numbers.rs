//! Another number of grids in a town: which number meets a band of work best, and what each would mean.

use std::collections::BTreeMap;

use crate::base::{Key as _, Progress, Refusal, Text};
use crate::edit::{Command, Context, portions};
use crate::model::{Plan, Role, ZoneId};
use crate::topology::{FaceId, scan};

use super::bands::{MS_PER_HOUR, parts_of};
use super::districts::{graph_of, shared};
use super::{Budget, Loads, Rebalanced, Rebalancing, grids_of, rebalance};

/// A town with some number of grids.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// How many grids.
    pub count: usize,
    /// The splits and merges that give this number; `None` where it is today's.
    pub first: Option<Command>,
    /// The plan after them.
    pub plan: Plan,
    /// The answer for that plan.
    pub answer: Rebalanced,
    /// Share of the town's work that ends in a grid with another code than today.
    pub moved_share: f64,
    /// Fewest and most hours of work a week of a grid.
    pub hours: (f64, f64),
    /// Hours by which grids miss the band, summed; 0 without a band.
    pub missed: f64,
}

/// How far the parts of a grid may be from their mean to begin with.
const ROUGH: f64 = 0.4;

/// What each number of grids from `least` to `most` means in the one town that is asked about, all grids of a plan without
/// towns; numbers that cannot be had, by locks or by what is kept together, are left out. A time is shared among them.
/// `band` is the hours of work a week that a grid should have.
///
/// # Errors
/// Where no number can be had: why the last one could not.
pub fn numbers(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    ((least, most), band): ((usize, usize), Option<(f64, f64)>),
    progress: &Progress,
) -> Result<Vec<Numbered>, Refusal> {
    let town = options.towns.first().copied().unwrap_or(ZoneId(0));
    let (least, most) = (least.max(1), most.max(1));
    let effort = match options.effort {
        Budget::Time(all) => Budget::Time(all / (most.saturating_sub(least) + 1) as u32),
        epochs @ Budget::Epochs(_) => epochs,
    };
    let options = Rebalancing { effort, ..options.clone() };
    let mut found = Vec::new();
    let mut why = Refusal::new(
        Text::new("Cannot change the number of grids", "无法改变网格数"),
        Text::new(format!("{least} to {most} is no range"), format!("{least} 至 {most} 不是有效范围")),
        Text::new("Give the lower number first", "请先填较小的数"),
    );
    for count in least..=most {
        if progress.is_cancelled() {
            break;
        }
        match numbered(plan, loads, &options, (town, count, band), progress) {
            Ok(one) => found.push(one),
            Err(refusal) => why = refusal,
        }
    }
    if found.is_empty() { Err(why) } else { Ok(found) }
}

/// The number that misses the band least; of equals the most even one, then the one that changes least.
#[must_use]
pub fn best_number(found: &[Numbered]) -> Option<usize> {
    let rank = |one: &Numbered| {
        // Differences too small to tell do not decide.
        [(one.missed * 10.0).round(), (one.answer.after.max_deviation * 1000.0).round(), one.moved_share]
    };
    let order = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|way| way.is_ne());
    (0..found.len()).min_by(|&a, &b| order(&rank(&found[a]), &rank(&found[b])).unwrap_or(std::cmp::Ordering::Equal))
}

impl Numbered {
    /// Splits, merges and moves as one command.
    #[must_use]
    pub fn command(&self) -> Command {
        let moves = self.answer.command(&self.plan);
        let sentence = Text::new(
            format!("{} grids: {} moves", self.count, self.answer.moves.len()),
            format!("网格数改为 {} 个,均衡调整 {} 项", self.count, self.answer.moves.len()),
        );
        let moves = (!self.answer.moves.is_empty()).then_some(moves);
        Command::Many { sentence, commands: self.first.clone().into_iter().chain(moves).collect() }
    }
}

fn numbered(
    plan: &Plan,
    loads: &Loads,
    options: &Rebalancing,
    (town, count, band): (ZoneId, usize, Option<(f64, f64)>),
    progress: &Progress,
) -> Result<Numbered, Refusal> {
    let near = scan(&plan.coverage);
    let context = Context { near: &near, time: 0, camera: None };
    let first = with_grids(plan, loads, town, count, progress)?;
    let begun = match &first {
        Some(command) => command.apply(plan, &context)?.plan,
        None => plan.clone(),
    };
    let answer = rebalance(&begun, loads, options, progress)?;
    let ended =
        if answer.moves.is_empty() { begun.clone() } else { answer.command(&begun).apply(&begun, &context)?.plan };
    let grids = grids_of(&ended, town);
    let works = ended.tier_of(Role::Grid).map(|(_, tier)| loads.of_zones(tier)).unwrap_or_default();
    let hours: Vec<f64> =
        grids.iter().map(|grid| works.get(grid.index()).copied().unwrap_or(0) as f64 / MS_PER_HOUR).collect();
    let (least, most) = band.unwrap_or((0.0, f64::INFINITY));
    Ok(Numbered {
        count: grids.len(),
        first,
        moved_share: moved_share(plan, &ended, loads, town),
        hours: hours.iter().fold((f64::INFINITY, 0.0), |(low, high), &one| (low.min(one), high.max(one))),
        missed: hours.iter().map(|&one| (least - one).max(one - most).max(0.0)).sum(),
        plan: begun,
        answer,
    })
}

/// Share of a town's work that is in another grid than before.
fn moved_share(before: &Plan, after: &Plan, loads: &Loads, town: ZoneId) -> f64 {
    let Some(((_, then), (_, now))) = before.tier_of(Role::Grid).zip(after.tier_of(Role::Grid)) else { return 0.0 };
    let own: std::collections::BTreeSet<ZoneId> = grids_of(before, town).into_iter().collect();
    let (mut moved, mut all) = (0, 0);
    for (face, grid) in then.owner.iter().filter(|(_, grid)| own.contains(grid)) {
        all += loads.face(face);
        moved += if now.owner_of(face) == Some(*grid) { 0 } else { loads.face(face) };
    }
    moved as f64 / all.max(1) as f64
}

/// The command that gives a town another number of grids; `None` where it has that many. Fewer: the lightest grid joins its
/// lightest neighbour, again and again, and the code of the heavier of the two stays. More: the heaviest are cut in
/// parts, the largest of which keeps the code; the others get new ones, never one that was in use. Locked grids stay.
///
/// # Errors
/// Where there are not so many grids to be had.
pub fn with_grids(
    plan: &Plan,
    loads: &Loads,
    town: ZoneId,
    count: usize,
    progress: &Progress,
) -> Result<Option<Command>, Refusal> {
    let grids = grids_of(plan, town);
    let own = grids.len();
    let commands = match count.cmp(&own) {
        std::cmp::Ordering::Equal => return Ok(None),
        std::cmp::Ordering::Less => merged(plan, loads, &grids, own - count),
        std::cmp::Ordering::Greater => parted(plan, loads, &grids, count - own, progress),
    };
    let commands = commands.ok_or_else(|| {
        Refusal::new(
            Text::new(format!("Cannot make {count} grids"), format!("无法划为 {count} 个网格")),
            Text::new(
                "the grids that may be changed cannot be joined or cut so far",
                "可变动的网格不足以合并或拆分到该数目",
            ),
            Text::new("Unlock grids, or ask for a number nearer to today's", "请解锁网格,或选更接近现状的数目"),
        )
    })?;
    let sentence = Text::new(format!("{count} grids instead of {own}"), format!("网格由 {own} 个改为 {count} 个"));
    Ok(Some(Command::Many { sentence, commands }))
}

fn is_open(plan: &Plan, grid: ZoneId) -> bool {
    plan.tier_of(Role::Grid).and_then(|(_, tier)| tier.zones.get(grid)).is_some_and(|zone| !zone.locked)
}

/// Merges until there are so many fewer.
fn merged(plan: &Plan, loads: &Loads, grids: &[ZoneId], fewer: usize) -> Option<Vec<Command>> {
    let (tier, zones) = plan.tier_of(Role::Grid)?;
    let works = loads.of_zones(zones);
    let mut work: BTreeMap<ZoneId, i64> = grids.iter().map(|&grid| (grid, works[grid.index()])).collect();
    let mut became: BTreeMap<ZoneId, ZoneId> = BTreeMap::new();
    let borders = shared(plan, &[]);
    let mut commands = Vec::new();
    for _ in 0..fewer {
        let now = |face: FaceId| {
            let mut grid = zones.owner_of(face)?;
            while let Some(&into) = became.get(&grid) {
                grid = into;
            }
            Some(grid).filter(|grid| work.contains_key(grid))
        };
        let pairs = borders.keys().filter_map(|&(a, b)| Some([now(a)?, now(b)?]));
        let open = pairs.filter(|pair| pair[0] != pair[1] && pair.iter().all(|&grid| is_open(plan, grid)));
        let may = open.filter(|&pair| !super::kept::meets_apart(plan, zones, pair));
        let lighter = |pair: &[ZoneId; 2]| {
            let [a, b] = pair.map(|grid| work[&grid]);
            (a.min(b), a + b, pair[0].min(pair[1]))
        };
        let [a, b] = may.min_by_key(lighter)?;
        let (keep, other) = if (work[&a], b) >= (work[&b], a) { (a, b) } else { (b, a) };
        let gone = work.remove(&other)?;
        *work.entry(keep).or_default() += gone;
        became.insert(other, keep);
        commands.push(Command::Merge { tier, keep, others: vec![other] });
    }
    Some(commands)
}

/// Splits until there are so many more.
fn parted(plan: &Plan, loads: &Loads, grids: &[ZoneId], more: usize, progress: &Progress) -> Option<Vec<Command>> {
    let (_, zones) = plan.tier_of(Role::Grid)?;
    let works = loads.of_zones(zones);
    let faces = zones.faces_by_zone();
    let borders = shared(plan, &[]);
    let mut parts: BTreeMap<ZoneId, usize> =
        grids.iter().filter(|&&grid| is_open(plan, grid)).map(|&grid| (grid, 1)).collect();
    for _ in 0..more {
        let room = parts.iter().filter(|(grid, parts)| faces[grid.index()].len() > **parts);
        let (&grid, _) = room.max_by_key(|(grid, parts)| works[grid.index()] / **parts as i64)?;
        *parts.entry(grid).or_default() += 1;
    }
    let mut codes: Vec<String> = Vec::new();
    let mut commands = Vec::new();
    for (grid, count) in parts.into_iter().filter(|(_, count)| *count > 1) {
        let own = &faces[grid.index()];
        let graph = graph_of(loads, own, &borders);
        let mean = graph.total_weight() as f64 / count as f64;
        let window = ((mean * (1.0 - ROUGH)) as i64, (mean * (1.0 + ROUGH)) as i64);
        let found = parts_of(plan, &graph, own, (count, window), progress)?;
        commands.push(part(plan, (grid, own), &found.labels, &mut codes)?);
    }
    Some(commands)
}

/// The command that cuts a grid in parts: the largest keeps the code.
fn part(plan: &Plan, (grid, own): (ZoneId, &[FaceId]), labels: &[u32], codes: &mut Vec<String>) -> Option<Command> {
    let (tier, zones) = plan.tier_of(Role::Grid)?;
    let mut parts: BTreeMap<u32, Vec<FaceId>> = BTreeMap::new();
    own.iter().zip(labels).for_each(|(&face, &label)| parts.entry(label).or_default().push(face));
    let mut parts: Vec<Vec<FaceId>> = parts.into_values().collect();
    parts.sort_by_key(|faces| std::cmp::Reverse(plan.coverage.doubled_area_of(faces)));
    Some(Command::Part { tier, zone: grid, portions: portions(plan, zones, grid, parts.into_iter().skip(1), codes)? })
}
